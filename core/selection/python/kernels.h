/* SPDX-License-Identifier: MIT */
/* The kernels of this build. */
#ifndef PX_SELECTION_PYTHON_KERNELS_H
#define PX_SELECTION_PYTHON_KERNELS_H

#include "selection/python/kernel.h"

/* The fastest first; NULL past the last. */
const px_python_kernel *px_python_kernel_at(size_t index);

#endif

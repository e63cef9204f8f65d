/* SPDX-License-Identifier: MIT */
/* Which of the kernels draws. */
#ifndef PX_SELECTION_PYTHON_DISPATCH_H
#define PX_SELECTION_PYTHON_DISPATCH_H

#include "selection/python/kernels.h"

/* The fastest that this processor has; PROXENOS_CPU overrides it for tests (a set
 * that the processor lacks is ignored). */
const px_python_kernel *px_python_kernel_in_use(void);

#endif

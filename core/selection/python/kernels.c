/* SPDX-License-Identifier: MIT */
#include "selection/python/kernels.h"

static const px_python_kernel *const kernels[] = {
#if defined(__x86_64__) || defined(__i386__)
    &px_python_avx512,
    &px_python_avx2,
    &px_python_sse4,
#elif defined(__aarch64__)
    &px_python_neon,
#endif
    &px_python_portable,
};
enum { KERNEL_COUNT = sizeof kernels / sizeof kernels[0] };

const px_python_kernel *px_python_kernel_at(size_t index) {
    return index < KERNEL_COUNT ? kernels[index] : NULL;
}

/* SPDX-License-Identifier: MIT */
#if defined(__x86_64__) || defined(__i386__)
#define LANES 8
#define VECTORS 4
#define TARGET __attribute__((target("avx2")))
#include "selection/python/lanes.inc.h"

static int is_supported(void) {
    return __builtin_cpu_supports("avx2") != 0;
}

const px_python_kernel px_python_avx2 = {
    .name = "avx2", .is_supported = is_supported, .lanes = ROW, .draw = draw,
};
#endif

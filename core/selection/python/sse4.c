/* SPDX-License-Identifier: MIT */
#if defined(__x86_64__) || defined(__i386__)
#define LANES 4
#define VECTORS 4
#define TARGET __attribute__((target("sse4.1")))
#include "selection/python/lanes.inc.h"

static int is_supported(void) {
    return __builtin_cpu_supports("sse4.1") != 0;
}

const px_python_kernel px_python_sse4 = {
    .name = "sse4", .is_supported = is_supported, .lanes = ROW, .draw = draw,
};
#endif

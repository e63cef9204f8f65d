/* SPDX-License-Identifier: MIT */
#if defined(__aarch64__) /* where NEON is part of every processor */
#define LANES 4
#define VECTORS 4
#define TARGET
#include "selection/python/lanes.inc.h"

static int is_supported(void) {
    return 1;
}

const px_python_kernel px_python_neon = {
    .name = "neon", .is_supported = is_supported, .lanes = ROW, .draw = draw,
};
#endif

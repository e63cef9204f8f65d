/* SPDX-License-Identifier: MIT */
/* Three: a fourth generator finds no register on most processors. */
#define LANES 1
#define VECTORS 3
#define TARGET
#include "selection/python/lanes.inc.h"

static int is_supported(void) {
    return 1;
}

const px_python_kernel px_python_portable = {
    .name = "portable", .is_supported = is_supported, .lanes = ROW, .draw = draw,
};

/* SPDX-License-Identifier: MIT */
/* Counts backends that it does not point at. */
#include "zoo.h"

PROXENOS_MODULE(no_array) = {
    PROXENOS_MODULE_HEADER(0), .name = "no-array", .backend_count = 2, .backend_stride = sizeof(proxenos_backend)};

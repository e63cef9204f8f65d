/* SPDX-License-Identifier: MIT */
/* Its rows are shorter than those of ABI 1.0. */
#include "zoo.h"

static const proxenos_backend backends[] = {{.name = "short-stride", .fetch = zoo_fetch}};
PROXENOS_MODULE(short_stride) = {
    PROXENOS_MODULE_HEADER(0), .name = "short-stride",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0] - sizeof(void *),
};

/* SPDX-License-Identifier: MIT */
/* Cannot do with this minor. */
#include "zoo.h"

static const proxenos_backend backends[] = {{.name = "needs-newer", .fetch = zoo_fetch}};
PROXENOS_MODULE(needs_newer) = {
    PROXENOS_MODULE_HEADER(PROXENOS_ABI_MINOR + 5), .name = "needs-newer",
    .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
};

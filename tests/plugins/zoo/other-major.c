/* SPDX-License-Identifier: MIT */
/* Of another ABI: nothing in it may be called or believed. */
#include "zoo.h"

static int32_t open_nothing(const proxenos_host *host, const proxenos_values *values, void **instance) {
    (void)host;
    (void)values;
    (void)instance;
    abort();
}
static int32_t fetch_nothing(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    (void)instance;
    (void)sink;
    (void)wait;
    (void)generation;
    abort();
}

static const proxenos_backend backends[] = {{.name = "other-major", .open = open_nothing, .fetch = fetch_nothing}};
PROXENOS_MODULE(other_major) = {
    .size = sizeof(proxenos_module), .abi_major = PROXENOS_ABI_MAJOR + 1, .abi_minor = 3,
    .name = "other-major", .backends = backends, .backend_count = 1, .backend_stride = sizeof backends[0],
};

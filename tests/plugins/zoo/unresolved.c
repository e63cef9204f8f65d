/* SPDX-License-Identifier: MIT */
/* Calls what nobody has; linked without -z defs, so that it can be built at all. */
#include "zoo.h"

extern int zoo_nobody_has_this(void);
static int32_t fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    (void)instance;
    (void)sink;
    (void)wait;
    (void)generation;
    return zoo_nobody_has_this();
}

static const proxenos_backend backends[] = {{.name = "unresolved", .fetch = fetch}};
ZOO_BACKENDS(unresolved, "unresolved", backends);

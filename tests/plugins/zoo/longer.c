/* SPDX-License-Identifier: MIT */
/* Built against a later minor that has appended to every struct. */
#include "zoo.h"

typedef struct later_option {
    proxenos_option now;
    const char *later;
} later_option;
typedef struct later_backend {
    proxenos_backend now;
    void (*later[3])(void);
} later_backend;
typedef struct later_module {
    proxenos_module now;
    uint64_t later[8];
} later_module;

static void never(void) {
    abort();
}

static const later_option options[] = {
    {{.name = "one", .type = PROXENOS_TYPE_STRING, .fallback = "1"}, "later"},
    {{.name = "two", .type = PROXENOS_TYPE_STRING, .fallback = "2"}, "later"},
};
static const later_backend backends[] = {
    {{.name = "longer", .options = (const proxenos_option *)options, .option_count = 2,
      .option_stride = sizeof options[0], .fetch = zoo_fetch}, {never, never, never}},
    {{.name = "longer-still", .fetch = zoo_fetch}, {never, never, never}},
};

extern PROXENOS_EXPORT const later_module longer_LTX_proxenos_module;
const later_module longer_LTX_proxenos_module = {
    .now = {
        .size = sizeof(later_module), .abi_major = PROXENOS_ABI_MAJOR, .abi_minor = PROXENOS_ABI_MINOR + 1,
        .name = "longer", .version = "8.0", .summary = "of the zoo",
        .backends = (const proxenos_backend *)backends, .backend_count = 2, .backend_stride = sizeof backends[0],
    },
    .later = {1, 2, 3},
};
ZOO_SAYS_LOADED("longer")

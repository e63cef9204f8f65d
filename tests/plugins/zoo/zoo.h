/* SPDX-License-Identifier: MIT */
/* What the animals of the zoo have in common: parts that are sound, so that each
 * file shows its one fault.  Each animal says so when it is loaded, to the file
 * $ZOO_LOADED names. */
#ifndef ZOO_H
#define ZOO_H

#include <proxenos/plugin.h>

#include <stdlib.h>

#define ZOO_UNUSED __attribute__((unused))

ZOO_UNUSED static int32_t zoo_fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait,
                                    uint64_t *generation) {
    const proxenos_host *host = (const proxenos_host *)instance;
    const proxenos_node_data node = {
        .size = sizeof node, .flags = PROXENOS_NODE_HAS_PORT, .address = "192.0.2.1", .port = 80};
    (void)wait;
    (void)generation;
    return host->add_node(sink, &node);
}

/* FNV-1a. */
ZOO_UNUSED static uint64_t zoo_hash64(const void *state, const void *bytes, size_t length) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    (void)state;
    for (size_t i = 0; i < length; i++) hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
    return hash;
}

ZOO_UNUSED static void zoo_say_loaded(const char *animal) {
    const char *path = getenv("ZOO_LOADED");
    FILE *file = path == NULL ? NULL : fopen(path, "a");
    if (file == NULL) return;
    (void)fprintf(file, "%s\n", animal);
    (void)fclose(file);
}

#define ZOO_SAYS_LOADED(animal) \
    __attribute__((constructor)) static void zoo_loaded(void) { zoo_say_loaded(animal); }

#define ZOO_BACKENDS(module, called, array)                                                    \
    ZOO_SAYS_LOADED(called)                                                                    \
    PROXENOS_MODULE(module) = {                                                                \
        PROXENOS_MODULE_HEADER(0), .name = called, .version = "7.1", .summary = "of the zoo",  \
        .backends = array, .backend_count = sizeof array / sizeof array[0],                    \
        .backend_stride = sizeof array[0],                                                     \
    }
#define ZOO_HASHES(module, called, array)                                                      \
    ZOO_SAYS_LOADED(called)                                                                    \
    PROXENOS_MODULE(module) = {                                                                \
        PROXENOS_MODULE_HEADER(0), .name = called, .version = "7.1", .summary = "of the zoo",  \
        .hashes = array, .hash_count = sizeof array / sizeof array[0],                         \
        .hash_stride = sizeof array[0],                                                        \
    }

#endif

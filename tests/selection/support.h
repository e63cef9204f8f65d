/* SPDX-License-Identifier: MIT */
/* Clusters and a hash without plugins, for tests of selectors. */
#ifndef PX_SELECTION_SUPPORT_H
#define PX_SELECTION_SUPPORT_H

#include "selection/selector.h"

#include <proxenos/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline uint64_t test_hash64(const void *state, const void *bytes, size_t length) {
    (void)state;
    const unsigned char *byte = bytes;
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; i++) hash = (hash ^ byte[i]) * UINT64_C(1099511628211);
    return hash;
}

/* FNV-1a 64; never freed. */
static inline proxenos_hash_function *test_hash(void) {
    static const proxenos_hash callbacks = {.name = "fnv", .hash_bits = 64, .hash64 = test_hash64};
    static proxenos_hash_function hash = {.callbacks = &callbacks, .parameters = ""};
    atomic_store(&hash.references, 1000000);
    return &hash;
}

typedef struct test_node {
    unsigned number;          /* the node is 10.b.c.d:80 for its three bytes */
    int64_t weight;
    const char *zone, *rack;  /* NULL: none */
} test_node;

/* NULL when memory is short. */
static inline proxenos_cluster *make_cluster(const test_node *nodes, size_t count, proxenos_error *error) {
    proxenos_builder *builder;
    if (proxenos_builder_new("address", &builder, error) != PROXENOS_OK) return NULL;
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < count && status == PROXENOS_OK; i++) {
        char host[32];
        unsigned n = nodes[i].number;
        (void)snprintf(host, sizeof host, "10.%u.%u.%u", n >> 16 & 255, n >> 8 & 255, n & 255);
        const char *metadata[] = {"rack", nodes[i].rack, NULL};
        proxenos_node_spec spec = {.size = sizeof spec, .host = host, .port = 80, .weight = nodes[i].weight,
                                   .zone = nodes[i].zone, .metadata = nodes[i].rack == NULL ? NULL : metadata};
        status = proxenos_builder_add(builder, &spec, error);
    }
    proxenos_cluster *cluster = NULL;
    if (status == PROXENOS_OK) status = proxenos_builder_finish(builder, &cluster, error);
    proxenos_builder_free(builder);
    return cluster;
}

/* A selector that alone holds its cluster; ends the program when it cannot be made. */
static inline proxenos_selector *make_selector(const test_node *nodes, size_t count,
                                               const proxenos_selector_options *options) {
    proxenos_error error;
    proxenos_cluster *cluster = make_cluster(nodes, count, &error);
    proxenos_selector *selector = NULL;
    if (cluster == NULL || proxenos_selector_new(cluster, test_hash(), options, &selector, &error) != PROXENOS_OK) {
        fprintf(stderr, "%s\n", error.text);
        exit(99);
    }
    proxenos_cluster_unref(cluster);
    return selector;
}

static inline uint64_t next_random(uint64_t *state) {
    *state += UINT64_C(0x9E3779B97F4A7C15);
    return px_moremur(*state);
}

#endif

/* SPDX-License-Identifier: MIT */
/* The weighting of the Python package proxenos 0.0.3, bit for bit. */
#include "memory.h"
#include "python-resolve.h"
#include "python-seed.h"
#include "top.h"
#include "weighting.h"

#include <stdlib.h>

typedef struct python_state {
    size_t count;             /* nodes that can be chosen */
    uint64_t *seeds;
    uint32_t *original;       /* index into the cluster, ascending */
} python_state;

static void python_release(void *opaque) {
    python_state *state = opaque;
    if (state == NULL) return;
    free(state->seeds);
    free(state->original);
    free(state);
}

static proxenos_status check_hash(const proxenos_hash_function *hash, proxenos_error *error) {
    const proxenos_hash *callbacks = hash->callbacks;
    if (callbacks->digest != NULL && callbacks->digest_bits != 0 &&
        (callbacks->python_form == PROXENOS_PYTHON_UNSIGNED || callbacks->python_form == PROXENOS_PYTHON_SIGNED)) {
        return PROXENOS_OK;
    }
    return px_error(error, PROXENOS_ERROR_UNSUPPORTED,
                    "weighting 'python' cannot use hash '%s', which the Python package does not have; use siphash, "
                    "md5, sha1, sha224, sha256, sha384, sha512, mmh3_32, mmh3_64 or mmh3_128", callbacks->name);
}

static proxenos_status node_seed(const proxenos_context *context, const proxenos_node *node, uint64_t *seed,
                                 proxenos_error *error) {
    if (!node->parsed.has_port) {
        return px_error(error, PROXENOS_ERROR_UNSUPPORTED,
                        "weighting 'python' weighs address and port, and node '%s' has no port", node->identity);
    }
    uint8_t ipv6[16];
    proxenos_status status = px_python_resolve(context, node, ipv6, error);
    if (status == PROXENOS_OK) *seed = px_python_node_seed(ipv6, node->parsed.port);
    return status;
}

/* Nodes of weight 0 are passed by: a drained node needs neither port nor name. */
static proxenos_status add_nodes(python_state *state, const proxenos_cluster *cluster, const uint32_t *weights,
                                 const proxenos_context *context, proxenos_error *error) {
    for (size_t i = 0; i < cluster->count; i++) {
        if (weights[i] == 0) continue;
        proxenos_status status = node_seed(context, cluster->nodes[i], &state->seeds[state->count], error);
        if (status != PROXENOS_OK) return status;
        state->original[state->count++] = (uint32_t)i;
    }
    return PROXENOS_OK;
}

static proxenos_status python_prepare(const proxenos_cluster *cluster, const uint32_t *weights,
                                      const proxenos_hash_function *hash, void **opaque, proxenos_error *error) {
    *opaque = NULL;
    proxenos_status status = check_hash(hash, error);
    if (status != PROXENOS_OK) return status;
    python_state *state = px_calloc(1, sizeof *state);
    if (state == NULL) return px_error_memory(error);
    state->seeds = px_calloc(cluster->count, sizeof *state->seeds);
    state->original = px_calloc(cluster->count, sizeof *state->original);
    const proxenos_context *context = hash->host == NULL ? NULL : hash->host->context;
    status = state->seeds == NULL || state->original == NULL
                 ? px_error_memory(error)
                 : add_nodes(state, cluster, weights, context, error);
    if (status == PROXENOS_OK) *opaque = state;
    else python_release(state);
    return status;
}

static px_python_digest key_digest(const proxenos_hash_function *hash, const void *key, size_t length) {
    uint8_t bytes[64];
    (void)px_hash_digest(hash, key, length, bytes);
    return px_python_read_digest(bytes, hash->callbacks->digest_bits / 8,
                                 hash->callbacks->python_form == PROXENOS_PYTHON_SIGNED);
}

static uint64_t weigh(const px_python_digest *digest, uint64_t seed) {
    uint32_t words[PX_PYTHON_WORDS];
    size_t count = px_python_key(digest, seed, words);
    return px_python_draw(words, count);
}

static void offer_all(const python_state *state, const proxenos_hash_function *hash, const void *key,
                      size_t length, px_top *top) {
    px_python_digest digest = key_digest(hash, key, length);
    for (size_t i = 0; i < state->count; i++) px_top_offer(top, weigh(&digest, state->seeds[i]), (uint32_t)i);
}

static size_t python_best(const void *opaque, const proxenos_hash_function *hash, const void *key, size_t length) {
    const python_state *state = opaque;
    px_top_place place = {0};
    px_top top = {.places = &place, .capacity = 1};
    offer_all(state, hash, key, length, &top);
    return state->original[place.index];
}

static proxenos_status python_rank(const void *opaque, const proxenos_hash_function *hash, const void *key,
                                   size_t length, size_t count, uint32_t *indexes, proxenos_ranked *places,
                                   size_t *ranked, proxenos_error *error) {
    const python_state *state = opaque;
    px_top top = {.capacity = count < state->count ? count : state->count};
    *ranked = 0;
    if (top.capacity == 0) return PROXENOS_OK;
    top.places = px_calloc(top.capacity, sizeof *top.places);
    if (top.places == NULL) return px_error_memory(error);
    offer_all(state, hash, key, length, &top);
    px_top_finish(&top);
    px_top_report(&top, state->original, state->seeds, indexes, places);
    *ranked = top.count;
    free(top.places);
    return PROXENOS_OK;
}

static void python_best_many(const void *opaque, const proxenos_hash_function *hash, const proxenos_key *keys,
                             size_t count, uint32_t *indexes) {
    for (size_t i = 0; i < count; i++) {
        indexes[i] = (uint32_t)python_best(opaque, hash, keys[i].data, keys[i].length);
    }
}

const px_weighting px_weighting_python = {
    .name = "python",
    .scheme = "python",
    .prepare = python_prepare,
    .release = python_release,
    .best = python_best,
    .rank = python_rank,
    .best_many = python_best_many,
};

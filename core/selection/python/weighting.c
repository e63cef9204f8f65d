/* SPDX-License-Identifier: MIT */
/* The weighting of the Python package proxenos 0.0.3, bit for bit. */
#include "base/memory.h"
#include "selection/python/dispatch.h"
#include "selection/python/mt19937.h"
#include "selection/python/resolve.h"
#include "selection/top.h"
#include "selection/weighting.h"

#include <stdlib.h>
#include <string.h>

typedef struct python_state {
    size_t count;             /* nodes that can be chosen */
    uint64_t *seeds;
    uint32_t *original;       /* index into the cluster, ascending */
    bool is_told;             /* the identities tell all addresses */
    const px_python_kernel *kernel;
    uint32_t start[PX_MT19937_SIZE];
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

/* Whether the identity is the address that is weighed: a name is resolved, and an IPv4-mapped address, which is
 * written without a colon, is weighed as IPv6. */
static bool is_told(const proxenos_node *node) {
    if (strcmp(node->identity, node->address) != 0) return false;
    return node->parsed.kind == PX_ADDRESS_IPV4 ||
           (node->parsed.kind == PX_ADDRESS_IPV6 && strchr(node->host, ':') != NULL);
}

static proxenos_status node_digest(const proxenos_context *context, const proxenos_node *node, int64_t deadline_ms,
                                   px_python_digest *digest, proxenos_error *error) {
    uint8_t ipv6[16];
    proxenos_status status = px_python_resolve(context, node, deadline_ms, ipv6, error);
    if (status == PROXENOS_OK) *digest = px_python_node_digest(ipv6, node->parsed.port); /* no port: 0, as in the package */
    return status;
}

/* Nodes of weight 0 are passed by: a drained node is not resolved. */
static proxenos_status add_nodes(python_state *state, const proxenos_cluster *cluster, const uint32_t *weights,
                                 const proxenos_context *context, int64_t deadline_ms, proxenos_error *error) {
    px_python_batch batch = {.count = 0};
    size_t seeded = 0;
    for (size_t i = 0; i < cluster->count; i++) {
        if (weights[i] == 0) continue;
        px_python_digest digest;
        proxenos_status status = node_digest(context, cluster->nodes[i], deadline_ms, &digest, error);
        if (status != PROXENOS_OK) return status;
        px_python_batch_add(&batch, &digest, 0);
        state->is_told = state->is_told && is_told(cluster->nodes[i]);
        state->original[state->count++] = (uint32_t)i;
        if (batch.count < state->kernel->lanes) continue;
        px_python_batch_draw(&batch, state->kernel, state->start, &state->seeds[seeded]);
        seeded = state->count;
    }
    px_python_batch_draw(&batch, state->kernel, state->start, &state->seeds[seeded]);
    return PROXENOS_OK;
}

/* The package, which knows no tiers, would choose among all nodes. */
static proxenos_status check_tiers(const proxenos_cluster *cluster, proxenos_error *error) {
    bool has_tiers = cluster->report.dropped_tier > 0;
    for (size_t i = 0; i < cluster->count; i++) has_tiers |= cluster->nodes[i]->tier > 0;
    if (!has_tiers) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_UNSUPPORTED,
                    "weighting 'python' knows no tiers, which the Python package does not have, and nodes of this "
                    "cluster have one; use weighting hrw");
}

static proxenos_status python_prepare(const proxenos_cluster *cluster, const uint32_t *weights,
                                      const proxenos_hash_function *hash, int64_t deadline_ms, void **opaque,
                                      proxenos_error *error) {
    *opaque = NULL;
    proxenos_status status = check_hash(hash, error);
    if (status == PROXENOS_OK) status = check_tiers(cluster, error);
    if (status != PROXENOS_OK) return status;
    python_state *state = px_calloc(1, sizeof *state);
    if (state == NULL) return px_error_memory(error);
    state->kernel = px_python_kernel_in_use();
    state->is_told = true;
    px_mt19937_start(state->start);
    state->seeds = px_calloc(cluster->count, sizeof *state->seeds);
    state->original = px_calloc(cluster->count, sizeof *state->original);
    const proxenos_context *context = hash->host == NULL ? NULL : hash->host->context;
    status = state->seeds == NULL || state->original == NULL
                 ? px_error_memory(error)
                 : add_nodes(state, cluster, weights, context, deadline_ms, error);
    if (status == PROXENOS_OK) *opaque = state;
    else python_release(state);
    return status;
}

static void python_read_more(const void *opaque, px_more *more) {
    const python_state *state = opaque;
    if (!state->is_told) *more = (px_more){state->count, state->seeds, state->original};
}

static px_python_digest key_digest(const proxenos_hash_function *hash, const void *key, size_t length) {
    uint8_t bytes[64];
    (void)px_hash_digest(hash, key, length, bytes);
    return px_python_read_digest(bytes, hash->callbacks->digest_bits / 8,
                                 hash->callbacks->python_form == PROXENOS_PYTHON_SIGNED);
}

/* The nodes of many keys in one stream, so that lanes stay full with few nodes. */
typedef struct key_stream {
    const python_state *state;
    px_python_batch batch;
    uint32_t *indexes;        /* the answer of each key */
    size_t key, node;         /* what the batch begins with */
    uint64_t heaviest;        /* of that key's nodes before `node` */
} key_stream;

static void flush(key_stream *stream) {
    const python_state *state = stream->state;
    uint64_t weights[PX_PYTHON_LANES];
    size_t count = stream->batch.count;
    px_python_batch_draw(&stream->batch, state->kernel, state->start, weights);
    for (size_t lane = 0; lane < count; lane++) {
        /* Of equal weights the first stays: the smaller identity. */
        if (stream->node == 0 || weights[lane] > stream->heaviest) {
            stream->heaviest = weights[lane];
            stream->indexes[stream->key] = state->original[stream->node];
        }
        if (++stream->node == state->count) {
            stream->node = 0;
            stream->key++;
        }
    }
}

static void python_best_many(const void *opaque, const proxenos_hash_function *hash, const proxenos_key *keys,
                             size_t count, uint32_t *indexes) {
    key_stream stream = {.state = opaque, .indexes = indexes};
    if (stream.state->count == 1) {
        for (size_t i = 0; i < count; i++) indexes[i] = stream.state->original[0];
        return;
    }
    for (size_t i = 0; i < count; i++) {
        px_python_digest digest = key_digest(hash, keys[i].data, keys[i].length);
        for (size_t node = 0; node < stream.state->count; node++) {
            px_python_batch_add(&stream.batch, &digest, stream.state->seeds[node]);
            if (stream.batch.count == stream.state->kernel->lanes) flush(&stream);
        }
    }
    flush(&stream);
}

static size_t python_best(const void *opaque, const proxenos_hash_function *hash, const void *key, size_t length) {
    uint32_t index = 0;
    python_best_many(opaque, hash, &(proxenos_key){key, length}, 1, &index);
    return index;
}

static void offer_all(const python_state *state, const proxenos_hash_function *hash, const void *key,
                      size_t length, px_top *top) {
    px_python_batch batch = {.count = 0};
    px_python_digest digest = key_digest(hash, key, length);
    for (size_t first = 0; first < state->count;) {
        uint64_t weights[PX_PYTHON_LANES];
        size_t end = state->count - first < state->kernel->lanes ? state->count : first + state->kernel->lanes;
        for (size_t node = first; node < end; node++) px_python_batch_add(&batch, &digest, state->seeds[node]);
        px_python_batch_draw(&batch, state->kernel, state->start, weights);
        for (size_t node = first; node < end; node++) px_top_offer(top, weights[node - first], (uint32_t)node);
        first = end;
    }
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

const px_weighting px_weighting_python = {
    .name = "python",
    .scheme = "python",
    .prepare = python_prepare,
    .release = python_release,
    .read_more = python_read_more,
    .best = python_best,
    .rank = python_rank,
    .best_many = python_best_many,
};

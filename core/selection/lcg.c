/* SPDX-License-Identifier: MIT */
/* The generator of Thaler and Ravishankar's paper as a weighting. */
#include "selection/lcg.h"

#include "base/memory.h"
#include "selection/top.h"
#include "selection/weighting.h"

#include <stdlib.h>
#include <string.h>

typedef struct lcg_state {
    size_t count;             /* nodes that can be chosen */
    uint32_t *nodes;          /* px_lcg_node() of each */
    uint64_t *digests;
    uint32_t *original;       /* index into the cluster, ascending */
    uint32_t *by_index;       /* px_lcg_node() by index into the cluster */
} lcg_state;

static void lcg_release(void *opaque) {
    lcg_state *state = opaque;
    if (state == NULL) return;
    free(state->nodes);
    free(state->digests);
    free(state->original);
    free(state->by_index);
    free(state);
}

static void add_nodes(lcg_state *state, const proxenos_cluster *cluster, const uint32_t *weights,
                      const proxenos_hash_function *hash) {
    for (size_t i = 0; i < cluster->count; i++) {
        if (weights[i] == 0) continue;
        const char *identity = cluster->nodes[i]->identity;
        uint64_t digest = proxenos_hash64(hash, identity, strlen(identity));
        state->by_index[i] = px_lcg_node(px_lcg_fold(digest));
        state->nodes[state->count] = state->by_index[i];
        state->digests[state->count] = digest;
        state->original[state->count++] = (uint32_t)i;
    }
}

static proxenos_status lcg_prepare(const proxenos_cluster *cluster, const uint32_t *weights,
                                   const proxenos_hash_function *hash, int64_t deadline_ms, void **opaque,
                                   proxenos_error *error) {
    (void)deadline_ms; /* waits for nobody */
    *opaque = NULL;
    lcg_state *state = px_calloc(1, sizeof *state);
    if (state == NULL) return px_error_memory(error);
    state->nodes = px_calloc(cluster->count, sizeof *state->nodes);
    state->digests = px_calloc(cluster->count, sizeof *state->digests);
    state->original = px_calloc(cluster->count, sizeof *state->original);
    state->by_index = px_calloc(cluster->count, sizeof *state->by_index);
    if (state->nodes == NULL || state->digests == NULL || state->original == NULL || state->by_index == NULL) {
        lcg_release(state);
        return px_error_memory(error);
    }
    add_nodes(state, cluster, weights, hash);
    *opaque = state;
    return PROXENOS_OK;
}

/* The first of the largest: the smaller index is the smaller identity. */
static size_t best_of(const lcg_state *state, uint64_t digest) {
    uint32_t key = px_lcg_fold(digest), largest = px_lcg_weight(state->nodes[0], key);
    size_t best = 0;
    for (size_t i = 1; i < state->count; i++) {
        uint32_t weight = px_lcg_weight(state->nodes[i], key);
        if (weight > largest) {
            largest = weight;
            best = i;
        }
    }
    return state->original[best];
}

static size_t lcg_best(const void *opaque, const proxenos_hash_function *hash, const void *key, size_t length) {
    return best_of(opaque, proxenos_hash64(hash, key, length));
}

static proxenos_status rank_digest(const void *opaque, uint64_t digest, size_t count, uint32_t *indexes,
                                   proxenos_ranked *places, size_t *ranked, proxenos_error *error) {
    const lcg_state *state = opaque;
    px_top top = {.capacity = count < state->count ? count : state->count};
    *ranked = 0;
    if (top.capacity == 0) return PROXENOS_OK;
    top.places = px_calloc(top.capacity, sizeof *top.places);
    if (top.places == NULL) return px_error_memory(error);
    uint32_t key = px_lcg_fold(digest);
    for (size_t i = 0; i < state->count; i++) px_top_offer(&top, px_lcg_weight(state->nodes[i], key), (uint32_t)i);
    px_top_finish(&top);
    px_top_report(&top, state->original, state->digests, indexes, places);
    *ranked = top.count;
    free(top.places);
    return PROXENOS_OK;
}

static proxenos_status lcg_rank(const void *opaque, const proxenos_hash_function *hash, const void *key,
                                size_t length, size_t count, uint32_t *indexes, proxenos_ranked *places,
                                size_t *ranked, proxenos_error *error) {
    return rank_digest(opaque, proxenos_hash64(hash, key, length), count, indexes, places, ranked, error);
}

static void best_of_digests(const void *opaque, const uint64_t *digests, size_t count, uint32_t *indexes) {
    for (size_t i = 0; i < count; i++) indexes[i] = (uint32_t)best_of(opaque, digests[i]);
}

static void contest(const void *opaque, uint64_t first, const uint32_t *challengers, size_t stride, size_t count,
                    uint32_t *indexes) {
    const lcg_state *state = opaque;
    for (size_t i = 0; i < count; i++) {
        uint32_t key = px_lcg_fold(first + i), challenger = challengers[i * stride];
        uint32_t held = px_lcg_weight(state->by_index[indexes[i]], key);
        uint32_t bid = px_lcg_weight(state->by_index[challenger], key);
        if (bid > held || (bid == held && challenger < indexes[i])) indexes[i] = challenger;
    }
}

enum { KEYS_AT_ONCE = 64 };

static void lcg_best_many(const void *opaque, const proxenos_hash_function *hash, const proxenos_key *keys,
                          size_t count, uint32_t *indexes) {
    for (size_t start = 0; start < count; start += KEYS_AT_ONCE) {
        proxenos_bytes chunk[KEYS_AT_ONCE];
        uint64_t digests[KEYS_AT_ONCE];
        size_t size = count - start < KEYS_AT_ONCE ? count - start : KEYS_AT_ONCE;
        for (size_t i = 0; i < size; i++) chunk[i] = (proxenos_bytes){keys[start + i].data, keys[start + i].length};
        px_hash64_many(hash, chunk, size, digests);
        best_of_digests(opaque, digests, size, indexes + start);
    }
}

const px_weighting px_weighting_lcg = {
    .name = "lcg",
    .scheme = "lcg",
    .prepare = lcg_prepare,
    .release = lcg_release,
    .best = lcg_best,
    .rank = lcg_rank,
    .best_many = lcg_best_many,
    .best_of_digests = best_of_digests,
    .rank_digest = rank_digest,
    .contest = contest,
};

/* SPDX-License-Identifier: MIT */
/* The weighting `hrw`: prepares a cluster's nodes for the kernels. */
#include "base/memory.h"
#include "selection/hrw/kernels.h"
#include "selection/weighting.h"

#include <stdlib.h>
#include <string.h>

typedef struct hrw_state {
    px_hrw_table table;
    const px_hrw_kernels *kernels;
    uint64_t *digests;            /* hash64 of each identity, in the cluster's order */
    uint32_t *places;             /* in the table, in the cluster's order */
} hrw_state;

enum { CHUNK = 256 }; /* keys hashed and mixed at once, to stay on the stack and in the first cache */

static void release(void *opaque) {
    hrw_state *state = opaque;
    if (state == NULL) return;
    px_hrw_table_end(&state->table);
    free(state->digests);
    free(state->places);
    free(state);
}

static proxenos_status prepare(const proxenos_cluster *cluster, const uint32_t *weights,
                               const proxenos_hash_function *hash, int64_t deadline_ms, void **out,
                               proxenos_error *error) {
    (void)deadline_ms; /* waits for nobody */
    *out = NULL;
    hrw_state *state = px_calloc(1, sizeof *state);
    if (state == NULL) return px_error_memory(error);
    state->kernels = px_hrw_kernels_in_use();
    state->digests = px_calloc(cluster->count, sizeof *state->digests);
    state->places = px_calloc(cluster->count, sizeof *state->places);
    if (state->digests == NULL || state->places == NULL) goto out_of_memory;
    for (size_t i = 0; i < cluster->count; i++) {
        const char *identity = cluster->nodes[i]->identity;
        state->digests[i] = px_hash64(hash, identity, strlen(identity));
    }
    if (px_hrw_table_init(&state->table, state->digests, weights, cluster->count) != 0) goto out_of_memory;
    for (size_t i = 0; i < state->table.count; i++) state->places[state->table.original[i]] = (uint32_t)i;
    *out = state;
    return PROXENOS_OK;

out_of_memory:
    release(state);
    return px_error_memory(error);
}

static size_t best_of_key(const hrw_state *state, uint64_t key) {
    const px_hrw_table *table = &state->table;
    size_t index = table->weight == NULL ? state->kernels->best(table, key)
                                         : state->kernels->best_weighted(table, key);
    return table->original[index];
}

static size_t best(const void *state, const proxenos_hash_function *hash, const void *key, size_t length) {
    return best_of_key(state, px_hrw_key(px_hash64(hash, key, length)));
}

static proxenos_status rank_digest(const void *opaque, uint64_t digest, size_t count, uint32_t *indexes,
                                   proxenos_ranked *places, size_t *ranked, proxenos_error *error) {
    (void)error;
    const hrw_state *state = opaque;
    const px_hrw_table *table = &state->table;
    uint64_t key = px_hrw_key(digest);
    *ranked = count < table->count ? count : table->count;
    if (*ranked == 0) return PROXENOS_OK;
    state->kernels->top(table, key, *ranked, indexes);
    for (size_t i = 0; i < *ranked; i++) {
        uint64_t score = px_hrw_score(key, table->node[indexes[i]]);
        indexes[i] = table->original[indexes[i]];
        places[i].digest = state->digests[indexes[i]];
        places[i].score = score;
        places[i].cost = px_hrw_nlog2(score);
    }
    return PROXENOS_OK;
}

static proxenos_status rank(const void *state, const proxenos_hash_function *hash, const void *key, size_t length,
                            size_t count, uint32_t *indexes, proxenos_ranked *places, size_t *ranked,
                            proxenos_error *error) {
    return rank_digest(state, px_hash64(hash, key, length), count, indexes, places, ranked, error);
}

/* At most CHUNK of them; mixes the digests in place. */
static void best_of_chunk(const hrw_state *state, uint64_t *digests, size_t count, uint32_t *indexes) {
    const px_hrw_table *table = &state->table;
    for (size_t i = 0; i < count; i++) digests[i] = px_hrw_key(digests[i]);
    state->kernels->best_many(table, digests, count, indexes);
    for (size_t i = 0; i < count; i++) indexes[i] = table->original[indexes[i]];
}

static void best_of_digests(const void *state, const uint64_t *digests, size_t count, uint32_t *indexes) {
    uint64_t keys[CHUNK];
    for (size_t done = 0, size; done < count; done += size) {
        size = count - done < CHUNK ? count - done : CHUNK;
        memcpy(keys, digests + done, size * sizeof *keys);
        best_of_chunk(state, keys, size, indexes + done);
    }
}

/* Whether a challenger surely costs more, which spares two logarithms.  With x = major
 * / 2^32, cost is at least x / weight and, as -ln(1 - x) <= x / (1 - x), at most
 * x / (1 - x) / weight; 2^-18 is more than the table's error and all roundings. */
static int is_beaten(uint32_t held, float held_inverse, uint32_t bid, float bid_inverse) {
    float most = ((float)held + 1) * held_inverse * (1.0f + 0x1p-18f); /* + 1: for the minor half */
    float rest = 1.0f - ((float)held + 1) * 0x1p-32f;
    return (float)bid * bid_inverse * rest > most;
}

static void contest(const void *opaque, uint64_t first, const uint32_t *challengers, size_t stride, size_t count,
                    uint32_t *indexes) {
    const hrw_state *state = opaque;
    const px_hrw_table *table = &state->table;
    const float *inverse = table->inverse_weight;
    for (size_t i = 0; i < count; i++) {
        uint64_t key = px_hrw_key(first + i);
        uint32_t holder = state->places[indexes[i]], challenger = state->places[challengers[i * stride]];
        uint32_t held = px_hrw_major(key, table->node[holder]), bid = px_hrw_major(key, table->node[challenger]);
        if (inverse == NULL ? bid > held : is_beaten(held, inverse[holder], bid, inverse[challenger])) continue;
        px_hrw_cost holding = px_hrw_cost_of(table, key, holder), bidding = px_hrw_cost_of(table, key, challenger);
        if (px_hrw_is_cheaper(&bidding, &holding)) indexes[i] = challengers[i * stride];
    }
}

static void best_many(const void *state, const proxenos_hash_function *hash, const proxenos_key *keys, size_t count,
                      uint32_t *indexes) {
    proxenos_bytes bytes[CHUNK];
    uint64_t digests[CHUNK];
    for (size_t done = 0, size; done < count; done += size) {
        size = count - done < CHUNK ? count - done : CHUNK;
        for (size_t i = 0; i < size; i++) bytes[i] = (proxenos_bytes){keys[done + i].data, keys[done + i].length};
        px_hash64_many(hash, bytes, size, digests);
        best_of_chunk(state, digests, size, indexes + done);
    }
}

const px_weighting px_weighting_hrw = {
    .name = "hrw",
    .scheme = "hrw1",
    .prepare = prepare,
    .release = release,
    .best = best,
    .rank = rank,
    .best_many = best_many,
    .best_of_digests = best_of_digests,
    .rank_digest = rank_digest,
    .contest = contest,
};

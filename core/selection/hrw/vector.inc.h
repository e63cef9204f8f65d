/* SPDX-License-Identifier: MIT */
/* The vector kernels, once for all instruction sets.  A set's file defines the
 * types and functions below, includes this file, and names what it makes.
 *
 *   NAME is_supported  of the set
 *   TARGET INLINE     attributes of functions that use it, of those inlined
 *   LANES             words of 32 bits in a vector
 *   MANY_LIMIT        nodes up to which many keys are searched side by side
 *   words floats mask vectors of uint32_t, of float, and what comparing them gives
 *   words_load words_load_any words_all words_store words_xor words_add words_product words_min
 *   words_least       the smallest of all lanes
 *   words_same words_at_most  compare lanes, unsigned
 *   words_pick(m, a, b)       a where the mask holds, else b
 *   floats_load floats_store floats_all floats_product floats_min floats_max floats_least
 *   floats_at_most    compares lanes
 *   floats_of_words   unsigned words times FLOATS_SCALE, or less by under 1
 *   mask_or mask_bits mask_none   bit i of mask_bits is lane i
 *
 * How a search goes: the major halves of all scores are computed, LANES at a time;
 * each lane keeps the least it saw and where.  Only when two nodes share the least
 * major half, once in 2^32 by chance, are whole scores compared.  By weight, lanes
 * keep quotients as floats; the best one's exact cost gives the limit that no other
 * may reach, or else the exact costs of all within the limit decide. */
#include "selection/hrw/kernels.h"

#include <float.h>

#define COLD TARGET __attribute__((noinline, cold)) static

enum {
    BLOCK_VECTORS = PX_HRW_BLOCK / LANES,
    SMALL_BLOCKS = 2  /* tables up to so many blocks remember vectors, not blocks */
};

/* A key in every lane. */
typedef struct spread_key {
    uint64_t key;
    words low, high;
} spread_key;

INLINE spread_key spread(uint64_t key) {
    return (spread_key){key, words_all((uint32_t)key), words_all((uint32_t)(key >> 32))};
}

/* Major halves for the nodes from `first` on. */
INLINE words majors(const px_hrw_table *table, const spread_key *key, size_t first) {
    return words_product(words_xor(key->low, words_load(table->low + first)),
                         words_xor(key->high, words_load(table->high + first)));
}

INLINE floats quotients(const px_hrw_table *table, const spread_key *key, size_t first) {
    return floats_product(floats_of_words(majors(table, key, first)), floats_load(table->inverse_weight + first));
}

/* Bits for the nodes of a block, given where it begins; pads have none. */
INLINE uint64_t present(const px_hrw_table *table, size_t first) {
    size_t left = table->count - first;
    return left >= 64 ? UINT64_MAX : (UINT64_C(1) << left) - 1;
}

INLINE size_t first_bit(uint64_t bits) {
    return (size_t)__builtin_ctzll(bits);
}

/* ------------------------------------------------ the best, weights aside */

/* Several nodes from `first` on share the least major half. */
COLD size_t best_of_tied(const px_hrw_table *table, uint64_t key, size_t first, uint64_t bits) {
    size_t winner = first + first_bit(bits);
    for (bits &= bits - 1; bits != 0; bits &= bits - 1) {
        size_t i = first + first_bit(bits);
        if (px_hrw_score(key, table->node[i]) < px_hrw_score(key, table->node[winner])) winner = i;
    }
    return winner;
}

INLINE size_t best_of_bits(const px_hrw_table *table, uint64_t key, size_t first, uint64_t bits) {
    if (__builtin_expect((bits & (bits - 1)) != 0, 0)) return best_of_tied(table, key, first, bits);
    return first + first_bit(bits);
}

/* Bits of the nodes whose major half is `least`, in `vectors` vectors (a constant, at
 * most a block) from `first` on. */
INLINE uint64_t bits_of_least(const px_hrw_table *table, const spread_key *key, size_t first, size_t vectors,
                              words least) {
    uint64_t bits = 0;
    for (size_t v = 0; v < vectors; v++) {
        bits |= (uint64_t)mask_bits(words_same(majors(table, key, first + v * LANES), least)) << v * LANES;
    }
    return bits & present(table, first);
}

/* Tables of up to `vectors` vectors. */
INLINE size_t best_at_once(const px_hrw_table *table, const spread_key *key, size_t vectors) {
    words least = majors(table, key, 0);
    for (size_t v = 1; v < vectors; v++) least = words_min(least, majors(table, key, v * LANES));
    least = words_all(words_least(least));
    return best_of_bits(table, key->key, 0, bits_of_least(table, key, 0, vectors, least));
}

/* What lanes hold by steps: the least each saw, and the step. */
typedef struct best_lanes {
    words least, where;
    mask ties;                /* a lane saw its least more than once, or might have */
} best_lanes;

INLINE void see(best_lanes *lanes, words value, words here) {
    words least = words_min(lanes->least, value);
    lanes->ties = mask_or(lanes->ties, words_same(value, lanes->least));
    lanes->where = words_pick(words_same(least, lanes->least), lanes->where, here);
    lanes->least = least;
}

/* Tables of any size, `vectors` vectors a step. */
INLINE size_t best_by_steps(const px_hrw_table *table, const spread_key *key, size_t vectors) {
    best_lanes lanes = {words_all(UINT32_MAX), words_all(0), mask_none()};
    words here = words_all(0);
    for (size_t first = 0; first < table->count; first += vectors * LANES) {
        words value = majors(table, key, first);
        for (size_t v = 1; v < vectors; v++) value = words_min(value, majors(table, key, first + v * LANES));
        see(&lanes, value, here);
        here = words_add(here, words_all(1));
    }
    words least = words_all(words_least(lanes.least));
    uint32_t bits = mask_bits(words_same(lanes.least, least));
    uint32_t steps[LANES];
    words_store(steps, lanes.where);
    size_t step = steps[first_bit(bits)];
    bits &= ~mask_bits(words_same(lanes.where, words_all((uint32_t)step)));
    if (__builtin_expect(mask_bits(lanes.ties) | bits, 0)) return px_hrw_portable.best(table, key->key);
    size_t first = step * vectors * LANES;
    return best_of_bits(table, key->key, first, bits_of_least(table, key, first, vectors, least));
}

TARGET static size_t best(const px_hrw_table *table, uint64_t key) {
    const spread_key spread_out = spread(key);
    if (table->count <= LANES) return best_at_once(table, &spread_out, 1);
    if (table->count <= 2 * LANES) return best_at_once(table, &spread_out, 2);
    if (table->count <= 4 * LANES) return best_at_once(table, &spread_out, 4);
    if (table->count <= PX_HRW_BLOCK) return best_at_once(table, &spread_out, BLOCK_VECTORS);
    if (table->count <= SMALL_BLOCKS * PX_HRW_BLOCK) return best_by_steps(table, &spread_out, 1);
    return best_by_steps(table, &spread_out, BLOCK_VECTORS);
}

/* -------------------------------------------------------- the best by weight */

/* Bits of the nodes whose quotient is at most `limit`; `vectors` as above. */
INLINE uint64_t bits_within(const px_hrw_table *table, const spread_key *key, size_t first, size_t vectors,
                            float limit) {
    floats limits = floats_all(limit);
    uint64_t bits = 0;
    for (size_t v = 0; v < vectors; v++) {
        bits |= (uint64_t)mask_bits(floats_at_most(quotients(table, key, first + v * LANES), limits)) << v * LANES;
    }
    return bits & present(table, first);
}

INLINE float limit_of(const px_hrw_table *table, const px_hrw_cost *cost) {
    return px_hrw_limit(cost->nlog2, table->inverse_weight[cost->index]) * FLOATS_SCALE;
}

/* Lets the nodes of the bits contend with the least so far. */
COLD void weigh(const px_hrw_table *table, uint64_t key, size_t first, uint64_t bits, px_hrw_cost *least) {
    for (; bits != 0; bits &= bits - 1) {
        px_hrw_cost cost = px_hrw_cost_of(table, key, first + first_bit(bits));
        if (px_hrw_is_cheaper(&cost, least)) *least = cost;
    }
}

/* Lets every node within the limit contend. */
COLD size_t weigh_all(const px_hrw_table *table, const spread_key *key, px_hrw_cost least) {
    for (size_t first = 0; first < table->count; first += PX_HRW_BLOCK) {
        uint64_t bits = bits_within(table, key, first, BLOCK_VECTORS, limit_of(table, &least));
        if (bits != 0) weigh(table, key->key, first, bits, &least);
    }
    return least.index;
}

/* Weighs the nodes of at most a block against each other, given the least quotient. */
INLINE px_hrw_cost weigh_within(const px_hrw_table *table, const spread_key *key, size_t first, size_t vectors,
                                float quotient) {
    uint64_t bits = bits_within(table, key, first, vectors, quotient);
    px_hrw_cost least = px_hrw_cost_of(table, key->key, first + first_bit(bits));
    uint64_t others = bits_within(table, key, first, vectors, limit_of(table, &least)) & ~(bits & -bits);
    if (__builtin_expect(others != 0, 0)) weigh(table, key->key, first, others, &least);
    return least;
}

INLINE size_t weighted_at_once(const px_hrw_table *table, const spread_key *key, size_t vectors) {
    floats least = quotients(table, key, 0);
    for (size_t v = 1; v < vectors; v++) least = floats_min(least, quotients(table, key, v * LANES));
    return weigh_within(table, key, 0, vectors, floats_least(least)).index;
}

/* What lanes hold by steps: the two least each saw, and the step of the first. */
typedef struct weighted_lanes {
    floats least, second;
    words where;
} weighted_lanes;

INLINE void see_weighted(weighted_lanes *lanes, floats value, words here) {
    lanes->where = words_pick(floats_at_most(lanes->least, value), lanes->where, here);
    lanes->second = floats_min(lanes->second, floats_max(lanes->least, value));
    lanes->least = floats_min(lanes->least, value);
}

INLINE size_t weighted_by_steps(const px_hrw_table *table, const spread_key *key, size_t vectors) {
    weighted_lanes lanes = {floats_all(FLT_MAX), floats_all(FLT_MAX), words_all(0)};
    words here = words_all(0);
    for (size_t first = 0; first < table->count; first += vectors * LANES) {
        floats value = quotients(table, key, first);
        for (size_t v = 1; v < vectors; v++) value = floats_min(value, quotients(table, key, first + v * LANES));
        see_weighted(&lanes, value, here);
        here = words_add(here, words_all(1));
    }
    float quotient = floats_least(lanes.least);
    uint32_t bits = mask_bits(floats_at_most(lanes.least, floats_all(quotient)));
    uint32_t steps[LANES];
    words_store(steps, lanes.where);
    px_hrw_cost least = weigh_within(table, key, steps[first_bit(bits)] * vectors * LANES, vectors, quotient);
    /* Whatever else is within the limit shows in another lane or behind the first. */
    floats limit = floats_all(limit_of(table, &least));
    uint32_t others = mask_bits(floats_at_most(lanes.least, limit)) & ~(bits & -bits);
    if (__builtin_expect(others | mask_bits(floats_at_most(lanes.second, limit)), 0)) {
        return weigh_all(table, key, least);
    }
    return least.index;
}

TARGET static size_t best_weighted(const px_hrw_table *table, uint64_t key) {
    const spread_key spread_out = spread(key);
    if (table->count <= LANES) return weighted_at_once(table, &spread_out, 1);
    if (table->count <= 2 * LANES) return weighted_at_once(table, &spread_out, 2);
    if (table->count <= 4 * LANES) return weighted_at_once(table, &spread_out, 4);
    if (table->count <= PX_HRW_BLOCK) return weighted_at_once(table, &spread_out, BLOCK_VECTORS);
    if (table->count <= SMALL_BLOCKS * PX_HRW_BLOCK) return weighted_by_steps(table, &spread_out, 1);
    return weighted_by_steps(table, &spread_out, BLOCK_VECTORS);
}

/* ---------------------------------------------------------------- many keys */

INLINE spread_key spread_many(const uint64_t *keys) {
    uint32_t low[LANES], high[LANES];
    for (size_t i = 0; i < LANES; i++) {
        low[i] = (uint32_t)keys[i];
        high[i] = (uint32_t)(keys[i] >> 32);
    }
    return (spread_key){0, words_load_any(low), words_load_any(high)};
}

/* Major halves of one node for a key in each lane. */
INLINE words majors_of_node(const px_hrw_table *table, const spread_key *keys, size_t node) {
    return words_product(words_xor(keys->low, words_all(table->low[node])),
                         words_xor(keys->high, words_all(table->high[node])));
}

/* LANES keys at once. */
INLINE void best_of_lanes(const px_hrw_table *table, const uint64_t *keys, uint32_t *indexes) {
    spread_key spread_out = spread_many(keys);
    best_lanes lanes = {words_all(UINT32_MAX), words_all(0), mask_none()};
    for (size_t node = 0; node < table->count; node++) {
        see(&lanes, majors_of_node(table, &spread_out, node), words_all((uint32_t)node));
    }
    words_store(indexes, lanes.where);
    for (uint32_t ties = mask_bits(lanes.ties); __builtin_expect(ties != 0, 0); ties &= ties - 1) {
        size_t lane = first_bit(ties);
        indexes[lane] = (uint32_t)px_hrw_portable.best(table, keys[lane]);
    }
}

INLINE void weighted_of_lanes(const px_hrw_table *table, const uint64_t *keys, uint32_t *indexes) {
    spread_key spread_out = spread_many(keys);
    weighted_lanes lanes = {floats_all(FLT_MAX), floats_all(FLT_MAX), words_all(0)};
    for (size_t node = 0; node < table->count; node++) {
        floats value = floats_product(floats_of_words(majors_of_node(table, &spread_out, node)),
                                      floats_all(table->inverse_weight[node]));
        see_weighted(&lanes, value, words_all((uint32_t)node));
    }
    float second[LANES];
    words_store(indexes, lanes.where);
    floats_store(second, lanes.second);
    for (size_t lane = 0; lane < LANES; lane++) {
        px_hrw_cost least = px_hrw_cost_of(table, keys[lane], indexes[lane]);
        if (second[lane] <= limit_of(table, &least)) indexes[lane] = (uint32_t)best_weighted(table, keys[lane]);
    }
}

TARGET static void best_many(const px_hrw_table *table, const uint64_t *keys, size_t count, uint32_t *indexes) {
    size_t done = 0;
    if (table->weight != NULL) {
        for (; table->count <= MANY_LIMIT && done + LANES <= count; done += LANES) {
            weighted_of_lanes(table, keys + done, indexes + done);
        }
        for (; done < count; done++) indexes[done] = (uint32_t)best_weighted(table, keys[done]);
    } else {
        for (; table->count <= MANY_LIMIT && done + LANES <= count; done += LANES) {
            best_of_lanes(table, keys + done, indexes + done);
        }
        for (; done < count; done++) indexes[done] = (uint32_t)best(table, keys[done]);
    }
}

#include "selection/hrw/vector-top.inc.h"

#define KERNELS {.name = NAME, .is_supported = is_supported, .best = best, .best_weighted = best_weighted, \
                 .top = top, .best_many = best_many}

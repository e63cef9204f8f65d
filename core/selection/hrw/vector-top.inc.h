/* SPDX-License-Identifier: MIT */
/* The best few, in order; a part of hrw-vector.inc.h.
 * A limit is guessed under which some more nodes than wanted should be.  Those
 * under it are gathered, and the least taken out again and again.  Wrong guesses
 * and ties, all rare, are left to the portable kernel. */
#include <string.h>

enum {
    GATHERED = 192,           /* nodes, a multiple of PX_HRW_BLOCK; far more than are expected */
    EXACT_UP_TO = 24,         /* nodes by weight of which all costs are computed */
    TOO_FEW = 6               /* nodes by weight for which all this does not pay */
};

/* What nodes are compared by: major halves, or by weight the bits of a float that is
 * the cost but for roundings; such bits are ordered as the floats are. */
typedef struct gathering {
    size_t count;
    uint32_t nodes[GATHERED], values[GATHERED];
} gathering;

/* The bits of two floats differ by more than this when the costs surely do: it is
 * 2^-20 of them, against six roundings of 2^-23. */
#define COST_SLACK 16u

static inline uint32_t cost_bits(const px_hrw_table *table, uint64_t key, size_t node) {
    float cost = (float)(int64_t)px_hrw_nlog2(px_hrw_score(key, table->node[node])) * table->inverse_weight[node];
    uint32_t bits;
    memcpy(&bits, &cost, sizeof bits);
    return bits;
}

/* Adds the nodes of a block's bits; most have at most two, which need no branch. */
INLINE void add_nodes(gathering *found, size_t first, uint64_t bits) {
    const uint64_t guard = UINT64_C(1) << 63;
    uint32_t *next = found->nodes + found->count;
    found->count += (size_t)__builtin_popcountll(bits);
    *next++ = (uint32_t)(first + first_bit(bits | guard));
    bits &= bits - 1;
    *next++ = (uint32_t)(first + first_bit(bits | guard));
    for (bits &= bits - 1; bits != 0; bits &= bits - 1) *next++ = (uint32_t)(first + first_bit(bits));
}

INLINE uint64_t bits_at_most(const px_hrw_table *table, const spread_key *key, size_t first, words limit) {
    uint64_t bits = 0;
    for (size_t v = 0; v < BLOCK_VECTORS; v++) {
        bits |= (uint64_t)mask_bits(words_at_most(majors(table, key, first + v * LANES), limit)) << v * LANES;
    }
    return bits & present(table, first);
}

/* Gathers the nodes whose major half is at most `limit`; 0 when they are too many. */
TARGET static int gather(const px_hrw_table *table, const spread_key *key, uint32_t limit, gathering *found) {
    words limits = words_all(limit);
    found->count = 0;
    for (size_t first = 0; first < table->count; first += PX_HRW_BLOCK) {
        if (found->count > GATHERED - PX_HRW_BLOCK) return 0;
        add_nodes(found, first, bits_at_most(table, key, first, limits));
    }
    for (size_t i = 0; i < found->count; i++) {
        found->values[i] = px_hrw_major(key->key, table->node[found->nodes[i]]);
    }
    return 1;
}

/* The same for those whose quotient is at most `limit`. */
TARGET static int gather_weighted(const px_hrw_table *table, const spread_key *key, float limit, gathering *found) {
    found->count = 0;
    for (size_t first = 0; first < table->count; first += PX_HRW_BLOCK) {
        if (found->count > GATHERED - PX_HRW_BLOCK) return 0;
        add_nodes(found, first, bits_within(table, key, first, BLOCK_VECTORS, limit));
    }
    for (size_t i = 0; i < found->count; i++) found->values[i] = cost_bits(table, key->key, found->nodes[i]);
    return 1;
}

/* Takes the `wanted` least out, in order, from `vectors` vectors, marking their places
 * with the largest number.  0 when two are nearer than `slack`, or that number itself
 * would be next. */
INLINE int take_least(words *values, size_t vectors, size_t wanted, uint32_t slack, uint32_t *places) {
    for (size_t n = 0; n < wanted; n++) {
        words all = values[0];
        for (size_t v = 1; v < vectors; v++) all = words_min(all, values[v]);
        uint32_t least = words_least(all);
        words limit = words_all(least + slack);
        uint32_t place = 0, count = 0;
        for (size_t v = 0; v < vectors; v++) {
            mask taken = words_at_most(values[v], limit);
            uint32_t bits = mask_bits(taken);
            values[v] = words_pick(taken, words_all(UINT32_MAX), values[v]);
            place |= bits != 0 ? (uint32_t)(v * LANES + first_bit(bits)) : 0;
            count += (uint32_t)__builtin_popcount(bits);
        }
        if (count != 1) return 0;
        places[n] = place;
    }
    return 1;
}

/* Puts the best `wanted` nodes of a gathering in order. */
TARGET static int rank_gathering(gathering *found, size_t wanted, uint32_t slack, uint32_t *indexes) {
    if (found->count < wanted) return 0;
    size_t vectors = (found->count + LANES - 1) / LANES;
    for (size_t i = found->count; i < vectors * LANES; i++) found->values[i] = UINT32_MAX;
    words values[GATHERED / LANES];
    for (size_t v = 0; v < vectors; v++) values[v] = words_load_any(found->values + v * LANES);
    int is_done = vectors == 1 ? take_least(values, 1, wanted, slack, indexes)
                : vectors == 2 ? take_least(values, 2, wanted, slack, indexes)
                               : take_least(values, vectors, wanted, slack, indexes);
    for (size_t n = 0; is_done && n < wanted; n++) indexes[n] = found->nodes[indexes[n]];
    return is_done;
}

/* Fewer nodes than wanted under this many expected come about once in 200 times. */
static inline size_t expected(size_t wanted) {
    return wanted + wanted / 4 + 8;
}

/* Tables of up to `vectors` vectors. */
INLINE int top_at_once(const px_hrw_table *table, const spread_key *key, size_t vectors, size_t wanted,
                       uint32_t *indexes) {
    static const uint32_t numbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const words count = words_all((uint32_t)table->count), none = words_all(UINT32_MAX);
    words number = words_load_any(numbers), values[BLOCK_VECTORS];
    for (size_t v = 0; v < vectors; v++) {
        mask is_pad = words_at_most(count, number); /* a pad would tie with the last node */
        values[v] = words_pick(is_pad, none, majors(table, key, v * LANES));
        number = words_add(number, words_all(LANES));
    }
    return take_least(values, vectors, wanted, 0, indexes);
}

TARGET static int top_unweighted(const px_hrw_table *table, uint64_t key, size_t wanted, uint32_t *indexes) {
    const spread_key spread_out = spread(key);
    if (table->count <= LANES) return top_at_once(table, &spread_out, 1, wanted, indexes);
    if (table->count <= 2 * LANES) return top_at_once(table, &spread_out, 2, wanted, indexes);
    if (table->count <= 4 * LANES) return top_at_once(table, &spread_out, 4, wanted, indexes);
    if (table->count <= PX_HRW_BLOCK) return top_at_once(table, &spread_out, BLOCK_VECTORS, wanted, indexes);
    uint64_t limit = ((uint64_t)expected(wanted) << 32) / table->count;
    gathering found;
    return limit < UINT32_MAX && gather(table, &spread_out, (uint32_t)limit, &found) &&
           rank_gathering(&found, wanted, 0, indexes);
}

TARGET static int top_weighted(const px_hrw_table *table, uint64_t key, size_t wanted, uint32_t *indexes) {
    const spread_key spread_out = spread(key);
    gathering found;
    float limit = table->count <= EXACT_UP_TO
        ? FLT_MAX
        : (float)expected(wanted) * 0x1p32f / (float)table->total_weight * FLOATS_SCALE;
    for (int attempt = 0; attempt < 4; attempt++) {
        if (!gather_weighted(table, &spread_out, limit, &found)) return 0;
        if (found.count < wanted) {
            limit *= 4;
            continue;
        }
        if (!rank_gathering(&found, wanted, COST_SLACK, indexes)) return 0;
        if (found.count == table->count) return 1;
        /* No node outside may cost as little as the last one inside. */
        px_hrw_cost last = px_hrw_cost_of(table, key, indexes[wanted - 1]);
        float needed = limit_of(table, &last);
        if (needed <= limit) return 1;
        limit = needed;
    }
    return 0;
}

TARGET static void top(const px_hrw_table *table, uint64_t key, size_t count, uint32_t *indexes) {
    int is_done = 0;
    if (table->weight == NULL) {
        if (count <= PX_HRW_FEW) is_done = top_unweighted(table, key, count, indexes);
    } else if (table->count > TOO_FEW && count <= PX_HRW_FEW && count <= table->count / 2) {
        is_done = top_weighted(table, key, count, indexes);
    }
    if (!is_done) px_hrw_portable.top(table, key, count, indexes);
}

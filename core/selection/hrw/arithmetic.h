/* SPDX-License-Identifier: MIT */
/* The arithmetic of `hrw1`, which proxenos-scheme(7) defines.  Integers only, so
 * that every processor gives the same answer; the one float at the end prunes
 * and never decides.  Inline, since the searches spend their time here. */
#ifndef PX_SELECTION_HRW_ARITHMETIC_H
#define PX_SELECTION_HRW_ARITHMETIC_H

#include <stdint.h>

/* q(t) = -log2(1 - t) / t at t = j / 512 in units of 2^-31, j = 0...256, and the
 * last once more.  Made by nlog2-table.py. */
extern const uint32_t px_nlog2_table[258];

/* Pelle Evensen's moremur: a bijection that mixes all 64 bits. */
static inline uint64_t px_moremur(uint64_t x) {
    x ^= x >> 27;
    x *= UINT64_C(0x3C79AC492BA7B653);
    x ^= x >> 33;
    x *= UINT64_C(0x1C69B3F74AC4AE35);
    return x ^ x >> 27;
}

/* Keys and nodes are mixed apart and differ in bit 32, which makes the high half
 * of key ^ node odd and so the low half of the pair's product uniform. */
#define PX_HRW_ODD (UINT64_C(1) << 32)

/* A key's digest, mixed well; what slots are taken from. */
static inline uint64_t px_hrw_mix_key(uint64_t hash64) {
    return px_moremur(hash64 ^ UINT64_C(0x9E3779B97F4A7C15));
}

/* K of a key's digest. */
static inline uint64_t px_hrw_key(uint64_t hash64) {
    return px_hrw_mix_key(hash64) | PX_HRW_ODD;
}

/* D of a node's digest. */
static inline uint64_t px_hrw_node(uint64_t hash64) {
    return px_moremur(hash64) & ~PX_HRW_ODD;
}

/* The major half of S, all that a search looks at unless two nodes share it. */
static inline uint32_t px_hrw_major(uint64_t key, uint64_t node) {
    uint64_t x = key ^ node;
    return (uint32_t)x * (uint32_t)(x >> 32);
}

/* S of a pair; the smallest wins. */
static inline uint64_t px_hrw_score(uint64_t key, uint64_t node) {
    uint64_t x = key ^ node;
    uint64_t z = (x & UINT32_MAX) * (x >> 32);
    return z << 32 | z >> 32;
}

/* Zero bits above the highest one; x is not 0. */
static inline unsigned px_leading_zeros(uint64_t x) {
#if defined(__GNUC__)
    return (unsigned)__builtin_clzll(x);
#else
    unsigned zeros = 0;
    for (; x >> 63 == 0; x <<= 1) zeros++;
    return zeros;
#endif
}

/* NLOG2: -log2(1 - S / 2^64) in units of 2^-57, monotone in S; below 2^63. */
static inline uint64_t px_hrw_nlog2(uint64_t score) {
    if (score == 0) return 0;
    uint64_t rest = 0 - score;                   /* 2^64 - S = (1 - t) 2^(64 - n), 0 < t <= 1/2 */
    unsigned n = px_leading_zeros(rest);
    uint64_t t = 0 - (rest << n);                /* in units of 2^-64 */
    const uint32_t *q = px_nlog2_table + (t >> 55);
    uint64_t fraction = t >> 32 & 0x7fffff;
    uint64_t slope = q[0] + ((q[1] - q[0]) * fraction >> 23);
    uint64_t product = (t >> 32) * slope + ((t & UINT32_MAX) * slope >> 32); /* t q(t), 2^-63 */
    return ((uint64_t)n << 57) + (product >> 6);
}

/* What a node costs a key: the least NLOG2(S) / weight wins, then the smallest S,
 * then the smallest index.  Where weights are equal, nlog2 may be 0 for all. */
typedef struct px_hrw_cost {
    uint64_t nlog2, score;
    uint32_t weight, index;
} px_hrw_cost;

/* Whether a wins over b; exact, by cross-multiplication in 96 bits. */
static inline int px_hrw_is_cheaper(const px_hrw_cost *a, const px_hrw_cost *b) {
    if ((a->nlog2 | b->nlog2) != 0) {
        uint64_t a_low = (a->nlog2 & UINT32_MAX) * b->weight, b_low = (b->nlog2 & UINT32_MAX) * a->weight;
        uint64_t a_high = (a->nlog2 >> 32) * b->weight + (a_low >> 32);
        uint64_t b_high = (b->nlog2 >> 32) * a->weight + (b_low >> 32);
        if (a_high != b_high) return a_high < b_high;
        if ((uint32_t)a_low != (uint32_t)b_low) return (uint32_t)a_low < (uint32_t)b_low;
    }
    return a->score < b->score || (a->score == b->score && a->index < b->index);
}

/* The largest major / weight with which another node might still cost no more, given
 * an NLOG2 and 1 / weight.  Since NLOG2(S) + 1 > S * table[0] / 2^38, such a node has
 *     (S >> 32) / weight <= nlog2 * inverse_weight * 64 / table[0] * (1 + 2^-25),
 * and the seven roundings to float on both sides, each of at most 2^-23 whatever the
 * direction, stay within the rest of 2^-20. */
static inline float px_hrw_limit(uint64_t nlog2, float inverse_weight) {
    return (float)(int64_t)nlog2 * inverse_weight * (float)(64.0 / 0xb8aa3b29 * (1.0 + 1.0 / (1 << 20)));
}

#endif

/* SPDX-License-Identifier: MIT */
/* SipHash of eight keys side by side, in the compiler's own vectors: one text,
 * compiled for each processor.  The answers are those of siphash(). */
#ifndef SIPHASH_LANES_H
#define SIPHASH_LANES_H

#include "siphash-function.h"

#include <proxenos/plugin.h>

#include <string.h>

#if defined(__GNUC__) && defined(__x86_64__)
#define SIPHASH_HAS_LANES 1
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Two vectors of four keys: neither waits for its own results, and with AVX-512
 * they are as fast as one vector of eight. */
enum { LANES = 8, HALF = 4 };
typedef uint64_t half_lanes __attribute__((vector_size(8 * HALF)));
typedef int64_t half_mask __attribute__((vector_size(8 * HALF)));

typedef struct half_state {
    half_lanes v0, v1, v2, v3;
} half_state;

typedef struct lanes_state {
    half_state first, second;
} lanes_state;

/* A macro, as no function may pass a vector that its target lacks. */
#define LANES_ROTATE(x, bits) ((x) << (bits) | (x) >> (64 - (bits)))

ALWAYS_INLINE void half_round(half_state *s) {
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = LANES_ROTATE(s->v1, 13) ^ s->v0;
    s->v3 = LANES_ROTATE(s->v3, 16) ^ s->v2;
    s->v0 = LANES_ROTATE(s->v0, 32) + s->v3;
    s->v2 += s->v1;
    s->v1 = LANES_ROTATE(s->v1, 17) ^ s->v2;
    s->v3 = LANES_ROTATE(s->v3, 21) ^ s->v0;
    s->v2 = LANES_ROTATE(s->v2, 32);
}

ALWAYS_INLINE void lanes_rounds(lanes_state *s, int count) {
    for (int i = 0; i < count; i++) {
        half_round(&s->first);
        half_round(&s->second);
    }
}

ALWAYS_INLINE void lanes_absorb(lanes_state *s, const half_lanes word[2], int per_word) {
    s->first.v3 ^= word[0];
    s->second.v3 ^= word[1];
    lanes_rounds(s, per_word);
    s->first.v0 ^= word[0];
    s->second.v0 ^= word[1];
}

/* ------------------------------------------------------------ the messages */

/* How many whole words each key has, and the word that closes it. */
typedef struct lanes_shape {
    uint64_t whole[LANES];
    uint64_t last[LANES];
    uint64_t least, most, sum; /* of `whole` */
} lanes_shape;

ALWAYS_INLINE void lanes_measure(const proxenos_bytes *keys, lanes_shape *shape) {
    shape->least = UINT64_MAX;
    shape->most = shape->sum = 0;
    for (int lane = 0; lane < LANES; lane++) {
        uint64_t whole = keys[lane].length / 8;
        shape->whole[lane] = whole;
        shape->last[lane] = siphash_last_word(keys[lane].data, keys[lane].length);
        shape->sum += whole;
        if (whole < shape->least) shape->least = whole;
        if (whole > shape->most) shape->most = whole;
    }
}

/* Word i of a key; its last one for good when it has no more.  Loads both from
 * memory, so that no branch hangs on the length. */
ALWAYS_INLINE uint64_t lanes_word(const proxenos_bytes *keys, const lanes_shape *shape, int lane, uint64_t i) {
    const uint8_t *own = keys[lane].data;
    return siphash_load64(i < shape->whole[lane] ? own + 8 * i : (const uint8_t *)&shape->last[lane]);
}

ALWAYS_INLINE void lanes_load(const proxenos_bytes *keys, const lanes_shape *shape, uint64_t i,
                              half_lanes word[2]) {
    for (int h = 0; h < 2; h++) {
        int lane = HALF * h;
        word[h] = (half_lanes){lanes_word(keys, shape, lane, i), lanes_word(keys, shape, lane + 1, i),
                               lanes_word(keys, shape, lane + 2, i), lanes_word(keys, shape, lane + 3, i)};
    }
}

/* Takes the next state of the keys that have a word i, last ones included. */
ALWAYS_INLINE void half_advance(half_state *s, const half_state *next, const half_mask *whole, uint64_t i) {
    half_lanes active = (half_lanes)(*whole > (int64_t)i - 1);
    s->v0 = (next->v0 & active) | (s->v0 & ~active);
    s->v1 = (next->v1 & active) | (s->v1 & ~active);
    s->v2 = (next->v2 & active) | (s->v2 & ~active);
    s->v3 = (next->v3 & active) | (s->v3 & ~active);
}

ALWAYS_INLINE void lanes_absorb_all(lanes_state *s, const proxenos_bytes *keys, const lanes_shape *shape,
                                    int per_word) {
    half_mask whole[2];
    memcpy(whole, shape->whole, sizeof whole);
    for (uint64_t i = 0; i <= shape->most; i++) {
        half_lanes word[2];
        lanes_state next = *s;
        lanes_load(keys, shape, i, word);
        lanes_absorb(&next, word, per_word);
        if (i <= shape->least) { /* every key had one */
            *s = next;
            continue;
        }
        half_advance(&s->first, &next.first, &whole[0], i);
        half_advance(&s->second, &next.second, &whole[1], i);
    }
}

/* ------------------------------------------------------------- many keys */

ALWAYS_INLINE void lanes_hash(const uint64_t key[2], const proxenos_bytes *keys, const lanes_shape *shape,
                              int per_word, int at_end, uint64_t *out) {
    uint64_t start[4];
    siphash_start(start, key);
    const half_lanes zero = {0};
    const half_state half = {start[0] - zero, start[1] - zero, start[2] - zero, start[3] - zero};
    lanes_state s = {half, half};
    lanes_absorb_all(&s, keys, shape, per_word);
    s.first.v2 ^= 0xff - zero;
    s.second.v2 ^= 0xff - zero;
    lanes_rounds(&s, at_end);
    half_lanes result[2] = {s.first.v0 ^ s.first.v1 ^ s.first.v2 ^ s.first.v3,
                            s.second.v0 ^ s.second.v1 ^ s.second.v2 ^ s.second.v3};
    memcpy(out, result, sizeof result);
}

/* Eight keys take as long as the longest: those of very different lengths are done
 * one by one.  A word of eight keys takes about the time of `step` words of one. */
ALWAYS_INLINE void lanes_hash_many(const uint64_t key[2], const proxenos_bytes *keys, size_t count, int per_word,
                                   int at_end, uint64_t step, uint64_t *out) {
    size_t done = 0;
    for (; done + LANES <= count; done += LANES) {
        lanes_shape shape;
        lanes_measure(keys + done, &shape);
        if ((shape.most + 1) * step <= shape.sum + LANES) {
            lanes_hash(key, keys + done, &shape, per_word, at_end, out + done);
        } else {
            siphash_each(key, keys + done, LANES, per_word, at_end, out + done);
        }
    }
    siphash_each(key, keys + done, count - done, per_word, at_end, out + done);
}

#define LANES_FUNCTION(name, features, per_word, at_end, step)                                                \
    __attribute__((target(features))) static void name(const uint64_t key[2], const proxenos_bytes *keys,     \
                                                       size_t count, uint64_t *out) {                        \
        lanes_hash_many(key, keys, count, per_word, at_end, step, out);                                       \
    }
LANES_FUNCTION(lanes_2_4_avx2, "avx2", 2, 4, 4)
LANES_FUNCTION(lanes_1_3_avx2, "avx2", 1, 3, 4)
LANES_FUNCTION(lanes_2_4_avx512, "avx2,avx512f,avx512vl", 2, 4, 3)
LANES_FUNCTION(lanes_1_3_avx512, "avx2,avx512f,avx512vl", 1, 3, 3)

#endif
#endif

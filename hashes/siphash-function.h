/* SPDX-License-Identifier: MIT */
/* SipHash-c-d of one input. */
#ifndef SIPHASH_FUNCTION_H
#define SIPHASH_FUNCTION_H

#include <proxenos/plugin.h>

static inline uint64_t siphash_rotate(uint64_t x, unsigned bits) {
    return x << bits | x >> (64 - bits);
}

/* Little-endian whatever the machine; compilers make one load of it. */
static inline uint64_t siphash_load32(const uint8_t *p) {
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24;
}

static inline uint64_t siphash_load64(const uint8_t *p) {
    return siphash_load32(p) | siphash_load32(p + 4) << 32;
}

/* The last word: what remains after whole words, and the length's low byte on
 * top.  Overlapping loads that stay inside the input take the place of a loop. */
static inline uint64_t siphash_last_word(const uint8_t *bytes, size_t length) {
    uint64_t top = (uint64_t)length << 56;
    unsigned rest = length & 7;
    if (length >= 8) return top | siphash_load64(bytes + length - 8) >> 1 >> (63 - 8 * rest); /* rest may be 0 */
    if (rest >= 4) return top | siphash_load32(bytes) | siphash_load32(bytes + rest - 4) << (8 * (rest - 4));
    if (rest == 0) return top;
    return top | (uint64_t)bytes[0] | (uint64_t)bytes[rest / 2] << (8 * (rest / 2))
        | (uint64_t)bytes[rest - 1] << (8 * (rest - 1));
}

static inline void siphash_rounds(uint64_t v[4], int count) {
    for (int i = 0; i < count; i++) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = siphash_rotate(v[1], 13) ^ v[0];
        v[3] = siphash_rotate(v[3], 16) ^ v[2];
        v[0] = siphash_rotate(v[0], 32) + v[3];
        v[2] += v[1];
        v[1] = siphash_rotate(v[1], 17) ^ v[2];
        v[3] = siphash_rotate(v[3], 21) ^ v[0];
        v[2] = siphash_rotate(v[2], 32);
    }
}

static inline void siphash_absorb(uint64_t v[4], uint64_t word, int per_word) {
    v[3] ^= word;
    siphash_rounds(v, per_word);
    v[0] ^= word;
}

/* "somepseudorandomlygeneratedbytes" under the key. */
static inline void siphash_start(uint64_t v[4], const uint64_t key[2]) {
    v[0] = key[0] ^ UINT64_C(0x736f6d6570736575);
    v[1] = key[1] ^ UINT64_C(0x646f72616e646f6d);
    v[2] = key[0] ^ UINT64_C(0x6c7967656e657261);
    v[3] = key[1] ^ UINT64_C(0x7465646279746573);
}

/* `bytes` may be NULL when `length` is 0. */
static inline uint64_t siphash(const uint64_t key[2], const uint8_t *bytes, size_t length, int per_word,
                               int at_end) {
    uint64_t v[4];
    siphash_start(v, key);
    size_t whole = length & ~(size_t)7;
    for (size_t i = 0; i < whole; i += 8) siphash_absorb(v, siphash_load64(bytes + i), per_word);
    siphash_absorb(v, siphash_last_word(bytes, length), per_word);
    v[2] ^= 0xff;
    siphash_rounds(v, at_end);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static inline void siphash_each(const uint64_t key[2], const proxenos_bytes *keys, size_t count, int per_word,
                                int at_end, uint64_t *out) {
    for (size_t i = 0; i < count; i++) {
        out[i] = siphash(key, (const uint8_t *)keys[i].data, keys[i].length, per_word, at_end);
    }
}

#endif

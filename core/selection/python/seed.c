/* SPDX-License-Identifier: MIT */
#include "selection/python/seed.h"

#include "base/sha512.h"
#include "selection/python/mt19937.h"

#include <string.h>

void px_python_pack(const uint8_t ipv6[16], uint16_t port, uint8_t packed[PX_PYTHON_PACKED_SIZE]) {
    memcpy(packed, ipv6, 16);
    for (int group = 0; group < 4; group++) {
        packed[16 + 2 * group] = 0;
        packed[17 + 2 * group] = (uint8_t)(port >> (12 - 4 * group) & 15);
    }
}

px_python_digest px_python_node_digest(const uint8_t ipv6[16], uint16_t port) {
    uint8_t packed[PX_PYTHON_PACKED_SIZE], hashed[PX_SHA512_SIZE];
    px_python_pack(ipv6, port, packed);
    px_sha512(packed, sizeof packed, hashed);
    return px_python_read_digest(hashed, sizeof hashed, false);
}

px_python_digest px_python_read_digest(const uint8_t *bytes, size_t size, bool is_signed) {
    px_python_digest digest = {.is_negative = is_signed && bytes[0] >= 0x80};
    if (digest.is_negative) memset(digest.words, 0xff, sizeof digest.words);
    for (size_t i = 0; i < size; i++) {
        size_t shift = i % 4 * 8;
        uint32_t *word = &digest.words[i / 4];
        *word = (*word & ~((uint32_t)0xff << shift)) | (uint32_t)bytes[size - 1 - i] << shift;
    }
    digest.count = size > 8 ? (size + 3) / 4 : 2; /* room for the seed's 63 bits and a sign */
    return digest;
}

static void negate(uint32_t *words, size_t count) {
    uint64_t carry = 1;
    for (size_t i = 0; i < count; i++) {
        carry += (uint32_t)~words[i];
        words[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* CPython seeds with the significant words only, and with one for zero. */
static size_t significant(const uint32_t *words, size_t count) {
    while (count > 1 && words[count - 1] == 0) count--;
    return count;
}

size_t px_python_key(const px_python_digest *digest, uint64_t seed, uint32_t words[PX_PYTHON_WORDS]) {
    memcpy(words, digest->words, sizeof digest->words);
    words[0] ^= (uint32_t)seed;
    words[1] ^= (uint32_t)(seed >> 32);
    /* The seed is below 2^63, so the sign is the digest's. */
    if (digest->is_negative) negate(words, digest->count);
    return significant(words, digest->count);
}

uint64_t px_python_draw(const uint32_t *words, size_t count) {
    px_mt19937 generator;
    px_mt19937_seed(&generator, words, count);
    return px_mt19937_63_bits(&generator);
}

uint64_t px_python_weight(const px_python_digest *digest, uint64_t seed) {
    uint32_t words[PX_PYTHON_WORDS];
    size_t count = px_python_key(digest, seed, words);
    return px_python_draw(words, count);
}

/* SPDX-License-Identifier: MIT */
#include "cluster/fingerprint.h"

const uint8_t px_public_key[16] = {
    0xd9, 0x06, 0xb0, 0x7a, 0x88, 0x13, 0x15, 0xce, 0x30, 0x88, 0x47, 0xa8, 0xc4, 0xde, 0x69, 0xc6,
};

typedef struct sip_state {
    uint64_t v0, v1, v2, v3;
} sip_state;

static uint64_t rotate_left(uint64_t word, unsigned bits) {
    return word << bits | word >> (64 - bits);
}

/* Up to 8 bytes, little-endian. */
static uint64_t load_word(const uint8_t *bytes, size_t length) {
    uint64_t word = 0;
    for (size_t i = 0; i < length; i++) word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

static void sip_rounds(sip_state *s, int rounds) {
    while (rounds-- > 0) {
        s->v0 += s->v1;
        s->v2 += s->v3;
        s->v1 = rotate_left(s->v1, 13) ^ s->v0;
        s->v3 = rotate_left(s->v3, 16) ^ s->v2;
        s->v0 = rotate_left(s->v0, 32);
        s->v2 += s->v1;
        s->v0 += s->v3;
        s->v1 = rotate_left(s->v1, 17) ^ s->v2;
        s->v3 = rotate_left(s->v3, 21) ^ s->v0;
        s->v2 = rotate_left(s->v2, 32);
    }
}

static void absorb(sip_state *s, uint64_t word) {
    s->v3 ^= word;
    sip_rounds(s, 2);
    s->v0 ^= word;
}

uint64_t px_siphash24(const uint8_t key[16], const void *bytes, size_t length) {
    uint64_t k0 = load_word(key, 8), k1 = load_word(key + 8, 8);
    /* "somepseudorandomlygeneratedbytes" */
    sip_state s = {
        k0 ^ 0x736f6d6570736575,
        k1 ^ 0x646f72616e646f6d,
        k0 ^ 0x6c7967656e657261,
        k1 ^ 0x7465646279746573,
    };
    const uint8_t *byte = bytes;
    size_t rest = length;
    for (; rest >= 8; rest -= 8, byte += 8) absorb(&s, load_word(byte, 8));
    absorb(&s, load_word(byte, rest) | (uint64_t)length << 56);
    s.v2 ^= 0xff;
    sip_rounds(&s, 4);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

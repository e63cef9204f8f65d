/* SPDX-License-Identifier: MIT */
/* The hashes of xxHash (Yann Collet), by libxxhash.  Very fast and not keyed: a
 * seed is no secret, whoever chooses the inputs can make them collide. */
#include <proxenos/plugin.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

typedef struct state {
    XXH64_hash_t seed;
    char parameters[sizeof "seed=18446744073709551615"];
} state;

/* libxxhash does not promise to take NULL, even with a length of 0. */
static inline const void *readable(const void *bytes) {
    return bytes != NULL ? bytes : "";
}

static uint64_t hash_xxh32(const void *state_pointer, const void *bytes, size_t length) {
    const state *self = state_pointer;
    return XXH32(readable(bytes), length, (XXH32_hash_t)self->seed);
}

static uint64_t hash_xxh64(const void *state_pointer, const void *bytes, size_t length) {
    const state *self = state_pointer;
    return XXH64(readable(bytes), length, self->seed);
}

static uint64_t hash_xxh3_64(const void *state_pointer, const void *bytes, size_t length) {
    const state *self = state_pointer;
    return XXH3_64bits_withSeed(readable(bytes), length, self->seed);
}

static uint64_t hash_xxh3_128(const void *state_pointer, const void *bytes, size_t length) {
    const state *self = state_pointer;
    return XXH3_128bits_withSeed(readable(bytes), length, self->seed).low64;
}

static void many_xxh3_64(const void *state_pointer, const proxenos_bytes *keys, size_t count, uint64_t *out) {
    const state *self = state_pointer;
    for (size_t i = 0; i < count; i++) {
        out[i] = XXH3_64bits_withSeed(readable(keys[i].data), keys[i].length, self->seed);
    }
}

/* Digests are xxHash's canonical, big-endian representation. */

static void digest_xxh32(const void *state_pointer, const void *bytes, size_t length, uint8_t *out) {
    XXH32_canonical_t canonical;
    XXH32_canonicalFromHash(&canonical, (XXH32_hash_t)hash_xxh32(state_pointer, bytes, length));
    memcpy(out, canonical.digest, sizeof canonical.digest);
}

static void store64(uint64_t hash, uint8_t *out) {
    XXH64_canonical_t canonical;
    XXH64_canonicalFromHash(&canonical, hash);
    memcpy(out, canonical.digest, sizeof canonical.digest);
}

static void digest_xxh64(const void *state_pointer, const void *bytes, size_t length, uint8_t *out) {
    store64(hash_xxh64(state_pointer, bytes, length), out);
}

static void digest_xxh3_64(const void *state_pointer, const void *bytes, size_t length, uint8_t *out) {
    store64(hash_xxh3_64(state_pointer, bytes, length), out);
}

static void digest_xxh3_128(const void *state_pointer, const void *bytes, size_t length, uint8_t *out) {
    const state *self = state_pointer;
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_withSeed(readable(bytes), length, self->seed));
    memcpy(out, canonical.digest, sizeof canonical.digest);
}

/* ---------------------------------------------------------------- options */

static const proxenos_option options_32[] = {
    {.name = "seed", .type = PROXENOS_TYPE_UNSIGNED, .fallback = "0", .minimum = 0, .maximum = UINT32_MAX,
     .help = "seed, a number of 32 bits"},
};

static const proxenos_option options_64[] = {
    {.name = "seed", .type = PROXENOS_TYPE_UNSIGNED, .fallback = "0", .help = "seed, a number of 64 bits"},
};

static int32_t open_state(const proxenos_host *host, const proxenos_values *values, void **state_pointer) {
    state *self = malloc(sizeof *self);
    if (self == NULL) return proxenos_fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
    self->seed = (XXH64_hash_t)proxenos_value_at(values, 0)->integer;
    (void)snprintf(self->parameters, sizeof self->parameters, "seed=%" PRIu64, (uint64_t)self->seed);
    *state_pointer = self;
    return PROXENOS_RESULT_OK;
}

static const char *parameters(const void *state_pointer) {
    return ((const state *)state_pointer)->parameters;
}

/* ---------------------------------------------------------- known answers
 * xxHash's own (tests/sanity_test_vectors.h), of the first bytes of its buffer:
 * byte i is the top byte of 2654435761 * 11400714785074694797^i. */
static const uint8_t sanity[80] = {
    0x00, 0x52, 0x92, 0x9b, 0xb7, 0x32, 0xa3, 0x24, 0x2d, 0x00, 0xaf, 0x95, 0x0e, 0xec, 0xb8, 0x93,
    0xe3, 0xdf, 0xef, 0x93, 0xaa, 0xd6, 0xcd, 0x2a, 0x53, 0x8b, 0x5c, 0x3f, 0x54, 0x5a, 0x6f, 0xd5,
    0x59, 0xc0, 0xff, 0xfc, 0x8f, 0x85, 0xb9, 0x33, 0x1d, 0xab, 0x74, 0xf7, 0xb6, 0x05, 0x93, 0x27,
    0xb0, 0x70, 0x84, 0xb3, 0x67, 0x7c, 0x9f, 0x76, 0x48, 0x00, 0x72, 0xed, 0x7b, 0x98, 0x17, 0xe8,
    0xdd, 0x48, 0x5e, 0x0c, 0x0c, 0xcb, 0xd0, 0x65, 0x3f, 0xad, 0xb2, 0x8f, 0x11, 0xb0, 0x6c, 0xe8,
};

#define PRIME32 "seed=2654435761"
#define PRIME64 "seed=11400714785074694797"
#define SOURCE "xxHash, tests/sanity_test_vectors.h"
#define BYTE(x, i) (uint8_t)(UINT64_C(x) >> (56 - 8 * (i)))
#define LOW_BYTES(x) BYTE(x, 4), BYTE(x, 5), BYTE(x, 6), BYTE(x, 7)
#define BYTES(x) BYTE(x, 0), BYTE(x, 1), BYTE(x, 2), BYTE(x, 3), LOW_BYTES(x)
#define KNOWN_32(options, length, x) {options, sanity, length, UINT64_C(x), (const uint8_t[]){LOW_BYTES(x)}, SOURCE}
#define KNOWN_64(options, length, x) {options, sanity, length, UINT64_C(x), (const uint8_t[]){BYTES(x)}, SOURCE}
#define KNOWN_128(options, length, low, high) \
    {options, sanity, length, UINT64_C(low), (const uint8_t[]){BYTES(high), BYTES(low)}, SOURCE}

static const proxenos_known_answer known_xxh32[] = {
    KNOWN_32("seed=0", 0, 0x02cc5d05),  KNOWN_32(PRIME32, 0, 0x36b78ae7),
    KNOWN_32("seed=0", 1, 0xcf65b03e),  KNOWN_32(PRIME32, 1, 0xb4545aa4),
    KNOWN_32("seed=0", 6, 0x659f0c97),  KNOWN_32(PRIME32, 6, 0x0bcf25c5),
    KNOWN_32("seed=0", 14, 0x1208e7e2), KNOWN_32(PRIME32, 14, 0x6af1d1fe),
};

static const proxenos_known_answer known_xxh64[] = {
    KNOWN_64("seed=0", 0, 0xef46db3751d8e999),  KNOWN_64(PRIME32, 0, 0xac75fda2929b17ef),
    KNOWN_64("seed=0", 1, 0xe934a84adb052768),  KNOWN_64(PRIME32, 1, 0x5014607643a9b4c3),
    KNOWN_64("seed=0", 4, 0x9136a0dca57457ee),
    KNOWN_64("seed=0", 14, 0x8282dcc4994e35c8), KNOWN_64(PRIME32, 14, 0xc3bd6bf63deb6df0),
};

static const proxenos_known_answer known_xxh3_64[] = {
    KNOWN_64("seed=0", 0, 0x2d06800538d394c2),  KNOWN_64(PRIME64, 0, 0xa8a6b918b2f0364a),
    KNOWN_64("seed=0", 1, 0xc44bdff4074eecdb),  KNOWN_64(PRIME64, 1, 0x032be332dd766ef8),
    KNOWN_64("seed=0", 6, 0x27b56a84cd2d7325),  KNOWN_64(PRIME64, 6, 0x84589c116ab59ab9),
    KNOWN_64("seed=0", 12, 0xa713daf0dfbb77e7), KNOWN_64(PRIME64, 12, 0xe7303e1b2336de0e),
    KNOWN_64("seed=0", 24, 0xa3fe70bf9d3510eb), KNOWN_64(PRIME64, 24, 0x850e80fc35bdd690),
    KNOWN_64("seed=0", 48, 0x397da259ecba1f11), KNOWN_64(PRIME64, 48, 0xadc2cbaa44acc616),
    KNOWN_64("seed=0", 80, 0xbcdefbbb2c47c90a), KNOWN_64(PRIME64, 80, 0xc6dd0cb699532e73),
};

static const proxenos_known_answer known_xxh3_128[] = {
    KNOWN_128("seed=0", 0, 0x6001c324468d497f, 0x99aa06d3014798d8),
    KNOWN_128(PRIME32, 0, 0x5444f7869c671ab0, 0x92220ae55e14ab50),
    KNOWN_128("seed=0", 1, 0xc44bdff4074eecdb, 0xa6cd5e9392000f6a),
    KNOWN_128(PRIME32, 1, 0xb53d5557e7f76f8d, 0x89b99554ba22467c),
    KNOWN_128("seed=0", 6, 0x3e7039bdda43cfc6, 0x082afe0b8162d12a),
    KNOWN_128(PRIME32, 6, 0x269d8f70be98856e, 0x5a865b5389abd2b1),
    KNOWN_128("seed=0", 24, 0x1e7044d28b1b901d, 0x0ce966e4678d3761),
    KNOWN_128(PRIME32, 24, 0xd7304c54ebad40a9, 0x3162026714a6a243),
    KNOWN_128("seed=0", 48, 0xf942219aed80f67b, 0xa002ac4e5478227e),
    KNOWN_128(PRIME32, 48, 0x7ba3c3e453a1934e, 0x163adde36c072295),
};

/* ---------------------------------------------------------- the descriptor */

#define ANSWERS(table) \
    .known_answers = table, .known_answer_count = sizeof table / sizeof table[0], \
    .known_answer_stride = sizeof table[0]
#define STATE(schema) \
    .options = schema, .option_count = 1, .option_stride = sizeof schema[0], \
    .open = open_state, .parameters = parameters, .close = free

static const proxenos_hash hashes[] = {
    {
        .name = "xxh3-64",
        .aliases = (const char *const[]){"xxhash", "xxh3", NULL},
        .summary = "XXH3 of 64 bits, the fastest",
        .hash_bits = 64, .digest_bits = 64, ANSWERS(known_xxh3_64), STATE(options_64),
        .hash64 = hash_xxh3_64, .digest = digest_xxh3_64, .hash64_many = many_xxh3_64,
    },
    {
        .name = "xxh3-128",
        .aliases = (const char *const[]){"xxh128", NULL},
        .summary = "XXH3 of 128 bits",
        .hash_bits = 64, .digest_bits = 128, ANSWERS(known_xxh3_128), STATE(options_64),
        .hash64 = hash_xxh3_128, .digest = digest_xxh3_128,
    },
    {
        .name = "xxh32",
        .summary = "XXH32",
        .hash_bits = 32, .digest_bits = 32, ANSWERS(known_xxh32), STATE(options_32),
        .hash64 = hash_xxh32, .digest = digest_xxh32,
    },
    {
        .name = "xxh64",
        .summary = "XXH64",
        .hash_bits = 64, .digest_bits = 64, ANSWERS(known_xxh64), STATE(options_64),
        .hash64 = hash_xxh64, .digest = digest_xxh64,
    },
};

PROXENOS_MODULE(xxhash) = {
    PROXENOS_MODULE_HEADER(0),
    .name = "xxhash",
    .version = "1.0",
    .summary = "the hashes of xxHash",
    .hashes = hashes, .hash_count = sizeof hashes / sizeof hashes[0], .hash_stride = sizeof hashes[0],
};

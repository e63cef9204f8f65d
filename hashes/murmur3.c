/* SPDX-License-Identifier: MIT */
/* MurmurHash3 (Austin Appleby, 2010, public domain): x86_32, and the 128-bit
 * forms x64_128 and x86_128, which give different answers.  Not keyed: whoever
 * chooses the inputs can make them collide. */
#include <proxenos/plugin.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct state {
    uint32_t seed;
    int is_x64;
    char parameters[sizeof "optimize=x64,seed=4294967295"];
} state;

/* 128 bits: the integer is low | high << 64. */
typedef struct wide {
    uint64_t low, high;
} wide;

static inline uint32_t rotate32(uint32_t x, unsigned bits) {
    return x << bits | x >> (32 - bits);
}

static inline uint64_t rotate64(uint64_t x, unsigned bits) {
    return x << bits | x >> (64 - bits);
}

/* Little-endian whatever the machine; compilers make one load of it. */
static inline uint32_t load32(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t load64(const uint8_t *p) {
    return (uint64_t)load32(p) | (uint64_t)load32(p + 4) << 32;
}

static inline uint32_t finish32(uint32_t h) {
    h = (h ^ h >> 16) * UINT32_C(0x85ebca6b);
    h = (h ^ h >> 13) * UINT32_C(0xc2b2ae35);
    return h ^ h >> 16;
}

static inline uint64_t finish64(uint64_t h) {
    h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ h >> 33;
}

/* The rest of an input that is no multiple of the block, padded with zeros:
 * a word of zero leaves every form of the hash as it is.  Gives its length. */
static inline size_t load_rest(uint8_t *padded, const uint8_t *bytes, size_t length, size_t block) {
    size_t rest = length % block;
    memset(padded, 0, block);
    if (rest > 0) memcpy(padded, bytes + length - rest, rest);
    return rest;
}

/* ----------------------------------------------------------------- x86_32 */

static inline uint32_t mix_x86_32(uint32_t k) {
    return rotate32(k * UINT32_C(0xcc9e2d51), 15) * UINT32_C(0x1b873593);
}

static uint32_t murmur3_x86_32(const uint8_t *bytes, size_t length, uint32_t seed) {
    uint32_t h = seed;
    uint8_t rest[4];
    size_t whole = length - load_rest(rest, bytes, length, sizeof rest);
    for (size_t i = 0; i < whole; i += 4) {
        h = rotate32(h ^ mix_x86_32(load32(bytes + i)), 13) * 5 + UINT32_C(0xe6546b64);
    }
    return finish32(h ^ mix_x86_32(load32(rest)) ^ (uint32_t)length);
}

/* ---------------------------------------------------------------- x86_128 */

static const struct {
    uint32_t factor, addend;
    unsigned key_turn, turn;
} lanes[4] = {
    {UINT32_C(0x239b961b), UINT32_C(0x561ccd1b), 15, 19},
    {UINT32_C(0xab0e9789), UINT32_C(0x0bcaa747), 16, 17},
    {UINT32_C(0x38b34ae5), UINT32_C(0x96cd1c35), 17, 15},
    {UINT32_C(0xa1e38b93), UINT32_C(0x32ac3b17), 18, 13},
};

static inline uint32_t mix_x86_128(uint32_t k, int lane) {
    return rotate32(k * lanes[lane].factor, lanes[lane].key_turn) * lanes[(lane + 1) % 4].factor;
}

static inline void spread(uint32_t h[4]) {
    h[0] += h[1] + h[2] + h[3];
    for (int lane = 1; lane < 4; lane++) h[lane] += h[0];
}

static wide murmur3_x86_128(const uint8_t *bytes, size_t length, uint32_t seed) {
    uint32_t h[4] = {seed, seed, seed, seed};
    uint8_t rest[16];
    size_t whole = length - load_rest(rest, bytes, length, sizeof rest);
    for (size_t i = 0; i < whole; i += 16) {
        for (int lane = 0; lane < 4; lane++) {
            uint32_t mixed = h[lane] ^ mix_x86_128(load32(bytes + i + 4 * lane), lane);
            h[lane] = (rotate32(mixed, lanes[lane].turn) + h[(lane + 1) % 4]) * 5 + lanes[lane].addend;
        }
    }
    for (int lane = 0; lane < 4; lane++) h[lane] ^= mix_x86_128(load32(rest + 4 * lane), lane) ^ (uint32_t)length;
    spread(h);
    for (int lane = 0; lane < 4; lane++) h[lane] = finish32(h[lane]);
    spread(h);
    return (wide){(uint64_t)h[0] | (uint64_t)h[1] << 32, (uint64_t)h[2] | (uint64_t)h[3] << 32};
}

/* ---------------------------------------------------------------- x64_128 */

#define FACTOR_LOW UINT64_C(0x87c37b91114253d5)
#define FACTOR_HIGH UINT64_C(0x4cf5ad432745937f)

static inline uint64_t mix_low(uint64_t k) {
    return rotate64(k * FACTOR_LOW, 31) * FACTOR_HIGH;
}

static inline uint64_t mix_high(uint64_t k) {
    return rotate64(k * FACTOR_HIGH, 33) * FACTOR_LOW;
}

static wide murmur3_x64_128(const uint8_t *bytes, size_t length, uint32_t seed) {
    wide h = {seed, seed};
    uint8_t rest[16];
    size_t whole = length - load_rest(rest, bytes, length, sizeof rest);
    for (size_t i = 0; i < whole; i += 16) {
        h.low = (rotate64(h.low ^ mix_low(load64(bytes + i)), 27) + h.high) * 5 + 0x52dce729;
        h.high = (rotate64(h.high ^ mix_high(load64(bytes + i + 8)), 31) + h.low) * 5 + 0x38495ab5;
    }
    h.low ^= mix_low(load64(rest)) ^ length;
    h.high ^= mix_high(load64(rest + 8)) ^ length;
    h.low += h.high;
    h.high += h.low;
    h.low = finish64(h.low);
    h.high = finish64(h.high);
    h.low += h.high;
    h.high += h.low;
    return h;
}

/* ---------------------------------------------------------- the callbacks */

static uint64_t hash_32(const void *state_pointer, const void *bytes, size_t length) {
    const state *self = state_pointer;
    return murmur3_x86_32(bytes, length, self->seed);
}

static wide hash_wide(const state *self, const void *bytes, size_t length) {
    return self->is_x64 ? murmur3_x64_128(bytes, length, self->seed) : murmur3_x86_128(bytes, length, self->seed);
}

static uint64_t hash_64(const void *state_pointer, const void *bytes, size_t length) {
    return hash_wide(state_pointer, bytes, length).low;
}

static void store_big_endian(uint8_t *out, uint64_t x, int count) {
    for (int i = 0; i < count; i++) out[i] = (uint8_t)(x >> (8 * (count - 1 - i)));
}

static void digest_32(const void *state_pointer, const void *bytes, size_t length, uint8_t *out) {
    store_big_endian(out, hash_32(state_pointer, bytes, length), 4);
}

static void digest_64(const void *state_pointer, const void *bytes, size_t length, uint8_t *out) {
    store_big_endian(out, hash_64(state_pointer, bytes, length), 8);
}

static void digest_128(const void *state_pointer, const void *bytes, size_t length, uint8_t *out) {
    wide h = hash_wide(state_pointer, bytes, length);
    store_big_endian(out, h.high, 8);
    store_big_endian(out + 8, h.low, 8);
}

/* ---------------------------------------------------------------- options */

enum { OPTION_SEED, OPTION_OPTIMIZE, OPTION_COUNT };
enum { OPTIMIZE_AUTO, OPTIMIZE_X64, OPTIMIZE_X86 };

static const char *const optimize_choices[] = {
    [OPTIMIZE_AUTO] = "auto", [OPTIMIZE_X64] = "x64", [OPTIMIZE_X86] = "x86", NULL
};

/* mmh3_32 has the first only. */
static const proxenos_option options[] = {
    [OPTION_SEED] = {
        .name = "seed", .type = PROXENOS_TYPE_UNSIGNED, .fallback = "0", .environment = "PROXENOS_MMH_SEED",
        .minimum = 0, .maximum = UINT32_MAX, .help = "seed, a number of 32 bits",
    },
    [OPTION_OPTIMIZE] = {
        .name = "optimize", .type = PROXENOS_TYPE_STRING, .fallback = "auto", .choices = optimize_choices,
        .environment = "PROXENOS_MMH_OPTIMIZE",
        .help = "which form, x64_128 or x86_128; auto is x64 where pointers have 64 bits",
    },
};

static state *new_state(const proxenos_host *host, const proxenos_values *values) {
    state *self = calloc(1, sizeof *self);
    if (self == NULL) (void)proxenos_fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
    else self->seed = (uint32_t)proxenos_value_at(values, OPTION_SEED)->integer;
    return self;
}

static int32_t open_32(const proxenos_host *host, const proxenos_values *values, void **state_pointer) {
    state *self = new_state(host, values);
    if (self == NULL) return PROXENOS_RESULT_OUT_OF_MEMORY;
    (void)snprintf(self->parameters, sizeof self->parameters, "seed=%" PRIu32, self->seed);
    *state_pointer = self;
    return PROXENOS_RESULT_OK;
}

static int32_t open_wide(const proxenos_host *host, const proxenos_values *values, void **state_pointer) {
    state *self = new_state(host, values);
    if (self == NULL) return PROXENOS_RESULT_OUT_OF_MEMORY;
    int64_t optimize = proxenos_value_at(values, OPTION_OPTIMIZE)->integer;
    self->is_x64 = optimize == OPTIMIZE_X64 || (optimize == OPTIMIZE_AUTO && sizeof(void *) == 8);
    (void)snprintf(self->parameters, sizeof self->parameters, "optimize=%s,seed=%" PRIu32,
                   self->is_x64 ? "x64" : "x86", self->seed);
    *state_pointer = self;
    return PROXENOS_RESULT_OK;
}

static const char *parameters(const void *state_pointer) {
    return ((const state *)state_pointer)->parameters;
}

/* ---------------------------------------------------------- known answers */

#define TEXT(text) (text), sizeof(text) - 1
#define BYTES_32(x) \
    (const uint8_t[]){(uint8_t)(UINT32_C(x) >> 24), (uint8_t)(UINT32_C(x) >> 16), (uint8_t)(UINT32_C(x) >> 8), \
                      (uint8_t)UINT32_C(x)}
#define BYTE(x, i) (uint8_t)(UINT64_C(x) >> (56 - 8 * (i)))
#define BYTES(x) \
    BYTE(x, 0), BYTE(x, 1), BYTE(x, 2), BYTE(x, 3), BYTE(x, 4), BYTE(x, 5), BYTE(x, 6), BYTE(x, 7)
#define KNOWN_32(options, input, x, source) {options, TEXT(input), UINT32_C(x), BYTES_32(x), source}
/* `low` is the half that the original in C writes first. */
#define KNOWN_64(options, input, low, source) \
    {options, TEXT(input), UINT64_C(low), (const uint8_t[]){BYTES(low)}, source}
#define KNOWN_128(options, input, low, high, source) \
    {options, TEXT(input), UINT64_C(low), (const uint8_t[]){BYTES(high), BYTES(low)}, source}

#define WIKIPEDIA "Wikipedia, MurmurHash, test vectors"
#define BOYD "Ian Boyd, murmur3 test vectors (Stack Overflow 14747343)"
#define SPAOLACCI "spaolacci/murmur3, murmur_test.go"
#define LYONS "karanlyons/murmurHash3.js, README and tests"
#define X64 "optimize=x64,seed=0"
#define X86 "optimize=x86,seed=0"
#define HASHLIB "HashLib4CSharp, MurmurHash3_x86_128 tests"
#define SMHASHER_SEED "seed=2538058380" /* 0x9747b28c */
#define FOX "The quick brown fox jumps over the lazy dog"
#define RECORD "I will not buy this record, it is scratched."
#define TOBACCONIST "I will not buy this tobacconist's, it is scratched."

static const proxenos_known_answer known_32[] = {
    KNOWN_32("seed=0", "", 0x00000000, WIKIPEDIA),
    KNOWN_32("seed=1", "", 0x514e28b7, WIKIPEDIA),
    KNOWN_32("seed=4294967295", "", 0x81f16f39, WIKIPEDIA),
    KNOWN_32("seed=0", "test", 0xba6bd213, WIKIPEDIA),
    KNOWN_32(SMHASHER_SEED, "test", 0x704b81dc, WIKIPEDIA),
    KNOWN_32("seed=0", "Hello, world!", 0xc0363e43, WIKIPEDIA),
    KNOWN_32(SMHASHER_SEED, "Hello, world!", 0x24884cba, WIKIPEDIA),
    KNOWN_32("seed=0", FOX, 0x2e4ff723, WIKIPEDIA),
    KNOWN_32(SMHASHER_SEED, FOX, 0x2fa826cd, WIKIPEDIA),
    KNOWN_32("seed=0", "\xff\xff\xff\xff", 0x76293b50, BOYD),
    KNOWN_32("seed=0", "\x21\x43\x65\x87", 0xf55b516b, BOYD),
    KNOWN_32("seed=1350757870", "\x21\x43\x65\x87", 0x2362f9de, BOYD),
    KNOWN_32("seed=0", "\x21\x43\x65", 0x7e4a8634, BOYD),
    KNOWN_32("seed=0", "\x21\x43", 0xa0f7b07a, BOYD),
    KNOWN_32("seed=0", "\x21", 0x72661cf4, BOYD),
    KNOWN_32("seed=0", "\0\0\0", 0x85f0b427, BOYD),
    KNOWN_32(SMHASHER_SEED, "\xcf\x80\xcf\x80\xcf\x80\xcf\x80\xcf\x80\xcf\x80\xcf\x80\xcf\x80", 0xd58063c1, BOYD),
    KNOWN_32("seed=0", RECORD, 0xa8d02b9a, LYONS),
};

static const proxenos_known_answer known_64[] = {
    KNOWN_64(X64, "", 0x0000000000000000, SPAOLACCI),
    KNOWN_64(X64, "hello", 0xcbd8a7b341bd9b02, SPAOLACCI),
    KNOWN_64(X64, "hello, world", 0x342fac623a5ebc8e, SPAOLACCI),
    KNOWN_64(X64, "19 Jan 2038 at 3:14:07 AM", 0xb89e5988b737affc, SPAOLACCI),
    KNOWN_64(X64, FOX ".", 0xcd99481f9ee902c9, SPAOLACCI),
    KNOWN_64(X64, RECORD, 0xc382657f9a06c49d, LYONS),
    KNOWN_64(X86, RECORD, 0x25ac5e40a0a9683b, LYONS),
    KNOWN_64(X86, TOBACCONIST, 0xef3f78669b5b7ba2, LYONS),
};

static const proxenos_known_answer known_128[] = {
    KNOWN_128(X64, "", 0x0000000000000000, 0x0000000000000000, SPAOLACCI),
    KNOWN_128(X64, "hello", 0xcbd8a7b341bd9b02, 0x5b1e906a48ae1d19, SPAOLACCI),
    KNOWN_128(X64, "hello, world", 0x342fac623a5ebc8e, 0x4cdcbc079642414d, SPAOLACCI),
    KNOWN_128(X64, "19 Jan 2038 at 3:14:07 AM", 0xb89e5988b737affc, 0x664fc2950231b2cb, SPAOLACCI),
    KNOWN_128(X64, FOX ".", 0xcd99481f9ee902c9, 0x695da1a38987b6e7, SPAOLACCI),
    KNOWN_128(X64, RECORD, 0xc382657f9a06c49d, 0x4a71fdc6d9b0d48f, LYONS),
    KNOWN_128(X64, TOBACCONIST, 0xd30654abbd8227e3, 0x67d73523f0079673, LYONS),
    KNOWN_128(X86, "", 0x0000000000000000, 0x0000000000000000, LYONS),
    KNOWN_128(X86, "0", 0xa5eb34f80ab2409e, 0xa5eb34f8a5eb34f8, LYONS),
    KNOWN_128(X86, RECORD, 0x25ac5e40a0a9683b, 0x890dddf5d9af2895, LYONS),
    KNOWN_128(X86, TOBACCONIST, 0xef3f78669b5b7ba2, 0x00f3f98e889adeaf, LYONS),
    KNOWN_128("optimize=x86,seed=1", "", 0x54d201b988c4adec, 0x54d201b954d201b9, HASHLIB),
};

/* ---------------------------------------------------------- the descriptor */

#define ANSWERS(table) \
    .known_answers = table, .known_answer_count = sizeof table / sizeof table[0], \
    .known_answer_stride = sizeof table[0]

static const proxenos_hash hashes[] = {
    {
        .name = "mmh3_32",
        .aliases = (const char *const[]){"mmh_32", NULL},
        .summary = "MurmurHash3 x86_32",
        .options = options, .option_count = OPTION_OPTIMIZE, .option_stride = sizeof options[0],
        .hash_bits = 32, .digest_bits = 32, .python_form = PROXENOS_PYTHON_SIGNED, ANSWERS(known_32),
        .open = open_32, .hash64 = hash_32, .digest = digest_32, .parameters = parameters, .close = free,
    },
    {
        .name = "mmh3_64",
        .aliases = (const char *const[]){"mmh_64", NULL},
        .summary = "the first half of mmh3_128",
        .options = options, .option_count = OPTION_COUNT, .option_stride = sizeof options[0],
        .hash_bits = 64, .digest_bits = 64, .python_form = PROXENOS_PYTHON_SIGNED, ANSWERS(known_64),
        .open = open_wide, .hash64 = hash_64, .digest = digest_64, .parameters = parameters, .close = free,
    },
    {
        .name = "mmh3_128",
        .aliases = (const char *const[]){"mmh_128", "murmur3", NULL},
        .summary = "MurmurHash3 x64_128 or x86_128",
        .options = options, .option_count = OPTION_COUNT, .option_stride = sizeof options[0],
        .hash_bits = 64, .digest_bits = 128, .python_form = PROXENOS_PYTHON_UNSIGNED, ANSWERS(known_128),
        .open = open_wide, .hash64 = hash_64, .digest = digest_128, .parameters = parameters, .close = free,
    },
};

PROXENOS_MODULE(murmur3) = {
    PROXENOS_MODULE_HEADER(0),
    .name = "murmur3",
    .version = "1.0",
    .summary = "MurmurHash3 of 32, 64 and 128 bits",
    .hashes = hashes, .hash_count = sizeof hashes / sizeof hashes[0], .hash_stride = sizeof hashes[0],
};

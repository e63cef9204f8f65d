/* SPDX-License-Identifier: MIT */
/* SipHash-2-4 and SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast
 * short-input PRF", 2012): keyed, so that whoever lacks the key cannot choose
 * inputs that fall together. */
#include "siphash-function.h"
#include "siphash-lanes.h"

#include <proxenos/plugin.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 16 };

typedef struct state {
    uint64_t key[2];
    char parameters[sizeof "key=" + 8];
} state;

static uint64_t siphash_2_4(const void *state_pointer, const void *bytes, size_t length) {
    const state *self = state_pointer;
    return siphash(self->key, bytes, length, 2, 4);
}

static uint64_t siphash_1_3(const void *state_pointer, const void *bytes, size_t length) {
    const state *self = state_pointer;
    return siphash(self->key, bytes, length, 1, 3);
}

typedef void many_function(const uint64_t key[2], const proxenos_bytes *keys, size_t count, uint64_t *out);

static void each_2_4(const uint64_t key[2], const proxenos_bytes *keys, size_t count, uint64_t *out) {
    siphash_each(key, keys, count, 2, 4, out);
}

static void each_1_3(const uint64_t key[2], const proxenos_bytes *keys, size_t count, uint64_t *out) {
    siphash_each(key, keys, count, 1, 3, out);
}

#ifdef SIPHASH_HAS_LANES
static many_function *choose(many_function *avx512, many_function *avx2, many_function *each) {
    if (__builtin_cpu_supports("avx512vl")) return avx512;
    return __builtin_cpu_supports("avx2") ? avx2 : each;
}
#define CHOOSE(avx512, avx2, each) choose(avx512, avx2, each)
#else
#define CHOOSE(avx512, avx2, each) (each)
#endif

static void many_2_4(const void *state_pointer, const proxenos_bytes *keys, size_t count, uint64_t *out) {
    const state *self = state_pointer;
    CHOOSE(lanes_2_4_avx512, lanes_2_4_avx2, each_2_4)(self->key, keys, count, out);
}

static void many_1_3(const void *state_pointer, const proxenos_bytes *keys, size_t count, uint64_t *out) {
    const state *self = state_pointer;
    CHOOSE(lanes_1_3_avx512, lanes_1_3_avx2, each_1_3)(self->key, keys, count, out);
}

/* The published output is the integer's little-endian bytes. */
static void store64(uint8_t *out, uint64_t x) {
    for (int i = 0; i < 8; i++) out[i] = (uint8_t)(x >> (8 * i));
}

static void digest_2_4(const void *state_pointer, const void *bytes, size_t length, uint8_t *out) {
    store64(out, siphash_2_4(state_pointer, bytes, length));
}

static void digest_1_3(const void *state_pointer, const void *bytes, size_t length, uint8_t *out) {
    store64(out, siphash_1_3(state_pointer, bytes, length));
}

/* ---------------------------------------------------------------- the key */

enum { OPTION_KEY, OPTION_KEY_FILE };

static const proxenos_option options[] = {
    [OPTION_KEY] = {
        .name = "key", .type = PROXENOS_TYPE_SECRET, .fallback = "d906b07a881315ce308847a8c4de69c6",
        .environment = "PROXENOS_SIPHASH_KEY", .placeholder = "KEY",
        .help = "16 raw bytes or 32 hexadecimal digits; the default is public and protects from nobody",
    },
    [OPTION_KEY_FILE] = {
        .name = "key-file", .type = PROXENOS_TYPE_SECRET_FILE, .placeholder = "FILE",
        .help = "file that holds the key",
    },
};

/* Through volatile, so that the compiler keeps it. */
static void wipe(void *bytes, size_t length) {
    volatile uint8_t *p = bytes;
    while (length-- > 0) *p++ = 0;
}

static int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static int decode_hexadecimal(const char *digits, uint8_t key[KEY_BYTES]) {
    for (int i = 0; i < KEY_BYTES; i++) {
        int high = hexadecimal(digits[2 * i]), low = hexadecimal(digits[2 * i + 1]);
        if (high < 0 || low < 0) return 0;
        key[i] = (uint8_t)(high << 4 | low);
    }
    return 1;
}

/* `where` is the option or the file, for the message; the key itself is never shown. */
static int32_t parse_key(const proxenos_host *host, const char *where, const char *text, size_t length,
                         uint8_t key[KEY_BYTES]) {
    if (length == KEY_BYTES) {
        memcpy(key, text, KEY_BYTES);
        return PROXENOS_RESULT_OK;
    }
    size_t digits = length > 0 && text[length - 1] == '\n' ? length - 1 : length;
    if (digits != 2 * KEY_BYTES) {
        return proxenos_fail(host, PROXENOS_RESULT_BAD_OPTION,
                             "%s: a SipHash key is 16 raw bytes or 32 hexadecimal digits, this is %zu byte%s%s",
                             where, length, length == 1 ? "" : "s",
                             digits < length ? " with the last newline" : "");
    }
    if (!decode_hexadecimal(text, key)) {
        return proxenos_fail(host, PROXENOS_RESULT_BAD_OPTION,
                             "%s: a SipHash key of 32 characters must be hexadecimal digits only", where);
    }
    return PROXENOS_RESULT_OK;
}

static int32_t read_key_file(const proxenos_host *host, const char *path, uint8_t key[KEY_BYTES]) {
    char text[4096]; /* enough to say how long a wrong file is */
    size_t length = 0;
    int32_t result = host->read_file(host, path, text, sizeof text, &length);
    bool is_option_wrong = result == PROXENOS_RESULT_NOT_FOUND || result == PROXENOS_RESULT_DENIED
        || result == PROXENOS_RESULT_MALFORMED; /* the host has said how */
    if (is_option_wrong) result = PROXENOS_RESULT_BAD_OPTION;
    if (result == PROXENOS_RESULT_OK) result = parse_key(host, path, text, length, key);
    wipe(text, sizeof text);
    return result;
}

/* The one of the higher rank has the word. */
static int32_t find_key(const proxenos_host *host, const proxenos_values *values, uint8_t key[KEY_BYTES]) {
    const proxenos_value *direct = proxenos_value_at(values, OPTION_KEY);
    const proxenos_value *file = proxenos_value_at(values, OPTION_KEY_FILE);
    if (file->is_set && direct->is_set && file->rank == direct->rank) {
        return proxenos_fail(host, PROXENOS_RESULT_BAD_OPTION,
                             "both 'key' and 'key-file' are given; give one of them");
    }
    if (file->is_set && (!direct->is_set || file->rank > direct->rank)) {
        return read_key_file(host, file->text, key);
    }
    const char *where = direct->rank == PROXENOS_RANK_ENVIRONMENT ? "PROXENOS_SIPHASH_KEY" : "option 'key'";
    return parse_key(host, where, direct->text, direct->length, key);
}

/* Names the key without telling it, so that two machines can compare. */
static void fingerprint(state *self) {
    static const char text[] = "proxenos scheme 1";
    char digits[17];
    (void)snprintf(digits, sizeof digits, "%016" PRIx64, siphash_2_4(self, text, sizeof text - 1));
    (void)snprintf(self->parameters, sizeof self->parameters, "key=%.8s", digits);
}

static int32_t open_state(const proxenos_host *host, const proxenos_values *values, void **state_pointer) {
    uint8_t key[KEY_BYTES];
    int32_t result = find_key(host, values, key);
    if (result != PROXENOS_RESULT_OK) return result;
    state *self = malloc(sizeof *self);
    if (self == NULL) {
        result = proxenos_fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
    } else {
        self->key[0] = siphash_load64(key);
        self->key[1] = siphash_load64(key + 8);
        fingerprint(self);
        *state_pointer = self;
    }
    wipe(key, sizeof key);
    return result;
}

static const char *parameters(const void *state_pointer) {
    return ((const state *)state_pointer)->parameters;
}

static void close_state(void *state_pointer) {
    wipe(state_pointer, sizeof(state));
    free(state_pointer);
}

/* ----------------------------------------------------------- known answers
 * The reference implementation's tables (github.com/veorq/SipHash, vectors.h;
 * for 1-3 the same built with cROUNDS=1, dROUNDS=3): the key 00 01 ... 0f, the
 * inputs 00 01 ... of `length` bytes.  15 bytes under 2-4 is the paper's own. */
static const uint8_t counting[63] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
    21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41,
    42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
};

#define BYTE(x, i) (uint8_t)(UINT64_C(x) >> (8 * (i)))
#define KNOWN(length, x, where)                                                                  \
    {                                                                                            \
        "key=000102030405060708090a0b0c0d0e0f", counting, length, UINT64_C(x),                   \
            (const uint8_t[]){BYTE(x, 0), BYTE(x, 1), BYTE(x, 2), BYTE(x, 3), BYTE(x, 4),        \
                              BYTE(x, 5), BYTE(x, 6), BYTE(x, 7)},                               \
            where                                                                                \
    }
#define PAPER "Aumasson and Bernstein 2012, appendix A"
#define REFERENCE "veorq/SipHash, vectors.h"
#define REFERENCE_1_3 "veorq/SipHash with cROUNDS=1, dROUNDS=3"

static const proxenos_known_answer known_2_4[] = {
    KNOWN(0, 0x726fdb47dd0e0e31, REFERENCE),  KNOWN(1, 0x74f839c593dc67fd, REFERENCE),
    KNOWN(2, 0x0d6c8009d9a94f5a, REFERENCE),  KNOWN(3, 0x85676696d7fb7e2d, REFERENCE),
    KNOWN(4, 0xcf2794e0277187b7, REFERENCE),  KNOWN(5, 0x18765564cd99a68d, REFERENCE),
    KNOWN(6, 0xcbc9466e58fee3ce, REFERENCE),  KNOWN(7, 0xab0200f58b01d137, REFERENCE),
    KNOWN(8, 0x93f5f5799a932462, REFERENCE),  KNOWN(9, 0x9e0082df0ba9e4b0, REFERENCE),
    KNOWN(10, 0x7a5dbbc594ddb9f3, REFERENCE), KNOWN(11, 0xf4b32f46226bada7, REFERENCE),
    KNOWN(12, 0x751e8fbc860ee5fb, REFERENCE), KNOWN(13, 0x14ea5627c0843d90, REFERENCE),
    KNOWN(14, 0xf723ca908e7af2ee, REFERENCE), KNOWN(15, 0xa129ca6149be45e5, PAPER),
    KNOWN(16, 0x3f2acc7f57c29bdb, REFERENCE), KNOWN(17, 0x699ae9f52cbe4794, REFERENCE),
    KNOWN(63, 0x958a324ceb064572, REFERENCE),
};

static const proxenos_known_answer known_1_3[] = {
    KNOWN(0, 0xabac0158050fc4dc, REFERENCE_1_3),  KNOWN(1, 0xc9f49bf37d57ca93, REFERENCE_1_3),
    KNOWN(2, 0x82cb9b024dc7d44d, REFERENCE_1_3),  KNOWN(3, 0x8bf80ab8e7ddf7fb, REFERENCE_1_3),
    KNOWN(4, 0xcf75576088d38328, REFERENCE_1_3),  KNOWN(5, 0xdef9d52f49533b67, REFERENCE_1_3),
    KNOWN(6, 0xc50d2b50c59f22a7, REFERENCE_1_3),  KNOWN(7, 0xd3927d989bb11140, REFERENCE_1_3),
    KNOWN(8, 0x369095118d299a8e, REFERENCE_1_3),  KNOWN(9, 0x25a48eb36c063de4, REFERENCE_1_3),
    KNOWN(15, 0xd320d86d2a519956, REFERENCE_1_3), KNOWN(16, 0xcc4fdd1a7d908b66, REFERENCE_1_3),
    KNOWN(17, 0x9cf2689063dbd80c, REFERENCE_1_3), KNOWN(63, 0x9d199062b7bbb3a8, REFERENCE_1_3),
};

/* ---------------------------------------------------------- the descriptor */

enum { OPTION_COUNT = sizeof options / sizeof options[0] };

static const proxenos_hash hashes[] = {
    {
        .name = "siphash-2-4",
        .aliases = (const char *const[]){"siphash", NULL},
        .summary = "SipHash-2-4, keyed, 64 bits",
        .options = options, .option_count = OPTION_COUNT, .option_stride = sizeof options[0],
        .hash_bits = 64, .digest_bits = 64, .python_form = PROXENOS_PYTHON_UNSIGNED,
        .known_answer_count = sizeof known_2_4 / sizeof known_2_4[0],
        .known_answers = known_2_4, .known_answer_stride = sizeof known_2_4[0],
        .open = open_state, .hash64 = siphash_2_4, .digest = digest_2_4, .hash64_many = many_2_4,
        .parameters = parameters, .close = close_state,
    },
    {
        .name = "siphash-1-3",
        .summary = "SipHash-1-3, keyed, 64 bits, faster with a smaller margin",
        .options = options, .option_count = OPTION_COUNT, .option_stride = sizeof options[0],
        .hash_bits = 64, .digest_bits = 64, .python_form = PROXENOS_PYTHON_UNSIGNED,
        .known_answer_count = sizeof known_1_3 / sizeof known_1_3[0],
        .known_answers = known_1_3, .known_answer_stride = sizeof known_1_3[0],
        .open = open_state, .hash64 = siphash_1_3, .digest = digest_1_3, .hash64_many = many_1_3,
        .parameters = parameters, .close = close_state,
    },
};

PROXENOS_MODULE(siphash) = {
    PROXENOS_MODULE_HEADER(0),
    .name = "siphash",
    .version = "1.0",
    .summary = "SipHash, the keyed hash that is the default",
    .hashes = hashes, .hash_count = sizeof hashes / sizeof hashes[0], .hash_stride = sizeof hashes[0],
};

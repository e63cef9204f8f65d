/* SPDX-License-Identifier: MIT */
/* A hash that keeps the whole contract, but for one fault: -DFAULT=WRONG_ANSWER.
 * FNV-1a (Fowler, Noll, Vo), begun with a seed and a secret key. */
#include <proxenos/plugin.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum fault {
    NONE, COUNTS_ADDRESS, COUNTS_PART, DIGEST_TOO_LONG, HIDES_KEY, HIDES_SEED, LONG_SUMMARY, MANY_DIFFERS,
    MANY_TOO_LONG, NO_ANSWERS, NO_SOURCE, NOT_ASCII, NOT_REENTRANT, OPENS_SILENTLY, READS_BEYOND, READS_NULL, SHARES_STATE,
    SHOWS_KEY, TAKES_WORD, TOO_WIDE, UNSORTED, UNSTEADY_DIGEST, WRONG_ANSWER, WRONG_DIGEST, FAULTS
};
#ifndef FAULT
#define FAULT NONE
#endif
#define HAS(fault) (FAULT == fault)

enum { KEY, SEED, OPTION_COUNT };
static const proxenos_option options[OPTION_COUNT] = {
    [KEY] = {.name = "key", .type = PROXENOS_TYPE_SECRET, .fallback = "public", .help = "goes before the bytes"},
    [SEED] = {.name = "seed", .type = PROXENOS_TYPE_UNSIGNED, .fallback = "0", .maximum = 1000000, .help = "the start"},
};

typedef struct state {
    uint64_t start;
    char parameters[96];
} state;

static uint64_t shared_start; /* what a state has no business with */
static volatile uint64_t shared_hash;

static uint64_t add(uint64_t hash, const void *bytes, size_t length) {
    const uint8_t *byte = bytes;
    if (HAS(COUNTS_PART) && length > 100) length = 100;
    if (HAS(READS_BEYOND) && length > 0) hash ^= ((const volatile uint8_t *)bytes)[length] & 0;
    if (HAS(READS_NULL)) hash ^= ((const volatile uint8_t *)bytes)[0] & 0;
    while (length-- > 0) hash = (hash ^ *byte++) * UINT64_C(0x100000001b3);
    return hash;
}

static int32_t open_state(const proxenos_host *host, const proxenos_values *values, void **out) {
    const proxenos_value *key = proxenos_value_at(values, KEY);
    uint64_t seed = (uint64_t)proxenos_value_at(values, SEED)->integer;
    if (key->length > 64) {
        if (HAS(OPENS_SILENTLY)) return PROXENOS_RESULT_BAD_OPTION;
        return proxenos_fail(host, PROXENOS_RESULT_BAD_OPTION, "key: more than 64 bytes");
    }
    state *self = malloc(sizeof *self);
    if (self == NULL) return proxenos_fail(host, PROXENOS_RESULT_OUT_OF_MEMORY, "out of memory");
    self->start = UINT64_C(0xcbf29ce484222325) ^ seed;
    if (strcmp(key->text, "public") != 0) self->start = add(self->start, key->text, key->length);
    shared_start = self->start;
    /* (The fingerprint of a key that is nobody's secret; a plugin takes SipHash, see proxenos-plugin(3).) */
    char print[72];
    (void)snprintf(print, sizeof print, "%08" PRIx64, add(0, key->text, key->length) >> 32);
    if (HAS(HIDES_KEY)) (void)snprintf(print, sizeof print, "something");
    if (HAS(SHOWS_KEY)) (void)snprintf(print, sizeof print, "%s", key->text);
    if (HAS(HIDES_SEED)) seed = 0;
    (void)snprintf(self->parameters, sizeof self->parameters, "key=%s,seed=%" PRIu64, print, seed);
    if (HAS(UNSORTED)) (void)snprintf(self->parameters, sizeof self->parameters, "seed=%" PRIu64 ",key=none", seed);
    if (HAS(NOT_ASCII)) (void)snprintf(self->parameters, sizeof self->parameters, "s\xc3\xa9" "ed=%" PRIu64, seed);
    if (HAS(TAKES_WORD)) (void)snprintf(self->parameters, sizeof self->parameters, "table=%" PRIu64, seed);
    *out = self;
    return PROXENOS_RESULT_OK;
}

static uint64_t hash64(const void *opaque, const void *bytes, size_t length) {
    uint64_t hash = HAS(SHARES_STATE) ? shared_start : ((const state *)opaque)->start;
    if (HAS(COUNTS_ADDRESS)) hash ^= (uintptr_t)bytes & 1;
    if (HAS(NOT_REENTRANT)) {
        const uint8_t *byte = bytes;
        for (shared_hash = hash; length-- > 0;) shared_hash = (shared_hash ^ *byte++) * UINT64_C(0x100000001b3);
        hash = shared_hash;
    } else {
        hash = add(hash, bytes, length);
    }
    if (HAS(TOO_WIDE)) return hash;
    return hash >> 32 ^ (hash & UINT32_MAX); /* folded, as its authors advise */
}

static void digest(const void *opaque, const void *bytes, size_t length, uint8_t *out) {
    static uint8_t calls;
    uint64_t hash = hash64(opaque, bytes, length);
    for (int i = 0; i < 4; i++) out[i] = (uint8_t)(hash >> (24 - 8 * i));
    if (HAS(DIGEST_TOO_LONG)) out[4] = 0;
    if (HAS(UNSTEADY_DIGEST)) out[3] = calls++;
    if (HAS(WRONG_DIGEST)) out[0] ^= 1;
}

static void hash64_many(const void *opaque, const proxenos_bytes *keys, size_t count, uint64_t *out) {
    for (size_t i = 0; i < count; i++) out[i] = hash64(opaque, keys[i].data, keys[i].length);
    if (HAS(MANY_DIFFERS) && count > 8) out[8] ^= 1;
    if (HAS(MANY_TOO_LONG)) out[count] = 0;
}

static const char *parameters(const void *opaque) {
    return ((const state *)opaque)->parameters;
}

static const uint8_t of_nothing[] = {0x4f, 0xd0, 0xbf, 0xc1};
static const proxenos_known_answer answers[] = {
    {.input = "", .hash64 = HAS(WRONG_ANSWER) ? 1 : 0xcbf29ce4 ^ 0x84222325, .digest = of_nothing,
     .source = HAS(NO_SOURCE) ? "" : "Noll, FNV test vectors, folded"},
    {.options = "key=another", .input = "", .hash64 = 0x52b68a71, .source = "this program"},
    {.options = "seed=1", .input = "", .hash64 = 0xcbf29ce4 ^ 0x84222324, .source = "this program"},
    {.input = "foobar", .input_length = 6, .hash64 = 0x85944171 ^ 0xf73967e8,
     .source = "Noll, FNV test vectors, folded"},
};

static const proxenos_hash hashes[] = {{
    .name = "bad-hash", .summary = HAS(LONG_SUMMARY) ? "Folded FNV-1a." : "folded FNV-1a", .options = options,
    .option_count = OPTION_COUNT, .option_stride = sizeof options[0], .hash_bits = 32, .digest_bits = 32,
    .python_form = PROXENOS_PYTHON_UNSIGNED, .known_answers = answers, .known_answer_count = HAS(NO_ANSWERS) ? 0 : 4,
    .known_answer_stride = sizeof answers[0], .open = open_state, .hash64 = hash64, .digest = digest,
    .hash64_many = hash64_many, .parameters = parameters, .close = free,
}};

PROXENOS_MODULE(bad_hash) = {
    PROXENOS_MODULE_HEADER(0), .name = "bad-hash", .version = "1.0", .summary = "one fault at a time",
    .hashes = hashes, .hash_count = 1, .hash_stride = sizeof hashes[0],
};

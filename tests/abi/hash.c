/* SPDX-License-Identifier: MIT */
/* A hash as of ABI 1.0: FNV-1a (Fowler, Noll, Vo), with a digest and a batch. */
#include <proxenos/plugin.h>

static uint64_t hash64(const void *state, const void *bytes, size_t length) {
    const uint8_t *p = bytes;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    (void)state;
    while (length-- > 0) hash = (hash ^ *p++) * UINT64_C(0x100000001b3);
    return hash;
}

static void digest(const void *state, const void *bytes, size_t length, uint8_t *out) {
    uint64_t hash = hash64(state, bytes, length);
    for (int i = 7; i >= 0; i--, hash >>= 8) out[i] = (uint8_t)hash;
}

static void hash64_many(const void *state, const proxenos_bytes *keys, size_t count, uint64_t *out) {
    for (size_t i = 0; i < count; i++) out[i] = hash64(state, keys[i].data, keys[i].length);
}

static const proxenos_known_answer answers[] = {
    {NULL, "", 0, UINT64_C(0xcbf29ce484222325), NULL, "Noll, FNV test vectors"},
    {NULL, "foobar", 6, UINT64_C(0x85944171f73967e8), NULL, "Noll, FNV test vectors"},
};

static const char *const aliases[] = {"fnv", NULL};

static const proxenos_hash hashes[] = {{
    .name = "abi-hash", .aliases = aliases, .summary = "FNV-1a, a hash of ABI 1.0",
    .hash_bits = 64, .digest_bits = 64, .python_form = PROXENOS_PYTHON_UNSIGNED,
    .known_answer_count = 2, .known_answers = answers, .known_answer_stride = sizeof answers[0],
    .hash64 = hash64, .digest = digest, .hash64_many = hash64_many,
}};

PROXENOS_MODULE(abi_hash) = {
    PROXENOS_MODULE_HEADER(0), .name = "abi-hash", .version = "1.0", .summary = "a hash of ABI 1.0",
    .hashes = hashes, .hash_count = 1, .hash_stride = sizeof hashes[0],
};

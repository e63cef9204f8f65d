/* SPDX-License-Identifier: MIT */
/* Nothing is wrong with it; its hash does not bear the module's name. */
#include "zoo.h"

static const char *const aliases[] = {"FNV", "old-fnv", "spare", NULL};
static const proxenos_known_answer answers[] = {
    {.input = "a", .input_length = 1, .hash64 = UINT64_C(0xaf63dc4c8601ec8c), .source = "Fowler, Noll, Vo"},
};
static const proxenos_hash hashes[] = {{
    .name = "fnv1a-64", .aliases = aliases, .summary = "FNV-1a", .hash_bits = 64, .hash64 = zoo_hash64,
    .known_answers = answers, .known_answer_count = 1, .known_answer_stride = sizeof answers[0],
}};
ZOO_HASHES(good_hash, "good-hash", hashes);

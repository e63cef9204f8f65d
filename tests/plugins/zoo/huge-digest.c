/* SPDX-License-Identifier: MIT */
/* A digest that does not fit. */
#include "zoo.h"

static void digest(const void *state, const void *bytes, size_t length, uint8_t *out) {
    (void)state;
    (void)bytes;
    (void)length;
    (void)out;
}

static const proxenos_hash hashes[] = {
    {.name = "huge-digest", .hash_bits = 64, .digest_bits = 520, .hash64 = zoo_hash64, .digest = digest}};
ZOO_HASHES(huge_digest, "huge-digest", hashes);

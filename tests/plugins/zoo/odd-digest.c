/* SPDX-License-Identifier: MIT */
/* A digest that is no whole bytes. */
#include "zoo.h"

static void digest(const void *state, const void *bytes, size_t length, uint8_t *out) {
    (void)state;
    (void)bytes;
    (void)length;
    (void)out;
}

static const proxenos_hash hashes[] = {
    {.name = "odd-digest", .hash_bits = 64, .digest_bits = 12, .hash64 = zoo_hash64, .digest = digest}};
ZOO_HASHES(odd_digest, "odd-digest", hashes);

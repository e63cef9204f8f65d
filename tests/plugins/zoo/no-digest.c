/* SPDX-License-Identifier: MIT */
/* States a digest that it lacks. */
#include "zoo.h"

static const proxenos_hash hashes[] = {
    {.name = "no-digest", .hash_bits = 64, .digest_bits = 128, .hash64 = zoo_hash64}};
ZOO_HASHES(no_digest, "no-digest", hashes);

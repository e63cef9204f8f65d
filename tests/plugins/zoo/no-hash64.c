/* SPDX-License-Identifier: MIT */
/* A hash that cannot hash. */
#include "zoo.h"

static const proxenos_hash hashes[] = {{.name = "no-hash64", .hash_bits = 64}};
ZOO_HASHES(no_hash64, "no-hash64", hashes);

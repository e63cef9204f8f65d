/* SPDX-License-Identifier: MIT */
/* A hash64 of 33 bits. */
#include "zoo.h"

static const proxenos_hash hashes[] = {{.name = "odd-width", .hash_bits = 33, .hash64 = zoo_hash64}};
ZOO_HASHES(odd_width, "odd-width", hashes);

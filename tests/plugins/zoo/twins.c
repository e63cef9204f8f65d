/* SPDX-License-Identifier: MIT */
/* Two of its hashes answer to one name. */
#include "zoo.h"

static const char *const aliases[] = {"twin", NULL};
static const proxenos_hash hashes[] = {
    {.name = "twin", .hash_bits = 64, .hash64 = zoo_hash64},
    {.name = "twins", .aliases = aliases, .hash_bits = 64, .hash64 = zoo_hash64},
};
ZOO_HASHES(twins, "twins", hashes);

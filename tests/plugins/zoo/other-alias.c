/* SPDX-License-Identifier: MIT */
/* Offers aliases that good-hash has too; comes after it. */
#include "zoo.h"

static const char *const aliases[] = {"old-fnv", "spare", NULL};
static const proxenos_hash hashes[] = {
    {.name = "other-alias", .aliases = aliases, .hash_bits = 64, .hash64 = zoo_hash64}};
ZOO_HASHES(other_alias, "other-alias", hashes);

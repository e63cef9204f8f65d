/* SPDX-License-Identifier: MIT */
/* Offers an alias that good-hash has too; comes after it. */
#include "zoo.h"

static const char *const aliases[] = {"spare", NULL};
static const proxenos_hash hashes[] = {
    {.name = "other-alias", .aliases = aliases, .hash_bits = 64, .hash64 = zoo_hash64}};
ZOO_HASHES(other_alias, "other-alias", hashes);

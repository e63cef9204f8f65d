/* SPDX-License-Identifier: MIT */
#include "settings/compat.h"

#include <proxenos/plugin.h>

#define IMPLIED(in_section, named, value)                                                               \
    {.section = (in_section), .name = (named), .items = (char *[]){value}, .count = 1,                  \
     .rank = PROXENOS_RANK_DEFAULT, .said_by = "compat: python"}
/* A list without elements. */
#define IMPLIED_EMPTY(in_section, named)                                                                \
    {.section = (in_section), .name = (named), .is_list = true, .rank = PROXENOS_RANK_DEFAULT,           \
     .said_by = "compat: python"}

static const px_implied python[] = {
    {IMPLIED("", "weighting", "python"), NULL, NULL, false},
    {IMPLIED("", "identity", "address"), NULL, NULL, false},
    {IMPLIED("", "hash", "siphash"), NULL, NULL, false},
    /* The package's published default. */
    {IMPLIED("hash", "key", "d906b07a881315ce308847a8c4de69c6"), "key-file", "siphash", true},
    /* The package asks for no health, knows no service mesh and reads the whole catalog; a backend without such
     * options has nothing to be told. */
    {IMPLIED("backend", "health", "any"), NULL, NULL, false},
    {IMPLIED("backend", "proxies", "true"), NULL, NULL, false},
    {IMPLIED("backend", "node-address", "node"), NULL, NULL, true},
    {IMPLIED_EMPTY("backend", "service"), NULL, NULL, false},
    {IMPLIED_EMPTY("backend", "exclude"), NULL, NULL, false},
};

const px_implied *px_compat_python(size_t index) {
    return index < sizeof python / sizeof python[0] ? &python[index] : NULL;
}

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
    {IMPLIED("", "weighting", "python"), NULL, NULL},
    {IMPLIED("", "identity", "address"), NULL, NULL},
    {IMPLIED("", "hash", "siphash"), NULL, NULL},
    /* The package's published default. */
    {IMPLIED("hash", "key", "d906b07a881315ce308847a8c4de69c6"), "key-file", "siphash"},
    /* The package asks for no health, knows no service mesh and reads the whole catalog; a backend without such
     * options has nothing to be told. */
    {IMPLIED("backend", "health", "any"), NULL, NULL},
    {IMPLIED("backend", "proxies", "true"), NULL, NULL},
    {IMPLIED_EMPTY("backend", "service"), NULL, NULL},
    {IMPLIED_EMPTY("backend", "exclude"), NULL, NULL},
};

const px_implied *px_compat_python(size_t index) {
    return index < sizeof python / sizeof python[0] ? &python[index] : NULL;
}

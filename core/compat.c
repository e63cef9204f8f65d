/* SPDX-License-Identifier: MIT */
#include "compat.h"

#include <proxenos/plugin.h>

#include <string.h>

#define IMPLIED(in_section, named, value)                                                               \
    {.section = (in_section), .name = (named), .items = (char *[]){value}, .count = 1,                  \
     .rank = PROXENOS_RANK_CONFIG, .said_by = "compat: python"}
/* A list without elements. */
#define IMPLIED_EMPTY(in_section, named)                                                                \
    {.section = (in_section), .name = (named), .is_list = true, .rank = PROXENOS_RANK_CONFIG,           \
     .said_by = "compat: python"}

/* The package reads PROXENOS_PRF and PROXENOS_SIPHASH_KEY as well, so that the environment has its say about the
 * hash even when a flag asks for compatibility. */
static const px_implied python[] = {
    {IMPLIED("", "weighting", "python"), PROXENOS_RANK_FLAG, NULL, NULL},
    {IMPLIED("", "identity", "address"), PROXENOS_RANK_FLAG, NULL, NULL},
    {IMPLIED("", "hash", "siphash"), PROXENOS_RANK_ENVIRONMENT, NULL, NULL},
    /* The package's published default. */
    {IMPLIED("hash", "key", "d906b07a881315ce308847a8c4de69c6"), PROXENOS_RANK_ENVIRONMENT, "key-file", "siphash"},
    /* The package asks for no health, knows no service mesh and reads the whole catalog; a backend without such
     * options has nothing to be told. */
    {IMPLIED("backend", "health", "any"), PROXENOS_RANK_FLAG, NULL, NULL},
    {IMPLIED("backend", "proxies", "true"), PROXENOS_RANK_FLAG, NULL, NULL},
    {IMPLIED_EMPTY("backend", "service"), PROXENOS_RANK_FLAG, NULL, NULL},
    {IMPLIED_EMPTY("backend", "exclude"), PROXENOS_RANK_FLAG, NULL, NULL},
};

const px_implied *px_compat_python(size_t index) {
    return index < sizeof python / sizeof python[0] ? &python[index] : NULL;
}

uint32_t px_compat_rank(const proxenos_settings *settings) {
    const px_setting *compat = px_settings_find(settings, "", "compat");
    bool is_python = compat != NULL && strcmp(px_setting_value(compat), "python") == 0;
    return is_python ? compat->rank : PROXENOS_RANK_NONE;
}

uint32_t px_implied_rank(const px_implied *row, uint32_t compat_rank) {
    return compat_rank < row->highest_rank ? compat_rank : row->highest_rank;
}

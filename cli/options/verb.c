/* SPDX-License-Identifier: MIT */
#include "options/verb.h"

#include <string.h>

static const cli_verb *const *verbs;

void verbs_use(const cli_verb *const *table) {
    verbs = table;
}

const cli_verb *verbs_row(size_t index) {
    for (size_t i = 0; i < index; i++)
        if (verbs[i] == NULL) return NULL;
    return verbs[index];
}

const cli_verb *verbs_find(const char *name) {
    for (size_t i = 0; verbs[i] != NULL; i++)
        if (strcmp(verbs[i]->name, name) == 0) return verbs[i];
    return NULL;
}

const char *format_name(unsigned format) {
    return format == FORMAT_JSON ? "json" : format == FORMAT_TSV ? "tsv" : "text";
}

/* SPDX-License-Identifier: MIT */
#include "options/verb.h"

#include "output/text.h"

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

const cli_verb *verbs_nearest(const char *name) {
    const cli_verb *nearest = NULL;
    size_t least = (size_t)-1, length = strlen(name);
    for (size_t i = 0; verbs[i] != NULL; i++) {
        size_t distance = text_distance(name, length, verbs[i]->name);
        if (distance >= least || !text_is_near(distance, length)) continue;
        nearest = verbs[i];
        least = distance;
    }
    return nearest;
}

const char *format_name(unsigned format) {
    return format == FORMAT_JSON ? "json" : format == FORMAT_TSV ? "tsv" : "text";
}

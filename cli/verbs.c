/* SPDX-License-Identifier: MIT */
#include "options/verb.h"

#include "output/text.h"

#include <string.h>

static const cli_verb *const verbs[] = {
    &verb_select, &verb_nodes, &verb_explain, &verb_owns,  &verb_exec,
    &verb_diff, &verb_simulate, &verb_plugins, &verb_config, &verb_completion, &verb_help,
};

enum { VERB_COUNT = sizeof verbs / sizeof verbs[0] };

const cli_verb *verbs_row(size_t index) {
    return index < VERB_COUNT ? verbs[index] : NULL;
}

const cli_verb *verbs_find(const char *name) {
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(verbs[i]->name, name) == 0) return verbs[i];
    return NULL;
}

const cli_verb *verbs_nearest(const char *name) {
    const cli_verb *nearest = NULL;
    size_t least = (size_t)-1, length = strlen(name);
    for (size_t i = 0; i < VERB_COUNT; i++) {
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

/* SPDX-License-Identifier: MIT */
#include "verbs.h"

const cli_verb *const cli_verbs[] = {
    &verb_select, &verb_nodes, &verb_explain, &verb_owns,  &verb_exec,
    &verb_watch, &verb_keep, &verb_diff, &verb_simulate, &verb_plugins, &verb_config, &verb_completion, &verb_help, NULL,
};

/* SPDX-License-Identifier: MIT */
/* Verbs.  Each has a file of its own, which defines its row. */
#ifndef CLI_OPTIONS_VERB_H
#define CLI_OPTIONS_VERB_H

#include "options/table.h"

#include <stddef.h>

struct cli_arguments;

/* The formats of -o, as bits. */
enum { FORMAT_TEXT = 1, FORMAT_TSV = 2, FORMAT_JSON = 4 };

typedef struct cli_verb {
    const char *name;
    const char *summary;             /* for the overview; a phrase */
    const char *const *synopses;     /* what follows "proxenos NAME", NULL-terminated */
    const char *description;         /* paragraphs of --help, wrapped when printed */
    const char *const *examples;     /* command, comment, command, comment ... NULL */
    unsigned groups;                 /* of options; GROUP_GENERAL comes of itself */
    unsigned formats;                /* FORMAT_...; the first is the default */
    const char *const *words;        /* a fixed first operand (list, show), NULL-terminated; or NULL */
    const completion_kind *word_operands; /* what completes the operand behind each word; or NULL */
    completion_kind operand;         /* what completes any other operand */
    size_t least_operands, most_operands;
    const char *missing;             /* what to say when an operand is missing: "a KEY" */
    int own_failure;                 /* the exit code of wrong usage, 0: EXIT_USAGE */
    int (*run)(const struct cli_arguments *arguments); /* gives the exit code */
} cli_verb;

extern const cli_verb verb_completion;
extern const cli_verb verb_config;
extern const cli_verb verb_diff;
extern const cli_verb verb_exec;
extern const cli_verb verb_explain;
extern const cli_verb verb_help;
extern const cli_verb verb_keep;
extern const cli_verb verb_nodes;
extern const cli_verb verb_owns;
extern const cli_verb verb_plugins;
extern const cli_verb verb_select;
extern const cli_verb verb_simulate;
extern const cli_verb verb_watch;

/* The table, which ends with NULL; before any of the next. */
void verbs_use(const cli_verb *const *table);
/* The verb at `index`, in the order of the overview; NULL past the last. */
const cli_verb *verbs_row(size_t index);
const cli_verb *verbs_find(const char *name);

/* "text", "tsv", "json". */
const char *format_name(unsigned format);

#endif

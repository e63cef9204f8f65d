/* SPDX-License-Identifier: MIT */
/* A parsed command line. */
#ifndef CLI_OPTIONS_ARGUMENTS_H
#define CLI_OPTIONS_ARGUMENTS_H

#include "options/table.h"
#include "output/exit.h"

#include <stdbool.h>
#include <stdint.h>

struct cli_verb;

/* One option as it was given.  Strings are the process's own arguments. */
typedef struct given_option {
    const option_row *row;
    const char *value;               /* NULL for a switch */
} given_option;

typedef struct cli_arguments {
    const struct cli_verb *verb;
    given_option *given;             /* in the order given */
    size_t given_count;
    char **operands;
    size_t operand_count;
    size_t operands_before_dashes;   /* how many stood before "--" */
    bool has_dashes;                 /* "--" ended the options */
} cli_arguments;

/* Parses what follows the verb (argv[0] is the verb's name).  Returns 0, or an
 * exit code after one line on stderr.  Operands may stand among options; after
 * "--" everything is an operand. */
int arguments_parse(cli_arguments *arguments, const struct cli_verb *verb, int argc, char **argv);
void arguments_free(cli_arguments *arguments);

/* The last value given for an option; NULL when it was not given. */
const char *arguments_value(const cli_arguments *arguments, option_id id);
/* How often it was given. */
size_t arguments_count(const cli_arguments *arguments, option_id id);
/* Its value as a whole number from `least` to `most`; `fallback` when it was not
 * given.  Returns 0, or EXIT_USAGE after one line. */
int arguments_number(const cli_arguments *arguments, option_id id, uint64_t least, uint64_t most,
                     uint64_t fallback, uint64_t *number);
/* The threads of --jobs, by default 1; 0 there: as many as there are processors. */
int arguments_jobs(const cli_arguments *arguments, unsigned *jobs);
/* The same for a number of bytes, from 1 on: "512" "64KiB" "64K" "64MiB" "1GiB" (powers of
 * 1024), as plugins take them. */
int arguments_size(const cli_arguments *arguments, option_id id, size_t fallback, size_t *size);
/* The same for a duration in milliseconds. */
int arguments_duration(const cli_arguments *arguments, option_id id, int64_t fallback, int64_t *milliseconds);
/* The format that -o asks for (FORMAT_...); checked by arguments_parse(). */
unsigned arguments_format(const cli_arguments *arguments);

/* One line that says what is wrong with the command line and where help is;
 * returns EXIT_USAGE. */
__attribute__((format(printf, 2, 3)))
int usage_error(const struct cli_verb *verb, const char *format, ...);
/* The same for a word that is none of those that `who`, "--output" or "plugins", knows; with the one that may
 * have been meant. */
int usage_unknown(const struct cli_verb *verb, const char *who, const char *const *known, const char *word);

#endif

/* SPDX-License-Identifier: MIT */
/* --help, made from the tables of options and verbs. */
#ifndef CLI_OPTIONS_HELP_H
#define CLI_OPTIONS_HELP_H

struct cli_verb;

/* The overview of `proxenos --help`. */
void help_overview(void);
void help_verb(const struct cli_verb *verb);
/* One line that says that there is no such verb, and which may have been meant; returns EXIT_USAGE. */
int verbs_unknown(const char *name);

#endif

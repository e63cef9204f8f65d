/* SPDX-License-Identifier: MIT */
/* What `proxenos plugins` does; each gives the exit code. */
#ifndef CLI_VERBS_PLUGINS_WORDS_H
#define CLI_VERBS_PLUGINS_WORDS_H

#include "options/arguments.h"

/* Lists all; with a second operand, shows the one of that name. */
int plugins_list(const cli_arguments *arguments);
/* Makes a project, named by the second operand. */
int plugins_new(const cli_arguments *arguments);
/* Tests the file that the second operand names. */
int plugins_test(const cli_arguments *arguments);

#endif

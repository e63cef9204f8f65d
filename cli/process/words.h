/* SPDX-License-Identifier: MIT */
/* A node in the words and the environment of a command. */
#ifndef CLI_PROCESS_WORDS_H
#define CLI_PROCESS_WORDS_H

#include "options/arguments.h"

#include <proxenos/proxenos.h>

/* The words behind KEY and "--"; NULL when they are missing. */
char **command_words(const cli_arguments *arguments);
/* The words with {host}, {port}, {address}, {node}, {name}, {service}, {zone} and
 * {key} replaced; other braces stay.  One block to free(); NULL when memory is short. */
char **words_for_node(char **words, const char *key, const proxenos_node *node);
/* The environment with PROXENOS_HOST and so on in place of any that are there;
 * its other entries are borrowed.  One block to free(). */
char **environment_for_node(char **environment, const char *key, const proxenos_node *node);

#endif

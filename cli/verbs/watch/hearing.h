/* SPDX-License-Identifier: MIT */
/* What the commands of watch get to know of a membership: PROXENOS_... and standard input. */
#ifndef CLI_VERBS_WATCH_HEARING_H
#define CLI_VERBS_WATCH_HEARING_H

#include <proxenos/proxenos.h>

/* Linux takes no more than 128 KiB in one string: a longer list is left out, and its number says so. */
enum { HEARING_MOST = 64 * 1024 };

/* This environment with ours in it, one block to free(); NULL when memory is short.
 * `before` may be NULL; `file` is PROXENOS_FILE, or NULL. */
char **hearing_environment(char **environment, const proxenos_selector *before, const proxenos_selector *now, const char *file);

/* A descriptor of the cluster as JSON, read from its start, to close; -1 with errno. */
int hearing_input(const proxenos_selector *now);

#endif

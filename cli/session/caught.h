/* SPDX-License-Identifier: MIT */
/* Signals for verbs that run until they are told to stop: noted, and read from a
 * descriptor. */
#ifndef CLI_SESSION_CAUGHT_H
#define CLI_SESSION_CAUGHT_H

#include <stdbool.h>

/* From now on INT, TERM, HUP and CHLD end nothing, but where the parent ignores one.
 * False when there is no descriptor to be had. */
bool caught_start(void);
/* Polls readable while a signal waits. */
int caught_descriptor(void);
/* The next signal that came, or 0. */
int caught_next(void);

#endif

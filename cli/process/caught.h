/* SPDX-License-Identifier: MIT */
/* Signals for verbs that run until they are told to stop: noted, and read from a
 * descriptor. */
#ifndef CLI_PROCESS_CAUGHT_H
#define CLI_PROCESS_CAUGHT_H

#include <stdbool.h>

/* From now on INT, TERM, HUP and CHLD end nothing, but where the parent ignores one.
 * False when there is no descriptor to be had. */
bool caught_start(void);
/* Another one, afterwards. */
void caught_add(int number);
/* Polls readable while a signal waits. */
int caught_descriptor(void);
/* The next signal that came, or 0.  A HUP that the terminal sends, since it is gone, comes as
 * a TERM. */
int caught_next(void);
/* Whether one has come that says stop, INT or TERM, read or not. */
bool caught_stop(void);

#endif

/* SPDX-License-Identifier: MIT */
/* What a process inherits from its parent (signals that are ignored or blocked, the
 * mask of new files) made fit for us, and given back to a command that we run.
 * SIGINT, SIGTERM and SIGHUP end the running read, then the program with exit code 130. */
#ifndef CLI_PROCESS_SIGNALS_H
#define CLI_PROCESS_SIGNALS_H

#include <proxenos/proxenos.h>

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* Installs the handlers, but where the parent ignores a signal (nohup).  SIGPIPE is
 * ignored: a closed reader shows as EPIPE; SIGCHLD is not: else no child's end could be
 * told.  No signal is blocked, and files that we make are ours to use. */
void signals_install(void);
/* Gives all that back as it was found, for a command that takes our place.  When that
 * fails, SIGPIPE has to be ignored again. */
void signals_as_inherited(void);
void signals_ignore_pipe(void);

/* Names the mapper that a signal cancels; NULL: none, then a signal ends the
 * program at once, as does a second one. */
void signals_watch(proxenos_mapper *mapper);
bool signals_have_interrupted(void);

/* For running children: INT, TERM, HUP, QUIT, USR1, USR2 and CONT go to this one from
 * now on; 0: to none, they are noted. */
void signals_pass_to(pid_t child);
/* Whether such a signal came, CONT aside: who sends it decides, and no other child is
 * to be started. */
bool signals_have_stopped(void);
/* Holds signals back around a fork, and lets them through again.  False, and nothing is
 * held, when one has come that says stop. */
bool signals_hold(sigset_t *before);
void signals_release(const sigset_t *before);
/* In the child: no handler of ours. */
void signals_default(void);

#endif

/* SPDX-License-Identifier: MIT */
/* SIGINT and SIGTERM: end the running read, then the program with exit code 130. */
#ifndef CLI_SESSION_SIGNALS_H
#define CLI_SESSION_SIGNALS_H

#include <proxenos/proxenos.h>

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* Installs the handlers, and ignores SIGPIPE: a closed reader shows as EPIPE. */
void signals_install(void);
/* Names the mapper that a signal cancels; NULL: none, then a signal ends the
 * program at once, as does a second one. */
void signals_watch(proxenos_mapper *mapper);
bool signals_have_interrupted(void);

/* For running a child: INT, TERM, HUP, QUIT, USR1, USR2 and CONT go to it from now
 * on; 0: no more. */
void signals_pass_to(pid_t child);
/* Holds signals back around a fork, and lets them through again. */
void signals_hold(sigset_t *before);
void signals_release(const sigset_t *before);
/* In the child: no handler of ours. */
void signals_default(void);

#endif

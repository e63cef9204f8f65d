/* SPDX-License-Identifier: MIT */
/* A command that runs as long as it is wanted here:
 *
 *     not wanted -- wanted --> waits for its delay --> runs -- ends by itself --> a pause --> runs
 *          ^                                             |
 *          +---- TERM, its grace, KILL <-- not wanted ---+ */
#ifndef CLI_VERBS_KEEP_JOB_H
#define CLI_VERBS_KEEP_JOB_H

#include "process/child.h"
#include "process/pause.h"

#include <proxenos/proxenos.h>

#include <stdbool.h>
#include <stdint.h>

typedef struct kept_job {
    char **command;
    const char *key;
    int64_t grace_ms, delay_ms;
    bool is_once;                    /* its end is ours */

    proxenos_selector *selector;     /* that `node` is of; a reference */
    const proxenos_node *node;       /* whose command it is; NULL: it is not wanted */
    int64_t start_ms;                /* of clock_ms(): not before */
    cli_child child;
    bool is_running;                 /* its end was not looked at yet */
    bool is_stopped;                 /* which we brought about */
    bool has_run;
    int64_t started_ms;
    growing_pause pause;
    char told[512];                  /* the last end that was told of */
    bool is_over;
    int code;                        /* then */
} kept_job;

/* From now on the command is wanted, as that node's of the selector; NULL: it is not. */
void job_want(kept_job *job, proxenos_selector *selector, const proxenos_node *node);
/* Does what can be done now.  To be called whenever a signal has come, or job_timeout() is over. */
void job_go_on(kept_job *job);
/* For poll(). */
int job_timeout(const kept_job *job);
/* Passes a signal on to the command itself. */
void job_signal(kept_job *job, int number);
/* Ends the command and waits for that. */
void job_end(kept_job *job);

#endif

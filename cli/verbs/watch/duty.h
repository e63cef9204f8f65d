/* SPDX-License-Identifier: MIT */
/* What watch does with each accepted membership: a file (--write), a command that must agree to it
 * (--check), one that hears of it (--run).  One step at a time; what comes meanwhile is done once
 * afterwards, in its newest form:
 *
 *     newest -- write -- check -- replace -- run -- done
 *                 \_______\________\_________\____ failed: told once, a pause, again */
#ifndef CLI_VERBS_WATCH_DUTY_H
#define CLI_VERBS_WATCH_DUTY_H

#include "output/place.h"
#include "process/child.h"
#include "process/pause.h"
#include "verbs/watch/form.h"

#include <proxenos/proxenos.h>

#include <stdbool.h>
#include <stdint.h>

typedef enum duty_step { DUTY_WAITS, DUTY_CHECKS, DUTY_RUNS } duty_step;

typedef struct watch_duty {
    const char *path;                /* --write; NULL, or "-" for standard output */
    const watch_form *form;
    const char *check, *run;         /* for a shell; NULL: none */
    int64_t limit_ms;                /* for each command; INT64_MAX: none */
    bool is_last;                    /* nothing is tried again */

    proxenos_selector *newest;       /* accepted last */
    proxenos_selector *working;      /* being done */
    proxenos_selector *heard;        /* what the last --run that ended well was told of */
    bool is_write_due, is_run_due;
    duty_step step;
    file_place place;
    cli_child child;
    bool is_overdue;                 /* it was stopped, since it took too long */
    int64_t limit_at_ms;
    growing_pause pause;
    char told[1280];                 /* the failure that goes on; "" when all is well */
    int code;                        /* the exit code that this failure means */
} watch_duty;

/* Whether there is anything to do at all. */
bool duty_is_any(const watch_duty *duty);
/* Another membership.  `is_news`: without a file, only then --run hears of it. */
void duty_take(watch_duty *duty, proxenos_selector *selector, bool is_news);
/* Does what can be done now.  To be called whenever a signal has come, or duty_timeout() is over. */
void duty_go_on(watch_duty *duty);
/* For poll(). */
int duty_timeout(const watch_duty *duty);
/* Tries again now, whatever pause goes on. */
void duty_hurry(watch_duty *duty);
/* Whether all is done, or cannot be done for now: duty->code says which. */
bool duty_is_settled(const watch_duty *duty);
/* Ends a command that runs, within moments, and takes its candidate away. */
void duty_end(watch_duty *duty);

#endif

/* SPDX-License-Identifier: MIT */
#include "verbs/keep/job.h"

#include "output/message.h"
#include "process/words.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

void job_want(kept_job *job, proxenos_selector *selector, const proxenos_node *node) {
    proxenos_selector *old = job->selector;
    if (node != NULL && job->node == NULL) {
        job->start_ms = job->delay_ms > INT64_MAX - clock_ms() ? INT64_MAX : clock_ms() + job->delay_ms;
        pause_reset(&job->pause);
        job->told[0] = '\0';
        message_info("'%s' is this node's; the command starts in %lld ms", job->key, (long long)job->delay_ms);
    } else if (node == NULL && job->node != NULL) {
        message_info("'%s' is not this node's any more", job->key);
    }
    job->selector = node == NULL ? NULL : proxenos_selector_ref(selector);
    job->node = node;
    proxenos_selector_unref(old);
}

/* --------------------------------------------------------------------- start */

static int start(kept_job *job) {
    char **words = words_for_node(job->command, job->key, job->node);
    char **environment = environment_for_node(environ, job->key, job->node);
    child_plan plan = {.words = words, .environment = environment, .input = -1, .is_bound = true};
    int problem = words == NULL || environment == NULL ? ENOMEM : child_start(&job->child, &plan);
    free(words);
    free(environment);
    return problem;
}

/* One line for an end that is as the last one was. */
__attribute__((format(printf, 2, 3)))
static void tell(kept_job *job, const char *format, ...) {
    char text[sizeof job->told];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (strcmp(text, job->told) != 0) message_warning("%s; starting it again", text);
    (void)strcpy(job->told, text);
}

/* What cannot be run the first time never will; later it may be just being replaced. */
static void begin(kept_job *job) {
    int problem = start(job);
    if (problem == 0) {
        job->is_running = job->has_run = true;
        job->is_stopped = false;
        job->started_ms = clock_ms();
        message_info("the command runs, process %ld", (long)job->child.id);
    } else if (job->has_run && !job->is_once) {
        tell(job, "cannot run '%.200s': %s", job->command[0], strerror(problem));
        pause_begin(&job->pause);
    } else {
        message_error("cannot run '%s': %s", job->command[0], strerror(problem));
        job->is_over = true;
        job->code = child_failure_code(problem);
    }
}

/* ----------------------------------------------------------------------- end */

static void take_end(kept_job *job) {
    int status = job->child.status;
    job->is_running = false;
    if (job->is_once) {
        job->is_over = true;
        job->code = child_code(status);
        return;
    }
    if (job->is_stopped) {
        message_info("the command has ended");
        return;
    }
    if (clock_ms() - job->started_ms > job->pause.most_ms) {
        pause_reset(&job->pause);
        job->told[0] = '\0';
    }
    tell(job, "the command ended with %s %d", WIFEXITED(status) ? "exit code" : "signal",
         WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    pause_begin(&job->pause);
}

/* Whether it, or what it has started, is still there: then nothing is started beside it. */
static bool is_busy(kept_job *job) {
    if (!child_is_there(&job->child)) return false;
    bool is_left_over = job->child.has_ended;
    if (job->child.is_stopping || (!is_left_over && job->node != NULL)) return true;
    job->is_stopped = !is_left_over;
    child_stop(&job->child, job->grace_ms);
    return true;
}

void job_go_on(kept_job *job) {
    if (is_busy(job) || job->is_over) return;
    if (job->is_running) take_end(job);
    if (job->is_over || job->node == NULL || clock_ms() < job->start_ms || !pause_is_over(&job->pause)) return;
    begin(job);
}

int job_timeout(const kept_job *job) {
    if (job->child.id != 0) return clock_timeout(job->child.kill_ms);
    if (job->node == NULL) return -1;
    return clock_timeout(job->start_ms > job->pause.until_ms ? job->start_ms : job->pause.until_ms);
}

void job_signal(kept_job *job, int number) {
    if (job->child.id != 0 && !job->child.has_ended) (void)kill(job->child.id, number);
}

void job_end(kept_job *job) {
    if (job->child.id != 0 && !child_end(&job->child, job->grace_ms))
        message_warning("the command was killed and does not end; it is left");
    job_want(job, NULL, NULL);
}

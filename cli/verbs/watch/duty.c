/* SPDX-License-Identifier: MIT */
#include "verbs/watch/duty.h"

#include "output/exit.h"
#include "output/message.h"
#include "verbs/watch/hearing.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a command has to end once it was told to; short, since the end of watch waits for it. */
enum { GRACE_MS = 2000 };

extern char **environ;

static void keep(proxenos_selector **place, proxenos_selector *selector) {
    proxenos_selector *old = *place;
    *place = selector == NULL ? NULL : proxenos_selector_ref(selector);
    proxenos_selector_unref(old);
}

/* ---------------------------------------------------------------- how it ended */

/* One line for a failure that goes on, and for each that is another. */
__attribute__((format(printf, 3, 4)))
static void fail(watch_duty *duty, int code, const char *format, ...) {
    char text[sizeof duty->told];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    duty->code = code;
    duty->step = DUTY_WAITS;
    place_drop(&duty->place);
    pause_begin(&duty->pause);
    bool is_told = strcmp(text, duty->told) == 0;
    (void)strcpy(duty->told, text);
    if (duty->is_last) message_error("%s", text);
    else if (!is_told) message_warning("%s; trying again", text);
}

static void succeed(watch_duty *duty) {
    if (duty->told[0] != '\0') message_info("what failed is done now");
    duty->told[0] = '\0';
    duty->code = 0;
    duty->step = DUTY_WAITS;
    pause_reset(&duty->pause);
}

/* ----------------------------------------------------------------- the commands */

/* Of a path that means the same in a shell, quoted or not. */
static bool is_plain(const char *path) {
    return path[0] != '-' && path[0] != '~' &&
           path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+,:@%=-")] == '\0';
}

/* The command with {} replaced, or with the path behind it.  What a shell might read as code comes
 * as a variable instead, which it only reads as a path. */
static char *command_for(const char *command, const char *path) {
    const char *word = is_plain(path) ? path : "\"$PROXENOS_FILE\"";
    size_t size = strlen(command) + strlen(word) + 2;
    for (const char *at = command; (at = strstr(at, "{}")) != NULL; at += 2) size += strlen(word);
    char *made = malloc(size), *end = made;
    if (made == NULL) return NULL;
    bool is_named = strstr(command, "{}") != NULL || strstr(command, "PROXENOS_FILE") != NULL;
    for (const char *at = command; *at != '\0';) {
        bool is_place = at[0] == '{' && at[1] == '}';
        if (is_place) end = stpcpy(end, word);
        else *end++ = *at;
        at += is_place ? 2 : 1;
    }
    *end = '\0';
    if (!is_named) (void)stpcpy(stpcpy(end, " "), word);
    return made;
}

/* Starts a shell with the command; 0, or an error number. */
static int start(watch_duty *duty, char *command, const char *file, bool is_hearing) {
    char shell[] = "/bin/sh", option[] = "-c", *const words[] = {shell, option, command, NULL};
    char **environment = hearing_environment(environ, duty->heard, duty->working, file);
    child_plan plan = {.words = words, .environment = environment, .input = -1, .is_aside = true};
    int problem = environment == NULL ? ENOMEM : 0;
    if (problem == 0 && is_hearing && (plan.input = hearing_input(duty->working)) < 0) problem = errno;
    if (problem == 0) problem = child_start(&duty->child, &plan);
    if (plan.input >= 0) (void)close(plan.input);
    free(environment);
    duty->is_overdue = false;
    duty->limit_at_ms = duty->limit_ms == INT64_MAX ? INT64_MAX : clock_ms() + duty->limit_ms;
    return problem;
}

/* Whether it has ended well; else the failure is told. */
static bool has_agreed(watch_duty *duty, const char *option, const char *command) {
    int status = duty->child.status;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !duty->is_overdue) return true;
    if (duty->is_overdue)
        fail(duty, EXIT_NO, "--%s: '%.200s' took longer than %lld ms, and was ended", option, command, (long long)duty->limit_ms);
    else
        fail(duty, EXIT_NO, "--%s: '%.200s' ended with %s %d", option, command, WIFEXITED(status) ? "exit code" : "signal",
             WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    return false;
}

/* -------------------------------------------------------------------- the steps */

/* The membership is where it belongs; `is_changed`: it was not before. */
static void written(watch_duty *duty, bool is_changed) {
    duty->is_write_due = duty->newest != duty->working; /* one that came meanwhile */
    duty->is_run_due = duty->is_run_due || is_changed || duty->heard == NULL;
    if (duty->run == NULL) {
        keep(&duty->heard, duty->working);
        duty->is_run_due = false;
    }
    if (!duty->is_run_due) succeed(duty);
    duty->code = 0;
    duty->step = DUTY_WAITS;
    pause_reset(&duty->pause);
}

static void replace(watch_duty *duty) {
    char why[1200];
    if (place_commit(&duty->place, why, sizeof why)) written(duty, true);
    else fail(duty, EXIT_INTERNAL, "--write: %s", why);
}

static void print(watch_duty *duty, const output_buffer *text) {
    output_bytes(text->bytes, text->used);
    output_flush();
    written(duty, true);
}

static void check(watch_duty *duty) {
    char *command = command_for(duty->check, duty->place.candidate);
    int problem = command == NULL ? ENOMEM : start(duty, command, duty->place.candidate, false);
    free(command);
    if (problem == 0) duty->step = DUTY_CHECKS;
    else fail(duty, EXIT_INTERNAL, "--check: cannot run the command: %s", strerror(problem));
}

static void write_file(watch_duty *duty) {
    char why[1200];
    output_buffer text;
    keep(&duty->working, duty->newest);
    if (!form_render(duty->form, duty->working, &text)) {
        fail(duty, EXIT_INTERNAL, "--write: out of memory");
    } else if (strcmp(duty->path, "-") == 0) {
        print(duty, &text);
    } else {
        place_result result = place_prepare(&duty->place, duty->path, text.bytes, text.used, why, sizeof why);
        if (result == PLACE_FAILED) fail(duty, EXIT_INTERNAL, "--write: %s", why);
        else if (result == PLACE_SAME) written(duty, false);
        else if (duty->check != NULL) check(duty);
        else replace(duty);
    }
    free(text.bytes);
}

static void run(watch_duty *duty) {
    keep(&duty->working, duty->newest);
    const char *path = duty->path != NULL && strcmp(duty->path, "-") != 0 ? duty->path : NULL;
    char *command = strdup(duty->run);
    int problem = command == NULL ? ENOMEM : start(duty, command, path, true);
    free(command);
    if (problem != 0) {
        fail(duty, EXIT_INTERNAL, "--run: cannot run the command: %s", strerror(problem));
        return;
    }
    duty->is_run_due = false; /* until something comes meanwhile, or it fails */
    duty->step = DUTY_RUNS;
}

static void finish_run(watch_duty *duty) {
    if (!has_agreed(duty, "run", duty->run)) {
        duty->is_run_due = true;
        return;
    }
    keep(&duty->heard, duty->working);
    succeed(duty);
}

/* ------------------------------------------------------------------- the calls */

bool duty_is_any(const watch_duty *duty) {
    return duty->path != NULL || duty->run != NULL;
}

void duty_take(watch_duty *duty, proxenos_selector *selector, bool is_news) {
    bool is_first = duty->newest == NULL;
    keep(&duty->newest, selector);
    if (duty->path != NULL) duty->is_write_due = true;
    else if (duty->run != NULL && (is_news || is_first)) duty->is_run_due = true;
    pause_shorten(&duty->pause);
}

/* A command that goes on is in the way of everything else. */
static bool is_busy(watch_duty *duty) {
    if (!child_is_there(&duty->child)) return false;
    if (!duty->is_overdue && clock_ms() >= duty->limit_at_ms) {
        duty->is_overdue = true;
        child_stop(&duty->child, GRACE_MS);
    }
    return true;
}

void duty_go_on(watch_duty *duty) {
    while (!is_busy(duty)) {
        if (duty->step == DUTY_CHECKS) {
            if (has_agreed(duty, "check", duty->check)) replace(duty);
        } else if (duty->step == DUTY_RUNS) {
            finish_run(duty);
        } else if (!(duty->is_write_due || duty->is_run_due) || !pause_is_over(&duty->pause) ||
                   (duty->is_last && duty->code != 0)) {
            return;
        } else if (duty->is_write_due) {
            write_file(duty);
        } else {
            run(duty);
        }
    }
}

int duty_timeout(const watch_duty *duty) {
    if (duty->child.id == 0) {
        bool is_due = duty->is_write_due || duty->is_run_due;
        return clock_timeout(is_due ? duty->pause.until_ms : INT64_MAX);
    }
    return clock_timeout(duty->child.is_stopping ? duty->child.kill_ms : duty->limit_at_ms);
}

void duty_hurry(watch_duty *duty) {
    duty->pause.until_ms = 0;
}

bool duty_is_settled(const watch_duty *duty) {
    if (duty->child.id != 0 || duty->step != DUTY_WAITS) return false;
    return !(duty->is_write_due || duty->is_run_due) || duty->code != 0;
}

void duty_end(watch_duty *duty) {
    if (duty->child.id != 0 && !child_end(&duty->child, GRACE_MS))
        message_warning("a command that was killed does not end, and is left");
    place_end(&duty->place);
    keep(&duty->newest, NULL);
    keep(&duty->working, NULL);
    keep(&duty->heard, NULL);
}

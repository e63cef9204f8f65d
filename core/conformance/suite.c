/* SPDX-License-Identifier: MIT */
/* The conformance test's parent: starts a child that runs the checks; when the
 * plugin takes the child down, says so and starts another behind that check. */
#include <config.h>

#include "conformance/child.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct test {
    proxenos_context *context;
    const char *path;
    px_option_text *options;
    size_t option_count;
    proxenos_finding_visitor *visit;
    void *user;
    FILE *printed;           /* standard output and error of the children */
    off_t printed_before;    /* its size when the running check began */
    size_t begun;            /* checks that were begun, by all children */
    unsigned hangs;          /* checks that did not return */
    px_report last;
    bool is_over;
} test;

enum { HANGS_LIMIT = 2 };    /* then the rest is left out: each takes its time */

/* ------------------------------------------------------------------ options */

static void free_options(px_option_text *options, size_t count) {
    for (size_t i = 0; i < count; i++) free((char *)(uintptr_t)options[i].name); /* the value is in it */
    free(options);
}

static proxenos_status split_option(const char *text, px_option_text *pair, proxenos_error *error) {
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "an option is given as KEY=VALUE, not '%s'", text);
    }
    char *copy = px_strdup(text);
    if (copy == NULL) return px_error_memory(error);
    copy[equals - text] = '\0';
    *pair = (px_option_text){copy, copy + (equals - text) + 1};
    return PROXENOS_OK;
}

static proxenos_status split_options(const char *const *texts, px_option_text **options, size_t *count,
                                     proxenos_error *error) {
    size_t wanted = 0, done = 0;
    while (texts != NULL && texts[wanted] != NULL) wanted++;
    *options = px_calloc(wanted, sizeof **options);
    if (*options == NULL) return px_error_memory(error);
    proxenos_status status = PROXENOS_OK;
    while (done < wanted && status == PROXENOS_OK) {
        status = split_option(texts[done], &(*options)[done], error);
        if (status == PROXENOS_OK) done++;
    }
    *count = done;
    return status;
}

/* ----------------------------------------------------------------- findings */

static void tell(test *run, proxenos_verdict verdict, const char *what, const char *section, const char *why) {
    proxenos_finding finding = {.size = sizeof finding,
                                .verdict = verdict,
                                .kind = run->last.kind,
                                .name = run->last.name,
                                .what = what,
                                .why = verdict == PROXENOS_HOLDS ? "" : why,
                                .section = section};
    if (run->visit(run->user, &finding) != 0) run->is_over = true;
}

static off_t printed_size(const test *run) {
    struct stat status;
    return fstat(fileno(run->printed), &status) == 0 ? status.st_size : 0;
}

/* How the child ended, in words, with the first line of what it said last. */
static void describe_end(test *run, int status, proxenos_error *why) {
    proxenos_error said;
    bool has_said = px_printed_line(fileno(run->printed), run->printed_before, &said);
    const char *before = has_said ? ", saying: " : "", *words = has_said ? said.text : "";
    if (!WIFSIGNALED(status)) {
        (void)px_error(why, PROXENOS_OK, "it ended the process with exit code %d%s%s", WEXITSTATUS(status), before,
                       words);
    } else if (WTERMSIG(status) == SIGALRM) {
        run->is_over = ++run->hangs == HANGS_LIMIT;
        (void)px_error(why, PROXENOS_OK, "it did not return within %u s%s%s%s", px_check_limit_s, before, words,
                       run->is_over ? "; the other checks are left out" : "");
    } else {
        (void)px_error(why, PROXENOS_OK, "it crashed: signal %d (%s)%s%s", WTERMSIG(status),
                       strsignal(WTERMSIG(status)), before, words);
    }
}

/* A child that is gone before it was done.  Its last words are in the finding, so
 * they do not count as printed. */
static void tell_of_end(test *run, int status) {
    proxenos_error why;
    describe_end(run, status, &why);
    if (ftruncate(fileno(run->printed), run->printed_before) != 0) rewind(run->printed);
    if (run->last.step == PX_REPORT_BEGUN) {
        tell(run, PROXENOS_BROKEN, run->last.check->what, run->last.check->section, why.text);
        return;
    }
    run->last.kind = "module";
    const char *slash = strrchr(run->path, '/');
    (void)snprintf(run->last.name, sizeof run->last.name, "%s", slash == NULL ? run->path : slash + 1);
    tell(run, PROXENOS_BROKEN, "can be loaded", "LOADING", why.text);
    run->is_over = true;
}

/* ----------------------------------------------------------------- children */

static bool read_report(int reports, px_report *report) {
    size_t used = 0;
    while (used < sizeof *report) {
        ssize_t got = read(reports, (char *)report + used, sizeof *report - used);
        if (got > 0) used += (size_t)got;
        else if (got == 0 || errno != EINTR) return false;
    }
    return true;
}

/* Until the child is done or gone, or the visitor has had enough. */
static void listen_to(test *run, int reports) {
    px_report report;
    run->last = (px_report){.step = PX_REPORT_ENDED};
    while (!run->is_over && read_report(reports, &report)) {
        run->last = report;
        switch (report.step) {
        case PX_REPORT_BEGUN:
            run->begun++;
            run->printed_before = report.printed;
            break;
        case PX_REPORT_ENDED:
            tell(run, report.verdict, report.check->what, report.check->section, report.why);
            break;
        default:
            run->is_over = true;
        }
    }
}

/* Its wait status.  In a program that ignores SIGCHLD, or waits for any child elsewhere,
 * nobody can tell a crash from an end. */
static proxenos_status wait_for(pid_t child, int *status, proxenos_error *error) {
    while (waitpid(child, status, 0) < 0) {
        if (errno == EINTR) continue;
        return px_error(error, PROXENOS_ERROR_INTERNAL,
                        "how the test's process ended cannot be told: %s; does the program ignore SIGCHLD?",
                        strerror(errno));
    }
    return PROXENOS_OK;
}

/* The child is in a process group of its own: SIGINT is not the user's Ctrl-C, which ends
 * this process, whereupon the child ends itself, but the plugin's. */
static proxenos_status after(test *run, int status, proxenos_error *error) {
    if (run->last.step == PX_REPORT_REFUSED) return px_error(error, run->last.status, "%s", run->last.why);
    if (run->is_over) return PROXENOS_OK;
    int signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal_number == SIGTERM || signal_number == SIGHUP) {
        return px_error(error, PROXENOS_ERROR_CANCELLED, "%s: the test was interrupted", run->path);
    }
    tell_of_end(run, status);
    return PROXENOS_OK;
}

static proxenos_status run_child(test *run, proxenos_error *error) {
    int reports[2];
    if (pipe2(reports, O_CLOEXEC) != 0) {
        return px_error(error, PROXENOS_ERROR_INTERNAL, "cannot make a pipe: %s", strerror(errno));
    }
    run->printed_before = printed_size(run);
    pid_t child = fork();
    if (child == 0) {
        const px_assignment work = {run->context, run->path,           run->options, run->option_count,
                                    run->begun,   fileno(run->printed), reports[1]};
        (void)close(reports[0]);
        px_conformance_child(&work);
    }
    int problem = errno;
    (void)close(reports[1]);
    if (child > 0) {
        (void)setpgid(child, child); /* as it does itself: whoever comes first */
        listen_to(run, reports[0]);
    }
    (void)close(reports[0]);
    if (child < 0) return px_error(error, PROXENOS_ERROR_INTERNAL, "cannot start a process: %s", strerror(problem));
    if (run->is_over) (void)kill(child, SIGKILL); /* mostly it has gone already */
    int ended = 0;
    proxenos_status status = wait_for(child, &ended, error);
    (void)kill(-child, SIGKILL); /* what the plugin has left behind */
    return status == PROXENOS_OK ? after(run, ended, error) : status;
}

proxenos_status proxenos_plugin_test(proxenos_context *context, const char *path, const char *const *options,
                                     proxenos_finding_visitor *visit, void *user, proxenos_error *error) {
    if (context == NULL || path == NULL || visit == NULL) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "a context, a file and a visitor are needed");
    }
    test run = {.context = context, .path = path, .visit = visit, .user = user};
    proxenos_status status = split_options(options, &run.options, &run.option_count, error);
    if (status == PROXENOS_OK && (run.printed = tmpfile()) == NULL) {
        status = px_error(error, PROXENOS_ERROR_INTERNAL, "cannot make a temporary file: %s", strerror(errno));
    }
    while (status == PROXENOS_OK && !run.is_over) status = run_child(&run, error);
    if (run.printed != NULL) (void)fclose(run.printed);
    free_options(run.options, run.option_count);
    return status;
}

/* SPDX-License-Identifier: MIT */
/* The conformance test's child: loads the plugin and goes through the plan. */
#include <config.h>

#include "conformance/child.h"

#include "conformance/checks.h"
#include "conformance/process.h"
#include "modules/find.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

unsigned px_check_limit_s = 20;

typedef struct child {
    const px_assignment *work;
    px_subject subject;
    size_t number;           /* of the check that comes next */
} child;

/* --------------------------------------------------------------- the process */

/* What the program had not written yet must not pass for the plugin's words. */
static void forget_buffered(int printed) {
    off_t size = lseek(printed, 0, SEEK_END);
    (void)fflush(stdout);
    (void)fflush(stderr);
    if (ftruncate(printed, size) == 0) (void)lseek(printed, size, SEEK_SET);
}

/* Standard input is empty, output and error are watched, signals do what they do
 * in a program that has said nothing about them, and a crash leaves no file. */
static void settle(const px_assignment *work) {
    const struct rlimit no_core = {0, 0};
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    bool is_set = dup2(nothing, STDIN_FILENO) >= 0 && dup2(work->printed, STDOUT_FILENO) >= 0 &&
                  dup2(work->printed, STDERR_FILENO) >= 0;
    if (!is_set) _exit(EXIT_FAILURE);
    (void)close(nothing);
    forget_buffered(work->printed);
    for (int number = 1; number <= SIGRTMAX; number++) (void)signal(number, SIG_DFL); /* what cannot, does not */
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    work->context->log = NULL; /* what goes through the host is not printed by the plugin */
}

/* Of a parent that is gone, SIGPIPE tells. */
static void send_report(const child *self, const px_report *report) {
    for (size_t used = 0; used < sizeof *report;) {
        ssize_t wrote = write(self->work->reports, (const char *)report + used, sizeof *report - used);
        if (wrote > 0) used += (size_t)wrote;
        else if (errno != EINTR) _exit(EXIT_FAILURE);
    }
}

/* ------------------------------------------------------------------ the plan */

static const char *subject_kind(const px_subject *subject) {
    if (subject->backend != NULL) return px_kind_name(PX_BACKEND);
    return subject->hash != NULL ? px_kind_name(PX_HASH) : "module";
}

static const char *subject_name(const px_subject *subject) {
    if (subject->backend != NULL) return subject->backend->callbacks.name;
    return subject->hash != NULL ? subject->hash->callbacks.name : px_module_name(subject->module);
}

static void run_check(child *self, const px_check *check) {
    px_report report = {.step = PX_REPORT_BEGUN, .check = check, .kind = subject_kind(&self->subject)};
    (void)snprintf(report.name, sizeof report.name, "%s", subject_name(&self->subject));
    (void)fflush(stdout);
    (void)fflush(stderr);
    report.printed = lseek(self->work->printed, 0, SEEK_END);
    send_report(self, &report);
    px_error_clear(&self->subject.why);
    (void)alarm(px_check_limit_s);
    report.verdict = check->run(&self->subject);
    (void)alarm(0);
    px_process_guard();
    report.step = PX_REPORT_ENDED;
    (void)snprintf(report.why, sizeof report.why, "%s", self->subject.why.text);
    send_report(self, &report);
}

static void run_checks(child *self, const px_check *checks) {
    for (; checks->run != NULL; checks++) {
        if (self->number++ >= self->work->first) run_check(self, checks);
    }
}

static void run_plan(child *self) {
    const px_module *module = self->subject.module;
    run_checks(self, px_module_checks);
    for (uint32_t i = 0; i < module->backend_count; i++) {
        self->subject.backend = &module->backends[i];
        run_checks(self, px_option_checks);
        run_checks(self, px_backend_checks);
        run_checks(self, px_source_checks);
    }
    self->subject.backend = NULL;
    for (uint32_t i = 0; i < module->hash_count; i++) {
        self->subject.hash = &module->hashes[i];
        run_checks(self, px_option_checks);
        run_checks(self, px_hash_checks);
        run_checks(self, px_hash_state_checks);
    }
    self->subject.hash = NULL;
    run_checks(self, px_last_checks);
}

/* ------------------------------------------------------------------- options */

/* A hash is to give the same answers on every machine the test runs on. */
static void clear_environment(const px_schema *schema) {
    for (uint32_t i = 0; i < schema->count; i++) {
        if (schema->options[i].environment != NULL) (void)unsetenv(schema->options[i].environment);
    }
}

static proxenos_status check_option(const px_module *module, const char *name, proxenos_error *error) {
    for (uint32_t i = 0; i < module->backend_count; i++) {
        if (px_schema_find(module->backends[i].schema, name, error) >= 0) return PROXENOS_OK;
    }
    for (uint32_t i = 0; i < module->hash_count; i++) {
        if (px_schema_find(module->hashes[i].schema, name, error) >= 0) return PROXENOS_OK;
    }
    if (module->backend_count + module->hash_count == 1) return PROXENOS_ERROR_ARGUMENT;
    return px_error(error, PROXENOS_ERROR_ARGUMENT, "nothing in module '%s' has an option '%s'",
                    px_module_name(module), name);
}

static proxenos_status open_module(child *self, proxenos_error *error) {
    px_module *module = NULL;
    proxenos_status status = px_module_open_file(self->work->context, self->work->path, &module, error);
    for (size_t i = 0; status == PROXENOS_OK && i < self->work->option_count; i++) {
        status = check_option(module, self->work->options[i].name, error);
    }
    if (status != PROXENOS_OK) return status;
    for (uint32_t i = 0; i < module->hash_count; i++) clear_environment(module->hashes[i].schema);
    if (module->hash_count > 0) px_process_note_environment();
    self->subject.module = module;
    return PROXENOS_OK;
}

_Noreturn void px_conformance_child(const px_assignment *work) {
    proxenos_error error;
    child self = {.work = work};
    self.subject.context = work->context;
    self.subject.options = work->options;
    self.subject.option_count = work->option_count;
    settle(work);
    px_process_begin(work->reports);
    (void)alarm(px_check_limit_s);
    px_report last = {.step = PX_REPORT_DONE, .status = open_module(&self, &error)};
    (void)alarm(0);
    if (last.status == PROXENOS_OK) {
        run_plan(&self);
    } else {
        last.step = PX_REPORT_REFUSED;
        (void)snprintf(last.why, sizeof last.why, "%s", error.text);
    }
    send_report(&self, &last);
    _exit(EXIT_SUCCESS);
}

/* SPDX-License-Identifier: MIT */
/* proxenos watch: what becomes of a fleet, as it happens. */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/message.h"
#include "output/stdout.h"
#include "process/caught.h"
#include "process/pause.h"
#include "session/keys.h"
#include "session/session.h"
#include "verbs/watch/duty.h"
#include "verbs/watch/report.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A command of --check or --run takes no longer, unless the user says so. */
enum { LIMIT_MS = 60000 };

typedef struct watch {
    cli_session session;
    proxenos_follower *follower;
    watch_report report;
    watch_duty duty;
    bool is_once;
    int64_t until_ms;            /* INT64_MAX: for ever */
    int code;
    bool is_ending;              /* once what was accepted is done */
    bool is_over;
} watch;

static void end(watch *self, int code) {
    self->code = code;
    self->is_over = true;
}

/* Nobody reads any more; output_finish() says whether that is a fault. */
static void end_of_output(watch *self) {
    end(self, caught_stop() ? EXIT_INTERRUPTED : 0);
}

/* The end, but of what was accepted nothing is left undone. */
static void finish(watch *self) {
    self->is_ending = true;
    self->duty.is_last = true;
}

/* ------------------------------------------------------------------ events */

static bool is_scheme_expected(watch *self, const proxenos_event *event) {
    if (event->kind != PROXENOS_EVENT_INITIAL) return true;
    self->session.selector = event->selector;
    int code = session_check_scheme(&self->session);
    self->session.selector = NULL;
    if (code != 0) end(self, code);
    return code == 0;
}

/* Before the first cluster a failure is told on standard error; with --once it is the end. */
static void tell_of_start(watch *self, const proxenos_event *event) {
    if (!self->is_once) {
        message_warning("%s; trying again", event->why);
        return;
    }
    proxenos_cluster *none;
    (void)proxenos_follower_cluster(self->follower, &none, &self->session.error);
    proxenos_cluster_unref(none);
    if (self->session.error.status != PROXENOS_OK) end(self, session_failed(&self->session));
}

static void handle_event(watch *self, const proxenos_event *event) {
    if (event->kind == PROXENOS_EVENT_STATE && event->state == PROXENOS_STARTING) tell_of_start(self, event);
    if (self->is_over || !is_scheme_expected(self, event)) return;
    if (report_event(&self->report, event, &self->session.error) != PROXENOS_OK) end(self, session_failed(&self->session));
    if (event->selector != NULL && duty_is_any(&self->duty)) duty_take(&self->duty, event->selector, self->report.has_moved);
    output_flush();
    if (output_has_failed()) end_of_output(self);
    if (self->is_once && event->selector != NULL) finish(self);
}

static void handle_events(watch *self) {
    proxenos_event *event;
    while (!self->is_over && !self->is_ending &&
           proxenos_follower_next_event(self->follower, 0, &event, NULL) == PROXENOS_OK) {
        handle_event(self, event);
        proxenos_event_free(event);
    }
}

static void handle_signals(watch *self) {
    for (int number; (number = caught_next()) != 0;) {
        if (number == SIGHUP) {
            proxenos_follower_refresh(self->follower);
            duty_hurry(&self->duty);
        } else if (number != SIGCHLD) {
            end(self, EXIT_INTERRUPTED);
        }
    }
}

/* ------------------------------------------------------------------- waiting */

/* The sooner one; -1: never. */
static int sooner(int a, int b) {
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* Standard output is polled for the end of its reader alone. */
static void wait_for_news(watch *self) {
    struct pollfd waited[] = {
        {.fd = self->is_ending ? -1 : proxenos_follower_descriptor(self->follower), .events = POLLIN},
        {.fd = caught_descriptor(), .events = POLLIN},
        {.fd = STDOUT_FILENO},
    };
    int timeout = sooner(duty_timeout(&self->duty), clock_timeout(self->is_ending ? INT64_MAX : self->until_ms));
    if (poll(waited, sizeof waited / sizeof waited[0], timeout) < 0) return;
    if ((waited[2].revents & POLLNVAL) != 0) output_fail(EBADF);
    if ((waited[2].revents & (POLLERR | POLLNVAL)) != 0) end_of_output(self);
    if (clock_ms() >= self->until_ms) finish(self);
}

static int follow(watch *self) {
    proxenos_status status = proxenos_follower_start(self->session.settings, NULL, &self->follower, &self->session.error);
    if (status != PROXENOS_OK) return session_failed(&self->session);
    pause_by_settings(&self->duty.pause, self->session.settings);
    output_stops_when(caught_stop);
    while (!self->is_over) {
        wait_for_news(self);
        if (!self->is_over) handle_signals(self);
        if (!self->is_over) handle_events(self);
        if (self->is_over) break;
        duty_go_on(&self->duty);
        if (output_has_failed()) end_of_output(self);
        else if (self->is_ending && duty_is_settled(&self->duty)) end(self, self->duty.code);
    }
    duty_end(&self->duty);
    proxenos_follower_stop(self->follower);
    return self->code;
}

/* ------------------------------------------------------------------ the verb */

/* A duration from now on as a moment; INT64_MAX where there is none. */
static int64_t moment_in(int64_t milliseconds) {
    return milliseconds > INT64_MAX - clock_ms() ? INT64_MAX : clock_ms() + milliseconds;
}

static int read_limits(const cli_arguments *arguments, watch *self) {
    int64_t duration;
    int code = arguments_duration(arguments, OPTION_FOR, INT64_MAX, &duration);
    self->until_ms = moment_in(duration);
    if (code == 0) code = arguments_duration(arguments, OPTION_RUN_TIMEOUT, LIMIT_MS, &self->duty.limit_ms);
    if (self->duty.limit_ms == 0) self->duty.limit_ms = INT64_MAX;
    return code;
}

/* Whose value would be lost if the last one counted. */
static int check_once_given(const cli_arguments *arguments) {
    static const option_id once[] = {OPTION_WRITE, OPTION_CHECK, OPTION_RUN};
    for (size_t i = 0; i < sizeof once / sizeof once[0]; i++)
        if (arguments_count(arguments, once[i]) > 1)
            return usage_error(arguments->verb, "--%s can be given once", options_find(once[i])->name);
    return 0;
}

static int read_duty(const cli_arguments *arguments, watch_duty *duty) {
    const char *form = arguments_value(arguments, OPTION_AS);
    duty->path = arguments_value(arguments, OPTION_WRITE);
    duty->check = arguments_value(arguments, OPTION_CHECK);
    duty->run = arguments_value(arguments, OPTION_RUN);
    duty->form = form_find(form != NULL ? form : "json");
    if (duty->path == NULL && form != NULL) return usage_error(arguments->verb, "--as says how --write FILE writes, which is missing");
    if (duty->path == NULL && duty->check != NULL)
        return usage_error(arguments->verb, "--check looks at what --write FILE writes, which is missing");
    if ((duty->check != NULL && duty->check[0] == '\0') || (duty->run != NULL && duty->run[0] == '\0'))
        return usage_error(arguments->verb, "--check and --run need a command");
    if (duty->path != NULL && duty->path[0] == '\0') return usage_error(arguments->verb, "--write needs the name of a file, or -");
    if (duty->path != NULL && strcmp(duty->path, "-") == 0 && duty->check != NULL)
        return usage_error(arguments->verb, "--check looks at a file, and --write - writes none");
    return check_once_given(arguments);
}

static int run_watch(const cli_arguments *arguments) {
    watch self = {.is_once = arguments_count(arguments, OPTION_ONCE) > 0,
                  .report = {.is_json = arguments_format(arguments) == FORMAT_JSON,
                             .keys = arguments->operands, .key_count = arguments->operand_count}};
    int code = read_limits(arguments, &self);
    if (code == 0) code = read_duty(arguments, &self.duty);
    self.duty.is_last = self.is_once;
    self.report.is_quiet = self.duty.path != NULL && strcmp(self.duty.path, "-") == 0;
    for (size_t i = 0; code == 0 && i < arguments->operand_count; i++) code = key_check(arguments, arguments->operands[i]);
    if (code != 0) return code;
    child_note_descriptors();
    code = session_start(&self.session, arguments);
    if (code == 0 && !caught_start()) {
        message_error("cannot make a pipe for signals: %s", strerror(errno));
        code = EXIT_INTERNAL;
    }
    if (code == 0) code = follow(&self);
    report_end(&self.report);
    session_end(&self.session);
    return code;
}

static const char *const synopses[] = {"[OPTION]... [KEY]...", NULL};
static const char *const examples[] = {
    "proxenos watch -b consul -s web", "every node that comes, goes or changes, as it happens",
    "proxenos watch -C web -o json | jq -c .", "the same for programs, an object a line",
    "proxenos watch -C web user:17 user:18", "the node of each key, and every time it moves",
    "proxenos watch -C web --write web.cfg --as haproxy --check 'haproxy -c -f'",
    "a file kept in step, replaced only by one that HAProxy takes",
    "proxenos watch -C web --run 'echo came: $PROXENOS_ADDED'", "a command at each change",
    NULL};

const cli_verb verb_watch = {
    .name = "watch",
    .summary = "what becomes of the nodes, or of keys, as it happens",
    .synopses = synopses,
    .description =
        "Follows the source of the nodes and prints a line for each that is added (+), removed (-) or changed (~), and "
        "for each state of the following (=): stale while the source fails, held while a membership is refused by the "
        "settings follow.* of proxenos.yaml(5), current. With KEYs it prints each key, a tab and its address, at the start and "
        "whenever it moves.\n\n"
        "With --write it keeps a file in step, which --check can refuse; with --run a command hears of each change. Both are "
        "for a shell; a failure is told once and tried again.\n\n"
        "The last membership that was accepted stays in force while the source fails. HUP reads again now; INT and TERM "
        "end.",
    .examples = examples,
    .groups = GROUP_KEY_SIZE | GROUP_WATCH | GROUP_WRITE | GROUP_OUTPUT | GROUP_SOURCE | GROUP_FILTER | GROUP_CHOICE | GROUP_CONFIG,
    .formats = FORMAT_TEXT | FORMAT_JSON,
    .most_operands = SIZE_MAX,
    .run = run_watch,
};

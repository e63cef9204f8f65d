/* SPDX-License-Identifier: MIT */
/* proxenos watch: what becomes of a fleet, as it happens. */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/message.h"
#include "output/stdout.h"
#include "process/caught.h"
#include "session/keys.h"
#include "session/session.h"
#include "verbs/watch/report.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct watch {
    cli_session session;
    proxenos_follower *follower;
    watch_report report;
    bool is_once;
    int64_t until_ms;            /* INT64_MAX: for ever */
    int code;
    bool is_over;
} watch;

static int64_t now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void end(watch *self, int code) {
    self->code = code;
    self->is_over = true;
}

/* ------------------------------------------------------------------ events */

static bool is_scheme_expected(watch *self, const proxenos_event *event) {
    const char *expected = arguments_value(self->session.arguments, OPTION_EXPECT_SCHEME);
    if (expected == NULL || event->kind != PROXENOS_EVENT_INITIAL) return true;
    const char *scheme = proxenos_selector_scheme(event->selector);
    if (strcmp(expected, scheme) == 0) return true;
    message_error("--expect-scheme: this machine answers by '%s', not by '%s'", scheme, expected);
    end(self, EXIT_CONFIG);
    return false;
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
    output_flush();
    if (output_has_failed()) end(self, 0); /* output_finish() says whether that is a fault */
    if (self->is_once && event->selector != NULL) end(self, self->code);
}

static void handle_events(watch *self) {
    proxenos_event *event;
    while (!self->is_over && proxenos_follower_next_event(self->follower, 0, &event, NULL) == PROXENOS_OK) {
        handle_event(self, event);
        proxenos_event_free(event);
    }
}

static void handle_signals(watch *self) {
    for (int number; (number = caught_next()) != 0;) {
        if (number == SIGHUP) proxenos_follower_refresh(self->follower);
        else if (number != SIGCHLD) end(self, EXIT_INTERRUPTED);
    }
}

/* ------------------------------------------------------------------- waiting */

static int timeout_of(const watch *self) {
    if (self->until_ms == INT64_MAX) return -1;
    int64_t left = self->until_ms - now_ms();
    return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

/* Standard output is polled for the end of its reader alone. */
static void wait_for_news(watch *self) {
    struct pollfd waited[] = {
        {.fd = proxenos_follower_descriptor(self->follower), .events = POLLIN},
        {.fd = caught_descriptor(), .events = POLLIN},
        {.fd = self->report.is_quiet ? -1 : STDOUT_FILENO},
    };
    if (poll(waited, sizeof waited / sizeof waited[0], timeout_of(self)) < 0) return;
    if ((waited[2].revents & POLLNVAL) != 0) output_fail(EBADF);
    if ((waited[2].revents & (POLLERR | POLLNVAL)) != 0) end(self, 0); /* output_finish() says whether that is a fault */
    if (now_ms() >= self->until_ms) end(self, 0);
}

static int follow(watch *self) {
    proxenos_status status = proxenos_follower_start(self->session.settings, NULL, &self->follower, &self->session.error);
    if (status != PROXENOS_OK) return session_failed(&self->session);
    while (!self->is_over) {
        wait_for_news(self);
        if (!self->is_over) handle_signals(self);
        if (!self->is_over) handle_events(self);
    }
    proxenos_follower_stop(self->follower);
    return self->code;
}

/* ------------------------------------------------------------------ the verb */

static int read_duration(const cli_arguments *arguments, watch *self) {
    const char *value = arguments_value(arguments, OPTION_FOR);
    self->until_ms = INT64_MAX;
    if (value == NULL) return 0;
    int64_t milliseconds;
    if (!proxenos_parse_duration(value, &milliseconds))
        return usage_error(arguments->verb, "--for: '%s' is not a duration (250ms, 10s, 5m, 1h)", value);
    self->until_ms = milliseconds > INT64_MAX - now_ms() ? INT64_MAX : now_ms() + milliseconds;
    return 0;
}

static int run_watch(const cli_arguments *arguments) {
    watch self = {.is_once = arguments_count(arguments, OPTION_ONCE) > 0,
                  .report = {.is_json = arguments_format(arguments) == FORMAT_JSON,
                             .keys = arguments->operands, .key_count = arguments->operand_count}};
    int code = read_duration(arguments, &self);
    for (size_t i = 0; code == 0 && i < arguments->operand_count; i++) code = key_check(arguments, arguments->operands[i]);
    if (code != 0) return code;
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
        "The last membership that was accepted stays in force while the source fails. HUP reads again now; INT and TERM "
        "end.",
    .examples = examples,
    .groups = GROUP_KEY_SIZE | GROUP_WATCH | GROUP_OUTPUT | GROUP_SOURCE | GROUP_FILTER | GROUP_CHOICE | GROUP_CONFIG,
    .formats = FORMAT_TEXT | FORMAT_JSON,
    .most_operands = SIZE_MAX,
    .run = run_watch,
};

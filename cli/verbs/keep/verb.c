/* SPDX-License-Identifier: MIT */
/* proxenos keep: run a command as long as a key is this node's. */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/message.h"
#include "process/caught.h"
#include "process/words.h"
#include "session/keys.h"
#include "session/me.h"
#include "session/session.h"
#include "verbs/keep/job.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GRACE_MS = 10000 };

typedef struct keep {
    cli_session session;
    proxenos_follower *follower;
    const char *me;
    size_t count;                    /* among how many */
    kept_job job;
    char told[1024];                 /* why it is nobody's here, if that was worth a word */
    int code;
    bool is_over;
} keep;

static void end(keep *self, int code) {
    self->code = code;
    self->is_over = true;
}

/* ------------------------------------------------------------- whose key it is */

static void tell(keep *self, const char *why) {
    if (why[0] != '\0' && strcmp(why, self->told) != 0) message_warning("%s", why);
    (void)snprintf(self->told, sizeof self->told, "%s", why);
}

/* This node when the key is its own, else NULL. */
static const proxenos_node *rank_me(keep *self, const proxenos_node *me) {
    size_t size = proxenos_cluster_size(proxenos_selector_cluster(self->session.selector)), ranked = 0;
    size_t count = self->count < size ? self->count : size;
    proxenos_ranked *places = calloc(count + 1, sizeof *places);
    if (places == NULL) {
        end(self, out_of_memory());
        return NULL;
    }
    proxenos_status status = rank_key(&self->session, self->job.key, strlen(self->job.key), count, places, &ranked, &self->session.error);
    size_t mine = 0;
    while (mine < ranked && places[mine].node != me) mine++;
    free(places);
    tell(self, status == PROXENOS_OK ? "" : self->session.error.text);
    return status == PROXENOS_OK && mine < ranked ? me : NULL;
}

/* The same for a node that may be none of them. */
static const proxenos_node *find_mine(keep *self) {
    const proxenos_node *me;
    char why[sizeof self->told];
    if (me_find(proxenos_selector_cluster(self->session.selector), self->me, &me, why, sizeof why) == ME_FOUND) return rank_me(self, me);
    tell(self, why);
    return NULL;
}

/* Before the first membership, and once it has expired, nothing is anybody's. */
static void look(keep *self) {
    cli_session *session = &self->session;
    const proxenos_node *mine = NULL;
    proxenos_selector_unref(session->selector);
    session->selector = NULL;
    if (proxenos_follower_selector(self->follower, &session->selector, &session->error) == PROXENOS_OK) {
        if (session_check_scheme(session) != 0) end(self, CHILD_OURS);
        else mine = find_mine(self);
    }
    job_want(&self->job, session->selector, mine);
}

/* --------------------------------------------------------------------- events */

static void tell_of_state(const proxenos_event *event) {
    switch (event->state) {
    case PROXENOS_STARTING: message_warning("%s; trying again", event->why); break;
    case PROXENOS_STALE:
    case PROXENOS_HELD: message_warning("%s; the last membership stays in force", event->why); break;
    case PROXENOS_EXPIRED: message_warning("%s; for longer than max-age: the key is nobody's here", event->why); break;
    default: message_info("the membership is current"); break;
    }
}

static void handle_events(keep *self) {
    proxenos_event *event;
    bool is_any = false;
    while (proxenos_follower_next_event(self->follower, 0, &event, NULL) == PROXENOS_OK) {
        if (event->kind == PROXENOS_EVENT_STATE) tell_of_state(event);
        proxenos_event_free(event);
        is_any = true;
    }
    if (is_any) look(self);
}

static void handle_signals(keep *self) {
    for (int number; (number = caught_next()) != 0;) {
        if (number == SIGHUP) proxenos_follower_refresh(self->follower);
        else if (number == SIGUSR1 || number == SIGUSR2) job_signal(&self->job, number);
        else if (number != SIGCHLD) end(self, EXIT_INTERRUPTED);
    }
}

static int follow(keep *self) {
    cli_session *session = &self->session;
    if (proxenos_follower_start(session->settings, NULL, &self->follower, &session->error) != PROXENOS_OK) {
        (void)session_failed(session);
        return CHILD_OURS;
    }
    session->spread = proxenos_settings_get(session->settings, "spread");
    pause_by_settings(&self->job.pause, session->settings);
    while (!self->is_over) {
        struct pollfd waited[] = {
            {.fd = proxenos_follower_descriptor(self->follower), .events = POLLIN},
            {.fd = caught_descriptor(), .events = POLLIN},
        };
        (void)poll(waited, sizeof waited / sizeof waited[0], job_timeout(&self->job));
        handle_signals(self);
        if (!self->is_over) handle_events(self);
        if (self->is_over) break;
        job_go_on(&self->job);
        if (self->job.is_over) end(self, self->job.code);
    }
    job_end(&self->job);
    proxenos_follower_stop(self->follower);
    return self->code;
}

/* ------------------------------------------------------------------ the verb */

static int read_options(const cli_arguments *arguments, keep *self) {
    uint64_t count = 1;
    self->me = arguments_value(arguments, OPTION_ME);
    self->job.command = command_words(arguments);
    self->job.is_once = arguments_count(arguments, OPTION_KEEP_ONCE) > 0;
    if (self->job.command == NULL) return usage_error(arguments->verb, "keep needs a KEY, then '--' and a command");
    if (self->me == NULL || self->me[0] == '\0') return usage_error(arguments->verb, "keep needs --me NODE");
    self->job.key = arguments->operands[0];
    int code = key_check(arguments, self->job.key);
    if (code == 0) code = arguments_number(arguments, OPTION_COUNT, 1, UINT32_MAX, 1, &count);
    if (code == 0) code = arguments_duration(arguments, OPTION_GRACE, GRACE_MS, &self->job.grace_ms);
    if (code == 0) code = arguments_duration(arguments, OPTION_START_DELAY, self->job.grace_ms, &self->job.delay_ms);
    self->count = (size_t)count;
    return code;
}

static int run_keep(const cli_arguments *arguments) {
    keep self = {0};
    if (read_options(arguments, &self) != 0) return CHILD_OURS;
    child_note_descriptors();
    int code = session_start(&self.session, arguments);
    if (code == 0 && !caught_start()) {
        message_error("cannot make a pipe for signals: %s", strerror(errno));
        code = EXIT_INTERNAL;
    }
    caught_add(SIGUSR1);
    caught_add(SIGUSR2);
    code = code == 0 ? follow(&self) : CHILD_OURS;
    session_end(&self.session);
    return code;
}

static const char *const synopses[] = {"--me NODE [OPTION]... KEY -- COMMAND [ARGUMENT]...", NULL};
static const char *const examples[] = {
    "proxenos keep -C web --me 10.0.0.1:80 scheduler -- scheduler --foreground",
    "on every machine: one of them runs it, another when that one goes",
    "proxenos keep -C web --me web-7 -n 2 worker -- worker", "two of them run it",
    NULL};

const cli_verb verb_keep = {
    .name = "keep",
    .summary = "run a command as long as a key is this node's",
    .synopses = synopses,
    .description =
        "Runs COMMAND while KEY belongs to NODE, or with -n while NODE is among the best N; ends it, with all that it has "
        "started, when the key moves; and starts it again, after a pause that grows, when it ends by itself.\n\n"
        "It is no lock: two machines can both believe the key theirs for as long as they see other nodes. A command that "
        "must never run twice needs a lock of its own.",
    .examples = examples,
    .groups = GROUP_KEY_SIZE | GROUP_ME | GROUP_KEEP | GROUP_ANSWER | GROUP_SOURCE | GROUP_FILTER | GROUP_CHOICE | GROUP_CONFIG,
    .most_operands = (size_t)-1,
    .own_failure = CHILD_OURS,
    .run = run_keep,
};

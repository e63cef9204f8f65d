/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "discovery/events.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

proxenos_event *px_event_new(proxenos_event_kind kind, proxenos_follower_state state, const char *why,
                             proxenos_cluster *before, proxenos_selector *selector) {
    proxenos_event *event = px_calloc(1, sizeof *event);
    char *copy = px_strdup(why);
    if (event == NULL || copy == NULL) {
        free(event);
        free(copy);
        return NULL;
    }
    *event = (proxenos_event){.size = sizeof *event, .kind = kind, .time_ms = now_ms(), .state = state, .why = copy,
                              .before = proxenos_cluster_ref(before)};
    if (selector != NULL) event->selector = proxenos_selector_ref(selector);
    return event;
}

void proxenos_event_free(proxenos_event *event) {
    if (event == NULL) return;
    proxenos_cluster_unref(event->before);
    proxenos_selector_unref(event->selector);
    free((char *)(uintptr_t)event->why);
    free(event);
}

proxenos_status px_events_init(px_events *events, proxenos_error *error) {
    *events = (px_events){.pipe = {-1, -1}};
    if (pipe2(events->pipe, O_CLOEXEC | O_NONBLOCK) == 0) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_INTERNAL, "cannot make a pipe for events: %s", strerror(errno));
}

void px_events_end(px_events *events) {
    for (proxenos_event *event; (event = px_events_take(events)) != NULL;) proxenos_event_free(event);
    for (int i = 0; i < 2; i++) {
        if (events->pipe[i] >= 0) (void)close(events->pipe[i]);
        events->pipe[i] = -1;
    }
}

static proxenos_event **at(px_events *events, size_t index) {
    return &events->waiting[(events->first + index) % PX_EVENTS_LIMIT];
}

/* Puts `event` where the one at `index` is, which it replaces or takes in. */
static void merge(px_events *events, size_t index, proxenos_event *event) {
    proxenos_event *old = *at(events, index);
    if (event->kind == PROXENOS_EVENT_CHANGE) { /* what was in force before the first of both */
        proxenos_cluster *before = event->before;
        event->before = old->before;
        old->before = before;
        event->kind = old->kind;                /* of an INITIAL nothing has been told yet */
    }
    proxenos_event_free(old);
    for (; index + 1 < events->count; index++) *at(events, index) = *at(events, index + 1);
    *at(events, index) = event;
}

static bool are_alike(const proxenos_event *a, const proxenos_event *b) {
    return (a->kind == PROXENOS_EVENT_STATE) == (b->kind == PROXENOS_EVENT_STATE);
}

void px_events_add(px_events *events, proxenos_event *event) {
    if (events->count < PX_EVENTS_LIMIT) {
        *at(events, events->count++) = event;
        if (events->count == 1) {
            ssize_t written = write(events->pipe[1], "", 1);
            (void)written; /* the pipe is empty, so there is room */
        }
        return;
    }
    for (size_t i = events->count; i-- > 0;) {
        if (!are_alike(*at(events, i), event)) continue;
        merge(events, i, event);
        return;
    }
    /* All that wait are states: the oldest goes. */
    proxenos_event_free(*at(events, 0));
    events->first = (events->first + 1) % PX_EVENTS_LIMIT;
    *at(events, events->count - 1) = event;
}

proxenos_event *px_events_take(px_events *events) {
    if (events->count == 0) return NULL;
    proxenos_event *event = *at(events, 0);
    events->first = (events->first + 1) % PX_EVENTS_LIMIT;
    if (--events->count == 0) {
        char byte;
        ssize_t got = read(events->pipe[0], &byte, 1);
        (void)got;
    }
    return event;
}

/* SPDX-License-Identifier: MIT */
/* Events that wait to be asked for.  The caller holds its own lock. */
#ifndef PX_DISCOVERY_EVENTS_H
#define PX_DISCOVERY_EVENTS_H

#include "base/error.h"

#include <stdbool.h>

enum { PX_EVENTS_LIMIT = 64 };

typedef struct px_events {
    proxenos_event *waiting[PX_EVENTS_LIMIT]; /* a ring */
    size_t first, count;
    int pipe[2];                  /* one byte while events wait; -1 before init */
} px_events;

proxenos_status px_events_init(px_events *events, proxenos_error *error);
void px_events_end(px_events *events);

/* Takes an event over.  When there is no room, the newest waiting change takes it in: its `before` and this
 * one's selector; a state takes the place of the newest waiting state. */
void px_events_add(px_events *events, proxenos_event *event);
/* The oldest, to be freed; NULL: none. */
proxenos_event *px_events_take(px_events *events);

/* An event with references and a copy of `why`; NULL when memory is short. */
proxenos_event *px_event_new(proxenos_event_kind kind, proxenos_follower_state state, const char *why,
                             proxenos_cluster *before, proxenos_selector *selector);

#endif

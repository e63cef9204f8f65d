/* SPDX-License-Identifier: MIT */
/*
 * Following: a cluster that stays right while its source changes.  Included by
 * proxenos.h; see libproxenos(3).
 *
 * A follower is a mapper, a guard and a selector in a thread of its own.  Selection
 * goes on by the last cluster that was accepted while the source fails, or while the
 * guard holds what it says now (follow.* of proxenos.yaml(5)).
 */
#ifndef PROXENOS_FOLLOW_H
#define PROXENOS_FOLLOW_H

#ifndef PROXENOS_H
#error "include <proxenos/proxenos.h>"
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct proxenos_follower proxenos_follower;

/*
 *                 first cluster            source fails
 *     STARTING ------------------> CURRENT ------------> STALE
 *                                  |  ^  ^--------------  |  ^
 *                      guard holds |  |  source answers   |  |
 *                                  v  |                   v  |
 *                                  HELD <----------> (the same between both)
 *
 *     STALE, HELD -- for max-age --> EXPIRED -- accepted or confirmed --> CURRENT
 */
typedef enum proxenos_follower_state {
    PROXENOS_STARTING = 0,           /* no cluster yet */
    PROXENOS_CURRENT = 1,
    PROXENOS_STALE = 2,              /* the source fails; the last cluster stays in force */
    PROXENOS_HELD = 3,               /* the guard refuses what the source says; the last stays */
    PROXENOS_EXPIRED = 4             /* stale or held for longer than max-age: nothing is selected */
} proxenos_follower_state;

/* "starting", "current", "stale", "held", "expired". */
PROXENOS_API const char *proxenos_follower_state_name(proxenos_follower_state state);

/* Zero it, set `size`. */
typedef struct proxenos_follower_options {
    size_t size;
    int64_t wait_ms;                 /* how long _start waits for the first cluster; 0: not at all,
                                        -1: as long as the settings' `timeout` */
} proxenos_follower_options;

/* Opens the settings' backend and hash and starts following; the settings may be freed
 * afterwards.  `options` may be NULL: no wait.  When there is no cluster at the end of the
 * wait, the follower is stopped and the source's error given, or TIMED_OUT. */
PROXENOS_API proxenos_status proxenos_follower_start(const proxenos_settings *settings,
                                                     const proxenos_follower_options *options,
                                                     proxenos_follower **follower, proxenos_error *error);
/* Ends the thread and frees all; NULL is welcome.  No other thread may be using the
 * follower; selectors and clusters that were got from it live on.  In a child made by
 * fork(), which has no such thread, it frees what it can and waits for nothing. */
PROXENOS_API void proxenos_follower_stop(proxenos_follower *follower);

/* A reference to the selector in force, to unref.  From any thread, without a lock; ask
 * once for a request or a batch of keys.  Before the first cluster, and when EXPIRED, the
 * source's error. */
PROXENOS_API proxenos_status proxenos_follower_selector(proxenos_follower *follower, proxenos_selector **selector,
                                                        proxenos_error *error);
/* Likewise a reference to its cluster. */
PROXENOS_API proxenos_status proxenos_follower_cluster(proxenos_follower *follower, proxenos_cluster **cluster,
                                                       proxenos_error *error);

typedef struct proxenos_follower_status {
    size_t size;                     /* set it before the call */
    proxenos_follower_state state;
    int64_t since_ms;                /* of the state, milliseconds since 1970 (UTC) */
    int64_t age_ms;                  /* since the source last said what is in force; -1: never */
    int64_t next_ms;                 /* until a held or settling membership is looked at again; -1: not by itself */
    size_t nodes;                    /* in force */
    size_t candidate_nodes;          /* of what settles or is held; 0 without */
    uint64_t reads, failures;        /* of the source */
    uint64_t changes;                /* accepted, the first one included */
    proxenos_status error;           /* why the source fails; OK: it does not */
    char why[512];                   /* why the state is not CURRENT; "" when it is */
} proxenos_follower_status;

/* From any thread. */
PROXENOS_API void proxenos_follower_get_status(proxenos_follower *follower, proxenos_follower_status *status);
/* Reads the source now, whatever the pause after a failure.  From any thread; does not wait. */
PROXENOS_API void proxenos_follower_refresh(proxenos_follower *follower);

typedef enum proxenos_event_kind {
    PROXENOS_EVENT_INITIAL = 1,      /* the first cluster */
    PROXENOS_EVENT_CHANGE = 2,       /* another was accepted */
    PROXENOS_EVENT_STATE = 3         /* another state, or another reason for it */
} proxenos_event_kind;

/* Owned by whoever got it. */
typedef struct proxenos_event {
    size_t size;
    proxenos_event_kind kind;
    int64_t time_ms;                 /* milliseconds since 1970 (UTC) */
    proxenos_follower_state state;
    const char *why;                 /* "" when there is nothing to say */
    proxenos_cluster *before;        /* CHANGE; else NULL */
    proxenos_selector *selector;     /* INITIAL and CHANGE: in force since then; else NULL */
} proxenos_event;

/* The oldest event that was not asked for yet, after waiting up to wait_ms for one (-1: for
 * ever); *event is NULL with PROXENOS_UNCHANGED when there was none.  A reader that falls
 * behind by more than 64 gets the changes of the middle as one.  For one thread at a time. */
PROXENOS_API proxenos_status proxenos_follower_next_event(proxenos_follower *follower, int64_t wait_ms,
                                                          proxenos_event **event, proxenos_error *error);
/* With the references it holds; NULL is welcome. */
PROXENOS_API void proxenos_event_free(proxenos_event *event);
/* Polls readable while an event waits, for event loops; the follower's, never to be read or
 * closed. */
PROXENOS_API int proxenos_follower_descriptor(const proxenos_follower *follower);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: MIT */
/* A follower: what its thread (follow.c) and its users (follower.c) share. */
#ifndef PX_DISCOVERY_FOLLOWER_INTERNAL_H
#define PX_DISCOVERY_FOLLOWER_INTERNAL_H

#include "discovery/events.h"
#include "discovery/guard.h"
#include "discovery/mapper.h"
#include "selection/from-settings.h"

#include <pthread.h>
#include <sys/types.h>

enum {                            /* bits of `wanted` */
    PX_FOLLOWER_STOP = 1,
    PX_FOLLOWER_REFRESH = 2
};

struct proxenos_follower {
    pid_t process;                /* that has the thread */
    pthread_t thread;
    atomic_uint wanted;           /* PX_FOLLOWER_... */
    _Atomic(proxenos_shared_selector *) shared; /* NULL before the first cluster; then for good */
    atomic_int state;             /* written under the lock */

    /* The thread's alone. */
    proxenos_mapper *mapper;
    px_recipe recipe;
    px_guard guard;
    proxenos_selector *selector;  /* in force; a reference */
    proxenos_error failure;       /* why the source fails; OK: it does not */
    uint64_t answers;             /* of the mapper, as far as they were seen */
    bool is_confirmed;            /* the source has just said what the guard was offered */
    bool was_read;                /* the snapshot */
    int64_t age_ms;               /* how old what it was offered was then */

    pthread_mutex_t lock;         /* of all below */
    pthread_cond_t changed;
    px_events events;
    proxenos_cluster *told;       /* what the last event of a cluster spoke of */
    proxenos_error error;         /* for whoever asks and there is nothing in force */
    char why[512];
    int64_t since_ms;             /* of the state, since 1970 */
    int64_t good_ms;              /* when the source last said what is in force, px_elapsed_ms(); -1: never */
    int64_t due_ms;               /* when the guard looks again, likewise; INT64_MAX: not by itself */
    size_t candidate_nodes;
    uint64_t reads, failures, changes;
};

/* The thread; gets the follower. */
void *px_follow(void *follower);
/* Milliseconds that go on while the machine sleeps, where the system can tell. */
int64_t px_elapsed_ms(void);

#endif

/* SPDX-License-Identifier: MIT */
/* The guard: whether what a source says now may take the place of what was accepted.
 *
 * A pure function of the policy, the accepted cluster, the candidate and the clock:
 * it reads no clock and waits for nothing, but says when to ask again. */
#ifndef PX_DISCOVERY_GUARD_H
#define PX_DISCOVERY_GUARD_H

#include "cluster/cluster.h"
#include "settings/follow.h"

/* A node that left, see follow.rejoin. */
typedef struct px_departed {
    char *identity;
    int64_t left_ms;
    int64_t back_ms;              /* since when it is back; -1: it is away */
} px_departed;

typedef struct px_guard {
    px_follow_policy policy;
    proxenos_cluster *accepted;   /* NULL: none yet */
    proxenos_cluster *reading;    /* the last one offered, whole; NULL: none that differs from the accepted */
    int64_t differs_ms;           /* since when what was offered differs from what is accepted */
    int64_t changed_ms;           /* when it last changed */
    px_departed *departed;        /* sorted by identity */
    size_t departed_count, departed_capacity;
} px_guard;

typedef enum px_verdict {
    PX_GUARD_SAME,                /* nothing differs from what is accepted */
    PX_GUARD_ACCEPT,              /* *cluster takes its place; px_guard_accept() */
    PX_GUARD_SETTLING,            /* it may still change */
    PX_GUARD_HELD
} px_verdict;

typedef struct px_judgement {
    px_verdict verdict;
    int64_t due_ms;               /* SETTLING, HELD, and SAME while nodes wait to rejoin: when it may change;
                                     INT64_MAX: never by itself */
    proxenos_cluster *candidate;  /* a reference, to unref: what would be accepted; NULL with SAME */
    char why[160];                /* HELD: "2 nodes are fewer than min-nodes, 3" */
} px_judgement;

/* Starts empty. */
void px_guard_init(px_guard *guard, const px_follow_policy *policy);
void px_guard_end(px_guard *guard);

/* What the source says now.  Takes a reference. */
proxenos_status px_guard_offer(px_guard *guard, proxenos_cluster *reading, int64_t now_ms, proxenos_error *error);
/* What is to be done with it. */
proxenos_status px_guard_judge(const px_guard *guard, int64_t now_ms, px_judgement *judgement, proxenos_error *error);
/* The candidate of an ACCEPT is in force from now on.  Takes a reference. */
proxenos_status px_guard_accept(px_guard *guard, proxenos_cluster *cluster, int64_t now_ms, proxenos_error *error);

#endif

/* SPDX-License-Identifier: MIT */
#include "discovery/guard.h"

#include "base/memory.h"
#include "cluster/compare.h"
#include "cluster/subset.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A node that has been away for so many times `rejoin` is a new one when it comes. */
enum { FORGET_AFTER = 10 };

void px_guard_init(px_guard *guard, const px_follow_policy *policy) {
    *guard = (px_guard){.policy = *policy};
}

static void forget(px_guard *guard, size_t index) {
    free(guard->departed[index].identity);
    guard->departed_count--;
    memmove(&guard->departed[index], &guard->departed[index + 1],
            (guard->departed_count - index) * sizeof guard->departed[0]);
}

void px_guard_end(px_guard *guard) {
    proxenos_cluster_unref(guard->accepted);
    proxenos_cluster_unref(guard->reading);
    for (size_t i = 0; i < guard->departed_count; i++) free(guard->departed[i].identity);
    free(guard->departed);
    *guard = (px_guard){0};
}

/* ------------------------------------------------------------------- rejoin */

/* Where the identity stands among the departed, or would. */
static size_t place_of(const px_guard *guard, const char *identity, bool *is_there) {
    size_t low = 0, high = guard->departed_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(guard->departed[middle].identity, identity);
        if (order == 0) {
            *is_there = true;
            return middle;
        }
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    *is_there = false;
    return low;
}

static proxenos_status remember(px_guard *guard, const char *identity, int64_t now_ms, proxenos_error *error) {
    bool is_there;
    size_t at = place_of(guard, identity, &is_there);
    if (is_there) {
        guard->departed[at].left_ms = now_ms;
        guard->departed[at].back_ms = -1;
        return PROXENOS_OK;
    }
    if (px_grow(&guard->departed, &guard->departed_capacity, guard->departed_count, sizeof guard->departed[0]) != 0) {
        return px_error_memory(error);
    }
    char *copy = px_strdup(identity);
    if (copy == NULL) return px_error_memory(error);
    memmove(&guard->departed[at + 1], &guard->departed[at],
            (guard->departed_count - at) * sizeof guard->departed[0]);
    guard->departed[at] = (px_departed){copy, now_ms, -1};
    guard->departed_count++;
    return PROXENOS_OK;
}

/* Notes who is back and who has gone again; forgets those who have been away, or back, long enough. */
static void look_at_departed(px_guard *guard, const proxenos_cluster *reading, int64_t now_ms) {
    for (size_t i = guard->departed_count; i-- > 0;) {
        px_departed *node = &guard->departed[i];
        bool is_back = proxenos_cluster_find(reading, node->identity) != NULL;
        if (!is_back && node->back_ms >= 0) node->left_ms = now_ms;
        if (!is_back) node->back_ms = -1;
        else if (node->back_ms < 0) node->back_ms = now_ms;
        bool is_long_gone = !is_back && (now_ms - node->left_ms) / FORGET_AFTER >= guard->policy.rejoin_ms;
        if (is_long_gone) forget(guard, i);
    }
}

typedef struct waiting {
    const px_guard *guard;
    int64_t now_ms, due_ms;
} waiting;

/* Whether a node of the reading does not count yet. */
static bool must_wait(void *user, const proxenos_node *node) {
    waiting *w = user;
    bool is_there;
    size_t at = place_of(w->guard, node->identity, &is_there);
    if (!is_there || w->guard->departed[at].back_ms < 0) return false;
    int64_t due = w->guard->departed[at].back_ms + w->guard->policy.rejoin_ms;
    if (due <= w->now_ms) return false;
    if (due < w->due_ms) w->due_ms = due;
    return true;
}

/* ------------------------------------------------------------------- offers */

static bool are_equal(const proxenos_cluster *a, const proxenos_cluster *b) {
    return a != NULL && b != NULL && !px_cluster_differs(a, b, PROXENOS_FIELDS_ALL & ~(uint32_t)PROXENOS_FIELD_HEALTH);
}

proxenos_status px_guard_offer(px_guard *guard, proxenos_cluster *reading, int64_t now_ms, proxenos_error *error) {
    (void)error;
    look_at_departed(guard, reading, now_ms);
    if (are_equal(guard->accepted, reading)) {
        proxenos_cluster_unref(guard->reading);
        guard->reading = NULL;
        return PROXENOS_OK;
    }
    if (are_equal(guard->reading, reading)) return PROXENOS_OK;
    if (guard->reading == NULL) guard->differs_ms = now_ms;
    guard->changed_ms = now_ms;
    proxenos_cluster_unref(guard->reading);
    guard->reading = proxenos_cluster_ref(reading);
    return PROXENOS_OK;
}

/* ---------------------------------------------------------------- judgement */

static uint64_t weight_of(const proxenos_cluster *cluster) {
    uint64_t sum = 0;
    for (size_t i = 0; i < cluster->count; i++) sum += cluster->nodes[i]->weight;
    return sum;
}

static size_t selectable(const proxenos_cluster *cluster) {
    size_t count = 0;
    for (size_t i = 0; i < cluster->count; i++) count += cluster->nodes[i]->weight > 0;
    return count;
}

/* The weight of `before` that `after` no longer has, node by node; both are sorted by identity. */
static uint64_t lost_weight(const proxenos_cluster *before, const proxenos_cluster *after) {
    uint64_t lost = 0;
    for (size_t i = 0, j = 0; i < before->count; i++) {
        const proxenos_node *node = before->nodes[i];
        int order = 1;
        while (j < after->count && (order = strcmp(after->nodes[j]->identity, node->identity)) < 0) j++;
        uint32_t left = j < after->count && order == 0 ? after->nodes[j]->weight : 0;
        if (left < node->weight) lost += node->weight - left;
    }
    return lost;
}

/* Whether the policy refuses it, and why. */
static bool is_refused(const px_guard *guard, const proxenos_cluster *candidate, char why[160]) {
    size_t nodes = selectable(candidate);
    if (nodes < guard->policy.min_nodes) {
        if (nodes == 0) (void)snprintf(why, 160, "no node is left, and min-nodes is %" PRIu64, guard->policy.min_nodes);
        else (void)snprintf(why, 160, "%zu %s fewer than min-nodes, %" PRIu64, nodes, nodes == 1 ? "node is" : "nodes are",
                            guard->policy.min_nodes);
        return true;
    }
    if (guard->accepted == NULL) return false;
    uint64_t before = weight_of(guard->accepted), lost = lost_weight(guard->accepted, candidate);
    /* At most 10^6 nodes of weights below 2^32, and shares below 10^6: all below 2^72, so by division. */
    double share = before == 0 ? 0 : (double)lost / (double)before * 1e6;
    if (share <= guard->policy.max_loss) return false;
    (void)snprintf(why, 160, "%.1f%% of the weight would be lost, more than max-loss, %.4g%%", share / 1e4,
                   guard->policy.max_loss / 1e4);
    return true;
}

static int64_t later(int64_t start_ms, int64_t span_ms) {
    return span_ms > INT64_MAX - start_ms ? INT64_MAX : start_ms + span_ms;
}

/* The candidate differs from what is accepted: since when, and what the policy says. */
static void judge_candidate(const px_guard *guard, int64_t now_ms, px_judgement *judgement) {
    int64_t quiet = later(guard->changed_ms, guard->policy.settle_ms);
    int64_t latest = later(guard->differs_ms, guard->policy.settle_limit_ms);
    int64_t settled = quiet < latest ? quiet : latest;
    if (guard->accepted == NULL) settled = INT64_MIN; /* the first one is waited for */
    int64_t rejoin_due = judgement->due_ms;
    if (now_ms < settled) {
        judgement->verdict = PX_GUARD_SETTLING;
        judgement->due_ms = settled < rejoin_due ? settled : rejoin_due;
        return;
    }
    judgement->verdict = PX_GUARD_ACCEPT;
    if (!is_refused(guard, judgement->candidate, judgement->why)) return;
    int64_t released = later(guard->changed_ms, guard->policy.hold_ms);
    if (released <= now_ms) return;
    judgement->verdict = PX_GUARD_HELD;
    judgement->due_ms = released < rejoin_due ? released : rejoin_due;
}

proxenos_status px_guard_judge(const px_guard *guard, int64_t now_ms, px_judgement *judgement, proxenos_error *error) {
    *judgement = (px_judgement){.verdict = PX_GUARD_SAME, .due_ms = INT64_MAX};
    if (guard->reading == NULL) return PROXENOS_OK;
    waiting w = {guard, now_ms, INT64_MAX};
    proxenos_status status = PROXENOS_OK;
    if (guard->departed_count == 0) judgement->candidate = proxenos_cluster_ref(guard->reading);
    else status = px_cluster_without(guard->reading, must_wait, &w, &judgement->candidate, error);
    if (status != PROXENOS_OK) return status;
    judgement->due_ms = w.due_ms;
    if (are_equal(guard->accepted, judgement->candidate)) { /* all that differs waits to rejoin */
        proxenos_cluster_unref(judgement->candidate);
        judgement->candidate = NULL;
        return PROXENOS_OK;
    }
    judge_candidate(guard, now_ms, judgement);
    return PROXENOS_OK;
}

/* Nodes of the accepted cluster that the next one lacks have left. */
static proxenos_status note_departures(px_guard *guard, const proxenos_cluster *next, int64_t now_ms,
                                       proxenos_error *error) {
    if (guard->policy.rejoin_ms == 0 || guard->accepted == NULL) return PROXENOS_OK;
    for (size_t i = 0; i < guard->accepted->count; i++) {
        const char *identity = guard->accepted->nodes[i]->identity;
        if (proxenos_cluster_find(next, identity) != NULL) continue;
        proxenos_status status = remember(guard, identity, now_ms, error);
        if (status != PROXENOS_OK) return status;
    }
    return PROXENOS_OK;
}

proxenos_status px_guard_accept(px_guard *guard, proxenos_cluster *cluster, int64_t now_ms, proxenos_error *error) {
    proxenos_status status = note_departures(guard, cluster, now_ms, error);
    if (status != PROXENOS_OK) return status;
    (void)proxenos_cluster_ref(cluster);
    proxenos_cluster_unref(guard->accepted);
    guard->accepted = cluster;
    for (size_t i = guard->departed_count; i-- > 0;) { /* whoever is in force has rejoined */
        if (proxenos_cluster_find(cluster, guard->departed[i].identity) != NULL) forget(guard, i);
    }
    if (are_equal(cluster, guard->reading)) {
        proxenos_cluster_unref(guard->reading);
        guard->reading = NULL;
    }
    guard->differs_ms = now_ms;
    return PROXENOS_OK;
}

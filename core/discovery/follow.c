/* SPDX-License-Identifier: MIT */
/* A follower's thread: reads, asks the guard, puts selectors in force, tells. */
#include "discovery/follower-internal.h"

#include "base/memory.h"
#include "selection/selector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LONGEST_WAIT_MS = 60000 }; /* of one watch: a clock or a machine may have stood still meanwhile */

int64_t px_elapsed_ms(void) {
    struct timespec now;
#ifdef CLOCK_BOOTTIME
    if (clock_gettime(CLOCK_BOOTTIME, &now) == 0) return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
#endif
    return px_monotonic_ms();
}

static int64_t calendar_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ------------------------------------------------------------------ telling
 * All under the lock. */

/* An event that memory is short for is lost; a change is then told with the next. */
static void tell(proxenos_follower *self, proxenos_event_kind kind, proxenos_selector *selector) {
    proxenos_cluster *before = kind == PROXENOS_EVENT_CHANGE ? self->told : NULL;
    proxenos_event *event = px_event_new(kind, (proxenos_follower_state)atomic_load(&self->state), self->why, before,
                                         selector);
    if (event == NULL) return;
    px_events_add(&self->events, event);
    if (selector == NULL) return;
    proxenos_cluster_unref(self->told);
    self->told = proxenos_cluster_ref(selector->cluster);
}

/* A failing source's words may differ each time; the guard's do not for the same thing. */
static bool is_same_reason(const proxenos_follower *self, const proxenos_error *error, const char *why) {
    bool is_of_guard = error->status == PROXENOS_ERROR_NO_NODE;
    return error->status == self->error.status && (!is_of_guard || strcmp(why, self->why) == 0);
}

/* Another state, or another reason for it, is told once. */
static void set_state(proxenos_follower *self, proxenos_follower_state state, const proxenos_error *error,
                      const char *why) {
    bool is_same_state = state == (proxenos_follower_state)atomic_load(&self->state);
    bool is_same = is_same_state && is_same_reason(self, error, why);
    if (!is_same_state) self->since_ms = calendar_ms();
    atomic_store(&self->state, (int)state);
    self->error = *error;
    (void)snprintf(self->why, sizeof self->why, "%.*s", (int)sizeof self->why - 1, why);
    if (!is_same) tell(self, PROXENOS_EVENT_STATE, NULL);
}

static bool is_expired(const proxenos_follower *self, int64_t now_ms) {
    int64_t most = self->guard.policy.max_age_ms;
    return most != PX_FOREVER && now_ms - self->good_ms >= most;
}

/* The state that a judgement and the source's last answer make together. */
static void note_state(proxenos_follower *self, const px_judgement *judgement, int64_t now_ms) {
    static const proxenos_error fine;
    bool is_held = judgement->verdict == PX_GUARD_HELD, is_failing = self->failure.status != PROXENOS_OK;
    if (!is_failing && !is_held) self->good_ms = now_ms - self->age_ms;
    proxenos_error held = fine;
    if (is_held) (void)px_error(&held, PROXENOS_ERROR_NO_NODE, "%s: %s", self->mapper->host.who, judgement->why);
    const proxenos_error *error = is_failing ? &self->failure : &held;
    const char *why = is_failing ? self->failure.text : is_held ? judgement->why : "";
    proxenos_follower_state state = is_failing ? PROXENOS_STALE : is_held ? PROXENOS_HELD : PROXENOS_CURRENT;
    if (self->guard.accepted == NULL) state = PROXENOS_STARTING;
    else if (state != PROXENOS_CURRENT && is_expired(self, now_ms)) state = PROXENOS_EXPIRED;
    set_state(self, state, error, why);
}

/* ------------------------------------------------------------------- acting */

static proxenos_status make_selector(proxenos_follower *self, proxenos_cluster *cluster, proxenos_selector **made,
                                     proxenos_error *error) {
    if (self->selector != NULL) return proxenos_selector_update(self->selector, cluster, made, error);
    return proxenos_selector_new(cluster, self->recipe.hash, &self->recipe.options, made, error);
}

static proxenos_status put_in_force(proxenos_follower *self, proxenos_selector *made, proxenos_error *error) {
    proxenos_shared_selector *shared = atomic_load(&self->shared);
    if (shared != NULL) {
        proxenos_shared_selector_replace(shared, made);
        return PROXENOS_OK;
    }
    proxenos_status status = proxenos_shared_selector_new(made, &shared, error);
    if (status == PROXENOS_OK) atomic_store(&self->shared, shared);
    return status;
}

/* The candidate's selector first: what cannot be selected from is not accepted. */
static proxenos_status accept(proxenos_follower *self, proxenos_cluster *candidate, int64_t now_ms,
                              proxenos_error *error) {
    proxenos_selector *made = NULL;
    proxenos_status status = make_selector(self, candidate, &made, error);
    if (status == PROXENOS_OK) status = px_guard_accept(&self->guard, candidate, now_ms, error);
    if (status == PROXENOS_OK) status = put_in_force(self, made, error);
    if (status != PROXENOS_OK) {
        proxenos_selector_unref(made);
        return status;
    }
    proxenos_selector_unref(self->selector);
    self->selector = made;
    return PROXENOS_OK;
}

/* The first cluster and its state are one event. */
static void note_first(proxenos_follower *self, int64_t now_ms) {
    bool is_failing = self->failure.status != PROXENOS_OK; /* then it is the snapshot's */
    self->since_ms = calendar_ms();
    self->good_ms = now_ms - self->age_ms;
    self->error = self->failure;
    (void)snprintf(self->why, sizeof self->why, "%.*s", (int)sizeof self->why - 1, is_failing ? self->failure.text : "");
    proxenos_follower_state state = is_expired(self, now_ms) ? PROXENOS_EXPIRED : PROXENOS_STALE;
    atomic_store(&self->state, (int)(is_failing ? state : PROXENOS_CURRENT));
    tell(self, PROXENOS_EVENT_INITIAL, self->selector);
}

/* What is in force and has just been confirmed goes into the file; a candidate that is not accepted does not. */
static void keep_snapshot(proxenos_follower *self, px_verdict verdict, bool is_accepted) {
    px_snapshot *snapshot = self->mapper->rules.snapshot;
    bool is_in_force = is_accepted || (verdict == PX_GUARD_SAME && self->selector != NULL);
    if (snapshot == NULL || !self->is_confirmed || !is_in_force) return;
    px_snapshot_keep(snapshot, self->selector->cluster, proxenos_selector_scheme(self->selector), self->age_ms);
}

/* Asks the guard what is to be done now, does it, and tells. */
static void act(proxenos_follower *self) {
    int64_t now = px_elapsed_ms();
    px_judgement judgement;
    proxenos_error problem = {0};
    bool is_first = self->guard.accepted == NULL, is_accepted = false;
    proxenos_status status = px_guard_judge(&self->guard, now, &judgement, &problem);
    if (status == PROXENOS_OK && judgement.verdict == PX_GUARD_ACCEPT) {
        status = accept(self, judgement.candidate, now, &problem);
        is_accepted = status == PROXENOS_OK;
    }
    if (status != PROXENOS_OK) self->failure = problem;
    (void)pthread_mutex_lock(&self->lock);
    self->reads = self->mapper->reads;
    self->failures = self->mapper->failures;
    self->due_ms = judgement.due_ms;
    bool is_open = judgement.verdict == PX_GUARD_SETTLING || judgement.verdict == PX_GUARD_HELD;
    self->candidate_nodes = is_open ? judgement.candidate->count : 0;
    if (is_accepted) self->changes++;
    if (is_first && is_accepted) {
        note_first(self, now);
    } else {
        note_state(self, &judgement, now);
        if (is_accepted) tell(self, PROXENOS_EVENT_CHANGE, self->selector);
    }
    (void)pthread_cond_broadcast(&self->changed);
    (void)pthread_mutex_unlock(&self->lock);
    keep_snapshot(self, judgement.verdict, is_accepted);
    proxenos_cluster_unref(judgement.candidate);
}

/* ------------------------------------------------------------------ reading */

/* Until the guard or max-age want to act. */
static int64_t wait_ms(const proxenos_follower *self) {
    int64_t now = px_elapsed_ms(), until = self->due_ms, most = self->guard.policy.max_age_ms;
    if (most != PX_FOREVER && atomic_load(&self->state) != PROXENOS_EXPIRED && self->good_ms >= 0 &&
        self->good_ms + most < until) until = self->good_ms + most;
    int64_t wait = until == INT64_MAX ? LONGEST_WAIT_MS : until - now;
    if (wait < 0) wait = 0;
    return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

/* Before the source was asked, or when it fails and there is nothing in force yet.  Gives whether there is one. */
static bool offer_snapshot(proxenos_follower *self, int64_t most_ms, const proxenos_error *why) {
    px_snapshot *snapshot = self->mapper->rules.snapshot;
    if (snapshot == NULL || most_ms == 0 || self->was_read || self->guard.accepted != NULL) return false;
    int64_t age_ms;
    proxenos_error problem;
    proxenos_cluster *cluster = px_snapshot_read(snapshot, most_ms, &age_ms);
    bool is_usable = cluster != NULL && (why != NULL || age_ms >= 0);
    if (is_usable) is_usable = px_guard_offer(&self->guard, cluster, px_elapsed_ms(), &problem) == PROXENOS_OK;
    proxenos_cluster_unref(cluster);
    if (!is_usable) return false;
    self->was_read = true;
    self->age_ms = age_ms < 0 ? 0 : age_ms;
    if (why != NULL) px_mapper_say_snapshot(self->mapper, age_ms, why);
    return true;
}

static void note_answer(proxenos_follower *self, proxenos_status status, proxenos_cluster *cluster,
                        const proxenos_error *error) {
    proxenos_error problem = {0};
    if (status == PROXENOS_OK) status = px_guard_offer(&self->guard, cluster, px_elapsed_ms(), &problem);
    else problem = *error;
    bool has_answered = self->mapper->answers != self->answers;
    bool has_failed = status != PROXENOS_OK && status != PROXENOS_UNCHANGED;
    self->answers = self->mapper->answers;
    self->is_confirmed = has_answered && !has_failed;
    if (self->is_confirmed) self->age_ms = self->mapper->host.age_ms;
    if (has_failed) self->failure = problem;
    else if (has_answered) self->failure = (proxenos_error){0};
    if (!has_failed || !px_is_of_source(problem.status) || self->mapper->rules.snapshot == NULL) return;
    (void)offer_snapshot(self, self->mapper->rules.snapshot->policy.keep_ms, &problem);
}

/* Gives whether the call was ended from outside. */
static bool read_once(proxenos_follower *self, bool at_once) {
    proxenos_cluster *cluster = NULL;
    proxenos_error error = {0};
    proxenos_status status = at_once ? px_mapper_update(self->mapper, -1, &cluster, &error)
                                     : proxenos_mapper_watch(self->mapper, wait_ms(self), &cluster, &error);
    bool is_ended = status == PROXENOS_ERROR_CANCELLED;
    if (!is_ended) note_answer(self, status, cluster, &error);
    proxenos_cluster_unref(cluster);
    return is_ended;
}

/* Wishes are noted before the call is ended, so none is missed: what ended a call was a wish that stands by now,
 * or one for a read that this loop was about to make anyway. */
void *px_follow(void *follower) {
    proxenos_follower *self = follower;
    px_snapshot *snapshot = self->mapper->rules.snapshot;
    if (snapshot != NULL && offer_snapshot(self, snapshot->policy.fresh_ms, NULL)) act(self);
    for (bool is_ended = false;;) {
        px_mapper_resume(self->mapper);
        unsigned wanted = atomic_fetch_and(&self->wanted, ~(unsigned)PX_FOLLOWER_REFRESH);
        if ((wanted & PX_FOLLOWER_STOP) != 0) return NULL;
        is_ended = read_once(self, is_ended || (wanted & PX_FOLLOWER_REFRESH) != 0);
        if (!is_ended) act(self);
    }
}

/* SPDX-License-Identifier: MIT */
/* Followers as programs use them. */
#include "discovery/follower-internal.h"

#include "base/memory.h"
#include "selection/selector.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STACK_SIZE = 512 * 1024 }; /* bytes; a hundred followers are cheap */

static const char *const names[] = {"starting", "current", "stale", "held", "expired"};

const char *proxenos_follower_state_name(proxenos_follower_state state) {
    return (unsigned)state < sizeof names / sizeof names[0] ? names[state] : "unknown";
}

/* ------------------------------------------------------------ start and stop */

static void free_follower(proxenos_follower *self) {
    proxenos_shared_selector_free(atomic_load(&self->shared));
    proxenos_selector_unref(self->selector);
    px_guard_end(&self->guard);
    proxenos_mapper_close(self->mapper);
    px_recipe_clear(&self->recipe);
    px_events_end(&self->events);
    proxenos_cluster_unref(self->told);
    free(self);
}

/* Waits by a clock that cannot be set. */
static int init_condition(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) return -1;
    int failed = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (failed == 0) failed = pthread_cond_init(condition, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    return failed == 0 ? 0 : -1;
}

/* With all signals blocked: they are the program's. */
static int start_thread(proxenos_follower *self) {
    pthread_attr_t attributes;
    sigset_t all, before;
    if (pthread_attr_init(&attributes) != 0) return -1;
    (void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&self->thread, &attributes, px_follow, self);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    return failed == 0 ? 0 : -1;
}

static proxenos_status open_parts(proxenos_follower *self, const proxenos_settings *settings, proxenos_error *error) {
    px_follow_policy policy;
    px_settings_follow(settings, &policy);
    px_guard_init(&self->guard, &policy);
    proxenos_status status = px_events_init(&self->events, error);
    if (status == PROXENOS_OK) status = px_recipe_from_settings(settings, &self->recipe, error);
    if (status == PROXENOS_OK) status = proxenos_mapper_open(settings, &self->mapper, error);
    return status;
}

static proxenos_status start(proxenos_follower *self, proxenos_error *error) {
    if (pthread_mutex_init(&self->lock, NULL) != 0) return px_error_memory(error);
    if (init_condition(&self->changed) == 0) {
        if (start_thread(self) == 0) return PROXENOS_OK;
        (void)pthread_cond_destroy(&self->changed);
    }
    (void)pthread_mutex_destroy(&self->lock);
    return px_error(error, PROXENOS_ERROR_INTERNAL, "cannot start the follower's thread");
}

static struct timespec moment_in(int64_t milliseconds) {
    struct timespec moment;
    (void)clock_gettime(CLOCK_MONOTONIC, &moment);
    if (milliseconds > INT32_MAX) milliseconds = INT32_MAX;
    moment.tv_sec += (time_t)(milliseconds / 1000);
    moment.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (moment.tv_nsec >= 1000000000) {
        moment.tv_sec++;
        moment.tv_nsec -= 1000000000;
    }
    return moment;
}

/* For the first cluster.  A source that fails is asked again until the time is over. */
static proxenos_status wait_for_first(proxenos_follower *self, int64_t wait_ms, proxenos_error *error) {
    struct timespec end = moment_in(wait_ms);
    (void)pthread_mutex_lock(&self->lock);
    while (atomic_load(&self->state) == PROXENOS_STARTING) {
        if (pthread_cond_timedwait(&self->changed, &self->lock, &end) == ETIMEDOUT) break;
    }
    proxenos_status status = PROXENOS_OK;
    if (atomic_load(&self->state) == PROXENOS_STARTING) {
        status = self->error.status;
        if (status == PROXENOS_OK) status = px_error(error, PROXENOS_ERROR_TIMED_OUT, "%s: no answer within %lld ms",
                                                     self->mapper->host.who, (long long)wait_ms);
        else if (error != NULL) *error = self->error;
    }
    (void)pthread_mutex_unlock(&self->lock);
    return status;
}

static proxenos_status read_options(const proxenos_follower_options *options, int64_t *wait_ms, proxenos_error *error) {
    *wait_ms = 0;
    if (options == NULL) return PROXENOS_OK;
    if (options->size < sizeof options->size) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "proxenos_follower_options: size is not set");
    }
    if (options->size >= sizeof *options) *wait_ms = options->wait_ms;
    return PROXENOS_OK;
}

proxenos_status proxenos_follower_start(const proxenos_settings *settings, const proxenos_follower_options *options,
                                        proxenos_follower **follower, proxenos_error *error) {
    if (follower == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "no place for the follower was given");
    *follower = NULL;
    if (settings == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "no settings were given");
    int64_t wait_ms;
    proxenos_status status = read_options(options, &wait_ms, error);
    if (status != PROXENOS_OK) return status;
    proxenos_follower *self = px_calloc(1, sizeof *self);
    if (self == NULL) return px_error_memory(error);
    self->process = getpid();
    self->events.pipe[0] = self->events.pipe[1] = -1;
    self->good_ms = -1;
    self->due_ms = INT64_MAX;
    status = open_parts(self, settings, error);
    if (status == PROXENOS_OK) status = start(self, error);
    if (status != PROXENOS_OK) {
        free_follower(self);
        return status;
    }
    if (wait_ms < 0) wait_ms = self->mapper->rules.timeout_ms;
    if (wait_ms > 0) status = wait_for_first(self, wait_ms, error);
    if (status == PROXENOS_OK) *follower = self;
    else proxenos_follower_stop(self);
    return status;
}

void proxenos_follower_stop(proxenos_follower *self) {
    if (self == NULL) return;
    if (getpid() != self->process) { /* a child of fork(): its copy of the locks may be held for ever */
        px_events_end(&self->events);
        return;
    }
    (void)atomic_fetch_or(&self->wanted, PX_FOLLOWER_STOP);
    px_mapper_wake(self->mapper);
    (void)pthread_join(self->thread, NULL);
    (void)pthread_cond_destroy(&self->changed);
    (void)pthread_mutex_destroy(&self->lock);
    free_follower(self);
}

void proxenos_follower_refresh(proxenos_follower *self) {
    (void)atomic_fetch_or(&self->wanted, PX_FOLLOWER_REFRESH);
    px_mapper_wake(self->mapper);
}

/* ------------------------------------------------------------------- asking */

/* Why there is nothing to select from. */
static proxenos_status refuse(proxenos_follower *self, proxenos_error *error) {
    (void)pthread_mutex_lock(&self->lock);
    proxenos_error why = self->error;
    (void)pthread_mutex_unlock(&self->lock);
    if (why.status == PROXENOS_OK) {
        return px_error(error, PROXENOS_ERROR_UNREACHABLE, "%s: has not answered yet", self->mapper->host.who);
    }
    if (error != NULL) *error = why;
    return why.status;
}

proxenos_status proxenos_follower_selector(proxenos_follower *self, proxenos_selector **selector,
                                           proxenos_error *error) {
    *selector = NULL;
    proxenos_shared_selector *shared = atomic_load(&self->shared);
    if (shared == NULL || atomic_load(&self->state) == PROXENOS_EXPIRED) return refuse(self, error);
    *selector = proxenos_shared_selector_get(shared);
    return PROXENOS_OK;
}

proxenos_status proxenos_follower_cluster(proxenos_follower *self, proxenos_cluster **cluster, proxenos_error *error) {
    *cluster = NULL;
    proxenos_selector *selector;
    proxenos_status status = proxenos_follower_selector(self, &selector, error);
    if (status != PROXENOS_OK) return status;
    *cluster = proxenos_cluster_ref(selector->cluster);
    proxenos_selector_unref(selector);
    return PROXENOS_OK;
}

void proxenos_follower_get_status(proxenos_follower *self, proxenos_follower_status *status) {
    if (status->size < sizeof status->size) return;
    proxenos_follower_status now = {.size = status->size < sizeof now ? status->size : sizeof now};
    int64_t clock = px_elapsed_ms();
    (void)pthread_mutex_lock(&self->lock);
    now.state = (proxenos_follower_state)atomic_load(&self->state);
    now.since_ms = self->since_ms;
    now.age_ms = self->good_ms < 0 ? -1 : clock - self->good_ms;
    now.next_ms = self->due_ms == INT64_MAX ? -1 : self->due_ms > clock ? self->due_ms - clock : 0;
    now.nodes = self->told == NULL ? 0 : self->told->count;
    now.candidate_nodes = self->candidate_nodes;
    now.reads = self->reads;
    now.failures = self->failures;
    now.changes = self->changes;
    now.error = self->error.status;
    (void)memcpy(now.why, self->why, sizeof now.why);
    (void)pthread_mutex_unlock(&self->lock);
    memcpy(status, &now, now.size);
}

proxenos_status proxenos_follower_next_event(proxenos_follower *self, int64_t wait_ms, proxenos_event **event,
                                             proxenos_error *error) {
    if (event == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "no place for the event was given");
    struct timespec end = moment_in(wait_ms < 0 ? 0 : wait_ms);
    (void)pthread_mutex_lock(&self->lock);
    while ((*event = px_events_take(&self->events)) == NULL) {
        if (wait_ms < 0) (void)pthread_cond_wait(&self->changed, &self->lock);
        else if (pthread_cond_timedwait(&self->changed, &self->lock, &end) == ETIMEDOUT) break;
    }
    if (*event == NULL) *event = px_events_take(&self->events);
    (void)pthread_mutex_unlock(&self->lock);
    return *event == NULL ? PROXENOS_UNCHANGED : PROXENOS_OK;
}

int proxenos_follower_descriptor(const proxenos_follower *self) {
    return self->events.pipe[0];
}

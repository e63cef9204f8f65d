/* SPDX-License-Identifier: MIT */
#include "discovery/mapper.h"

#include "base/memory.h"
#include "cluster/compare.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void px_mapper_rules_clear(px_mapper_rules *rules) {
    free(rules->weight_from);
    px_filter_free(rules->filter);
    px_snapshot_free(rules->snapshot);
    *rules = (px_mapper_rules){0};
}

/* ---------------------------------------------------------- open and close */

static proxenos_status open_instance(proxenos_mapper *mapper, proxenos_error *error) {
    const proxenos_backend *callbacks = &mapper->type->callbacks;
    mapper->instance = &mapper->host.table;
    int32_t result = PROXENOS_RESULT_OK;
    if (callbacks->open != NULL) {
        px_host_begin(&mapper->host, mapper->rules.timeout_ms);
        result = callbacks->open(&mapper->host.table, px_values_table(mapper->values), &mapper->instance);
    }
    if (result == PROXENOS_RESULT_UNCHANGED) result = PROXENOS_RESULT_INTERNAL;
    mapper->is_open = result == PROXENOS_RESULT_OK;
    return px_host_status(&mapper->host, result, error);
}

static void free_mapper(proxenos_mapper *mapper) {
    proxenos_cluster_unref(mapper->last);
    px_host_end(&mapper->host);
    px_values_free(mapper->values);
    px_mapper_rules_clear(&mapper->rules);
    (void)pthread_mutex_destroy(&mapper->lock);
    (void)pthread_mutex_destroy(&mapper->snapshot_lock);
    free(mapper);
}

proxenos_status px_mapper_new(const proxenos_context *context, const px_backend_type *type, px_values *values,
                              const px_mapper_rules *rules, proxenos_mapper **mapper, proxenos_error *error) {
    *mapper = NULL;
    px_mapper_rules taken = *rules;
    proxenos_mapper *made = px_calloc(1, sizeof *made);
    if (made == NULL || pthread_mutex_init(&made->lock, NULL) != 0) {
        free(made);
        px_values_free(values);
        px_mapper_rules_clear(&taken);
        return px_error_memory(error);
    }
    (void)pthread_mutex_init(&made->snapshot_lock, NULL);
    made->type = type;
    made->values = values;
    made->rules = taken;
    if (made->rules.timeout_ms == 0) made->rules.timeout_ms = PX_MAPPER_TIMEOUT_MS;
    if (made->rules.poll_ms == 0) made->rules.poll_ms = PX_MAPPER_POLL_MS;
    made->pace.retry_ms = made->rules.retry_ms == 0 ? PX_MAPPER_RETRY_MS : made->rules.retry_ms;
    made->pace.retry_limit_ms = made->rules.retry_limit_ms == 0 ? PX_MAPPER_RETRY_LIMIT_MS : made->rules.retry_limit_ms;
    proxenos_status status = px_host_init(&made->host, context, type->schema->owner, true, error);
    /* A fresh snapshot may make the backend needless. */
    if (status == PROXENOS_OK && made->rules.snapshot == NULL) status = open_instance(made, error);
    if (status == PROXENOS_OK) *mapper = made;
    else free_mapper(made);
    return status;
}

void proxenos_mapper_close(proxenos_mapper *mapper) {
    if (mapper == NULL) return;
    if (mapper->is_open && mapper->type->callbacks.close != NULL) mapper->type->callbacks.close(mapper->instance);
    free_mapper(mapper);
}

void proxenos_mapper_cancel(proxenos_mapper *mapper) {
    if (mapper != NULL) px_host_cancel(&mapper->host);
}

/* -------------------------------------------------------------------- read */

static proxenos_status cancelled(const proxenos_mapper *mapper, proxenos_error *error) {
    return px_error(error, PROXENOS_ERROR_CANCELLED, "%s: cancelled", mapper->host.who);
}

/* What came of fetch: the core's own verdict first, then the plugin's. */
static proxenos_status outcome(const proxenos_mapper *mapper, const proxenos_sink *sink, const proxenos_wait *wait,
                               int32_t result, proxenos_error *error) {
    if (px_host_is_cancelled(&mapper->host)) return cancelled(mapper, error);
    if (sink->failure.status != PROXENOS_OK) {
        if (error != NULL) *error = sink->failure;
        px_error_prefix(error, "%s", mapper->host.who);
        return sink->failure.status;
    }
    if (result == PROXENOS_RESULT_UNCHANGED && wait == NULL) {
        return px_error(error, PROXENOS_ERROR_INTERNAL,
                        "%s: the plugin answered 'unchanged' where it was asked to read", mapper->host.who);
    }
    return px_host_status(&mapper->host, result, error);
}

static proxenos_status new_builder(const proxenos_mapper *mapper, px_builder **builder, proxenos_error *error) {
    proxenos_status status = px_builder_new(mapper->rules.identity, builder, error);
    if (status != PROXENOS_OK || mapper->rules.weight_from == NULL) return status;
    status = px_builder_weight_from(*builder, mapper->rules.weight_from, error);
    if (status != PROXENOS_OK) {
        px_builder_free(*builder);
        *builder = NULL;
    }
    return status;
}

static void count(proxenos_mapper *mapper, proxenos_status status) {
    mapper->reads++;
    if (status == PROXENOS_OK || status == PROXENOS_UNCHANGED) mapper->answers++;
    else if (status != PROXENOS_ERROR_CANCELLED) mapper->failures++;
}

/* The fetch's deadline and the cancellation hold for what is made of it as well. */
static proxenos_status check_interrupt(void *user, proxenos_error *error) {
    const proxenos_mapper *mapper = user;
    if (px_host_is_cancelled(&mapper->host)) return px_error(error, PROXENOS_ERROR_CANCELLED, "cancelled");
    if (mapper->host.table.remaining_ms(&mapper->host.table) > 0) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_TIMED_OUT, "the time for the read was over while its nodes were filtered "
                    "('timeout' of the cluster, --timeout); simplify the patterns of filter.*");
}

/* Once: who polls would hear it again and again. */
static void say_doubt(proxenos_mapper *mapper, const px_builder *builder) {
    size_t others;
    const char *doubt = px_builder_doubt(builder, &others);
    if (doubt == NULL || mapper->has_doubted) return;
    mapper->has_doubted = true;
    if (others == 0) px_log(mapper->host.context, PROXENOS_LEVEL_WARNING, "%s", doubt);
    else px_log(mapper->host.context, PROXENOS_LEVEL_WARNING, "%s; and %zu more likewise", doubt, others);
}

/* One fetch.  The generation is committed together with the whole set, or neither is. */
static proxenos_status fetch(proxenos_mapper *mapper, const proxenos_wait *wait, int64_t timeout_ms,
                             proxenos_cluster **cluster, proxenos_error *error) {
    if (px_host_is_cancelled(&mapper->host)) return cancelled(mapper, error);
    px_builder *builder = NULL;
    proxenos_status status = mapper->is_open ? PROXENOS_OK : open_instance(mapper, error);
    if (status == PROXENOS_OK) status = new_builder(mapper, &builder, error);
    if (status != PROXENOS_OK) return status;
    proxenos_sink sink = {.host = &mapper->host, .builder = builder};
    uint64_t generation = 0;
    px_host_begin(&mapper->host, timeout_ms);
    int32_t result = mapper->type->callbacks.fetch(mapper->instance, &sink, wait, &generation);
    status = outcome(mapper, &sink, wait, result, error);
    if (status == PROXENOS_OK) {
        px_sink_end(&sink);
        const px_interrupt interrupt = {.check = check_interrupt, .user = mapper};
        status = px_builder_finish(builder, mapper->rules.filter, &interrupt, cluster, error);
        if (status != PROXENOS_OK) px_error_prefix(error, "%s", mapper->host.who);
        else say_doubt(mapper, builder);
    }
    if (status == PROXENOS_OK) mapper->generation = generation;
    px_builder_free(builder);
    count(mapper, status);
    return status;
}

/* Gives the cluster away and remembers it. */
static void give(proxenos_mapper *mapper, proxenos_cluster *made, proxenos_cluster **cluster) {
    proxenos_cluster_unref(mapper->last);
    mapper->last = proxenos_cluster_ref(made);
    *cluster = made;
}

/* ------------------------------------------------------------------- watch */

/* Spreads the calls of a fleet that was started at once. */
static uint32_t chance(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (uint32_t)(now.tv_nsec / 1000);
}

/* What a watch is to know of the last call. */
static void remember(proxenos_mapper *mapper, proxenos_status status, const proxenos_error *failure) {
    if (status == PROXENOS_ERROR_CANCELLED) return;
    mapper->failure = *failure;
    if (status == PROXENOS_OK) px_pace_clear(&mapper->pace);
    else px_pace_failed(&mapper->pace, px_monotonic_ms(), 0, chance());
}

/* Reads now, whatever the pace; a watch after a failed update does not wait for a change, but for the source. */
proxenos_status px_mapper_update(proxenos_mapper *mapper, int64_t timeout_ms, proxenos_cluster **cluster,
                                 proxenos_error *error) {
    *cluster = NULL;
    (void)pthread_mutex_lock(&mapper->lock);
    proxenos_cluster *made = NULL;
    proxenos_error failure = {0};
    proxenos_status status =
        fetch(mapper, NULL, timeout_ms < 0 ? mapper->rules.timeout_ms : timeout_ms, &made, &failure);
    remember(mapper, status, &failure);
    if (status == PROXENOS_OK) give(mapper, made, cluster);
    (void)pthread_mutex_unlock(&mapper->lock);
    if (status != PROXENOS_OK && error != NULL) *error = failure;
    return status;
}

/* Give or take a third. */
static int64_t with_jitter(int64_t milliseconds) {
    int64_t span = milliseconds * 2 / 3;
    return span == 0 ? milliseconds : milliseconds * 2 / 3 + chance() % span;
}

/* Until the time is over or the mapper cancelled. */
static void rest(const proxenos_mapper *mapper, int64_t milliseconds) {
    int64_t end = px_monotonic_ms() + milliseconds;
    struct pollfd waited = {.fd = mapper->host.cancel_pipe[0], .events = POLLIN};
    while (milliseconds > 0 && !px_host_is_cancelled(&mapper->host)) {
        (void)poll(&waited, 1, milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds);
        milliseconds = end - px_monotonic_ms();
    }
}

/* What is left of a wait. */
static int64_t left_until(int64_t end) {
    int64_t left = end - px_monotonic_ms();
    return left < 0 ? 0 : left;
}

/* Rests as long as the source must not be asked yet.  When the wait ends before, the last answer stands. */
static proxenos_status rest_first(proxenos_mapper *mapper, int64_t end, proxenos_error *error) {
    int64_t pause = px_pace_rest(&mapper->pace, px_monotonic_ms()), left = left_until(end);
    rest(mapper, pause < left ? pause : left);
    if (px_host_is_cancelled(&mapper->host)) return cancelled(mapper, error);
    if (pause <= left) return PROXENOS_OK;
    if (mapper->failure.status == PROXENOS_OK) return PROXENOS_UNCHANGED;
    if (error != NULL) *error = mapper->failure;
    return mapper->failure.status;
}

static bool is_news(const proxenos_mapper *mapper, const proxenos_cluster *made) {
    return mapper->last == NULL || px_cluster_differs(mapper->last, made, PROXENOS_FIELDS_ALL);
}

/* One fetch of a watch, and what it means for the next. */
static proxenos_status fetch_paced(proxenos_mapper *mapper, int64_t end, proxenos_cluster **made,
                                   proxenos_error *error) {
    /* After a failure nobody waits for a change, but to know that the source is back. */
    int64_t began = px_monotonic_ms(), left = mapper->failure.status != PROXENOS_OK ? 0 : left_until(end);
    proxenos_wait wait = {.size = sizeof wait, .committed = mapper->generation, .timeout_ms = left};
    int64_t limit = left > INT64_MAX - mapper->rules.timeout_ms ? INT64_MAX : left + mapper->rules.timeout_ms;
    proxenos_error failure = {0};
    proxenos_status status = fetch(mapper, &wait, limit, made, &failure);
    int64_t now = px_monotonic_ms();
    if (status == PROXENOS_OK) {
        bool is_polled = mapper->generation == 0 && !is_news(mapper, *made);
        if (is_polled) px_pace_clear(&mapper->pace); /* the poll's own interval will do */
        else px_pace_news(&mapper->pace, now);
    } else if (status == PROXENOS_UNCHANGED) {
        px_pace_nothing(&mapper->pace, began);
    } else if (status != PROXENOS_ERROR_CANCELLED) {
        px_pace_failed(&mapper->pace, now, mapper->host.retry_ms, chance());
    }
    bool has_failed = status != PROXENOS_OK && status != PROXENOS_UNCHANGED;
    if (status != PROXENOS_ERROR_CANCELLED) mapper->failure = failure;
    if (error != NULL && has_failed) *error = failure;
    return status;
}

/* Reads until something differs from the last cluster given.  A backend that can
 * watch does the waiting itself; one that cannot is read again and again.  One that
 * answers too early, or fails, is not asked again at once. */
static proxenos_status watch(proxenos_mapper *mapper, int64_t wait_ms, proxenos_cluster **cluster,
                             proxenos_error *error) {
    int64_t end = wait_ms > INT64_MAX / 2 ? INT64_MAX / 2 : px_monotonic_ms() + wait_ms;
    for (;;) {
        proxenos_status status = rest_first(mapper, end, error);
        if (status != PROXENOS_OK) return status;
        proxenos_cluster *made = NULL;
        bool was_failing = mapper->failure.status != PROXENOS_OK;
        status = fetch_paced(mapper, end, &made, error);
        if (status != PROXENOS_OK && status != PROXENOS_UNCHANGED) return status;
        if (made != NULL && is_news(mapper, made)) {
            give(mapper, made, cluster);
            return PROXENOS_OK;
        }
        proxenos_cluster_unref(made);
        int64_t left = left_until(end);
        if (left == 0 || was_failing) return PROXENOS_UNCHANGED;
        if (status == PROXENOS_UNCHANGED || mapper->generation != 0) continue;
        int64_t pause = with_jitter(mapper->rules.poll_ms);
        rest(mapper, pause < left ? pause : left);
        if (left_until(end) == 0) return PROXENOS_UNCHANGED;
    }
}

proxenos_status proxenos_mapper_watch(proxenos_mapper *mapper, int64_t wait_ms, proxenos_cluster **cluster,
                                      proxenos_error *error) {
    *cluster = NULL;
    (void)pthread_mutex_lock(&mapper->lock);
    proxenos_status status = watch(mapper, wait_ms < 0 ? 0 : wait_ms, cluster, error);
    (void)pthread_mutex_unlock(&mapper->lock);
    return status;
}

void px_mapper_wake(proxenos_mapper *mapper) {
    px_host_cancel(&mapper->host);
}

void px_mapper_resume(proxenos_mapper *mapper) {
    px_host_resume(&mapper->host);
}

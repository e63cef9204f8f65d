/* SPDX-License-Identifier: MIT */
/* One reading, with a snapshot that stands in for the source. */
#include "discovery/mapper.h"

bool px_is_of_source(proxenos_status status) {
    return status == PROXENOS_ERROR_UNREACHABLE || status == PROXENOS_ERROR_TIMED_OUT || status == PROXENOS_ERROR_MALFORMED ||
           status == PROXENOS_ERROR_DENIED;
}

void px_mapper_say_snapshot(const proxenos_mapper *mapper, int64_t age_ms, const proxenos_error *why) {
    px_log(mapper->host.context, PROXENOS_LEVEL_WARNING, "%s; what it said %lld s ago is used, of the snapshot %s", why->text,
           (long long)(age_ms < 0 ? 0 : age_ms / 1000), mapper->rules.snapshot->policy.path);
}

/* A clock that was set back leaves a snapshot younger than now: it may stand in, but is not fresh. */
static bool is_fresh(px_snapshot *snapshot, proxenos_cluster **cluster) {
    int64_t age_ms;
    if (snapshot->policy.fresh_ms == 0) return false;
    *cluster = px_snapshot_read(snapshot, snapshot->policy.fresh_ms, &age_ms);
    if (*cluster == NULL || age_ms >= 0) return *cluster != NULL;
    proxenos_cluster_unref(*cluster);
    *cluster = NULL;
    return false;
}

static proxenos_status stand_in(const proxenos_mapper *mapper, const proxenos_error *failure, proxenos_cluster **cluster) {
    int64_t age_ms;
    px_snapshot *snapshot = mapper->rules.snapshot;
    if (!px_is_of_source(failure->status)) return failure->status;
    *cluster = px_snapshot_read(snapshot, snapshot->policy.keep_ms, &age_ms);
    if (*cluster == NULL) return failure->status;
    px_mapper_say_snapshot(mapper, age_ms, failure);
    return PROXENOS_OK;
}

proxenos_status proxenos_mapper_update(proxenos_mapper *mapper, int64_t timeout_ms, proxenos_cluster **cluster,
                                       proxenos_error *error) {
    px_snapshot *snapshot = mapper->rules.snapshot;
    if (snapshot == NULL) return px_mapper_update(mapper, timeout_ms, cluster, error);
    (void)pthread_mutex_lock(&mapper->snapshot_lock);
    proxenos_error failure = {0};
    proxenos_status status = PROXENOS_OK;
    if (!is_fresh(snapshot, cluster)) {
        status = px_mapper_update(mapper, timeout_ms, cluster, &failure);
        if (status == PROXENOS_OK) px_snapshot_keep(snapshot, *cluster, NULL, mapper->host.age_ms);
        else status = stand_in(mapper, &failure, cluster);
    }
    (void)pthread_mutex_unlock(&mapper->snapshot_lock);
    if (status != PROXENOS_OK && error != NULL) *error = failure;
    return status;
}

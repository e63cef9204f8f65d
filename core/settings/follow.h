/* SPDX-License-Identifier: MIT */
/* follow.* and snapshot.* in force. */
#ifndef PX_SETTINGS_FOLLOW_H
#define PX_SETTINGS_FOLLOW_H

#include "settings/settings.h"
#include "settings/spans.h"

/* See proxenos.yaml(5), FOLLOWING; times in milliseconds. */
typedef struct px_follow_policy {
    int64_t settle_ms, settle_limit_ms; /* accepted once quiet so long, at the latest after so long */
    uint64_t min_nodes;
    uint32_t max_loss;                  /* of the accepted weight, in parts of a million */
    int64_t hold_ms, rejoin_ms, max_age_ms;
    int64_t retry_ms, retry_limit_ms;
    int64_t poll_ms;                    /* between two reads of a source that cannot be watched */
} px_follow_policy;

typedef struct px_snapshot_policy {
    char *path;                         /* absolute; NULL: no snapshot */
    int64_t keep_ms, fresh_ms;
} px_snapshot_policy;

/* Each value was checked when it was said, so this cannot fail. */
void px_settings_follow(const proxenos_settings *settings, px_follow_policy *policy);
/* The path is to be freed. */
proxenos_status px_settings_snapshot(const proxenos_settings *settings, px_snapshot_policy *policy,
                                     proxenos_error *error);

#endif

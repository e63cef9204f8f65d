/* SPDX-License-Identifier: MIT */
#include "settings/follow.h"

#include "base/file.h"
#include "base/text.h"

void px_settings_follow(const proxenos_settings *settings, px_follow_policy *policy) {
    *policy = (px_follow_policy){0};
    (void)px_parse_span(proxenos_settings_get(settings, "follow.settle"), &policy->settle_ms,
                        &policy->settle_limit_ms);
    (void)px_parse_unsigned(proxenos_settings_get(settings, "follow.min-nodes"), &policy->min_nodes);
    (void)px_parse_share(proxenos_settings_get(settings, "follow.max-loss"), &policy->max_loss);
    (void)px_parse_limit(proxenos_settings_get(settings, "follow.hold"), &policy->hold_ms);
    (void)px_parse_duration(proxenos_settings_get(settings, "follow.rejoin"), &policy->rejoin_ms);
    (void)px_parse_limit(proxenos_settings_get(settings, "follow.max-age"), &policy->max_age_ms);
    (void)px_parse_span(proxenos_settings_get(settings, "follow.retry"), &policy->retry_ms, &policy->retry_limit_ms);
    (void)px_parse_duration(proxenos_settings_get(settings, "follow.poll"), &policy->poll_ms);
}

proxenos_status px_settings_snapshot(const proxenos_settings *settings, px_snapshot_policy *policy,
                                     proxenos_error *error) {
    *policy = (px_snapshot_policy){0};
    (void)px_parse_limit(proxenos_settings_get(settings, "snapshot.keep"), &policy->keep_ms);
    (void)px_parse_limit(proxenos_settings_get(settings, "snapshot.fresh"), &policy->fresh_ms);
    const px_setting *path = px_settings_find(settings, "snapshot", "path");
    if (path == NULL) return PROXENOS_OK;
    return px_path_absolute(path->base_folder, px_setting_value(path), &policy->path, error);
}

/* SPDX-License-Identifier: MIT */
/* Mappers as settings say. */
#include "base/memory.h"
#include "base/text.h"
#include "discovery/mapper.h"
#include "settings/follow.h"

/* Each value was checked when it was said; what can still go wrong is memory. */
static proxenos_status read_rules(const proxenos_settings *settings, px_mapper_rules *rules, proxenos_error *error) {
    const char *weight_from = proxenos_settings_get(settings, "weight-from");
    const char *identity = proxenos_settings_get(settings, "identity");
    proxenos_status status = px_identity_parse(identity, &rules->identity, error);
    if (status != PROXENOS_OK) return status;
    (void)px_parse_duration(proxenos_settings_get(settings, "timeout"), &rules->timeout_ms);
    px_follow_policy policy;
    px_settings_follow(settings, &policy);
    rules->poll_ms = policy.poll_ms;
    rules->retry_ms = policy.retry_ms;
    rules->retry_limit_ms = policy.retry_limit_ms;
    if (weight_from != NULL) {
        rules->weight_from = px_strdup(weight_from);
        if (rules->weight_from == NULL) return px_error_memory(error);
    }
    return px_settings_filter(settings, &rules->filter, error);
}

proxenos_status proxenos_mapper_open(const proxenos_settings *settings, proxenos_mapper **mapper,
                                     proxenos_error *error) {
    *mapper = NULL;
    const px_backend_type *type = NULL;
    px_values *values = NULL;
    px_mapper_rules rules = {0};
    proxenos_status status = px_settings_backend(settings, &type, error);
    if (status == PROXENOS_OK) status = px_settings_backend_values(settings, type, &values, error);
    if (status == PROXENOS_OK) status = read_rules(settings, &rules, error);
    if (status == PROXENOS_OK) {
        status = px_snapshot_open(settings, type->schema, px_values_table(values), &rules.snapshot, error);
    }
    if (status == PROXENOS_OK) return px_mapper_new(settings->context, type, values, &rules, mapper, error);
    px_values_free(values);
    px_mapper_rules_clear(&rules);
    return status;
}

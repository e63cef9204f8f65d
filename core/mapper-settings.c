/* SPDX-License-Identifier: MIT */
/* Mappers as settings say. */
#include "mapper.h"
#include "memory.h"
#include "settings.h"
#include "text.h"

#include <stdlib.h>

static proxenos_status blame(const proxenos_settings *settings, const char *name, proxenos_status status,
                             proxenos_error *error) {
    return px_setting_blame(px_settings_find(settings, "", name), status, error);
}

static proxenos_status read_identity(const proxenos_settings *settings, px_mapper_rules *rules,
                                     proxenos_error *error) {
    const char *identity = proxenos_settings_get(settings, "identity");
    return identity == NULL ? PROXENOS_OK : px_identity_parse(identity, &rules->identity, error);
}

static proxenos_status read_timeout(const proxenos_settings *settings, px_mapper_rules *rules,
                                    proxenos_error *error) {
    const char *timeout = proxenos_settings_get(settings, "timeout");
    if (timeout == NULL) return PROXENOS_OK;
    if (!px_parse_duration(timeout, &rules->timeout_ms) || rules->timeout_ms <= 0) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "timeout '%s' is no time above 0, like 250ms, 10s or 1m",
                        timeout);
    }
    return PROXENOS_OK;
}

/* The rule is parsed here once, so that a bad one is known before any source is. */
static proxenos_status read_weight_from(const proxenos_settings *settings, px_mapper_rules *rules,
                                        proxenos_error *error) {
    const char *rule = proxenos_settings_get(settings, "weight-from");
    if (rule == NULL) return PROXENOS_OK;
    px_builder *builder = NULL;
    proxenos_status status = px_builder_new(rules->identity, &builder, error);
    if (status == PROXENOS_OK) status = px_builder_weight_from(builder, rule, error);
    px_builder_free(builder);
    if (status != PROXENOS_OK) return status;
    rules->weight_from = px_strdup(rule);
    return rules->weight_from == NULL ? px_error_memory(error) : PROXENOS_OK;
}

static proxenos_status read_rules(const proxenos_settings *settings, px_mapper_rules *rules,
                                  proxenos_error *error) {
    proxenos_status status = blame(settings, "identity", read_identity(settings, rules, error), error);
    if (status == PROXENOS_OK) status = blame(settings, "timeout", read_timeout(settings, rules, error), error);
    if (status == PROXENOS_OK) {
        status = blame(settings, "weight-from", read_weight_from(settings, rules, error), error);
    }
    if (status != PROXENOS_OK) return status;
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
    if (status == PROXENOS_OK) return px_mapper_new(settings->context, type, values, &rules, mapper, error);
    px_values_free(values);
    px_mapper_rules_clear(&rules);
    return status;
}

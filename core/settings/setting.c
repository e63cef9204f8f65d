/* SPDX-License-Identifier: MIT */
#include "settings/setting.h"

#include "base/memory.h"
#include "base/text.h"
#include "cluster/identity.h"
#include "options/value.h"
#include "settings/spans.h"

#include <stdlib.h>
#include <string.h>

/* ---- lifetime */

static void end_setting(px_setting *setting) {
    for (size_t i = 0; i < setting->count; i++) {
        px_wipe(setting->items[i], strlen(setting->items[i]));
        free(setting->items[i]);
    }
    free(setting->items);
    free(setting->section);
    free(setting->name);
    free(setting->said_by);
    free(setting->base_folder);
}

proxenos_status px_setting_add_item(px_setting *setting, const char *item, proxenos_error *error) {
    char **items = px_reallocarray(setting->items, setting->count + 1, sizeof *items);
    if (items == NULL) return px_error_memory(error);
    setting->items = items;
    items[setting->count] = px_strdup(item);
    if (items[setting->count] == NULL) return px_error_memory(error);
    setting->count++;
    return PROXENOS_OK;
}

static proxenos_status copy_strings(px_setting *to, const px_setting *from, proxenos_error *error) {
    to->section = px_strdup(from->section);
    to->name = px_strdup(from->name);
    to->said_by = px_strdup(from->said_by);
    if (to->section == NULL || to->name == NULL || to->said_by == NULL) return px_error_memory(error);
    if (from->base_folder != NULL) {
        to->base_folder = px_strdup(from->base_folder);
        if (to->base_folder == NULL) return px_error_memory(error);
    }
    for (size_t i = 0; i < from->count; i++) {
        proxenos_status status = px_setting_add_item(to, from->items[i], error);
        if (status != PROXENOS_OK) return status;
    }
    return PROXENOS_OK;
}

proxenos_status px_setting_list_add(px_setting_list *list, const px_setting *setting, proxenos_error *error) {
    if (px_grow(&list->entries, &list->capacity, list->count, sizeof *list->entries) != 0) {
        return px_error_memory(error);
    }
    px_setting copy = {.is_list = setting->is_list, .rank = setting->rank, .line = setting->line,
                       .column = setting->column, .is_exposed = setting->is_exposed};
    proxenos_status status = copy_strings(&copy, setting, error);
    if (status == PROXENOS_OK) list->entries[list->count++] = copy;
    else end_setting(&copy);
    return status;
}

void px_setting_list_end(px_setting_list *list) {
    for (size_t i = 0; i < list->count; i++) end_setting(&list->entries[i]);
    free(list->entries);
    *list = (px_setting_list){0};
}

const char *px_setting_value(const px_setting *setting) {
    return setting->count == 0 ? "" : setting->items[setting->count - 1];
}

proxenos_status px_setting_blame(const px_setting *setting, proxenos_status status, proxenos_error *error) {
    if (setting == NULL || status == PROXENOS_OK || status == PROXENOS_ERROR_MEMORY) return status;
    if (status == PROXENOS_ERROR_CONFIG && setting->rank == PROXENOS_RANK_FLAG) status = PROXENOS_ERROR_ARGUMENT;
    if (error == NULL) return status;
    px_error_prefix(error, "%s", setting->said_by);
    error->status = status;
    error->line = setting->line;
    error->column = setting->column;
    return status;
}

/* ---- the rules */

enum { TABLE_LIMIT = 16777216 }; /* slots */

static proxenos_status check_name(const char *value, proxenos_error *error) {
    if (*value != '\0') return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_CONFIG, "the name is empty");
}

static proxenos_status check_identity(const char *value, proxenos_error *error) {
    px_identity identity;
    return px_identity_parse(value, &identity, error);
}

static proxenos_status check_compat(const char *value, proxenos_error *error) {
    static const char *const choices[] = {"none", "python", NULL};
    size_t index;
    return px_choice_find(choices, value, &index, error);
}

static proxenos_status check_table(const char *value, proxenos_error *error) {
    uint64_t slots;
    if (px_parse_unsigned(value, &slots) && slots <= TABLE_LIMIT) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is not a number of slots, 1...%d, or 0 for none", value,
                    TABLE_LIMIT);
}

static proxenos_status check_timeout(const char *value, proxenos_error *error) {
    int64_t milliseconds;
    if (!px_parse_duration(value, &milliseconds)) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is not a duration (250ms, 10s, 5m, 1h)", value);
    }
    return milliseconds > 0 ? PROXENOS_OK : px_error(error, PROXENOS_ERROR_CONFIG, "a timeout of 0 leaves no time");
}

/* Whether `value` is `prefix` and something behind it. */
static bool names_below(const char *value, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(value, prefix, length) == 0 && value[length] != '\0';
}

static proxenos_status check_spread(const char *value, proxenos_error *error) {
    if (strcmp(value, "zone") == 0 || names_below(value, "meta.")) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is neither zone nor meta.KEY", value);
}

static proxenos_status check_weight_from(const char *value, proxenos_error *error) {
    if (names_below(value, "meta.") || names_below(value, "tag.")) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is neither meta.KEY nor tag.PREFIX", value);
}

static proxenos_status check_count(const char *value, proxenos_error *error) {
    uint64_t count;
    if (px_parse_unsigned(value, &count)) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is not a number of nodes", value);
}

static proxenos_status check_span(const char *value, proxenos_error *error) {
    int64_t least, most;
    if (px_parse_span(value, &least, &most)) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_CONFIG,
                    "'%s' is neither a duration (250ms, 10s) nor two of them, the larger behind (250ms..5s)", value);
}

/* Trying again without a pause would be an attack on the source. */
static proxenos_status check_retry(const char *value, proxenos_error *error) {
    int64_t least, most;
    proxenos_status status = check_span(value, error);
    if (status != PROXENOS_OK || (px_parse_span(value, &least, &most) && least > 0)) return status;
    return px_error(error, PROXENOS_ERROR_CONFIG, "a pause of 0 between tries leaves the source no rest");
}

static proxenos_status check_poll(const char *value, proxenos_error *error) {
    int64_t milliseconds;
    if (px_parse_duration(value, &milliseconds) && milliseconds > 0) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is not a duration above 0 (250ms, 10s, 5m, 1h)", value);
}

static proxenos_status check_limit(const char *value, proxenos_error *error) {
    int64_t milliseconds;
    if (px_parse_limit(value, &milliseconds)) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is neither a duration (250ms, 10s, 5m, 1h) nor forever", value);
}

static proxenos_status check_duration(const char *value, proxenos_error *error) {
    int64_t milliseconds;
    if (px_parse_duration(value, &milliseconds)) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is not a duration (250ms, 10s, 5m, 1h)", value);
}

static proxenos_status check_share(const char *value, proxenos_error *error) {
    uint32_t millionths;
    if (px_parse_share(value, &millionths)) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is not a share, 0%% to 100%%", value);
}

static proxenos_status check_path(const char *value, proxenos_error *error) {
    return *value != '\0' ? PROXENOS_OK : px_error(error, PROXENOS_ERROR_CONFIG, "the path is empty");
}

static proxenos_status check_metadata(const char *value, proxenos_error *error) {
    const char *equals = strchr(value, '=');
    if (equals != NULL && equals != value) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is not KEY=PATTERN", value);
}

static const px_setting_rule rules[] = {
    {"", "backend", NULL, check_name, false},
    {"", "hash", "siphash", check_name, false},
    {"", "weighting", "hrw", check_name, false},
    {"", "identity", "address", check_identity, false},
    {"", "compat", "none", check_compat, false},
    {"", "table", "0", check_table, false},
    {"", "spread", NULL, check_spread, false},
    {"", "weight-from", NULL, check_weight_from, false},
    {"", "timeout", "10s", check_timeout, false},
    {"filter", "address", NULL, NULL, false},
    {"filter", "name", NULL, NULL, false},
    {"filter", "tags", NULL, NULL, false},
    {"filter", "zone", NULL, NULL, false},
    {"filter", "metadata", NULL, check_metadata, true},
    {"filter", "has-tag", NULL, NULL, true},
    {"follow", "settle", "250ms..5s", check_span, false},
    {"follow", "min-nodes", "1", check_count, false},
    {"follow", "max-loss", "100%", check_share, false},
    {"follow", "hold", "forever", check_limit, false},
    {"follow", "rejoin", "0s", check_duration, false},
    {"follow", "max-age", "forever", check_limit, false},
    {"follow", "retry", "1s..30s", check_retry, false},
    {"follow", "poll", "3s", check_poll, false},
    {"snapshot", "path", NULL, check_path, false},
    {"snapshot", "keep", "24h", check_limit, false},
    {"snapshot", "fresh", "0s", check_limit, false},
};

bool px_setting_is_section(const char *name) {
    for (size_t i = 0; *name != '\0' && i < sizeof rules / sizeof rules[0]; i++) {
        if (strcmp(rules[i].section, name) == 0) return true;
    }
    return false;
}

const px_setting_rule *px_setting_rule_at(size_t index) {
    return index < sizeof rules / sizeof rules[0] ? &rules[index] : NULL;
}

const px_setting_rule *px_setting_rule_find(const char *section, const char *name) {
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (strcmp(rules[i].section, section) == 0 && strcmp(rules[i].name, name) == 0) return &rules[i];
    }
    return NULL;
}

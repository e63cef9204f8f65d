/* SPDX-License-Identifier: MIT */
/* Settings shown: every value in force, with who said it. */
#include "settings/settings.h"

#include "base/text.h"

#include <stdlib.h>

typedef struct show {
    proxenos_setting_visitor *visit;
    void *user;
    bool is_over;                    /* the visitor has seen enough */
} show;

static proxenos_status show_one(show *s, const char *section, const char *name, const char *value,
                                const char *said_by, proxenos_error *error) {
    px_text text = {0};
    px_text_format(&text, "%s%s%s", section, *section == '\0' ? "" : ".", name);
    char *full = px_text_take(&text);
    if (full == NULL) return px_error_memory(error);
    s->is_over = s->visit(s->user, full, value, said_by) != 0;
    free(full);
    return PROXENOS_OK;
}

static proxenos_status show_plain(const proxenos_settings *settings, show *s, proxenos_error *error) {
    const px_setting_rule *rule;
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; status == PROXENOS_OK && !s->is_over && (rule = px_setting_rule_at(i)) != NULL; i++) {
        const px_setting *setting = px_settings_find(settings, rule->section, rule->name);
        for (size_t k = 0; setting != NULL && rule->is_list && k < setting->count && status == PROXENOS_OK && !s->is_over; k++) {
            status = show_one(s, rule->section, rule->name, setting->items[k], setting->said_by, error);
        }
        if (setting != NULL && rule->is_list) continue;
        if (setting != NULL) {
            status = show_one(s, rule->section, rule->name, px_setting_value(setting), setting->said_by, error);
        } else if (rule->fallback != NULL) {
            status = show_one(s, rule->section, rule->name, rule->fallback, "default", error);
        }
    }
    return status;
}

static proxenos_status show_option(show *s, const char *section, const proxenos_option *option,
                                   const proxenos_value *value, const char *said_by, proxenos_error *error) {
    if (!value->is_set) return PROXENOS_OK;
    if (option->type != PROXENOS_TYPE_LIST) {
        const char *shown = option->type == PROXENOS_TYPE_SECRET ? "(secret)" : value->text;
        return show_one(s, section, option->name, shown, said_by, error);
    }
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < value->list_count && status == PROXENOS_OK && !s->is_over; i++) {
        status = show_one(s, section, option->name, value->list[i], said_by, error);
    }
    return status;
}

/* Takes the values over. */
static proxenos_status show_values(show *s, const char *section, const px_schema *schema, px_values *values,
                                   proxenos_error *error) {
    proxenos_status status = PROXENOS_OK;
    for (uint32_t i = 0; i < schema->count && status == PROXENOS_OK && !s->is_over; i++) {
        const proxenos_value *value = proxenos_value_at(px_values_table(values), i);
        status = show_option(s, section, &schema->options[i], value, px_values_said_by(values, i), error);
    }
    px_values_free(values);
    return status;
}

static proxenos_status show_backend(const proxenos_settings *settings, show *s, proxenos_error *error) {
    const px_backend_type *type;
    px_values *values;
    proxenos_status status = px_settings_backend(settings, &type, error);
    if (status == PROXENOS_OK) status = px_settings_backend_values(settings, type, &values, error);
    return status == PROXENOS_OK ? show_values(s, "backend", type->schema, values, error) : status;
}

static proxenos_status show_hash(const proxenos_settings *settings, show *s, proxenos_error *error) {
    const px_hash_type *type;
    px_values *values;
    proxenos_status status = px_settings_hash(settings, &type, error);
    if (status == PROXENOS_OK) status = px_settings_hash_values(settings, type, &values, error);
    return status == PROXENOS_OK ? show_values(s, "hash", type->schema, values, error) : status;
}

proxenos_status proxenos_settings_each(const proxenos_settings *settings, proxenos_setting_visitor *visit,
                                       void *user, proxenos_error *error) {
    if (settings == NULL || visit == NULL) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "no settings or no visitor was given");
    }
    show s = {visit, user, false};
    proxenos_status status = show_plain(settings, &s, error);
    bool has_backend = px_settings_find(settings, "", "backend") != NULL;
    if (status == PROXENOS_OK && !s.is_over && has_backend) status = show_backend(settings, &s, error);
    return status == PROXENOS_OK && !s.is_over ? show_hash(settings, &s, error) : status;
}

/* SPDX-License-Identifier: MIT */
/* Settings and the plugins they choose: what was said, against the plugins' schemas. */
#include "settings/settings.h"

#include "base/environment.h"
#include "base/memory.h"
#include "settings/compat.h"

#include <stdlib.h>
#include <string.h>

/* ---- the chosen plugins */

proxenos_status px_settings_backend(const proxenos_settings *settings, const px_backend_type **type,
                                    proxenos_error *error) {
    *type = NULL;
    const px_setting *chosen = px_settings_find(settings, "", "backend");
    if (chosen == NULL) {
        return px_error(error, PROXENOS_ERROR_CONFIG,
                        "no backend is chosen: give one with -b, or as 'backend' in the configuration");
    }
    proxenos_status status = px_find_backend(settings->context, px_setting_value(chosen), type, error);
    return px_setting_blame(chosen, status, error);
}

proxenos_status px_settings_hash(const proxenos_settings *settings, const px_hash_type **type,
                                 proxenos_error *error) {
    *type = NULL;
    const px_setting *chosen = px_settings_find(settings, "", "hash");
    proxenos_status status = px_find_hash(settings->context, proxenos_settings_get(settings, "hash"), type, error);
    return px_setting_blame(chosen, status, error);
}

/* ---- values */

/* One chosen plugin: its schema and the sections that speak to it. */
typedef struct target {
    const char *pseudo_section;      /* "backend" or "hash" */
    const px_schema *schema;
    const px_backend_type *backend;  /* one of both */
    const px_hash_type *hash;
} target;

static bool concerns(const target *t, const char *section) {
    if (strcmp(section, "") == 0 || px_setting_is_section(section)) return false;
    if (strcmp(section, t->pseudo_section) == 0) return true;
    return t->backend != NULL ? strcmp(section, t->backend->callbacks.name) == 0
                              : px_hash_answers_to(t->hash, section);
}

static px_given given_by(const px_setting *setting) {
    return (px_given){.option = setting->name,
                      .items = (const char *const *)setting->items,
                      .count = setting->count,
                      .is_list = setting->is_list,
                      .rank = setting->rank,
                      .said_by = setting->said_by,
                      .base_folder = setting->base_folder,
                      .line = setting->line,
                      .column = setting->column,
                      .is_exposed = setting->is_exposed};
}

/* Whether anybody has given the option, as a setting or by its variable. */
static bool is_given(const proxenos_settings *settings, const target *t, const char *option) {
    int index = px_schema_find(t->schema, option, NULL);
    const char *variable = index < 0 ? NULL : t->schema->options[index].environment;
    if (variable != NULL && px_environment(variable) != NULL) return true;
    for (size_t i = 0; i < settings->said.count; i++) {
        const px_setting *entry = &settings->said.entries[i];
        if (strcmp(entry->name, option) == 0 && concerns(t, entry->section)) return true;
    }
    return false;
}

/* Whether the plugin has the option that a row implies, and would take the value. */
static bool can_imply(const target *t, const px_implied *row) {
    if (strcmp(row->setting.section, t->pseudo_section) != 0) return false;
    if (row->only_for != NULL && !px_hash_answers_to(t->hash, row->only_for)) return false;
    int index = px_schema_find(t->schema, row->setting.name, NULL);
    if (index < 0) return false;
    const proxenos_option *option = &t->schema->options[index];
    if (row->setting.is_list) return option->type == PROXENOS_TYPE_LIST;
    if (option->type == PROXENOS_TYPE_BOOLEAN) return true;
    const char *const *choice = option->choices;
    if (choice == NULL) return row->is_word;
    while (*choice != NULL && strcmp(*choice, px_setting_value(&row->setting)) != 0) choice++;
    return *choice != NULL;
}

static size_t add_implied(const proxenos_settings *settings, const target *t, px_given *given) {
    if (!px_settings_are_compatible(settings)) return 0;
    size_t count = 0;
    const px_implied *row;
    for (size_t i = 0; (row = px_compat_python(i)) != NULL; i++) {
        if (!can_imply(t, row) || (row->unless != NULL && is_given(settings, t, row->unless))) continue;
        given[count++] = given_by(&row->setting);
    }
    return count;
}

static size_t implied_limit(void) {
    size_t count = 0;
    while (px_compat_python(count) != NULL) count++;
    return count;
}

static void log_warning(void *user, const char *text) {
    px_log(user, PROXENOS_LEVEL_WARNING, "%s", text);
}

static proxenos_status make_values(const proxenos_settings *settings, const target *t, px_values **values,
                                   proxenos_error *error) {
    *values = NULL;
    px_given *given = px_calloc(settings->said.count + implied_limit(), sizeof *given);
    if (given == NULL) return px_error_memory(error);
    /* What is implied has the rank of a default: it replaces the schema's, and yields to all that was said. */
    size_t count = add_implied(settings, t, given);
    for (size_t i = 0; i < settings->said.count; i++) {
        const px_setting *entry = &settings->said.entries[i];
        if (concerns(t, entry->section)) given[count++] = given_by(entry);
    }
    proxenos_status status = px_values_new(t->schema, given, count, log_warning, settings->context, values, error);
    free(given);
    return status;
}

proxenos_status px_settings_backend_values(const proxenos_settings *settings, const px_backend_type *type,
                                           px_values **values, proxenos_error *error) {
    const target t = {"backend", type->schema, type, NULL};
    return make_values(settings, &t, values, error);
}

proxenos_status px_settings_hash_values(const proxenos_settings *settings, const px_hash_type *type,
                                        px_values **values, proxenos_error *error) {
    const target t = {"hash", type->schema, NULL, type};
    return make_values(settings, &t, values, error);
}

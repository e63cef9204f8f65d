/* SPDX-License-Identifier: MIT */
/* Settings as a program sets and asks them; what concerns plugins is in plugin.c. */
#include "settings/settings.h"

#include "base/environment.h"
#include "base/memory.h"
#include "base/text.h"
#include "settings/compat.h"
#include "settings/configuration.h"

#include <stdlib.h>
#include <string.h>

proxenos_status proxenos_settings_new(proxenos_context *context, proxenos_settings **settings,
                                      proxenos_error *error) {
    if (settings == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "no place for the settings was given");
    *settings = NULL;
    if (context == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "settings need a context");
    proxenos_settings *made = px_calloc(1, sizeof *made);
    if (made == NULL) return px_error_memory(error);
    made->context = context;
    *settings = made;
    return PROXENOS_OK;
}

void proxenos_settings_free(proxenos_settings *settings) {
    if (settings == NULL) return;
    px_setting_list_end(&settings->said);
    free(settings);
}

/* ---- from a configuration and from the environment */

static proxenos_status add_all(proxenos_settings *settings, const px_setting_list *list, proxenos_error *error) {
    for (size_t i = 0; i < list->count; i++) {
        proxenos_status status = px_setting_list_add(&settings->said, &list->entries[i], error);
        if (status != PROXENOS_OK) return status;
    }
    return PROXENOS_OK;
}

static proxenos_status no_such_cluster(const proxenos_config *config, const char *name, proxenos_error *error) {
    const char *path = proxenos_config_path(config);
    if (path == NULL) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT,
                        "no cluster '%s': there is no configuration that could name one", name);
    }
    px_nearest nearest;
    px_nearest_start(&nearest, name);
    for (size_t i = 0; i < config->cluster_count; i++) px_nearest_try(&nearest, config->clusters[i].name);
    px_text text = {0};
    px_text_format(&text, "%s: no cluster '%s'", path, name);
    if (nearest.best != NULL) {
        px_text_format(&text, "; did you mean '%s'?", nearest.best);
    } else {
        for (size_t i = 0; i < config->cluster_count; i++)
            px_text_format(&text, "%s%s", i == 0 ? "; clusters that exist: " : ", ", config->clusters[i].name);
    }
    char *words = px_text_take(&text);
    if (words == NULL) return px_error_memory(error);
    proxenos_status status = px_error(error, PROXENOS_ERROR_ARGUMENT, "%s", words);
    free(words);
    return status;
}

proxenos_status proxenos_settings_use_config(proxenos_settings *settings, const proxenos_config *config,
                                             const char *cluster, proxenos_error *error) {
    if (settings == NULL || config == NULL) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "no settings or no configuration was given");
    }
    if (cluster == NULL) cluster = config->default_cluster;
    const px_setting_list *named = cluster == NULL ? NULL : px_config_cluster_settings(config, cluster);
    if (cluster != NULL && named == NULL) return no_such_cluster(config, cluster, error);
    proxenos_status status = add_all(settings, &config->common, error);
    return status == PROXENOS_OK && named != NULL ? add_all(settings, named, error) : status;
}

proxenos_status proxenos_settings_use_environment(proxenos_settings *settings, proxenos_error *error) {
    const char *hash = px_environment("PROXENOS_PRF");
    if (hash == NULL) return PROXENOS_OK;
    return proxenos_settings_set(settings, PROXENOS_FROM_ENVIRONMENT, "PROXENOS_PRF", "hash", hash, error);
}

/* ---- one by one */

/* A name as callers write it, in its parts. */
typedef struct full_name {
    const char *section;
    const char *name;
    const px_setting_rule *rule;  /* NULL for a plugin's option */
} full_name;

static const char *const sections[] = {"filter", "follow", "snapshot", "backend", "hash"};

static proxenos_status unknown_name(const char *name, proxenos_error *error) {
    char candidate[64];
    char best[sizeof candidate] = "";
    px_nearest nearest;
    px_nearest_start(&nearest, name);
    const px_setting_rule *rule;
    for (size_t i = 0; (rule = px_setting_rule_at(i)) != NULL; i++) {
        (void)snprintf(candidate, sizeof candidate, "%s%s%s", rule->section, *rule->section == '\0' ? "" : ".",
                       rule->name);
        px_nearest_try(&nearest, candidate);
        if (nearest.best == candidate) {
            memcpy(best, candidate, sizeof best);
            nearest.best = best;
        }
    }
    if (nearest.best == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "there is no setting '%s'", name);
    return px_error(error, PROXENOS_ERROR_ARGUMENT, "there is no setting '%s'; did you mean '%s'?", name, best);
}

static proxenos_status resolve(const char *text, full_name *full, proxenos_error *error) {
    *full = (full_name){"", text, px_setting_rule_find("", text)};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        size_t length = strlen(sections[i]);
        if (strncmp(text, sections[i], length) != 0 || text[length] != '.' || text[length + 1] == '\0') continue;
        full->section = sections[i];
        full->name = text + length + 1;
        full->rule = px_setting_rule_find(full->section, full->name);
        if (!px_setting_is_section(sections[i])) return PROXENOS_OK; /* the plugin's schema will tell */
    }
    return full->rule == NULL ? unknown_name(text, error) : PROXENOS_OK;
}

/* What was said last about a name with one rank, or NULL. */
static px_setting *latest(proxenos_settings *settings, const px_setting *like) {
    for (size_t i = settings->said.count; i-- > 0;) {
        px_setting *entry = &settings->said.entries[i];
        if (entry->rank == like->rank && strcmp(entry->section, like->section) == 0 &&
            strcmp(entry->name, like->name) == 0) return entry;
    }
    return NULL;
}

static proxenos_status say(proxenos_settings *settings, proxenos_origin origin, const char *said_by,
                           const char *name, const char *value, bool appends, proxenos_error *error) {
    if (settings == NULL || name == NULL || value == NULL) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "a setting needs a name and a value");
    }
    if (origin < PROXENOS_FROM_CONFIG || origin > PROXENOS_FROM_FLAG) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "%s: %d is no origin of a setting", name, (int)origin);
    }
    full_name full;
    proxenos_status status = resolve(name, &full, error);
    if (status != PROXENOS_OK) return status;
    char *items[] = {(char *)value};
    const px_setting setting = {.section = (char *)full.section,
                                .name = (char *)full.name,
                                .items = items,
                                .count = 1,
                                .rank = (uint32_t)origin,
                                .said_by = (char *)(said_by == NULL ? name : said_by)};
    if (full.rule != NULL && full.rule->check != NULL) status = full.rule->check(value, error);
    if (status != PROXENOS_OK) return px_setting_blame(&setting, status, error);
    px_setting *before = appends ? latest(settings, &setting) : NULL;
    if (before != NULL) return px_setting_add_item(before, value, error);
    return px_setting_list_add(&settings->said, &setting, error);
}

proxenos_status proxenos_settings_set(proxenos_settings *settings, proxenos_origin origin, const char *said_by,
                                      const char *name, const char *value, proxenos_error *error) {
    return say(settings, origin, said_by, name, value, false, error);
}

proxenos_status proxenos_settings_append(proxenos_settings *settings, proxenos_origin origin, const char *said_by,
                                         const char *name, const char *value, proxenos_error *error) {
    return say(settings, origin, said_by, name, value, true, error);
}

/* ---- asking */

static const px_setting *strongest(const proxenos_settings *settings, const char *section, const char *name) {
    const px_setting *best = NULL;
    for (size_t i = 0; i < settings->said.count; i++) {
        const px_setting *entry = &settings->said.entries[i];
        bool is_wanted = strcmp(entry->section, section) == 0 && strcmp(entry->name, name) == 0;
        if (is_wanted && (best == NULL || entry->rank >= best->rank)) best = entry;
    }
    return best;
}

bool px_settings_are_compatible(const proxenos_settings *settings) {
    const px_setting *compat = strongest(settings, "", "compat");
    return compat != NULL && strcmp(px_setting_value(compat), "python") == 0;
}

const px_setting *px_settings_find(const proxenos_settings *settings, const char *section, const char *name) {
    const px_setting *said = strongest(settings, section, name);
    if (said != NULL || !px_settings_are_compatible(settings)) return said;
    const px_implied *row;
    for (size_t i = 0; (row = px_compat_python(i)) != NULL; i++) {
        if (strcmp(row->setting.section, section) == 0 && strcmp(row->setting.name, name) == 0) return &row->setting;
    }
    return NULL;
}

const char *proxenos_settings_get(const proxenos_settings *settings, const char *name) {
    full_name full;
    if (settings == NULL || name == NULL) return NULL;
    if (resolve(name, &full, NULL) != PROXENOS_OK || full.rule == NULL) return NULL;
    const px_setting *setting = px_settings_find(settings, full.section, full.name);
    return setting == NULL ? full.rule->fallback : px_setting_value(setting);
}

/* ---- filters */

proxenos_status px_settings_filter(const proxenos_settings *settings, px_filter **filter, proxenos_error *error) {
    px_filter_rules rules = {0};
    const struct {
        const char *name;
        const char **pattern;
    } patterns[] = {{"address", &rules.address}, {"name", &rules.name}, {"tags", &rules.tags}, {"zone", &rules.zone}};
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        const px_setting *said = px_settings_find(settings, "filter", patterns[i].name);
        if (said != NULL) *patterns[i].pattern = px_setting_value(said);
    }
    const px_setting *metadata = px_settings_find(settings, "filter", "metadata");
    if (metadata != NULL) {
        rules.metadata = (const char *const *)metadata->items;
        rules.metadata_count = metadata->count;
    }
    const px_setting *has_tag = px_settings_find(settings, "filter", "has-tag");
    if (has_tag != NULL) {
        rules.has_tag = (const char *const *)has_tag->items;
        rules.has_tag_count = has_tag->count;
    }
    *filter = NULL;
    bool is_any = rules.address != NULL || rules.name != NULL || rules.tags != NULL || rules.zone != NULL ||
                  rules.metadata_count > 0 || rules.has_tag_count > 0;
    if (!is_any) return PROXENOS_OK;
    const char *whose;
    proxenos_status status = px_filter_new(&rules, filter, &whose, error);
    return whose == NULL ? status : px_setting_blame(px_settings_find(settings, "filter", whose), status, error);
}

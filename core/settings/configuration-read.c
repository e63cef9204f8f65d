/* SPDX-License-Identifier: MIT */
/* A configuration's text turned into settings; see proxenos.yaml(5).  The structure
 * of every cluster is checked here; a plugin's options when it is used. */
#include "settings/configuration-read.h"

#include "base/memory.h"
#include "base/text.h"
#include "modules/find.h"
#include "settings/yaml-tree.h"

#include <stdlib.h>
#include <string.h>

typedef struct reader {
    proxenos_config *config;
    proxenos_context *context;
    const px_yaml *root;
    char *folder;             /* where relative paths start; absolute */
    bool is_exposed;
    proxenos_error *error;
} reader;

/* The common part or one cluster. */
typedef struct level {
    const px_yaml *map;
    px_setting_list *settings;
    uint32_t rank;
} level;

#define FAIL_AT_VALUE(reader, value, ...)                                                                     \
    px_error_at((reader)->error, PROXENOS_ERROR_CONFIG, (reader)->config->path, (value)->line, (value)->column, \
                __VA_ARGS__)
#define FAIL_AT_KEY(reader, value, ...)                                                                 \
    px_error_at((reader)->error, PROXENOS_ERROR_CONFIG, (reader)->config->path, (value)->key_line,      \
                (value)->key_column, __VA_ARGS__)

static const char *const top_keys[] = {"plugin-path", "default-cluster", "clusters"};

enum { TOP_KEY_COUNT = sizeof top_keys / sizeof top_keys[0] };

static bool is_top_key(const char *key) {
    for (size_t i = 0; i < TOP_KEY_COUNT; i++) {
        if (strcmp(top_keys[i], key) == 0) return true;
    }
    return false;
}

/* ---- kinds */

/* `value` is of the kind, and is not a key without a value. */
static proxenos_status want(const reader *r, const px_yaml *value, px_yaml_kind kind) {
    if (px_yaml_is_null(value)) return FAIL_AT_KEY(r, value, "'%s' has no value", value->key);
    if (value->kind == kind) return PROXENOS_OK;
    return FAIL_AT_VALUE(r, value, "'%s' takes %s, not %s", value->key, px_yaml_kind_name(kind),
                         px_yaml_kind_name(value->kind));
}

/* A scalar or a list of scalars, none of them null. */
static proxenos_status want_words(const reader *r, const px_yaml *value) {
    if (value->kind == PX_YAML_MAP) {
        return FAIL_AT_VALUE(r, value, "'%s' takes a value or a list, not a map", value->key);
    }
    if (value->kind == PX_YAML_SCALAR) return want(r, value, PX_YAML_SCALAR);
    for (size_t i = 0; i < value->count; i++) {
        const px_yaml *item = value->items[i];
        if (item->kind != PX_YAML_SCALAR) {
            return FAIL_AT_VALUE(r, item, "the list '%s' holds values only, not %s", value->key,
                                 px_yaml_kind_name(item->kind));
        }
        if (px_yaml_is_null(item)) return FAIL_AT_VALUE(r, item, "an element of '%s' has no value", value->key);
    }
    return PROXENOS_OK;
}

/* ---- settings */

typedef struct place {
    unsigned line, column;
} place;

static proxenos_status add_setting(const reader *r, const level *l, const char *section, const px_yaml *value,
                                   place at) {
    px_text said_by = {0};
    px_text_format(&said_by, "%s:%u:%u", r->config->path, at.line, at.column);
    char *sayer = px_text_take(&said_by);
    bool is_list = value->kind == PX_YAML_LIST;
    size_t count = is_list ? value->count : 1;
    char **items = px_calloc(count, sizeof *items);
    proxenos_status status = PROXENOS_ERROR_MEMORY;
    if (sayer == NULL || items == NULL) {
        (void)px_error_memory(r->error);
    } else {
        for (size_t i = 0; i < count; i++) items[i] = is_list ? value->items[i]->text : value->text;
        const px_setting setting = {.section = (char *)section, .name = value->key, .items = items, .count = count,
                                    .is_list = is_list, .rank = l->rank, .said_by = sayer, .base_folder = r->folder,
                                    .line = at.line, .column = at.column, .is_exposed = r->is_exposed};
        status = px_setting_list_add(l->settings, &setting, r->error);
    }
    free(items);
    free(sayer);
    return status;
}

/* A plain name or one of a section of ours, whose value the rule checks. */
static proxenos_status read_ruled(const reader *r, const level *l, const px_setting_rule *rule,
                                  const px_yaml *value) {
    proxenos_status status = rule->is_list ? want_words(r, value) : want(r, value, PX_YAML_SCALAR);
    if (status != PROXENOS_OK) return status;
    size_t count = value->kind == PX_YAML_LIST ? value->count : 1;
    for (size_t i = 0; i < count && rule->check != NULL; i++) {
        const px_yaml *item = value->kind == PX_YAML_LIST ? value->items[i] : value;
        proxenos_error problem;
        status = rule->check(item->text, &problem);
        if (status == PROXENOS_ERROR_MEMORY) return px_error_memory(r->error);
        if (status != PROXENOS_OK) return FAIL_AT_VALUE(r, item, "%s: %s", value->key, problem.text);
    }
    return add_setting(r, l, rule->section, value, (place){value->line, value->column});
}

/* "'address', 'name' or 'tags'", of a section. */
static void names_of(const char *section, px_text *names) {
    const px_setting_rule *rule, *last = NULL;
    for (size_t i = 0; (rule = px_setting_rule_at(i)) != NULL; i++) {
        if (strcmp(rule->section, section) != 0) continue;
        if (last != NULL) px_text_format(names, "%s'%s'", names->length == 0 ? "" : ", ", last->name);
        last = rule;
    }
    px_text_format(names, "%s'%s'", names->length == 0 ? "" : " or ", last->name);
}

static proxenos_status unknown_in_section(const reader *r, const char *section, const px_yaml *value) {
    px_nearest nearest;
    px_nearest_start(&nearest, value->key);
    const px_setting_rule *rule;
    for (size_t i = 0; (rule = px_setting_rule_at(i)) != NULL; i++) {
        if (strcmp(rule->section, section) == 0) px_nearest_try(&nearest, rule->name);
    }
    if (nearest.best != NULL) {
        return FAIL_AT_KEY(r, value, "'%s' has no '%s'; did you mean '%s'?", section, value->key, nearest.best);
    }
    px_text names = {0};
    names_of(section, &names);
    char *words = px_text_take(&names);
    if (words == NULL) return px_error_memory(r->error);
    proxenos_status status = FAIL_AT_KEY(r, value, "'%s' has %s, not '%s'", section, words, value->key);
    free(words);
    return status;
}

/* filter, follow, snapshot. */
static proxenos_status read_ruled_section(const reader *r, const level *l, const px_yaml *section) {
    proxenos_status status = want(r, section, PX_YAML_MAP);
    for (size_t i = 0; i < section->count && status == PROXENOS_OK; i++) {
        const px_yaml *value = section->items[i];
        const px_setting_rule *rule = px_setting_rule_find(section->key, value->key);
        if (rule == NULL) return unknown_in_section(r, section->key, value);
        status = read_ruled(r, l, rule, value);
    }
    return status;
}

/* ---- sections of plugins */

static bool chooses(const px_yaml *map, const char *name) {
    if (map->kind != PX_YAML_MAP) return false;
    const px_yaml *backend = px_yaml_get(map, "backend"), *hash = px_yaml_get(map, "hash");
    if (backend != NULL && backend->kind == PX_YAML_SCALAR && strcmp(backend->text, name) == 0) return true;
    return hash != NULL && hash->kind == PX_YAML_SCALAR && px_equal_ignoring_case(hash->text, name);
}

/* Whether the file chooses a backend or hash of that name, installed or not. */
static bool is_chosen(const reader *r, const level *l, const char *name) {
    if (chooses(l->map, name) || chooses(r->root, name)) return true;
    const px_yaml *clusters = px_yaml_get(r->root, "clusters");
    for (size_t i = 0; clusters != NULL && i < clusters->count; i++) {
        if (chooses(clusters->items[i], name)) return true;
    }
    return false;
}

/* OK when `name` is a backend's or a hash's.  The cheap questions first: the last two load modules, in search of an
 * alias. */
static proxenos_status find_plugin(const reader *r, const level *l, const char *name) {
    bool is_known = is_chosen(r, l, name) || px_module_exists(r->context, "backend", name) ||
                    px_module_exists(r->context, "hash", name);
    if (is_known) return PROXENOS_OK;
    const px_hash_type *hash;
    const px_backend_type *backend;
    proxenos_status status = px_find_hash(r->context, name, &hash, NULL);
    return status == PROXENOS_ERROR_PLUGIN ? px_find_backend(r->context, name, &backend, NULL) : status;
}

static proxenos_status read_section(const reader *r, const level *l, const px_yaml *section) {
    for (size_t i = 0; i < section->count; i++) {
        const px_yaml *value = section->items[i];
        proxenos_status status = want_words(r, value);
        place at = {value->key_line, value->key_column};
        if (status == PROXENOS_OK) status = add_setting(r, l, section->key, value, at);
        if (status != PROXENOS_OK) return status;
    }
    return PROXENOS_OK;
}

/* ---- unknown keys */

typedef struct suggestion {
    px_nearest nearest;
    char best[64];            /* names of plugins do not outlive the visit */
} suggestion;

static int suggest_plugin(void *user, const proxenos_plugin_info *plugin) {
    suggestion *s = user;
    const char *before = s->nearest.best;
    px_nearest_try(&s->nearest, plugin->name);
    if (s->nearest.best == before) return 0;
    (void)snprintf(s->best, sizeof s->best, "%s", plugin->name);
    s->nearest.best = s->best;
    return 0;
}

/* The word behind 'backend' or 'hash', of this level or of the file's top; or NULL. */
static const char *chosen_by(const reader *r, const level *l, const char *kind) {
    const px_yaml *chosen = px_yaml_get(l->map, kind);
    if (chosen == NULL) chosen = px_yaml_get(r->root, kind);
    return chosen != NULL && chosen->kind == PX_YAML_SCALAR ? chosen->text : NULL;
}

/* The section that a key belongs into: that of the chosen plugin which has such an option, else one of ours. */
static const char *section_for(const reader *r, const level *l, const px_yaml *value) {
    const char *name = chosen_by(r, l, "backend");
    const px_backend_type *backend;
    if (name != NULL && px_find_backend(r->context, name, &backend, NULL) == PROXENOS_OK &&
        px_schema_find(backend->schema, value->key, NULL) >= 0)
        return name;
    name = chosen_by(r, l, "hash");
    const px_hash_type *hash;
    if (name != NULL && px_find_hash(r->context, name, &hash, NULL) == PROXENOS_OK &&
        px_schema_find(hash->schema, value->key, NULL) >= 0)
        return name;
    const px_setting_rule *rule;
    for (size_t i = 0; (rule = px_setting_rule_at(i)) != NULL; i++) {
        if (*rule->section != '\0' && strcmp(rule->name, value->key) == 0) return rule->section;
    }
    return NULL;
}

static proxenos_status unknown_key(const reader *r, const level *l, const px_yaml *value) {
    if (strcmp(value->key, "<<") == 0) {
        return FAIL_AT_KEY(r, value, "merge keys ('<<') are not read, since YAML 1.2 has none: write the values out; "
                                     "what all clusters share stands at the top of the file");
    }
    const char *section = value->kind == PX_YAML_MAP ? NULL : section_for(r, l, value);
    if (section != NULL) return FAIL_AT_KEY(r, value, "'%s' belongs below '%s:'", value->key, section);
    suggestion s;
    px_nearest_start(&s.nearest, value->key);
    const px_setting_rule *rule;
    for (size_t i = 0; (rule = px_setting_rule_at(i)) != NULL; i++) {
        px_nearest_try(&s.nearest, *rule->section == '\0' ? rule->name : rule->section);
    }
    for (size_t i = 0; l->map == r->root && i < TOP_KEY_COUNT; i++) px_nearest_try(&s.nearest, top_keys[i]);
    if (value->kind == PX_YAML_MAP) (void)proxenos_plugins_each(r->context, suggest_plugin, &s, NULL);
    if (s.nearest.best != NULL) {
        return FAIL_AT_KEY(r, value, "unknown key '%s'; did you mean '%s'?", value->key, s.nearest.best);
    }
    bool is_section = value->kind == PX_YAML_MAP;
    return FAIL_AT_KEY(r, value, "unknown key '%s'%s", value->key,
                       is_section ? ", and no backend or hash of that name is installed or chosen" : "");
}

/* ---- levels */

static proxenos_status read_entry(const reader *r, const level *l, const px_yaml *value) {
    if (is_top_key(value->key)) {
        if (l->map == r->root) return PROXENOS_OK; /* read_root() sees to it */
        return FAIL_AT_KEY(r, value, "'%s' stands at the top of the file only, not in a cluster", value->key);
    }
    if (px_setting_is_section(value->key)) return read_ruled_section(r, l, value);
    const px_setting_rule *rule = px_setting_rule_find("", value->key);
    if (rule != NULL) return read_ruled(r, l, rule, value);
    proxenos_status status = PROXENOS_ERROR_PLUGIN;
    if (value->kind == PX_YAML_MAP) status = find_plugin(r, l, value->key);
    if (status == PROXENOS_OK) return read_section(r, l, value);
    return status == PROXENOS_ERROR_MEMORY ? px_error_memory(r->error) : unknown_key(r, l, value);
}

static proxenos_status read_level(const reader *r, const level *l) {
    for (size_t i = 0; i < l->map->count; i++) {
        proxenos_status status = read_entry(r, l, l->map->items[i]);
        if (status != PROXENOS_OK) return status;
    }
    return PROXENOS_OK;
}

static proxenos_status read_cluster(const reader *r, const px_yaml *cluster) {
    proxenos_status status = want(r, cluster, PX_YAML_MAP);
    if (status != PROXENOS_OK) return status;
    if (*cluster->key == '\0') return FAIL_AT_KEY(r, cluster, "the name of a cluster is empty");
    proxenos_config *config = r->config;
    size_t count = config->cluster_count;
    if (px_grow(&config->clusters, &config->cluster_capacity, count, sizeof *config->clusters) != 0) {
        return px_error_memory(r->error);
    }
    px_config_cluster *made = &config->clusters[count];
    *made = (px_config_cluster){.name = px_strdup(cluster->key)};
    if (made->name == NULL) return px_error_memory(r->error);
    config->cluster_count++;
    const level l = {cluster, &made->settings, PROXENOS_RANK_CLUSTER};
    return read_level(r, &l);
}

static proxenos_status read_clusters(const reader *r) {
    const px_yaml *clusters = px_yaml_get(r->root, "clusters");
    if (clusters == NULL) return PROXENOS_OK;
    proxenos_status status = want(r, clusters, PX_YAML_MAP);
    for (size_t i = 0; i < clusters->count && status == PROXENOS_OK; i++) {
        status = read_cluster(r, clusters->items[i]);
    }
    return status;
}

static proxenos_status read_default_cluster(const reader *r) {
    const px_yaml *value = px_yaml_get(r->root, "default-cluster");
    if (value == NULL) return PROXENOS_OK;
    proxenos_status status = want(r, value, PX_YAML_SCALAR);
    if (status != PROXENOS_OK) return status;
    if (px_config_cluster_settings(r->config, value->text) == NULL) {
        px_nearest nearest;
        px_nearest_start(&nearest, value->text);
        for (size_t i = 0; i < r->config->cluster_count; i++) px_nearest_try(&nearest, r->config->clusters[i].name);
        bool is_near = nearest.best != NULL;
        return FAIL_AT_VALUE(r, value, "'clusters' has no '%s'%s%s%s", value->text,
                             is_near ? "; did you mean '" : "", is_near ? nearest.best : "", is_near ? "'?" : "");
    }
    r->config->default_cluster = px_strdup(value->text);
    return r->config->default_cluster == NULL ? px_error_memory(r->error) : PROXENOS_OK;
}

static proxenos_status read_plugin_folder(const reader *r, const px_yaml *value) {
    if (*value->text == '\0') return FAIL_AT_VALUE(r, value, "the name of a plugin folder is empty");
    char *folder;
    proxenos_status status = px_path_absolute(r->folder, value->text, &folder, r->error);
    if (status == PROXENOS_OK) status = proxenos_context_add_plugin_path(r->context, folder, r->error);
    free(folder);
    return status;
}

static proxenos_status read_plugin_path(const reader *r) {
    const px_yaml *path = px_yaml_get(r->root, "plugin-path");
    if (path == NULL) return PROXENOS_OK;
    proxenos_status status = want_words(r, path);
    if (status == PROXENOS_OK && path->kind == PX_YAML_SCALAR) return read_plugin_folder(r, path);
    for (size_t i = 0; i < path->count && status == PROXENOS_OK; i++) {
        status = read_plugin_folder(r, path->items[i]);
    }
    return status;
}

static proxenos_status read_root(const reader *r) {
    if (r->root->kind != PX_YAML_MAP) {
        return FAIL_AT_VALUE(r, r->root, "a configuration is a map of keys and values, not %s",
                             px_yaml_kind_name(r->root->kind));
    }
    const level common = {r->root, &r->config->common, PROXENOS_RANK_CONFIG};
    proxenos_status status = read_plugin_path(r);
    if (status == PROXENOS_OK) status = read_level(r, &common);
    if (status == PROXENOS_OK) status = read_clusters(r);
    return status == PROXENOS_OK ? read_default_cluster(r) : status;
}

/* Standard input, and what a shell's <(...) gives, lie in no folder that is meant. */
static bool is_descriptor(const char *path) {
    return strcmp(path, "-") == 0 || strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/self/fd/", 14) == 0;
}

/* The folder that holds the file, or the current one; the root's is "/". */
static proxenos_status find_folder(reader *r) {
    const char *path = is_descriptor(r->config->path) ? "-" : r->config->path;
    proxenos_status status = px_path_absolute(NULL, path, &r->folder, r->error);
    if (status != PROXENOS_OK) return status;
    char *slash = strrchr(r->folder, '/');
    slash[slash == r->folder ? 1 : 0] = '\0';
    return PROXENOS_OK;
}

proxenos_status px_config_read(proxenos_config *config, proxenos_context *context, const px_file *file,
                               proxenos_error *error) {
    px_yaml *root = NULL;
    proxenos_status status = px_yaml_parse(config->path, file->bytes, file->length, &root, error);
    if (status != PROXENOS_OK) return status;
    reader r = {config, context, root, NULL, file->is_exposed, error};
    status = find_folder(&r);
    if (status == PROXENOS_OK) status = read_root(&r);
    free(r.folder);
    px_yaml_free(root);
    return status;
}

/* SPDX-License-Identifier: MIT */
/* What is installed, for listings and completions. */
#include "base/memory.h"
#include "base/text.h"
#include "modules/find.h"

#include <stdlib.h>
#include <string.h>

/* One backend or hash, or one module that cannot be used.  Owns its copies. */
typedef struct row {
    proxenos_plugin_info info;
    char *name, *aliases, *file, *problem;
} row;

typedef struct listing {
    px_kind kind;
    row *rows;
    size_t count, capacity;
} listing;

static void free_row(row *r) {
    free(r->name);
    free(r->aliases);
    free(r->file);
    free(r->problem);
}

static char *join_aliases(const px_found *found, px_kind kind, uint32_t index) {
    px_text text = {0};
    bool has_any = kind == PX_HASH && found->module != NULL;
    const char *const *alias = has_any ? found->module->hashes[index].callbacks.aliases : NULL;
    for (; alias != NULL && *alias != NULL; alias++) {
        px_text_format(&text, "%s%s", text.length == 0 ? "" : ", ", *alias);
    }
    return px_text_take(&text);
}

static const char *summary_of(const px_module *module, px_kind kind, uint32_t index) {
    const char *summary =
        kind == PX_BACKEND ? module->backends[index].callbacks.summary : module->hashes[index].callbacks.summary;
    return summary == NULL ? module->summary : summary;
}

/* `index` counts the module's backends or hashes; it is 0 for one with a problem. */
static proxenos_status add_row(listing *list, const px_found *found, uint32_t index, proxenos_error *error) {
    if (px_grow(&list->rows, &list->capacity, list->count, sizeof(row)) != 0) return px_error_memory(error);
    const px_module *module = found->module;
    row made = {
        .info = {.size = sizeof made.info, .kind = px_kind_name(list->kind), .is_shadowed = found->is_shadowed}};
    made.name = px_strdup(module == NULL ? found->name : px_module_part_name(module, list->kind, index));
    made.aliases = join_aliases(found, list->kind, index);
    made.file = px_strdup(found->file);
    if (found->problem != NULL) made.problem = px_strdup(found->problem->text);
    if (made.name == NULL || made.aliases == NULL || made.file == NULL ||
        (found->problem != NULL && !made.problem)) {
        free_row(&made);
        return px_error_memory(error);
    }
    made.info.name = made.name;
    made.info.aliases = made.aliases;
    made.info.file = made.file;
    made.info.problem = made.problem;
    made.info.summary = module == NULL ? "" : summary_of(module, list->kind, index);
    made.info.module = module == NULL ? made.name : module->name;
    made.info.version = module == NULL ? "" : module->version;
    list->rows[list->count++] = made;
    return PROXENOS_OK;
}

static proxenos_status add_rows(void *user, const px_found *found, bool *stop, proxenos_error *error) {
    listing *list = user;
    (void)stop;
    uint32_t count = found->module == NULL ? 1 : px_module_count(found->module, list->kind);
    proxenos_status status = PROXENOS_OK;
    for (uint32_t i = 0; status == PROXENOS_OK && i < count; i++) status = add_row(list, found, i, error);
    return status;
}

/* Few rows, and equal names must stay in the order of the search. */
static void sort_by_name(row *rows, size_t count) {
    for (size_t i = 1; i < count; i++) {
        row moved = rows[i];
        size_t at = i;
        for (; at > 0 && strcmp(rows[at - 1].info.name, moved.info.name) > 0; at--) rows[at] = rows[at - 1];
        rows[at] = moved;
    }
}

/* The registry's lock is not held while the program looks at the rows. */
static proxenos_status list_kind(proxenos_context *context, px_kind kind, proxenos_plugin_visitor *visit,
                                 void *user, bool *stop, proxenos_error *error) {
    listing list = {.kind = kind};
    proxenos_status status = px_modules_each(context, kind, add_rows, &list, error);
    if (status == PROXENOS_OK) {
        sort_by_name(list.rows, list.count);
        for (size_t i = 0; !*stop && i < list.count; i++) *stop = visit(user, &list.rows[i].info) != 0;
    }
    for (size_t i = 0; i < list.count; i++) free_row(&list.rows[i]);
    free(list.rows);
    return status;
}

proxenos_status proxenos_plugins_each(proxenos_context *context, proxenos_plugin_visitor *visit, void *user,
                                      proxenos_error *error) {
    if (context == NULL || visit == NULL) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "no %s was given", context == NULL ? "context" : "visitor");
    }
    bool stop = false;
    proxenos_status status = list_kind(context, PX_BACKEND, visit, user, &stop, error);
    if (status == PROXENOS_OK && !stop) status = list_kind(context, PX_HASH, visit, user, &stop, error);
    return status;
}

static proxenos_status schema_of(proxenos_context *context, const char *kind, const char *name,
                                 const px_schema **schema, proxenos_error *error) {
    const px_backend_type *backend = NULL;
    const px_hash_type *hash = NULL;
    if (strcmp(kind, px_kind_name(PX_BACKEND)) == 0) {
        proxenos_status status = px_find_backend(context, name, &backend, error);
        if (status == PROXENOS_OK) *schema = backend->schema;
        return status;
    }
    if (strcmp(kind, px_kind_name(PX_HASH)) == 0) {
        proxenos_status status = px_find_hash(context, name, &hash, error);
        if (status == PROXENOS_OK) *schema = hash->schema;
        return status;
    }
    return px_error(error, PROXENOS_ERROR_ARGUMENT, "'%s' is no kind of plugin; there are 'backend' and 'hash'",
                    kind);
}

static proxenos_option_info describe(const proxenos_option *option) {
    return (proxenos_option_info){
        .size = sizeof(proxenos_option_info),
        .name = option->name,
        .type = px_type_name(option->type),
        .placeholder = option->placeholder,
        .fallback = option->fallback,
        .help = option->help,
        .environment = option->environment,
        .choices = option->choices,
        .is_required = (option->flags & PROXENOS_OPTION_REQUIRED) != 0,
        .is_secret = option->type == PROXENOS_TYPE_SECRET,
        .has_range = option->minimum != 0 || option->maximum != 0,
        .minimum = option->minimum,
        .maximum = option->maximum,
    };
}

proxenos_status proxenos_plugin_options(proxenos_context *context, const char *kind, const char *name,
                                        proxenos_option_visitor *visit, void *user, proxenos_error *error) {
    if (context == NULL || kind == NULL || name == NULL || visit == NULL) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "a context, a kind, a name and a visitor are needed");
    }
    const px_schema *schema = NULL;
    proxenos_status status = schema_of(context, kind, name, &schema, error);
    if (status != PROXENOS_OK) return status;
    for (uint32_t i = 0; i < schema->count; i++) {
        proxenos_option_info info = describe(&schema->options[i]);
        if (visit(user, &info) != 0) break;
    }
    return PROXENOS_OK;
}

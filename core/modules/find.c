/* SPDX-License-Identifier: MIT */
/* From a name to the backend or hash that bears it. */
#include <config.h>

#include "modules/find.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "modules/load.h"
#include "modules/registry.h"

#include <ltdl.h>
#include <stdlib.h>
#include <string.h>

/* -------------------------------------------------------------------- walk */

static proxenos_status visit_module(proxenos_context *context, px_place *place, px_kind kind, const char *name,
                                    bool is_shadowed, px_found_visitor *visit, void *user, bool *stop,
                                    proxenos_error *error) {
    px_module *module = NULL;
    proxenos_error problem;
    proxenos_status status = px_registry_open(context, place, kind, name, &module, &problem);
    if (status == PROXENOS_ERROR_MEMORY || status == PROXENOS_ERROR_INTERNAL) { /* not the module's fault */
        if (error != NULL) *error = problem;
        return status;
    }
    char *file = px_registry_path(place, kind, name);
    if (file == NULL) return px_error_memory(error);
    px_found found = {.name = name, .file = file, .module = module, .is_shadowed = is_shadowed};
    if (status != PROXENOS_OK) found.problem = &problem;
    status = visit(user, &found, stop, error);
    free(file);
    return status;
}

/* Which modules a walk opens. */
typedef struct extent {
    bool with_shadowed;           /* also those that an earlier folder hides */
    char initial;                 /* only those whose name begins so; '\0': all */
} extent;

/* For whoever holds the lock. */
static proxenos_status walk_place(proxenos_context *context, px_place *place, px_kind kind, extent which,
                                  px_found_visitor *visit, void *user, bool *stop, proxenos_error *error) {
    char **names = NULL;
    size_t count = 0;
    proxenos_status status = px_registry_names(context, place, kind, &names, &count, error);
    for (size_t i = 0; status == PROXENOS_OK && !*stop && i < count; i++) {
        px_place *first = NULL;
        if (which.initial != '\0' && names[i][0] != which.initial) continue;
        status = px_registry_first(context, kind, names[i], &first, error);
        if (status != PROXENOS_OK || (first != place && !which.with_shadowed)) continue;
        status = visit_module(context, place, kind, names[i], first != place, visit, user, stop, error);
    }
    px_registry_free_names(names, count);
    return status;
}

static proxenos_status walk(proxenos_context *context, px_kind kind, extent which, px_found_visitor *visit,
                            void *user, proxenos_error *error) {
    bool stop = false;
    px_place *place;
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; status == PROXENOS_OK && !stop && (place = px_registry_place(context, i)) != NULL; i++) {
        status = walk_place(context, place, kind, which, visit, user, &stop, error);
    }
    return status;
}

proxenos_status px_modules_each(proxenos_context *context, px_kind kind, px_found_visitor *visit, void *user,
                                proxenos_error *error) {
    proxenos_status status = px_registry_lock(context, error);
    if (status != PROXENOS_OK) return status;
    status = walk(context, kind, (extent){.with_shadowed = true}, visit, user, error);
    px_registry_unlock(context);
    return status;
}

/* ------------------------------------------------------------------ search */

typedef struct search {
    px_kind kind;
    const char *name;
    const px_module *module;      /* the answer: its index-th backend or hash */
    uint32_t index;
    px_text others;               /* the names that were met instead */
    px_nearest nearest;
    proxenos_error problem;       /* of the first module that could not be used */
} search;

static void note_names(search *searched, const px_module *module) {
    px_nearest_try(&searched->nearest, module->name);
    for (uint32_t i = 0; i < px_module_count(module, searched->kind); i++) {
        const char *name = px_module_part_name(module, searched->kind, i);
        px_text_format(&searched->others, "%s%s", searched->others.length == 0 ? "" : ", ", name);
        px_nearest_try(&searched->nearest, name);
        const char *const *alias = searched->kind == PX_HASH ? module->hashes[i].callbacks.aliases : NULL;
        while (alias != NULL && *alias != NULL) px_nearest_try(&searched->nearest, *alias++);
    }
}

static proxenos_status try_module(void *user, const px_found *found, bool *stop, proxenos_error *error) {
    search *searched = user;
    (void)error;
    if (found->module == NULL) {
        if (searched->problem.status == PROXENOS_OK) searched->problem = *found->problem;
        return PROXENOS_OK;
    }
    int index = px_module_find(found->module, searched->kind, searched->name);
    if (index < 0) {
        note_names(searched, found->module);
        return PROXENOS_OK;
    }
    searched->module = found->module;
    searched->index = (uint32_t)index;
    *stop = true;
    return PROXENOS_OK;
}

/* "proxenos-%s" and "backend-consul" make "proxenos-backend-consul". */
static void add_hint(px_text *text, px_kind kind, const char *name) {
    static const char format[] = PACKAGE_HINT;
    const char *hole = strstr(format, "%s");
    if (format[0] == '\0') return;
    px_text_add(text, "; the package ");
    px_text_append(text, format, hole == NULL ? strlen(format) : (size_t)(hole - format));
    if (hole != NULL) px_text_format(text, "%s-%s%s", px_kind_name(kind), name, hole + 2);
    px_text_add(text, " may bring it");
}

static void add_tried(px_text *text, proxenos_context *context, px_kind kind, const char *name) {
    const px_place *place;
    const char *before = " (tried ";
    for (size_t i = 0; (place = px_registry_place(context, i)) != NULL; i++) {
        char *path = px_registry_path(place, kind, name);
        if (path == NULL) {
            text->failed = true;
        } else if (strcmp(path, PX_BUILT_IN) != 0) {
            px_text_format(text, "%s%s", before, path);
            before = ", ";
        }
        free(path);
    }
    px_text_add(text, ")");
}

/* The cause and the cure: what was tried, what there is, what would bring it. */
static proxenos_status unknown(proxenos_context *context, search *searched, const char *file_name,
                               proxenos_error *error) {
    px_text text = {0};
    px_text_format(&text, "there is no %s '%s'", px_kind_name(searched->kind), searched->name);
    if (searched->nearest.best != NULL) px_text_format(&text, "; did you mean '%s'?", searched->nearest.best);
    else add_hint(&text, searched->kind, file_name);
    add_tried(&text, context, searched->kind, file_name);
    if (searched->others.length == 0) px_text_format(&text, "; no %s is installed", px_kind_name(searched->kind));
    else px_text_format(&text, "; %s that exist: %s", px_kind_plural(searched->kind), searched->others.bytes);
    if (searched->problem.status != PROXENOS_OK) px_text_format(&text, "; not usable: %s", searched->problem.text);
    bool is_short = searched->others.failed;
    char *words = px_text_take(&text);
    proxenos_status status =
        words == NULL || is_short ? px_error_memory(error) : px_error(error, PROXENOS_ERROR_PLUGIN, "%s", words);
    free(words);
    return status;
}

static proxenos_status check_name(px_kind kind, const char *name, proxenos_error *error) {
    if (name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL) return PROXENOS_OK;
    return px_error(error, PROXENOS_ERROR_PLUGIN,
                    "'%s' is not the name of a %s: names are not empty, have no '/' and do not begin with '.'",
                    name, px_kind_name(kind));
}

/* The module of the very name, which has the word even when it is broken. */
static proxenos_status find_module(proxenos_context *context, search *searched, const char *file_name,
                                   proxenos_error *error) {
    px_place *place = NULL;
    px_module *module = NULL;
    proxenos_status status = px_registry_first(context, searched->kind, file_name, &place, error);
    if (status != PROXENOS_OK || place == NULL) return status;
    status = px_registry_open(context, place, searched->kind, file_name, &module, error);
    if (status != PROXENOS_OK) {
        px_error_prefix(error, "%s '%s'", px_kind_name(searched->kind), searched->name);
        return status;
    }
    int index = px_module_find(module, searched->kind, searched->name);
    searched->module = module;
    searched->index = index < 0 ? 0 : (uint32_t)index; /* nobody bears the module's name: its first is meant */
    return PROXENOS_OK;
}

/* Opens modules in lexical order until one has the name; '\0': all of them. */
static proxenos_status look_through(proxenos_context *context, search *searched, char initial,
                                    proxenos_error *error) {
    px_text_clear(&searched->others);
    px_error_clear(&searched->problem);
    px_nearest_start(&searched->nearest, searched->name);
    return walk(context, searched->kind, (extent){.initial = initial}, try_module, searched, error);
}

static proxenos_status find(proxenos_context *context, search *searched, const char *file_name,
                            proxenos_error *error) {
    proxenos_status status = px_registry_lock(context, error);
    if (status != PROXENOS_OK) return status;
    status = find_module(context, searched, file_name, error);
    /* A name of a module's likely begins as the module does: xxh64 is found without
     * opening digest, which would bring libcrypto. */
    if (status == PROXENOS_OK && searched->module == NULL) {
        status = look_through(context, searched, file_name[0], error);
    }
    if (status == PROXENOS_OK && searched->module == NULL) status = look_through(context, searched, '\0', error);
    if (status == PROXENOS_OK && searched->module == NULL) status = unknown(context, searched, file_name, error);
    px_registry_unlock(context);
    px_text_clear(&searched->others);
    return status;
}

proxenos_status px_find_backend(proxenos_context *context, const char *name, const px_backend_type **type,
                                proxenos_error *error) {
    *type = NULL;
    search searched = {.kind = PX_BACKEND, .name = name};
    proxenos_status status = check_name(PX_BACKEND, name, error);
    if (status == PROXENOS_OK) status = find(context, &searched, name, error);
    if (status == PROXENOS_OK) *type = &searched.module->backends[searched.index];
    return status;
}

/* Hashes are written in any case, their files in lower case. */
proxenos_status px_find_hash(proxenos_context *context, const char *name, const px_hash_type **type,
                             proxenos_error *error) {
    *type = NULL;
    search searched = {.kind = PX_HASH, .name = name};
    proxenos_status status = check_name(PX_HASH, name, error);
    if (status != PROXENOS_OK) return status;
    char *lower = px_strdup(name);
    if (lower == NULL) return px_error_memory(error);
    for (char *c = lower; *c != '\0'; c++) *c = px_lower(*c);
    status = find(context, &searched, lower, error);
    if (status == PROXENOS_OK) *type = &searched.module->hashes[searched.index];
    free(lower);
    return status;
}

bool px_module_exists(proxenos_context *context, const char *kind, const char *name) {
    px_kind which = strcmp(kind, px_kind_name(PX_HASH)) == 0 ? PX_HASH : PX_BACKEND;
    px_place *place = NULL;
    if (check_name(which, name, NULL) != PROXENOS_OK || px_registry_lock(context, NULL) != PROXENOS_OK) {
        return false;
    }
    (void)px_registry_first(context, which, name, &place, NULL);
    px_registry_unlock(context);
    return place != NULL;
}

/* ------------------------------------------------------ outside the folders */

/* The file's name without ".so", to free(). */
static proxenos_status name_of_file(const char *path, char **name, proxenos_error *error) {
    const char *slash = strrchr(path, '/'), *base = slash == NULL ? path : slash + 1;
    size_t length = strlen(base);
    if (length <= 3 || strcmp(base + length - 3, ".so") != 0) {
        return px_error(error, PROXENOS_ERROR_PLUGIN, "%s is not a plugin: its name does not end in '.so'", path);
    }
    *name = px_strndup(base, length - 3);
    return *name == NULL ? px_error_memory(error) : PROXENOS_OK;
}

proxenos_status px_module_open_file(proxenos_context *context, const char *path, px_module **module,
                                    proxenos_error *error) {
    *module = NULL;
    char *name = NULL;
    proxenos_status status = name_of_file(path, &name, error);
    if (status != PROXENOS_OK) return status;
    char *absolute = NULL;
    status = px_path_absolute(NULL, path, &absolute, error);
    if (status == PROXENOS_OK) status = px_registry_lock(context, error);
    if (status == PROXENOS_OK) {
        status = px_registry_open_file(context, absolute, name, module, error);
        px_registry_unlock(context);
    }
    free(absolute);
    free(name);
    return status;
}

static proxenos_status preload_module(proxenos_context *context, const lt_dlsymlist *symbol,
                                      proxenos_error *error) {
    px_module *module = NULL;
    proxenos_status status = px_module_new(NULL, PX_BUILT_IN, symbol->address, &module, error);
    if (status != PROXENOS_OK) return status;
    char *entry = px_entry_symbol(module->name);
    if (entry == NULL) {
        status = px_error_memory(error);
    } else if (strcmp(entry, symbol->name) != 0) {
        status = px_error(error, PROXENOS_ERROR_PLUGIN, "%s: the module behind '%s' calls itself '%s'", PX_BUILT_IN,
                          symbol->name, module->name);
    }
    free(entry);
    if (status == PROXENOS_OK) status = px_registry_add_linked(context, module, error);
    if (status != PROXENOS_OK) px_module_free(module);
    return status;
}

/* The list is walked directly: libltdl would look up a name with a dash in vain
 * and then search LD_LIBRARY_PATH. */
proxenos_status proxenos_context_preload(proxenos_context *context, const void *list, proxenos_error *error) {
    if (context == NULL || list == NULL) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "no %s was given",
                        context == NULL ? "context" : "list of symbols");
    }
    proxenos_status status = px_registry_lock(context, error);
    if (status != PROXENOS_OK) return status;
    for (const lt_dlsymlist *symbol = list; status == PROXENOS_OK && symbol->name != NULL; symbol++) {
        if (symbol->address != NULL && px_is_entry_symbol(symbol->name)) {
            status = preload_module(context, symbol, error);
        }
    }
    px_registry_unlock(context);
    return status;
}

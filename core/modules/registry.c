/* SPDX-License-Identifier: MIT */
#include <config.h>

#include "modules/registry.h"

#include "base/environment.h"
#include "base/memory.h"
#include "base/text.h"
#include "modules/context.h"
#include "modules/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct px_place {
    char *folder;                 /* holds backends/ and hashes/; NULL: the modules linked into the program */
    bool was_judged[2];           /* by px_kind: said once who can write it */
};

struct px_module_registry {
    px_place *places;             /* in the order of the search */
    size_t place_count, place_capacity;
    size_t context_folders;       /* of context->plugin_path, as far as `places` knows */
    px_module **modules;          /* from files, in the order of loading */
    size_t module_count, module_capacity;
    px_module **linked;           /* in the order of the list */
    size_t linked_count, linked_capacity;
};

static const char suffix[] = ".so";
enum { SUFFIX_LENGTH = sizeof suffix - 1 };

/* ------------------------------------------------------------------ places */

static proxenos_status add_place(struct px_module_registry *registry, const char *folder, size_t length,
                                 proxenos_error *error) {
    if (px_grow(&registry->places, &registry->place_capacity, registry->place_count, sizeof(px_place)) != 0) {
        return px_error_memory(error);
    }
    char *copy = folder == NULL ? NULL : px_strndup(folder, length);
    if (folder != NULL && copy == NULL) return px_error_memory(error);
    registry->places[registry->place_count++] = (px_place){.folder = copy};
    return PROXENOS_OK;
}

static void clear_places(struct px_module_registry *registry) {
    for (size_t i = 0; i < registry->place_count; i++) free(registry->places[i].folder);
    registry->place_count = 0;
}

/* A relative folder would load whatever lies where the program happens to stand. */
static proxenos_status add_environment(proxenos_context *context, proxenos_error *error) {
    const char *path = px_environment("PROXENOS_PLUGIN_PATH");
    proxenos_status status = PROXENOS_OK;
    while (path != NULL && status == PROXENOS_OK) {
        size_t length = strcspn(path, ":");
        if (length > 0 && path[0] == '/') {
            status = add_place(context->registry, path, length, error);
        } else if (length > 0) {
            px_log(context, PROXENOS_LEVEL_WARNING,
                   "PROXENOS_PLUGIN_PATH: folder '%.*s' is left out, since it is not absolute", (int)length, path);
        }
        path = path[length] == ':' ? path + length + 1 : NULL;
    }
    return status;
}

static proxenos_status fill_places(proxenos_context *context, proxenos_error *error) {
    struct px_module_registry *registry = context->registry;
    bool is_static = px_is_static_program(); /* then what is inside comes first: no other can be loaded */
    clear_places(registry);
    proxenos_status status = is_static ? add_place(registry, NULL, 0, error) : PROXENOS_OK;
    if (status == PROXENOS_OK) status = add_environment(context, error);
    for (size_t i = 0; status == PROXENOS_OK && i < context->plugin_path_count; i++) {
        status = add_place(registry, context->plugin_path[i], strlen(context->plugin_path[i]), error);
    }
    if (status == PROXENOS_OK && !is_static) status = add_place(registry, NULL, 0, error);
    if (status == PROXENOS_OK) status = add_place(registry, PROXENOS_PLUGINDIR, strlen(PROXENOS_PLUGINDIR), error);
    if (status == PROXENOS_OK) registry->context_folders = context->plugin_path_count;
    else clear_places(registry);
    return status;
}

/* The registry is made by its first use, the places anew when folders were added. */
static proxenos_status prepare(proxenos_context *context, proxenos_error *error) {
    if (context->registry == NULL) context->registry = px_calloc(1, sizeof *context->registry);
    if (context->registry == NULL) return px_error_memory(error);
    bool is_current =
        context->registry->place_count > 0 && context->registry->context_folders == context->plugin_path_count;
    return is_current ? PROXENOS_OK : fill_places(context, error);
}

proxenos_status px_registry_lock(proxenos_context *context, proxenos_error *error) {
    (void)pthread_mutex_lock(&context->lock);
    proxenos_status status = prepare(context, error);
    if (status != PROXENOS_OK) (void)pthread_mutex_unlock(&context->lock);
    return status;
}

void px_registry_unlock(proxenos_context *context) {
    (void)pthread_mutex_unlock(&context->lock);
}

static void free_modules(px_module **modules, size_t count) {
    for (size_t i = 0; i < count; i++) px_module_free(modules[i]);
    free(modules);
}

void px_modules_free(proxenos_context *context) {
    struct px_module_registry *registry = context->registry;
    if (registry == NULL) return;
    clear_places(registry);
    free(registry->places);
    free_modules(registry->modules, registry->module_count);
    free_modules(registry->linked, registry->linked_count);
    free(registry);
    context->registry = NULL;
}

/* ------------------------------------------------------------------- files */

px_place *px_registry_place(proxenos_context *context, size_t index) {
    return index < context->registry->place_count ? &context->registry->places[index] : NULL;
}

static char *folder_of(const px_place *place, px_kind kind) {
    px_text path = {0};
    px_text_format(&path, "%s/%s", place->folder, px_kind_plural(kind));
    return px_text_take(&path);
}

char *px_registry_path(const px_place *place, px_kind kind, const char *name) {
    if (place->folder == NULL) return px_strdup(PX_BUILT_IN);
    px_text path = {0};
    px_text_format(&path, "%s/%s/%s%s", place->folder, px_kind_plural(kind), name, suffix);
    return px_text_take(&path);
}

static px_module *linked_named(const struct px_module_registry *registry, px_kind kind, const char *name) {
    for (size_t i = 0; i < registry->linked_count; i++) {
        px_module *module = registry->linked[i];
        if (px_module_count(module, kind) > 0 && strcmp(module->name, name) == 0) return module;
    }
    return NULL;
}

static bool is_absent(int number) {
    return number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG;
}

/* Anything of that name counts, so that a broken link or a folder that cannot be
 * searched is spoken of instead of passed over. */
static bool file_exists(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 || !is_absent(errno);
}

static proxenos_status has_module(const proxenos_context *context, const px_place *place, px_kind kind,
                                  const char *name, bool *has, proxenos_error *error) {
    if (place->folder == NULL) {
        *has = linked_named(context->registry, kind, name) != NULL;
        return PROXENOS_OK;
    }
    char *path = px_registry_path(place, kind, name);
    if (path == NULL) return px_error_memory(error);
    *has = file_exists(path);
    free(path);
    return PROXENOS_OK;
}

proxenos_status px_registry_first(proxenos_context *context, px_kind kind, const char *name, px_place **place,
                                  proxenos_error *error) {
    *place = NULL;
    bool has = false;
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; status == PROXENOS_OK && !has && i < context->registry->place_count; i++) {
        status = has_module(context, &context->registry->places[i], kind, name, &has, error);
        if (has) *place = &context->registry->places[i];
    }
    return status;
}

/* ------------------------------------------------------------------- names */

void px_registry_free_names(char **names, size_t count) {
    for (size_t i = 0; i < count; i++) free(names[i]);
    free(names);
}

typedef struct name_list {
    char **names;
    size_t count, capacity;
} name_list;

static bool add_name(name_list *list, const char *name, size_t length) {
    if (px_grow(&list->names, &list->capacity, list->count, sizeof(char *)) != 0) return false;
    list->names[list->count] = px_strndup(name, length);
    return list->names[list->count] != NULL && ++list->count > 0;
}

/* NAME.so, and no hidden file. */
static bool add_file(name_list *list, const char *file) {
    size_t length = strlen(file);
    bool is_plugin = length > SUFFIX_LENGTH && file[0] != '.' && strcmp(file + length - SUFFIX_LENGTH, suffix) == 0;
    return !is_plugin || add_name(list, file, length - SUFFIX_LENGTH);
}

static proxenos_status cannot_list(const char *folder, int number, proxenos_error *error) {
    return px_error(error, px_status_of(number, PROXENOS_ERROR_PLUGIN), "the plugin folder %s cannot be read: %s",
                    folder, strerror(number));
}

/* A folder that is not there has no names.  One that cannot be read, or not to its end,
 * may have any. */
static proxenos_status list_folder(name_list *list, const char *folder, proxenos_error *error) {
    DIR *directory = opendir(folder);
    if (directory == NULL) return is_absent(errno) ? PROXENOS_OK : cannot_list(folder, errno, error);
    proxenos_status status = PROXENOS_OK;
    for (;;) {
        errno = 0; /* which alone tells the end from a failure */
        const struct dirent *entry = readdir(directory);
        if (entry == NULL) {
            if (errno != 0) status = cannot_list(folder, errno, error);
            break;
        }
        if (add_file(list, entry->d_name)) continue;
        status = px_error_memory(error);
        break;
    }
    (void)closedir(directory);
    return status;
}

static proxenos_status list_linked(name_list *list, const struct px_module_registry *registry, px_kind kind,
                                   proxenos_error *error) {
    bool is_whole = true;
    for (size_t i = 0; is_whole && i < registry->linked_count; i++) {
        const px_module *module = registry->linked[i];
        if (px_module_count(module, kind) > 0) is_whole = add_name(list, module->name, strlen(module->name));
    }
    return is_whole ? PROXENOS_OK : px_error_memory(error);
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

proxenos_status px_registry_names(proxenos_context *context, const px_place *place, px_kind kind, char ***names,
                                  size_t *count, proxenos_error *error) {
    name_list list = {0};
    proxenos_status status;
    if (place->folder == NULL) {
        status = list_linked(&list, context->registry, kind, error);
    } else {
        char *folder = folder_of(place, kind);
        status = folder == NULL ? px_error_memory(error) : list_folder(&list, folder, error);
        free(folder);
    }
    if (status != PROXENOS_OK) {
        px_registry_free_names(list.names, list.count);
        return status;
    }
    if (list.count > 1) qsort(list.names, list.count, sizeof(char *), compare_names);
    *names = list.names;
    *count = list.count;
    return PROXENOS_OK;
}

/* ----------------------------------------------------------------- opening */

static px_module *loaded_from(const struct px_module_registry *registry, const char *path) {
    for (size_t i = 0; i < registry->module_count; i++) {
        if (strcmp(registry->modules[i]->file, path) == 0) return registry->modules[i];
    }
    return NULL;
}

static proxenos_status judge_folder(const proxenos_context *context, const char *path, bool *was_judged,
                                    proxenos_error *error) {
    size_t length = (size_t)(strrchr(path, '/') - path);
    char *folder = px_strndup(path, length == 0 ? 1 : length);
    if (folder == NULL) return px_error_memory(error);
    struct stat status;
    proxenos_status outcome = PROXENOS_OK;
    if (stat(folder, &status) == 0) outcome = px_check_writers(context, folder, &status, *was_judged, error);
    *was_judged = true;
    free(folder);
    return outcome;
}

/* From memory or from disk. */
static proxenos_status open_file(proxenos_context *context, const char *path, const char *name, bool *was_judged,
                                 px_module **module, proxenos_error *error) {
    struct px_module_registry *registry = context->registry;
    *module = loaded_from(registry, path);
    if (*module != NULL) return PROXENOS_OK;
    if (px_grow(&registry->modules, &registry->module_capacity, registry->module_count, sizeof(px_module *)) != 0) {
        return px_error_memory(error);
    }
    const proxenos_module *descriptor = NULL;
    proxenos_status status = judge_folder(context, path, was_judged, error);
    if (status == PROXENOS_OK) status = px_load(context, path, name, &descriptor, error);
    if (status == PROXENOS_OK) status = px_module_new(name, path, descriptor, module, error);
    if (status == PROXENOS_OK) registry->modules[registry->module_count++] = *module;
    return status;
}

proxenos_status px_registry_open_file(proxenos_context *context, const char *path, const char *name,
                                      px_module **module, proxenos_error *error) {
    bool was_judged = false;
    return open_file(context, path, name, &was_judged, module, error);
}

proxenos_status px_registry_open(proxenos_context *context, px_place *place, px_kind kind, const char *name,
                                 px_module **module, proxenos_error *error) {
    *module = NULL;
    if (place->folder == NULL) {
        *module = linked_named(context->registry, kind, name);
        return PROXENOS_OK;
    }
    char *path = px_registry_path(place, kind, name);
    if (path == NULL) return px_error_memory(error);
    proxenos_status status = open_file(context, path, name, &place->was_judged[kind], module, error);
    if (status == PROXENOS_OK && px_module_count(*module, kind) == 0) {
        *module = NULL;
        status = px_error(error, PROXENOS_ERROR_PLUGIN, "%s offers no %s; it belongs into the folder %s", path,
                          px_kind_name(kind), px_kind_plural(kind == PX_HASH ? PX_BACKEND : PX_HASH));
    }
    free(path);
    return status;
}

proxenos_status px_registry_add_linked(proxenos_context *context, px_module *module, proxenos_error *error) {
    struct px_module_registry *registry = context->registry;
    for (size_t i = 0; i < registry->linked_count; i++) {
        if (strcmp(registry->linked[i]->name, module->name) != 0) continue;
        px_module_free(module); /* the list was given twice */
        return PROXENOS_OK;
    }
    if (px_grow(&registry->linked, &registry->linked_capacity, registry->linked_count, sizeof(px_module *)) != 0) {
        return px_error_memory(error);
    }
    registry->linked[registry->linked_count++] = module;
    return PROXENOS_OK;
}

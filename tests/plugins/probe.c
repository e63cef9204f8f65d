/* SPDX-License-Identifier: MIT */
/* Shows what the library makes of a plugin, one line for each answer:
 *
 *     probe [-p FOLDER] backend NAME      who offers it, and its nodes
 *     probe [-p FOLDER] hash NAME [TEXT]  who offers it, and the hash of TEXT
 *     probe [-p FOLDER] list              everything installed
 *     probe [-p FOLDER] options KIND NAME
 *     probe [-p FOLDER] file FILE.so
 *     probe [-p FOLDER] exists KIND NAME
 *
 * Errors and the log go to stderr; the exit code is the status's. */
#include "discovery/mapper.h"
#include "modules/find.h"
#include "modules/module.h"
#include "selection/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void show_log(void *user, proxenos_log_level level, const char *text) {
    (void)user;
    (void)fprintf(stderr, "%s: %s\n", level == PROXENOS_LEVEL_WARNING ? "warning" : "log", text);
}

static void show_module(const char *name, const px_module *module) {
    printf("%s from module %s %s in %s\n", name, px_module_name(module), px_module_version(module),
           px_module_file(module));
}

static proxenos_status show_nodes(proxenos_context *context, const px_backend_type *type, proxenos_error *error) {
    const px_mapper_rules rules = {.identity = PX_IDENTITY_ADDRESS};
    px_values *values = NULL;
    proxenos_mapper *mapper = NULL;
    proxenos_cluster *cluster = NULL;
    proxenos_status status = px_values_new(type->schema, NULL, 0, NULL, NULL, &values, error);
    if (status == PROXENOS_OK) status = px_mapper_new(context, type, values, &rules, &mapper, error);
    if (status == PROXENOS_OK) status = proxenos_mapper_update(mapper, -1, &cluster, error);
    for (size_t i = 0; status == PROXENOS_OK && i < proxenos_cluster_size(cluster); i++) {
        printf("node %s\n", proxenos_node_address(proxenos_cluster_node(cluster, i)));
    }
    proxenos_cluster_unref(cluster);
    proxenos_mapper_close(mapper);
    return status;
}

static proxenos_status show_backend(proxenos_context *context, const char *name, proxenos_error *error) {
    const px_backend_type *type = NULL;
    proxenos_status status = px_find_backend(context, name, &type, error);
    if (status != PROXENOS_OK) return status;
    show_module(type->callbacks.name, type->module);
    return show_nodes(context, type, error);
}

static proxenos_status show_hash(proxenos_context *context, const char *name, const char *text,
                                 proxenos_error *error) {
    const px_hash_type *type = NULL;
    px_values *values = NULL;
    proxenos_hash_function *hash = NULL;
    proxenos_status status = px_find_hash(context, name, &type, error);
    if (status != PROXENOS_OK) return status;
    show_module(type->callbacks.name, type->module);
    status = px_values_new(type->schema, NULL, 0, NULL, NULL, &values, error);
    if (status == PROXENOS_OK) status = px_hash_new(context, type, values, &hash, error);
    if (status == PROXENOS_OK && text != NULL) {
        printf("%016" PRIx64 "\n", proxenos_hash64(hash, text, strlen(text)));
    }
    proxenos_hash_unref(hash);
    return status;
}

static int show_plugin(void *user, const proxenos_plugin_info *info) {
    (void)user;
    printf("%s %s [%s] %s %s %s%s%s%s\n", info->kind, info->name, info->aliases, info->module, info->version,
           info->file, info->is_shadowed ? " shadowed" : "", info->problem == NULL ? "" : " problem: ",
           info->problem == NULL ? "" : info->problem);
    return 0;
}

static int show_option(void *user, const proxenos_option_info *info) {
    (void)user;
    printf("%s %s%s%s\n", info->name, info->type, info->fallback == NULL ? "" : "=",
           info->fallback == NULL ? "" : info->fallback);
    return 0;
}

static proxenos_status show_file(proxenos_context *context, const char *path, proxenos_error *error) {
    px_module *module = NULL;
    proxenos_status status = px_module_open_file(context, path, &module, error);
    if (status == PROXENOS_OK) show_module(px_module_name(module), module);
    return status;
}

static proxenos_status run(proxenos_context *context, int count, char **words, proxenos_error *error) {
    const char *verb = count > 0 ? words[0] : "";
    if (strcmp(verb, "list") == 0 && count == 1) return proxenos_plugins_each(context, show_plugin, NULL, error);
    if (strcmp(verb, "backend") == 0 && count == 2) return show_backend(context, words[1], error);
    if (strcmp(verb, "hash") == 0 && count >= 2) {
        return show_hash(context, words[1], count > 2 ? words[2] : NULL, error);
    }
    if (strcmp(verb, "file") == 0 && count == 2) return show_file(context, words[1], error);
    if (strcmp(verb, "options") == 0 && count == 3) {
        return proxenos_plugin_options(context, words[1], words[2], show_option, NULL, error);
    }
    if (strcmp(verb, "exists") == 0 && count == 3) {
        puts(px_module_exists(context, words[1], words[2]) ? "yes" : "no");
        return PROXENOS_OK;
    }
    error->status = PROXENOS_ERROR_ARGUMENT;
    (void)snprintf(error->text, sizeof error->text, "see the top of probe.c");
    return PROXENOS_ERROR_ARGUMENT;
}

int main(int count, char **words) {
    proxenos_context *context = NULL;
    proxenos_error error;
    int used = 1;
    proxenos_status status = proxenos_context_new(&context, &error);
    if (status == PROXENOS_OK) proxenos_context_set_log(context, show_log, NULL);
    for (; status == PROXENOS_OK && used + 1 < count && strcmp(words[used], "-p") == 0; used += 2) {
        status = proxenos_context_add_plugin_path(context, words[used + 1], &error);
    }
    if (status == PROXENOS_OK) status = run(context, count - used, words + used, &error);
    if (status != PROXENOS_OK) (void)fprintf(stderr, "%s\n", error.text);
    proxenos_context_free(context);
    return proxenos_status_exit_code(status);
}

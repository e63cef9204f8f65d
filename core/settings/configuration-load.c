/* SPDX-License-Identifier: MIT */
/* Which file is the configuration. */
#include "base/environment.h"
#include "base/memory.h"
#include "base/text.h"
#include "settings/configuration-read.h"
#include "settings/yaml-tree.h"

#include <stdlib.h>
#include <string.h>

static const char system_path[] = PROXENOS_SYSCONFDIR "/proxenos/proxenos.yaml";

/* ---- which file */

/* A file that somebody named must be there. */
static proxenos_status read_named(const char *said_by, const char *path, px_file *file, proxenos_error *error) {
    proxenos_status status = px_file_read(path, PX_YAML_FILE_LIMIT, file, error);
    if (status == PROXENOS_OK || status == PROXENOS_ERROR_MEMORY) return status;
    if (said_by != NULL) px_error_prefix(error, "%s", said_by);
    if (error != NULL) error->status = PROXENOS_ERROR_CONFIG;
    return PROXENOS_ERROR_CONFIG;
}

/* The user's own file, by the rules of the XDG base directories: a relative $XDG_CONFIG_HOME is ignored. */
static proxenos_status user_path(char **path, proxenos_error *error) {
    const char *folder = px_environment("XDG_CONFIG_HOME"), *home = px_environment("HOME");
    px_text text = {0};
    *path = NULL;
    if (folder != NULL && folder[0] == '/') px_text_format(&text, "%s/proxenos/proxenos.yaml", folder);
    else if (home != NULL && home[0] == '/') px_text_format(&text, "%s/.config/proxenos/proxenos.yaml", home);
    else return PROXENOS_OK;
    *path = px_text_take(&text);
    return *path == NULL ? px_error_memory(error) : PROXENOS_OK;
}

/* A file that may be missing: then *path becomes NULL. */
static proxenos_status read_optional(char **path, px_file *file, proxenos_error *error) {
    if (*path == NULL) return PROXENOS_OK;
    proxenos_status status = px_file_read(*path, PX_YAML_FILE_LIMIT, file, error);
    if (status != PROXENOS_ERROR_NOT_FOUND) return status;
    px_error_clear(error);
    free(*path);
    *path = NULL;
    return PROXENOS_OK;
}

static proxenos_status read_default(char **path, px_file *file, proxenos_error *error) {
    proxenos_status status = user_path(path, error);
    if (status == PROXENOS_OK) status = read_optional(path, file, error);
    if (status != PROXENOS_OK || *path != NULL) return status;
    *path = px_strdup(system_path);
    return *path == NULL ? px_error_memory(error) : read_optional(path, file, error);
}

/* Finds and reads the file.  *found NULL: there is none. */
static proxenos_status find_file(const char *path, char **found, px_file *file, proxenos_error *error) {
    *found = NULL;
    if (path != NULL && proxenos_is_privileged()) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "%s: with raised privileges only %s is read", path,
                        system_path);
    }
    const char *variable = path == NULL ? px_environment("PROXENOS_CONFIG") : NULL;
    if (path == NULL && variable == NULL) return read_default(found, file, error);
    *found = px_strdup(path == NULL ? variable : path);
    if (*found == NULL) return px_error_memory(error);
    return read_named(path == NULL ? "PROXENOS_CONFIG" : NULL, *found, file, error);
}

/* ---- the configuration */

proxenos_status proxenos_config_load(proxenos_context *context, const char *path, proxenos_config **config,
                                     proxenos_error *error) {
    if (config == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "no place for the configuration was given");
    *config = NULL;
    if (context == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "a configuration needs a context");
    proxenos_config *made = px_calloc(1, sizeof *made);
    if (made == NULL) return px_error_memory(error);
    px_file file = {0};
    proxenos_status status = find_file(path, &made->path, &file, error);
    if (status == PROXENOS_OK && made->path != NULL) status = px_config_read(made, context, &file, error);
    px_file_end(&file);
    if (status == PROXENOS_OK) *config = made;
    else proxenos_config_free(made);
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "session/flags.h"

#include <stdio.h>
#include <string.h>

static proxenos_status fail(proxenos_error *error, const char *text) {
    error->status = PROXENOS_ERROR_ARGUMENT;
    error->line = error->column = 0;
    (void)snprintf(error->text, sizeof error->text, "%s", text);
    return error->status;
}

/* Whether a flag is about the source: the backend's name, or an option of it, which
 * can only be set once the backend is chosen. */
static bool is_of_backend(const option_row *row) {
    return row->id == OPTION_BACKEND_OPTION || (row->setting != NULL && strncmp(row->setting, "backend.", 8) == 0);
}

/* Each of its values counts. */
static bool is_repeated(const option_row *row) {
    return row->id == OPTION_SERVICE || row->id == OPTION_FILTER_METADATA || row->id == OPTION_HAS_TAG;
}

static proxenos_status set_flag(proxenos_settings *settings, const given_option *given, proxenos_error *error) {
    const option_row *row = given->row;
    char said_by[64];
    (void)snprintf(said_by, sizeof said_by, "--%s", row->name);
    return (is_repeated(row) ? proxenos_settings_append : proxenos_settings_set)(
        settings, PROXENOS_FROM_FLAG, said_by, row->setting, given->value, error);
}

/* --set NAME=VALUE.  Whether it speaks of an option of a plugin, which can only be set once that is chosen. */
static bool sets_plugin_option(const given_option *given, const char **kind) {
    *kind = strncmp(given->value, "backend.", 8) == 0 ? "backend" : strncmp(given->value, "hash.", 5) == 0 ? "hash" : NULL;
    return *kind != NULL;
}

static proxenos_status set_by_name(proxenos_settings *settings, const char *pair, proxenos_error *error) {
    const char *equals = strchr(pair, '=');
    char name[128], text[192], said_by[160];
    if (equals == NULL || equals == pair || (size_t)(equals - pair) >= sizeof name) {
        (void)snprintf(text, sizeof text, "--set takes NAME=VALUE, not '%.100s'", pair);
        return fail(error, text);
    }
    (void)snprintf(name, sizeof name, "%.*s", (int)(equals - pair), pair);
    (void)snprintf(said_by, sizeof said_by, "--set %s", name);
    return proxenos_settings_set(settings, PROXENOS_FROM_FLAG, said_by, name, equals + 1, error);
}

/* Plain settings first: they choose the plugins. */
static proxenos_status set_plain_flags(proxenos_settings *settings, const cli_arguments *arguments,
                                       const char *file, proxenos_error *error) {
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < arguments->given_count && status == PROXENOS_OK; i++) {
        const option_row *row = arguments->given[i].row;
        const char *kind;
        if (row->id == OPTION_SET && !sets_plugin_option(&arguments->given[i], &kind))
            status = set_by_name(settings, arguments->given[i].value, error);
        if (row->setting == NULL || is_of_backend(row)) continue;
        if (file == NULL || row->id != OPTION_BACKEND) status = set_flag(settings, &arguments->given[i], error);
    }
    if (status != PROXENOS_OK) return status;
    bool is_file = file != NULL ||
                   (arguments_count(arguments, OPTION_FILE) > 0 && arguments_count(arguments, OPTION_BACKEND) == 0);
    if (!is_file) return PROXENOS_OK;
    const char *said_by = file != NULL ? file : "--file";
    status = proxenos_settings_set(settings, PROXENOS_FROM_FLAG, said_by, "backend", "static-file", error);
    if (status != PROXENOS_OK || file == NULL) return status;
    return proxenos_settings_set(settings, PROXENOS_FROM_FLAG, said_by, "backend.path", file, error);
}

/* What is needed to know of an option before it is set. */
typedef struct schema_search {
    const char *name;
    size_t length;
    bool is_list, is_secret, has_file_twin;
    char environment[64];
} schema_search;

static int look_at_option(void *user, const proxenos_option_info *info) {
    schema_search *search = user;
    size_t length = strlen(info->name);
    if (strncmp(info->name, search->name, search->length) != 0) return 0;
    if (length == search->length) {
        search->is_list = strcmp(info->type, "list") == 0;
        search->is_secret = info->is_secret != 0;
        (void)snprintf(search->environment, sizeof search->environment, "%s",
                       info->environment != NULL ? info->environment : "");
    }
    if (strcmp(info->name + search->length, "-file") == 0) search->has_file_twin = true;
    return 0;
}

static proxenos_status refuse_secret(const char *letter, const schema_search *search, proxenos_error *error) {
    char text[512], file[160] = "", variable[96] = "";
    int length = (int)search->length;
    if (search->has_file_twin) (void)snprintf(file, sizeof file, "%.*s-file, ", length, search->name);
    if (search->environment[0] != '\0')
        (void)snprintf(variable, sizeof variable, "the variable %s or ", search->environment);
    (void)snprintf(text, sizeof text,
                   "%s %.*s: a secret does not belong on the command line: use %s%sthe configuration", letter,
                   length, search->name, file, variable);
    return fail(error, text);
}

/* -O and -K: `kind` is "backend" or "hash", the section of the setting too. */
static proxenos_status set_plugin_option(proxenos_context *context, proxenos_settings *settings,
                                         const char *letter, const char *kind, const char *pair,
                                         proxenos_error *error) {
    const char *equals = strchr(pair, '=');
    char name[128], said_by[160], text[192];
    if (equals == NULL || equals == pair || (size_t)(equals - pair) > sizeof name - 16) {
        (void)snprintf(text, sizeof text, "%s takes KEY=VALUE, not '%.100s'", letter, pair);
        return fail(error, text);
    }
    schema_search search = {.name = pair, .length = (size_t)(equals - pair)};
    const char *plugin = proxenos_settings_get(settings, kind);
    proxenos_status status = proxenos_plugin_options(context, kind, plugin, look_at_option, &search, error);
    if (status != PROXENOS_OK) return status;
    if (search.is_secret) return refuse_secret(letter, &search, error);
    (void)snprintf(name, sizeof name, "%s.%.*s", kind, (int)search.length, pair);
    (void)snprintf(said_by, sizeof said_by, "%s %.*s", letter, (int)search.length, pair);
    return (search.is_list ? proxenos_settings_append : proxenos_settings_set)(
        settings, PROXENOS_FROM_FLAG, said_by, name, equals + 1, error);
}

static proxenos_status set_plugin_flags(proxenos_context *context, proxenos_settings *settings,
                                        const cli_arguments *arguments, const char *file, proxenos_error *error) {
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < arguments->given_count && status == PROXENOS_OK; i++) {
        const given_option *given = &arguments->given[i];
        const char *kind;
        if (is_of_backend(given->row) && file != NULL) continue;
        if (given->row->id == OPTION_SET && sets_plugin_option(given, &kind)) {
            if (strcmp(kind, "hash") == 0 || file == NULL)
                status = set_plugin_option(context, settings, "--set", kind, given->value + strlen(kind) + 1, error);
            continue;
        }
        if (given->row->id == OPTION_BACKEND_OPTION)
            status = set_plugin_option(context, settings, "-O", "backend", given->value, error);
        else if (given->row->id == OPTION_HASH_OPTION)
            status = set_plugin_option(context, settings, "-K", "hash", given->value, error);
        else if (is_of_backend(given->row))
            status = set_flag(settings, given, error);
    }
    return status;
}

proxenos_status flags_apply(proxenos_context *context, proxenos_settings *settings, const cli_arguments *arguments,
                            const char *file, bool *is_assumed, proxenos_error *error) {
    proxenos_status status = set_plain_flags(settings, arguments, file, error);
    if (status != PROXENOS_OK) return status;
    *is_assumed = proxenos_settings_get(settings, "backend") == NULL;
    if (*is_assumed) {
        status = proxenos_settings_set(settings, PROXENOS_FROM_CONFIG, "default", "backend", "consul", error);
        if (status != PROXENOS_OK) return status;
    }
    return set_plugin_flags(context, settings, arguments, file, error);
}

/* SPDX-License-Identifier: MIT */
/* Schemas: copied out of a plugin and checked once, when it is loaded. */
#include "options/schema.h"

#include "base/memory.h"
#include "base/text.h"
#include "options/value.h"

#include <stdlib.h>
#include <string.h>

enum { OPTION_LIMIT = 1000, NAME_LIMIT = 64 };

const char *px_type_name(uint32_t type) {
    static const char *const names[] = {
        [PROXENOS_TYPE_STRING] = "string",   [PROXENOS_TYPE_PATH] = "path",
        [PROXENOS_TYPE_INTEGER] = "integer", [PROXENOS_TYPE_UNSIGNED] = "unsigned",
        [PROXENOS_TYPE_BOOLEAN] = "boolean", [PROXENOS_TYPE_DURATION] = "duration",
        [PROXENOS_TYPE_SIZE] = "size",       [PROXENOS_TYPE_LIST] = "list",
        [PROXENOS_TYPE_SECRET] = "secret",   [PROXENOS_TYPE_SECRET_FILE] = "secret-file",
    };
    bool is_known = type < sizeof names / sizeof names[0] && names[type] != NULL;
    return is_known ? names[type] : "unknown";
}

/* ---- the checks of one row; the reader is the plugin's author */

static bool is_option_name(const char *name) {
    size_t length = strlen(name);
    if (length == 0 || length > NAME_LIMIT || name[0] < 'a' || name[0] > 'z') return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static bool is_range_sane(const proxenos_option *option) {
    bool is_number = option->type == PROXENOS_TYPE_INTEGER || option->type == PROXENOS_TYPE_DURATION ||
                     option->type == PROXENOS_TYPE_SIZE;
    if (is_number) return option->minimum <= option->maximum;
    return option->type != PROXENOS_TYPE_UNSIGNED || (uint64_t)option->minimum <= (uint64_t)option->maximum;
}

static const char *problem_of_row(const proxenos_option *option) {
    if (px_type_name(option->type) == px_type_name(0)) return "its type is none of plugin.h";
    if (!is_range_sane(option)) return "its minimum is above its maximum";
    if (option->choices != NULL && option->type != PROXENOS_TYPE_STRING && option->type != PROXENOS_TYPE_LIST) {
        return "choices are for a string or a list";
    }
    if (option->help != NULL && strchr(option->help, '\n') != NULL) return "its help is more than one line";
    if (option->environment != NULL && (*option->environment == '\0' || strchr(option->environment, '=') != NULL)) {
        return "its environment variable has no possible name";
    }
    return NULL;
}

static proxenos_status check_fallback(const proxenos_option *option, proxenos_error *error) {
    if (option->fallback == NULL) return PROXENOS_OK;
    px_option_value value = {0};
    proxenos_status status = px_option_value_read_text(option, option->fallback, "/", &value, error);
    px_option_value_end(&value);
    if (status == PROXENOS_OK || status == PROXENOS_ERROR_MEMORY) return status;
    px_error_prefix(error, "its default");
    if (error != NULL) error->status = PROXENOS_ERROR_PLUGIN;
    return PROXENOS_ERROR_PLUGIN;
}

static proxenos_status check_row(const px_schema *schema, uint32_t index, proxenos_error *error) {
    const proxenos_option *option = &schema->options[index];
    if (option->name == NULL || !is_option_name(option->name)) {
        return px_error(error, PROXENOS_ERROR_PLUGIN,
                        "%s: the name of option %u is not made of lower case letters, digits and '-'",
                        schema->owner, index + 1);
    }
    for (uint32_t i = 0; i < index; i++) {
        if (strcmp(schema->options[i].name, option->name) != 0) continue;
        return px_error(error, PROXENOS_ERROR_PLUGIN, "%s: option '%s' stands twice in its schema", schema->owner,
                        option->name);
    }
    const char *problem = problem_of_row(option);
    proxenos_status status = problem == NULL ? check_fallback(option, error)
                                             : px_error(error, PROXENOS_ERROR_PLUGIN, "%s", problem);
    if (status == PROXENOS_ERROR_PLUGIN) px_error_prefix(error, "%s: option '%s'", schema->owner, option->name);
    return status;
}

/* ---- the schema */

/* Bytes of a row in ABI 1.0: the shortest a plugin's may be.  A field that came later is zero when the plugin's row
 * ends before it. */
enum { FIRST_ROW_SIZE = offsetof(proxenos_option, maximum) + sizeof(int64_t) };

static proxenos_status fill(px_schema *schema, const char *owner, const proxenos_option *options, uint32_t stride,
                            proxenos_error *error) {
    schema->owner = px_strdup(owner);
    schema->options = px_calloc(schema->count, sizeof *schema->options);
    if (schema->owner == NULL || schema->options == NULL) return px_error_memory(error);
    size_t shared = stride < sizeof *options ? stride : sizeof *options;
    for (uint32_t i = 0; i < schema->count; i++) {
        memcpy(&schema->options[i], (const char *)options + (size_t)i * stride, shared);
        if (schema->options[i].help == NULL) schema->options[i].help = "";
        proxenos_status status = check_row(schema, i, error);
        if (status != PROXENOS_OK) return status;
    }
    return PROXENOS_OK;
}

proxenos_status px_schema_new(const char *owner, const proxenos_option *options, uint32_t count, uint32_t stride,
                              px_schema **schema, proxenos_error *error) {
    *schema = NULL;
    if (count > OPTION_LIMIT) {
        return px_error(error, PROXENOS_ERROR_PLUGIN, "%s: %u options are more than %d", owner, count,
                        OPTION_LIMIT);
    }
    if (count > 0 && options == NULL) {
        return px_error(error, PROXENOS_ERROR_PLUGIN, "%s: option_count is %u, but options is NULL", owner, count);
    }
    if (count > 0 && stride < FIRST_ROW_SIZE) {
        return px_error(error, PROXENOS_ERROR_PLUGIN, "%s: option_stride is %u bytes, less than the %d of ABI 1.0",
                        owner, stride, FIRST_ROW_SIZE);
    }
    px_schema *made = px_calloc(1, sizeof *made);
    if (made == NULL) return px_error_memory(error);
    made->count = count;
    proxenos_status status = fill(made, owner, options, stride, error);
    if (status == PROXENOS_OK) *schema = made;
    else px_schema_free(made);
    return status;
}

void px_schema_free(px_schema *schema) {
    if (schema == NULL) return;
    free(schema->options);
    free((char *)schema->owner);
    free(schema);
}

static char *list_names(const px_schema *schema) {
    px_text names = {0};
    for (uint32_t i = 0; i < schema->count; i++) {
        px_text_format(&names, "%s%s", i == 0 ? "" : ", ", schema->options[i].name);
    }
    return px_text_take(&names);
}

int px_schema_find(const px_schema *schema, const char *name, proxenos_error *error) {
    px_nearest nearest;
    px_nearest_start(&nearest, name);
    for (uint32_t i = 0; i < schema->count; i++) {
        if (strcmp(schema->options[i].name, name) == 0) return (int)i;
        px_nearest_try(&nearest, schema->options[i].name);
    }
    if (nearest.best != NULL) {
        (void)px_error(error, PROXENOS_ERROR_CONFIG, "%s has no option '%s'; did you mean '%s'?", schema->owner,
                       name, nearest.best);
    } else if (schema->count == 0) {
        (void)px_error(error, PROXENOS_ERROR_CONFIG, "%s has no option '%s', nor any other", schema->owner, name);
    } else {
        char *names = list_names(schema);
        (void)px_error(error, PROXENOS_ERROR_CONFIG, "%s has no option '%s'; it has %s", schema->owner, name,
                       names == NULL ? "others" : names);
        free(names);
    }
    return -1;
}

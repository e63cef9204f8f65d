/* SPDX-License-Identifier: MIT */
/* Values: what was said, the environment and the defaults, merged by rank. */
#include "options/values.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/environment.h"
#include "options/value.h"

#include <stdlib.h>
#include <string.h>

struct px_values {
    proxenos_values table;
    proxenos_value *values;      /* what the table shows; strings are those of `owned` */
    px_option_value *owned;
    char **said_by;              /* NULL: not set */
    uint32_t count;
};

/* Who has the last word about one option. */
typedef struct word {
    const px_given *given;       /* else: */
    const char *text;            /* a variable's or the default; NULL: nobody said anything */
    const char *said_by;
    uint32_t rank;
} word;

typedef struct merge {
    const px_schema *schema;
    const px_given *given;
    size_t count;
    px_warn_function *warn;
    void *user;
    proxenos_error *error;
} merge;

/* ---- who said it */

static uint32_t environment_rank(const char *name) {
    bool is_ours = strncmp(name, "PROXENOS_", strlen("PROXENOS_")) == 0;
    return is_ours ? PROXENOS_RANK_ENVIRONMENT : PROXENOS_RANK_SOURCE_ENVIRONMENT;
}

static word last_word(const merge *m, const proxenos_option *option) {
    word last = {NULL, option->fallback, "default", PROXENOS_RANK_DEFAULT};
    const char *variable = option->environment == NULL ? NULL : px_environment(option->environment);
    if (variable != NULL) last = (word){NULL, variable, option->environment, environment_rank(option->environment)};
    for (size_t i = 0; i < m->count; i++) {
        const px_given *given = &m->given[i];
        if (given->rank < last.rank || strcmp(given->option, option->name) != 0) continue;
        last = (word){given, NULL, given->said_by, given->rank};
    }
    return last;
}

/* Puts the sayer before a bare problem.  In a file one place may hold many words, so the option is named too. */
static proxenos_status blame(const word *who, const proxenos_option *option, proxenos_error *error) {
    proxenos_status status = who->rank == PROXENOS_RANK_FLAG ? PROXENOS_ERROR_ARGUMENT : PROXENOS_ERROR_CONFIG;
    if (error == NULL) return status;
    if (error->status == PROXENOS_ERROR_MEMORY) return error->status;
    if (who->given != NULL && who->given->line != 0) {
        if (option != NULL) px_error_prefix(error, "%s", option->name);
        error->line = who->given->line;
        error->column = who->given->column;
    }
    px_error_prefix(error, "%s", who->said_by);
    error->status = status;
    return status;
}

/* ---- warnings */

static void warn_of(const merge *m, const char *format, ...) PX_PRINTF(2, 3);
static void warn_of(const merge *m, const char *format, ...) {
    proxenos_error line; /* a buffer that escapes */
    va_list arguments;
    va_start(arguments, format);
    (void)px_error_v(&line, PROXENOS_OK, format, arguments);
    va_end(arguments);
    m->warn(m->user, line.text);
}

static void warn_of_exposure(const merge *m, const proxenos_option *option, const word *who,
                             const px_option_value *value) {
    if (m->warn == NULL) return;
    if (option->type == PROXENOS_TYPE_SECRET && who->given != NULL && who->given->is_exposed) {
        warn_of(m, "%s: others can read this file, and it holds the secret '%s' of %s", who->said_by, option->name,
                m->schema->owner);
    }
    if (option->type == PROXENOS_TYPE_SECRET_FILE && px_path_is_exposed(value->text)) {
        warn_of(m, "%s: others can read this file, and it holds a secret: '%s' of %s", value->text, option->name,
                m->schema->owner);
    }
}

/* ---- one option */

static proxenos_status read_word(const proxenos_option *option, const word *who, px_option_value *value,
                                 proxenos_error *error) {
    const px_given *given = who->given;
    if (given == NULL) return px_option_value_read_text(option, who->text, NULL, value, error);
    if (given->is_list && option->type != PROXENOS_TYPE_LIST) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "takes one value, not a list");
    }
    return px_option_value_read(option, given->items, given->count, given->base_folder, value, error);
}

static proxenos_status missing(const merge *m, const proxenos_option *option) {
    bool has_variable = option->environment != NULL;
    return px_error(m->error, PROXENOS_ERROR_CONFIG,
                    "%s needs its option '%s'%s%s%s: give it on the command line%s%s, or in the configuration",
                    m->schema->owner, option->name, *option->help == '\0' ? "" : " (", option->help,
                    *option->help == '\0' ? "" : ")", has_variable ? ", as $" : "",
                    has_variable ? option->environment : "");
}

static proxenos_status set_value(const merge *m, px_values *values, uint32_t index) {
    const proxenos_option *option = &m->schema->options[index];
    word who = last_word(m, option);
    if (who.given == NULL && who.text == NULL) {
        return (option->flags & PROXENOS_OPTION_REQUIRED) != 0 ? missing(m, option) : PROXENOS_OK;
    }
    px_option_value *value = &values->owned[index];
    /* A problem must be known to be no lack of memory even for a caller who gave no error. */
    proxenos_error local, *error = m->error == NULL ? &local : m->error;
    if (read_word(option, &who, value, error) != PROXENOS_OK) return blame(&who, option, error);
    value->value.rank = who.rank;
    values->values[index] = value->value;
    values->said_by[index] = px_strdup(who.said_by);
    if (values->said_by[index] == NULL) return px_error_memory(m->error);
    warn_of_exposure(m, option, &who, value);
    return PROXENOS_OK;
}

/* ---- all of them */

static proxenos_status refuse_unknown(const merge *m) {
    for (size_t i = 0; i < m->count; i++) {
        if (px_schema_find(m->schema, m->given[i].option, m->error) >= 0) continue;
        word who = {&m->given[i], NULL, m->given[i].said_by, m->given[i].rank};
        return blame(&who, NULL, m->error);
    }
    return PROXENOS_OK;
}

static px_values *new_values(uint32_t count) {
    px_values *values = px_calloc(1, sizeof *values);
    if (values == NULL) return NULL;
    values->count = count;
    values->values = px_calloc(count, sizeof *values->values);
    values->owned = px_calloc(count, sizeof *values->owned);
    values->said_by = px_calloc(count, sizeof *values->said_by);
    if (values->values == NULL || values->owned == NULL || values->said_by == NULL) {
        values->count = 0;
        px_values_free(values);
        return NULL;
    }
    values->table = (proxenos_values){
        .size = sizeof values->table, .stride = sizeof(proxenos_value), .count = count, .first = values->values};
    return values;
}

proxenos_status px_values_new(const px_schema *schema, const px_given *given, size_t count, px_warn_function *warn,
                              void *user, px_values **values, proxenos_error *error) {
    *values = NULL;
    const merge m = {schema, given, count, warn, user, error};
    proxenos_status status = refuse_unknown(&m);
    if (status != PROXENOS_OK) return status;
    px_values *made = new_values(schema->count);
    if (made == NULL) return px_error_memory(error);
    for (uint32_t i = 0; i < schema->count && status == PROXENOS_OK; i++) status = set_value(&m, made, i);
    if (status == PROXENOS_OK) *values = made;
    else px_values_free(made);
    return status;
}

void px_values_free(px_values *values) {
    if (values == NULL) return;
    for (uint32_t i = 0; i < values->count; i++) {
        px_option_value_end(&values->owned[i]);
        free(values->said_by[i]);
    }
    free(values->values);
    free(values->owned);
    free(values->said_by);
    free(values);
}

const proxenos_values *px_values_table(const px_values *values) {
    return &values->table;
}

const char *px_values_said_by(const px_values *values, uint32_t index) {
    return index < values->count && values->said_by[index] != NULL ? values->said_by[index] : "";
}

/* SPDX-License-Identifier: MIT */
#include "options/value.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static proxenos_status bad(proxenos_error *error, const char *text, const char *what) {
    return px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is not %s", text, what);
}

/* ---- choices */

proxenos_status px_choice_find(const char *const *choices, const char *text, size_t *index, proxenos_error *error) {
    px_nearest nearest;
    px_text names = {0};
    px_nearest_start(&nearest, text);
    for (size_t i = 0; choices[i] != NULL; i++) {
        if (px_equal_ignoring_case(choices[i], text)) {
            *index = i;
            px_text_clear(&names);
            return PROXENOS_OK;
        }
        px_nearest_try(&nearest, choices[i]);
        px_text_format(&names, "%s%s", i == 0 ? "" : ", ", choices[i]);
    }
    char *list = px_text_take(&names);
    if (list == NULL) return px_error_memory(error);
    if (nearest.best == NULL) (void)px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is not one of %s", text, list);
    else (void)px_error(error, PROXENOS_ERROR_CONFIG, "'%s' is not one of %s; did you mean '%s'?", text, list,
                        nearest.best);
    free(list);
    return PROXENOS_ERROR_CONFIG;
}

/* ---- numbers */

typedef struct unit {
    const char *name;
    int64_t factor;
} unit;

static const unit duration_units[] = {{"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
static const unit size_units[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}};

enum { UNIT_COUNT = 4, BOUND_SIZE = 32 };

/* A bound of a range as its user would write it: 90000 ms as "90s". */
static void print_bound(const proxenos_option *option, int64_t bound, char text[BOUND_SIZE]) {
    if (option->type == PROXENOS_TYPE_UNSIGNED) {
        (void)snprintf(text, BOUND_SIZE, "%" PRIu64, (uint64_t)bound);
        return;
    }
    const unit *units = option->type == PROXENOS_TYPE_DURATION ? duration_units : size_units;
    size_t i = UNIT_COUNT - 1;
    if (option->type != PROXENOS_TYPE_INTEGER && bound != 0) {
        for (i = 0; bound % units[i].factor != 0;) i++;
    }
    const char *name = option->type == PROXENOS_TYPE_INTEGER ? "" : units[i].name;
    (void)snprintf(text, BOUND_SIZE, "%" PRId64 "%s", bound / units[i].factor, name);
}

static bool is_in_range(const proxenos_option *option, int64_t value) {
    if (option->minimum == 0 && option->maximum == 0) return true;
    if (option->type != PROXENOS_TYPE_UNSIGNED) return value >= option->minimum && value <= option->maximum;
    return (uint64_t)value >= (uint64_t)option->minimum && (uint64_t)value <= (uint64_t)option->maximum;
}

static bool parse_number(uint32_t type, const char *text, int64_t *value) {
    uint64_t number;
    switch (type) {
    case PROXENOS_TYPE_INTEGER: return px_parse_integer(text, value);
    case PROXENOS_TYPE_DURATION: return px_parse_duration(text, value);
    case PROXENOS_TYPE_SIZE: return px_parse_size(text, value);
    default:
        if (!px_parse_unsigned(text, &number)) return false;
        *value = (int64_t)number;
        return true;
    }
}

static const char *number_words(uint32_t type) {
    switch (type) {
    case PROXENOS_TYPE_DURATION: return "a duration (250ms, 10s, 5m, 1h)";
    case PROXENOS_TYPE_SIZE: return "a size (512, 64KiB, 64MiB, 1GiB)";
    case PROXENOS_TYPE_UNSIGNED: return "a whole number from 0 to 18446744073709551615";
    default: return "a whole number";
    }
}

static proxenos_status read_number(const proxenos_option *option, const char *text, int64_t *value,
                                   proxenos_error *error) {
    if (!parse_number(option->type, text, value)) return bad(error, text, number_words(option->type));
    if (is_in_range(option, *value)) return PROXENOS_OK;
    char minimum[BOUND_SIZE], maximum[BOUND_SIZE];
    print_bound(option, option->minimum, minimum);
    print_bound(option, option->maximum, maximum);
    return px_error(error, PROXENOS_ERROR_CONFIG, "%s is not in %s...%s", text, minimum, maximum);
}

/* ---- texts */

static proxenos_status read_string(const proxenos_option *option, const char *text, int64_t *choice,
                                   proxenos_error *error) {
    if (!px_is_utf8(text, strlen(text))) return px_error(error, PROXENOS_ERROR_CONFIG, "the text is not UTF-8");
    size_t index = 0;
    if (option->choices != NULL) {
        proxenos_status status = px_choice_find(option->choices, text, &index, error);
        if (status != PROXENOS_OK) return status;
    }
    *choice = (int64_t)index;
    return PROXENOS_OK;
}

static proxenos_status read_list(const proxenos_option *option, const char *const *items, size_t count,
                                 px_option_value *out, proxenos_error *error) {
    out->list = px_calloc(count + 1, sizeof *out->list);
    if (out->list == NULL) return px_error_memory(error);
    for (size_t i = 0; i < count; i++) {
        int64_t choice;
        proxenos_status status = read_string(option, items[i], &choice, error);
        if (status != PROXENOS_OK) return status;
        out->list[i] = px_strdup(items[i]);
        if (out->list[i] == NULL) return px_error_memory(error);
        out->value.list_count++;
    }
    out->value.list = (const char *const *)out->list;
    return PROXENOS_OK;
}

static proxenos_status keep_text(const char *text, px_option_value *out, proxenos_error *error) {
    out->text = px_strdup(text);
    return out->text == NULL ? px_error_memory(error) : PROXENOS_OK;
}

static proxenos_status read_path(const char *text, const char *folder, px_option_value *out,
                                 proxenos_error *error) {
    if (*text == '\0') return px_error(error, PROXENOS_ERROR_CONFIG, "the name of the file is empty");
    if (strcmp(text, "-") == 0) return keep_text(text, out, error); /* standard input, not a file of that name */
    return px_path_absolute(folder, text, &out->text, error);
}

/* Every type but LIST. */
static proxenos_status read_one(const proxenos_option *option, const char *text, const char *folder,
                                px_option_value *out, proxenos_error *error) {
    proxenos_status status = PROXENOS_OK;
    bool truth = false;
    switch (option->type) {
    case PROXENOS_TYPE_PATH:
    case PROXENOS_TYPE_SECRET_FILE:
        return read_path(text, folder, out, error);
    case PROXENOS_TYPE_SECRET:
        out->is_secret = true;
        break;
    case PROXENOS_TYPE_STRING:
        status = read_string(option, text, &out->value.integer, error);
        break;
    case PROXENOS_TYPE_BOOLEAN:
        if (!px_parse_boolean(text, &truth)) return bad(error, text, "a boolean (true, false)");
        out->value.integer = truth;
        break;
    default:
        status = read_number(option, text, &out->value.integer, error);
    }
    return status == PROXENOS_OK ? keep_text(text, out, error) : status;
}

proxenos_status px_option_value_read(const proxenos_option *option, const char *const *items, size_t count,
                                     const char *folder, px_option_value *out, proxenos_error *error) {
    proxenos_status status;
    if (option->type == PROXENOS_TYPE_LIST) status = read_list(option, items, count, out, error);
    else if (count == 0) status = px_error(error, PROXENOS_ERROR_CONFIG, "has no value");
    else status = read_one(option, items[count - 1], folder, out, error);
    if (status != PROXENOS_OK) {
        px_option_value_end(out);
        return status;
    }
    out->value.is_set = 1;
    out->value.text = out->text == NULL ? "" : out->text;
    out->value.length = strlen(out->value.text);
    return PROXENOS_OK;
}

/* Cuts `text` at its commas, in place. */
static size_t split(char *text, const char **items) {
    size_t count = 0;
    for (char *next = text; next != NULL;) {
        char *comma = strchr(next, ',');
        if (comma != NULL) *comma++ = '\0';
        items[count++] = next;
        next = comma;
    }
    return count;
}

proxenos_status px_option_value_read_text(const proxenos_option *option, const char *text, const char *folder,
                                          px_option_value *out, proxenos_error *error) {
    if (option->type != PROXENOS_TYPE_LIST) return px_option_value_read(option, &text, 1, folder, out, error);
    proxenos_status status = PROXENOS_ERROR_MEMORY;
    size_t limit = 1;
    for (const char *c = text; *c != '\0'; c++) limit += *c == ',';
    char *copy = px_strdup(text);
    const char **items = px_calloc(limit, sizeof *items);
    if (copy == NULL || items == NULL) (void)px_error_memory(error);
    else status = px_option_value_read(option, items, split(copy, items), folder, out, error);
    free(items);
    free(copy);
    return status;
}

void px_option_value_end(px_option_value *value) {
    if (value->is_secret && value->text != NULL) px_wipe(value->text, strlen(value->text));
    free(value->text);
    for (size_t i = 0; i < value->value.list_count; i++) free(value->list[i]);
    free(value->list);
    *value = (px_option_value){0};
}

/* SPDX-License-Identifier: MIT */
/* Numbers, booleans, durations and sizes as users write them. */
#include "base/text.h"

#include <string.h>

/* Reads digits up to the first other byte; NULL without a digit or past `limit`. */
static const char *read_digits(const char *text, uint64_t limit, uint64_t *value) {
    if (!px_is_digit(*text)) return NULL;
    uint64_t sum = 0;
    for (; px_is_digit(*text); text++) {
        uint64_t digit = (uint64_t)(*text - '0');
        if (sum > limit / 10 || digit > limit - sum * 10) return NULL;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return text;
}

bool px_parse_unsigned(const char *text, uint64_t *value) {
    uint64_t number;
    const char *end = read_digits(text, UINT64_MAX, &number);
    if (end == NULL || *end != '\0') return false;
    *value = number;
    return true;
}

bool px_parse_integer(const char *text, int64_t *value) {
    bool is_negative = *text == '-';
    uint64_t magnitude;
    const char *end = read_digits(text + is_negative, (uint64_t)INT64_MAX + is_negative, &magnitude);
    if (end == NULL || *end != '\0') return false;
    if (is_negative) *value = magnitude == 0 ? 0 : -(int64_t)(magnitude - 1) - 1;
    else *value = (int64_t)magnitude;
    return true;
}

bool px_parse_boolean(const char *text, bool *value) {
    static const char *const words[][2] = {{"no", "yes"}, {"false", "true"}, {"off", "on"}, {"0", "1"}, {"f", "t"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        for (int answer = 0; answer < 2; answer++) {
            if (!px_equal_ignoring_case(text, words[i][answer])) continue;
            *value = answer == 1;
            return true;
        }
    }
    return false;
}

typedef struct unit {
    const char *name;
    int64_t factor;
} unit;

/* A number and one of the units, which end with a NULL name. */
static bool parse_quantity(const char *text, const unit *units, int64_t *value) {
    uint64_t number;
    const char *end = read_digits(text, INT64_MAX, &number);
    if (end == NULL) return false;
    for (; units->name != NULL; units++) {
        if (!px_equal_ignoring_case(end, units->name)) continue;
        if (number > (uint64_t)(INT64_MAX / units->factor)) return false;
        *value = (int64_t)number * units->factor;
        return true;
    }
    return false;
}

bool px_parse_duration(const char *text, int64_t *milliseconds) {
    static const unit units[] = {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {NULL, 0}};
    return parse_quantity(text, units, milliseconds);
}

bool px_parse_size(const char *text, int64_t *bytes) {
    static const unit units[] = {
        {"", 1},           {"K", 1 << 10},   {"KiB", 1 << 10}, {"M", 1 << 20},
        {"MiB", 1 << 20},  {"G", 1 << 30},   {"GiB", 1 << 30}, {NULL, 0},
    };
    return parse_quantity(text, units, bytes);
}

int proxenos_parse_duration(const char *text, int64_t *milliseconds) {
    return text != NULL && milliseconds != NULL && px_parse_duration(text, milliseconds);
}

/* SPDX-License-Identifier: MIT */
#include "settings/spans.h"

#include "base/text.h"

#include <string.h>

enum { LONGEST = 32 }; /* characters of a duration */

static bool parse_part(const char *text, size_t length, int64_t *milliseconds) {
    char part[LONGEST];
    if (length >= sizeof part) return false;
    memcpy(part, text, length);
    part[length] = '\0';
    return px_parse_duration(part, milliseconds);
}

bool px_parse_span(const char *text, int64_t *least_ms, int64_t *most_ms) {
    const char *dots = strstr(text, "..");
    if (dots == NULL) {
        bool is_good = px_parse_duration(text, least_ms);
        if (is_good) *most_ms = *least_ms;
        return is_good;
    }
    return parse_part(text, (size_t)(dots - text), least_ms) && px_parse_duration(dots + 2, most_ms) &&
           *least_ms <= *most_ms;
}

bool px_parse_limit(const char *text, int64_t *milliseconds) {
    if (px_equal_ignoring_case(text, "forever")) {
        *milliseconds = PX_FOREVER;
        return true;
    }
    return px_parse_duration(text, milliseconds);
}

bool px_parse_share(const char *text, uint32_t *millionths) {
    uint32_t whole = 0, unit = 10000; /* one percent */
    const char *at = text;
    for (; px_is_digit(*at); at++) {
        whole = whole * 10 + (uint32_t)(*at - '0');
        if (whole > 100) return false;
    }
    if (at == text) return false;
    *millionths = whole * unit;
    if (*at == '.') {
        const char *fraction = ++at;
        for (; px_is_digit(*at); at++) {
            if (unit == 1) return false;
            unit /= 10;
            *millionths += (uint32_t)(*at - '0') * unit;
        }
        if (at == fraction) return false;
    }
    return strcmp(at, "%") == 0 && *millionths <= 1000000;
}

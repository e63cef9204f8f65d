/* SPDX-License-Identifier: MIT */
#include "selection/parameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { LIMIT = 1024 }; /* bytes */

/* One "name=value" of the scheme text; '/' and ',' divide that text. */
static bool is_parameter(const char *text, size_t length) {
    const char *equals = memchr(text, '=', length);
    if (equals == NULL || equals == text) return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] > '~' || text[i] == '/') return false;
    }
    return true;
}

static size_t name_length(const char *pair) {
    return strcspn(pair, "=,");
}

static int compare_names(const char *a, const char *b) {
    size_t x = name_length(a), y = name_length(b);
    int order = memcmp(a, b, x < y ? x : y);
    return order != 0 ? order : (x > y) - (x < y);
}

/* Words that begin other parts of the scheme text, now or later: "table=64" of a hash
 * without a slot table would read like a slot table. */
static bool is_reserved(const char *pair) {
    static const char *const names[] = {"key-tag", "nodes", "spread", "table", "weights"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (name_length(pair) == strlen(names[i]) && strncmp(pair, names[i], strlen(names[i])) == 0) return true;
    }
    return false;
}

const char *px_parameters_problem(const char *text) {
    const char *previous = NULL;
    if (strnlen(text, LIMIT + 1) > LIMIT) return "they are longer than 1024 bytes";
    for (const char *pair = text; *text != '\0';) {
        size_t length = strcspn(pair, ",");
        if (!is_parameter(pair, length)) {
            return "they are not name=value pairs of printable ASCII, without spaces and '/', with commas between";
        }
        if (is_reserved(pair)) return "key-tag, nodes, spread, table and weights are words of the scheme's own";
        if (previous != NULL && compare_names(previous, pair) >= 0) return "they are not sorted by name, each once";
        if (pair[length] == '\0') break;
        previous = pair;
        pair += length + 1;
    }
    return NULL;
}

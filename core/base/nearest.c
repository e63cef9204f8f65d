/* SPDX-License-Identifier: MIT */
/* "Did you mean ...?" */
#include "base/text.h"

#include <string.h>

enum { LONGEST = 64 }; /* bytes; longer words get no suggestion */

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Optimal string alignment: insertion, deletion, substitution, and transposition
 * of neighbours cost 1 each.  Both words are at most LONGEST bytes long. */
static size_t distance_between(const char *a, size_t a_length, const char *b, size_t b_length) {
    size_t rows[3][LONGEST + 1];
    size_t *older = rows[0], *old = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++) row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *free_row = older;
        older = old;
        old = row;
        row = free_row;
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            bool is_same = px_lower(a[i - 1]) == px_lower(b[j - 1]);
            row[j] = smaller(smaller(old[j], row[j - 1]) + 1, old[j - 1] + !is_same);
            if (i > 1 && j > 1 && px_lower(a[i - 1]) == px_lower(b[j - 2]) &&
                px_lower(a[i - 2]) == px_lower(b[j - 1])) {
                row[j] = smaller(row[j], older[j - 2] + 1);
            }
        }
    }
    return row[b_length];
}

void px_nearest_start(px_nearest *nearest, const char *wrong) {
    size_t limit = strlen(wrong) / 3;
    *nearest = (px_nearest){.wrong = wrong, .distance = (limit == 0 ? 1 : limit) + 1};
}

void px_nearest_try(px_nearest *nearest, const char *candidate) {
    size_t wrong_length = strlen(nearest->wrong), length = strlen(candidate);
    if (wrong_length > LONGEST || length > LONGEST) return;
    size_t distance = distance_between(nearest->wrong, wrong_length, candidate, length);
    if (distance >= nearest->distance) return;
    nearest->best = candidate;
    nearest->distance = distance;
}

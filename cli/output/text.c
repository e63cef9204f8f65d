/* SPDX-License-Identifier: MIT */
#include "output/text.h"

#include "output/characters.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What the first byte says of a character's length; RFC 3629, section 4. */
static size_t announced_length(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return 2;
    if (first >= 0xe0 && first <= 0xef) return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

size_t text_utf8_length(const char *bytes, size_t length) {
    if (length == 0) return 0;
    const unsigned char *b = (const unsigned char *)bytes;
    size_t size = announced_length(b[0]);
    if (size <= 1) return size;
    if (size > length) return 0;
    unsigned low = b[0] == 0xe0 ? 0xa0 : b[0] == 0xf0 ? 0x90 : 0x80;
    unsigned high = b[0] == 0xed ? 0x9f : b[0] == 0xf4 ? 0x8f : 0xbf;
    if (b[1] < low || b[1] > high) return 0;
    for (size_t i = 2; i < size; i++)
        if ((b[i] & 0xc0) != 0x80) return 0;
    return size;
}

bool text_is_utf8(const char *bytes, size_t length) {
    for (size_t at = 0; at < length;) {
        size_t size = text_utf8_length(bytes + at, length - at);
        if (size == 0) return false;
        at += size;
    }
    return true;
}

uint32_t text_utf8_decode(const char *bytes, size_t size) {
    static const unsigned char of_first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t character = (unsigned char)bytes[0] & of_first[size];
    for (size_t i = 1; i < size; i++) character = character << 6 | ((unsigned char)bytes[i] & 0x3f);
    return character;
}

size_t text_escape_one(const char *bytes, size_t length, char out[8], size_t *written) {
    size_t size = text_utf8_length(bytes, length);
    if (size == 0 || character_is_unseen(text_utf8_decode(bytes, size))) {
        *written = (size_t)snprintf(out, 8, "\\x%02x", (unsigned)(unsigned char)bytes[0]);
        return 1;
    }
    memcpy(out, bytes, size);
    *written = size;
    return size;
}

size_t text_escape_into(char *out, size_t size, const char *text) {
    size_t length = strlen(text), used = 0;
    for (size_t at = 0; at < length;) {
        char one[8];
        size_t written;
        at += text_escape_one(text + at, length - at, one, &written);
        if (used + written + 1 > size) break;
        memcpy(out + used, one, written);
        used += written;
    }
    out[used] = '\0';
    return used;
}

bool text_is_plain(const char *text) {
    size_t length = strlen(text);
    for (size_t at = 0, size; at < length; at += size) {
        size = text_utf8_length(text + at, length - at);
        if (size == 0 || character_is_unseen(text_utf8_decode(text + at, size))) return false;
    }
    return true;
}

/* One step of a string: what it looks like escaped, and how wide that is. */
typedef struct step {
    char shown[8];
    size_t taken, written, columns;
} step;

static step next_step(const char *text, size_t length) {
    step next;
    next.taken = text_escape_one(text, length, next.shown, &next.written);
    bool is_escape = next.written == 4 && next.shown[0] == '\\';
    next.columns = is_escape ? 4 : character_columns(text_utf8_decode(text, next.taken));
    return next;
}

size_t text_width_of(const char *bytes, size_t length) {
    size_t width = 0;
    for (size_t at = 0; at < length;) {
        step next = next_step(bytes + at, length - at);
        width += next.columns;
        at += next.taken;
    }
    return width;
}

size_t text_width(const char *text) {
    return text_width_of(text, strlen(text));
}

void text_shorten(char *out, size_t size, const char *text, size_t columns) {
    static const char dots[] = "...";
    size_t length = strlen(text), left = text_width(text), used = 0;
    if (left > columns) {
        size_t gap = columns < sizeof dots - 1 ? columns : sizeof dots - 1, room = columns - gap;
        size_t head = (room + 1) / 2, tail = room / 2;
        step next = next_step(text, length);
        for (; next.columns <= head && used + next.written + gap < size; next = next_step(text, length)) {
            memcpy(out + used, next.shown, next.written);
            used += next.written;
            head -= next.columns;
            left -= next.columns;
            text += next.taken;
            length -= next.taken;
        }
        if (used + gap < size) memcpy(out + used, dots, gap);
        used += used + gap < size ? gap : 0;
        /* What combines with a character goes with it. */
        for (; length > 0 && (left > tail || next.columns == 0); next = next_step(text, length)) {
            left -= next.columns;
            text += next.taken;
            length -= next.taken;
        }
    }
    (void)text_escape_into(out + used, size - used, text);
}

enum { LONGEST = 63 };

static size_t smallest(size_t a, size_t b, size_t c) {
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Optimal string alignment: Levenshtein's with swaps of neighbours. */
size_t text_distance(const char *a, size_t a_length, const char *b) {
    size_t b_length = strlen(b);
    if (a_length > LONGEST || b_length > LONGEST) return SIZE_MAX;
    size_t rows[3][LONGEST + 1];
    for (size_t j = 0; j <= b_length; j++) rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *higher = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t change = a[i - 1] != b[j - 1];
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + change);
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && higher[j - 2] + 1 < row[j]) row[j] = higher[j - 2] + 1;
        }
    }
    return rows[a_length % 3][b_length];
}

bool text_is_near(size_t distance, size_t length) {
    return distance <= (length < 6 ? 1 : length / 3);
}

void text_nearest_try(text_nearest *nearest, const char *candidate) {
    size_t length = strlen(nearest->wrong), distance = text_distance(nearest->wrong, length, candidate);
    if (!text_is_near(distance, length) || (nearest->best != NULL && distance >= nearest->distance)) return;
    nearest->best = candidate;
    nearest->distance = distance;
}

const char *text_nearest_of(const char *wrong, const char *const *candidates) {
    text_nearest nearest = {.wrong = wrong};
    for (size_t i = 0; candidates[i] != NULL; i++) text_nearest_try(&nearest, candidates[i]);
    return nearest.best;
}

/* SPDX-License-Identifier: MIT */
/* The growing string and ASCII. */
#include "base/text.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the growing string */

/* Room for `more` bytes and a NUL behind them. */
static bool reserve(px_text *text, size_t more) {
    if (text->failed) return false;
    if (more >= SIZE_MAX / 2 - text->length) {
        text->failed = true;
        return false;
    }
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity) return true;
    size_t capacity = text->capacity == 0 ? 64 : text->capacity;
    while (capacity < needed) capacity *= 2;
    char *bytes = px_reallocarray(text->bytes, capacity, 1);
    if (bytes == NULL) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void px_text_append(px_text *text, const void *bytes, size_t length) {
    if (!reserve(text, length)) return;
    if (length > 0) memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void px_text_add(px_text *text, const char *string) {
    px_text_append(text, string, strlen(string));
}

void px_text_format_v(px_text *text, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) {
        text->failed = true;
    } else if (reserve(text, (size_t)length)) {
        (void)vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void px_text_format(px_text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    px_text_format_v(text, format, arguments);
    va_end(arguments);
}

void px_text_clear(px_text *text) {
    free(text->bytes);
    *text = (px_text){0};
}

char *px_text_take(px_text *text) {
    if (text->bytes == NULL) px_text_append(text, "", 0);
    char *bytes = text->bytes;
    if (text->failed) {
        free(bytes);
        bytes = NULL;
    }
    *text = (px_text){0};
    return bytes;
}

/* ---- ASCII */

char px_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool px_is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool px_is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool px_is_letter(char c) {
    return px_lower(c) >= 'a' && px_lower(c) <= 'z';
}

int px_hex_digit(char c) {
    char lower = px_lower(c);
    if (px_is_digit(lower)) return lower - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

int px_compare_ignoring_case(const char *a, const char *b) {
    while (*a != '\0' && px_lower(*a) == px_lower(*b)) {
        a++;
        b++;
    }
    return (unsigned char)px_lower(*a) - (unsigned char)px_lower(*b);
}

bool px_equal_ignoring_case(const char *a, const char *b) {
    return px_compare_ignoring_case(a, b) == 0;
}

void px_text_escape(px_text *out, const char *bytes, size_t length) {
    for (size_t i = 0; i < length;) {
        char character[PX_ESCAPED_SIZE];
        i += px_escape_character(bytes + i, length - i, character);
        px_text_add(out, character);
    }
}

void px_text_percent(px_text *out, const char *string) {
    for (const char *c = string; *c != '\0'; c++) {
        bool is_plain = px_is_letter(*c) || px_is_digit(*c) || strchr("-._", *c) != NULL;
        px_text_format(out, is_plain ? "%c" : "%%%02X", (unsigned char)*c);
    }
}

/* SPDX-License-Identifier: MIT */
/* The growing string, ASCII, UTF-8 and escapes. */
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

/* ---- UTF-8 (RFC 3629) */

size_t px_utf8_length(const char *bytes, size_t length) {
    const unsigned char *b = (const unsigned char *)bytes;
    if (length == 0) return 0;
    if (b[0] < 0x80) return 1;
    if (b[0] < 0xc2 || b[0] > 0xf4) return 0; /* a tail, an overlong pair, beyond U+10FFFF */
    size_t size = b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
    if (size > length) return 0;
    for (size_t i = 1; i < size; i++) {
        if ((b[i] & 0xc0) != 0x80) return 0;
    }
    /* Overlong forms, surrogates, and what lies beyond U+10FFFF. */
    if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f)) return 0;
    if ((b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f)) return 0;
    return size;
}

bool px_is_utf8(const char *bytes, size_t length) {
    for (size_t i = 0; i < length;) {
        size_t size = px_utf8_length(bytes + i, length - i);
        if (size == 0 || bytes[i] == '\0') return false;
        i += size;
    }
    return true;
}

/* U+0000...U+001F, U+007F...U+009F. */
static bool is_control(const unsigned char *character, size_t size) {
    if (size == 1) return character[0] < 0x20 || character[0] == 0x7f;
    return size == 2 && character[0] == 0xc2 && character[1] < 0xa0;
}

size_t px_escape_character(const char *bytes, size_t length, char out[PX_ESCAPED_SIZE]) {
    static const char hex[] = "0123456789abcdef";
    const unsigned char *character = (const unsigned char *)bytes;
    size_t size = px_utf8_length(bytes, length), used = 0;
    bool is_shown = size > 0 && !is_control(character, size);
    if (size == 0) size = 1;
    for (size_t i = 0; i < size; i++) {
        if (is_shown) {
            out[used++] = bytes[i];
            continue;
        }
        out[used++] = '\\';
        out[used++] = 'x';
        out[used++] = hex[character[i] >> 4];
        out[used++] = hex[character[i] & 15];
    }
    out[used] = '\0';
    return size;
}

void px_text_escape(px_text *out, const char *bytes, size_t length) {
    for (size_t i = 0; i < length;) {
        char character[PX_ESCAPED_SIZE];
        i += px_escape_character(bytes + i, length - i, character);
        px_text_add(out, character);
    }
}

/* SPDX-License-Identifier: MIT */
#include "lib/buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(buffer *to, size_t more) {
    if (to->failed || more >= SIZE_MAX / 2 - to->length) {
        to->failed = true;
        return false;
    }
    size_t needed = to->length + more + 1;
    if (needed <= to->capacity) return true;
    size_t capacity = to->capacity == 0 ? 128 : to->capacity;
    while (capacity < needed) capacity *= 2;
    char *bytes = realloc(to->bytes, capacity);
    if (bytes == NULL) {
        to->failed = true;
        return false;
    }
    to->bytes = bytes;
    to->capacity = capacity;
    return true;
}

void buffer_append(buffer *to, const void *bytes, size_t length) {
    if (!reserve(to, length)) return;
    if (length > 0) memcpy(to->bytes + to->length, bytes, length);
    to->length += length;
    to->bytes[to->length] = '\0';
}

void buffer_add(buffer *to, const char *text) {
    buffer_append(to, text, strlen(text));
}

static bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

void buffer_add_escaped(buffer *to, const char *text) {
    static const char hex[] = "0123456789ABCDEF";
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char byte = (unsigned char)*p;
        if (is_unreserved(*p)) buffer_append(to, p, 1);
        else buffer_append(to, (const char[]){'%', hex[byte >> 4], hex[byte & 15]}, 3);
    }
}

void buffer_reset(buffer *to) {
    to->length = 0;
    to->failed = false;
    if (to->bytes != NULL) to->bytes[0] = '\0';
}

void buffer_clear(buffer *to) {
    free(to->bytes);
    *to = (buffer){0};
}

char *buffer_take(buffer *to) {
    char *text = to->failed ? NULL : to->bytes;
    if (text == NULL) free(to->bytes);
    *to = (buffer){0};
    return text;
}

void buffer_wipe(char *bytes, size_t length) {
    volatile char *kept = bytes;
    for (size_t i = 0; i < length; i++) kept[i] = 0;
}

char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool ascii_equal(const char *a, const char *b) {
    while (*a != '\0' && ascii_lower(*a) == ascii_lower(*b)) a++, b++;
    return ascii_lower(*a) == ascii_lower(*b);
}

bool buffer_no_memory_left(void) {
    enum { PROBE_SIZE = 1024 * 1024 };
    void *volatile probe = malloc(PROBE_SIZE);
    bool is_short = probe == NULL;
    free(probe);
    return is_short;
}

/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

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

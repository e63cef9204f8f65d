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

uint32_t px_utf8_decode(const char *bytes, size_t size) {
    static const unsigned char of_first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t character = (unsigned char)bytes[0] & of_first[size];
    for (size_t i = 1; i < size; i++) character = character << 6 | ((unsigned char)bytes[i] & 0x3f);
    return character;
}

/* DerivedCoreProperties.txt of Unicode, which promises that nothing leaves; whole blocks
 * where what is not assigned yet is reserved for such. */
static const struct { uint32_t first, last; } unseen[] = {
    {0xad, 0xad},       {0x34f, 0x34f},     {0x61c, 0x61c},     {0x115f, 0x1160},   {0x17b4, 0x17b5},
    {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
    {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

bool px_is_unseen(uint32_t character) {
    for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++) {
        if (character <= unseen[i].last) return character >= unseen[i].first;
    }
    return false;
}

/* U+0000...U+001F, U+007F...U+009F. */
static bool is_control(uint32_t character) {
    return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

size_t px_escape_character(const char *bytes, size_t length, char out[PX_ESCAPED_SIZE]) {
    static const char hex[] = "0123456789abcdef";
    size_t size = px_utf8_length(bytes, length), used = 0;
    uint32_t character = size == 0 ? 0 : px_utf8_decode(bytes, size);
    bool is_shown = !is_control(character) && !px_is_unseen(character);
    if (size == 0) size = 1;
    for (size_t i = 0; i < size; i++) {
        if (is_shown) {
            out[used++] = bytes[i];
            continue;
        }
        out[used++] = '\\';
        out[used++] = 'x';
        out[used++] = hex[(unsigned char)bytes[i] >> 4];
        out[used++] = hex[(unsigned char)bytes[i] & 15];
    }
    out[used] = '\0';
    return size;
}

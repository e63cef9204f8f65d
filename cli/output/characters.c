/* SPDX-License-Identifier: MIT */
#include <config.h> /* wcwidth() is XSI */

#include "output/characters.h"

#include <locale.h>
#include <pthread.h>
#include <stddef.h>
#include <wchar.h>

/* DerivedCoreProperties.txt of Unicode; whole blocks where what is not assigned yet is
 * reserved for such. */
static const struct { uint32_t first, last; } unseen[] = {
    {0x0, 0x1f},        {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},       {0x61c, 0x61c},
    {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},     {0x2028, 0x202e},
    {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},     {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},   {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

bool character_is_unseen(uint32_t character) {
    for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++)
        if (character <= unseen[i].last) return character >= unseen[i].first;
    return false;
}

/* Widths are those of a terminal, which reads UTF-8 whatever the user's locale is. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t utf8;

static void find_utf8(void) {
    static const char *const names[] = {"C.UTF-8", "", "en_US.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof names[0] && utf8 == (locale_t)0; i++)
        utf8 = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);
}

unsigned character_columns(uint32_t character) {
    if (character < 0x300) return 1; /* what combines, and what is wide, comes later */
    (void)pthread_once(&once, find_utf8);
    if (utf8 == (locale_t)0) return 1;
    locale_t before = uselocale(utf8);
    int columns = wcwidth((wchar_t)character);
    (void)uselocale(before);
    return columns < 0 ? 1 : (unsigned)columns;
}

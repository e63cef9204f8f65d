/* SPDX-License-Identifier: MIT */
/* Text: a growing string, escapes, comparisons that ignore the locale. */
#ifndef PX_BASE_TEXT_H
#define PX_BASE_TEXT_H

#include "base/error.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing string.  A failed append makes it and every later one fail, so that
 * only the end is checked. */
typedef struct px_text {
    char *bytes;       /* NUL-terminated, or NULL while empty */
    size_t length, capacity;
    bool failed;
} px_text;

void px_text_append(px_text *text, const void *bytes, size_t length);
void px_text_add(px_text *text, const char *string);
void px_text_format(px_text *text, const char *format, ...) PX_PRINTF(2, 3);
void px_text_format_v(px_text *text, const char *format, va_list arguments) PX_PRINTF(2, 0);
/* The string, to free(); NULL when an append failed.  Leaves *text empty. */
char *px_text_take(px_text *text);
void px_text_clear(px_text *text);

/* ASCII only, whatever the locale. */
char px_lower(char c);
bool px_is_space(char c);
bool px_is_digit(char c);
bool px_is_letter(char c);
int px_hex_digit(char c);                    /* 0...15, or -1 */
int px_compare_ignoring_case(const char *a, const char *b);
bool px_equal_ignoring_case(const char *a, const char *b);

/* Copies to `out` with control characters, DEL, C1 controls, unseen characters and
 * ill-formed bytes as \xNN, so that a line stays one line and a terminal stays sane. */
void px_text_escape(px_text *out, const char *bytes, size_t length);

/* What is no ASCII letter or digit nor one of "-._" as %XX, so that any text can stand in a scheme. */
void px_text_percent(px_text *out, const char *string);

/* The candidate nearest to `wrong` (Damerau-Levenshtein distance of at most a
 * third of its length, at least 1, case ignored), or NULL.  Feed candidates one by one. */
typedef struct px_nearest {
    const char *wrong;
    const char *best;   /* the answer so far; borrowed */
    size_t distance;
} px_nearest;
void px_nearest_start(px_nearest *nearest, const char *wrong);
void px_nearest_try(px_nearest *nearest, const char *candidate);

/* Numbers, whole text, decimal, no sign but a leading '-', no spaces. */
bool px_parse_integer(const char *text, int64_t *value);
bool px_parse_unsigned(const char *text, uint64_t *value);
/* yes/no, true/false, on/off, 1/0, t/f in any case. */
bool px_parse_boolean(const char *text, bool *value);
/* "250ms" "10s" "5m" "1h", a bare number is seconds; milliseconds. */
bool px_parse_duration(const char *text, int64_t *milliseconds);
/* "512" "64KiB" "64K" "64MiB" "1GiB" (powers of 1024); bytes. */
bool px_parse_size(const char *text, int64_t *bytes);

#endif

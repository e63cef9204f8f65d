/* SPDX-License-Identifier: MIT */
/* Text for people and for pipes: escapes, widths, near names. */
#ifndef CLI_OUTPUT_TEXT_H
#define CLI_OUTPUT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the well-formed UTF-8 character at the start; 0 when it is none. */
size_t text_utf8_length(const char *bytes, size_t length);
/* The character that these bytes are; `size` is what text_utf8_length() gave. */
uint32_t text_utf8_decode(const char *bytes, size_t size);
bool text_is_utf8(const char *bytes, size_t length);

/* Writes one character, or one byte that is no part of any, into `out` so that a
 * line stays a line, a terminal stays sane and nothing is hidden: controls, characters
 * that are not seen (characters.h) and ill-formed bytes as \xNN.  Returns how much of `bytes` it took; *written (at most 8) says how much
 * it wrote. */
size_t text_escape_one(const char *bytes, size_t length, char out[8], size_t *written);
/* Escapes a string into `out` (cut at a character's border when it is longer
 * than `size` - 1) and ends it with NUL; returns the length. */
size_t text_escape_into(char *out, size_t size, const char *text);

/* Whether nothing of it has to be escaped. */
bool text_is_plain(const char *text);

/* Columns that a string takes on a terminal once it is escaped. */
size_t text_width(const char *text);
size_t text_width_of(const char *bytes, size_t length);
/* The same, no wider than `columns`: what is too wide loses its middle, "10.0.0....:8080",
 * since names differ at their ends.  Escaped and ended with NUL as above; where `size` is too
 * small even for that, it is cut. */
void text_shorten(char *out, size_t size, const char *text, size_t columns);

/* How many letters to insert, drop, change or swap to make one from the other;
 * texts of more than 63 bytes are never near. */
size_t text_distance(const char *a, size_t a_length, const char *b);
/* Whether a distance is small enough to ask "did you mean". */
bool text_is_near(size_t distance, size_t length);

/* The candidate that a wrong word may have meant.  Feed candidates one by one; `best` is the answer, or NULL. */
typedef struct text_nearest {
    const char *wrong, *best;
    size_t distance;
} text_nearest;
void text_nearest_try(text_nearest *nearest, const char *candidate);
/* The same for a list that ends with NULL. */
const char *text_nearest_of(const char *wrong, const char *const *candidates);

#endif

/* SPDX-License-Identifier: MIT */
/* UTF-8 (RFC 3629), and characters made harmless. */
#ifndef PX_BASE_UTF8_H
#define PX_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Well-formed UTF-8 without NUL. */
bool px_is_utf8(const char *bytes, size_t length);
/* Length of the first well-formed character (NUL is one); 0 when it is none. */
size_t px_utf8_length(const char *bytes, size_t length);

/* The first well-formed character, of `size` bytes as px_utf8_length() says. */
uint32_t px_utf8_decode(const char *bytes, size_t size);

/* What has no shape of its own, but may change that of others or tell two equal-looking
 * texts apart: Unicode's Default_Ignorable_Code_Point (zero width, soft hyphen,
 * bidirectional marks, overrides and isolates, fillers, variation selectors, tags), the
 * separators U+2028 and U+2029, and U+FFF9...U+FFFB.  cli/output/characters.c has the same
 * table; tests/cli/characters-test.c holds both together. */
bool px_is_unseen(uint32_t character);

/* The first character as it may be shown: control characters, DEL, C1 controls, unseen
 * characters and ill-formed bytes as \xNN.  Returns how many bytes that was. */
enum { PX_ESCAPED_SIZE = 4 * 4 + 1 };        /* a character has up to four bytes */
size_t px_escape_character(const char *bytes, size_t length, char out[PX_ESCAPED_SIZE]);

#endif

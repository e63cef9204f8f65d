/* SPDX-License-Identifier: MIT */
/* UTF-8 (RFC 3629), and characters made harmless. */
#ifndef PX_BASE_UTF8_H
#define PX_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Well-formed UTF-8 without NUL. */
bool px_is_utf8(const char *bytes, size_t length);
/* Length of the first well-formed character (NUL is one); 0 when it is none. */
size_t px_utf8_length(const char *bytes, size_t length);

/* The first character as it may be shown: control characters, DEL, C1 controls and
 * ill-formed bytes as \xNN.  Returns how many bytes that was. */
enum { PX_ESCAPED_SIZE = 2 * 4 + 1 };        /* a C1 control has two bytes */
size_t px_escape_character(const char *bytes, size_t length, char out[PX_ESCAPED_SIZE]);

#endif

/* SPDX-License-Identifier: MIT */
/* Sentences in lines. */
#ifndef CLI_OUTPUT_WRAP_H
#define CLI_OUTPUT_WRAP_H

#include <stddef.h>

/* Text, escaped as output_escaped() does, wrapped at 79 columns, or before the end of a
 * narrower terminal: every line begins `indent` spaces in, the first one at `column` (how
 * far the line is written already).  Newlines in the text stay; a line that begins with a
 * space is not wrapped.  Ends with a newline. */
void output_wrapped(const char *text, size_t column, size_t indent);
/* The same within `width` columns. */
void output_wrapped_within(const char *text, size_t column, size_t indent, size_t width);

#endif

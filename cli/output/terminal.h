/* SPDX-License-Identifier: MIT */
/* What standard output is shown on. */
#ifndef CLI_OUTPUT_TERMINAL_H
#define CLI_OUTPUT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Columns of a line: COLUMNS, or what the terminal says, or 80; 0: it is no terminal, and
 * nothing has to fit. */
size_t terminal_columns(void);

/* Whether the locale has characters beyond ASCII, as UTF-8. */
bool terminal_is_utf8(void);

#endif

/* SPDX-License-Identifier: MIT */
/* Standard output: buffered, and its first failure remembered, so that only the
 * end is checked. */
#ifndef CLI_OUTPUT_STDOUT_H
#define CLI_OUTPUT_STDOUT_H

#include <stdbool.h>
#include <stddef.h>

void output_bytes(const char *bytes, size_t length);
void output_text(const char *text);
void output_char(char c);
__attribute__((format(printf, 1, 2)))
void output_format(const char *format, ...);

/* Data from elsewhere, with controls, what is not seen and ill-formed bytes as \xNN. */
void output_escaped(const char *text);
void output_escaped_bytes(const char *text, size_t length);
/* The same padded with spaces to `width` columns; 0: not padded. */
void output_padded(const char *text, size_t width);
/* One field of a tab-separated line: \t \n \r \\ and \xNN. */
void output_field(const char *bytes, size_t length);
/* A terminal's bold, where colours are welcome. */
void output_bold(const char *text);

/* Memory that output can go into instead; starts as {0}, `bytes` to be freed. */
typedef struct output_buffer {
    char *bytes;
    size_t used, capacity;
    bool failed;                 /* memory was short: what it holds is of no use */
} output_buffer;

/* From now on this thread's output goes into `target`; NULL: to standard output. */
void output_into(output_buffer *target);
/* Makes room for `more` bytes; false when memory is short. */
bool output_reserve(output_buffer *target, size_t more);

/* For verbs that note signals: a reader that does not read does not hold up the end.  Asked
 * often, and what is left is dropped once it says yes. */
void output_stops_when(bool (*stopped)(void));

bool output_is_terminal(void);
void output_flush(void);
/* Not zero once a write has failed: no use to go on. */
bool output_has_failed(void);
/* Notes that it cannot be written, which poll() for example has told. */
void output_fail(int number);
/* Flushes.  Gives `code`, also when the reader has closed its end; or, when
 * something could not be written, 71 after one line. */
int output_finish(int code);

#endif

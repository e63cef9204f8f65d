/* SPDX-License-Identifier: MIT */
/* Text for backends: a growing string, and ASCII whatever the locale. */
#ifndef LIB_BUFFER_H
#define LIB_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* A failed append makes the buffer and every later append fail, so that only the
 * end is checked. */
typedef struct buffer {
    char *bytes;       /* NUL-terminated, or NULL while nothing was added */
    size_t length, capacity;
    bool failed;       /* out of memory; what is there is not all */
} buffer;

void buffer_append(buffer *to, const void *bytes, size_t length);
void buffer_add(buffer *to, const char *text);
/* Percent-encodes every byte but RFC 3986's unreserved ones, so that any name
 * is one segment of a path or one value of a query. */
void buffer_add_escaped(buffer *to, const char *text);
/* Empties it and keeps its memory. */
void buffer_reset(buffer *to);
/* Frees its memory; buffer_wipe is for what held a secret. */
void buffer_clear(buffer *to);
/* The string, to free(); NULL when an append failed or none was made.  Leaves
 * the buffer empty. */
char *buffer_take(buffer *from);

/* Whether the system gives no more memory just now: for telling why a library failed that does not say so. */
bool buffer_no_memory_left(void);

/* Overwrites secrets in a way that the compiler keeps. */
void buffer_wipe(char *bytes, size_t length);

char ascii_lower(char c);
/* Equal but for the case of letters. */
bool ascii_equal(const char *a, const char *b);

#endif

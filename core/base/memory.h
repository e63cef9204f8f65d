/* SPDX-License-Identifier: MIT */
/* Memory: overflow is checked where memory grows.  Tests can make the n-th
 * allocation fail (px_memory_fail_at); free() releases everything. */
#ifndef PX_BASE_MEMORY_H
#define PX_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed; NULL when count * size overflows or memory is short.  count 0 gives
 * a unique pointer to free. */
void *px_calloc(size_t count, size_t size);
/* Grows or shrinks an array; on failure the old one stays. */
void *px_reallocarray(void *old, size_t count, size_t size);
/* Copies; px_strndup stops at a NUL, px_memdup does not and adds one behind. */
char *px_strdup(const char *text);
char *px_strndup(const char *text, size_t length);
void *px_memdup(const void *bytes, size_t length);
/* Zeroed and aligned to 64 bytes, for vector code.  Freed by free(). */
void *px_calloc_aligned(size_t count, size_t size);
/* Overwrites in a way that the compiler keeps. */
void px_wipe(void *bytes, size_t length);

/* Whether the system gives no more of it just now: for telling why a library failed that does not say so. */
bool px_memory_is_short(void);

/* For tests: the allocation after `countdown` more fails, once; -1: none does. */
void px_memory_fail_at(long countdown);

/* Makes room for one more element in a growing array: doubles *capacity.
 * Returns 0, or -1 with nothing changed. */
int px_grow(void *array_pointer, size_t *capacity, size_t used, size_t element_size);

#endif

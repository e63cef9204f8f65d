/* SPDX-License-Identifier: MIT */
/* Errors: the caller's struct filled in one line.  Lowest layer. */
#ifndef PX_BASE_ERROR_H
#define PX_BASE_ERROR_H

#include <proxenos/proxenos.h>

#include <stdarg.h>

#if defined(__GNUC__)
#define PX_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define PX_PRINTF(f, a)
#endif

/* Fills `error` (NULL is welcome) and returns `status`.  Text that does not fit
 * is cut at a character's border; control characters and ill-formed UTF-8 come
 * out as \xNN. */
proxenos_status px_error(proxenos_error *error, proxenos_status status, const char *format, ...)
    PX_PRINTF(3, 4);
proxenos_status px_error_v(proxenos_error *error, proxenos_status status, const char *format, va_list arguments)
    PX_PRINTF(3, 0);

/* The same with a place; the text begins "file:line:column: ".  Column 0 is left out. */
proxenos_status px_error_at(proxenos_error *error, proxenos_status status, const char *file, unsigned line,
                            unsigned column, const char *format, ...) PX_PRINTF(6, 7);

/* Puts "context: " before the text, keeping status and place.  "out of memory" stays
 * as it is: it is nobody's fault. */
void px_error_prefix(proxenos_error *error, const char *format, ...) PX_PRINTF(2, 3);

/* "out of memory" */
proxenos_status px_error_memory(proxenos_error *error);

/* What an error number means: want of memory, of descriptors and the like is nobody's
 * fault, so INTERNAL or MEMORY; of anything else, `otherwise`. */
proxenos_status px_status_of(int number, proxenos_status otherwise);

/* Makes *error say nothing (status OK). */
void px_error_clear(proxenos_error *error);

#endif

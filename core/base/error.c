/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Rows are in the order of proxenos_status. */
static const struct {
    const char *name;
    int exit_code;
} statuses[] = {
    [PROXENOS_OK] = {"ok", 0},
    [PROXENOS_UNCHANGED] = {"unchanged", 0},
    [PROXENOS_ERROR_UNREACHABLE] = {"unreachable", 64},
    [PROXENOS_ERROR_NO_NODE] = {"no node", 65},
    [PROXENOS_ERROR_NOT_FOUND] = {"not found", 65},
    [PROXENOS_ERROR_CONFIG] = {"configuration", 66},
    [PROXENOS_ERROR_PLUGIN] = {"plugin", 67},
    [PROXENOS_ERROR_DENIED] = {"denied", 68},
    [PROXENOS_ERROR_MALFORMED] = {"malformed answer", 69},
    [PROXENOS_ERROR_TIMED_OUT] = {"timed out", 70},
    [PROXENOS_ERROR_CANCELLED] = {"cancelled", 130},
    [PROXENOS_ERROR_MEMORY] = {"out of memory", 71},
    [PROXENOS_ERROR_INTERNAL] = {"internal", 71},
    [PROXENOS_ERROR_ARGUMENT] = {"argument", 2},
    [PROXENOS_ERROR_UNSUPPORTED] = {"unsupported", 66},
};

enum { STATUS_COUNT = sizeof statuses / sizeof statuses[0] };

static size_t status_index(proxenos_status status) {
    return (size_t)status < STATUS_COUNT ? (size_t)status : (size_t)PROXENOS_ERROR_INTERNAL;
}

const char *proxenos_status_name(proxenos_status status) {
    return statuses[status_index(status)].name;
}

int proxenos_status_exit_code(proxenos_status status) {
    return statuses[status_index(status)].exit_code;
}

/* Room for raw text.  It may be cut within a character, but only past the last
 * byte that the error itself has room for. */
enum { TEXT_SIZE = sizeof(((proxenos_error *)0)->text), RAW_SIZE = TEXT_SIZE + 4 };

/* Stops before the first character that does not fit whole. */
static void copy_escaped(char out[TEXT_SIZE], const char *raw) {
    size_t used = 0;
    for (size_t rest = strlen(raw); rest > 0;) {
        char character[PX_ESCAPED_SIZE];
        size_t size = px_escape_character(raw, rest, character), length = strlen(character);
        if (used + length >= TEXT_SIZE) break;
        memcpy(out + used, character, length);
        used += length;
        raw += size;
        rest -= size;
    }
    out[used] = '\0';
}

static void fill(proxenos_error *error, proxenos_status status, unsigned line, unsigned column,
                 const char *prefix, const char *format, va_list arguments) {
    char raw[RAW_SIZE];
    int written = snprintf(raw, sizeof raw, "%s", prefix);
    size_t used = written < 0 ? 0 : (size_t)written;
    if (used >= sizeof raw) used = sizeof raw - 1;
    (void)vsnprintf(raw + used, sizeof raw - used, format, arguments);
    error->status = status;
    error->line = line;
    error->column = column;
    copy_escaped(error->text, raw);
}

proxenos_status px_error_v(proxenos_error *error, proxenos_status status, const char *format, va_list arguments) {
    if (error != NULL) fill(error, status, 0, 0, "", format, arguments);
    return status;
}

proxenos_status px_error(proxenos_error *error, proxenos_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)px_error_v(error, status, format, arguments);
    va_end(arguments);
    return status;
}

proxenos_status px_error_at(proxenos_error *error, proxenos_status status, const char *file, unsigned line,
                            unsigned column, const char *format, ...) {
    if (error == NULL) return status;
    char place[RAW_SIZE / 2];
    if (line == 0) (void)snprintf(place, sizeof place, "%s: ", file);
    else if (column == 0) (void)snprintf(place, sizeof place, "%s:%u: ", file, line);
    else (void)snprintf(place, sizeof place, "%s:%u:%u: ", file, line, column);
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, line, column, place, format, arguments);
    va_end(arguments);
    return status;
}

void px_error_prefix(proxenos_error *error, const char *format, ...) {
    if (error == NULL || error->status == PROXENOS_ERROR_MEMORY) return;
    char old[TEXT_SIZE], raw[RAW_SIZE];
    memcpy(old, error->text, sizeof old);
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    size_t used = written < 0 ? 0 : (size_t)written;
    if (used < sizeof raw) (void)snprintf(raw + used, sizeof raw - used, ": %s", old);
    copy_escaped(error->text, raw);
}

proxenos_status px_error_memory(proxenos_error *error) {
    return px_error(error, PROXENOS_ERROR_MEMORY, "out of memory");
}

proxenos_status px_status_of(int number, proxenos_status otherwise) {
    switch (number) {
    case ENOMEM: return PROXENOS_ERROR_MEMORY;
    case EMFILE:
    case ENFILE:
    case EIO: return PROXENOS_ERROR_INTERNAL;
    default: return otherwise;
    }
}

void px_error_clear(proxenos_error *error) {
    if (error == NULL) return;
    error->status = PROXENOS_OK;
    error->line = error->column = 0;
    error->text[0] = '\0';
}

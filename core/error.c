/* SPDX-License-Identifier: MIT */
#include "error.h"

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

/* Room for raw text; each byte can become four ("\x1b"), so the copy may cut. */
enum { RAW_SIZE = sizeof(((proxenos_error *)0)->text) };

/* Steps back over a character that the cut went through. */
static size_t whole_characters(const char *text, size_t length) {
    size_t end = length;
    while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80) end--;
    return end;
}

/* Escapes control characters into `out` and cuts at a character's border. */
static void copy_escaped(char *out, size_t size, const char *raw) {
    static const char hex[] = "0123456789abcdef";
    size_t used = 0;
    for (const char *p = raw; *p != '\0'; p++) {
        unsigned char byte = (unsigned char)*p;
        size_t need = byte < 0x20 || byte == 0x7f ? 4 : 1;
        if (used + need >= size) {
            used = ((unsigned char)*p & 0xc0) == 0x80 ? whole_characters(out, used - 1) : used;
            break;
        }
        if (need == 4) {
            out[used++] = '\\';
            out[used++] = 'x';
            out[used++] = hex[byte >> 4];
            out[used++] = hex[byte & 15];
        } else {
            out[used++] = *p;
        }
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
    copy_escaped(error->text, sizeof error->text, raw);
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
    if (error == NULL) return;
    char old[RAW_SIZE], raw[RAW_SIZE];
    memcpy(old, error->text, sizeof old);
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    size_t used = written < 0 ? 0 : (size_t)written;
    if (used < sizeof raw) (void)snprintf(raw + used, sizeof raw - used, ": %s", old);
    copy_escaped(error->text, sizeof error->text, raw);
}

proxenos_status px_error_memory(proxenos_error *error) {
    return px_error(error, PROXENOS_ERROR_MEMORY, "out of memory");
}

void px_error_clear(proxenos_error *error) {
    if (error == NULL) return;
    error->status = PROXENOS_OK;
    error->line = error->column = 0;
    error->text[0] = '\0';
}

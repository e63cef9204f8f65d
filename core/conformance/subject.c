/* SPDX-License-Identifier: MIT */
#include "conformance/subject.h"

#include <string.h>
#include <unistd.h>

proxenos_verdict px_broken(px_subject *subject, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)px_error_v(&subject->why, PROXENOS_OK, format, arguments);
    va_end(arguments);
    return PROXENOS_BROKEN;
}

proxenos_verdict px_not_tried(px_subject *subject, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)px_error_v(&subject->why, PROXENOS_OK, format, arguments);
    va_end(arguments);
    return PROXENOS_NOT_TRIED;
}

bool px_printed_line(int file, off_t from, proxenos_error *line) {
    char text[256];
    ssize_t got = pread(file, text, sizeof text - 1, from);
    if (got <= 0) return false;
    text[got] = '\0';
    const char *first = text + strspn(text, "\n");
    (void)px_error(line, PROXENOS_OK, "%.*s", (int)strcspn(first, "\n"), first);
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "output/terminal.h"

#include "output/stdout.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LEAST = 20, USUAL = 80, MOST = 1000 };

size_t terminal_columns(void) {
    if (!output_is_terminal()) return 0;
    const char *variable = getenv("COLUMNS");
    char *end = NULL;
    unsigned long columns = variable != NULL ? strtoul(variable, &end, 10) : 0;
    struct winsize size;
    if (columns == 0 || columns > MOST || *end != '\0')
        columns = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
    return columns == 0 ? USUAL : columns < LEAST ? LEAST : columns;
}

bool terminal_is_utf8(void) {
    const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || value[0] == '\0') continue;
        size_t length = strlen(value);
        return (length >= 5 && strcasecmp(value + length - 5, "UTF-8") == 0) ||
               (length >= 4 && strcasecmp(value + length - 4, "UTF8") == 0);
    }
    return false;
}

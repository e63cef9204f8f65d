/* SPDX-License-Identifier: MIT */
#include "output/message.h"

#include "output/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static proxenos_log_level shown = PROXENOS_LEVEL_WARNING;
static bool is_silent;

void message_set_level(bool is_quiet, size_t verbose) {
    if (is_quiet) shown = PROXENOS_LEVEL_ERROR;
    else if (verbose >= 2) shown = PROXENOS_LEVEL_DEBUG;
    else if (verbose == 1) shown = PROXENOS_LEVEL_INFO;
}

void message_silence(void) {
    is_silent = true;
}

bool message_is_colourful(int descriptor) {
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (no_color != NULL && no_color[0] != '\0') return false;
    return terminal != NULL && strcmp(terminal, "dumb") != 0 && isatty(descriptor) == 1;
}

/* One write, so that lines of several threads or programs do not mix. */
static void say(const char *colour, const char *kind, const char *text) {
    if (is_silent) return;
    bool colourful = message_is_colourful(STDERR_FILENO);
    char line[4096 + 128];
    size_t used = (size_t)snprintf(line, sizeof line, "proxenos: %s%s%s", colourful ? colour : "", kind,
                                   colourful && kind[0] != '\0' ? "\033[0m" : "");
    used += text_escape_into(line + used, 4096, text);
    if (colourful && kind[0] == '\0') used += (size_t)snprintf(line + used, sizeof line - used, "\033[0m");
    line[used++] = '\n';
    /* Nothing is left to do when standard error cannot be written. */
    ssize_t written = write(STDERR_FILENO, line, used);
    (void)written;
}

void message_error(const char *format, ...) {
    char text[2048];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    say("\033[31m", "", text);
}

void message_warning(const char *format, ...) {
    if (shown < PROXENOS_LEVEL_WARNING) return;
    char text[2048];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    say("\033[33m", "warning: ", text);
}

void message_info(const char *format, ...) {
    if (shown < PROXENOS_LEVEL_INFO) return;
    char text[2048];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    say("", "", text);
}

void message_log(void *user, proxenos_log_level level, const char *text) {
    (void)user;
    if (level > shown) return;
    switch (level) {
    case PROXENOS_LEVEL_ERROR: say("\033[31m", "error: ", text); break;
    case PROXENOS_LEVEL_WARNING: say("\033[33m", "warning: ", text); break;
    case PROXENOS_LEVEL_INFO: say("", "", text); break;
    case PROXENOS_LEVEL_DEBUG: say("\033[2m", "debug: ", text); break;
    }
}

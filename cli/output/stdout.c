/* SPDX-License-Identifier: MIT */
#include "output/stdout.h"

#include "output/exit.h"
#include "output/message.h"
#include "output/streams.h"
#include "output/text.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char buffer[65536];
static size_t used;
static int failure; /* errno of the first failed write */
static _Thread_local output_buffer *redirected;

static bool (*is_stopped)(void); /* NULL: nobody asks for an end while we wait for a reader */

enum { LOOK_MS = 100 };

void output_stops_when(bool (*stopped)(void)) {
    is_stopped = stopped;
}

/* How much can be written without waiting for longer than it takes to look around; 0: the
 * end was asked for, and who does not read does not miss the rest. */
static size_t await_room(size_t length) {
    if (is_stopped == NULL) return length;
    struct pollfd waited = {STDOUT_FILENO, POLLOUT, 0};
    while (!is_stopped())
        if (poll(&waited, 1, LOOK_MS) > 0) return length < PIPE_BUF ? length : PIPE_BUF;
    failure = EPIPE;
    return 0;
}

static void write_all(const char *bytes, size_t length) {
    while (length > 0 && failure == 0) {
        size_t room = await_room(length);
        ssize_t written = room == 0 ? 0 : write(STDOUT_FILENO, bytes, room);
        if (written >= 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN) {
            (void)poll(&(struct pollfd){STDOUT_FILENO, POLLOUT, 0}, 1, -1);
        } else if (errno != EINTR) {
            failure = errno;
        }
    }
}

void output_flush(void) {
    write_all(buffer, used);
    used = 0;
}

void output_into(output_buffer *target) {
    redirected = target;
}

bool output_reserve(output_buffer *target, size_t more) {
    if (more <= target->capacity - target->used) return true;
    size_t capacity = target->capacity < 4096 ? 4096 : target->capacity;
    while (capacity - target->used < more && capacity <= SIZE_MAX / 2) capacity *= 2;
    char *bytes = capacity - target->used < more ? NULL : realloc(target->bytes, capacity);
    if (bytes == NULL) {
        target->failed = true;
        return false;
    }
    target->bytes = bytes;
    target->capacity = capacity;
    return true;
}

void output_bytes(const char *bytes, size_t length) {
    if (length == 0) return; /* a buffer that holds nothing yet has no address to copy to */
    if (redirected != NULL) {
        if (!output_reserve(redirected, length)) return;
        memcpy(redirected->bytes + redirected->used, bytes, length);
        redirected->used += length;
        return;
    }
    if (length > sizeof buffer - used) output_flush();
    if (length > sizeof buffer) {
        write_all(bytes, length);
        return;
    }
    memcpy(buffer + used, bytes, length);
    used += length;
}

void output_text(const char *text) {
    output_bytes(text, strlen(text));
}

void output_char(char c) {
    output_bytes(&c, 1);
}

void output_format(const char *format, ...) {
    char text[1024];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (length > 0) output_bytes(text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

void output_escaped_bytes(const char *text, size_t length) {
    for (size_t at = 0; at < length;) {
        char one[8];
        size_t written;
        at += text_escape_one(text + at, length - at, one, &written);
        output_bytes(one, written);
    }
}

void output_escaped(const char *text) {
    output_escaped_bytes(text, strlen(text));
}

void output_padded(const char *text, size_t width) {
    output_escaped(text);
    for (size_t at = text_width(text); at < width; at++) output_char(' ');
}

void output_field(const char *bytes, size_t length) {
    for (size_t at = 0; at < length;) {
        size_t plain = at;
        while (plain < length && bytes[plain] >= ' ' && bytes[plain] < 0x7f && bytes[plain] != '\\') plain++;
        output_bytes(bytes + at, plain - at);
        at = plain;
        if (at == length) break;
        const char *special = memchr("\t\n\r\\", bytes[at], 4);
        if (special != NULL) {
            output_char('\\');
            output_char("tnr\\"[*special == '\t' ? 0 : *special == '\n' ? 1 : *special == '\r' ? 2 : 3]);
            at++;
            continue;
        }
        char one[8];
        size_t written;
        at += text_escape_one(bytes + at, length - at, one, &written);
        output_bytes(one, written);
    }
}

void output_bold(const char *text) {
    bool is_bold = message_is_colourful(STDOUT_FILENO);
    if (is_bold) output_text("\033[1m");
    output_text(text);
    if (is_bold) output_text("\033[0m");
}

bool output_is_terminal(void) {
    return isatty(STDOUT_FILENO) == 1;
}

bool output_has_failed(void) {
    return failure != 0;
}

void output_fail(int number) {
    if (failure == 0) failure = number;
}

int output_finish(int code) {
    output_flush();
    if (failure == 0 && close(STDOUT_FILENO) != 0 && errno != EINTR && errno != EBADF) failure = errno;
    if (failure == 0 || failure == EPIPE) return code;
    message_error("cannot write to standard output: %s", stream_reason(failure));
    return EXIT_INTERNAL;
}

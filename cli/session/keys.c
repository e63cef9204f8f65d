/* SPDX-License-Identifier: MIT */
#include "session/keys.h"

#include "output/message.h"
#include "session/session.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    READ_SIZE = 256 * 1024,
    DEFAULT_LIMIT = 64 * 1024 * 1024
};

/* ------------------------------------------------------------- the limit */

int key_limit(const cli_arguments *arguments, size_t *limit) {
    return arguments_size(arguments, OPTION_MAX_KEY, DEFAULT_LIMIT, limit);
}

int key_check(const cli_arguments *arguments, const char *key) {
    size_t limit, length = strlen(key);
    int code = key_limit(arguments, &limit);
    if (code != 0 || length <= limit) return code;
    return usage_error(arguments->verb, "the KEY has %zu bytes, more than the %zu that --max-key allows", length,
                       limit);
}

void key_too_long(char *text, size_t size, const char *place, uint64_t number, size_t limit) {
    (void)snprintf(text, size, "%s: key number %" PRIu64 " has more than the %zu bytes that --max-key allows", place,
                   number, limit);
}

/* ------------------------------------------------------------- the source */

static int cannot(const char *what, const char *path, int reason, int code) {
    message_error("cannot %s the keys '%s': %s", what, path, strerror(reason));
    return code;
}

int keys_open(key_source *source, const cli_arguments *arguments, const char *path, uint64_t count) {
    *source = (struct key_source){.path = path, .file = -1, .left = count};
    int code = key_limit(arguments, &source->limit);
    if (code != 0) return code;
    source->capacity = path == NULL ? KEYS_BATCH * KEYS_MADE_SIZE : READ_SIZE;
    source->bytes = malloc(source->capacity);
    if (source->bytes == NULL) return out_of_memory();
    if (path == NULL) return 0;
    if (strcmp(path, "-") == 0) {
        source->path = "standard input";
        source->file = STDIN_FILENO;
        return 0;
    }
    source->file = open(path, O_RDONLY | O_CLOEXEC);
    return source->file >= 0 ? 0 : cannot("open", path, errno, EXIT_USAGE);
}

size_t keys_reserve(key_source *source, uint64_t *first) {
    size_t count = source->left < KEYS_BATCH ? (size_t)source->left : KEYS_BATCH;
    *first = source->given;
    source->given += count;
    source->left -= count;
    return count;
}

/* "key-17", without the price of snprintf(), which would be most of a simulation's time. */
void keys_make_up(uint64_t first, size_t count, char *bytes, proxenos_key *keys) {
    static const char prefix[] = {'k', 'e', 'y', '-'};
    for (size_t i = 0; i < count; i++) {
        char *end = bytes + (i + 1) * KEYS_MADE_SIZE, *at = end;
        uint64_t number = first + i;
        do *--at = (char)('0' + number % 10);
        while ((number /= 10) > 0);
        at -= sizeof prefix;
        memcpy(at, prefix, sizeof prefix);
        keys[i] = (proxenos_key){at, (size_t)(end - at)};
    }
}

static size_t make_up(key_source *source) {
    uint64_t first;
    size_t count = keys_reserve(source, &first);
    keys_make_up(first, count, source->bytes, source->keys);
    return count;
}

/* Reads once.  The file has ended when read() says so, and at no other time. */
static int read_more(key_source *source) {
    size_t held = source->used - source->start;
    memmove(source->bytes, source->bytes + source->start, held);
    source->searched -= source->start;
    source->start = 0;
    source->used = held;
    if (source->capacity - held < READ_SIZE) {
        size_t capacity = 2 * source->capacity;
        char *bytes = realloc(source->bytes, capacity);
        if (bytes == NULL) return out_of_memory();
        source->bytes = bytes;
        source->capacity = capacity;
    }
    for (;;) {
        ssize_t got = read(source->file, source->bytes + held, source->capacity - held);
        if (got >= 0) {
            source->ended = got == 0;
            source->used += (size_t)got;
            return 0;
        }
        if (errno == EAGAIN) (void)poll(&(struct pollfd){source->file, POLLIN, 0}, 1, -1);
        else if (errno != EINTR) return cannot("read", source->path, errno, EXIT_INTERNAL);
    }
}

/* The keys that are there whole, up to one that is too long. */
static size_t cut(key_source *source) {
    size_t count = 0;
    while (count < KEYS_BATCH && source->start < source->used) {
        char *key = source->bytes + source->start;
        char *end = memchr(source->bytes + source->searched, '\n', source->used - source->searched);
        source->searched = source->used;
        if (end == NULL && !source->ended) break;
        size_t length = end != NULL ? (size_t)(end - key) : source->used - source->start;
        if (length > source->limit) break;
        source->keys[count++] = (proxenos_key){key, length};
        source->start += length + (end != NULL);
        source->searched = source->start;
    }
    source->given += count;
    return count;
}

size_t keys_next(key_source *source, int *code) {
    *code = 0;
    if (source->path == NULL) return make_up(source);
    for (;;) {
        size_t count = cut(source);
        if (count > 0) return count;
        if (source->used - source->start > source->limit) break;
        if (source->ended) return 0;
        *code = read_more(source);
        if (*code != 0) return 0;
    }
    char text[512];
    key_too_long(text, sizeof text, source->path, source->given + 1, source->limit);
    message_error("%s", text);
    *code = EXIT_USAGE;
    return 0;
}

void keys_close(key_source *source) {
    if (source->path != NULL && source->file > STDIN_FILENO) (void)close(source->file);
    free(source->bytes);
}

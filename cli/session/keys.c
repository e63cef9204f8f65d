/* SPDX-License-Identifier: MIT */
#include "session/keys.h"

#include "options/arguments.h"
#include "output/message.h"
#include "session/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int keys_open(key_source *source, const char *path, uint64_t count) {
    memset(source, 0, sizeof *source);
    source->path = path;
    source->left = count;
    if (path == NULL) return 0;
    source->file = fopen(path, "re");
    if (source->file != NULL) return 0;
    message_error("cannot open the keys '%s': %s", path, strerror(errno));
    return EXIT_USAGE;
}

static bool add(key_source *source, size_t *used, size_t index, const char *bytes, size_t length) {
    if (source->capacity - *used < length) {
        size_t capacity = 2 * (source->capacity + length);
        char *text = realloc(source->text, capacity);
        if (text == NULL) return false;
        source->text = text;
        source->capacity = capacity;
    }
    if (length > 0) memcpy(source->text + *used, bytes, length);
    *used += length;
    source->keys[index].length = length;
    return true;
}

/* The next key into source->line; its length, or -1 at the end. */
static ssize_t next(key_source *source, char made[32]) {
    if (source->file == NULL) {
        if (source->left == 0) return -1;
        source->left--;
        return snprintf(made, 32, "key-%" PRIu64, source->made++);
    }
    ssize_t length = getline(&source->line, &source->line_size, source->file);
    return length > 0 && source->line[length - 1] == '\n' ? length - 1 : length;
}

size_t keys_next(key_source *source, int *code) {
    size_t used = 0, count = 0;
    *code = 0;
    for (; count < KEYS_BATCH; count++) {
        char made[32];
        errno = 0;
        ssize_t length = next(source, made);
        if (length < 0) break;
        if (!add(source, &used, count, source->file != NULL ? source->line : made, (size_t)length)) {
            *code = out_of_memory();
            return 0;
        }
    }
    if (source->file != NULL && ferror(source->file)) {
        message_error("cannot read the keys '%s': %s", source->path, strerror(errno));
        *code = EXIT_INTERNAL;
        return 0;
    }
    /* The text may have moved while it grew. */
    size_t at = 0;
    for (size_t i = 0; i < count; at += source->keys[i++].length) source->keys[i].data = source->text + at;
    return count;
}

void keys_close(key_source *source) {
    if (source->file != NULL) (void)fclose(source->file);
    free(source->text);
    free(source->line);
}

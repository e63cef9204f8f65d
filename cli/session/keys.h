/* SPDX-License-Identifier: MIT */
/* Keys to try: made up, or a file's lines. */
#ifndef CLI_SESSION_KEYS_H
#define CLI_SESSION_KEYS_H

#include <proxenos/proxenos.h>

#include <stdbool.h>
#include <stdio.h>

enum { KEYS_BATCH = 1024 };

typedef struct key_source {
    FILE *file;            /* NULL: made up */
    const char *path;
    uint64_t left, made;
    char *text;            /* of the batch */
    size_t capacity;
    char *line;            /* getline()'s */
    size_t line_size;
    proxenos_key keys[KEYS_BATCH];
} key_source;

/* `path` NULL: `count` made-up keys, always the same ones.  Returns 0, or an exit
 * code after one line. */
int keys_open(key_source *source, const char *path, uint64_t count);
/* Up to KEYS_BATCH keys in source->keys, valid until the next call; 0 at the end.
 * *code is not 0 when reading failed, after one line. */
size_t keys_next(key_source *source, int *code);
void keys_close(key_source *source);

#endif

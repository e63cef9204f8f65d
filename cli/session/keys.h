/* SPDX-License-Identifier: MIT */
/* Keys to try: made up, or a file's lines; and how long a key may be. */
#ifndef CLI_SESSION_KEYS_H
#define CLI_SESSION_KEYS_H

#include "options/arguments.h"

#include <proxenos/proxenos.h>

#include <stdbool.h>

enum {
    KEYS_BATCH = 1024,
    KEYS_MADE_SIZE = 32    /* bytes that a made-up key takes */
};

/* How many bytes a key may have, by --max-key.  Returns 0, or EXIT_USAGE after one line. */
int key_limit(const cli_arguments *arguments, size_t *limit);
/* Whether a KEY of the command line keeps to it: 0, or EXIT_USAGE after one line. */
int key_check(const cli_arguments *arguments, const char *key);
/* What is said of the key of that number, counted from 1, that is longer than `limit`;
 * `place` is where it stands. */
void key_too_long(char *text, size_t size, const char *place, uint64_t number, size_t limit);

typedef struct key_source {
    const char *path;      /* NULL: made up */
    int file;
    size_t limit;          /* of a key's length */
    uint64_t left;         /* to make up */
    uint64_t given;        /* keys so far */
    bool ended;            /* the file's end was read */
    char *bytes;           /* read, from `start` to `used` not given yet; or made up */
    size_t start, searched, used, capacity;
    proxenos_key keys[KEYS_BATCH];
} key_source;

/* `path` NULL: `count` made-up keys, always the same ones; "-": standard input.  Returns 0, or an exit
 * code after one line. */
int keys_open(key_source *source, const cli_arguments *arguments, const char *path, uint64_t count);
/* For threads that make keys up for themselves: takes up to KEYS_BATCH of a source of made-up keys, gives their number
 * and that of the first. */
size_t keys_reserve(key_source *source, uint64_t *first);
/* Makes these; `bytes` has KEYS_MADE_SIZE for each. */
void keys_make_up(uint64_t first, size_t count, char *bytes, proxenos_key *keys);
/* Up to KEYS_BATCH keys in source->keys, valid until the next call; 0 at the end.
 * *code is not 0 when reading failed, after one line; all keys before were given. */
size_t keys_next(key_source *source, int *code);
/* Welcome when keys_open() failed, or was not called for a source of zeros. */
void keys_close(key_source *source);

#endif

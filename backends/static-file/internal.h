/* SPDX-License-Identifier: MIT */
/* What the files of the static-file backend share. */
#ifndef STATIC_FILE_INTERNAL_H
#define STATIC_FILE_INTERNAL_H

#include "lib/nodes/source.h"

/* The instance.  Its strings are the core's. */
typedef struct static_file {
    nodes_source source;
    const char *path;
    int64_t settle_ms;               /* 0: off */
    char *kept;                      /* what came through a pipe, which can be read once; NULL: nothing yet */
    size_t kept_length;
} static_file;

/* Reads the file whole, once it has settled, or a pipe to its end; a NUL follows the text.  The caller frees *text. */
int32_t static_file_read(static_file *file, char **text, size_t *length);

#endif

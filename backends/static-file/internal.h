/* SPDX-License-Identifier: MIT */
/* What the files of the static-file backend share. */
#ifndef STATIC_FILE_INTERNAL_H
#define STATIC_FILE_INTERNAL_H

#include "lib/nodes/source.h"

#include <sys/stat.h>

/* The instance.  Its strings are the core's. */
typedef struct static_file {
    nodes_source source;
    const char *path;
    int64_t settle_ms;               /* 0: off */
    char *kept;                      /* what came through a pipe, which can be read once; NULL: nothing yet */
    size_t kept_length;
    int watcher;                     /* inotify's descriptor; -1: nothing is watched */
    struct stat read;                /* the file that was read last */
    uint64_t generation;             /* of that reading; 0: none that is watched */
    bool has_event;                  /* something happened in a folder on the way */
    bool is_replaced;                /* by a rename, so that what is there is whole */
    bool said_unwatched;
} static_file;

/* Reads the file whole, once it has settled, or a pipe to its end; a NUL follows the text.  The caller frees *text. */
int32_t static_file_read(static_file *file, char **text, size_t *length);

/* Before a reading that is to be watched: watches the way to the file as it is now.  Where that cannot be, says so once
 * and leaves file->watcher at -1. */
void static_file_prepare_watch(static_file *file);
/* Waits until the file may differ from what was read: OK; UNCHANGED when the time is over. */
int32_t static_file_wait(static_file *file, int64_t timeout_ms);
void static_file_forget(static_file *file);

#endif

/* SPDX-License-Identifier: MIT */
/* The file of a snapshot: read only when nobody else could have written it, written whole or not at all. */
#ifndef PX_DISCOVERY_SNAPSHOT_FILE_H
#define PX_DISCOVERY_SNAPSHOT_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct px_snapshot_file {
    int descriptor;               /* open for reading; -1: none */
    uint64_t inode;
    int64_t touched_ms;           /* since 1970 */
    char *bytes;                  /* `length` of them and a NUL; NULL before px_snapshot_file_read() */
    size_t length;
} px_snapshot_file;

/* NOT_FOUND when there is none, CONFIG when it may not be used: a link, no plain file, one that others than root and the
 * effective user own or may write. */
proxenos_status px_snapshot_file_open(const char *path, px_snapshot_file *file, proxenos_error *error);
/* The whole of it, or its first `most` bytes. */
proxenos_status px_snapshot_file_read(px_snapshot_file *file, size_t most, proxenos_error *error);
/* Sets when it was touched. */
proxenos_status px_snapshot_file_touch(const px_snapshot_file *file, int64_t moment_ms, proxenos_error *error);
void px_snapshot_file_end(px_snapshot_file *file);

/* A new file beside `path`, of mode 0644, to take its place. */
typedef struct px_snapshot_draft {
    char *path;
    int descriptor;
    uint64_t inode;
} px_snapshot_draft;
proxenos_status px_snapshot_draft_open(const char *path, px_snapshot_draft *draft, proxenos_error *error);
/* Writes, syncs, renames; on failure the draft is removed.  Ends the draft. */
proxenos_status px_snapshot_draft_finish(px_snapshot_draft *draft, const char *path, const char *bytes, size_t length,
                                         proxenos_error *error);
/* Removes it. */
void px_snapshot_draft_drop(px_snapshot_draft *draft);

#endif

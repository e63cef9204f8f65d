/* SPDX-License-Identifier: MIT */
/* Small files read whole, and where paths start. */
#ifndef PX_BASE_FILE_H
#define PX_BASE_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct px_file {
    char *bytes;            /* `length` of them and a NUL; to wipe and free by px_file_end() */
    size_t length;
    bool is_exposed;        /* see px_path_is_exposed() */
} px_file;

/* Reads a file of at most `limit` bytes; its size is looked at first, a folder or a disk
 * is refused.  A pipe is read to its end, for which it waits some seconds; "-" is standard
 * input.  Errors begin with the path: NOT_FOUND when nothing is there, else CONFIG. */
proxenos_status px_file_read(const char *path, size_t limit, px_file *file, proxenos_error *error);
/* Wipes, since files hold secrets. */
void px_file_end(px_file *file);

/* Whether people who have no business there can read the file: everybody can, or
 * the group can though the file is ours (a file of root's that we read by way of
 * its group is as it should be).  False for what cannot be looked at. */
bool px_path_is_exposed(const char *path);

/* `path` made absolute, to free(); `folder` NULL: it starts in the current folder. */
proxenos_status px_path_absolute(const char *folder, const char *path, char **absolute, proxenos_error *error);

#endif

/* SPDX-License-Identifier: MIT */
/* A file that is replaced whole: who reads it finds the old text or the new one, after a crash
 * too. */
#ifndef CLI_OUTPUT_PLACE_H
#define CLI_OUTPUT_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* Starts as {0}; strings are its own. */
typedef struct file_place {
    char *path;                      /* where the file is, symbolic links followed */
    char *candidate;                 /* the new text beside it; NULL: there is none */
} file_place;

typedef enum place_result { PLACE_SAME, PLACE_READY, PLACE_FAILED } place_result;

/* Writes the text beside the file, with the mode and the owner of what is there, or says that
 * it is the same.  FAILED: `why` says so, and nothing is left. */
place_result place_prepare(file_place *place, const char *path, const char *bytes, size_t length, char *why, size_t size);
/* Puts the candidate into the file's place; false: `why`, and nothing is left. */
bool place_commit(file_place *place, char *why, size_t size);
/* Without a candidate from now on; welcome at any time. */
void place_drop(file_place *place);
/* The same, and frees all. */
void place_end(file_place *place);

#endif

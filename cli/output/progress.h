/* SPDX-License-Identifier: MIT */
/* How far a long run is: one line on standard error that rewrites itself, when
 * that is a terminal and no answer goes there meanwhile.  Not with -q. */
#ifndef CLI_OUTPUT_PROGRESS_H
#define CLI_OUTPUT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct progress_line {
    bool is_wanted, is_shown;
    uint64_t size;               /* bytes to come; 0: not known */
    uint64_t total;              /* keys to come; 0: not known */
    uint64_t bytes, keys;
    int64_t started_ms, shown_ms;
} progress_line;

void progress_start(progress_line *progress, bool is_quiet);
/* For keys that do not come from standard input and are answered at the end, to a terminal too; `total` 0: nobody
 * knows how many. */
void progress_count(progress_line *progress, bool is_quiet, uint64_t total);
void progress_add(progress_line *progress, uint64_t keys, uint64_t bytes);
/* Takes the line away. */
void progress_end(progress_line *progress);

#endif

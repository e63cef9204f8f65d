/* SPDX-License-Identifier: MIT */
/* One loop shared among threads. */
#ifndef PX_BASE_PARALLEL_H
#define PX_BASE_PARALLEL_H

#include <stddef.h>

/* Does the part from `begin` to before `end`. */
typedef void px_parallel_task(void *user, size_t begin, size_t end);

/* Calls `task` for all of 0...count - 1, in parts of `step`, from up to `threads`
 * threads, the calling one included; 0: as many as processors.  Returns when all is
 * done.  Never fails: where threads cannot be had, the caller does it alone.
 * Threads made here receive no signals. */
void px_parallel(size_t count, size_t step, unsigned threads, px_parallel_task *task, void *user);

#endif

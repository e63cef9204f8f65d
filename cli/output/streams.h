/* SPDX-License-Identifier: MIT */
/* Standard streams that the parent has closed. */
#ifndef CLI_OUTPUT_STREAMS_H
#define CLI_OUTPUT_STREAMS_H

#include <stdbool.h>

/* Puts something in the place of each that is closed, before any other file is opened:
 * else that file would be taken for it.  Reading and writing still fail, and a command
 * that we become finds it closed.  False when that cannot be done. */
bool streams_keep_places(void);

/* What an error number says of a standard stream. */
const char *stream_reason(int number);

#endif

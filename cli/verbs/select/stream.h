/* SPDX-License-Identifier: MIT */
/* Keys from standard input, answers to standard output, in order. */
#ifndef CLI_VERBS_SELECT_STREAM_H
#define CLI_VERBS_SELECT_STREAM_H

#include "session/session.h"

typedef struct stream_options {
    char end;             /* of a key: '\n', or NUL */
    unsigned format;      /* FORMAT_... */
    size_t count;         /* nodes for each key */
    size_t max_key;       /* bytes that a key may have */
    unsigned jobs;        /* threads */
} stream_options;

/* Answers every key.  Memory does not grow with the input, but for the longest
 * key of each job.  Answers are written as soon as the keys that came with one read
 * are done, so that a terminal or a co-process gets them at once.  What fails is told
 * when all answers before it are written. */
int stream_select(cli_session *session, const stream_options *options);

#endif

/* SPDX-License-Identifier: MIT */
/* What a line of `select --stdin` looks like: the key, then its node or nodes. */
#ifndef CLI_VERBS_SELECT_ANSWER_H
#define CLI_VERBS_SELECT_ANSWER_H

#include "output/stdout.h"

#include <proxenos/proxenos.h>

/* Bytes behind a key that may be read, though not used. */
enum { ANSWER_SLACK = 32 };

typedef struct answer_lines {
    unsigned format;
    char end;
    size_t count;
    char *tails;          /* what follows the key when it has one node, for every node */
    size_t *offsets;      /* node i: tails[offsets[i]] ... tails[offsets[i + 1]] */
    size_t longest;       /* tail */
} answer_lines;

/* False when memory is short. */
bool answers_new(answer_lines *answers, const proxenos_cluster *cluster, unsigned format, char end, size_t count);
void answers_free(answer_lines *answers);
/* One node for each key; the key's buffer has ANSWER_SLACK. */
bool answers_add(const answer_lines *answers, output_buffer *out, const proxenos_key *keys, const uint32_t *indexes,
                 size_t count);
/* A whole ranking for one key; out->failed when memory is short. */
void answers_add_ranking(const answer_lines *answers, output_buffer *out, const proxenos_key *key,
                         const proxenos_ranked *places, size_t count);

#endif

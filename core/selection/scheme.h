/* SPDX-License-Identifier: MIT */
/* The scheme text: all that decides a selector's answers but the nodes with their
 * identities and weights.  See proxenos-scheme(7), SCHEME TEXT. */
#ifndef PX_SELECTION_SCHEME_H
#define PX_SELECTION_SCHEME_H

#include "selection/weighting.h"

typedef struct px_scheme {
    const px_weighting *weighting;
    const void *state;            /* the weighting's, prepared */
    const proxenos_hash_function *hash;
    const proxenos_cluster *cluster;
    const char *spread_by;        /* NULL: not part of it */
    size_t table;                 /* 0: none */
    int ignores_weights;
} px_scheme;

/* To free(); NULL when memory is short. */
char *px_scheme_text(const px_scheme *scheme);

#endif

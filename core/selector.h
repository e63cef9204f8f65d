/* SPDX-License-Identifier: MIT */
/* A selector: a cluster prepared for a hash and a weighting.  Never changes. */
#ifndef PX_SELECTOR_H
#define PX_SELECTOR_H

#include "weighting.h"

#include <stdatomic.h>

struct proxenos_selector {
    atomic_size_t references;
    proxenos_cluster *cluster;        /* a reference */
    proxenos_hash_function *hash;     /* a reference */
    const px_weighting *weighting;
    void *state;                      /* the weighting's */
    size_t selectable;                /* nodes with a weight above 0 */
    char *scheme;
};

#endif

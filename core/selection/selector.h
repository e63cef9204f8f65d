/* SPDX-License-Identifier: MIT */
/* A selector: a cluster prepared for a hash and a weighting.  Never changes. */
#ifndef PX_SELECTION_SELECTOR_H
#define PX_SELECTION_SELECTOR_H

#include "selection/slots.h"
#include "selection/weighting.h"

#include <stdatomic.h>

struct proxenos_selector {
    atomic_size_t references;
    proxenos_cluster *cluster;        /* a reference */
    proxenos_hash_function *hash;     /* a reference */
    const px_weighting *weighting;
    void *state;                      /* the weighting's */
    size_t selectable;                /* nodes with a weight above 0 */
    char *scheme;
    px_slots slots;                   /* empty without a table, or with nothing to select */
    size_t table;                     /* slots asked for */
    unsigned threads;
    int ignores_weights;
    int64_t timeout_ms;               /* of the resolution of names; 0: none */
    char *spread_by;                  /* named in the scheme; NULL: not */
};

/* One weight per node as the selector counts it, to free(); NULL when memory is short.
 * *selectable (may be NULL) is how many are above 0. */
uint32_t *px_selector_weights(const proxenos_cluster *cluster, int ignores_weights, size_t *selectable);

/* A selector with the hash, weighting and options of `like`, of which nothing else is
 * read, and no table yet. */
proxenos_status px_selector_make(const proxenos_selector *like, proxenos_cluster *cluster, proxenos_selector **out,
                                 proxenos_error *error);
/* The whole table, if one was asked for. */
proxenos_status px_selector_build_slots(proxenos_selector *selector, proxenos_error *error);

#endif

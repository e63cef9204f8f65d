/* SPDX-License-Identifier: MIT */
/* A weighting: the rule that ranks nodes for a key.  The selector knows each by
 * this table only (hrw/weighting.c, python/weighting.c, lcg.c). */
#ifndef PX_SELECTION_WEIGHTING_H
#define PX_SELECTION_WEIGHTING_H

#include "cluster/cluster.h"
#include "selection/hash.h"

/* What a weighting reads of nodes besides identity and weight, as numbers. */
typedef struct px_more {
    size_t count;
    const uint64_t *numbers;      /* equal ones rank alike */
    const uint32_t *nodes;        /* whose they are: indexes into the cluster, ascending */
} px_more;

typedef struct px_weighting {
    const char *name;             /* "hrw": what users write */
    const char *scheme;           /* "hrw1": what the scheme text says */

    /* Prepares a cluster.  `weights` holds one per node in the cluster's order (0 =
     * never chosen).  The state keeps no reference of its own.  Fails when the
     * hash or a node cannot be used, and with TIMED_OUT when others keep it waiting beyond
     * `deadline_ms` on px_monotonic_ms() (INT64_MAX: no end). */
    proxenos_status (*prepare)(const proxenos_cluster *cluster, const uint32_t *weights,
                               const proxenos_hash_function *hash, int64_t deadline_ms, void **state,
                               proxenos_error *error);
    void (*release)(void *state);
    /* *more is the state's; left alone where the identities tell it all.  NULL: nothing more is read. */
    void (*read_more)(const void *state, px_more *more);

    /* Index of the best node.  Only called when some weight is above 0. */
    size_t (*best)(const void *state, const proxenos_hash_function *hash, const void *key, size_t length);
    /* The best `count` of the nodes with weight above 0, best first; returns how
     * many.  Fills digest, score and cost of each, and its index into indexes; both
     * have room for `count`. */
    proxenos_status (*rank)(const void *state, const proxenos_hash_function *hash, const void *key, size_t length,
                            size_t count, uint32_t *indexes, proxenos_ranked *places, size_t *ranked,
                            proxenos_error *error);
    /* best() of many keys. */
    void (*best_many)(const void *state, const proxenos_hash_function *hash, const proxenos_key *keys,
                      size_t count, uint32_t *indexes);

    /* best_many() and rank() for keys given by their hash64.  All three NULL where that
     * is not all the weighting asks of a key: then it cannot have a slot table. */
    void (*best_of_digests)(const void *state, const uint64_t *digests, size_t count, uint32_t *indexes);
    proxenos_status (*rank_digest)(const void *state, uint64_t digest, size_t count, uint32_t *indexes,
                                   proxenos_ranked *places, size_t *ranked, proxenos_error *error);
    /* For the digests first, first + 1 ...: puts challengers[i] into indexes[i] where it
     * ranks before the node there.  Both have weights above 0.  With stride 0 instead of
     * 1, challengers[0] challenges all. */
    void (*contest)(const void *state, uint64_t first, const uint32_t *challengers, size_t stride, size_t count,
                    uint32_t *indexes);
} px_weighting;

extern const px_weighting px_weighting_hrw;
extern const px_weighting px_weighting_python;
extern const px_weighting px_weighting_lcg;

#endif

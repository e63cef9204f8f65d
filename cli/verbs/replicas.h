/* SPDX-License-Identifier: MIT */
/* The nodes of a key by two selectors, and how they differ. */
#ifndef CLI_VERBS_REPLICAS_H
#define CLI_VERBS_REPLICAS_H

#include <proxenos/proxenos.h>

#include <stdbool.h>
#include <stddef.h>

typedef struct replica_pair {
    const proxenos_selector *selector_before, *selector_after;
    const char *spread;              /* what rankings are spread by; NULL: they are not */
    size_t places;
    proxenos_ranked *before, *after; /* of the last key */
    size_t before_count, after_count;
    const proxenos_node **lost, **gained; /* those of one side only, in the order of the rankings */
    size_t lost_count, gained_count;
} replica_pair;

/* False when memory is short.  Nothing is taken over. */
bool replicas_start(replica_pair *pair, const proxenos_selector *before, const proxenos_selector *after,
                    const char *spread, size_t places);
void replicas_end(replica_pair *pair);
/* Ranks a key, by the second selector only when `both`.  False after a failure. */
bool replicas_rank(replica_pair *pair, const proxenos_key *key, bool both, proxenos_error *error);
/* Fills lost and gained, nodes being known by identity. */
void replicas_differ(replica_pair *pair);

#endif

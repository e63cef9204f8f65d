/* SPDX-License-Identifier: MIT */
/* Two clusters: which nodes differ, and how many keys that moves. */
#ifndef CLI_VERBS_COMPARE_H
#define CLI_VERBS_COMPARE_H

#include "session/session.h"

/* How one identity fares; a weight of 0: not there, or never chosen. */
typedef struct node_change {
    const proxenos_node *before, *after;   /* NULL where it is not */
    double weight_before, weight_after;    /* as the weighting counts them */
} node_change;

typedef struct cli_comparison {
    node_change *changes;    /* every node of either cluster, sorted by identity */
    size_t count;
    double total_before, total_after;
    double moved;            /* share of all keys that changes its node, 0 ... 1, as expected */
    double least;            /* what no rule could go below: the shares that nodes lose */
} cli_comparison;

/* Which weight counts: `hrw` the node's own, other weightings only whether it is 0. */
double counted_weight(const cli_session *session, const proxenos_node *node);

/* False when memory is short.  `before` and `after` may be the same. */
bool compare_clusters(cli_comparison *comparison, const cli_session *session, const proxenos_cluster *before,
                      const proxenos_cluster *after);
void comparison_free(cli_comparison *comparison);

#endif

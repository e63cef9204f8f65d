/* SPDX-License-Identifier: MIT */
/* Two clusters: which nodes differ, and how many keys that moves. */
#ifndef CLI_VERBS_COMPARE_H
#define CLI_VERBS_COMPARE_H

#include "session/session.h"

/* How one identity fares; a weight of 0: not there, or never chosen. */
typedef struct node_change {
    const proxenos_node *before, *after;   /* NULL where it is not */
    double weight_before, weight_after;    /* as the weighting counts them */
    double due_before, due_after;          /* the share of the keys that it is due, 0 ... 1; NAN: nobody can say */
} node_change;

typedef struct cli_comparison {
    node_change *changes;    /* every node of either cluster, sorted by identity */
    size_t count;
    double total_before, total_after;
    /* Expected, in keys whose node changes, or with several places a key in places that change their node, against
     * all keys; NAN: nobody can say. */
    double moved;
    double least;            /* what no rule could go below: the shares that nodes lose */
} cli_comparison;

/* One side. */
typedef struct compared_side {
    const proxenos_cluster *cluster;
    const proxenos_selector *selector;     /* NULL: none was made; only one with a slot table matters */
} compared_side;

/* False when memory is short.  Both sides may be the same.  `places` are the nodes of each key; the nodes
 * that a key has beyond the first are due by weight, if not `is_spread`. */
bool compare_clusters(cli_comparison *comparison, const cli_session *session, const compared_side *before,
                      const compared_side *after, size_t places, bool is_spread);
/* The place of an identity, which is there. */
size_t comparison_find(const cli_comparison *comparison, const char *identity);
void comparison_free(cli_comparison *comparison);

#endif

/* SPDX-License-Identifier: MIT */
/* How two clusters differ: the one definition, by fields.  Each user says which
 * fields it looks at. */
#ifndef PX_CLUSTER_COMPARE_H
#define PX_CLUSTER_COMPARE_H

#include "cluster/cluster.h"

enum {
    PX_DIFFERS_WEIGHT = 1u << 0,
    PX_DIFFERS_ADDRESS = 1u << 1,
    PX_DIFFERS_ZONE = 1u << 2,
    PX_DIFFERS_METADATA = 1u << 3,
    PX_DIFFERS_TAGS = 1u << 4,
    PX_DIFFERS_SERVICE = 1u << 5,
    PX_DIFFERS_NAME = 1u << 6,
    PX_DIFFERS_SOURCE = 1u << 7,
    PX_DIFFERS_HEALTH = 1u << 8,
    /* What a key's answer can depend on: the node, its place in a ranking, where it is and what it is spread by. */
    PX_DIFFERS_ANSWER = PX_DIFFERS_WEIGHT | PX_DIFFERS_ADDRESS | PX_DIFFERS_ZONE | PX_DIFFERS_METADATA,
    /* All that a program can ask a node. */
    PX_DIFFERS_ANY = (1u << 9) - 1
};

/* The fields, of two nodes of one identity, that differ. */
uint32_t px_node_differs(const proxenos_node *a, const proxenos_node *b);
/* Whether the clusters hold other identities, or nodes that differ in one of `fields`. */
bool px_cluster_differs(const proxenos_cluster *a, const proxenos_cluster *b, uint32_t fields);

#endif

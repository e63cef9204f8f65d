/* SPDX-License-Identifier: MIT */
/* How two clusters differ: the one definition, by fields.  Each user says which
 * fields it looks at (PROXENOS_FIELD_...). */
#ifndef PX_CLUSTER_COMPARE_H
#define PX_CLUSTER_COMPARE_H

#include "cluster/cluster.h"

/* The fields, of two nodes of one identity, that differ. */
uint32_t px_node_differs(const proxenos_node *a, const proxenos_node *b);
/* Whether the clusters hold other identities, or nodes that differ in one of `fields`. */
bool px_cluster_differs(const proxenos_cluster *a, const proxenos_cluster *b, uint32_t fields);

#endif

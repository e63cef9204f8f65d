/* SPDX-License-Identifier: MIT */
/* A cluster made of nodes of another. */
#ifndef PX_CLUSTER_SUBSET_H
#define PX_CLUSTER_SUBSET_H

#include "cluster/cluster.h"

/* Describes a node as a backend would; borrows all its texts. */
void px_node_describe(const proxenos_node *node, proxenos_node_data *data);

typedef bool px_node_predicate(void *user, const proxenos_node *node);
/* The cluster without the nodes for which `is_out` says so, with the same report; the same cluster when it says
 * so of none.  A reference. */
proxenos_status px_cluster_without(proxenos_cluster *cluster, px_node_predicate *is_out, void *user,
                                   proxenos_cluster **subset, proxenos_error *error);

#endif

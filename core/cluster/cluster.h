/* SPDX-License-Identifier: MIT */
/* Clusters: built once, sorted by identity, never changed. */
#ifndef PX_CLUSTER_CLUSTER_H
#define PX_CLUSTER_CLUSTER_H

#include "base/interrupt.h"
#include "cluster/filter.h"
#include "cluster/identity.h"

#include <stdatomic.h>

struct proxenos_cluster {
    atomic_size_t references;
    proxenos_node **nodes;        /* sorted by identity, bytewise; each identity once */
    size_t count;
    px_identity identity;
    proxenos_cluster_report report;
    char fingerprint[17];
};

enum { PX_CLUSTER_LIMIT = 1000000 }; /* nodes; more is an error */

/* The builder behind proxenos_builder and behind a backend's sink. */
typedef struct px_builder px_builder;
proxenos_status px_builder_new(px_identity identity, px_builder **builder, proxenos_error *error);
void px_builder_free(px_builder *builder);
/* MALFORMED: the node was refused and counted as skipped; the builder goes on.
 * Any other failure: give up. */
proxenos_status px_builder_add(px_builder *builder, const proxenos_node_data *data, proxenos_error *error);
size_t px_builder_skipped(const px_builder *builder);
/* Optional key "meta.KEY" or "tag.PREFIX" that the weight is taken from; see
 * weight-from in proxenos.yaml(5).  NULL: the backend's weight. */
proxenos_status px_builder_weight_from(px_builder *builder, const char *rule, proxenos_error *error);

/* After finish: that two nodes of one identity differed though both say where they stand (the first such pair, and how
 * many more there are); NULL: none did. */
const char *px_builder_doubt(const px_builder *builder, size_t *others);

/* Filters (NULL: none), sets identities, sorts, removes duplicates (same
 * identity: the smaller (service, name, source), then the larger weight, stays;
 * under `name` two addresses of one name are an error naming both; an empty name
 * under `name` is an error), and gives a cluster.  Empties the builder.  `interrupt`
 * (NULL: nobody) may end the filtering. */
proxenos_status px_builder_finish(px_builder *builder, const px_filter *filter, const px_interrupt *interrupt,
                                  proxenos_cluster **cluster, proxenos_error *error);

#endif

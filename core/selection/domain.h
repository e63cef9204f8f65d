/* SPDX-License-Identifier: MIT */
/* Failure domains: what rankings are spread over. */
#ifndef PX_SELECTION_DOMAIN_H
#define PX_SELECTION_DOMAIN_H

#include "cluster/node.h"

/* What a node's domain is read from: its zone, or a key of its metadata. */
typedef struct px_domain {
    const char *metadata;     /* NULL: the zone; borrowed of the text */
} px_domain;

/* "zone" (NULL: that too) or "meta.KEY". */
proxenos_status px_domain_parse(const char *spread_by, px_domain *domain, proxenos_error *error);
/* "" when the node does not say. */
const char *px_domain_of(const px_domain *domain, const proxenos_node *node);

#endif

/* SPDX-License-Identifier: MIT */
/* weight-from: a node's weight read from its metadata ("meta.KEY") or from a tag
 * ("tag.PREFIX" reads 10 from the tag "PREFIX=10"). */
#ifndef PX_CLUSTER_WEIGHT_FROM_H
#define PX_CLUSTER_WEIGHT_FROM_H

#include "cluster/node.h"

typedef struct px_weight_rule {
    bool is_tag;
    char *key;  /* owned; NULL: every node keeps its weight */
} px_weight_rule;

/* Leaves *rule as it was on failure.  `text` NULL: the rule that keeps weights. */
proxenos_status px_weight_rule_parse(px_weight_rule *rule, const char *text, proxenos_error *error);
void px_weight_rule_clear(px_weight_rule *rule);
/* Sets the weight of a node that has the value and leaves the others alone.
 * PROXENOS_ERROR_MALFORMED for a value outside 0...4294967295, and for two tags
 * that say different things; both name the node. */
proxenos_status px_weight_rule_apply(const px_weight_rule *rule, proxenos_node *node, proxenos_error *error);

#endif

/* SPDX-License-Identifier: MIT */
/* How many keys go from which node to which. */
#ifndef CLI_VERBS_SIMULATE_FLOWS_H
#define CLI_VERBS_SIMULATE_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many keys go from one node to another; nodes by their place in a comparison. */
typedef struct key_flow {
    uint32_t from, to;
    uint64_t keys;
} key_flow;

typedef struct key_flows {
    key_flow *entries;
    size_t count, capacity;
    uint64_t moved;              /* keys in all of them */
} key_flows;

/* Both are false when memory is short. */
bool flows_add(key_flows *flows, uint32_t from, uint32_t to, uint64_t keys);
bool flows_add_all(key_flows *flows, const key_flows *others);
/* One entry for each pair of nodes, the largest first. */
void flows_sort(key_flows *flows);
void flows_free(key_flows *flows);

#endif

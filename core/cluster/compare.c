/* SPDX-License-Identifier: MIT */
#include "cluster/compare.h"

#include <string.h>

static bool are_tags_equal(const proxenos_node *a, const proxenos_node *b) {
    if (a->tag_count != b->tag_count) return false;
    for (size_t i = 0; i < a->tag_count; i++) {
        if (strcmp(a->tags[i], b->tags[i]) != 0) return false;
    }
    return true;
}

static bool is_metadata_equal(const proxenos_node *a, const proxenos_node *b) {
    if (a->metadata_count != b->metadata_count) return false;
    for (size_t i = 0; i < a->metadata_count; i++) {
        if (strcmp(a->metadata[i].key, b->metadata[i].key) != 0) return false;
        if (strcmp(a->metadata[i].value, b->metadata[i].value) != 0) return false;
    }
    return true;
}

uint32_t px_node_differs(const proxenos_node *a, const proxenos_node *b) {
    uint32_t fields = 0;
    if (a->weight != b->weight) fields |= PX_DIFFERS_WEIGHT;
    if (strcmp(a->address, b->address) != 0) fields |= PX_DIFFERS_ADDRESS;
    if (strcmp(a->zone, b->zone) != 0) fields |= PX_DIFFERS_ZONE;
    if (!is_metadata_equal(a, b)) fields |= PX_DIFFERS_METADATA;
    if (!are_tags_equal(a, b)) fields |= PX_DIFFERS_TAGS;
    if (strcmp(a->service, b->service) != 0) fields |= PX_DIFFERS_SERVICE;
    if (strcmp(a->name, b->name) != 0) fields |= PX_DIFFERS_NAME;
    if (strcmp(a->source, b->source) != 0) fields |= PX_DIFFERS_SOURCE;
    if (a->health != b->health) fields |= PX_DIFFERS_HEALTH;
    return fields;
}

bool px_cluster_differs(const proxenos_cluster *a, const proxenos_cluster *b, uint32_t fields) {
    if (a == b) return false;
    if (a->count != b->count) return true;
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->nodes[i]->identity, b->nodes[i]->identity) != 0) return true;
        if ((px_node_differs(a->nodes[i], b->nodes[i]) & fields) != 0) return true;
    }
    return false;
}

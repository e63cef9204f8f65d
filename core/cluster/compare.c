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
    if (a->weight != b->weight) fields |= PROXENOS_FIELD_WEIGHT;
    /* To `python` an IPv4-mapped address is another than the IPv4 address that it is written as. */
    if (strcmp(a->address, b->address) != 0 || a->parsed.kind != b->parsed.kind) fields |= PROXENOS_FIELD_ADDRESS;
    if (strcmp(a->zone, b->zone) != 0) fields |= PROXENOS_FIELD_ZONE;
    if (!is_metadata_equal(a, b)) fields |= PROXENOS_FIELD_METADATA;
    if (!are_tags_equal(a, b)) fields |= PROXENOS_FIELD_TAGS;
    if (strcmp(a->service, b->service) != 0) fields |= PROXENOS_FIELD_SERVICE;
    if (strcmp(a->name, b->name) != 0) fields |= PROXENOS_FIELD_NAME;
    if (strcmp(a->source, b->source) != 0) fields |= PROXENOS_FIELD_SOURCE;
    if (a->health != b->health) fields |= PROXENOS_FIELD_HEALTH;
    if (a->tier != b->tier) fields |= PROXENOS_FIELD_TIER;
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

const char *proxenos_field_name(unsigned field) {
    static const char *const names[] = {"weight", "address", "zone", "metadata", "tags", "service", "name",
                                        "source_node", "health", "tier"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (field == 1u << i) return names[i];
    }
    return "";
}

size_t proxenos_cluster_difference(const proxenos_cluster *before, const proxenos_cluster *after, unsigned fields,
                                   proxenos_difference_visitor *visit, void *user) {
    size_t i = 0, j = 0, count = 0;
    while (i < before->count || j < after->count) {
        const proxenos_node *a = i < before->count ? before->nodes[i] : NULL, *b = j < after->count ? after->nodes[j] : NULL;
        int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a->identity, b->identity);
        i += order <= 0;
        j += order >= 0;
        uint32_t differing = order == 0 ? px_node_differs(a, b) & fields : 0;
        if (order == 0 && differing == 0) continue;
        count++;
        if (visit != NULL && visit(user, order <= 0 ? a : NULL, order >= 0 ? b : NULL, differing) != 0) break;
    }
    return count;
}

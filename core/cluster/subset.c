/* SPDX-License-Identifier: MIT */
#include "cluster/subset.h"

#include "base/memory.h"

#include <stdlib.h>

void px_node_describe(const proxenos_node *node, proxenos_node_data *data) {
    *data = (proxenos_node_data){
        .size = sizeof *data,
        .flags = PROXENOS_NODE_HAS_WEIGHT | PROXENOS_NODE_STRICT |
                 (node->parsed.has_port ? PROXENOS_NODE_HAS_PORT : 0u),
        .address = node->host,
        .port = node->parsed.port,
        .weight = node->weight,
        .service = node->service,
        .name = node->name,
        .source_node = node->source,
        .zone = node->zone,
        .tags = (const char *const *)node->tags,
        .tag_count = node->tag_count,
        .metadata = (const char *const *)(const void *)node->metadata, /* px_pair is two pointers */
        .metadata_count = node->metadata_count,
        .health = node->health,
        .origin = node->origin,
        .tier = node->tier,
    };
}

static proxenos_status add(px_builder *builder, const proxenos_node *node, proxenos_error *error) {
    proxenos_node_data data;
    px_node_describe(node, &data);
    return px_builder_add(builder, &data, error);
}

static proxenos_status build(const proxenos_cluster *cluster, const bool *are_out, proxenos_cluster **subset,
                             proxenos_error *error) {
    px_builder *builder;
    proxenos_status status = px_builder_new(cluster->identity, &builder, error);
    if (status != PROXENOS_OK) return status;
    for (size_t i = 0; i < cluster->count && status == PROXENOS_OK; i++) {
        if (!are_out[i]) status = add(builder, cluster->nodes[i], error);
    }
    if (status == PROXENOS_OK) status = px_builder_finish(builder, NULL, NULL, subset, error);
    if (status == PROXENOS_OK) (*subset)->report = cluster->report;
    px_builder_free(builder);
    return status;
}

proxenos_status px_cluster_without(proxenos_cluster *cluster, px_node_predicate *is_out, void *user,
                                   proxenos_cluster **subset, proxenos_error *error) {
    *subset = NULL;
    bool *are_out = px_calloc(cluster->count, sizeof *are_out);
    if (are_out == NULL) return px_error_memory(error);
    size_t out = 0;
    for (size_t i = 0; i < cluster->count; i++) out += are_out[i] = is_out(user, cluster->nodes[i]);
    proxenos_status status = PROXENOS_OK;
    if (out == 0) *subset = proxenos_cluster_ref(cluster);
    else status = build(cluster, are_out, subset, error);
    free(are_out);
    return status;
}

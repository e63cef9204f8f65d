/* SPDX-License-Identifier: MIT */
#include "cluster/cluster.h"

#include <stdlib.h>
#include <string.h>

proxenos_cluster *proxenos_cluster_ref(proxenos_cluster *cluster) {
    /* Relaxed: whoever takes one more reference already holds one. */
    if (cluster != NULL) atomic_fetch_add_explicit(&cluster->references, 1, memory_order_relaxed);
    return cluster;
}

void proxenos_cluster_unref(proxenos_cluster *cluster) {
    if (cluster == NULL) return;
    /* Release and acquire: the last one frees after everyone's last read. */
    if (atomic_fetch_sub_explicit(&cluster->references, 1, memory_order_acq_rel) != 1) return;
    for (size_t i = 0; i < cluster->count; i++) px_node_free(cluster->nodes[i]);
    free(cluster->nodes);
    free(cluster);
}

size_t proxenos_cluster_size(const proxenos_cluster *cluster) {
    return cluster->count;
}

const proxenos_node *proxenos_cluster_node(const proxenos_cluster *cluster, size_t index) {
    return index < cluster->count ? cluster->nodes[index] : NULL;
}

static int compare_identity(const void *identity, const void *node) {
    return strcmp(identity, (*(proxenos_node *const *)node)->identity);
}

static size_t index_of(const proxenos_cluster *cluster, const char *identity) {
    if (cluster->count == 0) return 0;
    proxenos_node *const *found =
        bsearch(identity, cluster->nodes, cluster->count, sizeof cluster->nodes[0], compare_identity);
    return found == NULL ? cluster->count : (size_t)(found - cluster->nodes);
}

const proxenos_node *proxenos_cluster_find(const proxenos_cluster *cluster, const char *identity) {
    return proxenos_cluster_node(cluster, index_of(cluster, identity));
}

size_t proxenos_cluster_index(const proxenos_cluster *cluster, const proxenos_node *node) {
    return node == NULL ? cluster->count : index_of(cluster, node->identity);
}

void proxenos_cluster_get_report(const proxenos_cluster *cluster, proxenos_cluster_report *report) {
    size_t size = report->size;
    if (size > sizeof *report) size = sizeof *report;
    if (size < sizeof report->size) return;
    memcpy(report, &cluster->report, size);
    report->size = size;
}

const char *proxenos_cluster_fingerprint(const proxenos_cluster *cluster) {
    return cluster->fingerprint;
}

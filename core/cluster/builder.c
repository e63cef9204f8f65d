/* SPDX-License-Identifier: MIT */
/* From the nodes of a source, in any order, to a cluster. */
#include "cluster/cluster.h"

#include "base/memory.h"
#include "base/text.h"
#include "cluster/fingerprint.h"
#include "cluster/weight-from.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct px_builder {
    px_identity identity;
    proxenos_node **nodes;
    size_t count, capacity;
    size_t skipped;
    px_weight_rule weight_rule;
    char doubt[512];          /* two that are one and differ; "" when there are none */
    size_t doubts;
};

proxenos_status px_builder_new(px_identity identity, px_builder **builder, proxenos_error *error) {
    *builder = px_calloc(1, sizeof **builder);
    if (*builder == NULL) return px_error_memory(error);
    (*builder)->identity = identity;
    return PROXENOS_OK;
}

static void free_nodes(proxenos_node **nodes, size_t count) {
    for (size_t i = 0; i < count; i++) px_node_free(nodes[i]);
    free(nodes);
}

void px_builder_free(px_builder *builder) {
    if (builder == NULL) return;
    free_nodes(builder->nodes, builder->count);
    px_weight_rule_clear(&builder->weight_rule);
    free(builder);
}

proxenos_status px_builder_add(px_builder *builder, const proxenos_node_data *data, proxenos_error *error) {
    if (builder->count >= PX_CLUSTER_LIMIT) {
        return px_error(error, PROXENOS_ERROR_UNSUPPORTED, "more than %d nodes", PX_CLUSTER_LIMIT);
    }
    if (px_grow(&builder->nodes, &builder->capacity, builder->count, sizeof builder->nodes[0]) != 0) {
        return px_error_memory(error);
    }
    proxenos_status status = px_node_new(data, &builder->nodes[builder->count], error);
    if (status == PROXENOS_OK) builder->count++;
    else if (status == PROXENOS_ERROR_MALFORMED) builder->skipped++;
    return status;
}

size_t px_builder_skipped(const px_builder *builder) {
    return builder->skipped;
}

proxenos_status px_builder_weight_from(px_builder *builder, const char *rule, proxenos_error *error) {
    return px_weight_rule_parse(&builder->weight_rule, rule, error);
}

/* ---- the steps of finish */

static void count_verdict(proxenos_cluster_report *report, px_filter_verdict verdict) {
    switch (verdict) {
    case PX_FILTER_DROP_ADDRESS: report->dropped_address++; break;
    case PX_FILTER_DROP_NAME: report->dropped_name++; break;
    case PX_FILTER_DROP_TAGS: report->dropped_tags++; break;
    case PX_FILTER_DROP_ZONE: report->dropped_zone++; break;
    case PX_FILTER_DROP_METADATA: report->dropped_metadata++; break;
    case PX_FILTER_DROP_HAS_TAG: report->dropped_has_tag++; break;
    case PX_FILTER_KEEP: break;
    }
}

/* One match is bounded, their sum is not: whoever waits is asked between them. */
static proxenos_status drop_filtered(proxenos_cluster *cluster, const px_filter *filter,
                                     const px_interrupt *interrupt, proxenos_error *error) {
    if (filter == NULL) return PROXENOS_OK;
    size_t kept = 0;
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < cluster->count; i++) {
        px_filter_verdict verdict = PX_FILTER_KEEP;
        if (status == PROXENOS_OK) status = px_interrupt_check(interrupt, error);
        if (status == PROXENOS_OK) status = px_filter_test(filter, cluster->nodes[i], &verdict, error);
        if (verdict == PX_FILTER_KEEP) cluster->nodes[kept++] = cluster->nodes[i];
        else px_node_free(cluster->nodes[i]);
        count_verdict(&cluster->report, verdict);
    }
    cluster->count = kept;
    return status;
}

static proxenos_status weigh_nodes(proxenos_cluster *cluster, const px_weight_rule *rule, proxenos_error *error) {
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < cluster->count && status == PROXENOS_OK; i++) {
        status = px_weight_rule_apply(rule, cluster->nodes[i], error);
    }
    return status;
}

/* Keeps the lowest tier that has a node of weight above 0; all, if none has: there is nobody to fail over to. */
static void drop_tiers(proxenos_cluster *cluster) {
    const proxenos_node *first = NULL;
    for (size_t i = 0; i < cluster->count; i++) {
        const proxenos_node *node = cluster->nodes[i];
        if (node->weight > 0 && (first == NULL || node->tier < first->tier)) first = node;
    }
    if (first == NULL) return;
    uint32_t tier = first->tier;
    size_t kept = 0;
    for (size_t i = 0; i < cluster->count; i++) {
        if (cluster->nodes[i]->tier == tier) cluster->nodes[kept++] = cluster->nodes[i];
        else px_node_free(cluster->nodes[i]);
    }
    cluster->report.dropped_tier = cluster->count - kept;
    cluster->count = kept;
}

static proxenos_status identify_nodes(proxenos_cluster *cluster, proxenos_error *error) {
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < cluster->count && status == PROXENOS_OK; i++) {
        status = px_identity_apply(&cluster->identity, cluster->nodes[i], error);
    }
    return status;
}

/* The beginning of the identity beside the node, so that most comparisons follow no pointer. */
typedef struct sorted_node {
    uint64_t first, second;   /* bytes of the identity, big-endian, zeros behind its end */
    proxenos_node *node;
} sorted_node;

static uint64_t eight_bytes(const char *text, size_t length) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < 8; i++) bytes = bytes << 8 | (i < length ? (unsigned char)text[i] : 0);
    return bytes;
}

static int compare_sorted(const void *a, const void *b) {
    const sorted_node *left = a, *right = b;
    if (left->first != right->first) return left->first < right->first ? -1 : 1;
    if (left->second != right->second) return left->second < right->second ? -1 : 1;
    return px_node_compare(left->node, right->node);
}

static proxenos_status sort_nodes(proxenos_cluster *cluster, proxenos_error *error) {
    if (cluster->count < 2) return PROXENOS_OK;
    sorted_node *sorted = px_calloc(cluster->count, sizeof *sorted);
    if (sorted == NULL) return px_error_memory(error);
    for (size_t i = 0; i < cluster->count; i++) {
        const char *identity = cluster->nodes[i]->identity;
        size_t length = strlen(identity);
        sorted[i] = (sorted_node){eight_bytes(identity, length), length > 8 ? eight_bytes(identity + 8, length - 8) : 0,
                                  cluster->nodes[i]};
    }
    qsort(sorted, cluster->count, sizeof *sorted, compare_sorted);
    for (size_t i = 0; i < cluster->count; i++) cluster->nodes[i] = sorted[i].node;
    free(sorted);
    return PROXENOS_OK;
}

/* One that was written twice, not in the same way, where somebody can mend it.  The first stays. */
static void doubt(px_builder *builder, const proxenos_node *kept, const proxenos_node *dropped) {
    const char *what = kept->weight != dropped->weight ? "weights"
        : strcmp(kept->zone, dropped->zone) != 0       ? "zones"
        : strcmp(kept->name, dropped->name) != 0       ? "names"
                                                       : NULL;
    if (what == NULL || kept->origin[0] == '\0' || dropped->origin[0] == '\0' || builder->doubts++ > 0) return;
    (void)snprintf(builder->doubt, sizeof builder->doubt, "%s: %s is written twice with other %s; this one counts, and not "
                   "that of %s", kept->origin, kept->identity, what, dropped->origin);
}

const char *px_builder_doubt(const px_builder *builder, size_t *others) {
    *others = builder->doubts > 0 ? builder->doubts - 1 : 0;
    return builder->doubts > 0 ? builder->doubt : NULL;
}

static proxenos_status drop_duplicates(px_builder *builder, proxenos_cluster *cluster, proxenos_error *error) {
    size_t kept = 0;
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 0; i < cluster->count; i++) {
        proxenos_node *node = cluster->nodes[i], *before = kept > 0 ? cluster->nodes[kept - 1] : NULL;
        if (before == NULL || strcmp(before->identity, node->identity) != 0) {
            cluster->nodes[kept++] = node;
            continue;
        }
        if (status == PROXENOS_OK && strcmp(before->address, node->address) != 0) {
            status = px_identity_clash(&cluster->identity, before, node, error);
        }
        doubt(builder, before, node);
        px_node_free(node);
        cluster->report.duplicates++;
    }
    cluster->count = kept;
    return status;
}

/* Over `identity NUL weight LF` of every node; see proxenos-scheme(7). */
static proxenos_status set_fingerprint(proxenos_cluster *cluster, proxenos_error *error) {
    px_text records = {0};
    for (size_t i = 0; i < cluster->count; i++) {
        const proxenos_node *node = cluster->nodes[i];
        char weight[16], *at = weight + sizeof weight;
        uint32_t number = node->weight;
        *--at = '\n';
        do *--at = (char)('0' + number % 10);
        while ((number /= 10) > 0);
        px_text_append(&records, node->identity, strlen(node->identity) + 1);
        px_text_append(&records, at, (size_t)(weight + sizeof weight - at));
    }
    bool has_failed = records.failed;
    uint64_t fingerprint = has_failed ? 0 : px_siphash24(px_public_key, records.bytes, records.length);
    px_text_clear(&records);
    if (has_failed) return px_error_memory(error);
    (void)snprintf(cluster->fingerprint, sizeof cluster->fingerprint, "%016" PRIx64, fingerprint);
    return PROXENOS_OK;
}

static int64_t now_ms(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

proxenos_status px_builder_finish(px_builder *builder, const px_filter *filter, const px_interrupt *interrupt,
                                  proxenos_cluster **cluster, proxenos_error *error) {
    *cluster = NULL;
    proxenos_cluster *made = px_calloc(1, sizeof *made);
    if (made == NULL) return px_error_memory(error);
    atomic_init(&made->references, 1);
    made->identity = builder->identity;
    made->report = (proxenos_cluster_report){
        .size = sizeof made->report,
        .read = builder->count + builder->skipped,
        .skipped = builder->skipped,
        .read_at_ms = now_ms(),
    };
    made->nodes = builder->nodes;
    made->count = builder->count;
    builder->nodes = NULL;
    builder->count = builder->capacity = builder->skipped = 0;

    proxenos_status status = drop_filtered(made, filter, interrupt, error);
    if (status == PROXENOS_OK) status = weigh_nodes(made, &builder->weight_rule, error);
    if (status == PROXENOS_OK) drop_tiers(made);
    if (status == PROXENOS_OK) status = identify_nodes(made, error);
    if (status == PROXENOS_OK) {
        status = sort_nodes(made, error);
    }
    if (status == PROXENOS_OK) {
        status = drop_duplicates(builder, made, error);
    }
    if (status == PROXENOS_OK) status = set_fingerprint(made, error);
    if (status != PROXENOS_OK) {
        proxenos_cluster_unref(made);
        return status;
    }
    *cluster = made;
    return PROXENOS_OK;
}

/* SPDX-License-Identifier: MIT */
#include "verbs/compare.h"

#include <stdlib.h>
#include <string.h>

double counted_weight(const cli_session *session, const proxenos_node *node) {
    const char *weighting = proxenos_settings_get(session->settings, "weighting");
    if (node == NULL) return 0;
    if (session_ignores_weights(session)) return 1;
    if (weighting == NULL || strcmp(weighting, "hrw") == 0) return proxenos_node_weight(node);
    return proxenos_node_weight(node) > 0;
}

/* Both are sorted by identity: one walk finds what is in either. */
static void merge(cli_comparison *comparison, const cli_session *session, const proxenos_cluster *before,
                  const proxenos_cluster *after) {
    size_t i = 0, j = 0;
    for (;;) {
        const proxenos_node *a = proxenos_cluster_node(before, i), *b = proxenos_cluster_node(after, j);
        if (a == NULL && b == NULL) break;
        int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(proxenos_node_identity(a), proxenos_node_identity(b));
        node_change *change = &comparison->changes[comparison->count++];
        *change = (node_change){.before = order <= 0 ? a : NULL, .after = order >= 0 ? b : NULL};
        change->weight_before = counted_weight(session, change->before);
        change->weight_after = counted_weight(session, change->after);
        comparison->total_before += change->weight_before;
        comparison->total_after += change->weight_after;
        i += order <= 0;
        j += order >= 0;
    }
}

/* By growth, weight_after / weight_before, the shrinking first. */
static int by_growth(const void *left, const void *right) {
    const node_change *a = *(const node_change *const *)left, *b = *(const node_change *const *)right;
    double x = a->weight_after * b->weight_before, y = b->weight_after * a->weight_before;
    return (x > y) - (x < y);
}

/* A key stays at node i when i wins both before (weights a) and after (weights b).
 * Each node draws one exponential E_j for the key and the smallest E_j / weight
 * wins, so i wins both times when E_j >= E_i * max(a_j/a_i, b_j/b_i) for all j;
 * that has the probability 1 / sum_j max(a_j/a_i, b_j/b_i).  The maximum is
 * a_j/a_i where j grows no more than i does, else b_j/b_i: sorted by growth,
 * running sums give every node's term. */
static double expected_stay(const node_change *const *sorted, size_t count, double total_after) {
    double stays = 0, sum_before = 0, rest_after = total_after;
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && by_growth(&sorted[i], &sorted[end]) == 0) {
            sum_before += sorted[end]->weight_before;
            rest_after -= sorted[end]->weight_after;
            end++;
        }
        for (; i < end; i++) {
            double a = sorted[i]->weight_before, b = sorted[i]->weight_after;
            if (a > 0 && b > 0) stays += 1 / (sum_before / a + (rest_after > 0 ? rest_after / b : 0));
        }
    }
    return stays;
}

static double expected_least(const cli_comparison *comparison) {
    double lost = 0;
    if (comparison->total_before <= 0 || comparison->total_after <= 0) return 0;
    for (size_t i = 0; i < comparison->count; i++) {
        const node_change *change = &comparison->changes[i];
        double share = change->weight_before / comparison->total_before;
        double left = share - change->weight_after / comparison->total_after;
        if (left > 0) lost += left;
    }
    return lost;
}

bool compare_clusters(cli_comparison *comparison, const cli_session *session, const proxenos_cluster *before,
                      const proxenos_cluster *after) {
    size_t most = proxenos_cluster_size(before) + proxenos_cluster_size(after);
    *comparison = (struct cli_comparison){0};
    comparison->changes = calloc(most + 1, sizeof *comparison->changes);
    const node_change **sorted = calloc(most + 1, sizeof *sorted);
    if (comparison->changes == NULL || sorted == NULL) {
        free(sorted);
        comparison_free(comparison);
        return false;
    }
    merge(comparison, session, before, after);
    /* Nodes of weight 0 on both sides have no growth and take no part. */
    size_t count = 0;
    for (size_t i = 0; i < comparison->count; i++)
        if (comparison->changes[i].weight_before > 0 || comparison->changes[i].weight_after > 0)
            sorted[count++] = &comparison->changes[i];
    qsort(sorted, count, sizeof *sorted, by_growth);
    if (comparison->total_before > 0 && comparison->total_after > 0)
        comparison->moved = 1 - expected_stay(sorted, count, comparison->total_after);
    if (comparison->moved < 1e-12) comparison->moved = 0; /* rounding */
    comparison->least = expected_least(comparison);
    free(sorted);
    return true;
}

void comparison_free(cli_comparison *comparison) {
    free(comparison->changes);
    comparison->changes = NULL;
}

/* SPDX-License-Identifier: MIT */
#include "verbs/compare.h"

#include "verbs/shares.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* `hrw` heeds the node's own, other weightings only whether it is 0. */
static double counted_weight(const cli_session *session, const proxenos_node *node) {
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

/* ---- dues */

/* Each node's place in the comparison, by its index in one of the clusters. */
static size_t *places_of(const cli_comparison *comparison, bool is_after) {
    size_t *places = calloc(comparison->count + 1, sizeof *places), used = 0;
    for (size_t i = 0; places != NULL && i < comparison->count; i++)
        if ((is_after ? comparison->changes[i].after : comparison->changes[i].before) != NULL) places[used++] = i;
    return places;
}

static void set_due(node_change *change, bool is_after, double due) {
    if (is_after) change->due_after = due;
    else change->due_before = due;
}

static bool due_by_weight(cli_comparison *comparison, bool is_after, size_t places) {
    double *weights = calloc(2 * comparison->count + 1, sizeof *weights), *shares = weights + comparison->count;
    if (weights == NULL) return false;
    double total = is_after ? comparison->total_after : comparison->total_before;
    for (size_t i = 0; i < comparison->count; i++) {
        const node_change *change = &comparison->changes[i];
        weights[i] = is_after ? change->weight_after : change->weight_before;
        shares[i] = total > 0 ? weights[i] / total : 0;
    }
    bool is_done = places == 1 || expected_shares(weights, comparison->count, places, shares);
    for (size_t i = 0; i < comparison->count; i++) set_due(&comparison->changes[i], is_after, shares[i]);
    free(weights);
    return is_done;
}

/* Each slot is due the same. */
static bool due_by_slots(cli_comparison *comparison, const compared_side *side, bool is_after) {
    size_t count;
    const uint32_t *slots = proxenos_selector_slots(side->selector, &count);
    size_t *places = places_of(comparison, is_after);
    if (places == NULL) return false;
    for (size_t i = 0; i < comparison->count; i++) set_due(&comparison->changes[i], is_after, 0);
    for (size_t i = 0; i < count; i++) {
        node_change *change = &comparison->changes[places[slots[i]]];
        set_due(change, is_after, (is_after ? change->due_after : change->due_before) + 1.0 / (double)count);
    }
    free(places);
    return true;
}

/* The share of the slots that change their node. */
static bool moved_slots(cli_comparison *comparison, const uint32_t *before, const uint32_t *after, size_t count) {
    size_t *places_before = places_of(comparison, false), *places_after = places_of(comparison, true), moved = 0;
    bool is_done = places_before != NULL && places_after != NULL;
    for (size_t i = 0; is_done && i < count; i++) moved += places_before[before[i]] != places_after[after[i]];
    comparison->moved = (double)moved / (double)count;
    free(places_before);
    free(places_after);
    return is_done;
}

static double expected_least(const cli_comparison *comparison) {
    double lost = 0;
    if (comparison->total_before <= 0 || comparison->total_after <= 0) return 0;
    for (size_t i = 0; i < comparison->count; i++) {
        double left = comparison->changes[i].due_before - comparison->changes[i].due_after;
        if (left > 0) lost += left;
        if (isnan(left)) return NAN;
    }
    return lost < 1e-12 ? 0 : lost; /* rounding */
}

static bool expect_moves(cli_comparison *comparison) {
    const node_change **sorted = calloc(comparison->count + 1, sizeof *sorted);
    if (sorted == NULL) return false;
    /* Nodes of weight 0 on both sides have no growth and take no part. */
    size_t count = 0;
    for (size_t i = 0; i < comparison->count; i++)
        if (comparison->changes[i].weight_before > 0 || comparison->changes[i].weight_after > 0)
            sorted[count++] = &comparison->changes[i];
    qsort(sorted, count, sizeof *sorted, by_growth);
    if (comparison->total_before > 0 && comparison->total_after > 0)
        comparison->moved = 1 - expected_stay(sorted, count, comparison->total_after);
    if (comparison->moved < 1e-12) comparison->moved = 0; /* rounding */
    free(sorted);
    return true;
}

static bool expect(cli_comparison *comparison, const compared_side *before, const compared_side *after,
                   size_t places, bool is_spread) {
    size_t slots_before = 0, slots_after = 0;
    const uint32_t *old = before->selector == NULL ? NULL : proxenos_selector_slots(before->selector, &slots_before);
    const uint32_t *new = after->selector == NULL ? NULL : proxenos_selector_slots(after->selector, &slots_after);
    if (places > 1 && (is_spread || old != NULL || new != NULL)) {
        for (size_t i = 0; i < comparison->count; i++)
            comparison->changes[i].due_before = comparison->changes[i].due_after = NAN;
        comparison->moved = NAN;
        return true;
    }
    if (!(old != NULL ? due_by_slots(comparison, before, false) : due_by_weight(comparison, false, places)) ||
        !(new != NULL ? due_by_slots(comparison, after, true) : due_by_weight(comparison, true, places)))
        return false;
    if (old != NULL && new != NULL && slots_before == slots_after)
        return moved_slots(comparison, old, new, slots_before);
    comparison->moved = NAN;
    return places > 1 || old != NULL || new != NULL || (comparison->moved = 0, expect_moves(comparison));
}

bool compare_clusters(cli_comparison *comparison, const cli_session *session, const compared_side *before,
                      const compared_side *after, size_t places, bool is_spread) {
    size_t most = proxenos_cluster_size(before->cluster) + proxenos_cluster_size(after->cluster);
    *comparison = (struct cli_comparison){0};
    comparison->changes = calloc(most + 1, sizeof *comparison->changes);
    if (comparison->changes == NULL) return false;
    merge(comparison, session, before->cluster, after->cluster);
    if (!expect(comparison, before, after, places, is_spread)) {
        comparison_free(comparison);
        return false;
    }
    comparison->least = expected_least(comparison);
    return true;
}

size_t comparison_find(const cli_comparison *comparison, const char *identity) {
    size_t low = 0, high = comparison->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        const node_change *change = &comparison->changes[middle];
        if (strcmp(proxenos_node_identity(change->before != NULL ? change->before : change->after), identity) <= 0)
            low = middle;
        else high = middle;
    }
    return low;
}

void comparison_free(cli_comparison *comparison) {
    free(comparison->changes);
    comparison->changes = NULL;
}

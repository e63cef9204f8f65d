/* SPDX-License-Identifier: MIT */
/* The kernels in plain C: what every other set must equal. */
#include "selection/hrw/kernels.h"

static int is_supported(void) {
    return 1;
}

static size_t best(const px_hrw_table *table, uint64_t key) {
    size_t winner = 0;
    uint64_t least = px_hrw_score(key, table->node[0]);
    for (size_t i = 1; i < table->count; i++) {
        uint64_t score = px_hrw_score(key, table->node[i]);
        if (score < least) {
            least = score;
            winner = i;
        }
    }
    return winner;
}

static float quotient(const px_hrw_table *table, uint64_t key, size_t i) {
    return (float)px_hrw_major(key, table->node[i]) * table->inverse_weight[i];
}

static size_t best_weighted(const px_hrw_table *table, uint64_t key) {
    px_hrw_cost least = px_hrw_cost_of(table, key, 0);
    float limit = px_hrw_limit(least.nlog2, table->inverse_weight[0]);
    for (size_t i = 1; i < table->count; i++) {
        if (quotient(table, key, i) > limit) continue;
        px_hrw_cost cost = px_hrw_cost_of(table, key, i);
        if (px_hrw_is_cheaper(&cost, &least)) {
            least = cost;
            limit = px_hrw_limit(least.nlog2, table->inverse_weight[i]);
        }
    }
    return least.index;
}

/* What a node must not exceed to come before the worst of those held: a score, or by
 * weight a quotient. */
typedef struct bar {
    uint64_t score;
    float quotient;
} bar;

static bar bar_of(const px_hrw_table *table, const px_hrw_cost *worst) {
    if (table->weight == NULL) return (bar){worst->score, 0};
    return (bar){0, px_hrw_limit(worst->nlog2, table->inverse_weight[worst->index])};
}

static int passes(const px_hrw_table *table, uint64_t key, size_t i, bar worst) {
    if (table->weight == NULL) return px_hrw_score(key, table->node[i]) <= worst.score;
    return quotient(table, key, i) <= worst.quotient;
}

static void top_few(const px_hrw_table *table, uint64_t key, size_t count, uint32_t *indexes) {
    px_hrw_few few;
    few.count = 0;
    few.wanted = count;
    bar worst = {0, 0};
    for (size_t i = 0; i < table->count; i++) {
        if (i >= count && !passes(table, key, i, worst)) continue;
        px_hrw_cost cost = px_hrw_cost_of(table, key, i);
        px_hrw_few_offer(&few, &cost);
        if (i + 1 >= count) worst = bar_of(table, &few.places[count - 1]);
    }
    for (size_t i = 0; i < count; i++) indexes[i] = few.places[i].index;
}

static bar bar_of_heap(const px_hrw_heap *heap) {
    px_hrw_cost worst = px_hrw_cost_of(heap->table, heap->key, heap->indexes[0]);
    return bar_of(heap->table, &worst);
}

static void top_many(const px_hrw_table *table, uint64_t key, size_t count, uint32_t *indexes) {
    px_hrw_heap heap = {table, key, indexes, count};
    for (size_t i = 0; i < count; i++) indexes[i] = (uint32_t)i;
    px_hrw_heap_start(&heap);
    bar worst = bar_of_heap(&heap);
    for (size_t i = count; i < table->count; i++) {
        if (!passes(table, key, i, worst)) continue;
        px_hrw_heap_offer(&heap, (uint32_t)i);
        worst = bar_of_heap(&heap);
    }
    px_hrw_heap_sort(&heap);
}

static void top(const px_hrw_table *table, uint64_t key, size_t count, uint32_t *indexes) {
    if (count <= PX_HRW_FEW) top_few(table, key, count, indexes);
    else top_many(table, key, count, indexes);
}

static void best_many(const px_hrw_table *table, const uint64_t *keys, size_t count, uint32_t *indexes) {
    if (table->weight == NULL) {
        for (size_t i = 0; i < count; i++) indexes[i] = (uint32_t)best(table, keys[i]);
    } else {
        for (size_t i = 0; i < count; i++) indexes[i] = (uint32_t)best_weighted(table, keys[i]);
    }
}

const px_hrw_kernels px_hrw_portable = {
    .name = "portable",
    .is_supported = is_supported,
    .best = best,
    .best_weighted = best_weighted,
    .top = top,
    .best_many = best_many,
};

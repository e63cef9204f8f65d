/* SPDX-License-Identifier: MIT */
/* The kernels in plain C: what every other set must equal. */
#include "hrw.h"

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
    size_t winner = 0;
    px_hrw_cost least = px_hrw_cost_of(key, table->node[0], table->weight[0]);
    float limit = px_hrw_limit(&least);
    for (size_t i = 1; i < table->count; i++) {
        if (quotient(table, key, i) > limit) continue;
        px_hrw_cost cost = px_hrw_cost_of(key, table->node[i], table->weight[i]);
        if (px_hrw_is_cheaper(&cost, &least)) {
            least = cost;
            limit = px_hrw_limit(&least);
            winner = i;
        }
    }
    return winner;
}

static void offer_unweighted(px_hrw_heap *heap) {
    const px_hrw_table *table = heap->table;
    uint64_t worst = px_hrw_score(heap->key, table->node[heap->indexes[0]]);
    for (size_t i = heap->size; i < table->count; i++) {
        if (px_hrw_score(heap->key, table->node[i]) > worst) continue;
        px_hrw_heap_offer(heap, (uint32_t)i);
        worst = px_hrw_score(heap->key, table->node[heap->indexes[0]]);
    }
}

static float worst_limit(const px_hrw_heap *heap) {
    uint32_t worst = heap->indexes[0];
    px_hrw_cost cost = px_hrw_cost_of(heap->key, heap->table->node[worst], heap->table->weight[worst]);
    return px_hrw_limit(&cost);
}

static void offer_weighted(px_hrw_heap *heap) {
    float limit = worst_limit(heap);
    for (size_t i = heap->size; i < heap->table->count; i++) {
        if (quotient(heap->table, heap->key, i) > limit) continue;
        px_hrw_heap_offer(heap, (uint32_t)i);
        limit = worst_limit(heap);
    }
}

static void top(const px_hrw_table *table, uint64_t key, size_t count, uint32_t *indexes) {
    px_hrw_heap heap = {table, key, indexes, count};
    for (size_t i = 0; i < count; i++) indexes[i] = (uint32_t)i;
    px_hrw_heap_start(&heap);
    if (table->weight == NULL) offer_unweighted(&heap);
    else offer_weighted(&heap);
    px_hrw_heap_sort(&heap);
}

static void best_many(const px_hrw_table *table, const uint64_t *keys, size_t count, uint32_t *indexes) {
    for (size_t i = 0; i < count; i++) indexes[i] = (uint32_t)best(table, keys[i]);
}

const px_hrw_kernels px_hrw_portable = {
    .name = "portable",
    .is_supported = is_supported,
    .best = best,
    .best_weighted = best_weighted,
    .top = top,
    .best_many = best_many,
};

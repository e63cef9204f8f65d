/* SPDX-License-Identifier: MIT */
#include "selection/hrw/kernels.h"

#include "base/memory.h"

#include <stdlib.h>

typedef struct entry {
    uint64_t node;
    uint32_t original, weight;
} entry;

static int compare_entries(const void *left, const void *right) {
    const entry *a = left, *b = right;
    if (a->node != b->node) return a->node < b->node ? -1 : 1;
    return a->original < b->original ? -1 : a->original > b->original;
}

/* Mixes and sorts the nodes that can be chosen; returns how many. */
static size_t collect_entries(entry *entries, const uint64_t *digests, const uint32_t *weights, size_t count) {
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t weight = weights == NULL ? 1 : weights[i];
        if (weight > 0) entries[used++] = (entry){px_hrw_node(digests[i]), (uint32_t)i, weight};
    }
    qsort(entries, used, sizeof *entries, compare_entries);
    return used;
}

static int are_weights_equal(const entry *entries, size_t count) {
    for (size_t i = 1; i < count; i++) {
        if (entries[i].weight != entries[0].weight) return 0;
    }
    return 1;
}

/* One block of memory holds all arrays, the widest first; padding in whole
 * blocks keeps each aligned to 64 bytes. */
static int allocate(px_hrw_table *table, size_t count, int has_weights) {
    size_t padded = (count + PX_HRW_BLOCK - 1) / PX_HRW_BLOCK * PX_HRW_BLOCK;
    size_t words = has_weights ? 7 : 5;
    uint64_t *memory = px_calloc_aligned(padded == 0 ? PX_HRW_BLOCK : padded, words * sizeof(uint32_t));
    if (memory == NULL) return -1;
    table->node = memory;
    table->low = (uint32_t *)(memory + padded);
    table->high = table->low + padded;
    table->original = table->high + padded;
    if (has_weights) {
        table->weight = table->original + padded;
        table->inverse_weight = (float *)(table->weight + padded);
    }
    table->count = count;
    table->padded = padded;
    return 0;
}

static void fill(px_hrw_table *table, const entry *entries) {
    for (size_t i = 0; i < table->padded; i++) {
        const entry *source = &entries[i < table->count ? i : table->count - 1];
        table->node[i] = source->node;
        table->low[i] = (uint32_t)source->node;
        table->high[i] = (uint32_t)(source->node >> 32);
        table->original[i] = source->original;
        if (table->weight != NULL) {
            table->weight[i] = source->weight;
            table->inverse_weight[i] = 1.0f / (float)source->weight;
        }
        if (i < table->count) table->total_weight += table->weight != NULL ? source->weight : 1;
    }
}

int px_hrw_table_init(px_hrw_table *table, const uint64_t *digests, const uint32_t *weights, size_t count) {
    *table = (px_hrw_table){0};
    entry *entries = px_calloc(count, sizeof *entries);
    if (entries == NULL) return -1;
    size_t used = collect_entries(entries, digests, weights, count);
    int result = allocate(table, used, !are_weights_equal(entries, used));
    if (result == 0) fill(table, entries);
    free(entries);
    return result;
}

void px_hrw_table_end(px_hrw_table *table) {
    free(table->node);
    *table = (px_hrw_table){0};
}

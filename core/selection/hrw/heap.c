/* SPDX-License-Identifier: MIT */
#include "selection/hrw/kernels.h"

static int ranks_before(const px_hrw_heap *heap, uint32_t a, uint32_t b) {
    px_hrw_cost cost_a = px_hrw_cost_of(heap->table, heap->key, a);
    px_hrw_cost cost_b = px_hrw_cost_of(heap->table, heap->key, b);
    return px_hrw_is_cheaper(&cost_a, &cost_b);
}

/* Lets `index` sink from `place` to where both below it rank before it. */
static void sink(px_hrw_heap *heap, size_t place, uint32_t index) {
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= heap->size) break;
        if (child + 1 < heap->size && ranks_before(heap, heap->indexes[child], heap->indexes[child + 1])) child++;
        if (!ranks_before(heap, index, heap->indexes[child])) break;
        heap->indexes[place] = heap->indexes[child];
        place = child;
    }
    heap->indexes[place] = index;
}

void px_hrw_heap_start(px_hrw_heap *heap) {
    for (size_t place = heap->size / 2; place-- > 0;) sink(heap, place, heap->indexes[place]);
}

void px_hrw_heap_offer(px_hrw_heap *heap, uint32_t index) {
    if (ranks_before(heap, index, heap->indexes[0])) sink(heap, 0, index);
}

void px_hrw_heap_sort(px_hrw_heap *heap) {
    while (heap->size > 1) {
        uint32_t worst = heap->indexes[0];
        uint32_t last = heap->indexes[--heap->size];
        sink(heap, 0, last);
        heap->indexes[heap->size] = worst;
    }
}

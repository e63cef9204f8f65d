/* SPDX-License-Identifier: MIT */
/* Nodes laid out for `hrw1`, and the kernels that search them.
 * Definition: proxenos-scheme(7).  Integers only: exact on every processor. */
#ifndef PX_SELECTION_HRW_KERNELS_H
#define PX_SELECTION_HRW_KERNELS_H

#include "selection/hrw/arithmetic.h"

#include <stddef.h>
#include <stdint.h>

enum { PX_HRW_BLOCK = 64 }; /* nodes; tables are padded to whole blocks */

/* The nodes, laid out for search.  Sorted by (mixed digest, identity), so that
 * the smaller index is the tie rule's last word; `original` maps back to the
 * cluster's order.  Nodes of weight 0 are left out. */
typedef struct px_hrw_table {
    size_t count;
    size_t padded;            /* count rounded up to 64; pads repeat the last node */
    uint64_t *node;           /* mixed digests, `padded` of them, 64-byte aligned */
    uint32_t *low, *high;     /* their halves, likewise */
    uint32_t *weight;         /* NULL when all are equal */
    float *inverse_weight;    /* 1 / weight, for pruning only; NULL when all are equal */
    uint32_t *original;
    uint64_t total_weight;    /* of all nodes; their number when all are equal */
} px_hrw_table;

/* Lays out `count` nodes given by digest (hash64) and weight, in the order of
 * their identities; weights NULL: all equal.  Returns 0, or -1 when memory is
 * short and *table is empty. */
int px_hrw_table_init(px_hrw_table *table, const uint64_t *digests, const uint32_t *weights, size_t count);
/* Frees what it holds; welcomes an empty table. */
void px_hrw_table_end(px_hrw_table *table);

/* Kernels of one instruction set.  All of them give equal answers.  A table they
 * are given has at least one node. */
typedef struct px_hrw_kernels {
    const char *name;         /* portable, sse4, avx2, avx512, neon */
    int (*is_supported)(void);
    /* Index into the table of the best for mixed key `key`, weights ignored. */
    size_t (*best)(const px_hrw_table *table, uint64_t key);
    /* The same by weight; for tables that have weights. */
    size_t (*best_weighted)(const px_hrw_table *table, uint64_t key);
    /* The best `count` in order (1 <= count <= table->count), by weight if the
     * table has weights. */
    void (*top)(const px_hrw_table *table, uint64_t key, size_t count, uint32_t *indexes);
    /* best() of many mixed keys, best_weighted() if the table has weights. */
    void (*best_many)(const px_hrw_table *table, const uint64_t *keys, size_t count, uint32_t *indexes);
} px_hrw_kernels;

extern const px_hrw_kernels px_hrw_portable;
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
#define PX_HRW_X86
extern const px_hrw_kernels px_hrw_sse4, px_hrw_avx2, px_hrw_avx512;
#elif defined(__GNUC__) && defined(__aarch64__) && !defined(__AARCH64EB__)
#define PX_HRW_ARM64
extern const px_hrw_kernels px_hrw_neon;
#endif

/* The sets that this processor has, fastest first; NULL past the last. */
const px_hrw_kernels *px_hrw_kernels_at(size_t index);

/* The best set this processor has, chosen once; PROXENOS_CPU overrides it for
 * tests (a set the processor lacks is ignored). */
const px_hrw_kernels *px_hrw_kernels_in_use(void);

/* The cost of a node of the table for a mixed key. */
static inline px_hrw_cost px_hrw_cost_of(const px_hrw_table *table, uint64_t key, size_t index) {
    uint64_t score = px_hrw_score(key, table->node[index]);
    if (table->weight == NULL) return (px_hrw_cost){0, score, 1, (uint32_t)index};
    return (px_hrw_cost){px_hrw_nlog2(score), score, table->weight[index], (uint32_t)index};
}

/* Keeps the best `wanted` in order while more come: an array for the few... */
enum { PX_HRW_FEW = 64 };
typedef struct px_hrw_few {
    size_t count, wanted;     /* wanted <= PX_HRW_FEW */
    px_hrw_cost places[PX_HRW_FEW];
} px_hrw_few;

static inline void px_hrw_few_offer(px_hrw_few *few, const px_hrw_cost *cost) {
    size_t place = few->count;
    if (place < few->wanted) few->count++;
    else if (!px_hrw_is_cheaper(cost, &few->places[--place])) return;
    for (; place > 0 && px_hrw_is_cheaper(cost, &few->places[place - 1]); place--) {
        few->places[place] = few->places[place - 1];
    }
    few->places[place] = *cost;
}

/* ... and a heap of indexes, whose root is the worst of them, for the many. */
typedef struct px_hrw_heap {
    const px_hrw_table *table;
    uint64_t key;
    uint32_t *indexes;        /* borrowed; `size` different nodes */
    size_t size;
} px_hrw_heap;

void px_hrw_heap_start(px_hrw_heap *heap);
/* Takes `index` in for the root if it ranks before it. */
void px_hrw_heap_offer(px_hrw_heap *heap, uint32_t index);
/* Puts the indexes in order, the best first; ends the heap. */
void px_hrw_heap_sort(px_hrw_heap *heap);

#endif

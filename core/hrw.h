/* SPDX-License-Identifier: MIT */
/* The arithmetic of `hrw1` and the kernels that search with it.
 * Definition: proxenos-scheme(7).  Integers only: exact on every processor. */
#ifndef PX_HRW_H
#define PX_HRW_H

#include <stddef.h>
#include <stdint.h>

/* One key or node digest mixed for pairing. */
uint64_t px_hrw_key(uint64_t hash64);
uint64_t px_hrw_node(uint64_t hash64);
/* S of a pair; the smallest wins. */
uint64_t px_hrw_score(uint64_t key, uint64_t node);
/* -log2(1 - S / 2^64) in units of 2^-57, monotone in S. */
uint64_t px_hrw_nlog2(uint64_t score);

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
} px_hrw_table;

/* Kernels of one instruction set.  All of them give equal answers. */
typedef struct px_hrw_kernels {
    const char *name;         /* portable, sse4, avx2, avx512, neon */
    int (*is_supported)(void);
    /* Index into the table of the best for mixed key `key`. */
    size_t (*best)(const px_hrw_table *table, uint64_t key);
    size_t (*best_weighted)(const px_hrw_table *table, uint64_t key);
    /* The best `count` in order (count <= table->count). */
    void (*top)(const px_hrw_table *table, uint64_t key, size_t count, uint32_t *indexes);
    /* best() of many keys; `keys` are mixed. */
    void (*best_many)(const px_hrw_table *table, const uint64_t *keys, size_t count, uint32_t *indexes);
} px_hrw_kernels;

extern const px_hrw_kernels px_hrw_portable;

/* The best set this processor has, chosen once; PROXENOS_CPU overrides it for
 * tests (a set the processor lacks is ignored). */
const px_hrw_kernels *px_hrw_kernels_in_use(void);

#endif

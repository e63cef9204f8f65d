/* SPDX-License-Identifier: MIT */
/* Slot tables: every key falls into one of M slots, and the weighting chooses the
 * slot's node as if the slot's number were the key's hash64.
 *
 *     X = moremur(hash64(key) XOR 0x9E3779B97F4A7C15)
 *     slot = floor(X * M / 2^64)
 *
 * so that selection is one look-up, at the price of an imbalance: see
 * proxenos-scheme(7). */
#ifndef PX_SELECTION_SLOTS_H
#define PX_SELECTION_SLOTS_H

#include "selection/hrw/arithmetic.h"
#include "selection/weighting.h"

#include <stddef.h>
#include <stdint.h>

enum { PX_SLOTS_LIMIT = 1 << 24 };

typedef struct px_slots {
    size_t count;             /* M; 0: no table */
    uint32_t *nodes;          /* index into the cluster by slot */
} px_slots;

static inline size_t px_slot_of(const px_slots *slots, uint64_t hash64) {
    uint64_t mixed = px_hrw_mix_key(hash64), count = slots->count; /* below 2^32 */
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    return (size_t)((wide)mixed * count >> 64);
#else
    return (size_t)(((mixed >> 32) * count + ((mixed & UINT32_MAX) * count >> 32)) >> 32);
#endif
}

/* Asks a prepared weighting for every slot; some weight is above 0.  Returns 0, or -1
 * when memory is short. */
int px_slots_build(px_slots *slots, size_t count, const px_weighting *weighting, const void *state,
                   unsigned threads);
void px_slots_end(px_slots *slots);

#define PX_SLOT_LOST UINT32_MAX

/* What became of a cluster that a table exists for. */
typedef struct px_slots_change {
    const px_slots *old;
    const uint32_t *fate;     /* by old index: the new one, or PX_SLOT_LOST if the node's slots
                                 must be given anew (it left, or weighs less) */
    const px_weighting *weighting;
    const void *state;        /* of the new cluster */
    size_t challenger_count;  /* nodes that joined or weigh more */
    const void *challengers;  /* if several: state of the new cluster with their weights only */
    uint32_t challenger;      /* the index of one of them */
} px_slots_change;

/* The table px_slots_build() would give for the new cluster. */
int px_slots_update(px_slots *slots, const px_slots_change *change, unsigned threads);

#endif

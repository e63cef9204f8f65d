/* SPDX-License-Identifier: MIT */
/* The best few of many: the largest scores, of equal ones the smaller index. */
#ifndef PX_SELECTION_TOP_H
#define PX_SELECTION_TOP_H

#include <proxenos/proxenos.h>

typedef struct px_top_place {
    uint64_t score;
    uint32_t index;
} px_top_place;

/* `places` is the caller's and has room for `capacity` of them, at least 1. */
typedef struct px_top {
    px_top_place *places;
    size_t count, capacity;
} px_top;

void px_top_offer(px_top *top, uint64_t score, uint32_t index);
/* Orders the places, best first.  Nothing may be offered afterwards. */
void px_top_finish(px_top *top);
/* What a weighting's rank() gives, from a finished top of the nodes that can be
 * chosen: their index into the cluster and their digest by index of the place.
 * The larger score wins, so there is no cost. */
void px_top_report(const px_top *top, const uint32_t *original, const uint64_t *digests, uint32_t *indexes,
                   proxenos_ranked *places);

#endif

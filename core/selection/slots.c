/* SPDX-License-Identifier: MIT */
#include "selection/slots.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <stdlib.h>

enum { STEP = 2048 }; /* slots that one thread takes at once */

static int allocate(px_slots *slots, size_t count) {
    slots->nodes = px_calloc(count, sizeof *slots->nodes);
    slots->count = slots->nodes == NULL ? 0 : count;
    return slots->nodes == NULL ? -1 : 0;
}

void px_slots_end(px_slots *slots) {
    free(slots->nodes);
    *slots = (px_slots){0};
}

typedef struct build_job {
    px_slots *slots;
    const px_weighting *weighting;
    const void *state;
} build_job;

static void build_part(void *opaque, size_t begin, size_t end) {
    const build_job *job = opaque;
    uint64_t digests[STEP];
    for (size_t slot = begin; slot < end; slot++) digests[slot - begin] = slot;
    job->weighting->best_of_digests(job->state, digests, end - begin, job->slots->nodes + begin);
}

int px_slots_build(px_slots *slots, size_t count, const px_weighting *weighting, const void *state,
                   unsigned threads) {
    if (allocate(slots, count) != 0) return -1;
    build_job job = {slots, weighting, state};
    px_parallel(count, STEP, threads, build_part, &job);
    return 0;
}

typedef struct update_job {
    px_slots *slots;
    const px_slots_change *change;
} update_job;

/* Slots whose node is lost, to be asked for together. */
typedef struct lost_slots {
    size_t count;
    uint64_t digests[STEP];
    uint32_t nodes[STEP];
} lost_slots;

static void give_anew(const px_slots_change *change, lost_slots *lost, uint32_t *nodes) {
    if (lost->count == 0) return;
    change->weighting->best_of_digests(change->state, lost->digests, lost->count, lost->nodes);
    for (size_t i = 0; i < lost->count; i++) nodes[lost->digests[i]] = lost->nodes[i];
}

static void challenge(const px_slots_change *change, size_t begin, size_t end, uint32_t *nodes) {
    const px_weighting *weighting = change->weighting;
    if (change->challenger_count == 1) {
        weighting->contest(change->state, begin, &change->challenger, 0, end - begin, nodes + begin);
        return;
    }
    uint64_t digests[STEP] = {0}; /* the compiler cannot tell that begin < end */
    uint32_t challengers[STEP];
    for (size_t slot = begin; slot < end; slot++) digests[slot - begin] = slot;
    weighting->best_of_digests(change->challengers, digests, end - begin, challengers);
    weighting->contest(change->state, begin, challengers, 1, end - begin, nodes + begin);
}

static void update_part(void *opaque, size_t begin, size_t end) {
    const update_job *job = opaque;
    const px_slots_change *change = job->change;
    uint32_t *nodes = job->slots->nodes;
    lost_slots lost;
    lost.count = 0;
    for (size_t slot = begin; slot < end; slot++) {
        uint32_t fate = change->fate[change->old->nodes[slot]];
        if (fate == PX_SLOT_LOST) {
            lost.digests[lost.count++] = slot;
            fate = change->challenger; /* any node, for now */
        }
        nodes[slot] = fate;
    }
    if (change->challenger_count > 0) challenge(change, begin, end, nodes);
    give_anew(change, &lost, nodes);
}

int px_slots_update(px_slots *slots, const px_slots_change *change, unsigned threads) {
    if (allocate(slots, change->old->count) != 0) return -1;
    update_job job = {slots, change};
    px_parallel(slots->count, STEP, threads, update_part, &job);
    return 0;
}

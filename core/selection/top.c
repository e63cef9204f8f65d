/* SPDX-License-Identifier: MIT */
/* A binary heap with the worst of the kept places at its root. */
#include "selection/top.h"

#include <stdbool.h>

static bool is_better(px_top_place a, px_top_place b) {
    return a.score != b.score ? a.score > b.score : a.index < b.index;
}

/* Puts `place` at or below `at`, lifting worse places on its way. */
static void sink(px_top_place *places, size_t count, size_t at, px_top_place place) {
    for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && is_better(places[child], places[child + 1])) child++;
        if (!is_better(place, places[child])) break;
        places[at] = places[child];
        at = child;
    }
    places[at] = place;
}

static void rise(px_top_place *places, size_t at, px_top_place place) {
    while (at > 0 && is_better(places[(at - 1) / 2], place)) {
        places[at] = places[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    places[at] = place;
}

void px_top_offer(px_top *top, uint64_t score, uint32_t index) {
    px_top_place place = {score, index};
    if (top->count < top->capacity) rise(top->places, top->count++, place);
    else if (is_better(place, top->places[0])) sink(top->places, top->count, 0, place);
}

void px_top_finish(px_top *top) {
    for (size_t left = top->count; left > 1; left--) {
        px_top_place worst = top->places[0];
        sink(top->places, left - 1, 0, top->places[left - 1]);
        top->places[left - 1] = worst;
    }
}

void px_top_report(const px_top *top, const uint32_t *original, const uint64_t *digests, uint32_t *indexes,
                   proxenos_ranked *places) {
    for (size_t i = 0; i < top->count; i++) {
        uint32_t at = top->places[i].index;
        indexes[i] = original[at];
        places[i].digest = digests[at];
        places[i].score = top->places[i].score;
        places[i].cost = 0;
    }
}

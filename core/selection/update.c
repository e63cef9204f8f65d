/* SPDX-License-Identifier: MIT */
/* Selectors for a cluster that changed, by way of what changed. */
#include "base/memory.h"
#include "selection/selector.h"

#include <stdlib.h>
#include <string.h>

/* What a change of clusters means for the nodes' slots. */
typedef struct difference {
    uint32_t *old_weights, *new_weights;
    uint32_t *fate;           /* by old index, see slots.h */
    uint32_t *challengers;    /* by new index: the weight if it joined or weighs more, else 0 */
    size_t challenger_count;
    uint32_t last_challenger;
} difference;

static void end_difference(difference *made) {
    free(made->old_weights);
    free(made->new_weights);
    free(made->fate);
    free(made->challengers);
}

static void compare_node(difference *made, size_t old, size_t new) {
    uint32_t before = made->old_weights[old], now = made->new_weights[new];
    made->fate[old] = now < before ? PX_SLOT_LOST : (uint32_t)new;
    if (now > before) made->challengers[new] = now;
}

/* Both clusters are sorted by identity. */
static void compare_clusters(difference *made, const proxenos_cluster *old, const proxenos_cluster *new) {
    size_t i = 0, j = 0;
    while (i < old->count || j < new->count) {
        int order = i == old->count ? 1
            : j == new->count ? -1 : strcmp(old->nodes[i]->identity, new->nodes[j]->identity);
        if (order < 0) made->fate[i] = PX_SLOT_LOST;
        else if (order > 0) made->challengers[j] = made->new_weights[j];
        else compare_node(made, i, j);
        i += order <= 0;
        j += order >= 0;
    }
    for (j = 0; j < new->count; j++) {
        if (made->challengers[j] == 0) continue;
        made->challenger_count++;
        made->last_challenger = (uint32_t)j;
    }
}

static int make_difference(difference *made, const proxenos_selector *old, const proxenos_selector *new) {
    *made = (difference){
        .old_weights = px_selector_weights(old->cluster, old->ignores_weights, NULL),
        .new_weights = px_selector_weights(new->cluster, new->ignores_weights, NULL),
        .fate = px_calloc(old->cluster->count, sizeof *made->fate),
        .challengers = px_calloc(new->cluster->count, sizeof *made->challengers),
    };
    if (made->old_weights == NULL || made->new_weights == NULL || made->fate == NULL || made->challengers == NULL) {
        return -1;
    }
    compare_clusters(made, old->cluster, new->cluster);
    return 0;
}

/* Several challengers are prepared among themselves, so that the best of them contends. */
static proxenos_status derive(const proxenos_selector *old, proxenos_selector *new, const difference *made,
                              proxenos_error *error) {
    const px_weighting *weighting = new->weighting;
    void *challengers = NULL;
    proxenos_status status = made->challenger_count < 2 ? PROXENOS_OK
        : weighting->prepare(new->cluster, made->challengers, new->hash, INT64_MAX, &challengers, error);
    if (status != PROXENOS_OK) return status;
    px_slots_change change = {
        .old = &old->slots,
        .fate = made->fate,
        .weighting = weighting,
        .state = new->state,
        .challenger_count = made->challenger_count,
        .challengers = challengers,
        .challenger = made->last_challenger,
    };
    if (px_slots_update(&new->slots, &change, new->threads) != 0) status = px_error_memory(error);
    if (challengers != NULL) weighting->release(challengers);
    return status;
}

static proxenos_status update_slots(const proxenos_selector *old, proxenos_selector *new, proxenos_error *error) {
    if (old->slots.count == 0 || new->selectable == 0) return px_selector_build_slots(new, error);
    difference made;
    proxenos_status status;
    if (make_difference(&made, old, new) != 0) status = px_error_memory(error);
    else if (made.challenger_count > new->selectable / 2) status = px_selector_build_slots(new, error);
    else status = derive(old, new, &made, error);
    end_difference(&made);
    return status;
}

proxenos_status proxenos_selector_update(const proxenos_selector *old, proxenos_cluster *cluster,
                                         proxenos_selector **out, proxenos_error *error) {
    *out = NULL;
    proxenos_selector *selector;
    proxenos_status status = px_selector_make(old, cluster, &selector, error);
    if (status == PROXENOS_OK) status = update_slots(old, selector, error);
    if (status == PROXENOS_OK) *out = selector;
    else proxenos_selector_unref(selector);
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "verbs/replicas.h"

#include <stdlib.h>
#include <string.h>

bool replicas_start(replica_pair *pair, const proxenos_selector *before, const proxenos_selector *after,
                    const char *spread, size_t places) {
    *pair = (replica_pair){.selector_before = before, .selector_after = after, .spread = spread, .places = places};
    pair->before = calloc(places, sizeof *pair->before);
    pair->after = calloc(places, sizeof *pair->after);
    pair->lost = calloc(places, sizeof *pair->lost);
    pair->gained = calloc(places, sizeof *pair->gained);
    if (pair->before != NULL && pair->after != NULL && pair->lost != NULL && pair->gained != NULL) return true;
    replicas_end(pair);
    return false;
}

void replicas_end(replica_pair *pair) {
    free(pair->before);
    free(pair->after);
    free(pair->lost);
    free(pair->gained);
    *pair = (replica_pair){0};
}

static bool rank(const replica_pair *pair, const proxenos_selector *selector, const proxenos_key *key,
                 proxenos_ranked *places, size_t *count, proxenos_error *error) {
    proxenos_status status = pair->spread == NULL
        ? proxenos_rank(selector, key->data, key->length, pair->places, places, count, error)
        : proxenos_rank_spread(selector, key->data, key->length, pair->places, pair->spread, places, count, error);
    return status == PROXENOS_OK;
}

bool replicas_rank(replica_pair *pair, const proxenos_key *key, bool both, proxenos_error *error) {
    return rank(pair, pair->selector_before, key, pair->before, &pair->before_count, error) &&
           (!both || rank(pair, pair->selector_after, key, pair->after, &pair->after_count, error));
}

/* Those of `places` that are not among `others`. */
static size_t without(const proxenos_ranked *places, size_t count, const proxenos_ranked *others, size_t other_count,
                      const proxenos_node **left) {
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < other_count && strcmp(proxenos_node_identity(places[i].node), proxenos_node_identity(others[k].node)) != 0)
            k++;
        if (k == other_count) left[used++] = places[i].node;
    }
    return used;
}

void replicas_differ(replica_pair *pair) {
    pair->lost_count = without(pair->before, pair->before_count, pair->after, pair->after_count, pair->lost);
    pair->gained_count = without(pair->after, pair->after_count, pair->before, pair->before_count, pair->gained);
}

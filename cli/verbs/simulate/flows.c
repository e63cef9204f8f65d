/* SPDX-License-Identifier: MIT */
#include "verbs/simulate/flows.h"

#include <stdlib.h>

static int by_pair(const void *left, const void *right) {
    const key_flow *a = left, *b = right;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static int by_keys(const void *left, const void *right) {
    const key_flow *a = left, *b = right;
    if (a->keys != b->keys) return a->keys > b->keys ? -1 : 1;
    return by_pair(left, right);
}

/* One entry for each pair of nodes. */
static void merge(key_flows *flows) {
    if (flows->count == 0) return;
    qsort(flows->entries, flows->count, sizeof *flows->entries, by_pair);
    size_t used = 0;
    for (size_t i = 1; i < flows->count; i++) {
        if (by_pair(&flows->entries[used], &flows->entries[i]) == 0)
            flows->entries[used].keys += flows->entries[i].keys;
        else
            flows->entries[++used] = flows->entries[i];
    }
    flows->count = used + 1;
}

bool flows_add(key_flows *flows, uint32_t from, uint32_t to, uint64_t keys) {
    if (flows->count == flows->capacity) {
        merge(flows);
        if (flows->count * 2 >= flows->capacity) {
            size_t capacity = flows->capacity == 0 ? 4096 : 2 * flows->capacity;
            key_flow *entries = realloc(flows->entries, capacity * sizeof *entries);
            if (entries == NULL) return false;
            flows->entries = entries;
            flows->capacity = capacity;
        }
    }
    flows->entries[flows->count++] = (key_flow){from, to, keys};
    flows->moved += keys;
    return true;
}

bool flows_add_all(key_flows *flows, const key_flows *others) {
    for (size_t i = 0; i < others->count; i++)
        if (!flows_add(flows, others->entries[i].from, others->entries[i].to, others->entries[i].keys)) return false;
    return true;
}

void flows_sort(key_flows *flows) {
    merge(flows);
    if (flows->count > 0) qsort(flows->entries, flows->count, sizeof *flows->entries, by_keys);
}

void flows_free(key_flows *flows) {
    free(flows->entries);
    *flows = (key_flows){0};
}

/* SPDX-License-Identifier: MIT */
/* Rankings spread over failure domains.  A node's round is how many nodes of its zone
 * rank before it; the spread ranking goes by round, then by rank.  So the best node of
 * every zone comes before any second one, and a node that leaves changes the rounds of
 * its own zone only. */
#include "base/memory.h"
#include "selection/domain.h"
#include "selection/selector.h"

#include <stdlib.h>
#include <string.h>

/* Zones seen, by name, and how many nodes each had; open addressing. */
typedef struct zone {
    const char *name;         /* NULL: free */
    uint32_t nodes;
} zone;

typedef struct zones {
    zone *entries;
    size_t mask, count;       /* size - 1, a power of 2 less 1; distinct zones */
} zones;

static int start_zones(zones *made, size_t nodes) {
    size_t size = 16;
    while (size < 2 * nodes) size *= 2;
    *made = (zones){px_calloc(size, sizeof *made->entries), size - 1, 0};
    return made->entries == NULL ? -1 : 0;
}

/* FNV-1a; any spread of names will do here. */
static size_t hash_name(const char *name) {
    uint32_t hash = UINT32_C(2166136261);
    for (; *name != '\0'; name++) hash = (hash ^ (unsigned char)*name) * UINT32_C(16777619);
    return hash;
}

/* The round of the next node of this zone. */
static uint32_t next_round(zones *seen, const char *name) {
    size_t place = hash_name(name) & seen->mask;
    while (seen->entries[place].name != NULL && strcmp(seen->entries[place].name, name) != 0) {
        place = (place + 1) & seen->mask;
    }
    zone *entry = &seen->entries[place];
    if (entry->name == NULL) {
        entry->name = name;
        seen->count++;
    }
    return entry->nodes++;
}

/* The first nodes of the plain ranking, with their rounds. */
typedef struct prefix {
    proxenos_ranked *places;
    uint32_t *rounds;
    size_t count, zones;
} prefix;

static void end_prefix(prefix *made) {
    free(made->places);
    free(made->rounds);
}

static proxenos_status make_prefix(const proxenos_selector *selector, const void *key, size_t length, size_t count,
                                   const px_domain *read, prefix *made, proxenos_error *error) {
    zones seen;
    *made = (prefix){px_calloc(count, sizeof *made->places), px_calloc(count, sizeof *made->rounds), 0, 0};
    proxenos_status status = start_zones(&seen, count) != 0 || made->places == NULL || made->rounds == NULL
        ? px_error_memory(error)
        : proxenos_rank(selector, key, length, count, made->places, &made->count, error);
    for (size_t i = 0; status == PROXENOS_OK && i < made->count; i++) {
        made->rounds[i] = next_round(&seen, px_domain_of(read, made->places[i].node));
    }
    made->zones = seen.count;
    free(seen.entries);
    if (status != PROXENOS_OK) end_prefix(made);
    return status;
}

/* Orders a prefix by round, then by rank, into the first `count` places. */
static proxenos_status order_by_round(const prefix *made, size_t count, proxenos_ranked *places,
                                      proxenos_error *error) {
    size_t *begin = px_calloc(made->count + 1, sizeof *begin); /* place of each round's first node */
    if (begin == NULL) return px_error_memory(error);
    for (size_t i = 0; i < made->count; i++) begin[made->rounds[i] + 1]++;
    for (size_t round = 1; round <= made->count; round++) begin[round] += begin[round - 1];
    for (size_t i = 0; i < made->count; i++) {
        size_t place = begin[made->rounds[i]]++;
        if (place < count) places[place] = made->places[i];
    }
    free(begin);
    return PROXENOS_OK;
}

proxenos_status proxenos_rank_spread(const proxenos_selector *selector, const void *key, size_t length,
                                     size_t count, const char *spread_by, proxenos_ranked *places,
                                     size_t *ranked, proxenos_error *error) {
    *ranked = 0;
    px_domain read;
    proxenos_status status = px_domain_parse(spread_by != NULL ? spread_by : selector->spread_by, &read, error);
    if (status != PROXENOS_OK) return status;
    size_t all = selector->selectable;
    if (count > all) count = all;

    /* A prefix with as many zones as places wanted holds the answer. */
    size_t size = count < all / 8 ? 4 * count + 16 : all;
    if (size > all) size = all;
    prefix made;
    for (;;) {
        status = make_prefix(selector, key, length, size, &read, &made, error);
        if (status != PROXENOS_OK) return status;
        if (made.zones >= count || size == all) break;
        end_prefix(&made);
        size = size < all / 8 ? 8 * size : all;
    }
    status = order_by_round(&made, count, places, error);
    if (status == PROXENOS_OK) *ranked = count;
    end_prefix(&made);
    return status;
}

/* SPDX-License-Identifier: MIT */
/* The questions that a selector answers. */
#include "base/memory.h"
#include "selection/selector.h"

#include <stdlib.h>

/* Why a key cannot be answered; called when is_answerable() says no. */
static proxenos_status refuse(const proxenos_selector *selector, const void *key, size_t length,
                              proxenos_error *error) {
    size_t count = selector->cluster->count;
    if (key == NULL && length > 0) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "cannot select a node: a key of %zu bytes is NULL", length);
    }
    if (count == 0) return px_error(error, PROXENOS_ERROR_NO_NODE, "cannot select a node: the cluster is empty");
    return px_error(error, PROXENOS_ERROR_NO_NODE,
                    "cannot select a node: none of the %zu in the cluster has a weight above 0", count);
}

static int is_answerable(const proxenos_selector *selector, const void *key, size_t length) {
    return selector->selectable > 0 && (key != NULL || length == 0);
}

static int has_slots(const proxenos_selector *selector) {
    return selector->slots.count != 0;
}

const uint32_t *proxenos_selector_slots(const proxenos_selector *selector, size_t *count) {
    *count = selector->slots.count;
    return has_slots(selector) ? selector->slots.nodes : NULL;
}

static size_t slot_of_key(const proxenos_selector *selector, const void *key, size_t length) {
    return px_slot_of(&selector->slots, px_hash64(selector->hash, key, length));
}

proxenos_status proxenos_select(const proxenos_selector *selector, const void *key, size_t length,
                                const proxenos_node **node, proxenos_error *error) {
    if (!is_answerable(selector, key, length)) {
        *node = NULL;
        return refuse(selector, key, length, error);
    }
    size_t index = has_slots(selector)
        ? selector->slots.nodes[slot_of_key(selector, key, length)]
        : selector->weighting->best(selector->state, selector->hash, key, length);
    *node = selector->cluster->nodes[index];
    return PROXENOS_OK;
}

/* To the others a digest is not all of a key. */
static proxenos_status refuse_digest(const proxenos_selector *selector, proxenos_error *error) {
    return px_error(error, PROXENOS_ERROR_UNSUPPORTED, "the weighting '%s' cannot answer for a digest",
                    selector->weighting->name);
}

/* What the weighting is asked for: with a table, the slot of the digest. */
static uint64_t question(const proxenos_selector *selector, uint64_t digest) {
    return has_slots(selector) ? px_slot_of(&selector->slots, digest) : digest;
}

proxenos_status proxenos_select_digest(const proxenos_selector *selector, uint64_t digest, const proxenos_node **node,
                                       proxenos_error *error) {
    *node = NULL;
    if (selector->weighting->best_of_digests == NULL) return refuse_digest(selector, error);
    if (!is_answerable(selector, NULL, 0)) return refuse(selector, NULL, 0, error);
    uint32_t index;
    if (has_slots(selector)) index = selector->slots.nodes[question(selector, digest)];
    else selector->weighting->best_of_digests(selector->state, &digest, 1, &index);
    *node = selector->cluster->nodes[index];
    return PROXENOS_OK;
}

enum { FEW = 64 }; /* places ranked without allocating */

proxenos_status proxenos_rank_digest(const proxenos_selector *selector, uint64_t digest, size_t count,
                                     proxenos_ranked *places, size_t *ranked, proxenos_error *error) {
    *ranked = 0;
    if (selector->weighting->rank_digest == NULL) return refuse_digest(selector, error);
    if (!is_answerable(selector, NULL, 0)) return refuse(selector, NULL, 0, error);
    if (count > selector->selectable) count = selector->selectable;

    uint32_t few[FEW];
    uint32_t *indexes = count <= FEW ? few : px_calloc(count, sizeof *indexes);
    if (indexes == NULL) return px_error_memory(error);
    proxenos_status status = selector->weighting->rank_digest(selector->state, question(selector, digest), count,
                                                              indexes, places, ranked, error);
    for (size_t i = 0; i < *ranked; i++) places[i].node = selector->cluster->nodes[indexes[i]];
    if (indexes != few) free(indexes);
    return status;
}

proxenos_status proxenos_rank(const proxenos_selector *selector, const void *key, size_t length, size_t count,
                              proxenos_ranked *places, size_t *ranked, proxenos_error *error) {
    *ranked = 0;
    if (!is_answerable(selector, key, length)) return refuse(selector, key, length, error);
    if (count > selector->selectable) count = selector->selectable;

    uint32_t few[FEW];
    uint32_t *indexes = count <= FEW ? few : px_calloc(count, sizeof *indexes);
    if (indexes == NULL) return px_error_memory(error);
    const px_weighting *weighting = selector->weighting;
    proxenos_status status = has_slots(selector)
        ? weighting->rank_digest(selector->state, slot_of_key(selector, key, length), count, indexes, places,
                                 ranked, error)
        : weighting->rank(selector->state, selector->hash, key, length, count, indexes, places, ranked, error);
    for (size_t i = 0; i < *ranked; i++) places[i].node = selector->cluster->nodes[indexes[i]];
    if (indexes != few) free(indexes);
    return status;
}

enum { CHUNK = 256 }; /* keys hashed at once */

static void look_up_many(const proxenos_selector *selector, const proxenos_key *keys, size_t count,
                         uint32_t *indexes) {
    proxenos_bytes bytes[CHUNK];
    uint64_t digests[CHUNK];
    for (size_t done = 0, size; done < count; done += size) {
        size = count - done < CHUNK ? count - done : CHUNK;
        for (size_t i = 0; i < size; i++) bytes[i] = (proxenos_bytes){keys[done + i].data, keys[done + i].length};
        px_hash64_many(selector->hash, bytes, size, digests);
        for (size_t i = 0; i < size; i++) {
            indexes[done + i] = selector->slots.nodes[px_slot_of(&selector->slots, digests[i])];
        }
    }
}

proxenos_status proxenos_select_many(const proxenos_selector *selector, const proxenos_key *keys, size_t count,
                                     uint32_t *indexes, proxenos_error *error) {
    if (!is_answerable(selector, NULL, 0)) return refuse(selector, NULL, 0, error);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].data == NULL && keys[i].length > 0) return refuse(selector, NULL, keys[i].length, error);
    }
    if (has_slots(selector)) look_up_many(selector, keys, count, indexes);
    else selector->weighting->best_many(selector->state, selector->hash, keys, count, indexes);
    return PROXENOS_OK;
}

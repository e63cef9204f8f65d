/* SPDX-License-Identifier: MIT */
#include "selection/selector.h"

#include "base/memory.h"
#include "selection/domain.h"
#include "selection/scheme.h"
#include "selection/weightings.h"

#include <stdlib.h>
#include <string.h>

/* Options of any size as this library knows them. */
static proxenos_status read_options(const proxenos_selector_options *given, proxenos_selector_options *options,
                                    proxenos_error *error) {
    *options = (proxenos_selector_options){.size = sizeof *options};
    if (given != NULL) {
        if (given->size < sizeof given->size) {
            return px_error(error, PROXENOS_ERROR_ARGUMENT, "proxenos_selector_options: size is not set");
        }
        memcpy(options, given, given->size < sizeof *options ? given->size : sizeof *options);
    }
    if (options->weighting == NULL) options->weighting = "hrw";
    if (options->table > PX_SLOTS_LIMIT) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "a slot table has at most %d slots, not %zu", PX_SLOTS_LIMIT,
                        options->table);
    }
    return PROXENOS_OK;
}

static proxenos_status find_weighting(const proxenos_selector_options *options, const px_weighting **weighting,
                                      proxenos_error *error) {
    proxenos_status status = px_weighting_find(options->weighting, weighting, error);
    if (status != PROXENOS_OK || options->table == 0 || (*weighting)->best_of_digests != NULL) return status;
    return px_error(error, PROXENOS_ERROR_UNSUPPORTED,
                    "the weighting '%s' cannot have a slot table: it asks more of a key than its 64-bit digest",
                    (*weighting)->name);
}

uint32_t *px_selector_weights(const proxenos_cluster *cluster, int ignores_weights, size_t *selectable) {
    uint32_t *weights = px_calloc(cluster->count, sizeof *weights);
    size_t count = 0;
    for (size_t i = 0; weights != NULL && i < cluster->count; i++) {
        weights[i] = ignores_weights ? 1 : cluster->nodes[i]->weight;
        count += weights[i] > 0;
    }
    if (selectable != NULL) *selectable = count;
    return weights;
}

static proxenos_status prepare(proxenos_selector *selector, proxenos_error *error) {
    const px_weighting *weighting = selector->weighting;
    const proxenos_cluster *cluster = selector->cluster;
    uint32_t *weights = px_selector_weights(cluster, selector->ignores_weights, &selector->selectable);
    proxenos_status status = weights == NULL ? px_error_memory(error) : PROXENOS_OK;
    int64_t deadline_ms = selector->timeout_ms > 0 ? px_monotonic_ms() + selector->timeout_ms : INT64_MAX;
    if (status == PROXENOS_OK)
        status = weighting->prepare(cluster, weights, selector->hash, deadline_ms, &selector->state, error);
    free(weights);
    if (status != PROXENOS_OK) return status;
    selector->scheme = px_scheme_text(&(px_scheme){
        .weighting = weighting, .state = selector->state, .hash = selector->hash, .cluster = cluster,
        .spread_by = selector->spread_by, .table = selector->table, .ignores_weights = selector->ignores_weights,
    });
    return selector->scheme == NULL ? px_error_memory(error) : PROXENOS_OK;
}

proxenos_status px_selector_make(const proxenos_selector *like, proxenos_cluster *cluster, proxenos_selector **out,
                                 proxenos_error *error) {
    *out = NULL;
    proxenos_selector *selector = px_calloc(1, sizeof *selector);
    if (selector == NULL) return px_error_memory(error);
    atomic_init(&selector->references, 1);
    selector->cluster = proxenos_cluster_ref(cluster);
    selector->hash = proxenos_hash_ref(like->hash);
    selector->weighting = like->weighting;
    selector->table = like->table;
    selector->threads = like->threads;
    selector->ignores_weights = like->ignores_weights;
    selector->timeout_ms = like->timeout_ms;
    proxenos_status status = PROXENOS_OK;
    if (like->spread_by != NULL && (selector->spread_by = px_strdup(like->spread_by)) == NULL) {
        status = px_error_memory(error);
    }
    if (status == PROXENOS_OK) status = prepare(selector, error);
    if (status == PROXENOS_OK) *out = selector;
    else proxenos_selector_unref(selector);
    return status;
}

proxenos_status px_selector_build_slots(proxenos_selector *selector, proxenos_error *error) {
    if (selector->table == 0 || selector->selectable == 0) return PROXENOS_OK;
    return px_slots_build(&selector->slots, selector->table, selector->weighting, selector->state,
                          selector->threads) == 0 ? PROXENOS_OK : px_error_memory(error);
}

proxenos_status proxenos_selector_new(proxenos_cluster *cluster, proxenos_hash_function *hash,
                                      const proxenos_selector_options *given, proxenos_selector **out,
                                      proxenos_error *error) {
    *out = NULL;
    proxenos_selector_options options;
    proxenos_selector like = {.hash = hash};
    proxenos_status status = read_options(given, &options, error);
    px_domain domain;
    if (status == PROXENOS_OK) status = find_weighting(&options, &like.weighting, error);
    if (status == PROXENOS_OK) status = px_domain_parse(options.spread_by, &domain, error);
    if (status != PROXENOS_OK) return status;
    like.table = options.table;
    like.threads = options.threads;
    like.ignores_weights = options.ignore_weights != 0;
    like.timeout_ms = options.timeout_ms;
    like.spread_by = (char *)(uintptr_t)options.spread_by; /* copied */

    proxenos_selector *selector;
    status = px_selector_make(&like, cluster, &selector, error);
    if (status == PROXENOS_OK) status = px_selector_build_slots(selector, error);
    if (status == PROXENOS_OK) *out = selector;
    else proxenos_selector_unref(selector);
    return status;
}

proxenos_selector *proxenos_selector_ref(proxenos_selector *selector) {
    atomic_fetch_add_explicit(&selector->references, 1, memory_order_relaxed);
    return selector;
}

void proxenos_selector_unref(proxenos_selector *selector) {
    if (selector == NULL) return;
    if (atomic_fetch_sub_explicit(&selector->references, 1, memory_order_acq_rel) != 1) return;
    px_slots_end(&selector->slots);
    if (selector->state != NULL) selector->weighting->release(selector->state);
    free(selector->scheme);
    free(selector->spread_by);
    proxenos_hash_unref(selector->hash);
    proxenos_cluster_unref(selector->cluster);
    free(selector);
}

const proxenos_cluster *proxenos_selector_cluster(const proxenos_selector *selector) {
    return selector->cluster;
}

const char *proxenos_selector_scheme(const proxenos_selector *selector) {
    return selector->scheme;
}

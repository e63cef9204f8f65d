/* SPDX-License-Identifier: MIT */
#include "selector.h"

#include "memory.h"
#include "text.h"

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
    if (options->table != 0) {
        return px_error(error, PROXENOS_ERROR_UNSUPPORTED, "slot tables are not part of this build");
    }
    return PROXENOS_OK;
}

static char *make_scheme(const proxenos_selector *selector) {
    px_text text = {0};
    px_text_format(&text, "%s/%s/%s", selector->weighting->scheme, proxenos_hash_name(selector->hash),
                   px_identity_name(selector->cluster->identity));
    const char *parameters = selector->hash->parameters;
    if (parameters[0] != '\0') px_text_format(&text, "/%s", parameters);
    return px_text_take(&text);
}

/* Fills the weights that count, and how many nodes they leave to choose from. */
static uint32_t *make_weights(const proxenos_cluster *cluster, int ignore_weights, size_t *selectable) {
    uint32_t *weights = px_calloc(cluster->count, sizeof *weights);
    *selectable = 0;
    for (size_t i = 0; weights != NULL && i < cluster->count; i++) {
        weights[i] = ignore_weights ? 1 : cluster->nodes[i]->weight;
        *selectable += weights[i] > 0;
    }
    return weights;
}

static proxenos_status prepare(proxenos_selector *selector, const proxenos_selector_options *options,
                               proxenos_error *error) {
    selector->scheme = make_scheme(selector);
    uint32_t *weights = make_weights(selector->cluster, options->ignore_weights, &selector->selectable);
    proxenos_status status = selector->scheme == NULL || weights == NULL
        ? px_error_memory(error)
        : selector->weighting->prepare(selector->cluster, weights, selector->hash, &selector->state, error);
    free(weights);
    return status;
}

proxenos_status proxenos_selector_new(proxenos_cluster *cluster, proxenos_hash_function *hash,
                                      const proxenos_selector_options *given, proxenos_selector **out,
                                      proxenos_error *error) {
    *out = NULL;
    proxenos_selector_options options;
    const px_weighting *weighting;
    proxenos_status status = read_options(given, &options, error);
    if (status == PROXENOS_OK) status = px_weighting_find(options.weighting, &weighting, error);
    if (status != PROXENOS_OK) return status;

    proxenos_selector *selector = px_calloc(1, sizeof *selector);
    if (selector == NULL) return px_error_memory(error);
    atomic_init(&selector->references, 1);
    selector->cluster = proxenos_cluster_ref(cluster);
    selector->hash = proxenos_hash_ref(hash);
    selector->weighting = weighting;
    status = prepare(selector, &options, error);
    if (status != PROXENOS_OK) {
        proxenos_selector_unref(selector);
        return status;
    }
    *out = selector;
    return PROXENOS_OK;
}

proxenos_selector *proxenos_selector_ref(proxenos_selector *selector) {
    atomic_fetch_add_explicit(&selector->references, 1, memory_order_relaxed);
    return selector;
}

void proxenos_selector_unref(proxenos_selector *selector) {
    if (selector == NULL) return;
    if (atomic_fetch_sub_explicit(&selector->references, 1, memory_order_acq_rel) != 1) return;
    if (selector->state != NULL) selector->weighting->release(selector->state);
    free(selector->scheme);
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

/* SPDX-License-Identifier: MIT */
/* proxenos_builder: a cluster made by the program itself. */
#include "cluster/cluster.h"

#include "base/memory.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Of the first release. */
enum { SPEC_SIZE_0_1 = offsetof(proxenos_node_spec, tier) };

struct proxenos_builder {
    px_builder *inner;
};

proxenos_status proxenos_builder_new(const char *identity, proxenos_builder **builder, proxenos_error *error) {
    if (builder == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "no place for the builder was given");
    *builder = NULL;
    px_identity parsed;
    if (identity == NULL) return px_error(error, PROXENOS_ERROR_ARGUMENT, "the builder needs an identity");
    if (px_identity_parse(identity, &parsed, error) != PROXENOS_OK) {
        if (error != NULL) error->status = PROXENOS_ERROR_ARGUMENT;
        return PROXENOS_ERROR_ARGUMENT;
    }
    proxenos_builder *made = px_calloc(1, sizeof *made);
    if (made == NULL) return px_error_memory(error);
    proxenos_status status = px_builder_new(parsed, &made->inner, error);
    if (status != PROXENOS_OK) {
        free(made);
        return status;
    }
    *builder = made;
    return PROXENOS_OK;
}

void proxenos_builder_free(proxenos_builder *builder) {
    if (builder == NULL) return;
    px_builder_free(builder->inner);
    free(builder);
}

static size_t count_texts(const char *const *texts) {
    size_t count = 0;
    while (texts != NULL && texts[count] != NULL) count++;
    return count;
}

static proxenos_node_data data_of(const proxenos_node_spec *spec) {
    proxenos_node_data data = {
        .size = sizeof data,
        .address = spec->host,
        .port = spec->port,
        .weight = spec->weight,
        .service = spec->service,
        .name = spec->name,
        .source_node = spec->source,
        .zone = spec->zone,
        .tags = spec->tags,
        .tag_count = count_texts(spec->tags),
        .metadata = spec->metadata,
        .metadata_count = count_texts(spec->metadata) / 2,
        .tier = spec->tier,
    };
    if (spec->port != 0) data.flags |= PROXENOS_NODE_HAS_PORT;
    if (spec->weight != -1) data.flags |= PROXENOS_NODE_HAS_WEIGHT;
    return data;
}

proxenos_status proxenos_builder_add(proxenos_builder *builder, const proxenos_node_spec *given,
                                     proxenos_error *error) {
    if (builder == NULL || given == NULL) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "no builder or no node was given");
    }
    if (given->size < SPEC_SIZE_0_1) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "a node of %zu bytes: set `size` to its sizeof",
                        given->size);
    }
    proxenos_node_spec known = {0}, *spec = &known; /* what an older program lacks is zero */
    memcpy(spec, given, given->size < sizeof known ? given->size : sizeof known);
    if (count_texts(spec->metadata) % 2 != 0) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "node '%s': the last key of its metadata has no value",
                        spec->host != NULL ? spec->host : "");
    }
    proxenos_node_data data = data_of(spec);
    proxenos_status status = px_builder_add(builder->inner, &data, error);
    if (status != PROXENOS_ERROR_MALFORMED) return status;
    /* What a source gave wrong is here the caller's own argument. */
    if (error != NULL) error->status = PROXENOS_ERROR_ARGUMENT;
    return PROXENOS_ERROR_ARGUMENT;
}

proxenos_status proxenos_builder_finish(proxenos_builder *builder, proxenos_cluster **cluster,
                                        proxenos_error *error) {
    if (cluster != NULL) *cluster = NULL;
    if (builder == NULL || cluster == NULL) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "no builder or no place for the cluster was given");
    }
    return px_builder_finish(builder->inner, NULL, NULL, cluster, error);
}

proxenos_status proxenos_parse_address(const char *text, char *host, size_t size, unsigned *port,
                                       proxenos_error *error) {
    px_address address;
    char written[PX_ADDRESS_TEXT_SIZE];
    if (text == NULL || host == NULL || port == NULL) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "an address needs a text, and places for its host and port");
    }
    proxenos_status status = px_address_parse(&address, text, error);
    if (status != PROXENOS_OK) return status;
    size_t length = px_address_print_host(&address, written);
    if (length >= size) {
        return px_error(error, PROXENOS_ERROR_ARGUMENT, "the host of '%s' has %zu bytes, more than the place for it", text,
                        length);
    }
    memcpy(host, written, length + 1);
    *port = address.has_port ? address.port : 0;
    return PROXENOS_OK;
}

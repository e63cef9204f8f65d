/* SPDX-License-Identifier: MIT */
#include "cluster/node.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
    ELEMENT_LIMIT = 1024,  /* tags; pairs of metadata */
    TEXT_LIMIT = 64 * 1024 /* bytes of all strings, their NULs included */
};

/* ---- checks */

/* Adds a string's bytes to *total.  NULL counts as "" where `may_be_null`. */
static proxenos_status measure(const char *what, const char *text, bool may_be_null, size_t *total,
                               proxenos_error *error) {
    if (text == NULL) {
        if (may_be_null) return PROXENOS_OK;
        return px_error(error, PROXENOS_ERROR_MALFORMED, "%s is missing", what);
    }
    size_t length = strnlen(text, TEXT_LIMIT);
    *total += length + 1;
    if (*total > TEXT_LIMIT) {
        return px_error(error, PROXENOS_ERROR_MALFORMED, "more than %d bytes of text", TEXT_LIMIT);
    }
    if (!px_is_utf8(text, length)) return px_error(error, PROXENOS_ERROR_MALFORMED, "%s is not UTF-8", what);
    return PROXENOS_OK;
}

static proxenos_status measure_all(const char *what, const char *const *texts, size_t count, size_t *total,
                                   proxenos_error *error) {
    proxenos_status status = PROXENOS_OK;
    if (texts == NULL && count > 0) {
        return px_error(error, PROXENOS_ERROR_MALFORMED, "%s is missing: %zu were announced", what, count);
    }
    for (size_t i = 0; i < count && status == PROXENOS_OK; i++) {
        status = measure(what, texts[i], false, total, error);
    }
    return status;
}

static proxenos_status check_numbers(const proxenos_node_data *data, proxenos_error *error) {
    if ((data->flags & PROXENOS_NODE_HAS_PORT) != 0 && (data->port < 1 || data->port > 65535)) {
        return px_error(error, PROXENOS_ERROR_MALFORMED, "port %lld is not in 1...65535", (long long)data->port);
    }
    if ((data->flags & PROXENOS_NODE_HAS_WEIGHT) != 0 && (data->weight < 0 || data->weight > UINT32_MAX)) {
        return px_error(error, PROXENOS_ERROR_MALFORMED, "weight %lld is not in 0...4294967295",
                        (long long)data->weight);
    }
    if (data->tier < 0 || data->tier > UINT32_MAX) {
        return px_error(error, PROXENOS_ERROR_MALFORMED, "tier %lld is not in 0...4294967295", (long long)data->tier);
    }
    if (data->tag_count > ELEMENT_LIMIT) {
        return px_error(error, PROXENOS_ERROR_MALFORMED, "%zu tags, more than %d", data->tag_count, ELEMENT_LIMIT);
    }
    if (data->metadata_count > ELEMENT_LIMIT) {
        return px_error(error, PROXENOS_ERROR_MALFORMED, "%zu pairs of metadata, more than %d",
                        data->metadata_count, ELEMENT_LIMIT);
    }
    return PROXENOS_OK;
}

/* The bytes that all given strings need. */
static proxenos_status check_text(const proxenos_node_data *data, size_t *total, proxenos_error *error) {
    const struct {
        const char *what, *text;
    } fields[] = {
        {"the service", data->service}, {"the name", data->name},     {"the source node", data->source_node},
        {"the zone", data->zone},       {"the origin", data->origin},
    };
    proxenos_status status = PROXENOS_OK;
    *total = 0;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && status == PROXENOS_OK; i++) {
        status = measure(fields[i].what, fields[i].text, true, total, error);
    }
    if (status == PROXENOS_OK) status = measure_all("a tag", data->tags, data->tag_count, total, error);
    if (status == PROXENOS_OK) {
        status = measure_all("metadata", data->metadata, 2 * data->metadata_count, total, error);
    }
    return status;
}

static proxenos_status check_address(const proxenos_node_data *data, px_address *address, proxenos_error *error) {
    if (data->address == NULL) return px_error(error, PROXENOS_ERROR_MALFORMED, "the address is missing");
    if (px_address_parse_host(address, data->address, error) != PROXENOS_OK) {
        if (error != NULL) error->status = PROXENOS_ERROR_MALFORMED;
        return PROXENOS_ERROR_MALFORMED;
    }
    address->has_port = (data->flags & PROXENOS_NODE_HAS_PORT) != 0;
    address->port = address->has_port ? (uint16_t)data->port : 0;
    return PROXENOS_OK;
}

/* ---- the copy */

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_pairs(const void *a, const void *b) {
    const px_pair *left = a, *right = b;
    int order = strcmp(left->key, right->key);
    return order != 0 ? order : strcmp(left->value, right->value);
}

/* Copies to *free_bytes and moves it on; "" takes no room. */
static const char *keep(char **free_bytes, const char *text) {
    if (text == NULL || *text == '\0') return "";
    size_t size = strlen(text) + 1;
    char *copy = memcpy(*free_bytes, text, size);
    *free_bytes += size;
    return copy;
}

static void fill_address(proxenos_node *node, const px_address *parsed, const char *address, const char *host,
                         char **free_bytes) {
    node->parsed.kind = parsed->kind;
    memcpy(node->parsed.bytes, parsed->bytes, sizeof node->parsed.bytes);
    node->parsed.has_port = parsed->has_port;
    node->parsed.port = parsed->port;
    node->address = keep(free_bytes, address);
    node->host = parsed->has_port ? keep(free_bytes, host) : node->address;
    node->identity = node->address;
}

static void fill(proxenos_node *node, const proxenos_node_data *data, char **free_bytes) {
    node->service = keep(free_bytes, data->service);
    node->name = keep(free_bytes, data->name);
    node->source = keep(free_bytes, data->source_node);
    node->zone = keep(free_bytes, data->zone);
    node->origin = keep(free_bytes, data->origin);
    for (size_t i = 0; i < node->tag_count; i++) node->tags[i] = keep(free_bytes, data->tags[i]);
    for (size_t i = 0; i < node->metadata_count; i++) {
        node->metadata[i].key = keep(free_bytes, data->metadata[2 * i]);
        node->metadata[i].value = keep(free_bytes, data->metadata[2 * i + 1]);
    }
    if (node->tag_count > 1) qsort(node->tags, node->tag_count, sizeof node->tags[0], compare_texts);
    if (node->metadata_count > 1) {
        qsort(node->metadata, node->metadata_count, sizeof node->metadata[0], compare_pairs);
    }
    node->weight = (data->flags & PROXENOS_NODE_HAS_WEIGHT) != 0 ? (uint32_t)data->weight : 1;
    node->tier = (uint32_t)data->tier;
    node->health = data->health <= PROXENOS_HEALTH_CRITICAL ? data->health : PROXENOS_HEALTH_UNKNOWN;
}

/* The struct, metadata, tags and text, in this order: alignments only fall. */
static proxenos_node *copy_node(const proxenos_node_data *data, const px_address *parsed, size_t text_size) {
    char address[PX_ADDRESS_TEXT_SIZE], host[PX_ADDRESS_TEXT_SIZE];
    size_t address_size = px_address_print(parsed, address) + 1, host_size = 0;
    if (parsed->has_port) host_size = px_address_print_host(parsed, host) + 1;
    size_t pairs_size = data->metadata_count * sizeof(px_pair), tags_size = data->tag_count * sizeof(char *);
    proxenos_node *node =
        px_calloc(1, sizeof *node + pairs_size + tags_size + address_size + host_size + text_size);
    if (node == NULL) return NULL;
    node->metadata = (px_pair *)(void *)(node + 1);
    node->metadata_count = data->metadata_count;
    node->tags = (const char **)(void *)(node->metadata + data->metadata_count);
    node->tag_count = data->tag_count;
    char *free_bytes = (char *)(node->tags + data->tag_count);
    fill_address(node, parsed, address, host, &free_bytes);
    fill(node, data, &free_bytes);
    return node;
}

proxenos_status px_node_new(const proxenos_node_data *data, proxenos_node **node, proxenos_error *error) {
    *node = NULL;
    if (data->size < sizeof *data) {
        return px_error(error, PROXENOS_ERROR_PLUGIN, "a node of %u bytes, smaller than ABI 1.0 has it: "
                        "the plugin must set `size`", (unsigned)data->size);
    }
    px_address parsed;
    size_t text_size;
    proxenos_status status = check_address(data, &parsed, error);
    if (status != PROXENOS_OK) {
        if (data->origin != NULL) px_error_prefix(error, "%s", data->origin);
        return status;
    }
    status = check_numbers(data, error); /* the counts first, which say how much text there is */
    if (status == PROXENOS_OK) status = check_text(data, &text_size, error);
    if (status != PROXENOS_OK) {
        if (data->origin != NULL) px_error_prefix(error, "%s", data->origin);
        else px_error_prefix(error, "node '%s'", data->address);
        return status;
    }
    *node = copy_node(data, &parsed, text_size);
    return *node == NULL ? px_error_memory(error) : PROXENOS_OK;
}

void px_node_free(proxenos_node *node) {
    if (node != NULL) free(node->own_identity);
    free(node);
}

/* ---- order */

static int compare_numbers(uint64_t a, uint64_t b) {
    return (a > b) - (a < b);
}

static int compare_tags(const proxenos_node *a, const proxenos_node *b) {
    int order = compare_numbers(a->tag_count, b->tag_count);
    for (size_t i = 0; order == 0 && i < a->tag_count; i++) order = strcmp(a->tags[i], b->tags[i]);
    return order;
}

static int compare_metadata(const proxenos_node *a, const proxenos_node *b) {
    int order = compare_numbers(a->metadata_count, b->metadata_count);
    for (size_t i = 0; order == 0 && i < a->metadata_count; i++) {
        order = compare_pairs(&a->metadata[i], &b->metadata[i]);
    }
    return order;
}

int px_node_compare(const proxenos_node *a, const proxenos_node *b) {
    int order = strcmp(a->identity, b->identity);
    if (order == 0) order = strcmp(a->service, b->service);
    if (order == 0) order = strcmp(a->name, b->name);
    if (order == 0) order = strcmp(a->source, b->source);
    if (order == 0) order = compare_numbers(b->weight, a->weight);
    if (order == 0) order = strcmp(a->address, b->address);
    /* The same text may have been an IPv4-mapped address: `python` tells them apart. */
    if (order == 0) order = compare_numbers(a->parsed.kind, b->parsed.kind);
    if (order == 0) order = compare_numbers(a->tier, b->tier);
    if (order == 0) order = strcmp(a->zone, b->zone);
    if (order == 0) order = compare_numbers(a->health, b->health);
    if (order == 0) order = compare_tags(a, b);
    if (order == 0) order = compare_metadata(a, b);
    return order != 0 ? order : strcmp(a->origin, b->origin);
}

/* ---- reading */

const char *px_node_metadata(const proxenos_node *node, const char *key) {
    for (size_t i = 0; i < node->metadata_count; i++) {
        if (strcmp(node->metadata[i].key, key) == 0) return node->metadata[i].value;
    }
    return NULL;
}

const char *proxenos_node_identity(const proxenos_node *node) {
    return node->identity;
}

const char *proxenos_node_address(const proxenos_node *node) {
    return node->address;
}

const char *proxenos_node_host(const proxenos_node *node) {
    return node->host;
}

unsigned proxenos_node_port(const proxenos_node *node) {
    return node->parsed.port;
}

uint32_t proxenos_node_weight(const proxenos_node *node) {
    return node->weight;
}

const char *proxenos_node_service(const proxenos_node *node) {
    return node->service;
}

const char *proxenos_node_name(const proxenos_node *node) {
    return node->name;
}

const char *proxenos_node_source(const proxenos_node *node) {
    return node->source;
}

const char *proxenos_node_zone(const proxenos_node *node) {
    return node->zone;
}

uint32_t proxenos_node_tier(const proxenos_node *node) {
    return node->tier;
}

const char *proxenos_node_health(const proxenos_node *node) {
    static const char *const words[] = {
        [PROXENOS_HEALTH_UNKNOWN] = "unknown",
        [PROXENOS_HEALTH_PASSING] = "passing",
        [PROXENOS_HEALTH_WARNING] = "warning",
        [PROXENOS_HEALTH_CRITICAL] = "critical",
    };
    return words[node->health];
}

const char *proxenos_node_tag(const proxenos_node *node, size_t index) {
    return index < node->tag_count ? node->tags[index] : NULL;
}

int proxenos_node_metadata(const proxenos_node *node, size_t index, const char **key, const char **value) {
    if (index >= node->metadata_count) return 0;
    *key = node->metadata[index].key;
    *value = node->metadata[index].value;
    return 1;
}

/* SPDX-License-Identifier: MIT */
/* JSON, in the forms that programs write into ZooKeeper: members of serversets (Finagle, Aurora), instances of Curator's
 * discovery, Nerve's reports; and the schema of our own lists.  UNCHANGED: a member that is out of service. */
#include "zookeeper/internal.h"

#include "lib/nodes/read.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS = 32 };           /* of metadata; what is more is left out */

int32_t zookeeper_add(zookeeper_delivery *delivery, const zookeeper_child *child, proxenos_node_data *node) {
    char origin[200];
    (void)snprintf(origin, sizeof origin, "child '%.150s'", child->name);
    node->size = sizeof *node;
    node->origin = origin;
    if (node->name == NULL) node->name = child->name;
    if (node->service == NULL && *delivery->source->service != '\0') node->service = delivery->source->service;
    int32_t result = delivery->source->host->add_node(delivery->sink, node);
    return result == PROXENOS_RESULT_SKIPPED ? (int32_t)NO_NODE : result;
}

static const char *string_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL || *text == '\0' ? NULL : text;
}

/* A whole number, also one in quotes; false when there is none. */
static bool take_integer(const json_t *object, const char *key, uint32_t flag, int64_t *number, uint32_t *flags) {
    const json_t *value = json_object_get(object, key);
    if (json_is_integer(value)) {
        *number = json_integer_value(value);
    } else if (json_is_string(value)) {
        const char *text = json_string_value(value);
        size_t digits = strspn(text, "0123456789");
        if (digits == 0 || digits > 15 || text[digits] != '\0') return false;
        *number = strtoll(text, NULL, 10);
    } else {
        return false;
    }
    *flags |= flag;
    return true;
}

/* The strings of an object, as metadata. */
static void take_metadata(const json_t *object, const char *pairs[2 * PAIRS], proxenos_node_data *node) {
    node->metadata = pairs;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        if (!json_is_string(value) || node->metadata_count == PAIRS) continue;
        pairs[2 * node->metadata_count] = key;
        pairs[2 * node->metadata_count++ + 1] = json_string_value(value);
    }
}

static int32_t add_serverset(zookeeper_delivery *delivery, const zookeeper_child *child, const json_t *value) {
    const char *endpoint = zookeeper_text(delivery->source, ZOOKEEPER_ENDPOINT), *status = string_of(value, "status");
    const json_t *at = endpoint == NULL ? json_object_get(value, "serviceEndpoint")
                                        : json_object_get(json_object_get(value, "additionalEndpoints"), endpoint);
    const char *pairs[2 * PAIRS];
    proxenos_node_data node = {.address = string_of(at, "host")};
    if (json_object_get(value, "serviceEndpoint") == NULL || status == NULL) return NO_NODE;
    if (strcmp(status, "ALIVE") != 0) return PROXENOS_RESULT_UNCHANGED;
    if (node.address == NULL || !take_integer(at, "port", PROXENOS_NODE_HAS_PORT, &node.port, &node.flags)) return NO_NODE;
    take_metadata(json_object_get(value, "metadata"), pairs, &node);
    char shard[24];
    const json_t *number = json_object_get(value, "shard");
    if (json_is_integer(number) && node.metadata_count < PAIRS) {
        (void)snprintf(shard, sizeof shard, "%lld", (long long)json_integer_value(number));
        pairs[2 * node.metadata_count] = "shard";
        pairs[2 * node.metadata_count++ + 1] = shard;
    }
    return zookeeper_add(delivery, child, &node);
}

/* sslPort counts where there is no port.  A payload of strings is what its program said of it. */
static int32_t add_curator(zookeeper_delivery *delivery, const zookeeper_child *child, const json_t *value) {
    const char *pairs[2 * PAIRS];
    proxenos_node_data node = {
        .address = string_of(value, "address"), .service = string_of(value, "name"), .name = string_of(value, "id"),
    };
    if (node.address == NULL) return NO_NODE;
    if (json_is_false(json_object_get(value, "enabled"))) return PROXENOS_RESULT_UNCHANGED;
    if (!take_integer(value, "port", PROXENOS_NODE_HAS_PORT, &node.port, &node.flags) &&
        !take_integer(value, "sslPort", PROXENOS_NODE_HAS_PORT, &node.port, &node.flags)) {
        return NO_NODE;
    }
    take_metadata(json_object_get(value, "payload"), pairs, &node);
    return zookeeper_add(delivery, child, &node);
}

static int32_t add_nerve(zookeeper_delivery *delivery, const zookeeper_child *child, const json_t *value) {
    const char *pairs[2 * PAIRS];
    const json_t *labels = json_object_get(value, "labels");
    proxenos_node_data node = {
        .address = string_of(value, "host"), .name = string_of(value, "name"), .zone = string_of(labels, "az"),
    };
    if (node.address == NULL || !take_integer(value, "port", PROXENOS_NODE_HAS_PORT, &node.port, &node.flags)) {
        return NO_NODE;
    }
    (void)take_integer(value, "weight", PROXENOS_NODE_HAS_WEIGHT, &node.weight, &node.flags);
    take_metadata(labels, pairs, &node);
    return zookeeper_add(delivery, child, &node);
}

/* The readers of lists do the rest.  They cut the text up, and what a watch guards is kept. */
static int32_t add_own(zookeeper_delivery *delivery, const zookeeper_child *child) {
    char name[160];
    (void)snprintf(name, sizeof name, "child '%.140s'", child->name);
    const nodes_source source = {
        .host = delivery->source->host, .name = name, .format = NODES_JSON, .entry = child->name,
    };
    char *text = malloc(child->length + 1);
    if (text == NULL) return zookeeper_no_memory(delivery->source);
    memcpy(text, child->value, child->length + 1);
    int32_t result = nodes_read(&source, text, child->length, delivery->sink);
    free(text);
    return result == PROXENOS_RESULT_MALFORMED ? (int32_t)NO_NODE : result;
}

/* By a key that only this form has. */
static enum zookeeper_format look_at(const json_t *value) {
    static const struct {
        const char *key;
        enum zookeeper_format format;
    } signs[] = {
        {"serviceEndpoint", FORMAT_SERVERSET},  {"uriSpec", FORMAT_CURATOR}, {"serviceType", FORMAT_CURATOR},
        {"registrationTimeUTC", FORMAT_CURATOR}, {"sslPort", FORMAT_CURATOR}, {"haproxy_server_options", FORMAT_NERVE},
        {"labels", FORMAT_NERVE},               {"check_port", FORMAT_NERVE},
    };
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (json_object_get(value, signs[i].key) != NULL) return signs[i].format;
    }
    return FORMAT_NODE;
}

int32_t zookeeper_add_json(zookeeper_delivery *delivery, const zookeeper_child *child, enum zookeeper_format format) {
    json_error_t error;
    json_t *value = json_loadb(child->value, child->length, JSON_ALLOW_NUL, &error);
    if (value == NULL) {
        return buffer_no_memory_left() ? zookeeper_no_memory(delivery->source) : (int32_t)NO_NODE;
    }
    /* Finagle keeps the weights of a serverset beside its members. */
    bool is_vector = json_object_get(value, "vector") != NULL;
    if (format == FORMAT_AUTO) format = look_at(value);
    int32_t result = is_vector                        ? PROXENOS_RESULT_UNCHANGED
                     : format == FORMAT_SERVERSET     ? add_serverset(delivery, child, value)
                     : format == FORMAT_CURATOR       ? add_curator(delivery, child, value)
                     : format == FORMAT_NERVE         ? add_nerve(delivery, child, value)
                                                      : add_own(delivery, child);
    json_decref(value);
    return result;
}

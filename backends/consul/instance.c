/* SPDX-License-Identifier: MIT */
/* One instance of a service: its health, address, weight, and its way to the core. */
#include "consul/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *consul_string(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

/* NULL where a plugin says "none". */
static const char *or_null(const char *text) {
    return text[0] == '\0' ? NULL : text;
}

/* ---- health */

static bool is_maintenance(const char *check_id) {
    static const char service[] = "_service_maintenance:";
    return strcmp(check_id, "_node_maintenance") == 0 || strncmp(check_id, service, sizeof service - 1) == 0;
}

void consul_health_add(consul_health *health, const json_t *check) {
    const char *status = consul_string(check, "Status");
    uint32_t level = PROXENOS_HEALTH_CRITICAL; /* also for a status not known here */
    if (is_maintenance(consul_string(check, "CheckID"))) level = PROXENOS_HEALTH_CRITICAL;
    else if (strcmp(status, "passing") == 0) level = PROXENOS_HEALTH_PASSING;
    else if (strcmp(status, "warning") == 0) level = PROXENOS_HEALTH_WARNING;
    if (level == PROXENOS_HEALTH_WARNING) health->warns = true;
    if (level > health->worst) health->worst = level;
}

static bool is_wanted(const consul_agent *agent, consul_health health) {
    switch (consul_value(agent, CONSUL_HEALTH)->integer) {
    case CONSUL_HEALTH_ANY: return true;
    case CONSUL_HEALTH_WARNING: return health.worst <= PROXENOS_HEALTH_WARNING;
    default: return health.worst == PROXENOS_HEALTH_PASSING;
    }
}

/* ---- names and tags */

bool consul_is_excluded(const consul_agent *agent, const char *name) {
    const proxenos_value *excluded = consul_value(agent, CONSUL_EXCLUDE);
    for (size_t i = 0; i < excluded->list_count; i++) {
        if (strcmp(excluded->list[i], name) == 0) return true;
    }
    return false;
}

static bool has_tag(const json_t *tags, const char *wanted) {
    for (size_t i = 0; i < json_array_size(tags); i++) {
        const char *tag = json_string_value(json_array_get(tags, i));
        if (tag != NULL && ascii_equal(tag, wanted)) return true;
    }
    return false;
}

bool consul_has_tags(const consul_agent *agent, const json_t *tags) {
    const proxenos_value *wanted = consul_value(agent, CONSUL_TAG);
    for (size_t i = 0; i < wanted->list_count; i++) {
        if (!has_tag(tags, wanted->list[i])) return false;
    }
    return true;
}

/* ---- address */

typedef struct endpoint {
    const char *address;
    const json_t *port;
} endpoint;

/* A tagged address as Consul itself translates: the service's own, with its own port;
 * the node's only for a service without an address. */
static endpoint tagged_endpoint(const json_t *node, const json_t *service, const char *tag) {
    const json_t *tagged = json_object_get(json_object_get(service, "TaggedAddresses"), tag);
    const char *of_service = consul_string(tagged, "Address");
    if (of_service[0] != '\0') return (endpoint){of_service, json_object_get(tagged, "Port")};
    const char *address = consul_string(service, "Address");
    if (address[0] == '\0') address = consul_string(json_object_get(node, "TaggedAddresses"), tag);
    return (endpoint){address, json_object_get(service, "Port")};
}

static endpoint endpoint_of(const consul_agent *agent, const json_t *node, const json_t *service) {
    const char *which = consul_value(agent, CONSUL_NODE_ADDRESS)->text;
    endpoint place = {"", json_object_get(service, "Port")};
    if (strcmp(which, "service") == 0) place.address = consul_string(service, "Address");
    else if (strcmp(which, "node") != 0) place = tagged_endpoint(node, service, which);
    if (place.address[0] == '\0') place.address = consul_string(node, "Address");
    return place;
}

/* ---- weight, zone, metadata */

/* Consul's agents and servers write this one into every node. */
static bool is_internal(const char *key) {
    return strncmp(key, "consul-", 7) == 0;
}

static void set_weight(proxenos_node_data *data, const json_t *service, bool warns) {
    const json_t *weight = json_object_get(json_object_get(service, "Weights"), warns ? "Warning" : "Passing");
    if (!json_is_integer(weight)) return;
    data->flags |= PROXENOS_NODE_HAS_WEIGHT;
    data->weight = json_integer_value(weight);
}

/* Metadata "zone" of the service, of the node, then the locality that Consul 1.16
 * and later knows of either. */
static const char *zone_of(const json_t *node, const json_t *service) {
    const char *zones[] = {
        consul_string(json_object_get(service, "Meta"), "zone"),
        consul_string(json_object_get(node, "Meta"), "zone"),
        consul_string(json_object_get(service, "Locality"), "Zone"),
        consul_string(json_object_get(node, "Locality"), "Zone"),
    };
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (zones[i][0] != '\0') return zones[i];
    }
    return NULL;
}

/* Appends the strings of `meta`; a node's give way to the service's. */
static size_t add_metadata(const char **pairs, size_t count, json_t *meta, const json_t *stronger) {
    const char *key;
    json_t *value;
    json_object_foreach(meta, key, value) {
        if (!json_is_string(value) || is_internal(key) || json_object_get(stronger, key) != NULL) continue;
        pairs[count++] = key;
        pairs[count++] = json_string_value(value);
    }
    return count;
}

/* ---- delivery */

/* Fills the lists and hands the node over.  `strings` has room for both. */
static int32_t add_node(consul_reading *reading, proxenos_node_data *data, const char **strings, const json_t *node,
                        const json_t *service) {
    const json_t *tags = json_object_get(service, "Tags");
    json_t *meta = json_object_get(service, "Meta");
    size_t tag_count = 0;
    for (size_t i = 0; i < json_array_size(tags); i++) {
        const char *tag = json_string_value(json_array_get(tags, i));
        if (tag != NULL) strings[tag_count++] = tag;
    }
    const char **pairs = strings + tag_count;
    size_t pair_strings = add_metadata(pairs, 0, meta, NULL);
    pair_strings = add_metadata(pairs, pair_strings, json_object_get(node, "Meta"), meta);
    data->tags = strings;
    data->tag_count = tag_count;
    data->metadata = pairs;
    data->metadata_count = pair_strings / 2;
    int32_t result = reading->agent->host->add_node(reading->sink, data);
    if (result == PROXENOS_RESULT_OK) reading->delivered++;
    return result == PROXENOS_RESULT_SKIPPED ? PROXENOS_RESULT_OK : result;
}

static size_t string_count(const json_t *node, const json_t *service) {
    return json_array_size(json_object_get(service, "Tags")) +
           2 * json_object_size(json_object_get(service, "Meta")) +
           2 * json_object_size(json_object_get(node, "Meta"));
}

/* Consul's Port is optional; batch jobs have none.  The core refuses 70000, and what is no number. */
static void set_port(proxenos_node_data *data, const json_t *port) {
    if (port == NULL || json_is_null(port) || (json_is_integer(port) && json_integer_value(port) == 0)) return;
    data->flags |= PROXENOS_NODE_HAS_PORT;
    data->port = json_is_integer(port) ? json_integer_value(port) : -1;
}

int32_t consul_deliver(consul_reading *reading, const json_t *node, const json_t *service, consul_health health) {
    const consul_agent *agent = reading->agent;
    const char *name = consul_string(service, "Service"), *id = consul_string(service, "ID");
    reading->instances++;
    /* A kind is a proxy or gateway of the service mesh, not a service. */
    bool is_proxy = consul_string(service, "Kind")[0] != '\0';
    if (is_proxy && consul_value(agent, CONSUL_PROXIES)->integer == 0) {
        reading->proxies++;
        return PROXENOS_RESULT_OK;
    }
    if (consul_is_excluded(agent, name)) return PROXENOS_RESULT_OK;
    if (!is_wanted(agent, health)) {
        reading->unhealthy++;
        return PROXENOS_RESULT_OK;
    }
    char origin[256];
    (void)snprintf(origin, sizeof origin, "instance '%s' of service '%s' on node '%s'", id, name,
                   consul_string(node, "Node"));
    endpoint place = endpoint_of(agent, node, service);
    proxenos_node_data data = {
        .size = sizeof data, .address = place.address,
        .service = or_null(name), .name = or_null(id[0] == '\0' ? name : id),
        .source_node = or_null(consul_string(node, "Node")), .zone = zone_of(node, service),
        .health = health.worst, .origin = origin,
    };
    set_port(&data, place.port);
    set_weight(&data, service, health.warns);
    size_t count = string_count(node, service);
    const char *few[64];
    const char **strings = count <= sizeof few / sizeof few[0] ? few : malloc(count * sizeof *strings);
    if (strings == NULL) return consul_no_memory(agent);
    int32_t result = add_node(reading, &data, strings, node, service);
    if (strings != few) free(strings);
    return result;
}

int32_t consul_deliver_entries(consul_reading *reading, const json_t *entries, bool choose) {
    const consul_agent *agent = reading->agent;
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *entry = json_array_get(entries, i);
        const json_t *node = json_object_get(entry, "Node"), *service = json_object_get(entry, "Service");
        if (!json_is_object(node) || !json_is_object(service)) {
            return proxenos_fail(agent->host, PROXENOS_RESULT_MALFORMED,
                                 "%s answers with JSON of the wrong shape: entry %zu has no Node or no Service",
                                 agent->peer, i + 1);
        }
        if (choose && !consul_has_tags(agent, json_object_get(service, "Tags"))) continue;
        /* Checks may also be null or {}: none. */
        const json_t *checks = json_object_get(entry, "Checks");
        consul_health health = {PROXENOS_HEALTH_PASSING, false};
        for (size_t c = 0; c < json_array_size(checks); c++) consul_health_add(&health, json_array_get(checks, c));
        int32_t result = consul_deliver(reading, node, service, health);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    return PROXENOS_RESULT_OK;
}

/* SPDX-License-Identifier: MIT */
/* The whole catalog.  One request a service and one request a node give the same
 * instances, so the shorter way is taken.  A service that is listed and has no
 * instance is asked for again before the read counts as complete: its list may be
 * from before it left, or the token may not read its nodes. */
#include "consul/internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct catalog {
    consul_reading *reading;
    json_t *listed;            /* /v1/catalog/services: name -> tags */
    json_t *nodes;             /* /v1/catalog/nodes */
    consul_names names;        /* services wanted */
    consul_names suspects;     /* of those, the ones without an instance */
    bool is_second_look;
} catalog;

static const char services_path[] = "/v1/catalog/services";

/* ---- which services */

static int32_t choose_names(catalog *whole) {
    const consul_agent *agent = whole->reading->agent;
    const char *name;
    json_t *tags;
    json_object_foreach(whole->listed, name, tags) {
        if (consul_is_excluded(agent, name) || !consul_has_tags(agent, tags)) continue;
        if (!consul_names_add(&whole->names, name)) return consul_no_memory(agent);
    }
    return PROXENOS_RESULT_OK;
}

/* ---- service by service */

static int32_t suspect(catalog *whole, const char *name) {
    const consul_agent *agent = whole->reading->agent;
    if (whole->is_second_look) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_DENIED,
                             "%s lists service '%s' and shows no instance of it: the token may lack node:read",
                             agent->peer, name);
    }
    return consul_names_add(&whole->suspects, name) ? PROXENOS_RESULT_OK : consul_no_memory(agent);
}

/* An answer of no instance.  With options tag and filter it says nothing. */
static int32_t take_nothing(catalog *whole, const char *name, const http_answer *answer) {
    const consul_agent *agent = whole->reading->agent;
    if (!consul_is_exact(name)) {
        consul_say_unaskable(whole->reading, name);
        return PROXENOS_RESULT_OK;
    }
    bool is_narrowed = consul_value(agent, CONSUL_TAG)->list_count > 0 || consul_text(agent, CONSUL_FILTER) != NULL;
    if (is_narrowed && !whole->is_second_look) return PROXENOS_RESULT_OK;
    bool must_probe = whole->reading->must_probe;
    int32_t result = consul_doubt_empty(whole->reading, answer);
    /* The list itself was not empty: the second look settles it. */
    whole->reading->must_probe = must_probe;
    return result == PROXENOS_RESULT_OK ? suspect(whole, name) : result;
}

static int32_t take_instances(void *user, size_t index, const http_answer *answer) {
    catalog *whole = user;
    consul_reading *reading = whole->reading;
    const char *name = (whole->is_second_look ? &whole->suspects : &whole->names)->items[index];
    /* How Consul refuses a name with characters that Unicode calls unprintable. */
    if (answer->status == 400 && answer->length == 0) {
        consul_say_unaskable(reading, name);
        return PROXENOS_RESULT_OK;
    }
    json_t *entries;
    int32_t result = consul_judge(reading, answer);
    if (result == PROXENOS_RESULT_OK) result = consul_parse(reading, answer, JSON_ARRAY, &entries);
    if (result != PROXENOS_RESULT_OK) return result;
    result = json_array_size(entries) == 0 ? take_nothing(whole, name, answer)
                                           : consul_deliver_entries(reading, entries, whole->is_second_look);
    json_decref(entries);
    return result;
}

/* Asks for every service in `names`, which loses those that cannot be asked for. */
static int32_t ask_services(catalog *whole, consul_names *names, const char *query) {
    consul_reading *reading = whole->reading;
    consul_names targets = {0};
    int32_t result = PROXENOS_RESULT_OK;
    size_t kept = 0;
    for (size_t i = 0; i < names->count && result == PROXENOS_RESULT_OK; i++) {
        char *name = names->items[i];
        if (!consul_is_askable(name)) {
            consul_say_unaskable(reading, name);
            continue;
        }
        /* Swapped, so that the names stay those that were there. */
        names->items[i] = names->items[kept];
        names->items[kept++] = name;
        if (!consul_targets_add(&targets, "/v1/health/service/", name, query)) {
            result = consul_no_memory(reading->agent);
        }
    }
    if (result == PROXENOS_RESULT_OK) result = consul_get(reading, &targets, take_instances, whole);
    consul_names_free(&targets);
    return result;
}

/* ---- the second look */

static int32_t look_again(catalog *whole) {
    consul_reading *reading = whole->reading;
    const consul_agent *agent = reading->agent;
    if (whole->suspects.count == 0) return PROXENOS_RESULT_OK;
    json_t *listed;
    int32_t result = consul_get_json(reading, services_path, agent->node_query, JSON_OBJECT, &listed);
    if (result != PROXENOS_RESULT_OK) return result;
    size_t kept = 0;
    for (size_t i = 0; i < whole->suspects.count; i++) {
        char *name = whole->suspects.items[i];
        if (json_object_get(listed, name) == NULL) free(name);
        else whole->suspects.items[kept++] = name;
    }
    whole->suspects.count = kept;
    json_decref(listed);
    whole->is_second_look = true;
    return ask_services(whole, &whole->suspects, agent->node_query);
}

/* ---- node by node */

static int32_t walk_nodes(catalog *whole) {
    const consul_agent *agent = whole->reading->agent;
    json_t *seen = json_object();
    int32_t result = seen == NULL ? consul_no_memory(agent) : consul_walk(whole->reading, whole->nodes, seen);
    for (size_t i = 0; i < whole->names.count && result == PROXENOS_RESULT_OK; i++) {
        const char *name = whole->names.items[i];
        if (json_object_get(seen, name) == NULL && consul_is_exact(name)) result = suspect(whole, name);
    }
    json_decref(seen);
    return result;
}

static int32_t read_instances(catalog *whole) {
    const consul_agent *agent = whole->reading->agent;
    size_t nodes = json_array_size(whole->nodes);
    /* No node at all beside services is what a token without node:read is shown, and
     * option filter speaks of health entries: both are for the services' way. */
    bool is_shorter = nodes > 0 && nodes < whole->names.count && consul_text(agent, CONSUL_FILTER) == NULL;
    int32_t result = is_shorter ? walk_nodes(whole) : ask_services(whole, &whole->names, agent->instance_query);
    return result == PROXENOS_RESULT_OK ? look_again(whole) : result;
}

/* ---- both lists, at the same time */

static int32_t take_list(void *user, size_t index, const http_answer *answer) {
    catalog *whole = user;
    int32_t result = consul_judge(whole->reading, answer);
    if (result != PROXENOS_RESULT_OK) return result;
    if (index == 1) return consul_parse(whole->reading, answer, JSON_ARRAY, &whole->nodes);
    result = consul_parse(whole->reading, answer, JSON_OBJECT, &whole->listed);
    if (result == PROXENOS_RESULT_OK && json_object_size(whole->listed) == 0) {
        result = consul_doubt_empty(whole->reading, answer);
    }
    return result;
}

int32_t consul_read_catalog(consul_reading *reading) {
    const consul_agent *agent = reading->agent;
    catalog whole = {.reading = reading};
    consul_names targets = {0};
    int32_t result = PROXENOS_RESULT_OK;
    if (!consul_targets_add(&targets, services_path, "", agent->node_query) ||
        !consul_targets_add(&targets, "/v1/catalog/nodes", "", agent->node_query)) {
        result = consul_no_memory(agent);
    }
    if (result == PROXENOS_RESULT_OK) result = consul_get(reading, &targets, take_list, &whole);
    if (result == PROXENOS_RESULT_OK) result = choose_names(&whole);
    if (result == PROXENOS_RESULT_OK) result = read_instances(&whole);
    consul_names_free(&targets);
    consul_names_free(&whole.names);
    consul_names_free(&whole.suspects);
    json_decref(whole.listed);
    json_decref(whole.nodes);
    return result;
}

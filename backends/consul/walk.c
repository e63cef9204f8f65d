/* SPDX-License-Identifier: MIT */
/* The whole catalog node by node: each node's services, then all checks at once.
 * The checks are read last, so that a failing instance that has just been
 * registered does not pass for one without checks.  An instance that the checks name
 * and the walk has not met (it moved from node to node meanwhile) is looked for once
 * more. */
#include "consul/internal.h"

#include <stdlib.h>
#include <string.h>

/* Consul compares the names of nodes and the ids of services in any case, and a
 * check may spell them otherwise than its node does: keys are lower-cased. */
typedef struct walk {
    consul_reading *reading;
    consul_names asked;        /* nodes asked for; targets are in the same order */
    json_t *found;             /* node -> {id -> true}: what the walk met */
    json_t *checks;            /* node -> {id -> health}; id "" is the node itself */
    json_t *answers;           /* node -> its answer */
    json_t *again;             /* the same, of nodes read after the checks */
    bool is_again;
} walk;

static char *folded(const char *text) {
    char *copy = strdup(text);
    for (char *p = copy; p != NULL && *p != '\0'; p++) *p = ascii_lower(*p);
    return copy;
}

/* The member of a folded name, made by `make` when there is none and it is not NULL. */
static json_t *member(json_t *object, const char *name, json_t *(*make)(void)) {
    char *key = folded(name);
    json_t *value = key == NULL ? NULL : json_object_get(object, key);
    if (value == NULL && key != NULL && make != NULL) {
        value = make();
        if (json_object_set_new(object, key, value) != 0) value = NULL;
    }
    free(key);
    return value;
}

/* Takes the value over; false when memory is short. */
static bool put(json_t *object, const char *name, json_t *value) {
    char *key = folded(name);
    bool is_put = key != NULL && value != NULL && json_object_set(object, key, value) == 0;
    json_decref(value);
    free(key);
    return is_put;
}

/* ---- nodes */

static bool note_found(walk *way, const char *node, json_t *services) {
    json_t *ids = member(way->found, node, json_object);
    const char *id;
    json_t *service;
    json_object_foreach(services, id, service) {
        if (ids == NULL || !put(ids, id, json_true())) return false;
    }
    return ids != NULL;
}

static int32_t bad_shape(const consul_agent *agent, const char *what) {
    return proxenos_fail(agent->host, PROXENOS_RESULT_MALFORMED,
                         "%s answers with JSON of the wrong shape: %s", agent->peer, what);
}

static int32_t check_services(const consul_agent *agent, json_t *services) {
    const char *id;
    json_t *service;
    json_object_foreach(services, id, service) {
        if (!json_is_object(service)) return bad_shape(agent, "a node's service is no object");
    }
    return PROXENOS_RESULT_OK;
}

/* Consul's word for a node that has left since it was listed. */
static bool is_null(const char *body) {
    return strncmp(body, "null", 4) == 0 && body[4 + strspn(body + 4, " \t\r\n")] == '\0';
}

static int32_t take_node(void *user, size_t index, const http_answer *answer) {
    walk *way = user;
    const consul_agent *agent = way->reading->agent;
    const char *name = way->asked.items[index];
    int32_t result = consul_judge(way->reading, answer);
    if (result != PROXENOS_RESULT_OK) return result;
    if (is_null(answer->body)) return PROXENOS_RESULT_OK;
    json_t *json;
    result = consul_parse(way->reading, answer, JSON_OBJECT, &json);
    if (result != PROXENOS_RESULT_OK) return result;
    json_t *services = json_object_get(json, "Services");
    if (!json_is_object(json_object_get(json, "Node"))) result = bad_shape(agent, "a node's answer has no Node");
    else result = check_services(agent, services);
    if (result == PROXENOS_RESULT_OK && !way->is_again && !note_found(way, name, services)) {
        result = consul_no_memory(agent);
    }
    if (result != PROXENOS_RESULT_OK) {
        json_decref(json);
        return result;
    }
    return put(way->is_again ? way->again : way->answers, name, json) ? PROXENOS_RESULT_OK
                                                                         : consul_no_memory(agent);
}

/* Asks for every node in way->asked, which names no unaskable one. */
static int32_t ask_nodes(walk *way) {
    const consul_agent *agent = way->reading->agent;
    consul_names targets = {0};
    int32_t result = PROXENOS_RESULT_OK;
    for (size_t i = 0; i < way->asked.count && result == PROXENOS_RESULT_OK; i++) {
        if (!consul_targets_add(&targets, "/v1/catalog/node/", way->asked.items[i], agent->query)) {
            result = consul_no_memory(agent);
        }
    }
    if (result == PROXENOS_RESULT_OK) result = consul_get(way->reading, &targets, take_node, way);
    consul_names_free(&targets);
    return result;
}

static int32_t add_asked(walk *way, const char *node) {
    if (!consul_is_askable(node) || !consul_is_exact(node)) {
        consul_say_unaskable(way->reading, node);
        return PROXENOS_RESULT_OK;
    }
    return consul_names_add(&way->asked, node) ? PROXENOS_RESULT_OK : consul_no_memory(way->reading->agent);
}

static int32_t walk_all(walk *way, const json_t *nodes) {
    for (size_t i = 0; i < json_array_size(nodes); i++) {
        const json_t *node = json_array_get(nodes, i);
        if (!json_is_string(json_object_get(node, "Node"))) {
            return bad_shape(way->reading->agent, "a listed node has no name");
        }
        int32_t result = add_asked(way, consul_string(node, "Node"));
        if (result != PROXENOS_RESULT_OK) return result;
    }
    return ask_nodes(way);
}

/* ---- checks */

/* The health of an instance, or of a node alone, as one number. */
static json_int_t packed(consul_health health) {
    return (json_int_t)health.worst | (health.warns ? 256 : 0);
}

static consul_health unpacked(const json_t *number) {
    json_int_t value = json_integer_value(number);
    if (number == NULL) return (consul_health){PROXENOS_HEALTH_PASSING, false};
    return (consul_health){(uint32_t)(value & 255), (value & 256) != 0};
}

static bool add_check(walk *way, const json_t *check) {
    json_t *ids = member(way->checks, consul_string(check, "Node"), json_object);
    if (ids == NULL) return false;
    const char *id = consul_string(check, "ServiceID");
    consul_health health = unpacked(member(ids, id, NULL));
    consul_health_add(&health, check);
    return put(ids, id, json_integer(packed(health)));
}

static int32_t read_checks(walk *way) {
    const consul_agent *agent = way->reading->agent;
    json_t *checks;
    bool must_probe = way->reading->must_probe;
    int32_t result = consul_get_json(way->reading, "/v1/health/state/any", agent->node_query, JSON_ARRAY, &checks);
    if (result != PROXENOS_RESULT_OK) return result;
    /* A catalog without any check is nothing special. */
    way->reading->must_probe = must_probe;
    for (size_t i = 0; i < json_array_size(checks) && result == PROXENOS_RESULT_OK; i++) {
        const json_t *check = json_array_get(checks, i);
        if (!json_is_object(check)) result = bad_shape(agent, "a check is no object");
        else if (!add_check(way, check)) result = consul_no_memory(agent);
    }
    json_decref(checks);
    return result;
}

/* Whether the checks name an instance on this node that the walk has not met. */
static bool lacks(const walk *way, const char *node, json_t *ids) {
    const json_t *found = json_object_get(way->found, node);
    const char *id;
    json_t *health;
    json_object_foreach(ids, id, health) {
        if (id[0] != '\0' && json_object_get(found, id) == NULL) return true;
    }
    return false;
}

static int32_t walk_again(walk *way) {
    const char *node;
    json_t *ids;
    int32_t result = PROXENOS_RESULT_OK;
    consul_names_free(&way->asked);
    way->is_again = true;
    json_object_foreach(way->checks, node, ids) {
        if (lacks(way, node, ids)) result = add_asked(way, node);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    return ask_nodes(way);
}

/* ---- delivery */

/* An instance met only now is newer than the checks unless they name it: then it is
 * left for the next read. */
static bool is_known(const walk *way, const char *node, const char *id) {
    return !way->is_again || member(json_object_get(way->found, node), id, NULL) != NULL ||
           member(json_object_get(way->checks, node), id, NULL) != NULL;
}

static int32_t deliver_node(walk *way, const char *key, const json_t *answer, json_t *seen) {
    consul_reading *reading = way->reading;
    const json_t *node = json_object_get(answer, "Node");
    json_t *ids = json_object_get(way->checks, key);
    const char *id;
    json_t *service;
    json_object_foreach(json_object_get(answer, "Services"), id, service) {
        if (!is_known(way, key, id)) continue;
        if (json_object_set_new(seen, consul_string(service, "Service"), json_true()) != 0) {
            return consul_no_memory(reading->agent);
        }
        if (!consul_has_tags(reading->agent, json_object_get(service, "Tags"))) continue;
        consul_health health = unpacked(member(ids, id, NULL));
        consul_health of_node = unpacked(json_object_get(ids, ""));
        if (of_node.worst > health.worst) health.worst = of_node.worst;
        health.warns = health.warns || of_node.warns;
        int32_t result = consul_deliver(reading, node, service, health);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    return PROXENOS_RESULT_OK;
}

static int32_t deliver_all(walk *way, json_t *seen) {
    const char *key;
    json_t *answer;
    int32_t result = PROXENOS_RESULT_OK;
    way->is_again = false;
    json_object_foreach(way->answers, key, answer) {
        if (json_object_get(way->again, key) != NULL) continue;
        result = deliver_node(way, key, answer, seen);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    way->is_again = true;
    json_object_foreach(way->again, key, answer) {
        result = deliver_node(way, key, answer, seen);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    return result;
}

int32_t consul_walk(consul_reading *reading, const json_t *nodes, json_t *seen) {
    walk way = {
        .reading = reading, .found = json_object(), .checks = json_object(), .answers = json_object(),
        .again = json_object(),
    };
    bool is_ready = way.found != NULL && way.checks != NULL && way.answers != NULL && way.again != NULL;
    int32_t result = is_ready ? walk_all(&way, nodes) : consul_no_memory(reading->agent);
    if (result == PROXENOS_RESULT_OK) result = read_checks(&way);
    if (result == PROXENOS_RESULT_OK) result = walk_again(&way);
    if (result == PROXENOS_RESULT_OK) result = deliver_all(&way, seen);
    json_decref(way.found);
    json_decref(way.checks);
    json_decref(way.answers);
    json_decref(way.again);
    consul_names_free(&way.asked);
    return result;
}

/* SPDX-License-Identifier: MIT */
/* One read of Consul: the token, the named services or the whole catalog, and the
 * question whether an empty answer is really one. */
#include "consul/internal.h"

#include <string.h>

/* ---- the services that were named */

typedef struct named {
    consul_reading *reading;
    const consul_names *names;
    size_t empty;              /* services without any instance */
    const char *empty_name;    /* one of them */
} named;

static int32_t take_service(void *user, size_t index, const http_answer *answer) {
    named *named_services = user;
    consul_reading *reading = named_services->reading;
    json_t *entries;
    int32_t result = consul_judge(reading, answer);
    if (result == PROXENOS_RESULT_OK) result = consul_parse(reading, answer, JSON_ARRAY, &entries);
    if (result != PROXENOS_RESULT_OK) return result;
    if (json_array_size(entries) == 0) {
        named_services->empty++;
        named_services->empty_name = named_services->names->items[index];
        result = consul_doubt_empty(reading, answer);
    }
    if (result == PROXENOS_RESULT_OK) result = consul_deliver_entries(reading, entries, false);
    json_decref(entries);
    return result;
}

static bool is_in(const consul_names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], name) == 0) return true;
    }
    return false;
}

/* The wanted services, each once, and the target for each. */
static int32_t list_named(const consul_agent *agent, consul_names *names, consul_names *targets) {
    const proxenos_value *wanted = consul_value(agent, CONSUL_SERVICE);
    for (size_t i = 0; i < wanted->list_count; i++) {
        const char *name = wanted->list[i];
        if (!consul_is_askable(name)) {
            return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                                 "option service: Consul's HTTP API cannot be asked for a service named '%s'",
                                 name);
        }
        if (is_in(names, name) || consul_is_excluded(agent, name)) continue;
        if (!consul_names_add(names, name) ||
            !consul_targets_add(targets, "/v1/health/service/", name, agent->instance_query)) {
            return consul_no_memory(agent);
        }
    }
    return PROXENOS_RESULT_OK;
}

static int32_t read_named(consul_reading *reading, named *named_services, consul_names *names) {
    consul_names targets = {0};
    int32_t result = list_named(reading->agent, names, &targets);
    named_services->names = names;
    if (result == PROXENOS_RESULT_OK) result = consul_get(reading, &targets, take_service, named_services);
    consul_names_free(&targets);
    return result;
}

/* ---- emptiness */

/* Under ACLs, what may not be read looks as if it were not there; that the agent
 * itself is denied to us proves that ACLs are on. */
static int32_t take_self(void *user, size_t index, const http_answer *answer) {
    (void)index;
    consul_reading *reading = user;
    const consul_agent *agent = reading->agent;
    if (answer->status != 403) return consul_judge(reading, answer);
    return proxenos_fail(agent->host, PROXENOS_RESULT_DENIED,
                         "%s shows nothing, and its ACLs are on: %s, and what may not be read looks empty; "
                         "service:read and node:read are needed, agent:read would tell the two apart",
                         agent->peer, agent->token.length == 0
                             ? "no token was given (options token-file and token, CONSUL_HTTP_TOKEN)"
                             : "the token may lack a permission");
}

static int32_t probe(consul_reading *reading) {
    consul_names targets = {0};
    int32_t result = consul_targets_add(&targets, "/v1/agent/self", "", "")
                         ? consul_get(reading, &targets, take_self, reading)
                         : consul_no_memory(reading->agent);
    consul_names_free(&targets);
    return result;
}

/* Whether an instance could be left out by the server for an option's sake. */
static bool has_constraint(const consul_agent *agent) {
    return consul_value(agent, CONSUL_TAG)->list_count > 0 ||
           consul_value(agent, CONSUL_NODE_META)->list_count > 0 || consul_text(agent, CONSUL_FILTER) != NULL;
}

/* A service without instances is one that Consul does not know.  One that had some
 * before has lost the last, and empty is the answer; one that never had is most
 * likely misspelt. */
static int32_t settle_empty(const consul_reading *reading, const named *named_services) {
    const consul_agent *agent = reading->agent;
    const char *datacenter = consul_text(agent, CONSUL_DATACENTER);
    if (agent->was_seen || has_constraint(agent)) return PROXENOS_RESULT_OK;
    if (reading->instances == 0) {
        return proxenos_fail(agent->host, PROXENOS_RESULT_NOT_FOUND, "%s knows no service '%s'%s%s%s", agent->peer,
                             named_services->empty_name, datacenter == NULL ? "" : " in datacenter '",
                             datacenter == NULL ? "" : datacenter, datacenter == NULL ? "" : "'");
    }
    proxenos_log(agent->host, PROXENOS_LOG_WARNING, "%s knows no service '%s'", agent->peer,
                 named_services->empty_name);
    return PROXENOS_RESULT_OK;
}

/* ---- the read */

static int32_t read_once(consul_reading *reading) {
    consul_agent *agent = reading->agent;
    consul_names names = {0};
    named named_services = {.reading = reading};
    bool has_names = consul_value(agent, CONSUL_SERVICE)->list_count > 0;
    int32_t result = has_names ? read_named(reading, &named_services, &names) : consul_read_catalog(reading);
    if (result == PROXENOS_RESULT_OK && reading->must_probe) result = probe(reading);
    if (result == PROXENOS_RESULT_OK && named_services.empty > 0) result = settle_empty(reading, &named_services);
    if (result == PROXENOS_RESULT_OK && reading->instances > 0) agent->was_seen = true;
    consul_names_free(&names);
    return result;
}

/* Why nothing came of instances that there are: once, until something does again. */
static void tell(const consul_reading *reading) {
    consul_agent *agent = reading->agent;
    bool is_worth_it = reading->delivered == 0 && reading->unhealthy + reading->proxies > 0;
    proxenos_log(agent->host, is_worth_it && !agent->said_none ? PROXENOS_LOG_WARNING : PROXENOS_LOG_DEBUG,
                 "%s: %zu instances read, %zu left out by option health, %zu by option proxies",
                 agent->peer, reading->instances, reading->unhealthy, reading->proxies);
    agent->said_none = is_worth_it;
}

static int32_t read_watched(consul_reading *reading, bool is_watched) {
    int32_t result = is_watched ? consul_note_triggers(reading) : PROXENOS_RESULT_OK;
    return result == PROXENOS_RESULT_OK ? read_once(reading) : result;
}

/* The whole read, with a token that may have been rotated in its file. */
static int32_t read_all(consul_agent *agent, proxenos_sink *sink, bool is_watched) {
    consul_reading reading = {.agent = agent, .sink = sink};
    bool has_changed;
    int32_t result = consul_read_token(agent, &has_changed);
    if (result != PROXENOS_RESULT_OK) return result;
    result = read_watched(&reading, is_watched);
    if (result == PROXENOS_RESULT_DENIED && agent->token_is_from_file && reading.delivered == 0) {
        /* It may have been rotated since; nothing is in the sink yet. */
        int32_t again = consul_read_token(agent, &has_changed);
        if (again != PROXENOS_RESULT_OK) return again;
        if (has_changed) {
            reading = (consul_reading){.agent = agent, .sink = sink};
            result = read_watched(&reading, is_watched);
        }
    }
    if (result == PROXENOS_RESULT_OK) tell(&reading);
    return result;
}

/* The token of a wait is that of the read before: who waits with one that was revoked hears of it at the end of the
 * wait, and reads the file anew then. */
int32_t consul_fetch(void *instance, proxenos_sink *sink, const proxenos_wait *wait, uint64_t *generation) {
    consul_agent *agent = instance;
    bool can_wait = wait != NULL && wait->committed != 0 && wait->committed == agent->generation &&
                    agent->trigger_count > 0 && wait->timeout_ms > 0;
    if (can_wait) {
        int32_t result = consul_wait(agent, wait->timeout_ms);
        if (result != PROXENOS_RESULT_OK) return result;
    }
    int32_t result = read_all(agent, sink, wait != NULL);
    if (result != PROXENOS_RESULT_OK) return result;
    /* A read that nobody will wait behind notes no index, and has no generation. */
    if (wait != NULL) *generation = ++agent->generation;
    return result;
}

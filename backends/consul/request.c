/* SPDX-License-Identifier: MIT */
/* What is asked of Consul: queries from the options, and lists of targets. */
#include "consul/internal.h"

#include <stdlib.h>
#include <string.h>

/* The part of a query in front of which stands '?' or '&'. */
static void add_parameter(buffer *query, const char *name, const char *value) {
    buffer_add(query, query->length == 0 ? "?" : "&");
    buffer_add(query, name);
    if (value == NULL) return;
    buffer_add(query, "=");
    buffer_add_escaped(query, value);
}

static void add_option(buffer *query, const consul_agent *agent, enum consul_option option, const char *name) {
    const char *value = consul_text(agent, option);
    if (value != NULL) add_parameter(query, name, value);
}

/* Parameters that every request carries. */
static void add_common(buffer *query, const consul_agent *agent) {
    switch (consul_value(agent, CONSUL_CONSISTENCY)->integer) {
    case CONSUL_STALE: add_parameter(query, "stale", NULL); break;
    case CONSUL_CONSISTENT: add_parameter(query, "consistent", NULL); break;
    case CONSUL_CACHED: add_parameter(query, "cached", NULL); break;
    default: break;
    }
    const proxenos_value *max_stale = consul_value(agent, CONSUL_MAX_STALE);
    if (max_stale->is_set != 0) {
        char text[32];
        (void)snprintf(text, sizeof text, "%lldms", (long long)max_stale->integer);
        add_parameter(query, "max_stale", text);
    }
    add_option(query, agent, CONSUL_DATACENTER, "dc");
    add_option(query, agent, CONSUL_NAMESPACE, "ns");
    add_option(query, agent, CONSUL_PARTITION, "partition");
}

/* KEY=VALUE as users write it is KEY:VALUE on the wire. */
static int32_t add_node_meta(buffer *query, const consul_agent *agent) {
    const proxenos_value *pairs = consul_value(agent, CONSUL_NODE_META);
    for (size_t i = 0; i < pairs->list_count; i++) {
        const char *equals = strchr(pairs->list[i], '=');
        if (equals == NULL || equals == pairs->list[i]) {
            return proxenos_fail(agent->host, PROXENOS_RESULT_BAD_OPTION,
                                 "option node-meta: '%s' is not KEY=VALUE", pairs->list[i]);
        }
        buffer pair = {0};
        buffer_append(&pair, pairs->list[i], (size_t)(equals - pairs->list[i]));
        buffer_add(&pair, ":");
        buffer_add(&pair, equals + 1);
        if (pair.failed) query->failed = true;
        else add_parameter(query, "node-meta", pair.bytes);
        buffer_clear(&pair);
    }
    return PROXENOS_RESULT_OK;
}

static void add_instance(buffer *query, const consul_agent *agent) {
    const proxenos_value *tags = consul_value(agent, CONSUL_TAG);
    for (size_t i = 0; i < tags->list_count; i++) add_parameter(query, "tag", tags->list[i]);
    add_option(query, agent, CONSUL_NEAR, "near");
    add_option(query, agent, CONSUL_FILTER, "filter");
}

int32_t consul_make_queries(consul_agent *agent) {
    buffer query = {0};
    buffer_add(&query, "");
    add_common(&query, agent);
    if (!query.failed) agent->query = strdup(query.bytes);
    int32_t result = add_node_meta(&query, agent);
    if (!query.failed) agent->node_query = strdup(query.bytes);
    add_instance(&query, agent);
    agent->instance_query = buffer_take(&query);
    if (result != PROXENOS_RESULT_OK) return result;
    bool is_complete = agent->query != NULL && agent->node_query != NULL && agent->instance_query != NULL;
    return is_complete ? PROXENOS_RESULT_OK : consul_no_memory(agent);
}

/* ---- lists of names and targets */

static bool add_taken(consul_names *names, buffer *text) {
    char *item = buffer_take(text);
    if (item == NULL) return false;
    if (names->count == names->capacity) {
        size_t capacity = names->capacity == 0 ? 16 : names->capacity * 2;
        char **items = capacity > SIZE_MAX / sizeof *items ? NULL
                                                           : realloc(names->items, capacity * sizeof *items);
        if (items == NULL) {
            free(item);
            return false;
        }
        names->items = items;
        names->capacity = capacity;
    }
    names->items[names->count++] = item;
    return true;
}

bool consul_names_add(consul_names *names, const char *name) {
    buffer text = {0};
    buffer_add(&text, name);
    return add_taken(names, &text);
}

bool consul_targets_add(consul_names *targets, const char *path, const char *name, const char *query) {
    buffer text = {0};
    buffer_add(&text, path);
    buffer_add_escaped(&text, name);
    buffer_add(&text, query);
    return add_taken(targets, &text);
}

void consul_names_free(consul_names *names) {
    for (size_t i = 0; i < names->count; i++) free(names->items[i]);
    free(names->items);
    *names = (consul_names){0};
}

/* A segment between slashes that path cleaning would take away. */
static bool is_cleaned(const char *segment, size_t length) {
    return length == 0 || (length == 1 && segment[0] == '.') || (length == 2 && memcmp(segment, "..", 2) == 0);
}

bool consul_is_askable(const char *name) {
    for (const char *p = name; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f) return false;
    }
    if (name[0] == '\0') return false;
    for (const char *segment = name;;) {
        size_t length = strcspn(segment, "/");
        bool is_last = segment[length] == '\0';
        /* One empty segment at the end is a trailing slash, which stays. */
        if (is_cleaned(segment, length) && !(is_last && length == 0)) return false;
        if (is_last) return true;
        segment += length + 1;
    }
}

bool consul_is_exact(const char *name) {
    return strstr(name, "\xef\xbf\xbd") == NULL;
}

void consul_say_unaskable(consul_reading *reading, const char *name) {
    if (reading->said_unaskable) return;
    reading->said_unaskable = true;
    proxenos_log(reading->agent->host, PROXENOS_LOG_WARNING,
                 "%s: its HTTP API cannot be asked for a service or node named '%s'; left out, as are others alike",
                 reading->agent->peer, name);
}

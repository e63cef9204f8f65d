/* SPDX-License-Identifier: MIT */
/* Blocking queries (Consul's HTTP API, "Blocking Queries"): a request with ?index=N is held until what it asks for
 * has another index than N.  They tell when to read again, never what: a read is whole, or there is none.
 *
 * A trigger for each named service, which its instances' checks wake too; for many of them, and for the whole
 * catalog, two: the list of services, which wakes on membership, and the state of all checks. */
#include "consul/internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_NAMED = 16,           /* triggers of an agent: Consul allows a client address 200 connections, of which other
                                  programs have their share */
    LONGEST_WAIT_MS = 60000,   /* after a snapshot was restored, an index of ours may be too high for so long */
    GRACE_MS = 10000           /* beyond the wait and what the server adds to it */
};

void consul_forget_triggers(consul_agent *agent) {
    for (size_t i = 0; i < agent->trigger_count; i++) free(agent->triggers[i].target);
    free(agent->triggers);
    agent->triggers = NULL;
    agent->trigger_count = 0;
    http_client_free(agent->waiter);
    agent->waiter = NULL;
}

/* ---- which */

static bool list_targets(const consul_agent *agent, consul_names *targets) {
    const proxenos_value *wanted = consul_value(agent, CONSUL_SERVICE);
    if (wanted->list_count == 0 || wanted->list_count > MOST_NAMED) {
        return consul_targets_add(targets, "/v1/catalog/services", "", agent->node_query) &&
               consul_targets_add(targets, "/v1/health/state/any", "", agent->node_query);
    }
    for (size_t i = 0; i < wanted->list_count; i++) {
        if (!consul_targets_add(targets, "/v1/health/service/", wanted->list[i], agent->instance_query)) return false;
    }
    return true;
}

static int32_t make_triggers(consul_agent *agent) {
    consul_names targets = {0};
    bool is_made = list_targets(agent, &targets);
    if (is_made) agent->triggers = calloc(targets.count, sizeof *agent->triggers);
    is_made = is_made && agent->triggers != NULL;
    for (size_t i = 0; is_made && i < targets.count; i++) {
        agent->triggers[i].target = targets.items[i];
        targets.items[i] = NULL;
    }
    if (is_made) agent->trigger_count = targets.count;
    consul_names_free(&targets);
    return is_made ? PROXENOS_RESULT_OK : consul_no_memory(agent);
}

/* ---- where they stand */

static int32_t note_index(void *user, size_t index, const http_answer *answer) {
    consul_reading *reading = user;
    int32_t result = consul_judge(reading, answer);
    if (result == PROXENOS_RESULT_OK) reading->agent->triggers[index].index = consul_index(answer);
    return result;
}

/* One after the other would do: they are noted before the read, so that what changes meanwhile wakes the next wait; an
 * answer of the read with an older index lowers them again (answer.c). */
int32_t consul_note_triggers(consul_reading *reading) {
    consul_agent *agent = reading->agent;
    int32_t result = agent->triggers == NULL ? make_triggers(agent) : PROXENOS_RESULT_OK;
    if (result != PROXENOS_RESULT_OK) return result;
    consul_names targets = {0};
    for (size_t i = 0; i < agent->trigger_count; i++) {
        if (!consul_names_add(&targets, agent->triggers[i].target)) result = consul_no_memory(agent);
    }
    if (result == PROXENOS_RESULT_OK) result = consul_get(reading, &targets, note_index, reading);
    consul_names_free(&targets);
    return result;
}

/* ---- the wait */

enum { CHANGED = -1 };         /* a result of our own, which ends the batch */

typedef struct waiting {
    consul_reading reading;    /* for judging */
} waiting;

/* Another index, a lower one too (a server that was restored), is news; so is what cannot be told. */
static int32_t take_index(void *user, size_t index, const http_answer *answer) {
    waiting *wait = user;
    int32_t result = consul_judge(&wait->reading, answer);
    if (result != PROXENOS_RESULT_OK) return result;
    uint64_t now = consul_index(answer);
    return now == 0 || now != wait->reading.agent->triggers[index].index ? CHANGED : PROXENOS_RESULT_OK;
}

static bool add_waiting(consul_names *targets, const consul_trigger *trigger, int64_t wait_ms) {
    char query[80];
    /* An index of 0 would be answered at once, again and again. */
    (void)snprintf(query, sizeof query, "%cindex=%" PRIu64 "&wait=%" PRId64 "ms",
                   strchr(trigger->target, '?') == NULL ? '?' : '&', trigger->index == 0 ? 1 : trigger->index, wait_ms);
    return consul_targets_add(targets, trigger->target, "", query);
}

static int32_t wait_once(consul_agent *agent, int64_t wait_ms) {
    waiting wait = {.reading = {.agent = agent}};
    consul_names targets = {0};
    int32_t result = PROXENOS_RESULT_OK;
    for (size_t i = 0; i < agent->trigger_count; i++) {
        if (!add_waiting(&targets, &agent->triggers[i], wait_ms)) result = consul_no_memory(agent);
    }
    if (result == PROXENOS_RESULT_OK) result = consul_get_by(agent, agent->waiter, &targets, take_index, &wait);
    consul_names_free(&targets);
    return result;
}

/* The server adds up to a sixteenth to a wait. */
int32_t consul_wait(consul_agent *agent, int64_t timeout_ms) {
    int32_t result = PROXENOS_RESULT_OK;
    if (agent->waiter == NULL) {
        int64_t longest = LONGEST_WAIT_MS + LONGEST_WAIT_MS / 16 + GRACE_MS;
        result = consul_open_http(agent, (unsigned)agent->trigger_count, longest, &agent->waiter);
    }
    while (result == PROXENOS_RESULT_OK && timeout_ms > 0) {
        int64_t wait_ms = timeout_ms < LONGEST_WAIT_MS ? timeout_ms : LONGEST_WAIT_MS;
        result = wait_once(agent, wait_ms);
        timeout_ms -= wait_ms;
    }
    if (result == CHANGED) return PROXENOS_RESULT_OK;
    return result == PROXENOS_RESULT_OK ? PROXENOS_RESULT_UNCHANGED : result;
}

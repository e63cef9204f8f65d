/* SPDX-License-Identifier: MIT */
/* The change that flags describe, the run, and its statistics. */
#include "verbs/simulate/simulation.h"

#include "options/arguments.h"
#include "options/verb.h"
#include "session/node-text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------- the change */

static int is_removed(const cli_arguments *arguments, const char *identity) {
    for (size_t i = 0; i < arguments->given_count; i++)
        if (arguments->given[i].row->id == OPTION_REMOVE && strcmp(arguments->given[i].value, identity) == 0)
            return 1;
    return 0;
}

/* NODE=N: an address may hold ':' and ']' but no '=', a name may, so the last counts. */
static int64_t weight_of(const cli_arguments *arguments, const char *identity, int64_t fallback) {
    for (size_t i = 0; i < arguments->given_count; i++) {
        const char *value = arguments->given[i].value;
        if (arguments->given[i].row->id != OPTION_WEIGHT) continue;
        const char *equals = strrchr(value, '=');
        if (strlen(identity) == (size_t)(equals - value) && strncmp(value, identity, (size_t)(equals - value)) == 0)
            fallback = strtoll(equals + 1, NULL, 10);
    }
    return fallback;
}

static proxenos_status copy_node(proxenos_builder *builder, const proxenos_node *node, int64_t weight,
                                 proxenos_error *error) {
    const char *tags[1025], *metadata[2 * 1024 + 1]; /* a node has no more than 1,024 of each */
    size_t tag_count = 0, metadata_count = 0;
    while (tag_count < 1024 && proxenos_node_tag(node, tag_count) != NULL) {
        tags[tag_count] = proxenos_node_tag(node, tag_count);
        tag_count++;
    }
    while (metadata_count < 1024 && proxenos_node_metadata(node, metadata_count, &metadata[2 * metadata_count],
                                                           &metadata[2 * metadata_count + 1]))
        metadata_count++;
    tags[tag_count] = metadata[2 * metadata_count] = NULL;
    proxenos_node_spec spec = {
        .size = sizeof spec, .host = proxenos_node_host(node), .port = proxenos_node_port(node), .weight = weight,
        .service = proxenos_node_service(node), .name = proxenos_node_name(node),
        .source = proxenos_node_source(node), .zone = proxenos_node_zone(node), .tags = tags, .metadata = metadata,
        .tier = proxenos_node_tier(node)};
    return proxenos_builder_add(builder, &spec, error);
}

static proxenos_status build(cli_simulation *simulation, proxenos_builder *builder) {
    cli_session *session = simulation->session;
    const cli_arguments *arguments = session->arguments;
    proxenos_status status = PROXENOS_OK;
    const proxenos_node *node;
    for (size_t i = 0; status == PROXENOS_OK && (node = proxenos_cluster_node(session->cluster, i)) != NULL; i++) {
        const char *identity = proxenos_node_identity(node);
        if (!is_removed(arguments, identity))
            status = copy_node(builder, node, weight_of(arguments, identity, proxenos_node_weight(node)),
                               &session->error);
    }
    for (size_t i = 0; status == PROXENOS_OK && i < arguments->given_count; i++) {
        const char *value = arguments->given[i].value;
        if (arguments->given[i].row->id != OPTION_ADD) continue;
        status = node_text_add(builder, proxenos_settings_get(session->settings, "identity"), value,
                               weight_of(arguments, value, 1), proxenos_cluster_node(session->cluster, 0),
                               &session->error);
    }
    return status != PROXENOS_OK ? status
                                 : proxenos_builder_finish(builder, &simulation->changed, &session->error);
}

static bool is_added(const cli_arguments *arguments, const char *text, size_t length) {
    for (size_t i = 0; i < arguments->given_count; i++)
        if (arguments->given[i].row->id == OPTION_ADD && strlen(arguments->given[i].value) == length &&
            strncmp(arguments->given[i].value, text, length) == 0)
            return true;
    return false;
}

static int unknown_node(const cli_session *session, const option_row *row, const char *name) {
    return usage_error(session->arguments->verb, "--%s: no node is known as '%.200s'", row->name, name);
}

static int check_weight(const cli_session *session, const given_option *given) {
    char name[512];
    const char *equals = strrchr(given->value, '='), *digit = equals != NULL ? equals + 1 : "";
    size_t length = equals != NULL ? (size_t)(equals - given->value) : 0;
    bool is_number = strspn(digit, "0123456789") == strlen(digit) && *digit != '\0' && strlen(digit) <= 10 &&
                     strtoull(digit, NULL, 10) <= UINT32_MAX;
    if (length == 0 || length >= sizeof name || !is_number)
        return usage_error(session->arguments->verb, "--weight takes NODE=N, N from 0 to 4294967295, not '%.200s'",
                           given->value);
    (void)snprintf(name, sizeof name, "%.*s", (int)length, given->value);
    if (proxenos_cluster_find(session->cluster, name) == NULL && !is_added(session->arguments, name, length))
        return unknown_node(session, given->row, name);
    return 0;
}

static int check_change(cli_simulation *simulation) {
    const cli_session *session = simulation->session;
    for (size_t i = 0; i < session->arguments->given_count; i++) {
        const given_option *given = &session->arguments->given[i];
        int code = 0;
        if (given->row->group != GROUP_CHANGE) continue;
        simulation->has_change = true;
        if (given->row->id == OPTION_WEIGHT) code = check_weight(session, given);
        else if (given->row->id == OPTION_REMOVE && proxenos_cluster_find(session->cluster, given->value) == NULL)
            code = unknown_node(session, given->row, given->value);
        if (code != 0) return code;
    }
    return 0;
}

/* A node that was there already would vanish silently into the old one. */
static int check_added(const cli_simulation *simulation) {
    proxenos_cluster_report report = {.size = sizeof report};
    proxenos_cluster_get_report(simulation->changed, &report);
    if (!simulation->has_change || report.duplicates == 0) return 0;
    return usage_error(simulation->session->arguments->verb, "--add: a node of that identity is there already");
}

int simulation_prepare(cli_simulation *simulation, cli_session *session) {
    *simulation = (struct cli_simulation){.session = session};
    uint64_t places;
    int code = arguments_number(session->arguments, OPTION_COUNT, 1, UINT32_MAX, 1, &places);
    simulation->places = (size_t)places;
    if (code == 0) code = check_change(simulation);
    if (code != 0) return code;
    proxenos_status status = PROXENOS_OK;
    if (simulation->has_change) {
        proxenos_builder *builder = NULL;
        status =
            proxenos_builder_new(proxenos_settings_get(session->settings, "identity"), &builder, &session->error);
        if (status == PROXENOS_OK) status = build(simulation, builder);
        proxenos_builder_free(builder);
    } else {
        simulation->changed = proxenos_cluster_ref(session->cluster);
    }
    if (status == PROXENOS_OK)
        status =
            proxenos_selector_open(session->settings, simulation->changed, &simulation->after, &session->error);
    if (status != PROXENOS_OK) return session_failed(session);
    code = check_added(simulation);
    if (code != 0) return code;
    const compared_side before = {session->cluster, session->selector},
                        after = {simulation->changed, simulation->after};
    if (!compare_clusters(&simulation->comparison, session, &before, &after, simulation->places,
                          session->spread != NULL))
        return out_of_memory();
    size_t count = simulation->comparison.count;
    simulation->load_before = calloc(count, sizeof *simulation->load_before);
    simulation->load_after = calloc(count, sizeof *simulation->load_after);
    return simulation->load_before == NULL || simulation->load_after == NULL ? out_of_memory() : 0;
}

void simulation_free(cli_simulation *simulation) {
    free(simulation->load_before);
    free(simulation->load_after);
    flows_free(&simulation->flows);
    comparison_free(&simulation->comparison);
    proxenos_selector_unref(simulation->after);
    proxenos_cluster_unref(simulation->changed);
}

double simulation_due(const cli_simulation *simulation, size_t node, bool is_after) {
    const node_change *change = &simulation->comparison.changes[node];
    return is_after ? change->due_after : change->due_before;
}

bool simulation_has_dues(const cli_simulation *simulation) {
    return simulation->comparison.count == 0 || !isnan(simulation_due(simulation, 0, true));
}

const char *simulation_name(const cli_simulation *simulation, size_t node) {
    const node_change *change = &simulation->comparison.changes[node];
    return proxenos_node_identity(change->after != NULL ? change->after : change->before);
}

/* ------------------------------------------------------------ the order */

/* Load against due, for sorting; a node that is due nothing gets nothing, which is its due. */
static double fullness(const cli_simulation *simulation, size_t node) {
    double due = simulation_due(simulation, node, true);
    if (!simulation_has_dues(simulation)) return (double)simulation->load_after[node];
    return due > 0 ? (double)simulation->load_after[node] / (double)simulation->keys / due : 1;
}

typedef struct ordered_node {
    size_t node, rank;
    double fullness;
} ordered_node;

static int by_fullness(const void *left, const void *right) {
    const ordered_node *a = left, *b = right;
    if (a->fullness != b->fullness) return a->fullness > b->fullness ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

static int by_rank(const void *left, const void *right) {
    const ordered_node *a = left, *b = right;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

static bool is_asked(const node_change *change) {
    return change->before == NULL || change->after == NULL || change->weight_before != change->weight_after;
}

size_t *simulation_order(const cli_simulation *simulation, size_t *asked) {
    size_t count = simulation->comparison.count;
    ordered_node *nodes = calloc(count + 1, sizeof *nodes);
    size_t *order = calloc(count + 1, sizeof *order);
    *asked = 0;
    for (size_t i = 0; nodes != NULL && i < count; i++)
        nodes[i] = (ordered_node){.node = i, .fullness = fullness(simulation, i)};
    if (nodes == NULL || order == NULL) {
        free(nodes);
        free(order);
        return NULL;
    }
    qsort(nodes, count, sizeof *nodes, by_fullness);
    for (size_t i = 0; i < count; i++) {
        /* The fullest, the emptiest, the second fullest ... */
        nodes[i].rank = 1 + (i < count - i ? 2 * i : 2 * (count - 1 - i) + 1);
        if (!is_asked(&simulation->comparison.changes[nodes[i].node])) continue;
        nodes[i].rank = 0;
        ++*asked;
    }
    qsort(nodes, count, sizeof *nodes, by_rank);
    for (size_t i = 0; i < count; i++) order[i] = nodes[i].node;
    free(nodes);
    return order;
}

/* SPDX-License-Identifier: MIT */
/* proxenos simulate: how keys would spread, and what a change would move. */
#include "verbs/simulate/simulation.h"

#include "options/arguments.h"
#include "options/verb.h"
#include "output/node.h"
#include "output/stdout.h"

#include <string.h>

static void json_evenness(cli_json *json, const cli_simulation *simulation, const char *key,
                          const load_evenness *evenness) {
    json_key(json, key);
    json_open(json, '{');
    json_key(json, "chi_squared");
    json_real(json, evenness->chi_squared);
    json_key(json, "degrees_of_freedom");
    json_real(json, evenness->degrees_of_freedom);
    json_key(json, "p_value");
    json_real(json, evenness->p_value);
    json_key(json, "fullest");
    json_real(json, evenness->fullest);
    json_member(json, "fullest_node", simulation_name(simulation, evenness->fullest_node));
    json_close(json, '}');
}

static void json_load(cli_json *json, const cli_simulation *simulation, size_t node, bool is_after) {
    const node_change *change = &simulation->comparison.changes[node];
    const proxenos_node *there = is_after ? change->after : change->before;
    json_key(json, is_after ? "after" : "before");
    if (there == NULL) {
        json_text(json, NULL);
        return;
    }
    json_open(json, '{');
    json_member_unsigned(json, "weight", proxenos_node_weight(there));
    json_member_unsigned(json, "keys", is_after ? simulation->load_after[node] : simulation->load_before[node]);
    json_key(json, "due_share");
    json_real(json, simulation_due(simulation, node, is_after));
    json_close(json, '}');
}

static void json_moves(cli_json *json, const cli_simulation *simulation) {
    json_member_unsigned(json, "moved_keys", simulation->flows.moved);
    json_key(json, "moved_share");
    json_real(json, simulation->comparison.moved);
    json_key(json, "least_share");
    json_real(json, simulation->comparison.least);
    json_key(json, "moves");
    json_open(json, '[');
    for (size_t i = 0; i < simulation->flows.count; i++) {
        json_open(json, '{');
        json_member(json, "from", simulation_name(simulation, simulation->flows.entries[i].from));
        json_member(json, "to", simulation_name(simulation, simulation->flows.entries[i].to));
        json_member_unsigned(json, "keys", simulation->flows.entries[i].keys);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void print_json(const cli_simulation *simulation) {
    cli_json json = {0};
    json_open(&json, '{');
    json_member(&json, "scheme", proxenos_selector_scheme(simulation->session->selector));
    session_json(simulation->session, &json);
    json_member_unsigned(&json, "keys", simulation->keys);
    json_member_unsigned(&json, "places", simulation->places);
    json_evenness(&json, simulation, "evenness", &simulation->before);
    json_key(&json, "nodes");
    json_open(&json, '[');
    for (size_t i = 0; i < simulation->comparison.count; i++) {
        json_open(&json, '{');
        json_member(&json, "identity", simulation_name(simulation, i));
        json_load(&json, simulation, i, false);
        if (simulation->has_change) json_load(&json, simulation, i, true);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    if (simulation->has_change) {
        json_member(&json, "fingerprint_after", proxenos_cluster_fingerprint(simulation->changed));
        json_evenness(&json, simulation, "evenness_after", &simulation->after_change);
        json_moves(&json, simulation);
    }
    json_close(&json, '}');
}

static int run_simulate(const cli_arguments *arguments) {
    cli_session session;
    cli_simulation simulation = {0};
    const char *picture = arguments_value(arguments, OPTION_SVG);
    if (arguments_count(arguments, OPTION_KEYS) > 0 && arguments_count(arguments, OPTION_SAMPLES) > 0)
        return usage_error(arguments->verb, "--samples and --keys exclude each other");
    bool is_picture_alone = picture != NULL && strcmp(picture, "-") == 0;
    if (is_picture_alone && arguments_format(arguments) == FORMAT_JSON)
        return usage_error(arguments->verb, "--svg - and -o json both go to standard output");
    int code = session_select(&session, arguments);
    if (code == 0) code = simulation_prepare(&simulation, &session);
    if (code == 0) code = simulation_run(&simulation);
    if (code == 0 && picture != NULL) code = simulation_draw(&simulation, picture);
    if (is_picture_alone) goto out;
    if (code == 0 && arguments_format(arguments) == FORMAT_JSON) print_json(&simulation);
    else if (code == 0 && !simulation_print_text(&simulation)) code = out_of_memory();
out:
    simulation_free(&simulation);
    session_end(&session);
    return code;
}

static const char *const synopses[] = {"[OPTION]...", NULL};
static const char *const examples[] = {
    "proxenos simulate -f nodes.yaml", "how evenly would keys spread over these nodes?",
    "proxenos simulate -C web --remove 10.0.0.1:80", "which keys would move without this node, and whither?",
    "proxenos simulate -f nodes.yaml --add 10.0.0.9:80 --weight 10.0.0.9:80=3",
    "and with one more, of three times the weight?",
    "proxenos simulate -f nodes.yaml -n 3 --spread zone", "the load of three replicas in different zones",
    "proxenos simulate -s web --weight 10.0.0.1:80=0 --svg drain.svg", "draw what draining a node moves",
    NULL};

const cli_verb verb_simulate = {
    .name = "simulate",
    .summary = "how keys would spread, and what a change would move",
    .synopses = synopses,
    .description =
        "Gives many keys to the nodes and prints each node's share against its due, and how likely chance "
        "alone is as uneven (the p-value of chi-squared). With --remove, --add or --weight also which "
        "share of the keys the change moves, from where to where, against the least possible. With -n of more "
        "than 1 for replicas.",
    .examples = examples,
    .groups = GROUP_CHANGE | GROUP_SAMPLES | GROUP_JOBS | GROUP_ANSWER | GROUP_KEYS | GROUP_KEY_SIZE | GROUP_OUTPUT | GROUP_PICTURE | GROUP_SOURCE |
              GROUP_FILTER | GROUP_CHOICE | GROUP_CONFIG,
    .formats = FORMAT_TEXT | FORMAT_JSON,
    .run = run_simulate,
};

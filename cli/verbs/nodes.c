/* SPDX-License-Identifier: MIT */
/* proxenos nodes: the cluster, as selection sees it. */
#include "options/arguments.h"
#include "options/verb.h"
#include "output/node.h"
#include "output/stdout.h"
#include "output/table.h"
#include "session/session.h"

#include <stdio.h>
#include <string.h>

static const char *tags_text(const proxenos_node *node) {
    static char text[1024];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; proxenos_node_tag(node, i) != NULL && used < sizeof text; i++) {
        int written =
            snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "," : "", proxenos_node_tag(node, i));
        used += written > 0 ? (size_t)written : 0;
    }
    return text;
}

static const char *cell(const void *rows, size_t row, size_t column) {
    static char number[24];
    const proxenos_node *node = proxenos_cluster_node(rows, row);
    switch (column) {
    case 0: return proxenos_node_address(node);
    case 1: (void)snprintf(number, sizeof number, "%u", (unsigned)proxenos_node_weight(node)); return number;
    case 2: return proxenos_node_service(node);
    case 3: return proxenos_node_name(node);
    case 4: return proxenos_node_source(node);
    case 5: return proxenos_node_zone(node);
    case 6: return strcmp(proxenos_node_health(node), "unknown") == 0 ? "" : proxenos_node_health(node);
    default: return tags_text(node);
    }
}

static void print_table(const cli_session *session) {
    table_column columns[] = {{"ADDRESS", TABLE_WORD, 0}, {"WEIGHT", TABLE_NUMBER, 0}, {"SERVICE", TABLE_WORD, 0},
                              {"NAME", TABLE_WORD, 0}, {"MACHINE", TABLE_WORD, 0}, {"ZONE", TABLE_WORD, 0},
                              {"HEALTH", TABLE_WORD, 0}, {"TAGS", TABLE_WORD, 0}};
    table_print(columns, sizeof columns / sizeof columns[0], session->cluster,
                proxenos_cluster_size(session->cluster), cell);
}

static void print_json(const cli_session *session) {
    cli_json json = {0};
    json_open(&json, '{');
    json_key(&json, "nodes");
    json_open(&json, '[');
    for (size_t i = 0; i < proxenos_cluster_size(session->cluster) && !output_has_failed(); i++)
        node_json(&json, proxenos_cluster_node(session->cluster, i));
    json_close(&json, ']');
    session_json(session, &json);
    json_close(&json, '}');
}

static void print_lines(const cli_session *session, bool is_tsv) {
    if (is_tsv) {
        node_tsv_header();
        output_char('\n');
    }
    for (size_t i = 0; i < proxenos_cluster_size(session->cluster) && !output_has_failed(); i++) {
        const proxenos_node *node = proxenos_cluster_node(session->cluster, i);
        if (is_tsv) {
            node_tsv(node);
            output_char('\n');
        } else {
            node_line(node);
        }
    }
}

static int run_nodes(const cli_arguments *arguments) {
    cli_session session;
    int code = session_start(&session, arguments);
    if (code == 0) code = session_read(&session, false);
    if (code == 0) {
        unsigned format = arguments_format(arguments);
        if (format == FORMAT_JSON) print_json(&session);
        else if (format == FORMAT_TEXT && output_is_terminal()) print_table(&session);
        else print_lines(&session, format == FORMAT_TSV);
    }
    session_end(&session);
    return code;
}

static const char *const synopses[] = {"[OPTION]...", NULL};
static const char *const examples[] = {
    "proxenos nodes -b consul -s web", "the healthy instances of the service web",
    "proxenos nodes -C web -o json >web.json", "a cluster kept; 'select -f web.json' reads it again",
    NULL};

const cli_verb verb_nodes = {
    .name = "nodes",
    .summary = "the nodes that a backend gives, filtered",
    .synopses = synopses,
    .description = "Prints the nodes among which keys are distributed, sorted by identity: a table on a terminal, "
                   "else one node a line, which the backend static-file reads again.",
    .examples = examples,
    .groups = GROUP_OUTPUT | GROUP_SOURCE | GROUP_FILTER | GROUP_CONFIG,
    .formats = FORMAT_TEXT | FORMAT_TSV | FORMAT_JSON,
    .run = run_nodes,
};

/* SPDX-License-Identifier: MIT */
#include "verbs/watch/report.h"

#include "output/difference.h"
#include "output/json.h"
#include "output/node.h"
#include "output/stdout.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const kinds[] = {
    [PROXENOS_EVENT_INITIAL] = "initial", [PROXENOS_EVENT_CHANGE] = "change", [PROXENOS_EVENT_STATE] = "state"};

/* What the follower compares by. */
enum { FIELDS = PROXENOS_FIELDS_ALL & ~PROXENOS_FIELD_HEALTH };

/* -------------------------------------------------------------------- text */

static void print_node(char sign, const proxenos_node *node) {
    const char *identity = proxenos_node_identity(node), *address = proxenos_node_address(node);
    output_format("%c ", sign);
    output_escaped(identity);
    if (strcmp(identity, address) != 0) {
        output_char(' ');
        output_escaped(address);
    }
    if (proxenos_node_weight(node) != 1) output_format(" weight %u", (unsigned)proxenos_node_weight(node));
    output_char('\n');
}

static int print_difference(void *user, const proxenos_node *before, const proxenos_node *after, unsigned fields) {
    (void)user;
    if (before == NULL) print_node('+', after);
    else if (after == NULL) print_node('-', before);
    if (before == NULL || after == NULL) return 0;
    output_text("~ ");
    output_escaped(proxenos_node_identity(after));
    difference_text(before, after, fields);
    output_char('\n');
    return 0;
}

static void print_text(const proxenos_event *event, const proxenos_cluster *now) {
    if (event->kind == PROXENOS_EVENT_STATE) {
        output_format("= %s", proxenos_follower_state_name(event->state));
        if (event->why[0] != '\0') output_char(' ');
        output_escaped(event->why);
        output_char('\n');
    } else if (event->before == NULL) {
        const proxenos_node *node;
        for (size_t i = 0; (node = proxenos_cluster_node(now, i)) != NULL; i++) print_node('+', node);
    } else {
        (void)proxenos_cluster_difference(event->before, now, FIELDS, print_difference, NULL);
    }
}

/* -------------------------------------------------------------------- JSON */

/* Which side of a difference is listed. */
typedef enum list_side { ADDED, REMOVED, CHANGED, SIDES } list_side;

typedef struct listing {
    cli_json *json;
    list_side side;
} listing;

static int list_difference(void *user, const proxenos_node *before, const proxenos_node *after, unsigned fields) {
    const listing *list = user;
    list_side side = before == NULL ? ADDED : after == NULL ? REMOVED : CHANGED;
    if (side != list->side) return 0;
    if (side == CHANGED) difference_json(list->json, before, after, fields);
    else node_json(list->json, side == ADDED ? after : before);
    return 0;
}

static void print_lists(cli_json *json, const proxenos_event *event, const proxenos_cluster *now) {
    static const char *const names[] = {"added", "removed", "changed"};
    listing list = {.json = json};
    for (list.side = ADDED; list.side < SIDES; list.side++) {
        json_key(json, names[list.side]);
        json_open(json, '[');
        const proxenos_node *node;
        if (now != NULL && event->before != NULL)
            (void)proxenos_cluster_difference(event->before, now, FIELDS, list_difference, &list);
        else if (now != NULL && list.side == ADDED)
            for (size_t i = 0; (node = proxenos_cluster_node(now, i)) != NULL; i++) node_json(json, node);
        json_close(json, ']');
    }
}

static void print_json(const proxenos_event *event, const proxenos_cluster *now) {
    cli_json json = {.is_compact = true};
    json_open(&json, '{');
    json_member(&json, "event", kinds[event->kind]);
    json_time(&json, "time", event->time_ms);
    json_member(&json, "state", proxenos_follower_state_name(event->state));
    json_member(&json, "why", event->why);
    if (now != NULL) {
        print_lists(&json, event, now);
        json_member_unsigned(&json, "nodes", proxenos_cluster_size(now));
        json_member(&json, "fingerprint", proxenos_cluster_fingerprint(now));
        json_member(&json, "scheme", proxenos_selector_scheme(event->selector));
    }
    json_close(&json, '}');
}

/* -------------------------------------------------------------------- keys */

static const proxenos_node *node_before(const proxenos_event *event, const proxenos_selector *last, const char *key) {
    const proxenos_node *node = NULL;
    if (event->before != NULL && last != NULL) (void)proxenos_select(last, key, strlen(key), &node, NULL);
    return node;
}

static bool is_same_place(const proxenos_node *a, const proxenos_node *b) {
    return a != NULL && b != NULL && strcmp(proxenos_node_identity(a), proxenos_node_identity(b)) == 0 &&
           strcmp(proxenos_node_address(a), proxenos_node_address(b)) == 0;
}

static void print_key(const watch_report *report, const char *key, const proxenos_node *node, const proxenos_node *before) {
    if (!report->is_json) {
        output_field(key, strlen(key));
        output_char('\t');
        if (node != NULL) output_escaped(proxenos_node_address(node));
        output_char('\n');
        return;
    }
    cli_json json = {.is_compact = true};
    json_open(&json, '{');
    json_member(&json, "event", "key");
    json_member_bytes(&json, "key", "key_hex", key, strlen(key));
    json_key(&json, "node");
    if (node != NULL) node_json(&json, node);
    else json_text(&json, NULL);
    json_key(&json, "before");
    if (before != NULL) node_json(&json, before);
    else json_text(&json, NULL);
    json_close(&json, '}');
}

/* A key that no node can have has an empty one. */
static proxenos_status print_keys(watch_report *report, const proxenos_event *event, const proxenos_selector *last,
                                  proxenos_error *error) {
    for (size_t i = 0; i < report->key_count; i++) {
        const char *key = report->keys[i];
        const proxenos_node *node = NULL, *before = node_before(event, last, key);
        proxenos_status status = proxenos_select(event->selector, key, strlen(key), &node, error);
        if (status != PROXENOS_OK && status != PROXENOS_ERROR_NO_NODE) return status;
        if (event->before != NULL && (is_same_place(node, before) || (node == NULL && before == NULL))) continue;
        report->has_moved = true;
        if (!report->is_quiet) print_key(report, key, node, before);
    }
    return PROXENOS_OK;
}

proxenos_status report_event(watch_report *report, const proxenos_event *event, proxenos_error *error) {
    const proxenos_cluster *now = event->selector == NULL ? NULL : proxenos_selector_cluster(event->selector);
    proxenos_status status = PROXENOS_OK;
    if (!report->is_quiet && report->is_json) print_json(event, now);
    else if (!report->is_quiet && report->key_count == 0) print_text(event, now);
    if (now == NULL) return status;
    report->has_moved = report->key_count == 0;
    status = print_keys(report, event, report->last, error);
    proxenos_selector_unref(report->last);
    report->last = proxenos_selector_ref(event->selector);
    return status;
}

void report_end(watch_report *report) {
    proxenos_selector_unref(report->last);
}

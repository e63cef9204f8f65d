/* SPDX-License-Identifier: MIT */
#include "verbs/watch/form.h"

#include "output/json.h"
#include "output/node.h"
#include "verbs/watch/servers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -------------------------------------------------------------------- ours */

bool form_json(const proxenos_selector *selector) {
    const proxenos_cluster *cluster = proxenos_selector_cluster(selector);
    const proxenos_node *node;
    cli_json json = {0};
    json_open(&json, '{');
    json_key(&json, "nodes");
    json_open(&json, '[');
    for (size_t i = 0; (node = proxenos_cluster_node(cluster, i)) != NULL; i++) node_json(&json, node);
    json_close(&json, ']');
    json_member(&json, "fingerprint", proxenos_cluster_fingerprint(cluster));
    json_member(&json, "scheme", proxenos_selector_scheme(selector));
    json_close(&json, '}');
    return true;
}

static bool print_lines(const proxenos_selector *selector) {
    const proxenos_cluster *cluster = proxenos_selector_cluster(selector);
    const proxenos_node *node;
    for (size_t i = 0; (node = proxenos_cluster_node(cluster, i)) != NULL; i++) node_line(node);
    return true;
}

/* No quotes, which Docker's env files would keep, and so nothing that wants any: addresses
 * hold letters, digits and .:-_[] alone. */
static bool print_env(const proxenos_selector *selector) {
    const proxenos_cluster *cluster = proxenos_selector_cluster(selector);
    const proxenos_node *node;
    output_text("PROXENOS_NODES=");
    for (size_t i = 0; (node = proxenos_cluster_node(cluster, i)) != NULL; i++) {
        if (i > 0) output_char(',');
        output_escaped(proxenos_node_address(node));
    }
    output_format("\nPROXENOS_COUNT=%zu\nPROXENOS_FINGERPRINT=%s\n", proxenos_cluster_size(cluster),
                  proxenos_cluster_fingerprint(cluster));
    return true;
}

/* ----------------------------------------------------------------- Prometheus */

/* [a-zA-Z_][a-zA-Z0-9_]*, behind a prefix that begins it. */
static void label_name(char *out, size_t size, const char *prefix, const char *key) {
    size_t used = (size_t)snprintf(out, size, "%s", prefix);
    for (; *key != '\0' && used + 1 < size; key++) {
        bool is_plain = (*key >= 'a' && *key <= 'z') || (*key >= 'A' && *key <= 'Z') || (*key >= '0' && *key <= '9');
        out[used++] = is_plain ? *key : '_';
    }
    out[used] = '\0';
}

static void label(cli_json *json, const char *name, const char *text) {
    if (text[0] != '\0') json_member(json, name, text);
}

static void number_label(cli_json *json, const char *name, unsigned number) {
    char text[16];
    (void)snprintf(text, sizeof text, "%u", number);
    json_member(json, name, text);
}

/* With a comma at both ends, so that a pattern finds ",ssd,". */
static bool tags_label(cli_json *json, const proxenos_node *node) {
    size_t size = 2;
    const char *tag;
    for (size_t i = 0; (tag = proxenos_node_tag(node, i)) != NULL; i++) size += strlen(tag) + 1;
    if (proxenos_node_tag(node, 0) == NULL) return true;
    char *text = malloc(size), *end = text;
    if (text == NULL) return false;
    *end++ = ',';
    for (size_t i = 0; (tag = proxenos_node_tag(node, i)) != NULL; i++) end = stpcpy(stpcpy(end, tag), ",");
    json_member(json, "__meta_proxenos_tags", text);
    free(text);
    return true;
}

/* What begins with __meta_ is for rules alone and is no label of the metrics. */
static bool print_labels(cli_json *json, const proxenos_node *node) {
    char name[256];
    const char *key, *value;
    label(json, "job", proxenos_node_service(node));
    label(json, "zone", proxenos_node_zone(node));
    if (proxenos_node_weight(node) != 1) number_label(json, "__meta_weight", (unsigned)proxenos_node_weight(node));
    if (proxenos_node_tier(node) != 0) number_label(json, "__meta_tier", (unsigned)proxenos_node_tier(node));
    label(json, "__meta_proxenos_name", proxenos_node_name(node));
    label(json, "__meta_proxenos_source_node", proxenos_node_source(node));
    for (size_t i = 0; proxenos_node_metadata(node, i, &key, &value); i++) {
        label_name(name, sizeof name, "__meta_proxenos_metadata_", key);
        label(json, name, value);
    }
    return tags_label(json, node);
}

static bool print_file_sd(const proxenos_selector *selector) {
    const proxenos_cluster *cluster = proxenos_selector_cluster(selector);
    const proxenos_node *node;
    bool is_whole = true;
    cli_json json = {0};
    json_open(&json, '[');
    for (size_t i = 0; (node = proxenos_cluster_node(cluster, i)) != NULL; i++) {
        json_open(&json, '{');
        json_key(&json, "targets");
        json_open(&json, '[');
        json_text(&json, proxenos_node_address(node));
        json_close(&json, ']');
        json_key(&json, "labels");
        json_open(&json, '{');
        is_whole = print_labels(&json, node) && is_whole;
        json_close(&json, '}');
        json_close(&json, '}');
    }
    json_close(&json, ']');
    return is_whole;
}

/* --------------------------------------------------------------------- table */

static const watch_form forms[] = {
    {"json", form_json},         {"lines", print_lines},
    {"file_sd", print_file_sd},  {"hosts", servers_hosts},
    {"haproxy", servers_haproxy}, {"nginx", servers_nginx},
    {"env", print_env},
};

const watch_form *form_find(const char *name) {
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i].name, name) == 0) return &forms[i];
    return NULL;
}

bool form_render(const watch_form *form, const proxenos_selector *selector, output_buffer *buffer) {
    *buffer = (output_buffer){0};
    output_into(buffer);
    bool is_whole = form->print(selector);
    output_into(NULL);
    return is_whole && !buffer->failed;
}

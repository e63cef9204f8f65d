/* SPDX-License-Identifier: MIT */
#include "output/node.h"

#include "output/stdout.h"
#include "output/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Plain text has no quotes: what would end a word is escaped like a control, and so
 * is what would be read as an escape. */
static void word(const char *text, const char *separators) {
    for (; *text != '\0'; text++) {
        if (*text == '\\' || strchr(separators, *text) != NULL) {
            output_format("\\x%02x", (unsigned)(unsigned char)*text);
            continue;
        }
        char one[8];
        size_t written, taken = text_escape_one(text, strlen(text), one, &written);
        output_bytes(one, written);
        text += taken - 1;
    }
}

static void pair_value(const char *text) {
    output_char('=');
    word(text, " #");
}

static void field_pair(const char *key, const char *text) {
    if (text[0] == '\0') return;
    output_char(' ');
    output_text(key);
    pair_value(text);
}

/* Keys that name a field are told apart from it by an escape. */
static void metadata_pair(const char *key, const char *text) {
    static const char *const fields[] = {"name", "node", "service", "tags", "weight", "zone"};
    output_char(' ');
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(key, fields[i]) != 0) continue;
        output_format("\\x%02x", (unsigned)(unsigned char)*key++);
        break;
    }
    word(key, " =#");
    pair_value(text);
}

void node_line(const proxenos_node *node) {
    output_escaped(proxenos_node_address(node));
    output_format(" %u", (unsigned)proxenos_node_weight(node));
    field_pair("service", proxenos_node_service(node));
    field_pair("name", proxenos_node_name(node));
    field_pair("zone", proxenos_node_zone(node));
    field_pair("node", proxenos_node_source(node));
    for (size_t i = 0; proxenos_node_tag(node, i) != NULL; i++) {
        output_text(i == 0 ? " tags=" : ",");
        word(proxenos_node_tag(node, i), " #,");
    }
    const char *key, *text;
    for (size_t i = 0; proxenos_node_metadata(node, i, &key, &text); i++) metadata_pair(key, text);
    output_char('\n');
}

void node_tsv_header(void) {
    output_text("identity\taddress\thost\tport\tweight\tservice\tname\tsource_node\tzone\thealth\ttags\tmetadata");
}

static void field(const char *text) {
    output_char('\t');
    output_field(text, strlen(text));
}

void node_tsv(const proxenos_node *node) {
    output_field(proxenos_node_identity(node), strlen(proxenos_node_identity(node)));
    field(proxenos_node_address(node));
    field(proxenos_node_host(node));
    if (proxenos_node_port(node) != 0) output_format("\t%u", proxenos_node_port(node));
    else output_char('\t');
    output_format("\t%u", (unsigned)proxenos_node_weight(node));
    field(proxenos_node_service(node));
    field(proxenos_node_name(node));
    field(proxenos_node_source(node));
    field(proxenos_node_zone(node));
    field(proxenos_node_health(node));
    output_char('\t');
    for (size_t i = 0; proxenos_node_tag(node, i) != NULL; i++) {
        if (i > 0) output_char(',');
        output_field(proxenos_node_tag(node, i), strlen(proxenos_node_tag(node, i)));
    }
    output_char('\t');
    const char *key, *value;
    for (size_t i = 0; proxenos_node_metadata(node, i, &key, &value); i++) {
        if (i > 0) output_char(',');
        output_field(key, strlen(key));
        output_char('=');
        output_field(value, strlen(value));
    }
}

void node_json(cli_json *json, const proxenos_node *node) {
    json_open(json, '{');
    json_member(json, "identity", proxenos_node_identity(node));
    json_member(json, "address", proxenos_node_address(node));
    json_member(json, "host", proxenos_node_host(node));
    json_key(json, "port");
    if (proxenos_node_port(node) != 0) json_unsigned(json, proxenos_node_port(node));
    else json_text(json, NULL);
    json_member_unsigned(json, "weight", proxenos_node_weight(node));
    json_member(json, "service", proxenos_node_service(node));
    json_member(json, "name", proxenos_node_name(node));
    json_member(json, "source_node", proxenos_node_source(node));
    json_member(json, "zone", proxenos_node_zone(node));
    json_member(json, "health", proxenos_node_health(node));
    json_key(json, "tags");
    json_open(json, '[');
    for (size_t i = 0; proxenos_node_tag(node, i) != NULL; i++) json_text(json, proxenos_node_tag(node, i));
    json_close(json, ']');
    json_key(json, "metadata");
    json_open(json, '{');
    const char *key, *value;
    for (size_t i = 0; proxenos_node_metadata(node, i, &key, &value); i++) json_member(json, key, value);
    json_close(json, '}');
    json_close(json, '}');
}

/* RFC 3339, UTC, with milliseconds. */
static void json_time(cli_json *json, int64_t milliseconds) {
    time_t seconds = (time_t)(milliseconds / 1000);
    struct tm parts;
    char text[40] = "", whole[64];
    if (gmtime_r(&seconds, &parts) != NULL) (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    (void)snprintf(whole, sizeof whole, "%s.%03dZ", text, (int)(milliseconds % 1000));
    json_member(json, "read_at", whole);
}

void cluster_json(cli_json *json, const proxenos_cluster *cluster, const char *backend) {
    proxenos_cluster_report report = {.size = sizeof report};
    proxenos_cluster_get_report(cluster, &report);
    json_member(json, "fingerprint", proxenos_cluster_fingerprint(cluster));
    json_member(json, "backend", backend);
    json_key(json, "report");
    json_open(json, '{');
    json_member_unsigned(json, "read", report.read);
    json_member_unsigned(json, "skipped", report.skipped);
    json_member_unsigned(json, "dropped_address", report.dropped_address);
    json_member_unsigned(json, "dropped_name", report.dropped_name);
    json_member_unsigned(json, "dropped_tags", report.dropped_tags);
    json_member_unsigned(json, "duplicates", report.duplicates);
    json_time(json, report.read_at_ms);
    json_close(json, '}');
}

void key_json(cli_json *json, const char *key, size_t length) {
    if (text_is_utf8(key, length)) {
        json_key(json, "key");
        json_bytes(json, key, length);
        return;
    }
    json_key(json, "key_hex");
    json_hex(json, key, length);
}

/* SPDX-License-Identifier: MIT */
#include "output/node.h"

#include "output/stdout.h"
#include "output/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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
    static const char *const fields[] = {"name", "node", "service", "tags", "tier", "weight", "zone", "address", "addr", "host",
                                         "hostname", "ip", "port", "health", "identity", "meta", "metadata", "source_node", "server",
                                         "ansible_host", "ansible_port"};
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
    if (proxenos_node_tier(node) > 0) output_format(" tier=%" PRIu32, proxenos_node_tier(node));
    for (size_t i = 0; proxenos_node_tag(node, i) != NULL; i++) {
        output_text(i == 0 ? " tags=" : ",");
        word(proxenos_node_tag(node, i), " #,");
    }
    const char *key, *text;
    for (size_t i = 0; proxenos_node_metadata(node, i, &key, &text); i++) metadata_pair(key, text);
    output_char('\n');
}

/* ---- fields, as tab-separated values and as JSON */

static int64_t port(const proxenos_node *node) {
    return proxenos_node_port(node) == 0 ? -1 : (int64_t)proxenos_node_port(node);
}

static int64_t weight(const proxenos_node *node) {
    return proxenos_node_weight(node);
}

/* What a node has one of, in the order of the columns; then come its tags and its metadata. */
static const struct field {
    const char *name;
    const char *(*text)(const proxenos_node *node);
    int64_t (*number)(const proxenos_node *node); /* in place of text; -1: none */
} fields[] = {
    {.name = "identity", .text = proxenos_node_identity},
    {.name = "address", .text = proxenos_node_address},
    {.name = "host", .text = proxenos_node_host},
    {.name = "port", .number = port},
    {.name = "weight", .number = weight},
    {.name = "service", .text = proxenos_node_service},
    {.name = "name", .text = proxenos_node_name},
    {.name = "source_node", .text = proxenos_node_source},
    {.name = "zone", .text = proxenos_node_zone},
    {.name = "health", .text = proxenos_node_health},
};
enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

void node_tsv_header(void) {
    for (size_t i = 0; i < FIELD_COUNT; i++) output_format("%s\t", fields[i].name);
    output_text("tags\tmetadata\ttier");
}

static void tsv_text(const char *text) {
    output_field(text, strlen(text));
}

static void tsv_field(const struct field *field, const proxenos_node *node) {
    if (field->text != NULL) tsv_text(field->text(node));
    else if (field->number(node) >= 0) output_format("%" PRId64, field->number(node));
    output_char('\t');
}

void node_tsv(const proxenos_node *node) {
    for (size_t i = 0; i < FIELD_COUNT; i++) tsv_field(&fields[i], node);
    for (size_t i = 0; proxenos_node_tag(node, i) != NULL; i++) {
        if (i > 0) output_char(',');
        tsv_text(proxenos_node_tag(node, i));
    }
    output_char('\t');
    const char *key, *value;
    for (size_t i = 0; proxenos_node_metadata(node, i, &key, &value); i++) {
        if (i > 0) output_char(',');
        tsv_text(key);
        output_char('=');
        tsv_text(value);
    }
    output_format("\t%" PRIu32, proxenos_node_tier(node));
}

static void json_field(cli_json *json, const struct field *field, const proxenos_node *node) {
    json_key(json, field->name);
    int64_t number = field->number == NULL ? -1 : field->number(node);
    if (number >= 0) json_integer(json, number);
    else json_text(json, field->text == NULL ? NULL : field->text(node));
}

void node_json(cli_json *json, const proxenos_node *node) {
    json_open(json, '{');
    for (size_t i = 0; i < FIELD_COUNT; i++) json_field(json, &fields[i], node);
    json_key(json, "tags");
    json_open(json, '[');
    for (size_t i = 0; proxenos_node_tag(node, i) != NULL; i++) json_text(json, proxenos_node_tag(node, i));
    json_close(json, ']');
    json_key(json, "metadata");
    json_open(json, '{');
    const char *key, *value;
    for (size_t i = 0; proxenos_node_metadata(node, i, &key, &value); i++) json_member(json, key, value);
    json_close(json, '}');
    json_member_unsigned(json, "tier", proxenos_node_tier(node));
    json_close(json, '}');
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
    json_member_unsigned(json, "dropped_zone", report.dropped_zone);
    json_member_unsigned(json, "dropped_metadata", report.dropped_metadata);
    json_member_unsigned(json, "dropped_has_tag", report.dropped_has_tag);
    json_member_unsigned(json, "dropped_tier", report.dropped_tier);
    json_member_unsigned(json, "duplicates", report.duplicates);
    json_time(json, "read_at", report.read_at_ms);
    json_close(json, '}');
    if (report.is_snapshot == 0) return;
    json_key(json, "snapshot");
    json_boolean(json, true);
    json_key(json, "age_ms");
    json_integer(json, report.snapshot_age_ms);
}

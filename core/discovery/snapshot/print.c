/* SPDX-License-Identifier: MIT */
#include "discovery/snapshot/format.h"

#include "base/sha512.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

void px_snapshot_digest(const void *bytes, size_t length, char digest[PX_DIGEST_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    uint8_t whole[PX_SHA512_SIZE];
    px_sha512(bytes, length, whole);
    for (size_t i = 0; i + 1 < PX_DIGEST_SIZE; i++) digest[i] = digits[i % 2 == 0 ? whole[i / 2] >> 4 : whole[i / 2] & 15];
    digest[PX_DIGEST_SIZE - 1] = '\0';
}

void px_snapshot_moment(int64_t milliseconds, char text[PX_MOMENT_SIZE]) {
    struct tm parts = {0};
    time_t seconds = (time_t)(milliseconds / 1000);
    char whole[PX_MOMENT_SIZE];
    (void)gmtime_r(&seconds, &parts);
    (void)strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", &parts);
    (void)snprintf(text, PX_MOMENT_SIZE, "%.19s.%03uZ", whole, (unsigned)(milliseconds % 1000) % 1000);
}

/* Texts are UTF-8; controls as \u00XX (RFC 8259, section 7), DEL too. */
static void add_string(px_text *out, const char *text) {
    px_text_add(out, "\"");
    while (*text != '\0') {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= ' ' && text[plain] != '"' && text[plain] != '\\' && text[plain] != 0x7f) plain++;
        px_text_append(out, text, plain);
        text += plain;
        if (*text == '\0') break;
        px_text_format(out, "\\u%04x", (unsigned)(unsigned char)*text++);
    }
    px_text_add(out, "\"");
}

static void add_member(px_text *out, const char *key, const char *value) {
    px_text_add(out, ", \"");
    px_text_add(out, key);
    px_text_add(out, "\": ");
    add_string(out, value);
}

/* An IPv4-mapped address stays one, since the weighting `python` tells it from plain IPv4. */
static void add_address(px_text *out, const proxenos_node *node) {
    bool is_mapped = node->parsed.kind == PX_ADDRESS_IPV6 && strchr(node->host, ':') == NULL;
    const char *prefix = is_mapped ? "::ffff:" : "";
    if (!is_mapped) add_member(out, "address", node->address);
    else if (node->parsed.has_port) px_text_format(out, ", \"address\": \"[%s%s]:%u\"", prefix, node->host, node->parsed.port);
    else px_text_format(out, ", \"address\": \"%s%s\"", prefix, node->host);
    px_text_format(out, ", \"host\": \"%s%s\"", prefix, node->host);
    if (node->parsed.has_port) px_text_format(out, ", \"port\": %u", node->parsed.port);
    else px_text_add(out, ", \"port\": null");
}

static void add_node(px_text *out, const proxenos_node *node) {
    static const char *const health[] = {"unknown", "passing", "warning", "critical"};
    px_text_add(out, "{\"identity\": ");
    add_string(out, node->identity);
    add_address(out, node);
    px_text_format(out, ", \"weight\": %" PRIu32, node->weight);
    add_member(out, "service", node->service);
    add_member(out, "name", node->name);
    add_member(out, "source_node", node->source);
    add_member(out, "zone", node->zone);
    add_member(out, "health", health[node->health < 4 ? node->health : 0]);
    px_text_add(out, ", \"tags\": [");
    for (size_t i = 0; i < node->tag_count; i++) {
        if (i > 0) px_text_add(out, ", ");
        add_string(out, node->tags[i]);
    }
    px_text_add(out, "], \"metadata\": {");
    for (size_t i = 0; i < node->metadata_count; i++) {
        if (i > 0) px_text_add(out, ", ");
        add_string(out, node->metadata[i].key);
        px_text_add(out, ": ");
        add_string(out, node->metadata[i].value);
    }
    px_text_format(out, "}, \"tier\": %" PRIu32 "}", node->tier);
}

void px_snapshot_print_nodes(px_text *out, const proxenos_cluster *cluster) {
    for (size_t i = 0; i < cluster->count; i++) {
        if (i > 0) px_text_add(out, ",\n");
        add_node(out, cluster->nodes[i]);
    }
}

void px_snapshot_print_head(px_text *out, const px_snapshot_head *head) {
    char moment[PX_MOMENT_SIZE];
    px_snapshot_moment(head->confirmed_ms, moment);
    px_text_format(out, "{\"proxenos\": \"snapshot\", \"confirmed\": \"%s\", \"inode\": %" PRIu64, moment, head->inode);
    add_member(out, "settings", head->settings);
    px_text_add(out, ",\n\"scheme\": ");
    add_string(out, head->scheme != NULL ? head->scheme : "");
    add_member(out, "fingerprint", head->fingerprint);
    add_member(out, "digest", head->digest);
    px_text_add(out, ", \"nodes\": [\n");
}

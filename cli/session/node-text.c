/* SPDX-License-Identifier: MIT */
#include "session/node-text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What a node is known by, put where `identity` looks for it. */
typedef struct known {
    char text[512];
    const char *name, *source, *metadata[3];
} known;

static void know(known *by, const char *identity, const char *text, size_t length) {
    *by = (known){0};
    (void)snprintf(by->text, sizeof by->text, "%.*s", (int)length, text);
    char *slash = strchr(by->text, '/');
    if (strncmp(identity, "meta.", 5) == 0) {
        by->metadata[0] = identity + 5;
        by->metadata[1] = by->text;
    } else if (strcmp(identity, "instance") == 0 && slash != NULL) {
        *slash = '\0';
        by->source = by->text;
        by->name = slash + 1;
    } else {
        by->name = by->text;
    }
}

proxenos_status node_text_add(proxenos_builder *builder, const char *identity, const char *text, int64_t weight,
                              const proxenos_node *like, proxenos_error *error) {
    char host[512];
    unsigned port;
    bool is_named = strcmp(identity, "address") != 0;
    const char *at = is_named ? strrchr(text, '@') : NULL, *address = at != NULL ? at + 1 : text;
    proxenos_status status = proxenos_parse_address(address, host, sizeof host, &port, error);
    if (status != PROXENOS_OK) return status;
    known by = {.name = NULL};
    if (at != NULL) know(&by, identity, text, (size_t)(at - text));
    proxenos_node_spec spec = {.size = sizeof spec, .host = host, .port = port, .weight = weight,
                               .name = by.name, .source = by.source, .metadata = by.metadata,
                               .tier = like != NULL ? proxenos_node_tier(like) : 0};
    return proxenos_builder_add(builder, &spec, error);
}

proxenos_status node_text_cluster(const char *text, proxenos_cluster **cluster, proxenos_error *error) {
    *cluster = NULL;
    proxenos_builder *builder;
    proxenos_status status = proxenos_builder_new("address", &builder, error);
    if (status == PROXENOS_OK) status = node_text_add(builder, "address", text, 1, NULL, error);
    if (status == PROXENOS_OK) status = proxenos_builder_finish(builder, cluster, error);
    proxenos_builder_free(builder);
    return status;
}

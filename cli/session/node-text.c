/* SPDX-License-Identifier: MIT */
#include "session/node-text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

proxenos_status node_text_add(proxenos_builder *builder, const char *text, int64_t weight, proxenos_error *error) {
    char host[512], name[512] = "";
    const char *at = strchr(text, '@'), *address = at != NULL ? at + 1 : text;
    const char *colon = strrchr(address, ':'), *bracket = strrchr(address, ']');
    bool has_port = colon != NULL && (bracket != NULL ? colon > bracket : strchr(address, ':') == colon);
    size_t length = has_port ? (size_t)(colon - address) : strlen(address);
    unsigned long port = has_port ? strtoul(colon + 1, NULL, 10) : 0;
    if (has_port && (port < 1 || port > 65535)) port = 65536; /* the library says what is wrong */
    (void)snprintf(host, sizeof host, "%.*s", (int)length, address);
    if (at != NULL) (void)snprintf(name, sizeof name, "%.*s", (int)(at - text), text);
    proxenos_node_spec spec = {.size = sizeof spec, .host = host, .port = (unsigned)port, .weight = weight,
                               .name = name[0] != '\0' ? name : NULL};
    return proxenos_builder_add(builder, &spec, error);
}

proxenos_status node_text_cluster(const char *text, proxenos_cluster **cluster, proxenos_error *error) {
    *cluster = NULL;
    proxenos_builder *builder;
    proxenos_status status = proxenos_builder_new("address", &builder, error);
    if (status == PROXENOS_OK) status = node_text_add(builder, text, 1, error);
    if (status == PROXENOS_OK) status = proxenos_builder_finish(builder, cluster, error);
    proxenos_builder_free(builder);
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "output/difference.h"

#include "output/node.h"
#include "output/stdout.h"

/* A field that has one text; NULL for others, which are only named. */
static const char *text_of(const proxenos_node *node, unsigned field) {
    switch (field) {
    case PROXENOS_FIELD_ADDRESS: return proxenos_node_address(node);
    case PROXENOS_FIELD_ZONE: return proxenos_node_zone(node);
    case PROXENOS_FIELD_SERVICE: return proxenos_node_service(node);
    case PROXENOS_FIELD_NAME: return proxenos_node_name(node);
    case PROXENOS_FIELD_SOURCE: return proxenos_node_source(node);
    case PROXENOS_FIELD_HEALTH: return proxenos_node_health(node);
    default: return NULL;
    }
}

void difference_text(const proxenos_node *before, const proxenos_node *after, unsigned fields) {
    const char *separator = " ";
    for (unsigned field = 1; field <= fields; field <<= 1) {
        if ((fields & field) == 0) continue;
        output_format("%s%s", separator, proxenos_field_name(field));
        separator = ", ";
        if (field == PROXENOS_FIELD_WEIGHT)
            output_format(" %u -> %u", (unsigned)proxenos_node_weight(before), (unsigned)proxenos_node_weight(after));
        if (field == PROXENOS_FIELD_TIER)
            output_format(" %u -> %u", (unsigned)proxenos_node_tier(before), (unsigned)proxenos_node_tier(after));
        if (text_of(before, field) == NULL) continue;
        output_char(' ');
        output_escaped(text_of(before, field));
        output_text(" -> ");
        output_escaped(text_of(after, field));
    }
}

void difference_json(cli_json *json, const proxenos_node *before, const proxenos_node *after, unsigned fields) {
    json_open(json, '{');
    json_member(json, "identity", proxenos_node_identity(after));
    json_key(json, "fields");
    json_open(json, '[');
    for (unsigned field = 1; field <= fields; field <<= 1)
        if ((fields & field) != 0) json_text(json, proxenos_field_name(field));
    json_close(json, ']');
    json_key(json, "before");
    node_json(json, before);
    json_key(json, "after");
    node_json(json, after);
    json_close(json, '}');
}

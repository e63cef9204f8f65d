/* SPDX-License-Identifier: MIT */
#include "cluster/identity.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char prefix[] = "meta.";
enum { PREFIX_LENGTH = sizeof prefix - 1 };

static const char *const names[] = {
    [PX_BY_ADDRESS] = "address", [PX_BY_NAME] = "name", [PX_BY_INSTANCE] = "instance"};
enum { NAME_COUNT = sizeof names / sizeof names[0] };

static proxenos_status parse_key(const char *key, px_identity *identity, proxenos_error *error) {
    size_t length = strlen(key);
    if (length == 0) return px_error(error, PROXENOS_ERROR_CONFIG, "identity 'meta.' lacks the key behind it");
    if (length >= PX_IDENTITY_KEY_SIZE) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "the key of identity 'meta.KEY' has more than %d bytes",
                        PX_IDENTITY_KEY_SIZE - 1);
    }
    identity->kind = PX_BY_METADATA;
    memcpy(identity->key, key, length + 1);
    return PROXENOS_OK;
}

proxenos_status px_identity_parse(const char *text, px_identity *identity, proxenos_error *error) {
    *identity = (px_identity){PX_BY_ADDRESS, ""};
    if (strncmp(text, prefix, PREFIX_LENGTH) == 0) return parse_key(text + PREFIX_LENGTH, identity, error);
    px_nearest nearest;
    px_nearest_start(&nearest, text);
    for (size_t i = 0; i < NAME_COUNT; i++) {
        px_nearest_try(&nearest, names[i]);
        if (strcmp(text, names[i]) != 0) continue;
        identity->kind = (px_identity_kind)i;
        return PROXENOS_OK;
    }
    if (nearest.best != NULL) {
        return px_error(error, PROXENOS_ERROR_CONFIG, "there is no identity '%s'; did you mean '%s'?", text, nearest.best);
    }
    return px_error(error, PROXENOS_ERROR_CONFIG, "there is no identity '%s'; there are address, name, instance and meta.KEY",
                    text);
}

const char *px_identity_text(const px_identity *identity, char text[PX_IDENTITY_TEXT_SIZE]) {
    if (identity->kind != PX_BY_METADATA) return names[identity->kind];
    (void)snprintf(text, PX_IDENTITY_TEXT_SIZE, "%s%s", prefix, identity->key);
    return text;
}

void px_identity_scheme(const px_identity *identity, px_text *text) {
    if (identity->kind != PX_BY_METADATA) {
        px_text_add(text, names[identity->kind]);
        return;
    }
    px_text_add(text, prefix);
    px_text_percent(text, identity->key);
}

/* ---- a node's own */

static proxenos_status lacks(const px_identity *identity, const proxenos_node *node, const char *what,
                             proxenos_error *error) {
    char text[PX_IDENTITY_TEXT_SIZE];
    return px_error(error, PROXENOS_ERROR_CONFIG, "node %s has no %s, by which identity '%s' would know it", node->address,
                    what, px_identity_text(identity, text));
}

static proxenos_status apply_instance(const px_identity *identity, proxenos_node *node, proxenos_error *error) {
    if (*node->name == '\0') return lacks(identity, node, "name", error);
    if (*node->source == '\0') return lacks(identity, node, "machine (source node)", error);
    px_text text = {0};
    px_text_format(&text, "%s/%s", node->source, node->name);
    node->own_identity = px_text_take(&text);
    if (node->own_identity == NULL) return px_error_memory(error);
    node->identity = node->own_identity;
    return PROXENOS_OK;
}

proxenos_status px_identity_apply(const px_identity *identity, proxenos_node *node, proxenos_error *error) {
    switch (identity->kind) {
    case PX_BY_ADDRESS: return PROXENOS_OK;
    case PX_BY_NAME:
        if (*node->name == '\0') return lacks(identity, node, "name", error);
        node->identity = node->name;
        return PROXENOS_OK;
    case PX_BY_INSTANCE: return apply_instance(identity, node, error);
    case PX_BY_METADATA: break;
    }
    const char *value = px_node_metadata(node, identity->key);
    if (value == NULL || *value == '\0') {
        return px_error(error, PROXENOS_ERROR_CONFIG, "node %s has no '%s' in its metadata, by which identity 'meta.%s' would know it",
                        node->address, identity->key, identity->key);
    }
    node->identity = value;
    return PROXENOS_OK;
}

/* Names repeat from machine to machine; the address always tells apart. */
static const char *telling_apart(const px_identity *identity, const proxenos_node *a, const proxenos_node *b) {
    bool have_names = *a->name != '\0' && *b->name != '\0', have_sources = *a->source != '\0' && *b->source != '\0';
    bool is_instance_new = identity->kind == PX_BY_NAME || identity->kind == PX_BY_METADATA;
    bool are_instances_apart = strcmp(a->name, b->name) != 0 || strcmp(a->source, b->source) != 0;
    return is_instance_new && have_names && have_sources && are_instances_apart ? "instance" : "address";
}

proxenos_status px_identity_clash(const px_identity *identity, const proxenos_node *a, const proxenos_node *b,
                                  proxenos_error *error) {
    char text[PX_IDENTITY_TEXT_SIZE];
    return px_error(error, PROXENOS_ERROR_CONFIG,
                    "two nodes are '%s' by identity '%s', %s and %s: identity '%s' would tell them apart", a->identity,
                    px_identity_text(identity, text), a->address, b->address, telling_apart(identity, a, b));
}

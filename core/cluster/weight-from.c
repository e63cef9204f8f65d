/* SPDX-License-Identifier: MIT */
#include "cluster/weight-from.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

proxenos_status px_weight_rule_parse(px_weight_rule *rule, const char *text, proxenos_error *error) {
    px_weight_rule parsed = {0};
    if (text != NULL) {
        const char *dot = strchr(text, '.');
        size_t kind_length = dot == NULL ? 0 : (size_t)(dot - text);
        parsed.is_tag = kind_length == 3 && strncmp(text, "tag", 3) == 0;
        bool is_metadata = kind_length == 4 && strncmp(text, "meta", 4) == 0;
        if ((!parsed.is_tag && !is_metadata) || dot[1] == '\0') {
            return px_error(error, PROXENOS_ERROR_CONFIG, "weight-from '%s' is neither meta.KEY nor tag.PREFIX",
                            text);
        }
        parsed.key = px_strdup(dot + 1);
        if (parsed.key == NULL) return px_error_memory(error);
    }
    px_weight_rule_clear(rule);
    *rule = parsed;
    return PROXENOS_OK;
}

void px_weight_rule_clear(px_weight_rule *rule) {
    free(rule->key);
    *rule = (px_weight_rule){0};
}

/* What follows "PREFIX=" in the node's tags; NULL in *value when none has it. */
static proxenos_status find_in_tags(const char *prefix, const proxenos_node *node, const char **value,
                                    proxenos_error *error) {
    size_t length = strlen(prefix);
    *value = NULL;
    for (size_t i = 0; i < node->tag_count; i++) {
        const char *tag = node->tags[i];
        if (strncmp(tag, prefix, length) != 0 || tag[length] != '=') continue;
        const char *here = tag + length + 1;
        if (*value != NULL && strcmp(*value, here) != 0) {
            return px_error(error, PROXENOS_ERROR_MALFORMED, "node %s: two weights, by the tags '%s=%s' and '%s'",
                            node->address, prefix, *value, tag);
        }
        *value = here;
    }
    return PROXENOS_OK;
}

proxenos_status px_weight_rule_apply(const px_weight_rule *rule, proxenos_node *node, proxenos_error *error) {
    if (rule->key == NULL) return PROXENOS_OK;
    const char *value;
    if (rule->is_tag) {
        proxenos_status status = find_in_tags(rule->key, node, &value, error);
        if (status != PROXENOS_OK) return status;
    } else {
        value = px_node_metadata(node, rule->key);
    }
    if (value == NULL) return PROXENOS_OK;
    uint64_t weight;
    if (!px_parse_unsigned(value, &weight) || weight > UINT32_MAX) {
        return px_error(error, PROXENOS_ERROR_MALFORMED,
                        "node %s: the weight in %s.%s, '%s', is not in 0...4294967295", node->address,
                        rule->is_tag ? "tag" : "meta", rule->key, value);
    }
    node->weight = (uint32_t)weight;
    return PROXENOS_OK;
}

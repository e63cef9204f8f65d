/* SPDX-License-Identifier: MIT */
/* The tree's meaning: a list of nodes, of file_sd groups, of addresses, or a map
 * that holds such a list under `nodes`.  Each element says by itself what it is. */
#include "lib/nodes/internal.h"

#include <string.h>
#include <strings.h>

/* The fields of a node.  HOST is an address without a port. */
typedef enum node_field {
    ADDRESS, HOST, PORT, WEIGHT, SERVICE, NAME, ZONE, SOURCE_NODE, HEALTH, TAGS, METADATA, IDENTITY, TIER, FIELD_COUNT
} node_field;

/* What users may write.  `source_node`, `metadata` and `identity` are as
 * `proxenos nodes -o json` prints them, so that its output is a list of nodes. */
static const struct {
    const char *key;
    node_field field;
} keys[] = {
    {"address", ADDRESS}, {"health", HEALTH},     {"host", HOST},       {"identity", IDENTITY},
    {"meta", METADATA},   {"metadata", METADATA}, {"name", NAME},       {"node", SOURCE_NODE},
    {"port", PORT},       {"service", SERVICE},   {"source_node", SOURCE_NODE},
    {"tags", TAGS},       {"tier", TIER},         {"weight", WEIGHT},   {"zone", ZONE},
};

enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

static int32_t fail_value(const node_output *output, const tree_value *value, const char *problem) {
    return nodes_fail_at(output->source, value->line, value->column, "%s", problem);
}

/* ------------------------------------------------------------------- texts */

/* NULL for nothing and for the empty text, which say the same. */
static const char *text_of(const tree_value *value) {
    return value == NULL || tree_is_null(value) || *value->text == '\0' ? NULL : value->text;
}

static int32_t check_scalar(const node_output *output, const tree_value *value) {
    if (value->kind == TREE_SCALAR) return PROXENOS_RESULT_OK;
    return nodes_fail_at(output->source, value->line, value->column, "'%.60s' must be a text or a number",
                         value->key != NULL ? value->key : "an element");
}

/* Neither null nor a boolean is the text that it is written with. */
static int32_t check_text(const node_output *output, const tree_value *value, const char *what) {
    static const char *const words[] = {"true", "false", "yes", "no", "on", "off"};
    if (tree_is_null(value)) {
        return nodes_fail_at(output->source, value->line, value->column, "%s is expected, not null", what);
    }
    for (size_t i = 0; value->is_plain && i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(value->text, words[i]) != 0) continue;
        return nodes_fail_at(output->source, value->line, value->column,
                             "%s is expected, not the boolean %s; as a text it stands in quotes", what, value->text);
    }
    return PROXENOS_RESULT_OK;
}

static int32_t read_integer(const node_output *output, const tree_value *value, uint32_t flag,
                            proxenos_node_data *node, int64_t *number) {
    if (text_of(value) == NULL) return PROXENOS_RESULT_OK;
    node->flags |= flag;
    return nodes_parse_integer(output->source, value->key, value->text, value->line, value->column, number);
}

/* Metadata may be empty, unlike the fields. */
static const char *any_text_of(const tree_value *value) {
    return tree_is_null(value) ? "" : value->text;
}

/* Tags and metadata lie side by side in output->texts. */
static int32_t read_texts(node_output *output, const tree_value *tags, const tree_value *metadata,
                          proxenos_node_data *node) {
    size_t tag_count = tags != NULL ? tags->count : 0, pair_count = metadata != NULL ? metadata->count : 0;
    int32_t result = nodes_reserve_texts(output, tag_count + 2 * pair_count);
    const char **text = output->texts;
    node->tags = text;
    node->tag_count = tag_count;
    for (const tree_value *tag = tags != NULL ? tags->first : NULL; tag != NULL; tag = tag->next) {
        if (result == PROXENOS_RESULT_OK) result = check_scalar(output, tag);
        if (result != PROXENOS_RESULT_OK) return result;
        *text++ = any_text_of(tag);
    }
    node->metadata = text;
    node->metadata_count = pair_count;
    for (const tree_value *pair = metadata != NULL ? metadata->first : NULL; pair != NULL; pair = pair->next) {
        if (result == PROXENOS_RESULT_OK) result = check_scalar(output, pair);
        if (result != PROXENOS_RESULT_OK) return result;
        *text++ = pair->key;
        *text++ = any_text_of(pair);
    }
    return result;
}

static int32_t read_health(const node_output *output, const tree_value *value, uint32_t *health) {
    static const char *const words[] = {
        [PROXENOS_HEALTH_UNKNOWN] = "unknown",
        [PROXENOS_HEALTH_PASSING] = "passing",
        [PROXENOS_HEALTH_WARNING] = "warning",
        [PROXENOS_HEALTH_CRITICAL] = "critical",
    };
    const char *text = text_of(value);
    if (text == NULL) return PROXENOS_RESULT_OK;
    for (uint32_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i]) != 0) continue;
        *health = i;
        return PROXENOS_RESULT_OK;
    }
    return fail_value(output, value, "'health' is one of unknown, passing, warning, critical");
}

/* ------------------------------------------------------------- the address */

/* One of them may stand in brackets. */
static bool is_same_host(const char *a, const char *b) {
    size_t skipped_a = *a == '[', skipped_b = *b == '[', length = strlen(a) - 2 * skipped_a;
    return strlen(b) - 2 * skipped_b == length && strncmp(a + skipped_a, b + skipped_b, length) == 0;
}

/* A list as `proxenos nodes -o json` prints it says host and port again. */
static int32_t read_address(const node_output *output, const tree_value *const fields[FIELD_COUNT],
                            char host[NODE_HOST_SIZE], proxenos_node_data *node) {
    const tree_value *said = text_of(fields[ADDRESS]) != NULL ? fields[ADDRESS] : fields[HOST];
    const nodes_source *source = output->source;
    int32_t result = check_text(output, said, "an address");
    if (result != PROXENOS_RESULT_OK) return result;
    result = nodes_split_address(source, said->text, said->line, said->column, host, node);
    if (result != PROXENOS_RESULT_OK) return result;
    const tree_value *other = fields[HOST];
    if (said != other && text_of(other) != NULL && !is_same_host(other->text, host)) {
        return fail_value(output, other, "'host' and 'address' name two hosts; give one of them");
    }
    bool has_port = (node->flags & PROXENOS_NODE_HAS_PORT) != 0;
    int64_t port = node->port;
    result = read_integer(output, fields[PORT], PROXENOS_NODE_HAS_PORT, node, &node->port);
    if (result == PROXENOS_RESULT_OK && has_port && node->port != port) {
        return fail_value(output, fields[PORT], "the address has another port than 'port'");
    }
    return result;
}

/* -------------------------------------------------------------------- keys */

/* The edit distance, a swap of neighbours counting once; words of up to 15 letters. */
static size_t distance(const char *a, const char *b) {
    enum { LIMIT = 16 };
    size_t rows[3][LIMIT + 1];
    size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length >= LIMIT || b_length >= LIMIT) return LIMIT;
    for (size_t j = 0; j <= b_length; j++) rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best) best = above[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap && rows[(i + 1) % 3][j - 2] + 1 < best) best = rows[(i + 1) % 3][j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[a_length % 3][b_length];
}

static int32_t fail_unknown_key(const node_output *output, const tree_value *value) {
    const char *nearest = NULL;
    size_t best = 3; /* farther is another word */
    for (size_t i = 0; i < KEY_COUNT; i++) {
        size_t apart = distance(value->key, keys[i].key);
        if (apart >= best || apart >= strlen(value->key)) continue;
        best = apart;
        nearest = keys[i].key;
    }
    return nodes_fail_at(output->source, value->key_line, value->key_column,
                         "a node has no key '%.60s'%s%s%s; other words go below 'meta'", value->key,
                               nearest != NULL ? ", did you mean '" : "", nearest != NULL ? nearest : "",
                               nearest != NULL ? "'?" : "");
}

static int32_t check_kind(const node_output *output, node_field field, const tree_value *value) {
    if (field == TAGS && value->kind != TREE_LIST) return fail_value(output, value, "'tags' must be a list");
    if (field == METADATA && value->kind != TREE_MAP) return fail_value(output, value, "'meta' must be a map");
    if (field == TAGS || field == METADATA) return PROXENOS_RESULT_OK;
    int32_t result = check_scalar(output, value);
    bool is_text = field == SERVICE || field == NAME || field == ZONE || field == SOURCE_NODE;
    return result == PROXENOS_RESULT_OK && is_text ? check_text(output, value, "a text") : result;
}

static int32_t sort_field(const node_output *output, const tree_value *value,
                          const tree_value *fields[FIELD_COUNT]) {
    size_t i = 0;
    while (i < KEY_COUNT && strcmp(keys[i].key, value->key) != 0) i++;
    if (i == KEY_COUNT) return fail_unknown_key(output, value);
    node_field field = keys[i].field;
    if (tree_is_null(value)) return PROXENOS_RESULT_OK;
    if (fields[field] != NULL) {
        return nodes_fail_at(output->source, value->key_line, value->key_column,
                             "'%s' says again what '%s' says", value->key, fields[field]->key);
    }
    fields[field] = value;
    return check_kind(output, field, value);
}

/* ------------------------------------------------------------ the elements */

static const tree_value *find(const tree_value *map, const char *key) {
    const tree_value *value = map->first;
    while (value != NULL && strcmp(value->key, key) != 0) value = value->next;
    return value;
}

static int32_t add_node_map(node_output *output, const tree_value *map) {
    const tree_value *fields[FIELD_COUNT] = {NULL};
    int32_t result = PROXENOS_RESULT_OK;
    for (const tree_value *value = map->first; value != NULL && result == PROXENOS_RESULT_OK; value = value->next) {
        result = sort_field(output, value, fields);
    }
    if (result != PROXENOS_RESULT_OK) return result;
    if (text_of(fields[ADDRESS]) == NULL && text_of(fields[HOST]) == NULL) {
        const tree_value *said = find(map, "address");
        if (said == NULL) said = find(map, "host");
        if (said != NULL && tree_is_null(said)) return check_text(output, said, "an address");
        return fail_value(output, map, "a node needs 'address' or 'host'");
    }
    char host[NODE_HOST_SIZE];
    proxenos_node_data node = {
        .service = text_of(fields[SERVICE]), .name = text_of(fields[NAME]), .zone = text_of(fields[ZONE]),
        .source_node = text_of(fields[SOURCE_NODE]),
    };
    result = read_address(output, fields, host, &node);
    if (result == PROXENOS_RESULT_OK) {
        result = read_integer(output, fields[WEIGHT], PROXENOS_NODE_HAS_WEIGHT, &node, &node.weight);
    }
    if (result == PROXENOS_RESULT_OK) result = read_integer(output, fields[TIER], 0, &node, &node.tier);
    if (result == PROXENOS_RESULT_OK) result = read_health(output, fields[HEALTH], &node.health);
    if (result == PROXENOS_RESULT_OK) result = read_texts(output, fields[TAGS], fields[METADATA], &node);
    return result == PROXENOS_RESULT_OK ? nodes_add_node(output, &node, map->line, map->column) : result;
}

static int32_t add_address(node_output *output, const tree_value *value, proxenos_node_data node) {
    char host[NODE_HOST_SIZE];
    int32_t result = check_scalar(output, value);
    if (result == PROXENOS_RESULT_OK) result = check_text(output, value, "an address");
    if (result != PROXENOS_RESULT_OK) return result;
    result = nodes_split_address(output->source, value->text, value->line, value->column, host, &node);
    return result == PROXENOS_RESULT_OK ? nodes_add_node(output, &node, value->line, value->column) : result;
}

/* "tier: frontend" is a label that many have, and no number. */
static bool is_tier(const tree_value *label) {
    if (strcmp(label->key, "__meta_tier") == 0) return true;
    const char *text = strcmp(label->key, "tier") == 0 ? text_of(label) : NULL;
    return text != NULL && text[strspn(text, "0123456789")] == '\0';
}

/* Prometheus' labels: some are ours, the others metadata. */
static int32_t read_labels(node_output *output, const tree_value *labels, proxenos_node_data *node) {
    int32_t result = read_texts(output, NULL, labels, node);
    if (result != PROXENOS_RESULT_OK) return result;
    size_t kept = 0;
    const tree_value *weight = NULL, *tier = NULL;
    for (const tree_value *label = labels->first; label != NULL; label = label->next) {
        if (strcmp(label->key, "job") == 0) node->service = text_of(label);
        else if (strcmp(label->key, "zone") == 0) node->zone = text_of(label);
        else if (strcmp(label->key, "weight") == 0) weight = label;
        else if (strcmp(label->key, "__meta_weight") == 0) weight = weight != NULL ? weight : label;
        else if (is_tier(label)) tier = label;
        else {
            output->texts[kept++] = label->key;
            output->texts[kept++] = any_text_of(label);
        }
    }
    node->metadata_count = kept / 2;
    if (weight != NULL) result = read_integer(output, weight, PROXENOS_NODE_HAS_WEIGHT, node, &node->weight);
    if (result == PROXENOS_RESULT_OK && tier != NULL) result = read_integer(output, tier, 0, node, &node->tier);
    return result;
}

static int32_t add_group(node_output *output, const tree_value *group, const tree_value *targets) {
    const tree_value *labels = NULL;
    for (const tree_value *value = group->first; value != NULL; value = value->next) {
        if (strcmp(value->key, "labels") == 0) labels = tree_is_null(value) ? NULL : value;
        else if (value != targets) {
            return nodes_fail_at(output->source, value->key_line, value->key_column,
                                 "a file_sd group has 'targets' and 'labels', not '%.60s'", value->key);
        }
    }
    if (tree_is_null(targets)) return PROXENOS_RESULT_OK; /* as Prometheus reads it */
    if (targets->kind != TREE_LIST) return fail_value(output, targets, "'targets' must be a list");
    if (labels != NULL && labels->kind != TREE_MAP) return fail_value(output, labels, "'labels' must be a map");
    proxenos_node_data node = {0};
    int32_t result = labels != NULL ? read_labels(output, labels, &node) : PROXENOS_RESULT_OK;
    for (const tree_value *target = targets->first; target != NULL && result == PROXENOS_RESULT_OK;
         target = target->next) {
        result = add_address(output, target, node);
    }
    return result;
}

static int32_t add_element(node_output *output, const tree_value *element) {
    const tree_value *targets = element->kind == TREE_MAP ? find(element, "targets") : NULL;
    if (targets != NULL) return add_group(output, element, targets);
    if (output->format == NODES_FILE_SD) {
        return fail_value(output, element, "a file_sd group with 'targets' is expected");
    }
    if (element->kind == TREE_MAP) return add_node_map(output, element);
    if (element->kind == TREE_LIST) return fail_value(output, element, "a node is expected, not a list");
    return add_address(output, element, (proxenos_node_data){0});
}

int32_t nodes_add_tree(node_output *output, const tree_value *root) {
    bool is_alone = output->source->entry != NULL && root->kind == TREE_MAP && find(root, "nodes") == NULL;
    if (is_alone) return add_element(output, root);
    const tree_value *list = root->kind == TREE_MAP ? find(root, "nodes") : root;
    if (list == NULL || list->kind != TREE_LIST) {
        return fail_value(output, list != NULL ? list : root,
                          "a list of nodes is expected, or a map with it below 'nodes'");
    }
    int32_t result = PROXENOS_RESULT_OK;
    for (const tree_value *item = list->first; item != NULL && result == PROXENOS_RESULT_OK; item = item->next) {
        result = add_element(output, item);
    }
    return result;
}

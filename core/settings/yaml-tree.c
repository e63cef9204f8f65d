/* SPDX-License-Identifier: MIT */
#include "settings/yaml-tree.h"

#include "base/memory.h"
#include "base/text.h"
#include "settings/yaml-problem.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    DIRECTIVE_LIMIT = 64,          /* libyaml compares each with all before */
    CHUNK = 4096,                  /* bytes that libyaml gets at once */
    BUDGET_MS = 2000, BUDGET_PER_MEBIBYTE_MS = 4000 /* of processor time, some fifty times what is usual */
};

/* An anchor's node stands in the tree that is being built. */
typedef struct anchor {
    char *name;
    const px_yaml *node;
    bool is_open;             /* still being read: an alias to it would recurse */
} anchor;

typedef struct reader {
    yaml_parser_t parser;
    px_yaml_source source;
    size_t given;             /* how much of it libyaml has got */
    int64_t started_ms;
    bool is_too_slow;
    proxenos_error *error;
    size_t values, text;      /* so far, with aliases expanded */
    anchor *anchors;
    size_t anchor_count, anchor_capacity;
} reader;

typedef struct place {
    unsigned line, column;
} place;

static place place_of(yaml_mark_t mark) {
    return (place){(unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

#define FAIL_AT(reader, place, ...)                                                                        \
    px_error_at((reader)->error, PROXENOS_ERROR_CONFIG, (reader)->source.name, (place).line, (place).column, \
                __VA_ARGS__)

/* ---- the tree */

static void wipe_and_free(char *text) {
    if (text != NULL) px_wipe(text, strlen(text));
    free(text);
}

void px_yaml_free(px_yaml *root) {
    if (root == NULL) return;
    for (size_t i = 0; i < root->count; i++) px_yaml_free(root->items[i]);
    free(root->items);
    wipe_and_free(root->key);
    wipe_and_free(root->text);
    free(root);
}

const px_yaml *px_yaml_get(const px_yaml *map, const char *key) {
    if (map->kind != PX_YAML_MAP) return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(map->items[i]->key, key) == 0) return map->items[i];
    }
    return NULL;
}

bool px_yaml_is_null(const px_yaml *value) {
    return value->kind == PX_YAML_SCALAR && value->is_plain && value->length == 0;
}

const char *px_yaml_kind_name(px_yaml_kind kind) {
    return kind == PX_YAML_SCALAR ? "a value" : kind == PX_YAML_LIST ? "a list" : "a map";
}

/* A new node, counted; `depth` is that of the list or map itself. */
static proxenos_status new_node(reader *r, px_yaml_kind kind, place at, unsigned depth, px_yaml **node) {
    *node = NULL;
    if (++r->values > PX_YAML_VALUE_LIMIT) return FAIL_AT(r, at, "more than %d values", PX_YAML_VALUE_LIMIT);
    if (kind != PX_YAML_SCALAR && depth > PX_YAML_DEPTH_LIMIT) {
        return FAIL_AT(r, at, "lists and maps are nested deeper than %d", PX_YAML_DEPTH_LIMIT);
    }
    px_yaml *made = px_calloc(1, sizeof *made);
    if (made == NULL) return px_error_memory(r->error);
    made->kind = kind;
    made->line = at.line;
    made->column = at.column;
    *node = made;
    return PROXENOS_OK;
}

static proxenos_status copy_text(reader *r, const char *text, size_t length, place at, char **copy) {
    r->text += length;
    if (r->text > PX_YAML_TEXT_LIMIT) return FAIL_AT(r, at, "more than %d bytes of text", PX_YAML_TEXT_LIMIT);
    if (memchr(text, '\0', length) != NULL) return FAIL_AT(r, at, "the text holds a NUL byte");
    *copy = px_memdup(text, length);
    return *copy == NULL ? px_error_memory(r->error) : PROXENOS_OK;
}

/* Takes `item` over, also on failure. */
static proxenos_status add_item(reader *r, px_yaml *parent, size_t *capacity, px_yaml *item) {
    if (px_grow(&parent->items, capacity, parent->count, sizeof *parent->items) != 0) {
        px_yaml_free(item);
        return px_error_memory(r->error);
    }
    parent->items[parent->count++] = item;
    return PROXENOS_OK;
}

/* ---- anchors and aliases */

static proxenos_status add_anchor(reader *r, const yaml_char_t *name, const px_yaml *node) {
    if (name == NULL) return PROXENOS_OK;
    if (r->anchor_count == PX_YAML_ANCHOR_LIMIT) {
        place at = {node->line, node->column};
        return FAIL_AT(r, at, "more than %d anchors", PX_YAML_ANCHOR_LIMIT);
    }
    if (px_grow(&r->anchors, &r->anchor_capacity, r->anchor_count, sizeof *r->anchors) != 0) {
        return px_error_memory(r->error);
    }
    char *copy = px_strdup((const char *)name);
    if (copy == NULL) return px_error_memory(r->error);
    r->anchors[r->anchor_count++] = (anchor){copy, node, node->kind != PX_YAML_SCALAR};
    return PROXENOS_OK;
}

static void close_anchor(reader *r, const px_yaml *node) {
    for (size_t i = 0; i < r->anchor_count; i++) {
        if (r->anchors[i].node == node) r->anchors[i].is_open = false;
    }
}

/* Copies keep the places of the original, where a reader would correct it; `at` is the alias's. */
static proxenos_status copy_node(reader *r, const px_yaml *from, place at, unsigned depth, px_yaml **out) {
    px_yaml *node = NULL;
    proxenos_status status = new_node(r, from->kind, at, depth, &node);
    if (status != PROXENOS_OK) return status;
    node->line = from->line;
    node->column = from->column;
    node->is_plain = from->is_plain;
    node->length = from->length;
    if (from->text != NULL) status = copy_text(r, from->text, from->length, at, &node->text);
    size_t capacity = 0;
    for (size_t i = 0; i < from->count && status == PROXENOS_OK; i++) {
        px_yaml *item = NULL;
        status = copy_node(r, from->items[i], at, depth + 1, &item);
        if (status == PROXENOS_OK) status = add_item(r, node, &capacity, item);
        if (status != PROXENOS_OK || from->items[i]->key == NULL) continue;
        item->key_line = from->items[i]->key_line;
        item->key_column = from->items[i]->key_column;
        status = copy_text(r, from->items[i]->key, strlen(from->items[i]->key), at, &item->key);
    }
    if (status == PROXENOS_OK) *out = node;
    else px_yaml_free(node);
    return status;
}

static proxenos_status expand_alias(reader *r, const yaml_event_t *event, unsigned depth, px_yaml **out) {
    const char *name = (const char *)event->data.alias.anchor;
    place at = place_of(event->start_mark);
    for (size_t i = r->anchor_count; i-- > 0;) { /* a name may be anchored again: the last one counts */
        if (strcmp(r->anchors[i].name, name) != 0) continue;
        if (r->anchors[i].is_open) return FAIL_AT(r, at, "the alias '*%s' stands within its own anchor", name);
        return copy_node(r, r->anchors[i].node, at, depth, out);
    }
    return FAIL_AT(r, at, "the alias '*%s' has no anchor '&%s' before it", name, name);
}

/* ---- events */

static void end_event(yaml_event_t *event) {
    if (event->type == YAML_SCALAR_EVENT) px_wipe(event->data.scalar.value, event->data.scalar.length);
    yaml_event_delete(event);
}

/* ---- input: libyaml takes more than linear time for some texts and knows no limit; but it asks for its input bit by bit */

static int64_t processor_ms(void) {
    struct timespec used = {0};
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

static int give_input(void *user, unsigned char *bytes, size_t size, size_t *given) {
    reader *r = user;
    size_t left = r->source.length - r->given;
    *given = left < size ? left : size;
    if (*given > CHUNK) *given = CHUNK;
    int64_t budget_ms = BUDGET_MS + (int64_t)(r->given / 1024) * BUDGET_PER_MEBIBYTE_MS / 1024;
    r->is_too_slow = processor_ms() - r->started_ms > budget_ms;
    if (r->is_too_slow) return 0;
    if (*given > 0) memcpy(bytes, r->source.bytes + r->given, *given);
    r->given += *given;
    return 1;
}

/* The line of a byte, from 1. */
static unsigned line_at(const px_yaml_source *source, size_t offset) {
    unsigned line = 1;
    for (size_t i = 0; i < offset; i++) line += source->bytes[i] == '\n';
    return line;
}

/* All directives are read before the first event. */
static proxenos_status check_directives(reader *r) {
    const char *bytes = r->source.bytes;
    size_t count = 0;
    for (size_t at = 0; at < r->source.length; at++) {
        if (bytes[at] == '%' && ++count > DIRECTIVE_LIMIT) {
            return FAIL_AT(r, ((place){line_at(&r->source, at), 1}), "more than %d directives", DIRECTIVE_LIMIT);
        }
        const char *end = memchr(bytes + at, '\n', r->source.length - at);
        if (end == NULL) break;
        at = (size_t)(end - bytes);
    }
    return PROXENOS_OK;
}

static proxenos_status next_event(reader *r, yaml_event_t *event) {
    if (yaml_parser_parse(&r->parser, event) != 0) return PROXENOS_OK;
    if (r->is_too_slow) {
        return FAIL_AT(r, ((place){line_at(&r->source, r->given), 0}), "the YAML takes too long to read: %zu bytes took "
                       "%lld ms", r->given, (long long)(processor_ms() - r->started_ms));
    }
    return px_yaml_problem(&r->parser, &r->source, r->error);
}

static bool is_null_word(const char *text) {
    return strcmp(text, "~") == 0 || strcmp(text, "null") == 0 || strcmp(text, "Null") == 0 ||
           strcmp(text, "NULL") == 0;
}

static proxenos_status read_scalar(reader *r, const yaml_event_t *event, px_yaml *node) {
    node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->length = event->data.scalar.length;
    proxenos_status status = copy_text(r, (const char *)event->data.scalar.value, node->length,
                                       (place){node->line, node->column}, &node->text);
    if (status == PROXENOS_OK && node->is_plain && is_null_word(node->text)) {
        node->text[0] = '\0';
        node->length = 0;
    }
    return status;
}

static proxenos_status read_value(reader *r, yaml_event_t *event, unsigned depth, px_yaml **out);

static proxenos_status read_list(reader *r, px_yaml *list, unsigned depth) {
    size_t capacity = 0;
    for (;;) {
        yaml_event_t event;
        proxenos_status status = next_event(r, &event);
        if (status != PROXENOS_OK) return status;
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            end_event(&event);
            return PROXENOS_OK;
        }
        px_yaml *item = NULL;
        status = read_value(r, &event, depth + 1, &item);
        if (status == PROXENOS_OK) status = add_item(r, list, &capacity, item);
        if (status != PROXENOS_OK) return status;
    }
}

static proxenos_status read_key(reader *r, const yaml_event_t *event, char **key) {
    place at = place_of(event->start_mark);
    if (event->type != YAML_SCALAR_EVENT) return FAIL_AT(r, at, "a key must be a text");
    if (event->data.scalar.tag != NULL || event->data.scalar.anchor != NULL) {
        return FAIL_AT(r, at, "a key cannot have a tag or an anchor");
    }
    return copy_text(r, (const char *)event->data.scalar.value, event->data.scalar.length, at, key);
}

static int compare_keys(const void *a, const void *b) {
    const px_yaml *left = *(px_yaml *const *)a, *right = *(px_yaml *const *)b;
    int order = strcmp(left->key, right->key);
    if (order != 0) return order;
    if (left->key_line != right->key_line) return left->key_line < right->key_line ? -1 : 1;
    return left->key_column < right->key_column ? -1 : left->key_column > right->key_column;
}

static proxenos_status refuse_duplicates(reader *r, const px_yaml *map) {
    if (map->count < 2) return PROXENOS_OK;
    px_yaml **sorted = px_memdup(map->items, map->count * sizeof *sorted);
    if (sorted == NULL) return px_error_memory(r->error);
    qsort(sorted, map->count, sizeof *sorted, compare_keys);
    proxenos_status status = PROXENOS_OK;
    for (size_t i = 1; i < map->count && status == PROXENOS_OK; i++) {
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) != 0) continue;
        place at = {sorted[i]->key_line, sorted[i]->key_column};
        status = FAIL_AT(r, at, "the key '%s' stands here again, after line %u", sorted[i]->key,
                         sorted[i - 1]->key_line);
    }
    free(sorted);
    return status;
}

/* One pair; `key_event` is the key's. */
static proxenos_status read_pair(reader *r, const yaml_event_t *key_event, unsigned depth, px_yaml *map,
                                 size_t *capacity) {
    char *key = NULL;
    px_yaml *item = NULL;
    yaml_event_t event;
    proxenos_status status = read_key(r, key_event, &key);
    if (status == PROXENOS_OK) status = next_event(r, &event);
    if (status == PROXENOS_OK) status = read_value(r, &event, depth + 1, &item);
    if (status == PROXENOS_OK) status = add_item(r, map, capacity, item);
    if (status != PROXENOS_OK) {
        wipe_and_free(key);
        return status;
    }
    place at = place_of(key_event->start_mark);
    item->key = key;
    item->key_line = at.line;
    item->key_column = at.column;
    return PROXENOS_OK;
}

static proxenos_status read_map(reader *r, px_yaml *map, unsigned depth) {
    size_t capacity = 0;
    for (;;) {
        yaml_event_t event;
        proxenos_status status = next_event(r, &event);
        if (status != PROXENOS_OK) return status;
        if (event.type == YAML_MAPPING_END_EVENT) {
            end_event(&event);
            return refuse_duplicates(r, map);
        }
        status = read_pair(r, &event, depth, map, &capacity);
        end_event(&event);
        if (status != PROXENOS_OK) return status;
    }
}

/* Fills a node from its first event; lists and maps read on. */
static proxenos_status read_content(reader *r, const yaml_event_t *event, unsigned depth, px_yaml *node) {
    if (node->kind == PX_YAML_SCALAR) return read_scalar(r, event, node);
    return node->kind == PX_YAML_LIST ? read_list(r, node, depth) : read_map(r, node, depth);
}

static proxenos_status read_node(reader *r, const yaml_event_t *event, unsigned depth, px_yaml **out) {
    const yaml_char_t *tag = event->data.scalar.tag, *name = event->data.scalar.anchor;
    px_yaml_kind kind = PX_YAML_SCALAR;
    if (event->type == YAML_SEQUENCE_START_EVENT) {
        tag = event->data.sequence_start.tag;
        name = event->data.sequence_start.anchor;
        kind = PX_YAML_LIST;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        tag = event->data.mapping_start.tag;
        name = event->data.mapping_start.anchor;
        kind = PX_YAML_MAP;
    }
    place at = place_of(event->start_mark);
    if (tag != NULL) return FAIL_AT(r, at, "the tag '%s': tags are not used here", (const char *)tag);
    px_yaml *node = NULL;
    proxenos_status status = new_node(r, kind, at, depth, &node);
    if (status == PROXENOS_OK) status = add_anchor(r, name, node);
    if (status == PROXENOS_OK) status = read_content(r, event, depth, node);
    if (status != PROXENOS_OK) {
        px_yaml_free(node);
        return status;
    }
    if (name != NULL) close_anchor(r, node);
    *out = node;
    return PROXENOS_OK;
}

/* Ends `event`. */
static proxenos_status read_value(reader *r, yaml_event_t *event, unsigned depth, px_yaml **out) {
    proxenos_status status = event->type == YAML_ALIAS_EVENT ? expand_alias(r, event, depth, out)
                                                             : read_node(r, event, depth, out);
    end_event(event);
    return status;
}

/* ---- the document */

/* The first event that starts a value, or ends the stream. */
static proxenos_status first_event(reader *r, yaml_event_t *event) {
    for (;;) {
        proxenos_status status = next_event(r, event);
        if (status != PROXENOS_OK) return status;
        bool is_marker = event->type == YAML_STREAM_START_EVENT || event->type == YAML_DOCUMENT_START_EVENT;
        if (!is_marker) return PROXENOS_OK;
        end_event(event);
    }
}

static proxenos_status read_end(reader *r) {
    yaml_event_t event;
    proxenos_status status = next_event(r, &event); /* the document's end */
    if (status == PROXENOS_OK) {
        end_event(&event);
        status = next_event(r, &event);
    }
    if (status != PROXENOS_OK) return status;
    place at = place_of(event.start_mark);
    bool is_last = event.type == YAML_STREAM_END_EVENT;
    end_event(&event);
    return is_last ? PROXENOS_OK : FAIL_AT(r, at, "a second document; one is all there can be");
}

static proxenos_status read_document(reader *r, px_yaml **root) {
    yaml_event_t event;
    proxenos_status status = first_event(r, &event);
    if (status != PROXENOS_OK) return status;
    if (event.type == YAML_STREAM_END_EVENT) {
        end_event(&event);
        return new_node(r, PX_YAML_MAP, (place){1, 1}, 1, root);
    }
    status = read_value(r, &event, 1, root);
    if (status == PROXENOS_OK) status = read_end(r);
    if (status == PROXENOS_OK && px_yaml_is_null(*root)) (*root)->kind = PX_YAML_MAP; /* "---" alone */
    return status;
}

proxenos_status px_yaml_parse(const char *name, const char *bytes, size_t length, px_yaml **root,
                              proxenos_error *error) {
    *root = NULL;
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    if (length >= 3 && memcmp(bytes, byte_order_mark, 3) == 0) {
        bytes += 3;
        length -= 3;
    }
    reader r = {.source = {name, bytes, length}, .started_ms = processor_ms(), .error = error};
    proxenos_status status = check_directives(&r);
    if (status != PROXENOS_OK) return status;
    if (yaml_parser_initialize(&r.parser) == 0) return px_error_memory(error);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input(&r.parser, give_input, &r);
    status = read_document(&r, root);
    if (status != PROXENOS_OK) {
        px_yaml_free(*root);
        *root = NULL;
    }
    for (size_t i = 0; i < r.anchor_count; i++) free(r.anchors[i].name);
    free(r.anchors);
    yaml_parser_delete(&r.parser);
    return status;
}

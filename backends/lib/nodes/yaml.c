/* SPDX-License-Identifier: MIT */
/* YAML to a tree, by libyaml.  Scalars stay as written, aliases share what they
 * stand for.  Refused: tags, a second document, keys that are no scalars. */
#include "lib/nodes/internal.h"

#include <string.h>
#include <time.h>
#include <yaml.h>

enum {
    ANCHOR_LIMIT = 256,
    DIRECTIVE_LIMIT = 64,          /* libyaml compares each with all before */
    CHUNK = 4096,                  /* bytes that libyaml gets at once */
    BUDGET_MS = 2000, BUDGET_PER_MEBIBYTE_MS = 4000 /* of processor time, some fifty times what is usual */
};

typedef struct yaml_reader {
    const nodes_source *source;
    const char *text;
    size_t length, given;          /* how much of it libyaml has got */
    int64_t started_ms;
    int32_t interruption;          /* why it gets no more; OK: it does */
    value_tree *tree;
    yaml_parser_t parser;
    struct {
        const char *name;
        tree_value *value;
    } anchors[ANCHOR_LIMIT];
    size_t anchor_count;
} yaml_reader;

static unsigned line_of(yaml_mark_t mark) {
    return (unsigned)mark.line + 1;
}

static unsigned column_of(yaml_mark_t mark) {
    return (unsigned)mark.column + 1;
}

static int32_t fail_at_mark(const yaml_reader *reader, yaml_mark_t mark, const char *text) {
    return nodes_fail_at(reader->source, line_of(mark), column_of(mark), "%s", text);
}

/* ------------------------------------------------------------------ input
 * libyaml takes more than linear time for some texts and knows no limit; but it asks for its input bit by bit. */

static int64_t processor_ms(void) {
    struct timespec used = {0};
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

static int32_t check_budget(const yaml_reader *reader) {
    int64_t used = processor_ms() - reader->started_ms;
    if (used <= BUDGET_MS + (int64_t)(reader->given / 1024) * BUDGET_PER_MEBIBYTE_MS / 1024) {
        return nodes_check_interrupt(reader->source);
    }
    unsigned line, column;
    nodes_place(reader->text, reader->given, &line, &column);
    return nodes_fail_at(reader->source, line, 0, "the YAML takes too long to read: %lld ms for %zu bytes",
                         (long long)used, reader->given);
}

static int give_input(void *user, unsigned char *bytes, size_t size, size_t *given) {
    yaml_reader *reader = user;
    size_t left = reader->length - reader->given;
    *given = left < size ? left : size;
    if (*given > CHUNK) *given = CHUNK;
    reader->interruption = check_budget(reader);
    if (reader->interruption != PROXENOS_RESULT_OK) return 0;
    if (*given > 0) memcpy(bytes, reader->text + reader->given, *given);
    reader->given += *given;
    return 1;
}

/* All directives are read before the first event. */
static int32_t check_directives(const nodes_source *source, const char *text) {
    size_t count = 0;
    for (const char *line = text, *end; count <= DIRECTIVE_LIMIT; line = end + 1) {
        if (*line == '%' && ++count > DIRECTIVE_LIMIT) {
            unsigned row, column;
            nodes_place(text, (size_t)(line - text), &row, &column);
            return nodes_fail_at(source, row, column, "more than %d directives", DIRECTIVE_LIMIT);
        }
        end = strchr(line, '\n');
        if (end == NULL) break;
    }
    return PROXENOS_RESULT_OK;
}

static int32_t fail_parser(const yaml_reader *reader) {
    const yaml_parser_t *parser = &reader->parser;
    if (reader->interruption != PROXENOS_RESULT_OK) return reader->interruption;
    const char *problem = parser->problem != NULL ? parser->problem : "not YAML";
    if (parser->error == YAML_MEMORY_ERROR) return nodes_fail_memory(reader->source);
    if (parser->error == YAML_READER_ERROR) { /* it has no mark, only an offset */
        unsigned line, column;
        nodes_place(reader->text, parser->problem_offset, &line, &column);
        return nodes_fail_at(reader->source, line, column, "%s", problem);
    }
    return fail_at_mark(reader, parser->problem_mark, problem);
}

static int32_t next_event(yaml_reader *reader, yaml_event_t *event) {
    return yaml_parser_parse(&reader->parser, event) ? PROXENOS_RESULT_OK : fail_parser(reader);
}

/* ---------------------------------------------------------------- anchors */

static int32_t remember_anchor(yaml_reader *reader, const yaml_char_t *anchor, yaml_mark_t mark,
                               tree_value *value) {
    if (anchor == NULL) return PROXENOS_RESULT_OK;
    if (reader->anchor_count == ANCHOR_LIMIT) return fail_at_mark(reader, mark, "more than 256 anchors");
    const char *name = (const char *)anchor;
    name = tree_copy_text(reader->tree, name, strlen(name));
    if (name == NULL) return nodes_fail_memory(reader->source);
    reader->anchors[reader->anchor_count].name = name;
    reader->anchors[reader->anchor_count++].value = value;
    return PROXENOS_RESULT_OK;
}

/* A second anchor of a name takes the place of the first, so the latest counts. */
static tree_value *find_anchor(const yaml_reader *reader, const char *name) {
    for (size_t i = reader->anchor_count; i > 0; i--) {
        if (strcmp(reader->anchors[i - 1].name, name) == 0) return reader->anchors[i - 1].value;
    }
    return NULL;
}

static int32_t read_alias(yaml_reader *reader, const yaml_event_t *event, tree_value **value) {
    const char *name = (const char *)event->data.alias.anchor;
    unsigned line = line_of(event->start_mark), column = column_of(event->start_mark);
    const tree_value *target = find_anchor(reader, name);
    if (target == NULL) return nodes_fail_at(reader->source, line, column, "no anchor '%.60s' before", name);
    if (target->is_open) {
        return nodes_fail_at(reader->source, line, column, "the alias '%.60s' stands inside itself", name);
    }
    int32_t result = tree_new_value(reader->source, reader->tree, target->kind, line, column, value);
    if (result != PROXENOS_RESULT_OK) return result;
    tree_value *alias = *value;
    *alias = *target;
    alias->line = line;
    alias->column = column;
    alias->key = NULL;
    alias->next = NULL;
    return PROXENOS_RESULT_OK;
}

/* ----------------------------------------------------------------- values */

static int32_t read_value(yaml_reader *reader, const yaml_event_t *event, unsigned depth, tree_value **value);

static int32_t copy_scalar(yaml_reader *reader, const yaml_event_t *event, const char **text) {
    const char *bytes = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    if (memchr(bytes, '\0', length) != NULL) return fail_at_mark(reader, event->start_mark, "a NUL in a text");
    *text = tree_copy_text(reader->tree, bytes, length);
    return *text != NULL ? PROXENOS_RESULT_OK : nodes_fail_memory(reader->source);
}

static int32_t read_scalar(yaml_reader *reader, const yaml_event_t *event, tree_value **value) {
    int32_t result = tree_new_value(reader->source, reader->tree, TREE_SCALAR, line_of(event->start_mark),
                                    column_of(event->start_mark), value);
    if (result == PROXENOS_RESULT_OK) result = copy_scalar(reader, event, &(*value)->text);
    if (result != PROXENOS_RESULT_OK) return result;
    (*value)->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    (*value)->expanded += event->data.scalar.length;
    return remember_anchor(reader, event->data.scalar.anchor, event->start_mark, *value);
}

/* The value that the next event begins. */
static int32_t read_next_value(yaml_reader *reader, unsigned depth, tree_value **value) {
    yaml_event_t event;
    int32_t result = next_event(reader, &event);
    if (result != PROXENOS_RESULT_OK) return result;
    result = read_value(reader, &event, depth, value);
    yaml_event_delete(&event);
    return result;
}

static int32_t read_item(yaml_reader *reader, const yaml_event_t *event, unsigned depth, tree_value *list) {
    tree_value *item = NULL;
    int32_t result = read_value(reader, event, depth, &item);
    return result == PROXENOS_RESULT_OK ? tree_attach(reader->source, list, item) : result;
}

/* `event` is the key's. */
static int32_t read_pair(yaml_reader *reader, const yaml_event_t *event, unsigned depth, tree_value *map) {
    if (event->type != YAML_SCALAR_EVENT) return fail_at_mark(reader, event->start_mark, "a key must be a text");
    const char *key = NULL;
    tree_value *value = NULL;
    int32_t result = copy_scalar(reader, event, &key);
    if (result == PROXENOS_RESULT_OK) result = read_next_value(reader, depth, &value);
    if (result != PROXENOS_RESULT_OK) return result;
    value->key = key;
    value->key_line = line_of(event->start_mark);
    value->key_column = column_of(event->start_mark);
    return tree_attach(reader->source, map, value);
}

static int32_t read_children(yaml_reader *reader, unsigned depth, tree_value *parent) {
    yaml_event_type_t end = parent->kind == TREE_MAP ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    for (;;) {
        yaml_event_t event;
        int32_t result = next_event(reader, &event);
        if (result != PROXENOS_RESULT_OK) return result;
        bool at_end = event.type == end;
        if (!at_end) {
            result = parent->kind == TREE_MAP ? read_pair(reader, &event, depth, parent)
                                              : read_item(reader, &event, depth, parent);
        }
        yaml_event_delete(&event);
        if (at_end || result != PROXENOS_RESULT_OK) return result;
    }
}

static int32_t read_collection(yaml_reader *reader, const yaml_event_t *event, tree_kind kind, unsigned depth,
                               tree_value **value) {
    if (depth == NODES_DEPTH_LIMIT) return fail_at_mark(reader, event->start_mark, "nested deeper than 16");
    const yaml_char_t *anchor =
        kind == TREE_MAP ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
    int32_t result = tree_new_value(reader->source, reader->tree, kind, line_of(event->start_mark),
                                    column_of(event->start_mark), value);
    if (result == PROXENOS_RESULT_OK) result = remember_anchor(reader, anchor, event->start_mark, *value);
    if (result != PROXENOS_RESULT_OK) return result;
    (*value)->is_open = true;
    result = read_children(reader, depth + 1, *value);
    (*value)->is_open = false;
    return result;
}

static bool has_tag(const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT: return event->data.scalar.tag != NULL;
    case YAML_SEQUENCE_START_EVENT: return event->data.sequence_start.tag != NULL;
    case YAML_MAPPING_START_EVENT: return event->data.mapping_start.tag != NULL;
    default: return false;
    }
}

static int32_t read_value(yaml_reader *reader, const yaml_event_t *event, unsigned depth, tree_value **value) {
    if (has_tag(event)) return fail_at_mark(reader, event->start_mark, "tags have no meaning here");
    switch (event->type) {
    case YAML_SCALAR_EVENT: return read_scalar(reader, event, value);
    case YAML_SEQUENCE_START_EVENT: return read_collection(reader, event, TREE_LIST, depth, value);
    case YAML_MAPPING_START_EVENT: return read_collection(reader, event, TREE_MAP, depth, value);
    case YAML_ALIAS_EVENT: return read_alias(reader, event, value);
    default: return fail_at_mark(reader, event->start_mark, "a value is missing");
    }
}

/* --------------------------------------------------------------- document */

/* Takes the next event, which must be of that type. */
static int32_t expect(yaml_reader *reader, yaml_event_type_t type, const char *problem) {
    yaml_event_t event;
    int32_t result = next_event(reader, &event);
    if (result != PROXENOS_RESULT_OK) return result;
    if (event.type != type) result = fail_at_mark(reader, event.start_mark, problem);
    yaml_event_delete(&event);
    return result;
}

int32_t tree_from_yaml(const nodes_source *source, const char *text, size_t length, value_tree *tree) {
    yaml_reader reader = {.source = source, .text = text, .length = length, .started_ms = processor_ms(), .tree = tree};
    int32_t result = check_directives(source, text);
    if (result != PROXENOS_RESULT_OK) return result;
    if (!yaml_parser_initialize(&reader.parser)) return nodes_fail_memory(source);
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input(&reader.parser, give_input, &reader);
    result = expect(&reader, YAML_STREAM_START_EVENT, "not YAML");
    if (result == PROXENOS_RESULT_OK) result = expect(&reader, YAML_DOCUMENT_START_EVENT, "holds no list of nodes");
    if (result == PROXENOS_RESULT_OK) result = read_next_value(&reader, 0, &tree->root);
    if (result == PROXENOS_RESULT_OK) result = expect(&reader, YAML_DOCUMENT_END_EVENT, "not YAML");
    if (result == PROXENOS_RESULT_OK) result = expect(&reader, YAML_STREAM_END_EVENT, "a second document begins");
    yaml_parser_delete(&reader.parser);
    return result;
}

/* SPDX-License-Identifier: MIT */
/* Plain lines: HOST[:PORT] [WEIGHT] [KEY=VALUE ...] # comment
 * In keys and values \xNN is the byte of that number, as `proxenos nodes` writes
 * what would end a word; any other backslash stands for itself. */
#include "lib/nodes/internal.h"

#include <string.h>
#include <strings.h>

/* The line being read.  Its words are cut out of the text in place. */
typedef struct line_reader {
    node_output *output;
    unsigned number;           /* from 1 */
    proxenos_node_data node;
    size_t tag_words;          /* 1 once tags= was seen */
    size_t metadata_texts;     /* keys and values at the front of output->texts */
    char *tags;                /* "a,b", or NULL */
    bool has_tier;
} line_reader;

static int32_t fail(const line_reader *reader, const char *problem, const char *word) {
    const nodes_source *source = reader->output->source;
    return nodes_fail_at(source, reader->number, 0, "%s: '%.60s'%s", problem, word,
                         source->format == NODES_AUTO ? " (read as plain lines, see option 'format')" : "");
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* The next word, NUL-terminated, or NULL at the line's end or a comment. */
static char *next_word(char **at) {
    char *word = *at;
    while (is_space(*word)) word++;
    if (*word == '\0' || *word == '#') return NULL;
    char *end = word;
    while (*end != '\0' && !is_space(*end)) end++;
    *at = *end == '\0' ? end : end + 1;
    *end = '\0';
    return word;
}

static int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* In place. */
static int32_t unescape(const line_reader *reader, char *text) {
    char *out = text;
    for (const char *at = text; *at != '\0'; at++) {
        int high = at[0] == '\\' && at[1] == 'x' ? hexadecimal(at[2]) : -1;
        int low = high >= 0 ? hexadecimal(at[3]) : -1;
        if (high == 0 && low == 0) return fail(reader, "a NUL in a text", text);
        *out++ = low >= 0 ? (char)(high << 4 | low) : *at;
        if (low >= 0) at += 3;
    }
    *out = '\0';
    return PROXENOS_RESULT_OK;
}

static int32_t set_text(const line_reader *reader, const char **field, char *value, const char *word) {
    if (*field != NULL) return fail(reader, "said twice", word);
    *field = value;
    return unescape(reader, value);
}

static int32_t set_weight(line_reader *reader, const char *value, const char *word) {
    if ((reader->node.flags & PROXENOS_NODE_HAS_WEIGHT) != 0) return fail(reader, "a second weight", word);
    reader->node.flags |= PROXENOS_NODE_HAS_WEIGHT;
    return nodes_parse_integer(reader->output->source, "weight", value, reader->number, 0,
                               &reader->node.weight);
}

static int32_t set_tier(line_reader *reader, const char *value, const char *word) {
    if (reader->has_tier) return fail(reader, "said twice", word);
    reader->has_tier = true;
    return nodes_parse_integer(reader->output->source, "tier", value, reader->number, 0, &reader->node.tier);
}

static int32_t add_metadata(line_reader *reader, char *key, char *value) {
    node_output *output = reader->output;
    int32_t result = unescape(reader, key);
    if (result == PROXENOS_RESULT_OK) result = unescape(reader, value);
    if (result != PROXENOS_RESULT_OK) return result;
    for (size_t i = 0; i < reader->metadata_texts; i += 2) {
        if (strcmp(output->texts[i], key) == 0) return fail(reader, "said twice", key);
    }
    if (reader->metadata_texts >= 2 * NODES_MAP_LIMIT) return fail(reader, "too many keys", key);
    result = nodes_reserve_texts(output, reader->metadata_texts + 2);
    if (result != PROXENOS_RESULT_OK) return result;
    output->texts[reader->metadata_texts++] = key;
    output->texts[reader->metadata_texts++] = value;
    return PROXENOS_RESULT_OK;
}

/* Words that are fields of YAML and JSON lists, or of other formats, and would be lost in the metadata; so would be a
 * line's own fields in capitals. */
static bool is_field_elsewhere(const char *word) {
    static const char *const words[] = {"address", "addr", "host", "hostname", "ip", "port", "health", "identity", "meta",
                                        "metadata", "source_node", "server", "ansible_host", "ansible_port", "weight", "tier",
                                        "service", "name", "zone", "node", "tags"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(words[i], word) == 0) return true;
    }
    return false;
}

/* `value` begins behind the '='; `word` is the key, which names a field only when it
 * is written without escapes. */
static int32_t add_pair(line_reader *reader, char *word, char *value) {
    proxenos_node_data *node = &reader->node;
    if (*word == '\0') return fail(reader, "a key is missing before '='", value);
    if (strcmp(word, "weight") == 0) return set_weight(reader, value, word);
    if (strcmp(word, "tier") == 0) return set_tier(reader, value, word);
    if (strcmp(word, "service") == 0) return set_text(reader, &node->service, value, word);
    if (strcmp(word, "name") == 0) return set_text(reader, &node->name, value, word);
    if (strcmp(word, "zone") == 0) return set_text(reader, &node->zone, value, word);
    if (strcmp(word, "node") == 0) return set_text(reader, &node->source_node, value, word);
    bool is_tags = strcmp(word, "tags") == 0;
    if (!is_tags && is_field_elsewhere(word)) {
        return fail(reader, "a line begins with HOST:PORT, and has no field of this name (as a key of the metadata it is "
                            "written with an escape, \\x68ost=)", word);
    }
    if (!is_tags) return add_metadata(reader, word, value);
    if (reader->tags != NULL) return fail(reader, "said twice", word);
    reader->tags = value;
    return PROXENOS_RESULT_OK;
}

/* Behind the metadata in output->texts; empty ones are passed over. */
static int32_t cut_tags(line_reader *reader) {
    node_output *output = reader->output;
    size_t count = reader->metadata_texts;
    for (char *tag = reader->tags; tag != NULL;) {
        char *comma = strchr(tag, ',');
        if (comma != NULL) *comma = '\0';
        int32_t result = nodes_reserve_texts(output, count + 1);
        if (result == PROXENOS_RESULT_OK) result = unescape(reader, tag);
        if (result != PROXENOS_RESULT_OK) return result;
        if (*tag != '\0') output->texts[count++] = tag;
        tag = comma != NULL ? comma + 1 : NULL;
    }
    reader->node.metadata = output->texts;
    reader->node.metadata_count = reader->metadata_texts / 2;
    reader->node.tags = count > reader->metadata_texts ? output->texts + reader->metadata_texts : NULL;
    reader->node.tag_count = count - reader->metadata_texts;
    return PROXENOS_RESULT_OK;
}

static int32_t add_line(line_reader *reader, char *line) {
    char *word = next_word(&line);
    if (word == NULL) return PROXENOS_RESULT_OK;
    char host[NODE_HOST_SIZE];
    int32_t result =
        nodes_split_address(reader->output->source, word, reader->number, 0, host, &reader->node);
    for (size_t i = 0; result == PROXENOS_RESULT_OK && (word = next_word(&line)) != NULL; i++) {
        char *equals = strchr(word, '=');
        if (equals != NULL) {
            *equals = '\0';
            result = add_pair(reader, word, equals + 1);
        } else if (i == 0 && strspn(word, "-0123456789") == strlen(word)) {
            result = set_weight(reader, word, word);
        } else {
            result = fail(reader, i == 0 ? "a weight or KEY=VALUE is expected" : "KEY=VALUE is expected", word);
        }
    }
    if (result == PROXENOS_RESULT_OK) result = cut_tags(reader);
    if (result != PROXENOS_RESULT_OK) return result;
    return nodes_add_node(reader->output, &reader->node, reader->number, 0);
}

int32_t nodes_add_lines(node_output *output, char *text) {
    unsigned number = 0;
    int32_t result = PROXENOS_RESULT_OK;
    for (char *line = text; line != NULL && result == PROXENOS_RESULT_OK;) {
        char *end = strchr(line, '\n');
        if (end != NULL) *end = '\0';
        line_reader reader = {.output = output, .number = ++number};
        result = add_line(&reader, line);
        line = end != NULL ? end + 1 : NULL;
    }
    return result;
}

/* SPDX-License-Identifier: MIT */
#include "lib/nodes/read.h"

#include "lib/nodes/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The length of the well-formed UTF-8 character at `p` (RFC 3629), or 0. */
static size_t character_length(const unsigned char *p) {
    if (p[0] < 0x80) return 1;
    if (p[0] < 0xc2 || p[0] > 0xf4) return 0;
    size_t length = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    /* Overlong forms, surrogates, and what lies beyond U+10FFFF. */
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90)
        || (p[0] == 0xf4 && p[1] > 0x8f)) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80) return 0; /* the NUL at the end stops here */
    }
    return length;
}

static int32_t check_text(const nodes_source *source, const char *text, size_t size) {
    const unsigned char *bytes = (const unsigned char *)text;
    bool is_blank = true;
    for (size_t i = 0; i < size;) {
        size_t length = bytes[i] == '\0' ? 0 : character_length(bytes + i);
        if (length == 0) {
            unsigned line, column;
            nodes_place(text, i, &line, &column);
            return nodes_fail_at(source, line, column, "byte 0x%02x: the file must be text in UTF-8",
                                 (unsigned)bytes[i]);
        }
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r' && bytes[i] != '\n') is_blank = false;
        i += length;
    }
    if (is_blank) return nodes_fail_at(source, 0, 0, "the file is empty; a list without nodes is written []");
    return PROXENOS_RESULT_OK;
}

static bool has_extension(const char *name, const char *extension) {
    size_t length = strlen(name), wanted = strlen(extension);
    return length > wanted && strcasecmp(name + length - wanted, extension) == 0;
}

/* The first line that is no comment and not blank; NULL: there is none. */
static const char *first_line(const char *text) {
    for (const char *line = text; *line != '\0';) {
        const char *word = line + strspn(line, " \t\r");
        if (*word != '\n' && *word != '\0' && *word != '#') return word;
        line = word + strcspn(word, "\n");
        if (*line == '\n') line++;
    }
    return NULL;
}

/* true, null, 80: an element that JSON has and an address is not. */
static bool is_json_word(const char *text) {
    static const char *const words[] = {"true", "false", "null"};
    size_t length = strspn(text, "0123456789");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncmp(text, words[i], strlen(words[i])) == 0) length = strlen(words[i]);
    }
    return length > 0 && text[length] != '\0' && strchr(",] \t\r\n", text[length]) != NULL;
}

/* Behind what opens a JSON list or map; an address in brackets begins otherwise. */
static bool goes_on_as_json(const char *text) {
    bool is_map = text[0] == '{';
    text += 1 + strspn(text + 1, " \t\r\n");
    if (!is_map && is_json_word(text)) return true;
    return *text == '"' || *text == (is_map ? '}' : ']') || (!is_map && (*text == '{' || *text == '['));
}

/* "[2001:db8::1]:80", "[::1]"; also "[web]" and "[10.0.0.1]:80", which are none, and are told so as lines. */
static bool is_bracketed_address(const char *line) {
    const char *end = strpbrk(line, "],: \n");
    if (end != NULL && *end == ']') return end > line + 1;
    end = strpbrk(line, "],\n");
    if (line[0] != '[' || end == NULL || *end != ']') return false;
    const char *colon = memchr(line, ':', (size_t)(end - line)); /* two at least: "[a:1]" is a list */
    if (colon == NULL || memchr(colon + 1, ':', (size_t)(end - colon) - 1) == NULL) return false;
    return strspn(line + 1, "0123456789abcdefABCDEF:.") == (size_t)(end - line) - 1;
}

/* "key:" or "key: value" on its line, before any comment.  "2001:db8::" is an address. */
static bool has_yaml_key(const char *line) {
    size_t length = strcspn(line, "\n#");
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t' || line[length - 1] == '\r')) length--;
    if (length > 1 && line[length - 1] == ':' && line[length - 2] != ':') return true;
    for (size_t i = 1; i + 1 < length; i++) {
        if (line[i] == ':' && line[i - 1] != ':' && (line[i + 1] == ' ' || line[i + 1] == '\t')) return true;
    }
    return false;
}

/* Where a name does not tell, what the text looks like does. */
static nodes_format look_at(const char *text) {
    const char *line = first_line(text);
    if (line == NULL) return NODES_LINES;
    if (line[0] == '{' || line[0] == '[') {
        if (goes_on_as_json(line)) return NODES_JSON;
        return line[0] == '[' && is_bracketed_address(line) ? NODES_LINES : NODES_YAML;
    }
    bool is_element = line[0] == '-' && (line[1] == '\0' || strchr(" \t\r\n", line[1]) != NULL);
    if (is_element || line[0] == '%' || strncmp(line, "---", 3) == 0 || has_yaml_key(line)) return NODES_YAML;
    return NODES_LINES;
}

static nodes_format guess_format(const char *name, const char *text) {
    if (has_extension(name, ".yaml") || has_extension(name, ".yml")) return NODES_YAML;
    return has_extension(name, ".json") ? NODES_JSON : look_at(text);
}

static int32_t add_document(node_output *output, const char *text, size_t length) {
    const nodes_source *source = output->source;
    bool is_json = output->format == NODES_JSON
        || (output->format == NODES_FILE_SD && guess_format(source->name, text) == NODES_JSON);
    value_tree tree = {0};
    int32_t result = is_json ? tree_from_json(source, text, length, &tree)
                             : tree_from_yaml(source, text, length, &tree);
    if (result == PROXENOS_RESULT_OK) result = nodes_add_tree(output, tree.root);
    tree_clear(&tree);
    return result;
}

static int32_t add_in_format(node_output *output, char *text, size_t length) {
    int32_t result = output->format == NODES_LINES ? nodes_add_lines(output, text) : add_document(output, text, length);
    return result == PROXENOS_RESULT_OK ? nodes_check_services(output) : result;
}

/* A valid list may hold any word of another format: only what was refused is looked at again. */
static int32_t add_guessed(node_output *output, char *text, size_t length) {
    enum { LOOKED_AT = 64 * 1024 }; /* bytes of a text that is cut up by being read */
    output->format = guess_format(output->source->name, text);
    char *kept = output->format == NODES_LINES ? strndup(text, LOOKED_AT) : text;
    if (kept == NULL) return nodes_fail_memory(output->source);
    int32_t result = add_in_format(output, text, length);
    if (result == PROXENOS_RESULT_MALFORMED) result = nodes_look_again(output->source, kept);
    if (kept != text) free(kept);
    return result;
}

static int32_t add_nodes(const nodes_source *source, char *text, size_t length, proxenos_sink *sink) {
    node_output output = {.source = source, .sink = sink, .format = source->format};
    output.found = calloc(source->service_count + 1, sizeof output.found[0]);
    if (output.found == NULL) return nodes_fail_memory(source);
    bool is_guessed = source->format == NODES_AUTO;
    int32_t result = is_guessed ? add_guessed(&output, text, length) : add_in_format(&output, text, length);
    free(output.found);
    free(output.texts);
    return result;
}

int32_t nodes_read(const nodes_source *source, char *text, size_t length, proxenos_sink *sink) {
    int32_t result = check_text(source, text, length);
    if (result != PROXENOS_RESULT_OK) return result;
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    size_t skipped = strncmp(text, byte_order_mark, 3) == 0 ? 3 : 0;
    return add_nodes(source, text + skipped, length - skipped, sink);
}

/* SPDX-License-Identifier: MIT */
/* JSON (RFC 8259) to a tree.  Our own reader, since every value must carry its
 * line and column, which the usual libraries do not give.  The text is known to
 * be UTF-8 with a NUL behind it and none inside. */
#include "lib/nodes/internal.h"

#include <string.h>

typedef struct json_reader {
    const nodes_source *source;
    value_tree *tree;
    const char *at;         /* the next character */
    const char *counted;    /* line and column are of this one, which `at` never precedes */
    unsigned line, column;
} json_reader;

/* Brings line and column up to the next character. */
static void locate(json_reader *reader) {
    for (; reader->counted < reader->at; reader->counted++) {
        if (*reader->counted == '\n') {
            reader->line++;
            reader->column = 1;
        } else if (((unsigned char)*reader->counted & 0xc0) != 0x80) {
            reader->column++;
        }
    }
}

static int32_t fail_here(json_reader *reader, const char *text) {
    locate(reader);
    return nodes_fail_at(reader->source, reader->line, reader->column, "%s", text);
}

static void skip_space(json_reader *reader) {
    while (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\n' || *reader->at == '\r') reader->at++;
}

static int32_t new_value(json_reader *reader, tree_kind kind, tree_value **value) {
    locate(reader);
    return tree_new_value(reader->source, reader->tree, kind, reader->line, reader->column, value);
}

/* ---------------------------------------------------------------- strings */

static int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* The four digits of \uXXXX, or -1. */
static int32_t read_unit(const char *p) {
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hexadecimal(p[i]);
        if (digit < 0) return -1; /* the NUL at the end stops here */
        unit = unit << 4 | digit;
    }
    return unit;
}

static char *put_utf8(char *out, int32_t c) {
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    int following = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const int leads[] = {0, 0xc0, 0xe0, 0xf0};
    *out++ = (char)(leads[following] | c >> (6 * following));
    while (following-- > 0) *out++ = (char)(0x80 | (c >> (6 * following) & 0x3f));
    return out;
}

/* `at` is behind the "\u"; a surrogate pair takes two.  NULL: said why. */
static char *read_unicode_escape(json_reader *reader, char *out) {
    int32_t c = read_unit(reader->at);
    const char *problem = c < 0 ? "\\u needs four hexadecimal digits" : c == 0 ? "a NUL in a text" : NULL;
    if (problem == NULL) reader->at += 4;
    if (c >= 0xd800 && c < 0xe000) {
        int32_t low = reader->at[0] == '\\' && reader->at[1] == 'u' ? read_unit(reader->at + 2) : -1;
        if (c >= 0xdc00 || low < 0xdc00 || low > 0xdfff) problem = "half of a surrogate pair";
        c = 0x10000 + (c - 0xd800) * 0x400 + (low - 0xdc00);
        if (problem == NULL) reader->at += 6;
    }
    if (problem == NULL) return put_utf8(out, c);
    (void)fail_here(reader, problem);
    return NULL;
}

/* `at` is behind the backslash. */
static char *read_escape(json_reader *reader, char *out) {
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char c = *reader->at;
    const char *found = c != '\0' ? strchr(letters, c) : NULL;
    if (found != NULL) {
        reader->at++;
        *out++ = meanings[found - letters];
        return out;
    }
    if (c == 'u') {
        reader->at++;
        return read_unicode_escape(reader, out);
    }
    (void)fail_here(reader, "no such escape in JSON");
    return NULL;
}

/* The raw length of the string whose first character is at `p`. */
static size_t raw_length(const char *p) {
    size_t length = 0;
    while (p[length] != '"' && (unsigned char)p[length] >= 0x20) {
        length += p[length] == '\\' && p[length + 1] != '\0' ? 2 : 1;
    }
    return length;
}

/* `at` is on the opening quote. */
static int32_t read_string(json_reader *reader, const char **text) {
    reader->at++;
    char *start = tree_allocate(reader->tree, raw_length(reader->at) + 1); /* escapes only shrink */
    if (start == NULL) return nodes_fail_memory(reader->source);
    char *out = start;
    while (*reader->at != '"') {
        if ((unsigned char)*reader->at < 0x20) {
            return fail_here(reader, *reader->at == '\0' ? "the text ends inside a string"
                             : "a control character in a string");
        }
        if (*reader->at != '\\') {
            *out++ = *reader->at++;
            continue;
        }
        reader->at++;
        out = read_escape(reader, out);
        if (out == NULL) return PROXENOS_RESULT_MALFORMED;
    }
    reader->at++;
    *out = '\0';
    *text = start;
    return PROXENOS_RESULT_OK;
}

/* ------------------------------------------------------ numbers and words */

static const char *skip_digits(const char *p) {
    while (*p >= '0' && *p <= '9') p++;
    return p;
}

/* The end of the number at `p`, or NULL. */
static const char *end_of_number(const char *p) {
    if (*p == '-') p++;
    const char *digits = p;
    p = *p == '0' ? p + 1 : skip_digits(p);
    if (p == digits) return NULL;
    if (*p == '.') {
        digits = ++p;
        p = skip_digits(p);
        if (p == digits) return NULL;
    }
    if (*p != 'e' && *p != 'E') return p;
    p++;
    if (*p == '+' || *p == '-') p++;
    digits = p;
    p = skip_digits(p);
    return p == digits ? NULL : p;
}

static const char *end_of_word(const char *p) {
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncmp(p, words[i], strlen(words[i])) == 0) return p + strlen(words[i]);
    }
    return NULL;
}

/* What stands bare: kept as written. */
static int32_t read_bare(json_reader *reader, const char **text) {
    bool is_word = *reader->at >= 'a' && *reader->at <= 'z';
    const char *end = is_word ? end_of_word(reader->at) : end_of_number(reader->at);
    if (end == NULL && *reader->at == '\0') return fail_here(reader, "the text ends too early");
    if (end == NULL) return fail_here(reader, "a value is expected");
    *text = tree_copy_text(reader->tree, reader->at, (size_t)(end - reader->at));
    if (*text == NULL) return nodes_fail_memory(reader->source);
    reader->at = end;
    return PROXENOS_RESULT_OK;
}

static int32_t read_scalar(json_reader *reader, tree_value **value) {
    int32_t result = new_value(reader, TREE_SCALAR, value);
    if (result != PROXENOS_RESULT_OK) return result;
    (*value)->is_plain = *reader->at != '"';
    result = (*value)->is_plain ? read_bare(reader, &(*value)->text) : read_string(reader, &(*value)->text);
    if (result == PROXENOS_RESULT_OK) (*value)->expanded += strlen((*value)->text);
    return result;
}

/* ------------------------------------------------------- lists and objects */

static int32_t read_value(json_reader *reader, unsigned depth, tree_value **value);

static int32_t read_pair(json_reader *reader, unsigned depth, tree_value *map) {
    if (*reader->at != '"') return fail_here(reader, "a key in double quotes is expected");
    locate(reader);
    unsigned line = reader->line, column = reader->column;
    const char *key = NULL;
    int32_t result = read_string(reader, &key);
    if (result != PROXENOS_RESULT_OK) return result;
    skip_space(reader);
    if (*reader->at != ':') return fail_here(reader, "':' is expected");
    reader->at++;
    tree_value *value = NULL;
    result = read_value(reader, depth, &value);
    if (result != PROXENOS_RESULT_OK) return result;
    value->key = key;
    value->key_line = line;
    value->key_column = column;
    return tree_attach(reader->source, map, value);
}

static int32_t read_item(json_reader *reader, unsigned depth, tree_value *list) {
    tree_value *item = NULL;
    int32_t result = read_value(reader, depth, &item);
    return result == PROXENOS_RESULT_OK ? tree_attach(reader->source, list, item) : result;
}

/* `at` is on the bracket. */
static int32_t read_collection(json_reader *reader, unsigned depth, tree_value **value) {
    if (depth == NODES_DEPTH_LIMIT) return fail_here(reader, "nested deeper than 16");
    bool is_map = *reader->at == '{';
    char end = is_map ? '}' : ']';
    int32_t result = new_value(reader, is_map ? TREE_MAP : TREE_LIST, value);
    reader->at++;
    skip_space(reader);
    bool at_end = *reader->at == end;
    while (result == PROXENOS_RESULT_OK && !at_end) {
        skip_space(reader);
        result = is_map ? read_pair(reader, depth + 1, *value) : read_item(reader, depth + 1, *value);
        if (result != PROXENOS_RESULT_OK) break;
        skip_space(reader);
        at_end = *reader->at == end;
        if (at_end) break;
        if (*reader->at != ',') {
            return fail_here(reader, is_map ? "',' or '}' is expected" : "',' or ']' is expected");
        }
        reader->at++;
    }
    if (result == PROXENOS_RESULT_OK) reader->at++;
    return result;
}

static int32_t read_value(json_reader *reader, unsigned depth, tree_value **value) {
    skip_space(reader);
    bool is_collection = *reader->at == '{' || *reader->at == '[';
    return is_collection ? read_collection(reader, depth, value) : read_scalar(reader, value);
}

int32_t tree_from_json(const nodes_source *source, const char *text, size_t length, value_tree *tree) {
    json_reader reader = {.source = source, .tree = tree, .at = text, .counted = text, .line = 1, .column = 1};
    int32_t result = read_value(&reader, 0, &tree->root);
    if (result != PROXENOS_RESULT_OK) return result;
    skip_space(&reader);
    if (reader.at != text + length) return fail_here(&reader, "the text goes on after the value");
    return PROXENOS_RESULT_OK;
}

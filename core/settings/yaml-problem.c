/* SPDX-License-Identifier: MIT */
#include "settings/yaml-problem.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* libyaml's words on the left are those of its scanner.c and parser.c. */
static const struct {
    const char *problem, *words;
} reworded[] = {
    {"block sequence entries are not allowed in this context", "a list cannot start here"},
    {"could not find expected ':'", "a ':' is missing behind a key"},
    {"could not find expected directive name", "a line that starts with '%' must be quoted"},
    {"did not find expected ',' or ']'", "',' or ']' is missing: the list does not end"},
    {"did not find expected ',' or '}'", "',' or '}' is missing: the map does not end"},
    {"did not find expected '-' indicator",
     "expected '- ' or less indentation: this is no element of the list before it"},
    {"did not find expected <document start>", "this does not belong to what stands before it"},
    {"did not find expected alphabetic or numeric character", "the name of an anchor or alias is missing"},
    {"did not find expected comment or line break", "expected the end of the line"},
    {"did not find expected key", "expected a key: is the indentation the same as that of the keys before?"},
    {"did not find expected node content", "a value is missing, or one that needs quotes"},
    {"did not find expected whitespace or line break", "a tag, which is not used here, or a '!' that needs quotes"},
    {"found invalid Unicode character escape code", "the escape stands for no character"},
    {"found unexpected ':'", "a text that holds ':' must be quoted here"},
    {"found unexpected document indicator", "a quoted text does not end before the next document"},
    {"found unexpected end of stream", "a quoted text does not end"},
    {"found unknown escape character", "unknown escape after '\\'; in 'single quotes' it would stand for itself"},
    {"mapping keys are not allowed in this context", "a key cannot stand here"},
    {"mapping values are not allowed in this context",
     "a second ': ' within one value: quote the value, or correct the indentation"},
};

static const char *reword(const char *problem) {
    for (size_t i = 0; i < sizeof reworded / sizeof reworded[0]; i++) {
        if (strcmp(reworded[i].problem, problem) == 0) return reworded[i].words;
    }
    return problem;
}

/* libyaml counts characters; NUL past the end. */
static char byte_at(const px_yaml_source *source, size_t character) {
    size_t at = 0;
    while (character > 0 && at < source->length) {
        size_t size = px_utf8_length(source->bytes + at, source->length - at);
        at += size == 0 ? 1 : size;
        character--;
    }
    return at < source->length ? source->bytes[at] : '\0';
}

/* The reader fails at a byte, not at a character; of an ill-formed one, at its second. */
static proxenos_status reader_problem(const yaml_parser_t *parser, const px_yaml_source *source,
                                      proxenos_error *error) {
    unsigned line = 1, column = 1;
    size_t size = 1, i;
    for (i = 0; i < parser->problem_offset && i < source->length; i += size) {
        size = px_utf8_length(source->bytes + i, source->length - i);
        if (size == 0) break;
        column++;
        if (source->bytes[i] != '\n') continue;
        line++;
        column = 1;
    }
    /* A character as it should be is refused for being a control character alone. */
    bool is_control = size > 0 && i < source->length && px_utf8_length(source->bytes + i, source->length - i) > 0;
    return px_error_at(error, PROXENOS_ERROR_CONFIG, source->name, line, column, "%s",
                       is_control ? "a control character; in \"double quotes\" it can be written as \\xNN"
                                  : "ill-formed UTF-8");
}

proxenos_status px_yaml_problem(const yaml_parser_t *parser, const px_yaml_source *source, proxenos_error *error) {
    if (parser->error == YAML_MEMORY_ERROR) return px_error_memory(error);
    if (parser->error == YAML_READER_ERROR) return reader_problem(parser, source, error);
    const char *problem = parser->problem == NULL ? "not YAML" : parser->problem;
    const char *words = reword(problem);
    char byte = byte_at(source, parser->problem_mark.index);
    char quoted[48];
    if (byte == '\t' || strstr(problem, "a tab character") != NULL) {
        words = "a tab cannot indent; use spaces";
    } else if (strcmp(problem, "found character that cannot start any token") == 0) {
        (void)snprintf(quoted, sizeof quoted, "a value that starts with '%c' must be quoted", byte);
        words = quoted;
    }
    unsigned line = (unsigned)parser->problem_mark.line + 1, column = (unsigned)parser->problem_mark.column + 1;
    size_t began = parser->context == NULL ? parser->problem_mark.line : parser->context_mark.line;
    if (began >= parser->problem_mark.line) {
        return px_error_at(error, PROXENOS_ERROR_CONFIG, source->name, line, column, "%s", words);
    }
    return px_error_at(error, PROXENOS_ERROR_CONFIG, source->name, line, column, "%s (it began in line %zu)", words,
                       began + 1);
}

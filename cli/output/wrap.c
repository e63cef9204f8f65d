/* SPDX-License-Identifier: MIT */
#include "output/wrap.h"

#include "output/stdout.h"
#include "output/terminal.h"
#include "output/text.h"

#include <stdbool.h>
#include <string.h>

enum { USUAL_WIDTH = 79 };

static void to_column(size_t *column, size_t wanted) {
    for (; *column < wanted; ++*column) output_char(' ');
}

void output_wrapped_within(const char *text, size_t column, size_t indent, size_t width) {
    bool as_it_is = text[0] == ' ', line_is_empty = true;
    to_column(&column, indent);
    while (*text != '\0') {
        if (*text == '\n') {
            output_char('\n');
            column = 0;
            line_is_empty = true;
            as_it_is = *++text == ' ';
            if (*text != '\n' && *text != '\0') to_column(&column, indent);
            continue;
        }
        size_t word = strcspn(text, as_it_is ? "\n" : " \n"), columns = text_width_of(text, word);
        if (!line_is_empty && column + 1 + columns > width) {
            output_char('\n');
            column = 0;
            to_column(&column, indent);
        } else if (!line_is_empty) {
            output_char(' ');
            column++;
        }
        output_escaped_bytes(text, word);
        column += columns;
        line_is_empty = false;
        text += word;
        while (*text == ' ') text++;
    }
    output_char('\n');
}

void output_wrapped(const char *text, size_t column, size_t indent) {
    size_t terminal = terminal_columns();
    output_wrapped_within(text, column, indent, terminal > 0 && terminal <= USUAL_WIDTH ? terminal - 1 : USUAL_WIDTH);
}

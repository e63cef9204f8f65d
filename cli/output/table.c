/* SPDX-License-Identifier: MIT */
#include "output/table.h"

#include "output/stdout.h"
#include "output/terminal.h"
#include "output/text.h"
#include "output/wrap.h"

#include <stdbool.h>

enum { BETWEEN = 2, LEAST_WORD = 8, LEAST_PROSE = 24, LONGEST_SHOWN = 4096 };

static void measure(table_column *columns, size_t column_count, const void *rows, size_t row_count,
                    table_cell *cell) {
    for (size_t c = 0; c < column_count; c++) {
        size_t widest = 0;
        for (size_t r = 0; r < row_count; r++) {
            size_t width = text_width(cell(rows, r, c));
            if (width > widest) widest = width;
        }
        size_t title = text_width(columns[c].title);
        columns[c].width = widest == 0 ? 0 : widest < title ? title : widest;
    }
}

/* The width of a column when words have at most `most`. */
static size_t bounded(const table_column *column, size_t most) {
    size_t least = text_width(column->title);
    if (column->kind == TABLE_PROSE) return column->width < LEAST_PROSE ? column->width : LEAST_PROSE;
    if (column->kind != TABLE_WORD || column->width <= most) return column->width;
    return most < least ? least : most;
}

static size_t total(const table_column *columns, size_t column_count, size_t most) {
    size_t sum = 0;
    for (size_t c = 0; c < column_count; c++)
        if (columns[c].width > 0) sum += bounded(&columns[c], most) + (sum > 0 ? BETWEEN : 0);
    return sum;
}

/* The longest words give way first, all to the same width; prose has what is left. */
static void fit(table_column *columns, size_t column_count, size_t room) {
    size_t most = 0;
    for (size_t c = 0; c < column_count; c++)
        if (columns[c].width > most) most = columns[c].width;
    while (most > LEAST_WORD && total(columns, column_count, most) > room) most--;
    size_t used = total(columns, column_count, most);
    for (size_t c = 0; c < column_count; c++) {
        size_t width = bounded(&columns[c], most);
        if (columns[c].kind == TABLE_PROSE && used < room) width += room - used;
        if (width < columns[c].width) columns[c].width = width;
    }
}

/* Spaces are put before the next cell, so that no line ends with any. */
static void print_cell(const table_column *column, const char *text, size_t *owed) {
    char shown[LONGEST_SHOWN];
    size_t width = text_width(text);
    bool is_cut = width > column->width;
    if (is_cut) text_shorten(shown, sizeof shown, text, column->width);
    if (is_cut) width = text_width(shown);
    size_t fill = column->width > width ? column->width - width : 0;
    if (text[0] == '\0') {
        *owed += column->width + BETWEEN;
        return;
    }
    output_padded("", *owed + (column->kind == TABLE_NUMBER ? fill : 0));
    if (is_cut) output_text(shown); /* escaped already */
    else output_escaped(text);
    *owed = BETWEEN + (column->kind == TABLE_NUMBER ? 0 : fill);
}

/* Prose that is too long for its line; `at` is where it begins. */
static void print_row(const table_column *columns, size_t column_count, const void *rows, size_t row,
                      table_cell *cell) {
    size_t owed = 0, at = 0;
    for (size_t c = 0; c < column_count; c++) {
        if (columns[c].width == 0) continue;
        const char *text = rows == NULL ? columns[c].title : cell(rows, row, c);
        if (columns[c].kind == TABLE_PROSE && text_width(text) > columns[c].width) {
            output_padded("", owed);
            output_wrapped_within(text, at, at, at + columns[c].width);
            return;
        }
        print_cell(&columns[c], text, &owed);
        at += columns[c].width + BETWEEN;
    }
    output_char('\n');
}

void table_print(table_column *columns, size_t column_count, const void *rows, size_t row_count,
                 table_cell *cell) {
    measure(columns, column_count, rows, row_count, cell);
    size_t room = terminal_columns();
    if (room > 0) fit(columns, column_count, room);
    print_row(columns, column_count, NULL, 0, cell);
    for (size_t r = 0; r < row_count; r++) print_row(columns, column_count, rows, r, cell);
}

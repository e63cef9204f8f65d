/* SPDX-License-Identifier: MIT */
#include "output/table.h"

#include "output/stdout.h"
#include "output/text.h"

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

/* Spaces are put before the next cell, so that no line ends with any. */
static void print_cell(const table_column *column, const char *text, size_t *owed) {
    size_t width = text_width(text), fill = column->width > width ? column->width - width : 0;
    if (text[0] == '\0') {
        *owed += column->width + 2;
        return;
    }
    output_padded("", *owed + (column->is_number ? fill : 0));
    output_escaped(text);
    *owed = 2 + (column->is_number ? 0 : fill);
}

void table_print(table_column *columns, size_t column_count, const void *rows, size_t row_count,
                 table_cell *cell) {
    measure(columns, column_count, rows, row_count, cell);
    size_t owed = 0;
    for (size_t c = 0; c < column_count; c++)
        if (columns[c].width > 0) print_cell(&columns[c], columns[c].title, &owed);
    output_char('\n');
    for (size_t r = 0; r < row_count; r++) {
        owed = 0;
        for (size_t c = 0; c < column_count; c++)
            if (columns[c].width > 0) print_cell(&columns[c], cell(rows, r, c), &owed);
        output_char('\n');
    }
}

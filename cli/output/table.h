/* SPDX-License-Identifier: MIT */
/* Columns that line up, for people. */
#ifndef CLI_OUTPUT_TABLE_H
#define CLI_OUTPUT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* One column.  `title` heads it; is_number aligns to the right.  `width` is found
 * by the table and is 0 for a column without any text, which is left out. */
typedef struct table_column {
    const char *title;
    bool is_number;
    size_t width;
} table_column;

/* Gives the text of a cell; it must live until the next call. */
typedef const char *table_cell(const void *rows, size_t row, size_t column);

void table_print(table_column *columns, size_t column_count, const void *rows, size_t row_count,
                 table_cell *cell);

#endif

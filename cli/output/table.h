/* SPDX-License-Identifier: MIT */
/* Columns that line up, for people. */
#ifndef CLI_OUTPUT_TABLE_H
#define CLI_OUTPUT_TABLE_H

#include <stddef.h>

/* On a terminal whose lines are too short, a WORD loses its middle, and PROSE, which can
 * only be the last column, goes on in the next line.  A CODE and a NUMBER stay whole. */
typedef enum table_kind { TABLE_WORD, TABLE_CODE, TABLE_NUMBER, TABLE_PROSE } table_kind;

/* One column.  `title` heads it; a NUMBER is aligned to the right.  `width` is found
 * by the table and is 0 for a column without any text, which is left out. */
typedef struct table_column {
    const char *title;
    table_kind kind;
    size_t width;
} table_column;

/* Gives the text of a cell; it must live until the next call. */
typedef const char *table_cell(const void *rows, size_t row, size_t column);

void table_print(table_column *columns, size_t column_count, const void *rows, size_t row_count,
                 table_cell *cell);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table for people: aligned columns under headings, on libsmartcols, which knows how wide a letter is. A column
 * without any text is left out. Colour is asked for by the caller, who knows where the text goes.
 */
#ifndef STAFFCAST_PRESENT_TABLE_H
#define STAFFCAST_PRESENT_TABLE_H

#include "staffcast/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct sc_table_column {
    const char *heading;
    bool right; /* numbers are aligned to the right */
};

struct sc_table;

/* Errors: SC_SYSTEM (memory). */
enum sc_code sc_table_new(const struct sc_table_column *columns, size_t count, bool colour, struct sc_table **table,
                          struct sc_error *error);
void sc_table_free(struct sc_table *table);

/* Adds a row of as many cells as columns, at least two; texts are copied. Errors: SC_SYSTEM (memory). */
enum sc_code sc_table_add(struct sc_table *table, const char *const *cells, struct sc_error *error);
/* Colours a cell of the last row: an escape sequence such as SC_RED. */
void sc_table_colour(struct sc_table *table, size_t column, const char *sequence);

/*
 * Prints a table that is wider than a line of 80 letters as blocks below each other, every one with the first column:
 * as few as fit, of much the same width. Rows with nothing in the columns of a lower block are left out of it.
 */
void sc_table_fold(struct sc_table *table);

size_t sc_table_rows(const struct sc_table *table);

/* Prints the table, every line `indent` spaces in; nothing where it has no rows. Errors: SC_SYSTEM (memory). */
enum sc_code sc_table_print(struct sc_table *table, int indent, FILE *stream, struct sc_error *error);

#define SC_RED "\033[31m"
#define SC_GREEN "\033[32m"
#define SC_BOLD "\033[1m"
#define SC_DIM "\033[2m"
#define SC_PLAIN "\033[0m"

#endif

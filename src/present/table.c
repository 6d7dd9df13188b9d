/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/table.h"

#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

struct sc_table {
    struct libscols_table *grid;
    struct libscols_line *last;
    size_t columns;
};

enum sc_code sc_table_new(const struct sc_table_column *columns, size_t count, bool colour, struct sc_table **table,
                          struct sc_error *error)
{
    struct sc_table *made = calloc(1, sizeof *made);

    if (made == NULL)
        return sc_error_memory(error);
    made->columns = count;
    made->grid = scols_new_table();
    if (made->grid == NULL)
        goto failed;
    /* Nothing of the terminal is looked at: what is printed depends on the figures alone. */
    scols_table_set_termforce(made->grid, SCOLS_TERMFORCE_NEVER);
    scols_table_enable_colors(made->grid, colour);
    if (scols_table_set_column_separator(made->grid, "  ") != 0)
        goto failed;
    for (size_t i = 0; i < count; i++) {
        struct libscols_column *column =
            scols_table_new_column(made->grid, columns[i].heading, 0, columns[i].right ? SCOLS_FL_RIGHT : 0);

        if (column == NULL || scols_cell_set_color(scols_column_get_header(column), SC_DIM) != 0)
            goto failed;
    }
    *table = made;
    return SC_OK;
failed:
    sc_table_free(made);
    return sc_error_memory(error);
}

void sc_table_free(struct sc_table *table)
{
    if (table == NULL)
        return;
    scols_unref_table(table->grid);
    free(table);
}

enum sc_code sc_table_add(struct sc_table *table, const char *const *cells, struct sc_error *error)
{
    table->last = scols_table_new_line(table->grid, NULL);
    if (table->last == NULL)
        return sc_error_memory(error);
    for (size_t i = 0; i < table->columns; i++)
        if (cells[i] != NULL && cells[i][0] != '\0' && scols_line_set_data(table->last, i, cells[i]) != 0)
            return sc_error_memory(error);
    return SC_OK;
}

void sc_table_colour(struct sc_table *table, size_t column, const char *sequence)
{
    struct libscols_cell *cell = table->last == NULL ? NULL : scols_line_get_cell(table->last, column);

    /* Without memory for the colour the text is still right. */
    if (cell != NULL)
        (void)scols_cell_set_color(cell, sequence);
}

size_t sc_table_rows(const struct sc_table *table)
{
    return scols_table_get_nlines(table->grid);
}

static void hide_empty_columns(struct sc_table *table)
{
    for (size_t i = 0; i < table->columns; i++) {
        struct libscols_column *column = scols_table_get_column(table->grid, i);
        bool filled = false;

        for (size_t j = 0; j < scols_table_get_nlines(table->grid); j++) {
            struct libscols_cell *cell = scols_line_get_cell(scols_table_get_line(table->grid, j), i);

            filled = filled || scols_cell_get_data(cell) != NULL;
        }
        if (!filled)
            scols_column_set_flags(column, scols_column_get_flags(column) | SCOLS_FL_HIDDEN);
    }
}

enum sc_code sc_table_print(struct sc_table *table, int indent, FILE *stream, struct sc_error *error)
{
    char *text = NULL;

    if (scols_table_get_nlines(table->grid) == 0)
        return SC_OK;
    hide_empty_columns(table);
    if (scols_print_table_to_string(table->grid, &text) != 0 || text == NULL)
        return sc_error_memory(error);
    for (char *line = text; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        size_t length = end != NULL ? (size_t)(end - line) : strlen(line);

        while (length > 0 && line[length - 1] == ' ')
            length--;
        fprintf(stream, "%*s%.*s\n", length > 0 ? indent : 0, "", (int)length, line);
        line = end != NULL ? end + 1 : NULL;
    }
    free(text);
    return SC_OK;
}

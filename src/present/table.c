/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/table.h"

#include "present/human.h"

#include <libsmartcols.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct sc_table {
    struct libscols_table *grid;
    struct libscols_line *last;
    size_t columns;
    size_t *width; /* [columns], with the gap before it; 0: there is no text in the column */
    bool folds;
};

enum { LINE_MOST = 80, GAP = 2 }; /* the gap is that of the column separator */

enum sc_code sc_table_new(const struct sc_table_column *columns, size_t count, bool colour, struct sc_table **table,
                          struct sc_error *error)
{
    struct sc_table *made = calloc(1, sizeof *made);

    if (made == NULL)
        return sc_error_memory(error);
    made->columns = count;
    made->width = calloc(count, sizeof *made->width);
    made->grid = scols_new_table();
    if (made->grid == NULL || made->width == NULL)
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
    free(table->width);
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

void sc_table_fold(struct sc_table *table)
{
    table->folds = true;
}

size_t sc_table_rows(const struct sc_table *table)
{
    return scols_table_get_nlines(table->grid);
}

static size_t wider(size_t width, struct libscols_cell *cell)
{
    const char *text = scols_cell_get_data(cell);
    size_t here = text != NULL ? sc_human_width(text) : 0;

    return here > width ? here : width;
}

static void measure_columns(struct sc_table *table)
{
    for (size_t i = 0; i < table->columns; i++) {
        struct libscols_cell *heading = scols_column_get_header(scols_table_get_column(table->grid, i));
        size_t width = 0;

        for (size_t j = 0; j < scols_table_get_nlines(table->grid); j++)
            width = wider(width, scols_line_get_cell(scols_table_get_line(table->grid, j), i));
        table->width[i] = width > 0 ? wider(width, heading) + GAP : 0;
    }
}

/* Columns beside the first, from the one at `from` on, that a line of `most` letters holds: where they end. */
static size_t block_end(const struct sc_table *table, size_t from, size_t most)
{
    size_t end = from + 1, width = table->width[0] + table->width[from];

    while (end < table->columns && width + table->width[end] <= most + GAP)
        width += table->width[end++];
    return end;
}

static size_t count_blocks(const struct sc_table *table, size_t most)
{
    size_t count = 0;

    for (size_t from = 1; from < table->columns; from = block_end(table, from, most))
        count++;
    return count;
}

/* The shortest line that needs no more blocks than the longest does. */
static size_t choose_line(const struct sc_table *table, size_t longest)
{
    size_t count = count_blocks(table, longest), most = longest;

    while (most > 1 && count_blocks(table, most - 1) == count)
        most--;
    return count > 1 ? most : longest;
}

/* Shows the first column and those from `from` to before `end`, as far as there is text in them. */
static void show_columns(struct sc_table *table, size_t from, size_t end)
{
    for (size_t i = 0; i < table->columns; i++) {
        struct libscols_column *column = scols_table_get_column(table->grid, i);
        int flags = scols_column_get_flags(column) & ~SCOLS_FL_HIDDEN;
        bool shown = (i == 0 || (i >= from && i < end)) && table->width[i] > 0;

        scols_column_set_flags(column, shown ? flags : flags | SCOLS_FL_HIDDEN);
    }
}

/* Whether a row has text in the columns from `from` to before `end`. */
static bool has_text(const struct sc_table *table, size_t row, size_t from, size_t end)
{
    struct libscols_line *line = scols_table_get_line(table->grid, row);

    for (size_t i = from; i < end; i++)
        if (scols_cell_get_data(scols_line_get_cell(line, i)) != NULL)
            return true;
    return false;
}

/* A block below the first is for what its columns hold: rows that have nothing there are not repeated. */
static enum sc_code print_block(struct sc_table *table, size_t from, size_t end, int indent, FILE *stream,
                                struct sc_error *error)
{
    char *text = NULL;
    size_t printed = 0; /* lines, of which the first is the heading */

    show_columns(table, from, end);

    if (scols_print_table_to_string(table->grid, &text) != 0 || text == NULL)
        return sc_error_memory(error);
    for (char *line = text; line != NULL && *line != '\0'; printed++) {
        char *feed = strchr(line, '\n');
        size_t length = feed != NULL ? (size_t)(feed - line) : strlen(line);

        while (length > 0 && line[length - 1] == ' ')
            length--;
        if (from == 1 || printed == 0 || has_text(table, printed - 1, from, end))
            fprintf(stream, "%*s%.*s\n", length > 0 ? indent : 0, "", (int)length, line);
        line = feed != NULL ? feed + 1 : NULL;
    }
    free(text);
    return SC_OK;
}

enum sc_code sc_table_print(struct sc_table *table, int indent, FILE *stream, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    size_t most = SIZE_MAX / 2;

    if (scols_table_get_nlines(table->grid) == 0)
        return SC_OK;
    measure_columns(table);
    if (table->folds)
        most = choose_line(table, LINE_MOST - (size_t)indent);
    for (size_t from = 1, end; code == SC_OK && from < table->columns; from = end) {
        end = block_end(table, from, most);
        if (from > 1)
            putc('\n', stream);
        code = print_block(table, from, end, indent, stream, error);
    }
    return code;
}

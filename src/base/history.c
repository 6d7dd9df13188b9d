/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading histories, row by row. A fault is first written into an error of the row's own: it becomes that of
 * the file, or the row is left out with the fault as its reason.
 */
#include "staffcast/history.h"

#include "base/csv.h"
#include "base/history_order.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One column that may be there: numbers or texts, 0 or more. */
struct column {
    const char *name;
    double **number;
    const char ***text;
    size_t index;
    bool found;
};
enum { COLUMNS_MOST = 8 };

struct reading {
    struct sc_csv *csv;
    struct sc_history *history;
    struct column column[COLUMNS_MOST];         /* the instant is apart */
    size_t columns, instant, contacts, outcome; /* the last two: index into column[], or COLUMNS_MOST */
};

static void columns_list(struct reading *reading)
{
    struct sc_history *h = reading->history;
    const struct column counts[] = {
        {.name = "contacts", .number = &h->contacts}, {.name = "handle_s", .number = &h->handle_s},
        {.name = "answered", .number = &h->answered}, {.name = "abandoned", .number = &h->abandoned},
        {.name = "wait_s", .number = &h->wait_s},     {.name = "agents", .number = &h->agents},
    };
    const struct column log[] = {
        {.name = "channel", .text = &h->channel},     {.name = "wait_s", .number = &h->wait_s},
        {.name = "handle_s", .number = &h->handle_s}, {.name = "wrap_s", .number = &h->wrap_s},
        {.name = "outcome", .text = &h->outcome},     {.name = "agent", .text = &h->agent},
        {.name = "class", .text = &h->class_name},    {.name = "customer", .text = &h->customer},
    };
    bool is_log = h->kind == SC_HISTORY_LOG;
    reading->columns = is_log ? sizeof log / sizeof *log : sizeof counts / sizeof *counts;
    memcpy(reading->column, is_log ? log : counts, reading->columns * sizeof *log);
    reading->contacts = is_log ? COLUMNS_MOST : 0;
    reading->outcome = is_log ? 4 : COLUMNS_MOST;
}

/* What kind of file it is, by its columns. */
static enum sc_code kind_find(struct reading *reading, struct sc_error *error)
{
    size_t start, arrived;
    bool is_counts = sc_csv_find(reading->csv, "start", &start);
    bool is_log = sc_csv_find(reading->csv, "arrived", &arrived);
    if (is_counts && is_log)
        return sc_error_set_at(
            error, SC_INPUT, sc_csv_path(reading->csv), 1,
            "there are both a column \"start\" (interval counts) and a column \"arrived\" (a contact "
            "log); keep one of them");
    if (!is_counts && !is_log) {
        char first[2][64] = {"", ""};
        for (size_t i = 0; i < 2 && i < sc_csv_columns(reading->csv); i++)
            snprintf(first[i], sizeof first[i], "%s%s", i ? ", " : "", sc_csv_name(reading->csv, i));
        return sc_error_set_at(
            error, SC_INPUT, sc_csv_path(reading->csv), 1,
            "there is no column \"start\" (interval counts) or \"arrived\" (a contact log) (found "
            "%s%s%s); add it, or say columns = { start = \"NAME\"; } in the scenario",
            first[0], first[1], sc_csv_columns(reading->csv) > 2 ? ", ..." : "");
    }
    reading->history->kind = is_log ? SC_HISTORY_LOG : SC_HISTORY_COUNTS;
    reading->instant = is_log ? arrived : start;
    return SC_OK;
}

static enum sc_code columns_find(struct reading *reading, struct sc_error *error)
{
    if (kind_find(reading, error) != SC_OK)
        return error->code;
    columns_list(reading);
    for (size_t i = 0; i < reading->columns; i++) {
        struct column *c = &reading->column[i];
        c->found = sc_csv_find(reading->csv, c->name, &c->index);
        if (!c->found && i == reading->contacts)
            return sc_csv_require(reading->csv, c->name, &c->index, error);
    }
    return SC_OK;
}

static enum sc_code arrays_make(struct reading *reading, struct sc_error *error)
{
    struct sc_history *h = reading->history;
    size_t rows = sc_csv_rows(reading->csv) + 1;
    h->line = calloc(rows, sizeof *h->line);
    h->day = calloc(rows, sizeof *h->day);
    h->second = calloc(rows, sizeof *h->second);
    bool made = h->line && h->day && h->second;
    for (size_t i = 0; i < reading->columns && made; i++) {
        struct column *c = &reading->column[i];
        if (c->found && c->number)
            made = (*c->number = calloc(rows, sizeof **c->number)) != NULL;
        else if (c->found)
            made = (*c->text = calloc(rows, sizeof **c->text)) != NULL;
    }
    return made ? SC_OK : sc_error_memory(error);
}

/* Reads one field into place `at`. */
static enum sc_code field_read(const struct reading *reading, size_t i, size_t row, size_t at,
                               struct sc_error *error)
{
    const struct column *c = &reading->column[i];
    const char *text = sc_csv_field(reading->csv, row, c->index);
    if (c->text) {
        if (i == reading->outcome && *text && strcmp(text, "answered") != 0 && strcmp(text, "abandoned") != 0)
            return sc_csv_bad_field(reading->csv, row, c->index, "an outcome", "write answered or abandoned",
                                    error);
        (*c->text)[at] = text;
        return SC_OK;
    }
    double value = NAN;
    if (*text || i == reading->contacts) {
        if (sc_csv_number(reading->csv, row, c->index, &value, error) != SC_OK)
            return error->code;
        if (value < 0 || value > 1e12)
            return sc_csv_bad_field(reading->csv, row, c->index, "in range", "write a number from 0 to 1e12",
                                    error);
    }
    (*c->number)[at] = value;
    return SC_OK;
}

static enum sc_code row_read(const struct reading *reading, size_t row, size_t at, struct sc_error *error)
{
    struct sc_history *h = reading->history;
    if (!sc_instant_parse(sc_csv_field(reading->csv, row, reading->instant), &h->day[at], &h->second[at]))
        return sc_csv_bad_field(reading->csv, row, reading->instant, "an instant",
                                "write one such as 2026-01-05 08:30", error);
    for (size_t i = 0; i < reading->columns; i++)
        if (reading->column[i].found && field_read(reading, i, row, at, error) != SC_OK)
            return error->code;
    h->line[at] = sc_csv_line(reading->csv, row);
    return SC_OK;
}

static enum sc_code skip_add(struct sc_history *h, int line, const char *message, struct sc_error *error)
{
    size_t count = h->skip_count;
    if ((count & (count - 1)) == 0) { /* a power of two is full */
        void *grown = realloc(h->skip, (count ? 2 * count : 1) * sizeof *h->skip);
        if (!grown)
            return sc_error_memory(error);
        h->skip = grown;
    }
    char *copy = strdup(message);
    if (!copy)
        return sc_error_memory(error);
    h->skip[h->skip_count++] = (struct sc_history_skip){line, copy};
    return SC_OK;
}

static int compare_skips(const void *a, const void *b)
{
    const struct sc_history_skip *x = a, *y = b;
    return x->line < y->line ? -1 : x->line > y->line;
}

static enum sc_code rows_read(struct reading *reading, bool skip, struct sc_error *error)
{
    struct sc_history *h = reading->history;
    for (size_t i = 0; i < sc_csv_skipped(reading->csv); i++)
        if (skip_add(h, sc_csv_skipped_line(reading->csv, i), "the row has not as many fields as the header",
                     error) != SC_OK)
            return error->code;
    for (size_t row = 0; row < sc_csv_rows(reading->csv); row++) {
        struct sc_error wrong = SC_ERROR_INIT;
        if (row_read(reading, row, h->rows, &wrong) == SC_OK)
            h->rows++;
        else if (!skip || wrong.code != SC_INPUT) {
            *error = wrong;
            return error->code;
        } else if (skip_add(h, sc_csv_line(reading->csv, row), wrong.message, error) != SC_OK)
            return error->code;
    }
    if (h->skip_count)
        qsort(h->skip, h->skip_count, sizeof *h->skip, compare_skips);
    if (h->rows == 0)
        return sc_error_set_at(error, SC_INPUT, sc_csv_path(reading->csv), 0,
                               "the file has no row that can be read (found %zu bad rows); write one a line",
                               h->skip_count);
    for (size_t i = 0; i < h->rows && h->contacts && !h->fraction_line; i++)
        if (h->contacts[i] != floor(h->contacts[i]))
            h->fraction_line = h->line[i];
    return SC_OK;
}

enum sc_code sc_history_read(const char *path, const struct sc_history_options *options,
                             struct sc_history **history, struct sc_error *error)
{
    static const struct sc_history_options none = {NULL, 0, false};
    struct reading reading = {.history = calloc(1, sizeof *reading.history)};
    options = options ? options : &none;
    if (!reading.history) {
        sc_error_memory(error);
        goto done;
    }
    if (sc_csv_read(path, options->skip_bad_rows ? SC_CSV_BAD_SKIPPED : SC_CSV_BAD_FAILS, &reading.csv,
                    error) != SC_OK)
        goto done;
    reading.history->file = reading.csv;
    reading.history->path = sc_csv_path(reading.csv);
    for (size_t i = 0; i < options->column_count; i++)
        if (sc_csv_map(reading.csv, options->columns[i], error) != SC_OK)
            goto done;
    if (columns_find(&reading, error) != SC_OK || arrays_make(&reading, error) != SC_OK ||
        rows_read(&reading, options->skip_bad_rows, error) != SC_OK)
        goto done;
    if ((reading.history->kind == SC_HISTORY_LOG ? sc_history_sort : sc_history_check)(reading.history,
                                                                                       error) != SC_OK)
        goto done;
    *history = reading.history;
    reading.history = NULL;
done:
    sc_history_free(reading.history);
    return error->code;
}

void sc_history_free(struct sc_history *history)
{
    if (!history)
        return;
    free(history->line);
    free(history->day);
    free(history->second);
    free(history->contacts);
    free(history->answered);
    free(history->abandoned);
    free(history->agents);
    free(history->handle_s);
    free(history->wait_s);
    free(history->wrap_s);
    free(history->channel);
    free(history->outcome);
    free(history->agent);
    free(history->class_name);
    free(history->customer);
    for (size_t i = 0; i < history->skip_count; i++)
        free(history->skip[i].message);
    free(history->skip);
    sc_csv_free(history->file);
    free(history);
}

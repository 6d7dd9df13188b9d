/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A roster from a file: CSV with the columns `start` (an instant) and `agents`, see SPEC 5. Heads hold from
 * their instant until the next.
 */
#include "base/csv.h"
#include "base/number.h"
#include "scenario/data_files.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char uneven_row[] = "the row has not as many fields as the header";

static int compare_steps(const void *a, const void *b)
{
    const struct sc_roster_step *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->second < y->second ? -1 : x->second > y->second;
}

static void report(struct sc_reader *reader, const struct sc_node *node, const struct sc_error *error)
{
    if (error->file[0])
        sc_faults_add(reader->faults, false, (struct sc_where){error->file, error->line}, "%s",
                      error->message);
    else
        sc_reader_fault(reader, node, "%s", error->message);
}

/* Reads one row; a faulty one is reported by its place. */
static enum sc_code read_row(const struct sc_csv *csv, size_t row, size_t start, size_t agents,
                             struct sc_roster_step *step, struct sc_error *error)
{
    static const char instant[] = "write one such as 2026-01-05 08:30";
    double heads;
    if (!sc_instant_parse(sc_csv_field(csv, row, start), &step->day, &step->second))
        return sc_csv_bad_field(csv, row, start, "an instant", instant, error);
    if (sc_csv_number(csv, row, agents, &heads, error) != SC_OK)
        return error->code;
    if (heads < 0 || heads > 1e6 || heads != floor(heads))
        return sc_csv_bad_field(csv, row, agents, "a number of heads",
                                "write a whole number from 0 to 1000000", error);
    step->agents = (int)heads;
    return SC_OK;
}

static void read_rows(struct sc_reader *reader, const struct sc_node *node, const struct sc_csv *csv,
                      struct sc_pool *pool)
{
    struct sc_error error = SC_ERROR_INIT;
    size_t start, agents, rows = sc_csv_rows(csv), faults = 0;
    if (sc_csv_require(csv, "start", &start, &error) != SC_OK ||
        sc_csv_require(csv, "agents", &agents, &error) != SC_OK) {
        report(reader, node, &error);
        return;
    }
    struct sc_roster_step *steps = sc_arena_array(reader->arena, rows, sizeof *steps);
    if (!steps) {
        reader->faults->out_of_memory = true;
        return;
    }
    size_t kept = 0, uneven = sc_csv_skipped(csv), left_out = uneven;
    for (size_t i = 0; i < uneven; i++)
        sc_left_out_row(reader, sc_csv_path(csv), i, sc_csv_skipped_line(csv, i), uneven_row);
    for (size_t row = 0; row < rows && faults < 20; row++) {
        struct sc_error wrong = SC_ERROR_INIT;
        if (read_row(csv, row, start, agents, &steps[kept], &wrong) == SC_OK)
            kept++;
        else if (reader->document->skip_bad_rows)
            sc_left_out_row(reader, sc_csv_path(csv), left_out++, sc_csv_line(csv, row), wrong.message);
        else {
            report(reader, node, &wrong);
            faults++;
        }
    }
    sc_left_out_sum(reader, sc_csv_path(csv), left_out, rows + uneven);
    rows = kept;
    if (faults)
        return;
    if (!rows) {
        sc_reader_fault(reader, node, "the roster has no rows (%s); write start and agents",
                        sc_csv_path(csv));
        return;
    }
    qsort(steps, rows, sizeof *steps, compare_steps);
    for (size_t row = 1; row < rows; row++)
        if (compare_steps(&steps[row - 1], &steps[row]) == 0) {
            char text[17];
            sc_instant_format(steps[row].day, steps[row].second, text);
            sc_reader_fault(reader, node,
                            "the roster names an instant twice (found %s in %s); write each once", text,
                            sc_csv_path(csv));
            return;
        }
    pool->steps = steps;
    pool->step_count = rows;
}

void sc_read_roster_file(struct sc_reader *reader, const struct sc_node *node, struct sc_pool *pool)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_csv *csv = NULL;
    enum sc_csv_bad bad = reader->document->skip_bad_rows ? SC_CSV_BAD_SKIPPED : SC_CSV_BAD_FAILS;
    if (sc_csv_read(pool->roster_file, bad, &csv, &error) != SC_OK)
        goto done;
    const char **pairs = sc_column_pairs(reader->arena, pool->roster_columns, pool->roster_column_count);
    if (!pairs)
        sc_error_memory(&error);
    for (size_t i = 0; pairs && i < pool->roster_column_count; i++)
        sc_csv_map(csv, pairs[i], &error);
    if (error.code == SC_OK)
        read_rows(reader, node, csv, pool);
done:
    if (error.code == SC_SYSTEM && !error.file[0])
        reader->faults->out_of_memory = true;
    else if (error.code != SC_OK)
        report(reader, node, &error);
    sc_csv_free(csv);
}

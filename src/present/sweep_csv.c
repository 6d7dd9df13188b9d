/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/sweep.h"

#include "present/csv.h"

struct csv {
    FILE *stream;
    size_t axes;
};

static void begin(void *context, const char *const *axis, size_t axis_count)
{
    struct csv *csv = context;

    csv->axes = axis_count;
    fputs("point,scenario,", csv->stream);
    for (size_t i = 0; i < axis_count; i++) {
        sc_csv_put_text(csv->stream, axis[i]);
        putc(',', csv->stream);
    }
    fputs("metric,mean,low,high\n", csv->stream);
}

static void write_row(void *context, const struct sc_sweep_row *row)
{
    const struct csv *csv = context;
    const double number[] = {row->figure.mean, row->figure.low, row->figure.high};

    fprintf(csv->stream, "%llu,", (unsigned long long)row->point);
    sc_csv_put_text(csv->stream, row->scenario);
    putc(',', csv->stream);
    for (size_t i = row->override_count - csv->axes; i < row->override_count; i++) {
        sc_csv_put_text(csv->stream, sc_override_value(row->override[i]));
        putc(',', csv->stream);
    }
    sc_csv_put_text(csv->stream, row->metric);
    for (size_t i = 0; i < 3; i++) {
        putc(',', csv->stream);
        sc_csv_put_number(csv->stream, number[i]);
    }
    putc('\n', csv->stream);
}

enum sc_code sc_sweep_write_csv(FILE *stream, const char *database, const char *const *metrics, size_t metric_count,
                                struct sc_error *error)
{
    struct csv csv = {stream, 0};

    return sc_sweep_each(database, metrics, metric_count, begin, write_row, &csv, error);
}

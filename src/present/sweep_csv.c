/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sweep as CSV: of each point its levels and its figures, a row each under points.ID. A level that is a number is the
 * mean of its row (shares of percents, seconds of durations). A word is in the path, and 1 says that it holds there:
 * points.7.axes.routing.agent = random. So is the scenario where there are several.
 */
#include "present/sweep.h"

#include "decide/study_private.h"
#include "present/csv.h"

#include <math.h>

struct csv {
    FILE *stream;
    bool several;            /* scenarios */
    const char *const *axis; /* [axes], their paths */
    size_t axes;
    char id[24]; /* of the point that is being written */
};

static void begin(void *context, size_t scenarios, const char *const *axis, size_t axis_count)
{
    struct csv *csv = context;

    csv->several = scenarios > 1;
    csv->axis = axis;
    csv->axes = axis_count;
    fputs(SC_CSV_HEADER, csv->stream);
}

static void write_level(const struct csv *csv, const char *path, const char *override)
{
    enum sc_axis_unit unit;
    double level;
    bool number = sc_axis_number_parse(sc_override_value(override), &level, &unit);
    const char *const parts[] = {"points", csv->id, "axes", number ? path : override, NULL};

    sc_csv_put_row(csv->stream, parts, (struct sc_figure){number ? level : 1, NAN, NAN});
}

static void write_point(void *context, const struct sc_sweep_row *row)
{
    struct csv *csv = context;
    const char *const parts[] = {"points", csv->id, "scenario", row->scenario, NULL};

    snprintf(csv->id, sizeof csv->id, "%llu", (unsigned long long)row->point);
    if (csv->several)
        sc_csv_put_row(csv->stream, parts, (struct sc_figure){1, NAN, NAN});
    for (size_t i = 0; i < csv->axes; i++)
        write_level(csv, csv->axis[i], row->override[row->override_count - csv->axes + i]);
}

static void write_figure(void *context, const struct sc_sweep_row *row)
{
    const struct csv *csv = context;
    const char *const parts[] = {"points", csv->id, row->metric, NULL};

    sc_csv_put_row(csv->stream, parts, row->figure);
}

enum sc_code sc_sweep_write_csv(FILE *stream, const char *database, const char *const *metrics, size_t metric_count,
                                struct sc_error *error)
{
    struct csv csv = {.stream = stream};
    const struct sc_sweep_reader reader = {&csv, begin, write_point, write_figure};

    return sc_sweep_each(database, metrics, metric_count, &reader, error);
}

enum sc_code sc_sweep_write_plan_csv(FILE *stream, const char *database, struct sc_error *error)
{
    struct csv csv = {.stream = stream};
    const struct sc_sweep_reader reader = {&csv, begin, write_point, NULL};

    return sc_sweep_each(database, NULL, 0, &reader, error);
}

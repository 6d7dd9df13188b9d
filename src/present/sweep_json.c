/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/sweep.h"

#include "present/json.h"

#include <stdlib.h>
#include <string.h>

static void write_figure(struct sc_json *json, struct sc_figure figure)
{
    sc_json_object_begin(json, "figure", true);
    sc_json_number(json, "mean", figure.mean);
    sc_json_number(json, "low", figure.low);
    sc_json_number(json, "high", figure.high);
    sc_json_end(json);
}

static void begin_point(struct sc_json *json, const struct sc_sweep_row *row, bool in_line)
{
    sc_json_object_begin(json, NULL, in_line);
    sc_json_number(json, "point", (double)row->point);
    sc_json_string(json, "scenario", row->scenario);
    sc_json_array_begin(json, "overrides", true);
    for (size_t i = 0; i < row->override_count; i++)
        sc_json_string(json, NULL, row->override[i]);
    sc_json_end(json);
}

static void write_point(struct sc_json *json, const struct sc_sweep_row *row)
{
    begin_point(json, row, false);
    write_figure(json, row->figure);
    sc_json_end(json);
}

static void write_side(struct sc_json *json, const char *key, const struct sc_sweep_side *side)
{
    if (side->count == 0) {
        sc_json_null(json, key);
        return;
    }
    sc_json_object_begin(json, key, true);
    sc_json_string(json, "path", side->path);
    sc_json_array_begin(json, "levels", true);
    for (size_t i = 0; i < side->count; i++)
        sc_json_string(json, NULL, side->level[i]);
    sc_json_end(json);
    sc_json_end(json);
}

static void write_by(struct sc_json *json, const struct sc_sweep_view *view)
{
    size_t columns = view->side[1].count > 0 ? view->side[1].count : 1;

    if (view->side[0].count == 0) {
        sc_json_null(json, "by");
        return;
    }
    sc_json_object_begin(json, "by", false);
    write_side(json, "rows", &view->side[0]);
    write_side(json, "columns", &view->side[1]);
    sc_json_array_begin(json, "mean", false);
    for (size_t i = 0; i < view->side[0].count; i++) {
        sc_json_array_begin(json, NULL, true);
        for (size_t j = 0; j < columns; j++)
            sc_json_number(json, NULL, view->mean[i * columns + j]);
        sc_json_end(json);
    }
    sc_json_end(json);
    sc_json_end(json);
}

/* "20", or of scenarios that differ in it "20, 30". */
static void write_replications(struct sc_json *json, const char *text)
{
    bool several = text != NULL && strchr(text, ',') != NULL;
    char *end;

    if (text == NULL)
        sc_json_null(json, "replications");
    if (several)
        sc_json_array_begin(json, "replications", true);
    for (; text != NULL; text = *end == ',' ? end + 1 : NULL)
        sc_json_number(json, several ? NULL : "replications", strtod(text, &end));
    if (several)
        sc_json_end(json);
}

void sc_sweep_write_json(FILE *stream, const struct sc_sweep_view *view)
{
    struct sc_json json;

    sc_json_init(&json, stream);
    sc_json_object_begin(&json, NULL, false);
    sc_json_string(&json, "schema", SC_SWEEP_SCHEMA);
    sc_json_string(&json, "database", view->file);
    sc_json_string(&json, "version", view->version);
    sc_json_string(&json, "seed", view->seed);
    write_replications(&json, view->replications);
    sc_json_number(&json, "points", (double)view->points);
    sc_json_number(&json, "done", (double)view->done);
    sc_json_string(&json, "metric", view->metric);
    sc_json_string(&json, "wanted", view->highest ? "highest" : "lowest");
    sc_json_array_begin(&json, "best", false);
    for (size_t i = 0; i < view->best_count; i++)
        write_point(&json, &view->best[i]);
    sc_json_end(&json);
    write_by(&json, view);
    sc_json_end(&json);
}

/* --- the points alone --- */

static void skip_axes(void *context, size_t scenarios, const char *const *axis, size_t axis_count)
{
    (void)context;
    (void)scenarios;
    (void)axis;
    (void)axis_count;
}

static void write_planned(void *context, const struct sc_sweep_row *row)
{
    begin_point(context, row, true);
    sc_json_end(context);
}

enum sc_code sc_sweep_write_plan_json(FILE *stream, const char *database, struct sc_error *error)
{
    struct sc_json json;
    const struct sc_sweep_reader reader = {&json, skip_axes, write_planned, NULL};
    uint64_t points = 0, done = 0;
    enum sc_code code = sc_sweep_count(database, &points, &done, error);

    if (code != SC_OK)
        return code;
    sc_json_init(&json, stream);
    sc_json_object_begin(&json, NULL, false);
    sc_json_string(&json, "schema", SC_SWEEP_SCHEMA);
    sc_json_string(&json, "database", database);
    sc_json_number(&json, "points", (double)points);
    sc_json_number(&json, "done", (double)done);
    sc_json_array_begin(&json, "plan", false);
    code = sc_sweep_each(database, NULL, 0, &reader, error);
    sc_json_end(&json);
    sc_json_end(&json);
    return code;
}

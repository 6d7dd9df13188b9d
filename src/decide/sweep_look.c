/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a sweep's database, read one by one. */
#include "decide/sweep_look.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *sc_override_value(const char *override)
{
    const char *equals = strchr(override, '=');
    const char *value = equals ? equals + 1 : override;
    return value + strspn(value, " ");
}

/* --- the axes ---------------------------------------------------------------------------------------- */

static enum sc_code read_axes(struct sc_look *look)
{
    const char *set_text = sc_meta_get(&look->meta, "set"), *axes_text = sc_meta_get(&look->meta, "axes");
    json_t *set = set_text ? json_loads(set_text, 0, NULL) : NULL;
    json_t *axes = axes_text ? json_loads(axes_text, 0, NULL) : NULL;
    enum sc_code code = SC_OK;
    if (!json_is_array(set) || !json_is_array(axes)) {
        code = sc_error_set(look->error, SC_INPUT, "'%s' does not say which axes it has; sweep it again",
                            look->store.file);
        goto done;
    }
    look->axis = calloc(json_array_size(axes) + 1, sizeof *look->axis);
    if (!look->axis) {
        code = sc_error_memory(look->error);
        goto done;
    }
    for (size_t i = 0; i < json_array_size(axes) && code == SC_OK; i++) {
        json_t *axis = json_array_get(axes, i);
        const char *path = json_string_value(json_object_get(axis, "path"));
        const char *effect = json_string_value(json_object_get(axis, "effect"));
        look->axis[i] =
            (struct sc_look_axis){strdup(path ? path : ""), strdup(effect ? effect : "="), json_array_size(set) + i,
                                  json_object_get(axis, "values") || json_object_get(axis, "steps")};
        look->axes++;
        if (!look->axis[i].path || !look->axis[i].effect)
            code = sc_error_memory(look->error);
    }
done:
    json_decref(set);
    json_decref(axes);
    return code;
}

enum sc_code sc_look_open(struct sc_look *look, const char *database, struct sc_error *error)
{
    *look = (struct sc_look){.store = SC_STORE_INIT, .error = error};
    enum sc_code code = sc_store_open_read(&look->store, database, error);
    if (code == SC_OK) /* all answers are of one instant */
        code = sqlite3_exec(look->store.db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK
                   ? SC_OK
                   : sc_store_fail(&look->store, error);
    if (code == SC_OK)
        code = sc_store_meta(&look->store, &look->meta, error);
    return code == SC_OK ? read_axes(look) : code;
}

void sc_look_close(struct sc_look *look)
{
    for (size_t i = 0; i < look->axes; i++) {
        free(look->axis[i].path);
        free(look->axis[i].effect);
    }
    free(look->axis);
    sc_meta_release(&look->meta);
    sc_store_close(&look->store);
}

/* --- rows -------------------------------------------------------------------------------------------- */

void sc_look_row_release(struct sc_sweep_row *row)
{
    for (size_t i = 0; row->override && i < row->override_count; i++)
        free(row->override[i]);
    free(row->override);
    free(row->scenario);
    free(row->metric);
    *row = (struct sc_sweep_row){.point = 0};
}

static bool row_overrides(struct sc_sweep_row *row, const char *text)
{
    json_t *json = json_loads(text, 0, NULL);
    row->override_count = json_array_size(json);
    row->override = calloc(row->override_count + 1, sizeof(char *));
    bool fine = row->override != NULL;
    for (size_t i = 0; fine && i < row->override_count; i++) {
        const char *override = json_string_value(json_array_get(json, i));
        row->override[i] = strdup(override ? override : "");
        fine = row->override[i] != NULL;
    }
    json_decref(json);
    return fine;
}

double sc_look_number(sqlite3_stmt *query, int column)
{
    return sqlite3_column_type(query, column) == SQLITE_NULL ? NAN : sqlite3_column_double(query, column);
}

const char *sc_look_text(sqlite3_stmt *query, int column)
{
    const char *text = (const char *)sqlite3_column_text(query, column);
    return text ? text : "";
}

static struct sc_figure figure_at(sqlite3_stmt *query, int column)
{
    return (struct sc_figure){sc_look_number(query, column), sc_look_number(query, column + 1),
                              sc_look_number(query, column + 2)};
}

/* id, scenario, overrides */
static enum sc_code point_read(struct sc_sweep_row *row, sqlite3_stmt *query, struct sc_error *error)
{
    row->point = (uint64_t)sqlite3_column_int64(query, 0);
    row->scenario = strdup(sc_look_text(query, 1));
    return row->scenario && row_overrides(row, sc_look_text(query, 2)) ? SC_OK : sc_error_memory(error);
}

/* id, scenario, overrides, metric, mean, low, high */
enum sc_code sc_look_row(struct sc_sweep_row *row, sqlite3_stmt *query, struct sc_error *error)
{
    row->metric = strdup(sc_look_text(query, 3));
    row->figure = figure_at(query, 4);
    return row->metric ? point_read(row, query, error) : sc_error_memory(error);
}

enum sc_code sc_look_prepare(struct sc_look *look, const char *sql, sqlite3_stmt **query)
{
    return sqlite3_prepare_v2(look->store.db, sql, -1, query, NULL) == SQLITE_OK
               ? SC_OK
               : sc_store_fail(&look->store, look->error);
}

enum sc_code sc_look_scenarios(struct sc_look *look, size_t *scenarios)
{
    uint64_t count = 0;
    enum sc_code code =
        sc_store_number(&look->store, "SELECT count(DISTINCT scenario) FROM point", &count, look->error);
    *scenarios = (size_t)count;
    return code;
}

/* --- all of them ------------------------------------------------------------------------------------- */

/* The figures of a point that fit; metric, mean, low, high. */
static enum sc_code each_figure(struct sc_look *look, sqlite3_stmt *query, struct sc_sweep_row *row,
                                const char *const *metrics, size_t metric_count, const struct sc_sweep_reader *reader)
{
    int step;
    sqlite3_bind_int64(query, 1, (sqlite3_int64)row->point);
    while ((step = sqlite3_step(query)) == SQLITE_ROW) {
        char *metric = (char *)sc_look_text(query, 0);
        bool fits = metric_count == 0;
        for (size_t i = 0; !fits && i < metric_count; i++)
            fits = sc_path_fits(metric, metrics[i]);
        if (!fits)
            continue;
        row->metric = metric;
        row->figure = figure_at(query, 1);
        reader->figure(reader->context, row);
    }
    row->metric = NULL; /* it was SQLite's */
    sqlite3_reset(query);
    return step == SQLITE_DONE ? SC_OK : sc_store_fail(&look->store, look->error);
}

/* The paths of the axes, which are the caller's to free; their texts stay in `look`. */
static enum sc_code begin_each(struct sc_look *look, const struct sc_sweep_reader *reader, const char ***paths)
{
    const char **axis = *paths = calloc(look->axes + 1, sizeof *axis);
    size_t scenarios = 0;
    enum sc_code code = axis ? sc_look_scenarios(look, &scenarios) : sc_error_memory(look->error);
    for (size_t i = 0; axis && i < look->axes; i++)
        axis[i] = look->axis[i].path;
    if (code == SC_OK)
        reader->begin(reader->context, scenarios, axis, look->axes);
    return code;
}

enum sc_code sc_sweep_each(const char *database, const char *const *metrics, size_t metric_count,
                           const struct sc_sweep_reader *reader, struct sc_error *error)
{
    struct sc_look look;
    sqlite3_stmt *points = NULL, *figures = NULL;
    const char **axis = NULL;
    int step = SQLITE_DONE;
    enum sc_code code = sc_look_open(&look, database, error);
    if (code == SC_OK)
        code = sc_look_prepare(&look, "SELECT id, scenario, overrides FROM point ORDER BY id", &points);
    if (code == SC_OK)
        code = sc_look_prepare(&look, "SELECT metric, mean, low, high FROM figure WHERE point = ? ORDER BY metric",
                               &figures);
    if (code == SC_OK)
        code = begin_each(&look, reader, &axis);
    while (code == SC_OK && (step = sqlite3_step(points)) == SQLITE_ROW) {
        struct sc_sweep_row row = {.point = 0};
        code = point_read(&row, points, error);
        if (code == SC_OK)
            reader->point(reader->context, &row);
        if (code == SC_OK && reader->figure)
            code = each_figure(&look, figures, &row, metrics, metric_count, reader);
        sc_look_row_release(&row);
    }
    if (code == SC_OK && step != SQLITE_DONE)
        code = sc_store_fail(&look.store, error);
    sqlite3_finalize(points);
    sqlite3_finalize(figures);
    free(axis);
    sc_look_close(&look);
    return code;
}

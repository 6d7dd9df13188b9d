/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in a database: the best points by a metric, and its mean by two axes. */
#include "decide/sweep_look.h"

#include "base/text.h"
#include "decide/study_private.h"
#include "staffcast/selection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the metric -------------------------------------------------------------------------------------- */

/* What stands behind the names in a path: "service_level" of "channels.phone.classes.vip.service_level". */
static const char *metric_name(const char *path)
{
    bool channel = strncmp(path, "channels.", 9) == 0, pool = strncmp(path, "pools.", 6) == 0;
    const char *dot = strchr(path, '.');
    if (!dot || !(channel || pool))
        return dot ? dot + 1 : path;
    const char *name = strchr(dot + 1, '.');
    if (name && channel && strncmp(name, ".classes.", 9) == 0)
        name = strchr(name + 9, '.');
    return name ? name + 1 : path;
}

/* The metric at the end of a path; NULL: none of the three tables (events, work by channel). */
static const struct sc_metric *metric_at(const char *path)
{
    const struct {
        const char *begin;
        const struct sc_metric *metrics;
        size_t count;
    } tables[] = {{"channels.", sc_channel_metrics, sc_channel_metric_count},
                  {"pools.", sc_pool_metrics, sc_pool_metric_count},
                  {"totals.", sc_total_metrics, sc_total_metric_count}};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        int found = strncmp(path, tables[i].begin, strlen(tables[i].begin)) == 0
                        ? sc_metric_find(tables[i].metrics, tables[i].count, metric_name(path))
                        : -1;
        if (found >= 0)
            return &tables[i].metrics[found];
    }
    return NULL;
}

/* What a figure is, and whether a centre wants more of it. "goals.METRIC.DATE.figure" is as its metric is. */
static void judge_metric(const char *path, enum sc_unit *unit, bool *more)
{
    char inner[512];
    bool goal = strncmp(path, "goals.", 6) == 0;
    size_t length = strlen(path);
    *more = goal && length > 12 && strcmp(path + length - 12, ".probability") == 0;
    *unit = *more                                                ? SC_UNIT_SHARE
            : length > 2 && strcmp(path + length - 2, "_s") == 0 ? SC_UNIT_SECONDS
                                                                 : SC_UNIT_NUMBER;
    snprintf(inner, sizeof inner, "%s", goal ? path + 6 : path);
    for (char *dot = goal ? strrchr(inner, '.') : NULL; dot && !metric_at(inner); dot = strrchr(inner, '.'))
        *dot = '\0';
    const struct sc_metric *metric = metric_at(inner);
    if (metric && !*more) {
        *unit = metric->unit;
        *more = sc_metric_direction(metric) == SC_DIRECTION_HIGHEST;
    }
}

/* Whether any point has the metric, as more than NULL where `known`. */
static enum sc_code has_metric(struct sc_look *look, const char *metric, bool known, bool *has)
{
    sqlite3_stmt *query = NULL;
    enum sc_code code = sc_look_prepare(look,
                                known ? "SELECT 1 FROM point CROSS JOIN figure ON point = id AND metric = ? WHERE "
                                        "mean IS NOT NULL LIMIT 1"
                                      : "SELECT 1 FROM point CROSS JOIN figure ON point = id AND metric = ? "
                                        "LIMIT 1",
                                &query);
    if (code == SC_OK) {
        sqlite3_bind_text(query, 1, metric, -1, SQLITE_STATIC);
        *has = sqlite3_step(query) == SQLITE_ROW;
    }
    sqlite3_finalize(query);
    return code;
}

/* Refuses a metric that is not there, with the nearest of those that are. */
static enum sc_code refuse_metric(struct sc_look *look, const char *metric)
{
    sqlite3_stmt *query = NULL;
    char nearest[512] = "";
    int fewest = 1 << 30;
    enum sc_code code =
        sc_look_prepare(look, "SELECT metric FROM figure WHERE point = (SELECT min(point) FROM figure)", &query);
    while (code == SC_OK && sqlite3_step(query) == SQLITE_ROW) {
        int here = sc_text_distance(metric, sc_look_text(query, 0));
        if (here < fewest) {
            fewest = here;
            snprintf(nearest, sizeof nearest, "%s", sc_look_text(query, 0));
        }
    }
    sqlite3_finalize(query);
    if (code != SC_OK)
        return code;
    if (!nearest[0])
        return sc_error_set(look->error, SC_INPUT, "'%s' has no figures yet; sweep first", look->store.file);
    return sc_error_set(look->error, SC_USAGE, "no figure '%s' in '%s'; the nearest is '%s'", metric, look->store.file,
                        nearest);
}

static enum sc_code choose_metric(struct sc_look *look, const char *asked, struct sc_sweep_view *view)
{
    static const char *const usual[] = {"totals.service_level", "totals.wait_mean_s"};
    bool has = false;
    enum sc_code code = SC_OK;
    const char *metric = asked;
    if (asked)
        code = has_metric(look, asked, false, &has);
    for (size_t i = 0; !asked && code == SC_OK && !has && i < 2; i++) {
        metric = usual[i];
        code = has_metric(look, metric, true, &has);
    }
    sqlite3_stmt *query = NULL;
    if (!asked && code == SC_OK && !has) { /* a sweep that kept others */
        code = sc_look_prepare(look, "SELECT metric FROM figure ORDER BY point, metric LIMIT 1", &query);
        has = code == SC_OK && sqlite3_step(query) == SQLITE_ROW;
        if (has)
            metric = sc_look_text(query, 0);
    }
    if (code == SC_OK && !has && (asked || view->done > 0))
        code = refuse_metric(look, metric);
    if (code == SC_OK && !(view->metric = strdup(metric)))
        code = sc_error_memory(look->error);
    sqlite3_finalize(query);
    return code;
}

/* --- the best ---------------------------------------------------------------------------------------- */

static enum sc_code read_best(struct sc_look *look, size_t rows, struct sc_sweep_view *view)
{
    sqlite3_stmt *query = NULL;
    enum sc_code code =
        sc_look_prepare(look,
                view->highest
                    ? "SELECT id, scenario, overrides, metric, mean, low, high FROM point CROSS JOIN figure ON "
                      "point = id AND metric = ? WHERE mean IS NOT NULL ORDER BY mean DESC, id LIMIT ?"
                    : "SELECT id, scenario, overrides, metric, mean, low, high FROM point CROSS JOIN figure ON "
                      "point = id AND metric = ? WHERE mean IS NOT NULL ORDER BY mean, id LIMIT ?",
                &query);
    view->best = calloc(rows + 1, sizeof *view->best);
    if (code == SC_OK && !view->best)
        code = sc_error_memory(look->error);
    if (code == SC_OK) {
        sqlite3_bind_text(query, 1, view->metric, -1, SQLITE_STATIC);
        sqlite3_bind_int64(query, 2, (sqlite3_int64)rows);
        while (code == SC_OK && view->best_count < rows && sqlite3_step(query) == SQLITE_ROW)
            code = sc_look_row(&view->best[view->best_count++], query, look->error);
    }
    sqlite3_finalize(query);
    return code;
}

/* --- by two sides ------------------------------------------------------------------------------------ */

static enum sc_code name_axes(const struct sc_look *look, struct sc_sweep_view *view)
{
    view->axis = calloc(look->axes + 1, sizeof *view->axis);
    for (size_t i = 0; view->axis && i < look->axes; i++) {
        view->axis[i].path = strdup(look->axis[i].path);
        view->axis[i].effect = strdup(look->axis[i].effect);
        view->axis_count++;
        if (!view->axis[i].path || !view->axis[i].effect)
            return sc_error_memory(look->error);
    }
    return view->axis ? SC_OK : sc_error_memory(look->error);
}

/* The axis of a side; -1: the scenarios. */
struct choice {
    int axis[2];
    size_t count;
};

static enum sc_code choose_named(struct sc_look *look, const struct sc_sweep_question *question, struct choice *choice)
{
    for (size_t k = 0; k < 2 && question->by[k]; k++) {
        bool found = strcmp(question->by[k], "scenario") == 0;
        int at = -1;
        for (size_t i = 0; i < look->axes && !found; i++) {
            found = strcmp(look->axis[i].path, question->by[k]) == 0;
            at = (int)i;
        }
        if (!found)
            return sc_error_set(look->error, SC_USAGE, "no axis '%s' in '%s'; name one such as '%s', or 'scenario'",
                                question->by[k], look->store.file, look->axes ? look->axis[0].path : "…");
        if (at >= 0 && !look->axis[at].has_levels)
            return sc_error_set(look->error, SC_USAGE,
                                "the axis '%s' has no levels that a table could have; name another", question->by[k]);
        choice->axis[choice->count++] = at;
    }
    return SC_OK;
}

static enum sc_code choose_sides(struct sc_look *look, const struct sc_sweep_question *question,
                                 const struct sc_sweep_view *view, struct choice *choice)
{
    if (question->by[0])
        return choose_named(look, question, choice);
    for (size_t i = 0; i < look->axes && choice->count < 2; i++)
        if (look->axis[i].has_levels)
            choice->axis[choice->count++] = (int)i;
    if (view->scenarios > 1 && choice->count < 2)
        choice->axis[choice->count++] = -1;
    return SC_OK;
}

static const char *side_expression(const struct sc_look *look, int axis, char text[64])
{
    if (axis < 0)
        return "scenario";
    snprintf(text, 64, "json_extract(overrides, '$[%zu]')", look->axis[axis].place);
    return text;
}

static int compare_levels(const void *a, const void *b)
{
    double x = 0, y = 0;
    enum sc_axis_unit unit;
    sc_axis_number_parse(*(char *const *)a, &x, &unit);
    sc_axis_number_parse(*(char *const *)b, &y, &unit);
    return (x > y) - (x < y);
}

/* The levels of a side, numbers in their order, others as they come. */
static enum sc_code read_side(struct sc_look *look, int axis, struct sc_sweep_side *side)
{
    char expression[64], sql[256];
    sqlite3_stmt *query = NULL;
    bool numbers = true;
    enum sc_axis_unit unit;
    double number;
    side->path = strdup(axis < 0 ? "scenario" : look->axis[axis].path);
    side->effect = strdup(axis < 0 ? "" : look->axis[axis].effect);
    snprintf(sql, sizeof sql, "SELECT %s, min(id) FROM point GROUP BY 1 ORDER BY 2",
             side_expression(look, axis, expression));
    enum sc_code code = side->path && side->effect ? sc_look_prepare(look, sql, &query) : sc_error_memory(look->error);
    while (code == SC_OK && sqlite3_step(query) == SQLITE_ROW) {
        char **grown = realloc(side->level, (side->count + 1) * sizeof *grown);
        const char *text = sc_look_text(query, 0);
        char *level = grown ? strdup(axis < 0 ? text : sc_override_value(text)) : NULL;
        side->level = grown ? grown : side->level;
        if (!level) {
            code = sc_error_memory(look->error);
            break;
        }
        numbers = numbers && sc_axis_number_parse(level, &number, &unit);
        side->level[side->count++] = level;
    }
    sqlite3_finalize(query);
    if (code == SC_OK && numbers && side->count)
        qsort(side->level, side->count, sizeof *side->level, compare_levels);
    return code;
}

static size_t find_level(const struct sc_sweep_side *side, bool scenario, const char *text)
{
    const char *value = scenario ? text : sc_override_value(text);
    size_t i = 0;
    while (i < side->count && strcmp(side->level[i], value) != 0)
        i++;
    return i;
}

static enum sc_code read_means(struct sc_look *look, const struct choice *choice, struct sc_sweep_view *view)
{
    char first[64], second[64], sql[512];
    size_t columns = choice->count > 1 ? view->side[1].count : 1, cells = view->side[0].count * columns;
    sqlite3_stmt *query = NULL;
    snprintf(sql, sizeof sql,
             "SELECT %s, %s, avg(mean) FROM point CROSS JOIN figure ON point = id AND metric = ? GROUP "
             "BY 1, 2",
             side_expression(look, choice->axis[0], first),
             choice->count > 1 ? side_expression(look, choice->axis[1], second) : "''");
    view->mean = malloc((cells + 1) * sizeof *view->mean);
    if (!view->mean)
        return sc_error_memory(look->error);
    for (size_t i = 0; i < cells; i++)
        view->mean[i] = NAN;
    enum sc_code code = sc_look_prepare(look, sql, &query);
    if (code == SC_OK)
        sqlite3_bind_text(query, 1, view->metric, -1, SQLITE_STATIC);
    while (code == SC_OK && sqlite3_step(query) == SQLITE_ROW) {
        size_t row = find_level(&view->side[0], choice->axis[0] < 0, sc_look_text(query, 0));
        size_t column = choice->count > 1 ? find_level(&view->side[1], choice->axis[1] < 0, sc_look_text(query, 1)) : 0;
        if (row < view->side[0].count && column < columns)
            view->mean[row * columns + column] = sc_look_number(query, 2);
    }
    sqlite3_finalize(query);
    return code;
}

/* --- all of it --------------------------------------------------------------------------------------- */

static enum sc_code read_counts(struct sc_look *look, struct sc_sweep_view *view)
{
    const char *version = sc_meta_get(&look->meta, "version"), *seed = sc_meta_get(&look->meta, "seed");
    const char *replications = sc_meta_get(&look->meta, "replications");
    view->version = strdup(version ? version : "");
    view->seed = strdup(seed ? seed : "");
    view->replications = replications ? strdup(replications) : NULL;
    view->file = strdup(look->store.file);
    if (!view->version || !view->seed || !view->file || (replications && !view->replications))
        return sc_error_memory(look->error);
    enum sc_code code = sc_store_number(&look->store, "SELECT count(*) FROM point", &view->points, look->error);
    if (code == SC_OK)
        code = sc_store_number(&look->store,
                               "SELECT count(*) FROM point WHERE EXISTS (SELECT 1 FROM figure WHERE point "
                               "= id)",
                               &view->done, look->error);
    if (code == SC_OK)
        code = sc_look_scenarios(look, &view->scenarios);
    return code;
}

enum sc_code sc_sweep_look(const char *database, const struct sc_sweep_question *question, struct sc_sweep_view **out,
                           struct sc_error *error)
{
    struct sc_look look;
    struct choice choice = {{0, 0}, 0};
    struct sc_sweep_view *view = calloc(1, sizeof *view);
    enum sc_code code = sc_look_open(&look, database, error);
    if (code == SC_OK)
        code = view ? read_counts(&look, view) : sc_error_memory(error);
    if (code == SC_OK)
        code = choose_metric(&look, question->metric, view);
    if (code == SC_OK) {
        judge_metric(view->metric, &view->unit, &view->highest);
        if (question->best != SC_BEST_USUAL)
            view->highest = question->best == SC_BEST_HIGHEST;
        code = read_best(&look, question->rows, view);
    }
    if (code == SC_OK)
        code = name_axes(&look, view);
    if (code == SC_OK)
        code = choose_sides(&look, question, view, &choice);
    for (size_t k = 0; code == SC_OK && k < choice.count; k++)
        code = read_side(&look, choice.axis[k], &view->side[k]);
    if (code == SC_OK && choice.count)
        code = read_means(&look, &choice, view);
    sc_look_close(&look);
    if (code == SC_OK)
        *out = view;
    else
        sc_sweep_view_free(view);
    return code;
}

static void side_release(struct sc_sweep_side *side)
{
    for (size_t i = 0; i < side->count; i++)
        free(side->level[i]);
    free(side->level);
    free(side->path);
    free(side->effect);
}

void sc_sweep_view_free(struct sc_sweep_view *view)
{
    if (!view)
        return;
    for (size_t i = 0; view->best && i < view->best_count; i++)
        sc_look_row_release(&view->best[i]);
    free(view->best);
    for (size_t k = 0; k < 2; k++)
        side_release(&view->side[k]);
    for (size_t i = 0; i < view->axis_count; i++)
        side_release(&view->axis[i]);
    free(view->axis);
    free(view->mean);
    free(view->file);
    free(view->version);
    free(view->seed);
    free(view->replications);
    free(view->metric);
    free(view);
}

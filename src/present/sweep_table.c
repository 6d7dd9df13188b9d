/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best points of a sweep, and its means by two axes, for people. */
#include "present/sweep.h"

#include "base/number.h"
#include "present/human.h"
#include "present/prose.h"
#include "present/table.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MOST = 24, COLUMNS_MOST = 9, AXES_MOST = 6, LEVEL_TEXT = 40, NAME_TEXT = 128 };

/* --- words ------------------------------------------------------------------------------------------- */

static const char *human_value(enum sc_unit unit, double value, char text[SC_HUMAN_TEXT])
{
    switch (unit) {
    case SC_UNIT_SHARE:
        if (isfinite(value))
            snprintf(text, SC_HUMAN_TEXT, "%.1f %%", 100 * value);
        else
            strcpy(text, "–");
        return text;
    case SC_UNIT_SECONDS:
        return sc_human_duration(value, text);
    case SC_UNIT_MONEY:
        return sc_human_money(value, text);
    default:
        return sc_human_count(value, text);
    }
}

static const char *human_figure(enum sc_unit unit, struct sc_figure figure, char text[SC_HUMAN_TEXT])
{
    switch (unit) {
    case SC_UNIT_SHARE:
        return sc_human_share_figure(figure, text);
    case SC_UNIT_SECONDS:
        return sc_human_duration_figure(figure, text);
    default:
        return sc_human_money_figure(figure, text); /* any plain number */
    }
}

/* A level as it acts: "4", "× 1.1", "+ 2". Of the many digits of a sampled one six are shown. */
static const char *level_text(const char *effect, const char *value, char text[LEVEL_TEXT])
{
    const char *sign = strcmp(effect, "*=") == 0 ? "× " : strcmp(effect, "+=") == 0 ? "+ " : "";
    double number;

    if (strlen(value) > 8 && sc_number_parse(value, &number))
        snprintf(text, LEVEL_TEXT, "%s%.6g", sign, number);
    else
        snprintf(text, LEVEL_TEXT, "%s%.30s", sign, value);
    return text;
}

/* The last two parts of a path, which is what a reader needs of it where no other axis ends alike. */
static const char *short_name(const char *path)
{
    const char *dot = strrchr(path, '.');

    while (dot != NULL && dot > path && dot[-1] != '.')
        dot--;
    return dot == NULL || strncmp(dot, "*.", 2) == 0 ? path : dot;
}

static const char *axis_name(const struct sc_sweep_view *view, const char *path)
{
    size_t alike = 0;

    for (size_t i = 0; i < view->axis_count; i++)
        alike += strcmp(short_name(view->axis[i].path), short_name(path)) == 0;
    return alike > 1 ? path : short_name(path);
}

/* --- the finding ------------------------------------------------------------------------------------- */

static void print_finding(FILE *stream, const struct sc_sweep_view *view)
{
    char number[SC_HUMAN_TEXT], count[SC_HUMAN_TEXT], value[LEVEL_TEXT], text[4096];
    const struct sc_sweep_row *best = &view->best[0];
    size_t length = 0;

    if (view->best_count == 0) {
        length = (size_t)snprintf(text, sizeof text, "No point has a figure %s yet", view->metric);
    } else {
        length = (size_t)snprintf(text, sizeof text, "%s %s of %s points: %s", view->highest ? "Highest" : "Lowest",
                                  view->metric, sc_human_count((double)view->done, count),
                                  human_figure(view->unit, best->figure, number));
        if (view->scenarios > 1)
            length += (size_t)snprintf(text + length, sizeof text - length, ", in %s", best->scenario);
        for (size_t i = 0; i < view->axis_count && length < sizeof text; i++) {
            size_t at = best->override_count - view->axis_count + i;

            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s %s", i > 0 ? ", " : ", with ",
                                       axis_name(view, view->axis[i].path),
                                       level_text(view->axis[i].effect, sc_override_value(best->override[at]), value));
        }
    }
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){text, NULL});
    if (view->done < view->points) {
        snprintf(text, sizeof text, "%s of %s points are still to be played; the same command goes on",
                 sc_human_count((double)(view->points - view->done), number),
                 sc_human_count((double)view->points, count));
        sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){text, NULL});
    }
}

/* --- the best ---------------------------------------------------------------------------------------- */

static enum sc_code print_best(FILE *stream, const struct sc_sweep_view *view, bool colour, struct sc_error *error)
{
    size_t shown = view->axis_count < AXES_MOST ? view->axis_count : AXES_MOST;
    struct sc_table_column column[AXES_MOST + 3] = {{"Point", true}, {"Scenario", false}};
    struct sc_table *table = NULL;

    for (size_t i = 0; i < shown; i++)
        column[2 + i] = (struct sc_table_column){axis_name(view, view->axis[i].path), true};
    column[2 + shown] = (struct sc_table_column){view->metric, true};
    enum sc_code code = sc_table_new(column, shown + 3, colour, &table, error);

    for (size_t i = 0; code == SC_OK && i < view->best_count; i++) {
        const struct sc_sweep_row *row = &view->best[i];
        char id[32], number[SC_HUMAN_TEXT], level[AXES_MOST][LEVEL_TEXT];
        const char *cell[AXES_MOST + 3] = {id, view->scenarios > 1 ? row->scenario : ""};

        snprintf(id, sizeof id, "%llu", (unsigned long long)row->point);
        for (size_t a = 0; a < shown; a++) {
            size_t at = row->override_count - view->axis_count + a;

            cell[2 + a] = level_text(view->axis[a].effect, sc_override_value(row->override[at]), level[a]);
        }
        cell[2 + shown] = human_figure(view->unit, row->figure, number);
        code = sc_table_add(table, cell, error);
    }
    if (code == SC_OK)
        code = sc_table_print(table, 0, stream, error);
    sc_table_free(table);
    return code;
}

/* --- by two axes ------------------------------------------------------------------------------------- */

/* Of many levels some are shown, spread evenly, the first and the last among them. */
static size_t shown_of(size_t count, size_t most)
{
    return count < most ? count : most;
}

static size_t level_at(size_t shown, size_t count, size_t i)
{
    return shown < 2 ? 0 : (i * (count - 1) + (shown - 1) / 2) / (shown - 1);
}

static enum sc_code add_means(struct sc_table *table, const struct sc_sweep_view *view, size_t row, size_t columns,
                              struct sc_error *error)
{
    size_t count = view->side[1].count > 0 ? view->side[1].count : 1;
    char text[COLUMNS_MOST + 1][SC_HUMAN_TEXT], level[LEVEL_TEXT];
    const char *cell[COLUMNS_MOST + 1] = {level_text(view->side[0].effect, view->side[0].level[row], level)};

    for (size_t j = 0; j < columns; j++)
        cell[1 + j] = human_value(view->unit, view->mean[row * count + level_at(columns, count, j)], text[j]);
    return sc_table_add(table, cell, error);
}

static void print_title(FILE *stream, const struct sc_sweep_view *view)
{
    char text[2048];

    snprintf(text, sizeof text, "%s by %s (down) and %s (across)", view->metric, axis_name(view, view->side[0].path),
             axis_name(view, view->side[1].path));
    sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){text, NULL});
}

static enum sc_code print_means(FILE *stream, const struct sc_sweep_view *view, bool colour, struct sc_error *error)
{
    const struct sc_sweep_side *down = &view->side[0], *across = &view->side[1];
    size_t columns = across->count > 0 ? shown_of(across->count, COLUMNS_MOST) : 1;
    size_t rows = shown_of(down->count, ROWS_MOST);
    struct sc_table_column column[COLUMNS_MOST + 1] = {{"", true}};
    char heading[COLUMNS_MOST][LEVEL_TEXT];
    struct sc_table *table = NULL;

    column[0].heading = axis_name(view, down->path);
    for (size_t j = 0; j < columns; j++)
        column[1 + j] =
            (struct sc_table_column){across->count > 0
                                         ? level_text(across->effect,
                                                      across->level[level_at(columns, across->count, j)], heading[j])
                                         : view->metric,
                                     true};
    fputc('\n', stream);
    if (across->count > 0)
        print_title(stream, view);
    enum sc_code code = sc_table_new(column, 1 + columns, colour, &table, error);

    for (size_t i = 0; code == SC_OK && i < rows; i++)
        code = add_means(table, view, level_at(rows, down->count, i), columns, error);
    if (code == SC_OK)
        code = sc_table_print(table, 0, stream, error);
    sc_table_free(table);
    return code;
}

/* Of scenarios that differ in it ("20, 30") the fewest replications count. */
void sc_sweep_notes(const struct sc_sweep_view *view, void (*say)(void *context, const char *note), void *context)
{
    size_t fewest = SIZE_MAX;
    char *end;

    for (const char *text = view->replications; text != NULL; text = *end == ',' ? end + 1 : NULL) {
        size_t here = strtoull(text, &end, 10);

        fewest = here < fewest ? here : fewest;
    }
    if (view->best_count > 0)
        sc_note_replications(fewest, say, context);
}

static void print_legend(FILE *stream, const struct sc_sweep_view *view)
{
    const struct sc_sweep_side *side = view->side;
    char text[512] = "";
    bool chance = false;
    size_t ways = view->axis_count + (view->scenarios > 1), sides = (side[0].count > 0) + (side[1].count > 0);

    for (size_t i = 0; i < view->best_count; i++)
        chance = chance || view->best[i].figure.high > view->best[i].figure.low;
    if (chance)
        strcat(text, " ± is half the 95 % confidence interval.");
    if (sides > 0 && ways > sides)
        strcat(text, " The table by levels has means over all else that varies.");
    if (side[0].count > ROWS_MOST || side[1].count > COLUMNS_MOST)
        strcat(text, " Not all levels are shown; --format csv has all.");
    if (view->axis_count > AXES_MOST)
        strcat(text, " Not all axes are shown; --format json has all.");
    if (text[0] != '\0')
        sc_prose_print(stream, (struct sc_prose){"", NULL}, (struct sc_prose){text + 1, NULL});
}

enum sc_code sc_sweep_write_table(FILE *stream, const struct sc_sweep_view *view, const struct sc_table_style *style,
                                  struct sc_error *error)
{
    struct sc_noted noted = {stream, style};
    enum sc_code code = SC_OK;

    print_finding(stream, view);
    if (view->best_count == 0)
        return SC_OK;
    fputc('\n', stream);
    code = print_best(stream, view, style->colour, error);
    if (code == SC_OK && view->side[0].count > 0)
        code = print_means(stream, view, style->colour, error);
    if (code == SC_OK && !style->quiet) {
        print_legend(stream, view);
        sc_sweep_notes(view, sc_prose_note, &noted);
    }
    return code;
}

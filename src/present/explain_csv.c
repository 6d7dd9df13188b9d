/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explanations as CSV: a row a figure under its path. */
#include "present/csv.h"
#include "present/explain.h"

#include <math.h>
#include <stdio.h>

static void write_row(FILE *stream, const char *list, const char *name, const char *key, struct sc_figure figure)
{
    const char *const whole[] = {list, name, key, NULL}, *const short_path[] = {list, key, NULL};

    sc_csv_put_row(stream, name != NULL ? whole : short_path, figure);
}

static struct sc_figure plain(double value)
{
    return (struct sc_figure){value, NAN, NAN};
}

static void write_levers(FILE *stream, const struct sc_explanation *e)
{
    write_row(stream, "wanted", NULL, NULL, plain(e->wanted));
    for (size_t i = 0; i < e->levers; i++) {
        const struct sc_lever *lever = &e->lever[i];

        write_row(stream, "levers", lever->name, "now", plain(lever->now));
        write_row(stream, "levers", lever->name, "needed", lever->needed);
        write_row(stream, "levers", lever->name, "exact", lever->exact);
        write_row(stream, "levers", lever->name, "position", plain(lever->position));
        write_row(stream, "levers", lever->name, "figure", lever->metric);
        write_row(stream, "levers", lever->name, "cost_per_month", lever->cost_per_month);
        write_row(stream, "levers", lever->name, "running_per_month", lever->running_per_month);
    }
    if (!e->point.known)
        return;
    write_row(stream, "automation_point", NULL, "heads", e->point.heads);
    write_row(stream, "automation_point", NULL, "full_time", e->point.full_time);
    write_row(stream, "automation_point", NULL, "money_a_year", e->point.money_a_year);
}

void sc_explain_write_csv(FILE *stream, const struct sc_explanation *e)
{
    fputs(SC_CSV_HEADER, stream);
    write_row(stream, "before", NULL, NULL, e->before);
    if (!e->two) {
        write_levers(stream, e);
        return;
    }
    write_row(stream, "after", NULL, NULL, e->after);
    write_row(stream, "difference", NULL, NULL, e->difference);
    for (size_t i = 0; i < e->parts; i++) {
        write_row(stream, "parts", e->part[i].name, "part", e->part[i].part);
        write_row(stream, "parts", e->part[i].name, "first", e->part[i].first);
        write_row(stream, "parts", e->part[i].name, "last", e->part[i].last);
    }
}

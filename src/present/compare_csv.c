/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparisons as CSV: a row a figure and alternative, with everything a spreadsheet needs of it in one line. */
#include "present/compare.h"

#include "present/csv.h"
#include "staffcast/calendar.h"

#include <stdarg.h>
#include <string.h>

enum { PATH_MOST = 1024 };

static void write_numbers(FILE *stream, struct sc_figure figure)
{
    double value[] = {figure.mean, figure.low, figure.high};

    for (size_t i = 0; i < sizeof value / sizeof value[0]; i++) {
        putc(',', stream);
        sc_csv_put_number(stream, value[i]);
    }
}

/* All figures of a row; `parts` of the path end with NULL. Names hold no dots (SPEC 1), so a path takes apart again. */
static void write_row(FILE *stream, const char *alternative, const struct sc_compared_row *row, ...)
{
    char path[PATH_MOST] = "";
    size_t length = 0;
    va_list parts;

    va_start(parts, row);
    for (const char *part = va_arg(parts, const char *); part != NULL; part = va_arg(parts, const char *)) {
        length += (size_t)snprintf(path + length, sizeof path - length, "%s.", part);
        if (length >= sizeof path)
            length = sizeof path - 1;
    }
    va_end(parts);
    for (size_t i = 0; i < row->count; i++) {
        struct sc_change change = sc_change_at(row, i);

        snprintf(path + length, sizeof path - length, "%s", row->metrics[i].name);
        sc_csv_put_text(stream, alternative);
        putc(',', stream);
        sc_csv_put_text(stream, path);
        write_numbers(stream, change.difference);
        write_numbers(stream, change.base);
        write_numbers(stream, change.here);
        putc(',', stream);
        sc_csv_put_number(stream, change.width_ratio);
        putc('\n', stream);
    }
}

static const struct sc_goal *asked(const struct sc_compared_goal *goal)
{
    return goal->here != NULL ? goal->here : goal->base;
}

/* A goal's path goes on with its date, and with a number where others have the same of both. */
static void write_goals(FILE *stream, const struct sc_compared *alternative)
{
    for (size_t i = 0; i < alternative->goal_count; i++) {
        const struct sc_goal *goal = asked(&alternative->goals[i]);
        char by[32], place[64];
        int before = 0;

        for (size_t j = 0; j < i; j++)
            before += asked(&alternative->goals[j])->by_day == goal->by_day &&
                      strcmp(asked(&alternative->goals[j])->metric, goal->metric) == 0;
        sc_date_format(goal->by_day, by);
        snprintf(place, sizeof place, before > 0 ? "%s.%d" : "%s", by, before + 1);
        write_row(stream, alternative->name, &alternative->goals[i].row, "goals", goal->metric, place, NULL);
    }
}

static void write_alternative(FILE *stream, const struct sc_compared *alternative)
{
    const char *name = alternative->name;

    for (size_t i = 0; i < alternative->channel_count; i++) {
        const struct sc_compared_channel *channel = &alternative->channels[i];

        write_row(stream, name, &channel->row, "channels", channel->row.name, NULL);
        for (size_t j = 0; j < channel->class_count; j++)
            write_row(stream, name, &channel->classes[j], "channels", channel->row.name, "classes",
                      channel->classes[j].name, NULL);
    }
    for (size_t i = 0; i < alternative->pool_count; i++) {
        const struct sc_compared_pool *pool = &alternative->pools[i];

        write_row(stream, name, &pool->row, "pools", pool->row.name, NULL);
        for (size_t j = 0; j < pool->work_count; j++)
            write_row(stream, name, &pool->work[j], "pools", pool->row.name, "by_channel", pool->work[j].name, NULL);
    }
    write_row(stream, name, &alternative->total, "totals", NULL);
    for (size_t i = 0; i < alternative->event_count; i++)
        write_row(stream, name, &alternative->events[i], "events", alternative->events[i].name, NULL);
    write_goals(stream, alternative);
}

void sc_compare_write_csv(FILE *stream, const struct sc_comparison *comparison)
{
    fputs("alternative,metric,mean,low,high,base,base_low,base_high,here,here_low,here_high,width_ratio\n", stream);
    for (size_t i = 0; i < comparison->count; i++)
        write_alternative(stream, &comparison->alternatives[i]);
}

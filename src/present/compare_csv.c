/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Comparisons as CSV: for each figure of each alternative the base's, its own and the difference, under their path in
 * the JSON: alternatives.NAME.channels.phone.service_level.difference.
 */
#include "present/compare.h"

#include "present/csv.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* All figures of a row; the parts of its path behind the alternative's name end with NULL. */
static void write_row(FILE *stream, const char *alternative, const struct sc_compared_row *row, ...)
{
    enum { PARTS_MOST = 8 };
    const char *path[PARTS_MOST + 3] = {"alternatives", alternative};
    size_t length = 2;
    va_list parts;

    va_start(parts, row);
    for (const char *part; length < PARTS_MOST && (part = va_arg(parts, const char *)) != NULL; length++)
        path[length] = part;
    va_end(parts);
    for (size_t i = 0; i < row->count; i++) {
        const struct sc_change change = sc_change_at(row, i);
        const struct {
            const char *name;
            struct sc_figure figure;
        } sides[] = {{"base", change.base},
                     {"here", change.here},
                     {"difference", change.difference},
                     {"width_ratio", {change.width_ratio, NAN, NAN}}};

        path[length] = row->metrics[i].name;
        for (size_t j = 0; j < sizeof sides / sizeof sides[0]; j++) {
            path[length + 1] = sides[j].name;
            sc_csv_put_row(stream, path, sides[j].figure);
        }
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
    fputs(SC_CSV_HEADER, stream);
    for (size_t i = 0; i < comparison->count; i++)
        write_alternative(stream, &comparison->alternatives[i]);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results of `run` as CSV: a row a figure under its path; or, for a spreadsheet, a row an interval. */
#include "staffcast/present.h"

#include "present/csv.h"
#include "present/figures.h"
#include "present/series.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

struct rows {
    FILE *stream;
    const char *scenario; /* NULL: no column for it */
};

enum { PARTS_MOST = 8 };

/* A row; the parts of its path end with NULL. Names hold no dots (SPEC 1), so a path takes apart again. */
static void write_row(const struct rows *rows, struct sc_figure figure, ...)
{
    const char *part[PARTS_MOST + 1] = {NULL};
    va_list parts;

    va_start(parts, figure);
    for (size_t i = 0; i < PARTS_MOST && (part[i] = va_arg(parts, const char *)) != NULL; i++)
        continue;
    va_end(parts);
    if (rows->scenario != NULL) {
        sc_csv_put_text(rows->stream, rows->scenario);
        putc(',', rows->stream);
    }
    sc_csv_put_row(rows->stream, part, figure);
}

static void write_channel(const struct rows *rows, const struct sc_channel_result *channel)
{
    for (size_t i = 0; i < sc_channel_metric_count; i++)
        write_row(rows, channel->figure[i], "channels", channel->name, sc_channel_metrics[i].name, NULL);
    for (size_t j = 0; j < channel->class_count; j++)
        for (size_t i = 0; i < sc_channel_metric_count; i++)
            write_row(rows, channel->classes[j].figure[i], "channels", channel->name, "classes",
                      channel->classes[j].name, sc_channel_metrics[i].name, NULL);
}

static void write_pool(const struct rows *rows, const struct sc_pool_result *pool)
{
    for (size_t i = 0; i < sc_pool_metric_count; i++)
        write_row(rows, pool->figure[i], "pools", pool->name, sc_pool_metrics[i].name, NULL);
    for (size_t i = 0; i < pool->channel_count; i++) {
        const struct sc_pool_channel_result *work = &pool->by_channel[i];

        write_row(rows, work->contacts, "pools", pool->name, "by_channel", work->channel, "contacts", NULL);
        write_row(rows, work->busy_h, "pools", pool->name, "by_channel", work->channel, "busy_h", NULL);
    }
}

/* A goal's path goes on with its date, and with a number where others have the same of both. */
static void write_goals(const struct rows *rows, const struct sc_played *played)
{
    for (size_t i = 0; i < played->scenario->goal_count; i++) {
        const struct sc_goal_result *goals = played->result->goals;
        char by[32], place[64];
        int before = 0;

        for (size_t j = 0; j < i; j++)
            before += goals[j].goal->by_day == goals[i].goal->by_day &&
                      strcmp(goals[j].goal->metric, goals[i].goal->metric) == 0;
        sc_date_format(goals[i].goal->by_day, by);
        snprintf(place, sizeof place, before > 0 ? "%s.%d" : "%s", by, before + 1);
        write_row(rows, goals[i].figure, "goals", goals[i].goal->metric, place, "figure", NULL);
        write_row(rows, goals[i].probability, "goals", goals[i].goal->metric, place, "probability", NULL);
    }
}

static void write_events(const struct rows *rows, const struct sc_played *played)
{
    for (size_t i = 0; i < played->scenario->event_count; i++) {
        const struct sc_event_result *event = &played->result->events[i];

        write_row(rows, event->queue_max, "events", event->event->name, "queue_max", NULL);
        write_row(rows, event->recovery_s, "events", event->event->name, "recovery_s", NULL);
    }
}

/* --- by day and by interval --- */

/* A day or an interval of the scenario's; `what` is by_day or intervals. */
struct place {
    const char *what, *start;
};

static void write_at(const struct rows *rows, const struct place *place, const char *kind, const char *name,
                     const char *metric, double value)
{
    write_row(rows, (struct sc_figure){value, NAN, NAN}, place->what, place->start, kind, name, metric, NULL);
}

static void write_channel_at(const struct rows *rows, const struct place *place, const char *name,
                             const struct sc_channel_point *point)
{
    for (size_t s = 0; s < sc_channel_series_count; s++)
        write_at(rows, place, "channels", name, sc_channel_series[s].name,
                 sc_series_value(&sc_channel_series[s], point));
}

static void write_pool_at(const struct rows *rows, const struct place *place, const char *name,
                          const struct sc_pool_point *point)
{
    for (size_t s = 0; s < sc_pool_series_count; s++)
        write_at(rows, place, "pools", name, sc_pool_series[s].name, sc_series_value(&sc_pool_series[s], point));
}

static void write_day(const struct rows *rows, const struct sc_played *played, size_t day)
{
    const struct sc_scenario *scenario = played->scenario;
    const double replications = (double)played->result->replications;
    size_t a_day = sc_intervals_a_day(scenario);
    char start[32];
    const struct place place = {"by_day", start};

    sc_date_format(scenario->start_day + (int64_t)day, start);
    for (size_t c = 0; c < scenario->channel_count; c++) {
        const struct sc_midnight_tally *midnight = &played->result->midnight[c * (size_t)scenario->days + day];
        const struct sc_channel_point point = sc_channel_day(played, c, day);
        const char *name = scenario->channels[c].name;

        write_channel_at(rows, &place, name, &point);
        write_at(rows, &place, "channels", name, "queue_at_midnight", midnight->waiting / replications);
        write_at(rows, &place, "channels", name, "oldest_s", midnight->oldest_s / replications);
    }
    for (size_t p = 0; p < scenario->pool_count; p++) {
        const struct sc_pool_point point =
            sc_pool_point(played, p, (struct sc_stretch){day * a_day, (day + 1) * a_day, 1});

        write_pool_at(rows, &place, scenario->pools[p].name, &point);
        write_at(rows, &place, "pools", scenario->pools[p].name, "cost", sc_pool_day_cost(played, p, day));
    }
    write_row(rows, (struct sc_figure){sc_total_day_cost(played, day), NAN, NAN}, place.what, start, "totals", "cost",
              NULL);
}

static void format_instant(const struct sc_scenario *scenario, size_t interval, char text[32])
{
    size_t a_day = sc_intervals_a_day(scenario);

    sc_instant_format(scenario->start_day + (int64_t)(interval / a_day),
                      (double)(interval % a_day) * scenario->interval_s, text);
}

static void write_interval_rows(const struct rows *rows, const struct sc_played *played, size_t i)
{
    const struct sc_scenario *scenario = played->scenario;
    const struct sc_stretch here = {i, i + 1, 1};
    char start[32];
    const struct place place = {"intervals", start};

    format_instant(scenario, i, start);
    for (size_t c = 0; c < scenario->channel_count; c++) {
        const struct sc_channel_point point = sc_channel_point(played, c, here);

        write_channel_at(rows, &place, scenario->channels[c].name, &point);
    }
    for (size_t p = 0; p < scenario->pool_count; p++) {
        const struct sc_pool_point point = sc_pool_point(played, p, here);

        write_pool_at(rows, &place, scenario->pools[p].name, &point);
    }
}

void sc_run_write_csv(FILE *stream, const struct sc_played *played, size_t count, bool series)
{
    fputs(count > 1 ? "scenario,metric,mean,low,high\n" : "metric,mean,low,high\n", stream);
    for (size_t s = 0; s < count; s++) {
        const struct sc_scenario *scenario = played[s].scenario;
        const struct sc_result *result = played[s].result;
        struct rows rows = {stream, count > 1 ? scenario->name : NULL};

        for (size_t i = 0; i < scenario->channel_count; i++)
            write_channel(&rows, &result->channels[i]);
        for (size_t i = 0; i < scenario->pool_count; i++)
            write_pool(&rows, &result->pools[i]);
        for (size_t i = 0; i < sc_total_metric_count; i++)
            write_row(&rows, result->total[i], "totals", sc_total_metrics[i].name, NULL);
        write_events(&rows, &played[s]);
        write_goals(&rows, &played[s]);
        if (!series || result->intervals == NULL)
            continue;
        for (size_t day = 0; day < (size_t)scenario->days; day++)
            write_day(&rows, &played[s], day);
        for (size_t i = 0; i < result->intervals->count; i++)
            write_interval_rows(&rows, &played[s], i);
    }
}

static void write_cells(FILE *stream, const double *value, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        putc(',', stream);
        sc_csv_put_number(stream, value[i]);
    }
}

static void write_interval(FILE *stream, const struct sc_played *played, size_t i)
{
    const struct sc_scenario *scenario = played->scenario;
    struct sc_stretch here = {i, i + 1, 1};
    char start[32];

    format_instant(scenario, i, start);
    for (size_t c = 0; c < scenario->channel_count; c++) {
        struct sc_channel_point point = sc_channel_point(played, c, here);
        double value[] = {point.offered,     point.answered,      point.abandoned, point.service_level,
                          point.wait_mean_s, point.handle_mean_s, point.queue_mean};

        fprintf(stream, "%s,channel,", start);
        sc_csv_put_text(stream, scenario->channels[c].name);
        write_cells(stream, value, sizeof value / sizeof value[0]);
        fputs(",,,\n", stream);
    }
    for (size_t p = 0; p < scenario->pool_count; p++) {
        struct sc_pool_point point = sc_pool_point(played, p, here);
        double value[] = {point.scheduled, point.present, point.busy};

        fprintf(stream, "%s,pool,", start);
        sc_csv_put_text(stream, scenario->pools[p].name);
        fputs(",,,,,,,", stream);
        write_cells(stream, value, sizeof value / sizeof value[0]);
        putc('\n', stream);
    }
}

void sc_run_write_intervals_csv(FILE *stream, const struct sc_played *played)
{
    const struct sc_intervals *intervals = played->result->intervals;

    if (intervals == NULL)
        return;
    fputs("start,kind,name,offered,answered,abandoned,service_level,wait_mean_s,handle_mean_s,queue_mean,"
          "scheduled,present,busy\n", stream);
    for (size_t i = 0; i < intervals->count; i++)
        write_interval(stream, played, i);
}

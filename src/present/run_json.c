/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results of `run` as JSON, schema staffcast.run/1 (SPEC 4). */
#include "staffcast/present.h"

#include "present/beside.h"
#include "present/figures.h"
#include "present/json.h"
#include "present/series.h"
#include "staffcast/calendar.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { KEY_MOST = 64 };

/* The metrics first … last - 1 share the part of their names before the dot: an inner object of that name. */
static void write_group(struct sc_json *json, const struct sc_metric *metrics, const struct sc_figure *figures,
                        size_t first, size_t last, bool defined)
{
    char group[KEY_MOST] = "";
    size_t length = strcspn(metrics[first].name, ".");

    memcpy(group, metrics[first].name, length < KEY_MOST ? length : KEY_MOST - 1);
    if (!defined) {
        sc_json_null(json, group);
        return;
    }
    sc_json_object_begin(json, group, false);
    for (size_t i = first; i < last; i++)
        sc_json_figure(json, metrics[i].name + length + 1, figures[i]);
    sc_json_end(json);
}

/* Metrics from … to - 1; `level`: there is a target that a service level could refer to. */
static void write_metrics(struct sc_json *json, const struct sc_metric *metrics, const struct sc_figure *figures,
                          size_t from, size_t to, bool level)
{
    for (size_t i = from; i < to;) {
        const char *dot = strchr(metrics[i].name, '.');

        if (dot == NULL) {
            sc_json_figure(json, metrics[i].name, figures[i]);
            i++;
            continue;
        }
        size_t last = i + 1, length = (size_t)(dot - metrics[i].name) + 1;

        while (last < to && strncmp(metrics[last].name, metrics[i].name, length) == 0)
            last++;
        write_group(json, metrics, figures, i, last, level);
        i = last;
    }
}

static void write_class(struct sc_json *json, const struct sc_channel_result *result, const struct sc_target *target)
{
    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", result->name);
    write_metrics(json, sc_channel_metrics, result->figure, 0, sc_channel_metric_count,
                  target->given && target->answer_given);
    sc_json_end(json);
}

static void write_channel(struct sc_json *json, const struct sc_channel *channel,
                          const struct sc_channel_result *result, const struct sc_beside_channel *beside)
{
    int first_verdict = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "target_met");
    size_t middle = first_verdict < 0 ? sc_channel_metric_count : (size_t)first_verdict;
    bool level = sc_channel_has_level(channel);

    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", result->name);
    write_metrics(json, sc_channel_metrics, result->figure, 0, middle, level);
    sc_json_array_begin(json, "classes", false);
    for (size_t i = 0; i < result->class_count; i++)
        write_class(json, &result->classes[i], &channel->classes[i].service.target);
    sc_json_end(json);
    write_metrics(json, sc_channel_metrics, result->figure, middle, sc_channel_metric_count, level);
    if (beside != NULL)
        sc_beside_write_json(json, beside);
    sc_json_end(json);
}

static void write_pool(struct sc_json *json, const struct sc_pool_result *pool)
{
    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", pool->name);
    write_metrics(json, sc_pool_metrics, pool->figure, 0, sc_pool_metric_count, true);
    sc_json_array_begin(json, "by_channel", false);
    for (size_t i = 0; i < pool->channel_count; i++) {
        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "channel", pool->by_channel[i].channel);
        sc_json_figure(json, "contacts", pool->by_channel[i].contacts);
        sc_json_figure(json, "busy_h", pool->by_channel[i].busy_h);
        sc_json_end(json);
    }
    sc_json_end(json);
    sc_json_end(json);
}

/* --- series --- */

/* A series is `count` stretches, `stride` intervals apart and as long: intervals, or whole days. */
struct axis {
    size_t count, stride;
    bool days;
};

static struct sc_stretch stretch_at(struct axis axis, size_t i)
{
    return (struct sc_stretch){.from = i * axis.stride, .to = (i + 1) * axis.stride, .step = 1};
}

static void write_channel_series(struct sc_json *json, const struct sc_played *played, size_t channel,
                                 struct axis axis)
{
    for (size_t s = 0; s < sc_channel_series_count; s++) {
        sc_json_array_begin(json, sc_channel_series[s].name, true);
        for (size_t i = 0; i < axis.count; i++) {
            struct sc_channel_point point = axis.days ? sc_channel_day(played, channel, i)
                                                      : sc_channel_point(played, channel, stretch_at(axis, i));

            sc_json_number(json, NULL, sc_series_value(&sc_channel_series[s], &point));
        }
        sc_json_end(json);
    }
}

static void write_pool_series(struct sc_json *json, const struct sc_played *played, size_t pool, struct axis axis)
{
    for (size_t s = 0; s < sc_pool_series_count; s++) {
        sc_json_array_begin(json, sc_pool_series[s].name, true);
        for (size_t i = 0; i < axis.count; i++) {
            struct sc_pool_point point = sc_pool_point(played, pool, stretch_at(axis, i));

            sc_json_number(json, NULL, sc_series_value(&sc_pool_series[s], &point));
        }
        sc_json_end(json);
    }
}

/* What only days have: who waits at midnight and for how long the oldest has, 0 where nobody does. */
static void write_midnights(struct sc_json *json, const struct sc_played *played, size_t channel)
{
    size_t days = (size_t)played->scenario->days;
    const struct sc_midnight_tally *midnight = &played->result->midnight[channel * days];

    sc_json_array_begin(json, "queue_at_midnight", true);
    for (size_t i = 0; i < days; i++)
        sc_json_number(json, NULL, midnight[i].waiting / (double)played->result->replications);
    sc_json_end(json);
    sc_json_array_begin(json, "oldest_s", true);
    for (size_t i = 0; i < days; i++)
        sc_json_number(json, NULL, midnight[i].oldest_s / (double)played->result->replications);
    sc_json_end(json);
}

static void write_pool_costs(struct sc_json *json, const struct sc_played *played, size_t pool)
{
    sc_json_array_begin(json, "cost", true);
    for (int i = 0; i < played->scenario->days; i++)
        sc_json_number(json, NULL, sc_pool_day_cost(played, pool, (size_t)i));
    sc_json_end(json);
}

static void write_total_costs(struct sc_json *json, const struct sc_played *played)
{
    sc_json_object_begin(json, "totals", false);
    sc_json_array_begin(json, "cost", true);
    for (int i = 0; i < played->scenario->days; i++)
        sc_json_number(json, NULL, sc_total_day_cost(played, (size_t)i));
    sc_json_end(json);
    sc_json_end(json);
}

static void write_series(struct sc_json *json, const char *key, const struct sc_played *played, struct axis axis)
{
    const struct sc_scenario *scenario = played->scenario;
    size_t a_day = sc_intervals_a_day(scenario);
    char text[32];

    sc_json_object_begin(json, key, false);
    sc_json_array_begin(json, "start", true);
    for (size_t i = 0; i < axis.count; i++) {
        if (axis.days)
            sc_date_format(scenario->start_day + (int64_t)i, text);
        else
            sc_instant_format(scenario->start_day + (int64_t)(i / a_day),
                              (double)(i % a_day) * scenario->interval_s, text);
        sc_json_string(json, NULL, text);
    }
    sc_json_end(json);
    sc_json_array_begin(json, "channels", false);
    for (size_t i = 0; i < scenario->channel_count; i++) {
        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "name", scenario->channels[i].name);
        write_channel_series(json, played, i, axis);
        if (axis.days)
            write_midnights(json, played, i);
        sc_json_end(json);
    }
    sc_json_end(json);
    sc_json_array_begin(json, "pools", false);
    for (size_t i = 0; i < scenario->pool_count; i++) {
        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "name", scenario->pools[i].name);
        write_pool_series(json, played, i, axis);
        if (axis.days)
            write_pool_costs(json, played, i);
        sc_json_end(json);
    }
    sc_json_end(json);
    if (axis.days)
        write_total_costs(json, played);
    sc_json_end(json);
}

/* --- what is tied to dates --- */

static void write_events(struct sc_json *json, const struct sc_played *played)
{
    sc_json_array_begin(json, "events", false);
    for (size_t i = 0; i < played->scenario->event_count; i++) {
        const struct sc_event_result *event = &played->result->events[i];

        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "name", event->event->name);
        sc_json_figure(json, "queue_max", event->queue_max);
        sc_json_figure(json, "recovery_s", event->recovery_s);
        sc_json_end(json);
    }
    sc_json_end(json);
}

static void write_goals(struct sc_json *json, const struct sc_played *played)
{
    sc_json_array_begin(json, "goals", false);
    for (size_t i = 0; i < played->scenario->goal_count; i++) {
        const struct sc_goal_result *goal = &played->result->goals[i];
        char by[32];

        sc_date_format(goal->goal->by_day, by);
        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "metric", goal->goal->metric);
        sc_json_string(json, "by", by);
        sc_json_number(json, "wanted", goal->goal->wanted);
        sc_json_figure(json, "figure", goal->figure);
        sc_json_figure(json, "probability", goal->probability);
        sc_json_end(json);
    }
    sc_json_end(json);
}

/* --- the whole --- */

static void write_head(struct sc_json *json, const struct sc_played *played)
{
    char seed[24];

    snprintf(seed, sizeof seed, "%" PRIu64, played->result->seed);
    sc_json_string(json, "schema", "staffcast.run/1");
    sc_json_string(json, "scenario", played->scenario->name);
    sc_json_string(json, "file", played->scenario->file);
    sc_json_string(json, "version", SC_VERSION);
    sc_json_string(json, "seed", seed);
    sc_json_number(json, "replications", (double)played->result->replications);
    sc_json_number(json, "days", played->scenario->days);
    sc_json_number(json, "contacts_simulated", played->result->contacts_simulated);
    sc_json_number(json, "wall_s", played->result->wall_s);
}

static bool any_level(const struct sc_scenario *scenario)
{
    for (size_t i = 0; i < scenario->channel_count; i++)
        if (sc_channel_has_level(&scenario->channels[i]))
            return true;
    return false;
}

static void write_one(struct sc_json *json, const struct sc_played *played)
{
    const struct sc_scenario *scenario = played->scenario;
    const struct sc_result *result = played->result;

    sc_json_object_begin(json, NULL, false);
    write_head(json, played);
    sc_json_array_begin(json, "channels", false);
    for (size_t i = 0; i < scenario->channel_count; i++)
        write_channel(json, &scenario->channels[i], &result->channels[i],
                      played->beside != NULL ? &played->beside->channels[i] : NULL);
    sc_json_end(json);
    sc_json_array_begin(json, "pools", false);
    for (size_t i = 0; i < scenario->pool_count; i++)
        write_pool(json, &result->pools[i]);
    sc_json_end(json);
    sc_json_object_begin(json, "totals", false);
    write_metrics(json, sc_total_metrics, result->total, 0, sc_total_metric_count, any_level(scenario));
    sc_json_end(json);
    write_events(json, played);
    write_goals(json, played);
    if (result->intervals != NULL) {
        size_t a_day = sc_intervals_a_day(scenario);

        write_series(json, "by_day", played, (struct axis){(size_t)scenario->days, a_day, true});
        write_series(json, "intervals", played, (struct axis){result->intervals->count, 1, false});
    }
    sc_json_end(json);
}

void sc_run_write_json(FILE *stream, const struct sc_played *played, size_t count, bool as_array)
{
    struct sc_json json;

    sc_json_init(&json, stream);
    if (as_array)
        sc_json_array_begin(&json, NULL, false);
    for (size_t i = 0; i < count; i++)
        write_one(&json, &played[i]);
    if (as_array)
        sc_json_end(&json);
}

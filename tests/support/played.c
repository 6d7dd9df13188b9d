/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/played.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct sc_figure *blank(const struct sc_metric *metrics, size_t count)
{
    struct sc_figure *figures = calloc(count, sizeof *figures);

    for (size_t i = 0; i < count; i++)
        if (metrics[i].unit == SC_UNIT_SHARE || metrics[i].unit == SC_UNIT_SECONDS)
            figures[i] = (struct sc_figure){NAN, NAN, NAN};
    return figures;
}

static void put(const struct sc_metric *metrics, size_t count, struct sc_figure *figures, const char *metric,
                double mean, double low, double high)
{
    int index = sc_metric_find(metrics, count, metric);

    if (index < 0)
        abort(); /* the test asks for a metric that does not exist */
    figures[index] = (struct sc_figure){mean, low, high};
}

static void make_scenario(struct fixture *fixture)
{
    struct sc_target target = {.given = true, .answer_given = true, .answer = 0.8, .within_s = 20, .short_s = 20};

    fixture->classes[0] = (struct sc_class){.name = "vip", .share = 0.05, .handle_factor = 1};
    fixture->classes[0].service.target = target;
    fixture->channels[0] = (struct sc_channel){.name = "phone", .classes = fixture->classes, .class_count = 1};
    fixture->channels[0].service.target = target;
    fixture->channels[1] = (struct sc_channel){.name = "sales, \"new\""};
    /* Never open, so that nothing goes on at night and the length of the warm-up is not asked for. */
    fixture->channels[0].hours.given = fixture->channels[1].hours.given = true;
    fixture->pools[0] = (struct sc_pool){.name = "front line", .agents = 24, .cost_per_hour = 24};
    fixture->scenario = (struct sc_scenario){
        .file = "desk.cfg", .name = "Support desk", .start_day = 20458 /* 2026-01-05 */, .days = 2,
        .interval_s = 3600, .seed = 1, .replications = 30, .spread = {.cv = 0.1}, .currency = "USD",
        .channels = fixture->channels, .channel_count = 2, .pools = fixture->pools, .pool_count = 1,
    };
}

struct fixture *fixture_new(void)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    make_scenario(fixture);
    fixture->result = (struct sc_result){.seed = 1, .replications = 30, .contacts_simulated = 123456, .wall_s = 0.25};
    fixture->result.channels = calloc(2, sizeof *fixture->result.channels);
    for (int i = 0; i < 2; i++) {
        fixture->result.channels[i].name = fixture->channels[i].name;
        fixture->result.channels[i].figure = blank(sc_channel_metrics, sc_channel_metric_count);
    }
    fixture->result.channels[0].class_count = 1;
    fixture->result.channels[0].classes = calloc(1, sizeof(struct sc_channel_result));
    fixture->result.channels[0].classes[0].name = "vip";
    fixture->result.channels[0].classes[0].figure = blank(sc_channel_metrics, sc_channel_metric_count);
    fixture->result.pools = calloc(1, sizeof *fixture->result.pools);
    fixture->result.pools[0].name = "front line";
    fixture->result.pools[0].figure = blank(sc_pool_metrics, sc_pool_metric_count);
    fixture->result.pools[0].by_channel = calloc(1, sizeof(struct sc_pool_channel_result));
    fixture->result.pools[0].by_channel[0] = (struct sc_pool_channel_result){"phone", {7, 6, 8}, {1.5, 1, 2}};
    fixture->result.pools[0].channel_count = 1;
    fixture->result.total = blank(sc_total_metrics, sc_total_metric_count);
    fixture->played = (struct sc_played){.scenario = &fixture->scenario, .result = &fixture->result};
    return fixture;
}

void fixture_free(struct fixture *fixture)
{
    struct sc_result *result = &fixture->result;

    for (int i = 0; i < 2; i++)
        free(result->channels[i].figure);
    free(result->channels[0].classes[0].figure);
    free(result->channels[0].classes);
    free(result->channels);
    free(result->pools[0].by_channel);
    free(result->pools[0].figure);
    free(result->pools);
    free(result->total);
    free(result->day);
    free(result->midnight);
    free(result->pool_day);
    if (result->intervals != NULL) {
        free(result->intervals->channel);
        free(result->intervals->pool);
        free(result->intervals);
    }
    free(fixture);
}

void fixture_channel(struct fixture *fixture, int channel, const char *metric, double mean, double low, double high)
{
    put(sc_channel_metrics, sc_channel_metric_count, fixture->result.channels[channel].figure, metric, mean, low,
        high);
}

void fixture_class(struct fixture *fixture, const char *metric, double mean, double low, double high)
{
    put(sc_channel_metrics, sc_channel_metric_count, fixture->result.channels[0].classes[0].figure, metric, mean, low,
        high);
}

void fixture_pool(struct fixture *fixture, const char *metric, double mean, double low, double high)
{
    put(sc_pool_metrics, sc_pool_metric_count, fixture->result.pools[0].figure, metric, mean, low, high);
}

void fixture_total(struct fixture *fixture, const char *metric, double mean, double low, double high)
{
    put(sc_total_metrics, sc_total_metric_count, fixture->result.total, metric, mean, low, high);
}

void fixture_add_intervals(struct fixture *fixture)
{
    struct sc_intervals *intervals = calloc(1, sizeof *intervals);
    int64_t replications = (int64_t)fixture->result.replications;

    intervals->count = 48;
    intervals->channel = calloc(2 * intervals->count, sizeof *intervals->channel);
    intervals->pool = calloc(intervals->count, sizeof *intervals->pool);
    for (size_t day = 0; day < 2; day++) {
        for (size_t hour = 8; hour < 10; hour++) {
            struct sc_interval_cell *cell = &intervals->channel[24 * day + hour];

            cell->offered = 4 * replications;
            cell->answered = cell->judged_answered = 3 * replications;
            cell->abandoned = cell->judged_lost = replications;
            cell->answered_within = 2 * replications;
            cell->wait_us = 3 * replications * 12500000;
            cell->handle_us = 3 * replications * 180000000;
            cell->handlings = 3 * replications;
            cell->queue_us = replications * 900000000;
            intervals->pool[24 * day + hour] = (struct sc_interval_pool){
                .scheduled_us = 2 * replications * 3600000000, .present_us = replications * 5400000000,
                .busy_us = replications * 540000000};
        }
    }
    fixture->result.intervals = intervals;
    fixture->result.day = calloc(2 * 2, sizeof *fixture->result.day);
    fixture->result.day[0].queue_s = 1800 * (double)replications;
    fixture->result.day[0].queue_open_s = 14400 * (double)replications;
    fixture->result.day[1].automation_cost = 3 * (double)replications;
    fixture->result.midnight = calloc(2 * 2, sizeof *fixture->result.midnight);
    fixture->result.midnight[0] = (struct sc_midnight_tally){7.5 * (double)replications, 60 * (double)replications};
    fixture->result.pool_day = calloc(2, sizeof *fixture->result.pool_day);
    fixture->result.pool_day[0].scheduled_s = 4 * 3600 * (double)replications;
    fixture->result.pool_day[1].scheduled_s = 2 * 3600 * (double)replications;
}

void fixture_add_dates(struct fixture *fixture)
{
    int level = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "service_level");
    int wait = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "wait_mean_s");
    int hours = sc_metric_find(sc_pool_metrics, sc_pool_metric_count, "busy_h");

    fixture->events[0] = (struct sc_event){.name = "outage"};
    fixture->events[1] = (struct sc_event){.name = "training"};
    fixture->event_results[0] = (struct sc_event_result){&fixture->events[0], {214, 200, 228}, {19800, 19080, 20520}};
    fixture->event_results[1] = (struct sc_event_result){&fixture->events[1], {0, 0, 0}, {0, 0, 0}};
    fixture->goals[0] = (struct sc_goal){"channels.phone.service_level", true, 0.8, 20459, 2, {"desk.cfg", 9}};
    fixture->goals[1] = fixture->goals[0];
    fixture->goals[1].wanted = 0.7;
    fixture->goals[1].over_days = 1;
    fixture->goals[2] = (struct sc_goal){"channels.phone.wait_mean_s", false, 30, 20458, 1, {"desk.cfg", 11}};
    fixture->goals[3] = (struct sc_goal){"pools.front line.busy_h", true, 4, 20458, 1, {"desk.cfg", 12}};
    fixture->goal_results[0] = (struct sc_goal_result){&fixture->goals[0], &sc_channel_metrics[level],
                                                       {0.7832, 0.777, 0.789}, {0.1, 0.04, 0.24}};
    fixture->goal_results[1] = (struct sc_goal_result){&fixture->goals[1], &sc_channel_metrics[level],
                                                       {0.75, 0.69, 0.81}, {0.9, 0.76, 0.96}};
    fixture->goal_results[2] = (struct sc_goal_result){&fixture->goals[2], &sc_channel_metrics[wait],
                                                       {NAN, NAN, NAN}, {NAN, NAN, NAN}};
    fixture->goal_results[3] = (struct sc_goal_result){&fixture->goals[3], &sc_pool_metrics[hours],
                                                       {6, 5.5, 6.5}, {1, 0.88, 1}};
    fixture->scenario.events = fixture->events;
    fixture->scenario.event_count = 2;
    fixture->scenario.goals = fixture->goals;
    fixture->scenario.goal_count = 4;
    fixture->result.events = fixture->event_results;
    fixture->result.goals = fixture->goal_results;
}

char *fixture_json(const struct sc_played *played, size_t count)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);

    sc_run_write_json(stream, played, count, count > 1);
    fclose(stream);
    return text;
}

char *fixture_csv(const struct sc_played *played, size_t count)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);

    sc_run_write_csv(stream, played, count, true);
    fclose(stream);
    return text;
}

char *fixture_table(const struct sc_played *played, bool colour)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    struct sc_error error = SC_ERROR_INIT;

    if (sc_run_write_table(stream, played, &(struct sc_table_style){.colour = colour}, &error) != SC_OK)
        abort();
    fclose(stream);
    return text;
}

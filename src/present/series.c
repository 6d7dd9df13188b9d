/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/series.h"

#include "present/figures.h"

#include <math.h>

size_t sc_intervals_a_day(const struct sc_scenario *scenario)
{
    return (size_t)lround(86400 / scenario->interval_s);
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

/*
 * SPEC 2.1. The sums are those of the whole channel, so its own definition is the one used; a channel whose classes
 * alone have a target takes the default.
 */
static double level(const struct sc_interval_cell *sum, enum sc_counts counts)
{
    double all = (double)(sum->judged_answered + sum->judged_lost + sum->late_open);

    switch (counts) {
    case SC_COUNT_NO_SHORT:
        return ratio((double)sum->answered_within, all - (double)sum->lost_short);
    case SC_COUNT_ANSWERED:
        return ratio((double)sum->answered_within, (double)sum->judged_answered);
    case SC_COUNT_MET:
        return ratio((double)(sum->answered_within + sum->lost_within), all);
    case SC_COUNT_OFFERED:
        break;
    }
    return ratio((double)sum->answered_within, all);
}

struct sc_channel_point sc_channel_point(const struct sc_played *played, size_t channel, struct sc_stretch stretch)
{
    const struct sc_intervals *intervals = played->result->intervals;
    const struct sc_channel *setting = &played->scenario->channels[channel];
    double replications = (double)played->result->replications;
    struct sc_interval_cell sum = {0};
    size_t cells = 0;

    for (size_t i = stretch.from; i < stretch.to; i += stretch.step, cells++) {
        const struct sc_interval_cell *cell = &intervals->channel[channel * intervals->count + i];

        sum.offered += cell->offered;
        sum.answered += cell->answered;
        sum.abandoned += cell->abandoned;
        sum.answered_within += cell->answered_within;
        sum.lost_within += cell->lost_within;
        sum.lost_short += cell->lost_short;
        sum.late_open += cell->late_open;
        sum.judged_answered += cell->judged_answered;
        sum.judged_lost += cell->judged_lost;
        sum.wait_us += cell->wait_us;
        sum.handle_us += cell->handle_us;
        sum.handlings += cell->handlings;
        sum.queue_us += cell->queue_us;
    }
    double span_s = (double)cells * played->scenario->interval_s;

    return (struct sc_channel_point){
        .offered = (double)sum.offered / replications,
        .answered = (double)sum.answered / replications,
        .abandoned = (double)sum.abandoned / replications,
        .service_level = sc_channel_has_level(setting) ? level(&sum, setting->service.target.counts) : NAN,
        .abandon_rate = ratio((double)sum.abandoned, (double)sum.offered),
        .wait_mean_s = ratio((double)sum.wait_us / 1e6, (double)sum.answered),
        .handle_mean_s = ratio((double)sum.handle_us / 1e6, (double)sum.handlings),
        .queue_mean = ratio((double)sum.queue_us / 1e6, span_s * replications),
    };
}

struct sc_channel_point sc_channel_day(const struct sc_played *played, size_t channel, size_t day)
{
    size_t a_day = sc_intervals_a_day(played->scenario);
    const struct sc_tally *sum = &played->result->day[channel * (size_t)played->scenario->days + day];
    struct sc_channel_point point =
        sc_channel_point(played, channel, (struct sc_stretch){day * a_day, (day + 1) * a_day, 1});

    point.queue_mean = ratio(sum->queue_s, sum->queue_open_s);
    return point;
}

struct sc_pool_point sc_pool_point(const struct sc_played *played, size_t pool, struct sc_stretch stretch)
{
    const struct sc_intervals *intervals = played->result->intervals;
    double scheduled_us = 0, present_us = 0, busy_us = 0;
    size_t cells = 0;

    for (size_t i = stretch.from; i < stretch.to; i += stretch.step, cells++) {
        const struct sc_interval_pool *cell = &intervals->pool[pool * intervals->count + i];

        scheduled_us += (double)cell->scheduled_us;
        present_us += (double)cell->present_us;
        busy_us += (double)cell->busy_us;
    }
    double span_us = (double)cells * played->scenario->interval_s * 1e6 * (double)played->result->replications;

    return (struct sc_pool_point){ratio(scheduled_us, span_us), ratio(present_us, span_us), ratio(busy_us, span_us)};
}

/* --- what is in the results --- */

const struct sc_series sc_channel_series[] = {
    {"offered", offsetof(struct sc_channel_point, offered)},
    {"answered", offsetof(struct sc_channel_point, answered)},
    {"abandoned", offsetof(struct sc_channel_point, abandoned)},
    {"service_level", offsetof(struct sc_channel_point, service_level)},
    {"wait_mean_s", offsetof(struct sc_channel_point, wait_mean_s)},
    {"handle_mean_s", offsetof(struct sc_channel_point, handle_mean_s)},
    {"queue_mean", offsetof(struct sc_channel_point, queue_mean)},
};
const size_t sc_channel_series_count = sizeof sc_channel_series / sizeof sc_channel_series[0];

const struct sc_series sc_pool_series[] = {
    {"scheduled", offsetof(struct sc_pool_point, scheduled)},
    {"present", offsetof(struct sc_pool_point, present)},
    {"busy", offsetof(struct sc_pool_point, busy)},
};
const size_t sc_pool_series_count = sizeof sc_pool_series / sizeof sc_pool_series[0];

double sc_series_value(const struct sc_series *series, const void *point)
{
    return *(const double *)((const char *)point + series->offset);
}

double sc_pool_day_cost(const struct sc_played *played, size_t pool, size_t day)
{
    const struct sc_pool_tally *sum = &played->result->pool_day[pool * (size_t)played->scenario->days + day];

    return sc_pool_cost(&played->scenario->pools[pool], sum) / (double)played->result->replications;
}

double sc_total_day_cost(const struct sc_played *played, size_t day)
{
    const struct sc_scenario *scenario = played->scenario;
    double automation = 0, pools = 0;

    for (size_t c = 0; c < scenario->channel_count; c++)
        automation += played->result->day[c * (size_t)scenario->days + day].automation_cost;
    for (size_t p = 0; p < scenario->pool_count; p++)
        pools += sc_pool_day_cost(played, p, day);
    return pools + automation / (double)played->result->replications + sc_fixed_cost(scenario, 1);
}

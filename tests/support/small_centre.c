/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/small_centre.h"

#include <string.h>

static const double calls_per_h[13] = {60, 110, 160, 200, 190, 160, 140, 150, 160, 150, 120, 90, 60};
static const double heads_on_duty[13] = {4, 5, 7, 8, 8, 7, 6, 6, 7, 6, 5, 5, 4};

enum { OPENS = 8, CLOSES = OPENS + 13 };

static struct sc_law exponential(double mean_s)
{
    return (struct sc_law){.kind = SC_LAW_EXPONENTIAL, .mean_s = mean_s, .cv = 1};
}

static void channel_init(struct small_centre *centre, double spread, double handle_mean_s, double patience_mean_s)
{
    struct sc_channel *channel = &centre->channel;
    channel->name = "phone";
    channel->kind = SC_LIVE;
    channel->hours.given = true;
    channel->volume.per_day.given = channel->volume.shape.given = true;
    channel->volume.factor = 1;
    channel->volume.spread = (struct sc_spread){.cv = spread};
    channel->volume.spread_given = true;
    for (int month = 0; month < 12; month++)
        channel->volume.season[month] = 1;
    for (int day = 0; day < 7; day++) {
        channel->hours.named[day] = true;
        channel->hours.from_s[day] = OPENS * 3600;
        channel->hours.to_s[day] = CLOSES * 3600;
        channel->volume.per_day.named[day] = true;
        for (int h = 0; h < 13; h++)
            channel->volume.per_day.value[day] += calls_per_h[h];
        channel->volume.shape.day[day] = (struct sc_clock){24, centre->calls};
    }
    channel->service = (struct sc_service){
        .at_close = SC_DRAIN,
        .handle = exponential(handle_mean_s),
        .patience = exponential(patience_mean_s),
        .queue_limit = -1,
        .touches = {.mean = 1},
        .target = {.given = true, .answer_given = true, .answer = 0.8, .within_s = 20, .short_s = 20},
    };
}

static void pool_init(struct small_centre *centre)
{
    centre->slowdown[0] = 1;
    centre->skill = (struct sc_skill){.channel = 0, .class_index = -1, .rank = 1, .speed = 1, .at_once = 1,
                                      .slowdown = centre->slowdown, .slowdowns = 1};
    centre->pool = (struct sc_pool){.name = "front line", .roster = SC_ROSTER_STAFFING, .skills = &centre->skill,
                                    .skill_count = 1, .cost_per_hour = 20, .overtime_factor = 1.5};
    centre->pool.staffing.given = true;
    for (int day = 0; day < 7; day++)
        centre->pool.staffing.day[day] = (struct sc_clock){24, centre->heads};
}

void small_centre_init(struct small_centre *centre, double spread, double handle_mean_s, double patience_mean_s)
{
    memset(centre, 0, sizeof *centre);
    memcpy(&centre->calls[OPENS], calls_per_h, sizeof calls_per_h);
    memcpy(&centre->heads[OPENS], heads_on_duty, sizeof heads_on_duty);
    channel_init(centre, spread, handle_mean_s, patience_mean_s);
    pool_init(centre);
    centre->scenario = (struct sc_scenario){
        .file = "small centre", .name = "Small centre",
        .start_day = 20458, /* Monday, 2026-01-05 */
        .days = 1, .warmup_given = true, .interval_s = 3600, .seed = 20260105, .replications = 50, .currency = "USD",
        .channels = &centre->channel, .channel_count = 1, .pools = &centre->pool, .pool_count = 1,
    };
}

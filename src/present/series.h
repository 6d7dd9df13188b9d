/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures from the sums by interval, over any stretch of them: one interval, one day, one time of day. Ratios are
 * ratios of totals and NaN over nothing; counts and heads are means over replications.
 */
#ifndef STAFFCAST_PRESENT_SERIES_H
#define STAFFCAST_PRESENT_SERIES_H

#include "staffcast/present.h"

#include <stddef.h>

/* Intervals from, from + step, …, below to. */
struct sc_stretch {
    size_t from, to, step;
};

struct sc_channel_point {
    double offered, answered, abandoned; /* contacts a replication, in all the stretch; abandoned: with balked */
    double service_level, abandon_rate, wait_mean_s, handle_mean_s;
    double queue_mean;
};
struct sc_pool_point {
    double scheduled, present, busy; /* mean heads */
};

size_t sc_intervals_a_day(const struct sc_scenario *scenario);
struct sc_channel_point sc_channel_point(const struct sc_played *played, size_t channel, struct sc_stretch stretch);
/* Of a counted day, which has a queue by the rule of the whole: over the channel's hours, not over midnight and all. */
struct sc_channel_point sc_channel_day(const struct sc_played *played, size_t channel, size_t day);
struct sc_pool_point sc_pool_point(const struct sc_played *played, size_t pool, struct sc_stretch stretch);

/* What of a point is in the results (SPEC 4), by name; abandon_rate is not. */
struct sc_series {
    const char *name;
    size_t offset;
};
extern const struct sc_series sc_channel_series[], sc_pool_series[];
extern const size_t sc_channel_series_count, sc_pool_series_count;
double sc_series_value(const struct sc_series *series, const void *point);

/* Mean cost of a counted day, of a pool and of all (pools, automation, fixed). The result must have sums by day. */
double sc_pool_day_cost(const struct sc_played *played, size_t pool, size_t day);
double sc_total_day_cost(const struct sc_played *played, size_t day);

#endif

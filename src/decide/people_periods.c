/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/people_periods.h"

#include "decide/people_leave.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Heads that begin on one day. */
struct group {
    const struct sc_cohort *cohort; /* NULL: the tenured */
    size_t start;                   /* days from the first on; all days: after the last */
    size_t first_short, first_long; /* the periods of the start */
    uint64_t same;
    int count;
    double most;
    double *until; /* [days + 1], speed of one head summed over the days before */
    double *speed; /* [shorts], over the days of each period */
    double *heads; /* [longs], days */
};

struct sc_people_periods {
    const struct sc_people *people;
    struct sc_people_calendar calendar;
    struct sc_people_rates rates;
    struct group *group;
    size_t groups;
    size_t *short_of, *long_of; /* [days + 1]: the period of a day, of the day after the last: their number */
    double *numbers;
};

static void periods_of(size_t *of, const size_t *end, size_t count, size_t days)
{
    size_t period = 0;
    for (size_t day = 0; day <= days; day++) {
        while (period < count && day >= end[period])
            period++;
        of[day] = period;
    }
}

static size_t begin_of(const size_t *end, size_t period)
{
    return period > 0 ? end[period - 1] : 0;
}

static double days_from(size_t start, size_t from, size_t to)
{
    from = from > start ? from : start;
    return to > from ? (double)(to - from) : 0.0;
}

static void group_fill(struct sc_people_periods *periods, struct group *group)
{
    const struct sc_people_calendar *calendar = &periods->calendar;
    for (size_t day = 0; day < calendar->days; day++) {
        int ramp;
        double speed = day < group->start ? 0.0
                       : group->cohort ? sc_people_speed(periods->people, (int64_t)(day - group->start), &ramp)
                                       : 1.0;
        group->until[day + 1] = group->until[day] + speed;
    }
    for (size_t i = 0; i < calendar->shorts; i++)
        group->speed[i] = group->until[calendar->short_end[i]] - group->until[begin_of(calendar->short_end, i)];
    for (size_t i = 0; i < calendar->longs; i++)
        group->heads[i] = days_from(group->start, begin_of(calendar->long_end, i), calendar->long_end[i]);
    group->first_short = periods->short_of[group->start];
    group->first_long = periods->long_of[group->start];
}

static void groups_fill(struct sc_people_periods *periods, const struct sc_cohort *cohorts)
{
    const struct sc_people_calendar *calendar = &periods->calendar;
    double *numbers = periods->numbers;
    for (size_t g = 0; g < periods->groups; g++) {
        const struct sc_cohort *cohort = g > 0 ? &cohorts[g - 1] : NULL;
        struct group *group = &periods->group[g];
        *group = (struct group){.cohort = cohort, .count = periods->people->headcount, .most = INFINITY};
        if (cohort) {
            int64_t start = cohort->start_day - calendar->first_day, most = sc_people_most_days(cohort);
            group->start = start < 0 ? 0 : start > (int64_t)calendar->days ? calendar->days : (size_t)start;
            group->count = cohort->count;
            group->most = most == INT64_MAX ? INFINITY : (double)most;
            for (const struct sc_cohort *before = cohorts; before < cohort; before++)
                group->same += before->start_day == cohort->start_day;
        }
        group->until = numbers;
        group->speed = group->until + calendar->days + 1;
        group->heads = group->speed + calendar->shorts;
        numbers = group->heads + calendar->longs;
        group_fill(periods, group);
    }
}

enum sc_code sc_people_periods_new(const struct sc_people *people, const struct sc_people_calendar *calendar,
                                   const struct sc_cohort *cohorts, size_t count, struct sc_people_periods **out,
                                   struct sc_error *error)
{
    struct sc_people_periods *periods = calloc(1, sizeof *periods);
    if (!periods)
        return sc_error_memory(error);
    size_t days = calendar->days, each = days + 1 + calendar->shorts + calendar->longs;
    *periods = (struct sc_people_periods){.people = people,
                                          .calendar = *calendar,
                                          .rates = sc_people_rates(people, 1.0),
                                          .groups = count + 1};
    periods->group = calloc(count + 1, sizeof *periods->group);
    periods->short_of = calloc(2 * (days + 1), sizeof *periods->short_of);
    periods->numbers = calloc((count + 1) * each, sizeof *periods->numbers);
    if (!periods->group || !periods->short_of || !periods->numbers) {
        sc_people_periods_free(periods);
        return sc_error_memory(error);
    }
    periods->long_of = periods->short_of + days + 1;
    periods_of(periods->short_of, calendar->short_end, calendar->shorts, days);
    periods_of(periods->long_of, calendar->long_end, calendar->longs, days);
    groups_fill(periods, cohorts);
    *out = periods;
    return SC_OK;
}

void sc_people_periods_free(struct sc_people_periods *periods)
{
    if (!periods)
        return;
    free(periods->group);
    free(periods->short_of);
    free(periods->numbers);
    free(periods);
}

/* A head that is there on the days start <= day < end. */
static void head_add(const struct sc_people_periods *periods, const struct group *group, size_t end, double *speed,
                     double *heads)
{
    const struct sc_people_calendar *calendar = &periods->calendar;
    size_t last_short = periods->short_of[end], last_long = periods->long_of[end];
    for (size_t i = group->first_short; i < last_short; i++)
        speed[i] += group->speed[i];
    if (last_short < calendar->shorts)
        speed[last_short] += group->until[end] - group->until[begin_of(calendar->short_end, last_short)];
    for (size_t i = group->first_long; i < last_long; i++)
        heads[i] += group->heads[i];
    if (last_long < calendar->longs)
        heads[last_long] += days_from(group->start, begin_of(calendar->long_end, last_long), end);
}

void sc_people_periods_sum(const struct sc_people_periods *periods, const char *pool, uint64_t seed,
                           uint64_t replication, double *speed, double *heads)
{
    const struct sc_people_calendar *calendar = &periods->calendar;
    uint64_t key = sc_people_key(pool, seed, replication);
    memset(speed, 0, calendar->shorts * sizeof *speed);
    memset(heads, 0, calendar->longs * sizeof *heads);
    for (size_t g = 0; g < periods->groups; g++) {
        const struct group *group = &periods->group[g];
        uint64_t group_key = sc_people_group_key(key, group->cohort, group->same);
        for (int i = 0; i < group->count; i++) {
            double age = sc_people_age(&periods->rates, group->cohort != NULL, sc_people_threshold(group_key, i));
            double end = (double)group->start + fmin(age, group->most);
            head_add(periods, group, end < (double)calendar->days ? (size_t)end : calendar->days, speed, heads);
        }
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/held_out_people.h"

#include "base/random.h"
#include "model/workforce.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { EARLY_DAYS = 90, BURNOUT_DAYS = 28, FIRST_WEEK = 7 };
static const double month_days = 365.25 / 12.0;

struct held_out_people *held_out_people_new(const struct sc_people *people, int64_t first_day, size_t days)
{
    struct held_out_people *held = calloc(1, sizeof *held);
    size_t steps = people->ramps + 1;
    assert_non_null(held);
    *held = (struct held_out_people){.people = people, .first_day = first_day, .days = days, .steps = steps};
    held->heads = calloc(days * steps, sizeof *held->heads);
    held->before = calloc(days * steps, sizeof *held->before);
    assert_true(held->heads && held->before);
    return held;
}

void held_out_people_free(struct held_out_people *held)
{
    if (!held)
        return;
    free(held->heads);
    free(held->before);
    free(held);
}

/* Live occupancy of the 28 days before a day. The plan's first week stands for those before it, of which nothing is
   known. */
static double occupancy_before(const double *occupancy, size_t day)
{
    size_t from = day > BURNOUT_DAYS ? day - BURNOUT_DAYS : 0, to = day > FIRST_WEEK ? day : FIRST_WEEK;
    double busy = 0.0, on_duty = 0.0;
    for (size_t d = from; d < to; d++) {
        busy += occupancy[2 * d];
        on_duty += occupancy[2 * d + 1];
    }
    return on_duty > 0.0 ? busy / on_duty : 0.0;
}

/* By what attrition is multiplied. */
static double burnout(const struct sc_people *people, double occupancy)
{
    const struct sc_burnout_point *point = people->burnout;
    size_t i = 0;
    while (i < people->burnout_points && point[i].occupancy < occupancy)
        i++;
    if (i == 0)
        return point[0].factor;
    if (i == people->burnout_points)
        return point[i - 1].factor;
    double wide = point[i].occupancy - point[i - 1].occupancy;
    return ((point[i].occupancy - occupancy) * point[i - 1].factor +
            (occupancy - point[i - 1].occupancy) * point[i].factor) /
           wide;
}

static double leaves(double monthly)
{
    return 1.0 - pow(1.0 - fmin(1.0, monthly), 1.0 / month_days);
}

/* The chance of leaving after a day: of the tenured and of early ones, in training or on duty. */
struct chances {
    double tenured, early, in_training, early_in_training;
};

static struct chances chances_of(const struct sc_people *people, double factor)
{
    return (struct chances){leaves(factor * people->attrition), leaves(factor * people->early_attrition),
                            leaves(people->attrition), leaves(people->early_attrition)};
}

/* Plays one head from day `from` on: where it is counted, until it leaves. `hired`: it is new on that day. */
static void head_play(struct held_out_people *held, const struct chances *chances, int64_t from, int64_t until,
                      bool hired, uint64_t key)
{
    const struct sc_people *people = held->people;
    int64_t training = hired ? (int64_t)ceil(people->training_s / 86400.0) : 0;
    size_t full = held->steps - 1;
    for (int64_t day = from; day < (int64_t)held->days && day <= until; day++) {
        const struct chances *here = &chances[day];
        int64_t age = day - from, on_duty = age - training;
        size_t month = hired && on_duty >= 0 ? (size_t)floor((double)on_duty / month_days) : full;
        bool early = hired && age < EARLY_DAYS;
        if (on_duty >= 0)
            held->heads[(size_t)day * held->steps + (month < full ? month : full)]++;
        double chance = on_duty >= 0 ? (early ? here->early : here->tenured)
                                     : (early ? here->early_in_training : here->in_training);
        if (sc_uniform(sc_key(key, (uint64_t)day)) < chance)
            return;
    }
}

bool held_out_people_fill(struct held_out_people *held, const struct sc_cohort *cohorts, size_t count, uint64_t key,
                          const double *occupancy)
{
    const struct sc_people *people = held->people;
    struct chances *chances = calloc(held->days, sizeof *chances);
    size_t size = held->days * held->steps * sizeof *held->heads;
    assert_non_null(chances);
    for (size_t day = 0; day < held->days; day++)
        chances[day] =
            day > 0 && !occupancy
                ? chances[0]
                : chances_of(people, occupancy ? burnout(people, occupancy_before(occupancy, day)) : 1.0);
    memcpy(held->before, held->heads, size);
    memset(held->heads, 0, size);
    for (int i = 0; i < people->headcount; i++)
        head_play(held, chances, 0, INT64_MAX, false, sc_key(sc_key(key, 0), (uint64_t)i));
    for (size_t c = 0; c < count; c++) {
        int64_t start = cohorts[c].start_day - held->first_day;
        int64_t until = cohorts[c].until_day == INT64_MAX ? INT64_MAX : cohorts[c].until_day - held->first_day;
        for (int i = 0; i < cohorts[c].count; i++)
            head_play(held, chances, start, until, true, sc_key(sc_key(key, (uint64_t)start + 1), (uint64_t)i));
    }
    free(chances);
    return memcmp(held->before, held->heads, size) != 0;
}

void held_out_people_crew(const struct held_out_people *held, int64_t date, struct sc_crew *crew)
{
    int64_t last = (int64_t)held->days - 1, at = date - held->first_day;
    const int *heads = &held->heads[(size_t)(at < 0 ? 0 : at > last ? last : at) * held->steps];
    int on_duty = 0;
    crew->groups = 0;
    for (size_t i = 0; i < held->steps; i++) {
        on_duty += heads[i];
        if (heads[i] > 0)
            crew->group[crew->groups++] =
                (struct sc_crew_group){i < held->people->ramps ? held->people->ramp[i] : 1.0, heads[i]};
    }
    crew->factor = (double)on_duty / held->people->headcount;
}

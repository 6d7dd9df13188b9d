/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths of people.
 *
 * A head with threshold E (exponential, mean 1) is there n days after it began as long as the hazard summed over these
 * days is below E. Without burn-out that sum is a straight line in two pieces, and the leaving day is a division. With
 * burn-out the sums are taken day by day, together with the occupancy that they depend on: heads that began together
 * share one sum, so each day compares it with the smallest threshold left in each such group.
 */
#include "staffcast/people.h"

#include "base/random.h"
#include "decide/people_leave.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a draw is for, below the key of replication and pool. */
enum { FOR_TENURED = 1, FOR_HIRED = 2 };

/* Hazard of a day as the rate of an exponential: (1 - a)^(12 / 365.25) of the heads stay. */
static double daily_rate(double monthly)
{
    return monthly >= 1.0 ? INFINITY : -log1p(-monthly) / SC_MONTH_DAYS;
}

static int64_t training_days(const struct sc_people *people)
{
    return (int64_t)ceil(people->training_s / 86400.0);
}

/* First day, from the end of training, of a month of the ramp. */
static int64_t ramp_begin(size_t month)
{
    return (int64_t)ceil((double)month * SC_MONTH_DAYS);
}

double sc_people_speed(const struct sc_people *people, int64_t days, int *ramp)
{
    int64_t since = days - training_days(people);
    *ramp = -1;
    if (since < 0)
        return 0.0;
    for (size_t i = 0; i < people->ramps; i++) {
        if (since >= ramp_begin(i + 1))
            continue;
        if (people->ramp[i] != 1.0)
            *ramp = (int)i;
        return people->ramp[i];
    }
    return 1.0;
}

/* --- memory --- */

enum sc_code sc_people_path_new(const struct sc_people *people, int64_t first_day, size_t days,
                                struct sc_people_path **path, struct sc_error *error)
{
    if (people->ramps > SC_RAMPS_MOST)
        return sc_error_set_at(error, SC_INPUT, people->where.file, people->where.line,
                               "a ramp of %zu months; write %d at most", people->ramps, SC_RAMPS_MOST);
    struct sc_people_path *made = calloc(1, sizeof *made);
    size_t rows = 4 + people->ramps;
    int *counts = calloc(rows * (days + 1), sizeof *counts);
    double *speed = calloc(days + 1, sizeof *speed);
    if (!made || !counts || !speed) {
        free(made);
        free(counts);
        free(speed);
        return sc_error_memory(error);
    }
    *made = (struct sc_people_path){.first_day = first_day,
                                    .days = days,
                                    .ramps = people->ramps,
                                    .headcount = counts,
                                    .training = counts + (days + 1),
                                    .left = counts + 2 * (days + 1),
                                    .hired = counts + 3 * (days + 1),
                                    .ramp = counts + 4 * (days + 1),
                                    .speed = speed};
    *path = made;
    return SC_OK;
}

void sc_people_path_free(struct sc_people_path *path)
{
    if (!path)
        return;
    free(path->headcount);
    free(path->speed);
    free(path->scratch);
    free(path);
}

/* --- who leaves when --- */

/* Heads that began on one day. */
struct group {
    int64_t start; /* days since the path's first */
    int64_t most;  /* days that nobody stays longer than */
    int count;
    bool hired;
    double *threshold; /* [count], and then the leaving age in days */
    int gone;          /* of the sorted thresholds, those passed */
    double summed;     /* hazard until now */
};

struct sc_people_rates sc_people_rates(const struct sc_people *people, double factor)
{
    double most = 1.0;
    return (struct sc_people_rates){.base = daily_rate(people->attrition),
                                    .early = daily_rate(people->early_attrition),
                                    .duty_base = daily_rate(fmin(most, factor * people->attrition)),
                                    .duty_early = daily_rate(fmin(most, factor * people->early_attrition))};
}

uint64_t sc_people_key(const char *pool, uint64_t seed, uint64_t replication)
{
    return sc_key_name(sc_key(sc_key(0, seed), replication), pool);
}

uint64_t sc_people_group_key(uint64_t key, const struct sc_cohort *cohort, uint64_t same)
{
    return cohort ? sc_key(sc_key(sc_key(key, FOR_HIRED), (uint64_t)cohort->start_day), same)
                  : sc_key(key, FOR_TENURED);
}

double sc_people_threshold(uint64_t group_key, int head)
{
    return -log(sc_uniform(sc_key(group_key, (uint64_t)head)));
}

int64_t sc_people_most_days(const struct sc_cohort *cohort)
{
    return cohort->until_day == INT64_MAX ? INT64_MAX : cohort->until_day + 1 - cohort->start_day;
}

double sc_people_age(const struct sc_people_rates *rates, bool hired, double threshold)
{
    double early = hired ? SC_EARLY_DAYS * rates->early : 0.0, age;
    if (threshold <= early)
        age = threshold / rates->early;
    else
        age = (hired ? SC_EARLY_DAYS : 0.0) + (rates->base > 0.0 ? (threshold - early) / rates->base : INFINITY);
    return fmax(1.0, ceil(age));
}

static void draw(struct group *group, uint64_t key)
{
    for (int i = 0; i < group->count; i++)
        group->threshold[i] = sc_people_threshold(key, i);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The factor on attrition at an occupancy: linear between the points, flat outside. */
static double burnout_factor(const struct sc_people *people, double occupancy)
{
    const struct sc_burnout_point *point = people->burnout;
    size_t n = people->burnout_points;
    if (n == 0 || isnan(occupancy))
        return 1.0;
    if (occupancy <= point[0].occupancy)
        return point[0].factor;
    for (size_t i = 1; i < n; i++)
        if (occupancy <= point[i].occupancy) {
            double part = (occupancy - point[i - 1].occupancy) / (point[i].occupancy - point[i - 1].occupancy);
            return point[i - 1].factor + part * (point[i].factor - point[i - 1].factor);
        }
    return point[n - 1].factor;
}

/* A day of a group passes: those whose threshold its hazard reaches leave before the next. */
static void group_day(struct group *group, const struct sc_people *people, const struct sc_people_rates *rates,
                      int64_t day)
{
    int64_t age = day - group->start;
    bool duty = !group->hired || age >= training_days(people), early = group->hired && age < SC_EARLY_DAYS;
    group->summed += duty ? (early ? rates->duty_early : rates->duty_base) : (early ? rates->early : rates->base);
    while (group->gone < group->count && group->threshold[group->gone] <= group->summed)
        group->threshold[group->gone++] = (double)(age + 1);
}

/* Leaving ages with burn-out, day by day. `ring` has room for the occupancy of the days before. */
static void leave_by_burnout(const struct sc_people_path *path, const struct sc_people *people, struct group *groups,
                             size_t count, const struct sc_people_occupancy *occupancy)
{
    double ring[SC_BURNOUT_DAYS], sum = 0.0;
    for (size_t g = 0; g < count; g++)
        qsort(groups[g].threshold, (size_t)groups[g].count, sizeof(double), compare);
    for (size_t day = 0; day < path->days; day++) {
        double heads = 0.0;
        for (size_t g = 0; g < count; g++) {
            int64_t age = (int64_t)day - groups[g].start;
            int ramp;
            if (age >= 0 && age < groups[g].most)
                heads +=
                    (groups[g].count - groups[g].gone) * (groups[g].hired ? sc_people_speed(people, age, &ramp) : 1.0);
        }
        double live = occupancy->live(occupancy->context, day, heads);
        if (day == 0) {
            for (int i = 0; i < SC_BURNOUT_DAYS; i++)
                ring[i] = live;
            sum = SC_BURNOUT_DAYS * live;
        }
        struct sc_people_rates rates = sc_people_rates(people, burnout_factor(people, sum / SC_BURNOUT_DAYS));
        for (size_t g = 0; g < count; g++)
            if ((int64_t)day >= groups[g].start)
                group_day(&groups[g], people, &rates, (int64_t)day);
        sum += live - ring[day % SC_BURNOUT_DAYS];
        ring[day % SC_BURNOUT_DAYS] = live;
    }
    for (size_t g = 0; g < count; g++)
        for (int i = groups[g].gone; i < groups[g].count; i++)
            groups[g].threshold[i] = INFINITY;
}

static void leave(const struct sc_people_path *path, const struct sc_people *people, struct group *groups, size_t count,
                  const struct sc_people_occupancy *occupancy)
{
    struct sc_people_rates rates = sc_people_rates(people, 1.0);
    if (occupancy && people->burnout_points > 0) {
        leave_by_burnout(path, people, groups, count, occupancy);
    } else {
        for (size_t g = 0; g < count; g++)
            for (int i = 0; i < groups[g].count; i++)
                groups[g].threshold[i] = sc_people_age(&rates, groups[g].hired, groups[g].threshold[i]);
    }
    for (size_t g = 0; g < count; g++)
        for (int i = 0; i < groups[g].count; i++)
            groups[g].threshold[i] = fmin(groups[g].threshold[i], (double)groups[g].most);
}

/* --- counting --- */

/* Adds `heads` to a row over the days from … to - 1, as differences. */
static void add(int *row, size_t days, double from, double to, int heads)
{
    if (from >= to || from >= (double)days || to <= 0.0)
        return;
    row[(size_t)fmax(0.0, from)] += heads;
    if (to < (double)days)
        row[(size_t)to] -= heads;
}

static void count_head(struct sc_people_path *path, const struct sc_people *people, const struct group *group,
                       double age)
{
    double from = (double)group->start, to = from + age;
    size_t days = path->days;
    add(path->headcount, days, from, to, 1);
    if (to < (double)days)
        path->left[(size_t)to]++;
    if (!group->hired)
        return;
    double trained = from + (double)training_days(people);
    if (from < (double)days)
        path->hired[(size_t)from]++;
    add(path->training, days, from, fmin(to, trained), 1);
    for (size_t i = 0; i < path->ramps; i++)
        if (people->ramp[i] != 1.0)
            add(path->ramp + i * (days + 1), days, trained + (double)ramp_begin(i),
                fmin(to, trained + (double)ramp_begin(i + 1)), 1);
}

static void sum_up(struct sc_people_path *path, const struct sc_people *people)
{
    size_t days = path->days;
    for (size_t day = 1; day < days; day++) {
        path->headcount[day] += path->headcount[day - 1];
        path->training[day] += path->training[day - 1];
    }
    for (size_t day = 0; day < days; day++)
        path->speed[day] = path->headcount[day] - path->training[day];
    for (size_t i = 0; i < path->ramps; i++) {
        int *row = path->ramp + i * (days + 1), here = 0;
        for (size_t day = 0; day < days; day++) {
            row[day] = here += row[day];
            path->speed[day] += here * (people->ramp[i] - 1.0);
        }
    }
}

/* The groups of a path, drawn: the tenured first. Several cohorts of a day draw one after the other. */
static void groups_draw(struct sc_people_path *path, const struct sc_people *people, const struct sc_cohort *cohorts,
                        size_t count, uint64_t key, struct group *groups)
{
    double *threshold = path->scratch;
    groups[0] = (struct group){.most = INT64_MAX, .count = people->headcount, .threshold = threshold};
    draw(&groups[0], sc_people_group_key(key, NULL, 0));
    threshold += people->headcount;
    for (size_t c = 0; c < count; c++) {
        uint64_t same = 0;
        for (size_t before = 0; before < c; before++)
            same += cohorts[before].start_day == cohorts[c].start_day;
        groups[c + 1] =
            (struct group){.start = cohorts[c].start_day - path->first_day,
                           .most = sc_people_most_days(&cohorts[c]),
                           .count = cohorts[c].count,
                           .hired = true,
                           .threshold = threshold};
        draw(&groups[c + 1], sc_people_group_key(key, &cohorts[c], same));
        threshold += cohorts[c].count;
    }
}

enum sc_code sc_people_path_fill(struct sc_people_path *path, const struct sc_people *people, const char *pool,
                                 const struct sc_cohort *cohorts, size_t cohort_count,
                                 const struct sc_people_occupancy *occupancy, uint64_t seed, uint64_t replication,
                                 struct sc_error *error)
{
    size_t heads = (size_t)people->headcount;
    for (size_t i = 0; i < cohort_count; i++)
        heads += (size_t)cohorts[i].count;
    if (heads > path->scratch_room) {
        double *grown = realloc(path->scratch, 2 * heads * sizeof *grown);
        if (!grown)
            return sc_error_memory(error);
        path->scratch = grown;
        path->scratch_room = 2 * heads;
    }
    struct group *groups = calloc(cohort_count + 1, sizeof *groups);
    if (!groups)
        return sc_error_memory(error);
    uint64_t key = sc_people_key(pool, seed, replication);
    memset(path->headcount, 0, (4 + path->ramps) * (path->days + 1) * sizeof *path->headcount);
    groups_draw(path, people, cohorts, cohort_count, key, groups);
    leave(path, people, groups, cohort_count + 1, occupancy);
    for (size_t g = 0; g <= cohort_count; g++)
        for (int i = 0; i < groups[g].count; i++)
            count_head(path, people, &groups[g], groups[g].threshold[i]);
    sum_up(path, people);
    free(groups);
    return SC_OK;
}

void sc_people_path_day(const struct sc_people_path *path, const struct sc_people *people, int64_t day,
                        struct sc_workforce_day *out)
{
    int64_t at = day - path->first_day;
    size_t d = at < 0 ? 0 : at >= (int64_t)path->days ? path->days - 1 : (size_t)at;
    int duty = path->headcount[d] - path->training[d];
    *out = (struct sc_workforce_day){.factor = (double)duty / people->headcount};
    for (size_t i = 0; duty > 0 && i < path->ramps; i++)
        out->share[i] = (double)path->ramp[i * (path->days + 1) + d] / duty;
}

/* --- closed forms --- */

double sc_people_stays(const struct sc_people *people, int hired, int64_t days)
{
    double early = hired ? fmin((double)days, SC_EARLY_DAYS) : 0.0, rest = (double)days - early;
    double hazard = (early > 0.0 ? early * daily_rate(people->early_attrition) : 0.0) +
                    (rest > 0.0 ? rest * daily_rate(people->attrition) : 0.0);
    return days <= 0 ? 1.0 : exp(-hazard);
}

struct sc_people_moments sc_people_moments(const struct sc_people *people, int64_t first_day,
                                           const struct sc_cohort *cohorts, size_t cohort_count, int64_t day)
{
    double p = sc_people_stays(people, 0, day - first_day), n = people->headcount;
    struct sc_people_moments moments = {.headcount = n * p,
                                        .headcount_variance = n * p * (1.0 - p),
                                        .speed = n * p,
                                        .speed_variance = n * p * (1.0 - p)};
    for (size_t i = 0; i < cohort_count; i++) {
        int64_t age = day - cohorts[i].start_day;
        int ramp;
        if (age < 0 || day > cohorts[i].until_day)
            continue;
        double speed = sc_people_speed(people, age, &ramp), c = cohorts[i].count;
        p = sc_people_stays(people, 1, age);
        moments.headcount += c * p;
        moments.headcount_variance += c * p * (1.0 - p);
        moments.training += age < training_days(people) ? c * p : 0.0;
        moments.training_variance += age < training_days(people) ? c * p * (1.0 - p) : 0.0;
        moments.speed += speed * c * p;
        moments.speed_variance += speed * speed * c * p * (1.0 - p);
    }
    return moments;
}

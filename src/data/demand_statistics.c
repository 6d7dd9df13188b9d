/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every statistic is a function of means over days of a few numbers a day, so a resample of days is a
 * resample of those numbers, and the bootstrap costs next to nothing.
 */
#include "base/random.h"
#include "data/demand_sample.h"
#include "staffcast/calendar.h"

#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdlib.h>

enum { LEAST_DAYS = 10 };
static const double level_s[SC_DEMAND_LEVELS] = {300, 900, 1800, 3600};

const char *sc_demand_statistic_name(enum sc_demand_statistic statistic)
{
    static const char *const name[SC_DEMAND_STATISTICS] = {
        "index of dispersion by 5 min",
        "index of dispersion by 15 min",
        "index of dispersion by 30 min",
        "index of dispersion by 60 min",
        "correlation of morning and afternoon (logarithms)",
        "correlation of a day with the next",
        "correlation of a day with that a week later",
    };
    return name[statistic];
}

double sc_demand_sum(const double *cell, size_t from, size_t to)
{
    double sum = 0;
    for (size_t i = from; i < to; i++)
        sum += cell[i];
    return sum;
}

double sc_demand_intervals(const struct sc_demand_sample *sample, int level, int weekday)
{
    const double *mean = sample->mean + (size_t)weekday * sample->cells;
    double intervals = 0;
    for (size_t i = sample->from[level]; i < sample->to[level] && sample->group[level];
         i += sample->group[level])
        intervals += sc_demand_sum(mean, i, i + sample->group[level]) > 0;
    return intervals;
}

/* --- the days that can be used --- */

/* Of weekdays with two known days and some contacts. */
static void days_choose(struct sc_demand_sample *s, const struct sc_history_grid *grid)
{
    size_t days[SC_DEMAND_WEEKDAYS] = {0};
    double contacts[SC_DEMAND_WEEKDAYS] = {0};
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t d = 0; d < grid->days; d++) {
            const double *row = grid->count + d * grid->cells;
            int weekday = sc_weekday(grid->day[d]);
            double total = sc_demand_sum(row, 0, grid->cells);
            if (isnan(total))
                continue;
            if (pass == 0) {
                days[weekday]++;
                contacts[weekday] += total;
            } else if (days[weekday] > 1 && contacts[weekday] > 0) {
                s->day[s->days] = grid->day[d];
                s->weekday[s->days] = weekday;
                s->count[s->days++] = row;
                s->of_weekday[weekday]++;
            }
        }
}

static void weeks_pair(struct sc_demand_sample *s)
{
    for (size_t d = 0, next = 0; d < s->days; d++) {
        while (next < s->days && s->day[next] < s->day[d] + 7)
            next++;
        s->next_week[d] = next < s->days && s->day[next] == s->day[d] + 7 ? next : s->days;
    }
}

/* The cells of each level: whole intervals of the clock between the first and the last cell with contacts. */
static void levels_find(struct sc_demand_sample *s)
{
    size_t first = s->cells, last = 0;
    for (size_t i = 0; i < SC_DEMAND_WEEKDAYS * s->cells; i++)
        if (s->mean[i] > 0) {
            first = i % s->cells < first ? i % s->cells : first;
            last = i % s->cells > last ? i % s->cells : last;
        }
    for (int level = 0; level < SC_DEMAND_LEVELS; level++) {
        if (fmod(level_s[level], s->interval_s) != 0)
            continue;
        size_t group = (size_t)(level_s[level] / s->interval_s);
        size_t from = (first + group - 1) / group * group, to = (last + 1) / group * group;
        if (from >= to)
            continue;
        s->group[level] = group;
        s->from[level] = from;
        s->to[level] = to;
    }
    s->noon = s->cells / 2;
}

enum sc_code sc_demand_sample_init(struct sc_demand_sample *sample, const struct sc_history_grid *grid,
                                   struct sc_error *error)
{
    struct sc_demand_sample s = {.cells = grid->cells, .interval_s = grid->interval_s};
    s.day = calloc(grid->days, sizeof *s.day);
    s.weekday = calloc(grid->days, sizeof *s.weekday);
    s.next_week = calloc(grid->days, sizeof *s.next_week);
    s.count = calloc(grid->days, sizeof *s.count);
    s.mean = calloc(SC_DEMAND_WEEKDAYS * grid->cells, sizeof *s.mean);
    if (!s.day || !s.weekday || !s.next_week || !s.count || !s.mean) {
        sc_error_memory(error);
        goto done;
    }
    days_choose(&s, grid);
    weeks_pair(&s);
    if (s.days < LEAST_DAYS) {
        sc_error_set(
            error, SC_INPUT,
            "%zu of %zu days can be compared with another of their weekday; at least %d are needed, two of a "
            "weekday, without unknown counts",
            s.days, grid->days, LEAST_DAYS);
        goto done;
    }
    for (size_t d = 0; d < s.days; d++) {
        size_t weekday = (size_t)s.weekday[d];
        for (size_t i = 0; i < s.cells; i++)
            s.mean[weekday * s.cells + i] += s.count[d][i] / s.of_weekday[weekday];
    }
    levels_find(&s);
    *sample = s;
    s = (struct sc_demand_sample){0};
done:
    sc_demand_sample_release(&s);
    return error->code;
}

void sc_demand_sample_release(struct sc_demand_sample *sample)
{
    free(sample->day);
    free(sample->weekday);
    free(sample->next_week);
    free(sample->count);
    free(sample->mean);
    *sample = (struct sc_demand_sample){0};
}

/* --- numbers of a day --- */

struct day_numbers {
    int weekday;
    double excess[SC_DEMAND_LEVELS]; /* mean over intervals of (N - m)^2 n / (n - 1) / m */
    double half[2];                  /* logarithm less the weekday's mean logarithm */
    double total;                    /* relative to the weekday's mean, less 1 */
    size_t next_week;
};

static double day_excess(const struct sc_demand_sample *s, size_t day, int level)
{
    int weekday = s->weekday[day];
    const double *mean = s->mean + (size_t)weekday * s->cells;
    size_t group = s->group[level];
    double n = s->of_weekday[weekday], sum = 0;
    if (!group)
        return NAN;
    for (size_t i = s->from[level]; i < s->to[level]; i += group) {
        double m = sc_demand_sum(mean, i, i + group), count = sc_demand_sum(s->count[day], i, i + group);
        sum += m > 0 ? (count - m) * (count - m) / m : 0;
    }
    return sum * n / (n - 1) / sc_demand_intervals(s, level, weekday);
}

static void days_fill(const struct sc_demand_sample *s, struct day_numbers *day)
{
    double half_mean[SC_DEMAND_WEEKDAYS][2] = {{0}};
    for (size_t d = 0; d < s->days; d++) {
        int weekday = s->weekday[d];
        const double *mean = s->mean + (size_t)weekday * s->cells;
        day[d].weekday = weekday;
        day[d].next_week = s->next_week[d];
        for (int level = 0; level < SC_DEMAND_LEVELS; level++)
            day[d].excess[level] = day_excess(s, d, level);
        day[d].half[0] = log(sc_demand_sum(s->count[d], 0, s->noon));
        day[d].half[1] = log(sc_demand_sum(s->count[d], s->noon, s->cells));
        for (int h = 0; h < 2; h++)
            half_mean[weekday][h] += day[d].half[h] / s->of_weekday[weekday];
        day[d].total = sc_demand_sum(s->count[d], 0, s->cells) / sc_demand_sum(mean, 0, s->cells) - 1;
    }
    for (size_t d = 0; d < s->days; d++)
        for (int h = 0; h < 2; h++)
            day[d].half[h] =
                isfinite(half_mean[day[d].weekday][h]) ? day[d].half[h] - half_mean[day[d].weekday][h] : NAN;
}

/* --- statistics of chosen days --- */

/* Sums for a correlation. */
struct pairs {
    double n, x, y, xx, xy, yy;
};

static void pairs_add(struct pairs *p, double x, double y)
{
    p->n++;
    p->x += x;
    p->y += y;
    p->xx += x * x;
    p->xy += x * y;
    p->yy += y * y;
}

static double pairs_correlation(const struct pairs *p)
{
    double xx = p->xx - p->x * p->x / p->n, yy = p->yy - p->y * p->y / p->n;
    return (p->xy - p->x * p->y / p->n) / sqrt(xx * yy);
}

static void statistics_of(const struct day_numbers *day, size_t days, const size_t *chosen, double *value)
{
    double excess[SC_DEMAND_WEEKDAYS][SC_DEMAND_LEVELS] = {{0}}, n[SC_DEMAND_WEEKDAYS] = {0}, weekdays = 0;
    struct pairs halves = {0}, neighbours = {0}, weeks = {0};
    for (size_t i = 0; i < days; i++) {
        const struct day_numbers *d = &day[chosen[i]];
        n[d->weekday]++;
        for (int level = 0; level < SC_DEMAND_LEVELS; level++)
            excess[d->weekday][level] += d->excess[level];
        pairs_add(&halves, d->half[0], d->half[1]);
        if (chosen[i] + 1 < days)
            pairs_add(&neighbours, d->total, day[chosen[i] + 1].total);
        if (d->next_week < days)
            pairs_add(&weeks, d->total, day[d->next_week].total);
    }
    for (int level = 0; level < SC_DEMAND_LEVELS; level++)
        value[level] = 0;
    for (int w = 0; w < SC_DEMAND_WEEKDAYS; w++)
        weekdays += n[w] > 0;
    for (int w = 0; w < SC_DEMAND_WEEKDAYS; w++)
        for (int level = 0; level < SC_DEMAND_LEVELS && n[w] > 0; level++)
            value[SC_DEMAND_DISPERSION_5 + level] += excess[w][level] / n[w] / weekdays;
    value[SC_DEMAND_HALVES] = pairs_correlation(&halves);
    value[SC_DEMAND_DAYS] = pairs_correlation(&neighbours);
    value[SC_DEMAND_WEEK] = pairs_correlation(&weeks);
}

/* Overlapping blocks, as many as fill the history; the last is cut. */
static void days_draw(size_t days, size_t block, uint64_t key, size_t *chosen)
{
    size_t starts = days - block + 1;
    for (size_t i = 0; i < days; i++)
        chosen[i] = (size_t)(sc_uniform(sc_key(key, i / block)) * (double)starts) + i % block;
}

static void bootstrap_play(const struct day_numbers *day, size_t days, const struct sc_bootstrap *b,
                           size_t *chosen, double *resampled, struct sc_demand_figure *figure)
{
    double value[SC_DEMAND_STATISTICS];
    size_t block = b->block_days < 1 ? 1 : b->block_days > days ? days : b->block_days;
    for (size_t r = 0; r < b->resamples; r++) {
        days_draw(days, block, sc_key(b->seed, r), chosen);
        statistics_of(day, days, chosen, value);
        for (size_t k = 0; k < SC_DEMAND_STATISTICS; k++)
            resampled[k * b->resamples + r] = value[k];
    }
    for (size_t k = 0; k < SC_DEMAND_STATISTICS; k++) {
        double *sample = resampled + k * b->resamples, mean = 0, squares = 0, n = (double)b->resamples;
        if (isnan(figure[k].value))
            continue;
        gsl_sort(sample, 1, b->resamples);
        for (size_t r = 0; r < b->resamples; r++)
            mean += sample[r] / n;
        for (size_t r = 0; r < b->resamples; r++)
            squares += (sample[r] - mean) * (sample[r] - mean);
        figure[k].low = sample[(size_t)(0.025 * n)];
        figure[k].high = sample[(size_t)(0.975 * n)];
        figure[k].error = sqrt(squares / (n - 1));
    }
}

enum sc_code sc_demand_statistics_estimate(const struct sc_history_grid *grid, struct sc_bootstrap bootstrap,
                                           struct sc_demand_figure *figure, struct sc_error *error)
{
    struct sc_demand_sample sample = {0};
    struct day_numbers *day = calloc(grid->days + 1, sizeof *day);
    size_t *chosen = calloc(grid->days + 1, sizeof *chosen);
    double *resampled = calloc(SC_DEMAND_STATISTICS * bootstrap.resamples + 1, sizeof *resampled);
    double value[SC_DEMAND_STATISTICS];
    if (!day || !chosen || !resampled) {
        sc_error_memory(error);
        goto done;
    }
    if (sc_demand_sample_init(&sample, grid, error) != SC_OK)
        goto done;
    days_fill(&sample, day);
    for (size_t i = 0; i < sample.days; i++)
        chosen[i] = i;
    statistics_of(day, sample.days, chosen, value);
    for (int k = 0; k < SC_DEMAND_STATISTICS; k++)
        figure[k] = (struct sc_demand_figure){value[k], NAN, NAN, NAN};
    if (bootstrap.resamples)
        bootstrap_play(day, sample.days, &bootstrap, chosen, resampled, figure);
done:
    sc_demand_sample_release(&sample);
    free(day);
    free(chosen);
    free(resampled);
    return error->code;
}

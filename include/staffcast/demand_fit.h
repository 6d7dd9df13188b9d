/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much less even demand is than a Poisson process, and the settings that make it so.
 *
 * Counts of a day's intervals scatter about their weekday's mean more than Poisson counts do. Some of it is
 * common to the whole day and outlasts it (`spread` with its `memory`), some comes and goes within the day
 * (`drift`). Which is which shows in how the excess grows with the length of the interval, in how the morning
 * goes with the afternoon, and in how a day goes with the next and with that a week later. Seven statistics
 * say so; the fit is the method of moments on them.
 */
#ifndef STAFFCAST_DEMAND_FIT_H
#define STAFFCAST_DEMAND_FIT_H

#include "staffcast/error.h"
#include "staffcast/history.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Statistics of counts N about the mean m of their weekday and interval; n days are of a weekday.
 *
 * Index of dispersion: sum (N - m)^2 / (n - 1) / m, its mean over intervals and weekdays; 1 for Poisson
 * counts. By intervals of the clock of 5, 15, 30 and 60 minutes, only those that lie whole within the hours
 * of the file. Halves: correlation of the day's logarithms of contacts before and from 12:00, each less its
 * weekday's mean. Days: correlation of a day's total, relative to its weekday's mean, with that of the next
 * day in the file; week: with that of the day seven days later, where the file has it. What a history cannot
 * tell is NaN: intervals shorter than its own, halves where one is empty.
 */
enum sc_demand_statistic {
    SC_DEMAND_DISPERSION_5,
    SC_DEMAND_DISPERSION_15,
    SC_DEMAND_DISPERSION_30,
    SC_DEMAND_DISPERSION_60,
    SC_DEMAND_HALVES,
    SC_DEMAND_DAYS,
    SC_DEMAND_WEEK,
    SC_DEMAND_STATISTICS
};

/* "index of dispersion by 5 min", … */
const char *sc_demand_statistic_name(enum sc_demand_statistic statistic);

/* A statistic with its 95 % interval and its standard error by the bootstrap. */
struct sc_demand_figure {
    double value, low, high, error;
};

/* Block bootstrap: how many resamples, of how many successive days a block, and the seed. */
struct sc_bootstrap {
    size_t resamples; /* 0: none; low, high and error are then NaN */
    size_t block_days;
    uint64_t seed;
};

/*
 * The statistics of a grid (of staffcast/history.h), in figure[SC_DEMAND_STATISTICS]. Days with an unknown
 * count, and weekdays with a single day, are left out.
 *
 * Bootstrap: the days, less their weekday's mean once and for all, are drawn in overlapping blocks of
 * successive days, each day with the days it is paired with, so that the pairs of the correlations between
 * days stay whole where blocks meet (Kuensch 1989, Ann. Statist. 17, 1217-1241); percentiles of the resampled
 * statistics. Errors: SC_INPUT (fewer than ten days are left), SC_SYSTEM. O(days * (cells + resamples)).
 */
enum sc_code sc_demand_statistics_estimate(const struct sc_history_grid *grid, struct sc_bootstrap bootstrap,
                                           struct sc_demand_figure *figure, struct sc_error *error);

/* The settings of SPEC 2.1 that make the scatter. */
struct sc_demand_scatter {
    double spread_cv, memory;
    double drift_cv, drift_half_life_s;
};

/*
 * What the statistics are expected to be of such a history (the grid's days, cells and means) under given
 * settings, in expected[SC_DEMAND_STATISTICS]. Exact second moments, that a few days' mean was taken off
 * included; the logarithms to first order; a correlation is the ratio of expectations. Steps of `memory` are
 * calendar days; `drift` is by the grid's intervals. Errors: as above.
 */
enum sc_code sc_demand_statistics_expect(const struct sc_history_grid *grid,
                                         const struct sc_demand_scatter *scatter, double *expected,
                                         struct sc_error *error);

struct sc_demand_fit {
    struct sc_demand_scatter scatter;
    struct sc_demand_figure observed[SC_DEMAND_STATISTICS];
    double expected[SC_DEMAND_STATISTICS]; /* under the fitted settings */
    double distance;                       /* sum over statistics of ((expected - observed) / error)^2 */
};

/*
 * Fits the four settings to a grid: the method of moments, least squares in units of each statistic's
 * bootstrap error (seven statistics, four settings). cv below .001 are 0. Errors: SC_INPUT (as above;
 * intervals above 30 min; no contacts before or after 12:00: nothing tells drift from spread), SC_NUMERIC,
 * SC_SYSTEM.
 */
enum sc_code sc_demand_fit_estimate(const struct sc_history_grid *grid, struct sc_bootstrap bootstrap,
                                    struct sc_demand_fit *fit, struct sc_error *error);

/*
 * Correlation of two gamma factors of mean 1 and that cv whose underlying standard normal variables (Gaussian
 * copula) have correlation rho: sum a_n^2 rho^n / cv^2, a_n the coefficients of the gamma quantile of the
 * normal probability in normalised Hermite polynomials (Mehler's formula). For cv up to .3 within .015 of
 * rho.
 */
double sc_gamma_copula_correlation(double cv, double rho);

#endif

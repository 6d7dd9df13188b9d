/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/calendar.h"
#include "staffcast/demand_fit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

#define assert_near(a, b, tolerance) assert_true(fabs((double)(a) - (double)(b)) <= (tolerance))

static const int64_t monday = 20458; /* 2026-01-05 */

static struct sc_history_grid grid_new(size_t days, size_t cells)
{
    struct sc_history_grid grid = {.days = days, .cells = cells, .interval_s = 86400.0 / (double)cells};
    grid.day = calloc(days, sizeof *grid.day);
    grid.count = calloc(days * cells, sizeof *grid.count);
    assert_true(grid.day && grid.count);
    return grid;
}

static void statistics_of(const struct sc_history_grid *grid, struct sc_bootstrap bootstrap,
                          struct sc_demand_figure figure[SC_DEMAND_STATISTICS])
{
    struct sc_error error = SC_ERROR_INIT;
    if (sc_demand_statistics_estimate(grid, bootstrap, figure, &error) != SC_OK)
        fail_msg("%s", error.message);
}

/* --- by hand --- */

/*
 * Twelve Mondays. 10:00 has 90 and 110 in turn, 15:00 the same in half-hours of 45 and 55: sums of squares 12
 * * 100 by 11 * 100 an hour, 12 * 25 by 11 * 50 a half-hour, and 10:00 by half-hours is 90 or 110 and 0.
 * Morning and afternoon go together, a week and the next against each other.
 */
static void statistics_are_those_computed_by_hand(void **state)
{
    (void)state;
    struct sc_history_grid grid = grid_new(12, 48);
    struct sc_demand_figure figure[SC_DEMAND_STATISTICS];
    for (size_t d = 0; d < grid.days; d++) {
        double unit = d % 2 ? 1.1 : 0.9;
        grid.day[d] = monday + 7 * (int64_t)d;
        grid.count[d * 48 + 20] = 100 * unit;
        grid.count[d * 48 + 30] = grid.count[d * 48 + 31] = 50 * unit;
    }
    statistics_of(&grid, (struct sc_bootstrap){0}, figure);
    assert_true(isnan(figure[SC_DEMAND_DISPERSION_5].value) && isnan(figure[SC_DEMAND_DISPERSION_15].value));
    assert_near(figure[SC_DEMAND_DISPERSION_30].value, (12.0 / 11 + 6.0 / 11 + 6.0 / 11) / 3, 1e-12);
    assert_near(figure[SC_DEMAND_DISPERSION_60].value, 12.0 / 11, 1e-12);
    assert_near(figure[SC_DEMAND_HALVES].value, 1, 1e-12);
    assert_near(figure[SC_DEMAND_DAYS].value, -1, 1e-12);
    assert_near(figure[SC_DEMAND_WEEK].value, -1, 1e-12);
    assert_true(isnan(figure[SC_DEMAND_DAYS].low) && isnan(figure[SC_DEMAND_DAYS].error));
    sc_history_grid_release(&grid);
}

/*
 * Weekdays that differ by a factor do not scatter; a Sunday that is alone, and a Monday with an unknown
 * count, say nothing. Intervals that the hours cut are left out: 08:15 to 10:00 has one whole hour.
 */
static void what_differs_by_weekday_is_no_scatter(void **state)
{
    (void)state;
    struct sc_history_grid grid = grid_new(13, 96);
    struct sc_demand_figure figure[SC_DEMAND_STATISTICS];
    for (size_t d = 0; d < grid.days; d++) {
        grid.day[d] = monday + (int64_t)(d / 2) * 7 + d % 2;
        for (size_t i = 33; i < 40; i++)
            grid.count[d * 96 + i] = d % 2 ? 400 : 100;
    }
    grid.day[12] = monday + 6 * 7 + 6;
    grid.count[12 * 96 + 36] = 1e6;
    for (size_t i = 33; i < 36; i++) /* were the hour from 08:00 taken for whole, it would show here */
        for (size_t d = 0; d < 12; d += 2)
            grid.count[d * 96 + i] += d % 4 ? 3 : -3;
    statistics_of(&grid, (struct sc_bootstrap){0}, figure);
    assert_near(figure[SC_DEMAND_DISPERSION_60].value, 0, 1e-12);
    /* by 15 min: 7 cells each of Mondays and Tuesdays, three of them with squares of 9 */
    assert_near(figure[SC_DEMAND_DISPERSION_15].value, 3.0 / 14 * 9 * 6 / 5 / 100, 1e-12);
    assert_true(isnan(figure[SC_DEMAND_HALVES].value)); /* no afternoon */
    grid.count[5] = NAN; /* eleven days are left, and those Mondays have another mean */
    statistics_of(&grid, (struct sc_bootstrap){0}, figure);
    assert_near(figure[SC_DEMAND_DISPERSION_15].value, 3.0 / 14 * (3 * 2.4 * 2.4 + 2 * 3.6 * 3.6) / 4 / 100.6,
                1e-3);
    sc_history_grid_release(&grid);
}

static void too_few_days_are_an_error(void **state)
{
    (void)state;
    struct sc_history_grid grid = grid_new(9, 24);
    struct sc_demand_figure figure[SC_DEMAND_STATISTICS];
    struct sc_demand_fit fit;
    struct sc_error error = SC_ERROR_INIT;
    for (size_t d = 0; d < 9; d++) {
        grid.day[d] = monday + 7 * (int64_t)d;
        grid.count[d * 24 + 10] = 5;
    }
    assert_int_equal(sc_demand_statistics_estimate(&grid, (struct sc_bootstrap){0}, figure, &error),
                     SC_INPUT);
    assert_string_equal(error.message,
                        "9 of 9 days can be compared with another of their weekday; at least 10 are "
                        "needed, two of a weekday, without unknown counts");
    error = SC_ERROR_INIT;
    assert_int_equal(sc_demand_fit_estimate(&grid, (struct sc_bootstrap){10, 5, 1}, &fit, &error), SC_INPUT);
    sc_history_grid_release(&grid);
    grid = grid_new(20, 24);
    for (size_t d = 0; d < 20; d++) {
        grid.day[d] = monday + 7 * (int64_t)d;
        grid.count[d * 24 + 10] = grid.count[d * 24 + 14] = 5 + (double)(d * d % 7);
    }
    error = SC_ERROR_INIT;
    assert_int_equal(sc_demand_fit_estimate(&grid, (struct sc_bootstrap){10, 5, 1}, &fit, &error), SC_INPUT);
    assert_string_equal(
        error.message,
        "drift within the day cannot be told from the spread of whole days (intervals of 3600 s, or no "
        "contacts in one half of a day); give intervals of 30 min or less with contacts before and after "
        "12:00");
    sc_history_grid_release(&grid);
}

/* --- the copula --- */

/* E[F(X) F(Y)] for two standard normal variables of correlation rho, by the trapezoidal rule in both. */
static double copula_by_integration(double cv, double rho)
{
    enum { POINTS = 241 };
    const double step = 0.05;
    double factor[POINTS], sum = 0, shape = 1 / (cv * cv);
    for (int i = 0; i < POINTS; i++) {
        double z = (i - POINTS / 2) * step;
        factor[i] = (z < 0 ? gsl_cdf_gamma_Pinv(gsl_cdf_ugaussian_P(z), shape, 1 / shape)
                           : gsl_cdf_gamma_Qinv(gsl_cdf_ugaussian_Q(z), shape, 1 / shape)) -
                    1;
    }
    for (int i = 0; i < POINTS; i++)
        for (int j = 0; j < POINTS; j++)
            sum +=
                factor[i] * factor[j] * step * step *
                gsl_ran_bivariate_gaussian_pdf((i - POINTS / 2) * step, (j - POINTS / 2) * step, 1, 1, rho);
    return sum / (cv * cv);
}

static void copula_correlation_is_that_of_integration(void **state)
{
    (void)state;
    static const double cv[] = {0.05, 0.3, 0.7}, rho[] = {0.2, 0.6, 0.9};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            assert_near(sc_gamma_copula_correlation(cv[i], rho[j]), copula_by_integration(cv[i], rho[j]),
                        2e-4);
    assert_near(sc_gamma_copula_correlation(0.3, 1), 1, 1e-12);
    assert_near(sc_gamma_copula_correlation(0.3, 0), 0, 1e-12);
    assert_true(sc_gamma_copula_correlation(0.001, 0.5) == 0.5);
}

/* --- simulated histories --- */

static const struct sc_demand_scatter known = {.spread_cv = 0.08,
                                               .memory = 0.7,
                                               .drift_cv = 0.1,
                                               .drift_half_life_s = 5400};

/* Counts of the model itself: `days` days from Monday to Friday, 08:00 to 18:00, the rate rising and falling.
 */
static struct sc_history_grid history_simulate(const gsl_rng *random, size_t days, double interval_s,
                                               const struct sc_demand_scatter *s)
{
    struct sc_history_grid grid = grid_new(days, (size_t)(86400 / interval_s));
    double shape = 1 / (s->spread_cv * s->spread_cv), sigma2 = log1p(s->drift_cv * s->drift_cv);
    double rho = exp2(-interval_s / s->drift_half_life_s), z = gsl_ran_ugaussian(random);
    for (size_t d = 0, day = 0; d < days; day++) {
        double x = gsl_ran_ugaussian(random);
        z = day ? s->memory * z + sqrt(1 - s->memory * s->memory) * gsl_ran_ugaussian(random) : z;
        if (day % 7 > 4)
            continue;
        double factor = s->spread_cv > 0 ? gsl_cdf_gamma_Pinv(gsl_cdf_ugaussian_P(z), shape, 1 / shape) : 1;
        grid.day[d] = monday + (int64_t)day;
        for (size_t i = 0; i < grid.cells; i++) {
            double hour = ((double)i + 0.5) * interval_s / 3600;
            double mean =
                (700 - 20 * (double)(day % 7)) * (1.3 - pow((hour - 13) / 5, 2)) * interval_s / 3600;
            x = i ? rho * x + sqrt(1 - rho * rho) * gsl_ran_ugaussian(random) : x;
            if (hour > 8 && hour < 18)
                grid.count[d * grid.cells + i] =
                    gsl_ran_poisson(random, mean * factor * exp(sqrt(sigma2) * x - sigma2 / 2));
        }
        d++;
    }
    return grid;
}

struct summary {
    double n, mean, squares;
};

static void summary_add(struct summary *s, double value)
{
    double off = value - s->mean;
    s->n++;
    s->mean += off / s->n;
    s->squares += off * (value - s->mean);
}

static double summary_error(const struct summary *s)
{
    return sqrt(s->squares / (s->n - 1) / s->n);
}

/*
 * What is expected is what simulated histories have on average: within 5.5 standard errors of 400 histories
 * (4 in 10^8 a figure) and what first-order formulas leave out, which is of the order of 1 / days: 2 / days
 * of a correlation, 1 % of a dispersion.
 */
static void expected_statistics_are_those_of_simulated_histories(void **state)
{
    (void)state;
    enum { HISTORIES = 400, DAYS = 60 };
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    struct summary summary[SC_DEMAND_STATISTICS] = {{0}};
    double expected[SC_DEMAND_STATISTICS];
    struct sc_error error = SC_ERROR_INIT;
    gsl_rng_set(random, 11);
    for (int r = 0; r < HISTORIES; r++) {
        struct sc_demand_figure figure[SC_DEMAND_STATISTICS];
        struct sc_history_grid grid = history_simulate(random, DAYS, 900, &known);
        statistics_of(&grid, (struct sc_bootstrap){0}, figure);
        for (int k = 0; k < SC_DEMAND_STATISTICS; k++)
            summary_add(&summary[k], figure[k].value);
        if (r == HISTORIES - 1) { /* the means of one history stand for the true ones: 1 % off at most */
            for (size_t i = 0; i < grid.days * grid.cells; i++) {
                double hour = ((double)(i % grid.cells) + 0.5) / 4;
                double mean = (700 - 20 * (double)((grid.day[i / grid.cells] - monday) % 7)) *
                              (1.3 - pow((hour - 13) / 5, 2)) / 4;
                grid.count[i] = hour > 8 && hour < 18 ? mean : 0;
            }
            assert_int_equal(sc_demand_statistics_expect(&grid, &known, expected, &error), SC_OK);
        }
        sc_history_grid_release(&grid);
    }
    assert_true(isnan(expected[SC_DEMAND_DISPERSION_5]) && isnan(summary[SC_DEMAND_DISPERSION_5].mean));
    for (int k = SC_DEMAND_DISPERSION_15; k < SC_DEMAND_STATISTICS; k++) {
        double left_out = k < SC_DEMAND_HALVES ? 0.01 * expected[k] : 2.0 / DAYS;
        print_message("%s: expected %.4f, simulated %.4f -+ %.4f\n",
                      sc_demand_statistic_name((enum sc_demand_statistic)k), expected[k], summary[k].mean,
                      summary_error(&summary[k]));
        assert_near(summary[k].mean, expected[k], 5.5 * summary_error(&summary[k]) + left_out);
    }
    gsl_rng_free(random);
}

/*
 * Known settings are found again, on average over histories: within 5.9 standard errors of 30 (Student's t,
 * 29 degrees of freedom: 2 in 10^6), and 5 % for the bias of moments that enter non-linearly.
 */
static void known_settings_are_recovered(void **state)
{
    (void)state;
    enum { HISTORIES = 30, DAYS = 150 };
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    const double wanted[4] = {known.spread_cv, known.memory, known.drift_cv, log(known.drift_half_life_s)};
    static const char *const name[4] = {"spread cv", "memory", "drift cv", "log half-life"};
    struct summary summary[4] = {{0}};
    gsl_rng_set(random, 12);
    for (int r = 0; r < HISTORIES; r++) {
        struct sc_demand_fit fit;
        struct sc_error error = SC_ERROR_INIT;
        struct sc_history_grid grid = history_simulate(random, DAYS, 900, &known);
        if (sc_demand_fit_estimate(&grid, (struct sc_bootstrap){200, 5, 1}, &fit, &error) != SC_OK)
            fail_msg("%s", error.message);
        summary_add(&summary[0], fit.scatter.spread_cv);
        summary_add(&summary[1], fit.scatter.memory);
        summary_add(&summary[2], fit.scatter.drift_cv);
        summary_add(&summary[3], log(fit.scatter.drift_half_life_s));
        sc_history_grid_release(&grid);
    }
    for (int k = 0; k < 4; k++) {
        print_message("%s: %.4f, found %.4f -+ %.4f\n", name[k], wanted[k], summary[k].mean,
                      summary_error(&summary[k]));
        assert_near(summary[k].mean, wanted[k], 5.9 * summary_error(&summary[k]) + 0.05 * wanted[k]);
    }
    gsl_rng_free(random);
}

/* Counts that are Poisson are taken for that: what is fitted makes an hour's index of dispersion no more
 * than 1.2. */
static void poisson_counts_are_taken_for_that(void **state)
{
    (void)state;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    struct sc_demand_scatter even = {.spread_cv = 0, .drift_cv = 0, .drift_half_life_s = 3600};
    struct sc_demand_fit fit;
    struct sc_error error = SC_ERROR_INIT;
    gsl_rng_set(random, 14);
    struct sc_history_grid grid = history_simulate(random, 150, 900, &even);
    if (sc_demand_fit_estimate(&grid, (struct sc_bootstrap){200, 5, 1}, &fit, &error) != SC_OK)
        fail_msg("%s", error.message);
    print_message("spread %.4f, memory %.3f, drift %.4f; index of dispersion %.3f, fitted %.3f\n",
                  fit.scatter.spread_cv, fit.scatter.memory, fit.scatter.drift_cv,
                  fit.observed[SC_DEMAND_DISPERSION_60].value, fit.expected[SC_DEMAND_DISPERSION_60]);
    /* 1000 intervals and more of 150 days: the index of Poisson counts scatters by some .02 */
    assert_near(fit.observed[SC_DEMAND_DISPERSION_60].value, 1, 0.15);
    assert_true(fit.expected[SC_DEMAND_DISPERSION_60] > 0.99 && fit.expected[SC_DEMAND_DISPERSION_60] < 1.2);
    sc_history_grid_release(&grid);
    gsl_rng_free(random);
}

/* The error that the bootstrap tells is the scatter between histories, which nobody sees who has one. */
static void bootstrap_tells_the_scatter_between_histories(void **state)
{
    (void)state;
    enum { HISTORIES = 300, DAYS = 120 };
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    struct sc_demand_scatter forgetful = known;
    struct summary value[SC_DEMAND_STATISTICS] = {{0}}, told[SC_DEMAND_STATISTICS] = {{0}};
    static const enum sc_demand_statistic looked_at[] = {SC_DEMAND_DISPERSION_60, SC_DEMAND_HALVES,
                                                         SC_DEMAND_DAYS};
    gsl_rng_set(random, 13);
    forgetful.memory = 0.3;
    for (int r = 0; r < HISTORIES; r++) {
        struct sc_demand_figure figure[SC_DEMAND_STATISTICS];
        struct sc_history_grid grid = history_simulate(random, DAYS, 1800, &forgetful);
        statistics_of(&grid, (struct sc_bootstrap){400, 5, (uint64_t)r}, figure);
        for (size_t k = 0; k < 3; k++) {
            const struct sc_demand_figure *f = &figure[looked_at[k]];
            assert_true(f->low < f->value && f->value < f->high);
            summary_add(&value[k], f->value);
            summary_add(&told[k], f->error);
        }
        sc_history_grid_release(&grid);
    }
    for (size_t k = 0; k < 3; k++) {
        double scatter = sqrt(value[k].squares / (HISTORIES - 1));
        print_message("%s: scatter %.4f, told %.4f\n", sc_demand_statistic_name(looked_at[k]), scatter,
                      told[k].mean);
        /* a standard deviation of 300 is known to 4.1 %; blocks of five days lose some of the rest */
        assert_true(told[k].mean > 0.75 * scatter && told[k].mean < 1.25 * scatter);
    }
    gsl_rng_free(random);
}

static int errors_off(void **state)
{
    (void)state;
    gsl_set_error_handler_off();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statistics_are_those_computed_by_hand),
        cmocka_unit_test(what_differs_by_weekday_is_no_scatter),
        cmocka_unit_test(too_few_days_are_an_error),
        cmocka_unit_test(copula_correlation_is_that_of_integration),
        cmocka_unit_test(expected_statistics_are_those_of_simulated_histories),
        cmocka_unit_test(known_settings_are_recovered),
        cmocka_unit_test(poisson_counts_are_taken_for_that),
        cmocka_unit_test(bootstrap_tells_the_scatter_between_histories),
    };
    return cmocka_run_group_tests(tests, errors_off, NULL);
}

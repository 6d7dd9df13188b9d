/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/variation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#define assert_near(a, b, tolerance) assert_true(fabs((double)(a) - (double)(b)) <= (tolerance))

enum { CHANNELS = 3 };

static struct sc_day_spread spread_of(const double *counts, const int *group, size_t days, size_t channels,
                                      size_t groups, double *own, double *total)
{
    struct sc_day_spread spread = {.own_cv = own, .total_cv = total};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_day_spread_estimate(counts, group, days, channels, groups, &spread, &error), SC_OK);
    return spread;
}

/*
 * Four days, two channels of mean 100 and 50, relative counts .4 .4 -.4 -.4 and .4 -.2 .2 -.4: covariance .16/3,
 * variances .64/3 and .4/3 less the Poisson parts .01 and .02.
 */
static void split_is_that_computed_by_hand(void **state)
{
    (void)state;
    const double counts[] = {140, 70, 140, 40, 60, 60, 60, 30};
    const int group[] = {0, 0, 0, 0};
    double own[2], total[2], common = .16 / 3;
    struct sc_day_spread spread = spread_of(counts, group, 4, 2, 1, own, total);
    assert_near(spread.common_cv, sqrt(common), 1e-9);
    assert_near(total[0], sqrt(.64 / 3 - .01), 1e-12);
    assert_near(total[1], sqrt(.4 / 3 - .02), 1e-12);
    assert_near(own[0], sqrt((1 + .64 / 3 - .01) / (1 + common) - 1), 1e-9);
    assert_near(own[1], sqrt((1 + .4 / 3 - .02) / (1 + common) - 1), 1e-9);
}

/*
 * Two channels that move as one: variances .03 and .02, covariance .04, more than the model allows. The total varies by
 * 90000 * .03 + 22500 * .02 + 90000 * .04 = 6750 = 202500 / 30.
 */
static void total_varies_as_it_did_where_the_split_does_not_fit(void **state)
{
    (void)state;
    const double counts[] = {100, 50, 120, 60, 80, 40};
    const int group[] = {0, 0, 0};
    double own[2], total[2];
    struct sc_day_spread spread = spread_of(counts, group, 3, 2, 1, own, total);
    assert_near(spread.common_cv, sqrt(1.0 / 30), 1e-9);
    assert_true(own[0] == 0 && own[1] == 0);
}

/* What weekdays differ by is no spread: counts that only depend on the weekday have less than Poisson scatter. */
static void differences_between_groups_are_taken_out(void **state)
{
    (void)state;
    const double counts[] = {100, 500, 100, 500, 100, 500};
    const int group[] = {0, 1, 0, 1, 0, 1};
    double own[1], total[1];
    struct sc_day_spread spread = spread_of(counts, group, 6, 1, 2, own, total);
    assert_true(spread.common_cv == 0 && own[0] == 0 && total[0] == 0);
}

/*
 * Known spreads are found again: sixty histories of 100 days in five groups, three channels. The mean of each squared
 * estimate's deviation must be within 6.5 of its standard errors (59 degrees of freedom: 2 in 10^8 a figure).
 */
static void known_spreads_are_recovered(void **state)
{
    (void)state;
    enum { HISTORIES = 60, DAYS = 100, GROUPS = 5 };
    static const double volume[CHANNELS] = {900, 400, 150}, common = .2, own_cv[CHANNELS] = {.15, .3, .25};
    double sum[4] = {0}, squares[4] = {0}, counts[DAYS * CHANNELS], own[CHANNELS], total[CHANNELS];
    int group[DAYS];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    assert_non_null(rng);
    gsl_rng_set(rng, 5);
    for (int h = 0; h < HISTORIES; h++) {
        for (int d = 0; d < DAYS; d++) {
            double factor = gsl_ran_gamma(rng, 1 / (common * common), common * common);
            group[d] = d % GROUPS;
            for (int c = 0; c < CHANNELS; c++) {
                double v = own_cv[c] * own_cv[c], mean = volume[c] * (1 + 0.1 * group[d]) * factor;
                counts[d * CHANNELS + c] = gsl_ran_poisson(rng, mean * gsl_ran_gamma(rng, 1 / v, v));
            }
        }
        struct sc_day_spread spread = spread_of(counts, group, DAYS, CHANNELS, GROUPS, own, total);
        double estimate[4] = {spread.common_cv * spread.common_cv, total[0] * total[0], total[1] * total[1],
                              total[2] * total[2]};
        for (int k = 0; k < 4; k++) {
            sum[k] += estimate[k];
            squares[k] += estimate[k] * estimate[k];
        }
    }
    for (int k = 0; k < 4; k++) {
        double v = k ? own_cv[k - 1] * own_cv[k - 1] : 0, truth = (1 + common * common) * (1 + v) - 1;
        double mean = sum[k] / HISTORIES, sd = sqrt((squares[k] - HISTORIES * mean * mean) / (HISTORIES - 1));
        /* dividing by estimated group means of 20 days biases a relative variance by 2 % at the most */
        assert_near(mean, truth, 6.5 * sd / sqrt(HISTORIES) + .02 * truth);
        assert_true(6.5 * sd / sqrt(HISTORIES) < .25 * truth);
    }
    gsl_rng_free(rng);
}

static void days_that_tell_nothing_are_refused(void **state)
{
    (void)state;
    const double counts[] = {10, 20}, empty[] = {10, 0, 12, 0};
    const int apart[] = {0, 1}, together[] = {0, 0};
    double own[2] = {7, 7}, total[2] = {7, 7};
    struct sc_day_spread spread = {.common_cv = 7, .own_cv = own, .total_cv = total};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_day_spread_estimate(counts, apart, 2, 1, 2, &spread, &error), SC_INPUT);
    error = SC_ERROR_INIT;
    assert_int_equal(sc_day_spread_estimate(empty, together, 2, 2, 1, &spread, &error), SC_INPUT);
    assert_true(spread.common_cv == 7 && own[0] == 7 && total[1] == 7);
}

/* Means 2 and 5 about 3.5: MSA = 13.5, MSE = 1, n0 = 3; F(1, 4) is the square of Student's t with 4, two-sided. */
static void components_are_those_of_the_analysis_of_variance(void **state)
{
    (void)state;
    const double value[] = {1, 4, 2, 5, 3, 6};
    const int group[] = {0, 2, 0, 2, 0, 2}; /* group 1 has no value */
    struct sc_components components;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_components_estimate(value, group, 6, 3, &components, &error), SC_OK);
    assert_near(components.mean, 3.5, 1e-14);
    assert_near(components.within_variance, 1, 1e-14);
    assert_near(components.f, 13.5, 1e-12);
    assert_near(components.between_variance, 12.5 / 3, 1e-12);
    assert_near(components.p, .021312, 1e-6);
    assert_int_equal(components.groups, 2);
}

/* Unequal groups: n0 = (6 - (16 + 4) / 6) / 1 = 8/3. Means 2.5 and 8, grand mean 13/3. */
static void components_of_unequal_groups(void **state)
{
    (void)state;
    const double value[] = {1, 2, 3, 4, 7, 9};
    const int group[] = {0, 0, 0, 0, 1, 1};
    struct sc_components components;
    struct sc_error error = SC_ERROR_INIT;
    double between = 4 * pow(2.5 - 13 / 3., 2) + 2 * pow(8 - 13 / 3., 2), within = (5 + 2) / 4.;
    assert_int_equal(sc_components_estimate(value, group, 6, 2, &components, &error), SC_OK);
    assert_near(components.within_variance, within, 1e-12);
    assert_near(components.between_variance, (between - within) / (8 / 3.), 1e-12);
}

static void components_need_groups(void **state)
{
    (void)state;
    const double value[] = {1, 2, 3};
    const int one[] = {0, 0, 0}, each[] = {0, 1, 2}, pair[] = {0, 0, 1};
    struct sc_components components;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_components_estimate(value, one, 3, 1, &components, &error), SC_INPUT);
    error = SC_ERROR_INIT;
    assert_int_equal(sc_components_estimate(value, each, 3, 3, &components, &error), SC_INPUT);
    error = SC_ERROR_INIT;
    assert_int_equal(sc_components_estimate(value, pair, 3, 2, &components, &error), SC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_is_that_computed_by_hand),
        cmocka_unit_test(total_varies_as_it_did_where_the_split_does_not_fit),
        cmocka_unit_test(differences_between_groups_are_taken_out),
        cmocka_unit_test(known_spreads_are_recovered),
        cmocka_unit_test(days_that_tell_nothing_are_refused),
        cmocka_unit_test(components_are_those_of_the_analysis_of_variance),
        cmocka_unit_test(components_of_unequal_groups),
        cmocka_unit_test(components_need_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/fit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf.h>
#include <math.h>
#include <stdlib.h>

#define assert_near(a, b, tolerance) assert_true(fabs((double)(a) - (double)(b)) <= (tolerance))

static struct sc_fit fits(struct sc_spell *spells, size_t count, enum sc_fit_law law)
{
    struct sc_fit fit = {.mean = -1};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_fit_one(spells, count, law, &fit, &error), SC_OK);
    assert_int_equal(fit.law, law);
    return fit;
}

/* Remission under 6-MP (Freireich et al. 1963): 9 events in 359 weeks of all patients together. */
static const struct sc_spell remission[] = {{6, 1},  {6, 1},  {6, 1},  {6, 0},  {7, 1},  {9, 0},  {10, 1},
                                            {10, 0}, {11, 0}, {13, 1}, {16, 1}, {17, 0}, {19, 0}, {20, 0},
                                            {22, 1}, {23, 1}, {25, 0}, {32, 0}, {32, 0}, {34, 0}, {35, 0}};
enum { REMISSIONS = sizeof remission / sizeof *remission };

static void exponential_is_time_over_events(void **state)
{
    (void)state;
    struct sc_spell spells[REMISSIONS];
    for (size_t i = 0; i < REMISSIONS; i++)
        spells[i] = remission[i];
    struct sc_fit fit = fits(spells, REMISSIONS, SC_FIT_EXPONENTIAL);
    assert_near(fit.mean, 359.0 / 9, 1e-12);
    assert_near(fit.log_likelihood, -9 * log(359.0 / 9) - 9, 1e-10);
    assert_near(fit.aic, 2 + 18 * (log(359.0 / 9) + 1), 1e-10);
    assert_true(fit.cv == 1 && fit.shape == 1);
}

/* Uncensored lognormal: mean and standard deviation (by n) of the logarithms. */
static void lognormal_without_censoring_has_a_closed_form(void **state)
{
    (void)state;
    static const double times[] = {12, 35, 35, 61, 100, 7, 260, 33};
    struct sc_spell spells[8];
    double mean = 0, square = 0;
    for (size_t i = 0; i < 8; i++) {
        spells[i] = (struct sc_spell){times[i], true};
        mean += log(times[i]) / 8;
        square += pow(log(times[i]), 2) / 8;
    }
    struct sc_fit fit = fits(spells, 8, SC_FIT_LOGNORMAL);
    double sd = sqrt(square - mean * mean);
    assert_near(log(fit.scale), mean, 1e-5);
    assert_near(fit.shape, sd, 1e-5);
    assert_near(fit.mean, exp(mean + sd * sd / 2), 1e-3 * fit.mean);
    assert_near(fit.cv, sqrt(exp(sd * sd) - 1), 1e-4);
    assert_near(fit.log_likelihood, -8 * (mean + log(sd) + 0.5 * log(2 * M_PI) + 0.5), 1e-8);
}

/* Uncensored gamma: the mean is the sample's, and ln k - psi(k) = ln(mean) - mean of the logarithms. */
static void gamma_without_censoring_solves_its_equations(void **state)
{
    (void)state;
    static const double times[] = {12, 35, 35, 61, 100, 7, 260, 33};
    struct sc_spell spells[8];
    double mean = 0, log_mean = 0;
    for (size_t i = 0; i < 8; i++) {
        spells[i] = (struct sc_spell){times[i], true};
        mean += times[i] / 8;
        log_mean += log(times[i]) / 8;
    }
    struct sc_fit fit = fits(spells, 8, SC_FIT_GAMMA);
    assert_near(fit.mean / mean, 1, 1e-5);
    assert_near(log(fit.shape) - gsl_sf_psi(fit.shape), log(mean) - log_mean, 1e-5);
    assert_near(fit.cv, 1 / sqrt(fit.shape), 1e-12);
}

/* Of every law, censored: no neighbour has a larger likelihood, and the likelihood is the sum it is said to be. */
static void fits_are_maxima_of_the_likelihood(void **state)
{
    (void)state;
    struct sc_spell spells[REMISSIONS];
    for (size_t i = 0; i < REMISSIONS; i++)
        spells[i] = remission[i];
    for (int law = 0; law < SC_FIT_LAWS; law++) {
        struct sc_fit fit = fits(spells, REMISSIONS, (enum sc_fit_law)law);
        for (int direction = -1; direction < 8; direction++) {
            struct sc_fit near_by = fit;
            double turn = direction * M_PI / 4, likelihood = 0;
            if (direction >= 0) {
                near_by.scale *= 1 + 1e-3 * cos(turn);
                near_by.shape *= law == SC_FIT_EXPONENTIAL ? 1 : 1 + 1e-3 * sin(turn);
            }
            for (size_t i = 0; i < REMISSIONS; i++)
                likelihood += spells[i].event ? sc_fit_log_density(&near_by, spells[i].time)
                                              : sc_fit_log_survival(&near_by, spells[i].time);
            if (direction < 0)
                assert_near(likelihood, fit.log_likelihood, 1e-9);
            else
                assert_true(likelihood <= fit.log_likelihood + 1e-12);
        }
    }
}

/* Weibull and gamma contain the exponential, so they cannot fit worse. */
static void larger_families_fit_no_worse(void **state)
{
    (void)state;
    struct sc_spell spells[REMISSIONS];
    struct sc_fit all[SC_FIT_LAWS];
    struct sc_error error = SC_ERROR_INIT;
    size_t best;
    for (size_t i = 0; i < REMISSIONS; i++)
        spells[i] = remission[i];
    assert_int_equal(sc_fit_all(spells, REMISSIONS, all, &best, &error), SC_OK);
    assert_true(all[SC_FIT_WEIBULL].log_likelihood >= all[SC_FIT_EXPONENTIAL].log_likelihood);
    assert_true(all[SC_FIT_GAMMA].log_likelihood >= all[SC_FIT_EXPONENTIAL].log_likelihood);
    for (size_t law = 0; law < SC_FIT_LAWS; law++)
        assert_true(all[best].aic <= all[law].aic);
}

/* The density is the slope of the survival function, and the survival function lasts where doubles end. */
static void density_and_survival_agree(void **state)
{
    (void)state;
    for (int law = 0; law < SC_FIT_LAWS; law++) {
        struct sc_fit fit = {.law = (enum sc_fit_law)law, .shape = law ? 1.7 : 1, .scale = 80};
        for (double t = 5; t < 500; t *= 1.5) {
            double slope = (sc_fit_survival(&fit, t * (1 - 1e-5)) - sc_fit_survival(&fit, t * (1 + 1e-5))) / (2e-5 * t);
            assert_near(slope / exp(sc_fit_log_density(&fit, t)), 1, 1e-7);
        }
        assert_true(sc_fit_survival(&fit, 0) == 1);
        assert_true(isfinite(sc_fit_log_survival(&fit, 1e6)));
    }
    struct sc_fit exponential = {.law = SC_FIT_GAMMA, .shape = 1, .scale = 10};
    assert_near(sc_fit_log_survival(&exponential, 1e4) / -1e3, 1, 1e-12);
    struct sc_fit erlang = {.law = SC_FIT_GAMMA, .shape = 2, .scale = 1}; /* P(T > t) = (1 + t) exp(-t) */
    assert_near(sc_fit_log_survival(&erlang, 2000), log(2001) - 2000, 1e-6);
}

/* Exponential of mean 2.5 against 1, 2, 3, 4: largest just before the step at 1: 1 - exp(-.4). */
static void distance_is_the_largest_gap_on_either_side_of_a_step(void **state)
{
    (void)state;
    struct sc_spell spells[] = {{1, true}, {2, true}, {3, true}, {4, true}};
    struct sc_fit fit = fits(spells, 4, SC_FIT_EXPONENTIAL);
    assert_near(fit.distance, 1 - exp(-.4), 1e-12);
}

static double draw(gsl_rng *rng, enum sc_fit_law law, double shape, double scale)
{
    switch (law) {
    case SC_FIT_WEIBULL:
        return gsl_ran_weibull(rng, scale, shape);
    case SC_FIT_LOGNORMAL:
        return gsl_ran_lognormal(rng, log(scale), shape);
    case SC_FIT_GAMMA:
        return gsl_ran_gamma(rng, shape, scale);
    default:
        return gsl_ran_exponential(rng, scale);
    }
}

/*
 * Patience of known law seen through waits that censor about half of it: forty samples, whose mean estimate must be
 * within 6.5 of its own standard errors of the truth (with 39 degrees of freedom: one failure in 10 million, and eight
 * figures), a tenth of a standard deviation of one sample granted for the bias of order 1/n.
 */
static void censored_parameters_are_recovered(void **state)
{
    (void)state;
    enum { SAMPLES = 40, SPELLS = 600 };
    static const double shapes[SC_FIT_LAWS] = {1, 1.4, 1.1, 0.7}, scale = 120;
    struct sc_spell *spells = malloc(SPELLS * sizeof *spells);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    assert_non_null(spells);
    assert_non_null(rng);
    gsl_rng_set(rng, 1999);
    for (int law = 0; law < SC_FIT_LAWS; law++) {
        double sum[2] = {0}, squares[2] = {0}, truth[2] = {log(scale), log(shapes[law])};
        for (int sample = 0; sample < SAMPLES; sample++) {
            for (size_t i = 0; i < SPELLS; i++) {
                double patience = draw(rng, (enum sc_fit_law)law, shapes[law], scale);
                double offered = gsl_ran_exponential(rng, scale);
                spells[i] = (struct sc_spell){fmin(patience, offered), patience <= offered};
            }
            struct sc_fit fit = fits(spells, SPELLS, (enum sc_fit_law)law);
            double estimate[2] = {log(fit.scale), log(fit.shape)};
            for (int k = 0; k < 2; k++) {
                sum[k] += estimate[k];
                squares[k] += estimate[k] * estimate[k];
            }
        }
        for (int k = 0; k < (law == SC_FIT_EXPONENTIAL ? 1 : 2); k++) {
            double mean = sum[k] / SAMPLES, sd = sqrt((squares[k] - SAMPLES * mean * mean) / (SAMPLES - 1));
            assert_true(sd > 0 && sd < 0.2);
            assert_near(mean, truth[k], 6.5 * sd / sqrt(SAMPLES) + 0.1 * sd);
        }
    }
    gsl_rng_free(rng);
    free(spells);
}

/* With thousands of spells the law they came from wins by AIC. */
static void best_law_is_the_one_that_made_the_data(void **state)
{
    (void)state;
    enum { SPELLS = 2000 };
    static const double shapes[SC_FIT_LAWS] = {1, 2.0, 1.0, 3.0};
    struct sc_spell *spells = malloc(SPELLS * sizeof *spells);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 7);
    for (int law = SC_FIT_WEIBULL; law < SC_FIT_LAWS; law++) {
        struct sc_fit all[SC_FIT_LAWS];
        struct sc_error error = SC_ERROR_INIT;
        size_t best = 99;
        for (size_t i = 0; i < SPELLS; i++) {
            double patience = draw(rng, (enum sc_fit_law)law, shapes[law], 100),
                   offered = gsl_ran_exponential(rng, 300);
            spells[i] = (struct sc_spell){fmin(patience, offered), patience <= offered};
        }
        assert_int_equal(sc_fit_all(spells, SPELLS, all, &best, &error), SC_OK);
        assert_int_equal(best, law);
        assert_true(all[best].distance < 0.06);
    }
    gsl_rng_free(rng);
    free(spells);
}

static void what_cannot_be_fitted_is_refused(void **state)
{
    (void)state;
    struct sc_fit fit = {.mean = 42};
    struct sc_spell zero[] = {{0, true}, {3, true}, {4, true}};
    struct sc_spell none[] = {{2, false}, {3, false}};
    struct sc_spell same[] = {{5, true}, {5, true}, {2, false}};
    struct {
        struct sc_spell *spells;
        size_t count;
        enum sc_fit_law law;
    } bad[] = {{zero, 3, SC_FIT_EXPONENTIAL}, {none, 2, SC_FIT_EXPONENTIAL}, {same, 3, SC_FIT_WEIBULL},
               {same, 3, SC_FIT_LOGNORMAL},   {same, 3, SC_FIT_GAMMA},       {NULL, 0, SC_FIT_GAMMA}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct sc_error error = SC_ERROR_INIT;
        assert_int_equal(sc_fit_one(bad[i].spells, bad[i].count, bad[i].law, &fit, &error), SC_INPUT);
        assert_true(fit.mean == 42);
    }
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_fit_one(same, 3, SC_FIT_EXPONENTIAL, &fit, &error), SC_OK);
    assert_near(fit.mean, 6, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential_is_time_over_events),
        cmocka_unit_test(lognormal_without_censoring_has_a_closed_form),
        cmocka_unit_test(gamma_without_censoring_solves_its_equations),
        cmocka_unit_test(fits_are_maxima_of_the_likelihood),
        cmocka_unit_test(larger_families_fit_no_worse),
        cmocka_unit_test(density_and_survival_agree),
        cmocka_unit_test(distance_is_the_largest_gap_on_either_side_of_a_step),
        cmocka_unit_test(censored_parameters_are_recovered),
        cmocka_unit_test(best_law_is_the_one_that_made_the_data),
        cmocka_unit_test(what_cannot_be_fitted_is_refused),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

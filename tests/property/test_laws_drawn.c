/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables that draws are read from, against the laws themselves. The inverse in the table is judged by the
 * forward distribution function, which shares no code with it: an error e in F at x is an error e / (x f(x))
 * of x, relatively.
 */
#include "base/random.h"
#include "model/quantile.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct subject {
    enum sc_law_kind kind;
    double cv;
    const char *name;
    /* worked out */
    double shape, log_sd, unit_mean;
    struct sc_quantile_table table;
};

static const struct subject laws[] = {
    {.kind = SC_LAW_EXPONENTIAL, .cv = 1.0, .name = "exponential"},
    {.kind = SC_LAW_LOGNORMAL, .cv = 0.2, .name = "lognormal .2"},
    {.kind = SC_LAW_LOGNORMAL, .cv = 0.8, .name = "lognormal .8"},
    {.kind = SC_LAW_LOGNORMAL, .cv = 1.5, .name = "lognormal 1.5"},
    {.kind = SC_LAW_LOGNORMAL, .cv = 2.0, .name = "lognormal 2"},
    {.kind = SC_LAW_GAMMA, .cv = 0.015, .name = "gamma .015"}, /* beyond what GSL inverts */
    {.kind = SC_LAW_GAMMA, .cv = 0.1, .name = "gamma .1"},
    {.kind = SC_LAW_GAMMA, .cv = 0.8, .name = "gamma .8"},
    {.kind = SC_LAW_GAMMA, .cv = 1.5, .name = "gamma 1.5"},
    {.kind = SC_LAW_ERLANG, .cv = 0.5, .name = "erlang 4"},
    {.kind = SC_LAW_WEIBULL, .cv = 0.5, .name = "weibull .5"},
    {.kind = SC_LAW_WEIBULL, .cv = 0.8, .name = "weibull .8"},
    {.kind = SC_LAW_WEIBULL, .cv = 1.5, .name = "weibull 1.5"},
};
enum { LAWS = sizeof laws / sizeof *laws };

static struct subject *subject_new(const struct subject *law)
{
    struct sc_error error = SC_ERROR_INIT;
    struct subject *s = malloc(sizeof *s);
    *s = *law;
    s->shape = 1.0 / (law->cv * law->cv);
    s->log_sd = sqrt(log1p(law->cv * law->cv));
    if (law->kind == SC_LAW_WEIBULL) {
        /* The shape by bisection of Gamma(1 + 2/k) / Gamma(1 + 1/k)^2 = 1 + cv^2, which falls in k. */
        double low = 0.2, high = 100.0;
        for (int i = 0; i < 200; i++) {
            s->shape = 0.5 * (low + high);
            double ratio = exp(lgamma(1.0 + 2.0 / s->shape) - 2.0 * lgamma(1.0 + 1.0 / s->shape));
            *(ratio > 1.0 + law->cv * law->cv ? &low : &high) = s->shape;
        }
        s->unit_mean = tgamma(1.0 + 1.0 / s->shape);
    }
    if (sc_quantile_build(&s->table, law->kind, law->cv, &error) != SC_OK)
        fail_msg("%s: %s", law->name, error.message);
    return s;
}

/* Probability below (or, upper, above) x of a law of mean 1, and x times the density. */
static double probability(const struct subject *s, double x, bool upper, double *x_density)
{
    switch (s->kind) {
    case SC_LAW_EXPONENTIAL:
        *x_density = x * exp(-x);
        return upper ? exp(-x) : -expm1(-x);
    case SC_LAW_LOGNORMAL: {
        double z = log(x) / s->log_sd + 0.5 * s->log_sd;
        *x_density = exp(-0.5 * z * z) / (s->log_sd * sqrt(2.0 * M_PI));
        return 0.5 * erfc((upper ? z : -z) * M_SQRT1_2);
    }
    case SC_LAW_WEIBULL: {
        double power = pow(x * s->unit_mean, s->shape);
        *x_density = s->shape * power * exp(-power);
        return upper ? exp(-power) : -expm1(-power);
    }
    default: {
        double y = x * s->shape;
        *x_density = exp(s->shape * log(y) - y - lgamma(s->shape));
        return upper ? gsl_sf_gamma_inc_Q(s->shape, y) : gsl_sf_gamma_inc_P(s->shape, y);
    }
    }
}

/* 64 bits whose distance q to an end lies in the octave [2^-(e+2), 2^-(e+1)), at a share of it. */
static uint64_t bits_in(int half, int octave, uint64_t random)
{
    uint64_t m = (1ULL << 63 | random >> 1) >> octave | 1;
    return (uint64_t)half << 63 | m >> 1;
}

static double distance(uint64_t bits)
{
    return ldexp((double)(bits << 1 | 1), -65);
}

static void test_every_octave_of_both_tails_agrees_with_the_law(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAWS; i++) {
        struct subject *s = subject_new(&laws[i]);
        double worst = 0.0;
        for (int half = 0; half < 2; half++)
            for (int octave = 0; octave <= 43; octave++)
                for (uint64_t k = 0; k < 400; k++) {
                    uint64_t bits = bits_in(half, octave, sc_key(i, k));
                    double x = sc_quantile(&s->table, bits), x_density;
                    double error = (probability(s, x, half == 1, &x_density) - distance(bits)) / x_density;
                    worst = fmax(worst, fabs(error));
                }
        print_message("%-14s largest relative error %.1e\n", s->name, worst);
        assert_true(worst <= (s->cv <= 1.5 ? 1e-6 : 1e-5));
        free(s);
    }
}

/* The integrals of the table's cubics over all probabilities, exactly (Gauss and Legendre with four points).
 */
static void table_moments(const struct sc_quantile_table *table, double *mean, double *variance)
{
    static const double at[4] = {0.0694318442029737, 0.3300094782075719, 0.6699905217924281,
                                 0.9305681557970263};
    static const double weight[4] = {0.1739274225687269, 0.3260725774312731, 0.3260725774312731,
                                     0.1739274225687269};
    double first = 0.0, second = 0.0;
    for (int half = 0; half < 2; half++)
        for (int octave = SC_QUANTILE_OCTAVES; octave >= 0; octave--) {
            double width =
                ldexp(0.5, octave == SC_QUANTILE_OCTAVES ? -octave : -(octave + 1)) / SC_QUANTILE_CELLS;
            for (int j = 0; j < SC_QUANTILE_CELLS; j++)
                for (int g = 0; g < 4; g++) {
                    const double *c = table->cell[half][octave][j].c;
                    double x = ((c[3] * at[g] + c[2]) * at[g] + c[1]) * at[g] + c[0];
                    first += width * weight[g] * x;
                    second += width * weight[g] * (x - 1.0) * (x - 1.0);
                }
        }
    *mean = first;
    *variance = second - (first - 1.0) * (first - 1.0);
}

static void test_mean_and_variance_are_the_laws(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAWS; i++) {
        struct subject *s = subject_new(&laws[i]);
        double mean, variance;
        table_moments(&s->table, &mean, &variance);
        print_message("%-14s mean - 1 = %+.1e, variance / cv^2 - 1 = %+.1e\n", s->name, mean - 1.0,
                      variance / (s->cv * s->cv) - 1.0);
        assert_true(fabs(mean - 1.0) <= 1e-6);
        assert_true(fabs(variance / (s->cv * s->cv) - 1.0) <= 1e-6);
        free(s);
    }
}

/* From the lowest to the highest of 2^64 numbers: the value never falls. Steps inside cells and across their
 * ends. */
static void test_tables_are_monotone(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAWS; i++) {
        struct subject *s = subject_new(&laws[i]);
        double before[2] = {INFINITY, 0.0}; /* the lower half falls towards its end, the upper one rises */
        for (int octave = 0; octave <= SC_QUANTILE_OCTAVES; octave++)
            for (uint64_t step = 1024; step-- > 0;) {
                uint64_t least = step << 54, most = least | ((1ULL << 54) - 1);
                uint64_t ends[2] = {most, least};
                for (int e = 0; e < 2; e++)
                    for (int half = 0; half < 2; half++) {
                        double x = sc_quantile(&s->table, bits_in(half, octave, ends[e]));
                        double slack = 4e-16 * x; /* the last bit of a cubic's sum */
                        assert_true(half == 0 ? x <= before[0] + slack : x >= before[1] - slack);
                        before[half] = x;
                    }
            }
        assert_true(before[0] >= 0.0);
        assert_true(sc_quantile(&s->table, UINT64_MAX >> 1) <=
                    sc_quantile(&s->table, 1ULL << 63 | UINT64_MAX >> 1));
        free(s);
    }
}

/* --- Kolmogorov and Smirnov at 10^7 hashed draws
 * ------------------------------------------------------------------ */

enum { DRAWS = 10000000, POINTS = 4096 };

/* The largest gap between the share of draws below and F, at points close enough to miss next to nothing of
   it. Bound: P(sqrt(n) D > t) <= 2 exp(-2 t^2) (Massart 1990), 10^-7 at t = 2.9. */
static void kolmogorov_smirnov(struct subject *s, uint64_t day)
{
    double *edge = malloc(POINTS * sizeof *edge);
    uint32_t *count = calloc(POINTS + 1, sizeof *count);
    for (uint64_t i = 0; i < POINTS; i++) {
        /* In the upper half the bits count down from the end. */
        uint64_t place = i < POINTS / 2 ? i : POINTS / 2 + (POINTS - 1 - i);
        edge[i] = sc_quantile(&s->table, place << 52 | 1ULL << 51);
    }
    for (uint64_t n = 0; n < DRAWS; n++) {
        double x = sc_quantile(&s->table, sc_key(sc_key(day, n), 3));
        size_t at = 0; /* edges below or at x */
        for (size_t step = POINTS / 2; step > 0; step /= 2)
            at += edge[at + step - 1] <= x ? step : 0;
        count[at + (at < POINTS && edge[at] <= x)]++;
    }
    double below = 0.0, gap = 0.0, unused;
    for (int i = 0; i < POINTS; i++) {
        below += count[i];
        gap = fmax(gap, fabs(below / DRAWS - probability(s, edge[i], false, &unused)));
    }
    print_message("%-14s sqrt(n) D = %.3f\n", s->name, sqrt(DRAWS) * gap);
    assert_true(sqrt(DRAWS) * gap <= 2.9);
    free(edge);
    free(count);
}

static void test_draws_follow_the_laws(void **state)
{
    (void)state;
    static const size_t which[] = {0, 2, 6, 11};
    for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
        struct subject *s = subject_new(&laws[which[i]]);
        kolmogorov_smirnov(s, sc_key(77, i));
        free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_octave_of_both_tails_agrees_with_the_law),
        cmocka_unit_test(test_mean_and_variance_are_the_laws),
        cmocka_unit_test(test_tables_are_monotone),
        cmocka_unit_test(test_draws_follow_the_laws),
    };
    gsl_set_error_handler_off(); /* underflow in the far tails is a 0 */
    return cmocka_run_group_tests(tests, NULL, NULL);
}

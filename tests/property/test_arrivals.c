/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * New contacts are Poisson given the rate, and the rate is what the scenario says: counts by interval, from
 * one day to the next and between channels. Each bound is passed by chance less than once in 10^8 (6.5
 * standard errors, or a chi-square quantile).
 */
#include "support/random_scenario.h"

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CELLS = 48 };
static const double far = 6.5;

struct counts {
    double cell[2][2 * CELLS]; /* by channel and half-hour of two days */
};

static void count_contact(void *context, const struct sc_contact_record *record)
{
    struct counts *counts = context;
    if (!record->follow_up)
        counts->cell[record->type][(int)(record->arrived_s / 1800.0)]++;
}

/* Nobody waits: what is looked at is who comes. */
#define NOBODY_WAITS "handle = \"1 min\"; queue_limit = 0; }"
#define ONE_POOL                                                                                             \
    "pools = ( { name = \"p0\"; agents = 1; skills = ( { channel = \"c0\"; }, { channel = \"c1\"; } ); } );"

static void test_counts_are_poisson_with_the_rate_of_the_scenario(void **state)
{
    (void)state;
    enum { DAYS = 2000 };
    /* 08:15 to 18:00; the rate changes within the hours by the hour. 9.75 h: weights 1 until 12:00, 2 until
       14:00, 0.5 on: 3.75 + 4 + 2 = 9.75, so a contact of 195 a day is 20 an hour at weight 1. */
    static const char *const text =
        "name = \"x\"; start = \"2026-01-05\"; days = 2; warmup = \"0 d\"; seed = \"3\";\n"
        "channels = ( { name = \"c0\"; hours = { all = \"08:15-18:00\"; }; volume = { per_day = { mon = 195; "
        "tue = 390; };\n"
        "  shape = ( 9, 9, 9, 9, 9, 9, 9, 9, 1, 1, 1, 1, 2, 2, 0.5, 0.5, 0.5, 0.5, 9, 9, 9, 9, 9, 9 ); "
        "factor = 1.2; };\n"
        "  " NOBODY_WAITS ", { name = \"c1\"; volume = { per_day = 96; }; " NOBODY_WAITS " );\n" ONE_POOL;
    struct player p = player_new(text, NULL, 0);
    struct counts *counts = calloc(DAYS, sizeof *counts);
    for (uint64_t n = 0; n < DAYS; n++)
        player_play(&p, n, NULL, &(struct sc_observer){count_contact, &counts[n]});
    for (int c = 0; c < 2; c++)
        for (int i = 0; i < 2 * CELLS; i++) {
            double open_h = 0.5, weight = 1.0, hour = (i % CELLS) / 2.0, rate = 4.0;
            if (c == 0) {
                weight = hour < 12.0 ? 1.0 : hour < 14.0 ? 2.0 : 0.5;
                open_h = hour < 8.0 || hour >= 18.0 ? 0.0 : hour == 8.0 ? 0.25 : 0.5;
                rate = 20.0 * 1.2 * (i < CELLS ? 1.0 : 2.0);
            }
            double mu = rate * weight * open_h, sum = 0.0, squares = 0.0, cross = 0.0;
            for (size_t n = 0; n < DAYS; n++) {
                double x = counts[n].cell[c][i];
                sum += x;
                squares += (x - mu) * (x - mu);
                cross += i > 0 ? (x - mu) * counts[n].cell[c][i - 1] : 0.0;
            }
            assert_true(fabs(sum - DAYS * mu) <= far * sqrt(DAYS * mu));
            /* The fourth central moment of a Poisson number is mu + 3 mu^2, so this is the error of its
             * variance. */
            assert_true(fabs(squares / DAYS - mu) <= far * sqrt((mu + 2.0 * mu * mu) / DAYS));
            /* Neighbours are independent: the sum of products scatters as sqrt(n mu E[y^2]). */
            double before = 0.0;
            for (size_t n = 0; i > 0 && n < DAYS; n++)
                before += counts[n].cell[c][i - 1] * counts[n].cell[c][i - 1];
            assert_true(fabs(cross) <= far * sqrt(mu * before) + 1e-9);
        }
    free(counts);
    player_free(&p);
}

/* Within a cell of constant rate contacts come evenly. */
struct places {
    double count[64];
};

static void place_contact(void *context, const struct sc_contact_record *record)
{
    struct places *places = context;
    if (!record->follow_up && record->arrived_s >= 43200.0)
        places->count[(int)(fmod(record->arrived_s, 1800.0) / 1800.0 * 64.0)]++;
}

static void test_contacts_come_evenly_within_a_cell(void **state)
{
    (void)state;
    static const char *const text =
        "name = \"x\"; start = \"2026-01-05\"; days = 1; warmup = \"0 d\"; seed = \"4\";\n"
        "channels = ( { name = \"c0\"; volume = { per_day = 4800; }; " NOBODY_WAITS " );\n"
        "pools = ( { name = \"p0\"; agents = 1; skills = ( { channel = \"c0\"; } ); } );";
    struct player p = player_new(text, NULL, 0);
    struct places places = {{0}};
    for (uint64_t n = 0; n < 100; n++)
        player_play(&p, n, NULL, &(struct sc_observer){place_contact, &places});
    double all = 0.0, x = 0.0;
    for (int i = 0; i < 64; i++)
        all += places.count[i];
    for (int i = 0; i < 64; i++)
        x += (places.count[i] - all / 64.0) * (places.count[i] - all / 64.0) / (all / 64.0);
    assert_true(x <= gsl_cdf_chisq_Qinv(1e-8, 63.0));
    player_free(&p);
}

/* --- day factors
 * -------------------------------------------------------------------------------------------------- */

struct moments {
    double n, mean, variance, mean_error, variance_error;
};

static struct moments moments_of(const double *x, size_t n)
{
    struct moments m = {.n = (double)n};
    double fourth = 0.0;
    for (size_t i = 0; i < n; i++)
        m.mean += x[i] / m.n;
    for (size_t i = 0; i < n; i++) {
        double d = (x[i] - m.mean) * (x[i] - m.mean);
        m.variance += d / m.n;
        fourth += d * d / m.n;
    }
    m.mean_error = sqrt(m.variance / m.n);
    m.variance_error = sqrt((fourth - m.variance * m.variance) / m.n);
    return m;
}

static void test_day_factors_have_the_spread_of_the_scenario(void **state)
{
    (void)state;
    enum { REPLICATIONS = 6000 };
    static const char *const text =
        "name = \"x\"; start = \"2026-01-05\"; days = 2; warmup = \"0 d\"; seed = \"5\"; spread = 0.2;\n"
        "channels = ( { name = \"c0\"; volume = { per_day = 100; spread = 0.3; }; " NOBODY_WAITS ",\n"
        "  { name = \"c1\"; volume = { per_day = 200; }; " NOBODY_WAITS " );\n" ONE_POOL;
    struct player p = player_new(text, NULL, 0);
    double *x[4]; /* channel 0 on Monday and Tuesday, channel 1 */
    double *product[3];
    for (int i = 0; i < 4; i++)
        x[i] = calloc(REPLICATIONS, sizeof **x);
    for (int i = 0; i < 3; i++)
        product[i] = calloc(REPLICATIONS, sizeof **product);
    for (uint64_t n = 0; n < REPLICATIONS; n++) {
        struct counts counts = {{{0}}};
        player_play(&p, n, NULL, &(struct sc_observer){count_contact, &counts});
        for (int c = 0; c < 2; c++)
            for (int i = 0; i < 2 * CELLS; i++)
                x[2 * c + i / CELLS][n] += counts.cell[c][i];
        product[0][n] = (x[0][n] - 100.0) * (x[2][n] - 200.0); /* two channels, one day: the common factor */
        product[1][n] = (x[0][n] - 100.0) * (x[1][n] - 100.0); /* one channel, two days: nothing */
        product[2][n] = (x[2][n] - 200.0) * (x[3][n] - 200.0);
    }
    for (int i = 0; i < 4; i++) {
        double mu = i < 2 ? 100.0 : 200.0;
        double cv2 = i < 2 ? 1.04 * 1.09 - 1.0 : 0.04;
        struct moments m = moments_of(x[i], REPLICATIONS);
        assert_true(fabs(m.mean - mu) <= far * m.mean_error);
        assert_true(fabs(m.variance - (mu + cv2 * mu * mu)) <= far * m.variance_error);
    }
    static const double wanted[3] = {0.04 * 100.0 * 200.0, 0.0, 0.0};
    for (int i = 0; i < 3; i++) {
        struct moments m = moments_of(product[i], REPLICATIONS);
        assert_true(fabs(m.mean - wanted[i]) <= far * m.mean_error);
        free(product[i]);
    }
    for (int i = 0; i < 4; i++)
        free(x[i]);
    player_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_are_poisson_with_the_rate_of_the_scenario),
        cmocka_unit_test(test_contacts_come_evenly_within_a_cell),
        cmocka_unit_test(test_day_factors_have_the_spread_of_the_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Demand against closed forms: means, variances and products of counts by day and by interval under spread,
 * memory, level, drift, growth and season; busy agents against M(t)/G/inf; and the bank of 2003 against its
 * own statistics.
 *
 * Products are taken about the known mean, so a variance of a few per cent of the squared mean is seen with
 * that precision. Where the covariance should be 0 the product itself is compared with the product of the
 * means.
 */
#include "staffcast/calendar.h"
#include "staffcast/demand_fit.h"
#include "staffcast/offered_load.h"
#include "support/scenario_text.h"
#include "support/trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>

#define TWO_POOLS                                                                                            \
    "pools = ( { name = \"agents\"; agents = 60; skills = ( { channel = \"a\"; }, { channel = \"b\"; } ); "  \
    "} );"
#define ONE_POOL "pools = ( { name = \"agents\"; agents = 60; skills = ( { channel = \"a\"; } ); } );"
#define START "start = \"2026-01-05\"; warmup = \"0 d\"; seed = \"5\"; "

/* New contacts of a channel on a counted day. */
static double count_of(const struct sc_replication *r, size_t channel, size_t day)
{
    return r->day[channel * r->days + day].demand;
}

/* --- spread --- */

#define A_DAY 400.0
#define B_DAY 250.0
#define COMMON_CV 0.2
#define OWN_CV 0.3

enum spread_sum { A, B, AA, BB, AB, A_NEXT_A, A_NEXT_B, SPREAD_SUMS };

/* Means over the days, so that each sum's expectation is that of one day. */
static void spread_finish(struct trial_sums *sums, const struct sc_replication *r,
                          const struct sc_intervals *intervals)
{
    (void)intervals;
    double n = (double)r->days;
    for (size_t d = 0; d < r->days; d++) {
        double a = count_of(r, 0, d), b = count_of(r, 1, d), next = d + 1 < r->days ? d + 1 : 0;
        sums->own[A] += a / n;
        sums->own[B] += b / n;
        sums->own[AA] += (a - A_DAY) * (a - A_DAY) / n;
        sums->own[BB] += (b - B_DAY) * (b - B_DAY) / n;
        sums->own[AB] += (a - A_DAY) * (b - B_DAY) / n;
        sums->own[A_NEXT_A] += a * count_of(r, 0, (size_t)next) / n;
        sums->own[A_NEXT_B] += a * count_of(r, 1, (size_t)next) / n;
    }
}

/* var N = mu + cv^2 mu^2 with 1 + cv^2 the product over the factors; covariance of two channels: the common
 * part. */
static void spread_common_and_own(void **state)
{
    (void)state;
    struct trial *trial = trial_play(&(struct trial_plan){
        .text = START
        "days = 5; spread = 0.2;"
        "channels = ( { name = \"a\"; volume = { per_day = 400; spread = 0.3; }; handle = \"2 s\"; },"
        "             { name = \"b\"; volume = { per_day = 250; }; handle = \"2 s\"; } );" TWO_POOLS,
        .replications = 4000,
        .own = SPREAD_SUMS,
        .finish = spread_finish});
    double common = COMMON_CV * COMMON_CV, both = (1 + common) * (1 + OWN_CV * OWN_CV) - 1;
    assert_agrees("mean of a", trial_own_mean(trial, A), A_DAY, 0.01);
    assert_agrees("mean of b", trial_own_mean(trial, B), B_DAY, 0.01);
    assert_agrees("variance of a", trial_own_mean(trial, AA), A_DAY + both * A_DAY * A_DAY, 0.02);
    assert_agrees("variance of b", trial_own_mean(trial, BB), B_DAY + common * B_DAY * B_DAY, 0.02);
    assert_agrees("covariance of a and b", trial_own_mean(trial, AB), common * A_DAY * B_DAY, 0.04);
    assert_agrees("a and the next day's a", trial_own_mean(trial, A_NEXT_A), A_DAY * A_DAY, 0.01);
    assert_agrees("a and the next day's b", trial_own_mean(trial, A_NEXT_B), A_DAY * B_DAY, 0.01);
    trial_free(trial);
}

/* --- memory --- */

#define MEMORY 0.6

enum memory_sum { FIRST, FIRST_FIRST, LAST_LAST, LAG_1, LAG_2, LAG_3, OPEN_LAG_2, MEMORY_SUMS };

static void memory_finish(struct trial_sums *sums, const struct sc_replication *r,
                          const struct sc_intervals *intervals)
{
    (void)intervals;
    double a[4];
    for (size_t d = 0; d < 4; d++)
        a[d] = count_of(r, 0, d) - A_DAY;
    sums->own[FIRST] = a[0] + A_DAY;
    sums->own[FIRST_FIRST] = a[0] * a[0];
    sums->own[LAST_LAST] = a[3] * a[3];
    sums->own[LAG_1] = (a[0] * a[1] + a[1] * a[2] + a[2] * a[3]) / 3;
    sums->own[LAG_2] = (a[0] * a[2] + a[1] * a[3]) / 2;
    sums->own[LAG_3] = a[0] * a[3];
    sums->own[OPEN_LAG_2] = (count_of(r, 1, 0) - B_DAY) * (count_of(r, 1, 2) - B_DAY);
}

/* Every day, the first too, has the whole variance; a day closed in between counts as a step. */
static void memory_from_day_to_day(void **state)
{
    (void)state;
    struct trial *trial = trial_play(&(struct trial_plan){
        .text = START
        "days = 4;"
        "channels = ( { name = \"a\"; volume = { per_day = 400; spread = { cv = 0.3; memory = 0.6; }; };"
        "               handle = \"2 s\"; },"
        "             { name = \"b\"; hours = { mon = \"00:00-24:00\"; wed = \"00:00-24:00\"; };"
        "               volume = { per_day = 250; spread = { cv = 0.3; memory = 0.6; }; };"
        "               handle = \"2 s\"; } );" TWO_POOLS,
        .replications = 12000,
        .own = MEMORY_SUMS,
        .finish = memory_finish});
    double squared = OWN_CV * OWN_CV * A_DAY * A_DAY;
    assert_agrees("mean of the first day", trial_own_mean(trial, FIRST), A_DAY, 0.01);
    assert_agrees("variance of the first day", trial_own_mean(trial, FIRST_FIRST), A_DAY + squared, 0.02);
    assert_agrees("variance of the last day", trial_own_mean(trial, LAST_LAST), A_DAY + squared, 0.02);
    assert_agrees("covariance with the next day", trial_own_mean(trial, LAG_1),
                  squared * sc_gamma_copula_correlation(OWN_CV, MEMORY), 0.03);
    assert_agrees("covariance two days apart", trial_own_mean(trial, LAG_2),
                  squared * sc_gamma_copula_correlation(OWN_CV, MEMORY * MEMORY), 0.04);
    assert_agrees("covariance three days apart", trial_own_mean(trial, LAG_3),
                  squared * sc_gamma_copula_correlation(OWN_CV, pow(MEMORY, 3)), 0.06);
    assert_agrees("covariance over a closed day", trial_own_mean(trial, OPEN_LAG_2),
                  OWN_CV * OWN_CV * B_DAY * B_DAY * sc_gamma_copula_correlation(OWN_CV, MEMORY * MEMORY),
                  0.05);
    trial_free(trial);
}

static void common_memory_finish(struct trial_sums *sums, const struct sc_replication *r,
                                 const struct sc_intervals *intervals)
{
    (void)intervals;
    sums->own[0] = (count_of(r, 0, 0) - A_DAY) * (count_of(r, 1, 1) - B_DAY);
    sums->own[1] = (count_of(r, 0, 0) - A_DAY) * (count_of(r, 1, 0) - B_DAY);
}

static void memory_of_the_common_factor(void **state)
{
    (void)state;
    struct trial *trial = trial_play(&(struct trial_plan){
        .text = START
        "days = 2; spread = { cv = 0.3; memory = 0.6; };"
        "channels = ( { name = \"a\"; volume = { per_day = 400; }; handle = \"2 s\"; },"
        "             { name = \"b\"; volume = { per_day = 250; }; handle = \"2 s\"; } );" TWO_POOLS,
        .replications = 8000,
        .own = 2,
        .finish = common_memory_finish});
    double squared = OWN_CV * OWN_CV * A_DAY * B_DAY;
    assert_agrees("covariance of a and b", trial_own_mean(trial, 1), squared, 0.03);
    assert_agrees("covariance of a and the next day's b", trial_own_mean(trial, 0),
                  squared * sc_gamma_copula_correlation(OWN_CV, MEMORY), 0.04);
    trial_free(trial);
}

/* --- level --- */

static void level_finish(struct trial_sums *sums, const struct sc_replication *r,
                         const struct sc_intervals *intervals)
{
    (void)intervals;
    double a = count_of(r, 0, 0), next = count_of(r, 0, 1), b = count_of(r, 1, 1);
    sums->own[0] = (a + next) / 2;
    sums->own[1] = ((a - A_DAY) * (a - A_DAY) + (next - A_DAY) * (next - A_DAY)) / 2;
    sums->own[2] = (a - A_DAY) * (next - A_DAY);
    sums->own[3] = (a - A_DAY) * (b - B_DAY);
}

static void level_of_a_replication(void **state)
{
    (void)state;
    struct trial *trial = trial_play(&(struct trial_plan){
        .text = START
        "days = 2; level = 0.2;"
        "channels = ( { name = \"a\"; volume = { per_day = 400; }; handle = \"2 s\"; },"
        "             { name = \"b\"; volume = { per_day = 250; }; handle = \"2 s\"; } );" TWO_POOLS,
        .replications = 8000,
        .own = 4,
        .finish = level_finish});
    double squared = COMMON_CV * COMMON_CV;
    assert_agrees("mean", trial_own_mean(trial, 0), A_DAY, 0.01);
    assert_agrees("variance", trial_own_mean(trial, 1), A_DAY + squared * A_DAY * A_DAY, 0.02);
    assert_agrees("covariance of two days", trial_own_mean(trial, 2), squared * A_DAY * A_DAY, 0.03);
    assert_agrees("covariance of two channels and days", trial_own_mean(trial, 3), squared * A_DAY * B_DAY,
                  0.03);
    trial_free(trial);
}

/* --- drift --- */

#define CELL_MEAN 40.0
#define DRIFT_CV 0.4
enum { CELLS = 48 };
enum drift_sum {
    CELL,
    VAR_ALL,
    VAR_MIDNIGHT,
    DRIFT_LAG_1,
    DRIFT_LAG_2,
    DRIFT_LAG_6,
    OVER_MIDNIGHT,
    DRIFT_SUMS
};

static double lagged(const double *n, int lag)
{
    double sum = 0;
    for (int i = 0; i + lag < CELLS; i++)
        sum += (n[i] - CELL_MEAN) * (n[i + lag] - CELL_MEAN);
    return sum / (CELLS - lag);
}

static void drift_finish(struct trial_sums *sums, const struct sc_replication *r,
                         const struct sc_intervals *intervals)
{
    double n[2 * CELLS];
    (void)r;
    for (int i = 0; i < 2 * CELLS; i++)
        n[i] = (double)intervals->channel[i].offered;
    for (int day = 0; day < 2; day++) {
        const double *today = n + day * CELLS;
        for (int i = 0; i < CELLS; i++)
            sums->own[CELL] += today[i] / (2 * CELLS);
        sums->own[VAR_ALL] += lagged(today, 0) / 2;
        sums->own[VAR_MIDNIGHT] += (today[0] - CELL_MEAN) * (today[0] - CELL_MEAN) / 2;
        sums->own[DRIFT_LAG_1] += lagged(today, 1) / 2;
        sums->own[DRIFT_LAG_2] += lagged(today, 2) / 2;
        sums->own[DRIFT_LAG_6] += lagged(today, 6) / 2;
    }
    sums->own[OVER_MIDNIGHT] = n[CELLS - 1] * n[CELLS];
}

/* Covariance of two intervals of mean mu, h apart: mu^2 (exp(s^2 2^(-h / half_life)) - 1), s^2 = ln(1 +
 * cv^2). */
static void drift_within_the_day(void **state)
{
    (void)state;
    struct trial *trial =
        trial_play(&(struct trial_plan){.text = START "days = 2; interval = \"30 min\";"
                                                      "channels = ( { name = \"a\"; volume = { per_day = "
                                                      "1920; drift = { cv = 0.4; half_life = \"1 h\"; }; };"
                                                      "               handle = \"2 s\"; } );" ONE_POOL,
                                        .replications = 5000,
                                        .own = DRIFT_SUMS,
                                        .finish = drift_finish,
                                        .intervals = true});
    double squared = CELL_MEAN * CELL_MEAN, sigma2 = log1p(DRIFT_CV * DRIFT_CV);
    assert_agrees("mean", trial_own_mean(trial, CELL), CELL_MEAN, 0.01);
    assert_agrees("variance", trial_own_mean(trial, VAR_ALL), CELL_MEAN + DRIFT_CV * DRIFT_CV * squared,
                  0.02);
    assert_agrees("variance from midnight", trial_own_mean(trial, VAR_MIDNIGHT),
                  CELL_MEAN + DRIFT_CV * DRIFT_CV * squared, 0.04);
    assert_agrees("covariance half an hour apart", trial_own_mean(trial, DRIFT_LAG_1),
                  squared * expm1(sigma2 * exp2(-0.5)), 0.02);
    assert_agrees("covariance an hour apart", trial_own_mean(trial, DRIFT_LAG_2),
                  squared * expm1(sigma2 * 0.5), 0.03);
    assert_agrees("covariance three hours apart", trial_own_mean(trial, DRIFT_LAG_6),
                  squared * expm1(sigma2 * 0.125), 0.08);
    assert_agrees("over midnight", trial_own_mean(trial, OVER_MIDNIGHT), squared, 0.02);
    trial_free(trial);
}

/* --- growth and season --- */

enum { GROWING_DAYS = 70 };

static double grown(int day)
{
    static const double season[3] = {0.8, 1.1, 1.3};
    int64_t first;
    assert_true(sc_date_parse("2026-01-20", &first));
    return 100 * season[sc_date_from_day(first + day).month - 1] * pow(1.05, day / (365.25 / 12));
}

/* All days; each by how late it is; January alone. */
static void growth_finish(struct trial_sums *sums, const struct sc_replication *r,
                          const struct sc_intervals *intervals)
{
    (void)intervals;
    for (size_t d = 0; d < r->days; d++) {
        sums->own[0] += count_of(r, 0, d);
        sums->own[1] += count_of(r, 0, d) * (double)d;
        sums->own[2] += d < 12 ? count_of(r, 0, d) : 0;
    }
}

static void growth_and_season(void **state)
{
    (void)state;
    struct trial *trial = trial_play(&(struct trial_plan){
        .text = "start = \"2026-01-20\"; days = 70; warmup = \"3 d\"; seed = \"5\";"
                "channels = ( { name = \"a\"; volume = { per_day = 100; growth = 0.05; season ="
                "               [0.8, 1.1, 1.3, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]; };"
                "               handle = \"2 s\"; } );" ONE_POOL,
        .replications = 300,
        .own = 3,
        .finish = growth_finish});
    double all = 0, late = 0, january = 0, mean[GROWING_DAYS * CELLS];
    for (int d = 0; d < GROWING_DAYS; d++) {
        all += grown(d);
        late += grown(d) * d;
        january += d < 12 ? grown(d) : 0;
    }
    assert_agrees("contacts", trial_own_mean(trial, 0), all, 0.002);
    assert_agrees("contacts by day", trial_own_mean(trial, 1), late, 0.002);
    assert_agrees("contacts of January", trial_own_mean(trial, 2), january, 0.004);
    sc_model_mean_arrivals(trial->model, 0, mean);
    for (int d = 0; d < GROWING_DAYS; d++) /* a cell of the model is right to single precision */
        assert_true(fabs(mean[d * CELLS] * CELLS - grown(d)) < 1e-6 * grown(d));
    trial_free(trial);
}

/* --- busy agents --- */

static void busy_finish(struct trial_sums *sums, const struct sc_replication *r,
                        const struct sc_intervals *intervals)
{
    (void)r;
    for (size_t i = 0; i < CELLS; i++)
        sums->own[i] = (double)intervals->pool[i].busy_us / 1.8e9;
}

/*
 * With agents enough for all, busy agents have the mean of M(t)/G/inf whatever the factors on the rate, for
 * it is linear in them.
 */
static void busy_agents_are_those_of_infinitely_many(void **state)
{
    (void)state;
    struct trial *trial = trial_play(&(struct trial_plan){
        .text =
            START "days = 1; interval = \"30 min\"; spread = 0.1;"
                  "channels = ( { name = \"a\"; hours = { all = \"08:00-18:00\"; };"
                  "  volume = { per_day = 1500; drift = { cv = 0.2; half_life = \"2 h\"; }; spread = 0.15;"
                  "    shape = [0, 0, 0, 0, 0, 0, 0, 0, 3, 6, 9, 10, 7, 7, 8, 6, 4, 2, 0, 0, 0, 0, 0, 0]; };"
                  "  handle = { dist = \"lognormal\"; mean = \"20 min\"; cv = 1.2; }; } );"
                  "pools = ( { name = \"agents\"; agents = 400; skills = ( { channel = \"a\"; } ); } );",
        .replications = 3000,
        .own = CELLS,
        .finish = busy_finish,
        .intervals = true});
    static const double shape[24] = {[8] = 3, 6, 9, 10, 7, 7, 8, 6, 4, 2};
    double rate[CELLS], mean[CELLS];
    struct sc_error error = SC_ERROR_INIT;
    for (int i = 0; i < CELLS; i++)
        rate[i] = 1500 * shape[i / 2] / 62 / 3600;
    assert_int_equal(sc_offered_load(rate, CELLS, 1800, &trial->scenario->channels[0].service.handle, NULL,
                                     mean, &error),
                     SC_OK);
    for (int i = 16; i < 36; i++) {
        char what[32];
        snprintf(what, sizeof what, "busy at %02d:%02d", i / 2, i % 2 * 30);
        assert_agrees(what, trial_own_mean(trial, (size_t)i), mean[i], 0.01);
    }
    trial_free(trial);
}

/* --- the bank of 2003 --- */

enum { BANK_CELLS = 288 };

static void bank_finish(struct trial_sums *sums, const struct sc_replication *r,
                        const struct sc_intervals *intervals)
{
    const struct sc_scenario *scenario = sc_model_scenario(sums->model);
    struct sc_history_grid grid = {.cells = BANK_CELLS, .interval_s = 300};
    struct sc_demand_figure figure[SC_DEMAND_STATISTICS];
    struct sc_error error = SC_ERROR_INIT;
    grid.day = calloc(r->days, sizeof *grid.day);
    grid.count = calloc(r->days * BANK_CELLS, sizeof *grid.count);
    if (grid.day && grid.count) {
        for (size_t d = 0; d < r->days; d++) {
            if (count_of(r, 0, d) == 0)
                continue;
            for (size_t i = 0; i < BANK_CELLS; i++)
                grid.count[grid.days * BANK_CELLS + i] =
                    (double)intervals->channel[d * BANK_CELLS + i].offered;
            grid.day[grid.days++] = scenario->start_day + (int64_t)d;
        }
        if (sc_demand_statistics_estimate(&grid, (struct sc_bootstrap){0}, figure, &error) == SC_OK)
            for (size_t k = 0; k < SC_DEMAND_STATISTICS; k++)
                sums->own[k] = figure[k].value;
    }
    sc_history_grid_release(&grid);
}

/* The row of a statistic in results/bank-2003.md: | name | observed | low to high | … */
static void observed_find(const char *page, const char *name, double *low, double *high)
{
    char start[128];
    double value;
    snprintf(start, sizeof start, "\n| %s |", name);
    const char *row = strstr(page, start);
    assert_non_null(row);
    assert_int_equal(sscanf(row + strlen(start), " %lf | %lf to %lf |", &value, low, high), 3);
    assert_true(*low < value && value < *high);
}

/*
 * The shipped scenario, played over all days of the history, gives every statistic of the real calls inside
 * its 95 % interval: on average over a few histories, each of which scatters like the real one.
 */
static void bank_2003_is_as_uneven_as_it_was(void **state)
{
    (void)state;
    struct trial *trial = trial_play(&(struct trial_plan){
        .file = SC_SOURCE_DIR "/scenarios/bank-2003.cfg",
        .overrides = {"days = 158",
                      "holidays = ( \"2003-04-04\", \"2003-04-07\", \"2003-05-26\", \"2003-07-04\" )"},
        .replications = 8,
        .own = SC_DEMAND_STATISTICS,
        .finish = bank_finish,
        .intervals = true});
    char *page = scenario_load_text(SC_SOURCE_DIR "/results/bank-2003.md");
    for (int k = 0; k < SC_DEMAND_STATISTICS; k++) {
        const char *name = sc_demand_statistic_name((enum sc_demand_statistic)k);
        struct estimate mean = trial_own_mean(trial, (size_t)k);
        double low, high;
        observed_find(page, name, &low, &high);
        print_message("%s: %.3f -+ %.3f, observed %.3f to %.3f\n", name, mean.value, mean.error, low, high);
        assert_true(mean.value > low && mean.value < high);
    }
    free(page);
    trial_free(trial);
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
        cmocka_unit_test(spread_common_and_own),
        cmocka_unit_test(memory_from_day_to_day),
        cmocka_unit_test(memory_of_the_common_factor),
        cmocka_unit_test(level_of_a_replication),
        cmocka_unit_test(drift_within_the_day),
        cmocka_unit_test(growth_and_season),
        cmocka_unit_test(busy_agents_are_those_of_infinitely_many),
        cmocka_unit_test(bank_2003_is_as_uneven_as_it_was),
    };
    return cmocka_run_group_tests(tests, errors_off, NULL);
}

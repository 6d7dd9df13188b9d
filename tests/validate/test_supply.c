/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Supply as it really is, against closed forms: who is absent is binomial, planned shrinkage takes its share exactly in
 * the mean, heads differ by a lognormal factor, a roster comes from a file.
 */
#include "support/trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* Ten hours on each of two days; next to no contacts, so that heads are all there is to see. */
#define DESK(pool)                                                                                                     \
    "start = \"2026-01-05\"; days = 2; warmup = \"0 d\"; seed = \"5\";\n"                                              \
    "channels = ( { name = \"phone\"; hours = { all = \"08:00-18:00\"; }; volume = { per_day = 30; };\n"               \
    "               handle = { dist = \"fixed\"; mean = \"60 s\"; }; } );\n"                                           \
    "pools = ( { name = \"desk\"; hours = { all = \"08:00-18:00\"; }; " pool                                           \
    " skills = ( { channel = \"phone\"; } ); } );\n"

enum { ONE, FIRST, FIRST_SQUARED, SECOND, BOTH, SCHEDULED, SUMS };

static const double day_s = 10 * 3600.0;

/* Mean heads on duty on each of the two days. */
static void heads_of_days(struct trial_sums *sums, const struct sc_replication *replication,
                          const struct sc_intervals *intervals)
{
    (void)intervals;
    double first = replication->pool_day[0].present_s / day_s, second = replication->pool_day[1].present_s / day_s;
    sums->own[ONE] = 1;
    sums->own[FIRST] = first;
    sums->own[FIRST_SQUARED] = first * first;
    sums->own[SECOND] = second;
    sums->own[BOTH] = first * second;
    sums->own[SCHEDULED] = replication->pool[0].scheduled_s / (2 * day_s);
}

static struct trial *play_heads(const char *text)
{
    return trial_play(&(struct trial_plan){.text = text, .replications = 20000, .own = SUMS, .finish = heads_of_days});
}

static void absence_is_binomial(void **state)
{
    (void)state;
    const double n = 20, a = 0.15, mean = n * (1 - a);
    struct trial *trial = play_heads(DESK("agents = 20; shrinkage = { absence = 0.15; };"));
    assert_agrees("heads on a day", trial_own_mean(trial, FIRST), mean, 0.01);
    assert_agrees("their variance", trial_own_variance(trial, FIRST_SQUARED, FIRST, ONE), n * a * (1 - a), 0.05);
    assert_agrees("two days are independent", trial_own_mean(trial, BOTH), mean * mean, 0.01);
    assert_agrees("the absent are paid", trial_own_mean(trial, SCHEDULED), n, 0.01);
    trial_free(trial);
}

static void planned_shrinkage_is_exact_in_the_mean(void **state)
{
    (void)state;
    struct trial *trial = play_heads(DESK("agents = 7; shrinkage = { planned = 0.13; };"));
    /* Of 20 half-hours 7 * .13 * 20 = 18.2 are taken: 18 or 19 whole ones, so a day's mean is one of two values. */
    for (size_t r = 0; r < trial->replications; r++) {
        double taken = 20 * (7 - trial->sum[r * trial->own + FIRST]);
        assert_true(fabs(taken - 18) < 1e-6 || fabs(taken - 19) < 1e-6);
    }
    assert_agrees("heads on a day", trial_own_mean(trial, FIRST), 7 * (1 - 0.13), 0.001);
    assert_agrees("scheduled heads", trial_own_mean(trial, SCHEDULED), 7, 0.001);
    trial_free(trial);
}

static void planned_takes_its_share_of_those_who_are_there(void **state)
{
    (void)state;
    struct trial *trial = play_heads(DESK("agents = 12; extra = 3; shrinkage = { planned = 0.1; absence = 0.2; };"));
    assert_agrees("heads on a day", trial_own_mean(trial, SECOND), 15 * (1 - 0.2) * (1 - 0.1), 0.01);
    trial_free(trial);
}

/* The one head's factor on the fixed handle time, and its square. */
static void factor_of_head(struct trial_sums *sums, const struct sc_replication *replication,
                           const struct sc_intervals *intervals)
{
    (void)intervals;
    const struct sc_tally *tally = &replication->channel[0];
    double factor = tally->handlings > 0 ? tally->handle_s / tally->handlings / 60.0 : 1.0;
    sums->own[ONE] = 1;
    sums->own[FIRST] = factor;
    sums->own[FIRST_SQUARED] = factor * factor;
    sums->own[SECOND] = log(factor);
}

static void heads_differ_by_a_lognormal_factor(void **state)
{
    (void)state;
    const double cv = 0.3;
    struct trial *trial = trial_play(&(struct trial_plan){.text = DESK("agents = 1; speed_spread = 0.3;"),
                                                          .replications = 20000, .own = SUMS,
                                                          .finish = factor_of_head});
    assert_agrees("mean", trial_own_mean(trial, FIRST), 1, 0.01);
    assert_agrees("variance", trial_own_variance(trial, FIRST_SQUARED, FIRST, ONE), cv * cv, 0.05);
    assert_agrees("mean of the logarithm", trial_own_mean(trial, SECOND), -0.5 * log1p(cv * cv), 0.1);
    trial_free(trial);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void a_roster_comes_from_a_file(void **state)
{
    (void)state;
    char folder[64], scenario[96], roster[96];
    snprintf(folder, sizeof folder, "%s/staffcast-supply-XXXXXX", P_tmpdir);
    assert_non_null(mkdtemp(folder));
    snprintf(scenario, sizeof scenario, "%s/desk.cfg", folder);
    snprintf(roster, sizeof roster, "%s/roster.csv", folder);
    write_text(roster, "start;agents\n2026-01-05 08:00;3\n2026-01-05 12:00;5\n2026-01-05 18:00;0\n"
                       "2026-01-06 09:00;2\n2026-01-06 10:30;0\n");
    write_text(scenario,
               "start = \"2026-01-05\"; days = 2; warmup = \"0 d\";\n"
               "channels = ( { name = \"phone\"; hours = { all = \"08:00-18:00\"; }; volume = { per_day = 30; };\n"
               "               handle = \"60 s\"; } );\n"
               "pools = ( { name = \"desk\"; staffing = { file = \"roster.csv\"; };\n"
               "            skills = ( { channel = \"phone\"; } ); } );\n");
    struct trial *trial = trial_play(&(struct trial_plan){.file = scenario, .replications = 4, .own = SUMS,
                                                          .finish = heads_of_days});
    for (size_t r = 0; r < trial->replications; r++) {
        assert_true(fabs(trial->sum[r * SUMS + FIRST] - (4 * 3 + 6 * 5) / 10.0) < 1e-9);
        assert_true(fabs(trial->sum[r * SUMS + SECOND] - 1.5 * 2 / 10.0) < 1e-9);
    }
    trial_free(trial);
    unlink(scenario);
    unlink(roster);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absence_is_binomial),
        cmocka_unit_test(planned_shrinkage_is_exact_in_the_mean),
        cmocka_unit_test(planned_takes_its_share_of_those_who_are_there),
        cmocka_unit_test(heads_differ_by_a_lognormal_factor),
        cmocka_unit_test(a_roster_comes_from_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

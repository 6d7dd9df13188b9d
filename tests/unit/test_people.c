/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People against renewal theory: headcount, trainees and heads by speed have the mean and the variance of sums of
 * independent binomials; burn-out at a constant occupancy is another attrition; and the draws belong to the heads.
 * Bounds are so wide that chance breaks one of them less than once in a million; the seeds are fixed besides.
 */
#include "staffcast/people.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PATHS = 20000, DAYS = 400, COHORTS = 3 };
static const int64_t first_day = 20458; /* 2026-01-05 */

static struct sc_people people_of(int headcount, double attrition, double early)
{
    static const double ramp[] = {0.6, 0.8, 1.0, 0.95};
    return (struct sc_people){.given = true,
                              .headcount = headcount,
                              .attrition = attrition,
                              .early_attrition = early,
                              .training_s = 21 * 86400.0,
                              .ramp = ramp,
                              .ramps = 4};
}

static const struct sc_cohort cohorts[COHORTS] = {
    {.start_day = 20458 + 30, .until_day = INT64_MAX, .count = 6},
    {.start_day = 20458 + 100, .until_day = 20458 + 300, .count = 9},
    {.start_day = 20458 + 220, .until_day = INT64_MAX, .count = 4},
};

struct sums {
    double mean[DAYS], second[DAYS];
};

static void add(struct sums *sums, size_t day, double value, double about)
{
    sums->mean[day] += value - about;
    sums->second[day] += (value - about) * (value - about);
}

/* Mean within 5 standard errors of itself (two sides: 6e-7), variance within 5.5 of its own, by the fourth moment of
   a sum of independent ones, at most 3 sd^4 + sd^2. */
static void assert_moments(const struct sums *sums, size_t day, double variance)
{
    double mean = sums->mean[day] / PATHS, second = sums->second[day] / PATHS;
    if (variance < 1e-12) {
        assert_true(fabs(mean) < 1e-9 && second < 1e-9);
        return;
    }
    double of_variance = sqrt((2.0 * variance * variance + variance) / PATHS);
    if (fabs(mean) > 5.0 * sqrt(variance / PATHS))
        fail_msg("day %zu: mean is %g off, standard error %g", day, mean, sqrt(variance / PATHS));
    if (fabs(second - mean * mean - variance) > 5.5 * of_variance)
        fail_msg("day %zu: variance %g, by theory %g", day, second - mean * mean, variance);
}

static void counts_have_the_moments_of_renewal_theory(void **state)
{
    (void)state;
    static struct sums headcount, training, speed;
    struct sc_people people = people_of(40, 0.04, 0.09);
    struct sc_people_path *path = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_people_path_new(&people, first_day, DAYS, &path, &error), SC_OK);
    for (uint64_t r = 0; r < PATHS; r++) {
        assert_int_equal(sc_people_path_fill(path, &people, "team", cohorts, COHORTS, NULL, 1, r, &error), SC_OK);
        for (size_t day = 0; day < DAYS; day += 7) {
            struct sc_people_moments m =
                sc_people_moments(&people, first_day, cohorts, COHORTS, first_day + (int64_t)day);
            add(&headcount, day, path->headcount[day], m.headcount);
            add(&training, day, path->training[day], m.training);
            add(&speed, day, path->speed[day], m.speed);
        }
    }
    for (size_t day = 0; day < DAYS; day += 7) {
        struct sc_people_moments m = sc_people_moments(&people, first_day, cohorts, COHORTS, first_day + (int64_t)day);
        assert_moments(&headcount, day, m.headcount_variance);
        assert_moments(&training, day, m.training_variance);
        assert_moments(&speed, day, m.speed_variance);
    }
    sc_people_path_free(path);
}

static void a_month_loses_its_share(void **state)
{
    (void)state;
    struct sc_people people = people_of(10, 0.03, 0.08);
    for (int64_t days = 0; days < 800; days += 13) {
        double tenured = pow(1.0 - 0.03, (double)days * 12.0 / 365.25);
        double early = fmin((double)days, 90.0), late = fmax(0.0, (double)days - 90.0);
        double hired = pow(1.0 - 0.08, early * 12.0 / 365.25) * pow(1.0 - 0.03, late * 12.0 / 365.25);
        assert_true(fabs(sc_people_stays(&people, 0, days) - tenured) < 1e-13);
        assert_true(fabs(sc_people_stays(&people, 1, days) - hired) < 1e-13);
    }
}

static void training_and_ramp_go_by_months(void **state)
{
    (void)state;
    struct sc_people people = people_of(10, 0.0, 0.0);
    int ramp;
    assert_true(sc_people_speed(&people, 20, &ramp) == 0.0 && ramp == -1);
    assert_true(sc_people_speed(&people, 21, &ramp) == 0.6 && ramp == 0);
    assert_true(sc_people_speed(&people, 21 + 30, &ramp) == 0.6 && ramp == 0);
    assert_true(sc_people_speed(&people, 21 + 31, &ramp) == 0.8 && ramp == 1);
    assert_true(sc_people_speed(&people, 21 + 61, &ramp) == 1.0 && ramp == -1); /* a month of the ramp at full speed */
    assert_true(sc_people_speed(&people, 21 + 92, &ramp) == 0.95 && ramp == 3);
    assert_true(sc_people_speed(&people, 21 + 122, &ramp) == 1.0 && ramp == -1);
}

/* Every head is in training, ramping or at full speed, and comes and goes one by one. */
static void days_add_up(void **state)
{
    (void)state;
    struct sc_people people = people_of(25, 0.1, 0.3);
    struct sc_people_path *path = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_people_path_new(&people, first_day, DAYS, &path, &error), SC_OK);
    for (uint64_t r = 0; r < 200; r++) {
        assert_int_equal(sc_people_path_fill(path, &people, "team", cohorts, COHORTS, NULL, 3, r, &error), SC_OK);
        assert_int_equal(path->headcount[0], 25);
        for (size_t day = 0; day < DAYS; day++) {
            struct sc_workforce_day roster;
            double speed = path->headcount[day] - path->training[day], ramping = 0.0;
            for (size_t i = 0; i < path->ramps; i++) {
                int heads = path->ramp[i * (path->days + 1) + day];
                assert_true(heads >= 0);
                ramping += heads;
                speed += heads * (people.ramp[i] - 1.0);
            }
            assert_true(path->training[day] + ramping <= path->headcount[day]);
            assert_true(fabs(speed - path->speed[day]) < 1e-9);
            if (day > 0)
                assert_int_equal(path->headcount[day], path->headcount[day - 1] - path->left[day] + path->hired[day]);
            sc_people_path_day(path, &people, first_day + (int64_t)day, &roster);
            assert_true(fabs(roster.factor * 25 - (path->headcount[day] - path->training[day])) < 1e-9);
        }
        for (size_t day = 301; day < DAYS; day++) /* the temporary ones are gone */
            assert_true(path->headcount[day] <= 25 + 6 + 4);
    }
    sc_people_path_free(path);
}

static void fill(struct sc_people_path *path, const struct sc_people *people, const struct sc_cohort *who, size_t count,
                 const struct sc_people_occupancy *occupancy, uint64_t r)
{
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_people_path_fill(path, people, "team", who, count, occupancy, 5, r, &error), SC_OK);
}

/* One hire more leaves everybody else as they were: headcounts differ by that one, who comes once and goes once. */
static void a_further_hire_leaves_the_others_alone(void **state)
{
    (void)state;
    struct sc_people people = people_of(15, 0.06, 0.1);
    struct sc_cohort more[COHORTS];
    struct sc_people_path *a = NULL, *b = NULL;
    struct sc_error error = SC_ERROR_INIT;
    memcpy(more, cohorts, sizeof more);
    more[0].count++;
    assert_int_equal(sc_people_path_new(&people, first_day, DAYS, &a, &error), SC_OK);
    assert_int_equal(sc_people_path_new(&people, first_day, DAYS, &b, &error), SC_OK);
    for (uint64_t r = 0; r < 300; r++) {
        int before = 0, changes = 0;
        fill(a, &people, cohorts, COHORTS, NULL, r);
        fill(b, &people, more, COHORTS, NULL, r);
        for (size_t day = 0; day < DAYS; day++) {
            int difference = b->headcount[day] - a->headcount[day];
            assert_true(difference == 0 || difference == 1);
            changes += difference != before;
            before = difference;
        }
        assert_true(changes == 1 || changes == 2);
    }
    sc_people_path_free(a);
    sc_people_path_free(b);
}

static double constant_occupancy(void *context, size_t day, double heads)
{
    (void)day;
    (void)heads;
    return *(double *)context;
}

/* At an occupancy that never changes burn-out is another attrition, and factor 1 is none at all. */
static void constant_burnout_is_another_attrition(void **state)
{
    (void)state;
    static const struct sc_burnout_point points[] = {{0.8, 1.0}, {0.9, 2.0}};
    struct sc_people burnt = people_of(30, 0.05, 0.05), plain = people_of(30, 0.05, 0.05);
    struct sc_people_path *a = NULL, *b = NULL;
    struct sc_error error = SC_ERROR_INIT;
    burnt.burnout = points;
    burnt.burnout_points = 2;
    assert_int_equal(sc_people_path_new(&plain, first_day, DAYS, &a, &error), SC_OK);
    assert_int_equal(sc_people_path_new(&plain, first_day, DAYS, &b, &error), SC_OK);
    for (int twice = 0; twice < 2; twice++) {
        double live = twice ? 0.95 : 0.7;
        struct sc_people_occupancy occupancy = {constant_occupancy, &live};
        plain.attrition = plain.early_attrition = twice ? 0.1 : 0.05;
        for (uint64_t r = 0; r < 100; r++) {
            fill(a, &plain, NULL, 0, NULL, r);
            fill(b, &burnt, NULL, 0, &occupancy, r);
            assert_memory_equal(a->headcount, b->headcount, DAYS * sizeof(int));
        }
    }
    sc_people_path_free(a);
    sc_people_path_free(b);
}

/* The busier for want of heads, the more leave: nobody stays longer than without, and fewer than that are left. */
static double busier_with_fewer(void *context, size_t day, double heads)
{
    (void)context;
    (void)day;
    return fmin(1.0, 22.0 / fmax(heads, 1.0));
}

static void burnout_feeds_on_itself(void **state)
{
    (void)state;
    static const struct sc_burnout_point points[] = {{0.8, 1.0}, {1.0, 3.0}};
    struct sc_people people = people_of(27, 0.04, 0.04);
    struct sc_people_occupancy occupancy = {busier_with_fewer, NULL};
    struct sc_people_path *a = NULL, *b = NULL;
    struct sc_error error = SC_ERROR_INIT;
    double with = 0.0, without = 0.0;
    assert_int_equal(sc_people_path_new(&people, first_day, DAYS, &a, &error), SC_OK);
    assert_int_equal(sc_people_path_new(&people, first_day, DAYS, &b, &error), SC_OK);
    for (uint64_t r = 0; r < 300; r++) {
        people.burnout_points = 0;
        fill(a, &people, cohorts, COHORTS, NULL, r);
        people.burnout = points;
        people.burnout_points = 2;
        fill(b, &people, cohorts, COHORTS, &occupancy, r);
        for (size_t day = 0; day < DAYS; day++)
            assert_true(b->headcount[day] <= a->headcount[day]);
        without += a->headcount[DAYS - 1] / 300.0;
        with += b->headcount[DAYS - 1] / 300.0;
    }
    assert_true(with < without - 2.0);
    sc_people_path_free(a);
    sc_people_path_free(b);
}

static void nobody_leaves_or_all_do(void **state)
{
    (void)state;
    struct sc_people never = people_of(7, 0.0, 0.0), at_once = people_of(7, 1.0, 1.0);
    struct sc_people_path *path = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_people_path_new(&never, first_day, DAYS, &path, &error), SC_OK);
    fill(path, &never, cohorts, 1, NULL, 0);
    assert_int_equal(path->headcount[0], 7);
    assert_int_equal(path->headcount[29], 7);
    assert_int_equal(path->headcount[DAYS - 1], 13);
    fill(path, &at_once, NULL, 0, NULL, 0);
    assert_int_equal(path->headcount[0], 7);
    assert_int_equal(path->headcount[1], 0);
    sc_people_path_free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_loses_its_share),
        cmocka_unit_test(training_and_ramp_go_by_months),
        cmocka_unit_test(counts_have_the_moments_of_renewal_theory),
        cmocka_unit_test(days_add_up),
        cmocka_unit_test(a_further_hire_leaves_the_others_alone),
        cmocka_unit_test(constant_burnout_is_another_attrition),
        cmocka_unit_test(burnout_feeds_on_itself),
        cmocka_unit_test(nobody_leaves_or_all_do),
    };
    return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People summed over periods: the same sums as those of a path day by day, for random people, hires and periods. */
#include "decide/people_periods.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CASES = 200, DAYS_MOST = 600, COHORTS_MOST = 8, REPLICATIONS = 5 };

static double uniform(uint64_t *key)
{
    *key = sc_key(*key, 1);
    return sc_uniform(*key);
}

static int whole(uint64_t *key, int least, int most)
{
    return least + (int)(uniform(key) * (most - least + 1));
}

static size_t periods_draw(uint64_t *key, size_t days, int longest, size_t *end)
{
    size_t count = 0, day = 0;
    while (day < days) {
        day += (size_t)whole(key, 1, longest);
        end[count++] = day < days ? day : days;
    }
    return count;
}

static void people_draw(uint64_t *key, struct sc_people *people, double ramp[3])
{
    *people = (struct sc_people){.given = true, .headcount = whole(key, 1, 30), .ramp = ramp};
    people->attrition = whole(key, 0, 3) ? 0.1 * uniform(key) : 0.0;
    people->early_attrition = whole(key, 0, 3) ? 0.4 * uniform(key) : 1.0;
    people->training_s = 86400.0 * whole(key, 0, 40);
    people->ramps = (size_t)whole(key, 0, 3);
    for (size_t i = 0; i < people->ramps; i++)
        ramp[i] = whole(key, 0, 4) ? uniform(key) : 1.0;
}

static void cohorts_draw(uint64_t *key, int64_t first_day, int days, struct sc_cohort *cohorts, size_t count)
{
    for (size_t c = 0; c < count; c++) {
        cohorts[c] = (struct sc_cohort){.start_day = first_day + whole(key, 0, days + 20), .count = whole(key, 1, 5)};
        if (c > 0 && whole(key, 0, 3) == 0)
            cohorts[c].start_day = cohorts[c - 1].start_day; /* two of a day are told apart */
        cohorts[c].until_day = whole(key, 0, 2) ? INT64_MAX : cohorts[c].start_day + whole(key, 0, 100);
    }
}

static void assert_equal_sums(const struct sc_people_path *path, const struct sc_people_calendar *calendar,
                              const double *speed, const double *heads)
{
    for (size_t i = 0, day = 0; i < calendar->shorts; i++) {
        double sum = 0.0;
        for (; day < calendar->short_end[i]; day++)
            sum += path->speed[day];
        assert_true(speed[i] >= sum - 1e-9 * (1.0 + sum) && speed[i] <= sum + 1e-9 * (1.0 + sum));
    }
    for (size_t i = 0, day = 0; i < calendar->longs; i++) {
        double sum = 0.0;
        for (; day < calendar->long_end[i]; day++)
            sum += path->headcount[day];
        assert_true(heads[i] == sum);
    }
}

static void sums_are_those_of_the_days(void **state)
{
    (void)state;
    uint64_t key = 20261;
    for (int i = 0; i < CASES; i++) {
        static size_t short_end[DAYS_MOST], long_end[DAYS_MOST];
        static double speed[DAYS_MOST], heads[DAYS_MOST];
        struct sc_error error = SC_ERROR_INIT;
        struct sc_cohort cohorts[COHORTS_MOST];
        struct sc_people people;
        double ramp[3];
        struct sc_people_calendar calendar = {.first_day = 20000, .days = (size_t)whole(&key, 1, DAYS_MOST)};
        size_t count = (size_t)whole(&key, 0, COHORTS_MOST);
        people_draw(&key, &people, ramp);
        cohorts_draw(&key, calendar.first_day, (int)calendar.days, cohorts, count);
        calendar.shorts = periods_draw(&key, calendar.days, 7, short_end);
        calendar.longs = periods_draw(&key, calendar.days, 31, long_end);
        calendar.short_end = short_end;
        calendar.long_end = long_end;
        struct sc_people_periods *periods = NULL;
        struct sc_people_path *path = NULL;
        assert_int_equal(sc_people_periods_new(&people, &calendar, cohorts, count, &periods, &error), SC_OK);
        assert_int_equal(sc_people_path_new(&people, calendar.first_day, calendar.days, &path, &error), SC_OK);
        for (uint64_t r = 0; r < REPLICATIONS; r++) {
            assert_int_equal(sc_people_path_fill(path, &people, "team", cohorts, count, NULL, 7, r, &error), SC_OK);
            sc_people_periods_sum(periods, "team", 7, r, speed, heads);
            assert_equal_sums(path, &calendar, speed, heads);
        }
        sc_people_path_free(path);
        sc_people_periods_free(periods);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums_are_those_of_the_days)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

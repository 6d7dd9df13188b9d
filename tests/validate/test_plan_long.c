/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plans on the held-out test (support/held_out.h): what they promise, played again with other random numbers. The
 * one-sided 95 % bound of each month's probability of meeting its targets must not be below the confidence asked for
 * by more than 0.02. And against all plans that there are, on a small case: none that passes the same test is cheaper
 * by more than a head-month.
 *
 * test_plan_long [PATTERN [PATHS]]: only the tests whose names match (with * and ?), for a first look on fewer paths.
 */
#include "staffcast/calendar.h"
#include "staffcast/plan.h"
#include "support/held_out.h"
#include "support/scenario_text.h"

#include <gsl/gsl_errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_PATHS = 300, HIRES_MOST = 64 };
static size_t paths = 3000;

static struct sc_plan *plan_of(const struct sc_scenario *scenario)
{
    struct sc_plan *plan = NULL;
    struct sc_error error = SC_ERROR_INIT;
    struct sc_plan_options options = {.mode = SC_PLAN_OPTIMISE};
    if (sc_plan_make(scenario, &options, &plan, &error) != SC_OK)
        fail_msg("%s", error.message);
    assert_true(plan->plan.hire_count <= HIRES_MOST);
    return plan;
}

static size_t hires_of(const struct sc_plan *plan, struct held_out_hire hires[HIRES_MOST])
{
    for (size_t i = 0; i < plan->plan.hire_count; i++) {
        const struct sc_plan_hire *hire = &plan->plan.hires[i];
        hires[i] = (struct held_out_hire){hire->pool, {hire->start_day, hire->until_day, hire->count}};
    }
    return plan->plan.hire_count;
}

/* Says month by month how a plan fares; false where one does not keep its promise. */
static bool promises_kept(const char *name, const struct sc_plan *plan, struct held_out *test)
{
    struct held_out_hire hires[HIRES_MOST];
    bool kept = true;
    held_out_play(test, hires, hires_of(plan, hires), 0, paths);
    assert_int_equal(test->month_count, plan->month_count);
    for (size_t m = 0; m < plan->month_count; m++) {
        const struct held_out_month *month = &test->months[m];
        char date[11];
        double bound = held_out_at_least(month, 0.05);
        bool here = month->judged == 0 || bound >= plan->confidence - 0.02;
        assert_true(month->first_day == plan->plan.months[m].first_day && month->days == plan->plan.months[m].days);
        sc_date_format(month->first_day, date);
        print_message("%s %.7s: kept on %zu of %zu paths, at least %.1f %%; the plan says %.1f %%%s\n", name, date,
                      month->kept, month->judged, 100.0 * bound, 100.0 * plan->plan.months[m].met.mean,
                      here ? "" : "  <- too few");
        kept = kept && here;
    }
    return kept;
}

static void shipped(const char *name)
{
    char path[512];
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_scenario *scenario = NULL;
    snprintf(path, sizeof path, SC_SOURCE_DIR "/scenarios/%s.cfg", name);
    assert_int_equal(sc_scenario_read(path, NULL, 0, &scenario, &faults, &error), SC_OK);
    struct sc_plan *plan = plan_of(scenario);
    struct held_out *test = held_out_new(scenario);
    bool kept = promises_kept(name, plan, test);
    held_out_free(test);
    sc_plan_free(plan);
    sc_scenario_free(scenario);
    sc_faults_release(&faults);
    if (!kept)
        fail_msg("%s: months do not keep what the plan promises", name);
}

static void a_team_that_grows(void **state)
{
    (void)state;
    shipped("administrator");
}

static void a_winter_peak(void **state)
{
    (void)state;
    shipped("seasonal-retail");
}

/* --- all plans --- */

enum { CLASSES = 5, LARGEST = 2, PLANS = 243 };

/* Half a year, classes of one or two every four weeks: 3^5 plans. */
static const char *const small_case =
    "name = \"small\"; start = \"2026-01-01\"; days = 7; warmup = \"0 d\"; seed = \"11\"; level = 0.03; spread = 0.05;"
    "plan = { months = 5; confidence = 0.8; };"
    "channels = ( { name = \"phone\"; hours = { mon-fri = \"09:00-17:00\"; };"
    "    volume = { per_day = 300; growth = 0.04; };"
    "    handle = \"8 min\"; patience = \"4 min\"; target = { answer = 0.8; within = \"60 s\"; }; } );"
    "pools = ( { name = \"team\"; agents = 8; skills = ( { channel = \"phone\"; } );"
    "    people = { headcount = 8; attrition = 0.04; early_attrition = 0.06; lead = \"1 w\"; training = \"1 w\";"
    "               ramp = [0.7, 1.0]; class = { min = 1; max = 2; every = \"4 w\"; };"
    "               salary_per_month = 3000; cost_per_hire = 1000; }; } );";

struct candidate {
    int count[CLASSES];
    double cost;
};

/* What a hire of each class costs until the end, on average. */
static void class_costs(const struct sc_people *people, int64_t first_day, int64_t end_day, double cost[CLASSES],
                        int64_t start[CLASSES])
{
    for (int k = 0; k < CLASSES; k++) {
        double days = 0.0;
        start[k] = first_day + 7 + 28 * k;
        for (int64_t day = start[k]; day < end_day; day++)
            days += sc_people_stays(people, 1, day - start[k]);
        cost[k] = people->cost_per_hire + days / SC_MONTH_DAYS * people->salary_per_month;
    }
}

/* Has the other at every time as many hires or more? Then it keeps what this one keeps. */
static bool is_below(const struct candidate *a, const struct candidate *b)
{
    int of_a = 0, of_b = 0;
    for (int k = 0; k < CLASSES; k++) {
        of_a += a->count[k];
        of_b += b->count[k];
        if (of_a > of_b)
            return false;
    }
    return memcmp(a->count, b->count, sizeof a->count) != 0;
}

/* Plays a candidate on more and more paths until a month has failed; true where none has. */
static bool passes(struct held_out *test, const struct candidate *candidate, const int64_t start[CLASSES],
                   double confidence)
{
    struct held_out_hire hires[CLASSES];
    size_t n = 0;
    for (int k = 0; k < CLASSES; k++)
        if (candidate->count[k] > 0)
            hires[n++] = (struct held_out_hire){0, {start[k], INT64_MAX, candidate->count[k]}};
    held_out_clear(test);
    for (size_t first = 0, end = FIRST_PATHS; first < paths; first = end, end = paths) {
        held_out_play(test, hires, n, first, end);
        for (size_t m = 0; m < test->month_count; m++) {
            bool last = end == paths;
            if (last ? held_out_at_least(&test->months[m], 0.05) < confidence - 0.02
                     : held_out_at_most(&test->months[m], 1e-4) < confidence - 0.02)
                return false;
        }
    }
    return true;
}

static size_t candidates_fill(struct candidate candidates[PLANS], const double cost[CLASSES], double below)
{
    size_t n = 0;
    for (int number = 0; number < PLANS; number++) {
        struct candidate *c = &candidates[n];
        *c = (struct candidate){.cost = 0.0};
        for (int k = 0, rest = number; k < CLASSES; k++, rest /= LARGEST + 1) {
            c->count[k] = rest % (LARGEST + 1);
            c->cost += c->count[k] * cost[k];
        }
        n += c->cost < below;
    }
    return n;
}

static void compare_with_all(const char *override)
{
    static struct candidate candidates[PLANS + 1];
    struct sc_scenario *scenario = scenario_from_text(small_case, &override, 1);
    const struct sc_people *people = &scenario->pools[0].people;
    struct sc_plan *plan = plan_of(scenario);
    struct held_out *test = held_out_new(scenario);
    struct candidate chosen = {.cost = 0.0};
    double cost[CLASSES];
    int64_t start[CLASSES];
    class_costs(people, plan->first_day, plan->end_day, cost, start);
    for (size_t i = 0; i < plan->plan.hire_count; i++)
        for (int k = 0; k < CLASSES; k++)
            if (plan->plan.hires[i].start_day == start[k]) {
                chosen.count[k] = plan->plan.hires[i].count;
                chosen.cost += chosen.count[k] * cost[k];
            }
    print_message("%s: %d %d %d %d %d, %.2f head-months\n", override, chosen.count[0], chosen.count[1],
                  chosen.count[2], chosen.count[3], chosen.count[4], chosen.cost / people->salary_per_month);
    assert_true(chosen.cost > people->salary_per_month); /* there is something to save */
    bool kept = promises_kept("small", plan, test);
    size_t n = candidates_fill(candidates, cost, chosen.cost - people->salary_per_month), played = 0;
    for (size_t i = 0; i < n; i++) {
        bool below = false;
        for (size_t j = 0; j < n && !below; j++)
            below = is_below(&candidates[i], &candidates[j]);
        if (below)
            continue;
        played++;
        if (passes(test, &candidates[i], start, plan->confidence))
            fail_msg("%d %d %d %d %d passes too, for %.2f head-months", candidates[i].count[0], candidates[i].count[1],
                     candidates[i].count[2], candidates[i].count[3], candidates[i].count[4],
                     candidates[i].cost / people->salary_per_month);
    }
    print_message("none of %zu cheaper plans passes; %zu had to be played\n", n, played);
    assert_true(played > 0 && kept);
    held_out_free(test);
    sc_plan_free(plan);
    sc_scenario_free(scenario);
}

static void none_that_passes_is_cheaper_by_more_than_a_head_month(void **state)
{
    (void)state;
    static const char *const cases[] = {"channels.phone.volume.per_day = 300", "channels.phone.volume.per_day = 320",
                                        "plan.confidence = 0.9", "channels.phone.volume.growth = 0.07",
                                        "pools.team.people.attrition = 0.06"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        compare_with_all(cases[i]);
}

int main(int argc, char **argv)
{
    gsl_set_error_handler_off();
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    if (argc > 2)
        paths = (size_t)strtoul(argv[2], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_that_passes_is_cheaper_by_more_than_a_head_month),
        cmocka_unit_test(a_winter_peak),
        cmocka_unit_test(a_team_that_grows),
    };
    return cmocka_run_group_tests_name("plans on held-out paths", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plans on the held-out test (support/held_out.h): what they promise, played again with other random numbers. The
 * one-sided 95 % bound of each month's probability of meeting its targets must not be below the confidence asked for
 * by more than 0.02. And against all plans that there are, on a small case: none that passes the same test is cheaper
 * by more than a head-month.
 *
 * test_plan_long [PATTERN [PATHS [SEED ...]]]: only the tests whose names match (with * and ?), for a first look on
 * fewer paths, or at other small companies.
 */
#include "model/workforce.h"
#include "staffcast/calendar.h"
#include "staffcast/plan.h"
#include "support/held_out.h"
#include "support/held_out_people.h"
#include "support/random_company.h"
#include "support/scenario_text.h"

#include <gsl/gsl_errno.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_PATHS = 300, HIRES_MOST = 64 };
static size_t paths_most = 3000;
static uint64_t other_seeds[64];
static size_t other_count;

static size_t at_most(size_t paths)
{
    return paths < paths_most ? paths : paths_most;
}

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

/* Says month by month how a plan fares, and who misses the target; false where one does not keep its promise. *surplus:
   by how much the worst month is above the confidence asked for. */
static bool promises_kept(const char *name, const struct sc_plan *plan, struct held_out *test, size_t paths,
                          double *surplus)
{
    struct held_out_hire hires[HIRES_MOST];
    bool kept = true;
    held_out_clear(test);
    held_out_play(test, hires, hires_of(plan, hires), 0, paths);
    assert_int_equal(test->month_count, plan->month_count);
    *surplus = 1.0 - plan->confidence;
    for (size_t m = 0; m < plan->month_count; m++) {
        const struct held_out_month *month = &test->months[m];
        char date[11];
        double bound = held_out_at_least(month, 0.05);
        bool here = month->judged == 0 || bound >= plan->confidence - 0.02;
        assert_true(month->first_day == plan->plan.months[m].first_day && month->days == plan->plan.months[m].days);
        if (month->judged > 0)
            *surplus = fmin(*surplus, (double)month->kept / (double)month->judged - plan->confidence);
        sc_date_format(month->first_day, date);
        print_message("%s %.7s: kept on %zu of %zu paths, at least %.1f %%; the plan says %.1f %%; missed by", name,
                      date, month->kept, month->judged, 100.0 * bound, 100.0 * plan->plan.months[m].met.mean);
        for (size_t c = 0; c < test->scenario->channel_count; c++)
            print_message(" %s %zu", test->scenario->channels[c].name, month->missed[c]);
        print_message("%s\n", here ? "" : "  <- too few");
        kept = kept && here;
    }
    return kept;
}

static bool plan_and_hold(const char *name, const struct sc_scenario *scenario, size_t paths, double *surplus)
{
    struct sc_plan *plan = plan_of(scenario);
    struct held_out *test = held_out_new(scenario);
    bool kept = promises_kept(name, plan, test, at_most(paths), surplus);
    held_out_free(test);
    sc_plan_free(plan);
    return kept;
}

static void shipped(const char *name, size_t paths)
{
    char path[512];
    double surplus;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_scenario *scenario = NULL;
    snprintf(path, sizeof path, SC_SOURCE_DIR "/scenarios/%s.cfg", name);
    assert_int_equal(sc_scenario_read(path, NULL, 0, &scenario, &faults, &error), SC_OK);
    bool kept = plan_and_hold(name, scenario, paths, &surplus);
    sc_scenario_free(scenario);
    sc_faults_release(&faults);
    print_message("%s: the worst month %+.1f points from what was asked for\n", name, 100.0 * surplus);
    if (!kept)
        fail_msg("%s: months do not keep what the plan promises", name);
}

static void a_team_that_grows(void **state)
{
    (void)state;
    shipped("administrator", 3000);
}

static void a_winter_peak(void **state)
{
    (void)state;
    shipped("seasonal-retail", 1500);
}

static void a_company_that_grows(void **state)
{
    (void)state;
    shipped("growing-company", 1000);
}

static void a_team_that_burns_out(void **state)
{
    (void)state;
    shipped("attrition-crisis", 1000);
}

/* Some that have something to plan: neither more than enough people nor too few from the start. (As many paths as make
   the bound lie no more than a point below a month that is kept exactly as often as was asked for.) */
static void small_companies(void **state)
{
    (void)state;
    static const uint64_t usual_seeds[] = {1, 2, 3, 5, 8, 11, 20, 39};
    const uint64_t *seeds = other_count > 0 ? other_seeds : usual_seeds;
    size_t count = other_count > 0 ? other_count : sizeof usual_seeds / sizeof *usual_seeds;
    double sum = 0.0;
    int broken = 0;
    for (size_t i = 0; i < count; i++) {
        char name[32], *text = random_company_text(seeds[i]);
        double surplus;
        struct sc_scenario *scenario = scenario_from_text(text, NULL, 0);
        snprintf(name, sizeof name, "company %d", (int)seeds[i]);
        bool kept = plan_and_hold(name, scenario, 3000, &surplus);
        print_message("%s: asked for %.0f %%, the worst month %+.1f points from it\n", name,
                      100.0 * scenario->plan.confidence, 100.0 * surplus);
        broken += !kept;
        sum += surplus;
        sc_scenario_free(scenario);
        free(text);
    }
    print_message("%d companies: the worst month %+.1f points from what was asked for, on average\n", (int)count,
                  100.0 * sum / (double)count);
    assert_int_equal(broken, 0);
}

/* --- the test itself --- */

/*
 * The people that plans are held against have the mean and the variance of the closed forms, too: two ways to count
 * heads must not differ by more than chance (1e-6, over days and two sides).
 */
static void its_people_have_the_closed_forms(void **state)
{
    (void)state;
    enum { PATHS = 4000, DAYS = 250 };
    static const double ramp[] = {0.5, 0.8};
    const struct sc_people people = {.given = true, .headcount = 12, .attrition = 0.04, .early_attrition = 0.09,
                                     .training_s = 10 * 86400.0, .ramp = ramp, .ramps = 2};
    const struct sc_cohort cohorts[] = {{20, INT64_MAX, 5}, {48, 160, 6}};
    static const int days[] = {0, 29, 31, 60, 90, 111, 160, 161, 249};
    double sum[sizeof days / sizeof *days] = {0}, squares[sizeof days / sizeof *days] = {0};
    struct held_out_people *held = held_out_people_new(&people, 0, DAYS);
    for (uint64_t r = 0; r < PATHS; r++) {
        held_out_people_fill(held, cohorts, 2, 1000 + r, NULL);
        for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
            struct sc_crew crew = {.factor = 1.0};
            double speed = 0.0;
            held_out_people_crew(held, days[i], &crew);
            for (size_t g = 0; g < crew.groups; g++)
                speed += crew.group[g].speed * crew.group[g].heads;
            sum[i] += speed;
            squares[i] += speed * speed;
        }
    }
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        struct sc_people_moments moments = sc_people_moments(&people, 0, cohorts, 2, days[i]);
        double mean = sum[i] / PATHS, variance = squares[i] / PATHS - mean * mean;
        /* Counts of some ten heads are near enough to normal for the variance of their variance. */
        assert_true(fabs(mean - moments.speed) <= 5.5 * sqrt(moments.speed_variance / PATHS) + 1e-9);
        assert_true(fabs(variance - moments.speed_variance) <= 6.0 * moments.speed_variance * sqrt(2.0 / PATHS) + 1e-9);
    }
    held_out_people_free(held);
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
    for (size_t first = 0, end = FIRST_PATHS; first < paths_most; first = end, end = paths_most) {
        held_out_play(test, hires, n, first, end);
        for (size_t m = 0; m < test->month_count; m++) {
            bool last = end == paths_most;
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
    double surplus;
    bool kept = promises_kept("small", plan, test, paths_most, &surplus);
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
        paths_most = (size_t)strtoul(argv[2], NULL, 10);
    for (int i = 3; i < argc && other_count < sizeof other_seeds / sizeof *other_seeds; i++)
        other_seeds[other_count++] = strtoull(argv[i], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_people_have_the_closed_forms),
        cmocka_unit_test(none_that_passes_is_cheaper_by_more_than_a_head_month),
        cmocka_unit_test(small_companies),
        cmocka_unit_test(a_winter_peak),
        cmocka_unit_test(a_team_that_grows),
        cmocka_unit_test(a_company_that_grows),
        cmocka_unit_test(a_team_that_burns_out),
    };
    return cmocka_run_group_tests_name("plans on held-out paths", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plans of a small desk: what they promise and refuse, the cases at the edge, and that the same scenario gives the same
 * bytes. That they keep what they promise, and that nothing cheaper does, is for validate/test_plan_long.c.
 */
#include "staffcast/plan.h"

#include "present/plan.h"
#include "present/plan_sentence.h"
#include "staffcast/calendar.h"
#include "support/scenario_text.h"

#include <gsl/gsl_errno.h>
#include <jansson.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char desk[] =
    "name = \"desk\"; start = \"2026-01-05\"; days = 7; seed = \"3\"; spread = 0.05; level = 0.03;\n"
    "fixed_per_month = 100;\n"
    "channels = ( { name = \"phone\"; hours = { mon-fri = \"09:00-17:00\"; }; volume = { per_day = 190; growth = 0.06; "
    "};\n"
    "    handle = \"6 min\"; patience = \"3 min\"; target = { answer = 0.8; within = \"60 s\"; }; } );\n"
    "pools = ( { name = \"team\"; agents = 5; skills = ( { channel = \"phone\"; } ); cost = { per_hour = 20.0; };\n"
    "    people = { headcount = 5; attrition = 0.04; early_attrition = 0.06; lead = \"2 w\"; training = \"1 w\";\n"
    "               ramp = [0.7, 1.0]; class = { min = 1; max = 3; every = \"2 w\"; };\n"
    "               salary_per_month = 3000; cost_per_hire = 900; }; } );\n"
    "plan = { months = 6; confidence = 0.8; };\n";

struct case_of {
    struct sc_scenario *scenario;
    struct sc_plan *plan;
    struct sc_error error;
    enum sc_code code;
};

static struct case_of make(const char *const *overrides, size_t count, enum sc_plan_mode mode, int threads, bool levers)
{
    struct case_of made = {.scenario = scenario_from_text(desk, overrides, count), .error = SC_ERROR_INIT};
    /* Enough for what is asked here: the usual thousand takes seconds. */
    struct sc_plan_options options = {.mode = mode, .threads = threads, .levers = levers, .replications = 200};
    made.code = sc_plan_make(made.scenario, &options, &made.plan, &made.error);
    return made;
}

static void release(struct case_of *made)
{
    sc_plan_free(made->plan);
    sc_scenario_free(made->scenario);
}

/* The JSON of a plan; the caller frees. */
static char *json_of(const struct sc_plan *plan)
{
    struct sc_scenario named = *plan->scenario;
    struct sc_plan copy = *plan;
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    named.file = "desk.cfg"; /* the text was read from a file of another name each time */
    copy.scenario = &named;
    sc_plan_write_json(stream, &copy, NULL);
    fclose(stream);
    return text;
}

static void assert_refused(const char *override, const char *month, const char *limit)
{
    struct case_of made = make(&override, 1, SC_PLAN_OPTIMISE, 0, false);
    assert_int_equal(made.code, SC_UNREACHABLE);
    if (!strstr(made.error.message, month) || !strstr(made.error.message, limit))
        fail_msg("%s: \"%s\" lacks \"%s\" or \"%s\"", override, made.error.message, month, limit);
    release(&made);
}

static int heads_of(const struct sc_plan *plan)
{
    int sum = 0;
    for (size_t i = 0; i < plan->plan.hire_count; i++)
        sum += plan->plan.hires[i].count;
    return sum;
}

/* --- what a plan is --- */

static void hires_go_by_class_limits_and_lead(void **state)
{
    (void)state;
    struct case_of made = make(NULL, 0, SC_PLAN_AUTO, 0, false);
    assert_int_equal(made.code, SC_OK);
    const struct sc_plan *plan = made.plan;
    assert_true(plan->optimised && sc_plan_kept(plan) && plan->plan.hire_count > 0);
    assert_int_equal(plan->month_count, 6);
    for (size_t i = 0; i < plan->plan.hire_count; i++) {
        const struct sc_plan_hire *hire = &plan->plan.hires[i];
        assert_true(hire->count >= 1 && hire->count <= 3);
        assert_true(hire->decide_day >= plan->first_day && hire->start_day == hire->decide_day + 14);
        assert_int_equal((hire->decide_day - plan->first_day) % 14, 0);
        assert_true(hire->last_day >= hire->decide_day && !hire->given);
    }
    for (size_t m = 0; m < plan->month_count; m++) {
        const struct sc_plan_month *month = &plan->plan.months[m];
        assert_true(month->met.low <= month->met.mean && month->met.mean <= month->met.high);
        assert_true(month->met_bound <= month->met.mean && month->met.mean >= 0.79);
        /* The heads of a pool add up: who begins, less leavers, plus hires, is who begins the next month. */
        const struct sc_plan_pool_month *pool = &month->pools[0];
        assert_true(fabs(pool->headcount.mean - pool->in_training.mean - pool->ramping.mean - pool->full.mean) < 1e-9);
        if (m + 1 < plan->month_count)
            assert_true(fabs(pool->begin.mean - pool->left.mean + pool->hired.mean -
                             plan->plan.months[m + 1].pools[0].begin.mean) < 1e-9);
        assert_true(fabs(pool->gap.mean - (pool->net.mean - pool->required)) < 1e-9);
        /* With hires a month is kept more often. */
        assert_true(month->met.mean >= plan->without.months[m].met.mean - 1e-9);
    }
    assert_true(plan->misses[0].missed && plan->misses[0].first_day > plan->first_day);
    assert_true(plan->plan.cost.mean > plan->without.cost.mean);
    release(&made);
}

/* Salary by headcount, hiring, and the costs that no head causes: the roster's hours are not paid again. */
static void salaries_replace_hours(void **state)
{
    (void)state;
    const char *const overrides[] = {"pools.team.people.attrition = 0", "channels.phone.volume.growth = 0",
                                     "plan.months = 2"};
    struct case_of made = make(overrides, 3, SC_PLAN_AUTO, 0, false);
    assert_int_equal(made.code, SC_OK);
    const struct sc_plan_month *month = &made.plan->plan.months[1];
    assert_int_equal(made.plan->plan.hire_count, 0);
    double salary = (5 * 3000.0 + 100.0) * month->days / SC_MONTH_DAYS;
    /* No overtime price, so a scheduled hour and one of overtime cost alike: what is above the salary is overtime. */
    assert_true(month->cost.mean >= salary - 1e-6 && month->cost.mean < salary + 20.0 * 0.2 * 21 * 5);
    release(&made);
}

static void the_hires_given_are_evaluated(void **state)
{
    (void)state;
    const char *const overrides[] = {
        "pools.team.people.hires = ( { start = \"2026-02-02\"; count = 2; }, { start = \"2026-03-02\"; count = 3; "
        "until = \"2026-04-30\"; } )"};
    struct case_of given = make(overrides, 1, SC_PLAN_AUTO, 0, false);
    assert_int_equal(given.code, SC_OK);
    assert_true(!given.plan->optimised && given.plan->plan.hire_count == 2 && given.plan->plan.hires[0].given);
    assert_true(given.plan->plan.months[1].pools[0].hired.mean == 2.0);
    assert_true(given.plan->plan.months[3].pools[0].headcount.mean >
                given.plan->plan.months[4].pools[0].headcount.mean + 2.0);
    assert_true(given.plan->without.months[1].pools[0].hired.mean == 0.0);
    struct case_of more = make(overrides, 1, SC_PLAN_ADD, 0, false);
    assert_int_equal(more.code, SC_OK);
    assert_true(more.plan->optimised && sc_plan_kept(more.plan) && heads_of(more.plan) >= 5);
    release(&given);
    release(&more);
}

static void levers_are_measured_against_the_plan(void **state)
{
    (void)state;
    struct case_of made = make(NULL, 0, SC_PLAN_AUTO, 0, true);
    assert_int_equal(made.code, SC_OK);
    assert_true(made.plan->lever_count >= 5);
    for (size_t i = 0; i < made.plan->lever_count; i++) {
        const struct sc_plan_lever *lever = &made.plan->levers[i];
        int heads = heads_of(made.plan);
        if (lever->kind == SC_LEVER_DELAY)
            assert_true(lever->cost_difference.high < 0.0 && lever->least_met.mean < 0.8);
        if (lever->kind == SC_LEVER_FEWER)
            assert_true(lever->heads_difference == -1 && lever->cost_difference.high < -900.0);
        if (lever->kind == SC_LEVER_TARGET)
            assert_true(lever->heads_difference <= 0 && lever->cost_difference.mean <= 0.0);
        if (lever->kind == SC_LEVER_NOTHING)
            assert_true(lever->heads_difference == -heads && lever->least_met.high < 0.8);
        if (lever->kind == SC_LEVER_OVERTIME)
            assert_true(!lever->reached || lever->amount.mean > 0.0);
    }
    release(&made);
}

static const struct sc_plan_lever *lever_of(const struct sc_plan *plan, enum sc_plan_lever_kind kind)
{
    for (size_t i = 0; i < plan->lever_count; i++)
        if (plan->levers[i].kind == kind)
            return &plan->levers[i];
    return NULL;
}

/* With more resolved by bots hires can only go, and nothing of the plan itself changes. */
static void better_bots_are_played_on_the_engine(void **state)
{
    (void)state;
    const char *bot[] = {"channels.phone.volume.per_day = 270",
                         "channels.phone.automation = { resolves = 0.3; takes = \"60 s\"; cost_per_resolved = 1.0; }"};
    struct case_of made = make(bot, 2, SC_PLAN_AUTO, 0, true), plain = make(bot, 2, SC_PLAN_AUTO, 0, false);
    assert_int_equal(made.code, SC_OK);
    assert_int_equal(plain.code, SC_OK);
    assert_true(heads_of(made.plan) > 0 && heads_of(made.plan) == heads_of(plain.plan));
    assert_true(made.plan->plan.cost.mean == plain.plan->plan.cost.mean);
    assert_true(made.plan->contacts_simulated > plain.plan->contacts_simulated);
    const struct sc_plan_lever *lever = lever_of(made.plan, SC_LEVER_AUTOMATION);
    assert_non_null(lever);
    assert_true(lever->reached && lever->heads_difference <= 0);
    assert_true(lever->cost_difference.low < lever->cost_difference.mean &&
                lever->cost_difference.mean < lever->cost_difference.high);
    release(&made);
    release(&plain);
}

static void bots_that_resolve_all_are_no_lever(void **state)
{
    (void)state;
    const char *nearly_all[] = {"channels.phone.volume.per_day = 260",
                                "channels.phone.automation = { resolves = 0.2; takes = \"60 s\"; }",
                                "events = ( { name = \"all\"; at = \"2026-05-04\"; set = ( "
                                "\"channels.phone.automation.resolves = 0.99\" ); } )"};
    struct case_of made = make(nearly_all, 3, SC_PLAN_AUTO, 0, true);
    assert_int_equal(made.code, SC_OK);
    assert_true(heads_of(made.plan) > 0 && made.plan->lever_count > 0);
    assert_null(lever_of(made.plan, SC_LEVER_AUTOMATION));
    release(&made);
}

/* --- what cannot be planned --- */

static void a_limit_that_binds_is_named(void **state)
{
    (void)state;
    assert_refused("pools.team.agents = 3", "2026-01", "lead time");
    assert_refused("plan.budget_per_month = 15700", "2026-", "the budget binds");
    assert_refused("plan.budget_per_month = 12000", "2026-01 costs 1", "before anybody is hired");
    assert_refused("pools.team.people.class = { min = 1; max = 1; every = \"26 w\"; }", "2026-", "classes");
}

/* Where nobody who is hired can be there in time, a plan is not refused because its chances, here 73 %, are in doubt:
   after ten paths they may as well be 70 %. */
static void doubts_do_not_refuse_what_no_hire_can_help(void **state)
{
    (void)state;
    static const char *const overrides[] = {"pools.team.people.lead = \"60 w\"", "pools.team.agents = 6",
                                            "plan.confidence = 0.72"};
    struct case_of made = {.scenario = scenario_from_text(desk, overrides, 3), .error = SC_ERROR_INIT};
    struct sc_plan_options options = {.mode = SC_PLAN_OPTIMISE, .replications = 4};
    if (sc_plan_make(made.scenario, &options, &made.plan, &made.error) != SC_OK)
        fail_msg("%s", made.error.message);
    assert_int_equal(heads_of(made.plan), 0);
    release(&made);
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *override, *text;
    } cases[] = {
        {"pools.team.people = none", "no pool has `people`"},
        {"channels.phone.target = none", "no channel has a target"},
        {"pools.team.people.headcount = 0", "headcount of 0"},
        {"pools.team.people.hires = ( { start = \"2025-12-01\"; count = 2; } )", "begin before the plan"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct case_of made = make(&cases[i].override, 1, SC_PLAN_AUTO, 0, false);
        assert_int_equal(made.code, SC_INPUT);
        if (!strstr(made.error.message, cases[i].text))
            fail_msg("\"%s\" lacks \"%s\"", made.error.message, cases[i].text);
        release(&made);
    }
}

/* --- the edge --- */

static void nobody_leaves_and_nobody_is_hired(void **state)
{
    (void)state;
    const char *const overrides[] = {"pools.team.people.attrition = 0", "channels.phone.volume.growth = 0"};
    struct case_of made = make(overrides, 2, SC_PLAN_AUTO, 0, true);
    assert_int_equal(made.code, SC_OK);
    assert_true(made.plan->plan.hire_count == 0 && sc_plan_kept(made.plan) && !made.plan->misses[0].missed);
    assert_true(made.plan->plan.months[5].pools[0].headcount.mean == 5.0 && made.plan->lever_count == 0);
    assert_true(made.plan->plan.cost.mean == made.plan->without.cost.mean);
    release(&made);
}

static void no_demand_needs_nobody(void **state)
{
    (void)state;
    const char *const overrides[] = {"channels.phone.volume.per_day = 0"};
    struct case_of made = make(overrides, 1, SC_PLAN_AUTO, 0, false);
    assert_int_equal(made.code, SC_OK);
    assert_true(made.plan->plan.hire_count == 0 && sc_plan_kept(made.plan) && !made.plan->misses[0].missed);
    assert_true(isnan(made.plan->plan.months[2].targets[0].share.mean));
    assert_true(isnan(made.plan->plan.months[2].cost_per_contact));
    assert_true(made.plan->plan.months[2].pools[0].required == 0.0);
    release(&made);
}

static void one_head_leaves_and_is_replaced(void **state)
{
    (void)state;
    const char *const overrides[] = {"pools.team.agents = 1",
                                     "pools.team.people.headcount = 1",
                                     "channels.phone.volume.per_day = 8",
                                     "channels.phone.volume.growth = 0",
                                     "channels.phone.target.answer = 0.6",
                                     "plan.months = 4",
                                     "plan.confidence = 0.75"};
    struct case_of made = make(overrides, 7, SC_PLAN_AUTO, 0, false);
    assert_int_equal(made.code, SC_OK);
    /* Who may be gone by the fourth month, with a chance of 0.04 a month. */
    assert_true(made.plan->without.months[3].pools[0].headcount.mean < 0.95);
    assert_true(made.plan->without.months[3].met.mean < 1.0 && made.plan->plan.months[3].met.mean >= 0.74);
    release(&made);
}

/* --- bytes and shape --- */

static void threads_change_nothing(void **state)
{
    (void)state;
    struct case_of one = make(NULL, 0, SC_PLAN_AUTO, 1, true);
    char *text = json_of(one.plan);
    for (int threads = 2; threads <= 7; threads += 5) {
        struct case_of more = make(NULL, 0, SC_PLAN_AUTO, threads, true);
        char *other = json_of(more.plan);
        assert_string_equal(text, other);
        free(other);
        release(&more);
    }
    free(text);
    release(&one);
}

static void assert_keys(const json_t *object, const char *const *keys, size_t count)
{
    assert_true(json_is_object(object));
    size_t at = 0;
    for (void *i = json_object_iter((json_t *)(uintptr_t)object); i && at < count;
         i = json_object_iter_next((json_t *)(uintptr_t)object, i), at++)
        assert_string_equal(json_object_iter_key(i), keys[at]);
    assert_int_equal(at, count);
}

static void assert_figure(const json_t *figure)
{
    static const char *const keys[] = {"mean", "low", "high"};
    assert_keys(figure, keys, 3);
    assert_true(json_number_value(json_object_get(figure, "low")) <=
                json_number_value(json_object_get(figure, "mean")));
}

/* The keys of SPEC 4 first, in its order and letters. */
static void json_has_the_shape_of_the_contract(void **state)
{
    (void)state;
    static const char *const top[] = {"schema", "hires", "without", "months", "cost"};
    static const char *const hire[] = {"pool", "decide", "start", "count"};
    static const char *const miss[] = {"channel", "first_miss", "probability"};
    static const char *const month[] = {"month", "pools", "channels", "cost"};
    static const char *const channel[] = {"name", "service_level", "target_met"};
    static const char *const pool[] = {"name",    "headcount",     "left",    "hired",        "in_training",
                                       "ramping", "available_fte", "net_fte", "required_fte", "gap_fte"};
    struct case_of made = make(NULL, 0, SC_PLAN_AUTO, 0, true);
    char *text = json_of(made.plan);
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        fail_msg("line %d: %s", error.line, error.text);
    assert_keys(root, top, 5);
    assert_string_equal(json_string_value(json_object_get(root, "schema")), "staffcast.plan/1");
    assert_keys(json_array_get(json_object_get(root, "hires"), 0), hire, 4);
    assert_keys(json_array_get(json_object_get(root, "without"), 0), miss, 3);
    const json_t *first = json_array_get(json_object_get(root, "months"), 0);
    assert_keys(first, month, 4);
    assert_string_equal(json_string_value(json_object_get(first, "month")), "2026-01");
    assert_keys(json_array_get(json_object_get(first, "pools"), 0), pool, 10);
    assert_keys(json_array_get(json_object_get(first, "channels"), 0), channel, 3);
    assert_figure(json_object_get(json_array_get(json_object_get(first, "channels"), 0), "service_level"));
    assert_figure(json_object_get(first, "cost"));
    assert_figure(json_object_get(root, "cost"));
    assert_int_equal(json_array_size(json_object_get(root, "months")), 6);
    json_decref(root);
    free(text);
    release(&made);
}

/* --- what is said beside it --- */

struct notes {
    char text[4096];
};

static void note_down(void *context, const char *note)
{
    struct notes *notes = context;
    size_t used = strlen(notes->text);
    snprintf(notes->text + used, sizeof notes->text - used, "%s\n", note);
}

static struct notes notes_of(const struct sc_plan *plan)
{
    struct notes notes = {""};
    sc_plan_notes(plan, note_down, &notes);
    return notes;
}

static void a_head_between_projection_and_engine_is_said(void **state)
{
    (void)state;
    struct case_of made = make(NULL, 0, SC_PLAN_AUTO, 0, false);
    assert_int_equal(made.code, SC_OK);
    for (size_t m = 0; m < made.plan->month_count; m++)
        made.plan->plan.months[m].shift_heads = 0.9;
    assert_null(strstr(notes_of(made.plan).text, "projection and engine differ"));
    made.plan->plan.months[2].shift_heads = 1.4;
    assert_non_null(strstr(notes_of(made.plan).text, "differ by up to 1.4 heads (2026-03: the engine needs more)"));
    made.plan->plan.months[4].shift_heads = -2.25;
    assert_non_null(strstr(notes_of(made.plan).text, "differ by up to 2.2 heads (2026-05: the engine needs fewer)"));
    assert_non_null(strstr(notes_of(made.plan).text, "queues that carry over")); /* why */
    release(&made);
}

static void a_plan_that_is_not_written_is_said(void **state)
{
    (void)state;
    static const char *const none[] = {"plan = none"};
    struct case_of written = make(NULL, 0, SC_PLAN_AUTO, 0, false);
    assert_int_equal(written.code, SC_OK);
    assert_null(strstr(notes_of(written.plan).text, "twelve months"));
    struct case_of made = make(none, 1, SC_PLAN_AUTO, 0, false);
    assert_int_equal(made.code, SC_OK);
    assert_int_equal(made.plan->month_count, 12);
    assert_true(made.plan->confidence == 0.9);
    assert_non_null(strstr(notes_of(made.plan).text, "twelve months with a confidence of 90 %"));
    release(&written);
    release(&made);
}

/* The first sentence, the JSON and the note that says what the date means are about the same weeks. */
static void the_date_of_a_miss_is_explained(void **state)
{
    (void)state;
    struct case_of made = make(NULL, 0, SC_PLAN_AUTO, 0, false);
    assert_int_equal(made.code, SC_OK);
    const struct sc_plan_miss *miss = &made.plan->misses[0];
    char text[SC_PLAN_SENTENCE], *json = json_of(made.plan);
    assert_true(miss->missed && miss->chance.mean > 0.5 && miss->chance.mean < 0.8);
    assert_true(miss->at_risk_day > 0 && miss->at_risk_day < miss->first_day);
    json_t *root = json_loads(json, 0, NULL), *first = json_array_get(json_object_get(root, "without"), 0);
    char first_miss[11], at_risk[11];
    sc_date_format(miss->first_day, first_miss);
    sc_date_format(miss->at_risk_day, at_risk);
    assert_string_equal(json_string_value(json_object_get(first, "first_miss")), first_miss);
    assert_string_equal(json_string_value(json_object_get(first, "at_risk")), at_risk);
    sc_plan_sentence(made.plan, text);
    assert_non_null(strstr(text, "missed from the week of"));
    assert_non_null(strstr(text, "; above 20 % from the week of"));
    assert_non_null(strstr(notes_of(made.plan).text, "missed with a chance above 50 %"));
    json_decref(root);
    free(json);
    release(&made);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hires_go_by_class_limits_and_lead),  cmocka_unit_test(salaries_replace_hours),
        cmocka_unit_test(the_hires_given_are_evaluated),      cmocka_unit_test(levers_are_measured_against_the_plan),
        cmocka_unit_test(better_bots_are_played_on_the_engine),
        cmocka_unit_test(bots_that_resolve_all_are_no_lever),
        cmocka_unit_test(a_limit_that_binds_is_named),
        cmocka_unit_test(doubts_do_not_refuse_what_no_hire_can_help),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(nobody_leaves_and_nobody_is_hired),  cmocka_unit_test(no_demand_needs_nobody),
        cmocka_unit_test(one_head_leaves_and_is_replaced),    cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(json_has_the_shape_of_the_contract),
        cmocka_unit_test(a_head_between_projection_and_engine_is_said),
        cmocka_unit_test(a_plan_that_is_not_written_is_said),
        cmocka_unit_test(the_date_of_a_miss_is_explained),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}

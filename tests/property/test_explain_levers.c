/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What would meet the target: the position that a lever needs, put into the scenario by the override that was told,
 * brings the figure to the level wanted in runs with other random numbers.
 */
#include "decide/explain_private.h"
#include "present/explain.h"
#include "support/explain_case.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 100, OTHER_SEED = 777 };

/* The figure of the desk with some overrides. */
static struct sc_figure run_of(const char *metric, const char *const *changes, const char *const *more, size_t count,
                               uint64_t seed, size_t replications)
{
    const char *all[16] = {NULL};
    size_t n = 0, pair;
    for (; changes && *changes; changes++)
        all[n++] = *changes;
    for (size_t i = 0; i < count; i++)
        all[n++] = more[i];
    struct sc_document *document = explain_document(explain_desk, all);
    struct sc_built built;
    struct sc_series series = {0};
    struct sc_player player = {.figure = &metric, .figures = 1, .replications = replications, .seed = seed};
    struct sc_moments moments = {0};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_built_make(document, NULL, &built, &error), SC_OK);
    const struct sc_model *model = built.model;
    assert_int_equal(sc_player_play(&player, &model, 1, &series, &error), SC_OK);
    for (size_t r = 0; r < series.replications; r++)
        sc_moments_add(&moments, series.pair[r].y, series.pair[r].x);
    struct sc_figure figure = sc_metric_estimate(sc_metric_of_path(model, metric, &pair), &moments);
    sc_series_release(&series);
    sc_built_release(&built);
    sc_document_free(document);
    return figure;
}

/* The same with other random numbers. */
static struct sc_figure other_run(const char *metric, const char *const *changes, const char *const *more, size_t count)
{
    return run_of(metric, changes, more, count, OTHER_SEED, MANY);
}

static double error_of(struct sc_figure figure, size_t replications)
{
    return (figure.high - figure.low) / 2 / gsl_cdf_tdist_Qinv(0.025, (double)replications - 1);
}

/* Runs the desk with the lever where it was told to be. */
static void check_continuous(const struct sc_explanation *e, const struct sc_lever *lever, const char *const *changes)
{
    struct sc_figure there = other_run(e->metric, changes, lever->override, lever->overrides);
    double error = hypot(error_of(there, MANY), error_of(lever->metric, e->replications));
    printf("%s: %s gives %.4f, wanted %.4f, combined error %.4f\n", lever->name, lever->override[0], there.mean,
           e->wanted, error);
    assert_true(fabs(there.mean - e->wanted) <= 4 * error);
    assert_true(error < 0.02); /* else it would say nothing */
    assert_true(fabs(lever->metric.mean - e->wanted) < 0.1 * error);
    assert_true(lever->needed.low < lever->needed.mean && lever->needed.mean < lever->needed.high);
}

/* A whole number meets it, one less does not, and between the two lies the crossing. */
static void check_heads(const struct sc_explanation *e, const struct sc_lever *lever, const char *const *changes)
{
    char text[2][96];
    const char *one[2] = {text[0], text[1]};
    int heads = (int)(lever->needed.mean - lever->now);
    double sign = e->at_least ? 1 : -1;
    for (int i = 0; i < 2; i++)
        snprintf(text[i], sizeof text[i], "pools.%s.extra += %d", lever->element, heads - 1 + i);
    assert_string_equal(lever->override[0], text[1]);
    struct sc_figure fewer = other_run(e->metric, changes, &one[0], 1),
                     enough = other_run(e->metric, changes, &one[1], 1);
    double error = hypot(error_of(enough, MANY), error_of(lever->metric, e->replications));
    printf("%s: %d more give %.4f, %d give %.4f, wanted %.4f, error %.4f\n", lever->name, heads, enough.mean, heads - 1,
           fewer.mean, e->wanted, error);
    assert_true(sign * (enough.mean - e->wanted) >= -4 * error);
    assert_true(sign * (fewer.mean - e->wanted) <= 4 * error);
    double part = lever->exact.mean - (lever->needed.mean - 1);
    assert_true(part >= 0 && part <= 1);
    double crossing = fewer.mean + part * (enough.mean - fewer.mean);
    assert_true(fabs(crossing - e->wanted) <= 4 * error);
}

static void check_all(const struct sc_explanation *e, const char *const *changes, size_t most)
{
    size_t reaching = 0;
    for (size_t i = 0; i < e->levers; i++) {
        const struct sc_lever *lever = &e->lever[i];
        if (lever->end != SC_LEVER_REACHES)
            continue;
        reaching++;
        if (lever->kind == SC_LEVER_HEADS)
            check_heads(e, lever, changes);
        else
            check_continuous(e, lever, changes);
    }
    assert_true(reaching >= most);
}

static void test_needed_positions_meet_a_missed_target(void **state)
{
    static const char *const changes[] = {"channels.phone.volume.factor *= 1.1", NULL};
    const struct sc_explain_options options = {.replications = MANY};
    (void)state;
    struct sc_explanation *e = explain_levers_of(changes, &options);
    assert_false(e->met);
    assert_string_equal(e->metric, "channels.phone.service_level");
    check_all(e, changes, 6);
    sc_explanation_free(e);
}

static void test_needed_positions_of_a_rate_that_should_be_low(void **state)
{
    static const char *const changes[] = {"channels.phone.volume.factor *= 1.1", NULL};
    const struct sc_explain_options options = {.replications = MANY, .metric = "channels.phone.abandon_rate"};
    (void)state;
    struct sc_explanation *e = explain_levers_of(changes, &options);
    assert_false(e->met || e->at_least);
    assert_true(e->others == 1 && strcmp(e->other[0], "channels.phone.service_level") == 0);
    check_all(e, changes, 5);
    sc_explanation_free(e);
}

/* Where the target is met, the same tells how much room there is. */
static void test_room_where_the_target_is_met(void **state)
{
    static const char *const changes[] = {"pools.front line.agents = 7", NULL};
    const struct sc_explain_options options = {.replications = MANY};
    (void)state;
    struct sc_explanation *e = explain_levers_of(changes, &options);
    assert_true(e->met);
    check_all(e, changes, 4);
    assert_true(explain_lever_named(e, "contacts of phone")->needed.mean > 1);
    assert_true(explain_lever_named(e, "handle time of phone")->needed.mean > 240);
    assert_true(explain_lever_named(e, "heads of front line")->needed.mean < 7);
    sc_explanation_free(e);
}

/* Another level than the target's; levers that cannot say how far they get. */
static void test_levers_that_cannot(void **state)
{
    const struct sc_explain_options options = {.to_given = true, .to = 0.999, .replications = 60};
    (void)state;
    struct sc_explanation *e = explain_levers_of(NULL, &options);
    const struct sc_lever *absence = explain_lever_named(e, "absence of front line");
    assert_int_equal(absence->end, SC_LEVER_SHORT);
    assert_true(isnan(absence->needed.mean) && absence->position == 0);
    assert_true(absence->metric.mean > e->before.mean && absence->metric.mean < 0.999);
    assert_int_equal(explain_lever_named(e, "heads of front line")->end, SC_LEVER_REACHES);
    /* Ranked: those that get there come first, the shortest way before the longer one. */
    for (size_t i = 1; i < e->levers; i++) {
        assert_true(e->lever[i].end >= e->lever[i - 1].end);
        if (e->lever[i].end == SC_LEVER_REACHES)
            assert_true(e->lever[i].effort >= e->lever[i - 1].effort);
    }
    sc_explanation_free(e);
}

/* Heads cost what they are paid; what a lever costs that has no price is not known. */
static void test_costs(void **state)
{
    const struct sc_explain_options options = {.replications = 60};
    (void)state;
    struct sc_explanation *e = explain_levers_of(NULL, &options);
    const struct sc_lever *heads = explain_lever_named(e, "heads of front line");
    double weeks = 365.25 / 12 / 7; /* in a month */
    double wages = (heads->needed.mean - heads->now) * 24.0 * 16 * weeks, base, there;
    base = run_of("totals.cost", NULL, NULL, 0, 11, 60).mean;
    there = run_of("totals.cost", NULL, heads->override, 1, 11, 60).mean;
    assert_same("cost of heads", heads->cost_per_month.mean, (there - base) * weeks);
    assert_true(fabs(heads->cost_per_month.mean - wages) < 0.02 * wages); /* overtime and the bot's fees differ, too */
    const struct sc_lever *contacts = explain_lever_named(e, "contacts of phone");
    const struct sc_lever *bot = explain_lever_named(e, "automation of phone");
    there = run_of("totals.cost", NULL, contacts->override, 1, 11, 60).mean;
    assert_true(isnan(contacts->cost_per_month.mean));
    assert_same("cost of contacts", contacts->running_per_month.mean, (there - base) * weeks);
    there = run_of("totals.cost", NULL, bot->override, 1, 11, 60).mean;
    assert_same("cost of the bot", bot->cost_per_month.mean, (there - base) * weeks);
    sc_explanation_free(e);
}

/*
 * A point of automated resolution, by hand: the bot resolves as much more as makes a point of the rate, and the heads
 * that do the same for the service level are found with other random numbers.
 */
static void test_point_of_automation(void **state)
{
    const struct sc_explain_options options = {.replications = MANY};
    const char metric[] = "channels.phone.service_level", rate[] = "channels.phone.automation_rate";
    char text[96];
    const char *more[1] = {text};
    static const char *const head[] = {"pools.front line.extra += 1"};
    (void)state;
    struct sc_explanation *e = explain_levers_of(NULL, &options);
    const struct sc_automation_point *point = &e->point;
    assert_true(point->known);
    assert_string_equal(point->channel, "phone");
    assert_string_equal(point->pool, "front line");
    snprintf(text, sizeof text, "channels.phone.automation.resolves += %.5f", point->resolves);
    double raised = other_run(rate, NULL, more, 1).mean - other_run(rate, NULL, NULL, 0).mean;
    assert_true(fabs(raised - 0.01) < 0.001);
    double base = other_run(metric, NULL, NULL, 0).mean;
    double heads = (other_run(metric, NULL, more, 1).mean - base) / (other_run(metric, NULL, head, 1).mean - base);
    printf("a point is worth %.4f heads (%.4f to %.4f), elsewhere %.4f\n", point->heads.mean, point->heads.low,
           point->heads.high, heads);
    assert_true(point->heads.low > 0);
    /* Two independent estimates: their intervals' half-widths together, twice. */
    assert_true(fabs(heads - point->heads.mean) < 2 * (point->heads.high - point->heads.low));
    /* 16 hours a week at 24 an hour, less what the bot costs: 0.5 for each of 760 contacts a week. */
    assert_same("full time", point->full_time.mean, 0.4 * point->heads.mean);
    double weeks = 365.25 / 7, saved = (point->heads.mean * 24 * 16 - 0.5 * point->resolves * 760) * weeks;
    assert_true(fabs(point->money_a_year.mean - saved) < 0.25 * point->heads.mean * 24 * 16 * weeks);
    sc_explanation_free(e);
}

static void test_same_bytes_on_any_threads(void **state)
{
    static const int threads[] = {1, 2, 7};
    char *text[3];
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct sc_explanation *e =
            explain_levers_of(NULL, &(struct sc_explain_options){.threads = threads[i], .replications = 20});
        text[i] = explain_json_of(e);
        sc_explanation_free(e);
    }
    assert_string_equal(text[1], text[0]);
    assert_string_equal(text[2], text[0]);
    for (int i = 0; i < 3; i++)
        free(text[i]);
}

static void assert_refused(const char *const *changes, const struct sc_explain_options *options, enum sc_code code,
                           const char *words)
{
    struct sc_document *document = explain_document(explain_desk, changes);
    struct sc_explanation *e = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_explain_levers(document, options, &e, &error), code);
    assert_null(e);
    if (!strstr(error.message, words))
        fail_msg("'%s' says nothing of '%s'", error.message, words);
    sc_document_free(document);
}

static void test_refusals(void **state)
{
    static const char *const untargeted[] = {"channels.phone.target = none", NULL};
    (void)state;
    assert_refused(untargeted, &(struct sc_explain_options){.metric = NULL}, SC_INPUT, "no channel has a target");
    assert_refused(NULL, &(struct sc_explain_options){.metric = "totals.cost"}, SC_INPUT, "--to");
    assert_refused(NULL, &(struct sc_explain_options){.metric = "totals.costs"}, SC_USAGE, "'cost'");
    assert_refused(NULL,
                   &(struct sc_explain_options){.metric = "channels.mail.service_level", .to = 0.5, .to_given = true},
                   SC_INPUT, "over nothing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_needed_positions_meet_a_missed_target),
        cmocka_unit_test(test_needed_positions_of_a_rate_that_should_be_low),
        cmocka_unit_test(test_room_where_the_target_is_met),
        cmocka_unit_test(test_levers_that_cannot),
        cmocka_unit_test(test_costs),
        cmocka_unit_test(test_point_of_automation),
        cmocka_unit_test(test_same_bytes_on_any_threads),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

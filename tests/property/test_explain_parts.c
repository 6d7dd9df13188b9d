/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a figure moved: parts add up to the difference; where one input changed it gets all; of two each gets half the
 * sum of its effect first and its effect last; and all of it agrees with plain runs of the scenarios.
 */
#include "decide/explain_private.h"
#include "present/explain.h"
#include "support/explain_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sc_explanation *explained(const char *const *changes, const struct sc_explain_options *options)
{
    struct sc_document *before = explain_document(explain_desk, NULL), *after = explain_document(explain_desk, changes);
    struct sc_explanation *e = NULL;
    struct sc_error error = SC_ERROR_INIT;
    if (sc_explain_difference(before, after, options, &e, &error) != SC_OK)
        fail_msg("%s", error.message);
    sc_document_free(before);
    sc_document_free(after);
    return e;
}

/* The figure of a plain run with these overrides. */
static struct sc_figure run_figure(const char *const *changes, const char *metric, size_t replications)
{
    struct sc_document *document = explain_document(explain_desk, changes);
    struct sc_built built;
    struct sc_result *result = NULL;
    struct sc_error error = SC_ERROR_INIT;
    const struct sc_run_options options = {.replications = replications};
    size_t pair;
    assert_int_equal(sc_built_make(document, NULL, &built, &error), SC_OK);
    assert_int_equal(sc_run(built.model, &options, &result, &error), SC_OK);
    const struct sc_metric *found = sc_metric_of_path(built.model, metric, &pair);
    assert_non_null(found);
    struct sc_figure figure = strncmp(metric, "totals.", 7) == 0
                                  ? result->total[found - sc_total_metrics]
                                  : result->channels[0].figure[found - sc_channel_metrics];
    sc_result_free(result);
    sc_built_release(&built);
    sc_document_free(document);
    return figure;
}

static const char *const all_changes[] = {
    "channels.phone.volume.factor *= 1.1", "channels.phone.handle *= 1.05",
    "channels.phone.patience *= 0.8",      "channels.phone.automation.resolves += 0.05",
    "channels.phone.deflect = 0.08",       "channels.phone.recontact.share = 0.15",
    "pools.front line.agents = 5",         "pools.all-round.skills.phone.rank = 1",
    "channels.phone.target.within = 15 s", NULL,
};

static void assert_adds_up(const struct sc_explanation *e)
{
    double sum = 0;
    for (size_t i = 0; i < e->parts; i++)
        sum += e->part[i].part.mean;
    assert_same(e->metric, sum, e->difference.mean);
    assert_same("after - before", e->after.mean - e->before.mean, e->difference.mean);
}

/* All nine groups: 512 coalitions, for a share and a cost. */
static void test_nine_parts_add_up(void **state)
{
    static const char *const metrics[] = {"channels.phone.service_level", "totals.cost"};
    (void)state;
    for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++) {
        const struct sc_explain_options options = {.metric = metrics[m], .replications = 4};
        struct sc_explanation *e = explained(all_changes, &options);
        assert_int_equal(e->parts, SC_GROUP_COUNT);
        assert_adds_up(e);
        for (size_t i = 0; i < e->parts; i++) {
            assert_true(e->part[i].part.low <= e->part[i].part.mean && e->part[i].part.mean <= e->part[i].part.high);
            assert_int_equal(e->part[i].changes, 1);
        }
        assert_same("before", e->before.mean, run_figure(NULL, metrics[m], 4).mean);
        assert_same("after", e->after.mean, run_figure(all_changes, metrics[m], 4).mean);
        sc_explanation_free(e);
    }
}

/* One input gets all, with the interval of the difference. */
static void test_one_input_gets_all(void **state)
{
    (void)state;
    for (size_t i = 0; all_changes[i]; i++) {
        const char *const change[] = {all_changes[i], NULL};
        const struct sc_explain_options options = {.metric = "channels.phone.service_level"};
        struct sc_explanation *e = explained(change, &options);
        assert_int_equal(e->parts, 1);
        assert_int_equal(e->part[0].group, i);
        assert_same("all of it", e->part[0].part.mean, e->difference.mean);
        assert_same("its low end", e->part[0].part.low, e->difference.low);
        assert_same("its high end", e->part[0].part.high, e->difference.high);
        assert_true(e->difference.mean != 0);
        sc_explanation_free(e);
    }
}

/* Several settings of one group are one input. */
static void test_one_group_of_many_settings_gets_all(void **state)
{
    static const char *const changes[] = {"channels.phone.handle *= 1.2", "channels.phone.wrap_up *= 1.5",
                                          "channels.mail.handle *= 2", NULL};
    const struct sc_explain_options options = {.metric = NULL};
    (void)state;
    struct sc_explanation *e = explained(changes, &options);
    assert_string_equal(e->metric, "channels.phone.service_level"); /* the first target */
    assert_int_equal(e->parts, 1);
    assert_int_equal(e->part[0].changes, 3);
    assert_same("all of it", e->part[0].part.mean, e->difference.mean);
    sc_explanation_free(e);
}

/* Of two, each part is half the sum of its effect first and last, which plain runs tell. */
static void test_two_inputs_get_half_of_first_and_last(void **state)
{
    const char *const changes[] = {"channels.phone.volume.factor *= 1.2", "pools.front line.agents = 6", NULL};
    const char *const volume[] = {changes[0], NULL}, *const staffing[] = {changes[1], NULL};
    const char metric[] = "channels.phone.service_level";
    const struct sc_explain_options options = {.metric = metric};
    (void)state;
    struct sc_explanation *e = explained(changes, &options);
    double none = run_figure(NULL, metric, 0).mean, both = run_figure(changes, metric, 0).mean;
    double more = run_figure(volume, metric, 0).mean, hired = run_figure(staffing, metric, 0).mean;
    assert_int_equal(e->parts, 2);
    assert_same("volume first", e->part[0].first.mean, more - none);
    assert_same("volume last", e->part[0].last.mean, both - hired);
    assert_same("volume's part", e->part[0].part.mean, (more - none + both - hired) / 2);
    assert_same("staffing first", e->part[1].first.mean, hired - none);
    assert_same("staffing last", e->part[1].last.mean, both - more);
    assert_same("staffing's part", e->part[1].part.mean, (hired - none + both - more) / 2);
    assert_adds_up(e);
    /* Each helps or harms the more, the more is wrong, so the order matters and the mean lies between. */
    assert_true(fabs(e->part[1].last.mean) > fabs(e->part[1].first.mean));
    sc_explanation_free(e);
}

/* The difference has the interval that comparisons have. */
static void test_difference_has_the_paired_interval(void **state)
{
    const char *const changes[] = {"channels.phone.volume.factor *= 1.1", NULL};
    const char *const metric = "channels.phone.service_level";
    const struct sc_explain_options options = {.metric = metric};
    struct sc_document *document[2] = {explain_document(explain_desk, NULL), explain_document(explain_desk, changes)};
    struct sc_built built[2];
    struct sc_series series[2];
    struct sc_player player = {.figure = &metric, .figures = 1, .replications = 40, .seed = 11};
    struct sc_pair_moments moments = {0};
    struct sc_error error = SC_ERROR_INIT;
    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(sc_built_make(document[i], NULL, &built[i], &error), SC_OK);
    const struct sc_model *models[2] = {built[0].model, built[1].model};
    assert_int_equal(sc_player_play(&player, models, 2, series, &error), SC_OK);
    for (size_t r = 0; r < 40; r++)
        sc_pair_moments_add(&moments, series[0].pair[r].y, series[0].pair[r].x, series[1].pair[r].y,
                            series[1].pair[r].x);
    struct sc_figure expected = sc_ratio_difference_estimate(&moments, -1, 1);
    struct sc_explanation *e = explained(changes, &options);
    assert_same("mean", e->difference.mean, expected.mean);
    assert_same("low", e->difference.low, expected.low);
    assert_same("high", e->difference.high, expected.high);
    sc_explanation_free(e);
    for (int i = 0; i < 2; i++) {
        sc_series_release(&series[i]);
        sc_built_release(&built[i]);
        sc_document_free(document[i]);
    }
}

/* Nothing but names and seeds: nothing moved, and there are no parts. */
static void test_same_scenarios(void **state)
{
    static const char *const changes[] = {"name = Other", "seed = 99", NULL};
    const struct sc_explain_options options = {.metric = NULL};
    (void)state;
    struct sc_explanation *e = explained(changes, &options);
    assert_int_equal(e->parts, 0);
    assert_true(e->seeds_differ);
    assert_true(e->difference.mean == 0 && e->difference.low == 0 && e->difference.high == 0);
    assert_same("after", e->after.mean, e->before.mean);
    sc_explanation_free(e);
}

static void test_precision_is_reached(void **state)
{
    static const char *const changes[] = {"channels.phone.volume.factor *= 1.1", "channels.phone.patience *= 0.9",
                                          NULL};
    const struct sc_explain_options options = {.precision = 0.004};
    (void)state;
    struct sc_explanation *e = explained(changes, &options);
    assert_true((e->difference.high - e->difference.low) / 2 < 0.004);
    assert_true(e->replications >= SC_PRECISION_LEAST && e->replications % SC_BLOCK == 0);
    assert_adds_up(e);
    sc_explanation_free(e);
}

static void test_same_bytes_on_any_threads(void **state)
{
    /* Of another name, or the names of temporary files would be told. */
    static const char *const changes[] = {"channels.phone.volume.factor *= 1.1", "channels.phone.handle *= 1.05",
                                          "pools.front line.agents = 5", "name = Desk after", NULL};
    static const int threads[] = {1, 2, 7};
    char *text[3];
    (void)state;
    for (int i = 0; i < 3; i++) {
        const struct sc_explain_options options = {.threads = threads[i]};
        struct sc_explanation *e = explained(changes, &options);
        text[i] = explain_json_of(e);
        sc_explanation_free(e);
    }
    assert_string_equal(text[1], text[0]);
    assert_string_equal(text[2], text[0]);
    for (int i = 0; i < 3; i++)
        free(text[i]);
}

/* --- what cannot be explained --- */

static void assert_refused(const char *const *changes, const struct sc_explain_options *options, enum sc_code code,
                           const char *words)
{
    struct sc_document *before = explain_document(explain_desk, NULL), *after = explain_document(explain_desk, changes);
    struct sc_explanation *e = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_explain_difference(before, after, options, &e, &error), code);
    assert_null(e);
    if (!strstr(error.message, words))
        fail_msg("'%s' says nothing of '%s'", error.message, words);
    sc_document_free(before);
    sc_document_free(after);
}

static void test_refusals(void **state)
{
    static const char *const change[] = {"channels.phone.volume.factor *= 1.1", NULL};
    static const char *const untargeted[] = {"channels.phone.target = none", NULL};
    struct sc_explain_options options = {.metric = "channels.phone.servicelevel"};
    (void)state;
    assert_refused(change, &options, SC_USAGE, "service_level");
    options.metric = "channels.fone.service_level";
    assert_refused(change, &options, SC_USAGE, "phone");
    options.metric = "channels.phone.wait_p90_s";
    assert_refused(change, &options, SC_USAGE, "no replication has this figure");
    options.metric = "pools.front line.busyness";
    assert_refused(change, &options, SC_USAGE, "busy_h");
    options.metric = "service_level";
    assert_refused(change, &options, SC_USAGE, "totals.FIGURE");
    options.metric = "channels.phone.service_level";
    assert_refused(untargeted, &options, SC_INPUT, "over nothing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nine_parts_add_up),
        cmocka_unit_test(test_one_input_gets_all),
        cmocka_unit_test(test_one_group_of_many_settings_gets_all),
        cmocka_unit_test(test_two_inputs_get_half_of_first_and_last),
        cmocka_unit_test(test_difference_has_the_paired_interval),
        cmocka_unit_test(test_same_scenarios),
        cmocka_unit_test(test_precision_is_reached),
        cmocka_unit_test(test_same_bytes_on_any_threads),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

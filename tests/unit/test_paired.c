/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several models on the same replications: figures as in a run, exact differences, published limits of paired shares.
 */
#include "estimate/paired.h"
#include "estimate/paired_difference.h"
#include "staffcast/compare.h"

#include "support/scenario_text.h"
#include "support/small_centre.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_close(double a, double b, double relative, double absolute)
{
    if (!(fabs(a - b) <= fmax(absolute, relative * fmax(fabs(a), fabs(b)))))
        fail_msg("%.17g is not %.17g", a, b);
}

static struct sc_model *build(const struct sc_scenario *scenario)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_model *model = NULL;

    if (sc_model_build(scenario, &model, &error) != SC_OK)
        fail_msg("%s", error.message);
    return model;
}

static struct sc_paired *play(const struct sc_model *const *models, size_t count, struct sc_paired_options options)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_paired *paired = NULL;

    if (sc_paired_run(models, count, &options, &paired, &error) != SC_OK)
        fail_msg("%s", error.message);
    return paired;
}

/* --- the same figures as in a run --- */

static const char rich[] =
    "name = \"rich\"; start = \"2026-01-05\"; days = 2; warmup = \"1 d\"; replications = 5; seed = \"3\"; spread = "
    "0.2;\n"
    "channels = (\n"
    "  { name = \"chat\"; kind = \"chat\"; hours = { all = \"08:00-14:00\"; }; volume = { per_day = 60; }; handle = "
    "\"7 min\";\n"
    "    patience = \"4 min\"; automation = { resolves = 0.2; takes = \"60 s\"; cost = 0.1; };\n"
    "    target = { answer = 0.7; within = \"60 s\"; }; classes = ( { name = \"vip\"; share = 0.3; priority = 2; } ); "
    "},\n"
    "  { name = \"mail\"; kind = \"deferred\"; volume = { per_day = 40; }; handle = \"6 min\"; target = { answer = "
    "0.8;\n"
    "    within = \"4 h\"; }; } );\n"
    "pools = ( { name = \"all\"; agents = 2; hours = { all = \"08:00-18:00\"; }; cost = { per_hour = 20; };\n"
    "  skills = ( { channel = \"chat\"; at_once = 2; }, { channel = \"mail\"; rank = 2; } ); } );\n"
    "events = ( { name = \"storm\"; at = \"2026-01-05 09:00\"; lasts = \"1 h\"; set = ( \"channels.chat.volume.factor "
    "*= 2\" ); } );\n"
    "goals = ( { metric = \"channels.chat.service_level\"; at_least = 0.6; by = \"2026-01-06\"; over = \"2 d\"; } );\n";

static void assert_same_figures(const struct sc_result *one, const struct sc_result *other)
{
    const struct sc_scenario *s = sc_model_scenario(one->model);

    assert_int_equal(one->replications, other->replications);
    assert_memory_equal(&one->contacts_simulated, &other->contacts_simulated, sizeof(double));
    for (size_t c = 0; c < s->channel_count; c++) {
        const struct sc_channel_result *a = &one->channels[c], *b = &other->channels[c];

        assert_memory_equal(a->figure, b->figure, sc_channel_metric_count * sizeof *a->figure);
        for (size_t k = 0; k < a->class_count; k++)
            assert_memory_equal(a->classes[k].figure, b->classes[k].figure,
                                sc_channel_metric_count * sizeof *a->figure);
    }
    for (size_t p = 0; p < s->pool_count; p++) {
        assert_memory_equal(one->pools[p].figure, other->pools[p].figure,
                            sc_pool_metric_count * sizeof(struct sc_figure));
        assert_memory_equal(&one->pools[p].by_channel[0].busy_h, &other->pools[p].by_channel[0].busy_h,
                            sizeof(struct sc_figure));
    }
    assert_memory_equal(one->total, other->total, sc_total_metric_count * sizeof *one->total);
    assert_memory_equal(&one->events[0].queue_max, &other->events[0].queue_max, sizeof(struct sc_figure));
    assert_memory_equal(&one->goals[0].probability, &other->goals[0].probability, sizeof(struct sc_figure));
}

static struct sc_result *run(const struct sc_model *model, size_t replications, uint64_t seed)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_result *result = NULL;
    const struct sc_run_options options = {.replications = replications, .seed = seed, .seed_given = true};

    if (sc_run(model, &options, &result, &error) != SC_OK)
        fail_msg("%s", error.message);
    return result;
}

static void sides_are_as_run_alone(void **state)
{
    /* The second is of another shape: a channel more. */
    const char *const more[] = {"channels += { name = \"phone\"; volume = { per_day = 50; }; handle = \"3 min\"; }",
                                "pools.all.skills += { channel = \"phone\"; }"};
    const char *const faster[] = {"channels.*.handle.mean *= 0.8"};
    struct sc_scenario *scenario[3] = {scenario_from_text(rich, NULL, 0), scenario_from_text(rich, more, 2),
                                       scenario_from_text(rich, faster, 1)};
    const struct sc_model *models[3];
    const size_t replications[] = {1, 7, 40};

    (void)state;
    for (int i = 0; i < 3; i++)
        models[i] = build(scenario[i]);
    for (size_t n = 0; n < 3; n++)
        for (int threads = 1; threads <= 7; threads += 3) {
            struct sc_paired *paired =
                play(models, 3,
                     (struct sc_paired_options){.replications = replications[n], .seed = 11, .threads = threads});

            for (int i = 0; i < 3; i++) {
                struct sc_result *alone = run(models[i], replications[n], 11);

                assert_same_figures(paired->result[i], alone);
                assert_int_equal(paired->result[i]->seed, 11);
                sc_result_free(alone);
            }
            sc_paired_free(paired);
        }
    for (int i = 0; i < 3; i++) {
        sc_model_free((struct sc_model *)models[i]);
        sc_scenario_free(scenario[i]);
    }
}

/* --- matching --- */

static void elements_are_matched_by_name(void **state)
{
    const char *const moved[] = {
        "channels = ( { name = \"new\"; volume = { per_day = 5; }; handle = \"1 min\"; }, { name = \"mail\"; kind = "
        "\"deferred\"; volume = { per_day = 40; }; handle = \"6 min\"; classes = ( { name = \"vip\"; share = 0.1; } ); "
        "} )",
        "pools = ( { name = \"other\"; agents = 1; skills = ( { channel = \"new\"; } ); }, { name = \"all\"; agents = "
        "1; "
        "skills = ( { channel = \"mail\"; }, { channel = \"mail\"; class = \"vip\"; } ); } )",
        "events = none", "goals = none"};
    struct sc_scenario *one = scenario_from_text(rich, NULL, 0), *other = scenario_from_text(rich, moved, 4);
    struct sc_model *base = build(one), *here = build(other);
    ptrdiff_t *match = calloc(sc_pairs_count(here), sizeof *match);

    (void)state;
    assert_non_null(match);
    sc_paired_match(base, here, match);
    assert_int_equal(match[sc_pairs_of_channel(here, 0)], -1);
    assert_int_equal(match[sc_pairs_of_channel(here, 1)], sc_pairs_of_channel(base, 1));
    assert_int_equal(match[sc_pairs_of_channel(here, 1) + sc_channel_metric_count - 1],
                     sc_pairs_of_channel(base, 1) + sc_channel_metric_count - 1);
    assert_int_equal(match[sc_pairs_of_class(here, 1, 0)], -1); /* the vip of chat is another's */
    assert_int_equal(match[sc_pairs_of_pool(here, 0)], -1);
    assert_int_equal(match[sc_pairs_of_pool(here, 1)], sc_pairs_of_pool(base, 0));
    assert_int_equal(match[sc_pairs_of_work(here, 1, 1)], sc_pairs_of_work(base, 0, 1));
    assert_int_equal(match[sc_pairs_of_work(here, 1, 0)], -1);
    assert_int_equal(match[sc_pairs_of_total(here)], sc_pairs_of_total(base));
    free(match);
    sc_model_free(base);
    sc_model_free(here);
    sc_scenario_free(one);
    sc_scenario_free(other);
}

static void events_and_goals_alike_are_matched_in_order(void **state)
{
    static const char storm[] = "events += { name = \"storm\"; at = \"2026-01-06 09:00\"; lasts = \"1 h\"; "
                                "set = ( \"channels.chat.balk = 0.5\" ); }";
    static const char goal[] = "goals += { metric = \"channels.chat.service_level\"; at_least = 0.9; "
                               "by = \"2026-01-06\"; over = \"2 d\"; }";
    static const char other_days[] = "goals += { metric = \"channels.chat.service_level\"; at_least = 0.9; "
                                     "by = \"2026-01-06\"; over = \"1 d\"; }";
    const char *const twice[] = {storm, goal, other_days};
    struct sc_scenario *one = scenario_from_text(rich, NULL, 0), *two = scenario_from_text(rich, twice, 3);

    (void)state;
    assert_int_equal(sc_event_index(one, two, 0), 0);
    assert_int_equal(sc_event_index(one, two, 1), -1);
    assert_int_equal(sc_event_index(two, two, 1), 1);
    assert_int_equal(sc_goal_index(one, two, 0), 0);
    assert_int_equal(sc_goal_index(one, two, 1), -1);
    assert_int_equal(sc_goal_index(two, two, 1), 1);
    assert_int_equal(sc_goal_index(two, two, 2), 2);
    assert_int_equal(sc_goal_index(two, one, 0), 0);
    sc_scenario_free(one);
    sc_scenario_free(two);
}

/* --- exactly none --- */

static void a_model_and_itself_differ_by_nothing(void **state)
{
    struct sc_scenario *scenario = scenario_from_text(rich, NULL, 0);
    struct sc_model *model = build(scenario);
    const struct sc_model *models[] = {model, model};
    struct sc_paired *paired = play(models, 2, (struct sc_paired_options){.replications = 9, .seed = 1});

    (void)state;
    assert_true(paired->same[1]);
    for (size_t i = 0; i < sc_pairs_count(model); i++) {
        const struct sc_difference *d = &paired->difference[1][i];

        assert_true(isnan(d->figure.mean) || d->figure.mean == 0);
        assert_true(isnan(d->figure.mean) || isnan(d->figure.low) || (d->figure.low == 0 && d->figure.high == 0));
        assert_true(isnan(d->width_ratio) || d->width_ratio == 0);
    }
    sc_paired_free(paired);
    sc_model_free(model);
    sc_scenario_free(scenario);
}

/* Two things that differ in hours, not in what is lost: nobody is, in neither. That is not certain for all that. */
static void shares_without_scatter_are_not_certain(void **state)
{
    struct small_centre base, here;
    struct sc_model *models[2];
    int abandon = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "abandon_rate");
    int met = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "target_met");

    (void)state;
    small_centre_init(&base, 0, 5, 180);
    small_centre_init(&here, 0, 6, 180);
    models[0] = build(&base.scenario);
    models[1] = build(&here.scenario);
    struct sc_paired *paired =
        play((const struct sc_model *const *)models, 2, (struct sc_paired_options){.replications = 20, .seed = 1});
    const struct sc_difference *difference = paired->difference[1];
    size_t row = sc_pairs_of_channel(models[1], 0);
    struct sc_figure lost = difference[row + (size_t)abandon].figure;
    struct sc_figure always = difference[row + (size_t)met].figure;

    assert_false(paired->same[1]);
    assert_close(paired->result[0]->channels[0].figure[abandon].mean, 0, 0, 0);
    assert_close(paired->result[1]->channels[0].figure[abandon].mean, 0, 0, 0);
    assert_true(lost.low < 0 && lost.mean == 0 && lost.high > 0);
    assert_close(lost.high, paired->result[1]->channels[0].figure[abandon].high, 1e-12, 0);
    /* 20 of 20 in both: Wilson's limit is .838875 (Newcombe 1998). */
    assert_close(always.low, -(1 - 20 / (20 + 3.841458820694124)), 1e-9, 0);
    assert_close(always.high, -always.low, 1e-12, 0);
    sc_paired_free(paired);
    sc_model_free(models[0]);
    sc_model_free(models[1]);
}

/* --- shares of paired trials --- */

/* Newcombe's limits of first - second share from counts: both, only the first, only the second, neither. */
static struct sc_figure newcombe(int both, int first, int second, int neither)
{
    const struct sc_metric *metric =
        &sc_channel_metrics[sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "target_met")];
    const int counts[4] = {both, first, second, neither};
    const double is[4] = {1, 1, 0, 0}, was[4] = {1, 0, 1, 0};
    struct sc_pair_moments moments = {0};
    double n = both + first + second + neither;

    for (int cell = 3; cell >= 0; cell--)
        for (int i = 0; i < counts[cell]; i++)
            sc_pair_moments_add(&moments, was[cell], 1, is[cell], 1);
    return sc_metric_paired(metric, &moments, false, sc_wilson_estimate(both + second, n),
                            sc_wilson_estimate(both + first, n))
        .figure;
}

static void limits_of_paired_shares_are_those_published(void **state)
{
    static const struct {
        int both, first, second, neither;
        double low, high, digits;
    } published[] = {
        {14, 5, 0, 22, 0.011, 0.226, 0.0005},    /* Altman et al., Statistics with confidence (2000), table 6.2 */
        {1, 1, 7, 12, -0.507, -0.026, 0.0005},   /* Fagerland et al. (2014), Stat. Med. 33, Bentur's patients */
        {36, 12, 2, 0, 0.0569, 0.3404, 0.00005}, /* Newcombe (1998), Stat. Med. 17, his first example */
    };

    (void)state;
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        struct sc_figure f = newcombe(published[i].both, published[i].first, published[i].second, published[i].neither);

        assert_close(f.low, published[i].low, 0, published[i].digits);
        assert_close(f.high, published[i].high, 0, published[i].digits);
        /* Turned round, the limits turn round. */
        struct sc_figure turned =
            newcombe(published[i].both, published[i].second, published[i].first, published[i].neither);
        assert_close(turned.low, -f.high, 1e-12, 0);
        assert_close(turned.high, -f.low, 1e-12, 0);
    }
}

/* --- combinations --- */

static double wave(size_t i, double step)
{
    return sin(step * (double)(i + 1)) + 0.3 * cos(2.7 * step * (double)(i + 1));
}

static void combination_of_two_is_their_difference(void **state)
{
    enum { N = 25, MODELS = 3 };
    struct sc_pair pair[N * MODELS];
    struct sc_pair_moments moments = {0};
    const double weight[MODELS] = {-1, 0, 1};
    double scratch[2 * N];

    (void)state;
    for (size_t r = 0; r < N; r++) {
        double common = wave(r, 1.3);

        pair[r * MODELS] = (struct sc_pair){70 + 5 * common + wave(r, 0.7), 100 + 8 * common};
        pair[r * MODELS + 1] = (struct sc_pair){NAN, 0}; /* not looked at */
        pair[r * MODELS + 2] = (struct sc_pair){75 + 4 * common + wave(r, 0.9), 101 + 8 * common};
        sc_pair_moments_add(&moments, pair[r * MODELS].y, pair[r * MODELS].x, pair[r * MODELS + 2].y,
                            pair[r * MODELS + 2].x);
    }
    struct sc_figure wanted = sc_ratio_difference_estimate(&moments, -1, 1);
    struct sc_figure found = sc_combination_estimate(pair, N, MODELS, weight, -1, 1, scratch);

    assert_close(found.mean, wanted.mean, 1e-12, 0);
    assert_close(found.low, wanted.low, 1e-9, 0);
    assert_close(found.high, wanted.high, 1e-9, 0);
    /* Two of the same, one of which counts half twice: exactly nothing. */
    const double none[MODELS] = {0, 0, 0};
    found = sc_combination_estimate(pair, N, MODELS, none, -1, 1, scratch);
    assert_true(found.mean == 0 && found.low == 0 && found.high == 0);
    const double nothing[MODELS] = {0, 1, 0};
    assert_true(isnan(sc_combination_estimate(pair, N, MODELS, nothing, -1, 1, scratch).mean));
    assert_true(isnan(sc_combination_estimate(pair, 1, MODELS, weight, -1, 1, scratch).low));
}

static void width_ratio_is_that_of_standard_errors(void **state)
{
    struct sc_pair_moments moments = {0};
    double a[40], b[40], mean_a = 0, mean_b = 0, aa = 0, bb = 0, dd = 0;

    (void)state;
    for (size_t r = 0; r < 40; r++) {
        a[r] = 1000 + wave(r, 1.1);
        b[r] = 1002 + wave(r, 1.1) + 0.2 * wave(r, 0.4);
        mean_a += a[r] / 40;
        mean_b += b[r] / 40;
        sc_pair_moments_add(&moments, a[r], 1, b[r], 1);
    }
    for (size_t r = 0; r < 40; r++) {
        double d = (b[r] - mean_b) - (a[r] - mean_a);

        aa += (a[r] - mean_a) * (a[r] - mean_a);
        bb += (b[r] - mean_b) * (b[r] - mean_b);
        dd += d * d;
    }
    assert_close(sc_pair_width_ratio(&moments), sqrt(dd / (aa + bb)), 1e-9, 0);
}

/* --- what stops it --- */

static enum sc_code refuse(void *context, size_t replication, size_t model, const struct sc_pair *pairs,
                           struct sc_error *error)
{
    size_t *seen = context;

    (void)pairs;
    assert_int_equal(*seen, 2 * replication + model); /* in order, one by one */
    if (++*seen > 10)
        return sc_error_set(error, SC_NUMERIC, "enough");
    return SC_OK;
}

static void a_watcher_sees_all_in_order_and_may_stop(void **state)
{
    struct sc_scenario *scenario = scenario_from_text(rich, NULL, 0);
    struct sc_model *model = build(scenario);
    const struct sc_model *models[] = {model, model};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_paired *paired = NULL;
    size_t seen = 0;
    const struct sc_paired_options options = {
        .replications = 20, .seed = 1, .threads = 4, .watch = refuse, .watch_context = &seen};

    (void)state;
    assert_int_equal(sc_paired_run(models, 2, &options, &paired, &error), SC_NUMERIC);
    assert_string_equal(error.message, "enough");
    assert_null(paired);
    sc_model_free(model);
    sc_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sides_are_as_run_alone),
        cmocka_unit_test(elements_are_matched_by_name),
        cmocka_unit_test(events_and_goals_alike_are_matched_in_order),
        cmocka_unit_test(a_model_and_itself_differ_by_nothing),
        cmocka_unit_test(shares_without_scatter_are_not_certain),
        cmocka_unit_test(limits_of_paired_shares_are_those_published),
        cmocka_unit_test(combination_of_two_is_their_difference),
        cmocka_unit_test(width_ratio_is_that_of_standard_errors),
        cmocka_unit_test(a_watcher_sees_all_in_order_and_may_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

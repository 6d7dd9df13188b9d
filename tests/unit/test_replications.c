/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The replication loop: the same bytes on any number of threads, precision, and what the figures are made of. */
#include "staffcast/estimate.h"

#include "support/small_centre.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct small_centre centre;
    struct sc_model *model;
};

static void fixture_build(struct fixture *f, double spread, double volume_factor)
{
    struct sc_error error = SC_ERROR_INIT;
    small_centre_init(&f->centre, spread, 90, 180);
    f->centre.channel.volume.factor = volume_factor;
    f->centre.scenario.days = 2;
    f->model = NULL;
    if (sc_model_build(&f->centre.scenario, &f->model, &error) != SC_OK)
        fail_msg("%s", error.message);
}

static struct sc_result *run(const struct fixture *f, struct sc_run_options options)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_result *result = NULL;
    if (sc_run(f->model, &options, &result, &error) != SC_OK)
        fail_msg("%s", error.message);
    return result;
}

static struct sc_figure figure(const struct sc_result *result, const char *name)
{
    int i = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, name);
    assert_true(i >= 0);
    return result->channels[0].figure[i];
}

static void assert_same(const struct sc_result *a, const struct sc_result *b)
{
    assert_int_equal(a->replications, b->replications);
    assert_memory_equal(&a->contacts_simulated, &b->contacts_simulated, sizeof a->contacts_simulated);
    assert_memory_equal(a->channels[0].figure, b->channels[0].figure,
                        sc_channel_metric_count * sizeof(struct sc_figure));
    assert_memory_equal(a->pools[0].figure, b->pools[0].figure, sc_pool_metric_count * sizeof(struct sc_figure));
    assert_memory_equal(&a->pools[0].by_channel[0].busy_h, &b->pools[0].by_channel[0].busy_h,
                        sizeof(struct sc_figure));
    assert_memory_equal(a->total, b->total, sc_total_metric_count * sizeof(struct sc_figure));
    assert_int_equal(!a->intervals, !b->intervals);
    if (!a->intervals)
        return;
    assert_int_equal(a->intervals->count, b->intervals->count);
    assert_memory_equal(a->intervals->channel, b->intervals->channel,
                        a->intervals->count * sizeof *a->intervals->channel);
    assert_memory_equal(a->intervals->pool, b->intervals->pool, a->intervals->count * sizeof *a->intervals->pool);
    assert_memory_equal(a->day, b->day, 2 * sizeof *a->day);
}

static void bytes_do_not_depend_on_threads(void **state)
{
    (void)state;
    struct fixture f;
    fixture_build(&f, 0.1, 1);
    const size_t replications[] = {2, 31, 150};
    for (int k = 0; k < 3; k++)
        for (int intervals = 0; intervals < 2; intervals++) {
            struct sc_run_options options = {.replications = replications[k], .intervals = intervals, .threads = 1};
            struct sc_result *one = run(&f, options);
            options.threads = 2;
            struct sc_result *two = run(&f, options);
            options.threads = 7;
            struct sc_result *seven = run(&f, options);
            assert_int_equal(one->replications, replications[k]);
            assert_same(one, two);
            assert_same(one, seven);
            sc_result_free(one);
            sc_result_free(two);
            sc_result_free(seven);
        }
    sc_model_free(f.model);
}

static void figures_are_those_of_the_replications(void **state)
{
    (void)state;
    struct fixture f;
    fixture_build(&f, 0.1, 1);
    enum { N = 5 };
    struct sc_error error = SC_ERROR_INIT;
    struct sc_workspace *workspace = NULL;
    struct sc_replication *r = NULL;
    assert_int_equal(sc_workspace_new(f.model, &workspace, &error), SC_OK);
    assert_int_equal(sc_replication_new(f.model, &r, &error), SC_OK);
    struct sc_moments demand = {0}, service = {0}, occupancy = {0};
    double met = 0, simulated = 0, longest = 0;
    for (uint64_t i = 0; i < N; i++) {
        assert_int_equal(sc_simulate(f.model, i, workspace, r, NULL, NULL, &error), SC_OK);
        const struct sc_tally *t = &r->channel[0];
        double all = t->judged_answered + t->judged_lost + t->late_open;
        sc_moments_add(&demand, t->demand, 1);
        sc_moments_add(&service, t->answered_within, all);
        sc_moments_add(&occupancy, r->pool[0].busy_s, r->pool[0].present_s + r->pool[0].overtime_s);
        met += t->answered_within / all >= 0.8;
        simulated += r->contacts_simulated;
        longest += t->wait_max_s / N;
    }
    struct sc_result *result = run(&f, (struct sc_run_options){.replications = N, .intervals = true});
    struct sc_figure wanted = sc_ratio_estimate(&demand, 0, INFINITY), found = figure(result, "demand");
    assert_memory_equal(&found, &wanted, sizeof found);
    wanted = sc_share_estimate(&service, service.x0 * N + service.x);
    found = figure(result, "service_level");
    assert_memory_equal(&found, &wanted, sizeof found);
    assert_memory_equal(&result->total[3], &wanted, sizeof wanted); /* one channel: the totals are its own */
    wanted = sc_wilson_estimate(met, N);
    found = figure(result, "target_met");
    assert_memory_equal(&found, &wanted, sizeof found);
    wanted = sc_ratio_estimate(&occupancy, 0, 1);
    found = result->pools[0].figure[sc_metric_find(sc_pool_metrics, sc_pool_metric_count, "occupancy")];
    assert_memory_equal(&found, &wanted, sizeof found);
    assert_true(fabs(figure(result, "wait_max_s").mean - longest) <= 1e-12 * longest);
    assert_true(result->contacts_simulated == simulated);
    int64_t answered = 0;
    for (size_t i = 0; i < result->intervals->count; i++)
        answered += result->intervals->channel[i].answered;
    assert_true(fabs((double)answered - N * figure(result, "answered").mean) < 1e-6);
    assert_true(fabs(result->day[0].answered + result->day[1].answered - (double)answered) < 1e-6);
    sc_result_free(result);
    sc_replication_free(r);
    sc_workspace_free(workspace);
    sc_model_free(f.model);
}

static void one_replication_has_no_intervals(void **state)
{
    (void)state;
    struct fixture f;
    fixture_build(&f, 0, 1);
    struct sc_result *result = run(&f, (struct sc_run_options){.replications = 1});
    for (size_t i = 0; i < sc_channel_metric_count; i++) {
        assert_true(isnan(result->channels[0].figure[i].low));
        assert_true(isnan(result->channels[0].figure[i].high));
    }
    for (size_t i = 0; i < sc_pool_metric_count; i++)
        assert_true(isnan(result->pools[0].figure[i].low) && !isnan(result->pools[0].figure[i].mean));
    for (size_t i = 0; i < sc_total_metric_count; i++)
        assert_true(isnan(result->total[i].low) && !isnan(result->total[i].mean));
    sc_result_free(result);
    sc_model_free(f.model);
}

static void a_seed_of_the_run_is_as_good_as_the_scenarios(void **state)
{
    (void)state;
    struct fixture f, other;
    fixture_build(&f, 0.1, 1);
    struct sc_result *before = run(&f, (struct sc_run_options){.replications = 3});
    struct sc_result *seeded = run(&f, (struct sc_run_options){.replications = 3, .seed = 7, .seed_given = true});
    struct sc_result *after = run(&f, (struct sc_run_options){.replications = 3});
    fixture_build(&other, 0.1, 1);
    sc_model_set_seed(other.model, 7);
    struct sc_result *wanted = run(&other, (struct sc_run_options){.replications = 3});
    assert_same(before, after);
    assert_same(seeded, wanted);
    assert_true(seeded->seed == 7 && before->seed == f.centre.scenario.seed);
    assert_true(figure(before, "arrivals").mean != figure(seeded, "arrivals").mean);
    assert_ptr_equal(seeded->model, f.model);
    sc_result_free(before);
    sc_result_free(seeded);
    sc_result_free(after);
    sc_result_free(wanted);
    sc_model_free(f.model);
    sc_model_free(other.model);
}

static void intervals_hold_their_means(void **state)
{
    (void)state;
    struct fixture f;
    fixture_build(&f, 0.2, 1);
    struct sc_result *result = run(&f, (struct sc_run_options){.replications = 40});
    for (size_t i = 0; i < sc_channel_metric_count; i++) {
        struct sc_figure v = result->channels[0].figure[i];
        assert_true(isnan(v.mean) || (v.low <= v.mean && v.mean <= v.high));
        if (sc_channel_metrics[i].unit == SC_UNIT_SHARE && !isnan(v.mean))
            assert_true(v.low >= 0 && v.high <= 1 && v.high > v.low);
    }
    sc_result_free(result);
    sc_model_free(f.model);
}

/* --- precision --- */

static void precision_stops_at_the_first_block_that_suffices(void **state)
{
    (void)state;
    struct fixture f;
    fixture_build(&f, 0.2, 1);
    struct sc_result *precise = run(&f, (struct sc_run_options){.precision = 0.008, .threads = 1});
    struct sc_result *again = run(&f, (struct sc_run_options){.precision = 0.008, .threads = 7});
    assert_same(precise, again);
    size_t n = precise->replications;
    assert_int_equal(n % SC_BLOCK, 0);
    assert_true(n > SC_PRECISION_LEAST);
    struct sc_figure level = figure(precise, "service_level");
    assert_true((level.high - level.low) / 2 < 0.008);
    struct sc_result *plain = run(&f, (struct sc_run_options){.replications = n});
    assert_same(precise, plain);
    struct sc_result *less = run(&f, (struct sc_run_options){.replications = n - SC_BLOCK});
    level = figure(less, "service_level");
    assert_true((level.high - level.low) / 2 >= 0.008);
    struct sc_result *wide = run(&f, (struct sc_run_options){.precision = 0.5});
    assert_int_equal(wide->replications, SC_PRECISION_LEAST);
    sc_result_free(precise);
    sc_result_free(again);
    sc_result_free(plain);
    sc_result_free(less);
    sc_result_free(wide);
    sc_model_free(f.model);
}

static void without_a_target_the_wait_is_judged(void **state)
{
    (void)state;
    struct fixture f;
    fixture_build(&f, 0.1, 1);
    f.centre.channel.service.target.given = false;
    f.centre.channel.service.target.answer_given = false;
    sc_model_free(f.model);
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_model_build(&f.centre.scenario, &f.model, &error), SC_OK);
    struct sc_result *result = run(&f, (struct sc_run_options){.precision = 0.03});
    struct sc_figure wait = figure(result, "wait_mean_s");
    assert_true((wait.high - wait.low) / 2 / wait.mean < 0.03);
    assert_true(isnan(figure(result, "service_level").mean));
    assert_true(isnan(figure(result, "target_met").mean));
    assert_true(result->replications > SC_PRECISION_LEAST);
    sc_result_free(result);
    sc_model_free(f.model);
}

static void a_precision_out_of_reach_is_an_error(void **state)
{
    (void)state;
    struct fixture f;
    fixture_build(&f, 0.5, 0.0005);
    struct sc_error error = SC_ERROR_INIT;
    struct sc_result *result = NULL;
    struct sc_run_options options = {.precision = 1e-6};
    assert_int_equal(sc_run(f.model, &options, &result, &error), SC_UNREACHABLE);
    assert_int_equal(error.code, SC_UNREACHABLE);
    assert_non_null(strstr(error.message, "100000"));
    assert_null(result);
    sc_model_free(f.model);
}

/* --- progress --- */

struct progress {
    size_t calls, last, planned;
    bool in_order;
};

static void note_progress(void *context, size_t done, size_t planned)
{
    struct progress *progress = context;
    progress->in_order = progress->in_order && done > progress->last;
    progress->calls++;
    progress->last = done;
    progress->planned = planned;
}

static void progress_goes_up_to_the_end(void **state)
{
    (void)state;
    struct fixture f;
    fixture_build(&f, 0, 0.1);
    for (int threads = 1; threads <= 3; threads++) {
        struct progress progress = {.in_order = true};
        sc_result_free(run(&f, (struct sc_run_options){.replications = 100, .threads = threads,
                                                       .progress = note_progress, .progress_context = &progress}));
        assert_true(progress.in_order);
        assert_int_equal(progress.last, 100);
        assert_int_equal(progress.planned, 100);
    }
    sc_model_free(f.model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_do_not_depend_on_threads),
        cmocka_unit_test(figures_are_those_of_the_replications),
        cmocka_unit_test(one_replication_has_no_intervals),
        cmocka_unit_test(a_seed_of_the_run_is_as_good_as_the_scenarios),
        cmocka_unit_test(intervals_hold_their_means),
        cmocka_unit_test(precision_stops_at_the_first_block_that_suffices),
        cmocka_unit_test(without_a_target_the_wait_is_judged),
        cmocka_unit_test(a_precision_out_of_reach_is_an_error),
        cmocka_unit_test(progress_goes_up_to_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/trial.h"

#include "support/scenario_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

enum { OVERRIDES_MOST = 4 };

static struct sc_scenario *scenario_load(const struct trial_plan *plan)
{
    size_t count = 0;
    while (count < OVERRIDES_MOST && plan->overrides[count])
        count++;
    if (plan->text)
        return scenario_from_text(plan->text, plan->overrides, count);
    struct sc_scenario *scenario = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    if (sc_scenario_read(plan->file, plan->overrides, count, &scenario, &faults, &error) != SC_OK)
        fail_msg("%s", error.message);
    sc_faults_release(&faults);
    return scenario;
}

static struct sc_intervals intervals_new(const struct trial *trial)
{
    const struct sc_scenario *scenario = trial->scenario;
    struct sc_intervals intervals = {.count = (size_t)(scenario->days * 86400.0 / scenario->interval_s)};
    intervals.channel = calloc(scenario->channel_count * intervals.count, sizeof *intervals.channel);
    intervals.pool = calloc(scenario->pool_count * intervals.count, sizeof *intervals.pool);
    assert_true(intervals.channel && intervals.pool);
    return intervals;
}

static void intervals_zero(const struct trial *trial, struct sc_intervals *intervals)
{
    memset(intervals->channel, 0, trial->scenario->channel_count * intervals->count * sizeof *intervals->channel);
    memset(intervals->pool, 0, trial->scenario->pool_count * intervals->count * sizeof *intervals->pool);
}

struct listener {
    const struct trial_plan *plan;
    struct trial_sums *sums;
};

static void listen(void *context, const struct sc_contact_record *record)
{
    struct listener *listener = context;
    listener->plan->contact(listener->sums, record);
}

static void play_all(struct trial *trial, const struct trial_plan *plan)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_workspace *workspace = NULL;
    struct sc_replication *replication = NULL;
    assert_int_equal(sc_workspace_new(trial->model, &workspace, &error), SC_OK);
    assert_int_equal(sc_replication_new(trial->model, &replication, &error), SC_OK);
    struct trial_sums sums = {.model = trial->model, .state = calloc(1, plan->state_size + 1)};
    assert_non_null(sums.state);
    struct listener listener = {plan, &sums};
    struct sc_observer observer = {listen, &listener};
    struct sc_intervals intervals = {0};
    if (plan->intervals)
        intervals = intervals_new(trial);
    for (size_t r = 0; r < trial->replications; r++) {
        sums.own = &trial->sum[r * trial->own];
        memset(sums.state, 0, plan->state_size);
        if (plan->intervals)
            intervals_zero(trial, &intervals);
        if (sc_simulate(trial->model, r, workspace, replication, plan->intervals ? &intervals : NULL,
                        plan->contact ? &observer : NULL, &error) != SC_OK)
            fail_msg("%s", error.message);
        sc_pairs_fill(trial->model, replication, &trial->pair[r * trial->pairs]);
        if (plan->finish)
            plan->finish(&sums, replication, plan->intervals ? &intervals : NULL);
    }
    free(intervals.channel);
    free(intervals.pool);
    free(sums.state);
    sc_workspace_free(workspace);
    sc_replication_free(replication);
}

struct trial *trial_play(const struct trial_plan *plan)
{
    struct sc_error error = SC_ERROR_INIT;
    struct trial *trial = calloc(1, sizeof *trial);
    assert_non_null(trial);
    trial->scenario = scenario_load(plan);
    if (sc_model_build(trial->scenario, &trial->model, &error) != SC_OK)
        fail_msg("%s", error.message);
    trial->replications = plan->replications;
    trial->pairs = sc_pairs_count(trial->model);
    trial->own = plan->own;
    trial->pair = calloc(trial->replications * trial->pairs, sizeof *trial->pair);
    trial->sum = calloc(trial->replications * trial->own + 1, sizeof *trial->sum);
    assert_true(trial->pair && trial->sum);
    play_all(trial, plan);
    return trial;
}

void trial_free(struct trial *trial)
{
    sc_model_free(trial->model);
    sc_scenario_free(trial->scenario);
    free(trial->pair);
    free(trial->sum);
    free(trial);
}

/* --- estimates --- */

/* One pair a replication, `step` bytes apart. */
static struct estimate ratio(const double *y, const double *x, size_t step, size_t count)
{
    double sum_y = 0, sum_x = 0, squares = 0, n = (double)count;
    for (size_t i = 0; i < count; i++) {
        sum_y += *(const double *)((const char *)y + i * step);
        sum_x += *(const double *)((const char *)x + i * step);
    }
    for (size_t i = 0; i < count; i++) {
        double rest = *(const double *)((const char *)y + i * step) -
                      sum_y / sum_x * *(const double *)((const char *)x + i * step);
        squares += rest * rest;
    }
    return (struct estimate){sum_y / sum_x, sqrt(squares * n / (n - 1)) / sum_x, count};
}

static struct estimate of_pair(const struct trial *trial, size_t row, const struct sc_metric *metrics, size_t count,
                               const char *name)
{
    int metric = sc_metric_find(metrics, count, name);
    if (metric < 0)
        fail_msg("there is no metric %s", name);
    const struct sc_pair *pair = &trial->pair[row + (size_t)metric];
    return ratio(&pair->y, &pair->x, trial->pairs * sizeof *pair, trial->replications);
}

struct estimate trial_channel(const struct trial *trial, size_t channel, const char *metric)
{
    return of_pair(trial, sc_pairs_of_channel(trial->model, channel), sc_channel_metrics, sc_channel_metric_count, metric);
}

struct estimate trial_class(const struct trial *trial, size_t channel, size_t class_index, const char *metric)
{
    return of_pair(trial, sc_pairs_of_class(trial->model, channel, class_index), sc_channel_metrics,
                   sc_channel_metric_count, metric);
}

struct estimate trial_pool(const struct trial *trial, size_t pool, const char *metric)
{
    return of_pair(trial, sc_pairs_of_pool(trial->model, pool), sc_pool_metrics, sc_pool_metric_count, metric);
}

struct estimate trial_total(const struct trial *trial, const char *metric)
{
    return of_pair(trial, sc_pairs_of_total(trial->model), sc_total_metrics, sc_total_metric_count, metric);
}

struct estimate trial_share(const struct trial *trial, size_t channel, const char *part, const char *whole)
{
    int y = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, part);
    int x = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, whole);
    assert_true(y >= 0 && x >= 0);
    const struct sc_pair *row = &trial->pair[sc_pairs_of_channel(trial->model, channel)];
    return ratio(&row[y].y, &row[x].y, trial->pairs * sizeof *row, trial->replications);
}

struct estimate trial_own(const struct trial *trial, size_t y, size_t x)
{
    return ratio(&trial->sum[y], &trial->sum[x], trial->own * sizeof(double), trial->replications);
}

struct estimate trial_own_mean(const struct trial *trial, size_t y)
{
    double sum = 0, squares = 0, n = (double)trial->replications;
    for (size_t i = 0; i < trial->replications; i++)
        sum += trial->sum[i * trial->own + y];
    for (size_t i = 0; i < trial->replications; i++)
        squares += pow(trial->sum[i * trial->own + y] - sum / n, 2);
    return (struct estimate){sum / n, sqrt(squares / (n - 1) / n), trial->replications};
}

struct estimate trial_own_variance(const struct trial *trial, size_t s2, size_t s1, size_t n)
{
    /* About the mean of all: how far that mean is off changes the variance in the second order only. */
    double mean = trial_own(trial, s1, n).value;
    double *y = calloc(2 * trial->replications, sizeof *y);
    assert_non_null(y);
    for (size_t i = 0; i < trial->replications; i++) {
        const double *sum = &trial->sum[i * trial->own];
        y[2 * i] = sum[s2] - 2 * mean * sum[s1] + mean * mean * sum[n];
        y[2 * i + 1] = sum[n];
    }
    struct estimate estimate = ratio(y, y + 1, 2 * sizeof *y, trial->replications);
    free(y);
    return estimate;
}

void assert_agrees(const char *what, struct estimate estimate, double reference, double most_error)
{
    double far = gsl_cdf_tdist_Qinv(0.5e-6, (double)estimate.replications - 1);
    double off = estimate.error > 0 ? (estimate.value - reference) / estimate.error : 0;
    print_message("  %-34s %12.6g +- %-10.3g reference %12.6g  (%+.2f standard errors)\n", what, estimate.value,
                  estimate.error, reference, off);
    if (!(estimate.error <= most_error * fabs(reference)))
        fail_msg("%s: a standard error of %g says too little about %g", what, estimate.error, reference);
    if (estimate.error == 0) { /* no chance in it: only rounding may differ */
        if (!(fabs(estimate.value - reference) <= 1e-9 * fabs(reference)))
            fail_msg("%s: %.12g is not %.12g", what, estimate.value, reference);
        return;
    }
    if (!(fabs(off) <= far))
        fail_msg("%s: %.8g +- %.3g is not %.8g", what, estimate.value, estimate.error, reference);
}

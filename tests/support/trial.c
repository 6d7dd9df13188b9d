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
#include <gsl/gsl_multifit.h>

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

static bool intervals_init(const struct trial *trial, struct sc_intervals *intervals)
{
    const struct sc_scenario *scenario = trial->scenario;
    intervals->count = (size_t)(scenario->days * 86400.0 / scenario->interval_s);
    intervals->channel = calloc(scenario->channel_count * intervals->count, sizeof *intervals->channel);
    intervals->pool = calloc(scenario->pool_count * intervals->count, sizeof *intervals->pool);
    return intervals->channel && intervals->pool;
}

static void intervals_zero(const struct trial *trial, struct sc_intervals *intervals)
{
    memset(intervals->channel, 0, trial->scenario->channel_count * intervals->count * sizeof *intervals->channel);
    memset(intervals->pool, 0, trial->scenario->pool_count * intervals->count * sizeof *intervals->pool);
}

struct listener {
    const struct trial_plan *plan;
    struct trial_sums sums;
};

static void listen(void *context, const struct sc_contact_record *record)
{
    struct listener *listener = context;
    listener->plan->contact(&listener->sums, record);
}

/* What a thread needs to play. */
struct player {
    struct sc_workspace *workspace;
    struct sc_replication *replication;
    struct sc_intervals intervals;
    struct listener listener;
};

static bool player_init(struct player *player, const struct trial *trial, const struct trial_plan *plan)
{
    struct sc_error error = SC_ERROR_INIT;
    *player = (struct player){.listener = {plan, {.model = trial->model, .state = calloc(1, plan->state_size + 1)}}};
    return player->listener.sums.state && (!plan->intervals || intervals_init(trial, &player->intervals)) &&
           sc_workspace_new(trial->model, &player->workspace, &error) == SC_OK &&
           sc_replication_new(trial->model, &player->replication, &error) == SC_OK;
}

static void player_release(struct player *player)
{
    free(player->intervals.channel);
    free(player->intervals.pool);
    free(player->listener.sums.state);
    sc_workspace_free(player->workspace);
    sc_replication_free(player->replication);
}

static bool play_one(struct player *player, struct trial *trial, const struct trial_plan *plan, size_t number)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_observer observer = {listen, &player->listener};
    struct trial_sums *sums = &player->listener.sums;
    struct sc_intervals *intervals = plan->intervals ? &player->intervals : NULL;
    sums->own = &trial->sum[number * trial->own];
    memset(sums->state, 0, plan->state_size);
    if (intervals)
        intervals_zero(trial, intervals);
    if (sc_simulate(trial->model, number, player->workspace, player->replication, intervals,
                    plan->contact ? &observer : NULL, &error) != SC_OK)
        return false;
    sc_pairs_fill(trial->model, player->replication, &trial->pair[number * trial->pairs]);
    if (plan->finish)
        plan->finish(sums, player->replication, intervals);
    return true;
}

/* On all threads; what comes out does not depend on how many, for everything is kept by replication. */
static void play_all(struct trial *trial, const struct trial_plan *plan)
{
    int failed = 0;
#pragma omp parallel reduction(+ : failed)
    {
        struct player player;
        failed += !player_init(&player, trial, plan);
#pragma omp for schedule(dynamic)
        for (size_t r = 0; r < trial->replications; r++)
            failed += failed || !play_one(&player, trial, plan, r);
        player_release(&player);
    }
    assert_int_equal(failed, 0);
}

struct trial *trial_play(const struct trial_plan *plan)
{
    struct sc_error error = SC_ERROR_INIT;
    struct trial *trial = calloc(1, sizeof *trial);
    assert_non_null(trial);
    trial->scenario = scenario_load(plan);
    if (sc_model_build(trial->scenario, &trial->model, &error) != SC_OK)
        fail_msg("%s", error.message);
    trial->replications = plan->replications ? plan->replications : (size_t)trial->scenario->replications;
    trial->pairs = sc_pairs_count(trial->model);
    trial->own = plan->own;
    trial->controls = plan->controls;
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

/* Sums, one a replication, `step` doubles apart. */
struct series {
    const double *first;
    size_t step;
};

static double at(struct series series, size_t i)
{
    return series.first[i * series.step];
}

/* Mean of the residuals where all controls are 0, by regression, and its error. */
static struct estimate controlled(const struct trial *trial, const double *residual)
{
    size_t n = trial->replications, columns = 1 + trial->controls;
    gsl_matrix *x = gsl_matrix_alloc(n, columns), *covariance = gsl_matrix_alloc(columns, columns);
    gsl_vector *coefficient = gsl_vector_alloc(columns);
    gsl_multifit_linear_workspace *workspace = gsl_multifit_linear_alloc(n, columns);
    gsl_vector_const_view y = gsl_vector_const_view_array(residual, n);
    for (size_t i = 0; i < n; i++) {
        gsl_matrix_set(x, i, 0, 1);
        for (size_t c = 0; c < trial->controls; c++)
            gsl_matrix_set(x, i, 1 + c, trial->sum[(i + 1) * trial->own - trial->controls + c]);
    }
    double squares;
    assert_int_equal(gsl_multifit_linear(x, &y.vector, coefficient, covariance, &squares, workspace), 0);
    struct estimate estimate = {gsl_vector_get(coefficient, 0), sqrt(gsl_matrix_get(covariance, 0, 0)), n - columns};
    gsl_multifit_linear_free(workspace);
    gsl_vector_free(coefficient);
    gsl_matrix_free(covariance);
    gsl_matrix_free(x);
    return estimate;
}

static struct estimate ratio(const struct trial *trial, struct series y, struct series x, bool controls)
{
    size_t count = trial->replications;
    double sum_y = 0, sum_x = 0, squares = 0, n = (double)count;
    double *residual = calloc(count, sizeof *residual);
    assert_non_null(residual);
    for (size_t i = 0; i < count; i++) {
        sum_y += at(y, i);
        sum_x += at(x, i);
    }
    for (size_t i = 0; i < count; i++) {
        residual[i] = at(y, i) - sum_y / sum_x * at(x, i);
        squares += residual[i] * residual[i];
    }
    struct estimate estimate = {sum_y / sum_x, sqrt(squares * n / (n - 1)) / sum_x, count - 1};
    if (controls && trial->controls > 0) {
        struct estimate off = controlled(trial, residual);
        estimate.value += off.value * n / sum_x;
        estimate.error = off.error * n / sum_x;
        estimate.freedom = off.freedom;
    }
    free(residual);
    return estimate;
}

static struct estimate of_pair(const struct trial *trial, size_t row, const struct sc_metric *metrics, size_t count,
                               const char *name)
{
    int metric = sc_metric_find(metrics, count, name);
    if (metric < 0)
        fail_msg("there is no metric %s", name);
    const struct sc_pair *pair = &trial->pair[row + (size_t)metric];
    return ratio(trial, (struct series){&pair->y, 2 * trial->pairs}, (struct series){&pair->x, 2 * trial->pairs},
                 false);
}

struct estimate trial_channel(const struct trial *trial, size_t channel, const char *metric)
{
    return of_pair(trial, sc_pairs_of_channel(trial->model, channel), sc_channel_metrics, sc_channel_metric_count,
                   metric);
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
    return ratio(trial, (struct series){&row[y].y, 2 * trial->pairs}, (struct series){&row[x].y, 2 * trial->pairs},
                 false);
}

struct estimate trial_own(const struct trial *trial, size_t y, size_t x)
{
    return ratio(trial, (struct series){&trial->sum[y], trial->own}, (struct series){&trial->sum[x], trial->own}, true);
}

struct estimate trial_own_mean(const struct trial *trial, size_t y)
{
    static const double one = 1;
    return ratio(trial, (struct series){&trial->sum[y], trial->own}, (struct series){&one, 0}, true);
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
    struct estimate estimate = ratio(trial, (struct series){y, 2}, (struct series){y + 1, 2}, true);
    free(y);
    return estimate;
}

void assert_agrees(const char *what, struct estimate estimate, double reference, double most_error)
{
    double far = gsl_cdf_tdist_Qinv(0.5e-6, (double)estimate.freedom);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/coverage.h"

#include "staffcast/estimate.h"
#include "support/small_centre.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

const size_t coverage_size[COVERAGE_SIZES] = {10, 50};
const char *const coverage_metric_name[COVERAGE_METRICS] = {"service_level", "wait_mean_s", "abandon_rate",
                                                            "occupancy"};

struct interval {
    double low, high, delta_low, delta_high;
};

/* All that an experiment leaves behind. */
struct experiment {
    struct sc_pair total[COVERAGE_METRICS];
    struct interval interval[COVERAGE_SIZES][COVERAGE_METRICS];
};

/* Where a metric's pair lies in the pairs of a replication, and its declaration. */
struct place {
    size_t at;
    const struct sc_metric *metric;
};

static struct place place_of(const struct sc_model *model, int i)
{
    bool pool = i == 3;
    const struct sc_metric *metrics = pool ? sc_pool_metrics : sc_channel_metrics;
    size_t count = pool ? sc_pool_metric_count : sc_channel_metric_count;
    int metric = sc_metric_find(metrics, count, coverage_metric_name[i]);
    assert_true(metric >= 0);
    size_t row = pool ? sc_pairs_of_pool(model, 0) : sc_pairs_of_channel(model, 0);
    return (struct place){row + (size_t)metric, &metrics[metric]};
}

/* The interval of the textbooks: residuals and Student's t. */
static void delta_interval(const struct sc_pair *pair, size_t n, struct interval *interval)
{
    double y = 0, x = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        y += pair[i].y;
        x += pair[i].x;
    }
    for (size_t i = 0; i < n; i++)
        squares += (pair[i].y - y / x * pair[i].x) * (pair[i].y - y / x * pair[i].x);
    double count = (double)n;
    double half = gsl_cdf_tdist_Qinv(0.025, count - 1) * sqrt(squares * count / (count - 1)) / x;
    interval->delta_low = y / x - half;
    interval->delta_high = y / x + half;
}

struct player {
    struct sc_workspace *workspace;
    struct sc_replication *replication;
    struct sc_pair *pairs;
};

static bool experiment_play(const struct sc_model *model, size_t number, struct player *player,
                            const struct place *place, struct experiment *experiment)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_pair day[COVERAGE_METRICS][COVERAGE_MOST];
    struct sc_moments moments[COVERAGE_METRICS];
    memset(moments, 0, sizeof moments);
    for (size_t d = 0; d < COVERAGE_MOST; d++) {
        if (sc_simulate(model, number * COVERAGE_MOST + d, player->workspace, player->replication, NULL, NULL, &error))
            return false;
        sc_pairs_fill(model, player->replication, player->pairs);
        for (int m = 0; m < COVERAGE_METRICS; m++) {
            day[m][d] = player->pairs[place[m].at];
            experiment->total[m].y += day[m][d].y;
            experiment->total[m].x += day[m][d].x;
            sc_moments_add(&moments[m], day[m][d].y, day[m][d].x);
            for (int s = 0; s < COVERAGE_SIZES; s++) {
                if (d + 1 != coverage_size[s])
                    continue;
                struct sc_figure f = sc_metric_estimate(place[m].metric, &moments[m]);
                experiment->interval[s][m].low = f.low;
                experiment->interval[s][m].high = f.high;
                delta_interval(day[m], d + 1, &experiment->interval[s][m]);
            }
        }
    }
    return true;
}

static bool player_init(const struct sc_model *model, struct player *player)
{
    struct sc_error error = SC_ERROR_INIT;
    *player = (struct player){0};
    player->pairs = calloc(sc_pairs_count(model), sizeof *player->pairs);
    return player->pairs && sc_workspace_new(model, &player->workspace, &error) == SC_OK &&
           sc_replication_new(model, &player->replication, &error) == SC_OK;
}

static void player_release(struct player *player)
{
    sc_workspace_free(player->workspace);
    sc_replication_free(player->replication);
    free(player->pairs);
}

static struct coverage_cell summary(const struct experiment *experiment, size_t count, int size, int metric)
{
    struct coverage_cell cell = {0};
    double y = 0, x = 0, width = 0, delta_width = 0, n = (double)count;
    for (size_t i = 0; i < count; i++) {
        y += experiment[i].total[metric].y;
        x += experiment[i].total[metric].x;
    }
    cell.truth = y / x;
    for (size_t i = 0; i < count; i++) {
        const struct interval *v = &experiment[i].interval[size][metric];
        cell.under += (v->high < cell.truth) / n;
        cell.above += (v->low > cell.truth) / n;
        cell.delta += (v->delta_low <= cell.truth && cell.truth <= v->delta_high) / n;
        width += v->high - v->low;
        delta_width += v->delta_high - v->delta_low;
    }
    cell.held = 1 - cell.under - cell.above;
    cell.stretch = width / delta_width;
    return cell;
}

void coverage_measure(const struct coverage_case *subject, size_t experiments,
                      struct coverage_cell cell[COVERAGE_SIZES][COVERAGE_METRICS])
{
    struct small_centre centre;
    struct sc_model *model = NULL;
    struct sc_error error = SC_ERROR_INIT;
    small_centre_init(&centre, subject->spread, subject->handle_mean_s, subject->patience_mean_s);
    if (sc_model_build(&centre.scenario, &model, &error) != SC_OK)
        fail_msg("%s", error.message);
    struct experiment *experiment = calloc(experiments, sizeof *experiment);
    assert_non_null(experiment);
    struct place place[COVERAGE_METRICS];
    for (int m = 0; m < COVERAGE_METRICS; m++)
        place[m] = place_of(model, m);
    int failed = 0;
#pragma omp parallel reduction(+ : failed)
    {
        struct player player;
        if (!player_init(model, &player))
            failed++;
#pragma omp for schedule(dynamic)
        for (size_t i = 0; i < experiments; i++)
            if (!failed && !experiment_play(model, i, &player, place, &experiment[i]))
                failed++;
        player_release(&player);
    }
    assert_int_equal(failed, 0);
    for (int s = 0; s < COVERAGE_SIZES; s++)
        for (int m = 0; m < COVERAGE_METRICS; m++)
            cell[s][m] = summary(experiment, experiments, s, m);
    free(experiment);
    sc_model_free(model);
}

struct coverage_limits coverage_wanted(double spread, size_t size)
{
    bool ten = size == 0;
    if (spread == 0)
        return (struct coverage_limits){ten ? 0.935 : 0.94, 0.96};
    if (spread <= 0.1)
        return (struct coverage_limits){ten ? 0.93 : 0.94, 1};
    return (struct coverage_limits){ten ? 0 : 0.915, 1};
}

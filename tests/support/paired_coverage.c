/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/paired_coverage.h"

#include "staffcast/paired.h"
#include "support/small_centre.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { REPLICATIONS = 30, METRICS = 7, POOL_METRIC = 5 };

static const struct {
    const char *name;
    double least, most;
} subject[METRICS] = {
    {"service_level", 0.93, 0.97},    {"wait_mean_s", 0.93, 0.97}, {"abandon_rate", 0.93, 0.97},
    {"wait_p90_s", 0.92, 0.98},       {"target_met", 0.93, 0.99},  {"occupancy", 0.93, 0.97},
    {"cost_per_contact", 0.93, 0.97},
};

struct sides {
    struct small_centre base, here;
    struct sc_model *models[2];
};

static struct sc_model *build(const struct sc_scenario *scenario)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_model *model = NULL;

    if (sc_model_build(scenario, &model, &error) != SC_OK)
        fail_msg("%s", error.message);
    return model;
}

static void sides_build(struct sides *sides, double spread)
{
    small_centre_init(&sides->base, spread, 120, 180);
    small_centre_init(&sides->here, spread, 120, 180);
    sides->here.pool.extra = 1;
    sides->models[0] = build(&sides->base.scenario);
    sides->models[1] = build(&sides->here.scenario);
}

static size_t place(const struct sc_model *model, int metric)
{
    bool pool = metric == POOL_METRIC;
    int index = pool ? sc_metric_find(sc_pool_metrics, sc_pool_metric_count, subject[metric].name)
                     : sc_metric_find(sc_channel_metrics, sc_channel_metric_count, subject[metric].name);

    assert_true(index >= 0);
    return (pool ? sc_pairs_of_pool(model, 0) : sc_pairs_of_channel(model, 0)) + (size_t)index;
}

static void compare(const struct sides *sides, uint64_t seed, size_t replications, struct sc_difference *difference)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_paired *paired = NULL;
    const struct sc_paired_options options = {.replications = replications, .seed = seed};

    if (sc_paired_run((const struct sc_model *const *)sides->models, 2, &options, &paired, &error) != SC_OK)
        fail_msg("%s", error.message);
    for (int m = 0; m < METRICS; m++)
        difference[m] = paired->difference[1][place(sides->models[1], m)];
    sc_paired_free(paired);
}

void paired_coverage_check(double spread, size_t comparisons, size_t truth_replications)
{
    struct sides sides;
    struct sc_difference truth[METRICS], difference[METRICS];
    double held[METRICS] = {0}, under[METRICS] = {0}, ratio[METRICS] = {0}, n = (double)comparisons;
    double slack = 5 * sqrt(0.95 * 0.05 / n);

    sides_build(&sides, spread);
    compare(&sides, 1, truth_replications, truth);
    for (uint64_t e = 0; e < comparisons; e++) {
        compare(&sides, 1000 + e, REPLICATIONS, difference);
        for (int m = 0; m < METRICS; m++) {
            struct sc_figure f = difference[m].figure;

            held[m] += (f.low <= truth[m].figure.mean && truth[m].figure.mean <= f.high) / n;
            under[m] += (f.high < truth[m].figure.mean) / n;
            ratio[m] += difference[m].width_ratio / n;
        }
    }
    for (int m = 0; m < METRICS; m++) {
        print_message("%s: %.4f of intervals hold %.4g (%.4f lie under it), %.2f of the independent width\n",
                      subject[m].name, held[m], truth[m].figure.mean, under[m], ratio[m]);
        assert_true(held[m] >= subject[m].least - slack);
        assert_true(held[m] <= subject[m].most + slack);
        /* And they are worth it: narrower than those of independent runs. */
        assert_false(ratio[m] > 1.01);
    }
    sc_model_free(sides.models[0]);
    sc_model_free(sides.models[1]);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/quantile_coverage.h"

#include "staffcast/estimate.h"
#include "support/small_centre.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { REPLICATIONS = 30, QUANTILES = 4 };

static const char *const names[QUANTILES] = {"wait_p80_s", "wait_p90_s", "wait_p95_s", "wait_p99_s"};
static const double least = 0.92;

static void quantiles_of(const struct sc_model *model, uint64_t seed, size_t replications,
                         struct sc_figure figure[QUANTILES])
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_result *result = NULL;
    const struct sc_run_options options = {.replications = replications, .seed = seed, .seed_given = true};

    if (sc_run(model, &options, &result, &error) != SC_OK)
        fail_msg("%s", error.message);
    for (int i = 0; i < QUANTILES; i++) {
        int metric = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, names[i]);

        assert_true(metric >= 0);
        figure[i] = result->channels[0].figure[metric];
    }
    sc_result_free(result);
}

int quantile_coverage_check(double spread, size_t runs, size_t truth_replications, FILE *file)
{
    struct small_centre centre;
    struct sc_model *model = NULL;
    struct sc_error error = SC_ERROR_INIT;
    struct sc_figure truth[QUANTILES], figure[QUANTILES];
    double under[QUANTILES] = {0}, above[QUANTILES] = {0}, width[QUANTILES] = {0}, n = (double)runs;
    int missed = 0;

    small_centre_init(&centre, spread, 120, 180);
    if (sc_model_build(&centre.scenario, &model, &error) != SC_OK)
        fail_msg("%s", error.message);
    quantiles_of(model, 1, truth_replications, truth);
    for (uint64_t run = 0; run < runs; run++) {
        quantiles_of(model, 1000 + run, REPLICATIONS, figure);
        for (int i = 0; i < QUANTILES; i++) {
            under[i] += (figure[i].high < truth[i].mean) / n;
            above[i] += (figure[i].low > truth[i].mean) / n;
            width[i] += (figure[i].high - figure[i].low) / n;
        }
    }
    sc_model_free(model);
    for (int i = 0; i < QUANTILES; i++) {
        double held = 1 - under[i] - above[i];
        bool good = held >= least - 5 * sqrt(0.95 * 0.05 / n);

        missed += !good;
        fprintf(file, "| %g | %s | %.2f | %.4f%s | %.4f | %.4f | %.2f |\n", spread, names[i], truth[i].mean, held,
                good ? "" : " **missed**", under[i], above[i], width[i]);
    }
    return missed;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated histories: each replication is one, and gives the statistics that the real one gives. */
#include "bank.h"
#include "staffcast/model.h"
#include "staffcast/simulate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct player {
    struct sc_workspace *workspace;
    struct sc_replication *replication;
    struct sc_intervals intervals;
    struct sc_history_grid grid; /* the days of the history, its counts the simulated ones */
};

static enum sc_code player_init(struct player *p, const struct sc_model *model, const struct bank_2003 *bank,
                                struct sc_error *error)
{
    const struct sc_scenario *scenario = sc_model_scenario(model);
    *p = (struct player){.grid = bank->grid};
    p->intervals.count = (size_t)scenario->days * bank->grid.cells;
    p->intervals.channel = calloc(scenario->channel_count * p->intervals.count, sizeof *p->intervals.channel);
    p->intervals.pool = calloc(scenario->pool_count * p->intervals.count, sizeof *p->intervals.pool);
    p->grid.count = calloc(bank->grid.days * bank->grid.cells, sizeof *p->grid.count);
    if (!p->intervals.channel || !p->intervals.pool || !p->grid.count)
        return sc_error_memory(error);
    if (sc_workspace_new(model, &p->workspace, error) == SC_OK)
        sc_replication_new(model, &p->replication, error);
    return error->code;
}

static void player_release(struct player *p)
{
    free(p->intervals.channel);
    free(p->intervals.pool);
    free(p->grid.count);
    sc_workspace_free(p->workspace);
    sc_replication_free(p->replication);
}

static enum sc_code replication_play(struct player *p, const struct sc_model *model, size_t number,
                                     double *value, struct sc_error *error)
{
    struct sc_demand_figure figure[SC_DEMAND_STATISTICS];
    const struct sc_scenario *scenario = sc_model_scenario(model);
    memset(p->intervals.channel, 0,
           scenario->channel_count * p->intervals.count * sizeof *p->intervals.channel);
    memset(p->intervals.pool, 0, scenario->pool_count * p->intervals.count * sizeof *p->intervals.pool);
    if (sc_simulate(model, number, p->workspace, p->replication, &p->intervals, NULL, error) != SC_OK)
        return error->code;
    for (size_t d = 0; d < p->grid.days; d++)
        for (size_t i = 0; i < p->grid.cells; i++) {
            size_t interval = (size_t)(p->grid.day[d] - scenario->start_day) * p->grid.cells + i;
            p->grid.count[d * p->grid.cells + i] = (double)p->intervals.channel[interval].offered;
        }
    if (sc_demand_statistics_estimate(&p->grid, (struct sc_bootstrap){0}, figure, error) == SC_OK)
        for (int k = 0; k < SC_DEMAND_STATISTICS; k++)
            value[k] = figure[k].value;
    return error->code;
}

static enum sc_code all_play(const struct sc_model *model, const struct bank_2003 *bank,
                             double value[][SC_DEMAND_STATISTICS], struct sc_error *error)
{
#pragma omp parallel
    {
        struct player player;
        struct sc_error mine = SC_ERROR_INIT;
        player_init(&player, model, bank, &mine);
#pragma omp for schedule(dynamic)
        for (size_t r = 0; r < BANK_2003_REPLICATIONS; r++)
            if (mine.code == SC_OK)
                replication_play(&player, model, r, value[r], &mine);
#pragma omp critical
        if (mine.code != SC_OK)
            sc_error_set(error, mine.code, "%s", mine.message);
        player_release(&player);
    }
    return error->code;
}

static void simulated_fill(double value[][SC_DEMAND_STATISTICS], struct bank_2003_simulated *simulated)
{
    const double n = BANK_2003_REPLICATIONS;
    for (int k = 0; k < SC_DEMAND_STATISTICS; k++) {
        double mean = 0, squares = 0;
        for (size_t r = 0; r < BANK_2003_REPLICATIONS; r++)
            mean += value[r][k] / n;
        for (size_t r = 0; r < BANK_2003_REPLICATIONS; r++)
            squares += (value[r][k] - mean) * (value[r][k] - mean);
        simulated->mean[k] = mean;
        simulated->scatter[k] = sqrt(squares / (n - 1));
        simulated->half_width[k] = gsl_cdf_tdist_Pinv(0.975, n - 1) * simulated->scatter[k] / sqrt(n);
    }
}

/* The scenario over all days of the history. */
static enum sc_code scenario_read(const char *path, const struct bank_2003 *bank,
                                  struct sc_scenario **scenario, struct sc_error *error)
{
    struct sc_faults faults = {0};
    char days[32], *holidays = NULL;
    size_t size = 0;
    FILE *text = open_memstream(&holidays, &size);
    if (!text)
        return sc_error_memory(error);
    fprintf(text, "holidays = ");
    bank_2003_holidays_write(text, &bank->grid, INT64_MAX);
    if (fclose(text) != 0) {
        sc_error_memory(error);
        goto done;
    }
    snprintf(days, sizeof days, "days = %d", bank_2003_days(bank));
    const char *const overrides[] = {days, holidays};
    if (sc_scenario_read(path, overrides, 2, scenario, &faults, error) != SC_OK)
        sc_faults_print(&faults, stderr);
done:
    sc_faults_release(&faults);
    free(holidays);
    return error->code;
}

enum sc_code bank_2003_play(const char *path, const struct bank_2003 *bank,
                            struct bank_2003_simulated *simulated, struct sc_error *error)
{
    struct sc_scenario *scenario = NULL;
    struct sc_model *model = NULL;
    double(*value)[SC_DEMAND_STATISTICS] = calloc(BANK_2003_REPLICATIONS, sizeof *value);
    if (!value) {
        sc_error_memory(error);
        goto done;
    }
    if (scenario_read(path, bank, &scenario, error) != SC_OK)
        goto done;
    if (sc_model_build(scenario, &model, error) == SC_OK && all_play(model, bank, value, error) == SC_OK)
        simulated_fill(value, simulated);
done:
    free(value);
    sc_model_free(model);
    sc_scenario_free(scenario);
    return error->code;
}

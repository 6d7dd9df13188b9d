/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrivals: how many a day, at what time of the day, and how the days differ. */
#include "figures.h"
#include "staffcast/variation.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* Types with fewer contacts than this get a shape by hours and for all weekdays together. */
enum { FREQUENT = 2000 };

static void counts_fill(const struct bank_log *log, struct bank_demand *demand)
{
    double half[2] = {0}, half_days[2] = {0};
    for (int d = 0; d < log->days; d++)
        half_days[2 * d >= log->days]++;
    for (size_t i = 0; i < log->calls; i++) {
        const struct bank_call *call = &log->call[i];
        int weekday = log->weekday[call->day], slot = bank_slot(call);
        demand->counted[call->type][weekday][slot] += 1.0 / log->days_of[weekday];
        demand->lost[call->type][weekday][slot] += call->answered ? 0 : 1.0 / log->days_of[weekday];
        demand->total[call->type]++;
        half[2 * call->day >= log->days]++;
    }
    demand->first_half = half[0] / half_days[0];
    demand->second_half = half[1] / half_days[1];
}

/*
 * The log counts everybody who asks for an agent, those too who call again after hanging up. The scenario makes them
 * itself, so they must come off: of the calls lost in slot i, a share calls again in slot i + k with probability
 * reach[k] (exponential delay, from a uniform instant of slot i).
 */
static void retries_remove(struct bank_demand *demand)
{
    double x = BANK_SLOT_S / BANK_RETRY_AFTER_S, reach[BANK_SLOTS];
    reach[0] = 1 - (1 - exp(-x)) / x;
    for (int k = 1; k < BANK_SLOTS; k++)
        reach[k] = pow(1 - exp(-x), 2) * exp(-(k - 1) * x) / x;
    for (int t = 0; t < BANK_TYPES; t++)
        for (int w = 0; w < BANK_WEEKDAYS; w++)
            for (int j = 0; j < BANK_SLOTS; j++) {
                double fresh = demand->counted[t][w][j];
                for (int i = 0; i <= j; i++)
                    fresh -= BANK_RETRY_SHARE * demand->lost[t][w][i] * reach[j - i];
                demand->shape[t][w][j] = fmax(fresh, 0);
                demand->per_day[t][w] += fresh;
            }
}

/* Deviance of a day's counts from a shape that is scaled to the day's total: 2 sum N ln(N / mean). */
static double deviance(const double *count, const double *shape)
{
    double total = 0, whole = 0, sum = 0;
    for (int j = 0; j < BANK_SLOTS; j++) {
        total += count[j];
        whole += shape[j];
    }
    for (int j = 0; j < BANK_SLOTS; j++)
        if (count[j] > 0)
            sum += 2 * count[j] * log(count[j] * whole / (total * shape[j]));
    return sum;
}

/*
 * Have all weekdays one shape? The F test of nested quasi-Poisson models (McCullagh and Nelder 1989, section 9.2), in
 * which the counts may vary more than Poisson counts do: shapes by weekday against one for all, day totals given.
 */
static void shape_test(const struct bank_log *log, int type, struct bank_demand *demand)
{
    double day[BANK_MAX_DAYS][BANK_SLOTS] = {{0}}, all[BANK_SLOTS] = {0}, by[BANK_WEEKDAYS][BANK_SLOTS] = {{0}};
    double together = 0, apart = 0, slots = BANK_SLOTS - BANK_OPEN_SLOT;
    for (size_t i = 0; i < log->calls; i++) {
        const struct bank_call *call = &log->call[i];
        if (call->type != type)
            continue;
        day[call->day][bank_slot(call)]++;
        all[bank_slot(call)]++;
        by[log->weekday[call->day]][bank_slot(call)]++;
    }
    for (int d = 0; d < log->days; d++) {
        together += deviance(day[d], all);
        apart += deviance(day[d], by[log->weekday[d]]);
    }
    double gained = (BANK_WEEKDAYS - 1) * (slots - 1), left = (log->days - BANK_WEEKDAYS) * (slots - 1);
    demand->shape_p[type] = gsl_cdf_fdist_Q((together - apart) / gained / (apart / left), gained, left);
    bool frequent = demand->total[type] >= FREQUENT;
    demand->shape_by_weekday[type] = frequent && demand->shape_p[type] < BANK_SIGNIFICANT;
    demand->shape_cells[type] = frequent ? BANK_SLOTS : BANK_SLOTS / 2;
}

/* Brings the shape to the grid it is written on; one shape for all days is their sum, each weekday by its days. */
static void shape_finish(const struct bank_log *log, int type, struct bank_demand *demand)
{
    double(*shape)[BANK_SLOTS] = demand->shape[type];
    for (int j = 0; j < BANK_SLOTS && !demand->shape_by_weekday[type]; j++) {
        double sum = 0;
        for (int w = 0; w < BANK_WEEKDAYS; w++)
            sum += shape[w][j] * log->days_of[w] / log->days;
        for (int w = 0; w < BANK_WEEKDAYS; w++)
            shape[w][j] = sum;
    }
    if (demand->shape_cells[type] == BANK_SLOTS)
        return;
    for (int w = 0; w < BANK_WEEKDAYS; w++)
        for (int h = 0; h < BANK_SLOTS / 2; h++)
            shape[w][h] = shape[w][2 * h] + shape[w][2 * h + 1]; /* behind what is still to be read */
}

/*
 * Twice: of the counts, and of the counts for each agent hour of the day (relative to the weekday's mean). The second
 * is what the scenario can use: its roster is one for all days of a weekday, while the real one followed the volume.
 */
static enum sc_code spread_derive(const struct bank_log *log, const struct bank_agents *agents,
                                  struct bank_demand *demand, struct sc_error *error)
{
    double hours[BANK_WEEKDAYS] = {0}, *counts = calloc((size_t)log->days * BANK_TYPES, sizeof *counts);
    struct sc_day_spread raw = {.own_cv = demand->raw_own_cv, .total_cv = demand->raw_total_cv};
    struct sc_day_spread net = {.own_cv = demand->own_cv, .total_cv = demand->total_cv};
    size_t days = (size_t)log->days;
    if (!counts)
        return sc_error_memory(error);
    for (size_t i = 0; i < log->calls; i++)
        counts[log->call[i].day * BANK_TYPES + log->call[i].type]++;
    for (int d = 0; d < log->days; d++)
        hours[log->weekday[d]] += agents->day_hours[d] / log->days_of[log->weekday[d]];
    if (sc_day_spread_estimate(counts, log->weekday, days, BANK_TYPES, BANK_WEEKDAYS, &raw, error) != SC_OK)
        goto done;
    for (int i = 0; i < log->days * BANK_TYPES; i++)
        counts[i] *= hours[log->weekday[i / BANK_TYPES]] / agents->day_hours[i / BANK_TYPES];
    if (sc_day_spread_estimate(counts, log->weekday, days, BANK_TYPES, BANK_WEEKDAYS, &net, error) != SC_OK)
        goto done;
    demand->raw_common_cv = raw.common_cv;
    demand->common_cv = net.common_cv;
done:
    free(counts);
    return error->code;
}

enum sc_code bank_demand_derive(const struct bank_log *log, const struct bank_agents *agents,
                                struct bank_demand *demand, struct sc_error *error)
{
    *demand = (struct bank_demand){0};
    counts_fill(log, demand);
    retries_remove(demand);
    for (int type = 0; type < BANK_TYPES; type++) {
        shape_test(log, type, demand);
        shape_finish(log, type, demand);
    }
    return spread_derive(log, agents, demand, error);
}

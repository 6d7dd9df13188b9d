/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "estimate/sections.h"

#include "estimate/quantile.h"

/* Some cells, the last of which that is not empty lies before `used`. */
struct cells {
    const uint64_t *cell;
    size_t used;
};

/* The histogram of some types in one group: of one alone itself, else their sum. */
static struct cells group_cells(const struct sc_fold *fold, enum sc_rule rule, size_t g, size_t first, size_t types,
                                uint64_t *sum)
{
    const uint64_t *histogram = rule == SC_RULE_WAIT ? fold->wait : fold->response;
    const size_t *used = (rule == SC_RULE_WAIT ? fold->wait_used : fold->response_used) + g * fold->types + first;
    const uint64_t *cell = &histogram[(g * fold->types + first) * SC_HISTOGRAM_CELLS];
    size_t most = 0;
    if (types == 1)
        return (struct cells){cell, used[0]};
    for (size_t t = 0; t < types; t++)
        most = used[t] > most ? used[t] : most;
    for (size_t i = 0; i < most; i++)
        sum[i] = i < used[0] ? cell[i] : 0;
    for (size_t t = 1; t < types; t++)
        for (size_t i = 0; i < used[t]; i++)
            sum[i] += cell[t * SC_HISTOGRAM_CELLS + i];
    return (struct cells){sum, most};
}

/* What the metrics of a rule are quantiles at; returns how many they are. */
static size_t arguments(enum sc_rule rule, double p[SC_QUANTILES_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < sc_channel_metric_count; i++)
        if (sc_channel_recipes[i].rule == rule)
            p[count++] = sc_channel_recipes[i].argument;
    return count;
}

bool sc_fold_quantiles(const struct sc_fold *fold, enum sc_rule rule, size_t first, size_t types, uint64_t *scratch,
                       struct sc_sections sections[SC_QUANTILES_MOST])
{
    if (!(rule == SC_RULE_WAIT ? fold->wait : fold->response))
        return false;
    uint64_t *group = scratch, *all = scratch + SC_HISTOGRAM_CELLS;
    double p[SC_QUANTILES_MOST], value[SC_QUANTILES_MOST];
    size_t used = 0, count = arguments(rule, p);
    for (size_t g = 0; g < fold->groups; g++) {
        struct cells cells = group_cells(fold, rule, g, first, types, group);
        for (; used < cells.used; used++)
            all[used] = 0;
        for (size_t i = 0; i < cells.used; i++)
            all[i] += cells.cell[i];
    }
    struct sc_summed whole, part;
    sc_histogram_sum(all, used, &whole);
    sc_histogram_quantiles(&whole, NULL, p, count, value);
    for (size_t k = 0; k < count; k++)
        sections[k].all = value[k];
    for (size_t g = 0; g < fold->groups; g++) {
        struct cells cells = group_cells(fold, rule, g, first, types, group);
        sc_histogram_sum(cells.cell, cells.used, &part);
        sc_histogram_quantiles(&whole, &part, p, count, value);
        for (size_t k = 0; k < count; k++)
            sections[k].without[g] = value[k];
    }
    return true;
}

/* sign: +1 adds, -1 takes away. */
static void add_saving(struct sc_saving *sum, const struct sc_saving *part, double sign)
{
    sum->avoided += sign * part->avoided;
    sum->handle_s += sign * part->handle_s;
    sum->handlings += sign * part->handlings;
    sum->agent_cost += sign * part->agent_cost;
    sum->busy_s += sign * part->busy_s;
    sum->automation_cost += sign * part->automation_cost;
}

void sc_fold_saving(const struct sc_fold *fold, struct sc_saving *scratch, struct sc_sections *sections)
{
    double n = (double)fold->replications;
    struct sc_saving *all = scratch, *rest = scratch + fold->channels;
    for (size_t c = 0; c < fold->channels; c++)
        all[c] = (struct sc_saving){0};
    for (size_t g = 0; g < fold->groups; g++) {
        const struct sc_saving *group = &fold->saving[g * fold->channels];
        for (size_t c = 0; c < fold->channels; c++)
            add_saving(&all[c], &group[c], 1);
    }
    sections->all = sc_savings_sum(all, fold->channels) / n;
    for (size_t g = 0; g < fold->groups; g++) {
        size_t members = (fold->replications - g + fold->groups - 1) / fold->groups;
        for (size_t c = 0; c < fold->channels; c++) {
            rest[c] = all[c];
            add_saving(&rest[c], &fold->saving[g * fold->channels + c], -1);
        }
        sections->without[g] = sc_savings_sum(rest, fold->channels) / (n - (double)members);
    }
}

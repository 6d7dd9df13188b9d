/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a replication leaves behind once its arrays are overwritten: pairs, and the parts of the automation's saving.
 */
#ifndef STAFFCAST_ESTIMATE_PAIRS_H
#define STAFFCAST_ESTIMATE_PAIRS_H

#include "staffcast/estimate.h"

#include "estimate/metrics.h"

/* What the figures of a channel, a class or the totals are made of. */
struct sc_row {
    const struct sc_tally *tally;
    struct sc_pair service;         /* each type by its own target */
    const struct sc_target *target; /* NULL: has no target of its own */
    const struct sc_tally *day;     /* [days] or NULL */
    size_t days;
    double cost;
};
struct sc_pair sc_row_pair(const struct sc_row *row, const struct sc_recipe *recipe);
struct sc_pair sc_pool_pair(const struct sc_pool *pool, const struct sc_pool_tally *tally,
                            const struct sc_recipe *recipe);

/* Field by field: sums, and the largest of maxima. */
void sc_tally_sum(struct sc_tally *sum, const struct sc_tally *part);

/* Of one channel; the saving itself is a function of the totals of these. */
struct sc_saving {
    double avoided;             /* contacts resolved for good by automation */
    double handle_s, handlings; /* AHT is their ratio */
    double agent_cost, busy_s;  /* cost of its agents and their busy time: its ratio holds wage and occupancy */
    double automation_cost;
};

/* savings: [channels] of one replication. */
void sc_savings_fill(const struct sc_model *model, const struct sc_replication *replication, struct sc_saving *savings);

/* Sum of what the channels save. NaN where contacts were avoided but nothing says what one would have cost. */
double sc_savings_sum(const struct sc_saving *savings, size_t channels);

#endif

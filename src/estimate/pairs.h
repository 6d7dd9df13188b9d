/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a replication leaves behind once its arrays are overwritten: pairs, and the parts of the automation's saving. */
#ifndef STAFFCAST_ESTIMATE_PAIRS_H
#define STAFFCAST_ESTIMATE_PAIRS_H

#include "staffcast/estimate.h"

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

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures that are no ratios of sums, quantiles and the automation's saving: each estimated from all replications
 * together and from all but each group of them, for intervals by sectioning.
 */
#ifndef STAFFCAST_ESTIMATE_SECTIONS_H
#define STAFFCAST_ESTIMATE_SECTIONS_H

#include "estimate/fold.h"
#include "estimate/metrics.h"

enum { SC_QUANTILES_MOST = 8 }; /* more than either histogram has metrics */

struct sc_sections {
    double all;
    double without[SC_SECTIONS]; /* [fold->groups]: of all but that group */
};

/*
 * The quantiles of some neighbouring types, in the order of the channel metrics of that rule (SC_RULE_WAIT or
 * SC_RULE_RESPONSE). `scratch` holds two histograms. False, with nothing filled, where there is no such histogram.
 */
bool sc_fold_quantiles(const struct sc_fold *fold, enum sc_rule rule, size_t first, size_t types, uint64_t *scratch,
                       struct sc_sections sections[SC_QUANTILES_MOST]);

/* The automation's saving a replication. `scratch`: [2 * channels + 1]. */
void sc_fold_saving(const struct sc_fold *fold, struct sc_saving *scratch, struct sc_sections *sections);

#endif

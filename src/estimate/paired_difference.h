/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The difference of one figure. */
#ifndef STAFFCAST_ESTIMATE_PAIRED_DIFFERENCE_H
#define STAFFCAST_ESTIMATE_PAIRED_DIFFERENCE_H

#include "estimate/paired.h"
#include "estimate/sections.h"

/*
 * Standard error of here - base from pairs, by that of independent replications as many; NaN where neither scatters.
 */
double sc_pair_width_ratio(const struct sc_pair_moments *moments);

/*
 * here - base, the two figures of a metric (NULL: a plain mean), from their pairs. Its mean is here.mean - base.mean
 * to the bit. `same`: the pairs of all that belongs together with it were equal in every replication, so equal shares
 * are equal for certain.
 */
struct sc_difference sc_metric_paired(const struct sc_metric *metric, const struct sc_pair_moments *moments, bool same,
                                      struct sc_figure base, struct sc_figure here);

/* The same of a figure that has no pairs, from its sections. */
struct sc_difference sc_sections_paired(const struct sc_sections *base, const struct sc_sections *here, size_t groups);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several quantiles of one histogram, or of one less a part of it, at the price of one: reading all the cells. */
#ifndef STAFFCAST_ESTIMATE_QUANTILE_H
#define STAFFCAST_ESTIMATE_QUANTILE_H

#include "staffcast/estimate.h"

#include <stddef.h>
#include <stdint.h>

/* Cells are passed over so many at a time: nearly all lie before or behind the one that is looked for. */
enum { SC_STRIDE = 64, SC_STRIDES = (SC_HISTOGRAM_CELLS + SC_STRIDE - 1) / SC_STRIDE };

/* A histogram and the sums of its strides; cells from `used` on are empty and not looked at. */
struct sc_summed {
    const uint64_t *cell;
    size_t used;
    uint64_t total, sum[SC_STRIDES];
};

void sc_histogram_sum(const uint64_t *cell, size_t used, struct sc_summed *summed);

/* value[i] = sc_histogram_quantile(all - part, p[i]); part NULL: of all. `part` holds no cell more often than `all`. */
void sc_histogram_quantiles(const struct sc_summed *all, const struct sc_summed *part, const double *p, size_t count,
                            double *value);

#endif

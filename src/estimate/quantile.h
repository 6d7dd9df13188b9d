/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several quantiles of one histogram at the price of one: most of it is reading all the cells. */
#ifndef STAFFCAST_ESTIMATE_QUANTILE_H
#define STAFFCAST_ESTIMATE_QUANTILE_H

#include <stddef.h>
#include <stdint.h>

/* value[i] = sc_histogram_quantile(histogram, p[i]); cells from `used` on are empty and not looked at. */
void sc_histogram_quantiles(const uint64_t *histogram, size_t used, const double *p, size_t count, double *value);

#endif

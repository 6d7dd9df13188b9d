/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Modified offered load: how many agents would be busy at each time if there were always enough of them.
 *
 * With arrivals at a rate that changes in time that number is Poisson with mean
 *   m(t) = integral over u of rate(u) P(handle time > t - u)   (M(t)/G/inf; Eick, Massey & Whitt 1993, theorem 1),
 * which lags and smooths rate x handle time. Staffing each interval by Erlang's formulas with m instead of that
 * product is the modified-offered-load approximation (Jagerman 1975; Jennings, Mandelbaum, Massey & Whitt 1996).
 */
#ifndef STAFFCAST_OFFERED_LOAD_H
#define STAFFCAST_OFFERED_LOAD_H

#include "staffcast/error.h"
#include "staffcast/scenario.h"

#include <stddef.h>

/*
 * rate_per_s[count] is constant over each interval of interval_s, from empty at time 0. Writes m at the end
 * of each interval (at_end_erl) and its mean over the interval (mean_erl), each [count], either may be
 * NULL. Handle times of any law; exponential ones exactly and in O(count), others by O(count^2) looks at
 * the law, means by Simpson's rule with 16 panels. Errors: SC_USAGE (a rate below 0, a law of SC_LAW_NONE),
 * SC_NUMERIC.
 */
enum sc_code sc_offered_load(const double *rate_per_s, size_t count, double interval_s, const struct sc_law *handle,
                             double *at_end_erl, double *mean_erl, struct sc_error *error);

#endif

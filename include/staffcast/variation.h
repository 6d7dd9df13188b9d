/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much busier than its forecast a day is, and how much slower one agent is than another: the two spreads that a
 * plan by averages leaves out. Both by the method of moments, which assumes no law.
 */
#ifndef STAFFCAST_VARIATION_H
#define STAFFCAST_VARIATION_H

#include "staffcast/error.h"

#include <stddef.h>

/*
 * Day-to-day spread of counts. The count of channel c on day d is Poisson with mean m(group, c) F(d) G(c, d): groups
 * are days alike (weekdays), F is common to all channels, G each channel's own, both with mean 1.
 *
 * With r = N / m: Var r = (1 + f^2)(1 + g^2) - 1 + 1/m, where 1/m is the Poisson part, and the covariance of two
 * channels is f^2. m is the group's mean; sums of squares are divided by days - groups. f^2 is chosen so that the
 * total of all channels varies as it did: that is the mean covariance over all pairs, weighted by the product of their
 * volumes, or less where a channel varies less than that. What is left of each channel's variance is its own.
 * Estimates below 0 become 0. Groups of one day tell nothing. With one channel all of its spread is its own.
 */
struct sc_day_spread {
    double common_cv;
    double *own_cv;   /* [channels], the caller's */
    double *total_cv; /* [channels], the caller's: sqrt((1 + f^2)(1 + g^2) - 1) before either is clipped at 0 */
};

/*
 * counts[days * channels], a row a day; group[days] numbers 0 … groups - 1.
 * Errors: SC_INPUT (no group has two days, a group in which a channel has no count at all), SC_SYSTEM.
 */
enum sc_code sc_day_spread_estimate(const double *counts, const int *group, size_t days, size_t channels, size_t groups,
                                    struct sc_day_spread *spread, struct sc_error *error);

/*
 * Variance components of a one-way random-effects model, unbalanced: y = mu + a(group) + e. (Searle, Casella and
 * McCulloch, Variance Components, 1992, section 3.6: sigma_a^2 = (MSA - MSE) / n0,
 * n0 = (N - sum n_i^2 / N) / (k - 1).)
 */
struct sc_components {
    double mean;             /* of all values */
    double between_variance; /* sigma_a^2, at least 0 */
    double within_variance;  /* MSE */
    double f;                /* MSA / MSE */
    double p;                /* of that under no difference: from the F law, close enough for large groups of any law */
    size_t groups;           /* that have values */
};

/* group[count] numbers 0 … groups - 1. Errors: SC_INPUT (fewer than two groups with values, no group with two),
 * SC_SYSTEM. */
enum sc_code sc_components_estimate(const double *value, const int *group, size_t count, size_t groups,
                                    struct sc_components *components, struct sc_error *error);

#endif

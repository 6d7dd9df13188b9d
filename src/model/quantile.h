/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quantile tables: any law at the price of one.
 *
 * A uniform number becomes a duration by inverting the distribution function, read from a table of cubics. The lower
 * and the upper half of the probabilities have a table each; each half is cut into octaves [2^-(e+2), 2^-(e+1)) of the
 * distance q to its end, each octave into 16 equal cells. So the far tails are as exact as the middle: 2^-49 is reached
 * before the last, open cell. Between laws only the numbers in the table differ: one cost for all, and no function of
 * the platform's mathematics library in the kernel. Values at the nodes are rounded to 30 bits, which hides the
 * last-digit differences between such libraries: the same draws everywhere.
 */
#ifndef SC_MODEL_QUANTILE_H
#define SC_MODEL_QUANTILE_H

#include "staffcast/error.h"
#include "staffcast/scenario.h"

#include <stdint.h>

enum { SC_QUANTILE_BITS = 4, SC_QUANTILE_CELLS = 1 << SC_QUANTILE_BITS, SC_QUANTILE_OCTAVES = 48 };

struct sc_quantile_cubic {
    double c[4]; /* value = c0 + x (c1 + x (c2 + x c3)), x in [0, 1) over the cell */
};

/* 49 KB; the cells that nearly all draws read fit into a few. */
struct sc_quantile_table {
    struct sc_quantile_cubic cell[2][SC_QUANTILE_OCTAVES + 1][SC_QUANTILE_CELLS];
};

/* The quantile of 64 random bits: the first bit chooses the half, the rest is q = m / 2^65. */
static inline double sc_quantile(const struct sc_quantile_table *table, uint64_t bits)
{
    uint64_t half = bits >> 63;
    uint64_t m = bits << 1 | 1;
    int octave = __builtin_clzll(m);
    uint64_t rest;
    if (__builtin_expect(octave < SC_QUANTILE_OCTAVES, 1)) {
        rest = m << octave << 1;
    } else {
        octave = SC_QUANTILE_OCTAVES;
        rest = m << octave;
    }
    double x = (double)(int64_t)(rest << SC_QUANTILE_BITS >> 11) * 0x1p-53;
    const double *c = table->cell[half][octave][rest >> (64 - SC_QUANTILE_BITS)].c;
    return ((c[3] * x + c[2]) * x + c[1]) * x + c[0];
}

/*
 * Fills the table with the quantiles of a law scaled to mean 1: exponential, lognormal, gamma, Erlang (as gamma) or
 * Weibull with coefficient of variation cv. The table's own mean is checked against 1. Errors: SC_NUMERIC where GSL's
 * inverse does not converge for this cv.
 */
enum sc_code sc_quantile_build(struct sc_quantile_table *table, enum sc_law_kind kind, double cv,
                               struct sc_error *error);

/* The standard normal law, for factors that remember yesterday's. */
enum sc_code sc_quantile_build_normal(struct sc_quantile_table *table, struct sc_error *error);

/* The shape of a Weibull law with this coefficient of variation, and the mean of such a law of scale 1. */
enum sc_code sc_weibull_shape(double cv, double *shape, double *unit_mean, struct sc_error *error);

#endif

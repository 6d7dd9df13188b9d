/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laws of durations as theory needs them: tails and partial moments. */
#ifndef STAFFCAST_THEORY_LAW_H
#define STAFFCAST_THEORY_LAW_H

#include "staffcast/scenario.h"

#include <stddef.h>

/* A law with its parameters worked out. Borrowed: the law it was made of. */
struct sc_law_shape {
    const struct sc_law *law;
    enum sc_law_kind kind; /* fixed where cv is 0 */
    double shape, scale;   /* gamma, weibull: shape and scale; lognormal: sigma and mu */
    double second;         /* E[R^2] of the kinds that need it */
};

struct sc_law_parts {
    double above, below;  /* P(R > t), P(R <= t) */
    double first, second; /* E[R; R <= t], E[R^2; R <= t] */
    double lived;         /* integral of P(R > u) over u <= t */
};

enum sc_code sc_law_shape_make(const struct sc_law *law, struct sc_law_shape *shape, struct sc_error *error);

void sc_law_parts(const struct sc_law_shape *shape, double t, struct sc_law_parts *parts);

/* Where P(R > t) is not smooth: the number of such points, and the k-th in ascending order. */
size_t sc_law_breaks(const struct sc_law_shape *shape);
double sc_law_break(const struct sc_law_shape *shape, size_t k);

#endif

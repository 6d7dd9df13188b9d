/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Integrals of exp(phi(x)) w(x) for concave phi: the shape that every waiting time density of a queue has.
 *
 * The weight of such an integrand lies around one peak, however large the numbers in phi. So the caller gives phi
 * relative to its greatest value, here the range outside of which it is negligible is cut off, and what is left is
 * integrated by Gauss-Legendre panels of 20 points that are halved until both agree.
 */
#ifndef STAFFCAST_THEORY_QUADRATURE_H
#define STAFFCAST_THEORY_QUADRATURE_H

#include <stddef.h>

enum { SC_QUADRATURE_WIDTH = 9 };

/* phi(x) and up to SC_QUADRATURE_WIDTH weights at x; weights[0] decides about accuracy with the rest. */
struct sc_integrand {
    double (*exponent)(double x, const void *context);
    void (*weights)(double x, const void *context, double *weights);
    const void *context;
    size_t width;
    double tolerance; /* relative; 0: 1e-13, which needs exponents good to the last digits */
};

/*
 * Integrates every weight over [low, high] (high may be INFINITY, phi must then fall to minus infinity).
 * `peak` is where phi is greatest within the range; values are relative to exp(phi(peak)). `scale` is a
 * first guess of the width of the peak. Relative accuracy about 1e-13 of each non-negative weight.
 */
void sc_quadrature(const struct sc_integrand *integrand, double low, double high, double peak, double scale,
                   double *integrals);

#endif

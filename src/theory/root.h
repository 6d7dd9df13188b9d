/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Root of a monotone function in a bracket, to the last digits. */
#ifndef STAFFCAST_THEORY_ROOT_H
#define STAFFCAST_THEORY_ROOT_H

struct sc_root_end {
    double x, value;
};

/*
 * Narrows [low, high], whose values have opposite signs, until its ends are neighbours (or a value is 0):
 * regula falsi in its Illinois variant with a bisection now and then, some ten evaluations.
 */
void sc_root_narrow(double (*function)(double x, void *context), void *context, struct sc_root_end *low,
                    struct sc_root_end *high);

#endif

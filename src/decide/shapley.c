/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shapley values as linear combinations of the coalitions' figures. A coalition S of k players without player g weighs
 * -w(|S|), the one with it +w(|S|), where w(s) = s! (k - s - 1)! / k! is the chance that in a random order of the
 * players exactly those of S come before g (Shapley 1953). Over all g the weights of every coalition but the empty
 * and the full one cancel, which is why the values add up to v(all) - v(none).
 */
#include "decide/explain_private.h"

static unsigned bits_of(unsigned mask)
{
    unsigned bits = 0;
    for (; mask != 0; mask &= mask - 1)
        bits++;
    return bits;
}

/* s! (k - s - 1)! / k! = 1 / (k C(k - 1, s)); binomials of up to 9 are exact. */
static double order_share(unsigned players, unsigned before)
{
    double binomial = 1;
    for (unsigned i = 1; i <= before; i++)
        binomial = binomial * (players - i) / i;
    return 1 / (players * binomial);
}

void sc_shapley_weights(unsigned players, unsigned player, double *weight)
{
    for (unsigned mask = 0; mask < 1u << players; mask++) {
        bool with = mask >> player & 1;
        unsigned before = bits_of(mask) - with;
        weight[mask] = with ? order_share(players, before) : -order_share(players, before);
    }
}

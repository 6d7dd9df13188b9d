/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Survival under right censoring: how long customers would wait, seen through how long they did.
 *
 * Whoever is answered tells only that his patience was longer than his wait: his patience is censored there. Leaving
 * the answered out (the mean wait of those who hung up) is wrong by a factor of several; the product-limit estimate
 * of Kaplan and Meier (1958, J. Amer. Statist. Assoc. 53, 457-481) is right whatever the law, as long as patience and
 * the wait that was offered are independent.
 */
#ifndef STAFFCAST_SURVIVAL_H
#define STAFFCAST_SURVIVAL_H

#include "staffcast/error.h"

#include <stdbool.h>
#include <stddef.h>

/* One spell: it ended at `time` (event), or was last seen going on at `time` (censored). */
struct sc_spell {
    double time;
    bool event;
};

/*
 * A Kaplan-Meier curve: a right-continuous step function that falls at each time with an event. All arrays have
 * `steps` elements, times ascending. Where an event and a censoring fall on one time, the event comes first.
 */
struct sc_survival {
    size_t steps, spells, events;
    double *time;
    double *at_risk;  /* spells that lasted at least until then */
    double *deaths;   /* events then */
    double *survival; /* P(T > time) = prod (1 - deaths / at_risk) */
    double *variance; /* of that, by Greenwood's formula (1926): S^2 sum deaths / (at_risk (at_risk - deaths)) */
    double longest;   /* of all spells: the curve says nothing beyond */
};

/*
 * Estimates a curve. `spells` is sorted in place, by time. Release the curve with sc_survival_release.
 * Errors: SC_INPUT (no spell, a time that is negative or not finite), SC_SYSTEM. O(n log n).
 */
enum sc_code sc_survival_estimate(struct sc_spell *spells, size_t count, struct sc_survival *curve,
                                  struct sc_error *error);
void sc_survival_release(struct sc_survival *curve);

/* P(T > time). O(log steps). */
double sc_survival_at(const struct sc_survival *curve, double time);
/* Smallest time at which the curve is at or below 1 - share; infinity if it never gets there. */
double sc_survival_quantile(const struct sc_survival *curve, double share);
/* Mean of min(T, limit) and of its square: the integrals of S(t) and of 2 t S(t) from 0 to the limit. */
void sc_survival_restricted_moments(const struct sc_survival *curve, double limit, double *mean, double *square);

#endif

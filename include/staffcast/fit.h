/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fitting laws to durations by maximum likelihood, censored ones included.
 *
 * A spell that ended at t counts with the density f(t), one still going on at t with P(T > t): the estimate is the
 * parameter that makes the product largest (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data,
 * 2002, section 3.2). Laws are then compared by AIC = 2 k - 2 log L (Akaike 1974), k parameters, and by the largest
 * distance between their survival function and the Kaplan-Meier curve, over the range that was seen.
 */
#ifndef STAFFCAST_FIT_H
#define STAFFCAST_FIT_H

#include "staffcast/survival.h"

/* Under censoring the distance is taken while so many, or a quarter of the spells, are at risk; else everywhere. */
enum { SC_FIT_LEAST_AT_RISK = 30 };

enum sc_fit_law { SC_FIT_EXPONENTIAL, SC_FIT_WEIBULL, SC_FIT_LOGNORMAL, SC_FIT_GAMMA, SC_FIT_LAWS };

/*
 * exponential: scale = mean. Weibull: S(t) = exp(-(t / scale)^shape). Lognormal: ln T is normal with mean ln scale
 * and standard deviation shape. Gamma: density proportional to t^(shape - 1) exp(-t / scale).
 */
struct sc_fit {
    enum sc_fit_law law;
    double shape, scale; /* shape of the exponential: 1 */
    double mean, cv;     /* of the fitted law; they reach beyond what was seen */
    double log_likelihood, aic;
    double distance; /* sup |S_fit - S_Kaplan-Meier|, on both sides of each step, while enough are at risk */
};

/* "exponential", "weibull", "lognormal", "gamma": the names of the scenario language. */
const char *sc_fit_law_name(enum sc_fit_law law);

/*
 * Fits one law. `spells` is sorted in place. An event at time 0 has no likelihood under most laws: the caller says
 * what a recorded 0 means (times in whole seconds: half a second, say).
 * Errors: SC_INPUT (no spell, bad time, an event at 0, fewer than 2 events or all at one time where there is a shape
 * to find), SC_NUMERIC (no convergence), SC_SYSTEM. O(n log n), then linear in the number of distinct times a step.
 */
enum sc_code sc_fit_one(struct sc_spell *spells, size_t count, enum sc_fit_law law, struct sc_fit *fit,
                        struct sc_error *error);

/* Fits all laws into fits[SC_FIT_LAWS]; `best` is the index of the smallest AIC. Errors as above. */
enum sc_code sc_fit_all(struct sc_spell *spells, size_t count, struct sc_fit *fits, size_t *best,
                        struct sc_error *error);

/* P(T > time) of a fit, and its natural logarithm (which lasts where the probability itself underflows). */
double sc_fit_survival(const struct sc_fit *fit, double time);
double sc_fit_log_survival(const struct sc_fit *fit, double time);
/* Natural logarithm of the density at time > 0. */
double sc_fit_log_density(const struct sc_fit *fit, double time);

#endif

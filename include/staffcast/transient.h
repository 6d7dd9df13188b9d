/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A queue whose demand and staffing change in time: the forward equations of M(t)/M/n(t)+M.
 *
 * Arrivals are Poisson with a rate, and heads on duty a number, that are constant over each piece of time; handle times
 * and patience are exponential. When heads rise, the longest waiting are taken at once. When they drop below the number
 * busy, idle heads leave first and then each as it finishes what it holds: until then nobody is taken from the queue.
 * So the state is (calls in the system) while busy <= heads, and (busy, waiting) while busy > heads.
 *
 * Kolmogorov's forward equations are solved by uniformisation (Jensen 1953; Grassmann 1977): over a step during which
 * nothing changes, the distribution is a Poisson mixture of the powers of a stochastic matrix. Every term
 * is positive and what is left out (late terms, long queues) is added up, so the error is known: the sum of
 * all probabilities that went astray, which bounds the error of every probability. The states held grow and
 * shrink with the queue.
 *
 * The service level of a caller who arrives at t follows from the state at t and the stages before it (those ahead are
 * served or give up; later arrivals do not matter), by the backward equations over the time to answer within.
 */
#ifndef STAFFCAST_TRANSIENT_H
#define STAFFCAST_TRANSIENT_H

#include "staffcast/erlang.h"

#include <stddef.h>

struct sc_transient_piece {
    double lasts_s;          /* > 0 */
    double arrivals_per_s;   /* >= 0 */
    int64_t agents;          /* heads on duty, 0 ... 100,000 */
};

struct sc_transient {
    const struct sc_transient_piece *pieces; /* borrowed */
    size_t count;
    double handle_s;    /* mean, > 0 */
    double patience_s;  /* mean, > 0; INFINITY: nobody gives up */
    double within_s;    /* T of the service level; NAN: none */
    int64_t places;     /* waiting places; SC_ERLANG_UNLIMITED: no limit */
    int64_t at_start;   /* calls in the system at time 0 */
    double step_s;      /* time between points, > 0 */
    double tolerance;   /* of all probabilities, in (0, 0.1]; 1e-9 is cheap */
};

/*
 * At time_s (where heads change then: just after), and over the step that ends there (0 at the first
 * point). Probabilities are shares; counts are means.
 */
struct sc_transient_point {
    double time_s;
    double wait_probability; /* an arrival would find no agent free */
    double blocked;          /* an arrival would find no line free */
    double busy, queue;      /* mean number busy, waiting */
    double answered_within;  /* an arrival that joins is answered within T; NAN without T */
    double lost_within;      /* an arrival that joins gives up within T; NAN without T */
    /* over the step */
    double arrivals;         /* that come */
    double waited;           /* of them: not taken at once */
    double turned_away;      /* of them: blocked */
    double answered_in_time; /* of them: answered within T; NAN without T */
    double lost_in_time;     /* of them: give up within T; NAN without T */
    double lost;             /* calls that give up in the step, whenever they came */
    double busy_mean, queue_mean;
};

/* Number of points: from 0 to the end of the last piece, the last step maybe shorter. 0 where step_s is not above 0. */
size_t sc_transient_points(const struct sc_transient *transient);

/*
 * Fills points[sc_transient_points()] and *error_bound (may be NULL): what went astray in all, at most `tolerance`.
 * Steps whose T reaches over a change of heads integrate answered_in_time and lost_in_time by Simpson's rule with
 * four panels, all else is exact to the tolerance. Cost: O(duration (n + queue) (rate of all events)): a hundredth of
 * a second for a day of 20 heads, a third for 100. Errors: SC_USAGE, SC_SYSTEM (memory, more than 10^8 states).
 */
enum sc_code sc_transient_solve(const struct sc_transient *transient, struct sc_transient_point *points,
                                double *error_bound, struct sc_error *error);

#endif

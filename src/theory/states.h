/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * State probabilities of M/M/n/K+M in dimensionless form (time unit: the mean handle time), see staffcast/erlang.h.
 *
 * Three routes to the same numbers, chosen by cost and range:
 *   closed forms     nobody gives up and lines are unlimited (geometric queue);
 *   direct series    the sums over states, term by term, ended where the rest is negligible;
 *   integrals        the sums as integrals over the virtual wait (Zeltyn & Mandelbaum 2005, section 2),
 *                    whose cost does not grow with the system.
 */
#ifndef STAFFCAST_THEORY_STATES_H
#define STAFFCAST_THEORY_STATES_H

#include "staffcast/error.h"

#include <stdbool.h>
#include <stdint.h>

enum sc_states_route { SC_STATES_CLOSED, SC_STATES_SERIES, SC_STATES_INTEGRAL };

struct sc_states {
    /* what was asked */
    double load, giving_up; /* a > 0, g = handle time / mean patience >= 0 */
    int64_t agents, places; /* n, waiting places K - n (SC_ERLANG_UNLIMITED: without limit) */
    enum sc_states_route route;
    /* probabilities */
    double free;    /* an agent is free */
    double edge;    /* all busy, none waiting */
    double waiting; /* at least one waits */
    double full;    /* no line left; 0 without limit */
    double joined;  /* free line: 1 - full without loss of digits */
    double log_top; /* integral route: log of the greatest value of the wait's density relative to that at 0 */
    double over_z;  /* integral route: density of the virtual wait = over_z * exp(phi - top) */
    double queue_mean;
    double queue_variance;
    /*
     * wait in handle times: of those answered after a wait, and of those who gave up; meaningless where
     * there are none
     */
    double served_mean, served_variance, lost_mean, lost_variance;
};

/* S = 1/B(n, a) - 1 for a >= 0; INFINITY from about 1e300 on. */
double sc_states_free_sum(int64_t agents, double load);

/*
 * Fills `states`; load > 0, and load < agents unless giving_up > 0 or places are limited; not (agents 0 and
 * g 0). Without `moments` the fields from queue_variance on may be 0, and the series is faster.
 */
void sc_states_solve(double load, double giving_up, int64_t agents, int64_t places, bool moments,
                     struct sc_states *states);

/*
 * Distribution of the wait at time t (in handle times), over all attempts: answered after waiting, at most or more than
 * t; given up, at most or more than t. Calls answered at once are not among them. SC_SYSTEM: memory.
 */
struct sc_states_tail {
    double served_within, served_later, lost_within, lost_later;
};
enum sc_code sc_states_tail(const struct sc_states *states, double t, struct sc_states_tail *tail,
                            struct sc_error *error);

/* d + exp(-d) - 1 without loss of digits. */
double sc_curve(double d);

/* Probability that a Poisson number of mean s exceeds k (1 or 2); stays = exp(-s). */
double sc_poisson_beyond(double s, double stays, int k);

#endif

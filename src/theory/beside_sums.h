/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of Erlang's formulas for many intervals, put together by arrivals. */
#ifndef STAFFCAST_THEORY_BESIDE_SUMS_H
#define STAFFCAST_THEORY_BESIDE_SUMS_H

#include "staffcast/beside.h"

/* What the service level asks: T, the short wait of `no-short`, and the definition. NAN: no target. */
struct sc_asked {
    double within_s, short_s;
    enum sc_counts counts;
};
struct sc_asked sc_asked_of(const struct sc_channel *channel);

/* Numbers of contacts, and their times. */
struct sc_sums {
    double arrivals, answered, lost, waited, unstable;
    double within, lost_within, lost_short; /* answered, lost within T, lost within the short wait */
    double wait_answered_s, wait_all_s;
};

/* Adds `arrivals` contacts that meet a stationary system; patience_s INFINITY is Erlang C. Errors: SC_NUMERIC. */
struct sc_met {
    double arrivals, load_erl, handle_s, patience_s, heads;
};
enum sc_code sc_sums_add(struct sc_sums *sums, struct sc_met met, struct sc_asked asked, struct sc_error *error);

struct sc_beside_figures sc_sums_figures(const struct sc_sums *sums, struct sc_asked asked);

/* Forward equations and offered load of a channel with pools of its own (beside_day.c). *budget_s is what they may
   still cost in seconds, and goes down. Errors: SC_SYSTEM, SC_NUMERIC. */
struct sc_courses;
enum sc_code sc_beside_days(const struct sc_scenario *scenario, const struct sc_courses *courses, size_t channel,
                            double *budget_s, struct sc_beside_channel *beside, struct sc_error *error);

#endif

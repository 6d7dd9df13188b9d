/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the formulas are asked about: demand, heads and times of each channel by counted interval. */
#ifndef STAFFCAST_THEORY_BESIDE_DEMAND_H
#define STAFFCAST_THEORY_BESIDE_DEMAND_H

#include "staffcast/model.h"

struct sc_course {
    double *arrivals;   /* [count], reach the queue */
    double *handle_s;   /* [count], at the speed of the heads */
    double *patience_s; /* [count], INFINITY: for ever */
    double *heads;      /* [count], fractional */
};

struct sc_courses {
    size_t count; /* counted intervals */
    size_t a_day; /* of them in a day */
    double interval_s;
    size_t channels;
    struct sc_course *channel; /* [channels] */
};

/* Release in any case but failure. Errors: SC_SYSTEM. */
enum sc_code sc_courses_init(struct sc_courses *courses, const struct sc_model *model, struct sc_error *error);
void sc_courses_release(struct sc_courses *courses);

/* Monday 0 … Sunday 6, SC_HOLIDAY on holidays, of a counted day. */
int sc_courses_day_kind(const struct sc_scenario *scenario, size_t day);

/* The skill by which a pool serves a channel: the one without a class, else its first; NULL: none. */
const struct sc_skill *sc_skill_for(const struct sc_pool *pool, size_t channel);

#endif

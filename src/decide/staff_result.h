/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a search found, as its caller gets it. */
#ifndef STAFFCAST_DECIDE_STAFF_RESULT_H
#define STAFFCAST_DECIDE_STAFF_RESULT_H

#include "decide/staff_player.h"

/* An empty staffing with room for everything but verdicts and notes. Errors: SC_SYSTEM. */
enum sc_code sc_staff_new(const struct sc_staff_problem *problem, const struct sc_staff_options *options,
                          struct sc_staff **staff, struct sc_error *error);

/* The verdicts of what a base has seen; what is `forgiven`, as a share, is not missed. Errors: SC_SYSTEM. */
enum sc_code sc_staff_verdicts(struct sc_staff *staff, const struct sc_staff_problem *problem,
                               const struct sc_staff_base *held_out, double forgiven, struct sc_error *error);

/* Heads, hours, costs and the model with these heads; from the cells' heads and those of the start. */
enum sc_code sc_staff_fill(struct sc_staff *staff, const struct sc_staff_problem *problem, const int *heads,
                           const int *start, struct sc_error *error);

/* Every figure of `run` on the held-out numbers. */
enum sc_code sc_staff_figures(struct sc_staff *staff, const struct sc_model *model,
                              const struct sc_staff_options *options, uint64_t seed, struct sc_error *error);

/* Sentences: targets that hold with nobody, and what else a planner should know. Errors: SC_SYSTEM. */
enum sc_code sc_staff_notes(struct sc_staff *staff, const struct sc_staff_problem *problem, struct sc_error *error);

#endif

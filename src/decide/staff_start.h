/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formulas' answer, from which the search begins. */
#ifndef STAFFCAST_DECIDE_STAFF_START_H
#define STAFFCAST_DECIDE_STAFF_START_H

#include "decide/staff_problem.h"

/* Fills formulas[channels], whose arrays of `count` come from the arena. Errors: SC_SYSTEM, SC_NUMERIC. */
enum sc_code sc_staff_formulas(const struct sc_staff_problem *problem, struct sc_arena *arena,
                               struct sc_staff_formulas *formulas, struct sc_error *error);

/*
 * Heads of the cells for what each channel needs alone. Where a channel has a pool of its own and others that share,
 * the share `flexible` of its load goes to these. `factor` multiplies the loads: above 1 for a confidence.
 */
enum sc_code sc_staff_start(const struct sc_staff_problem *problem, const struct sc_staff_formulas *formulas,
                            double flexible, double factor, int *heads, struct sc_error *error);

/* What a confidence asks of the load: 1 + its normal quantile x the cv of the day's volume. */
double sc_staff_load_factor(const struct sc_staff_problem *problem);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans as text: JSON and CSV for programs, a table for the manager. */
#ifndef STAFFCAST_PRESENT_PLAN_H
#define STAFFCAST_PRESENT_PLAN_H

#include "staffcast/plan.h"
#include "staffcast/present.h"

#include <stdio.h>

/*
 * The schema staffcast.plan/1 (SPEC 4). What is more than there stands behind it: in `hires` "until", "last" (the last
 * date of decision with which the plan still holds) and "given"; in `without` "class" and "at_risk", the first week
 * whose four weeks are missed with a chance above 1 - confidence ("first_miss": above one half, or null); in months the
 * probability "met" of all targets at once, its one-sided bound, and `levers`. `optimum`, NULL or another plan of the
 * same scenario, comes as an object of the same form under that key.
 */
void sc_plan_write_json(FILE *stream, const struct sc_plan *plan, const struct sc_plan *optimum);

/* metric,mean,low,high with paths such as months.2026-01.channels.phone.service_level; those of the optimum begin with
   "optimum.". */
void sc_plan_write_csv(FILE *stream, const struct sc_plan *plan, const struct sc_plan *optimum);

/* The sentence first, then hires, months, levers and notes. Errors: SC_SYSTEM (memory). */
enum sc_code sc_plan_write_table(FILE *stream, const struct sc_plan *plan, const struct sc_plan *optimum,
                                 const struct sc_table_style *style, struct sc_error *error);

/* What a reader should know of the figures, a sentence each. */
void sc_plan_notes(const struct sc_plan *plan, void (*say)(void *context, const char *note), void *context);

/* The name of a lever as programs read it. */
const char *sc_plan_lever_name(enum sc_plan_lever_kind kind);

#endif

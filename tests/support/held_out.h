/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The held-out test of plans: whole timelines, from the first day of a plan to its last, with random numbers of their
 * own for contacts and for people, who are counted head by head (held_out_people.h) and burn out by the occupancy that
 * they had on the very path. No stretches, no curves, no warm-up between months: what waits at the end of a month
 * waits on. A month is kept when the targets of all channels are met on the contacts that arrived in it.
 */
#ifndef STAFFCAST_TESTS_HELD_OUT_H
#define STAFFCAST_TESTS_HELD_OUT_H

#include "staffcast/people.h"
#include "staffcast/scenario.h"

/* Hires of one day for one pool. */
struct held_out_hire {
    size_t pool;
    struct sc_cohort cohort;
};

struct held_out_month {
    int64_t first_day;
    int days;
    size_t kept, judged; /* paths so far */
    size_t *missed;      /* [channels], paths of these in which the channel's target was missed */
};

struct held_out {
    const struct sc_scenario *scenario;
    int64_t first_day, end_day;
    struct held_out_month *months; /* [month_count] */
    size_t month_count;
    struct sc_plan_engine *engine;
    const struct held_out_hire *hires; /* of the last call */
    size_t hire_count;
};

/* For a scenario with a plan, whose targets are those of channels alone; the test fails on any error. */
struct held_out *held_out_new(const struct sc_scenario *scenario);
void held_out_free(struct held_out *held_out);
/* Forgets the paths so far. */
void held_out_clear(struct held_out *held_out);
/* Plays the paths first <= number < end with these hires, and those of no others, and adds them up. */
void held_out_play(struct held_out *held_out, const struct held_out_hire *hires, size_t count, size_t first,
                   size_t end);

/* One-sided bounds of a month's probability at 1 - error (Clopper and Pearson 1934). */
double held_out_at_least(const struct held_out_month *month, double error);
double held_out_at_most(const struct held_out_month *month, double error);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rosters on trial: a plan is changed, played on numbers that neither made it nor judge it, and stays where no target
 * is the worse for it than it may be. All that stayed are kept, to go back to.
 */
#ifndef STAFFCAST_DECIDE_SHIFTS_TRIAL_H
#define STAFFCAST_DECIDE_SHIFTS_TRIAL_H

#include "decide/shifts_private.h"

struct sc_shift_trial {
    struct sc_shift_roster *roster;
    const struct sc_model *model;
    const struct sc_staff_options *options;
    const struct sc_scenario *scenario;
    size_t plays; /* replications of a try */
    size_t tries;
    double contacts; /* simulated so far */
    /* Of the plan that stayed last: by how much targets are missed on these numbers, and the surplus of each
       replication, judge and interval. */
    double badness;
    float *surplus;
    struct sc_shift_plan_pool **stayed; /* [taken + 1], the first of them untried */
    size_t taken;
};

/* Takes the roster's plan for the first; its judgement goes, as it refers to the model. Release in any case. Errors:
   SC_SYSTEM, those of sc_model_build. */
enum sc_code sc_shift_trial_init(struct sc_shift_trial *trial, struct sc_shift_roster *roster,
                                 const struct sc_model *model, const struct sc_staff_options *options,
                                 struct sc_error *error);
void sc_shift_trial_release(struct sc_shift_trial *trial);

/* What is asked, by the numbers of the tries. */
struct sc_staff_options sc_shift_trial_options(const struct sc_shift_trial *trial);

/* Whether there may be more tries. */
bool sc_shift_trial_goes_on(const struct sc_shift_trial *trial);
/* Plays the plan as it is now: *stays, or it is again what stayed last. Errors: as init. */
enum sc_code sc_shift_trial_play(struct sc_shift_trial *trial, bool *stays, struct sc_error *error);
/* The plan is again the one that stayed last. Errors: SC_SYSTEM. */
enum sc_code sc_shift_trial_undo(struct sc_shift_trial *trial, struct sc_error *error);

/* Judges on numbers that chose nothing: the last plan that holds there stays. Errors: those of sc_staff_judge. */
enum sc_code sc_shift_trial_judge(struct sc_shift_trial *trial, struct sc_error *error);

#endif

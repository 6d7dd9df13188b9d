/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What heads of a pool are worth by the time of day: what a roster is searched by where a target is judged over more
 * than an interval. The need by interval is then only one of many that hold, and what lacks at one time may be made
 * good at another, at a rate that simulation tells.
 *
 * Contacts that are late fall by about the same factor with each head, as tails of waits do. So the curve of an
 * interval is known from a point and a slope: how many are late, and how many fewer with one head more.
 */
#ifndef STAFFCAST_DECIDE_SHIFTS_LATE_H
#define STAFFCAST_DECIDE_SHIFTS_LATE_H

#include "decide/shifts_trial.h"

/* By counted interval: with `heads` scheduled `late` contacts are late, and with each head more `keep` times as many.
   Late are those that a target counts against itself, as a share of what it bears, all targets summed: those that are
   near their bound weigh most. 0 where heads bring nothing. Days that are alike have the same. */
struct sc_shift_late {
    int *heads;          /* [count] */
    double *late, *keep; /* [count] */
};

/* Plays the heads of the trial's plan, and one more of the pool in each interval: as many together in one simulation as
   their windows allow. Release in any case. Errors: SC_SYSTEM, those of sc_staff_problem_init. */
enum sc_code sc_shift_late_find(struct sc_shift_late *late, struct sc_shift_trial *trial, size_t pool,
                                struct sc_error *error);
void sc_shift_late_release(struct sc_shift_late *late);

#endif

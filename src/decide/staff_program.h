/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The next staffing from what single heads were seen to do: an integer program.
 *
 * Minimise the cost of heads added and removed so that every rule holds, the change of each rule taken as the sum of
 * what each head does by itself, which simulation has told (subgradient cuts: Atlason, Epelman & Henderson 2004, "Call
 * center staffing with simulation and cutting plane methods", Annals of Operations Research 127; Cezik & L'Ecuyer 2008,
 * "Staffing multiskill call centers via linear programming and simulation", Management Science 54).
 *
 * Service levels bend: near 100 % a head changes next to nothing. But the share that is late falls by about the same
 * factor with each head, as tails of waits do, so its logarithm is nearly straight, and that is what is added up: the
 * margin of a rule is ln(share that may be late / share that is), at least 0 where the rule holds. "Late" is whatever
 * the rule bounds: contacts not answered in time, contacts that abandon, or, with a confidence, periods missed. Beyond
 * a few heads nothing is foretold; the step is bounded.
 */
#ifndef STAFFCAST_DECIDE_STAFF_PROGRAM_H
#define STAFFCAST_DECIDE_STAFF_PROGRAM_H

#include "decide/staff_player.h"

/* The margin of a rule whose slack is that. */
double sc_staff_margin(const struct sc_staff_problem *problem, size_t rule, double slack);
/* How much margin a slack of one more is worth there. */
double sc_staff_margin_slope(const struct sc_staff_problem *problem, size_t rule, double slack);

/* What one head more, and one less, in a cell does to the margin of the rules within reach of its place. */
struct sc_staff_slopes {
    size_t *first;      /* [cells + 1] */
    double *gain;       /* [first[cells]]: of cell i and reach r of its place at first[i] + r; >= 0 */
    double *loss;       /* alike, <= 0; of cells without heads 0 */
    double *loss_error; /* standard error of it; INFINITY: not seen yet */
};

enum sc_code sc_staff_slopes_init(struct sc_staff_slopes *slopes, const struct sc_staff_problem *problem,
                                  struct sc_error *error);
void sc_staff_slopes_release(struct sc_staff_slopes *slopes);

struct sc_staff_step {
    int most;      /* heads that a cell may gain or lose, at least 1 */
    bool add_only; /* repair: nothing is removed */
    double slack;  /* that every rule shall have */
};

/*
 * change[cells]: heads to add (or, below 0, remove). Rules that cannot be met within the bounds are met as far as they
 * can. Errors: SC_SYSTEM, SC_NUMERIC.
 */
enum sc_code sc_staff_program(const struct sc_staff_problem *problem, const struct sc_staff_base *base,
                              const struct sc_staff_slopes *slopes, const struct sc_staff_step *step, int *change,
                              struct sc_error *error);

#endif

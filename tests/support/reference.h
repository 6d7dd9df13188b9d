/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of references share: sums over waits, and the comparison with a queue that has a formula. */
#ifndef STAFFCAST_TESTS_REFERENCE_H
#define STAFFCAST_TESTS_REFERENCE_H

#include "staffcast/erlang.h"
#include "support/trial.h"

/* Ten counted days around the clock, one before them. Channels and pools follow. */
#define REFERENCE_DAYS "start = \"2026-01-05\"; days = 10; warmup = \"1 d\"; seed = \"2026\"; "

/* Sums of wait_sums_add over contacts that count; `N` numbers, `W` waits in seconds, `WW` their squares. */
enum wait_sum {
    ANSWERED_N, ANSWERED_W, ANSWERED_WW,
    LOST_N, LOST_W, LOST_WW,
    JOINED_N, WAITED_N, /* answered or lost; of them those that were not answered at once */
    WAIT_SUMS,
};
/* For trial_plan.contact, with own = WAIT_SUMS: of channel 0's contacts (all its classes). */
void wait_sums_add(struct trial_sums *sums, const struct sc_contact_record *record);

/* Compares all that the theory tells of the one queue: channel 0 and pool 0 of a trial with the sums above. */
void assert_agrees_with_system(const struct trial *trial, const struct sc_erlang_result *reference, double most_error);

/* M/M/n(/K)+M by the library's formulas; the test fails on an error. */
struct sc_erlang_result reference_system(const struct sc_erlang *system);

/* The integral of f over [a, b] to eleven digits of what is asked for here; b may be INFINITY. */
double reference_integral(double (*f)(double x, void *context), void *context, double a, double b);

#endif

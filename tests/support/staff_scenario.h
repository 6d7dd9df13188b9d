/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random call centres to staff, and what else one would find for them.
 *
 * A small centre is open for a few intervals and has few heads, so all staffings that cost less than the one found can
 * be played. A large one has a day of many intervals, where a long random search does what it can.
 */
#ifndef STAFFCAST_TESTS_STAFF_SCENARIO_H
#define STAFFCAST_TESTS_STAFF_SCENARIO_H

#include "decide/staff_player.h"

#include <stdint.h>

struct staff_shape {
    bool large;
    double spread; /* cv of the day's volume */
};

/* The text of a centre with several skills; the caller frees. */
char *staff_scenario_text(uint64_t seed, struct staff_shape shape);

/* A model from a text, with all that it needs; the test fails on any error. */
struct staff_case {
    struct sc_scenario *scenario;
    struct sc_model *model;
};
struct staff_case staff_case_new(const char *text, const char *const *overrides, size_t count);
uint64_t staff_case_seed(const struct staff_case *staff_case);
void staff_case_free(struct staff_case *staff_case);

/* Staffs it; fails on any error. */
struct sc_staff *staff_case_find(const struct staff_case *staff_case, const struct sc_staff_options *options);

/* The problem of a case and a base that plays its heads; to see for oneself. */
struct staff_own {
    struct sc_staff_problem problem;
    struct sc_staff_player player;
    struct sc_staff_base base;
    int *heads; /* [cells], of the staffing */
};
struct staff_own *staff_own_new(const struct staff_case *staff_case, const struct sc_staff_options *options,
                                const struct sc_staff *staff, uint64_t seed);
void staff_own_free(struct staff_own *own);
/* Plays heads over so many replications; the number of rules that are short. */
size_t staff_own_play(struct staff_own *own, const int *heads, size_t replications);
double staff_own_cost(const struct staff_own *own, const int *heads);
double staff_own_dearest(const struct staff_own *own);

/*
 * The least cost at which some staffing holds, of those that cost less than `below`: all of them are looked at, but for
 * those that have fewer heads everywhere than one that was seen to fall short. INFINITY: none.
 */
double staff_own_exhaust(struct staff_own *own, double below, size_t replications);
/* Random steps from `heads`: some heads out here, some in there, kept where all rules hold and it costs no more. */
double staff_own_wander(struct staff_own *own, const int *heads, size_t steps, uint64_t seed, size_t replications);

#endif

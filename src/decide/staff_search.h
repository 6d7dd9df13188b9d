/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search for the cheapest heads with which every rule holds, on one set of random numbers.
 *
 * Coarse first: few replications, steps of several heads by the integer program of staff_program.h, repaired where it
 * promised too much. Then with all replications: what is short is repaired, and heads are taken away and exchanged
 * until no single head can go.
 */
#ifndef STAFFCAST_DECIDE_STAFF_SEARCH_H
#define STAFFCAST_DECIDE_STAFF_SEARCH_H

#include "decide/staff_program.h"

struct sc_staff_search {
    const struct sc_staff_problem *problem;
    struct sc_staff_player *player;
    struct sc_staff_base now, other; /* where the search is; a staffing on trial */
    struct sc_staff_slopes slopes;
    int *best, *change;          /* [cells] */
    struct sc_staff_move *moves; /* [2 * cells] */
    double *sums;                /* of the moves */
};

enum sc_code sc_staff_search_init(struct sc_staff_search *search, const struct sc_staff_problem *problem,
                                  struct sc_staff_player *player, struct sc_error *error);
void sc_staff_search_release(struct sc_staff_search *search);

/* From these heads on, by `replications`; leaves the best in search->now, played so far. Errors: SC_SYSTEM. */
enum sc_code sc_staff_search_coarse(struct sc_staff_search *search, const int *heads, size_t replications,
                                    struct sc_error *error);
/* From search->now on, until it is minimal. Errors: SC_SYSTEM, SC_UNREACHABLE (repair does not come to an end). */
enum sc_code sc_staff_search_fine(struct sc_staff_search *search, size_t replications, struct sc_error *error);

/* Plays the heads of search->now with search->change, in search->other. */
enum sc_code sc_staff_play_other(struct sc_staff_search *search, struct sc_error *error);
/* Makes the staffing on trial that where the search is. */
void sc_staff_swap(struct sc_staff_search *search);
/* Exchanges heads at single places where that saves cost and holds (staff_exchange.c); *saved: by how much. */
enum sc_code sc_staff_exchange(struct sc_staff_search *search, double *saved, struct sc_error *error);

#endif

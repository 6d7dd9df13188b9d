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

/* What was seen of taking away one head in each cell. */
struct sc_staff_removals {
    struct sc_staff_move *moves; /* [cells]; count 0: nothing, beside the present heads */
    double *sums;                /* of the moves */
    int *beside;                 /* [cells], the heads it was seen beside */
    bool *barred;                /* [cells]: played as a whole without this head alone, a rule breaks */
    bool only;                   /* nothing but removals since heads were last looked at */
    bool *back;                  /* [cells], scratch: given back */
    bool *touched;               /* [rules], scratch */
    double *harder;              /* [rules]: how much more several together were seen to do than their sum */
};

struct sc_staff_search {
    const struct sc_staff_problem *problem;
    struct sc_staff_player *player;
    struct sc_staff_base now, other; /* where the search is; a staffing on trial */
    struct sc_staff_slopes slopes;
    int *best, *change;          /* [cells] */
    struct sc_staff_move *moves; /* [2 * cells] */
    double *sums;                /* of the moves */
    struct sc_staff_removals removals;
    /* Staffings are played by `all` replications in the end; on the way by `part` of them, what the rest would make of
       them taken from one that is alike (`lift`, [rules]). */
    size_t part, all;
    double *lift, *early; /* early: the same for less than a part */
    bool *falls;          /* [rules]: short in the staffing that sc_staff_try_whole gave up */
    double play_contacts; /* of one play of all replications, about */
    /* Contacts of the player's after which the search stops where it is; whether it did. */
    double until;
    bool stopped;
};

enum sc_code sc_staff_search_init(struct sc_staff_search *search, const struct sc_staff_problem *problem,
                                  struct sc_staff_player *player, struct sc_error *error);
void sc_staff_search_release(struct sc_staff_search *search);

/* From these heads on, by `replications`; leaves the best in search->now, played so far. Errors: SC_SYSTEM. */
enum sc_code sc_staff_search_coarse(struct sc_staff_search *search, const int *heads, size_t replications,
                                    struct sc_error *error);
/* From search->now on, until it is minimal, or stopped. Errors: SC_SYSTEM, SC_UNREACHABLE (repair does not come to an
   end, or was stopped). */
enum sc_code sc_staff_search_fine(struct sc_staff_search *search, size_t replications, struct sc_error *error);

/* --- the parts --- */

/* Whether what a rule showed was the doing of others as well (struct sc_staff_move). */
bool sc_staff_move_shares(const struct sc_staff_search *search, const struct sc_staff_move *move, size_t rule);
/* What a move changes of the slack of a rule in its reach, and the standard error of that as an estimate of what all
   replications would show; an even share where others had a part in it. */
double sc_staff_move_effect(const struct sc_staff_search *search, const struct sc_staff_base *base,
                            const struct sc_staff_move *move, size_t reach);
double sc_staff_move_error(const struct sc_staff_search *search, const struct sc_staff_base *base,
                           const struct sc_staff_move *move, size_t reach);
/* Keeps what a move of one head did in search->slopes. */
void sc_staff_slopes_take(struct sc_staff_search *search, const struct sc_staff_base *base,
                          const struct sc_staff_move *move);

/* Plays the heads of search->now with search->change, in search->other, as often as search->now: *holds. What a few
   replications show to be short by so many standard errors is not played on; search->falls says which rules were.
   Errors: SC_SYSTEM. */
enum sc_code sc_staff_try_whole(struct sc_staff_search *search, double errors, bool *holds, struct sc_error *error);
/* Whether the search must stop. */
bool sc_staff_spent(struct sc_staff_search *search);
/* Makes the staffing on trial that where the search is. */
void sc_staff_swap(struct sc_staff_search *search);

/* Takes away single heads until none can go (staff_trim.c). `first`: where the reaches of a cell begin, as in slopes.
   Errors: SC_SYSTEM. */
enum sc_code sc_staff_trim(struct sc_staff_search *search, struct sc_error *error);
enum sc_code sc_staff_removals_init(struct sc_staff_removals *removals, const struct sc_staff_problem *problem,
                                    const size_t *first, struct sc_error *error);
void sc_staff_removals_release(struct sc_staff_removals *removals);
/* Exchanges heads at single places where that saves cost and holds (staff_exchange.c); *saved: by how much. */
enum sc_code sc_staff_exchange(struct sc_staff_search *search, double *saved, struct sc_error *error);

#endif

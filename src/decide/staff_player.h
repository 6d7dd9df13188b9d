/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Playing staffings: a whole one, replication by replication, and changes to it, many at once.
 *
 * All that a replication leaves behind is the surplus of each judge by interval: contacts that met the target less the
 * share wanted of all (so the target holds over a period where the sum is not below 0), and the base of that. Surplus
 * is a sum over contacts, so the surplus of any period is the sum over its intervals.
 *
 * Of a rule two sums over replications are kept, `value` and `weight`: without a confidence the surplus and the base;
 * with one the pieces that met the target less the share wanted, and the pieces that had any contact. Either way the
 * rule holds where value >= 0, and value / weight is by how much, as a share.
 */
#ifndef STAFFCAST_DECIDE_STAFF_PLAYER_H
#define STAFFCAST_DECIDE_STAFF_PLAYER_H

#include "decide/staff_problem.h"

/* A staffing, and how it does in replications 0 .. count - 1. */
struct sc_staff_base {
    int *heads;                        /* [cells] */
    size_t count, room;                /* replications played, that there is memory for */
    float *surplus;                    /* [room * judges * intervals] */
    float *piece_surplus, *piece_base; /* [room * pieces] */
    double *value, *weight, *square;   /* [rules]; square: of the values of each replication */
    double cost;
    double forgiven; /* standard errors that a rule may be short by: above 0 while all is seen dimly */
    /* [rules], the caller's, or NULL: added to the slacks. What replications that were not played make of a staffing
       that is alike. */
    const double *lift;
};

/* A change of the heads at one place: up to SC_STAFF_CHANGES cells of it, each by some heads. */
enum { SC_STAFF_CHANGES = 4 };
struct sc_staff_move {
    size_t place;
    size_t cells;
    size_t cell[SC_STAFF_CHANGES];
    int change[SC_STAFF_CHANGES];
    double cost;  /* of the changes */
    size_t trial; /* which simulation it is tried in; filled by sc_staff_try */
    /* Deferred work feels heads for days, so changes that it can tell apart are few to a simulation. Unless a move is
       to be tried `alone`, what deferred work shows is of all moves of the trial within its reach: `company` of them.
     */
    bool alone;
    size_t company;
    /* Per reach of the place, over the replications played: sum and sum of squares of (value with the move) - (value
       without), and the sum of its company. */
    size_t count;
    double *sum, *square, companies;
};

struct sc_staff_player {
    const struct sc_staff_problem *problem;
    uint64_t seed;
    int threads;
    double contacts; /* simulated so far */
    void (*progress)(void *context, enum sc_staff_stage stage, double contacts);
    void *progress_context;
    enum sc_staff_stage stage;
    struct sc_model **models; /* [model_count], each with heads of its own */
    size_t model_count;
    int *most;    /* [pools], that the models have room for */
    int *scratch; /* [pools * intervals] */
};

enum sc_code sc_staff_player_init(struct sc_staff_player *player, const struct sc_staff_problem *problem,
                                  const struct sc_staff_options *options, struct sc_error *error);
void sc_staff_player_release(struct sc_staff_player *player);
/* Forgets how many heads were asked for so far, so that models are as small as they may be. */
void sc_staff_player_reset(struct sc_staff_player *player);

enum sc_code sc_staff_base_init(struct sc_staff_base *base, const struct sc_staff_problem *problem,
                                struct sc_error *error);
void sc_staff_base_release(struct sc_staff_base *base);

/* Sets the heads and forgets what was played. */
void sc_staff_base_set(struct sc_staff_base *base, const struct sc_staff_problem *problem, const int *heads);

/* Plays the base's replications up to `count`; those played already are kept. Errors: SC_SYSTEM. */
enum sc_code sc_staff_play(struct sc_staff_player *player, struct sc_staff_base *base, size_t count,
                           struct sc_error *error);

/* The same with the problem's model as it stands, its own rosters; the heads of the base mean nothing. */
enum sc_code sc_staff_play_as_is(struct sc_staff_player *player, struct sc_staff_base *base, size_t count,
                                 struct sc_error *error);

/*
 * Plays replications from .. to - 1 of the base with each of the moves, as many together in one simulation as their
 * windows allow, and adds to their sums. The base must have been played that far. Errors: SC_SYSTEM.
 */
enum sc_code sc_staff_try(struct sc_staff_player *player, const struct sc_staff_base *base, struct sc_staff_move *moves,
                          size_t move_count, size_t from, size_t to, struct sc_error *error);

/* --- what a base says (staff_base.c) --- */

/* What a piece adds to the value of its rule. */
double sc_staff_piece_value(const struct sc_staff_problem *problem, float surplus, float base);
/* Value and weight of a rule in one replication that was played. */
void sc_staff_rule_value(const struct sc_staff_problem *problem, const struct sc_staff_base *base, size_t rule,
                         size_t replication, double *value, double *weight);
/* Forgets all replications but the first so many. */
void sc_staff_base_first(struct sc_staff_base *base, const struct sc_staff_problem *problem, size_t count);

/* How far a rule is from its bound, as a share: at least 0 where it holds. INFINITY where there is nothing to judge.
   What is forgiven, and the lift, is added. */
double sc_staff_slack(const struct sc_staff_base *base, size_t rule);
/* Standard error of it. */
double sc_staff_slack_error(const struct sc_staff_base *base, size_t rule);
/* Rules that do not hold. */
size_t sc_staff_short(const struct sc_staff_base *base, const struct sc_staff_problem *problem);
/* What a staffing that is alike needs for its lift when it is played as often as the first `count` replications of this
   base: slack over all less that over these, by rule. */
void sc_staff_lift(const struct sc_staff_base *base, const struct sc_staff_problem *problem, size_t count,
                   double *lift);
/* falls[rules]: whether a rule is short by more than so many standard errors of the difference to `beside`, which has
   been played as often or more. Returns how many. */
size_t sc_staff_falls(const struct sc_staff_base *base, const struct sc_staff_base *beside,
                      const struct sc_staff_problem *problem, double errors, bool *falls);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The staffing problem as the search sees it (staffcast/staff.h says what is asked).
 *
 *   judge    a target: of a channel or of a class, on answers or on abandonment
 *   piece    a period as it comes once in a replication: some neighbouring intervals of one judge
 *   rule     what must hold: a judge in a period; days that are alike are one, so a rule may have several pieces
 *   kind     a group of days that are alike
 *   group    channels and pools that work reaches from one another; what one group does, others never feel
 *   place    a half-hour, so to speak: a group in an interval of a kind of day
 *   cell     a pool at a place: the unknown, a whole number of heads
 *
 * Heads at a place are felt by contacts that arrive shortly before, then, and for some time after. These intervals are
 * its window, and the rules with pieces that overlap the window are all that the place can change. Windows are what
 * makes the search cheap: changes whose windows do not meet can be tried in one simulation, each told apart from the
 * others.
 */
#ifndef STAFFCAST_DECIDE_STAFF_PROBLEM_H
#define STAFFCAST_DECIDE_STAFF_PROBLEM_H

#include "base/arena.h"
#include "staffcast/staff.h"

struct sc_staff_judge {
    size_t channel, group;
    int class_index; /* -1: the channel */
    bool abandon;
    double wanted;
    enum sc_counts counts;
    size_t first_type, types; /* whose contacts count */
    bool deferred;
    enum sc_staff_per per; /* deferred channels and classes: a day at the finest */
};

struct sc_staff_piece {
    size_t rule;
    size_t first, intervals; /* counted intervals */
};

struct sc_staff_rule {
    size_t judge;
    size_t first_piece, pieces;
};

struct sc_staff_cell {
    size_t pool, place;
    double cost; /* of one head, over all days of the kind */
};

/* A stretch of a piece that lies in the window of a place. */
struct sc_staff_stretch {
    size_t piece, from, to;
};

/* A rule that a place can change, with the stretches in which it does, sorted by piece. */
struct sc_staff_reach {
    size_t rule, first_stretch, stretches;
};

struct sc_staff_place {
    size_t group, kind, slot;
    size_t first_cell, cells; /* neighbours in `cells`, in the order of the pools */
    size_t first_reach, reaches;
};

struct sc_staff_kind {
    size_t first_day; /* counted; the one it was found by */
    size_t days;      /* how many are alike */
};

struct sc_staff_problem {
    const struct sc_model *model;
    const struct sc_scenario *scenario;
    enum sc_staff_per per;
    double confidence;
    double interval_s;
    size_t days, a_day, count; /* count: counted intervals */
    size_t groups, *channel_group, *pool_group;
    size_t *window_before, *window_after; /* [groups], intervals */
    bool *group_deferred;                 /* [groups]: a deferred channel is judged there */
    size_t *felt_first, *felt_last;       /* [groups * days]: days on which deferred work feels a head of that day */
    size_t felt_days;                     /* how far from it at the most */
    size_t *day_kind;                     /* [days] */
    struct sc_staff_kind *kinds;
    size_t kind_count;
    bool *may; /* [pools * count] */
    struct sc_staff_judge *judges;
    size_t judge_count;
    struct sc_staff_piece *pieces;
    size_t piece_count;
    struct sc_staff_rule *rules;
    size_t rule_count;
    struct sc_staff_cell *cells;
    size_t cell_count;
    struct sc_staff_place *places;
    size_t place_count;
    struct sc_staff_reach *reaches;
    size_t reach_count;
    struct sc_staff_stretch *stretches;
    size_t stretch_count;
    struct sc_arena arena;
};

/* Errors: SC_SYSTEM, SC_INPUT (no target). Release in any case. */
enum sc_code sc_staff_problem_init(struct sc_staff_problem *problem, const struct sc_model *model,
                                   const struct sc_staff_options *options, struct sc_error *error);
void sc_staff_problem_release(struct sc_staff_problem *problem);

/* The parts: judges, pieces and rules (staff_rules.c); kinds of day (staff_days.c). */
enum sc_code sc_staff_rules_build(struct sc_staff_problem *problem, struct sc_error *error);
enum sc_code sc_staff_days_build(struct sc_staff_problem *problem, struct sc_error *error);

/* The window of a place on a day of its kind: intervals *from <= i < *to. That for deferred channels is `wide`. */
void sc_staff_window(const struct sc_staff_problem *problem, const struct sc_staff_place *place, size_t day, bool wide,
                     size_t *from, size_t *to);

/* Numerator less wanted x denominator of a judge from its contacts' sums (at least 0 where the target is met), and the
   denominator. */
void sc_staff_judge_sum(const struct sc_staff_judge *judge, const struct sc_interval_cell *sum, double *surplus,
                        double *base);

/* A judge that bears not one late contact in any replication: the first that is seen settles it. */
bool sc_staff_bears_none(const struct sc_staff_problem *problem, const struct sc_staff_judge *judge);

/* How many days of a replication are alike, on the average: each is as good as a replication. */
size_t sc_staff_alike(const struct sc_staff_problem *problem);

/* Heads of the cells as heads by interval, [pools * count]; where a pool has no cell: 0. */
void sc_staff_spread(const struct sc_staff_problem *problem, const int *heads, int *by_interval);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When to hire: the plan (SPEC 2.4).
 *
 * A month's targets are those of its channels (and of classes with targets of their own), judged on all contacts that
 * arrive in that calendar month. A plan keeps a month when all of them are met at once with the probability asked for
 * (`plan.confidence`), where demand, its level, who leaves and who is absent are random.
 *
 * Two levels:
 *   projection  thousands of paths of people (staffcast/people.h), week by week, against response curves: the service
 *               level of each target as a function of each pool's productive heads per unit of demand
 *   engine      plays weeks of every month at given strengths, which gives the curves, and the horizon as one with the
 *               people of a path on their rosters, with other random numbers, which verifies the plan and mends the
 *               curves
 *
 * Hires are chosen by an integer program on mean productive heads whose right-hand sides are tightened until the
 * projection keeps every month (plan_hire.c says when that is the cheapest plan), and verified and repaired on the
 * engine.
 */
#ifndef STAFFCAST_PLAN_H
#define STAFFCAST_PLAN_H

#include "staffcast/error.h"
#include "staffcast/estimate.h"
#include "staffcast/people.h"
#include "staffcast/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sc_plan_mode {
    SC_PLAN_AUTO,     /* evaluate where the scenario gives hires, else optimise */
    SC_PLAN_OPTIMISE, /* find hires; those given are left out */
    SC_PLAN_EVALUATE, /* the hires given, none without */
    SC_PLAN_ADD,      /* keep the hires given and find what is missing */
};

struct sc_plan_options {
    enum sc_plan_mode mode;
    uint64_t seed; /* instead of the scenario's where seed_given */
    bool seed_given;
    int threads;         /* 0: as many as OpenMP gives */
    size_t replications; /* paths on the engine in a verification; 0: as many as the work allows, 10 … 400 */
    bool levers;         /* also what each lever is worth */
    /* A share of the work done, 0 … 1; never from two threads at once. May be NULL. */
    void (*progress)(void *context, double share);
    void *progress_context;
};

/* Positions to open. */
struct sc_plan_hire {
    size_t pool;
    int64_t decide_day, start_day;
    int64_t last_day;  /* the last date of decision with which the plan still keeps its targets; decide_day where no
                          later one does */
    int64_t until_day; /* INT64_MAX: for good */
    int count;
    bool given; /* by the scenario */
};

/* Who has a target: a channel, or a class with one of its own. */
struct sc_plan_party {
    size_t channel;
    int class_index; /* -1: the channel itself */
};

/* A share of contacts that is asked for. A party's target is met when all of its shares are. */
struct sc_plan_target {
    size_t party;
    bool answer; /* share answered in time, at least; false: share lost, at most */
    double wanted;
};

/* A share of contacts in a month: mean over paths; NAN without contacts. */
struct sc_plan_target_month {
    struct sc_figure share; /* answered in time, or lost */
    struct sc_figure met;   /* probability */
};

/* A pool in a month, means over its days and over paths. FTE: a head is paid hours_per_week, so a head is one FTE. */
struct sc_plan_pool_month {
    struct sc_figure headcount; /* everybody */
    struct sc_figure begin;     /* on the first day */
    struct sc_figure left, hired;
    struct sc_figure in_training, ramping;
    struct sc_figure full;      /* on duty at full speed, overhead included */
    struct sc_figure available; /* on duty by speed, less overhead */
    struct sc_figure net;       /* less shrinkage */
    double required;            /* net: with that the month just keeps its targets as surely as a plan must, the other
                                   pools as they are; 0: not needed; NAN: more heads alone cannot */
    struct sc_figure gap;       /* net - required */
    struct sc_figure occupancy; /* live */
};

struct sc_plan_month {
    int64_t first_day;
    int days;
    struct sc_plan_pool_month *pools;     /* [pools of the scenario]; of a pool without people all NAN */
    struct sc_plan_target_month *targets; /* [target_count] */
    /* Probabilities, by odds that the engine showed for all targets at once. party_met: [party_count]. */
    struct sc_figure *party_met;
    struct sc_figure met; /* all at once */
    double met_bound;     /* one-sided 95 % lower bound of that */
    struct sc_figure cost;
    double cost_per_contact; /* NAN without contacts */
    double shift_heads;      /* what the engine needs beyond the projection, in heads of all pools */
};

/* When a party's target is first missed if nobody more is hired. */
struct sc_plan_miss {
    size_t party;
    bool missed;             /* the four weeks from some week on are more likely missed than met */
    int64_t first_day;       /* the Monday of that week, or the plan's first day; -1 where not missed */
    int64_t at_risk_day;     /* the same with a chance of a miss above 1 - confidence; -1: none */
    struct sc_figure chance; /* of a miss in the four weeks from first_day on; not missed: in the plan's last ones */
};

/* One course of action in figures. */
struct sc_plan_outcome {
    struct sc_plan_hire *hires;
    size_t hire_count;
    struct sc_plan_month *months; /* [month_count] */
    struct sc_figure cost;        /* of all months */
    int first_missed;             /* first month below the confidence; -1: none */
};

enum sc_plan_lever_kind {
    SC_LEVER_DELAY,      /* all hires a month later */
    SC_LEVER_FEWER,      /* one head fewer */
    SC_LEVER_AUTOMATION, /* bots resolve two points more */
    SC_LEVER_TARGET,     /* the shares wanted are five points lower */
    SC_LEVER_OVERTIME,   /* overtime instead of hires */
    SC_LEVER_NOTHING,    /* no hires at all */
};

/*
 * A lever against the plan, on the same random numbers. Bots that resolve more are played on the engine, on the first
 * paths of the plan's last verification; all else is read from the curves that the engine has verified at the plan.
 */
struct sc_plan_lever {
    enum sc_plan_lever_kind kind;
    bool reached;                     /* of levers that plan anew: a plan exists */
    struct sc_figure cost_difference; /* until the plan's end; paired */
    int heads_difference;             /* hires more or, below 0, fewer */
    struct sc_figure least_met;       /* probability of the worst month; NAN: not asked */
    int worst_month;                  /* -1: none */
    struct sc_figure amount;          /* overtime: hours a head and week in the worst month */
};

struct sc_plan {
    const struct sc_scenario *scenario;
    uint64_t seed;
    bool optimised;
    double confidence;
    int64_t first_day, end_day; /* end: the day after the last */
    struct sc_plan_party *parties;
    size_t party_count;
    struct sc_plan_target *targets;
    size_t target_count;
    size_t month_count;
    size_t engine_paths; /* played on the engine, from the first day to the last, in all verifications */
    double contacts_simulated;
    struct sc_plan_outcome plan;
    struct sc_plan_outcome without; /* the same without any hires that are not in training yet */
    struct sc_plan_miss *misses;    /* [party_count], of `without` */
    struct sc_plan_lever *levers;   /* [lever_count] */
    size_t lever_count;
    void *memory; /* its own */
};

/*
 * Makes the plan. Errors: SC_INPUT (no people, no target, hires before the start …), SC_SYSTEM, SC_UNREACHABLE (no
 * plan keeps the targets; the message names the first month and the limit that binds).
 */
enum sc_code sc_plan_make(const struct sc_scenario *scenario, const struct sc_plan_options *options,
                          struct sc_plan **plan, struct sc_error *error);
/* NULL is fine. */
void sc_plan_free(struct sc_plan *plan);

/* Does every month keep its targets with the confidence asked for? */
bool sc_plan_kept(const struct sc_plan *plan);

#endif

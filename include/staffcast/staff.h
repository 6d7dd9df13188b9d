/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Staffing: how many heads each pool needs on duty in each interval so that every target of a scenario holds, for the
 * least cost.
 *
 * What is asked. Every channel's target (answered in time, abandonment, or both) must hold in every period: an
 * interval, a day, a week of seven days from the start, or the whole horizon. Without a confidence the expectation must
 * hold: the ratio of totals over replications, as in `run`. With a confidence P the period's own figure must meet the
 * target in at least a share P of the replications (of those in which the period has contacts): staffing to the mean
 * misses every other day. Contacts count in the period in which they arrive. A deferred channel is judged by day at the
 * finest: a first response may be given hours after the arrival, so heads of many intervals stand behind it, and the
 * planner's promise ("within four hours") is one of a day. A class with a target of its own is judged by day at the
 * finest as well where the period is an interval.
 *
 * What is searched. Heads ON DUTY by pool and interval. Absence and planned shrinkage do not act on them; how many must
 * be scheduled so that these are there is the next step, of the audit. What the scenario says of the roster gives the
 * times at which a pool may have heads: its `hours`; else wherever its roster has any, and while a live or chat
 * channel that it has a skill for is open. Different speeds of heads (`speed_spread`) do act.
 *
 * How. The formulas give the start: Erlang A at the modified offered load for each channel, by intervals, split over
 * pools. Simulation on common random numbers then adds heads where a target is short, removes and exchanges heads while
 * that saves money, until no single head can go in any interval without breaking a target on these numbers. What was
 * found is checked on a second set of numbers, and where that shows a target short the search goes on with more
 * replications. The figures reported come from a third set, which chose nothing.
 *
 * Days that are alike (same hours, volumes within half a percent, staffing times and neighbours, no event in force)
 * get the same heads, and are searched as one: each replication then shows such a day several times.
 *
 * The same scenario, seed and options give the same answer whatever the number of threads.
 */
#ifndef STAFFCAST_STAFF_H
#define STAFFCAST_STAFF_H

#include "staffcast/error.h"
#include "staffcast/estimate.h"
#include "staffcast/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a target must hold. */
enum sc_staff_per { SC_STAFF_INTERVAL, SC_STAFF_DAY, SC_STAFF_WEEK, SC_STAFF_HORIZON };

/* The last three belong to rosters of shifts (staffcast/shifts.h). */
enum sc_staff_stage {
    SC_STAFF_SEARCHES,
    SC_STAFF_CHECKS,
    SC_STAFF_REPORTS,
    SC_STAFF_COVERS,
    SC_STAFF_PLAYS,
    SC_STAFF_TRIMS
};

struct sc_staff_options {
    enum sc_staff_per per;
    double confidence;   /* 0: the expectation; else in (0, 1) */
    size_t replications; /* of the search; 0: as many as it takes */
    size_t held_out;     /* replications of the figures reported; 0: as many as it takes */
    uint64_t seed;       /* used instead of the model's where seed_given */
    bool seed_given;
    int threads; /* 0: as many as OpenMP gives */
    /* Contacts of the search after which it stops where it is; 0: several times what is usual for its size. Checks and
       the figures reported come on top. */
    double contacts_most;
    /* Never from two threads at once; what is being done, and contacts simulated so far, or of a cover, which
       simulates nothing, the share of the work that it may take. May be NULL. */
    void (*progress)(void *context, enum sc_staff_stage stage, double done);
    void *progress_context;
};

/* One target in one period, as the held-out numbers show it. */
struct sc_staff_verdict {
    size_t channel;
    int class_index;         /* -1: of the channel */
    bool abandon;            /* the bound on abandonment; else the share answered in time */
    size_t first, intervals; /* the period: counted intervals first .. first + intervals - 1 */
    double wanted;           /* share that must be answered (at least) or may abandon (at most) */
    double figure;           /* the same, held out: ratio of totals; NAN over nothing */
    double error;            /* its standard error */
    double met;              /* share of replications in which the period's own figure meets it; NAN over nothing */
    double met_error;        /* its standard error */
    double contacts;         /* judged, over all replications */
    bool missed;             /* short of what was asked by more than 4 standard errors; heads that a search found on
                                other numbers by more than .005 and these */
};

/* What the formulas say of a channel by itself: each [count], by interval. */
struct sc_staff_formulas {
    bool judged;              /* the channel has a target, and someone may serve it */
    double *load_erl;         /* mean modified offered load, by the pool's speeds and slots: heads' worth of work */
    double *arrivals;         /* mean new contacts that reach the queue */
    double *handle_s;         /* their mean agent time */
    int *erlang_c, *erlang_a; /* heads that Erlang C and A ask for it alone; -1: they say nothing (no target in
                                 reach of them, chats at once, deferred work) */
    int *alone;               /* heads with a team of its own: Erlang A, slots and workload counted in; what pooling is
                                 compared with */
};

struct sc_staff_pool {
    int *heads;        /* [count], on duty */
    bool *may;         /* [count], it may have heads */
    double head_hours; /* of heads, over the horizon */
    double cost;       /* head_hours x cost per hour */
};

struct sc_staff {
    size_t count; /* counted intervals */
    double interval_s;
    enum sc_staff_per per;
    double confidence;
    uint64_t seed;
    size_t replications; /* that the search ended with */
    size_t held_out;     /* of the figures reported */
    double contacts_simulated, contacts_searched; /* searched: until the search ended */
    double wall_s;
    bool stopped;  /* the search, by its bound in contacts: fewer heads may do */
    size_t rounds; /* searches; each further one since the check before found a target short */
    struct sc_staff_pool *pools;        /* [pools of the scenario] */
    struct sc_staff_formulas *formulas; /* [channels] */
    /* Head-hours over the horizon: what was found; Erlang A's heads by pool that it began with; the sum of the
       channels' `alone`; and by how much the sum is undercut (what pooling saves). */
    double head_hours, start_head_hours, alone_head_hours, pooling_saves_h;
    double cost;              /* sum over pools; 0 where no pool has a cost per hour: then head-hours were minimised */
    struct sc_model *model;   /* the model with these heads (and no absence or planned shrinkage) */
    struct sc_result *result; /* every figure of `run` for it, by interval too, on the held-out numbers */
    struct sc_staff_verdict *verdicts; /* [verdict_count], channel by channel */
    size_t verdict_count;
    size_t missed;      /* verdicts that are missed */
    const char **notes; /* [note_count]: lower case sentences for people, such as a target that holds with nobody */
    size_t note_count;
    void *memory; /* all of the above arrays */
};

/*
 * Finds the heads of a model. The staffing is the caller's (sc_staff_free) and refers to the model, which must outlive
 * it. Errors: SC_SYSTEM; SC_NUMERIC; SC_INPUT (no channel has a target); SC_UNREACHABLE: a target that no number of
 * heads reaches, with what stands in the way; or the search was stopped before it had found heads with which all hold.
 */
enum sc_code sc_staff_find(const struct sc_model *model, const struct sc_staff_options *options,
                           struct sc_staff **staff, struct sc_error *error);
/* NULL is fine. */
void sc_staff_free(struct sc_staff *staff);

/*
 * Judges a model as it stands (its own rosters, absence and shrinkage) by the same rule, on the held-out numbers of
 * these options: the verdicts and the result, without a search. Of the staffing only seed, held_out, per, confidence,
 * count, interval_s, model (NULL), result, verdicts, missed and wall_s are filled. Errors: as sc_staff_find.
 */
enum sc_code sc_staff_judge(const struct sc_model *model, const struct sc_staff_options *options,
                            struct sc_staff **staff, struct sc_error *error);

#endif

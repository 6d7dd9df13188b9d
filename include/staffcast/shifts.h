/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shifts: how to have so many heads on duty when people come for hours at a time, take breaks, and have days off.
 *
 * What is allowed stands in a small file of its own, in the language of scenarios:
 *
 *   shifts = (
 *     { name = "full time";                # left out: "1", "2", … by its place
 *       pools = ( "front line" );          # left out: every pool may work it
 *       days = "mon-fri";                  # on which it may begin; left out: on all
 *       starts = "06:00-14:00 every 30 min";         # or ( "06:00", "08:30", … ), or a list of both
 *       lengths = ( "8 h", "6 h" );        # breaks included; below 24 h
 *       breaks = ( { lasts = "30 min"; between = ( "3 h", "5 h" ); } );
 *       min = 2; max = 10;                 # heads a shift: none, or so many
 *       days_a_week = 5; days_off = "together"; } );
 *
 * A break lies wholly in its window `between`, which counts from the beginning of the shift, in durations or in shares
 * of the shift ("33%", "67%"); it begins at multiples of `every` (left out: the scenario's interval) after the shift
 * did. It is unpaid unless `paid = true`, and left out of shifts of at most `if_over`. Windows of one shift may not
 * overlap. All times are multiples of five minutes. A shift may go past midnight.
 *
 * With `days_a_week` a shift is worked in tours: a head has the same start and length on that many days of each seven,
 * and the others off: `days_off = "together"` in one piece, "any" as it comes (the default).
 *
 * How it is solved. Heads that begin a shift, and heads that take a break at a time, are whole numbers; each cell of
 * the grid needs (heads that are in) - (heads on a break) >= need. Breaks are variables of their own by shift and time
 * (Aykin 1996, "Optimal shift scheduling with multiple break windows", Management Science 42), not products of all
 * possible times, which is the same thing in far fewer columns. Paid hours are minimised by branch and cut (GLPK).
 * What no allowed shift can cover is left short at a price above that of any shift, and reported.
 */
#ifndef STAFFCAST_SHIFTS_H
#define STAFFCAST_SHIFTS_H

#include "staffcast/error.h"
#include "staffcast/faults.h"
#include "staffcast/scenario.h"

#include <stdbool.h>
#include <stddef.h>

enum { SC_LATE_MORE = 4 };
enum { SC_SHIFT_BREAKS_MOST = 6, SC_SHIFT_HEADS_MOST = 100000 };

struct sc_shift_break {
    double lasts_s, every_s;
    double from, to; /* the window since the beginning of the shift: seconds, or shares of it */
    bool share;
    bool paid;
    double if_over_s; /* only in shifts longer than that */
};

struct sc_shift_rule {
    const char *name;
    const char *const *pools; /* [pool_count]; none: all */
    size_t pool_count;
    bool day[SC_DAY_KINDS]; /* kinds of day on which it may begin; the holiday only where named */
    const double *starts_s; /* [start_count], since midnight, rising */
    size_t start_count;
    const double *lengths_s; /* [length_count], falling */
    size_t length_count;
    struct sc_shift_break breaks[SC_SHIFT_BREAKS_MOST];
    size_t break_count;
    int min, max;    /* heads of each start and length on a day: 0 or min … max */
    int days_a_week; /* 0: no tours, every day for itself */
    bool together;   /* days off in one piece */
    struct sc_where where;
};

struct sc_shift_rules {
    const char *file;                  /* NULL: the standard ones */
    const struct sc_shift_rule *rules; /* [count] */
    size_t count;
    double cell_s; /* the coarsest grid that holds every time of the rules and of the interval */
    void *memory;
};

/*
 * Reads a file of shifts for a scenario of that interval. On SC_INPUT every fault is in `faults` and the first in
 * `error`. Errors: SC_INPUT, SC_SYSTEM.
 */
enum sc_code sc_shift_rules_read(const char *file, double interval_s, struct sc_shift_rules **rules,
                                 struct sc_faults *faults, struct sc_error *error);
/*
 * What holds without a file: shifts of 8 and 4 hours that begin at each half-hour, with an unpaid break of 30 minutes
 * in the middle third. Errors: SC_SYSTEM.
 */
enum sc_code sc_shift_rules_standard(double interval_s, struct sc_shift_rules **rules, struct sc_error *error);
/* NULL is fine. */
void sc_shift_rules_free(struct sc_shift_rules *rules);

/* May heads of that pool work it? */
bool sc_shift_rule_is_for(const struct sc_shift_rule *rule, const char *pool);

/* --- covering a need --- */

/* The heads of one pool over some days in a row. */
struct sc_cover_task {
    const struct sc_shift_rules *rules;
    const char *pool;
    double cell_s;       /* divides the rules' */
    size_t days, cells;  /* cells a day */
    const int *day_kind; /* [days], Monday 0 … Sunday 6, SC_HOLIDAY */
    const int *need;     /* [days * cells] */
    bool cyclic; /* the first day follows the last: a shift past the last midnight is there on the first morning */
    /* Not NULL: heads are not needed but worth something. With need[i] of them late[i] contacts of a cell are late, and
       each head more, up to SC_LATE_MORE, leaves keep[i] < 1 of those. Asked for is the cheapest roster that leaves at
       most late_most[day] of each day late, and among such one that leaves few. */
    const double *late, *keep; /* [days * cells] */
    const double *late_most;   /* [days] */
    double gap;  /* good enough: paid hours at most that share above the bound; 0: none but the best */
    double work; /* how long to search, a machine-independent measure; 0: as usual */
    /* The share of that work which is done; may be NULL. */
    void (*progress)(void *context, double share);
    void *progress_context;
};

/* Heads that work the same shift of a day, breaks included. */
struct sc_cover_shift {
    size_t rule, day;
    double from_s, lasts_s; /* since midnight of the day; the whole length */
    int heads;
    size_t break_count;
    double break_at_s[SC_SHIFT_BREAKS_MOST]; /* since midnight of the day */
    double break_lasts_s[SC_SHIFT_BREAKS_MOST];
    bool break_paid[SC_SHIFT_BREAKS_MOST];
};

/* Heads that work the same shift on the same days. */
struct sc_cover_tour {
    size_t rule, first_day; /* first_day: of the week, in a plan */
    double from_s, lasts_s;
    bool works[7]; /* by day of the task */
    int heads;
};

struct sc_cover {
    struct sc_cover_shift *shifts; /* [shift_count], by day, start, length and breaks */
    size_t shift_count;
    struct sc_cover_tour *tours; /* [tour_count] */
    size_t tour_count;
    int *on_duty, *paid; /* [(days + 1) * cells]; where not cyclic the last day is what goes past the end */
    double paid_h;       /* of all shifts */
    double bound_h;      /* no roster has less, short cells being as they are; paid_h where that is the best */
    bool optimal;
    int short_heads;             /* heads by cell that are lacking, summed */
    size_t patterns;             /* different shifts: start, length and times of breaks */
    size_t rows, columns, nodes; /* of the integer program */
};

/*
 * Covers the need at the least paid hours. The same task gives the same answer on every machine: the search ends by
 * its own measure of work, not by the clock. Errors: SC_SYSTEM, SC_NUMERIC, SC_INPUT (tours over other than 7 days).
 */
enum sc_code sc_cover_solve(const struct sc_cover_task *task, struct sc_cover **cover, struct sc_error *error);
/* NULL is fine. */
void sc_cover_free(struct sc_cover *cover);

/* --- the rosters of a scenario --- */

/* A pool's shifts over the counted days. */
struct sc_shift_plan_pool {
    struct sc_cover_shift *shifts; /* [shift_count], day: counted day */
    size_t shift_count;
    struct sc_cover_tour *tours; /* [tour_count], week by week */
    size_t tour_count;
    int *need;               /* [count], what was to be covered, repairs included */
    int *on_duty;            /* [count], of the shifts: the least of the interval */
    int *cells;              /* [days * day / cell_s], of the shifts */
    double cover_h, bound_h; /* paid hours over the counted days of the cover, and at least of any cover */
    double paid_h;           /* of the shifts as they are, which a trim may have left short of a cover */
    bool optimal;
    bool by_kind;    /* days of one kind are alike: the shifts can be written as those of a scenario */
    int short_heads; /* heads by cell that no allowed shift brings, summed */
    size_t patterns;
};

struct sc_shift_plan {
    const struct sc_shift_rules *rules;
    size_t pool_count, days, count; /* count: counted intervals */
    double interval_s;
    struct sc_shift_plan_pool *pools; /* [pool_count] */
};

/*
 * Covers the need of every pool, need[p * count + i] heads on the roster. Days are covered one by one where no shift
 * reaches into a need of the next morning, else by weeks from the first day on. Errors: those of sc_cover_solve, and
 * SC_INPUT where a pool with a need may work no shift, or a shift names a pool that does not exist.
 */
enum sc_code sc_shift_plan_new(const struct sc_scenario *scenario, const struct sc_shift_rules *rules, const int *need,
                               struct sc_shift_plan **plan, struct sc_error *error);
/* NULL is fine. */
void sc_shift_plan_free(struct sc_shift_plan *plan);

/* The settings as they stand in a scenario: "( { days = … } )", heads by the clock and kind of day. Only where
   days of one kind are alike. Lines after the first are indented. The caller frees; NULL: no memory. */
char *sc_shift_plan_text(const struct sc_scenario *scenario, const struct sc_shift_plan_pool *pool, int indent);
char *sc_staffing_text(const struct sc_scenario *scenario, const int *heads, int indent);
/* Are the heads of all days of one kind the same? */
bool sc_staffing_by_kind(const struct sc_scenario *scenario, const int *heads);

/* --- a roster that holds --- */

struct sc_staff;
struct sc_staff_options;
struct sc_model;

/* A cover of the heads scheduled, played as the roster that it is. */
struct sc_shift_roster {
    struct sc_shift_plan *plan;
    struct sc_staff *judged;      /* sc_staff_judge of the roster, absence and shrinkage included */
    size_t repairs;               /* how often heads were added and all covered again */
    size_t trims;                 /* steps that made it cheaper without a target being missed */
    struct sc_scenario *scenario; /* with the shifts; NULL where they differ from week to week */
    struct sc_model *model;       /* that was played */
};

/*
 * Covers the heads that must be scheduled (need[pools * count]), plays the roster by the rule of `options`, and where a
 * target is missed asks for a head more where the roster has none to spare, until all hold or repairs bring nothing.
 * What is still missed is in `judged`. Where nothing is, it is made cheaper on numbers of their own while no target is
 * missed: over long periods heads go to where they are worth most, whatever the need by interval; then they are taken
 * away one by one until none can go, and exchanged for cheaper ones. Where days of one kind differ (or events change
 * rosters), heads by interval are played instead of shifts, less the mean of absence and shrinkage. Errors: of
 * sc_shift_plan_new and sc_staff_judge.
 */
enum sc_code sc_shift_roster_find(const struct sc_model *model, const struct sc_shift_rules *rules, const int *need,
                                  const struct sc_staff_options *options, struct sc_shift_roster **roster,
                                  struct sc_error *error);
/*
 * Plays the heads scheduled as they are, by the interval, absence and shrinkage at random: the roster without a plan.
 * *roster is left as it was where days of one kind differ or events change rosters. Errors: of sc_staff_judge.
 */
enum sc_code sc_scheduled_play(const struct sc_model *model, const int *need, const struct sc_staff_options *options,
                               struct sc_shift_roster **roster, struct sc_error *error);
/* NULL is fine. */
void sc_shift_roster_free(struct sc_shift_roster *roster);

#endif

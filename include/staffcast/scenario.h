/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scenario: what the user wrote, read, checked and in plain units.
 *
 * Units: times are seconds (_s), shares lie in [0, 1], heads are whole numbers. A setting that was left out
 * holds its default, so code that uses a scenario never asks whether something was written; where "left out"
 * has a meaning of its own a `given` flag says so. All memory belongs to the scenario and goes with
 * sc_scenario_free; pointers into it are valid until then.
 *
 * Groups by days have eight kinds of day: Monday 0 … Sunday 6 and SC_HOLIDAY 7. The rule that a day
 * overrides a range and a range overrides `all` is already applied.
 */
#ifndef STAFFCAST_SCENARIO_H
#define STAFFCAST_SCENARIO_H

#include "staffcast/error.h"
#include "staffcast/faults.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SC_HOLIDAY = 7, SC_DAY_KINDS = 8 };

/* Numbers by the clock: cells equal parts of 24 h from 00:00; cells is 0 where nothing was written. */
struct sc_clock {
    int cells;
    const double *value; /* [cells] */
};
struct sc_week_clock {
    bool given;
    struct sc_clock day[SC_DAY_KINDS]; /* the holiday's cells are 0 unless `holiday` was written */
    struct sc_where where;
};

struct sc_week_number {
    bool given;                  /* false: nothing was written, all values 0 */
    bool named[SC_DAY_KINDS];
    double value[SC_DAY_KINDS];
};

/* Opening hours: one range a day; named and from_s == to_s never occur together. */
struct sc_week_hours {
    bool given;   /* false: left out; what that means is the setting's */
    bool holiday; /* `holiday` is written, though perhaps as closed */
    bool named[SC_DAY_KINDS];
    double from_s[SC_DAY_KINDS], to_s[SC_DAY_KINDS]; /* since midnight, 0 <= from < to <= 86400 */
    struct sc_where where;
};

enum sc_law_kind {
    SC_LAW_NONE, /* not given: does not happen, or for ever (patience) */
    SC_LAW_FIXED,
    SC_LAW_EXPONENTIAL,
    SC_LAW_LOGNORMAL,
    SC_LAW_GAMMA,
    SC_LAW_ERLANG,
    SC_LAW_WEIBULL,
    SC_LAW_UNIFORM,
    SC_LAW_TRIANGULAR,
    SC_LAW_EMPIRICAL,
};

/* A law of a duration. mean_s is filled for every kind, derived where min, mode, max or a sample define it.
 */
struct sc_law {
    enum sc_law_kind kind;
    double mean_s;
    double cv;                 /* lognormal, gamma, weibull; 0 is the same as fixed */
    int k;                     /* erlang: number of stages */
    double min_s, mode_s, max_s;
    const double *sample_s;    /* empirical: [samples], sorted ascending */
    size_t samples;
    struct sc_week_clock by_time; /* factors on the mean, by time of arrival */
    struct sc_where where;
};

struct sc_spread {
    double cv;     /* of a gamma factor with mean 1, one draw a day */
    double memory; /* day-to-day correlation (Gaussian copula, AR(1)) */
};

enum sc_channel_kind { SC_LIVE, SC_CHAT, SC_DEFERRED };
enum sc_at_close { SC_DRAIN, SC_DISMISS, SC_KEEP };
enum sc_history_use { SC_HISTORY_PROFILE, SC_HISTORY_FORECAST, SC_HISTORY_REPLAY };

/* A data file's own name for one of our columns. */
struct sc_column {
    const char *name, *header;
};

struct sc_volume {
    struct sc_week_number per_day; /* mean of an open day of that kind, before all factors */
    struct sc_week_clock shape;    /* relative weights; not given: flat over the hours */
    double factor;
    struct sc_spread spread;
    bool spread_given;
    double drift_cv, drift_half_life_s; /* cv 0: none */
    double growth;                      /* a month of 365.25/12 days, compounding daily from start */
    double season[12];                  /* all 1 by default */
    const char *history_file;           /* NULL: none */
    enum sc_history_use history_use;
    const struct sc_column *history_columns;
    size_t history_column_count;
    struct sc_where where, history_where;
};

struct sc_retry {
    double share;
    struct sc_law after;
    int attempts;
};

struct sc_automation {
    bool given;
    double resolves, gives_up;
    struct sc_law takes;
    double returns;
    struct sc_law returns_after;
    double cost, cost_per_resolved;
    struct sc_week_hours hours; /* not given: around the clock */
};

struct sc_divert {
    int to; /* channel index */
    double share;
    double if_wait_over_s; /* on joining, by estimated wait; -1: always. Used where after_wait_s < 0 */
    double after_wait_s;   /* from the queue after that wait; -1: this is a diversion on joining */
    struct sc_where where;
};

struct sc_touches {
    double mean; /* >= 1; 1: one handling */
    struct sc_law reply_after;
    bool same_agent;
};

struct sc_recontact {
    double share;
    struct sc_law after;
    int to; /* channel index; the channel's own by default */
};

struct sc_transfer {
    int to;
    double share;
    struct sc_where where;
};

struct sc_callback {
    bool given;
    double offer_over_s, accept, within_s, reached;
};

enum sc_counts { SC_COUNT_OFFERED, SC_COUNT_NO_SHORT, SC_COUNT_ANSWERED, SC_COUNT_MET };
enum sc_target_clock { SC_CLOCK_WALL, SC_CLOCK_OPEN, SC_CLOCK_OWN };

struct sc_target {
    bool given;
    bool answer_given, abandon_given;
    bool within_given; /* false only where nothing but `abandon` is asked; within_s is then 20 s */
    double answer;    /* share to be answered within within_s */
    double within_s;
    enum sc_counts counts;
    double short_s;   /* default within_s */
    enum sc_target_clock clock;
    struct sc_week_hours own_clock; /* where clock is SC_CLOCK_OWN */
    double abandon;   /* at most */
    struct sc_where where;
};

struct sc_satisfaction_point {
    double wait_s, share;
};

/* All that a class of contacts may have of its own; a channel holds one for the contacts of no class. */
struct sc_service {
    enum sc_at_close at_close;
    struct sc_law handle, wrap_up, patience;
    double balk;
    int queue_limit;      /* -1: none */
    struct sc_retry retry;
    double priority;
    double ageing;        /* a second */
    struct sc_automation automation;
    double deflect;
    const struct sc_divert *divert;
    size_t diverts;
    struct sc_touches touches;
    struct sc_recontact recontact;
    const struct sc_transfer *transfer;
    size_t transfers;
    struct sc_callback callback;
    struct sc_target target;
    const struct sc_satisfaction_point *satisfaction; /* by rising wait */
    size_t satisfaction_points;
    double cost_per_lost;
};

struct sc_class {
    const char *name;
    double share;
    double handle_factor;
    bool skip_automation;
    struct sc_service service; /* the channel's, overridden by what the class writes */
    struct sc_where where;
};

struct sc_backlog {
    double count; /* whole */
    double age_s;
};

struct sc_channel {
    const char *name;
    enum sc_channel_kind kind;
    struct sc_week_hours hours; /* not given: around the clock */
    struct sc_volume volume;
    struct sc_backlog backlog;
    struct sc_service service;
    const struct sc_class *classes;
    size_t class_count;
    struct sc_where where;
};

struct sc_break {
    double from_s, to_s; /* the window since midnight of the shift's day; equal: all at once, at that time */
    double lasts_s;
    bool paid;
    struct sc_where where;
};

struct sc_shift {
    bool day[SC_DAY_KINDS]; /* the kinds of day it begins on; holiday only if named */
    double from_s, to_s;    /* to_s > 86400 when it ends on the next day */
    int agents;
    const struct sc_break *breaks;
    size_t break_count;
    struct sc_where where;
};

/* A roster from a file: heads from each instant on, until the next. */
struct sc_roster_step {
    int64_t day;     /* days since 1970-01-01 */
    double second;
    int agents;
};

struct sc_skill {
    int channel;
    int class_index; /* -1: every class that no other skill of the pool names */
    int rank;
    double speed;
    int at_once;
    const double *slowdown; /* [slowdowns], for 1, 2, … in hand; the last holds for more */
    size_t slowdowns;
    bool interruptible;
    double after_s;
    struct sc_where where;
};

struct sc_hire {
    int64_t start_day, until_day; /* days since 1970-01-01; until INT64_MAX: for good */
    int count;
};
struct sc_burnout_point {
    double occupancy, factor;
};
struct sc_people {
    bool given;
    int headcount;
    double overhead, attrition, early_attrition;
    double lead_s, training_s;
    const double *ramp;
    size_t ramps;
    int class_min, class_max;
    double class_every_s;
    const struct sc_hire *hires;
    size_t hire_count;
    double hours_per_week, salary_per_month, cost_per_hire;
    const struct sc_burnout_point *burnout;
    size_t burnout_points;
    struct sc_where where;
};

enum sc_roster_kind { SC_ROSTER_AGENTS, SC_ROSTER_STAFFING, SC_ROSTER_SHIFTS, SC_ROSTER_FILE };

struct sc_pool {
    const char *name;
    enum sc_roster_kind roster;
    struct sc_week_hours hours; /* of SC_ROSTER_AGENTS; not given: SPEC 2.2 */
    int agents;
    struct sc_week_clock staffing; /* whole numbers */
    const struct sc_shift *shifts;
    size_t shift_count;
    const char *roster_file; /* of SC_ROSTER_FILE, where it was found */
    const struct sc_column *roster_columns;
    size_t roster_column_count;
    const struct sc_roster_step *steps; /* its content, by rising instant */
    size_t step_count;
    int extra;
    double planned, absence;
    double speed_spread;
    const struct sc_skill *skills;
    size_t skill_count;
    double cost_per_hour, overtime_factor, cost_per_contact, cost_per_minute;
    struct sc_people people;
    struct sc_where where;
};

enum sc_agent_rule { SC_AGENT_LONGEST_IDLE, SC_AGENT_RANDOM, SC_AGENT_IN_ORDER };
enum sc_contact_rule { SC_CONTACT_RANK, SC_CONTACT_LONGEST_WAIT, SC_CONTACT_SCORE, SC_CONTACT_TARGET };

struct sc_trunk {
    int lines;
    const int *channels; /* [channel_count] */
    size_t channel_count;
    struct sc_where where;
};

struct sc_event {
    const char *name;
    int64_t day;
    double second;
    double lasts_s, over_s; /* -1: not given */
    const char *const *set; /* [set_count], overrides */
    size_t set_count;
    struct sc_where where;
};

struct sc_goal {
    const char *metric;
    bool at_least;
    double wanted;
    int64_t by_day;
    int over_days;
    struct sc_where where;
};

struct sc_plan_settings {
    bool given;
    int months;
    double confidence;
    double budget_per_month; /* infinity: none */
};

struct sc_scenario {
    const char *file; /* as named by the caller */
    bool skip_bad_rows; /* of its data files, as asked for when it was read */
    const char *name;
    int64_t start_day; /* days since 1970-01-01 */
    int days;
    bool warmup_given;
    int warmup_days;
    double interval_s;
    uint64_t seed;
    int replications;
    struct sc_spread spread;
    double level;
    const char *currency;
    double fixed_per_month;
    const int64_t *holidays; /* [holiday_count], sorted */
    size_t holiday_count;
    const struct sc_channel *channels;
    size_t channel_count;
    const struct sc_pool *pools;
    size_t pool_count;
    enum sc_agent_rule agent_rule;
    enum sc_contact_rule contact_rule;
    const struct sc_trunk *trunks;
    size_t trunk_count;
    const struct sc_event *events;
    size_t event_count;
    const struct sc_goal *goals;
    size_t goal_count;
    struct sc_plan_settings plan;
};

/*
 * Reads FILE, applies the overrides in their order, checks everything and returns the scenario.
 * On SC_INPUT `faults` holds every fault that was found and `error` the first; warnings alone do not fail.
 * `faults` must be zeroed by the caller and is the caller's to release in any case.
 * Errors: SC_INPUT (content), SC_SYSTEM (memory).
 */
enum sc_code sc_scenario_read(const char *file, const char *const *overrides, size_t override_count,
                              struct sc_scenario **scenario, struct sc_faults *faults,
                              struct sc_error *error);

/* NULL is fine. */
void sc_scenario_free(struct sc_scenario *scenario);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about shifts share. */
#ifndef STAFFCAST_DECIDE_SHIFTS_PRIVATE_H
#define STAFFCAST_DECIDE_SHIFTS_PRIVATE_H

#include "staffcast/shifts.h"

/* The times at which a break may begin in a shift of some length: from_s + i * every, i < count, all since the
   beginning of the shift; it is over by to_s. */
struct sc_break_window {
    double from_s, to_s;
    size_t count;
};
struct sc_break_window sc_break_window(const struct sc_shift_break *rest, double length_s);

/* Empty rules with an arena; NULL with the error set where there is no memory. */
struct sc_shift_rules *sc_shift_rules_new(struct sc_error *error);
/* Works out the grid. */
void sc_shift_rules_settle(struct sc_shift_rules *rules, double interval_s);

/* A shift of one start and length, in cells of the grid. */
struct sc_shift_kind {
    const struct sc_shift_rule *rule;
    size_t rule_index;
    int start, length;
    int paid; /* cells */
    size_t rests;
    struct {
        const struct sc_shift_break *rest;
        int first, step, count, lasts; /* cells since the beginning of the shift */
    } rest[SC_SHIFT_BREAKS_MOST];
};
/* Monday 0 … Sunday 6, SC_HOLIDAY on holidays, of a counted day. */
int sc_plan_day_kind(const struct sc_scenario *scenario, size_t day);

/* All of those that a pool may work; the caller frees. NULL with the error set where there is no memory. */
struct sc_shift_kind *sc_shift_kinds(const struct sc_cover_task *task, size_t *count, struct sc_error *error);

/* A set of the seven days of a task that a head works, as bits; at most 35 of them. Returns how many. */
enum { SC_TOUR_SETS_MOST = 127 };
size_t sc_tour_sets(const struct sc_shift_rule *rule, const int *day_kind, unsigned sets[SC_TOUR_SETS_MOST]);

/* Gives a pool of a document another roster: `setting` with that value instead of all that it has. Errors: SC_INPUT,
   SC_SYSTEM. */
struct sc_document;
enum sc_code sc_document_reroster(struct sc_document *document, const char *pool, const char *setting,
                                  const char *value, struct sc_error *error);

/* Who wants to know how far the covers are: the share of their work that is done. */
struct sc_plan_watch {
    void (*tell)(void *context, double share);
    void *context;
};
/* sc_shift_plan_new, watched; NULL: by nobody. */
enum sc_code sc_shift_plan_watched(const struct sc_scenario *scenario, const struct sc_shift_rules *rules,
                                   const int *need, const struct sc_plan_watch *watch, struct sc_shift_plan **plan,
                                   struct sc_error *error);
struct sc_shift_late;
/* The cheapest shifts of a pool that leave at most `share` times as much late on each day as its shifts do now (struct
   sc_cover_task). What the pool says of the cover of its need stays. On failure the plan is as it was. */
enum sc_code sc_shift_plan_late(const struct sc_scenario *scenario, struct sc_shift_plan *plan, size_t p,
                                const struct sc_shift_late *late, double share, struct sc_error *error);

/* All pools of a plan, to go back to; the caller frees, NULL is fine. Errors: SC_SYSTEM. */
enum sc_code sc_shift_pools_copy(const struct sc_shift_plan *plan, struct sc_shift_plan_pool **pools,
                                 struct sc_error *error);
void sc_shift_pools_free(const struct sc_shift_plan *plan, struct sc_shift_plan_pool *pools);

/* Counts cells, heads by interval and paid hours of a pool from its shifts. */
void sc_shift_plan_count(const struct sc_shift_plan *plan, struct sc_shift_plan_pool *pool);

struct sc_staff_options;
/* Builds the model (and scenario) of the roster's plan, instead of what it has (shifts_roster.c). */
enum sc_code sc_shift_roster_build(struct sc_shift_roster *roster, const struct sc_model *model,
                                   struct sc_error *error);

/* Builds and judges it; it must not be judged yet. Errors: of sc_shift_roster_build and sc_staff_judge. */
enum sc_code sc_shift_roster_judge(struct sc_shift_roster *roster, const struct sc_model *model,
                                   const struct sc_staff_options *options, struct sc_error *error);

/* Takes heads off the plan while all targets hold (shifts_trim.c), and judges anew. Errors: as sc_staff_judge. */
enum sc_code sc_shift_roster_trim(struct sc_shift_roster *roster, const struct sc_model *model,
                                  const struct sc_staff_options *options, struct sc_error *error);

#endif

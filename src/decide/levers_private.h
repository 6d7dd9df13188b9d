/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levers: what they are, moving them, and what a point of automation is worth. */
#ifndef STAFFCAST_DECIDE_LEVERS_PRIVATE_H
#define STAFFCAST_DECIDE_LEVERS_PRIVATE_H

#include "decide/explain_private.h"

/* One setting of the scenario (and the same of classes that write their own) that moves as one. */
struct sc_lever_plan {
    enum sc_lever_kind kind;
    int channel, pool; /* index, -1 where it is the other's */
    const char *name, *element;
    double now, low, high; /* positions; low and high may be out of the scenario's range: then it cannot be built */
    int help;              /* the direction that as a rule improves service: 1 up, -1 down */
    bool whole, priced;    /* whole numbers only; the scenario knows what it costs */
    const char **path;     /* [paths] that its override changes */
    size_t paths;
};

/* All levers that bear on the metric. Errors: SC_SYSTEM. */
enum sc_code sc_levers_list(const struct sc_built *built, const struct sc_document *document, const char *metric,
                            struct sc_arena *arena, struct sc_lever_plan **plans, size_t *count,
                            struct sc_error *error);

/* The overrides that put it to a position, [paths], in the arena; NULL without memory. A position has at most five
   digits behind the point relative to now, so that an override can be read. */
double sc_lever_round(const struct sc_lever_plan *plan, double position);
const char **sc_lever_overrides(const struct sc_lever_plan *plan, double position, struct sc_arena *arena);

/* --- the scenario with a lever moved --- */

struct sc_lever_work {
    const struct sc_document *document; /* without goals and plan */
    struct sc_law_shelf *shelf;
    struct sc_player *player; /* figures: the metric, totals.cost, then what else is asked for */
    const struct sc_metric *metric;
    struct sc_arena *arena;
    double wanted;
    bool at_least;
    double months;         /* of the counted days */
    bool costs;            /* anything costs anything */
    struct sc_series base; /* as it is */
    struct sc_figure now;
};

/* Plays it; *reachable false: the scenario is not valid there, and nothing was played. */
enum sc_code sc_lever_play(const struct sc_lever_work *work, const struct sc_lever_plan *plan, double position,
                           struct sc_series *series, bool *reachable, struct sc_error *error);
/* Of the metric, or with its index of another figure asked for. */
struct sc_figure sc_series_figure(const struct sc_series *series, const struct sc_metric *metric, size_t figure);
/* weight[i] * figure of series i, on common random numbers. Errors: SC_SYSTEM. */
enum sc_code sc_series_combine(const struct sc_series *const *series, size_t count, const double *weight, size_t figure,
                               struct sc_figure *result, struct sc_error *error);

/* Moves one lever until the metric is at the level wanted. Errors: SC_SYSTEM. */
enum sc_code sc_lever_move(const struct sc_lever_work *work, const struct sc_lever_plan *plan, struct sc_lever *lever,
                           struct sc_error *error);

/* What a point of automated resolution is worth: levers_point.c. Errors: SC_SYSTEM. */
enum sc_code sc_levers_point(const struct sc_lever_work *work, const struct sc_scenario *scenario,
                             const struct sc_lever_plan *plans, size_t count, struct sc_automation_point *point,
                             struct sc_error *error);

#endif

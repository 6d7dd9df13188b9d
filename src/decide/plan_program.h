/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The integer program of a plan: the cheapest heads in classes that satisfy all tangents so far (plan_hire.c).
 *
 * Branch and bound (GLPK) gives up after a number of nodes; with many classes that leaves plans some hundredths dearer
 * than need be. So what it found is polished: see plan_polish.c.
 */
#ifndef SC_DECIDE_PLAN_PROGRAM_H
#define SC_DECIDE_PLAN_PROGRAM_H

#include "decide/plan_private.h"

/* A month's tangent: sum over teams of slope x heads by speed of new hires >= missing. */
struct plan_cut {
    size_t month;
    double margin; /* where it touches */
    double gain;   /* of a team that is 5 % stronger, at most */
    double missing;
    double slope[SC_PLAN_TEAMS_MOST];
};

struct plan_program {
    struct planner *planner;
    struct plan_view *view;
    bool surely;
    double *base_speed;    /* [teams][months], without new hires */
    double *base_cost;     /* [months] */
    struct plan_cut *cuts; /* [cut_count] */
    size_t cut_count;
    struct plan_cut *bound; /* [months], tangents at the plan that the last search begins with */
    double *speed;          /* [classes][months] of one hire */
    double *salary;         /* [classes][months], with the cost of hiring */
    double *weight;         /* [classes], what one hire costs until the end */
    int *counts;            /* [classes] */
    int *trial;
};

/* What of the program holds. */
struct plan_limits {
    bool budget;
    bool integers;
    size_t months; /* only the first so many are to be kept */
};

/*
 * Solves it: *feasible and the heads of all classes in program->trial; without `integers` these are the relaxed ones,
 * rounded. Errors: SC_SYSTEM.
 */
enum sc_code sc_plan_program_solve(struct plan_program *program, const struct plan_limits *limits, bool *feasible,
                                   struct sc_error *error);

/* The largest class of a pool's people: more than that could not be trained. */
int sc_plan_class_most(const struct sc_people *people);

/* Heads in classes under rows: low <= sum of value x heads <= high, at the least cost. */
struct plan_rows {
    size_t classes, rows;
    const double *cost; /* [classes] of a head, above 0 */
    int *least, *most;  /* [classes]: 0 heads, or between these */
    double *value;      /* [rows][classes], at least 0 */
    double *low, *high; /* [rows] */
    double *sum;        /* [rows]: of value x heads, kept up by what changes heads */
    double *kept_sum;   /* [rows], scratch */
    int *kept;          /* [classes], scratch */
};
/* Sums the rows up for the heads given. */
void sc_plan_rows_sum(const struct plan_rows *rows, const int *heads);
/* Adds heads until all rows hold, none in class `closed` (SIZE_MAX: in any); false where that does not lead there. */
bool sc_plan_recreate(const struct plan_rows *rows, int *heads, size_t closed);
/* Makes heads for which the rows hold cheaper, as far as the moves of plan_polish.c go. */
void sc_plan_polish(const struct plan_rows *rows, int *heads);

#endif

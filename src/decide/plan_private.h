/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of a plan in the making: its frame (months, pieces of weeks, teams, classes that could be opened), response
 * curves, the projection of people against them, the choice of hires, and the engine's verdict.
 *
 * A team is a pool with people. Its strength is the logarithm of productive heads by speed per starting headcount and
 * per unit of demand (`level`): all curves are functions of it.
 */
#ifndef SC_DECIDE_PLAN_PRIVATE_H
#define SC_DECIDE_PLAN_PRIVATE_H

#include "base/arena.h"
#include "decide/people_periods.h"
#include "decide/plan_engine.h"
#include "staffcast/plan.h"

#include <math.h>

struct plan_month {
    int year, month;
    int64_t first_day;
    int days;
    size_t first_piece, pieces;
};

/* The days of one week (Monday to Sunday) that lie in one month. */
struct plan_piece {
    int64_t first_day;
    int days;
    size_t month;
};

/* A class that could be opened. */
struct plan_class {
    size_t team;
    int64_t decide_day, start_day;
};

struct plan_team {
    size_t pool;
    const struct sc_people *people;
    size_t first_class, classes;
    const struct sc_cohort *given; /* [given_count], decided already */
    size_t given_count;
    double salary_per_day;
    double net_share; /* of available heads, what shrinkage leaves */
};

/* A month whose probability is that little below the confidence asked for is kept: what simulation can tell. */
#define SC_PLAN_TOLERANCE 0.01
/* What a plan must keep surely: every month that hires can help with the confidence asked for, and but for half that
   tolerance with the chance PLAN_DOUBTS standard errors lower: a plan is chosen where chances look best. */
#define PLAN_DOUBTS 2.0

enum { PLAN_POINTS = 5, PLAN_CENTRE = 2, SC_PLAN_TEAMS_MOST = 64, SC_PLAN_TARGETS_MOST = 512 };

/* Margins (log odds) beyond this tell little but how many contacts there were: curves are not mended by what is there.
 */
#define PLAN_MARGIN_MOST 2.5
/* NAN stays. */
static inline double plan_margin_near(double margin)
{
    return margin > PLAN_MARGIN_MOST ? PLAN_MARGIN_MOST : margin < -PLAN_MARGIN_MOST ? -PLAN_MARGIN_MOST : margin;
}

/* Readings and ranks at which it is known how margins lie about a curve. */
enum { SC_PLAN_SCATTER_NODES = 21, SC_PLAN_SCATTER_RANKS = 64 };

/* What a month answers to its teams' strengths: a reading, bend x (margin + rises) + shift, and what margins are off it
   by. */
struct plan_curve {
    bool *active;        /* [targets]: has contacts */
    double *margin;      /* [targets], mean of logit(share) - logit(wanted) where every team is at its centre */
    double *centre;      /* [teams] */
    double *rise;        /* [targets][teams][PLAN_POINTS], of the margin at planner.offset from the centre */
    double *bend;        /* [targets], what all verdicts so far make of that; 1 before them */
    double *shift;       /* [targets], alike; 0 before them */
    double *occupancy;   /* [teams][PLAN_POINTS], live */
    double growth_a_day; /* by which demand grows about the middle of the month */
    int64_t middle_day;
    double other_cost; /* of the month: overtime, fees, automation, pools without people, fixed */
    double handled;    /* contacts of the month: answered and automated */
    double *scatter;   /* [targets][SC_PLAN_SCATTER_NODES][SC_PLAN_SCATTER_RANKS], what margins are off readings by */
    size_t first_ranks, ranks_count; /* paths whose ranks are drawn for this month, in planner.ranks; 0: none yet */
    double *critical; /* [targets][SC_PLAN_SCATTER_RANKS], below which reading a path of that rank misses the target */
    double odds;  /* of any target's miss, applied to each: by which misses are likelier than the scatter says: what the
                     verdicts missed. As a logarithm */
    double doubt; /* standard error of a chance, as a part of sqrt(chance x (1 - chance)) */
    double *lift; /* [targets], what a lever adds to readings and margins */
    double *lift_doubt;  /* [targets], its standard error */
    double *share_doubt; /* [targets], of the mean margin */
    double *moved;       /* [targets], by which the verdicts moved margins, on average */
    double *share_off;   /* [targets], what is to be added to mean shares by the margins */
};

/* What the last verdict played. */
struct plan_played {
    uint64_t seed;
    size_t paths, first; /* in the evidence */
    int *counts;         /* [classes] */
    double *cost;        /* [paths], of all months, nobody's salary */
};

/* What all verdicts played: margins on the engine, NAN: not judged, and what the curves as they were measured said of
   the same people and the same demand. */
struct plan_evidence {
    size_t paths, most;
    double *played, *read; /* [months][most][targets] */
};

struct planner {
    const struct sc_scenario *scenario;
    struct sc_plan_options options;
    uint64_t seed;
    double confidence;
    size_t first_helped; /* the first month that somebody hired from now on works in from its beginning */
    int64_t first_day, end_day;
    struct plan_month *months;
    size_t month_count;
    struct plan_piece *pieces;
    size_t piece_count;
    struct sc_people_calendar calendar; /* of pieces and months */
    struct plan_team *teams;
    size_t team_count;
    struct plan_class *classes;
    size_t class_count;
    struct sc_plan_party *parties;
    size_t party_count;
    struct sc_plan_target *targets;
    size_t target_count;
    /* For the curves, one a month; for the verdicts then the horizon as one or, where figures by class are needed,
       which are not known by day, whole months. */
    struct sc_plan_stretch *stretches; /* [stretch_count] */
    size_t stretch_count;
    bool whole; /* the verdicts play the horizon as one */
    struct sc_plan_engine *engine;
    double offset[PLAN_POINTS]; /* of strengths, at which curves are known */
    struct plan_curve *curves;  /* [month_count] */
    double *ranks; /* [months][evidence.paths][targets], what ranks the played margins had among their like */
    size_t curve_replications, verify_replications;
    struct plan_played played;
    struct plan_evidence evidence;
    double contacts_simulated;
    double done, planned; /* contacts, for the progress bar */
    struct sc_arena arena;
};

/* --- plan_frame.c --- */

enum sc_code sc_plan_frame_build(struct planner *planner, struct sc_error *error);
/* Plays jobs, with the progress told on. */
enum sc_code sc_plan_play(struct planner *planner, const struct sc_plan_play *play, struct sc_error *error);

/* --- plan_record.c --- */

/*
 * What a job brings, as plain numbers: the margin of each target (NAN where nothing was judged), then for each team
 * live busy hours and hours on duty, then cost that is nobody's salary, contacts handled, and for each team its busy
 * hours by target's channel.
 */
size_t sc_plan_record_size(const struct planner *planner);
void sc_plan_record_fill(const struct planner *planner, size_t stretch, const struct sc_pair *pairs, double *record);
/* The goals of the horizon as one, for sc_plan_record_month: in the planner's arena. NULL without memory. */
const struct sc_goal *sc_plan_month_goals(struct planner *planner, size_t *count);
/* Margins, cost that is nobody's salary and contacts handled, of a month of the horizon. */
void sc_plan_record_month(const struct planner *planner, size_t month, const struct sc_pair *pairs, double *record);
static inline size_t plan_record_hours(const struct planner *planner, size_t team)
{
    return planner->target_count + 2 * team;
}
static inline size_t plan_record_cost(const struct planner *planner)
{
    return planner->target_count + 2 * planner->team_count;
}
static inline size_t plan_record_work(const struct planner *planner, size_t team, size_t target)
{
    return plan_record_cost(planner) + 2 + team * planner->target_count + target;
}
/* The logarithm of the odds of a share, kept finite. */
double sc_plan_logit(double share);
double sc_plan_share(double logit);
/* That of the share wanted, as a share in favour of the target. */
double sc_plan_wanted(const struct sc_plan_target *target);

/* --- plan_curves.c --- */

/* Response curves of all months from the engine. */
enum sc_code sc_plan_curves_build(struct planner *planner, struct sc_error *error);
/* The margin of a target at the teams' strengths: as it was measured, and as the verdicts mended it. */
double sc_plan_curve_read(const struct planner *planner, const struct plan_curve *curve, size_t target,
                          const double *strength);
double sc_plan_curve_margin(const struct planner *planner, const struct plan_curve *curve, size_t target,
                            const double *strength);
double sc_plan_curve_occupancy(const struct planner *planner, const struct plan_curve *curve, size_t team,
                               double strength);
/* --- plan_view.c --- */

/* What a team's people in a view were made of, with the counts of its classes. */
struct plan_filled {
    bool valid;
    size_t given_count;
};

/* People of all teams on many paths, and what they make of every month. */
struct plan_view {
    size_t paths;
    uint64_t seed;
    double *level;                /* [paths], the draw of the demand's level, as a logarithm */
    double *pick;                 /* [paths][months], whose ranks it takes: uniform in 0 … 1 */
    double *heads;                /* [teams][paths][pieces]: mean heads by speed, per headcount */
    double *strength;             /* [teams][paths][months]: mean logarithm of that over the month, less the level */
    double *headcount;            /* [teams][paths][months], mean over the month's days */
    double *speed;                /* [teams][months], mean heads by speed, over days and paths */
    double *hired;                /* [teams][months], mean over paths */
    struct sc_people_path **path; /* [teams], for one path at a time */
    struct sc_cohort *cohorts;
    struct plan_filled *filled; /* [teams] */
    int *filled_counts;         /* [classes] */
    double *least;              /* [months][paths], scratch */
    size_t last_missed;         /* the month that was, when one was looked for last */
    /* filled by sc_plan_view_judge */
    double *met;        /* [months] */
    double *target_met; /* [months][targets] */
    double *party_met;  /* [months][parties] */
    double *share;      /* [months][targets], mean share in favour of the target */
    double *share_sd;   /* alike, its standard deviation over paths */
    double *cost;       /* [months], mean */
    double *cost_sd;    /* alike */
};
/* How many threads a loop over months or paths may have. */
int sc_plan_threads(const struct planner *planner);
/* The strength of heads by speed, per headcount, at a level of demand (a logarithm): within what curves are good for.
 */
double sc_plan_strength(const struct planner *planner, size_t month, size_t team, double heads, double level);
/* How many paths a view should have: the more, the less each of them costs; at least so many. */
size_t sc_plan_view_paths(const struct planner *planner, size_t least);
enum sc_code sc_plan_view_new(struct planner *planner, size_t paths, uint64_t seed, struct plan_view **view,
                              struct sc_error *error);
void sc_plan_view_free(const struct planner *planner, struct plan_view *view);
/* Puts a team's people in: given hires of the mode and the numbers of the classes, [class_count] of all teams. */
enum sc_code sc_plan_view_people(const struct planner *planner, struct plan_view *view, size_t team, const int *counts,
                                 struct sc_error *error);
enum sc_code sc_plan_view_all(const struct planner *planner, struct plan_view *view, const int *counts,
                              struct sc_error *error);
/* Judges every month; doubts: by how many standard errors of theirs chances are taken to be too high. */
void sc_plan_view_judge(const struct planner *planner, struct plan_view *view, double doubts);
/*
 * The margin that a month has with the confidence asked for: of what the curves read more than they must on each path,
 * its worst target, the one that a share 1 - confidence of them is below; the month is kept where it is at least 0.
 * `team` is stronger by a factor e^shift. `surely`: as a plan must (PLAN_DOUBTS). Different months may be asked for at
 * the same time.
 */
double sc_plan_view_margin(const struct planner *planner, const struct plan_view *view, size_t month, size_t team,
                           double shift, bool surely);
/* Is every month kept? */
bool sc_plan_view_kept(const struct planner *planner, struct plan_view *view, bool surely);
/* Chance that a party's target is missed in the 28 days from a piece on, so many standard errors worse. */
double sc_plan_view_miss(const struct planner *planner, const struct plan_view *view, size_t party, size_t piece,
                         double doubts);
/* Cohorts of a team: given ones as the mode says and those of the classes; returns their number. */
size_t sc_plan_cohorts(const struct planner *planner, size_t team, const int *counts, struct sc_cohort *out);
size_t sc_plan_cohorts_most(const struct planner *planner);
/* The occupancy of a team on a path, for burn-out. */
struct plan_live {
    const struct planner *planner;
    size_t team;
    double level; /* as a logarithm */
    size_t month; /* where the last question was */
};
double sc_plan_live_occupancy(void *context, size_t day, double heads);

/* --- plan_hire.c --- */

/*
 * The cheapest counts of all classes that keep every month in the view; with the search for what the program leaves.
 * `counts` are those of a plan that is likely near, or 0, and become the plan. Errors: SC_UNREACHABLE.
 */
enum sc_code sc_plan_hires_choose(struct planner *planner, struct plan_view *view, bool surely, bool last_search,
                                  int *counts, struct sc_error *error);
/* From counts that keep every month surely: takes away and puts off what can be. */
enum sc_code sc_plan_hires_trim(struct planner *planner, struct plan_view *view, int *counts, struct sc_error *error);
/* Mean cost of one hire of a class until the end, of a day of a head, and a hire's mean heads by speed over a month's
   days. Costs are above 0 even without money. */
double sc_plan_day_cost(const struct planner *planner, size_t team);
double sc_plan_class_cost(const struct planner *planner, size_t class_index);
double sc_plan_class_speed(const struct planner *planner, size_t class_index, size_t month);

/* --- plan_outcome.c --- */

/* The figures of a course of action: hires, months, cost; and when each party's target is first missed by it: `misses`
   has room for all parties, NULL: not asked. */
enum sc_code sc_plan_outcome_fill(struct planner *planner, const int *counts, struct sc_plan_outcome *outcome,
                                  struct sc_plan_miss *misses, struct sc_error *error);

/* The chance p of n paths; `low` and `high` are the same with the curves z standard errors lower and higher. */
struct sc_figure sc_plan_probability(double p, double low, double high, double n, double z);

/* --- plan_bots.c --- */

/* By how much more bots resolve in the lever `automation`: two points; and on how many paths that is played. */
#define PLAN_LEVER_POINTS 0.02
enum { SC_PLAN_BOTS_PATHS = 4 };
/* What better bots change, with halves of 95 % intervals. */
struct plan_bots {
    bool possible;                /* false: a bot would resolve and lose more than all */
    double *margin, *margin_half; /* [targets], of every month */
    double cost, cost_half;       /* of all months: nobody's salary */
};
bool sc_plan_has_bots(const struct planner *planner);
/* In the planner's arena. The engine is as before afterwards. */
enum sc_code sc_plan_bots_play(struct planner *planner, struct plan_bots *bots, struct sc_error *error);

/* --- plan_levers.c --- */

enum sc_code sc_plan_levers_fill(struct planner *planner, struct plan_view *view, const int *counts,
                                 struct sc_plan *plan, struct sc_error *error);

/* --- plan_mend.c --- */

/* Where a path's margins of a month lie in the evidence. */
static inline size_t plan_evidence_at(const struct planner *planner, size_t month, size_t path)
{
    return (month * planner->evidence.most + path) * planner->target_count;
}
/* Mends all curves by the evidence. */
enum sc_code sc_plan_mend(struct planner *planner, struct sc_error *error);
/* What the mended curve reads for a path at `at` in the evidence; and whether the engine missed a target there. */
double sc_plan_mended(const struct planner *planner, size_t month, size_t at, size_t target);
bool sc_plan_is_missed(const struct planner *planner, size_t month, size_t path);

/* --- plan_scatter.c --- */

/* Before the verdicts: margins are off their readings by any of `off`, [count], times `part`, wherever they are. */
enum sc_code sc_plan_scatter_begin(struct planner *planner, size_t month, size_t target, const double *off,
                                   size_t count, double part, struct sc_error *error);
/* How margins lie about the mended curves, and the odds of misses, by the evidence. */
enum sc_code sc_plan_scatter_mend(struct planner *planner, struct sc_error *error);
/* The ranks of all targets that a path takes which draws `pick`, 0 ... 1, NAN: not judged; NULL before the verdicts:
   the draw itself. */
const double *sc_plan_scatter_ranks(const struct planner *planner, size_t month, double pick);
/* Below which reading a path misses a target whose rank among its like is that, 0 ... 1; and by how much the margin of
   such a path is off what is read. */
double sc_plan_scatter_critical(const struct plan_curve *curve, size_t target, double rank);
double sc_plan_scatter_off(const struct plan_curve *curve, size_t target, double reading, double rank);
/* Chance that a month of a path in the evidence is missed, by what the curves say of its people and demand. */
double sc_plan_miss_foretold(const struct planner *planner, size_t month, size_t path);
/* The chance of a miss in a month as it is to be believed where the scatter says `missed`, with odds so many standard
   errors worse; and the other way round: what the scatter may say where that is to be believed. */
double sc_plan_believed(const struct plan_curve *curve, double missed, double doubts);
double sc_plan_allowed(const struct plan_curve *curve, double missed, double doubts);

/* --- plan_verify.c --- */

enum { SC_PLAN_VERDICTS_MOST = 5 };
/* Plays the plan on the engine with other random numbers, round by round, and mends the curves by what it finds. */
enum sc_code sc_plan_verify(struct planner *planner, const int *counts, int round, struct sc_error *error);
/* Plays the first paths of the last verdict again, with the same people, on the engine as it is now: `margin`,
   [months][paths][targets], and `cost` as in planner.played. */
enum sc_code sc_plan_replay(struct planner *planner, size_t paths, double *margin, double *cost,
                            struct sc_error *error);

#endif

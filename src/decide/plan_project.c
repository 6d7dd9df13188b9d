/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The projection: people on many paths, week by week, against the response curves.
 *
 * On a path the log odds of a month's share of contacts in favour of a target are what the curve says of the teams'
 * strengths in that month, per unit of the path's level of demand, and a residual drawn from those that the engine's
 * replications had. A strength is the mean over the weeks of the logarithm of heads by speed, of no more than twice as
 * many as at the curve's centre: a week of plenty does not make good three of want. A residual is that of a stretch as
 * long as the engine played; days are about independent given the level, so for a month it shrinks with the root of the
 * part that was played.
 *
 * All that is random is drawn from the view's seed by number, so that two plans are compared on the same people
 * leaving, the same demand and the same residuals.
 */
#include "decide/plan_private.h"

#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double share_of(double log_odds)
{
    return 1.0 / (1.0 + exp(-log_odds));
}

/* --- people --- */

double sc_plan_strength(const struct planner *planner, size_t month, size_t team, double heads, double level)
{
    double most = planner->curves[month].centre[team] + log(2.0);
    return fmin(log(fmax(heads, 0.05)) - level, most);
}

size_t sc_plan_cohorts_most(const struct planner *planner)
{
    size_t most = planner->class_count;
    for (size_t i = 0; i < planner->team_count; i++)
        most += planner->teams[i].given_count;
    return most;
}

size_t sc_plan_cohorts(const struct planner *planner, size_t team, const int *counts, struct sc_cohort *out)
{
    const struct plan_team *t = &planner->teams[team];
    size_t n = t->given_count;
    memcpy(out, t->given, n * sizeof *out);
    for (size_t k = t->first_class; counts && k < t->first_class + t->classes; k++)
        if (counts[k] > 0)
            out[n++] = (struct sc_cohort){.start_day = planner->classes[k].start_day,
                                          .until_day = INT64_MAX,
                                          .count = counts[k]};
    return n;
}

double sc_plan_live_occupancy(void *context, size_t day, double heads)
{
    struct plan_live *live = context;
    const struct planner *planner = live->planner;
    int64_t date = planner->first_day + (int64_t)day;
    if (date < planner->months[live->month].first_day)
        live->month = 0;
    while (live->month + 1 < planner->month_count && date >= planner->months[live->month + 1].first_day)
        live->month++;
    const struct plan_team *team = &planner->teams[live->team];
    double strength = log(fmax(heads / team->people->headcount, 0.05)) - live->level;
    return sc_plan_curve_occupancy(planner, &planner->curves[live->month], live->team, strength);
}

enum sc_code sc_plan_view_new(struct planner *planner, size_t paths, uint64_t seed, struct plan_view **view,
                              struct sc_error *error)
{
    struct plan_view *v = calloc(1, sizeof *v);
    size_t teams = planner->team_count, months = planner->month_count, targets = planner->target_count;
    if (!v)
        return sc_error_memory(error);
    v->paths = paths;
    v->seed = seed;
    v->level = calloc(paths, sizeof(double));
    v->pick = calloc(paths * months, sizeof(double));
    v->heads = calloc(teams * paths * planner->piece_count, sizeof(double));
    v->strength = calloc(teams * paths * months, sizeof(double));
    v->least = calloc(2 * paths, sizeof(double));
    v->headcount = calloc(teams * paths * months, sizeof(double));
    v->speed = calloc(teams * months, sizeof(double));
    v->hired = calloc(teams * months, sizeof(double));
    v->path = calloc(teams, sizeof *v->path);
    v->cohorts = calloc(sc_plan_cohorts_most(planner) + 1, sizeof *v->cohorts);
    v->met = calloc(months * (3 + 3 * targets + planner->party_count), sizeof(double));
    enum sc_code code = SC_OK;
    if (!v->level || !v->pick || !v->heads || !v->strength || !v->least || !v->headcount || !v->speed || !v->hired ||
        !v->path || !v->cohorts || !v->met)
        code = sc_error_memory(error);
    for (size_t i = 0; i < teams && code == SC_OK; i++)
        code = sc_people_path_new(planner->teams[i].people, planner->first_day,
                                  (size_t)(planner->end_day - planner->first_day), &v->path[i], error);
    if (code != SC_OK) {
        sc_plan_view_free(planner, v);
        return code;
    }
    v->cost = v->met + months;
    v->cost_sd = v->cost + months;
    v->target_met = v->cost_sd + months;
    v->share = v->target_met + months * targets;
    v->share_sd = v->share + months * targets;
    v->party_met = v->share_sd + months * targets;
    for (size_t r = 0; r < paths; r++) {
        v->level[r] = log(fmax(1e-6, sc_plan_engine_level(planner->engine, seed, r)));
        for (size_t m = 0; m < months; m++)
            v->pick[r * months + m] = sc_uniform(sc_key(sc_key(sc_key(seed, 0x7e51d), r), m));
    }
    *view = v;
    return SC_OK;
}

void sc_plan_view_free(const struct planner *planner, struct plan_view *view)
{
    if (!view)
        return;
    for (size_t i = 0; view->path && i < planner->team_count; i++)
        sc_people_path_free(view->path[i]);
    free(view->path);
    free(view->level);
    free(view->pick);
    free(view->heads);
    free(view->strength);
    free(view->least);
    free(view->headcount);
    free(view->speed);
    free(view->hired);
    free(view->cohorts);
    free(view->met);
    free(view);
}

/* From a path's days to pieces and months. */
static void read_path(const struct planner *planner, struct plan_view *view, size_t team, size_t r)
{
    const struct sc_people_path *path = view->path[team];
    double part = 1.0 / planner->teams[team].people->headcount;
    for (size_t m = 0; m < planner->month_count; m++) {
        const struct plan_month *month = &planner->months[m];
        size_t at = (team * view->paths + r) * planner->month_count + m;
        double speed = 0.0, heads = 0.0, hired = 0.0, logs = 0.0;
        for (size_t q = month->first_piece; q < month->first_piece + month->pieces; q++) {
            const struct plan_piece *piece = &planner->pieces[q];
            size_t from = (size_t)(piece->first_day - planner->first_day);
            double here = 0.0;
            for (size_t d = from; d < from + (size_t)piece->days; d++) {
                here += path->speed[d];
                heads += path->headcount[d];
                hired += path->hired[d];
            }
            view->heads[(team * view->paths + r) * planner->piece_count + q] = part * here / piece->days;
            logs += piece->days * sc_plan_strength(planner, m, team, part * here / piece->days, view->level[r]);
            speed += here;
        }
        view->strength[at] = logs / month->days;
        view->headcount[at] = heads / month->days;
        view->speed[team * planner->month_count + m] += speed / month->days / (double)view->paths;
        view->hired[team * planner->month_count + m] += hired / (double)view->paths;
    }
}

enum sc_code sc_plan_view_people(const struct planner *planner, struct plan_view *view, size_t team, const int *counts,
                                 struct sc_error *error)
{
    const struct plan_team *t = &planner->teams[team];
    const char *name = planner->scenario->pools[t->pool].name;
    size_t months = planner->month_count, n = sc_plan_cohorts(planner, team, counts, view->cohorts);
    struct plan_live live = {.planner = planner, .team = team};
    struct sc_people_occupancy occupancy = {.live = sc_plan_live_occupancy, .context = &live};
    memset(view->speed + team * months, 0, months * sizeof(double));
    memset(view->hired + team * months, 0, months * sizeof(double));
    for (size_t r = 0; r < view->paths; r++) {
        live.level = view->level[r];
        enum sc_code code =
            sc_people_path_fill(view->path[team], t->people, name, view->cohorts, n, &occupancy, view->seed, r, error);
        if (code != SC_OK)
            return code;
        read_path(planner, view, team, r);
    }
    return SC_OK;
}

enum sc_code sc_plan_view_all(const struct planner *planner, struct plan_view *view, const int *counts,
                              struct sc_error *error)
{
    enum sc_code code = SC_OK;
    for (size_t i = 0; i < planner->team_count && code == SC_OK; i++)
        code = sc_plan_view_people(planner, view, i, counts, error);
    return code;
}

/* --- months --- */

static double residual_of(const struct planner *planner, const struct plan_view *view, size_t r, size_t month,
                          size_t target, double part)
{
    const struct plan_curve *curve = &planner->curves[month];
    if (curve->residual_count == 0)
        return 0.0;
    double at = view->pick[r * planner->month_count + month] * (double)curve->residual_count;
    return part * planner->residual[(curve->first_residual + (size_t)at) * planner->target_count + target];
}

static double month_margin(const struct planner *planner, const struct plan_view *view, size_t target, size_t r,
                           size_t month, const double *strength, double doubts)
{
    const struct plan_curve *curve = &planner->curves[month];
    return sc_plan_curve_margin(planner, curve, target, strength) - doubts * curve->doubt[target] +
           residual_of(planner, view, r, month, target, sqrt(curve->share_of_month));
}

static void strengths_of(const struct planner *planner, const struct plan_view *view, size_t month, size_t r,
                         double *strength)
{
    for (size_t i = 0; i < planner->team_count; i++)
        strength[i] = view->strength[(i * view->paths + r) * planner->month_count + month];
}

/* The least margin of the targets on each path, and behind them (`surely`) the same with the curves PLAN_DOUBTS
   standard errors lower; teams are stronger by `shift`: one of them, or all. */
static void least_margins(const struct planner *planner, struct plan_view *view, size_t month, size_t team,
                          double shift, bool surely)
{
    const struct plan_curve *curve = &planner->curves[month];
    double strength[SC_PLAN_TEAMS_MOST];
    for (size_t r = 0; r < view->paths; r++) {
        double least = INFINITY, surest = INFINITY;
        strengths_of(planner, view, month, r, strength);
        for (size_t i = 0; i < planner->team_count; i++)
            strength[i] += team == i || team == planner->team_count ? shift : 0.0;
        for (size_t t = 0; t < planner->target_count; t++) {
            if (!curve->active[t])
                continue;
            double margin = month_margin(planner, view, t, r, month, strength, 0.0);
            double sure = margin - PLAN_DOUBTS * curve->doubt[t];
            least = margin < least ? margin : least;
            surest = sure < surest ? sure : surest;
        }
        view->least[r] = least;
        if (surely)
            view->least[view->paths + r] = surest;
    }
}

/* How many of the paths may miss a month: a share of what is asked for and `slack`, less half a standard error, for a
   plan is chosen where these very paths like it best. */
static double missed_most(const struct planner *planner, const struct plan_view *view, double slack)
{
    double missed = fmin(1.0, 1.0 - planner->confidence + slack), n = (double)view->paths;
    return fmax(0.0, missed - 0.5 * sqrt(missed * (1.0 - missed) / n)) * n + 1e-9;
}

/* The number of rank `rank` by size (from 0); the numbers are put in another order (Hoare 1961, algorithm 65). */
static double ranked(double *number, size_t count, size_t rank)
{
    size_t low = 0, high = count - 1;
    while (low < high) {
        double pivot = number[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;;) {
            while (number[i] < pivot)
                i++;
            while (number[j] > pivot)
                j--;
            if (i >= j)
                break;
            double kept = number[i];
            number[i++] = number[j];
            number[j--] = kept;
        }
        size_t split = number[j] > pivot ? j - 1 : j; /* all up to it are at most the pivot */
        if (rank <= split)
            high = split;
        else
            low = split + 1;
    }
    return number[low];
}

static size_t rank_missed(const struct planner *planner, const struct plan_view *view, double slack)
{
    size_t at = (size_t)missed_most(planner, view, slack);
    return at < view->paths ? at : view->paths - 1;
}

double sc_plan_view_margin(const struct planner *planner, struct plan_view *view, size_t month, size_t team,
                           double shift, bool surely)
{
    least_margins(planner, view, month, team, shift, surely);
    double margin = ranked(view->least, view->paths, rank_missed(planner, view, 0.0));
    if (surely)
        margin = fmin(margin, ranked(view->least + view->paths, view->paths, rank_missed(planner, view, PLAN_SLACK)));
    return margin;
}

bool sc_plan_view_kept(const struct planner *planner, struct plan_view *view, bool surely)
{
    for (size_t m = 0; m < planner->month_count; m++) {
        size_t missed = 0, surely_missed = 0;
        least_margins(planner, view, m, 0, 0.0, surely);
        for (size_t r = 0; r < view->paths; r++) {
            missed += view->least[r] < 0.0;
            surely_missed += surely && view->least[view->paths + r] < 0.0;
        }
        if ((double)missed > missed_most(planner, view, 0.0) ||
            (double)surely_missed > missed_most(planner, view, PLAN_SLACK))
            return false;
    }
    return true;
}

static void judge_cost(const struct planner *planner, struct plan_view *view, size_t month)
{
    double sum = 0.0, squares = 0.0, fixed = planner->curves[month].other_cost;
    for (size_t i = 0; i < planner->team_count; i++)
        fixed += view->hired[i * planner->month_count + month] * planner->teams[i].people->cost_per_hire;
    for (size_t r = 0; r < view->paths; r++) {
        double here = 0.0;
        for (size_t i = 0; i < planner->team_count; i++)
            here += planner->teams[i].salary_per_day * planner->months[month].days *
                    view->headcount[(i * view->paths + r) * planner->month_count + month];
        sum += here;
        squares += here * here;
    }
    double n = (double)view->paths, mean = sum / n;
    view->cost[month] = fixed + mean;
    view->cost_sd[month] = sqrt(fmax(0.0, squares / n - mean * mean));
}

/* A month of a path: adds to the view's sums, returns whether all is met. */
static bool judge_path(const struct planner *planner, struct plan_view *view, size_t month, size_t r, double doubts)
{
    size_t targets = planner->target_count, missed_party = SIZE_MAX;
    double part = 1.0 / (double)view->paths, strength[SC_PLAN_TEAMS_MOST];
    bool all = true;
    strengths_of(planner, view, month, r, strength);
    for (size_t t = 0; t < targets; t++) {
        if (!planner->curves[month].active[t])
            continue;
        double margin = month_margin(planner, view, t, r, month, strength, doubts);
        double share = share_of(margin + sc_plan_wanted(&planner->targets[t]));
        size_t at = month * targets + t, party = planner->targets[t].party;
        view->share[at] += share * part;
        view->share_sd[at] += share * share * part;
        if (margin >= 0.0) {
            view->target_met[at] += part;
        } else {
            all = false;
            if (missed_party != party) /* a party's targets are neighbours */
                view->party_met[month * planner->party_count + party] -= part;
            missed_party = party;
        }
    }
    return all;
}

void sc_plan_view_judge(const struct planner *planner, struct plan_view *view, double doubts)
{
    size_t targets = planner->target_count, parties = planner->party_count;
    for (size_t m = 0; m < planner->month_count; m++) {
        size_t met = 0;
        for (size_t t = m * targets; t < (m + 1) * targets; t++)
            view->target_met[t] = view->share[t] = view->share_sd[t] = 0.0;
        for (size_t p = m * parties; p < (m + 1) * parties; p++)
            view->party_met[p] = 1.0;
        for (size_t r = 0; r < view->paths; r++)
            met += judge_path(planner, view, m, r, doubts);
        view->met[m] = (double)met / (double)view->paths;
        for (size_t t = m * targets; t < (m + 1) * targets; t++)
            view->share_sd[t] = sqrt(fmax(0.0, view->share_sd[t] - view->share[t] * view->share[t]));
        judge_cost(planner, view, m);
    }
}

/* Mean strengths over some pieces, for the demand in their middle. */
static void strengths_over(const struct planner *planner, const struct plan_view *view, size_t piece, size_t pieces,
                           size_t r, double *strength)
{
    const struct plan_curve *curve = &planner->curves[planner->pieces[piece].month];
    int days = 0;
    for (size_t i = 0; i < planner->team_count; i++)
        strength[i] = 0.0;
    for (size_t q = piece; q < piece + pieces; q++) {
        days += planner->pieces[q].days;
        for (size_t i = 0; i < planner->team_count; i++)
            strength[i] +=
                planner->pieces[q].days *
                sc_plan_strength(planner, planner->pieces[piece].month, i,
                                 view->heads[(i * view->paths + r) * planner->piece_count + q], view->level[r]);
    }
    double later = (double)(planner->pieces[piece].first_day - curve->middle_day) + 0.5 * days;
    for (size_t i = 0; i < planner->team_count; i++)
        strength[i] = strength[i] / days - later * curve->growth_a_day;
}

double sc_plan_view_miss(const struct planner *planner, const struct plan_view *view, size_t party, size_t piece)
{
    size_t month = planner->pieces[piece].month, missed = 0, pieces = 0;
    double strength[SC_PLAN_TEAMS_MOST];
    int days = 0;
    while (piece + pieces < planner->piece_count && days < 28)
        days += planner->pieces[piece + pieces++].days;
    for (size_t r = 0; r < view->paths; r++) {
        bool met = true;
        strengths_over(planner, view, piece, pieces, r, strength);
        for (size_t t = 0; t < planner->target_count; t++)
            if (planner->targets[t].party == party && planner->curves[month].active[t])
                met = met && month_margin(planner, view, t, r, month, strength, 0.0) >= 0.0;
        missed += !met;
    }
    return (double)missed / (double)view->paths;
}

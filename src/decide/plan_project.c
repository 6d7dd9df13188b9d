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

/* --- people --- */

double sc_plan_strength(const struct planner *planner, size_t month, size_t team, double heads, double level)
{
    double most = planner->curves[month].centre[team] + log(2.0);
    return fmin(log(fmax(heads, 0.05)) - level, most);
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

/* Half a standard error in favour of the curves; 1 where the verdicts have shown little. */
double sc_plan_part_foretold(const struct planner *planner)
{
    static const double before = 3.0; /* in favour of 1 */
    double foretold = planner->missed_foretold + 0.5 * sqrt(planner->missed_played) + before;
    return fmax(0.4, fmin(1.0, foretold / (planner->missed_played + before)));
}

/* How many of the paths may miss a month: a share of what is asked for and `slack`, less half a standard error, for a
   plan is chosen where these very paths like it best. */
static double missed_most(const struct planner *planner, const struct plan_view *view, size_t month, double slack)
{
    double missed = fmin(1.0, 1.0 - planner->confidence + slack), n = (double)view->paths;
    if (month >= planner->first_helped) /* nobody hired from now on can help the months before */
        missed *= sc_plan_part_foretold(planner);
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

static size_t rank_missed(const struct planner *planner, const struct plan_view *view, size_t month, double slack)
{
    size_t at = (size_t)missed_most(planner, view, month, slack);
    return at < view->paths ? at : view->paths - 1;
}

double sc_plan_view_margin(const struct planner *planner, struct plan_view *view, size_t month, size_t team,
                           double shift, bool surely)
{
    least_margins(planner, view, month, team, shift, surely);
    size_t rank = rank_missed(planner, view, month, surely ? PLAN_NEAR : 0.0);
    double margin = ranked(view->least, view->paths, rank);
    if (surely) {
        rank = rank_missed(planner, view, month, PLAN_SLACK);
        margin = fmin(margin, ranked(view->least + view->paths, view->paths, rank));
    }
    return margin;
}

static bool is_month_kept(const struct planner *planner, struct plan_view *view, size_t month, bool surely)
{
    size_t missed = 0, surely_missed = 0;
    least_margins(planner, view, month, 0, 0.0, surely);
    for (size_t r = 0; r < view->paths; r++) {
        missed += view->least[r] < 0.0;
        surely_missed += surely && view->least[view->paths + r] < 0.0;
    }
    return (double)missed <= missed_most(planner, view, month, PLAN_NEAR) &&
           (double)surely_missed <= missed_most(planner, view, month, PLAN_SLACK);
}

bool sc_plan_view_kept(const struct planner *planner, struct plan_view *view, bool surely)
{
    if (!is_month_kept(planner, view, view->last_missed, surely)) /* most likely missed again */
        return false;
    for (size_t m = 0; m < planner->month_count; m++)
        if (m != view->last_missed && !is_month_kept(planner, view, m, surely)) {
            view->last_missed = m;
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
        double share = sc_plan_share(margin + sc_plan_wanted(&planner->targets[t]));
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

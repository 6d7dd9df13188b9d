/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The projection: people on many paths, week by week, against the response curves.
 *
 * On a path the log odds of a month's share of contacts in favour of a target are what the curve says of the teams'
 * strengths in that month, per unit of the path's level of demand, and what margins that were read so are off it by, at
 * a rank that is drawn (plan_scatter.c). A strength is the mean over the weeks of the logarithm of heads by speed, of
 * no more than twice as many as at the curve's centre: a week of plenty does not make good three of want.
 *
 * All that is random is drawn from the view's seed by number, so that two plans are compared on the same people
 * leaving, the same demand and the same ranks.
 */
#include "decide/plan_private.h"

#include <omp.h>

#include <math.h>
#include <stdlib.h>

int sc_plan_threads(const struct planner *planner)
{
    return planner->options.threads > 0 ? planner->options.threads : omp_get_max_threads();
}

/* --- people --- */

double sc_plan_strength(const struct planner *planner, size_t month, size_t team, double heads, double level)
{
    static const double twice = 0.6931471805599453;
    double most = planner->curves[month].centre[team] + twice, here = log(heads > 0.05 ? heads : 0.05) - level;
    return here < most ? here : most;
}

/* --- months --- */

/* A month of a view. */
struct reading {
    const struct planner *planner;
    const struct plan_view *view;
    const struct plan_curve *curve;
    size_t month;
};

static struct reading reading_of(const struct planner *planner, const struct plan_view *view, size_t month)
{
    return (struct reading){planner, view, &planner->curves[month], month};
}

/* What is drawn for a path: ranks of the targets, or one for all. */
struct drawn {
    const double *ranks;
    double pick;
};

static struct drawn drawn_of(const struct reading *reading, size_t r)
{
    double pick = reading->view->pick[r * reading->planner->month_count + reading->month];
    return (struct drawn){sc_plan_scatter_ranks(reading->planner, reading->month, pick), pick};
}

/* By how much the curve reads more than it must: below 0 the target is missed; INFINITY: it is not judged. */
static double reading_more(const struct reading *reading, size_t target, struct drawn drawn, double read)
{
    double rank = drawn.ranks ? drawn.ranks[target] : drawn.pick;
    return isnan(rank) ? INFINITY
                       : read + reading->curve->lift[target] - sc_plan_scatter_critical(reading->curve, target, rank);
}

/* That, and the margin that the target's share has at these strengths. */
struct margins {
    double missed, share;
};

static struct margins month_margins(const struct reading *reading, size_t target, struct drawn drawn,
                                    const double *strength)
{
    const struct plan_curve *curve = reading->curve;
    double read = sc_plan_curve_margin(reading->planner, curve, target, strength);
    double rank = drawn.ranks ? drawn.ranks[target] : drawn.pick;
    double off = sc_plan_scatter_off(curve, target, read, isnan(rank) ? 0.5 : rank) + curve->lift[target];
    return (struct margins){reading_more(reading, target, drawn, read), read + off};
}

static void strengths_of(const struct planner *planner, const struct plan_view *view, size_t month, size_t r,
                         double *strength)
{
    for (size_t i = 0; i < planner->team_count; i++)
        strength[i] = view->strength[(i * view->paths + r) * planner->month_count + month];
}

/* The least margin of the targets on a path; teams are stronger by `shift`: one of them, or all. */
static double least_margin(const struct reading *reading, size_t r, size_t team, double shift)
{
    const struct planner *planner = reading->planner;
    struct drawn drawn = drawn_of(reading, r);
    double least = INFINITY, strength[SC_PLAN_TEAMS_MOST];
    strengths_of(planner, reading->view, reading->month, r, strength);
    for (size_t i = 0; i < planner->team_count; i++)
        strength[i] += team == i || team == planner->team_count ? shift : 0.0;
    for (size_t t = 0; t < planner->target_count; t++) {
        if (!reading->curve->active[t])
            continue;
        double read = sc_plan_curve_margin(planner, reading->curve, t, strength);
        double more = reading_more(reading, t, drawn, read);
        least = more < least ? more : least;
    }
    return least;
}

/* Can somebody hired from now on help a month? To be careful is of use there only. */
static bool is_helped(const struct planner *planner, size_t month)
{
    return month >= planner->first_helped;
}

/*
 * How many of the paths may miss a month; `surely`: also with doubts. A month that nobody can help is kept within the
 * tolerance. Less half a standard error, for a plan is chosen where these very paths like it best.
 */
static double missed_most(const struct planner *planner, const struct plan_view *view, size_t month, bool surely)
{
    const struct plan_curve *curve = &planner->curves[month];
    bool helped = is_helped(planner, month);
    double missed = 1.0 - planner->confidence, n = (double)view->paths;
    double most = sc_plan_allowed(curve, fmin(1.0, missed + (helped ? 0.0 : SC_PLAN_TOLERANCE)), 0.0);
    if (surely && helped)
        most = fmin(most, sc_plan_allowed(curve, fmin(1.0, missed + 0.5 * SC_PLAN_TOLERANCE), PLAN_DOUBTS));
    return fmax(0.0, most - 0.5 * sqrt(most * (1.0 - most) / n)) * n + 1e-9;
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

double sc_plan_view_margin(const struct planner *planner, const struct plan_view *view, size_t month, size_t team,
                           double shift, bool surely)
{
    struct reading reading = reading_of(planner, view, month);
    double *margin = view->least + month * view->paths;
    size_t rank = (size_t)missed_most(planner, view, month, surely);
    for (size_t r = 0; r < view->paths; r++)
        margin[r] = least_margin(&reading, r, team, shift);
    return ranked(margin, view->paths, rank < view->paths ? rank : view->paths - 1);
}

static bool is_month_kept(const struct planner *planner, const struct plan_view *view, size_t month, bool surely)
{
    struct reading reading = reading_of(planner, view, month);
    double most = missed_most(planner, view, month, surely);
    size_t missed = 0;
    for (size_t r = 0; r < view->paths && (double)missed <= most; r++)
        missed += least_margin(&reading, r, 0, 0.0) < 0.0;
    return (double)missed <= most;
}

bool sc_plan_view_kept(const struct planner *planner, struct plan_view *view, bool surely)
{
    int missed = 0;                                               /* the last month that is known to be, and one */
    if (!is_month_kept(planner, view, view->last_missed, surely)) /* most likely missed again */
        return false;
#pragma omp parallel for num_threads(sc_plan_threads(planner)) schedule(dynamic) reduction(max : missed)
    for (int m = 0; m < (int)planner->month_count; m++)
        if (missed <= 0 && !is_month_kept(planner, view, (size_t)m, surely))
            missed = m + 1;
    if (missed > 0)
        view->last_missed = (size_t)missed - 1;
    return missed == 0;
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
static bool judge_path(const struct reading *reading, struct plan_view *view, size_t r, double doubts)
{
    const struct planner *planner = reading->planner;
    struct drawn drawn = drawn_of(reading, r);
    size_t targets = planner->target_count, month = reading->month, missed_party = SIZE_MAX;
    double part = 1.0 / (double)view->paths, strength[SC_PLAN_TEAMS_MOST];
    bool all = true;
    strengths_of(planner, view, month, r, strength);
    for (size_t t = 0; t < targets; t++) {
        if (!reading->curve->active[t])
            continue;
        struct margins margins = month_margins(reading, t, drawn, strength);
        double share = sc_plan_share(margins.share + sc_plan_wanted(&planner->targets[t]));
        size_t at = month * targets + t, party = planner->targets[t].party;
        view->share[at] += share * part;
        view->share_sd[at] += share * share * part;
        if (margins.missed - doubts * reading->curve->lift_doubt[t] >= 0.0) {
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

/* Of a chance that something is met; sums over paths may be off by rounding. */
static double believed(const struct plan_curve *curve, double met, double doubts)
{
    return 1.0 - sc_plan_believed(curve, fmax(0.0, fmin(1.0, 1.0 - met)), doubts);
}

static void judge_month(const struct planner *planner, struct plan_view *view, size_t month, double doubts)
{
    struct reading reading = reading_of(planner, view, month);
    size_t targets = planner->target_count, parties = planner->party_count, met = 0;
    for (size_t t = month * targets; t < (month + 1) * targets; t++)
        view->target_met[t] = view->share[t] = view->share_sd[t] = 0.0;
    for (size_t p = month * parties; p < (month + 1) * parties; p++)
        view->party_met[p] = 1.0;
    for (size_t r = 0; r < view->paths; r++)
        met += judge_path(&reading, view, r, doubts);
    view->met[month] = believed(reading.curve, (double)met / (double)view->paths, doubts);
    for (size_t p = month * parties; p < (month + 1) * parties; p++)
        view->party_met[p] = believed(reading.curve, view->party_met[p], doubts);
    for (size_t t = month * targets; t < (month + 1) * targets; t++)
        view->target_met[t] = believed(reading.curve, view->target_met[t], doubts);
    for (size_t t = month * targets; t < (month + 1) * targets; t++)
        view->share_sd[t] = sqrt(fmax(0.0, view->share_sd[t] - view->share[t] * view->share[t]));
    judge_cost(planner, view, month);
}

void sc_plan_view_judge(const struct planner *planner, struct plan_view *view, double doubts)
{
#pragma omp parallel for num_threads(sc_plan_threads(planner)) schedule(dynamic)
    for (int m = 0; m < (int)planner->month_count; m++)
        judge_month(planner, view, (size_t)m, doubts);
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

double sc_plan_view_miss(const struct planner *planner, const struct plan_view *view, size_t party, size_t piece,
                         double doubts)
{
    size_t month = planner->pieces[piece].month, missed = 0, pieces = 0;
    struct reading reading = reading_of(planner, view, month);
    double strength[SC_PLAN_TEAMS_MOST];
    int days = 0;
    while (piece + pieces < planner->piece_count && days < 28)
        days += planner->pieces[piece + pieces++].days;
    for (size_t r = 0; r < view->paths; r++) {
        struct drawn drawn = drawn_of(&reading, r);
        bool met = true;
        strengths_over(planner, view, piece, pieces, r, strength);
        for (size_t t = 0; t < planner->target_count; t++)
            if (planner->targets[t].party == party && reading.curve->active[t])
                met = met && reading_more(&reading, t, drawn,
                                          sc_plan_curve_margin(planner, reading.curve, t, strength)) >= 0.0;
        missed += !met;
    }
    return sc_plan_believed(reading.curve, (double)missed / (double)view->paths, doubts);
}

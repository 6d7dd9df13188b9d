/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each lever is worth against the plan: all on the paths that the plan was chosen on, so that a difference is the
 * lever's and not chance's; its interval is that of the differences path by path. Hires are read from the curves, after
 * the engine has mended them where the plan is: to play a month with a head fewer so often that its chance is known as
 * well would take a hundred times the paths. What better bots do no curve knows: they are played (plan_bots.c).
 *
 * Some levers change the plan (all hires a month later, one head fewer, none at all); others change what is wanted or
 * the work, and hires that are no longer needed are taken out or put off (lower targets, better bots); overtime takes
 * the place of all hires.
 */
#include "decide/plan_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double target_points = 0.05, z_two_sided = 1.959963984540054;

struct bench {
    struct planner *planner;
    struct plan_view *view;
    const int *plan;
    int *counts;
    double *salaries; /* [paths], of the plan */
    double cost;      /* of the plan */
    int heads;
};

static double total_cost(const struct planner *planner, const struct plan_view *view)
{
    double sum = 0.0;
    for (size_t m = 0; m < planner->month_count; m++)
        sum += view->cost[m];
    return sum;
}

static int total_heads(const struct planner *planner, const int *counts)
{
    int sum = 0;
    for (size_t k = 0; k < planner->class_count; k++)
        sum += counts[k];
    return sum;
}

/* Salaries until the end on a path: all of the cost that differs from path to path. */
static double salaries_of(const struct planner *planner, const struct plan_view *view, size_t r)
{
    double sum = 0.0;
    for (size_t i = 0; i < planner->team_count; i++)
        for (size_t m = 0; m < planner->month_count; m++)
            sum += planner->teams[i].salary_per_day * planner->months[m].days *
                   view->headcount[(i * view->paths + r) * planner->month_count + m];
    return sum;
}

/* What the people in the view cost more than those of the plan: the difference on each path. */
static struct sc_figure cost_difference(const struct bench *bench)
{
    const struct plan_view *view = bench->view;
    double sum = 0.0, squares = 0.0, n = (double)view->paths, mean = total_cost(bench->planner, view) - bench->cost;
    for (size_t r = 0; r < view->paths; r++) {
        double here = salaries_of(bench->planner, view, r) - bench->salaries[r];
        sum += here;
        squares += here * here;
    }
    double half = z_two_sided * sqrt(fmax(0.0, squares / n - sum / n * (sum / n)) / (n - 1.0));
    return (struct sc_figure){mean, mean - half, mean + half};
}

/* Projects counts and reads the lever from them. */
static enum sc_code lever_read(const struct bench *bench, const int *counts, struct sc_plan_lever *lever,
                               struct sc_error *error)
{
    const struct planner *planner = bench->planner;
    enum sc_code code = sc_plan_view_all(planner, bench->view, counts, error);
    if (code != SC_OK)
        return code;
    sc_plan_view_judge(planner, bench->view, z_two_sided);
    double *low = calloc(2 * planner->month_count, sizeof *low), *high = low + planner->month_count;
    if (!low)
        return sc_error_memory(error);
    const double *met = bench->view->met;
    memcpy(low, met, planner->month_count * sizeof *low);
    sc_plan_view_judge(planner, bench->view, -z_two_sided);
    memcpy(high, met, planner->month_count * sizeof *high);
    sc_plan_view_judge(planner, bench->view, 0.0);
    lever->reached = true;
    lever->cost_difference = cost_difference(bench);
    lever->heads_difference = total_heads(planner, counts) - bench->heads;
    size_t worst = 0;
    for (size_t m = 1; m < planner->month_count; m++)
        if (met[m] < met[worst])
            worst = m;
    lever->worst_month = (int)worst;
    lever->least_met =
        sc_plan_probability(met[worst], low[worst], high[worst], (double)bench->view->paths, z_two_sided);
    free(low);
    return SC_OK;
}

/* All classes a month later; those that would begin after the last class are not held at all. */
static void delay(const struct bench *bench)
{
    const struct planner *planner = bench->planner;
    memset(bench->counts, 0, planner->class_count * sizeof(int));
    for (size_t k = 0; k < planner->class_count; k++) {
        const struct plan_team *team = &planner->teams[planner->classes[k].team];
        int64_t wanted = planner->classes[k].start_day + (int64_t)lround(SC_MONTH_DAYS);
        size_t to = k;
        while (to < team->first_class + team->classes && planner->classes[to].start_day < wanted)
            to++;
        if (to < team->first_class + team->classes)
            bench->counts[to] += bench->plan[k];
    }
}

static void one_fewer(const struct bench *bench)
{
    const struct planner *planner = bench->planner;
    size_t first = planner->class_count;
    memcpy(bench->counts, bench->plan, planner->class_count * sizeof(int));
    for (size_t k = 0; k < planner->class_count; k++)
        if (bench->plan[k] > 0 &&
            (first == planner->class_count || planner->classes[k].start_day < planner->classes[first].start_day))
            first = k;
    if (first < planner->class_count)
        bench->counts[first]--;
}

/* From the plan: what of it is no longer needed. */
static enum sc_code trim(const struct bench *bench, struct sc_plan_lever *lever, struct sc_error *error)
{
    memcpy(bench->counts, bench->plan, bench->planner->class_count * sizeof(int));
    enum sc_code code = sc_plan_hires_trim(bench->planner, bench->view, bench->counts, error);
    return code == SC_OK ? lever_read(bench, bench->counts, lever, error) : code;
}

static enum sc_code lower_targets(const struct bench *bench, struct sc_plan_lever *lever, struct sc_error *error)
{
    struct planner *planner = bench->planner;
    double *moved = calloc(planner->target_count + 1, sizeof *moved);
    if (!moved)
        return sc_error_memory(error);
    for (size_t t = 0; t < planner->target_count; t++) {
        struct sc_plan_target lower = planner->targets[t];
        lower.wanted += lower.answer ? -target_points : target_points;
        moved[t] = sc_plan_wanted(&planner->targets[t]) - sc_plan_wanted(&lower);
        for (size_t m = 0; m < planner->month_count; m++)
            planner->curves[m].lift[t] += moved[t];
    }
    enum sc_code code = trim(bench, lever, error);
    for (size_t t = 0; t < planner->target_count; t++)
        for (size_t m = 0; m < planner->month_count; m++)
            planner->curves[m].lift[t] -= moved[t];
    free(moved);
    return code;
}

/* All curves higher by what better bots do, but for so many standard errors of that. */
static void curves_lift(struct planner *planner, const struct plan_bots *bots, double less)
{
    for (size_t m = 0; m < planner->month_count; m++)
        for (size_t t = 0; t < planner->target_count; t++) {
            double doubt = bots->margin_half[t] / z_two_sided;
            planner->curves[m].lift[t] = bots->margin[t] - less * doubt;
            planner->curves[m].lift_doubt[t] = doubt;
        }
}

static void curves_restore(struct planner *planner)
{
    for (size_t m = 0; m < planner->month_count; m++)
        for (size_t t = 0; t < planner->target_count; t++)
            planner->curves[m].lift[t] = planner->curves[m].lift_doubt[t] = 0.0;
}

static enum sc_code better_bots(const struct bench *bench, struct sc_plan_lever *lever, bool *possible,
                                struct sc_error *error)
{
    struct plan_bots bots;
    enum sc_code code = sc_plan_bots_play(bench->planner, &bots, error);
    *possible = code == SC_OK && bots.possible;
    if (!*possible)
        return code;
    memcpy(bench->counts, bench->plan, bench->planner->class_count * sizeof(int));
    curves_lift(bench->planner, &bots, PLAN_DOUBTS); /* a hire goes where it surely can */
    code = sc_plan_hires_trim(bench->planner, bench->view, bench->counts, error);
    curves_lift(bench->planner, &bots, 0.0);
    if (code == SC_OK)
        code = lever_read(bench, bench->counts, lever, error);
    curves_restore(bench->planner);
    struct sc_figure *cost = &lever->cost_difference;
    double half = hypot(cost->high - cost->mean, bots.cost_half);
    cost->mean += bots.cost;
    cost->low = cost->mean - half;
    cost->high = cost->mean + half;
    return code;
}

/* What an hour of overtime costs: that of the pool, or the salary's where the pool has no price. */
static double overtime_hour(const struct planner *planner, size_t team)
{
    const struct sc_pool *pool = &planner->scenario->pools[planner->teams[team].pool];
    const struct sc_people *people = planner->teams[team].people;
    double hour = pool->cost_per_hour > 0.0 ? pool->cost_per_hour
                                            : people->salary_per_month / (people->hours_per_week * SC_MONTH_DAYS / 7.0);
    return hour * pool->overtime_factor;
}

/* Nobody is hired; in each month that would be missed all heads work longer, by the same share. What that costs is
   added up; NAN hours where it does not help. */
struct overtime {
    double hours; /* a head and week in the worst month */
    int worst_month;
    double cost;
};

static struct overtime overtime_of(const struct bench *bench)
{
    struct planner *planner = bench->planner;
    struct overtime sum = {.worst_month = -1};
    for (size_t m = 0; m < planner->month_count; m++) {
        double low = 0.0, high = 0.7, weeks = planner->months[m].days / 7.0;
        if (sc_plan_view_margin(planner, bench->view, m, 0, 0.0, false) >= 0.0)
            continue;
        if (sc_plan_view_margin(planner, bench->view, m, planner->team_count, high, false) < 0.0)
            return (struct overtime){.hours = NAN, .worst_month = (int)m, .cost = NAN};
        for (int i = 0; i < 10; i++) {
            double middle = 0.5 * (low + high);
            bool kept = sc_plan_view_margin(planner, bench->view, m, planner->team_count, middle, false) >= 0.0;
            *(kept ? &high : &low) = middle;
        }
        for (size_t i = 0; i < planner->team_count; i++) {
            double hours = expm1(high) * planner->teams[i].people->hours_per_week;
            sum.cost += bench->view->speed[i * planner->month_count + m] * weeks * hours * overtime_hour(planner, i);
            if (hours > sum.hours) {
                sum.hours = hours;
                sum.worst_month = (int)m;
            }
        }
    }
    return sum;
}

/* By how much the odds of a miss must be worse for a month at the confidence asked for to be so many standard errors
   worse. */
static double odds_worse(const struct planner *planner, size_t month, double doubts)
{
    double missed = 1.0 - planner->confidence;
    double less = missed - doubts * planner->curves[month].doubt * sqrt(missed * (1.0 - missed));
    less = fmax(1e-6, fmin(1.0 - 1e-6, less));
    return log(missed / (1.0 - missed)) - log(less / (1.0 - less));
}

/* The same with the chances of all months so many standard errors worse. */
static struct overtime overtime_doubting(const struct bench *bench, double doubts)
{
    struct planner *planner = bench->planner;
    for (size_t m = 0; m < planner->month_count; m++)
        planner->curves[m].odds += odds_worse(planner, m, doubts);
    struct overtime sum = overtime_of(bench);
    for (size_t m = 0; m < planner->month_count; m++)
        planner->curves[m].odds -= odds_worse(planner, m, doubts);
    return sum;
}

static enum sc_code overtime(const struct bench *bench, struct sc_plan_lever *lever, struct sc_error *error)
{
    memset(bench->counts, 0, bench->planner->class_count * sizeof(int));
    enum sc_code code = lever_read(bench, bench->counts, lever, error);
    if (code != SC_OK)
        return code;
    struct overtime sum = overtime_of(bench), least = overtime_doubting(bench, -z_two_sided),
                    most = overtime_doubting(bench, z_two_sided);
    struct sc_figure *cost = &lever->cost_difference;
    double half = cost->high - cost->mean;
    lever->least_met = (struct sc_figure){NAN, NAN, NAN};
    lever->reached = !isnan(sum.hours);
    lever->worst_month = sum.worst_month;
    lever->amount = (struct sc_figure){sum.hours, least.hours, most.hours};
    *cost = (struct sc_figure){cost->mean + sum.cost, cost->mean + least.cost - half, cost->mean + most.cost + half};
    return SC_OK;
}

/* Those that plan anew only where there is something to plan. */
static enum sc_code lever_fill(const struct bench *bench, struct sc_plan_lever *lever, bool *possible,
                               struct sc_error *error)
{
    memset(bench->counts, 0, bench->planner->class_count * sizeof(int));
    *possible = true;
    switch (lever->kind) {
    case SC_LEVER_AUTOMATION:
        *possible = false;
        return sc_plan_has_bots(bench->planner) ? better_bots(bench, lever, possible, error) : SC_OK;
    case SC_LEVER_TARGET:
        return lower_targets(bench, lever, error);
    case SC_LEVER_OVERTIME:
        return overtime(bench, lever, error);
    case SC_LEVER_DELAY:
        delay(bench);
        break;
    case SC_LEVER_FEWER:
        one_fewer(bench);
        break;
    case SC_LEVER_NOTHING:
        break;
    }
    return lever_read(bench, bench->counts, lever, error);
}

enum sc_code sc_plan_levers_fill(struct planner *planner, struct plan_view *view, const int *counts,
                                 struct sc_plan *plan, struct sc_error *error)
{
    enum { LEVERS_MOST = 6 };
    struct bench bench = {.planner = planner, .view = view, .plan = counts, .heads = total_heads(planner, counts)};
    if (bench.heads == 0 || planner->options.mode == SC_PLAN_EVALUATE)
        return SC_OK;
    plan->levers = sc_arena_array(&planner->arena, LEVERS_MOST, sizeof *plan->levers);
    bench.counts = calloc(planner->class_count + 1, sizeof *bench.counts);
    bench.salaries = calloc(view->paths, sizeof *bench.salaries);
    enum sc_code code = plan->levers && bench.counts && bench.salaries ? sc_plan_view_all(planner, view, counts, error)
                                                                       : sc_error_memory(error);
    if (code == SC_OK) {
        sc_plan_view_judge(planner, view, 0.0);
        bench.cost = total_cost(planner, view);
        for (size_t r = 0; r < view->paths; r++)
            bench.salaries[r] = salaries_of(planner, view, r);
    }
    for (int kind = SC_LEVER_DELAY; kind <= SC_LEVER_NOTHING && code == SC_OK; kind++) {
        struct sc_plan_lever lever = {.kind = (enum sc_plan_lever_kind)kind, .worst_month = -1};
        bool possible;
        code = lever_fill(&bench, &lever, &possible, error);
        if (code == SC_OK && possible)
            plan->levers[plan->lever_count++] = lever;
    }
    free(bench.counts);
    free(bench.salaries);
    return code;
}

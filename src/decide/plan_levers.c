/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each lever is worth against the plan: all on the paths that the plan was chosen on, so that a difference is the
 * lever's and not chance's. These are figures of the projection, after the engine has shifted it to where the plan is.
 *
 * Some levers change the plan (all hires a month later, one head fewer, none at all); others change what is wanted or
 * the work, and hires that are no longer needed are taken out or put off (lower targets, better bots); overtime takes
 * the place of all hires.
 */
#include "decide/plan_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double target_points = 0.05;

struct bench {
    struct planner *planner;
    struct plan_view *view;
    const int *plan;
    int *counts;
    double cost; /* of the plan */
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

/* Projects counts and reads the lever from them. */
static enum sc_code lever_read(const struct bench *bench, const int *counts, struct sc_plan_lever *lever,
                               struct sc_error *error)
{
    const struct planner *planner = bench->planner;
    enum sc_code code = sc_plan_view_all(planner, bench->view, counts, error);
    if (code != SC_OK)
        return code;
    sc_plan_view_judge(planner, bench->view, 0.0);
    lever->reached = true;
    lever->cost_difference = total_cost(planner, bench->view) - bench->cost;
    lever->heads_difference = total_heads(planner, counts) - bench->heads;
    lever->worst_month = 0;
    for (size_t m = 1; m < planner->month_count; m++)
        if (bench->view->met[m] < bench->view->met[lever->worst_month])
            lever->worst_month = (int)m;
    lever->least_met = bench->view->met[lever->worst_month];
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
            planner->curves[m].margin[t] += moved[t];
    }
    enum sc_code code = trim(bench, lever, error);
    for (size_t t = 0; t < planner->target_count; t++)
        for (size_t m = 0; m < planner->month_count; m++)
            planner->curves[m].margin[t] -= moved[t];
    free(moved);
    return code;
}

/* Less work is as good as stronger teams. */
static void relieve(struct planner *planner, double sign)
{
    planner->curves_changed++;
    for (size_t m = 0; m < planner->month_count; m++) {
        struct plan_curve *curve = &planner->curves[m];
        for (size_t i = 0; i < planner->team_count; i++)
            curve->centre[i] += sign * log1p(-curve->relief[i]);
        curve->other_cost += sign * curve->relief_cost;
    }
}

static bool any_relief(const struct planner *planner)
{
    for (size_t m = 0; m < planner->month_count; m++)
        for (size_t i = 0; i < planner->team_count; i++)
            if (planner->curves[m].relief[i] > 0.0)
                return true;
    return false;
}

static enum sc_code better_bots(const struct bench *bench, struct sc_plan_lever *lever, struct sc_error *error)
{
    relieve(bench->planner, 1.0);
    enum sc_code code = trim(bench, lever, error);
    relieve(bench->planner, -1.0);
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

/* Nobody is hired; in each month that would be missed all heads work longer, by the same share. */
static enum sc_code overtime(const struct bench *bench, struct sc_plan_lever *lever, struct sc_error *error)
{
    struct planner *planner = bench->planner;
    memset(bench->counts, 0, planner->class_count * sizeof(int));
    enum sc_code code = lever_read(bench, bench->counts, lever, error);
    if (code != SC_OK)
        return code;
    lever->least_met = NAN;
    for (size_t m = 0; m < planner->month_count && lever->reached; m++) {
        double low = 0.0, high = 0.7, weeks = planner->months[m].days / 7.0;
        if (sc_plan_view_margin(planner, bench->view, m, 0, 0.0, false) >= 0.0)
            continue;
        lever->reached = sc_plan_view_margin(planner, bench->view, m, planner->team_count, high, false) >= 0.0;
        for (int i = 0; i < 10; i++) {
            double middle = 0.5 * (low + high);
            bool kept = sc_plan_view_margin(planner, bench->view, m, planner->team_count, middle, false) >= 0.0;
            *(kept ? &high : &low) = middle;
        }
        for (size_t i = 0; i < planner->team_count; i++) {
            double hours = expm1(high) * planner->teams[i].people->hours_per_week;
            lever->cost_difference +=
                bench->view->speed[i * planner->month_count + m] * weeks * hours * overtime_hour(planner, i);
            if (hours > lever->amount) {
                lever->amount = hours;
                lever->worst_month = (int)m;
            }
        }
    }
    return SC_OK;
}

enum sc_code sc_plan_levers_fill(struct planner *planner, struct plan_view *view, const int *counts,
                                 struct sc_plan *plan, struct sc_error *error)
{
    struct bench bench = {.planner = planner, .view = view, .plan = counts, .heads = total_heads(planner, counts)};
    bool hires = bench.heads > 0, chosen = planner->options.mode != SC_PLAN_EVALUATE;
    enum { LEVERS_MOST = 6 };
    plan->levers = sc_arena_array(&planner->arena, LEVERS_MOST, sizeof *plan->levers);
    bench.counts = calloc(planner->class_count + 1, sizeof *bench.counts);
    enum sc_code code =
        plan->levers && bench.counts ? sc_plan_view_all(planner, view, counts, error) : sc_error_memory(error);
    if (code == SC_OK) {
        sc_plan_view_judge(planner, view, 0.0);
        bench.cost = total_cost(planner, view);
    }
    for (int kind = SC_LEVER_DELAY; kind <= SC_LEVER_NOTHING && code == SC_OK; kind++) {
        struct sc_plan_lever lever = {.kind = (enum sc_plan_lever_kind)kind, .worst_month = -1};
        bool here = kind == SC_LEVER_AUTOMATION ? chosen && hires && any_relief(planner) : hires && chosen;
        if (!here)
            continue;
        memset(bench.counts, 0, planner->class_count * sizeof(int));
        if (kind == SC_LEVER_DELAY)
            delay(&bench);
        else if (kind == SC_LEVER_FEWER)
            one_fewer(&bench);
        code = kind == SC_LEVER_AUTOMATION ? better_bots(&bench, &lever, error)
               : kind == SC_LEVER_TARGET   ? lower_targets(&bench, &lever, error)
               : kind == SC_LEVER_OVERTIME ? overtime(&bench, &lever, error)
                                           : lever_read(&bench, bench.counts, &lever, error);
        plan->levers[plan->lever_count++] = lever;
    }
    free(bench.counts);
    return code;
}

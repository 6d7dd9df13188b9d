/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a course of action comes to, month by month. Figures are means over paths; their intervals have in them how
 * paths scatter and how far the curves are known after the verification.
 */
#include "decide/plan_private.h"

#include "base/random.h"
#include "estimate/loop.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OUTCOME_PATHS = 2048 };
static const double z_two_sided = 1.959963984540054, z_one_sided = 1.6448536269514722;

/* --- people by month --- */

enum stat { HEADCOUNT, BEGIN, LEFT, HIRED, TRAINING, RAMPING, FULL, AVAILABLE, OCCUPANCY, STATS };

struct sums {
    double sum[STATS], squares[STATS];
};

static void path_month(const struct planner *planner, const struct sc_people_path *path, size_t team, size_t month,
                       double level, double *value)
{
    const struct plan_month *m = &planner->months[month];
    const struct sc_people *people = planner->teams[team].people;
    size_t from = (size_t)(m->first_day - planner->first_day), days = (size_t)m->days;
    double part = 1.0 / m->days;
    for (int i = 0; i < STATS; i++)
        value[i] = 0.0;
    value[BEGIN] = from > 0 ? path->headcount[from - 1] : path->headcount[0] - path->hired[0];
    for (size_t d = from; d < from + days; d++) {
        double ramping = 0.0;
        for (size_t i = 0; i < path->ramps; i++)
            ramping += path->ramp[i * (path->days + 1) + d];
        value[HEADCOUNT] += part * path->headcount[d];
        value[LEFT] += path->left[d];
        value[HIRED] += path->hired[d];
        value[TRAINING] += part * path->training[d];
        value[RAMPING] += part * ramping;
        value[FULL] += part * (path->headcount[d] - path->training[d] - ramping);
        value[AVAILABLE] += part * path->speed[d] * (1.0 - people->overhead);
        double strength = log(fmax(path->speed[d] / people->headcount, 0.05)) - level;
        value[OCCUPANCY] += part * sc_plan_curve_occupancy(planner, &planner->curves[month], team, strength);
    }
}

static struct sc_figure figure_of(const struct sums *sums, enum stat stat, double n, double factor)
{
    double mean = sums->sum[stat] / n;
    double half = z_two_sided * sqrt(fmax(0.0, sums->squares[stat] / n - mean * mean) / (n - 1.0));
    return (struct sc_figure){factor * mean, factor * fmax(0.0, mean - half), factor * (mean + half)};
}

/*
 * The logarithm of the share of a team's heads that a month needs to be kept as surely as a plan must, the other
 * teams as they are: by how much the team could be smaller, or must be larger. -INFINITY: it is not needed; NAN: it
 * cannot be large enough.
 */
static double shift_required(const struct planner *planner, const struct plan_view *view, size_t team, size_t month)
{
    double low = -2.0, high = 1.0;
    if (sc_plan_view_margin(planner, view, month, team, low, true) >= 0.0)
        return -INFINITY;
    if (sc_plan_view_margin(planner, view, month, team, high, true) < 0.0)
        return NAN;
    for (int i = 0; i < 9; i++) {
        double middle = 0.5 * (low + high);
        if (sc_plan_view_margin(planner, view, month, team, middle, true) < 0.0)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void pool_month_fill(const struct planner *planner, const struct plan_view *view, const struct sums *sums,
                            size_t team, size_t month, double n, struct sc_plan_pool_month *out)
{
    const struct plan_team *t = &planner->teams[team];
    out->headcount = figure_of(sums, HEADCOUNT, n, 1.0);
    out->begin = figure_of(sums, BEGIN, n, 1.0);
    out->left = figure_of(sums, LEFT, n, 1.0);
    out->hired = figure_of(sums, HIRED, n, 1.0);
    out->in_training = figure_of(sums, TRAINING, n, 1.0);
    out->ramping = figure_of(sums, RAMPING, n, 1.0);
    out->full = figure_of(sums, FULL, n, 1.0);
    out->available = figure_of(sums, AVAILABLE, n, 1.0);
    out->net = figure_of(sums, AVAILABLE, n, t->net_share);
    out->occupancy = figure_of(sums, OCCUPANCY, n, 1.0);
    out->required = out->net.mean * exp(shift_required(planner, view, team, month));
    out->gap =
        (struct sc_figure){out->net.mean - out->required, out->net.low - out->required, out->net.high - out->required};
}

/* The people of a team once more, path by path, block by block on all threads; sums are folded in order. */
enum { BLOCK = 32 };

struct counting {
    const struct planner *planner;
    struct plan_view *view;
    size_t team, cohorts;
    struct sums *sums; /* [months] */
};

static enum sc_code path_new(void *context, void **out, struct sc_error *error)
{
    const struct counting *counting = context;
    const struct planner *planner = counting->planner;
    struct sc_people_path *path = NULL;
    enum sc_code code = sc_people_path_new(planner->teams[counting->team].people, planner->first_day,
                                           (size_t)(planner->end_day - planner->first_day), &path, error);
    *out = path;
    return code;
}

static void path_free(void *context, void *path)
{
    (void)context;
    sc_people_path_free(path);
}

static enum sc_code sums_new(void *context, void **out, struct sc_error *error)
{
    const struct counting *counting = context;
    *out = calloc(counting->planner->month_count, sizeof(struct sums));
    return *out ? SC_OK : sc_error_memory(error);
}

static void sums_free(void *context, void *sums)
{
    (void)context;
    free(sums);
}

static enum sc_code block_count(void *context, void *path, size_t number, void *brought, struct sc_error *error)
{
    const struct counting *counting = context;
    const struct planner *planner = counting->planner;
    const struct plan_view *view = counting->view;
    const struct plan_team *t = &planner->teams[counting->team];
    struct sums *sums = brought;
    struct plan_live live = {.planner = planner, .team = counting->team};
    struct sc_people_occupancy occupancy = {.live = sc_plan_live_occupancy, .context = &live};
    size_t end = (number + 1) * BLOCK < view->paths ? (number + 1) * BLOCK : view->paths;
    enum sc_code code = SC_OK;
    memset(sums, 0, planner->month_count * sizeof *sums);
    for (size_t r = number * BLOCK; r < end && code == SC_OK; r++) {
        live.level = view->level[r];
        code = sc_people_path_fill(path, t->people, planner->scenario->pools[t->pool].name, view->cohorts,
                                   counting->cohorts, &occupancy, view->seed, r, error);
        for (size_t m = 0; m < planner->month_count && code == SC_OK; m++) {
            double value[STATS];
            path_month(planner, path, counting->team, m, view->level[r], value);
            for (int i = 0; i < STATS; i++) {
                sums[m].sum[i] += value[i];
                sums[m].squares[i] += value[i] * value[i];
            }
        }
    }
    return code;
}

static enum sc_code block_fold(void *context, size_t number, void *brought, bool *more, struct sc_error *error)
{
    const struct counting *counting = context;
    const struct sums *sums = brought;
    (void)number;
    (void)more;
    (void)error;
    for (size_t m = 0; m < counting->planner->month_count; m++)
        for (int i = 0; i < STATS; i++) {
            counting->sums[m].sum[i] += sums[m].sum[i];
            counting->sums[m].squares[i] += sums[m].squares[i];
        }
    return SC_OK;
}

/* What the months of a team require, each by itself. */
static void pool_months_fill(const struct planner *planner, const struct plan_view *view, const struct sums *sums,
                             size_t team, struct sc_plan_outcome *outcome)
{
    size_t pool = planner->teams[team].pool;
#pragma omp parallel for num_threads(sc_plan_threads(planner)) schedule(dynamic)
    for (int m = 0; m < (int)planner->month_count; m++)
        pool_month_fill(planner, view, &sums[m], team, (size_t)m, (double)view->paths, &outcome->months[m].pools[pool]);
}

static enum sc_code pools_fill(const struct planner *planner, struct plan_view *view, const int *counts, size_t team,
                               struct sc_plan_outcome *outcome, struct sc_error *error)
{
    struct counting counting = {planner, view, team, sc_plan_cohorts(planner, team, counts, view->cohorts), NULL};
    struct sc_loop loop = {.end = (view->paths + BLOCK - 1) / BLOCK,
                           .threads = planner->options.threads,
                           .context = &counting,
                           .start = path_new,
                           .finish = path_free,
                           .brought_new = sums_new,
                           .brought_free = sums_free,
                           .play = block_count,
                           .fold = block_fold};
    counting.sums = calloc(planner->month_count, sizeof *counting.sums);
    enum sc_code code = counting.sums ? sc_loop_run(&loop, NULL, error) : sc_error_memory(error);
    if (code == SC_OK)
        pool_months_fill(planner, view, counting.sums, team, outcome);
    free(counting.sums);
    return code;
}

/* --- targets, probabilities, cost --- */

/* With what binomial chance and doubt about the curves leave of it. */
struct sc_figure sc_plan_probability(double p, double low, double high, double n, double z)
{
    double chance = z * z * fmax(p * (1.0 - p), 0.25 / n) / n;
    return (struct sc_figure){p, fmax(0.0, p - sqrt(chance + (p - low) * (p - low))),
                              fmin(1.0, p + sqrt(chance + (high - p) * (high - p)))};
}

struct judged {
    double *met, *target_met, *party_met; /* as in a view */
};

static enum sc_code judged_copy(const struct planner *planner, struct plan_view *view, double doubts,
                                struct judged *judged, struct sc_error *error)
{
    size_t months = planner->month_count, targets = planner->target_count, parties = planner->party_count;
    judged->met = calloc(months * (1 + targets + parties), sizeof(double));
    if (!judged->met)
        return sc_error_memory(error);
    judged->target_met = judged->met + months;
    judged->party_met = judged->target_met + months * targets;
    sc_plan_view_judge(planner, view, doubts);
    memcpy(judged->met, view->met, months * sizeof(double));
    memcpy(judged->target_met, view->target_met, months * targets * sizeof(double));
    memcpy(judged->party_met, view->party_met, months * parties * sizeof(double));
    return SC_OK;
}

static void target_month_fill(const struct planner *planner, const struct plan_view *view, size_t month, size_t target,
                              const struct judged *low, const struct judged *high, struct sc_plan_target_month *out)
{
    const struct plan_curve *curve = &planner->curves[month];
    size_t at = month * planner->target_count + target;
    double n = (double)view->paths, share = fmax(0.0, fmin(1.0, view->share[at] + curve->share_off[target]));
    double doubt = curve->share_doubt[target] * share * (1.0 - share);
    double half = z_two_sided * sqrt(view->share_sd[at] * view->share_sd[at] / n + doubt * doubt);
    out->share = (struct sc_figure){share, fmax(0.0, share - half), fmin(1.0, share + half)};
    if (!planner->targets[target].answer)
        out->share = (struct sc_figure){1.0 - share, 1.0 - out->share.high, 1.0 - out->share.low};
    out->met = sc_plan_probability(view->target_met[at], low->target_met[at], high->target_met[at], n, z_two_sided);
    if (!curve->active[target])
        out->share = out->met = (struct sc_figure){NAN, NAN, NAN};
}

/* What the engine needed beyond the curves that the projection began with, in heads: the worst of the targets. */
static double shift_heads(const struct planner *planner, const struct plan_view *view, size_t month)
{
    const struct plan_curve *curve = &planner->curves[month];
    double strength[SC_PLAN_TEAMS_MOST], stronger[SC_PLAN_TEAMS_MOST], heads = 0.0, worst = 0.0;
    for (size_t i = 0; i < planner->team_count; i++) {
        double here = view->speed[i * planner->month_count + month];
        heads += here;
        strength[i] = sc_plan_strength(planner, month, i, here / planner->teams[i].people->headcount, 0.0);
        stronger[i] = strength[i] + 0.05;
    }
    for (size_t t = 0; t < planner->target_count; t++) {
        double margin = sc_plan_curve_margin(planner, curve, t, strength);
        double slope = (sc_plan_curve_margin(planner, curve, t, stronger) - margin) / 0.05;
        if (!curve->active[t] || slope < 0.5 || fabs(margin) > 1.0)
            continue; /* far from the target, or not a matter of heads */
        double needed = -curve->moved[t] / slope * heads;
        if (fabs(needed) > fabs(worst))
            worst = needed;
    }
    return worst;
}

static void month_fill(const struct planner *planner, const struct plan_view *view, size_t month,
                       const struct judged *low, const struct judged *high, const struct judged *bound,
                       struct sc_plan_month *out)
{
    double n = (double)view->paths, half = z_two_sided * view->cost_sd[month] / sqrt(n);
    out->first_day = planner->months[month].first_day;
    out->days = planner->months[month].days;
    for (size_t p = 0; p < planner->party_count; p++)
        out->party_met[p] = (struct sc_figure){NAN, NAN, NAN};
    for (size_t t = 0; t < planner->target_count; t++) {
        size_t party = planner->targets[t].party, at = month * planner->party_count + party;
        target_month_fill(planner, view, month, t, low, high, &out->targets[t]);
        if (planner->curves[month].active[t])
            out->party_met[party] =
                sc_plan_probability(view->party_met[at], low->party_met[at], high->party_met[at], n, z_two_sided);
    }
    out->met = sc_plan_probability(view->met[month], low->met[month], high->met[month], n, z_two_sided);
    out->met_bound = sc_plan_probability(view->met[month], bound->met[month], view->met[month], n, z_one_sided).low;
    out->cost = (struct sc_figure){view->cost[month], view->cost[month] - half, view->cost[month] + half};
    double handled = planner->curves[month].handled;
    out->cost_per_contact = handled > 0.0 ? view->cost[month] / handled : NAN;
    out->shift_heads = shift_heads(planner, view, month);
}

static enum sc_code months_fill(struct planner *planner, struct plan_view *view, struct sc_plan_outcome *outcome,
                                struct sc_error *error)
{
    struct judged low = {0}, high = {0}, bound = {0};
    enum sc_code code = judged_copy(planner, view, z_two_sided, &low, error);
    if (code == SC_OK)
        code = judged_copy(planner, view, -z_two_sided, &high, error);
    if (code == SC_OK)
        code = judged_copy(planner, view, z_one_sided, &bound, error);
    if (code == SC_OK) {
        double variance = 0.0;
        sc_plan_view_judge(planner, view, 0.0);
        outcome->first_missed = -1;
        outcome->cost = (struct sc_figure){0};
        for (size_t m = 0; m < planner->month_count; m++) {
            struct sc_plan_month *month = &outcome->months[m];
            month_fill(planner, view, m, &low, &high, &bound, month);
            outcome->cost.mean += month->cost.mean;
            variance += month->cost.high - month->cost.mean; /* months go together: the same people */
            /* A plan was chosen with care: judged by it again, chance alone would fail half of the months. */
            if (outcome->first_missed < 0 && month->met.mean < planner->confidence - SC_PLAN_TOLERANCE)
                outcome->first_missed = (int)m;
        }
        outcome->cost.low = outcome->cost.mean - variance;
        outcome->cost.high = outcome->cost.mean + variance;
    }
    free(low.met);
    free(high.met);
    free(bound.met);
    return code;
}

/* --- hires --- */

static int hire_compare(const void *a, const void *b)
{
    const struct sc_plan_hire *x = a, *y = b;
    if (x->decide_day != y->decide_day)
        return x->decide_day < y->decide_day ? -1 : 1;
    if (x->start_day != y->start_day)
        return x->start_day < y->start_day ? -1 : 1;
    return (x->pool > y->pool) - (x->pool < y->pool);
}

static enum sc_code hires_fill(struct planner *planner, const int *counts, struct sc_plan_outcome *outcome,
                               struct sc_error *error)
{
    outcome->hires = sc_arena_array(&planner->arena, sc_plan_cohorts_most(planner) + 1, sizeof *outcome->hires);
    if (!outcome->hires)
        return sc_error_memory(error);
    for (size_t i = 0; i < planner->team_count; i++) {
        const struct plan_team *team = &planner->teams[i];
        int64_t lead = (int64_t)ceil(team->people->lead_s / 86400.0);
        for (size_t g = 0; g < team->given_count; g++)
            outcome->hires[outcome->hire_count++] = (struct sc_plan_hire){.pool = team->pool,
                                                                          .decide_day = team->given[g].start_day - lead,
                                                                          .start_day = team->given[g].start_day,
                                                                          .last_day = team->given[g].start_day - lead,
                                                                          .until_day = team->given[g].until_day,
                                                                          .count = team->given[g].count,
                                                                          .given = true};
        for (size_t k = team->first_class; counts && k < team->first_class + team->classes; k++)
            if (counts[k] > 0)
                outcome->hires[outcome->hire_count++] =
                    (struct sc_plan_hire){.pool = team->pool,
                                          .decide_day = planner->classes[k].decide_day,
                                          .start_day = planner->classes[k].start_day,
                                          .last_day = planner->classes[k].decide_day,
                                          .until_day = INT64_MAX,
                                          .count = counts[k]};
    }
    qsort(outcome->hires, outcome->hire_count, sizeof *outcome->hires, hire_compare);
    return SC_OK;
}

/* --- when targets are first missed --- */

static struct sc_plan_miss miss_of(const struct planner *planner, const struct plan_view *view, size_t party)
{
    struct sc_plan_miss miss = {.party = party, .first_day = -1, .at_risk_day = -1};
    size_t last = 0;
    for (size_t q = 0; q < planner->piece_count && !miss.missed; q++) {
        const struct plan_piece *piece = &planner->pieces[q];
        double chance = sc_plan_view_miss(planner, view, party, q, 0.0);
        int64_t monday = piece->first_day - sc_weekday(piece->first_day);
        monday = monday < planner->first_day ? planner->first_day : monday;
        if (miss.at_risk_day < 0 && chance > 1.0 - planner->confidence)
            miss.at_risk_day = monday;
        miss.chance.mean = chance;
        miss.missed = chance > 0.5;
        last = q;
        miss.first_day = miss.missed ? monday : -1;
    }
    double low = sc_plan_view_miss(planner, view, party, last, -z_two_sided);
    double high = sc_plan_view_miss(planner, view, party, last, z_two_sided);
    miss.chance = sc_plan_probability(miss.chance.mean, low, high, (double)view->paths, z_two_sided);
    return miss;
}

static void misses_fill(const struct planner *planner, const struct plan_view *view, struct sc_plan_miss *misses)
{
#pragma omp parallel for num_threads(sc_plan_threads(planner)) schedule(dynamic)
    for (int p = 0; p < (int)planner->party_count; p++)
        misses[p] = miss_of(planner, view, (size_t)p);
}

/* --- all of it --- */

static enum sc_code outcome_alloc(struct planner *planner, struct sc_plan_outcome *outcome, struct sc_error *error)
{
    size_t pools = planner->scenario->pool_count;
    *outcome = (struct sc_plan_outcome){0};
    outcome->months = sc_arena_array(&planner->arena, planner->month_count, sizeof *outcome->months);
    for (size_t m = 0; outcome->months && m < planner->month_count; m++) {
        struct sc_plan_month *month = &outcome->months[m];
        month->pools = sc_arena_array(&planner->arena, pools, sizeof *month->pools);
        month->targets = sc_arena_array(&planner->arena, planner->target_count, sizeof *month->targets);
        month->party_met = sc_arena_array(&planner->arena, planner->party_count, sizeof *month->party_met);
        if (!month->pools || !month->targets || !month->party_met)
            return sc_error_memory(error);
        struct sc_figure none = {NAN, NAN, NAN};
        for (size_t p = 0; p < pools; p++)
            month->pools[p] =
                (struct sc_plan_pool_month){none, none, none, none, none, none, none, none, none, NAN, none, none};
    }
    return outcome->months ? SC_OK : sc_error_memory(error);
}

/* Paths of a seed that neither the choice nor the verification has seen. */
static enum sc_code outcome_view(struct planner *planner, const int *counts, struct plan_view **view,
                                 struct sc_error *error)
{
    size_t paths = sc_plan_view_paths(planner, OUTCOME_PATHS);
    enum sc_code code = sc_plan_view_new(planner, paths, sc_key(planner->seed, 0x0c0de), view, error);
    if (code != SC_OK)
        return code;
    code = sc_plan_view_all(planner, *view, counts, error);
    if (code != SC_OK) {
        sc_plan_view_free(planner, *view);
        *view = NULL;
    }
    return code;
}

enum sc_code sc_plan_outcome_fill(struct planner *planner, const int *counts, struct sc_plan_outcome *outcome,
                                  struct sc_plan_miss *misses, struct sc_error *error)
{
    struct plan_view *view = NULL;
    enum sc_code code = outcome_alloc(planner, outcome, error);
    if (code == SC_OK)
        code = hires_fill(planner, counts, outcome, error);
    if (code == SC_OK)
        code = outcome_view(planner, counts, &view, error);
    if (code == SC_OK)
        code = months_fill(planner, view, outcome, error);
    for (size_t i = 0; i < planner->team_count && code == SC_OK; i++)
        code = pools_fill(planner, view, counts, i, outcome, error);
    if (code == SC_OK && misses)
        misses_fill(planner, view, misses);
    sc_plan_view_free(planner, view);
    return code;
}

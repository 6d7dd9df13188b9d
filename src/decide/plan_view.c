/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The people of a view: of every team on every path, from days to weeks and months.
 *
 * Paths are filled block by block by all threads; sums over paths are folded in the order of the blocks. A team whose
 * cohorts are those that are in the view already is left as it is.
 */
#include "decide/plan_private.h"

#include "base/random.h"
#include "estimate/loop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/*
 * Levels of demand and whose ranks are taken: evenly spread from a random start, in both together, so that the paths
 * have nearly the laws they are drawn from whatever the seed (the sequence of Roberts 2018, "The unreasonable
 * effectiveness of quasirandom sequences": the powers of 1 / 1.3247... times 2^64).
 */
static void draws_fill(const struct planner *planner, struct plan_view *view)
{
    static const uint64_t step_level = 0xc13fa9a902a6328fu, step_pick = 0x91e10da5c79e7b1cu;
    uint64_t level = sc_key(view->seed, 0x1e7e1);
    for (size_t r = 0; r < view->paths; r++) {
        view->level[r] = log(fmax(1e-6, sc_plan_engine_level_at(planner->engine, level + r * step_level)));
        for (size_t m = 0; m < planner->month_count; m++)
            view->pick[r * planner->month_count + m] =
                sc_uniform(sc_key(sc_key(view->seed, 0x7e51d), m) + r * step_pick);
    }
}

size_t sc_plan_view_paths(const struct planner *planner, size_t least)
{
    double work = 10.0 * (double)(planner->team_count * planner->target_count), paths;
    for (size_t i = 0; i < planner->team_count; i++)
        work += planner->teams[i].people->headcount;
    paths = 300000.0 / work;
    return paths < (double)least ? least : paths > 16384.0 ? 16384 : (size_t)paths;
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
    v->least = calloc(months * paths, sizeof(double));
    v->headcount = calloc(teams * paths * months, sizeof(double));
    v->speed = calloc(teams * months, sizeof(double));
    v->hired = calloc(teams * months, sizeof(double));
    v->path = calloc(teams, sizeof *v->path);
    v->cohorts = calloc(sc_plan_cohorts_most(planner) + 1, sizeof *v->cohorts);
    v->filled = calloc(teams, sizeof *v->filled);
    v->filled_counts = calloc(planner->class_count + 1, sizeof *v->filled_counts);
    v->met = calloc(months * (3 + 3 * targets + planner->party_count), sizeof(double));
    enum sc_code code = SC_OK;
    if (!v->level || !v->pick || !v->heads || !v->strength || !v->least || !v->headcount || !v->speed || !v->hired ||
        !v->path || !v->cohorts || !v->met || !v->filled || !v->filled_counts)
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
    draws_fill(planner, v);
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
    free(view->filled);
    free(view->filled_counts);
    free(view->met);
    free(view);
}

/* --- filling --- */

enum { BLOCK = 32 };

struct filling {
    const struct planner *planner;
    struct plan_view *view;
    size_t team, cohorts;
    struct sc_people_periods *periods; /* NULL: with burn-out, day by day */
};

/* Of a thread. */
struct scratch {
    struct sc_people_path *path;
    double *speed; /* [pieces], sums of a path's days */
    double *heads; /* [months], alike */
};

static void scratch_free(void *context, void *memory)
{
    struct scratch *scratch = memory;
    (void)context;
    sc_people_path_free(scratch->path);
    free(scratch->speed);
    free(scratch);
}

static enum sc_code scratch_new(void *context, void **out, struct sc_error *error)
{
    const struct filling *filling = context;
    const struct planner *planner = filling->planner;
    struct scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch)
        return sc_error_memory(error);
    *out = scratch;
    scratch->speed = calloc(planner->piece_count + planner->month_count, sizeof(double));
    if (!scratch->speed)
        return sc_error_memory(error);
    scratch->heads = scratch->speed + planner->piece_count;
    return sc_people_path_new(planner->teams[filling->team].people, planner->first_day,
                              (size_t)(planner->end_day - planner->first_day), &scratch->path, error);
}

/* Mean heads by speed of each month, summed over the paths of a block. */
static enum sc_code sums_new(void *context, void **out, struct sc_error *error)
{
    const struct filling *filling = context;
    *out = calloc(filling->planner->month_count, sizeof(double));
    return *out ? SC_OK : sc_error_memory(error);
}

static void sums_free(void *context, void *sums)
{
    (void)context;
    free(sums);
}

/* With burn-out: a path's days, summed up. */
static enum sc_code sum_days(const struct filling *filling, struct scratch *scratch, size_t r, struct sc_error *error)
{
    const struct planner *planner = filling->planner;
    const struct plan_team *t = &planner->teams[filling->team];
    const struct plan_view *view = filling->view;
    struct plan_live live = {.planner = planner, .team = filling->team, .level = view->level[r]};
    struct sc_people_occupancy occupancy = {.live = sc_plan_live_occupancy, .context = &live};
    enum sc_code code = sc_people_path_fill(scratch->path, t->people, planner->scenario->pools[t->pool].name,
                                            view->cohorts, filling->cohorts, &occupancy, view->seed, r, error);
    for (size_t q = 0; q < planner->piece_count && code == SC_OK; q++) {
        const struct plan_piece *piece = &planner->pieces[q];
        size_t from = (size_t)(piece->first_day - planner->first_day);
        if (q == planner->months[piece->month].first_piece)
            scratch->heads[piece->month] = 0.0;
        scratch->speed[q] = 0.0;
        for (size_t d = from; d < from + (size_t)piece->days; d++) {
            scratch->speed[q] += scratch->path->speed[d];
            scratch->heads[piece->month] += scratch->path->headcount[d];
        }
    }
    return code;
}

/* From sums to pieces and months of the view. */
static void path_read(const struct filling *filling, const struct scratch *scratch, size_t r, double *sums)
{
    const struct planner *planner = filling->planner;
    struct plan_view *view = filling->view;
    size_t team = filling->team, months = planner->month_count;
    double part = 1.0 / planner->teams[team].people->headcount;
    for (size_t m = 0; m < months; m++) {
        const struct plan_month *month = &planner->months[m];
        size_t at = (team * view->paths + r) * months + m;
        double speed = 0.0, logs = 0.0;
        for (size_t q = month->first_piece; q < month->first_piece + month->pieces; q++) {
            double here = part * scratch->speed[q] / planner->pieces[q].days;
            view->heads[(team * view->paths + r) * planner->piece_count + q] = here;
            logs += planner->pieces[q].days * sc_plan_strength(planner, m, team, here, view->level[r]);
            speed += scratch->speed[q];
        }
        view->strength[at] = logs / month->days;
        view->headcount[at] = scratch->heads[m] / month->days;
        sums[m] += speed / month->days;
    }
}

static enum sc_code block_fill(void *context, void *memory, size_t number, void *sums, struct sc_error *error)
{
    const struct filling *filling = context;
    const struct planner *planner = filling->planner;
    const struct plan_view *view = filling->view;
    struct scratch *scratch = memory;
    size_t end = (number + 1) * BLOCK < view->paths ? (number + 1) * BLOCK : view->paths;
    enum sc_code code = SC_OK;
    memset(sums, 0, planner->month_count * sizeof(double));
    for (size_t r = number * BLOCK; r < end && code == SC_OK; r++) {
        if (filling->periods)
            sc_people_periods_sum(filling->periods, planner->scenario->pools[planner->teams[filling->team].pool].name,
                                  view->seed, r, scratch->speed, scratch->heads);
        else
            code = sum_days(filling, scratch, r, error);
        if (code == SC_OK)
            path_read(filling, scratch, r, sums);
    }
    return code;
}

static enum sc_code block_fold(void *context, size_t number, void *brought, bool *more, struct sc_error *error)
{
    const struct filling *filling = context;
    size_t months = filling->planner->month_count;
    struct plan_view *view = filling->view;
    const double *sums = brought;
    (void)number;
    (void)more;
    (void)error;
    for (size_t m = 0; m < months; m++)
        view->speed[filling->team * months + m] += sums[m] / (double)view->paths;
    return SC_OK;
}

/* Are the people of a team in the view those of these counts? If not, notes that they will be. */
static bool is_filled(const struct planner *planner, struct plan_view *view, size_t team, const int *counts)
{
    const struct plan_team *t = &planner->teams[team];
    struct plan_filled *filled = &view->filled[team];
    bool same = filled->valid && filled->given_count == t->given_count;
    for (size_t k = t->first_class; k < t->first_class + t->classes; k++) {
        int here = counts ? counts[k] : 0;
        same = same && view->filled_counts[k] == here;
        view->filled_counts[k] = here;
    }
    *filled = (struct plan_filled){true, t->given_count};
    return same;
}

/* Hires come on their day on every path. */
static void hired_fill(const struct planner *planner, struct plan_view *view, size_t team, size_t cohorts)
{
    for (size_t m = 0; m < planner->month_count; m++) {
        const struct plan_month *month = &planner->months[m];
        double *hired = &view->hired[team * planner->month_count + m];
        *hired = 0.0;
        for (size_t c = 0; c < cohorts; c++)
            if (view->cohorts[c].start_day >= month->first_day &&
                view->cohorts[c].start_day < month->first_day + month->days)
                *hired += view->cohorts[c].count;
    }
}

enum sc_code sc_plan_view_people(const struct planner *planner, struct plan_view *view, size_t team, const int *counts,
                                 struct sc_error *error)
{
    if (is_filled(planner, view, team, counts))
        return SC_OK;
    struct filling filling = {planner, view, team, sc_plan_cohorts(planner, team, counts, view->cohorts), NULL};
    enum sc_code code = SC_OK;
    if (planner->teams[team].people->burnout_points == 0)
        code = sc_people_periods_new(planner->teams[team].people, &planner->calendar, view->cohorts, filling.cohorts,
                                     &filling.periods, error);
    if (code != SC_OK)
        goto done;
    memset(view->speed + team * planner->month_count, 0, planner->month_count * sizeof(double));
    hired_fill(planner, view, team, filling.cohorts);
    struct sc_loop loop = {.end = (view->paths + BLOCK - 1) / BLOCK,
                           .threads = planner->options.threads,
                           .context = &filling,
                           .start = scratch_new,
                           .finish = scratch_free,
                           .brought_new = sums_new,
                           .brought_free = sums_free,
                           .play = block_fill,
                           .fold = block_fold};
    code = sc_loop_run(&loop, NULL, error);
done:
    sc_people_periods_free(filling.periods);
    if (code != SC_OK)
        view->filled[team].valid = false;
    return code;
}

enum sc_code sc_plan_view_all(const struct planner *planner, struct plan_view *view, const int *counts,
                              struct sc_error *error)
{
    enum sc_code code = SC_OK;
    for (size_t i = 0; i < planner->team_count && code == SC_OK; i++)
        code = sc_plan_view_people(planner, view, i, counts, error);
    return code;
}

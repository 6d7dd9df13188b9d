/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine's verdict on a plan.
 *
 * Every month's stretch is played on many paths with the people of the path on the rosters: tenured, ramping at their
 * speed, absent, gone. What a month's targets come to is compared with what the curves say of the same path; the mean
 * difference shifts the curve, so that projection and engine agree where the plan is, and its standard error is what
 * the curve is still in doubt by. The scatter about the curve replaces that of the curves' own replications: it has
 * all in it that the curves left out.
 */
#include "decide/plan_private.h"

#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct verdict {
    struct planner *planner;
    struct sc_people_path **path; /* [teams][paths] */
    double *record;
    double *off; /* [months][paths][targets], margin on the engine less that of the curve; NAN: not judged */
    double *other_cost, *handled; /* [months], sums */
    size_t paths;
    uint64_t seed;
};

static void people_of_path(void *context, const struct sc_plan_job *job, size_t pool, int64_t day,
                           struct sc_workforce_day *out)
{
    const struct verdict *verdict = context;
    const struct planner *planner = verdict->planner;
    for (size_t i = 0; i < planner->team_count; i++)
        if (planner->teams[i].pool == pool)
            sc_people_path_day(verdict->path[i * verdict->paths + job->people], planner->teams[i].people, day, out);
}

/* What the curve says of the stretch of a path: by the mean logarithm of heads, as the projection does of months. */
static double expected(const struct verdict *verdict, size_t month, size_t r, size_t target)
{
    const struct planner *planner = verdict->planner;
    const struct sc_plan_stretch *stretch = &planner->stretches[month];
    double level = log(fmax(1e-6, sc_plan_engine_level(planner->engine, verdict->seed, r)));
    double strength[SC_PLAN_TEAMS_MOST];
    for (size_t i = 0; i < planner->team_count; i++) {
        double sum = 0.0;
        for (int d = 0; d < stretch->days; d++)
            sum += sc_plan_strength(
                planner, month, i,
                verdict->path[i * verdict->paths + r]->speed[stretch->first_day + d - planner->first_day] /
                    planner->teams[i].people->headcount,
                level);
        strength[i] = sum / stretch->days;
    }
    return sc_plan_curve_margin(planner, &planner->curves[month], target, strength);
}

/* Where nearly all contacts are in favour of a target, or nearly none, log odds say little but how many contacts there
   were; curves are not shifted by that. */
static double kept_near(double margin)
{
    return isnan(margin) ? NAN : fmin(2.5, fmax(-2.5, margin));
}

static enum sc_code fold_path(void *context, const struct sc_plan_job *job, const struct sc_pair *pairs,
                              struct sc_error *error)
{
    struct verdict *verdict = context;
    struct planner *planner = verdict->planner;
    (void)error;
    sc_plan_record_fill(planner, job->stretch, pairs, verdict->record);
    double *off = &verdict->off[(job->stretch * verdict->paths + job->people) * planner->target_count];
    for (size_t t = 0; t < planner->target_count; t++)
        off[t] = kept_near(verdict->record[t]) - kept_near(expected(verdict, job->stretch, job->people, t));
    verdict->other_cost[job->stretch] += verdict->record[plan_record_cost(planner)];
    verdict->handled[job->stretch] += verdict->record[plan_record_cost(planner) + 1];
    return SC_OK;
}

static enum sc_code people_fill(struct verdict *verdict, const int *counts, struct sc_error *error)
{
    const struct planner *planner = verdict->planner;
    struct sc_cohort *cohorts = calloc(sc_plan_cohorts_most(planner) + 1, sizeof *cohorts);
    enum sc_code code = cohorts ? SC_OK : sc_error_memory(error);
    for (size_t i = 0; i < planner->team_count && code == SC_OK; i++) {
        const struct plan_team *team = &planner->teams[i];
        struct plan_live live = {.planner = planner, .team = i};
        struct sc_people_occupancy occupancy = {.live = sc_plan_live_occupancy, .context = &live};
        size_t n = sc_plan_cohorts(planner, i, counts, cohorts);
        for (size_t r = 0; r < verdict->paths && code == SC_OK; r++) {
            struct sc_people_path **path = &verdict->path[i * verdict->paths + r];
            live.level = log(fmax(1e-6, sc_plan_engine_level(planner->engine, verdict->seed, r)));
            code = sc_people_path_new(team->people, planner->first_day, (size_t)(planner->end_day - planner->first_day),
                                      path, error);
            if (code == SC_OK)
                code = sc_people_path_fill(*path, team->people, planner->scenario->pools[team->pool].name, cohorts, n,
                                           &occupancy, verdict->seed, r, error);
        }
    }
    free(cohorts);
    return code;
}

static double factor_most(const struct verdict *verdict)
{
    const struct planner *planner = verdict->planner;
    double most = 1.0;
    for (size_t p = 0; p < planner->team_count * verdict->paths; p++) {
        const struct sc_people_path *path = verdict->path[p];
        for (size_t d = 0; d < path->days; d++)
            most = fmax(most, (double)(path->headcount[d] - path->training[d]) /
                                  planner->teams[p / verdict->paths].people->headcount);
    }
    return 1.001 * most;
}

static enum sc_code play_paths(struct verdict *verdict, struct sc_error *error)
{
    struct planner *planner = verdict->planner;
    size_t count = planner->month_count * verdict->paths;
    struct sc_plan_job *jobs = calloc(count, sizeof *jobs);
    if (!jobs)
        return sc_error_memory(error);
    for (size_t j = 0; j < count; j++)
        jobs[j] = (struct sc_plan_job){.stretch = j / verdict->paths,
                                       .seed = verdict->seed,
                                       .replication = j % verdict->paths,
                                       .people = j % verdict->paths};
    struct sc_plan_play play = {.jobs = jobs,
                                .count = count,
                                .factor_most = factor_most(verdict),
                                .context = verdict,
                                .people = people_of_path,
                                .fold = fold_path};
    enum sc_code code = sc_plan_play(planner, &play, error);
    free(jobs);
    return code;
}

/*
 * Shifts a month's curve to what the engine found, and notes how far that is known. The first verdict outweighs what
 * the curve was measured with, which was elsewhere; later ones are averaged with those before by their paths.
 */
static void shift_month(struct verdict *verdict, size_t month)
{
    struct planner *planner = verdict->planner;
    struct plan_curve *curve = &planner->curves[month];
    size_t targets = planner->target_count;
    double weight = (double)verdict->paths / (curve->known + (double)verdict->paths);
    curve->known += (double)verdict->paths;
    for (size_t t = 0; t < targets; t++) {
        const double *off = &verdict->off[month * verdict->paths * targets + t];
        double n = 0.0, sum = 0.0, squares = 0.0;
        for (size_t r = 0; r < verdict->paths; r++)
            if (!isnan(off[r * targets])) {
                n++;
                sum += off[r * targets];
                squares += off[r * targets] * off[r * targets];
            }
        curve->shift[t] = n > 0.0 ? sum / n : 0.0;
        curve->doubt[t] = n > 1.0 ? sqrt(fmax(0.0, squares - sum * sum / n) / (n - 1.0) / fmax(n, curve->known)) : 0.0;
        curve->margin[t] += weight * curve->shift[t];
        curve->moved[t] += weight * curve->shift[t];
    }
    double days = planner->stretches[month].days, of_month = planner->months[month].days / days;
    curve->other_cost = of_month * verdict->other_cost[month] / (double)verdict->paths +
                        sc_fixed_cost(planner->scenario, planner->months[month].days);
    curve->handled = of_month * verdict->handled[month] / (double)verdict->paths;
}

/* Each month's scatter is from now on its own. */
static void residuals_replace(struct verdict *verdict)
{
    struct planner *planner = verdict->planner;
    size_t targets = planner->target_count;
    double part = sqrt((double)verdict->paths / fmax(1.0, (double)verdict->paths - 1.0));
    for (size_t m = 0; m < planner->month_count; m++) {
        struct plan_curve *curve = &planner->curves[m];
        curve->first_residual = m * verdict->paths;
        curve->residual_count = verdict->paths;
        for (size_t r = 0; r < verdict->paths; r++)
            for (size_t t = 0; t < targets; t++) {
                double here = verdict->off[(m * verdict->paths + r) * targets + t];
                planner->residual[(m * verdict->paths + r) * targets + t] =
                    isnan(here) ? 0.0 : part * (here - curve->shift[t]);
            }
    }
}

enum sc_code sc_plan_verify(struct planner *planner, const int *counts, int round, struct sc_error *error)
{
    size_t months = planner->month_count, paths = planner->verify_replications;
    if (round == 0) /* the first verdict only has to bring the curves near */
        paths = paths / 3 + 1;
    struct verdict verdict = {.planner = planner,
                              .paths = paths,
                              .seed = sc_key(sc_key(planner->seed, 0x5eed), (uint64_t)round)};
    verdict.path = calloc(planner->team_count * paths, sizeof *verdict.path);
    verdict.record = calloc(sc_plan_record_size(planner), sizeof(double));
    verdict.off = calloc(months * paths * planner->target_count, sizeof(double));
    verdict.other_cost = calloc(2 * months, sizeof(double));
    enum sc_code code = SC_OK;
    if (!verdict.path || !verdict.record || !verdict.off || !verdict.other_cost)
        code = sc_error_memory(error);
    verdict.handled = verdict.other_cost + months;
    if (code == SC_OK)
        code = people_fill(&verdict, counts, error);
    if (code == SC_OK)
        code = play_paths(&verdict, error);
    if (code == SC_OK) {
        for (size_t m = 0; m < months; m++)
            shift_month(&verdict, m);
        residuals_replace(&verdict);
    }
    for (size_t p = 0; verdict.path && p < planner->team_count * paths; p++)
        sc_people_path_free(verdict.path[p]);
    free(verdict.path);
    free(verdict.record);
    free(verdict.off);
    free(verdict.other_cost);
    return code;
}

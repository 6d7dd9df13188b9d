/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine's verdict on a plan.
 *
 * The horizon is played as one on many paths with the people of the path on the rosters: tenured, ramping at their
 * speed, absent, gone. So a month begins with the queues that the one before left: played alone after a fortnight's
 * warm-up, months with deferred work looked up to 13 points better. What a month's targets come to is put beside what
 * the curves say of the same path; the curves are mended by it (plan_mend.c).
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
    double *played;               /* [months][paths][targets], margin on the engine; NAN: not judged */
    double *read;                 /* alike, that of the curve as it was measured */
    double *other_cost, *handled; /* [months], sums */
    double *path_cost;            /* [paths], other_cost of all months */
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

/* What the curve says of the month of a path: by the mean logarithm of heads, as the projection does of months. */
static double expected(const struct verdict *verdict, size_t month, size_t r, size_t target)
{
    const struct planner *planner = verdict->planner;
    const struct plan_month *played = &planner->months[month];
    double level = log(fmax(1e-6, sc_plan_engine_level(planner->engine, verdict->seed, r)));
    double strength[SC_PLAN_TEAMS_MOST];
    for (size_t i = 0; i < planner->team_count; i++) {
        double sum = 0.0;
        for (int d = 0; d < played->days; d++)
            sum += sc_plan_strength(
                planner, month, i,
                verdict->path[i * verdict->paths + r]->speed[played->first_day + d - planner->first_day] /
                    planner->teams[i].people->headcount,
                level);
        strength[i] = sum / played->days;
    }
    return sc_plan_curve_read(planner, &planner->curves[month], target, strength);
}

/* Keeps the record of a month on a path. */
static void month_take(struct verdict *verdict, size_t month, size_t r)
{
    const struct planner *planner = verdict->planner;
    size_t at = (month * verdict->paths + r) * planner->target_count;
    for (size_t t = 0; t < planner->target_count; t++) {
        verdict->played[at + t] = verdict->record[t];
        verdict->read[at + t] = expected(verdict, month, r, t);
    }
    verdict->other_cost[month] += verdict->record[plan_record_cost(planner)];
    verdict->path_cost[r] += verdict->record[plan_record_cost(planner)];
    verdict->handled[month] += verdict->record[plan_record_cost(planner) + 1];
}

static enum sc_code fold_path(void *context, const struct sc_plan_job *job, const struct sc_pair *pairs,
                              struct sc_error *error)
{
    struct verdict *verdict = context;
    struct planner *planner = verdict->planner;
    (void)error;
    if (!planner->whole) {
        sc_plan_record_fill(planner, job->stretch, pairs, verdict->record);
        month_take(verdict, job->stretch - planner->month_count, job->people);
        return SC_OK;
    }
    for (size_t m = 0; m < planner->month_count; m++) {
        sc_plan_record_month(planner, m, pairs, verdict->record);
        month_take(verdict, m, job->people);
    }
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
    size_t count = (planner->stretch_count - planner->month_count) * verdict->paths;
    struct sc_plan_job *jobs = calloc(count, sizeof *jobs);
    if (!jobs)
        return sc_error_memory(error);
    for (size_t j = 0; j < count; j++)
        jobs[j] = (struct sc_plan_job){.stretch = planner->month_count + j / verdict->paths,
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

/* --- all of it --- */

/* Plays the paths of a verdict with the people of a plan. */
static enum sc_code verdict_play(struct verdict *verdict, const int *counts, struct sc_error *error)
{
    struct planner *planner = verdict->planner;
    size_t months = planner->month_count, paths = verdict->paths, targets = planner->target_count;
    verdict->path = calloc(planner->team_count * paths, sizeof *verdict->path);
    verdict->record = calloc(sc_plan_record_size(planner), sizeof(double));
    verdict->played = calloc(2 * months * paths * targets, sizeof(double));
    verdict->other_cost = calloc(2 * months + paths, sizeof(double));
    if (!verdict->path || !verdict->record || !verdict->played || !verdict->other_cost)
        return sc_error_memory(error);
    verdict->read = verdict->played + months * paths * targets;
    verdict->handled = verdict->other_cost + months;
    verdict->path_cost = verdict->handled + months;
    enum sc_code code = people_fill(verdict, counts, error);
    return code == SC_OK ? play_paths(verdict, error) : code;
}

static void verdict_release(struct verdict *verdict)
{
    for (size_t p = 0; verdict->path && p < verdict->planner->team_count * verdict->paths; p++)
        sc_people_path_free(verdict->path[p]);
    free(verdict->path);
    free(verdict->record);
    free(verdict->played);
    free(verdict->other_cost);
}

/* What months cost and how many contacts they handle, as the last verdict has it. */
static void months_take(const struct verdict *verdict)
{
    struct planner *planner = verdict->planner;
    double paths = (double)verdict->paths;
    for (size_t m = 0; m < planner->month_count; m++) {
        struct plan_curve *curve = &planner->curves[m];
        curve->other_cost = verdict->other_cost[m] / paths + sc_fixed_cost(planner->scenario, planner->months[m].days);
        curve->handled = verdict->handled[m] / paths;
        curve->middle_day = planner->months[m].first_day + planner->months[m].days / 2;
    }
}

/* Puts what was played to the evidence and keeps who played it, for comparisons on the same paths. */
static enum sc_code keep(const struct verdict *verdict, const int *counts, struct sc_error *error)
{
    struct planner *planner = verdict->planner;
    struct plan_evidence *evidence = &planner->evidence;
    size_t margins = verdict->paths * planner->target_count;
    struct plan_played played = {.seed = verdict->seed, .paths = verdict->paths, .first = evidence->paths};
    played.counts = sc_arena_array(&planner->arena, planner->class_count + 1, sizeof *played.counts);
    played.cost = sc_arena_array(&planner->arena, verdict->paths, sizeof *played.cost);
    if (!played.counts || !played.cost)
        return sc_error_memory(error);
    memcpy(played.counts, counts, planner->class_count * sizeof *counts);
    memcpy(played.cost, verdict->path_cost, verdict->paths * sizeof *played.cost);
    for (size_t m = 0; m < planner->month_count; m++) {
        size_t to = plan_evidence_at(planner, m, evidence->paths);
        memcpy(evidence->played + to, verdict->played + m * margins, margins * sizeof(double));
        memcpy(evidence->read + to, verdict->read + m * margins, margins * sizeof(double));
    }
    evidence->paths += verdict->paths;
    planner->played = played;
    return SC_OK;
}

/* The first verdict on a plan that is chosen only has to bring the curves near; several follow, whose paths are taken
   together. */
static size_t paths_of_round(const struct planner *planner, int round)
{
    size_t all = planner->verify_replications;
    return planner->options.mode == SC_PLAN_EVALUATE ? all : round == 0 ? all / 3 + 1 : (all + 1) / 2;
}

enum sc_code sc_plan_verify(struct planner *planner, const int *counts, int round, struct sc_error *error)
{
    size_t paths = paths_of_round(planner, round);
    struct verdict verdict = {.planner = planner,
                              .paths = paths,
                              .seed = sc_key(sc_key(planner->seed, 0x5eed), (uint64_t)round)};
    enum sc_code code = verdict_play(&verdict, counts, error);
    if (code == SC_OK)
        code = keep(&verdict, counts, error);
    if (code == SC_OK) {
        months_take(&verdict);
        code = sc_plan_mend(planner, error);
    }
    verdict_release(&verdict);
    return code;
}

enum sc_code sc_plan_replay(struct planner *planner, size_t paths, double *margin, double *cost, struct sc_error *error)
{
    struct verdict verdict = {.planner = planner, .paths = paths, .seed = planner->played.seed};
    enum sc_code code = verdict_play(&verdict, planner->played.counts, error);
    if (code == SC_OK) {
        memcpy(margin, verdict.played, planner->month_count * paths * planner->target_count * sizeof *margin);
        memcpy(cost, verdict.path_cost, paths * sizeof *cost);
    }
    verdict_release(&verdict);
    return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine's verdict on a plan.
 *
 * The horizon is played as one on many paths with the people of the path on the rosters: tenured, ramping at their
 * speed, absent, gone. So a month begins with the queues that the one before left: played alone after a fortnight's
 * warm-up, months with deferred work looked up to 13 points better. What a month's targets come to is compared with
 * what the curves say of the same path, and the curves are mended by it, so that projection and engine agree where the
 * plan is:
 *
 *   bend    a target's margin on the engine goes with that of the curves by a factor, which all months together tell;
 *           a curve measured on a week is too steep for a month of good and bad weeks, and pools that help each other
 *           do not just add up
 *   shift   what is left between them on average, month by month; its standard error is what the curve is still in
 *           doubt by
 *   scatter about the curve: it replaces that of the curves' own replications, for it has all in it that the curves
 *           left out. Where paths are few, neighbouring months lend theirs.
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
    double *played; /* [months][paths][targets], margin on the engine; NAN: not judged */
    double *read;   /* alike, that of the curve */
    double *bend;   /* [targets] */
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
    return sc_plan_curve_margin(planner, &planner->curves[month], target, strength);
}

/* Where nearly all contacts are in favour of a target, or nearly none, log odds say little but how many contacts there
   were; curves are not shifted by that. */
static double kept_near(double margin)
{
    return isnan(margin) ? NAN : fmin(2.5, fmax(-2.5, margin));
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

/* --- what was foretold of these paths --- */

/* Chance that a month of a path is missed, by what the curves say of its people and demand and by how the engine lay
   about them. */
static double miss_foretold(const struct verdict *verdict, size_t month, size_t r)
{
    const struct planner *planner = verdict->planner;
    const struct plan_curve *curve = &planner->curves[month];
    size_t targets = planner->target_count, missed = 0;
    const double *read = &verdict->read[(month * verdict->paths + r) * targets];
    const double *played = &verdict->played[(month * verdict->paths + r) * targets];
    double part = sqrt(curve->share_of_month);
    for (size_t i = curve->first_residual; i < curve->first_residual + curve->residual_count; i++) {
        bool met = true;
        for (size_t t = 0; t < targets && met; t++)
            met = isnan(played[t]) || read[t] + part * planner->residual[i * targets + t] >= 0.0;
        missed += !met;
    }
    return curve->residual_count > 0 ? (double)missed / (double)curve->residual_count : 0.0;
}

static bool is_missed(const struct verdict *verdict, size_t month, size_t r)
{
    size_t targets = verdict->planner->target_count;
    for (size_t t = 0; t < targets; t++)
        if (verdict->played[(month * verdict->paths + r) * targets + t] < 0.0)
            return true;
    return false;
}

/*
 * How many months the engine missed against what was foretold of the same people and the same demand, by the curves as
 * they were when the plan was chosen: chosen plans are where curves are too high by chance, and what they leave out
 * adds up. All months are counted together, for a month alone shows little. Months of a path go together, so what
 * chance does to the difference is seen from path to path.
 */
static void compare_missed(struct verdict *verdict)
{
    struct planner *planner = verdict->planner;
    double sum = 0.0, squares = 0.0, paths = (double)verdict->paths;
    for (size_t r = 0; r < verdict->paths; r++) {
        double played = 0.0, foretold = 0.0;
        for (size_t m = planner->first_helped; m < planner->month_count; m++) {
            played += is_missed(verdict, m, r);
            foretold += miss_foretold(verdict, m, r);
        }
        planner->missed_played += played;
        planner->missed_foretold += foretold;
        sum += played - foretold;
        squares += (played - foretold) * (played - foretold);
    }
    planner->missed_variance += (squares - sum * sum / paths) * paths / fmax(1.0, paths - 1.0);
}

/* --- mending the curves --- */

/* Sums over the paths of a month that were judged. */
struct together {
    double n, played, read, read_squares, products;
};

static struct together sum_up(const struct verdict *verdict, size_t month, size_t target)
{
    size_t targets = verdict->planner->target_count;
    struct together sum = {0};
    for (size_t r = 0; r < verdict->paths; r++) {
        size_t at = (month * verdict->paths + r) * targets + target;
        double x = kept_near(verdict->read[at]), y = kept_near(verdict->played[at]);
        if (isnan(y))
            continue;
        sum.n++;
        sum.played += y;
        sum.read += x;
        sum.read_squares += x * x;
        sum.products += x * y;
    }
    return sum;
}

/*
 * The slope of a target's margins on the engine against those of the curves, about each month's means, all months
 * together (least squares), with `before` in favour of 1.
 */
static double bend_of(const struct verdict *verdict, size_t target)
{
    static const double before = 2.0, least = 0.2, most = 1.5;
    double squares = before, products = before;
    for (size_t m = 0; m < verdict->planner->month_count; m++) {
        struct together sum = sum_up(verdict, m, target);
        if (sum.n < 2.0)
            continue;
        squares += sum.read_squares - sum.read * sum.read / sum.n;
        products += sum.products - sum.read * sum.played / sum.n;
    }
    return fmax(least, fmin(most, products / squares));
}

static void bend_curves(struct verdict *verdict)
{
    struct planner *planner = verdict->planner;
    size_t points = planner->team_count * PLAN_POINTS;
    for (size_t t = 0; t < planner->target_count; t++) {
        verdict->bend[t] = bend_of(verdict, t);
        for (size_t m = 0; m < planner->month_count; m++) {
            struct plan_curve *curve = &planner->curves[m];
            curve->margin[t] *= verdict->bend[t];
            for (size_t i = 0; i < points; i++)
                curve->rise[t * points + i] *= verdict->bend[t];
        }
    }
}

/* By how much the bent curve lies too high on average with a shift, margins taken as far as they tell something. */
static double mean_above(const struct verdict *verdict, size_t month, size_t target, double shift)
{
    size_t targets = verdict->planner->target_count;
    double sum = 0.0, n = 0.0;
    for (size_t r = 0; r < verdict->paths; r++) {
        size_t at = (month * verdict->paths + r) * targets + target;
        if (isnan(verdict->played[at]))
            continue;
        sum += kept_near(verdict->bend[target] * verdict->read[at] + shift) - kept_near(verdict->played[at]);
        n++;
    }
    return n > 0.0 ? sum / n : 0.0;
}

/*
 * The shift with which a bent curve says on average what the engine said; the least one, where margins are beyond what
 * tells. (Not the mean difference: a curve that is far above where margins tell something would seem to be at its edge,
 * and stay too high by the rest.) By bisection.
 */
static double shift_of(const struct verdict *verdict, size_t month, size_t target)
{
    static const double most = 10.0, enough = 1e-9;
    double above = mean_above(verdict, month, target, 0.0);
    if (fabs(above) <= enough)
        return 0.0;
    double near = 0.0, far = above > 0.0 ? -most : most;
    for (int i = 0; i < 50; i++) {
        double middle = 0.5 * (near + far), here = mean_above(verdict, month, target, middle);
        *(fabs(here) > enough && (here > 0.0) == (above > 0.0) ? &near : &far) = middle;
    }
    return far;
}

/*
 * Shifts a month's curve to what the engine found. The first verdict outweighs what the curve was measured with, which
 * was elsewhere; later ones are averaged with those before by their paths.
 */
static void shift_month(struct verdict *verdict, size_t month)
{
    struct planner *planner = verdict->planner;
    struct plan_curve *curve = &planner->curves[month];
    double weight = (double)verdict->paths / (curve->known + (double)verdict->paths);
    curve->known += (double)verdict->paths;
    for (size_t t = 0; t < planner->target_count; t++) {
        struct together sum = sum_up(verdict, month, t);
        curve->shift[t] = shift_of(verdict, month, t);
        curve->margin[t] += weight * curve->shift[t];
        curve->moved[t] += weight * (sum.played - sum.read) / fmax(1.0, sum.n);
    }
    double paths = (double)verdict->paths;
    curve->other_cost =
        verdict->other_cost[month] / paths + sc_fixed_cost(planner->scenario, planner->months[month].days);
    curve->handled = verdict->handled[month] / paths;
    curve->middle_day = planner->months[month].first_day + planner->months[month].days / 2;
}

/* What the curve of the plan that was played says of a path, once mended by this verdict. */
static double mended(const struct verdict *verdict, size_t month, size_t at, size_t target)
{
    return verdict->bend[target] * verdict->read[at] + verdict->planner->curves[month].shift[target];
}

/*
 * Shares by the mended curves are too near to the one wanted where nearly all contacts are in favour, for there the
 * curves were not mended but bent: by how much, on average.
 */
static void shares_mend(struct verdict *verdict, size_t month)
{
    struct planner *planner = verdict->planner;
    for (size_t t = 0; t < planner->target_count; t++) {
        double wanted = sc_plan_wanted(&planner->targets[t]), off = 0.0, n = 0.0;
        for (size_t r = 0; r < verdict->paths; r++) {
            size_t at = (month * verdict->paths + r) * planner->target_count + t;
            double x = mended(verdict, month, at, t), y = verdict->played[at];
            if (isnan(y))
                continue;
            off += sc_plan_share(wanted + y) - sc_plan_share(wanted + x + kept_near(y) - kept_near(x));
            n++;
        }
        planner->curves[month].share_off[t] = n > 0.0 ? off / n : 0.0;
    }
}

/* How often a month kept all its targets. */
static double kept_share(const struct verdict *verdict, size_t month)
{
    size_t targets = verdict->planner->target_count, kept = 0, judged = 0;
    for (size_t r = 0; r < verdict->paths; r++) {
        bool any = false, all = true;
        for (size_t t = 0; t < targets; t++) {
            double margin = verdict->played[(month * verdict->paths + r) * targets + t];
            any = any || !isnan(margin);
            all = all && !(margin < 0.0);
        }
        judged += any;
        kept += any && all;
    }
    return judged > 0 ? (double)kept / (double)judged : NAN;
}

/* The scatter of the verdict's paths about the curves. */
static void residuals_replace(struct verdict *verdict)
{
    struct planner *planner = verdict->planner;
    size_t targets = planner->target_count, paths = verdict->paths;
    double part = sqrt((double)paths / fmax(1.0, (double)paths - 1.0));
    for (size_t m = 0; m < planner->month_count; m++)
        for (size_t r = 0; r < paths; r++)
            for (size_t t = 0; t < targets; t++) {
                size_t at = (m * paths + r) * targets + t;
                double here = kept_near(verdict->played[at]) - kept_near(mended(verdict, m, at, t));
                planner->residual[at] = isnan(here) ? 0.0 : part * here;
            }
}

/* Gives a month its own scatter and that of as many neighbours as make RESIDUALS_LEAST, and its doubt by that. */
static void residuals_share(struct verdict *verdict, size_t month)
{
    enum { RESIDUALS_LEAST = 60, NEIGHBOURS_MOST = 3 };
    struct planner *planner = verdict->planner;
    struct plan_curve *curve = &planner->curves[month];
    size_t targets = planner->target_count, paths = verdict->paths, near = 0;
    while (near < NEIGHBOURS_MOST && (2 * near + 1) * paths < RESIDUALS_LEAST)
        near++;
    size_t first = month > near ? month - near : 0;
    size_t end = month + near < planner->month_count ? month + near + 1 : planner->month_count;
    curve->first_residual = first * paths;
    curve->residual_count = (end - first) * paths;
    curve->share_of_month = 1.0;
    for (size_t t = 0; t < targets; t++) {
        double squares = 0.0;
        for (size_t i = first * paths; i < end * paths; i++)
            squares += planner->residual[i * targets + t] * planner->residual[i * targets + t];
        curve->doubt[t] = sqrt(squares / (double)curve->residual_count / curve->known);
    }
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
    verdict->other_cost = calloc(2 * months + targets + paths, sizeof(double));
    if (!verdict->path || !verdict->record || !verdict->played || !verdict->other_cost)
        return sc_error_memory(error);
    verdict->read = verdict->played + months * paths * targets;
    verdict->handled = verdict->other_cost + months;
    verdict->bend = verdict->handled + months;
    verdict->path_cost = verdict->bend + targets;
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

/* Mends the curves by what was played. */
static void mend(struct verdict *verdict)
{
    struct planner *planner = verdict->planner;
    if (planner->verified > 0) /* the first verdict only brings the curves near */
        compare_missed(verdict);
    bend_curves(verdict);
    for (size_t m = 0; m < planner->month_count; m++) {
        shift_month(verdict, m);
        shares_mend(verdict, m);
        planner->kept[m] = kept_share(verdict, m);
    }
    residuals_replace(verdict);
    for (size_t m = 0; m < planner->month_count; m++)
        residuals_share(verdict, m);
    planner->verified += verdict->paths;
}

/* What was played, for comparisons on the same paths. */
static enum sc_code keep(const struct verdict *verdict, const int *counts, struct sc_error *error)
{
    struct planner *planner = verdict->planner;
    size_t margins = planner->month_count * verdict->paths * planner->target_count;
    struct plan_played played = {.seed = verdict->seed, .paths = verdict->paths};
    played.counts = sc_arena_array(&planner->arena, planner->class_count + 1, sizeof *played.counts);
    played.margin = sc_arena_array(&planner->arena, margins, sizeof *played.margin);
    played.cost = sc_arena_array(&planner->arena, verdict->paths, sizeof *played.cost);
    if (!played.counts || !played.margin || !played.cost)
        return sc_error_memory(error);
    memcpy(played.counts, counts, planner->class_count * sizeof *counts);
    memcpy(played.margin, verdict->played, margins * sizeof *played.margin);
    memcpy(played.cost, verdict->path_cost, verdict->paths * sizeof *played.cost);
    planner->played = played;
    return SC_OK;
}

enum sc_code sc_plan_verify(struct planner *planner, const int *counts, int round, struct sc_error *error)
{
    size_t paths = planner->verify_replications;
    if (round == 0) /* the first verdict only has to bring the curves near */
        paths = paths / 3 + 1;
    struct verdict verdict = {.planner = planner,
                              .paths = paths,
                              .seed = sc_key(sc_key(planner->seed, 0x5eed), (uint64_t)round)};
    enum sc_code code = verdict_play(&verdict, counts, error);
    if (code == SC_OK)
        code = keep(&verdict, counts, error);
    if (code == SC_OK)
        mend(&verdict);
    verdict_release(&verdict);
    return code;
}

enum sc_code sc_plan_replay(struct planner *planner, size_t paths, double *margin, double *cost,
                            struct sc_error *error)
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

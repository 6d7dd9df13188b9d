/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Response curves: what a month's targets answer to the strength of each team.
 *
 * First all teams are scanned together, from too few to too many heads for the month's demand, which tells at what
 * strength each target is met; a team's centre is the strength that the most demanding of the targets it works for
 * wants. About the centres each team is varied alone, the others staying at theirs. The margins (log odds of the share
 * against those wanted) are taken to add up over the teams.
 *
 * A replication's heads go with its level of demand, so that a curve is a function of heads per unit of demand and the
 * level is no part of the scatter about it. All points are played on the same random numbers, so the curves' rises are
 * known far better than their heights; the heights are what the verification corrects.
 */
#include "decide/plan_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double offsets[PLAN_POINTS] = {-0.25, -0.1, 0.0, 0.1, 0.25};
static const double scan_offsets[] = {-0.7, -0.35, 0.0, 0.35, 0.7};
enum { SCAN_POINTS = sizeof scan_offsets / sizeof *scan_offsets, SCAN_REPLICATIONS = 2, SCAN_ROUNDS = 4 };
/* Strengths beyond these are not looked for: a hundredth and a hundred times the starting heads. */
static const double strength_most = 4.6;

/* Jobs at given strengths and what they brought. */
struct points {
    struct planner *planner;
    double *strength; /* [points][teams] */
    double *sum;      /* [points][size], of records; NAN margins are left out and counted: */
    double *counted;  /* [points][targets] */
    double *record;   /* [size] */
    double *each;     /* [jobs][targets], margins of each job, or NULL */
    size_t jobs;
};

static void people_of_point(void *context, const struct sc_plan_job *job, size_t pool, int64_t day,
                            struct sc_workforce_day *out)
{
    const struct points *points = context;
    const struct planner *planner = points->planner;
    (void)day;
    for (size_t i = 0; i < planner->team_count; i++)
        if (planner->teams[i].pool == pool)
            out->factor = exp(points->strength[job->people * planner->team_count + i]) *
                          sc_plan_engine_level(planner->engine, job->seed, job->replication);
}

static enum sc_code fold_point(void *context, const struct sc_plan_job *job, const struct sc_pair *pairs,
                               struct sc_error *error)
{
    struct points *points = context;
    size_t targets = points->planner->target_count, size = sc_plan_record_size(points->planner);
    (void)error;
    sc_plan_record_fill(points->planner, job->stretch, pairs, points->record);
    for (size_t i = 0; i < size; i++) {
        if (i < targets && isnan(points->record[i]))
            continue;
        points->sum[job->people * size + i] += points->record[i];
        if (i < targets)
            points->counted[job->people * targets + i]++;
    }
    if (points->each)
        memcpy(points->each + points->jobs * targets, points->record, targets * sizeof *points->each);
    points->jobs++;
    return SC_OK;
}

static enum sc_code points_new(struct planner *planner, size_t count, size_t each, struct points *points,
                               struct sc_error *error)
{
    size_t size = sc_plan_record_size(planner), targets = planner->target_count;
    *points = (struct points){.planner = planner};
    points->strength = calloc(count * planner->team_count + 1, sizeof(double));
    points->sum = calloc(count * size + 1, sizeof(double));
    points->counted = calloc(count * targets + 1, sizeof(double));
    points->record = calloc(size + 1, sizeof(double));
    points->each = each ? calloc(each * targets + 1, sizeof(double)) : NULL;
    if (!points->strength || !points->sum || !points->counted || !points->record || (each && !points->each))
        return sc_error_memory(error);
    return SC_OK;
}

static void points_release(struct points *points)
{
    free(points->strength);
    free(points->sum);
    free(points->counted);
    free(points->record);
    free(points->each);
}

/* Plays point after point of each month, each on the same replications. */
static enum sc_code points_play(struct points *points, const size_t *month_of, size_t count, size_t replications,
                                struct sc_error *error)
{
    struct planner *planner = points->planner;
    struct sc_plan_job *jobs = calloc(count * replications + 1, sizeof *jobs);
    double most = 0.0;
    if (!jobs)
        return sc_error_memory(error);
    for (size_t i = 0; i < count; i++)
        for (size_t r = 0; r < replications; r++)
            jobs[i * replications + r] =
                (struct sc_plan_job){.stretch = month_of[i], .seed = planner->seed, .replication = r, .people = i};
    for (size_t i = 0; i < count * planner->team_count; i++)
        most = fmax(most, points->strength[i]);
    double level = 1.0;
    for (size_t r = 0; r < replications; r++)
        level = fmax(level, sc_plan_engine_level(planner->engine, planner->seed, r));
    struct sc_plan_play play = {.jobs = jobs,
                                .count = count * replications,
                                .factor_most = 1.001 * level * exp(most),
                                .context = points,
                                .people = people_of_point,
                                .fold = fold_point};
    enum sc_code code = sc_plan_play(planner, &play, error);
    free(jobs);
    return code;
}

static double mean_margin(const struct points *points, size_t point, size_t target)
{
    size_t targets = points->planner->target_count, size = sc_plan_record_size(points->planner);
    double n = points->counted[point * targets + target];
    return n > 0.0 ? points->sum[point * size + target] / n : NAN;
}

/* --- the scan --- */

/* Demand of a month's stretch against the first, a day: where its scan begins. */
static double demand_of(const struct planner *planner, size_t month)
{
    double days = planner->stretches[month].days + sc_plan_engine_warmup(planner->engine, month);
    return sc_plan_engine_contacts(planner->engine, month) / days;
}

/* Where a target's margin crosses 0 along the points of a scan; *beyond: -1 below them all, 1 above them all. */
static double crossing(const struct points *points, size_t first, double centre, size_t target, int *beyond)
{
    double before = NAN;
    *beyond = 0;
    for (int i = 0; i < SCAN_POINTS; i++) {
        double here = mean_margin(points, first + (size_t)i, target);
        if (here >= 0.0) {
            if (i == 0) {
                *beyond = -1;
                return centre + scan_offsets[0];
            }
            double part = before / (before - here);
            return centre + scan_offsets[i - 1] + part * (scan_offsets[i] - scan_offsets[i - 1]);
        }
        before = here;
    }
    *beyond = 1;
    return centre + scan_offsets[SCAN_POINTS - 1];
}

/* A scan of a month: the strength that each target wants, and the teams' centres by the work they do for it. */
static bool scan_read(struct planner *planner, const struct points *points, size_t first, size_t month, double *middle)
{
    struct plan_curve *curve = &planner->curves[month];
    size_t size = sc_plan_record_size(planner);
    bool below = true, above = false;
    const double *work = &points->sum[(first + SCAN_POINTS - 1) * size];
    for (size_t i = 0; i < planner->team_count; i++)
        curve->centre[i] = -INFINITY;
    for (size_t t = 0; t < planner->target_count; t++) {
        int beyond;
        double sum = 0.0;
        curve->active[t] = !isnan(mean_margin(points, first, t));
        if (!curve->active[t])
            continue;
        double at = crossing(points, first, *middle, t, &beyond);
        below = below && beyond < 0;
        above = above || beyond > 0;
        for (size_t i = 0; i < planner->team_count; i++)
            sum += work[plan_record_work(planner, i, t)];
        for (size_t i = 0; i < planner->team_count; i++)
            if (work[plan_record_work(planner, i, t)] >= 0.25 * sum && sum > 0.0)
                curve->centre[i] = fmax(curve->centre[i], at);
    }
    for (size_t i = 0; i < planner->team_count; i++)
        if (curve->centre[i] == -INFINITY)
            curve->centre[i] = *middle;
    double step = above ? 1.2 : below ? -1.2 : 0.0;
    *middle += step;
    return step == 0.0 || fabs(*middle) > strength_most;
}

static enum sc_code scan(struct planner *planner, struct sc_error *error)
{
    size_t months = planner->month_count;
    size_t *month_of = calloc(months * SCAN_POINTS, sizeof *month_of);
    double *middle = calloc(months, sizeof *middle);
    bool *done = calloc(months, sizeof *done);
    enum sc_code code = month_of && middle && done ? SC_OK : sc_error_memory(error);
    for (size_t m = 0; m < months && code == SC_OK; m++)
        middle[m] = log(fmax(demand_of(planner, m), 1e-6) / fmax(demand_of(planner, 0), 1e-6));
    for (int round = 0; round < SCAN_ROUNDS && code == SC_OK; round++) {
        struct points points = {.planner = planner};
        size_t count = 0;
        code = points_new(planner, months * SCAN_POINTS, 0, &points, error);
        for (size_t m = 0; m < months && code == SC_OK; m++)
            for (size_t i = 0; !done[m] && i < SCAN_POINTS; i++, count++) {
                month_of[count] = m;
                for (size_t team = 0; team < planner->team_count; team++)
                    points.strength[count * planner->team_count + team] = middle[m] + scan_offsets[i];
            }
        if (code == SC_OK && count > 0)
            code = points_play(&points, month_of, count, SCAN_REPLICATIONS, error);
        for (size_t i = 0; i < count && code == SC_OK; i += SCAN_POINTS)
            done[month_of[i]] = scan_read(planner, &points, i, month_of[i], &middle[month_of[i]]);
        points_release(&points);
    }
    free(month_of);
    free(middle);
    free(done);
    return code;
}

/* --- the curves --- */

/* Points of a month: the centre, then each team's others. */
static size_t points_of_month(const struct planner *planner)
{
    return 1 + planner->team_count * (PLAN_POINTS - 1);
}

static size_t point_at(const struct planner *planner, size_t month, size_t team, int offset)
{
    size_t first = month * points_of_month(planner);
    if (offset == PLAN_CENTRE)
        return first;
    return first + 1 + team * (PLAN_POINTS - 1) + (size_t)(offset - (offset > PLAN_CENTRE));
}

static void curve_read(struct planner *planner, const struct points *points, size_t month, double replications)
{
    struct plan_curve *curve = &planner->curves[month];
    size_t size = sc_plan_record_size(planner), centre = point_at(planner, month, 0, PLAN_CENTRE);
    const double *sum = &points->sum[centre * size];
    for (size_t t = 0; t < planner->target_count; t++) {
        curve->bend[t] = 1.0;
        curve->active[t] = points->counted[centre * planner->target_count + t] > 0.0;
        curve->margin[t] = curve->active[t] ? mean_margin(points, centre, t) : 0.0;
        for (size_t i = 0; i < planner->team_count; i++) {
            double *rise = &curve->rise[(t * planner->team_count + i) * PLAN_POINTS];
            for (int o = 0; o < PLAN_POINTS && curve->active[t]; o++)
                rise[o] = mean_margin(points, point_at(planner, month, i, o), t) - curve->margin[t];
            /* More heads do no harm; where they seem to, it is chance. */
            for (int o = PLAN_CENTRE + 1; o < PLAN_POINTS; o++)
                rise[o] = fmax(isnan(rise[o]) ? 0.0 : rise[o], rise[o - 1]);
            for (int o = PLAN_CENTRE - 1; o >= 0; o--)
                rise[o] = fmin(isnan(rise[o]) ? 0.0 : rise[o], rise[o + 1]);
        }
    }
    for (size_t i = 0; i < planner->team_count; i++)
        for (int o = 0; o < PLAN_POINTS; o++) {
            const double *hours = &points->sum[point_at(planner, month, i, o) * size + plan_record_hours(planner, i)];
            curve->occupancy[i * PLAN_POINTS + (size_t)o] = hours[1] > 0.0 ? hours[0] / hours[1] : 0.0;
        }
    double days = planner->stretches[month].days, of_month = planner->months[month].days / days;
    curve->other_cost = of_month * sum[plan_record_cost(planner)] / replications +
                        sc_fixed_cost(planner->scenario, planner->months[month].days);
    curve->handled = of_month * sum[plan_record_cost(planner) + 1] / replications;
    curve->middle_day = planner->stretches[month].first_day + planner->stretches[month].days / 2;
}

/* How the replications of a target's stretches lie about their curves, all months together; returns their number. */
static size_t target_off(const struct planner *planner, const struct points *points, size_t target, double *off)
{
    size_t targets = planner->target_count, replications = planner->curve_replications, count = 0;
    double part = sqrt((double)replications / ((double)replications - 1.0));
    for (size_t m = 0; m < planner->month_count; m++) {
        size_t centre = point_at(planner, m, 0, PLAN_CENTRE);
        for (size_t r = 0; r < replications && planner->curves[m].active[target]; r++) {
            double here = points->each[(centre * replications + r) * targets + target];
            if (!isnan(here))
                off[count++] = part * (plan_margin_near(here) - plan_margin_near(planner->curves[m].margin[target]));
        }
    }
    return count;
}

/* Before the verdicts: what a margin is off by is that of a stretch as long as was played. Days are about independent
   given the level, so for a month it shrinks with the root of the part that was played. */
static enum sc_code scatter_begin(struct planner *planner, const struct points *points, struct sc_error *error)
{
    double *off = calloc(planner->month_count * planner->curve_replications + 1, sizeof *off);
    enum sc_code code = off ? SC_OK : sc_error_memory(error);
    for (size_t t = 0; t < planner->target_count && code == SC_OK; t++) {
        size_t count = target_off(planner, points, t, off);
        for (size_t m = 0; m < planner->month_count && code == SC_OK; m++)
            code = sc_plan_scatter_begin(planner, m, t, off, count,
                                         sqrt((double)planner->stretches[m].days / planner->months[m].days), error);
    }
    free(off);
    return code;
}

/* Mean growth of demand a day, by the channels' volumes. */
static double growth_a_day(const struct planner *planner)
{
    double sum = 0.0, grown = 0.0;
    for (size_t c = 0; c < planner->scenario->channel_count; c++) {
        const struct sc_channel *channel = &planner->scenario->channels[c];
        double volume = channel->volume.factor * channel->service.handle.mean_s, week = 0.0;
        for (int day = 0; day < 7; day++)
            week += channel->volume.per_day.value[day];
        sum += volume * week;
        grown += volume * week * log1p(channel->volume.growth);
    }
    return sum > 0.0 ? grown / sum / SC_MONTH_DAYS : 0.0;
}

static enum sc_code curves_alloc(struct planner *planner, struct sc_error *error)
{
    size_t targets = planner->target_count, teams = planner->team_count;
    struct sc_arena *arena = &planner->arena;
    planner->curves = sc_arena_array(arena, planner->month_count, sizeof *planner->curves);
    planner->ranks = sc_arena_array(arena, planner->month_count * planner->evidence.most * targets, sizeof(double));
    planner->evidence.played =
        sc_arena_array(arena, planner->month_count * planner->evidence.most * targets, sizeof(double));
    planner->evidence.read =
        sc_arena_array(arena, planner->month_count * planner->evidence.most * targets, sizeof(double));
    if (!planner->curves || !planner->ranks || !planner->evidence.played || !planner->evidence.read)
        return sc_error_memory(error);
    for (size_t m = 0; m < planner->month_count; m++) {
        struct plan_curve *curve = &planner->curves[m];
        curve->active = sc_arena_array(arena, targets, sizeof(bool));
        curve->margin = sc_arena_array(arena, targets, sizeof(double));
        curve->scatter = sc_arena_array(arena, targets * SC_PLAN_SCATTER_NODES * SC_PLAN_SCATTER_RANKS, sizeof(double));
        curve->critical = sc_arena_array(arena, targets * SC_PLAN_SCATTER_RANKS, sizeof(double));
        curve->lift = sc_arena_array(arena, targets, sizeof(double));
        curve->lift_doubt = sc_arena_array(arena, targets, sizeof(double));
        curve->share_doubt = sc_arena_array(arena, targets, sizeof(double));
        curve->bend = sc_arena_array(arena, targets, sizeof(double));
        curve->shift = sc_arena_array(arena, targets, sizeof(double));
        curve->moved = sc_arena_array(arena, targets, sizeof(double));
        curve->share_off = sc_arena_array(arena, targets, sizeof(double));
        curve->centre = sc_arena_array(arena, teams, sizeof(double));
        curve->rise = sc_arena_array(arena, targets * teams * PLAN_POINTS, sizeof(double));
        curve->occupancy = sc_arena_array(arena, teams * PLAN_POINTS, sizeof(double));
        curve->growth_a_day = growth_a_day(planner);
        if (!curve->active || !curve->margin || !curve->scatter || !curve->critical || !curve->lift ||
            !curve->lift_doubt || !curve->share_doubt || !curve->bend || !curve->shift || !curve->moved ||
            !curve->share_off || !curve->centre || !curve->rise || !curve->occupancy)
            return sc_error_memory(error);
    }
    return SC_OK;
}

static enum sc_code curves_play(struct planner *planner, struct sc_error *error)
{
    size_t count = planner->month_count * points_of_month(planner), replications = planner->curve_replications;
    size_t *month_of = calloc(count, sizeof *month_of);
    struct points points = {.planner = planner};
    enum sc_code code =
        month_of ? points_new(planner, count, count * replications, &points, error) : sc_error_memory(error);
    for (size_t p = 0; p < count && code == SC_OK; p++) {
        month_of[p] = p / points_of_month(planner);
        memcpy(&points.strength[p * planner->team_count], planner->curves[month_of[p]].centre,
               planner->team_count * sizeof(double));
    }
    for (size_t m = 0; m < planner->month_count && code == SC_OK; m++)
        for (size_t i = 0; i < planner->team_count; i++)
            for (int o = 0; o < PLAN_POINTS; o++)
                if (o != PLAN_CENTRE)
                    points.strength[point_at(planner, m, i, o) * planner->team_count + i] += offsets[o];
    if (code == SC_OK)
        code = points_play(&points, month_of, count, replications, error);
    if (code == SC_OK) {
        for (size_t m = 0; m < planner->month_count; m++)
            curve_read(planner, &points, m, (double)replications);
        code = scatter_begin(planner, &points, error);
    }
    points_release(&points);
    free(month_of);
    return code;
}

enum sc_code sc_plan_curves_build(struct planner *planner, struct sc_error *error)
{
    memcpy(planner->offset, offsets, sizeof offsets);
    enum sc_code code = curves_alloc(planner, error);
    if (code == SC_OK)
        code = scan(planner, error);
    if (code == SC_OK)
        code = curves_play(planner, error);
    return code;
}

/* --- reading them --- */

/* A straight line from point to point, and on beyond the ends. */
static double interpolate(const double *offset, const double *value, double at)
{
    int i = 1;
    while (i < PLAN_POINTS - 1 && at > offset[i])
        i++;
    return value[i - 1] + (value[i] - value[i - 1]) * (at - offset[i - 1]) / (offset[i] - offset[i - 1]);
}

static double from_centre(const struct plan_curve *curve, size_t team, double strength)
{
    return (strength > -strength_most ? strength : -strength_most) - curve->centre[team];
}

double sc_plan_curve_read(const struct planner *planner, const struct plan_curve *curve, size_t target,
                          const double *strength)
{
    double margin = curve->margin[target];
    for (size_t i = 0; i < planner->team_count; i++)
        margin += interpolate(planner->offset, &curve->rise[(target * planner->team_count + i) * PLAN_POINTS],
                              from_centre(curve, i, strength[i]));
    return margin;
}

double sc_plan_curve_margin(const struct planner *planner, const struct plan_curve *curve, size_t target,
                            const double *strength)
{
    return curve->bend[target] * sc_plan_curve_read(planner, curve, target, strength) + curve->shift[target];
}

double sc_plan_curve_occupancy(const struct planner *planner, const struct plan_curve *curve, size_t team,
                               double strength)
{
    double at = from_centre(curve, team, strength);
    const double *value = &curve->occupancy[team * PLAN_POINTS];
    if (at >= planner->offset[PLAN_POINTS - 1]) /* the same work for more heads */
        return value[PLAN_POINTS - 1] * exp(planner->offset[PLAN_POINTS - 1] - at);
    return fmin(1.0, interpolate(planner->offset, value, at));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Days as a whole: the load as it lags behind demand, and the forward equations from morning to night. One day stands
 * for all of its kind.
 */
#include "staffcast/offered_load.h"
#include "staffcast/transient.h"
#include "theory/beside_demand.h"
#include "theory/beside_sums.h"

#include <math.h>
#include <stdlib.h>

enum { KINDS = SC_DAY_KINDS };
/* A day is led in by the end of one like it, for those who are still there at midnight. */
static const double lead_in_s = 14400;
/* Loads are worked out on a grid no finer than this. */
static const double grid_least_s = 900;
/* What a day of forward equations costs, measured: seconds a day, and a state and event. */
static const double seconds_a_day = 4e-3, seconds_a_step = 1.5e-7;

/* A day that stands for others, and how many contacts of theirs come for one of its own. */
struct likeness {
    size_t day;
    double weight;
};

static double day_arrivals(const struct sc_courses *courses, size_t channel, size_t day)
{
    double sum = 0;
    for (size_t k = 0; k < courses->a_day; ++k)
        sum += courses->channel[channel].arrivals[day * courses->a_day + k];
    return sum;
}

static bool alike(const struct sc_courses *courses, size_t channel, size_t one, size_t other)
{
    const struct sc_course *course = &courses->channel[channel];
    for (size_t k = 0; k < courses->a_day; ++k) {
        size_t i = one * courses->a_day + k, j = other * courses->a_day + k;
        if (fabs(course->arrivals[i] - course->arrivals[j]) > 1e-9 * course->arrivals[i] ||
            fabs(course->heads[i] - course->heads[j]) > 1e-9 || course->handle_s[i] != course->handle_s[j] ||
            course->patience_s[i] != course->patience_s[j])
            return false;
    }
    return true;
}

/* The middle one of each kind's days with contacts; kinds whose days are alike are one. Returns how many. */
static size_t choose_days(const struct sc_scenario *scenario, const struct sc_courses *courses, size_t channel,
                          struct likeness likenesses[KINDS])
{
    size_t days = courses->count / courses->a_day, count = 0;
    for (int kind = 0; kind < KINDS; ++kind) {
        size_t members = 0, seen = 0, middle = 0, known = 0;
        double arrivals = 0;
        for (size_t day = 0; day < days; ++day)
            members += sc_courses_day_kind(scenario, day) == kind && day_arrivals(courses, channel, day) > 0;
        for (size_t day = 0; day < days; ++day) {
            double here = day_arrivals(courses, channel, day);
            if (sc_courses_day_kind(scenario, day) != kind || !(here > 0))
                continue;
            arrivals += here;
            if (seen++ == members / 2)
                middle = day;
        }
        if (members == 0)
            continue;
        while (known < count && !alike(courses, channel, likenesses[known].day, middle))
            ++known;
        if (known == count)
            likenesses[count++] = (struct likeness){middle, 0};
        likenesses[known].weight += arrivals / day_arrivals(courses, channel, likenesses[known].day);
    }
    return count;
}

/* Intervals of the lead-in: none where nothing comes at the end of the day. */
static size_t lead_of(const struct sc_courses *courses, size_t channel, size_t day)
{
    size_t lead = (size_t)fmin((double)courses->a_day, ceil(lead_in_s / courses->interval_s));
    const double *arrivals = courses->channel[channel].arrivals + (day + 1) * courses->a_day - lead;
    for (size_t k = 0; k < lead; ++k)
        if (arrivals[k] > 0)
            return lead;
    return 0;
}

/* Means over the day, each contact alike: the forward equations know but one handle time and one patience. */
static void day_times(const struct sc_courses *courses, size_t channel, size_t day, double *handle_s,
                      double *patience_s)
{
    const struct sc_course *course = &courses->channel[channel];
    double arrivals = 0, work_s = 0, give_up_per_s = 0;
    for (size_t i = day * courses->a_day; i < (day + 1) * courses->a_day; ++i) {
        arrivals += course->arrivals[i];
        work_s += course->arrivals[i] * course->handle_s[i];
        give_up_per_s += course->arrivals[i] / course->patience_s[i];
    }
    *handle_s = work_s / arrivals;
    *patience_s = give_up_per_s > 0 ? arrivals / give_up_per_s : INFINITY;
}

/* --- forward equations --- */

/*
 * The day as pieces, lead-in first. Heads are whole: what rounding down leaves is carried over to the next interval. At
 * a closing that drains, heads stay until the next opening, by when the queue is long gone.
 */
static void fill_pieces(const struct sc_courses *courses, size_t channel, size_t day, size_t lead, bool drains,
                        struct sc_transient_piece *pieces)
{
    const struct sc_course *course = &courses->channel[channel];
    double carried = 0.5;
    int64_t last = 0;
    for (size_t k = 0; k < lead + courses->a_day; ++k) {
        size_t i = day * courses->a_day + (k < lead ? courses->a_day - lead + k : k - lead);
        double heads = course->heads[i] + carried;
        int64_t whole = (int64_t)floor(heads + 1e-9);
        carried = course->heads[i] > 0 ? heads - (double)whole : 0.5;
        bool shut = !(course->arrivals[i] > 0);
        if (shut && drains && whole < last)
            whole = last;
        last = whole;
        pieces[k] = (struct sc_transient_piece){courses->interval_s, course->arrivals[i] / courses->interval_s, whole};
    }
}

/* Seconds that a solution will take: states held times events, with the queue as a fluid. */
static double cost_of(const struct sc_transient *transient)
{
    double queue = 0, cost = seconds_a_day;
    for (size_t k = 0; k < transient->count; ++k) {
        const struct sc_transient_piece *piece = &transient->pieces[k];
        double heads = (double)piece->agents, load = piece->arrivals_per_s * transient->handle_s;
        double surplus = piece->arrivals_per_s - heads / transient->handle_s;
        if (isinf(transient->patience_s))
            queue = fmax(0, queue + surplus * piece->lasts_s);
        else
            queue = fmax(0, surplus * transient->patience_s);
        double states = heads + queue + 4 * sqrt(fmax(load, 1));
        cost += seconds_a_step * piece->lasts_s * (piece->arrivals_per_s + fmin(load, heads) / transient->handle_s) *
                states;
    }
    return cost;
}

static void add_points(struct sc_sums *sums, const struct sc_transient_point *points, size_t from, size_t count,
                       double step_s, double weight)
{
    for (size_t k = from; k < count; ++k) {
        const struct sc_transient_point *point = &points[k];
        double joined = point->arrivals - point->turned_away;
        sums->arrivals += weight * joined;
        sums->waited += weight * point->waited;
        sums->lost += weight * point->lost;
        sums->answered += weight * (joined - point->lost);
        sums->within += weight * point->answered_in_time;
        sums->lost_within += weight * point->lost_in_time;
        sums->lost_short += weight * point->lost_in_time;
        sums->wait_all_s += weight * point->queue_mean * step_s; /* Little's law */
    }
}

struct job {
    const struct sc_courses *courses;
    size_t channel;
    struct likeness likeness;
    bool drains;
    int64_t places;
    struct sc_asked asked;
};

/* Solves the day, or with `sums` NULL only adds to the cost. */
static enum sc_code forward(const struct job *job, struct sc_sums *sums, double *cost, struct sc_error *error)
{
    size_t lead = lead_of(job->courses, job->channel, job->likeness.day), count = lead + job->courses->a_day;
    struct sc_transient_piece *pieces = malloc(count * sizeof *pieces);
    struct sc_transient transient = {.pieces = pieces,
                                     .count = count,
                                     .within_s = job->asked.within_s,
                                     .places = job->places,
                                     .step_s = job->courses->interval_s,
                                     .tolerance = SC_BESIDE_TOLERANCE};
    struct sc_transient_point *points = calloc(count + 1, sizeof *points);
    enum sc_code code = pieces && points ? SC_OK : sc_error_memory(error);
    if (code != SC_OK)
        goto done;
    fill_pieces(job->courses, job->channel, job->likeness.day, lead, job->drains, pieces);
    day_times(job->courses, job->channel, job->likeness.day, &transient.handle_s, &transient.patience_s);
    *cost += cost_of(&transient);
    if (sums)
        code = sc_transient_solve(&transient, points, NULL, error);
    if (sums && code == SC_OK)
        add_points(sums, points, lead + 1, count + 1, transient.step_s, job->likeness.weight);
done:
    free(points);
    free(pieces);
    return code;
}

/* --- offered load --- */

/* The channel's own law with another mean; a sample cannot be stretched, so it is taken as exponential. */
static struct sc_law stretched(struct sc_law law, double mean_s)
{
    double factor = mean_s / law.mean_s;
    if (law.kind == SC_LAW_EMPIRICAL)
        return (struct sc_law){.kind = SC_LAW_EXPONENTIAL, .mean_s = mean_s};
    law.mean_s = mean_s;
    law.min_s *= factor;
    law.mode_s *= factor;
    law.max_s *= factor;
    return law;
}

static enum sc_code lagged(const struct job *job, const struct sc_law *handle, struct sc_sums *sums,
                           struct sc_error *error)
{
    const struct sc_courses *courses = job->courses;
    const struct sc_course *course = &courses->channel[job->channel];
    size_t lead = lead_of(courses, job->channel, job->likeness.day), first = job->likeness.day * courses->a_day;
    size_t fold = courses->interval_s >= grid_least_s ? 1 : (size_t)ceil(grid_least_s / courses->interval_s);
    while (courses->a_day % fold != 0)
        ++fold;
    lead += (fold - lead % fold) % fold;
    size_t count = (lead + courses->a_day) / fold;
    double grid_s = courses->interval_s * (double)fold, handle_s, patience_s;
    double *rate = calloc(2 * count, sizeof *rate), *load = rate + count;
    if (!rate)
        return sc_error_memory(error);
    day_times(courses, job->channel, job->likeness.day, &handle_s, &patience_s);
    for (size_t k = 0; k < lead + courses->a_day; ++k)
        rate[k / fold] += course->arrivals[first + (k < lead ? courses->a_day - lead + k : k - lead)] / grid_s;
    struct sc_law law = stretched(*handle, handle_s);
    enum sc_code code = sc_offered_load(rate, count, grid_s, &law, NULL, load, error);
    for (size_t k = lead; k < lead + courses->a_day && code == SC_OK; ++k) {
        size_t i = first + k - lead;
        code = sc_sums_add(sums,
                           (struct sc_met){job->likeness.weight * course->arrivals[i], load[k / fold], handle_s,
                                           patience_s, course->heads[i]},
                           job->asked, error);
    }
    free(rate);
    return code;
}

/* --- both --- */

enum sc_code sc_beside_days(const struct sc_scenario *scenario, const struct sc_courses *courses, size_t channel,
                            double *budget_s, struct sc_beside_channel *beside, struct sc_error *error)
{
    const struct sc_service *service = &scenario->channels[channel].service;
    struct likeness likenesses[KINDS];
    size_t kinds = choose_days(scenario, courses, channel, likenesses);
    struct sc_sums by_load = {0}, by_time = {0};
    double cost = 0;
    enum sc_code code = SC_OK;
    struct job job = {courses,
                      channel,
                      {0},
                      service->at_close == SC_DRAIN,
                      service->queue_limit >= 0 ? service->queue_limit : SC_ERLANG_UNLIMITED,
                      sc_asked_of(&scenario->channels[channel])};
    for (size_t k = 0; k < kinds && code == SC_OK; ++k) {
        job.likeness = likenesses[k];
        code = lagged(&job, &service->handle, &by_load, error);
        if (code == SC_OK)
            code = forward(&job, NULL, &cost, error);
    }
    beside->too_large = cost > *budget_s;
    for (size_t k = 0; k < kinds && code == SC_OK && !beside->too_large; ++k) {
        job.likeness = likenesses[k];
        code = forward(&job, &by_time, &(double){0}, error);
    }
    if (code != SC_OK)
        return code;
    beside->figures[SC_BESIDE_LAGGED] = sc_sums_figures(&by_load, job.asked);
    beside->figures[SC_BESIDE_TRANSIENT] = sc_sums_figures(&by_time, job.asked);
    beside->figures[SC_BESIDE_TRANSIENT].wait_mean_s = NAN;
    if (job.asked.counts == SC_COUNT_NO_SHORT && job.asked.short_s != job.asked.within_s)
        beside->figures[SC_BESIDE_TRANSIENT].service_level = NAN;
    if (!beside->too_large)
        *budget_s -= cost;
    return SC_OK;
}

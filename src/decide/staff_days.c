/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which days are alike, and when pools may have heads. Days of a kind get the same heads, so they must be alike in all
 * that the heads meet: when channels and bots are open, how much comes when, the rules in force, when pools may work.
 * Where work is carried over night the days before and after must be alike as well.
 */
#include "decide/staff_problem.h"
#include "model/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far the volumes of alike days may be apart. */
static const double alike_share = 0.005;

static size_t simulated(const struct sc_staff_problem *problem, size_t day)
{
    return day + (size_t)problem->model->warmup_days;
}

/* --- when pools may have heads --- */

/* A live or chat channel that the pool serves is open in some part of the interval. */
static bool serves_open(const struct sc_model *model, const struct sc_pool *pool, int day, double from_s, double to_s)
{
    for (size_t i = 0; i < pool->skill_count; i++) {
        size_t channel = (size_t)pool->skills[i].channel;
        double open, close;
        if (model->scenario->channels[channel].kind == SC_DEFERRED)
            continue;
        if (sc_channel_hours(model, channel, day, &open, &close) && open < to_s && close > from_s)
            return true;
    }
    return false;
}

static enum sc_code may_fill(struct sc_staff_problem *problem, struct sc_error *error)
{
    const struct sc_model *model = problem->model;
    double *heads = calloc(problem->count + 1, sizeof *heads);
    if (!heads)
        return sc_error_memory(error);
    enum sc_code code = SC_OK;
    for (size_t p = 0; p < problem->scenario->pool_count && code == SC_OK; p++) {
        const struct sc_model_pool *pool = &model->pools[p];
        bool *may = problem->may + p * problem->count, by_hours = pool->pool->roster == SC_ROSTER_AGENTS;
        code = sc_model_mean_heads(model, p, heads, error);
        for (size_t i = 0; i < problem->count && code == SC_OK; i++) {
            int day = (int)simulated(problem, i / problem->a_day), kind = sc_day_kind(model, day);
            double from_s = (double)(i % problem->a_day) * problem->interval_s, to_s = from_s + problem->interval_s;
            may[i] = heads[i] > 0.0;
            if (by_hours)
                may[i] = may[i] || (pool->on[kind] && pool->on_from_s[kind] < to_s && pool->on_to_s[kind] > from_s);
            else
                may[i] = may[i] || serves_open(model, pool->pool, day, from_s, to_s);
        }
    }
    free(heads);
    return code;
}

/* --- alike days --- */

/* The regime in force from the beginning to the end of a day; SIZE_MAX where it changes within. */
static size_t regime_of(const struct sc_model *model, size_t day)
{
    size_t found = 0;
    for (size_t r = 1; r < model->regime_count; r++) {
        double from = model->regimes[r].from_s;
        if (from > (double)day * SC_DAY_S && from < (double)(day + 1) * SC_DAY_S)
            return SIZE_MAX;
        if (from <= (double)day * SC_DAY_S)
            found = r;
    }
    return found;
}

/* Does anything beside hours and volumes go by the weekday? */
static bool weekdays_matter(const struct sc_model *model)
{
    for (size_t t = 0; t < model->type_count; t++) {
        const struct sc_service *s = model->types[t].service;
        if (s->handle.by_time.given || s->wrap_up.by_time.given || s->patience.by_time.given ||
            s->retry.after.by_time.given || s->automation.hours.given || s->automation.takes.by_time.given ||
            s->target.clock != SC_CLOCK_WALL || s->recontact.share > 0.0)
            return true;
    }
    return model->regime_count > 1;
}

/* Is work carried over night? */
static bool carries(const struct sc_model *model)
{
    for (size_t c = 0; c < model->scenario->channel_count; c++) {
        const struct sc_channel *channel = &model->scenario->channels[c];
        bool closes = channel->hours.given;
        for (int day = 0; day < 7; day++)
            closes = closes && !(channel->hours.named[day] && channel->hours.from_s[day] == 0.0);
        if (!closes || channel->service.at_close == SC_KEEP || channel->service.touches.mean > 1.0)
            return true;
    }
    return false;
}

static bool profiles_alike(const struct sc_model *model, size_t channel, int a, int b)
{
    const struct sc_profile *x = sc_channel_profile(model, channel, a), *y = sc_channel_profile(model, channel, b);
    double xs = model->channels[channel].scale[a], ys = model->channels[channel].scale[b];
    if (x->pieces != y->pieces || x->from_s != y->from_s)
        return false;
    for (size_t i = 0; i < x->pieces; i++) {
        double xr = xs * x->rate[i], yr = ys * y->rate[i];
        if (x->end_s[i] != y->end_s[i] || fabs(xr - yr) > alike_share * fmax(xr, yr))
            return false;
    }
    return true;
}

static bool hours_alike(const struct sc_model *model, size_t channel, int a, int b)
{
    double a_from, a_to, b_from, b_to;
    bool a_open = sc_channel_hours(model, channel, a, &a_from, &a_to);
    bool b_open = sc_channel_hours(model, channel, b, &b_from, &b_to);
    return a_open == b_open && (!a_open || (a_from == b_from && a_to == b_to));
}

/* Two simulated days by themselves; those before the first and after the last are like nothing but themselves. */
static bool days_alike(const struct sc_staff_problem *problem, long a, long b, bool by_weekday)
{
    const struct sc_model *model = problem->model;
    long end = sc_model_days(model);
    if (a < 0 || b < 0 || a >= end || b >= end)
        return (a < 0 && b < 0) || (a >= end && b >= end);
    size_t regime = regime_of(model, (size_t)a);
    if (regime == SIZE_MAX || regime != regime_of(model, (size_t)b))
        return a == b;
    if (by_weekday && sc_day_kind(model, (int)a) != sc_day_kind(model, (int)b))
        return false;
    for (size_t c = 0; c < problem->scenario->channel_count; c++)
        if (model->channels[c].replays || !hours_alike(model, c, (int)a, (int)b) ||
            !profiles_alike(model, c, (int)a, (int)b))
            return a == b;
    for (size_t p = 0; p < problem->scenario->pool_count; p++) {
        long first = model->warmup_days;
        if (a >= first && b >= first &&
            memcmp(problem->may + p * problem->count + (size_t)(a - first) * problem->a_day,
                   problem->may + p * problem->count + (size_t)(b - first) * problem->a_day,
                   problem->a_day * sizeof *problem->may) != 0)
            return false;
    }
    return true;
}

static bool alike(const struct sc_staff_problem *problem, size_t a, size_t b, bool by_weekday, bool carried)
{
    long x = (long)simulated(problem, a), y = (long)simulated(problem, b);
    if (!days_alike(problem, x, y, by_weekday))
        return false;
    return !carried || (days_alike(problem, x - 1, y - 1, by_weekday) && days_alike(problem, x + 1, y + 1, by_weekday));
}

enum sc_code sc_staff_days_build(struct sc_staff_problem *problem, struct sc_error *error)
{
    problem->may = sc_arena_array(&problem->arena, problem->scenario->pool_count * problem->count, sizeof(bool));
    problem->day_kind = sc_arena_array(&problem->arena, problem->days, sizeof *problem->day_kind);
    problem->kinds = sc_arena_array(&problem->arena, problem->days, sizeof *problem->kinds);
    if (!problem->may || !problem->day_kind || !problem->kinds)
        return sc_error_memory(error);
    enum sc_code code = may_fill(problem, error);
    bool by_weekday = weekdays_matter(problem->model), carried = carries(problem->model);
    for (size_t day = 0; day < problem->days && code == SC_OK; day++) {
        size_t k = 0;
        while (k < problem->kind_count && !alike(problem, problem->kinds[k].first_day, day, by_weekday, carried))
            k++;
        if (k == problem->kind_count)
            problem->kinds[problem->kind_count++] = (struct sc_staff_kind){.first_day = day};
        problem->kinds[k].days++;
        problem->day_kind[day] = k;
    }
    return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rosters: how many heads a pool has on duty, and pays for, from each instant of a day on.
 *
 * Whatever a roster is written as (heads in opening hours, heads by the clock, shifts with breaks, a file), a day of it
 * becomes a sorted list of levels. Shifts add up as changes, so a shift that began yesterday counts towards this morning.
 */
#include "model/laws.h"

#include <math.h>
#include <stdlib.h>

/* Heads and paid heads that come (or, below 0, go) at an instant. */
struct change {
    double at_s;
    int heads, paid;
};

/* The kind of day a shift's list of days names: holidays only where `holiday` was written. */
static bool shift_begins(const struct sc_shift *shift, int day_kind)
{
    return shift->day[day_kind >= SC_HOLIDAY ? SC_HOLIDAY : day_kind];
}

static size_t shift_changes_most(const struct sc_shift *shift)
{
    size_t most = 2;
    for (size_t i = 0; i < shift->break_count; i++)
        most += 2 * (size_t)shift->agents;
    return most;
}

/* The changes of one shift that began on the day whose midnight is offset_s. Breaks are spread evenly in their window:
   the first head goes when it opens, the last is back when it closes. */
static size_t shift_changes(const struct sc_shift *shift, double offset_s, struct change *out)
{
    size_t n = 0;
    out[n++] = (struct change){offset_s + shift->from_s, shift->agents, shift->agents};
    out[n++] = (struct change){offset_s + shift->to_s, -shift->agents, -shift->agents};
    for (size_t b = 0; b < shift->break_count; b++) {
        const struct sc_break *rest = &shift->breaks[b];
        double slack = fmax(0.0, rest->to_s - rest->from_s - rest->lasts_s);
        double from = offset_s + rest->from_s + (rest->from_s < shift->from_s ? SC_DAY_S : 0.0);
        for (int head = 0; head < shift->agents; head++) {
            double at = from + (shift->agents > 1 ? slack * head / (shift->agents - 1) : 0.0);
            int paid = rest->paid ? 0 : 1;
            out[n++] = (struct change){at, -1, -paid};
            out[n++] = (struct change){at + rest->lasts_s, 1, paid};
        }
    }
    return n;
}

static int change_compare(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    return (x->at_s > y->at_s) - (x->at_s < y->at_s);
}

/* Appends a level, or replaces the last where it is at the same instant or says nothing new. */
static size_t level_add(struct sc_level *levels, size_t n, double at_s, int heads, int paid)
{
    if (n > 0 && levels[n - 1].at_s == at_s)
        n--;
    if (n > 0 && levels[n - 1].heads == heads && levels[n - 1].paid == paid)
        return n;
    levels[n] = (struct sc_level){at_s, heads, paid};
    return n + 1;
}

static size_t shifts_day(const struct sc_model *model, const struct sc_pool *pool, int day, struct sc_level *levels)
{
    size_t most = 0, n = 0;
    for (size_t i = 0; i < pool->shift_count; i++)
        most += 2 * shift_changes_most(&pool->shifts[i]);
    struct change *changes = malloc((most + 1) * sizeof *changes);
    if (!changes)
        return 0; /* the caller takes no level at all as no memory */
    for (int from = day - 1; from <= day; from++) {
        if (from < 0)
            continue;
        for (size_t i = 0; i < pool->shift_count; i++)
            if (shift_begins(&pool->shifts[i], sc_day_kind(model, from)))
                n += shift_changes(&pool->shifts[i], (from - day) * SC_DAY_S, changes + n);
    }
    qsort(changes, n, sizeof *changes, change_compare);
    int heads = 0, paid = 0;
    size_t count = level_add(levels, 0, 0.0, 0, 0);
    for (size_t i = 0; i < n && changes[i].at_s < SC_DAY_S; i++) {
        heads += changes[i].heads;
        paid += changes[i].paid;
        int extra = heads > 0 ? pool->extra : 0;
        count = level_add(levels, count, sc_tick(fmax(0.0, changes[i].at_s)), heads + extra, paid + extra);
    }
    free(changes);
    return count;
}

static size_t staffing_day(const struct sc_pool *pool, int day_kind, struct sc_level *levels)
{
    const struct sc_clock *clock = &pool->staffing.day[day_kind >= SC_HOLIDAY ? SC_HOLIDAY : day_kind];
    size_t count = level_add(levels, 0, 0.0, 0, 0);
    for (int i = 0; i < clock->cells; i++) {
        int heads = (int)clock->value[i];
        heads += heads > 0 ? pool->extra : 0;
        count = level_add(levels, count, SC_DAY_S * i / clock->cells, heads, heads);
    }
    return count;
}

static size_t steps_day(const struct sc_pool *pool, int64_t date, struct sc_level *levels)
{
    int heads = 0;
    size_t i = 0, count;
    for (; i < pool->step_count && pool->steps[i].day < date; i++)
        heads = pool->steps[i].agents;
    heads += heads > 0 ? pool->extra : 0;
    count = level_add(levels, 0, 0.0, heads, heads);
    for (; i < pool->step_count && pool->steps[i].day == date; i++) {
        heads = pool->steps[i].agents + (pool->steps[i].agents > 0 ? pool->extra : 0);
        count = level_add(levels, count, sc_tick(pool->steps[i].second), heads, heads);
    }
    return count;
}

static size_t agents_day(const struct sc_model_pool *p, int day_kind, struct sc_level *levels)
{
    size_t count = level_add(levels, 0, 0.0, 0, 0);
    if (p->on[day_kind] && p->pool->agents > 0) {
        int heads = p->pool->agents + p->pool->extra;
        count = level_add(levels, count, sc_tick(p->on_from_s[day_kind]), heads, heads);
        if (p->on_to_s[day_kind] < SC_DAY_S)
            count = level_add(levels, count, sc_tick(p->on_to_s[day_kind]), 0, 0);
    }
    return count;
}

size_t sc_roster_day(const struct sc_model *model, size_t pool, int day, struct sc_level *levels)
{
    const struct sc_model_pool *p = &model->pools[pool];
    switch (p->pool->roster) {
    case SC_ROSTER_SHIFTS:
        return shifts_day(model, p->pool, day, levels);
    case SC_ROSTER_STAFFING:
        return staffing_day(p->pool, sc_day_kind(model, day), levels);
    case SC_ROSTER_FILE:
        return steps_day(p->pool, model->first_day + day, levels);
    default:
        return agents_day(p, sc_day_kind(model, day), levels);
    }
}

/* Hours of a pool that names none: from the first opening to the last closing of the live and chat channels it serves;
   around the clock where it serves none, but off on holidays. */
static void hours_of_channels(const struct sc_model *model, struct sc_model_pool *p)
{
    bool live = false;
    for (int kind = 0; kind < SC_MODEL_DAY_KINDS; kind++) {
        for (size_t i = 0; i < p->pool->skill_count; i++) {
            const struct sc_model_channel *c = &model->channels[p->pool->skills[i].channel];
            if (c->channel->kind == SC_DEFERRED)
                continue;
            live = true;
            if (!c->open[kind])
                continue;
            p->on_from_s[kind] = p->on[kind] ? fmin(p->on_from_s[kind], c->open_from_s[kind]) : c->open_from_s[kind];
            p->on_to_s[kind] = p->on[kind] ? fmax(p->on_to_s[kind], c->open_to_s[kind]) : c->open_to_s[kind];
            p->on[kind] = true;
        }
    }
    for (int kind = 0; !live && kind < SC_HOLIDAY; kind++) {
        p->on[kind] = true;
        p->on_from_s[kind] = 0.0;
        p->on_to_s[kind] = SC_DAY_S;
    }
}

static void hours_of_pool(const struct sc_model *model, struct sc_model_pool *p)
{
    const struct sc_week_hours *hours = &p->pool->hours;
    if (!hours->given) {
        hours_of_channels(model, p);
        return;
    }
    for (int kind = 0; kind < SC_MODEL_DAY_KINDS; kind++) {
        int from = kind >= SC_HOLIDAY ? SC_HOLIDAY : kind;
        p->on[kind] = hours->named[from];
        p->on_from_s[kind] = hours->from_s[from];
        p->on_to_s[kind] = hours->to_s[from];
    }
}

static size_t levels_most(const struct sc_pool *pool)
{
    size_t most = 4;
    if (pool->roster == SC_ROSTER_STAFFING)
        most += 288;
    else if (pool->roster == SC_ROSTER_FILE)
        most += pool->step_count;
    for (size_t i = 0; i < pool->shift_count; i++)
        most += 2 * shift_changes_most(&pool->shifts[i]);
    return most;
}

enum sc_code sc_roster_build(struct sc_model *model, struct sc_law_cache *cache, struct sc_error *error)
{
    for (size_t i = 0; i < model->scenario->pool_count; i++) {
        struct sc_model_pool *p = &model->pools[i];
        p->levels_most = levels_most(p->pool);
        hours_of_pool(model, p);
        if (p->pool->speed_spread > 0.0) {
            enum sc_code code =
                sc_law_table(cache, SC_LAW_LOGNORMAL, p->pool->speed_spread, &p->head_speed, error);
            if (code != SC_OK)
                return code;
        }
        struct sc_level *levels = malloc(p->levels_most * sizeof *levels);
        if (!levels)
            return sc_error_memory(error);
        for (int day = 0; day < sc_model_days(model); day++) {
            size_t count = sc_roster_day(model, i, day, levels);
            for (size_t j = 0; j < count; j++)
                p->heads_most = levels[j].heads > p->heads_most ? levels[j].heads : p->heads_most;
        }
        free(levels);
    }
    return SC_OK;
}

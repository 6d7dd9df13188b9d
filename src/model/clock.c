/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time that counts: clocks of targets, hours of bots, and what a wait does to satisfaction.
 *
 * A clock that only runs in some hours is a table of the time it has run by each midnight, so the time between two
 * instants is a difference of two look-ups.
 */
#include "model/internal.h"

#include <math.h>

static double run_within_day(const struct sc_open_clock *clock, int kind, double since_midnight)
{
    if (!clock->open[kind])
        return 0.0;
    return fmin(fmax(since_midnight, clock->from_s[kind]), clock->to_s[kind]) - clock->from_s[kind];
}

/* Time run by an instant, from the first midnight on; negative before it. */
static double run_by(const struct sc_model *model, const struct sc_open_clock *clock, double at_s)
{
    int day = (int)floor(at_s / SC_DAY_S);
    int last = sc_model_days(model) - 1;
    if (day > last)
        return clock->before_s[last + 1];
    if (day >= 0)
        return clock->before_s[day] + run_within_day(clock, sc_day_kind(model, day), at_s - day * SC_DAY_S);
    /* Before the simulated days (an aged backlog) weekdays go on backwards, without holidays. */
    double run = 0.0;
    for (int d = -1; d >= day; d--) {
        int kind = (sc_day_kind(model, 0) % 7 + d % 7 + 7) % 7;
        double whole = run_within_day(clock, kind, SC_DAY_S);
        run -= d > day ? whole : whole - run_within_day(clock, kind, at_s - d * SC_DAY_S);
    }
    return run;
}

double sc_clock_elapsed(const struct sc_model *model, const struct sc_open_clock *clock, double from_s, double to_s)
{
    return clock ? run_by(model, clock, to_s) - run_by(model, clock, from_s) : to_s - from_s;
}

/* The hours of a target's clock by kind of day: the channel's, or its own (a holiday that is not named stands still).
 */
static void clock_hours(const struct sc_model *model, const struct sc_type *type, struct sc_open_clock *clock)
{
    const struct sc_model_channel *c = &model->channels[type->channel];
    const struct sc_target *target = &type->service->target;
    for (int kind = 0; kind < SC_MODEL_DAY_KINDS; kind++) {
        if (target->clock == SC_CLOCK_OPEN) {
            clock->open[kind] = c->open[kind];
            clock->from_s[kind] = sc_tick(c->open_from_s[kind]);
            clock->to_s[kind] = sc_tick(c->open_to_s[kind]);
        } else {
            int from = kind >= SC_HOLIDAY ? SC_HOLIDAY : kind;
            clock->open[kind] = target->own_clock.named[from];
            clock->from_s[kind] = sc_tick(target->own_clock.from_s[from]);
            clock->to_s[kind] = sc_tick(target->own_clock.to_s[from]);
        }
    }
}

enum sc_code sc_clocks_build(struct sc_model *model, struct sc_error *error)
{
    for (size_t t = 0; t < model->type_count; t++) {
        struct sc_type *type = &model->types[t];
        if (!type->judged || type->service->target.clock == SC_CLOCK_WALL)
            continue;
        struct sc_open_clock *clock = sc_arena_alloc(&model->arena, sizeof *clock);
        double *before = sc_arena_array(&model->arena, (size_t)sc_model_days(model) + 1, sizeof *before);
        if (!clock || !before)
            return sc_error_memory(error);
        clock_hours(model, type, clock);
        for (int day = 0; day < sc_model_days(model); day++)
            before[day + 1] = before[day] + run_within_day(clock, sc_day_kind(model, day), SC_DAY_S);
        clock->before_s = before;
        type->clock = clock;
    }
    return SC_OK;
}

bool sc_automation_on(const struct sc_model *model, const struct sc_automation *automation, double at_s)
{
    const struct sc_week_hours *hours = &automation->hours;
    if (!hours->given)
        return true;
    int day = (int)(at_s / SC_DAY_S);
    int kind = sc_day_kind(model, day);
    int from = kind >= SC_HOLIDAY && hours->holiday ? SC_HOLIDAY : kind % 7;
    double time = at_s - day * SC_DAY_S;
    return hours->named[from] && time >= hours->from_s[from] && time < hours->to_s[from];
}

double sc_satisfied(const struct sc_service *service, double wait_s)
{
    const struct sc_satisfaction_point *p = service->satisfaction;
    size_t last = service->satisfaction_points - 1;
    if (wait_s <= p[0].wait_s)
        return p[0].share;
    for (size_t i = 1; i <= last; i++)
        if (wait_s < p[i].wait_s)
            return p[i - 1].share +
                   (p[i].share - p[i - 1].share) * (wait_s - p[i - 1].wait_s) / (p[i].wait_s - p[i - 1].wait_s);
    return p[last].share;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/audit.h"

#include "base/arena.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdlib.h>

int sc_audit_scheduled(int on_duty, double absence, double planned)
{
    double there = (1 - absence) * (1 - planned);
    /* Nobody can make up for a team that is always away; the scenario's reader refuses shares of 1. */
    return there > 0 ? (int)ceil(on_duty / there - 1e-9) : on_duty;
}

/* --- weeks --- */

static bool is_holiday(const struct sc_scenario *scenario, int64_t date)
{
    for (size_t i = 0; i < scenario->holiday_count; i++)
        if (scenario->holidays[i] == date)
            return true;
    return false;
}

/* Is any channel open for contacts on that kind of day? */
static bool is_open(const struct sc_scenario *scenario, int kind)
{
    for (size_t c = 0; c < scenario->channel_count; c++)
        if (!scenario->channels[c].hours.given ? kind < SC_HOLIDAY : scenario->channels[c].hours.named[kind])
            return true;
    return false;
}

double sc_audit_weeks(const struct sc_scenario *scenario)
{
    int open_days = 0, open_weekdays = 0;
    if (scenario->days >= 7)
        return scenario->days / 7.0;
    for (int day = 0; day < scenario->days; day++) {
        int64_t date = scenario->start_day + day;
        open_days += is_open(scenario, is_holiday(scenario, date) ? SC_HOLIDAY : sc_weekday(date));
    }
    for (int kind = 0; kind < 7; kind++)
        open_weekdays += is_open(scenario, kind);
    return open_days > 0 && open_weekdays > 0 ? (double)open_days / open_weekdays : scenario->days / 7.0;
}

/* --- channels --- */

static double head_hours(const int *heads, size_t count, double interval_s)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += heads[i];
    return sum * interval_s / 3600;
}

/* What lags behind the last contacts of a day would ask for a head all night. */
int sc_audit_formula_heads(const struct sc_channel *channel, const struct sc_staff_formulas *formulas,
                           const int *heads, size_t interval)
{
    return channel->kind == SC_DEFERRED || formulas->arrivals[interval] > 0 ? heads[interval] : 0;
}

static double formula_hours(const struct sc_channel *settings, const struct sc_staff *staff,
                            const struct sc_staff_formulas *formulas, const int *heads)
{
    double sum = 0;
    for (size_t i = 0; formulas->judged && i < staff->count; i++) {
        int here = sc_audit_formula_heads(settings, formulas, heads, i);
        if (here < 0)
            return NAN;
        sum += here;
    }
    return formulas->judged ? sum * staff->interval_s / 3600 : NAN;
}

static void fill_channel(struct sc_audit_channel *channel, const struct sc_channel *settings,
                         const struct sc_staff *staff, const struct sc_staff_formulas *formulas)
{
    double work_s = 0;
    for (size_t i = 0; i < staff->count; i++) {
        channel->contacts += formulas->arrivals[i];
        work_s += formulas->arrivals[i] > 0 ? formulas->arrivals[i] * formulas->handle_s[i] : 0;
    }
    channel->work_h = work_s / 3600;
    channel->handle_s = channel->contacts > 0 ? work_s / channel->contacts : NAN;
    channel->erlang_c_h = formula_hours(settings, staff, formulas, formulas->erlang_c);
    channel->erlang_a_h = formula_hours(settings, staff, formulas, formulas->erlang_a);
    channel->alone_h = formula_hours(settings, staff, formulas, formulas->alone);
}

static void add_channel(struct sc_audit *audit, const struct sc_audit_channel *channel, bool judged)
{
    audit->contacts += channel->contacts;
    audit->work_h += channel->work_h;
    audit->teams += channel->alone_h > 0;
    audit->alone_h += isnan(channel->alone_h) ? 0 : channel->alone_h;
    if (isnan(channel->erlang_a_h)) {
        audit->all_speak = audit->all_speak && !(judged && channel->contacts > 0);
        return;
    }
    audit->erlang_c_h = (isnan(audit->erlang_c_h) ? 0 : audit->erlang_c_h) + channel->erlang_c_h;
    audit->erlang_a_h = (isnan(audit->erlang_a_h) ? 0 : audit->erlang_a_h) + channel->erlang_a_h;
}

/* --- pools --- */

static void fill_pool(struct sc_audit_pool *pool, const struct sc_pool *settings, const struct sc_staff *staff,
                      const struct sc_staff_pool *staffed)
{
    for (size_t i = 0; i < staff->count; i++)
        pool->scheduled[i] = sc_audit_scheduled(staffed->heads[i], settings->absence, settings->planned);
    pool->on_duty_h = head_hours(staffed->heads, staff->count, staff->interval_s);
    pool->scheduled_h = head_hours(pool->scheduled, staff->count, staff->interval_s);
    pool->paid_h = pool->scheduled_h;
    pool->people_given = settings->people.given;
    pool->hours_a_week = settings->people.given ? settings->people.hours_per_week : 40;
    pool->overhead = settings->people.given ? settings->people.overhead : 0;
}

static void count_heads(struct sc_audit *audit, const struct sc_scenario *scenario)
{
    audit->on_duty_h = audit->scheduled_h = audit->paid_h = audit->fte = audit->headcount = audit->cost = 0;
    for (size_t p = 0; p < scenario->pool_count; p++) {
        struct sc_audit_pool *pool = &audit->pools[p];
        pool->paid_h_a_week = pool->paid_h / audit->weeks;
        pool->fte = pool->paid_h_a_week / pool->hours_a_week;
        pool->headcount = ceil(pool->fte / (pool->overhead < 1 ? 1 - pool->overhead : 1) - 1e-9);
        pool->cost = pool->paid_h * scenario->pools[p].cost_per_hour;
        audit->on_duty_h += pool->on_duty_h;
        audit->scheduled_h += pool->scheduled_h;
        audit->paid_h += pool->paid_h;
        audit->fte += pool->fte;
        audit->headcount += pool->headcount;
        audit->cost += pool->cost;
    }
}

void sc_audit_set_paid(struct sc_audit *audit, const struct sc_scenario *scenario, size_t pool, double paid_h)
{
    audit->pools[pool].paid_h = paid_h;
    count_heads(audit, scenario);
}

/* --- the whole --- */

enum sc_code sc_audit_new(const struct sc_scenario *scenario, const struct sc_staff *staff, struct sc_audit **audit,
                          struct sc_error *error)
{
    struct sc_arena *arena = calloc(1, sizeof *arena);
    struct sc_audit *made = arena != NULL ? sc_arena_alloc(arena, sizeof *made) : NULL;
    if (made == NULL)
        goto no_memory;
    *made = (struct sc_audit){.count = staff->count,
                              .weeks = sc_audit_weeks(scenario),
                              .erlang_c_h = NAN,
                              .erlang_a_h = NAN,
                              .all_speak = true,
                              .memory = arena};
    made->channels = sc_arena_array(arena, scenario->channel_count, sizeof *made->channels);
    made->pools = sc_arena_array(arena, scenario->pool_count, sizeof *made->pools);
    if (made->channels == NULL || made->pools == NULL)
        goto no_memory;
    for (size_t c = 0; c < scenario->channel_count; c++) {
        fill_channel(&made->channels[c], &scenario->channels[c], staff, &staff->formulas[c]);
        add_channel(made, &made->channels[c], staff->formulas[c].judged);
    }
    for (size_t p = 0; p < scenario->pool_count; p++) {
        made->pools[p].scheduled = sc_arena_array(arena, staff->count, sizeof *made->pools[p].scheduled);
        if (made->pools[p].scheduled == NULL)
            goto no_memory;
        fill_pool(&made->pools[p], &scenario->pools[p], staff, &staff->pools[p]);
    }
    count_heads(made, scenario);
    *audit = made;
    return SC_OK;
no_memory:
    if (arena != NULL)
        sc_arena_release(arena);
    free(arena);
    return sc_error_memory(error);
}

void sc_audit_free(struct sc_audit *audit)
{
    struct sc_arena *arena = audit != NULL ? audit->memory : NULL;
    if (arena == NULL)
        return;
    sc_arena_release(arena);
    free(arena);
}

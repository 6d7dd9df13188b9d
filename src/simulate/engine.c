/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/engine.h"

#include <stdlib.h>
#include <string.h>

/* --- the calendar of a day: levels of the rosters, opening and closing of channels --- */

static int calendar_compare(const void *a, const void *b)
{
    const struct calendar_entry *x = a, *y = b;
    if (x->at_s != y->at_s)
        return x->at_s < y->at_s ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static void calendar_fill(struct sc_workspace *w)
{
    const struct sc_scenario *scenario = w->model->scenario;
    size_t n = 0;
    for (uint32_t p = 0; p < scenario->pool_count; p++) {
        size_t count = sc_roster_day(w->model, p, w->day, w->levels);
        w->out_of_memory = w->out_of_memory || count == 0;
        for (size_t i = 0; i < count; i++)
            w->calendar[n++] = (struct calendar_entry){.at_s = w->day_start_s + w->levels[i].at_s, .kind = CALENDAR_LEVEL,
                                                       .index = p, .heads = w->levels[i].heads,
                                                       .paid = w->levels[i].paid};
    }
    for (uint32_t c = 0; c < scenario->channel_count; c++) {
        double from, to;
        if (!sc_channel_hours(w->model, c, w->day, &from, &to))
            continue;
        w->calendar[n++] = (struct calendar_entry){.at_s = w->day_start_s + sc_tick(from), .kind = CALENDAR_OPEN, .index = c};
        if (to < SC_DAY_S)
            w->calendar[n++] =
                (struct calendar_entry){.at_s = w->day_start_s + sc_tick(to), .kind = CALENDAR_CLOSE, .index = c};
    }
    qsort(w->calendar, n, sizeof *w->calendar, calendar_compare);
    w->calendar_count = n;
    w->calendar_at = 0;
}

static void channel_open(struct sc_workspace *w, uint32_t channel)
{
    struct channel_state *c = &w->channel[channel];
    if (c->open)
        return;
    c->open = true;
    if (!c->averaging)
        sc_tally_averaging(w, channel, true);
}

static void channel_close(struct sc_workspace *w, uint32_t channel)
{
    struct channel_state *c = &w->channel[channel];
    const struct sc_model_channel *m = &w->model->channels[channel];
    c->open = false;
    if (c->waiting == 0)
        sc_tally_averaging(w, channel, false);
    for (size_t t = m->first_type; t < m->first_type + m->types; t++)
        while (w->model->types[t].service->at_close == SC_DISMISS && w->queue[t].head != SC_NONE)
            sc_life_dismiss(w, w->queue[t].head);
}

/* Whether a channel that is open to the end of a day goes on at once on the next. */
static bool opens_at_midnight(const struct sc_workspace *w, uint32_t channel)
{
    double from, to;
    return sc_channel_hours(w->model, channel, w->day, &from, &to) && from == 0.0;
}

static void day_begin(struct sc_workspace *w)
{
    w->day_start_s = w->day * SC_DAY_S;
    w->counted_day = w->day - w->model->warmup_days;
    sc_tally_begin_day(w);
    for (uint32_t i = 0; i < w->model->scenario->channel_count; i++) {
        if (w->channel[i].open && !opens_at_midnight(w, i))
            channel_close(w, i);
        sc_arrivals_begin_day(w, i);
    }
    sc_arrivals_find_next(w);
    calendar_fill(w);
}

static void calendar_find_next(struct sc_workspace *w)
{
    w->next_calendar_s =
        w->calendar_at < w->calendar_count ? w->calendar[w->calendar_at].at_s : (w->day + 1) * SC_DAY_S;
}

static void calendar_play(struct sc_workspace *w)
{
    if (w->calendar_at == w->calendar_count) {
        w->day++;
        day_begin(w);
    } else {
        const struct calendar_entry *entry = &w->calendar[w->calendar_at++];
        if (entry->kind == CALENDAR_LEVEL)
            sc_agents_set_level(w, entry->index, entry->heads, entry->paid);
        else if (entry->kind == CALENDAR_OPEN)
            channel_open(w, entry->index);
        else
            channel_close(w, entry->index);
    }
    calendar_find_next(w);
}

/* --- the loop --- */

/* Plays what comes next until the end of the last day. At one instant: calendar, ends of handling, timers, arrivals. */
static void play(struct sc_workspace *w)
{
    double end = w->model->end_s;
    for (;;) {
        double calendar = w->next_calendar_s, arrival = w->next_arrival_s;
        double handled = ends_next_s(&w->ends);
        double timer = w->timer_count > 0 ? w->timer[0].at_s : INFINITY;
        if (arrival < calendar && arrival < handled && arrival < timer) {
            w->now_s = arrival;
            sc_life_new(w, w->next_channel);
        } else if (handled < calendar && handled <= timer) {
            w->now_s = handled;
            sc_life_end(w);
        } else if (timer < calendar && timer <= arrival) {
            w->now_s = timer;
            sc_life_timer(w);
        } else {
            if (calendar >= end || w->out_of_memory)
                break;
            w->now_s = calendar;
            calendar_play(w);
        }
#ifdef SC_CHECK_INVARIANTS
        sc_engine_check(w);
#endif
    }
    w->now_s = end;
}

static void workspace_begin(struct sc_workspace *w, uint64_t number, struct sc_replication *replication)
{
    const struct sc_scenario *scenario = w->model->scenario;
    w->replication_key = sc_key(w->model->seed_key, number);
    w->now_s = 0.0;
    w->day = 0;
    ends_clear(&w->ends);
    w->timer_count = 0;
    w->contact_used = 0;
    w->contact_free = SC_NONE;
    w->serial = 0;
    w->arrived = 0.0;
    w->out_of_memory = false;
    w->waiting_types = w->model->type_count <= 64 ? 0 : UINT64_MAX;
    for (size_t t = 0; t < w->model->type_count; t++)
        w->queue[t] = (struct queue){SC_NONE, SC_NONE, 0};
    for (size_t t = 0; t < scenario->trunk_count; t++)
        w->trunk_used[t] = 0;
    memset(w->channel, 0, scenario->channel_count * sizeof *w->channel);
    sc_tally_begin(w, replication);
    sc_agents_begin(w);
    day_begin(w);
    calendar_find_next(w);
}

enum sc_code sc_simulate(const struct sc_model *model, uint64_t number, struct sc_workspace *w,
                         struct sc_replication *replication, struct sc_intervals *intervals,
                         const struct sc_observer *observer, struct sc_error *error)
{
    w->model = model;
    w->intervals = intervals;
    w->observer = observer;
    workspace_begin(w, number, replication);
    play(w);
    if (w->out_of_memory)
        return sc_error_memory(error);
    sc_tally_finish(w, replication);
    return SC_OK;
}

/* --- memory --- */

enum sc_code sc_workspace_new(const struct sc_model *model, struct sc_workspace **workspace, struct sc_error *error)
{
    const struct sc_scenario *scenario = model->scenario;
    size_t channels = scenario->channel_count, pools = scenario->pool_count, types = model->type_count;
    size_t days = (size_t)model->days, levels = 1, calendar = 2 * channels;
    struct sc_workspace *w = calloc(1, sizeof *w);
    if (!w)
        return sc_error_memory(error);
    w->model = model;
    w->warmup_cell = (uint32_t)(types * days);
    for (size_t p = 0; p < pools; p++) {
        w->agent_count += (uint32_t)model->pools[p].heads_most;
        calendar += model->pools[p].levels_most;
        levels = model->pools[p].levels_most > levels ? model->pools[p].levels_most : levels;
    }
    w->channel = calloc(channels, sizeof *w->channel);
    w->calendar = calloc(calendar, sizeof *w->calendar);
    w->levels = calloc(levels, sizeof *w->levels);
    bool ends = ends_new(&w->ends, w->agent_count, model->end_s);
    w->queue = calloc(types, sizeof *w->queue);
    w->agent = calloc(w->agent_count + 1, sizeof *w->agent);
    w->pool = calloc(pools, sizeof *w->pool);
    w->trunk_used = calloc(scenario->trunk_count + 1, sizeof *w->trunk_used);
    w->tally = calloc(types * days + 1, sizeof *w->tally);
    w->channel_most = calloc(channels * days, sizeof *w->channel_most);
    w->channel_open_s = calloc(channels * days, sizeof *w->channel_open_s);
    w->pool_tally = calloc(pools, sizeof *w->pool_tally);
    w->work = calloc(pools * channels, sizeof *w->work);
    if (!w->channel || !w->calendar || !w->levels || !ends || !w->queue || !w->agent ||
        !w->pool || !w->trunk_used || !w->tally || !w->channel_most || !w->channel_open_s || !w->pool_tally || !w->work) {
        sc_workspace_free(w);
        return sc_error_memory(error);
    }
    *workspace = w;
    return SC_OK;
}

void sc_workspace_free(struct sc_workspace *w)
{
    if (!w)
        return;
    free(w->channel);
    free(w->calendar);
    free(w->levels);
    ends_release(&w->ends);
    free(w->timer);
    free(w->contact);
    free(w->queue);
    free(w->agent);
    free(w->pool);
    free(w->trunk_used);
    free(w->tally);
    free(w->channel_most);
    free(w->channel_open_s);
    free(w->pool_tally);
    free(w->work);
    free(w);
}

enum sc_code sc_replication_new(const struct sc_model *model, struct sc_replication **replication, struct sc_error *error)
{
    const struct sc_scenario *scenario = model->scenario;
    struct sc_replication *r = calloc(1, sizeof *r);
    if (!r)
        return sc_error_memory(error);
    r->channels = scenario->channel_count;
    r->types = model->type_count;
    r->pools = scenario->pool_count;
    r->days = (size_t)model->days;
    r->type = calloc(r->types, sizeof *r->type);
    r->channel = calloc(r->channels, sizeof *r->channel);
    r->day = calloc(r->channels * r->days, sizeof *r->day);
    r->pool = calloc(r->pools, sizeof *r->pool);
    r->work = calloc(r->pools * r->channels, sizeof *r->work);
    r->wait_histogram = calloc(r->types * SC_HISTOGRAM_CELLS, sizeof *r->wait_histogram);
    if (!r->type || !r->channel || !r->day || !r->pool || !r->work || !r->wait_histogram) {
        sc_replication_free(r);
        return sc_error_memory(error);
    }
    *replication = r;
    return SC_OK;
}

void sc_replication_free(struct sc_replication *replication)
{
    if (!replication)
        return;
    free(replication->type);
    free(replication->channel);
    free(replication->day);
    free(replication->pool);
    free(replication->work);
    free(replication->wait_histogram);
    free(replication->response_histogram);
    free(replication);
}

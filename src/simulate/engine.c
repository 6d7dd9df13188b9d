/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/engine.h"

#include <stdlib.h>
#include <string.h>

/* --- the loop --- */

/* At one instant completions come before all other timers; among completions the order in the file decides. */
static bool ends_before_timer(struct sc_workspace *w)
{
    const struct timer *timer = &w->timer[0];
    if (timer->kind > TIMER_AUTOMATED)
        return true;
    const struct contact *contact = &w->contact[timer->contact];
    uint32_t agent = ends_open(&w->ends); /* brings the first by the tie rule to the front */
    w->ends.first_open = false;
    return tie_before(w->ends.tie[agent], (struct tie){(uint32_t)contact->rules->channel, contact->serial});
}

/* A new contact and a follow-up at one instant come in the order of their channels in the file. */
static bool new_before_timer(const struct sc_workspace *w)
{
    const struct timer *timer = &w->timer[0];
    return timer->kind == TIMER_ARRIVAL &&
           (int)w->next_channel < w->model->types[w->contact[timer->contact].type].channel;
}

/* Plays what comes next until the end of the last day. At one instant: calendar, ends of handling, timers, arrivals. */
static void play(struct sc_workspace *w)
{
    double end = w->model->stop_s;
    for (;;) {
        double calendar = w->next_calendar_s, arrival = w->next_arrival_s;
        double handled = w->late && w->waiting_types == 0 ? INFINITY : w->ends.next_s;
        double timer = w->timer_count > 0 ? w->timer[0].at_s : INFINITY;
        if (arrival < calendar && arrival < handled && (arrival < timer || (arrival == timer && new_before_timer(w)))) {
            w->now_s = arrival;
            if (w->lapses)
                sc_plain_new(w, w->next_channel);
            else
                sc_life_new(w, w->next_channel);
        } else if (handled < calendar && (handled < timer || (handled == timer && ends_before_timer(w)))) {
            w->now_s = handled;
            if (w->lapses)
                sc_plain_end(w);
            else
                sc_handle_end(w);
        } else if (timer < calendar && timer <= arrival) {
            w->now_s = timer;
            sc_life_timer(w);
        } else {
            if (calendar >= end || w->out_of_memory)
                break;
            w->now_s = calendar;
            sc_calendar_play(w);
        }
        if (__builtin_expect(w->chats_look, 0))
            sc_life_look_again(w);
#ifdef SC_CHECK_INVARIANTS
        sc_engine_check(w);
#endif
    }
    w->now_s = end;
    sc_calendar_look(w);
}

static void workspace_begin(struct sc_workspace *w, uint64_t number, struct sc_replication *replication)
{
    const struct sc_scenario *scenario = w->model->scenario;
    w->number = number;
    w->replication_key = sc_key(w->model->seed_key, number);
    w->now_s = 0.0;
    w->day = 0;
    w->rules = w->model;
    ends_clear(&w->ends);
    w->timer_count = 0;
    w->contact_used = 0;
    w->contact_free = SC_NONE;
    w->serial = 0;
    w->arrived = 0.0;
    w->out_of_memory = false;
    w->waiting_types = w->model->type_count <= 64 ? 0 : UINT64_MAX;
    w->chats_look = false;
    w->chat_types = 0;
    for (size_t t = 0; t < w->model->type_count; t++)
        if (w->model->types[t].kind == SC_CHAT)
            w->chat_types |= w->model->type_count <= 64 ? 1ULL << t : UINT64_MAX;
    for (size_t t = 0; t < w->model->type_count; t++)
        w->queue[t] = (struct queue){SC_NONE, SC_NONE, 0, true};
    for (size_t t = 0; t < scenario->trunk_count; t++)
        w->trunk_used[t] = 0;
    for (size_t c = 0; c < scenario->channel_count; c++)
        w->channel[c] = (struct channel_state){.rates_own = w->channel[c].rates_own};
    sc_tally_begin(w, replication);
    sc_agents_begin(w);
    sc_calendar_begin_day(w);
    sc_life_backlog(w);
}

enum sc_code sc_simulate(const struct sc_model *model, uint64_t number, struct sc_workspace *w,
                         struct sc_replication *replication, struct sc_intervals *intervals,
                         const struct sc_observer *observer, struct sc_error *error)
{
    w->model = model;
    w->intervals = intervals;
    w->observer = observer;
    w->watched = observer || (intervals && !intervals->counts_only);
    w->lapses = model->lapses && !w->watched;
    bool by_draw = model->scenario->agent_rule == SC_AGENT_RANDOM && model->pools[0].head_speed;
    w->late = w->lapses && model->scenario->pool_count == 1 && !by_draw;
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
    size_t days = (size_t)model->days, levels = 1, calendar = 2 * channels + model->regime_count;
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
    size_t pieces = sc_demand_pieces_most(model);
    bool rates = true;
    for (size_t c = 0; w->channel && pieces > 0 && c < channels; c++) {
        w->channel[c].rates_own = calloc(2 * pieces, sizeof *w->channel[c].rates_own);
        rates = rates && w->channel[c].rates_own;
    }
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
    w->midnight = calloc(channels * days, sizeof *w->midnight);
    w->pool_until = calloc(pools * days, sizeof *w->pool_until);
    w->pool_tally = calloc(pools, sizeof *w->pool_tally);
    w->work = calloc(pools * channels, sizeof *w->work);
    if (!w->channel || !rates || !w->calendar || !w->levels || !ends || !w->queue || !w->agent || !w->pool ||
        !w->trunk_used || !w->tally || !w->channel_most || !w->channel_open_s || !w->midnight || !w->pool_until ||
        !w->pool_tally || !w->work || !sc_watch_new(w)) {
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
    for (size_t c = 0; w->channel && c < w->model->scenario->channel_count; c++)
        free(w->channel[c].rates_own);
    free(w->channel);
    free(w->calendar);
    free(w->levels);
    ends_release(&w->ends);
    free(w->timer);
    free(w->contact);
    free(w->work_left);
    free(w->queue);
    free(w->agent);
    free(w->pool);
    free(w->trunk_used);
    free(w->tally);
    free(w->channel_most);
    free(w->channel_open_s);
    free(w->midnight);
    free(w->pool_until);
    sc_watch_release(w);
    free(w->pool_tally);
    free(w->work);
    free(w);
}

enum sc_code sc_replication_new(const struct sc_model *model, struct sc_replication **replication,
                                struct sc_error *error)
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
    r->midnight = calloc(r->channels * r->days, sizeof *r->midnight);
    r->pool = calloc(r->pools, sizeof *r->pool);
    r->pool_day = calloc(r->pools * r->days, sizeof *r->pool_day);
    r->event = calloc(scenario->event_count + 1, sizeof *r->event);
    r->work = calloc(r->pools * r->channels, sizeof *r->work);
    r->wait_histogram = calloc(r->types * SC_HISTOGRAM_CELLS, sizeof *r->wait_histogram);
    bool deferred = false;
    for (size_t t = 0; t < r->types; t++)
        deferred = deferred || model->types[t].kind == SC_DEFERRED;
    if (deferred)
        r->response_histogram = calloc(r->types * SC_HISTOGRAM_CELLS, sizeof *r->response_histogram);
    if (!r->type || !r->channel || !r->day || !r->midnight || !r->pool || !r->pool_day || !r->event || !r->work ||
        !r->wait_histogram || (deferred && !r->response_histogram)) {
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
    free(replication->midnight);
    free(replication->pool);
    free(replication->pool_day);
    free(replication->event);
    free(replication->work);
    free(replication->wait_histogram);
    free(replication->response_histogram);
    free(replication);
}

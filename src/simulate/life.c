/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The life of a contact (SPEC 2.1): it arrives, is perhaps diverted, joins the queue or is answered at once, gives up or is
 * answered, and may come again as another contact whose number is made from its own.
 */
#include "simulate/engine.h"

/* Whether something with probability `share` happens to a contact. */
static inline bool happens(double share, uint64_t key, uint64_t purpose)
{
    return share > 0.0 && sc_uniform(sc_key(key, purpose)) < share;
}

/* --- follow-ups --- */

/* The first time at or after an instant at which a channel can receive: the instant itself within its hours, else a time
   from the profile of its next open day. Infinite where there is none in the simulated days. */
static double receivable_at(struct sc_workspace *w, uint32_t channel, double at_s, uint64_t key)
{
    const struct sc_model *model = w->model;
    const struct sc_model_channel *c = &model->channels[channel];
    for (int day = (int)(at_s / SC_DAY_S); day < sc_model_days(model); day++) {
        double from, to, midnight = day * SC_DAY_S;
        if (!sc_channel_hours(model, channel, day, &from, &to) || at_s >= midnight + to)
            continue;
        if (at_s >= midnight + from)
            return at_s;
        const struct sc_profile *profile = &c->profile[sc_day_kind(model, day)];
        double u = sc_uniform(sc_key(key, SC_FOR_NEXT_DAY));
        double time = profile->pieces > 0 ? sc_profile_time(profile, u) : from + u * (to - from);
        return sc_tick(midnight + time - 0x1p-21);
    }
    return INFINITY;
}

/* Plans a follow-up: a contact of its own that comes in at an instant. */
static void follow_up_plan(struct sc_workspace *w, const struct contact *parent, enum sc_follow_up kind, unsigned ordinal,
                           uint32_t type, double at_s)
{
    if (at_s >= w->model->end_s)
        return;
    struct contact child = {.key = sc_follow_up_key(parent->key, kind, ordinal), .arrived_s = at_s,
                            .patience_s = INFINITY, .serial = w->serial++, .type = (uint16_t)type,
                            .follow_up = (uint8_t)(1 + kind), .attempts = kind == SC_FOLLOW_RETRY ? parent->attempts + 1 : 0,
                            .diverted_joining = parent->diverted_joining && kind != SC_FOLLOW_RETRY,
                            .diverted_waiting = parent->diverted_waiting && kind != SC_FOLLOW_RETRY};
    uint32_t index = sc_contact_keep(w, &child);
    if (index != SC_NONE)
        sc_timer_set(w, index, at_s, TIMER_ARRIVAL);
}

/* After an abandonment, a balk or a block: does the customer try again? */
static void lost(struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_type *type = &w->model->types[contact->type];
    const struct sc_retry *retry = &type->service->retry;
    if (contact->attempts >= retry->attempts || !happens(retry->share, contact->key, SC_FOR_RETRY))
        return;
    tally_of(w, contact)->retried++;
    double at = w->now_s + sc_draw_s(w->model, &type->retry_after, contact->key, SC_FOR_RETRY_AFTER, contact->arrived_s);
    at = receivable_at(w, (uint32_t)type->channel, at, contact->key);
    follow_up_plan(w, contact, SC_FOLLOW_RETRY, 0, contact->type, at);
}

/* --- trunks --- */

static bool trunk_free(const struct sc_workspace *w, const struct sc_type *type)
{
    const struct sc_model_channel *c = &w->model->channels[type->channel];
    for (size_t i = 0; i < c->trunk_count; i++)
        if (w->trunk_used[c->trunks[i]] >= w->model->scenario->trunks[c->trunks[i]].lines)
            return false;
    return true;
}

static void trunk_hold(struct sc_workspace *w, const struct sc_type *type, int lines)
{
    const struct sc_model_channel *c = &w->model->channels[type->channel];
    for (size_t i = 0; i < c->trunk_count; i++)
        w->trunk_used[c->trunks[i]] += lines;
}

static inline void trunk_release(struct sc_workspace *w, const struct sc_type *type)
{
    if (type->uses_trunks)
        trunk_hold(w, type, -1);
}

/* --- ways out of the queue --- */

/* The wait of a lost contact, and what it means for the service level. A balked one waited 0. */
static void count_lost(struct sc_workspace *w, const struct contact *contact, double wait_end_s)
{
    const struct sc_type *type = &w->model->types[contact->type];
    struct sc_tally *tally = tally_of(w, contact);
    double wait = wait_end_s - contact->joined_s;
    tally->wait_lost_s += wait;
    tally->lost_cost += type->service->cost_per_lost;
    struct sc_interval_cell *cell = sc_tally_interval(w, contact);
    if (!type->judged)
        return;
    bool within = wait <= type->within_s, brief = wait <= type->short_s;
    tally->judged_lost++;
    tally->lost_within += within;
    tally->lost_short += brief;
    if (cell) {
        cell->judged_lost++;
        cell->lost_within += within;
        cell->lost_short += brief;
    }
}

static void count_abandoned(struct sc_workspace *w, const struct contact *contact)
{
    struct sc_interval_cell *cell = sc_tally_interval(w, contact);
    if (cell)
        cell->abandoned++;
}

static void abandon(struct sc_workspace *w, uint32_t index)
{
    sc_queue_leave(w, index);
    struct contact *contact = &w->contact[index];
    trunk_release(w, &w->model->types[contact->type]);
    tally_of(w, contact)->abandoned++;
    count_abandoned(w, contact);
    count_lost(w, contact, w->now_s);
    sc_tally_observe(w, contact, SC_OUTCOME_ABANDONED, -1, 0.0, 0.0);
    struct contact gone = *contact;
    sc_contact_drop(w, index);
    lost(w, &gone);
}

void sc_life_dismiss(struct sc_workspace *w, uint32_t index)
{
    sc_queue_leave(w, index);
    struct contact *contact = &w->contact[index];
    trunk_release(w, &w->model->types[contact->type]);
    tally_of(w, contact)->dismissed++;
    count_lost(w, contact, w->now_s);
    sc_tally_observe(w, contact, SC_OUTCOME_DISMISSED, -1, 0.0, 0.0);
    sc_contact_drop(w, index);
}

/* A diversion from the queue is tried; true where the contact has gone. */
static bool divert_waiting(struct sc_workspace *w, uint32_t index, int divert)
{
    struct contact *contact = &w->contact[index];
    const struct sc_type *type = &w->model->types[contact->type];
    const struct sc_divert *d = &type->service->divert[divert];
    if (contact->diverted_waiting || !happens(d->share, contact->key, SC_FOR_DIVERT + (uint64_t)divert))
        return false;
    sc_queue_leave(w, index);
    trunk_release(w, type);
    struct sc_tally *tally = tally_of(w, contact);
    tally->diverted_waiting++;
    /* Gone without an answer after more than T: it counts as L, as if it still waited (SPEC 2.1). */
    if (type->judged && w->now_s - contact->joined_s > type->within_s) {
        tally->late_open++;
        struct sc_interval_cell *cell = sc_tally_interval(w, contact);
        if (cell)
            cell->late_open++;
    }
    sc_tally_observe(w, contact, SC_OUTCOME_DIVERTED_WAITING, -1, 0.0, 0.0);
    struct contact gone = *contact;
    gone.diverted_waiting = true;
    sc_contact_drop(w, index);
    follow_up_plan(w, &gone, SC_FOLLOW_DIVERT_WAITING, 0, type->in_channel[d->to], w->now_s);
    return true;
}

/* --- joining --- */

/* SPEC 2.1: 0 if an agent is free, else the wait so far of the channel's oldest waiting contact; with nobody on duty at
   least the time to the next scheduled head. */
static double estimated_wait(struct sc_workspace *w, const struct contact *contact)
{
    if (sc_agents_find(w, contact))
        return 0.0;
    const struct sc_type *type = &w->model->types[contact->type];
    const struct sc_model_channel *c = &w->model->channels[type->channel];
    double oldest = 0.0;
    for (size_t t = c->first_type; t < c->first_type + c->types; t++)
        if (w->queue[t].head != SC_NONE)
            oldest = later(oldest, w->now_s - w->contact[w->queue[t].head].joined_s);
    bool on_duty = false;
    for (size_t r = 0; r < type->route_count; r++)
        on_duty = on_duty || w->pool[type->routes[r].pool].level > 0;
    return on_duty ? oldest : later(oldest, sc_agents_next_head_s(w, type) - w->now_s);
}

/* Tries the diversions on joining, in their order; true where the contact has gone to another channel. */
static bool divert_joining(struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_type *type = &w->model->types[contact->type];
    if (contact->diverted_joining)
        return false;
    double wait = -1.0; /* not yet estimated */
    for (size_t i = 0; i < type->service->diverts; i++) {
        const struct sc_divert *d = &type->service->divert[i];
        if (d->after_wait_s >= 0.0)
            continue;
        if (d->if_wait_over_s >= 0.0) {
            wait = wait < 0.0 ? estimated_wait(w, contact) : wait;
            if (wait <= d->if_wait_over_s)
                continue;
        }
        if (!happens(d->share, contact->key, SC_FOR_DIVERT + i))
            continue;
        tally_of(w, contact)->diverted++;
        sc_tally_observe(w, contact, SC_OUTCOME_DIVERTED, -1, 0.0, 0.0);
        struct contact gone = *contact;
        gone.diverted_joining = true;
        follow_up_plan(w, &gone, SC_FOLLOW_DIVERT, 0, type->in_channel[d->to], w->now_s);
        return true;
    }
    return false;
}

static void block(struct sc_workspace *w, const struct contact *contact)
{
    tally_of(w, contact)->blocked++;
    sc_tally_observe(w, contact, SC_OUTCOME_BLOCKED, -1, 0.0, 0.0);
    lost(w, contact);
}

static void balk(struct sc_workspace *w, const struct contact *contact)
{
    tally_of(w, contact)->balked++;
    count_abandoned(w, contact);
    count_lost(w, contact, contact->joined_s);
    sc_tally_observe(w, contact, SC_OUTCOME_BALKED, -1, 0.0, 0.0);
    lost(w, contact);
}

static void wait(struct sc_workspace *w, struct contact *contact)
{
    const struct sc_type *type = &w->model->types[contact->type];
    if (type->patience.kind != SC_DRAW_NONE)
        contact->patience_s =
            w->now_s + sc_draw_s(w->model, &type->patience, contact->key, SC_FOR_PATIENCE, contact->arrived_s);
    uint32_t index = sc_contact_keep(w, contact);
    if (index != SC_NONE)
        sc_queue_join(w, index);
}

/* A contact comes to the queue of its type. */
static void join(struct sc_workspace *w, struct contact *contact)
{
    const struct sc_type *type = &w->model->types[contact->type];
    const struct channel_state *channel = &w->channel[type->channel];
    contact->joined_s = w->now_s;
    if (type->diverts_on_joining && divert_joining(w, contact))
        return;
    tally_of(w, contact)->offered++;
    struct sc_interval_cell *cell = sc_tally_interval(w, contact);
    if (cell)
        cell->offered++;
    if (type->uses_trunks) {
        if (!trunk_free(w, type)) {
            block(w, contact);
            return;
        }
        trunk_hold(w, type, 1);
    }
    const struct sc_route *route = sc_agents_find(w, contact);
    if (route) {
        uint32_t agent = sc_agents_take(w, route, contact);
        sc_life_answer(w, agent, route->pace, contact, SC_NONE);
        return;
    }
    if (type->service->queue_limit >= 0 && channel->waiting >= (uint32_t)type->service->queue_limit) {
        trunk_release(w, type);
        block(w, contact);
    } else if (happens(type->service->balk, contact->key, SC_FOR_BALK)) {
        trunk_release(w, type);
        balk(w, contact);
    } else if (!channel->open && type->service->at_close == SC_DISMISS) {
        trunk_release(w, type);
        tally_of(w, contact)->dismissed++;
        count_lost(w, contact, w->now_s);
        sc_tally_observe(w, contact, SC_OUTCOME_DISMISSED, -1, 0.0, 0.0);
    } else {
        wait(w, contact);
    }
}

/* --- arriving --- */

static uint32_t class_of(const struct sc_model_channel *c, uint64_t key)
{
    double u = sc_uniform(sc_key(key, SC_FOR_CLASS));
    for (size_t i = 0; i + 1 < c->types; i++)
        if (u < c->class_until[i])
            return (uint32_t)(c->first_type + 1 + i);
    return (uint32_t)c->first_type;
}

void sc_life_new(struct sc_workspace *w, uint32_t channel)
{
    const struct sc_model_channel *c = &w->model->channels[channel];
    uint64_t key = w->channel[channel].next_key;
    uint32_t type = c->types > 1 ? class_of(c, key) : (uint32_t)c->first_type;
    struct contact contact = {.key = key, .arrived_s = w->now_s, .patience_s = INFINITY, .timer = SC_NONE,
                              .serial = w->serial++, .cell = cell_now(w, type), .type = (uint16_t)type};
    struct sc_tally *tally = tally_of(w, &contact);
    tally->demand++;
    tally->arrivals++;
    w->arrived++;
    sc_arrivals_advance(w, channel);
    sc_arrivals_find_next(w);
    join(w, &contact);
}

static void arrive_follow_up(struct sc_workspace *w, uint32_t index)
{
    struct contact contact = w->contact[index];
    sc_contact_drop(w, index);
    contact.cell = cell_now(w, contact.type);
    tally_of(w, &contact)->arrivals++;
    w->arrived++;
    join(w, &contact);
}

/* A pool opens to a waiting contact: if an agent of it is free, it takes it. */
static void stage_passed(struct sc_workspace *w, uint32_t index)
{
    struct contact *contact = &w->contact[index];
    const struct sc_type *type = &w->model->types[contact->type];
    int divert = type->stages[contact->stage].divert;
    contact->stage++;
    if (divert >= 0 && divert_waiting(w, index, divert))
        return;
    const struct sc_route *route = divert < 0 ? sc_agents_find(w, contact) : NULL;
    if (!route) {
        sc_queue_time(w, index);
        return;
    }
    uint32_t agent = sc_agents_take(w, route, contact);
    sc_queue_leave(w, index);
    sc_life_answer(w, agent, route->pace, &w->contact[index], index);
}

void sc_life_timer(struct sc_workspace *w)
{
    struct timer timer = w->timer[0];
    switch ((enum timer_kind)timer.kind) {
    case TIMER_OPENS:
    case TIMER_DIVERTS:
        stage_passed(w, timer.contact);
        break;
    case TIMER_PATIENCE:
        abandon(w, timer.contact);
        break;
    case TIMER_ARRIVAL:
        sc_timer_cancel(w, timer.contact);
        arrive_follow_up(w, timer.contact);
        break;
    }
}

/* --- being answered --- */

void sc_life_answer(struct sc_workspace *w, uint32_t index, double pace, struct contact *contact, uint32_t kept)
{
    const struct sc_type *type = &w->model->types[contact->type];
    struct agent *agent = &w->agent[index];
    double wait = w->now_s - contact->joined_s;
    double handle = sc_draw_s(w->model, &type->handle, contact->key, SC_FOR_HANDLE, contact->arrived_s);
    double wrap_up = type->wrap_up.kind == SC_DRAW_NONE
                         ? 0.0
                         : sc_draw_s(w->model, &type->wrap_up, contact->key, SC_FOR_WRAP_UP, contact->arrived_s);
    handle = sc_tick(handle * agent->factor * pace);
    wrap_up = sc_tick(wrap_up * pace);
    double duration = handle + wrap_up;

    struct sc_tally *tally = tally_of(w, contact);
    tally->answered++;
    tally->wait_answered_s += wait;
    tally->handlings++;
    tally->handle_s += duration;
    if (type->judged) {
        tally->judged_answered++;
        tally->answered_within += wait <= type->within_s;
    }
    if (wait > 0.0 && contact->cell != w->warmup_cell) {
        w->wait_histogram[contact->type * (size_t)SC_HISTOGRAM_CELLS + sc_histogram_cell(wait)]++;
        tally->wait_max_s = later(tally->wait_max_s, wait);
    }
    if (w->intervals)
        sc_tally_answered(w, contact, wait, duration);
    sc_tally_busy(w, agent->pool, (uint32_t)type->channel, duration);
    sc_tally_observe(w, contact, SC_OUTCOME_ANSWERED, agent->pool, handle, wrap_up);

    agent->type = contact->type;
    agent->contact = SC_NONE;
    agent->wrap_up_s = 0.0;
    if (type->follows_up)
        agent->contact = kept != SC_NONE ? kept : sc_contact_keep(w, contact);
    else if (kept != SC_NONE)
        sc_contact_drop(w, kept);
    w->ends.tie[index] = (struct tie){(uint32_t)type->channel, contact->serial};
    if (type->uses_trunks && wrap_up > 0.0) {
        agent->wrap_up_s = wrap_up;
        duration = handle;
    }
    ends_plan(&w->ends, w->now_s + duration, index);
}

/* What follows a handling, after its wrap-up. */
static void followed(struct sc_workspace *w, uint32_t index)
{
    struct contact contact = w->contact[index];
    const struct sc_type *type = &w->model->types[contact.type];
    const struct sc_service *service = type->service;
    sc_contact_drop(w, index);
    double u = sc_uniform(sc_key(contact.key, SC_FOR_TRANSFER)), until = 0.0;
    for (size_t i = 0; i < service->transfers; i++) {
        until += service->transfer[i].share;
        if (u < until) {
            tally_of(w, &contact)->transferred++;
            follow_up_plan(w, &contact, SC_FOLLOW_TRANSFER, 0,
                           type->in_channel[service->transfer[i].to], w->now_s);
            return;
        }
    }
}

void sc_life_end(struct sc_workspace *w)
{
    uint32_t index = ends_open(&w->ends);
    struct agent *agent = &w->agent[index];
    if (agent->wrap_up_s > 0.0) {
        trunk_release(w, &w->model->types[agent->type]);
        ends_plan(&w->ends, w->now_s + agent->wrap_up_s, index);
        agent->wrap_up_s = 0.0;
        agent->released = true;
        return;
    }
    if (!agent->released)
        trunk_release(w, &w->model->types[agent->type]);
    agent->released = false;
    uint32_t contact = agent->contact;
    agent->contact = SC_NONE;
    if (contact != SC_NONE)
        followed(w, contact);
    sc_agents_next(w, index);
    ends_close(&w->ends);
}

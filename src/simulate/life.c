/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The life of a contact up to its handling (SPEC 2.1): kept away, helped by a bot, diverted, joins the queue or is
 * answered at once, is called back, gives up.
 */
#include "simulate/engine.h"

/* --- trunks --- */

static bool trunk_free(const struct sc_workspace *w, uint32_t channel)
{
    const struct sc_model_channel *c = &w->model->channels[channel];
    for (size_t i = 0; i < c->trunk_count; i++)
        if (w->trunk_used[c->trunks[i]] >= w->rules->scenario->trunks[c->trunks[i]].lines)
            return false;
    return true;
}

void sc_trunk_hold(struct sc_workspace *w, uint32_t channel, int lines)
{
    const struct sc_model_channel *c = &w->model->channels[channel];
    for (size_t i = 0; i < c->trunk_count; i++)
        w->trunk_used[c->trunks[i]] += lines;
}

void sc_trunk_release(struct sc_workspace *w, struct contact *contact)
{
    if (!contact->trunk)
        return;
    contact->trunk = false;
    sc_trunk_hold(w, (uint32_t)contact->rules->channel, -1);
}

/* A line for a contact that needs one and has none yet; false where none is free. */
static bool trunk_take(struct sc_workspace *w, struct contact *contact)
{
    const struct sc_type *type = contact->rules;
    if (!type->uses_trunks || contact->trunk || contact->touch)
        return true;
    if (!trunk_free(w, (uint32_t)type->channel))
        return false;
    contact->trunk = true;
    sc_trunk_hold(w, (uint32_t)type->channel, 1);
    return true;
}

/* It joins an agent queue, or tries to. */
static inline void count_offered(struct sc_workspace *w, const struct contact *contact)
{
    tally_of(w, contact)->offered++;
    struct sc_interval_cell *cell = interval_of(w, contact);
    if (cell)
        cell->offered++;
}

/* --- ways out --- */

/* The wait of a lost contact, and what it means for the service level. */
static void count_lost(struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_type *type = contact->rules;
    struct sc_tally *tally = tally_of(w, contact);
    tally->wait_lost_s += w->now_s - contact->joined_s;
    tally->lost_cost += type->service->cost_per_lost;
    tally->satisfaction_base += type->service->satisfaction_points > 0;
    if (!type->judged)
        return;
    double since = type->kind == SC_DEFERRED ? contact->arrived_s : contact->joined_s;
    double elapsed = sc_life_elapsed(w, type, since, w->now_s);
    bool within = elapsed <= type->within_s, brief = elapsed <= type->short_s;
    tally->judged_lost++;
    tally->lost_within += within;
    tally->lost_short += brief;
    struct sc_interval_cell *cell = interval_of(w, contact);
    if (cell) {
        cell->judged_lost++;
        cell->lost_within += within;
        cell->lost_short += brief;
    }
}

static void count_abandoned(struct sc_workspace *w, const struct contact *contact)
{
    struct sc_interval_cell *cell = interval_of(w, contact);
    if (cell)
        cell->abandoned++;
    count_lost(w, contact);
}

/* Not yet answered (or gone elsewhere) and longer than T on its way: L of SPEC 2.1. */
static void count_late(struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_type *type = contact->rules;
    double since = type->kind == SC_DEFERRED ? contact->arrived_s : contact->joined_s;
    if (!type->judged || sc_life_elapsed(w, type, since, w->now_s) <= type->within_s)
        return;
    tally_of(w, contact)->late_open++;
    struct sc_interval_cell *cell = interval_of(w, contact);
    if (cell)
        cell->late_open++;
}

void sc_life_count_open(struct sc_workspace *w, const struct contact *contact)
{
    tally_of(w, contact)->open_at_end++;
    count_late(w, contact);
    sc_tally_observe(w, contact, SC_OUTCOME_OPEN, -1, 0.0, 0.0);
}

void sc_life_abandon(struct sc_workspace *w, uint32_t index)
{
    sc_queue_leave(w, index);
    struct contact gone = w->contact[index];
    sc_contact_drop(w, index);
    sc_trunk_release(w, &gone);
    tally_of(w, &gone)->abandoned++;
    count_abandoned(w, &gone);
    sc_tally_observe(w, &gone, SC_OUTCOME_ABANDONED, -1, 0.0, 0.0);
    sc_follow_loss(w, &gone);
}

static void dismiss(struct sc_workspace *w, struct contact *contact)
{
    sc_trunk_release(w, contact);
    tally_of(w, contact)->dismissed++;
    count_lost(w, contact);
    sc_tally_observe(w, contact, SC_OUTCOME_DISMISSED, -1, 0.0, 0.0);
}

void sc_life_dismiss(struct sc_workspace *w, uint32_t index)
{
    sc_queue_leave(w, index);
    dismiss(w, &w->contact[index]);
    sc_contact_drop(w, index);
}

static void block(struct sc_workspace *w, struct contact *contact)
{
    sc_trunk_release(w, contact);
    tally_of(w, contact)->blocked++;
    struct sc_interval_cell *cell = interval_of(w, contact);
    if (cell)
        cell->blocked++;
    sc_tally_observe(w, contact, SC_OUTCOME_BLOCKED, -1, 0.0, 0.0);
    sc_follow_loss(w, contact);
}

static void balk(struct sc_workspace *w, struct contact *contact)
{
    sc_trunk_release(w, contact);
    tally_of(w, contact)->balked++;
    count_abandoned(w, contact);
    sc_tally_observe(w, contact, SC_OUTCOME_BALKED, -1, 0.0, 0.0);
    sc_follow_loss(w, contact);
}

/* --- diversions --- */

/* SPEC 2.1: 0 if an agent is free, else the wait so far of the channel's oldest waiting contact; with nobody on duty at
   least the time to the next scheduled head. */
static double estimated_wait(struct sc_workspace *w, const struct contact *contact)
{
    if (sc_agents_any(w, contact))
        return 0.0;
    const struct sc_type *type = contact->rules;
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
static bool divert_joining(struct sc_workspace *w, struct contact *contact)
{
    const struct sc_type *type = contact->rules;
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
        sc_trunk_release(w, contact);
        tally_of(w, contact)->diverted++;
        sc_tally_observe(w, contact, SC_OUTCOME_DIVERTED, -1, 0.0, 0.0);
        sc_follow_move(w, contact, SC_FOLLOW_DIVERT, d->to);
        return true;
    }
    return false;
}

/* A diversion from the queue is tried; true where the contact has gone. */
static bool divert_waiting(struct sc_workspace *w, uint32_t index, int divert)
{
    const struct contact *contact = &w->contact[index];
    const struct sc_divert *d = &contact->rules->service->divert[divert];
    if (contact->diverted_waiting || contact->touch || contact->callback ||
        !happens(d->share, contact->key, SC_FOR_DIVERT + (uint64_t)divert))
        return false;
    sc_queue_leave(w, index);
    struct contact gone = *contact;
    sc_contact_drop(w, index);
    sc_trunk_release(w, &gone);
    tally_of(w, &gone)->diverted_waiting++;
    count_late(w, &gone);
    sc_tally_observe(w, &gone, SC_OUTCOME_DIVERTED_WAITING, -1, 0.0, 0.0);
    sc_follow_move(w, &gone, SC_FOLLOW_DIVERT_WAITING, d->to);
    return true;
}

/* --- joining --- */

/* Is a callback offered and accepted? */
static bool callback_accepted(struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_callback *callback = &contact->rules->service->callback;
    return callback->given && !contact->touch && estimated_wait(w, contact) > callback->offer_over_s &&
           happens(callback->accept, contact->key, SC_FOR_CALLBACK);
}

static void wait(struct sc_workspace *w, struct contact *contact)
{
    const struct sc_type *type = contact->rules;
    if (__builtin_expect(type->service->callback.given, 0) && callback_accepted(w, contact)) {
        contact->callback = true;
        tally_of(w, contact)->called_back++;
        sc_trunk_release(w, contact);
        sc_tally_observe(w, contact, SC_OUTCOME_CALLED_BACK, -1, 0.0, 0.0);
    } else if (type->patience.kind != SC_DRAW_NONE && !contact->touch) {
        contact->patience_s =
            w->now_s + sc_draw_s(w->model, &type->patience, contact->key, SC_FOR_PATIENCE, contact->arrived_s);
    }
    uint32_t index = sc_contact_keep(w, contact);
    if (index != SC_NONE)
        sc_queue_join(w, index);
}

/* An agent for a contact that need not wait: a free one, or one that puts interruptible work down. */
static inline const struct sc_route *agent_for(struct sc_workspace *w, const struct contact *contact, uint32_t *agent)
{
    const struct sc_route *route = sc_agents_find(w, contact, agent);
    if (!route && __builtin_expect(contact->rules->interrupts, 0))
        route = sc_agents_interrupt(w, contact, agent);
    return route;
}

/* A contact comes to the queue of its type: a case for the first time. */
static void join(struct sc_workspace *w, struct contact *contact)
{
    const struct sc_type *type = contact->rules;
    const struct channel_state *channel = &w->channel[type->channel];
    contact->joined_s = w->now_s;
    if (type->diverts_on_joining && divert_joining(w, contact))
        return;
    count_offered(w, contact);
    if (type->uses_trunks && !trunk_take(w, contact)) {
        block(w, contact);
        return;
    }
    uint32_t agent;
    const struct sc_route *route = agent_for(w, contact, &agent);
    if (route)
        sc_handle_begin(w, agent, route, contact, SC_NONE);
    else if (type->service->queue_limit >= 0 && channel->waiting >= (uint32_t)type->service->queue_limit)
        block(w, contact);
    else if (happens(type->service->balk, contact->key, SC_FOR_BALK))
        balk(w, contact);
    else if (!channel->open && type->service->at_close == SC_DISMISS)
        dismiss(w, contact);
    else
        wait(w, contact);
}

/* A touch comes to the queue, or to the agent that had the case while that is on duty. */
static void join_again(struct sc_workspace *w, struct contact *contact)
{
    contact->joined_s = w->now_s;
    uint32_t agent = contact->agent;
    if (agent != SC_NONE && w->agent[agent].state == AGENT_OFF)
        agent = contact->agent = SC_NONE;
    const struct sc_route *route = agent == SC_NONE ? agent_for(w, contact, &agent) : sc_agents_own(w, contact);
    if (route) {
        sc_handle_begin(w, agent, route, contact, SC_NONE);
        return;
    }
    if (contact->agent == SC_NONE) {
        wait(w, contact);
        return;
    }
    uint32_t index = sc_contact_keep(w, contact);
    if (index == SC_NONE)
        return;
    uint32_t *last = &w->agent[agent].mine;
    while (*last != SC_NONE)
        last = &w->contact[*last].next;
    *last = index;
    w->contact[index].next = SC_NONE;
    sc_waiting_add(w, contact->type);
}

void sc_life_offer(struct sc_workspace *w, uint32_t index)
{
    uint32_t agent;
    const struct sc_route *route = agent_for(w, &w->contact[index], &agent);
    if (!route)
        return;
    sc_queue_leave(w, index);
    if (!sc_handle_begin_waiting(w, agent, route, index))
        sc_agents_next(w, agent);
}

/* A slot for the first in a queue of chats, or for the first that came under other rules; SC_NONE: there is none. */
static uint32_t chat_with_slot(struct sc_workspace *w, size_t type, const struct sc_route **route, uint32_t *agent)
{
    for (uint32_t i = w->queue[type].head; i != SC_NONE; i = sc_choose_other(w, i)) {
        *route = sc_agents_find(w, &w->contact[i], agent);
        if (*route)
            return i;
    }
    return SC_NONE;
}

/* The first chat that has found a slot, taken; false where there is none. */
static bool chat_taken(struct sc_workspace *w)
{
    for (size_t t = 0; t < w->model->type_count; t++) {
        if (w->model->types[t].kind != SC_CHAT)
            continue;
        const struct sc_route *route;
        uint32_t agent, index = chat_with_slot(w, t, &route, &agent);
        if (index == SC_NONE)
            continue;
        sc_queue_leave(w, index);
        if (!sc_handle_begin_waiting(w, agent, route, index))
            sc_agents_next(w, agent);
        return true;
    }
    return false;
}

void sc_life_look_again(struct sc_workspace *w)
{
    while (chat_taken(w))
        continue;
    w->chats_look = false;
}

/* --- automation --- */

static void automation_end(struct sc_workspace *w, struct contact *contact)
{
    const struct sc_automation *bot = &contact->rules->service->automation;
    struct sc_tally *tally = tally_of(w, contact);
    double u = sc_uniform(sc_key(contact->key, SC_FOR_AUTOMATION));
    if (u < bot->resolves) {
        sc_trunk_release(w, contact);
        tally->automated++;
        tally->automation_cost += bot->cost_per_resolved;
        sc_tally_observe(w, contact, SC_OUTCOME_AUTOMATED, -1, 0.0, 0.0);
        sc_follow_automated(w, contact);
    } else if (u < bot->resolves + bot->gives_up) {
        sc_trunk_release(w, contact);
        tally->gave_up++;
        sc_tally_observe(w, contact, SC_OUTCOME_GAVE_UP, -1, 0.0, 0.0);
    } else {
        join(w, contact);
    }
}

/* New demand that is kept away, and the bot. Blocked where its line is missing. */
static void automate(struct sc_workspace *w, struct contact *contact)
{
    const struct sc_type *type = contact->rules;
    const struct sc_service *service = type->service;
    struct sc_tally *tally = tally_of(w, contact);
    if (contact->follow_up == 0 && happens(service->deflect, contact->key, SC_FOR_DEFLECT)) {
        tally->deflected++;
        sc_tally_observe(w, contact, SC_OUTCOME_DEFLECTED, -1, 0.0, 0.0);
        return;
    }
    if (!type->has_bot || !sc_automation_on(w->model, &service->automation, w->now_s)) {
        join(w, contact);
        return;
    }
    contact->joined_s = w->now_s;
    if (!trunk_take(w, contact)) {
        count_offered(w, contact);
        block(w, contact);
        return;
    }
    tally->entered_automation++;
    tally->automation_cost += service->automation.cost;
    if (type->automation_takes.kind == SC_DRAW_NONE) {
        automation_end(w, contact);
        return;
    }
    double takes =
        sc_draw_s(w->model, &type->automation_takes, contact->key, SC_FOR_AUTOMATION_TIME, contact->arrived_s);
    uint32_t index = sc_contact_keep(w, contact);
    if (index != SC_NONE)
        sc_timer_set(w, index, w->now_s + takes, TIMER_AUTOMATED);
}

/* --- arriving --- */

void sc_life_new(struct sc_workspace *w, uint32_t channel)
{
    const struct channel_state *c = &w->channel[channel];
    const struct draft *draft = &c->draft[c->draft_at];
    /* Where rules change, so may the shares of the classes. */
    bool changes = w->model->regime_count > 1;
    uint32_t type = __builtin_expect(changes, 0) ? sc_arrivals_type(w, channel, draft->key) : draft->type;
    struct contact contact = {.key = draft->key,
                              .arrived_s = w->now_s,
                              .patience_s = INFINITY,
                              .timer = SC_NONE,
                              .serial = w->serial++,
                              .cell = cell_now(w, type),
                              .agent = SC_NONE,
                              .type = (uint16_t)type,
                              .handle_s = draft->handle_s,
                              .rules = &w->rules->types[type]};
    struct sc_tally *tally = tally_of(w, &contact);
    tally->demand++;
    tally->arrivals++;
    w->arrived++;
    sc_arrivals_advance(w, channel);
    sc_arrivals_find_next(w);
    if (__builtin_expect(contact.rules->automated, 0))
        automate(w, &contact);
    else
        join(w, &contact);
}

void sc_life_follow_up(struct sc_workspace *w, uint32_t index)
{
    struct contact contact = w->contact[index];
    enum sc_follow_up kind = (enum sc_follow_up)(contact.follow_up - 1);
    contact.rules = &w->rules->types[contact.type];
    sc_contact_drop(w, index);
    if (contact.touch) {
        join_again(w, &contact);
        return;
    }
    contact.cell = cell_now(w, contact.type);
    tally_of(w, &contact)->arrivals++;
    w->arrived++;
    bool anew = kind == SC_FOLLOW_RETRY || kind == SC_FOLLOW_RECONTACT;
    if (!anew && kind != SC_FOLLOW_DIVERT && kind != SC_FOLLOW_DIVERT_WAITING)
        contact.diverted_joining = true; /* returns and transfers go straight to the queue */
    if (anew && contact.rules->automated)
        automate(w, &contact);
    else
        join(w, &contact);
}

/* Those that wait at the very beginning, the oldest first. They count as demand of the first day. */
void sc_life_backlog(struct sc_workspace *w)
{
    for (uint32_t c = 0; c < w->model->scenario->channel_count && w->model->backlogged; c++) {
        const struct sc_model_channel *m = &w->model->channels[c];
        const struct sc_backlog *backlog = &m->channel->backlog;
        uint64_t key = sc_key(sc_key(w->replication_key, m->key), SC_FOR_BACKLOG);
        for (double i = backlog->count; i > 0.0 && !w->out_of_memory; i--) {
            struct contact contact = {.key = sc_key(key, (uint64_t)i),
                                      .patience_s = INFINITY,
                                      .timer = SC_NONE,
                                      .serial = w->serial++,
                                      .agent = SC_NONE,
                                      .handle_s = -1.0};
            /* One in each of `count` equal parts of the age: uniform, and in order. */
            double u = sc_uniform(sc_key(contact.key, SC_FOR_BACKLOG));
            contact.type = (uint16_t)sc_arrivals_type(w, c, contact.key);
            contact.rules = &w->rules->types[contact.type];
            contact.arrived_s = contact.joined_s = -sc_tick(backlog->age_s * (i - u) / backlog->count);
            contact.cell = cell_now(w, contact.type);
            struct sc_tally *tally = tally_of(w, &contact);
            tally->demand++;
            tally->arrivals++;
            count_offered(w, &contact);
            w->arrived += !w->lapses;
            uint32_t index = sc_contact_keep(w, &contact);
            if (index != SC_NONE)
                sc_queue_join(w, index);
        }
    }
}

/* --- timers --- */

/* A pool opens to a waiting contact, or a diversion is tried. */
static void stage_passed(struct sc_workspace *w, uint32_t index)
{
    struct contact *contact = &w->contact[index];
    int divert = contact->rules->stages[contact->stage].divert;
    contact->stage++;
    if (divert >= 0 && divert_waiting(w, index, divert))
        return;
    sc_queue_time(w, index);
    if (divert < 0)
        sc_life_offer(w, index);
}

void sc_life_timer(struct sc_workspace *w)
{
    struct timer timer = w->timer[0];
    struct contact contact;
    switch ((enum timer_kind)timer.kind) {
    case TIMER_HANDLED:
        sc_shared_end(w, timer.contact);
        break;
    case TIMER_AUTOMATED:
        sc_timer_cancel(w, timer.contact);
        contact = w->contact[timer.contact];
        sc_contact_drop(w, timer.contact);
        automation_end(w, &contact);
        break;
    case TIMER_OPENS:
    case TIMER_DIVERTS:
        stage_passed(w, timer.contact);
        break;
    case TIMER_PATIENCE:
        sc_life_abandon(w, timer.contact);
        break;
    case TIMER_ARRIVAL:
        sc_timer_cancel(w, timer.contact);
        sc_life_follow_up(w, timer.contact);
        break;
    }
}

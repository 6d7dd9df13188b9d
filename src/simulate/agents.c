/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Agents: who is free, who comes and goes.
 *
 * A pool's free heads stand in a line, the longest idle first. The roster gives a level; heads in one pool stand in for
 * each other: when the level drops the idle with the highest numbers go; if that is not enough, those on interruptible
 * work put it down and go, and each other one as it finishes.
 */
#include "simulate/engine.h"

#include "model/workforce.h"

void sc_agents_begin(struct sc_workspace *w)
{
    uint32_t next = 0;
    for (size_t p = 0; p < w->model->scenario->pool_count; p++) {
        const struct sc_model_pool *m = &w->model->pools[p];
        uint64_t key = sc_key(sc_key(w->replication_key, m->key), SC_FOR_HEAD_SPEED);
        w->pool[p] = (struct pool_state){.idle_head = SC_NONE,
                                         .idle_tail = SC_NONE,
                                         .works_head = SC_NONE,
                                         .works_tail = SC_NONE,
                                         .first_agent = next,
                                         .agents = (uint32_t)m->heads_most};
        for (uint32_t i = 0; i < (uint32_t)m->heads_most; i++)
            w->agent[next++] =
                (struct agent){.factor = m->head_speed ? sc_quantile(m->head_speed, sc_key(key, i)) : 1.0,
                               .pace = 1.0,
                               .assigned_s = -INFINITY,
                               .contact = SC_NONE,
                               .put_down = SC_NONE,
                               .mine = SC_NONE,
                               .pool = (uint16_t)p,
                               .state = AGENT_OFF};
    }
}

static void people_begin_day(struct sc_workspace *w, size_t index)
{
    const struct pool_state *pool = &w->pool[index];
    const struct sc_model_pool *m = &w->model->pools[index];
    int64_t date = w->model->first_day + w->day;
    uint64_t key = sc_key(sc_key(w->replication_key, m->key), SC_FOR_HEAD_SPEED);
    double uniform = sc_crew_uniform(w->model, index, date, w->replication_key, SC_CREW_ON_DUTY);
    struct sc_crew crew;
    sc_crew_of(w->model, index, date, w->number, &crew);
    for (uint32_t i = 0; i < pool->agents; i++) {
        double pace = 1.0 / sc_crew_speed(&crew, uniform, i);
        double own = m->head_speed ? sc_quantile(m->head_speed, sc_key(key, i)) : 1.0;
        sc_shared_repace(w, pool->first_agent + i, own * pace, pace);
    }
}

void sc_agents_begin_day(struct sc_workspace *w)
{
    for (size_t p = 0; w->model->workforce && p < w->model->scenario->pool_count; p++)
        people_begin_day(w, p);
}

void sc_agents_account(struct sc_workspace *w, uint32_t index)
{
    struct pool_state *pool = &w->pool[index];
    struct sc_pool_tally *tally = &w->pool_tally[index];
    double from = later(pool->since_s, w->model->counted_from_s);
    if (w->now_s > from) {
        double span = w->now_s - from;
        tally->scheduled_s += span * pool->paid;
        tally->present_s += span * pool->level;
        if (pool->busy > pool->level)
            tally->overtime_s += span * (pool->busy - pool->level);
        if (w->timed)
            sc_tally_heads(w, index, from, w->now_s, pool->level, pool->paid);
    }
    pool->since_s = w->now_s;
}

/* Whether a head with something in hand goes on taking more: while there are too many, those with the highest numbers
 * do not. */
static bool stays(const struct sc_workspace *w, uint32_t index)
{
    const struct pool_state *pool = &w->pool[w->agent[index].pool];
    if (pool->busy + pool->idle <= pool->level)
        return true;
    int lower = 0;
    for (uint32_t i = pool->first_agent; i < index; i++)
        lower += w->agent[i].state != AGENT_OFF;
    return lower < pool->level;
}

/* --- from the contact's side --- */

/* Contacts that are handled alone take an idle agent. */
const struct sc_route *sc_agents_find_idle(const struct sc_workspace *w, const struct sc_type *type, int stage,
                                           uint64_t key)
{
    const struct sc_route *r = type->routes, *end = r + type->route_count;
    while (r < end && (w->pool[r->pool].idle == 0 || stage < r->stage))
        r++;
    if (r == end)
        return NULL;
    enum sc_agent_rule rule = w->model->scenario->agent_rule;
    const struct sc_route *best = r;
    int free_so_far = w->pool[r->pool].idle;
    for (r++; r < end && r->rank == best->rank; r++) {
        const struct pool_state *pool = &w->pool[r->pool];
        if (pool->idle == 0 || stage < r->stage)
            continue;
        free_so_far += pool->idle;
        if (rule == SC_AGENT_LONGEST_IDLE) {
            if (w->agent[pool->idle_head].idle_since_s < w->agent[w->pool[best->pool].idle_head].idle_since_s)
                best = r;
        } else if (rule == SC_AGENT_RANDOM) {
            /* Each pool in turn displaces the choice with its share of the free agents so far: all are alike. */
            double u = sc_uniform(sc_key(sc_key(key, SC_FOR_AGENT), (uint64_t)(r - type->routes)));
            if (u * free_so_far < pool->idle)
                best = r;
        }
    }
    return best;
}

uint32_t sc_agents_idle_by_rule(const struct sc_workspace *w, const struct sc_route *route, uint64_t key)
{
    const struct pool_state *pool = &w->pool[route->pool];
    uint32_t index = pool->idle_head;
    if (w->model->scenario->agent_rule == SC_AGENT_RANDOM && w->model->pools[route->pool].head_speed) {
        int skip = (int)(sc_uniform(sc_key(key, SC_FOR_AGENT)) * pool->idle);
        while (skip-- > 0)
            index = w->agent[index].next;
    }
    return index;
}

/* Whether an agent has a slot for another chat. */
static bool chat_room(const struct sc_workspace *w, uint32_t index, const struct sc_route *route)
{
    const struct agent *agent = &w->agent[index];
    if (agent->state == AGENT_IDLE)
        return true;
    return agent->state == AGENT_SHARED && agent->in_hand < route->at_once &&
           w->contact[agent->contact].rules->kind == SC_CHAT && stays(w, index);
}

/* Chats: lowest rank, then fewest in hand, then longest since the last assignment. A partly loaded agent is no choice
   where the routing rule puts another waiting contact of its skills first. */
static const struct sc_route *find_chat(struct sc_workspace *w, const struct contact *contact, uint32_t *found)
{
    const struct sc_type *type = contact->rules;
    const struct sc_route *best = NULL;
    for (const struct sc_route *r = type->routes, *end = r + type->route_count; r < end; r++) {
        const struct pool_state *pool = &w->pool[r->pool];
        if (best && r->rank != best->rank)
            break;
        if (pool->idle + pool->busy == 0 || contact->stage < r->stage)
            continue;
        for (uint32_t i = pool->first_agent; i < pool->first_agent + pool->agents; i++) {
            const struct agent *agent = &w->agent[i];
            if (!chat_room(w, i, r) || (agent->in_hand > 0 && sc_choose_waiting_first(w, i, contact)))
                continue;
            const struct agent *so_far = best ? &w->agent[*found] : NULL;
            if (!so_far || agent->in_hand < so_far->in_hand ||
                (agent->in_hand == so_far->in_hand && agent->assigned_s < so_far->assigned_s)) {
                best = r;
                *found = i;
            }
        }
    }
    return best;
}

const struct sc_route *sc_agents_find(struct sc_workspace *w, const struct contact *contact, uint32_t *agent)
{
    const struct sc_route *route;
    if (__builtin_expect(contact->rules->kind == SC_CHAT, 0)) {
        route = find_chat(w, contact, agent);
        if (route && w->agent[*agent].state != AGENT_IDLE)
            return route;
    } else {
        route = sc_agents_find_idle(w, contact->rules, contact->stage, contact->key);
        if (route)
            *agent = sc_agents_idle_by_rule(w, route, contact->key);
    }
    if (route)
        idle_engage(w, *agent);
    return route;
}

bool sc_agents_any(struct sc_workspace *w, const struct contact *contact)
{
    uint32_t agent;
    return contact->rules->kind == SC_CHAT
               ? find_chat(w, contact, &agent) != NULL
               : sc_agents_find_idle(w, contact->rules, contact->stage, contact->key) != NULL;
}

/* The rank of a piece of work in the pool that does it. */
static int work_rank(const struct sc_workspace *w, const struct pool_state *pool)
{
    return w->work_left[pool->works_tail].route->rank;
}

const struct sc_route *sc_agents_interrupt(struct sc_workspace *w, const struct contact *contact, uint32_t *agent)
{
    const struct sc_type *type = contact->rules;
    const struct sc_route *worst = NULL;
    for (const struct sc_route *r = type->routes, *end = r + type->route_count; r < end; r++) {
        const struct pool_state *pool = &w->pool[r->pool];
        if (pool->works_tail == SC_NONE || contact->stage < r->stage)
            continue;
        if (!worst || work_rank(w, pool) > work_rank(w, &w->pool[worst->pool]))
            worst = r;
    }
    if (!worst)
        return NULL;
    *agent = w->contact[w->pool[worst->pool].works_tail].agent;
    sc_shared_put_down(w, *agent);
    return worst;
}

const struct sc_route *sc_agents_own(struct sc_workspace *w, const struct contact *contact)
{
    struct agent *agent = &w->agent[contact->agent];
    const struct sc_type *type = contact->rules;
    const struct sc_route *route = type->routes;
    while (route->pool != agent->pool)
        route++;
    if (agent->state == AGENT_IDLE) {
        idle_engage(w, contact->agent);
        return route;
    }
    bool room = type->kind == SC_CHAT && chat_room(w, contact->agent, route) &&
                !sc_choose_waiting_first(w, contact->agent, contact);
    return room ? route : NULL;
}

/* --- from the agent's side --- */

static void unlink_own(struct sc_workspace *w, uint32_t *list, uint32_t contact)
{
    while (*list != contact)
        list = &w->contact[*list].next;
    *list = w->contact[contact].next;
}

/* Takes what the agent has chosen; false where it has nothing in hand by it. */
static bool take(struct sc_workspace *w, uint32_t index, struct choice choice)
{
    struct contact *contact = &w->contact[choice.contact];
    const struct sc_route *route = choice.take->route;
    if (contact->agent != index) {
        sc_queue_leave(w, choice.contact);
    } else if (contact->begun) {
        unlink_own(w, &w->agent[index].put_down, choice.contact);
    } else {
        unlink_own(w, &w->agent[index].mine, choice.contact);
        sc_waiting_remove(w, contact->type, contact->joined_s);
    }
    return sc_handle_begin_waiting(w, index, route, choice.contact);
}

static void leave(struct sc_workspace *w, uint32_t index)
{
    struct agent *agent = &w->agent[index];
    sc_agents_account(w, agent->pool);
    w->pool[agent->pool].busy--;
    agent->state = AGENT_OFF;
    if (agent->put_down != SC_NONE || agent->mine != SC_NONE)
        sc_shared_hand_over(w, index);
}

void sc_agents_next(struct sc_workspace *w, uint32_t index)
{
    struct agent *agent = &w->agent[index];
    struct pool_state *pool = &w->pool[agent->pool];
    bool leaving = false;
    if (w->lapses && (w->waiting_types & w->rules->pools[agent->pool].take_mask))
        sc_lapse_heads(w, &w->model->pools[agent->pool]);
    bool nothing = !(w->waiting_types & w->rules->pools[agent->pool].take_mask) && agent->put_down == SC_NONE &&
                   agent->mine == SC_NONE && agent->in_hand == 0;
    if (__builtin_expect(nothing && pool->busy + pool->idle <= pool->level, 1)) {
        pool->busy--;
        idle_append(w, index);
        return;
    }
    for (;;) {
        leaving = pool->busy + pool->idle > pool->level && (agent->in_hand == 0 || !stays(w, index));
        struct choice choice = sc_choose(w, index, leaving);
        if (!choice.take)
            break;
        bool chat = w->model->types[choice.take->type].kind == SC_CHAT;
        if (agent->in_hand > 0 && (!chat || agent->in_hand >= choice.take->route->at_once))
            break;
        if (take(w, index, choice) && !chat)
            return;
    }
    if (agent->in_hand > 0)
        return;
    if (leaving) {
        leave(w, index);
    } else {
        pool->busy--;
        idle_append(w, index);
    }
}

/* --- the roster --- */

static void idle_leave(struct sc_workspace *w, struct pool_state *pool)
{
    uint32_t index = pool->first_agent + pool->agents - 1;
    while (w->agent[index].state != AGENT_IDLE)
        index--;
    idle_engage(w, index);
    leave(w, index);
}

/* The head with the highest number that is on interruptible work puts it down and goes; false where there is none. */
static bool interruptible_leave(struct sc_workspace *w, struct pool_state *pool)
{
    for (uint32_t i = pool->first_agent + pool->agents; i-- > pool->first_agent;) {
        if (w->agent[i].state != AGENT_SHARED || !w->work_left[w->agent[i].contact].route->interruptible)
            continue;
        sc_shared_put_down(w, i);
        leave(w, i);
        return true;
    }
    return false;
}

/* The head with the lowest number that is not here comes. It counts as busy while it looks for work. */
static void come_one(struct sc_workspace *w, struct pool_state *pool)
{
    uint32_t index = pool->first_agent;
    while (w->agent[index].state != AGENT_OFF)
        index++;
    w->agent[index].state = AGENT_ALONE;
    pool->busy++;
    sc_agents_next(w, index);
}

void sc_agents_set_level(struct sc_workspace *w, uint32_t index, int heads, int paid)
{
    struct pool_state *pool = &w->pool[index];
    sc_agents_account(w, index);
    w->chats_look |= (w->waiting_types & w->chat_types) != 0; /* who was about to leave may stay */
    pool->level = heads;
    pool->paid = paid;
    while (pool->idle > 0 && pool->idle + pool->busy > heads)
        idle_leave(w, pool);
    while (pool->works_tail != SC_NONE && pool->idle + pool->busy > heads && interruptible_leave(w, pool))
        continue;
    while (pool->idle + pool->busy < heads)
        come_one(w, pool);
}

static bool pool_takes(const struct sc_type *type, size_t pool)
{
    for (size_t r = 0; r < type->route_count; r++)
        if ((size_t)type->routes[r].pool == pool)
            return true;
    return false;
}

double sc_agents_next_head_s(struct sc_workspace *w, const struct sc_type *type)
{
    for (size_t i = w->calendar_at; i < w->calendar_count; i++) {
        const struct calendar_entry *entry = &w->calendar[i];
        if (entry->kind == CALENDAR_LEVEL && entry->heads > 0 && pool_takes(type, entry->index))
            return entry->at_s;
    }
    double first = INFINITY;
    for (int day = w->day + 1; day < sc_model_days(w->model) && first == INFINITY; day++)
        for (size_t p = 0; p < w->model->scenario->pool_count; p++) {
            if (!pool_takes(type, p))
                continue;
            size_t count = sc_roster_peopled(w->model, p, day, w->number, w->replication_key, w->levels);
            for (size_t i = 0; i < count; i++)
                if (w->levels[i].heads > 0)
                    first = earlier(first, day * SC_DAY_S + w->levels[i].at_s);
        }
    return first;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Agents: who is free, who takes what, who comes and goes.
 *
 * A pool's free heads stand in a line, the longest idle first. The roster gives a level; heads in one pool stand in for
 * each other: when the level drops the idle with the highest numbers go, and if that is not enough each busy one as it
 * finishes.
 */
#include "simulate/engine.h"

static void idle_append(struct sc_workspace *w, uint32_t index)
{
    struct agent *agent = &w->agent[index];
    struct pool_state *pool = &w->pool[agent->pool];
    agent->state = AGENT_IDLE;
    agent->idle_since_s = w->now_s;
    agent->next = SC_NONE;
    agent->prev = pool->idle_tail;
    if (pool->idle_tail == SC_NONE)
        pool->idle_head = index;
    else
        w->agent[pool->idle_tail].next = index;
    pool->idle_tail = index;
    pool->idle++;
}

static void idle_remove(struct sc_workspace *w, uint32_t index)
{
    struct agent *agent = &w->agent[index];
    struct pool_state *pool = &w->pool[agent->pool];
    if (agent->prev == SC_NONE)
        pool->idle_head = agent->next;
    else
        w->agent[agent->prev].next = agent->next;
    if (agent->next == SC_NONE)
        pool->idle_tail = agent->prev;
    else
        w->agent[agent->next].prev = agent->prev;
    pool->idle--;
}

void sc_agents_begin(struct sc_workspace *w)
{
    uint32_t next = 0;
    for (size_t p = 0; p < w->model->scenario->pool_count; p++) {
        const struct sc_model_pool *m = &w->model->pools[p];
        uint64_t key = sc_key(sc_key(w->replication_key, m->key), SC_FOR_HEAD_SPEED);
        w->pool[p] = (struct pool_state){.idle_head = SC_NONE, .idle_tail = SC_NONE, .first_agent = next,
                                         .agents = (uint32_t)m->heads_most};
        for (uint32_t i = 0; i < (uint32_t)m->heads_most; i++)
            w->agent[next++] = (struct agent){
                .factor = m->head_speed ? sc_quantile(m->head_speed, sc_key(key, i)) : 1.0,
                .contact = SC_NONE, .pool = (uint16_t)p, .state = AGENT_OFF};
    }
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
        if (w->intervals)
            sc_tally_heads(w, index, from, w->now_s, pool->level, pool->paid);
    }
    pool->since_s = w->now_s;
}

/* --- from the contact's side --- */

const struct sc_route *sc_agents_find(struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_type *type = &w->model->types[contact->type];
    enum sc_agent_rule rule = w->model->scenario->agent_rule;
    const struct sc_route *best = NULL;
    int free_so_far = 0;
    for (const struct sc_route *r = type->routes, *end = r + type->route_count; r < end; r++) {
        const struct pool_state *pool = &w->pool[r->pool];
        if (best && r->rank != best->rank)
            break;
        if (pool->idle == 0 || contact->stage < r->stage)
            continue;
        free_so_far += pool->idle;
        if (!best) {
            best = r;
        } else if (rule == SC_AGENT_LONGEST_IDLE) {
            if (w->agent[pool->idle_head].idle_since_s < w->agent[w->pool[best->pool].idle_head].idle_since_s)
                best = r;
        } else if (rule == SC_AGENT_RANDOM) {
            /* Each pool in turn displaces the choice with its share of the free agents so far: all are alike. */
            double u = sc_uniform(sc_key(sc_key(contact->key, SC_FOR_AGENT), (uint64_t)(r - type->routes)));
            if (u * free_so_far < pool->idle)
                best = r;
        }
    }
    return best;
}

uint32_t sc_agents_take(struct sc_workspace *w, const struct sc_route *route, const struct contact *contact)
{
    struct pool_state *pool = &w->pool[route->pool];
    uint32_t index = pool->idle_head;
    if (w->model->scenario->agent_rule == SC_AGENT_RANDOM && w->model->pools[route->pool].head_speed) {
        int skip = (int)(sc_uniform(sc_key(contact->key, SC_FOR_AGENT)) * pool->idle);
        while (skip-- > 0)
            index = w->agent[index].next;
    }
    idle_remove(w, index);
    pool->busy++;
    w->agent[index].state = AGENT_BUSY;
    return index;
}

/* --- from the agent's side --- */

/* The waiting contact at the head of a type's queue, if an agent may take it. One that leaves only helps to empty a
   channel that has closed and drains. */
static inline uint32_t takeable(const struct sc_workspace *w, const struct sc_take *take, bool leaving)
{
    uint32_t index = w->queue[take->type].head;
    if (index == SC_NONE || w->contact[index].stage < take->stage)
        return SC_NONE;
    if (leaving) {
        const struct sc_type *type = &w->model->types[take->type];
        if (w->channel[type->channel].open || type->service->at_close != SC_DRAIN)
            return SC_NONE;
    }
    return index;
}

/* `rank`: the takes are in the order of rank and priority, so the first that has someone waiting decides; among equals the
   longest wait. */
static const struct sc_take *choose_by_rank(const struct sc_workspace *w, const struct sc_model_pool *pool, bool leaving)
{
    for (size_t i = 0; i < pool->take_count; i++) {
        const struct sc_take *best = NULL;
        double joined = INFINITY;
        for (;; i++) {
            uint32_t index = takeable(w, &pool->takes[i], leaving);
            if (index != SC_NONE && w->contact[index].joined_s < joined) {
                best = &pool->takes[i];
                joined = w->contact[index].joined_s;
            }
            if (!pool->takes[i].same_as_next)
                break;
        }
        if (best)
            return best;
    }
    return NULL;
}

/* How much a rule wants a contact; the highest is taken, the longer wait among equals. */
static double wanted(const struct sc_workspace *w, const struct sc_take *take, const struct contact *contact)
{
    double wait = w->now_s - contact->joined_s;
    switch (w->model->scenario->contact_rule) {
    case SC_CONTACT_SCORE:
        return take->priority + take->ageing * wait;
    case SC_CONTACT_TARGET:
        return wait - take->within_s;
    default:
        return wait;
    }
}

static const struct sc_take *choose_by_score(const struct sc_workspace *w, const struct sc_model_pool *pool, bool leaving)
{
    const struct sc_take *best = NULL;
    double most = 0.0, joined = 0.0;
    for (size_t i = 0; i < pool->take_count; i++) {
        const struct sc_take *take = &pool->takes[i];
        uint32_t index = takeable(w, take, leaving);
        if (index == SC_NONE)
            continue;
        double score = wanted(w, take, &w->contact[index]);
        double since = w->contact[index].joined_s;
        if (!best || score > most || (score == most && (since < joined || (since == joined && take->type < best->type)))) {
            best = take;
            most = score;
            joined = since;
        }
    }
    return best;
}

static inline const struct sc_take *choose(const struct sc_workspace *w, const struct sc_model_pool *pool, bool leaving)
{
    return w->model->scenario->contact_rule == SC_CONTACT_RANK ? choose_by_rank(w, pool, leaving)
                                                               : choose_by_score(w, pool, leaving);
}

void sc_agents_next(struct sc_workspace *w, uint32_t index)
{
    struct agent *agent = &w->agent[index];
    struct pool_state *pool = &w->pool[agent->pool];
    bool leaving = pool->busy + pool->idle > pool->level;
    const struct sc_model_pool *model = &w->model->pools[agent->pool];
    const struct sc_take *take = (w->waiting_types & model->take_mask) ? choose(w, model, leaving) : NULL;
    if (take) {
        uint32_t contact = w->queue[take->type].head;
        sc_queue_leave(w, contact);
        sc_life_answer(w, index, take->pace, &w->contact[contact], contact);
        return;
    }
    if (leaving)
        sc_agents_account(w, agent->pool);
    pool->busy--;
    if (leaving)
        agent->state = AGENT_OFF;
    else
        idle_append(w, index);
}

/* --- the roster --- */

static void leave_one(struct sc_workspace *w, struct pool_state *pool)
{
    uint32_t index = pool->first_agent + pool->agents - 1;
    while (w->agent[index].state != AGENT_IDLE)
        index--;
    idle_remove(w, index);
    w->agent[index].state = AGENT_OFF;
}

/* The head with the lowest number that is not here comes. It counts as busy while it looks for work. */
static void come_one(struct sc_workspace *w, struct pool_state *pool)
{
    uint32_t index = pool->first_agent;
    while (w->agent[index].state != AGENT_OFF)
        index++;
    w->agent[index].state = AGENT_BUSY;
    pool->busy++;
    sc_agents_next(w, index);
}

void sc_agents_set_level(struct sc_workspace *w, uint32_t index, int heads, int paid)
{
    struct pool_state *pool = &w->pool[index];
    sc_agents_account(w, index);
    pool->level = heads;
    pool->paid = paid;
    while (pool->idle > 0 && pool->idle + pool->busy > heads)
        leave_one(w, pool);
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
            size_t count = sc_roster_day(w->model, p, day, w->levels);
            for (size_t i = 0; i < count; i++)
                if (w->levels[i].heads > 0)
                    first = earlier(first, day * SC_DAY_S + w->levels[i].at_s);
        }
    return first;
}

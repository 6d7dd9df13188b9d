/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which waiting contact an agent takes (routing.contact of SPEC 2.2). The queue of a type is in the order of joining,
 * so only heads of queues compete; where events change the rules, the first of those that have the same rules.
 */
#include "simulate/engine.h"

/* Whether an agent may take a waiting contact by this skill, which opens to it after so many stages. One that leaves
   only helps to empty a channel that has closed and drains. */
static inline bool takeable(const struct sc_workspace *w, const struct sc_take *take, uint32_t index, int stage,
                            bool leaving)
{
    if (index == SC_NONE || w->contact[index].stage < stage)
        return false;
    if (!leaving)
        return true;
    const struct sc_type *type = &w->rules->types[take->type];
    return !w->channel[type->channel].open && type->service->at_close == SC_DRAIN;
}

/* `rank`: the takes are in the order of rank and priority, so the first that has someone waiting decides; among equals
   the longest wait. */
static struct choice choose_by_rank(const struct sc_workspace *w, const struct sc_model_pool *pool, bool leaving)
{
    for (size_t i = 0; i < pool->take_count; i++) {
        struct choice best = {NULL, SC_NONE};
        double joined = INFINITY;
        for (;; i++) {
            uint32_t head = w->queue[pool->takes[i].type].head;
            if (takeable(w, &pool->takes[i], head, pool->takes[i].stage, leaving) &&
                w->contact[head].joined_s < joined) {
                best = (struct choice){&pool->takes[i], head};
                joined = w->contact[head].joined_s;
            }
            if (!pool->takes[i].same_as_next)
                break;
        }
        if (best.take)
            return best;
    }
    return (struct choice){NULL, SC_NONE};
}

/* How much a rule wants a contact, by the settings in force when it arrived: the highest is taken. */
static double wanted(const struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_type *type = contact->rules;
    switch (w->model->scenario->contact_rule) {
    case SC_CONTACT_SCORE:
        return type->service->priority + type->service->ageing * (w->now_s - contact->joined_s);
    case SC_CONTACT_TARGET:
        return sc_life_elapsed(w, type, type->kind == SC_DEFERRED ? contact->arrived_s : contact->joined_s, w->now_s) -
               type->within_s;
    default:
        return w->now_s - contact->joined_s;
    }
}

/* Whether the rule puts contact a before b: what decides, then the longer wait, then the order in the file. */
static bool rule_before(const struct sc_workspace *w, const struct sc_take *take_a, const struct contact *a,
                        const struct sc_take *take_b, const struct contact *b)
{
    if (w->model->scenario->contact_rule == SC_CONTACT_RANK) {
        if (take_a->rank != take_b->rank)
            return take_a->rank < take_b->rank;
        if (a->rules->service->priority != b->rules->service->priority)
            return a->rules->service->priority > b->rules->service->priority;
    } else {
        double score_a = wanted(w, a), score_b = wanted(w, b);
        if (score_a != score_b)
            return score_a > score_b;
    }
    if (a->joined_s != b->joined_s)
        return a->joined_s < b->joined_s;
    return take_a->type != take_b->type ? take_a->type < take_b->type : a->serial < b->serial;
}

uint32_t sc_choose_other(const struct sc_workspace *w, uint32_t index)
{
    if (w->model->regime_count == 1)
        return SC_NONE;
    const struct contact *contact = &w->contact[index];
    const struct sc_type *rules = contact->rules, *now = &w->rules->types[contact->type];
    while (rules != now && index != SC_NONE && w->contact[index].rules == rules)
        index = w->contact[index].next;
    return rules != now ? index : SC_NONE;
}

/* Of a queue the contact that the rule puts first. Of those with the same settings it is the one that joined first. */
static uint32_t first_of(const struct sc_workspace *w, const struct sc_take *take, bool leaving)
{
    uint32_t first = SC_NONE;
    for (uint32_t i = w->queue[take->type].head; i != SC_NONE; i = sc_choose_other(w, i)) {
        const struct contact *contact = &w->contact[i];
        if (!takeable(w, take, i, stage_for(w, contact, take), leaving))
            continue;
        if (contact->begun)
            return i; /* it heads the queue whatever the settings */
        if (first == SC_NONE || rule_before(w, take, contact, take, &w->contact[first]))
            first = i;
    }
    return first;
}

/* The contact of a type that competes for an agent: what the agent has put down of the channel comes before all else of
   that channel; what waits for the agent competes with the head of the queue. One that leaves takes up neither. */
static uint32_t candidate(const struct sc_workspace *w, const struct agent *agent, const struct sc_take *take,
                          bool leaving)
{
    uint32_t type = (uint32_t)take->type;
    for (uint32_t i = agent->put_down; i != SC_NONE; i = w->contact[i].next)
        if (w->model->types[w->contact[i].type].channel == w->model->types[type].channel)
            return w->contact[i].type == type && !leaving ? i : SC_NONE;
    uint32_t head = first_of(w, take, leaving);
    for (uint32_t i = leaving ? SC_NONE : agent->mine; i != SC_NONE; i = w->contact[i].next)
        if (w->contact[i].type == type)
            return head == SC_NONE || w->contact[i].joined_s < w->contact[head].joined_s ? i : head;
    return head;
}

static struct choice choose_by_rule(const struct sc_workspace *w, const struct sc_model_pool *pool,
                                    const struct agent *agent, bool leaving)
{
    struct choice best = {NULL, SC_NONE};
    for (size_t i = 0; i < pool->take_count; i++) {
        const struct sc_take *take = &pool->takes[i];
        uint32_t index = candidate(w, agent, take, leaving);
        if (index == SC_NONE)
            continue;
        if (!best.take || rule_before(w, take, &w->contact[index], best.take, &w->contact[best.contact]))
            best = (struct choice){take, index};
    }
    return best;
}

struct choice sc_choose(const struct sc_workspace *w, uint32_t index, bool leaving)
{
    const struct agent *agent = &w->agent[index];
    const struct sc_model_pool *pool = &w->rules->pools[agent->pool];
    bool own = agent->put_down != SC_NONE || agent->mine != SC_NONE;
    if (!own && !(w->waiting_types & pool->take_mask))
        return (struct choice){NULL, SC_NONE};
    if (!own && w->model->scenario->contact_rule == SC_CONTACT_RANK && w->model->regime_count == 1)
        return choose_by_rank(w, pool, leaving);
    return choose_by_rule(w, pool, agent, leaving);
}

bool sc_choose_waiting_first(const struct sc_workspace *w, uint32_t index, const struct contact *contact)
{
    const struct agent *agent = &w->agent[index];
    const struct sc_model_pool *pool = &w->rules->pools[agent->pool];
    if (!(w->waiting_types & pool->take_mask) && agent->put_down == SC_NONE && agent->mine == SC_NONE)
        return false;
    const struct sc_take *own = pool->takes;
    while (own->type != contact->type)
        own++;
    for (size_t i = 0; i < pool->take_count; i++) {
        const struct sc_take *take = &pool->takes[i];
        uint32_t other = candidate(w, agent, take, false);
        if (other != SC_NONE && rule_before(w, take, &w->contact[other], own, contact))
            return true;
    }
    return false;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work whose end may move: chats that share an agent, and work that may be put down.
 *
 * While an agent holds j chats each advances at 1/slowdown[j - 1] of normal speed. So what is kept is the work left in
 * each, in seconds of an agent without a factor of its own and with nothing else in hand. Whenever j changes the work
 * done since the last change is taken off, and the ends are worked out anew. Interruptible work is the same with j = 1:
 * put down, it keeps what is left of it.
 */
#include "simulate/engine.h"

static double slowdown(const struct sc_route *route, uint32_t in_hand)
{
    if (route->slowdowns == 0)
        return 1.0;
    size_t i = in_hand <= route->slowdowns ? in_hand - 1 : route->slowdowns - 1;
    return route->slowdown[i];
}

/* Seconds that an agent needs for a second of a contact's work, with so many in hand. */
static double pace(const struct sc_workspace *w, const struct agent *agent, uint32_t contact)
{
    const struct work *work = &w->work_left[contact];
    return work->route->pace * (work->left ? agent->pace : agent->factor) * slowdown(work->route, agent->in_hand);
}

static double *part_left(struct work *work)
{
    return work->left ? &work->wrap_up_s : &work->handle_s;
}

void sc_shared_account(struct sc_workspace *w, uint32_t index)
{
    struct agent *agent = &w->agent[index];
    struct pool_state *pool = &w->pool[agent->pool];
    double since = agent->shared_since_s;
    double span = w->now_s - since, counted = 0.0;
    agent->shared_since_s = w->now_s;
    if (agent->in_hand == 0 || span <= 0.0)
        return;
    double parts = 1.0 / agent->in_hand;
    for (uint32_t i = agent->contact; i != SC_NONE; i = w->contact[i].next) {
        struct work *work = &w->work_left[i];
        double *left = part_left(work);
        *left = later(0.0, *left - span / pace(w, agent, i));
        work->spent_s += span * parts;
        uint32_t channel = (uint32_t)w->model->types[w->contact[i].type].channel;
        counted = sc_tally_shared(w, agent->pool, channel, since, w->now_s, parts);
    }
    sc_tally_shared_busy(w, agent->pool, since, w->now_s);
    pool->shared_extra_s += counted * (agent->in_hand - 1);
    if (w->work_left[agent->contact].route->interruptible)
        pool->interruptible_s += counted;
}

/* Works out the ends anew, after the number in hand has changed. */
static void retime(struct sc_workspace *w, const struct agent *agent)
{
    for (uint32_t i = agent->contact; i != SC_NONE; i = w->contact[i].next)
        sc_timer_set(w, i, w->now_s + sc_tick(*part_left(&w->work_left[i]) * pace(w, agent, i)), TIMER_HANDLED);
}

void sc_shared_repace(struct sc_workspace *w, uint32_t index, double factor, double own_pace)
{
    struct agent *agent = &w->agent[index];
    bool shared = agent->state == AGENT_SHARED;
    if (agent->factor == factor && agent->pace == own_pace)
        return;
    if (shared)
        sc_shared_account(w, index);
    agent->factor = factor;
    agent->pace = own_pace;
    if (shared)
        retime(w, agent);
}

static void works_append(struct sc_workspace *w, struct pool_state *pool, uint32_t contact)
{
    struct work *work = &w->work_left[contact];
    work->pool_next = SC_NONE;
    work->pool_prev = pool->works_tail;
    if (pool->works_tail == SC_NONE)
        pool->works_head = contact;
    else
        w->work_left[pool->works_tail].pool_next = contact;
    pool->works_tail = contact;
}

static void works_remove(struct sc_workspace *w, struct pool_state *pool, uint32_t contact)
{
    struct work *work = &w->work_left[contact];
    if (work->pool_prev == SC_NONE)
        pool->works_head = work->pool_next;
    else
        w->work_left[work->pool_prev].pool_next = work->pool_next;
    if (work->pool_next == SC_NONE)
        pool->works_tail = work->pool_prev;
    else
        w->work_left[work->pool_next].pool_prev = work->pool_prev;
}

static void hand_add(struct sc_workspace *w, uint32_t index, uint32_t contact)
{
    struct agent *agent = &w->agent[index];
    sc_shared_account(w, index);
    agent->state = AGENT_SHARED;
    agent->assigned_s = w->now_s;
    agent->in_hand++;
    w->contact[contact].agent = index;
    w->contact[contact].prev = SC_NONE;
    w->contact[contact].next = agent->contact;
    if (agent->contact != SC_NONE)
        w->contact[agent->contact].prev = contact;
    agent->contact = contact;
    if (w->work_left[contact].route->interruptible)
        works_append(w, &w->pool[agent->pool], contact);
    retime(w, agent);
}

static void hand_remove(struct sc_workspace *w, uint32_t index, uint32_t contact)
{
    struct agent *agent = &w->agent[index];
    struct contact *c = &w->contact[contact];
    sc_timer_cancel(w, contact);
    if (c->prev == SC_NONE)
        agent->contact = c->next;
    else
        w->contact[c->prev].next = c->next;
    if (c->next != SC_NONE)
        w->contact[c->next].prev = c->prev;
    if (w->work_left[contact].route->interruptible)
        works_remove(w, &w->pool[agent->pool], contact);
    agent->in_hand--;
}

void sc_shared_begin(struct sc_workspace *w, uint32_t agent, const struct sc_route *route, uint32_t contact,
                     double handle_s, double wrap_up_s)
{
    w->work_left[contact] = (struct work){
        .handle_s = handle_s, .wrap_up_s = wrap_up_s, .route = route, .pool_prev = SC_NONE, .pool_next = SC_NONE};
    sc_tally_begun(w, w->agent[agent].pool, (uint32_t)w->model->types[w->contact[contact].type].channel);
    hand_add(w, agent, contact);
}

void sc_shared_resume(struct sc_workspace *w, uint32_t agent, const struct sc_route *route, uint32_t contact)
{
    w->contact[contact].begun = false;
    w->work_left[contact].route = route;
    hand_add(w, agent, contact);
}

/* The customer leaves; the wrap-up, if there is one, keeps its slot. */
static void customer_leaves(struct sc_workspace *w, uint32_t index)
{
    struct contact *contact = &w->contact[index];
    w->work_left[index].left = true;
    w->work_left[index].left_s = w->now_s;
    sc_trunk_release(w, contact);
    if (contact->rules->kind == SC_DEFERRED && !contact->touch && !contact->callback)
        sc_handle_respond(w, contact, w->now_s);
}

void sc_shared_end(struct sc_workspace *w, uint32_t index)
{
    uint32_t holder = w->contact[index].agent;
    struct agent *agent = &w->agent[holder];
    struct work *work = &w->work_left[index];
    sc_shared_account(w, holder);
    if (!work->left) {
        customer_leaves(w, index);
        if (work->wrap_up_s > 0.0) {
            retime(w, agent);
            return;
        }
    }
    hand_remove(w, holder, index);
    struct contact contact = w->contact[index];
    double left_s = work->left_s, spent_s = work->spent_s;
    struct sc_tally *tally = tally_of(w, &contact);
    tally->handlings++;
    tally->handle_s += spent_s;
    if (w->timed)
        sc_tally_handled(w, &contact, spent_s);
    sc_contact_drop(w, index);
    retime(w, agent);
    sc_follow_handling(w, &contact, holder, left_s);
    sc_agents_next(w, holder);
}

void sc_shared_put_down(struct sc_workspace *w, uint32_t index)
{
    struct agent *agent = &w->agent[index];
    uint32_t contact = agent->contact;
    sc_shared_account(w, index);
    hand_remove(w, index, contact);
    w->contact[contact].begun = true;
    w->contact[contact].next = agent->put_down;
    agent->put_down = contact;
    agent->state = AGENT_ALONE;
}

void sc_shared_hand_over(struct sc_workspace *w, uint32_t index)
{
    struct agent *agent = &w->agent[index];
    uint32_t put_down = agent->put_down, mine = agent->mine;
    agent->put_down = agent->mine = SC_NONE;
    for (uint32_t i = put_down, next; i != SC_NONE; i = next) {
        next = w->contact[i].next;
        w->contact[i].agent = SC_NONE;
        w->contact[i].stage = (uint8_t)w->contact[i].rules->stage_count;
        w->contact[i].patience_s = INFINITY;
        w->work_left[i].queued_s = w->now_s;
        sc_queue_join(w, i);
        sc_life_offer(w, i);
    }
    for (uint32_t i = mine, next; i != SC_NONE; i = next) {
        next = w->contact[i].next;
        w->contact[i].agent = SC_NONE;
        w->channel[w->model->types[w->contact[i].type].channel]
            .waiting--; /* it waits on: its stay is counted once, as a whole */
        sc_queue_join(w, i);
        sc_life_offer(w, i);
    }
}

/* What is neither answered nor in its queue at the end: late if its time is up, else left out. */
void sc_shared_unanswered(struct sc_workspace *w, uint32_t index)
{
    const struct contact *contact = &w->contact[index];
    if (contact->rules->kind == SC_DEFERRED && !w->work_left[index].left && !contact->touch && !contact->callback)
        sc_handle_respond(w, contact, INFINITY);
}

void sc_shared_finish(struct sc_workspace *w)
{
    for (uint32_t a = 0; a < w->agent_count; a++) {
        const struct agent *agent = &w->agent[a];
        if (agent->state == AGENT_SHARED) {
            sc_shared_account(w, a);
            for (uint32_t i = agent->contact; i != SC_NONE; i = w->contact[i].next)
                sc_shared_unanswered(w, i);
        }
        for (uint32_t i = agent->put_down; i != SC_NONE; i = w->contact[i].next)
            sc_shared_unanswered(w, i);
        for (uint32_t i = agent->mine; i != SC_NONE; i = w->contact[i].next)
            sc_tally_stay(w, w->contact[i].type, w->contact[i].joined_s);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole way of a usual phone call in one piece, for models that have no others and where nobody sees who gives up
 * (`lapses`): the steps of life.c, queue.c and agents.c without what cannot happen. It plays the same events on the
 * same state and leaves the same figures, bit for bit; a fifth of the time of W1 is saved by not asking.
 *
 * With one pool (`late`) even the ends of handling are looked at late: while nobody waits, an agent that has finished
 * just stands first among the ends, and as the longest idle is the one whom the next contact takes: one step where
 * there were two. Before the calendar changes anything the agents that have finished are put into the line of the idle.
 */
#include "simulate/plain.h"

/* To the end of the queue of its type, in an open channel. */
static inline void plain_join(struct sc_workspace *w, uint32_t index, uint32_t cell)
{
    struct contact *contact = &w->contact[index];
    struct queue *queue = &w->queue[contact->type];
    struct channel_state *channel = &w->channel[contact->rules->channel];
    contact->prev = queue->tail;
    contact->next = SC_NONE;
    if (queue->tail == SC_NONE)
        queue->head = index;
    else
        w->contact[queue->tail].next = index;
    queue->tail = index;
    queue->count++;
    channel->waiting++;
    w->waiting_types |= 1ULL << (contact->type & 63);
    if (__builtin_expect(queue->count > w->tally[cell].queue_max || channel->waiting > channel->waiting_most, 0))
        sc_tally_waiting(w, contact->type);
    if (__builtin_expect(queue->timed, 0))
        sc_queue_time(w, index);
    else if (__builtin_expect(queue->count == LAPSE_MOST, 0))
        sc_lapse_end(w, contact->type);
}

/* From the head of its queue. */
static inline void plain_leave(struct sc_workspace *w, uint32_t index)
{
    const struct contact *contact = &w->contact[index];
    struct queue *queue = &w->queue[contact->type];
    struct channel_state *channel = &w->channel[contact->rules->channel];
    double stay_s = w->now_s - contact->joined_s;
    struct sc_tally *today = &w->tally[cell_now(w, contact->type)];
    if (__builtin_expect(contact->next == SC_NONE || contact->timer != SC_NONE || !channel->open ||
                         contact->joined_s < w->day_start_s, 0)) {
        sc_queue_leave(w, index);
        return;
    }
    queue->head = contact->next;
    w->contact[contact->next].prev = SC_NONE;
    queue->count--;
    channel->waiting--;
    today->oldest_max_s = later(today->oldest_max_s, stay_s);
    today->queue_s += stay_s;
}

static void plain_wait(struct sc_workspace *w, const struct draft *draft, uint32_t serial, uint32_t cell)
{
    const struct sc_type *type = &w->model->types[draft->type];
    double patience_s = INFINITY;
    if (type->patience.kind != SC_DRAW_NONE)
        patience_s = w->now_s + sc_draw_s(w->model, &type->patience, draft->key, SC_FOR_PATIENCE, w->now_s);
    uint32_t index = sc_contact_slot(w);
    if (index == SC_NONE)
        return;
    w->contact[index] = (struct contact){.key = draft->key,
                                         .rules = type,
                                         .arrived_s = w->now_s,
                                         .joined_s = w->now_s,
                                         .patience_s = patience_s,
                                         .handle_s = draft->handle_s,
                                         .timer = SC_NONE,
                                         .serial = serial,
                                         .cell = cell,
                                         .agent = SC_NONE,
                                         .type = (uint16_t)draft->type};
    plain_join(w, index, cell);
}

/* Whether the agent that finished first, not yet seen to have, is the one who takes a new contact. */
static inline bool finished_waits(struct sc_workspace *w, const struct sc_type *type)
{
    if (w->pool->busy + w->pool->idle > w->pool->level) {
        sc_plain_settle(w, true); /* some leave instead */
        return false;
    }
    return w->pool->idle == 0 && type->route_count > 0; /* those in the line have been free for longer */
}

void sc_plain_new(struct sc_workspace *w, uint32_t channel)
{
    struct channel_state *c = &w->channel[channel];
    struct draft draft = c->draft[c->draft_at];
    const struct sc_type *type = &w->model->types[draft.type];
    uint32_t cell = cell_now(w, draft.type), serial = w->serial++;
    w->tally[cell].offered++; /* so many came, all of them new: sc_tally_finish */
    sc_arrivals_advance(w, channel);
    sc_arrivals_find_next(w);
    struct plain_call call = {.rules = type,
                              .joined_s = w->now_s,
                              .handle_s = plain_handle_s(w, type, draft.handle_s, draft.key, w->now_s),
                              .interval = interval_at(w, draft.type, w->now_s, cell),
                              .cell = cell,
                              .serial = serial,
                              .type = draft.type};
    if (call.interval)
        call.interval->offered++;
    const struct sc_route *route;
    if (w->ends.next_s <= w->now_s && finished_waits(w, type)) {
        uint32_t agent = ends_open(&w->ends);
        plain_judge(w, &call, true);
        ends_replace(&w->ends, plain_begin(w, agent, type->routes, &call), agent);
    } else if ((route = sc_agents_find_idle(w, type, 0, draft.key))) {
        uint32_t agent = sc_agents_idle_by_rule(w, route, draft.key);
        plain_judge(w, &call, true);
        idle_engage(w, agent);
        ends_add(&w->ends, plain_begin(w, agent, route, &call), agent);
    } else {
        plain_wait(w, &draft, serial, cell);
    }
}

/* What an agent takes who has nothing else in hand and need not leave. */
static inline struct choice plain_choose(struct sc_workspace *w, uint32_t agent, const struct sc_model_pool *pool)
{
    const struct queue *queue = &w->queue[pool->takes[0].type];
    if (pool->take_count > 1 || w->contact[queue->head].patience_s < w->now_s) {
        sc_lapse_heads(w, pool);
        return sc_choose(w, agent, false);
    }
    return (struct choice){&pool->takes[0], queue->head};
}

static void plain_next(struct sc_workspace *w, uint32_t index)
{
    struct pool_state *pool = &w->pool[w->agent[index].pool];
    const struct sc_model_pool *m = &w->model->pools[w->agent[index].pool];
    struct choice choice = {NULL, SC_NONE};
    if (w->waiting_types & m->take_mask)
        choice = plain_choose(w, index, m);
    if (!choice.take) {
        pool->busy--;
        idle_append(w, index);
        return;
    }
    const struct contact *contact = &w->contact[choice.contact];
    struct plain_call call = plain_call_of(w, contact);
    call.handle_s = plain_handle_s(w, contact->rules, contact->handle_s, contact->key, contact->arrived_s);
    plain_leave(w, choice.contact);
    sc_contact_drop(w, choice.contact);
    plain_waited(w, &call);
    ends_replace(&w->ends, plain_begin(w, index, choice.take->route, &call), index);
}

void sc_plain_end(struct sc_workspace *w)
{
    uint32_t index = ends_open(&w->ends);
    const struct pool_state *pool = &w->pool[w->agent[index].pool];
    if (__builtin_expect(pool->busy + pool->idle > pool->level, 0))
        sc_agents_next(w, index);
    else
        plain_next(w, index);
    ends_close(&w->ends);
}

void sc_plain_settle(struct sc_workspace *w, bool arrival)
{
    double now_s = w->now_s;
    while (w->ends.next_s < now_s || (arrival && w->ends.next_s == now_s)) {
        w->now_s = w->ends.next_s;
        sc_plain_end(w);
    }
    w->now_s = now_s;
}

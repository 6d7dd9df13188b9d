/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/engine.h"

#include <stdlib.h>

/* Doubles the room for contacts; the timer heap has room for all of them, as each has at most one timer. */
static bool contacts_grow(struct sc_workspace *w)
{
    uint32_t room = w->contact_room ? 2 * w->contact_room : 256;
    if (room < w->contact_room || room == SC_NONE)
        return false;
    struct contact *contact = realloc(w->contact, room * sizeof *contact);
    if (contact)
        w->contact = contact;
    struct work *work = realloc(w->work_left, room * sizeof *work);
    if (work)
        w->work_left = work;
    struct timer *timer = realloc(w->timer, room * sizeof *timer);
    if (timer)
        w->timer = timer;
    if (!contact || !work || !timer)
        return false;
    w->contact_room = room;
    return true;
}

uint32_t sc_contact_slot(struct sc_workspace *w)
{
    uint32_t index = w->contact_free;
    if (index != SC_NONE) {
        w->contact_free = w->contact[index].next;
    } else {
        if (w->contact_used == w->contact_room && !contacts_grow(w)) {
            w->out_of_memory = true;
            return SC_NONE;
        }
        index = w->contact_used++;
    }
    return index;
}

uint32_t sc_contact_keep(struct sc_workspace *w, const struct contact *contact)
{
    uint32_t index = sc_contact_slot(w);
    if (index == SC_NONE)
        return SC_NONE;
    w->contact[index] = *contact;
    w->contact[index].timer = SC_NONE;
    return index;
}

void sc_contact_drop(struct sc_workspace *w, uint32_t index)
{
    w->contact[index].next = w->contact_free;
    w->contact_free = index;
}

bool sc_timer_before(const struct sc_workspace *w, const struct timer *a, const struct timer *b)
{
    if (__builtin_expect(a->at_s != b->at_s, 1))
        return a->at_s < b->at_s;
    bool completions = a->kind <= TIMER_AUTOMATED && b->kind <= TIMER_AUTOMATED;
    if (a->kind != b->kind && !completions)
        return a->kind < b->kind;
    const struct contact *x = &w->contact[a->contact], *y = &w->contact[b->contact];
    return tie_before((struct tie){(uint32_t)w->model->types[x->type].channel, x->serial},
                      (struct tie){(uint32_t)w->model->types[y->type].channel, y->serial});
}

static inline void timer_place(struct sc_workspace *w, uint32_t at, struct timer timer)
{
    w->timer[at] = timer;
    w->contact[timer.contact].timer = at;
}

static void timer_sift(struct sc_workspace *w, uint32_t at, struct timer timer)
{
    uint32_t begin = at;
    while (at > 0) {
        uint32_t parent = (at - 1) / 2;
        if (!sc_timer_before(w, &timer, &w->timer[parent]))
            break;
        timer_place(w, at, w->timer[parent]);
        at = parent;
    }
    if (at == begin)
        for (uint32_t child = 2 * at + 1; child < w->timer_count; child = 2 * at + 1) {
            if (child + 1 < w->timer_count && sc_timer_before(w, &w->timer[child + 1], &w->timer[child]))
                child++;
            if (!sc_timer_before(w, &w->timer[child], &timer))
                break;
            timer_place(w, at, w->timer[child]);
            at = child;
        }
    timer_place(w, at, timer);
}

void sc_timer_set(struct sc_workspace *w, uint32_t contact, double at_s, enum timer_kind kind)
{
    uint32_t at = w->contact[contact].timer;
    timer_sift(w, at == SC_NONE ? w->timer_count++ : at, (struct timer){at_s, contact, kind});
}

void sc_timer_cancel(struct sc_workspace *w, uint32_t contact)
{
    uint32_t at = w->contact[contact].timer;
    if (at == SC_NONE)
        return;
    w->contact[contact].timer = SC_NONE;
    struct timer last = w->timer[--w->timer_count];
    if (at != w->timer_count)
        timer_sift(w, at, last);
}

void sc_queue_time(struct sc_workspace *w, uint32_t index)
{
    const struct contact *contact = &w->contact[index];
    const struct sc_type *type = contact->rules;
    if (contact->stage < type->stage_count) {
        const struct sc_stage *stage = &type->stages[contact->stage];
        double at = later(contact->joined_s + stage->wait_s, w->now_s); /* a backlog may have waited longer before */
        if (at <= contact->patience_s) {
            sc_timer_set(w, index, at, stage->divert < 0 ? TIMER_OPENS : TIMER_DIVERTS);
            return;
        }
    }
    if (contact->patience_s < INFINITY)
        sc_timer_set(w, index, contact->patience_s, TIMER_PATIENCE);
    else
        sc_timer_cancel(w, index);
}

void sc_waiting_add(struct sc_workspace *w, uint32_t type)
{
    uint32_t index = (uint32_t)w->model->types[type].channel;
    if (__builtin_expect(!w->channel[index].averaging, 0))
        sc_tally_averaging(w, index, true); /* closed, but its queue is not empty */
    w->channel[index].waiting++;
    sc_tally_waiting(w, type);
}

void sc_waiting_remove(struct sc_workspace *w, uint32_t type, double since_s)
{
    sc_tally_stay(w, type, since_s);
    if (__builtin_expect(w->watch.waiting_most != NULL, 0))
        sc_watch_waiting(w);
    uint32_t index = (uint32_t)w->model->types[type].channel;
    struct channel_state *channel = &w->channel[index];
    if (--channel->waiting == 0 && !channel->open)
        sc_tally_averaging(w, index, false);
}

/* Whether a contact stands before another of its type: those begun before all others, then the order of joining. */
static inline bool stands_before(const struct contact *a, const struct contact *b)
{
    return a->begun != b->begun ? a->begun : a->joined_s < b->joined_s;
}

void sc_queue_join(struct sc_workspace *w, uint32_t index)
{
    struct contact *contact = &w->contact[index];
    struct queue *queue = &w->queue[contact->type];
    uint32_t prev = queue->tail, next = SC_NONE;
    while (prev != SC_NONE && __builtin_expect(stands_before(contact, &w->contact[prev]), 0)) {
        next = prev;
        prev = w->contact[prev].prev;
    }
    contact->prev = prev;
    contact->next = next;
    if (prev == SC_NONE)
        queue->head = index;
    else
        w->contact[prev].next = index;
    if (next == SC_NONE)
        queue->tail = index;
    else
        w->contact[next].prev = index;
    queue->count++;
    w->waiting_types |= 1ULL << (contact->type & 63);
    sc_waiting_add(w, contact->type);
    if (queue->timed)
        sc_queue_time(w, index);
    else if (queue->count == LAPSE_MOST)
        sc_lapse_end(w, contact->type);
}

void sc_queue_leave(struct sc_workspace *w, uint32_t index)
{
    struct contact *contact = &w->contact[index];
    struct queue *queue = &w->queue[contact->type];
    if (contact->prev == SC_NONE)
        queue->head = contact->next;
    else
        w->contact[contact->prev].next = contact->next;
    if (contact->next == SC_NONE)
        queue->tail = contact->prev;
    else
        w->contact[contact->next].prev = contact->prev;
    if (--queue->count == 0) {
        queue->timed = !w->lapses || !w->channel[contact->rules->channel].open;
        if (w->model->type_count <= 64)
            w->waiting_types &= ~(1ULL << contact->type);
    }
    w->chats_look |= (w->waiting_types & w->chat_types) != 0;
    sc_timer_cancel(w, index);
    sc_waiting_remove(w, contact->type, contact->begun ? w->work_left[index].queued_s : contact->joined_s);
}

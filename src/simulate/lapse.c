/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Giving up unseen. Most that wait are answered before their patience ends, so a timer for it is mostly set in vain.
 * Where nothing but the figures sees that someone gives up (nobody is let in for it, asks how long the wait is or comes
 * again), a waiting contact has no timer. Past its patience it has lapsed: it stands in its queue as before, but is
 * taken out, with what happened at the instant of its patience, before anyone could see it: at the head of its queue
 * when an agent looks there, before a maximum is counted, and before each entry of the calendar.
 *
 * The figures are the same, bit for bit: sums of times are exact on the grid of ticks, so their order is free. That
 * bookkeeping pays in short queues only; in one of LAPSE_MOST patience is timed until it is empty again. It is also
 * timed while the channel is closed, when the instant at which a queue becomes empty counts.
 */
#include "simulate/engine.h"

static void lapse(struct sc_workspace *w, uint32_t contact)
{
    double now_s = w->now_s;
    w->now_s = w->contact[contact].patience_s;
    sc_life_abandon(w, contact);
    w->now_s = now_s;
}

void sc_lapse_heads(struct sc_workspace *w, const struct sc_model_pool *pool)
{
    for (size_t i = 0; i < pool->take_count; i++) {
        uint32_t head;
        while ((head = w->queue[pool->takes[i].type].head) != SC_NONE && w->contact[head].patience_s < w->now_s)
            lapse(w, head);
    }
}

void sc_lapse_channel(struct sc_workspace *w, uint32_t channel, bool arrival)
{
    const struct sc_model_channel *c = &w->model->channels[channel];
    for (size_t t = c->first_type; t < c->first_type + c->types; t++) {
        if (w->queue[t].timed)
            continue;
        for (uint32_t i = w->queue[t].head, next; i != SC_NONE; i = next) {
            double patience_s = w->contact[i].patience_s;
            next = w->contact[i].next;
            if (patience_s < w->now_s || (arrival && patience_s == w->now_s && w->contact[i].joined_s < w->now_s))
                lapse(w, i);
        }
    }
}

void sc_lapse_end(struct sc_workspace *w, uint32_t type)
{
    w->queue[type].timed = true;
    for (uint32_t i = w->queue[type].head, next; i != SC_NONE; i = next) {
        next = w->contact[i].next;
        if (w->contact[i].patience_s < w->now_s)
            lapse(w, i);
        else
            sc_queue_time(w, i);
    }
}

void sc_lapse_hours(struct sc_workspace *w, uint32_t channel, bool open)
{
    const struct sc_model_channel *c = &w->model->channels[channel];
    for (uint32_t t = (uint32_t)c->first_type; w->lapses && t < c->first_type + c->types; t++) {
        if (!open)
            sc_lapse_end(w, t);
        else if (w->queue[t].count == 0)
            w->queue[t].timed = false;
    }
}

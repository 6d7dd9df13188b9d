/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The usual phone call, whose whole story is told when an agent begins it: handled alone, no wrap-up, nothing to
 * follow, judged by its wait (`plain` of struct sc_type).
 */
#ifndef SC_SIMULATE_PLAIN_H
#define SC_SIMULATE_PLAIN_H

#include "simulate/engine.h"

struct plain_call {
    const struct sc_type *rules;
    double joined_s, handle_s; /* handle_s: as drawn, before agent and skill change it */
    struct sc_interval_cell *interval; /* NULL: in none */
    uint32_t cell, serial, type;
};

static inline struct plain_call plain_call_of(const struct sc_workspace *w, const struct contact *contact)
{
    return (struct plain_call){.rules = contact->rules,
                               .interval = interval_of(w, contact),
                               .joined_s = contact->joined_s,
                               .cell = contact->cell,
                               .serial = contact->serial,
                               .type = contact->type};
}

/* A handle time, drawn ahead (but for the factor by time) or, where that is below 0, now. */
static inline double plain_handle_s(const struct sc_workspace *w, const struct sc_type *type, double ahead_s,
                                    uint64_t key, double arrived_s)
{
    if (__builtin_expect(ahead_s >= 0.0, 1))
        return sc_draw_finish(w->model, &type->handle, ahead_s, arrived_s);
    return sc_draw_s(w->model, &type->handle, key, SC_FOR_HANDLE, arrived_s);
}

/* A wait above 0 in the distribution of waits; contacts of the warm-up are in none. */
static inline void sc_count_wait(struct sc_workspace *w, uint32_t cell, uint32_t type, double wait_s)
{
    if (cell == w->warmup_cell)
        return;
    struct sc_tally *tally = &w->tally[cell];
    w->wait_histogram[type * (size_t)SC_HISTOGRAM_CELLS + sc_histogram_cell(wait_s)]++;
    tally->wait_max_s = later(tally->wait_max_s, wait_s);
}

/* An agent begins it; returns when it is done. What is the same number for all of them (handlings, resolved, judged) is
   added when the sums are made: sc_tally_finish. */
static inline double plain_begin(struct sc_workspace *w, uint32_t index, const struct sc_route *route,
                               const struct plain_call *call)
{
    struct agent *agent = &w->agent[index];
    struct sc_tally *tally = &w->tally[call->cell];
    double handle_s = sc_tick(call->handle_s * agent->factor * route->pace);
    tally->answered++;
    tally->handle_s += handle_s;
    sc_tally_busy(w, agent->pool, (uint32_t)call->rules->channel, handle_s);
    agent->state = AGENT_ALONE;
    agent->assigned_s = w->now_s;
    w->ends.tie[index] = (struct tie){(uint32_t)call->rules->channel, call->serial};
    return w->now_s + handle_s;
}

/* How it is judged, and by interval that it is answered. */
static inline void plain_judge(struct sc_workspace *w, const struct plain_call *call, bool within)
{
    w->tally[call->cell].answered_within += within;
    if (call->interval) {
        call->interval->answered++;
        call->interval->judged_answered += call->rules->judged;
        call->interval->answered_within += within && call->rules->judged;
    }
}

/* The wait of one that has joined a queue. */
static inline void plain_waited(struct sc_workspace *w, const struct plain_call *call)
{
    struct sc_tally *tally = &w->tally[call->cell];
    double wait_s = w->now_s - call->joined_s;
    plain_judge(w, call, wait_s <= call->rules->within_s);
    tally->wait_answered_s += wait_s;
    if (wait_s > 0.0)
        sc_count_wait(w, call->cell, call->type, wait_s);
}

#endif

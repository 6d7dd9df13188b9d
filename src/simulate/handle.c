/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Being handled. What the wait means for the figures is counted when the handling begins; what the answer means, when
 * it goes out.
 */
#include "simulate/engine.h"

#include "simulate/plain.h"

double sc_life_elapsed(const struct sc_workspace *w, const struct sc_type *type, double from_s, double to_s)
{
    return __builtin_expect(!type->clock, 1) ? to_s - from_s : sc_clock_elapsed(w->model, type->clock, from_s, to_s);
}

/* An answer that counts for the service level, by the time that it took. */
static inline void judge(struct sc_workspace *w, const struct contact *contact, const struct sc_type *type,
                         struct sc_interval_cell *cell, double took_s)
{
    struct sc_tally *tally = tally_of(w, contact);
    bool within = took_s <= type->within_s;
    tally->judged_answered++;
    tally->answered_within += within;
    if (cell) {
        cell->judged_answered++;
        cell->answered_within += within;
    }
}

static void satisfy(struct sc_workspace *w, const struct contact *contact, const struct sc_type *type, double took_s)
{
    struct sc_tally *tally = tally_of(w, contact);
    if (type->service->satisfaction_points == 0)
        return;
    tally->satisfied += sc_satisfied(type->service, took_s);
    tally->satisfaction_base++;
}

void sc_handle_respond(struct sc_workspace *w, const struct contact *contact, double at_s)
{
    const struct sc_type *type = contact->rules;
    struct sc_tally *tally = tally_of(w, contact);
    if (at_s > w->model->end_s) { /* begun, but not answered by the end: late if its time is up, else left out */
        if (!type->judged || sc_life_elapsed(w, type, contact->arrived_s, w->model->end_s) <= type->within_s)
            return;
        tally->late_open++;
        struct sc_interval_cell *cell = interval_of(w, contact);
        if (cell)
            cell->late_open++;
        return;
    }
    double took = at_s - contact->arrived_s;
    tally->first_response_s += took;
    tally->first_responses++;
    if (contact->cell != w->warmup_cell)
        w->response_histogram[contact->type * (size_t)SC_HISTOGRAM_CELLS + sc_histogram_cell(took)]++;
    if (type->judged)
        judge(w, contact, type, interval_of(w, contact), sc_life_elapsed(w, type, contact->arrived_s, at_s));
    satisfy(w, contact, type, took);
}

/* An agent has picked up a contact that waits no longer. */
static inline void count_answered(struct sc_workspace *w, const struct contact *contact, const struct sc_type *type)
{
    struct sc_tally *tally = tally_of(w, contact);
    struct sc_interval_cell *cell = interval_of(w, contact);
    double wait = w->now_s - contact->joined_s;
    tally->answered++;
    tally->wait_answered_s += wait;
    if (wait > 0.0)
        sc_count_wait(w, contact->cell, contact->type, wait);
    if (cell) {
        cell->answered++;
        cell->wait_us += w->timed ? (int64_t)(wait * 1e6 + 0.5) : 0;
    }
    if (type->kind == SC_DEFERRED)
        return; /* judged by its first response */
    if (type->judged)
        judge(w, contact, type, cell, sc_life_elapsed(w, type, contact->joined_s, w->now_s));
    satisfy(w, contact, type, wait);
}

/* Alone: both ends are known at the beginning and never change. */
static inline void begin_alone(struct sc_workspace *w, uint32_t index, struct contact *contact, uint32_t kept,
                               double handle_s, double wrap_up_s)
{
    const struct sc_type *type = contact->rules;
    struct agent *agent = &w->agent[index];
    struct sc_tally *tally = tally_of(w, contact);
    double duration = handle_s + wrap_up_s;
    tally->handlings++;
    tally->handle_s += duration;
    if (__builtin_expect(w->timed != NULL, 0))
        sc_tally_handled(w, contact, duration);
    sc_tally_busy(w, agent->pool, (uint32_t)type->channel, duration);
    if (type->kind == SC_DEFERRED && !contact->touch && !contact->callback)
        sc_handle_respond(w, contact, w->now_s + handle_s);
    agent->state = AGENT_ALONE;
    agent->type = contact->type;
    agent->contact = SC_NONE;
    agent->wrap_up_s = wrap_up_s;
    agent->holds_line = contact->trunk;
    agent->assigned_s = w->now_s;
    w->ends.tie[index] = (struct tie){(uint32_t)type->channel, contact->serial};
    if (contact->trunk)
        duration = handle_s; /* the line is free then; the wrap-up follows */
    if (type->follows_up) {
        agent->contact = kept != SC_NONE ? kept : sc_contact_keep(w, contact);
        if (agent->contact != SC_NONE)
            w->work_left[agent->contact].left_s = w->now_s + handle_s;
    } else {
        tally->resolution_s += w->now_s + handle_s - (contact->touch ? contact->case_s : contact->arrived_s);
        tally->resolved++;
        if (kept != SC_NONE)
            sc_contact_drop(w, kept);
    }
    ends_plan(&w->ends, w->now_s + duration, index);
}

/* The handle time of a contact, before agent and skill change it; mostly it was drawn ahead. */
static inline double handle_drawn(const struct sc_workspace *w, const struct contact *contact)
{
    return plain_handle_s(w, contact->rules, contact->handle_s, contact->key, contact->arrived_s);
}

void sc_handle_begin(struct sc_workspace *w, uint32_t index, const struct sc_route *route, struct contact *contact,
                     uint32_t kept)
{
    const struct sc_type *type = contact->rules;
    if (__builtin_expect(type->plain && !w->watched, 1)) {
        struct plain_call call = plain_call_of(w, contact);
        call.handle_s = handle_drawn(w, contact);
        plain_waited(w, &call);
        ends_plan(&w->ends, plain_begin(w, index, route, &call), index);
        if (kept != SC_NONE)
            sc_contact_drop(w, kept);
        return;
    }
    double factor = w->agent[index].factor, pace = w->agent[index].pace * route->pace;
    double handle = handle_drawn(w, contact);
    double wrap_up = type->wrap_up.kind == SC_DRAW_NONE
                         ? 0.0
                         : sc_draw_s(w->model, &type->wrap_up, contact->key, SC_FOR_WRAP_UP, contact->arrived_s);
    if (__builtin_expect(contact->touch, 0))
        tally_of(w, contact)->touches++;
    else if (__builtin_expect(!contact->callback, 1))
        count_answered(w, contact, type);
    sc_tally_observe(w, contact, SC_OUTCOME_ANSWERED, w->agent[index].pool, handle, wrap_up);
    if (__builtin_expect(type->kind == SC_CHAT || route->interruptible, 0)) {
        uint32_t shared = kept != SC_NONE ? kept : sc_contact_keep(w, contact);
        if (shared != SC_NONE)
            sc_shared_begin(w, index, route, shared, handle, wrap_up);
    } else {
        begin_alone(w, index, contact, kept, sc_tick(handle * factor * route->pace), sc_tick(wrap_up * pace));
    }
}

/* A callback is made: was the promise kept, and is the customer there? An unanswered call takes no time. */
static bool reached(struct sc_workspace *w, const struct contact *contact)
{
    const struct sc_callback *callback = &contact->rules->service->callback;
    tally_of(w, contact)->callbacks_kept += w->now_s - contact->joined_s <= sc_tick(callback->within_s);
    return happens(callback->reached, contact->key, SC_FOR_REACHED);
}

bool sc_handle_begin_waiting(struct sc_workspace *w, uint32_t agent, const struct sc_route *route, uint32_t index)
{
    struct contact *contact = &w->contact[index];
    if (__builtin_expect(contact->begun, 0)) {
        sc_shared_resume(w, agent, route, index);
        return true;
    }
    if (__builtin_expect(contact->callback, 0) && !reached(w, contact)) {
        sc_contact_drop(w, index);
        return false;
    }
    sc_handle_begin(w, agent, route, contact, index);
    return true;
}

void sc_handle_end(struct sc_workspace *w)
{
    uint32_t index = ends_open(&w->ends);
    struct agent *agent = &w->agent[index];
    if (__builtin_expect(agent->holds_line, 0)) {
        agent->holds_line = false;
        sc_trunk_hold(w, (uint32_t)w->model->types[agent->type].channel, -1);
        if (agent->wrap_up_s > 0.0) {
            ends_plan(&w->ends, w->now_s + agent->wrap_up_s, index);
            return;
        }
    }
    uint32_t kept = agent->contact;
    if (__builtin_expect(kept != SC_NONE, 0)) {
        struct contact contact = w->contact[kept];
        double left_s = w->work_left[kept].left_s;
        agent->contact = SC_NONE;
        sc_contact_drop(w, kept);
        sc_follow_handling(w, &contact, index, left_s);
    }
    sc_agents_next(w, index);
    ends_close(&w->ends);
}

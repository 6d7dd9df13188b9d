/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * New contacts: a Poisson process with a piecewise constant rate.
 *
 * Each day begins afresh: its n-th contact comes when the integral of the rate since midnight has grown by n
 * exponential amounts of mean 1, and amount n belongs to contact n alone. So contact n of a day keeps its draws when
 * the volume changes; only its time moves. The process forgets its past at midnight, which a Poisson process does
 * anyway.
 */
#include "simulate/engine.h"

static uint32_t class_of(const struct sc_model_channel *c, uint64_t key)
{
    double u = sc_uniform(sc_key(key, SC_FOR_CLASS));
    for (size_t i = 0; i + 1 < c->types; i++)
        if (u < c->class_until[i])
            return (uint32_t)(c->first_type + 1 + i);
    return (uint32_t)c->first_type;
}

uint32_t sc_arrivals_type(const struct sc_workspace *w, uint32_t channel, uint64_t key)
{
    const struct sc_model_channel *c = &w->rules->channels[channel];
    return c->types > 1 ? class_of(c, key) : (uint32_t)c->first_type;
}

/* Draws for some contacts at once: each draw is a chain of operations that wait for each other, so several chains side
   by side cost little more than one (W1: a fifth less time). What an event may change until they come is left for
   later. */
__attribute__((noinline)) static void drafts_fill(struct sc_workspace *w, uint32_t channel)
{
    struct channel_state *c = &w->channel[channel];
    bool changes = w->model->regime_count > 1;
    for (uint32_t i = 0; i < DRAFTS; i++) {
        struct draft *draft = &c->draft[i];
        draft->key = sc_key(c->day_key, c->order++);
        draft->amount = sc_quantile(w->model->unit_exponential, sc_key(draft->key, SC_FOR_ARRIVAL));
    }
    for (uint32_t i = 0; i < DRAFTS; i++) {
        struct draft *draft = &c->draft[i];
        draft->type = sc_arrivals_type(w, channel, draft->key);
        const struct sc_draw *handle = &w->model->types[draft->type].handle;
        draft->handle_s = -1.0;
        if (handle->kind == SC_DRAW_TABLE && !changes)
            draft->handle_s = handle->scale * sc_quantile(handle->table, sc_key(draft->key, SC_FOR_HANDLE));
    }
    c->draft_at = 0;
}

/* Takes the walk into a piece of the rates. */
static void piece_enter(struct sc_workspace *w, struct channel_state *c, size_t piece)
{
    c->piece = piece;
    if (piece < c->rates.pieces) {
        c->piece_end_s = w->day_start_s + c->rates.end_s[piece];
        c->gap_s = 1.0 / (c->rates.rate[piece] * c->rates.factor); /* infinite where the rate is 0 */
    }
}

void sc_arrivals_begin_day(struct sc_workspace *w, uint32_t channel)
{
    struct channel_state *c = &w->channel[channel];
    const struct sc_model_channel *m = &w->model->channels[channel];
    sc_demand_day(w->model, channel, w->day, w->replication_key, c->rates_own, &c->rates);
    c->position_s = w->day_start_s + c->rates.from_s;
    c->order = 0;
    c->draft_at = DRAFTS;
    c->next_s = INFINITY;
    if (c->rates.pieces == 0)
        return;
    uint64_t date = (uint64_t)(w->model->first_day + w->day);
    c->day_key = sc_key(sc_key(w->replication_key, m->key), date);
    c->piece = 0;
    if (!c->rates.replay)
        piece_enter(w, c, 0);
    sc_arrivals_advance(w, channel);
}

/* The next of the instants that a history repeats. */
static void advance_replay(struct sc_workspace *w, struct channel_state *c)
{
    c->next_s = c->piece < c->rates.pieces ? w->day_start_s + c->rates.end_s[c->piece++] : INFINITY;
}

/* The next contact comes in a later piece than the one before, or not at all today. */
__attribute__((noinline)) static void advance_pieces(struct sc_workspace *w, struct channel_state *c, double amount)
{
    for (;;) {
        double next = c->position_s + amount * c->gap_s;
        if (next < c->piece_end_s) {
            c->position_s = next;
            c->next_s = sc_tick(next - 0x1p-21);
            return;
        }
        if (c->gap_s < INFINITY)
            amount -= (c->piece_end_s - c->position_s) / c->gap_s;
        c->position_s = c->piece_end_s;
        piece_enter(w, c, c->piece + 1);
        if (c->piece == c->rates.pieces) {
            c->next_s = INFINITY;
            return;
        }
    }
}

void sc_arrivals_advance(struct sc_workspace *w, uint32_t channel)
{
    struct channel_state *c = &w->channel[channel];
    if (++c->draft_at >= DRAFTS)
        drafts_fill(w, channel);
    if (__builtin_expect(c->rates.replay, 0)) {
        advance_replay(w, c);
        return;
    }
    double amount = c->draft[c->draft_at].amount;
    double next = c->position_s + amount * c->gap_s;
    if (__builtin_expect(!(next < c->piece_end_s), 0)) {
        advance_pieces(w, c, amount);
        return;
    }
    c->position_s = next;
    c->next_s = sc_tick(next - 0x1p-21); /* down, so that it never slips to the end of the hours */
}

void sc_arrivals_find_next(struct sc_workspace *w)
{
    size_t channels = w->model->scenario->channel_count;
    uint32_t next = 0;
    double at = w->channel[0].next_s;
    for (uint32_t i = 1; i < channels; i++)
        if (w->channel[i].next_s < at) {
            at = w->channel[i].next_s;
            next = i;
        }
    w->next_arrival_s = at;
    w->next_channel = next;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * New contacts: a Poisson process with a piecewise constant rate.
 *
 * Each day begins afresh: its n-th contact comes when the integral of the rate since midnight has grown by n exponential
 * amounts of mean 1, and amount n belongs to contact n alone. So contact n of a day keeps its draws when the volume
 * changes; only its time moves. The process forgets its past at midnight, which a Poisson process does anyway.
 */
#include "simulate/engine.h"

void sc_arrivals_begin_day(struct sc_workspace *w, uint32_t channel)
{
    struct channel_state *c = &w->channel[channel];
    const struct sc_model_channel *m = &w->model->channels[channel];
    sc_demand_day(w->model, channel, w->day, w->replication_key, c->rates_own, &c->rates);
    c->piece = 0;
    c->position_s = w->day_start_s + c->rates.from_s;
    c->order = 0;
    c->next_s = INFINITY;
    if (c->rates.pieces == 0)
        return;
    uint64_t date = (uint64_t)(w->model->first_day + w->day);
    c->day_key = sc_key(sc_key(w->replication_key, m->key), date);
    sc_arrivals_advance(w, channel);
}

/* The next of the instants that a history repeats. */
static void advance_replay(struct sc_workspace *w, struct channel_state *c)
{
    c->next_s = c->piece < c->rates.pieces ? w->day_start_s + c->rates.end_s[c->piece++] : INFINITY;
}

void sc_arrivals_advance(struct sc_workspace *w, uint32_t channel)
{
    struct channel_state *c = &w->channel[channel];
    const struct sc_rates *rates = &c->rates;
    c->next_key = sc_key(c->day_key, c->order++);
    if (__builtin_expect(rates->replay, 0)) {
        advance_replay(w, c);
        return;
    }
    double amount = sc_quantile(w->model->unit_exponential, sc_key(c->next_key, SC_FOR_ARRIVAL));
    double at = c->position_s;
    for (; c->piece < rates->pieces; c->piece++) {
        double rate = rates->rate[c->piece] * rates->factor;
        double end = w->day_start_s + rates->end_s[c->piece];
        double next = at + amount / rate; /* infinite where the rate is 0 */
        if (next < end) {
            c->position_s = next;
            c->next_s = sc_tick(next - 0x1p-21); /* down, so that it never slips to the end of the hours */
            return;
        }
        amount -= (end - at) * rate;
        at = end;
    }
    c->next_s = INFINITY;
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

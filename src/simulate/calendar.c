/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calendar of a day: changes of rules, levels of the rosters, opening and closing of channels. At one instant in
 * this order. */
#include "simulate/engine.h"

#include <stdlib.h>

static int entry_compare(const void *a, const void *b)
{
    const struct calendar_entry *x = a, *y = b;
    if (x->at_s != y->at_s)
        return x->at_s < y->at_s ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static void fill(struct sc_workspace *w)
{
    const struct sc_scenario *scenario = w->model->scenario;
    size_t n = 0;
    for (uint32_t p = 0; p < scenario->pool_count; p++) {
        size_t count = sc_roster_peopled(w->model, p, w->day, w->number, w->replication_key, w->levels);
        w->out_of_memory = w->out_of_memory || count == 0;
        for (size_t i = 0; i < count; i++)
            w->calendar[n++] = (struct calendar_entry){.at_s = w->day_start_s + w->levels[i].at_s,
                                                       .kind = CALENDAR_LEVEL,
                                                       .index = p,
                                                       .heads = w->levels[i].heads,
                                                       .paid = w->levels[i].paid};
    }
    for (uint32_t r = 1; r < w->model->regime_count; r++)
        if (w->model->regimes[r].from_s >= w->day_start_s && w->model->regimes[r].from_s < w->day_start_s + SC_DAY_S)
            w->calendar[n++] =
                (struct calendar_entry){.at_s = w->model->regimes[r].from_s, .kind = CALENDAR_REGIME, .index = r};
    for (uint32_t c = 0; c < scenario->channel_count; c++) {
        double from, to;
        if (!sc_channel_hours(w->model, c, w->day, &from, &to))
            continue;
        w->calendar[n++] =
            (struct calendar_entry){.at_s = w->day_start_s + sc_tick(from), .kind = CALENDAR_OPEN, .index = c};
        if (to < SC_DAY_S)
            w->calendar[n++] =
                (struct calendar_entry){.at_s = w->day_start_s + sc_tick(to), .kind = CALENDAR_CLOSE, .index = c};
    }
    qsort(w->calendar, n, sizeof *w->calendar, entry_compare);
    w->calendar_count = n;
    w->calendar_at = 0;
}

static void channel_open(struct sc_workspace *w, uint32_t channel)
{
    struct channel_state *c = &w->channel[channel];
    c->open = true;
    sc_lapse_hours(w, channel, true);
    if (!c->averaging)
        sc_tally_averaging(w, channel, true);
}

static void channel_close(struct sc_workspace *w, uint32_t channel)
{
    struct channel_state *c = &w->channel[channel];
    const struct sc_model_channel *m = &w->model->channels[channel];
    c->open = false;
    sc_lapse_hours(w, channel, false);
    if (c->waiting == 0)
        sc_tally_averaging(w, channel, false);
    for (size_t t = m->first_type; t < m->first_type + m->types; t++) {
        if (w->model->types[t].service->at_close != SC_DISMISS)
            continue;
        /* Not those whose case was answered before: they have been promised another handling. */
        for (uint32_t i = w->queue[t].head, next; i != SC_NONE; i = next) {
            next = w->contact[i].next;
            if (!w->contact[i].touch && !w->contact[i].begun && !w->contact[i].callback)
                sc_life_dismiss(w, i);
        }
    }
}

/* Whether a channel that is open to the end of a day goes on at once on the next. */
static bool opens_at_midnight(const struct sc_workspace *w, uint32_t channel)
{
    double from, to;
    return sc_channel_hours(w->model, channel, w->day, &from, &to) && from == 0.0;
}

static void find_next(struct sc_workspace *w)
{
    double next = w->calendar_at < w->calendar_count ? w->calendar[w->calendar_at].at_s : (w->day + 1) * SC_DAY_S;
    w->next_calendar_s = next < w->model->stop_s ? next : w->model->stop_s;
}

void sc_calendar_begin_day(struct sc_workspace *w)
{
    w->day_start_s = w->day * SC_DAY_S;
    w->counted_day = w->day - w->model->warmup_days;
    sc_tally_begin_day(w);
    for (uint32_t i = 0; i < w->model->scenario->channel_count; i++) {
        if (w->channel[i].open && !opens_at_midnight(w, i))
            channel_close(w, i);
        sc_arrivals_begin_day(w, i);
    }
    sc_arrivals_find_next(w);
    sc_agents_begin_day(w);
    fill(w);
    find_next(w);
}

void sc_calendar_look(struct sc_workspace *w)
{
    if (w->late)
        sc_plain_settle(w, false);
    for (uint32_t i = 0; w->lapses && i < w->model->scenario->channel_count; i++)
        sc_lapse_channel(w, i, false);
}

void sc_calendar_play(struct sc_workspace *w)
{
    sc_calendar_look(w);
    if (w->calendar_at == w->calendar_count) {
        w->day++;
        sc_calendar_begin_day(w);
        return;
    }
    const struct calendar_entry *entry = &w->calendar[w->calendar_at++];
    if (entry->kind == CALENDAR_REGIME) {
        w->rules = w->model->regimes[entry->index].model;
    } else if (entry->kind == CALENDAR_LEVEL) {
        sc_agents_set_level(w, entry->index, entry->heads, entry->paid);
    } else if (entry->kind == CALENDAR_OPEN) {
        channel_open(w, entry->index);
    } else {
        channel_close(w, entry->index);
    }
    find_next(w);
}

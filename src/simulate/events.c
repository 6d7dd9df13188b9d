/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a centre comes through what happens on a date: the backlog at its worst, and how long until all is well again.
 *
 * It is judged by interval. An hour is well when every target for answers holds for the contacts that arrive in it. An
 * event has hurt where an hour is not well that begins while it lasts, or within a day of its beginning if it stays. It
 * is over with the first hour after that which is well and has contacts to show it: a night when nobody comes proves
 * nothing.
 */
#include "simulate/engine.h"

#include <stdlib.h>
#include <string.h>

bool sc_watch_new(struct sc_workspace *w)
{
    const struct sc_scenario *scenario = w->model->scenario;
    if (!w->model->watched)
        return true;
    struct sc_intervals *cells = &w->watch.cells;
    cells->count = (size_t)(w->model->days * (SC_DAY_S / scenario->interval_s));
    cells->channel = calloc(scenario->channel_count * cells->count, sizeof *cells->channel);
    cells->pool = calloc(scenario->pool_count * cells->count, sizeof *cells->pool);
    w->watch.waiting_most = calloc(cells->count, sizeof *w->watch.waiting_most);
    return cells->channel && cells->pool && w->watch.waiting_most;
}

void sc_watch_release(struct sc_workspace *w)
{
    free(w->watch.cells.channel);
    free(w->watch.cells.pool);
    free(w->watch.waiting_most);
}

void sc_watch_begin(struct sc_workspace *w)
{
    const struct sc_scenario *scenario = w->model->scenario;
    struct sc_intervals *cells = &w->watch.cells;
    if (!w->watch.waiting_most)
        return;
    memset(cells->channel, 0, scenario->channel_count * cells->count * sizeof *cells->channel);
    memset(cells->pool, 0, scenario->pool_count * cells->count * sizeof *cells->pool);
    memset(w->watch.waiting_most, 0, cells->count * sizeof *w->watch.waiting_most);
    w->watch.asked = w->intervals;
    cells->counts_only = !w->intervals || w->intervals->counts_only;
    w->intervals = cells;
}

void sc_watch_waiting(struct sc_workspace *w)
{
    if (w->counted_day < 0 || w->now_s >= w->model->end_s)
        return;
    uint32_t waiting = 0;
    for (size_t c = 0; c < w->model->scenario->channel_count; c++)
        waiting += w->channel[c].waiting;
    uint32_t *most =
        &w->watch.waiting_most[(size_t)((w->now_s - w->model->counted_from_s) / w->model->scenario->interval_s)];
    *most = waiting > *most ? waiting : *most;
}

enum verdict { NOTHING_TO_JUDGE, TARGET_HELD, TARGET_MISSED };

/* Whether a channel's target holds for those that arrive in some intervals. */
static enum verdict target_verdict(const struct sc_interval_cell *cells, size_t count, const struct sc_target *target)
{
    double answered = 0.0, within = 0.0, lost = 0.0, lost_within = 0.0, brief = 0.0, late = 0.0;
    for (size_t i = 0; i < count; i++) {
        answered += (double)cells[i].judged_answered;
        within += (double)cells[i].answered_within;
        lost += (double)cells[i].judged_lost;
        lost_within += (double)cells[i].lost_within;
        brief += (double)cells[i].lost_short;
        late += (double)cells[i].late_open;
    }
    double all = answered + lost + late;
    if (target->counts == SC_COUNT_NO_SHORT)
        all -= brief;
    else if (target->counts == SC_COUNT_ANSWERED)
        all = answered;
    else if (target->counts == SC_COUNT_MET)
        within += lost_within;
    if (all <= 0.0)
        return NOTHING_TO_JUDGE;
    return within >= target->answer * all ? TARGET_HELD : TARGET_MISSED;
}

/* Of all targets together, for those that arrive in the hour from an interval on. */
static enum verdict hour_verdict(const struct sc_workspace *w, size_t from)
{
    const struct sc_scenario *scenario = w->model->scenario;
    size_t intervals = w->watch.cells.count, hour = (size_t)(3600.0 / scenario->interval_s);
    size_t count = from + hour <= intervals ? hour : intervals - from;
    enum verdict worst = NOTHING_TO_JUDGE;
    for (size_t c = 0; c < scenario->channel_count; c++) {
        const struct sc_target *target = &scenario->channels[c].service.target;
        if (!target->answer_given)
            continue;
        enum verdict verdict = target_verdict(&w->watch.cells.channel[c * intervals + from], count, target);
        worst = verdict > worst ? verdict : worst;
    }
    return worst;
}

static struct sc_event_tally event_tally(const struct sc_workspace *w, const struct sc_event *event)
{
    double interval = w->model->scenario->interval_s;
    size_t intervals = w->watch.cells.count;
    int64_t first_counted = w->model->first_day + w->model->warmup_days;
    double begin_s = (double)(event->day - first_counted) * SC_DAY_S + event->second;
    double hurts_until_s = begin_s + (event->lasts_s >= 0.0 ? event->lasts_s : SC_DAY_S);
    size_t begin = (size_t)(later(0.0, begin_s) / interval), hurts = begin;
    struct sc_event_tally tally = {0.0, 0.0};
    while (hurts < intervals && (double)hurts * interval < hurts_until_s && hour_verdict(w, hurts) != TARGET_MISSED)
        hurts++;
    size_t well = hurts;
    if (hurts < intervals && (double)hurts * interval < hurts_until_s) {
        while (well < intervals && hour_verdict(w, well) != TARGET_HELD)
            well++;
        tally.recovery_s = later(0.0, (double)well * interval - begin_s);
    }
    for (size_t i = begin; i <= well && i < intervals; i++)
        tally.queue_max = later(tally.queue_max, w->watch.waiting_most[i]);
    return tally;
}

/* Adds whole numbers to whole numbers. */
static void add(void *to, const void *from, size_t bytes)
{
    int64_t *sum = to;
    const int64_t *part = from;
    for (size_t i = 0; i < bytes / sizeof *sum; i++)
        sum[i] += part[i];
}

void sc_watch_finish(struct sc_workspace *w, struct sc_replication *replication)
{
    const struct sc_scenario *scenario = w->model->scenario;
    const struct sc_intervals *cells = &w->watch.cells;
    if (!w->watch.waiting_most)
        return;
    for (size_t i = 0; i < scenario->event_count; i++)
        replication->event[i] = event_tally(w, &scenario->events[i]);
    if (w->watch.asked) {
        add(w->watch.asked->channel, cells->channel, scenario->channel_count * cells->count * sizeof *cells->channel);
        if (w->timed)
            add(w->watch.asked->pool, cells->pool, scenario->pool_count * cells->count * sizeof *cells->pool);
    }
}

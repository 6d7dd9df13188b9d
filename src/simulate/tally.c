/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is counted. Contacts count in a cell of their type and day of arrival; those of the warm-up have one cell of
 * their own that nobody reads, so the engine never asks whether a contact counts. What is an average over time is cut
 * to the counted days and, where needed, at midnights and intervals.
 */
#include "simulate/engine.h"

#include <string.h>

size_t sc_histogram_cell(double wait_s)
{
    /* The exponent and the first eight bits of the fraction of a double are an octave and its 256 parts. */
    if (!(wait_s >= 0x1p-7))
        return 0;
    uint64_t bits;
    memcpy(&bits, &wait_s, sizeof bits);
    size_t cell = 1 + (size_t)((bits >> 44) - ((uint64_t)(1023 - 7) << 8));
    return cell < SC_HISTOGRAM_CELLS ? cell : SC_HISTOGRAM_CELLS - 1;
}

double sc_histogram_edge(size_t cell)
{
    if (cell == 0)
        return 0.0;
    uint64_t bits = (uint64_t)(cell - 1 + ((size_t)(1023 - 7) << 8)) << 44;
    double edge;
    memcpy(&edge, &bits, sizeof edge);
    return edge;
}

/* --- maxima and averages of queues --- */

void sc_tally_waiting(struct sc_workspace *w, uint32_t type)
{
    struct sc_tally *tally = &w->tally[cell_now(w, type)];
    uint32_t index = (uint32_t)w->model->types[type].channel;
    struct channel_state *channel = &w->channel[index];
    /* Those that have lapsed still stand there: only where that could make a maximum are they counted out. */
    if (w->lapses && (w->queue[type].count > tally->queue_max || channel->waiting > channel->waiting_most))
        sc_lapse_channel(w, index, true);
    tally->queue_max = later(tally->queue_max, w->queue[type].count);
    channel->waiting_most = later(channel->waiting_most, channel->waiting);
    if (__builtin_expect(w->watch.waiting_most != NULL, 0))
        sc_watch_waiting(w);
}

/* Adds the time from `from` to now to a sum by day, cut at midnights; `sum` is the field of counted day 0, `step` the
   distance in bytes between days. */
static void add_by_day(const struct sc_workspace *w, double from_s, double *sum, size_t step)
{
    double from = later(from_s, w->model->counted_from_s);
    while (from < w->now_s) {
        long day = (long)((from - w->model->counted_from_s) / SC_DAY_S);
        double to = earlier(w->now_s, w->model->counted_from_s + (double)(day + 1) * SC_DAY_S);
        *(double *)((char *)sum + (size_t)day * step) += to - from;
        from = to;
    }
}

/*
 * Adds to each counted interval its part of the time from `from` to `to`. Instants are rounded, not times: times that
 * join add up to the whole.
 */
static void add_by_interval(const struct sc_workspace *w, double from_s, double to_s, int64_t *sum, size_t step,
                            int64_t times)
{
    double interval = w->model->scenario->interval_s;
    double origin = w->model->counted_from_s;
    double from = later(from_s, origin) - origin, end = earlier(to_s, w->model->end_s) - origin;
    while (from < end) {
        size_t index = (size_t)(from / interval);
        double to = earlier(end, (double)(index + 1) * interval);
        *(int64_t *)((char *)sum + index * step) +=
            times * ((int64_t)(to * 1e6 + 0.5) - (int64_t)(from * 1e6 + 0.5));
        from = to;
    }
}

void sc_tally_stay(struct sc_workspace *w, uint32_t type, double joined_s)
{
    if (w->counted_day < 0)
        return;
    struct sc_tally *today = &w->tally[cell_now(w, type)];
    double stay = w->now_s - joined_s;
    today->oldest_max_s = later(today->oldest_max_s, stay);
    if (joined_s >= w->day_start_s)
        today->queue_s += stay;
    else
        add_by_day(w, joined_s, &w->tally[type * (size_t)w->model->days].queue_s, sizeof(struct sc_tally));
    if (w->timed) {
        size_t channel = w->timed->by_type ? type : (size_t)w->model->types[type].channel;
        add_by_interval(w, joined_s, w->now_s, &w->timed->channel[channel * w->timed->count].queue_us,
                        sizeof(struct sc_interval_cell), 1);
    }
}

void sc_tally_averaging(struct sc_workspace *w, uint32_t index, bool on)
{
    struct channel_state *channel = &w->channel[index];
    if (channel->averaging && w->counted_day >= 0)
        add_by_day(w, channel->averaging_since_s, &w->channel_open_s[index * (size_t)w->model->days], sizeof(double));
    channel->averaging = on;
    channel->averaging_since_s = w->now_s;
}

/* A pool's sums from the beginning of the counted days until now. */
static struct sc_pool_tally pool_now(struct sc_workspace *w, uint32_t pool)
{
    size_t channels = w->model->scenario->channel_count;
    sc_agents_account(w, pool);
    struct sc_pool_tally tally = w->pool_tally[pool];
    for (size_t i = 0; i < channels; i++) {
        tally.busy_s += w->work[pool * channels + i].busy_s;
        tally.contacts += w->work[pool * channels + i].contacts;
    }
    tally.live_busy_s = tally.busy_s - w->pool[pool].interruptible_s;
    tally.holding_s = tally.busy_s + w->pool[pool].shared_extra_s;
    tally.handled_s = tally.busy_s;
    return tally;
}

/* What a counted day leaves behind: pools' sums so far, and who waits. */
static void end_day(struct sc_workspace *w, size_t day)
{
    size_t days = (size_t)w->model->days;
    for (uint32_t i = 0; i < w->model->scenario->pool_count; i++)
        w->pool_until[i * days + day] = pool_now(w, i);
    for (size_t i = 0; i < w->model->scenario->channel_count; i++) {
        const struct sc_model_channel *c = &w->model->channels[i];
        struct sc_midnight_tally *midnight = &w->midnight[i * days + day];
        w->channel_most[i * days + day] = w->channel[i].waiting_most;
        *midnight = (struct sc_midnight_tally){.waiting = w->channel[i].waiting};
        for (size_t t = c->first_type; t < c->first_type + c->types; t++)
            if (w->queue[t].head != SC_NONE)
                midnight->oldest_s = later(midnight->oldest_s, w->now_s - w->contact[w->queue[t].head].joined_s);
    }
}

void sc_tally_begin_day(struct sc_workspace *w)
{
    if (w->counted_day > 0)
        end_day(w, (size_t)w->counted_day - 1);
    for (uint32_t i = 0; i < w->model->scenario->channel_count; i++) {
        struct channel_state *channel = &w->channel[i];
        channel->waiting_most = channel->waiting;
    }
    for (uint32_t t = 0; t < w->model->type_count && w->counted_day >= 0; t++)
        w->tally[cell_now(w, t)].queue_max = w->queue[t].count;
}

/* --- agents' time --- */

void sc_tally_busy(struct sc_workspace *w, uint32_t pool, uint32_t channel, double duration_s)
{
    double end = earlier(w->now_s + duration_s, w->model->end_s);
    double span = end - later(w->now_s, w->model->counted_from_s);
    if (span < 0.0)
        return; /* over before the counted days */
    struct sc_work_tally *work = &w->work[pool * w->model->scenario->channel_count + channel];
    work->busy_s += span;
    work->contacts += w->counted_day >= 0;
    if (w->timed)
        add_by_interval(w, w->now_s, end, &w->timed->pool[pool * w->timed->count].busy_us,
                        sizeof(struct sc_interval_pool), 1);
}

double sc_tally_shared(struct sc_workspace *w, uint32_t pool, uint32_t channel, double from_s, double to_s,
                       double parts)
{
    double span = earlier(to_s, w->model->end_s) - later(from_s, w->model->counted_from_s);
    if (span <= 0.0)
        return 0.0;
    w->work[pool * w->model->scenario->channel_count + channel].busy_s += span * parts;
    return span;
}

void sc_tally_shared_busy(struct sc_workspace *w, uint32_t pool, double from_s, double to_s)
{
    if (w->timed)
        add_by_interval(w, from_s, to_s, &w->timed->pool[pool * w->timed->count].busy_us,
                        sizeof(struct sc_interval_pool), 1);
}

void sc_tally_begun(struct sc_workspace *w, uint32_t pool, uint32_t channel)
{
    w->work[pool * w->model->scenario->channel_count + channel].contacts += w->counted_day >= 0;
}

void sc_tally_heads(struct sc_workspace *w, uint32_t pool, double from_s, double to_s, int heads, int paid)
{
    struct sc_interval_pool *first = &w->timed->pool[pool * w->timed->count];
    add_by_interval(w, from_s, to_s, &first->present_us, sizeof *first, heads);
    add_by_interval(w, from_s, to_s, &first->scheduled_us, sizeof *first, paid);
}

/* --- by interval, and for observers --- */

void sc_tally_handled(struct sc_workspace *w, const struct contact *contact, double duration_s)
{
    struct sc_interval_cell *cell = interval_of(w, contact);
    if (!cell)
        return;
    cell->handle_us += (int64_t)(duration_s * 1e6 + 0.5);
    cell->handlings++;
}

void sc_tally_observe(struct sc_workspace *w, const struct contact *contact, enum sc_outcome outcome, int pool,
                      double handle_s, double wrap_up_s)
{
    if (__builtin_expect(!w->observer, 1))
        return;
    struct sc_contact_record record = {.key = contact->key,
                                       .type = contact->type,
                                       .pool = pool,
                                       .outcome = outcome,
                                       .follow_up = contact->follow_up != 0,
                                       .counted = contact->cell != w->warmup_cell,
                                       .arrived_s = contact->arrived_s,
                                       .joined_s = contact->joined_s,
                                       .left_s = w->now_s,
                                       .handle_s = handle_s,
                                       .wrap_up_s = wrap_up_s};
    w->observer->contact(w->observer->context, &record);
}

/* --- beginning and end of a replication --- */

void sc_tally_begin(struct sc_workspace *w, struct sc_replication *replication)
{
    sc_watch_begin(w);
    w->timed = w->intervals && !w->intervals->counts_only ? w->intervals : NULL;
    const struct sc_scenario *scenario = w->model->scenario;
    size_t days = (size_t)w->model->days;
    memset(w->tally, 0, (w->model->type_count * days + 1) * sizeof *w->tally);
    memset(w->channel_most, 0, scenario->channel_count * days * sizeof *w->channel_most);
    memset(w->channel_open_s, 0, scenario->channel_count * days * sizeof *w->channel_open_s);
    memset(w->pool_tally, 0, scenario->pool_count * sizeof *w->pool_tally);
    memset(w->work, 0, scenario->pool_count * scenario->channel_count * sizeof *w->work);
    w->wait_histogram = replication->wait_histogram;
    w->response_histogram = replication->response_histogram;
    if (w->response_histogram)
        memset(w->response_histogram, 0, w->model->type_count * SC_HISTOGRAM_CELLS * sizeof *w->response_histogram);
    memset(w->wait_histogram, 0, w->model->type_count * SC_HISTOGRAM_CELLS * sizeof *w->wait_histogram);
}

/* Those who still wait: open, and late if they have waited longer than T. What was begun or called back has been
   counted otherwise. */
static void count_waiting(struct sc_workspace *w)
{
    for (size_t t = 0; t < w->model->type_count; t++)
        for (uint32_t i = w->queue[t].head; i != SC_NONE; i = w->contact[i].next) {
            const struct contact *contact = &w->contact[i];
            sc_tally_stay(w, (uint32_t)t, contact->begun ? w->work_left[i].queued_s : contact->joined_s);
            if (contact->begun)
                sc_shared_unanswered(w, i);
            else if (!contact->touch && !contact->callback)
                sc_life_count_open(w, contact);
        }
    for (uint32_t i = 0; i < w->timer_count; i++)
        if (w->timer[i].kind == TIMER_AUTOMATED)
            tally_of(w, &w->contact[w->timer[i].contact])->in_automation_at_end++;
}

/* Field by field: sums, and the largest of maxima. All fields are doubles. */
static void tally_add(struct sc_tally *sum, const struct sc_tally *part)
{
    double queue_max = later(sum->queue_max, part->queue_max);
    double oldest_max_s = later(sum->oldest_max_s, part->oldest_max_s);
    double wait_max_s = later(sum->wait_max_s, part->wait_max_s);
    double *to = (double *)sum;
    const double *from = (const double *)part;
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        to[i] += from[i];
    sum->queue_max = queue_max;
    sum->oldest_max_s = oldest_max_s;
    sum->wait_max_s = wait_max_s;
}

/* What plain_begin and sc_plain_new leave for the end; all that came are new where patience lapses. */
static void complete_plain(const struct sc_workspace *w, const struct sc_type *type, struct sc_tally *tally)
{
    if (w->lapses)
        tally->demand = tally->arrivals = tally->offered;
    tally->handlings = tally->resolved = tally->answered;
    tally->judged_answered = type->judged ? tally->answered : 0.0;
    tally->answered_within = type->judged ? tally->answered_within : 0.0;
    tally->resolution_s = tally->wait_answered_s + tally->handle_s;
}

static void sum_channel(struct sc_workspace *w, size_t channel, struct sc_replication *replication)
{
    const struct sc_model_channel *c = &w->model->channels[channel];
    size_t days = (size_t)w->model->days;
    struct sc_tally *whole = &replication->channel[channel];
    *whole = (struct sc_tally){.demand = 0.0};
    for (size_t t = c->first_type; t < c->first_type + c->types; t++)
        replication->type[t] = (struct sc_tally){.demand = 0.0};
    for (size_t day = 0; day < days; day++) {
        struct sc_tally *by_day = &replication->day[channel * days + day];
        *by_day = (struct sc_tally){.demand = 0.0};
        for (size_t t = c->first_type; t < c->first_type + c->types; t++) {
            struct sc_tally *part = &w->tally[t * days + day];
            if (w->model->types[t].plain && !w->watched)
                complete_plain(w, &w->model->types[t], part);
            part->queue_open_s = w->channel_open_s[channel * days + day];
            tally_add(&replication->type[t], part);
            tally_add(by_day, part);
        }
        by_day->queue_open_s = w->channel_open_s[channel * days + day];
        by_day->queue_max = w->channel_most[channel * days + day];
        tally_add(whole, by_day);
    }
}

static void sum_pool(struct sc_workspace *w, uint32_t pool, struct sc_replication *replication)
{
    size_t channels = w->model->scenario->channel_count, days = (size_t)w->model->days;
    for (size_t i = 0; i < channels; i++)
        replication->work[pool * channels + i] = w->work[pool * channels + i];
    replication->pool[pool] = pool_now(w, pool);
    /* Of the sums until each midnight the differences; all fields are doubles. */
    for (size_t day = 0; day < days; day++) {
        const double *until = (const double *)&w->pool_until[pool * days + day];
        const double *before = day > 0 ? (const double *)&w->pool_until[pool * days + day - 1] : NULL;
        double *of_day = (double *)&replication->pool_day[pool * days + day];
        for (size_t i = 0; i < sizeof(struct sc_pool_tally) / sizeof(double); i++)
            of_day[i] = until[i] - (before ? before[i] : 0.0);
    }
}

void sc_tally_finish(struct sc_workspace *w, struct sc_replication *replication)
{
    const struct sc_scenario *scenario = w->model->scenario;
    size_t days = (size_t)w->model->days;
    count_waiting(w);
    sc_shared_finish(w);
    end_day(w, days - 1);
    for (uint32_t i = 0; i < scenario->channel_count; i++) {
        sc_tally_averaging(w, i, false);
        sum_channel(w, i, replication);
    }
    for (uint32_t i = 0; i < scenario->pool_count; i++)
        sum_pool(w, i, replication);
    memcpy(replication->midnight, w->midnight, scenario->channel_count * days * sizeof *w->midnight);
    sc_watch_finish(w, replication);
    for (size_t i = 0; w->lapses && i <= w->model->type_count * days; i++)
        w->arrived += w->tally[i].offered;
    replication->contacts_simulated = w->arrived;
    /* Answered at once: what no cell has counted. */
    for (size_t t = 0; t < w->model->type_count; t++) {
        uint32_t *cell = &replication->wait_histogram[t * SC_HISTOGRAM_CELLS];
        uint64_t waited = 0;
        for (size_t i = 0; i < SC_HISTOGRAM_CELLS; i++)
            waited += cell[i];
        cell[0] += (uint32_t)((uint64_t)replication->type[t].answered - waited);
    }
}

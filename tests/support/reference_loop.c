/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/reference_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void *grown(void *list, size_t used, size_t *room, size_t size)
{
    if (used < *room)
        return list;
    *room = *room ? 2 * *room : 64;
    list = realloc(list, *room * size);
    assert_non_null(list);
    return list;
}

/* --- what is known beforehand: new contacts and the calendar --- */

/* A Poisson process of piecewise constant rate, numbered afresh each day. */
static void arrivals_of_day(struct ref *r, int channel, int day, double *own_rates)
{
    const struct sc_model_channel *m = &r->model->channels[channel];
    struct sc_rates rates;
    sc_demand_day(r->model, (size_t)channel, day, r->key, own_rates, &rates);
    assert_false(rates.replay);
    uint64_t key = sc_key(sc_key(r->key, m->key), (uint64_t)(r->model->first_day + day));
    double midnight = day * SC_DAY_S, at = midnight + rates.from_s;
    uint64_t order = 0, own = sc_key(key, order++);
    double amount = sc_quantile(r->model->unit_exponential, sc_key(own, SC_FOR_ARRIVAL));
    for (size_t i = 0; i < rates.pieces;) {
        double rate = rates.rate[i] * rates.factor, next = at + amount / rate;
        if (!(next < midnight + rates.end_s[i])) {
            amount -= (midnight + rates.end_s[i] - at) * rate;
            at = midnight + rates.end_s[i++];
            continue;
        }
        at = next;
        r->arrival = grown(r->arrival, r->arrivals, &r->arrival_room, sizeof *r->arrival);
        r->arrival[r->arrivals++] = (struct ref_new){sc_tick(next - 0x1p-21), own, channel};
        own = sc_key(key, order++);
        amount = sc_quantile(r->model->unit_exponential, sc_key(own, SC_FOR_ARRIVAL));
    }
}

static int new_compare(const void *a, const void *b)
{
    const struct ref_new *x = a, *y = b;
    return x->at != y->at ? (x->at < y->at ? -1 : 1) : x->channel - y->channel;
}

static void entry_add(struct ref *r, struct ref_entry entry)
{
    r->entry = grown(r->entry, r->entries, &r->entry_room, sizeof *r->entry);
    r->entry[r->entries++] = entry;
}

static void calendar_of_day(struct ref *r, int day, struct sc_level *levels)
{
    double midnight = day * SC_DAY_S, from, to;
    for (int p = 0; p < (int)r->scenario->pool_count; p++) {
        size_t count = sc_roster_day(r->model, (size_t)p, day, r->key, levels);
        for (size_t i = 0; i < count; i++)
            entry_add(r, (struct ref_entry){midnight + levels[i].at_s, REF_LEVEL, p, levels[i].heads, levels[i].paid});
    }
    for (int c = 0; c < (int)r->scenario->channel_count; c++) {
        if (!sc_channel_hours(r->model, (size_t)c, day, &from, &to))
            continue;
        double next_from, next_to;
        bool goes_on = to == SC_DAY_S && day + 1 < sc_model_days(r->model) &&
                       sc_channel_hours(r->model, (size_t)c, day + 1, &next_from, &next_to) && next_from == 0.0;
        entry_add(r, (struct ref_entry){midnight + sc_tick(from), REF_OPEN, c, 0, 0});
        if (!goes_on)
            entry_add(r,
                      (struct ref_entry){midnight + sc_tick(to), to == SC_DAY_S ? REF_MIDNIGHT : REF_CLOSE, c, 0, 0});
    }
}

static int entry_compare(const void *a, const void *b)
{
    const struct ref_entry *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : x->index - y->index;
}

static void prepare(struct ref *r, uint64_t number)
{
    const struct sc_model *m = r->model;
    size_t most = 1;
    r->key = sc_key(m->seed_key, number);
    for (size_t p = 0; p < r->scenario->pool_count; p++) {
        most = m->pools[p].levels_most > most ? m->pools[p].levels_most : most;
        r->agents += m->pools[p].heads_most;
    }
    struct sc_level *levels = calloc(most, sizeof *levels);
    size_t pieces = sc_demand_pieces_most(m);
    double *own_rates = pieces > 0 ? calloc(2 * pieces, sizeof *own_rates) : NULL;
    r->agent = calloc((size_t)r->agents + 1, sizeof *r->agent);
    r->level = calloc(r->scenario->pool_count, sizeof(int));
    r->paid = calloc(r->scenario->pool_count, sizeof(int));
    r->open = calloc(r->scenario->channel_count, sizeof(bool));
    r->lines_used = calloc(r->scenario->trunk_count + 1, sizeof(int));
    assert_true(levels && (own_rates || pieces == 0) && r->agent && r->level && r->paid && r->open && r->lines_used);
    for (int day = 0; day < sc_model_days(m); day++) {
        calendar_of_day(r, day, levels);
        for (int c = 0; c < (int)r->scenario->channel_count; c++)
            arrivals_of_day(r, c, day, own_rates);
    }
    free(levels);
    free(own_rates);
    qsort(r->entry, r->entries, sizeof *r->entry, entry_compare);
    if (r->arrivals)
        qsort(r->arrival, r->arrivals, sizeof *r->arrival, new_compare);
    int a = 0;
    for (int p = 0; p < (int)r->scenario->pool_count; p++)
        for (int i = 0; i < m->pools[p].heads_most; i++)
            r->agent[a++] = (struct ref_agent){
                .pool = p,
                .assigned = -INFINITY,
                .factor =
                    m->pools[p].head_speed
                        ? sc_quantile(m->pools[p].head_speed,
                                      sc_key(sc_key(sc_key(r->key, m->pools[p].key), SC_FOR_HEAD_SPEED), (uint64_t)i))
                        : 1.0};
}

static void give_class(const struct ref *r, struct ref_contact *c, int channel)
{
    const struct sc_model_channel *m = &r->model->channels[channel];
    double u = sc_uniform(sc_key(c->key, SC_FOR_CLASS)), until = 0.0;
    c->type = (int)m->first_type;
    for (size_t i = 0; i < m->channel->class_count; i++) {
        until += m->channel->classes[i].share;
        if (u < until) {
            c->type += 1 + (int)i;
            break;
        }
    }
    c->cell = ref_cell_now(r, c->type);
    cell_of(r, c)->demand++;
    cell_of(r, c)->arrivals++;
    r->story->contacts++;
}

/* Those that wait at the very beginning: one in each equal part of the age, the oldest first. */
static void backlog(struct ref *r)
{
    for (int channel = 0; channel < (int)r->scenario->channel_count; channel++) {
        const struct sc_backlog *b = &r->scenario->channels[channel].backlog;
        uint64_t key = sc_key(sc_key(r->key, r->model->channels[channel].key), SC_FOR_BACKLOG);
        for (double i = b->count; i > 0.0; i--) {
            struct ref_contact *c = ref_new_contact(r);
            c->key = sc_key(key, (uint64_t)i);
            give_class(r, c, channel);
            cell_of(r, c)->offered++;
            c->arrived = c->joined = -sc_tick(b->age_s * (i - sc_uniform(sc_key(c->key, SC_FOR_BACKLOG))) / b->count);
            ref_enqueue(r, c);
        }
    }
}

/* --- what comes next --- */

/* At one instant in this order; the calendar before all. */
enum ref_order { COMPLETION, OPENS, DIVERTS, PATIENCE, ARRIVAL };
struct ref_event {
    double at;
    enum ref_order order;
    int channel;
    uint32_t serial;
    struct ref_contact *contact; /* NULL: a new one */
    int index;                   /* of the diversion */
};

static bool event_before(const struct ref_event *a, const struct ref_event *b)
{
    if (a->at != b->at)
        return a->at < b->at;
    if (a->order != b->order)
        return a->order < b->order;
    return a->channel != b->channel ? a->channel < b->channel : a->serial < b->serial;
}

/* The first of what may happen to a waiting contact after some wait and has not: pools open to it, diversions are
 * tried. */
static void stage_next(const struct ref *r, const struct ref_contact *c, struct ref_event *event)
{
    const struct sc_service *service = service_of(r, c);
    double first = INFINITY;
    for (int p = 0; p < (int)r->scenario->pool_count; p++) {
        const struct sc_skill *skill = ref_skill(r, p, c->type);
        if (!skill || !(skill->after_s > 0.0) || c->opened[p] || !(sc_tick(skill->after_s) < first))
            continue;
        first = sc_tick(skill->after_s);
        event->order = OPENS;
    }
    for (int d = 0; d < (int)service->diverts; d++) {
        if (service->divert[d].after_wait_s < 0.0 || c->tried[d] || !(sc_tick(service->divert[d].after_wait_s) < first))
            continue;
        first = sc_tick(service->divert[d].after_wait_s);
        event->order = DIVERTS;
        event->index = d;
    }
    event->at = fmax(r->now, c->joined + first);
}

static struct ref_event event_of(const struct ref *r, struct ref_contact *c)
{
    struct ref_event event = {INFINITY, COMPLETION, type_of(r, c)->channel, c->serial, c, 0};
    if (c->place == PLANNED || c->place == HELD || c->place == WITH_BOT) {
        event.at = c->until;
        event.order = c->place == PLANNED ? ARRIVAL : COMPLETION;
    } else if (c->place == QUEUED && !c->begun) {
        stage_next(r, c, &event);
        if (c->patience_at < event.at) {
            event.at = c->patience_at;
            event.order = PATIENCE;
        }
    }
    return event;
}

static struct ref_event find_next(const struct ref *r)
{
    struct ref_event next = {INFINITY, ARRIVAL, INT32_MAX, UINT32_MAX, NULL, 0};
    if (r->at_arrival < r->arrivals) {
        next.at = r->arrival[r->at_arrival].at;
        next.channel = r->arrival[r->at_arrival].channel;
    }
    for (size_t i = 0; i < r->contacts; i++) {
        struct ref_event event = event_of(r, r->contact[i]);
        if (event_before(&event, &next))
            next = event;
    }
    return next;
}

/* --- time passes --- */

static void pass_agents(struct ref *r, double span)
{
    size_t channels = r->scenario->channel_count;
    for (int p = 0; p < (int)r->scenario->pool_count; p++) {
        struct sc_pool_tally *t = &r->story->pool[p];
        int busy = 0;
        for (int a = 0; a < r->agents; a++) {
            int held = 0;
            bool interruptible = false;
            for (size_t i = 0; i < r->contacts && r->agent[a].pool == p; i++)
                if (r->contact[i]->place == HELD && r->contact[i]->agent == a) {
                    held++;
                    interruptible = !r->contact[i]->alone && r->contact[i]->skill->interruptible;
                }
            for (size_t i = 0; i < r->contacts && held > 0; i++)
                if (r->contact[i]->place == HELD && r->contact[i]->agent == a)
                    r->story->work[(size_t)p * channels + (size_t)type_of(r, r->contact[i])->channel].busy_s +=
                        span / held;
            busy += r->agent[a].pool == p && r->agent[a].here && !r->agent[a].idle;
            t->busy_s += held > 0 ? span : 0.0;
            t->holding_s += span * held;
            t->live_busy_s += held > 0 && !interruptible ? span : 0.0;
        }
        t->scheduled_s += span * r->paid[p];
        t->present_s += span * r->level[p];
        t->overtime_s += busy > r->level[p] ? span * (busy - r->level[p]) : 0.0;
    }
}

static void pass_until(struct ref *r, double to)
{
    double span = to - fmax(r->now, r->model->counted_from_s);
    if (span > 0.0) {
        pass_agents(r, span);
        for (size_t i = 0; i < r->contacts; i++)
            if (ref_is_waiting(r->contact[i]))
                r->story->queue_s[r->contact[i]->type] += span;
    }
    r->now = to;
}

/* --- events --- */

static void close_channel(struct ref *r, int channel)
{
    r->open[channel] = false;
    for (int t = 0; t < (int)r->model->type_count; t++)
        for (;;) { /* in the order of the queue: the longest wait first */
            struct ref_contact *first = NULL;
            for (size_t i = 0; i < r->contacts && r->model->types[t].channel == channel; i++) {
                struct ref_contact *c = r->contact[i];
                if (c->place == QUEUED && c->type == t && !c->touch && !c->begun && !c->callback &&
                    service_of(r, c)->at_close == SC_DISMISS &&
                    (!first || c->joined < first->joined ||
                     (c->joined == first->joined && c->join_order < first->join_order)))
                    first = c;
            }
            if (!first)
                break;
            ref_lose(r, first);
            ref_gone(r, first, &cell_of(r, first)->dismissed, SC_OUTCOME_DISMISSED);
        }
}

static void play_calendar(struct ref *r)
{
    const struct ref_entry *entry = &r->entry[r->at_entry++];
    r->look = r->look || entry->kind == REF_LEVEL;
    if (entry->kind == REF_LEVEL)
        ref_set_level(r, entry->index, entry->heads, entry->paid);
    else if (entry->kind == REF_OPEN)
        r->open[entry->index] = true;
    else
        close_channel(r, entry->index);
}

static void pool_opens(struct ref *r, struct ref_contact *c)
{
    double first = INFINITY;
    for (int turn = 0; turn < 2; turn++)
        for (int p = 0; p < (int)r->scenario->pool_count; p++) {
            const struct sc_skill *skill = ref_skill(r, p, c->type);
            if (!skill || !(skill->after_s > 0.0) || c->opened[p])
                continue;
            if (turn == 0)
                first = fmin(first, sc_tick(skill->after_s));
            else
                c->opened[p] = sc_tick(skill->after_s) == first;
        }
    ref_offer(r, c);
}

static void divert_waiting(struct ref *r, struct ref_contact *c, int index)
{
    const struct sc_divert *d = &service_of(r, c)->divert[index];
    c->tried[index] = true;
    if (c->diverted_waiting || c->touch || c->callback || !ref_happens(d->share, c, SC_FOR_DIVERT + (uint64_t)index))
        return;
    ref_count_late(r, c);
    ref_gone(r, c, &cell_of(r, c)->diverted_waiting, SC_OUTCOME_DIVERTED_WAITING);
    ref_move(r, c, SC_FOLLOW_DIVERT_WAITING, d->to);
}

static void new_comes(struct ref *r)
{
    const struct ref_new *n = &r->arrival[r->at_arrival++];
    struct ref_contact *c = ref_new_contact(r);
    c->key = n->key;
    c->arrived = r->now;
    give_class(r, c, n->channel);
    ref_arrive(r, c);
}

static void follow_up_comes(struct ref *r, struct ref_contact *c)
{
    if (c->touch) {
        ref_join_touch(r, c);
        return;
    }
    c->cell = ref_cell_now(r, c->type);
    cell_of(r, c)->arrivals++;
    r->story->contacts++;
    if (c->follow_up == SC_FOLLOW_RETURN || c->follow_up == SC_FOLLOW_TRANSFER)
        c->diverted_joining = true; /* straight to the queue */
    if (c->follow_up == SC_FOLLOW_RETRY || c->follow_up == SC_FOLLOW_RECONTACT)
        ref_arrive(r, c);
    else
        ref_join(r, c);
}

static void play_event(struct ref *r, const struct ref_event *event)
{
    struct ref_contact *c = event->contact;
    if (!c) {
        new_comes(r);
    } else if (c->place == PLANNED) {
        follow_up_comes(r, c);
    } else if (c->place == WITH_BOT) {
        ref_bot_done(r, c);
    } else if (c->place == HELD) {
        ref_part_over(r, c);
    } else if (event->order == OPENS) {
        pool_opens(r, c);
    } else if (event->order == DIVERTS) {
        divert_waiting(r, c, event->index);
    } else {
        ref_lose(r, c);
        ref_gone(r, c, &cell_of(r, c)->abandoned, SC_OUTCOME_ABANDONED);
        ref_try_again(r, c);
    }
}

/* --- the end --- */

static void count_rest(struct ref *r)
{
    for (size_t i = 0; i < r->contacts; i++) {
        struct ref_contact *c = r->contact[i];
        bool deferred = type_of(r, c)->kind == SC_DEFERRED && !c->touch && !c->callback;
        cell_of(r, c)->in_automation_at_end += c->place == WITH_BOT;
        if (deferred && !c->left && c->place == HELD && c->alone && c->until == r->now)
            ref_respond(r, c, r->now); /* goes out with the last stroke of the clock */
        else if (deferred && !c->left && (c->place == HELD || c->place == PUT_DOWN || (c->place == QUEUED && c->begun)))
            ref_count_late(r, c);
    }
    for (int t = 0; t < (int)r->model->type_count; t++)
        for (;;) {
            struct ref_contact *first = NULL;
            for (size_t i = 0; i < r->contacts; i++) {
                struct ref_contact *c = r->contact[i];
                if (c->place == QUEUED && c->type == t && !c->begun && !c->touch && !c->callback &&
                    (!first || c->joined < first->joined ||
                     (c->joined == first->joined && c->join_order < first->join_order)))
                    first = c;
            }
            if (!first)
                break;
            ref_count_late(r, first);
            ref_gone(r, first, &cell_of(r, first)->open_at_end, SC_OUTCOME_OPEN);
        }
}

static void release(struct ref *r)
{
    for (size_t i = 0; i < r->contacts; i++)
        free(r->contact[i]);
    free(r->contact);
    free(r->agent);
    free(r->level);
    free(r->paid);
    free(r->open);
    free(r->lines_used);
    free(r->entry);
    free(r->arrival);
}

/* Agents with a slot choose: what stood before a waiting chat may be gone. */
static bool chat_taken(struct ref *r)
{
    for (int t = 0; t < (int)r->model->type_count; t++) {
        struct ref_contact *head = NULL;
        for (size_t i = 0; i < r->contacts && r->model->types[t].kind == SC_CHAT; i++) {
            struct ref_contact *c = r->contact[i];
            if (c->place == QUEUED && c->type == t &&
                (!head || c->joined < head->joined || (c->joined == head->joined && c->join_order < head->join_order)))
                head = c;
        }
        if (head && ref_find(r, head) >= 0) {
            ref_offer(r, head);
            return true;
        }
    }
    return false;
}

void reference_play(const struct sc_model *model, uint64_t number, struct reference_story *story)
{
    const struct sc_scenario *scenario = model->scenario;
    struct ref r = {.model = model, .scenario = scenario, .story = story};
    assert_true(scenario->pool_count <= REF_POOLS);
    *story =
        (struct reference_story){.tally = calloc(model->type_count * (size_t)model->days + 1, sizeof *story->tally),
                                 .queue_s = calloc(model->type_count, sizeof *story->queue_s),
                                 .pool = calloc(scenario->pool_count, sizeof *story->pool),
                                 .work = calloc(scenario->pool_count * scenario->channel_count, sizeof *story->work)};
    assert_true(story->tally && story->queue_s && story->pool && story->work);
    prepare(&r, number);
    backlog(&r);
    for (;;) {
        struct ref_event event = find_next(&r);
        double calendar = r.at_entry < r.entries ? r.entry[r.at_entry].at : INFINITY;
        double at = calendar <= event.at ? calendar : event.at;
        if (!(at < model->end_s))
            break;
        pass_until(&r, at);
        if (calendar <= event.at)
            play_calendar(&r);
        else
            play_event(&r, &event);
        while (r.look && chat_taken(&r))
            continue;
        r.look = false;
        ref_sweep(&r);
    }
    pass_until(&r, model->end_s);
    count_rest(&r);
    release(&r);
}

void reference_release(struct reference_story *story)
{
    free(story->record);
    free(story->tally);
    free(story->queue_s);
    free(story->pool);
    free(story->work);
}

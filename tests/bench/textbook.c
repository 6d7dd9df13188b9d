/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A waiting contact has its abandonment in the heap. When an agent takes the contact first, the event stays there
 * and is passed over when its time comes, which is cheaper than taking it out of the middle; the contact's record
 * is kept until then. A contact that is answered at once has no record.
 */
#include "bench/textbook.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { ARRIVAL, COMPLETION, ABANDONMENT, STAFFING };

struct event {
    double time_s;
    uint32_t kind;
    uint32_t index; /* type, group or contact */
};

struct contact {
    double arrived_s;
    uint32_t previous, next; /* in the queue of the type, or (next) in the list of free records */
    int type;
    bool waiting;
};

enum { NOBODY = UINT32_MAX };

struct play {
    const struct textbook_centre *centre;
    struct textbook_figures *figures;
    gsl_rng *rng;
    double handle_mu[TEXTBOOK_TYPES], handle_sigma;
    struct event *heap;
    size_t events, heap_room;
    struct contact *contact;
    size_t contacts, contact_room;
    uint32_t free;
    uint32_t first[TEXTBOOK_TYPES], last[TEXTBOOK_TYPES];
    int busy[TEXTBOOK_GROUPS], staff[TEXTBOOK_GROUPS];
    size_t queue;
    uint32_t interval; /* since the beginning */
    uint32_t last_interval;
};

static void *grown(void *memory, size_t *room, size_t size)
{
    *room = *room ? 2 * *room : 256;
    memory = realloc(memory, *room * size);
    if (!memory) {
        fputs("textbook: out of memory\n", stderr);
        exit(4);
    }
    return memory;
}

static void heap_push(struct play *play, double time_s, enum kind kind, uint32_t index)
{
    if (play->events == play->heap_room)
        play->heap = grown(play->heap, &play->heap_room, sizeof *play->heap);
    struct event *heap = play->heap;
    size_t child = play->events++;
    while (child > 0) {
        size_t parent = (child - 1) / 2;
        if (heap[parent].time_s <= time_s)
            break;
        heap[child] = heap[parent];
        child = parent;
    }
    heap[child] = (struct event){time_s, kind, index};
}

static struct event heap_pop(struct play *play)
{
    struct event *heap = play->heap;
    struct event top = heap[0];
    struct event moved = heap[--play->events];
    size_t count = play->events, parent = 0;
    for (;;) {
        size_t child = 2 * parent + 1;
        if (child >= count)
            break;
        if (child + 1 < count && heap[child + 1].time_s < heap[child].time_s)
            child++;
        if (heap[child].time_s >= moved.time_s)
            break;
        heap[parent] = heap[child];
        parent = child;
    }
    heap[parent] = moved;
    return top;
}

static struct textbook_cell *cell_at(struct play *play, int type, double time_s)
{
    uint32_t interval = (uint32_t)(time_s / play->centre->interval_s);
    return &play->figures->cell[type][interval % play->centre->intervals];
}

static void queue_append(struct play *play, int type, double now_s)
{
    uint32_t id = play->free;
    if (id != NOBODY) {
        play->free = play->contact[id].next;
    } else {
        if (play->contacts == play->contact_room)
            play->contact = grown(play->contact, &play->contact_room, sizeof *play->contact);
        id = (uint32_t)play->contacts++;
    }
    play->contact[id] = (struct contact){now_s, play->last[type], NOBODY, type, true};
    if (play->last[type] != NOBODY)
        play->contact[play->last[type]].next = id;
    else
        play->first[type] = id;
    play->last[type] = id;
    if (++play->queue > play->figures->queue_max)
        play->figures->queue_max = play->queue;
    double patience_s = gsl_ran_exponential(play->rng, play->centre->patience_mean_s[type]);
    heap_push(play, now_s + patience_s, ABANDONMENT, id);
}

static void queue_remove(struct play *play, uint32_t id)
{
    struct contact *contact = &play->contact[id];
    if (contact->previous != NOBODY)
        play->contact[contact->previous].next = contact->next;
    else
        play->first[contact->type] = contact->next;
    if (contact->next != NOBODY)
        play->contact[contact->next].previous = contact->previous;
    else
        play->last[contact->type] = contact->previous;
    contact->waiting = false;
    play->queue--;
}

static void answer(struct play *play, int type, int group, double arrived_s, double now_s)
{
    double mean_s = play->centre->handle_mean_s[type];
    double handle_s = play->centre->lognormal
                          ? gsl_ran_lognormal(play->rng, play->handle_mu[type], play->handle_sigma)
                          : gsl_ran_exponential(play->rng, mean_s);
    double wait_s = now_s - arrived_s;
    struct textbook_cell *cell = cell_at(play, type, arrived_s);
    cell->answered++;
    cell->answered_in_20_s += wait_s <= 20;
    cell->wait_s += wait_s;
    cell->handle_s += handle_s;
    size_t second = (size_t)wait_s;
    play->figures->waits[type][second < TEXTBOOK_WAIT_CELLS ? second : TEXTBOOK_WAIT_CELLS - 1]++;
    play->figures->busy_s[group] += handle_s;
    play->busy[group]++;
    heap_push(play, now_s + handle_s, COMPLETION, (uint32_t)group);
}

/* A group with a free agent takes the first contact of the type that it prefers; false: none waits. */
static bool take_waiting(struct play *play, int group, double now_s)
{
    for (const int *type = play->centre->types_of_group[group]; *type >= 0; type++) {
        uint32_t id = play->first[*type];
        if (id != NOBODY) {
            queue_remove(play, id);
            answer(play, *type, group, play->contact[id].arrived_s, now_s);
            return true;
        }
    }
    return false;
}

/* A unit-rate Poisson process read on the clock of the cumulated rate, interval by interval. */
static void schedule_arrival(struct play *play, int type, double now_s)
{
    const struct textbook_centre *centre = play->centre;
    double needed = gsl_ran_exponential(play->rng, 1);
    uint32_t interval = (uint32_t)(now_s / centre->interval_s);
    for (; interval < play->last_interval; interval++) {
        double rate_per_s = centre->rate_per_s[type][interval % centre->intervals];
        double end_s = (double)(interval + 1) * centre->interval_s;
        double held = (end_s - now_s) * rate_per_s;
        if (needed < held) {
            heap_push(play, now_s + needed / rate_per_s, ARRIVAL, (uint32_t)type);
            return;
        }
        needed -= held;
        now_s = end_s;
    }
}

static void arrive(struct play *play, int type, double now_s)
{
    schedule_arrival(play, type, now_s);
    cell_at(play, type, now_s)->offered++;
    for (const int *group = play->centre->groups_of_type[type]; *group >= 0; group++) {
        if (play->busy[*group] < play->staff[*group]) {
            answer(play, type, *group, now_s, now_s);
            return;
        }
    }
    play->figures->waited++;
    queue_append(play, type, now_s);
}

static void abandon(struct play *play, uint32_t id, double now_s)
{
    struct contact *contact = &play->contact[id];
    if (contact->waiting) {
        struct textbook_cell *cell = cell_at(play, contact->type, contact->arrived_s);
        cell->abandoned++;
        cell->wait_s += now_s - contact->arrived_s;
        queue_remove(play, id);
    }
    contact->next = play->free;
    play->free = id;
}

static void change_staffing(struct play *play, double now_s)
{
    const struct textbook_centre *centre = play->centre;
    if (play->interval == play->last_interval)
        return; /* after the last interval its agents stay until the queues are empty */
    for (size_t group = 0; group < centre->groups; group++) {
        play->staff[group] = centre->staff[group][play->interval % centre->intervals];
        play->figures->staffed_s[group] += play->staff[group] * centre->interval_s;
        while (play->busy[group] < play->staff[group] && take_waiting(play, (int)group, now_s))
            continue;
    }
    play->interval++;
    heap_push(play, (double)play->interval * centre->interval_s, STAFFING, 0);
}

static void play_timeline(struct play *play, uint32_t intervals)
{
    play->last_interval = intervals;
    play->interval = 0;
    for (size_t type = 0; type < play->centre->types; type++)
        schedule_arrival(play, (int)type, 0);
    change_staffing(play, 0);
    while (play->events > 0) {
        struct event event = heap_pop(play);
        switch ((enum kind)event.kind) {
        case ARRIVAL:
            arrive(play, (int)event.index, event.time_s);
            break;
        case COMPLETION:
            play->busy[event.index]--;
            if (play->busy[event.index] < play->staff[event.index])
                take_waiting(play, (int)event.index, event.time_s);
            break;
        case ABANDONMENT:
            abandon(play, event.index, event.time_s);
            break;
        case STAFFING:
            change_staffing(play, event.time_s);
            break;
        }
    }
}

void textbook_play(const struct textbook_centre *centre, int days, unsigned long seed,
                   struct textbook_figures *figures)
{
    struct play play = {.centre = centre, .figures = figures, .free = NOBODY};
    play.rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(play.rng, seed);
    /* lognormal of mean m and coefficient of variation c: sigma^2 = ln(1 + c^2), mu = ln m - sigma^2 / 2 */
    play.handle_sigma = sqrt(log1p(centre->handle_cv * centre->handle_cv));
    for (size_t type = 0; type < centre->types; type++) {
        play.handle_mu[type] = log(centre->handle_mean_s[type]) - play.handle_sigma * play.handle_sigma / 2;
        play.first[type] = play.last[type] = NOBODY;
    }
    if (centre->repeats) {
        play_timeline(&play, (uint32_t)days * centre->intervals);
    } else {
        for (int day = 0; day < days; day++)
            play_timeline(&play, centre->intervals);
    }
    free(play.heap);
    free(play.contact);
    gsl_rng_free(play.rng);
}

struct textbook_cell textbook_total(const struct textbook_figures *figures)
{
    struct textbook_cell total = {0};
    for (size_t type = 0; type < TEXTBOOK_TYPES; type++) {
        for (size_t interval = 0; interval < TEXTBOOK_INTERVALS; interval++) {
            const struct textbook_cell *cell = &figures->cell[type][interval];
            total.offered += cell->offered;
            total.answered += cell->answered;
            total.answered_in_20_s += cell->answered_in_20_s;
            total.abandoned += cell->abandoned;
            total.wait_s += cell->wait_s;
            total.handle_s += cell->handle_s;
        }
    }
    return total;
}

struct textbook_centre textbook_w1(void)
{
    struct textbook_centre centre = {
        .types = 1, .groups = 1, .intervals = 48, .interval_s = 1800, .handle_cv = 1, .repeats = true,
        .handle_mean_s = {300}, .patience_mean_s = {180},
        .groups_of_type = {{0, -1}}, .types_of_group = {{0, -1}},
    };
    for (size_t interval = 0; interval < centre.intervals; interval++) {
        centre.rate_per_s[0][interval] = 10.0 / 60;
        centre.staff[0][interval] = 50;
    }
    return centre;
}

struct textbook_centre textbook_w2(void)
{
    /* in tenths, so that the numbers of agents are those of exact arithmetic */
    static const int profile[20] = {5, 7, 9, 11, 13, 14, 14, 13, 11, 10, 10, 11, 12, 12, 11, 10, 9, 7, 6, 5};
    static const double per_h[TEXTBOOK_TYPES] = {300, 200, 100};
    struct textbook_centre centre = {
        .types = 3, .groups = 3, .intervals = 20, .interval_s = 1800, .lognormal = true, .handle_cv = .8,
        .handle_mean_s = {300, 240, 420}, .patience_mean_s = {120, 180, 240},
        .groups_of_type = {{0, 2, -1}, {1, 2, -1}, {2, -1}},
        .types_of_group = {{0, -1}, {1, -1}, {2, 0, 1, -1}},
    };
    for (size_t interval = 0; interval < centre.intervals; interval++) {
        for (size_t type = 0; type < centre.types; type++)
            centre.rate_per_s[type][interval] = per_h[type] * profile[interval] / 10 / 3600;
        /* loads of 25, 40/3 and 35/3 erlang times the profile; ceilings of .9 a0, .9 a1 and 1.05 a2 + .15 (a0 + a1) */
        centre.staff[0][interval] = (225 * profile[interval] + 99) / 100;
        centre.staff[1][interval] = (12 * profile[interval] + 9) / 10;
        centre.staff[2][interval] = (18 * profile[interval] + 9) / 10;
    }
    return centre;
}

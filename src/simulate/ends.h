/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ends of handling that lie ahead: one for each busy agent, earliest first.
 *
 * They are never called off, so two plain structures do; which one is faster depends on the number of agents, and the
 * one is chosen that was measured faster (results/benchmark.md).
 *
 * Few agents: a sorted array of doubles. Instants are multiples of 2^-20 s, and below the last of those bits a double
 * has room for the agent's number, so one double is the whole entry. Taking the first entry out and putting another one
 * in is a[j] = min(a[j + 1], max(a[j], new)) for all j: no branch to guess wrong, and processors do several j at once.
 *
 * Many agents: a binary heap. An agent that ends one contact mostly begins the next at once; the top is then replaced
 * in one sift.
 *
 * Ties: ends at one instant come in the order of the channels in the file, then of the contacts' numbers. Equal times
 * are rare, so both look at that only when they meet one.
 */
#ifndef SC_SIMULATE_ENDS_H
#define SC_SIMULATE_ENDS_H

#include <stdbool.h>
#include <stdint.h>

struct tie {
    uint32_t channel, serial;
};

static inline bool tie_before(struct tie a, struct tie b)
{
    return a.channel != b.channel ? a.channel < b.channel : a.serial < b.serial;
}

struct end {
    double at_s;
    uint32_t agent;
};

struct ends {
    bool sorted;     /* which of the two */
    bool first_open; /* the first entry is being played: the next one planned takes its place */
    uint32_t count;
    double next_s;   /* when the first one is; infinite where there is none */
    double never_s;  /* ends after the last instant of a simulation are all the same */
    struct tie *tie; /* by agent, of the contact in hand */
    /* the sorted array: entries first[0 … count - 1] stand against a wall of infinities */
    double *window, *wall, *first;
    void (*insert)(double *first, uint32_t count, double entry); /* the fastest that this processor can do */
    /* the heap */
    struct end *heap;
};

/* The most agents, and the last instant (194 days), for which the array serves: 8 bits under 2^-20 s, and one more to
   cut them off by rounding, leave 24 above. */
enum { ENDS_SORTED_AGENTS = 256 };
#define ENDS_SORTED_UNTIL_S 0x1p24
#define ENDS_AGENT_UNIT 0x1p-28

/* For so many agents and instants up to last_s; false where there is no memory. */
bool ends_new(struct ends *ends, uint32_t agents, double last_s);
void ends_release(struct ends *ends);
void ends_clear(struct ends *ends);

/* Brings the entry that is due by the tie rule to the front; called where the first two are at one instant. */
void ends_window_untie(struct ends *ends);
void ends_heap_sift_down(struct ends *ends, struct end entry);
void ends_heap_push(struct ends *ends, struct end entry);

/* An instant from an entry: the agent's bits cut off, by rounding down to the grid of ticks. */
static inline double ends_instant(double entry)
{
    const double shift = 0x1.8p32;
    return (entry - 0x0.ffp-21 + shift) - shift;
}

static inline void ends_find_next(struct ends *ends)
{
    if (__builtin_expect(ends->sorted, 1))
        ends->next_s = ends_instant(ends->first[0]);
    else
        ends->next_s = ends->count > 0 ? ends->heap[0].at_s : __builtin_inf();
}

/* Opens the first one: it is played, and gives way to the next that is planned. Returns its agent. */
static inline uint32_t ends_open(struct ends *ends)
{
    ends->first_open = true;
    if (!ends->sorted)
        return ends->heap[0].agent;
    if (__builtin_expect(ends->first[1] < ends->next_s + 0x1p-20, 0))
        ends_window_untie(ends);
    return (uint32_t)((ends->first[0] - ends->next_s) * (1.0 / ENDS_AGENT_UNIT));
}

/* One more, while no end is open. */
static inline void ends_add(struct ends *ends, double at_s, uint32_t agent)
{
    at_s = at_s < ends->never_s ? at_s : ends->never_s;
    if (__builtin_expect(ends->sorted, 1)) {
        *--ends->first = -1.0;
        ends->insert(ends->first, ++ends->count, at_s + agent * ENDS_AGENT_UNIT);
    } else {
        ends_heap_push(ends, (struct end){at_s, agent});
    }
    ends_find_next(ends);
}

/* In the place of the one that is open. */
static inline void ends_replace(struct ends *ends, double at_s, uint32_t agent)
{
    at_s = at_s < ends->never_s ? at_s : ends->never_s;
    if (__builtin_expect(ends->sorted, 1))
        ends->insert(ends->first, ends->count, at_s + agent * ENDS_AGENT_UNIT);
    else
        ends_heap_sift_down(ends, (struct end){at_s, agent});
    ends->first_open = false;
    ends_find_next(ends);
}

static inline void ends_plan(struct ends *ends, double at_s, uint32_t agent)
{
    if (ends->first_open)
        ends_replace(ends, at_s, agent);
    else
        ends_add(ends, at_s, agent);
}

/* Takes the opened one out if nothing has taken its place. */
static inline void ends_close(struct ends *ends)
{
    if (!ends->first_open)
        return;
    ends->first_open = false;
    ends->count--;
    if (ends->sorted)
        ends->first++;
    else if (ends->count > 0)
        ends_heap_sift_down(ends, ends->heap[ends->count]);
    ends_find_next(ends);
}

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of the second engine (reference_engine.h): the loop in reference_loop.c, contacts in reference_engine.c,
   agents in reference_agents.c. */
#ifndef STAFFCAST_TESTS_REFERENCE_INSIDE_H
#define STAFFCAST_TESTS_REFERENCE_INSIDE_H

#include "model/internal.h"
#include "support/reference_engine.h"

enum { REF_POOLS = 8, REF_DIVERTS = 8 };

enum ref_place { PLANNED, WITH_BOT, QUEUED, FOR_AGENT, HELD, PUT_DOWN, GONE };

struct ref_contact {
    uint64_t key;
    uint32_t serial;
    int type, cell;
    enum ref_place place;
    double arrived, joined, patience_at, until; /* until: planned, with the bot, or the part in hand */
    double case_arrived;
    int attempts, follow_up; /* -1: new */
    bool diverted_joining, diverted_waiting, touch, callback, begun, trunk;
    unsigned long join_order, begin_order;
    bool opened[REF_POOLS], tried[REF_DIVERTS];
    int agent; /* that it waits for, that has it, or that has put it down; -1 */
    /* in hand */
    const struct sc_skill *skill;
    bool alone, left;
    double handle, wrap_up, spent, left_at; /* still to do, of an agent of pace 1 (alone: of this one) */
};

struct ref_agent {
    int pool;
    bool here, idle;
    double idle_since, assigned, factor, accounted;
    unsigned long idle_order;
};

enum ref_calendar_kind { REF_MIDNIGHT, REF_LEVEL, REF_OPEN, REF_CLOSE };
struct ref_entry {
    double at;
    enum ref_calendar_kind kind;
    int index, heads, paid;
};

struct ref_new {
    double at;
    uint64_t key;
    int channel;
};

struct ref {
    const struct sc_model *model;
    const struct sc_scenario *scenario;
    struct reference_story *story;
    uint64_t key;
    double now;
    uint32_t serials;
    unsigned long joins, idles, begins;
    bool look;                    /* one has left a queue, or a roster has changed: agents with a slot choose */
    struct ref_contact **contact; /* those in the system */
    size_t contacts, room;
    struct ref_agent *agent;
    int agents;
    int *level, *paid; /* [pools] */
    bool *open;        /* [channels] */
    int *lines_used;   /* [trunks] */
    struct ref_entry *entry;
    size_t entries, at_entry, entry_room;
    struct ref_new *arrival;
    size_t arrivals, at_arrival, arrival_room;
};

static inline const struct sc_type *type_of(const struct ref *r, const struct ref_contact *c)
{
    return &r->model->types[c->type];
}

static inline const struct sc_service *service_of(const struct ref *r, const struct ref_contact *c)
{
    const struct sc_channel *channel = &r->scenario->channels[type_of(r, c)->channel];
    int k = type_of(r, c)->class_index;
    return k < 0 ? &channel->service : &channel->classes[k].service;
}

static inline struct sc_tally *cell_of(const struct ref *r, const struct ref_contact *c)
{
    return &r->story->tally[c->cell];
}

/* --- reference_agents.c --- */

/* The pool's skill for a type: that of its class, else the one without class; NULL: none. */
const struct sc_skill *ref_skill(const struct ref *r, int pool, int type);
/* The agent that a contact finds free, or -1. */
int ref_find(const struct ref *r, const struct ref_contact *c);
/* The same, or an agent taken off its interruptible work, which is put down by this; -1: none. */
int ref_agent_for(struct ref *r, struct ref_contact *c);
/* Whether an agent is free for a touch that waits for it. */
bool ref_own_free(const struct ref *r, const struct ref_contact *c);
/* An agent begins a contact, or resumes it. */
void ref_hold(struct ref *r, int agent, struct ref_contact *c);
void ref_begin(struct ref *r, int agent, struct ref_contact *c);
/* The part in hand is over. */
void ref_part_over(struct ref *r, struct ref_contact *c);
/* An agent with room looks for what to do next. */
void ref_look(struct ref *r, int agent);
void ref_set_level(struct ref *r, int pool, int heads, int paid);
bool ref_is_waiting(const struct ref_contact *c);

/* --- reference_engine.c --- */

struct ref_contact *ref_new_contact(struct ref *r);
void ref_record(struct ref *r, const struct ref_contact *c, enum sc_outcome outcome, int pool, double handle,
                double wrap_up);
double ref_elapsed(const struct ref *r, const struct ref_contact *c, double from, double to);
void ref_respond(struct ref *r, const struct ref_contact *c, double at);
void ref_answer(struct ref *r, const struct ref_contact *c);
void ref_release_lines(struct ref *r, struct ref_contact *c);
void ref_follow_handling(struct ref *r, const struct ref_contact *c, int agent);
/* Puts it into the queue of its type. */
void ref_enqueue(struct ref *r, struct ref_contact *c);
/* A waiting contact meets those who are free. */
void ref_offer(struct ref *r, struct ref_contact *c);
/* An agent calls back: false where nobody answers. */
bool ref_reached(struct ref *r, const struct ref_contact *c);
bool ref_follows_up(const struct ref *r, const struct ref_contact *c);
int ref_cell_now(const struct ref *r, int type);
/* A contact comes: new or anew (bot first), to the queue, as a touch; its time with the bot is over. */
void ref_arrive(struct ref *r, struct ref_contact *c);
void ref_join(struct ref *r, struct ref_contact *c);
void ref_join_touch(struct ref *r, struct ref_contact *c);
void ref_bot_done(struct ref *r, struct ref_contact *c);
/* It is lost; it is neither answered nor lost; it goes away, and is told of. */
void ref_lose(struct ref *r, const struct ref_contact *c);
void ref_count_late(struct ref *r, const struct ref_contact *c);
void ref_gone(struct ref *r, struct ref_contact *c, double *count, enum sc_outcome outcome);
void ref_try_again(struct ref *r, const struct ref_contact *c);
void ref_move(struct ref *r, const struct ref_contact *c, enum sc_follow_up kind, int channel);
bool ref_happens(double share, const struct ref_contact *c, uint64_t purpose);
void ref_sweep(struct ref *r);

#endif

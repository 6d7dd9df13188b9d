/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of the engine: its state, and which file does what.
 *
 *   engine.c    the loop: what comes next, at one instant in the order of SPEC 2.2
 *   arrivals.c  new contacts: Poisson, numbered afresh each day
 *   life.c      a contact's way: joins, is answered, gives up, is diverted, comes again
 *   queue.c     those waiting, and their timers
 *   agents.c    who is free, who comes and goes, who takes what
 *   tally.c     what is counted, by interval too, and the sums at the end
 *   invariants.c  what must hold after every event; checked in debug builds
 *
 *   ends.c      when those being handled are done
 *
 * There is no general list of events. The next arrival of each channel and the next change of calendar are plain numbers;
 * ends of handling have a structure of their own that never forgets one, and only what may be called off is in a heap. Contacts live in an array that grows with those in the system; one that is
 * answered on arrival and done with afterwards never enters it. Queues are linked through the contacts, one a type, in the
 * order of joining, so the longest wait of a type is always at its head.
 */
#ifndef SC_SIMULATE_ENGINE_H
#define SC_SIMULATE_ENGINE_H

#include "model/internal.h"
#include "simulate/ends.h"
#include "staffcast/simulate.h"

#define SC_NONE UINT32_MAX /* no contact, no agent */

/* What a contact waits for; at one instant in this order. */
enum timer_kind {
    TIMER_OPENS,    /* a pool opens to it (`after`) */
    TIMER_DIVERTS,  /* a diversion from the queue is tried (`after_wait`) */
    TIMER_PATIENCE,
    TIMER_ARRIVAL,  /* a follow-up comes in */
};

/* Whatever waits for an instant and may be called off stands in a binary heap; each contact knows its place in it. */
struct timer {
    double at_s;
    uint32_t contact;
    uint32_t kind; /* enum timer_kind */
};

struct contact {
    uint64_t key;         /* its number: every draw of it comes from here */
    double arrived_s;     /* where its law's `by_time` looks */
    double joined_s;
    double patience_s;    /* the instant at which it gives up; infinite: never */
    uint32_t prev, next;  /* in its queue */
    uint32_t timer;       /* place in the timer heap, or SC_NONE */
    uint32_t serial;      /* in the order of creation */
    uint32_t cell;        /* index of the tally it counts in */
    uint16_t type;
    uint8_t stage;        /* stages of waiting that have passed */
    uint8_t follow_up;    /* 1 + enum sc_follow_up; 0: new demand */
    uint16_t attempts;    /* retries made so far */
    bool diverted_joining, diverted_waiting;
};

enum agent_state { AGENT_OFF, AGENT_IDLE, AGENT_BUSY };

struct agent {
    double idle_since_s;
    double factor;          /* own factor on handle times */
    double wrap_up_s;       /* still to come, where the customer leaves before (trunks); else 0 */
    uint32_t prev, next;    /* among the idle of its pool, longest idle first */
    uint32_t contact;       /* in hand, where it is needed afterwards; else SC_NONE */
    uint16_t pool;
    uint16_t type;          /* of the contact in hand */
    uint8_t state;
    bool released;          /* the customer has left, the wrap-up is on */
};

struct pool_state {
    uint32_t idle_head, idle_tail;
    uint32_t first_agent, agents;
    int idle, busy;
    int level, paid;        /* heads on duty and paid heads by the roster */
    double since_s;         /* up to when its time sums go */
};

struct queue {
    uint32_t head, tail;
    uint32_t count;
};

struct channel_state {
    /* new contacts (arrivals.c) */
    double next_s;          /* the next one; infinite: none today */
    double position_s;      /* where the walk over the rates stands */
    uint64_t day_key, next_key;
    uint64_t order;         /* contacts of today so far */
    const struct sc_profile *profile;
    size_t piece;
    double factor;          /* of today on all rates */
    /* the queue */
    uint32_t waiting;
    double waiting_most;    /* of today */
    bool open;
    bool averaging;         /* queue averages cover now: open, or not empty since */
    double averaging_since_s;
};

enum calendar_kind { CALENDAR_LEVEL, CALENDAR_OPEN, CALENDAR_CLOSE };
struct calendar_entry {
    double at_s;
    enum calendar_kind kind;
    uint32_t index;         /* pool or channel */
    int heads, paid;
};

struct sc_workspace {
    const struct sc_model *model;
    uint64_t replication_key;
    double now_s;
    int day;                /* simulated day */
    double day_start_s;
    long counted_day;       /* -1 in the warm-up */

    struct channel_state *channel;
    double next_arrival_s;
    uint32_t next_channel;

    struct calendar_entry *calendar; /* of today, sorted */
    size_t calendar_count, calendar_at;
    double next_calendar_s;
    struct sc_level *levels; /* scratch */

    struct ends ends;
    struct timer *timer;    /* indexed heap */
    uint32_t timer_count;

    struct contact *contact;
    uint32_t contact_room, contact_used, contact_free;
    uint32_t serial;        /* of the next contact */
    double arrived;         /* contacts that have come, warm-up included */

    struct queue *queue;    /* by type */
    uint64_t waiting_types; /* a bit for each type of which one waits; all set where there are more than 64 types */
    struct agent *agent;
    uint32_t agent_count;
    struct pool_state *pool;
    int *trunk_used;

    /* what is counted */
    struct sc_tally *tally;          /* [types * days + 1], the last for the warm-up's contacts */
    uint32_t warmup_cell;
    double *channel_most;            /* [channels * days], most waiting */
    double *channel_open_s;          /* [channels * days], time that queue averages cover */
    struct sc_pool_tally *pool_tally;
    struct sc_work_tally *work;
    uint32_t *wait_histogram;        /* of the replication being played, and its property */
    uint32_t *response_histogram;
    struct sc_intervals *intervals;
    const struct sc_observer *observer;
    bool out_of_memory;
};

/* --- queue.c --- */

uint32_t sc_contact_keep(struct sc_workspace *w, const struct contact *contact);
void sc_contact_drop(struct sc_workspace *w, uint32_t index);
void sc_timer_set(struct sc_workspace *w, uint32_t contact, double at_s, enum timer_kind kind);
void sc_timer_cancel(struct sc_workspace *w, uint32_t contact);
/* Puts a contact at the end of its type's queue and starts its timer. */
void sc_queue_join(struct sc_workspace *w, uint32_t contact);
/* Takes it out, with its timer; it stays in memory. */
void sc_queue_leave(struct sc_workspace *w, uint32_t contact);
/* The timer of a waiting contact: its next stage or its patience, whichever comes first. */
void sc_queue_time(struct sc_workspace *w, uint32_t contact);

/* --- arrivals.c --- */

/* Sets a channel up for the day that begins. */
void sc_arrivals_begin_day(struct sc_workspace *w, uint32_t channel);
/* Works out when the channel's next contact comes. */
void sc_arrivals_advance(struct sc_workspace *w, uint32_t channel);
/* The earliest of all channels' next contacts. */
void sc_arrivals_find_next(struct sc_workspace *w);

/* --- life.c --- */

void sc_life_new(struct sc_workspace *w, uint32_t channel);
void sc_life_timer(struct sc_workspace *w);
void sc_life_dismiss(struct sc_workspace *w, uint32_t contact);
/* An agent begins a contact; index is SC_NONE where the contact was never kept. */
void sc_life_answer(struct sc_workspace *w, uint32_t agent, double pace, struct contact *contact, uint32_t index);
/* The end of a handling, or of its part with the customer. */
void sc_life_end(struct sc_workspace *w);

/* --- agents.c --- */

void sc_agents_begin(struct sc_workspace *w);
/* The route to a free agent for a contact that has passed `stage` stages of waiting, or NULL. */
const struct sc_route *sc_agents_find(struct sc_workspace *w, const struct contact *contact);
/* Takes the agent that the rule names out of the idle ones of the route's pool. */
uint32_t sc_agents_take(struct sc_workspace *w, const struct sc_route *route, const struct contact *contact);
/* An agent with nothing in hand takes a waiting contact, becomes idle or leaves. */
void sc_agents_next(struct sc_workspace *w, uint32_t agent);
void sc_agents_set_level(struct sc_workspace *w, uint32_t pool, int heads, int paid);
/* When the first head comes on duty that could take a type; infinite: none in the simulated days. */
double sc_agents_next_head_s(struct sc_workspace *w, const struct sc_type *type);
/* Brings a pool's time sums up to now. */
void sc_agents_account(struct sc_workspace *w, uint32_t pool);

/* --- tally.c --- */

void sc_tally_begin(struct sc_workspace *w, struct sc_replication *replication);
void sc_tally_finish(struct sc_workspace *w, struct sc_replication *replication);
/* Adds a stay in the queue that ends now to the time averages. */
void sc_tally_stay(struct sc_workspace *w, uint32_t type, double joined_s);
/* Adds agent time from now on. */
void sc_tally_busy(struct sc_workspace *w, uint32_t pool, uint32_t channel, double duration_s);
/* Adds heads on duty and paid heads over a stretch of time, by interval. */
void sc_tally_heads(struct sc_workspace *w, uint32_t pool, double from_s, double to_s, int heads, int paid);
/* One more waits: the day's maxima. */
void sc_tally_waiting(struct sc_workspace *w, uint32_t type);
/* The cell of the interval sums for a contact, or NULL where none are kept or it does not count. */
struct sc_interval_cell *sc_tally_interval(struct sc_workspace *w, const struct contact *contact);
/* An answered contact in the interval sums. */
void sc_tally_answered(struct sc_workspace *w, const struct contact *contact, double wait_s, double duration_s);
void sc_tally_begin_day(struct sc_workspace *w);
void sc_tally_averaging(struct sc_workspace *w, uint32_t channel, bool on);
void sc_tally_observe(struct sc_workspace *w, const struct contact *contact, enum sc_outcome outcome, int pool,
                      double handle_s, double wrap_up_s);

/* --- invariants.c --- */

#ifdef SC_CHECK_INVARIANTS
/* Aborts with a message where the state contradicts itself; after every event of debug builds. */
void sc_engine_check(const struct sc_workspace *w);
#endif

/* Without the care for NaN that makes fmax and fmin calls. */
static inline double later(double a, double b)
{
    return a > b ? a : b;
}

static inline double earlier(double a, double b)
{
    return a < b ? a : b;
}

static inline struct sc_tally *tally_of(struct sc_workspace *w, const struct contact *contact)
{
    return &w->tally[contact->cell];
}

/* The tally of a type for contacts that arrive now. */
static inline uint32_t cell_now(const struct sc_workspace *w, uint32_t type)
{
    return w->counted_day < 0 ? w->warmup_cell : type * (uint32_t)w->model->days + (uint32_t)w->counted_day;
}

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of the engine: its state, and which file does what.
 *
 *   engine.c    memory, and the loop: what comes next, at one instant in the order of SPEC 2.2
 *   calendar.c  the days: levels of the rosters, opening and closing
 *   arrivals.c  new contacts: Poisson, numbered afresh each day
 *   life.c      a contact's way to an agent: bot, diversion, joining, giving up
 *   follow.c    what comes of a contact later: retries, returns, transfers, touches, recontacts
 *   handle.c    being handled alone: begun once, done at an instant that never changes
 *   shared.c    being handled beside others, or put down and resumed: times that change
 *   queue.c     those waiting, and the timers
 *   lapse.c     giving up unseen, without a timer
 *   plain.c     the whole way of a usual phone call in one piece, where there are no others
 *   agents.c    who is free, who comes and goes
 *   choose.c    which waiting contact an agent takes
 *   ends.c      when those that are handled alone are done
 *   events.c    how the centre comes through what happens on a date
 *   tally.c     what is counted, by interval too, and the sums at the end
 *   invariants.c  what must hold after every event; checked in debug builds
 *
 * There is no general list of events. The next arrival of each channel and the next change of calendar are plain
 * numbers; ends of handling alone have a structure of their own that never forgets one, and only what may be called off
 * is in a heap. Contacts live in an array that grows with those in the system; one that is answered on arrival, alone,
 * and done with afterwards never enters it. Queues are linked through the contacts, one a type, in the order of
 * joining, so the longest wait of a type is always at its head.
 */
#ifndef SC_SIMULATE_ENGINE_H
#define SC_SIMULATE_ENGINE_H

#include "model/internal.h"
#include "simulate/ends.h"
#include "staffcast/simulate.h"

#define SC_NONE UINT32_MAX /* no contact, no agent */

enum { LAPSE_MOST = 256 }; /* that many in a queue: patience is timed */

/* What a contact waits for; at one instant in this order (the first two are both completions). */
enum timer_kind {
    TIMER_HANDLED,   /* the end of shared work, or of its part with the customer */
    TIMER_AUTOMATED, /* the end of its time with the bot */
    TIMER_OPENS,     /* a pool opens to it (`after`) */
    TIMER_DIVERTS,   /* a diversion from the queue is tried (`after_wait`) */
    TIMER_PATIENCE,
    TIMER_ARRIVAL, /* a follow-up comes in */
};

/* Whatever waits for an instant and may be called off stands in a binary heap; each contact knows its place in it. */
struct timer {
    double at_s;
    uint32_t contact;
    uint32_t kind; /* enum timer_kind */
};

struct contact {
    uint64_t key;                /* its number: every draw of it comes from here */
    const struct sc_type *rules; /* its settings: those in force when it arrived */
    double arrived_s;            /* where its law's `by_time` looks, and where its first response counts from */
    double joined_s;
    double patience_s;   /* the instant at which it gives up; infinite: never */
    double case_s;       /* arrival of the case that a touch belongs to */
    double handle_s;     /* drawn ahead, but for `by_time`; below 0: not yet */
    uint32_t prev, next; /* in its queue, or in its agent's hand */
    uint32_t timer;      /* place in the timer heap, or SC_NONE */
    uint32_t serial;     /* in the order of creation */
    uint32_t cell;       /* index of the tally it counts in */
    uint32_t agent;      /* a touch: the agent it waits for; shared work: the one that has it; else SC_NONE */
    uint16_t type;
    uint16_t attempts; /* retries made so far */
    uint8_t stage;     /* stages of waiting that have passed */
    uint8_t follow_up; /* 1 + enum sc_follow_up; 0: new demand */
    bool diverted_joining : 1, diverted_waiting : 1;
    bool touch : 1;    /* a further handling of its case: in no count of offered and answered */
    bool callback : 1; /* accepted one: keeps its place, out of A and B */
    bool begun : 1;    /* put down: its remainder is in its work */
    bool trunk : 1;    /* holds its lines */
};

/* The work left in a contact that is handled beside others or may be put down; parallel to the contacts. Times at which
   an agent without a factor of its own, with nothing else in hand, would need them. */
struct work {
    double handle_s, wrap_up_s; /* left to do */
    double spent_s;             /* agent time so far */
    double left_s;              /* when the customer left */
    double queued_s;            /* put down and queued again: since when */
    const struct sc_route *route;
    uint32_t pool_prev, pool_next; /* among the interruptible works of the pool, in the order they were begun */
    bool left;                     /* the customer has left: only the wrap-up is still to do */
};

/* ALONE: one contact until a fixed instant. SHARED: chats, or interruptible work. */
enum agent_state { AGENT_OFF, AGENT_IDLE, AGENT_ALONE, AGENT_SHARED };

struct agent {
    double idle_since_s;
    double assigned_s;     /* the last assignment of a contact */
    double factor;         /* own factor on handle times: its own and that of its speed */
    double pace;           /* 1 / its speed: factor on wrap-up times */
    double wrap_up_s;      /* still to come, where the customer leaves before (trunks); else 0 */
    double shared_since_s; /* up to when the work in hand is accounted for */
    uint32_t prev, next;   /* among the idle of its pool, longest idle first */
    uint32_t contact;      /* alone: the one in hand, where it is needed afterwards. Shared: the first in hand */
    uint32_t put_down;     /* interrupted work to resume: the latest, linked by `next`; or SC_NONE */
    uint32_t mine;         /* touches that wait for this agent, in the order of joining; or SC_NONE */
    uint16_t pool;
    uint16_t type;    /* of the contact handled alone */
    uint16_t in_hand; /* shared: contacts */
    uint8_t state;
    bool holds_line; /* alone: for the customer that it is talking to */
};

struct pool_state {
    uint32_t idle_head, idle_tail;
    uint32_t works_head, works_tail; /* interruptible works being done, in the order they were begun */
    uint32_t first_agent, agents;
    int idle, busy;
    int level, paid;        /* heads on duty and paid heads by the roster */
    double since_s;         /* up to when its time sums go */
    double shared_extra_s;  /* contacts in hand beyond the first, over time */
    double interruptible_s; /* time on interruptible work */
};

struct queue {
    uint32_t head, tail;
    uint32_t count; /* with those that have lapsed */
    bool timed;     /* those in it have timers for their patience; else they lapse (lapse.c) */
};

/* A new contact before it comes: what can be drawn without knowing when. */
struct draft {
    uint64_t key;
    double amount;   /* of the integral of the rate between the contact before and this one */
    double handle_s; /* drawn, but for `by_time`; below 0: not yet */
    uint32_t type;
};
enum { DRAFTS = 16 };

struct channel_state {
    /* new contacts (arrivals.c) */
    double next_s;             /* the next one; infinite: none today */
    double position_s;         /* where the walk over the rates stands */
    double piece_end_s, gap_s; /* of the piece it stands in: its end, and the mean time between contacts */
    uint64_t day_key;
    uint64_t order;    /* drafts made today */
    uint32_t draft_at; /* of the contact that comes next */
    struct draft draft[DRAFTS];
    struct sc_rates rates; /* of today */
    double *rates_own;     /* room for them where they are not simply those of a profile; NULL: never needed */
    size_t piece;
    /* the queue */
    uint32_t waiting;
    double waiting_most; /* of today */
    bool open;
    bool averaging; /* queue averages cover now: open, or not empty since */
    double averaging_since_s;
};

/* What is kept to see how the centre comes through events; nothing where there are none. */
struct watch {
    struct sc_intervals cells;  /* of the replication alone */
    struct sc_intervals *asked; /* of the caller, to which they are added */
    uint32_t *waiting_most;     /* [intervals], in all channels together */
};

enum calendar_kind { CALENDAR_REGIME, CALENDAR_LEVEL, CALENDAR_OPEN, CALENDAR_CLOSE };
struct calendar_entry {
    double at_s;
    enum calendar_kind kind;
    uint32_t index; /* regime, pool or channel */
    int heads, paid;
};

struct sc_workspace {
    const struct sc_model *model; /* at the beginning; what never changes is read here */
    const struct sc_model *rules; /* in force now */
    uint64_t number, replication_key;
    double now_s;
    int day; /* simulated day */
    double day_start_s;
    long counted_day; /* -1 in the warm-up */

    struct channel_state *channel;
    double next_arrival_s;
    uint32_t next_channel;

    struct calendar_entry *calendar; /* of today, sorted */
    size_t calendar_count, calendar_at;
    double next_calendar_s;
    struct sc_level *levels; /* scratch */

    struct ends ends;
    struct timer *timer; /* indexed heap */
    uint32_t timer_count;

    struct contact *contact;
    struct work *work_left; /* by contact */
    uint32_t contact_room, contact_used, contact_free;
    uint32_t serial; /* of the next contact */
    double arrived;  /* contacts that have come, warm-up included */

    struct queue *queue;    /* by type */
    uint64_t waiting_types; /* a bit for each type of which one waits; all set where there are more than 64 types */
    uint64_t chat_types;    /* a bit for each type of chat; all set where there are more than 64 types and a chat */
    bool chats_look;        /* one has left the queue that may have stood before a chat for which an agent has a slot */
    struct agent *agent;
    uint32_t agent_count;
    struct pool_state *pool;
    int *trunk_used;

    /* what is counted */
    struct sc_tally *tally; /* [types * days + 1], the last for the warm-up's contacts */
    uint32_t warmup_cell;
    double *channel_most;               /* [channels * days], most waiting */
    double *channel_open_s;             /* [channels * days], time that queue averages cover */
    struct sc_midnight_tally *midnight; /* [channels * days] */
    struct sc_pool_tally *pool_until;   /* [pools * days], sums until each midnight */
    struct watch watch;
    struct sc_pool_tally *pool_tally;
    struct sc_work_tally *work;
    uint32_t *wait_histogram; /* of the replication being played, and its property */
    uint32_t *response_histogram;
    struct sc_intervals *intervals;
    struct sc_intervals *timed; /* the same where they sum times, too; else NULL */
    const struct sc_observer *observer;
    bool watched; /* by an observer or sums of times by interval: nothing may be left for the end */
    bool lapses;  /* patience may be looked at late (lapse.c) */
    bool late;    /* while nobody waits, ends of handling may be, too (plain.c) */
    bool out_of_memory;
};

/* --- queue.c --- */

/* Room for a contact, not yet filled; SC_NONE: no memory. */
uint32_t sc_contact_slot(struct sc_workspace *w);
uint32_t sc_contact_keep(struct sc_workspace *w, const struct contact *contact);
void sc_contact_drop(struct sc_workspace *w, uint32_t index);
bool sc_timer_before(const struct sc_workspace *w, const struct timer *a, const struct timer *b);
void sc_timer_set(struct sc_workspace *w, uint32_t contact, double at_s, enum timer_kind kind);
void sc_timer_cancel(struct sc_workspace *w, uint32_t contact);
/* Puts a contact into its type's queue, in the order of joining, those that were begun before all others; starts its
 * timer. */
void sc_queue_join(struct sc_workspace *w, uint32_t contact);
/* Takes it out, with its timer; it stays in memory. */
void sc_queue_leave(struct sc_workspace *w, uint32_t contact);
/* The timer of a waiting contact: its next stage or its patience, whichever comes first. */
void sc_queue_time(struct sc_workspace *w, uint32_t contact);
/* One more, or one fewer, waits in a type's channel, though perhaps in no queue (touches for one agent). */
void sc_waiting_add(struct sc_workspace *w, uint32_t type);
void sc_waiting_remove(struct sc_workspace *w, uint32_t type, double since_s);

/* --- lapse.c --- */

/* Takes those out of the heads of a pool's queues that have given up before now. */
void sc_lapse_heads(struct sc_workspace *w, const struct sc_model_pool *pool);
/* Takes all out of a channel's queues that have given up before now or, at an arrival, now. */
void sc_lapse_channel(struct sc_workspace *w, uint32_t channel, bool arrival);
/* From now on patience is timed in a queue, those in it included. */
void sc_lapse_end(struct sc_workspace *w, uint32_t type);
/* A channel opens or closes. */
void sc_lapse_hours(struct sc_workspace *w, uint32_t channel, bool open);

/* --- plain.c --- */

void sc_plain_new(struct sc_workspace *w, uint32_t channel);
void sc_plain_end(struct sc_workspace *w);
/* Plays the ends that have been left to be looked at late: all before now, at an arrival those at this instant too. */
void sc_plain_settle(struct sc_workspace *w, bool arrival);

/* --- calendar.c --- */

void sc_calendar_begin_day(struct sc_workspace *w);
/* Sees what was left to be looked at late, as it is before something changes now. */
void sc_calendar_look(struct sc_workspace *w);
/* Plays the next entry, or begins the next day. */
void sc_calendar_play(struct sc_workspace *w);

/* --- arrivals.c --- */

/* Sets a channel up for the day that begins. */
void sc_arrivals_begin_day(struct sc_workspace *w, uint32_t channel);
/* Works out when the channel's next contact comes. */
void sc_arrivals_advance(struct sc_workspace *w, uint32_t channel);
/* The type of a contact of a channel: its class is drawn. */
uint32_t sc_arrivals_type(const struct sc_workspace *w, uint32_t channel, uint64_t key);
/* The earliest of all channels' next contacts. */
void sc_arrivals_find_next(struct sc_workspace *w);

/* --- life.c --- */

void sc_life_new(struct sc_workspace *w, uint32_t channel);
/* A follow-up comes in. */
void sc_life_follow_up(struct sc_workspace *w, uint32_t contact);
void sc_life_backlog(struct sc_workspace *w);
void sc_life_timer(struct sc_workspace *w);
void sc_life_dismiss(struct sc_workspace *w, uint32_t contact);
/* A waiting contact gives up. */
void sc_life_abandon(struct sc_workspace *w, uint32_t contact);
/* A contact that waits at the end of the simulation. */
void sc_life_count_open(struct sc_workspace *w, const struct contact *contact);
/* A contact that stands in its queue meets the agents that are free. */
void sc_life_offer(struct sc_workspace *w, uint32_t contact);
/* Chats that wait meet partly loaded agents: what stood before them has left the queue. */
void sc_life_look_again(struct sc_workspace *w);
/* Gives back the lines that a contact holds, if any. */
void sc_trunk_release(struct sc_workspace *w, struct contact *contact);
void sc_trunk_hold(struct sc_workspace *w, uint32_t channel, int lines);
/* Time on the clock of a type's target: the wall's, or one that stands still at night. */
double sc_life_elapsed(const struct sc_workspace *w, const struct sc_type *type, double from_s, double to_s);

/* --- follow.c --- */

/* After an abandonment, a balk or a block: does the customer try again? */
void sc_follow_loss(struct sc_workspace *w, const struct contact *contact);
/* A contact moves to another channel at once. */
void sc_follow_move(struct sc_workspace *w, const struct contact *contact, enum sc_follow_up kind, int channel);
/* A contact resolved by the bot: does it come back? */
void sc_follow_automated(struct sc_workspace *w, const struct contact *contact);
/* After a handling by an agent and its wrap-up: transfer, touch, recontact. handled_s: when the customer left. */
void sc_follow_handling(struct sc_workspace *w, const struct contact *contact, uint32_t agent, double handled_s);

/* Whether something with probability `share` happens to a contact. */
static inline bool happens(double share, uint64_t key, uint64_t purpose)
{
    return share > 0.0 && sc_uniform(sc_key(key, purpose)) < share;
}

/* --- handle.c --- */

/* An agent begins a contact, alone or shared; kept is SC_NONE where the contact was never kept. */
void sc_handle_begin(struct sc_workspace *w, uint32_t agent, const struct sc_route *route, struct contact *contact,
                     uint32_t kept);
/* An agent begins a contact that was waiting and has left its queue; false where nothing came of it (a callback that
   reached nobody): the agent has nothing in hand by it. */
bool sc_handle_begin_waiting(struct sc_workspace *w, uint32_t agent, const struct sc_route *route, uint32_t contact);
/* The end of a handling alone, or of its part with the customer. */
void sc_handle_end(struct sc_workspace *w);
/* The first response goes out. */
void sc_handle_respond(struct sc_workspace *w, const struct contact *contact, double at_s);

/* --- shared.c --- */

void sc_shared_begin(struct sc_workspace *w, uint32_t agent, const struct sc_route *route, uint32_t contact,
                     double handle_s, double wrap_up_s);
/* An agent takes up work that it, or another, has put down. */
void sc_shared_resume(struct sc_workspace *w, uint32_t agent, const struct sc_route *route, uint32_t contact);
void sc_shared_end(struct sc_workspace *w, uint32_t contact);
/* Interruptible work goes from the agent's hand to what it will resume; the agent has nothing in hand then. */
void sc_shared_put_down(struct sc_workspace *w, uint32_t agent);
/* The agent leaves: what it has put down heads the queue, what waited for it waits for all. */
void sc_shared_hand_over(struct sc_workspace *w, uint32_t agent);
/* Adds up the work in hand until now. */
void sc_shared_account(struct sc_workspace *w, uint32_t agent);
/* The agent is of another speed from now on: what it has in hand is accounted for and timed anew. */
void sc_shared_repace(struct sc_workspace *w, uint32_t agent, double factor, double pace);
/* A contact that was begun and is not answered at the end: late if its time is up, else left out. */
void sc_shared_unanswered(struct sc_workspace *w, uint32_t contact);
/* The end of the simulation: accounts for what is still in hand. */
void sc_shared_finish(struct sc_workspace *w);

/* --- agents.c --- */

void sc_agents_begin(struct sc_workspace *w);
/* Where the model has people: who is on duty today decides how fast each head is. */
void sc_agents_begin_day(struct sc_workspace *w);
/* The first route of a type to a pool with an idle agent, for a contact that has passed `stage` stages of waiting; and
   the agent there that the rule takes. */
const struct sc_route *sc_agents_find_idle(const struct sc_workspace *w, const struct sc_type *type, int stage,
                                           uint64_t key);
uint32_t sc_agents_idle_by_rule(const struct sc_workspace *w, const struct sc_route *route, uint64_t key);
/* The route to a free agent for a contact that has passed `stage` stages of waiting, and that agent, taken out of the
   idle; NULL where there is none. */
const struct sc_route *sc_agents_find(struct sc_workspace *w, const struct contact *contact, uint32_t *agent);
/* Whether sc_agents_find would find one. */
bool sc_agents_any(struct sc_workspace *w, const struct contact *contact);
/* An agent that is taken off interruptible work for a contact that found nobody free: of the pool that ranks its work
   worst, the work begun last. NULL where there is none. */
const struct sc_route *sc_agents_interrupt(struct sc_workspace *w, const struct contact *contact, uint32_t *agent);
/* The route to the one agent that a touch waits for, if that is free for it (and is then engaged). */
const struct sc_route *sc_agents_own(struct sc_workspace *w, const struct contact *contact);
/* An agent that has finished something takes what waits for it, becomes idle or leaves. */
void sc_agents_next(struct sc_workspace *w, uint32_t agent);
void sc_agents_set_level(struct sc_workspace *w, uint32_t pool, int heads, int paid);
/* When the first head comes on duty that could take a type; infinite: none in the simulated days. */
double sc_agents_next_head_s(struct sc_workspace *w, const struct sc_type *type);
/* Brings a pool's time sums up to now. */
void sc_agents_account(struct sc_workspace *w, uint32_t pool);

/* --- choose.c --- */

/* What an agent takes next. */
struct choice {
    const struct sc_take *take; /* NULL: nothing */
    uint32_t contact;           /* in its queue, put down by this agent or waiting for it */
};
/* The waiting contact that the routing rule puts first for an agent. One that leaves only helps to empty channels that
   have closed and drain. */
struct choice sc_choose(const struct sc_workspace *w, uint32_t agent, bool leaving);
/* The next in a queue that arrived under other rules, up to the first of those in force now; SC_NONE: there is none, as
   always where nothing happens on a date. */
uint32_t sc_choose_other(const struct sc_workspace *w, uint32_t contact);
/* Whether the rule puts another waiting contact of an agent's skills before this one. */
bool sc_choose_waiting_first(const struct sc_workspace *w, uint32_t agent, const struct contact *contact);

/* --- tally.c --- */

void sc_tally_begin(struct sc_workspace *w, struct sc_replication *replication);
void sc_tally_finish(struct sc_workspace *w, struct sc_replication *replication);
/* Adds a stay in the queue that ends now to the time averages. */
void sc_tally_stay(struct sc_workspace *w, uint32_t type, double joined_s);
/* Adds agent time from now on. */
void sc_tally_busy(struct sc_workspace *w, uint32_t pool, uint32_t channel, double duration_s);
/* Adds `parts` of agent time between two instants; returns what of the stretch is counted. */
double sc_tally_shared(struct sc_workspace *w, uint32_t pool, uint32_t channel, double from_s, double to_s,
                       double parts);
/* The same stretch, by interval. */
void sc_tally_shared_busy(struct sc_workspace *w, uint32_t pool, double from_s, double to_s);
/* A shared handling has begun. */
void sc_tally_begun(struct sc_workspace *w, uint32_t pool, uint32_t channel);
/* Adds heads on duty and paid heads over a stretch of time, by interval. */
void sc_tally_heads(struct sc_workspace *w, uint32_t pool, double from_s, double to_s, int heads, int paid);
/* One more waits: the day's maxima. */
void sc_tally_waiting(struct sc_workspace *w, uint32_t type);
/* A handling in the interval sums of times. */
void sc_tally_handled(struct sc_workspace *w, const struct contact *contact, double duration_s);
void sc_tally_begin_day(struct sc_workspace *w);
void sc_tally_averaging(struct sc_workspace *w, uint32_t channel, bool on);
void sc_tally_observe(struct sc_workspace *w, const struct contact *contact, enum sc_outcome outcome, int pool,
                      double handle_s, double wrap_up_s);

/* --- events.c --- */

bool sc_watch_new(struct sc_workspace *w);
void sc_watch_release(struct sc_workspace *w);
void sc_watch_begin(struct sc_workspace *w);
/* So many wait now: when one has come, and before one goes. */
void sc_watch_waiting(struct sc_workspace *w);
/* What each event did, and the interval sums for who asked for them. */
void sc_watch_finish(struct sc_workspace *w, struct sc_replication *replication);

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

/* The line of a pool's idle heads. */
static inline void idle_append(struct sc_workspace *w, uint32_t index)
{
    struct agent *agent = &w->agent[index];
    struct pool_state *pool = &w->pool[agent->pool];
    agent->state = AGENT_IDLE;
    agent->idle_since_s = w->now_s;
    agent->next = SC_NONE;
    agent->prev = pool->idle_tail;
    if (pool->idle_tail == SC_NONE)
        pool->idle_head = index;
    else
        w->agent[pool->idle_tail].next = index;
    pool->idle_tail = index;
    pool->idle++;
}

static inline void idle_remove(struct sc_workspace *w, uint32_t index)
{
    struct agent *agent = &w->agent[index];
    struct pool_state *pool = &w->pool[agent->pool];
    if (agent->prev == SC_NONE)
        pool->idle_head = agent->next;
    else
        w->agent[agent->prev].next = agent->next;
    if (agent->next == SC_NONE)
        pool->idle_tail = agent->prev;
    else
        w->agent[agent->next].prev = agent->prev;
    pool->idle--;
}

/* Out of the line, to take a contact. */
static inline void idle_engage(struct sc_workspace *w, uint32_t index)
{
    idle_remove(w, index);
    w->pool[w->agent[index].pool].busy++;
    w->agent[index].state = AGENT_ALONE;
}

static inline struct sc_tally *tally_of(struct sc_workspace *w, const struct contact *contact)
{
    return &w->tally[contact->cell];
}

/* The cell of the interval sums for one of a type that arrived then and counts in such a tally; NULL where none are
   kept or it does not count. */
static inline struct sc_interval_cell *interval_at(const struct sc_workspace *w, uint32_t type, double arrived_s,
                                                   uint32_t tally)
{
    const struct sc_intervals *intervals = w->intervals;
    if (__builtin_expect(!intervals, 1) || tally == w->warmup_cell)
        return NULL;
    size_t row = intervals->by_type ? type : (size_t)w->model->types[type].channel;
    /* A backlog has arrived before the first day, of which it counts as demand. */
    double since_s = later(arrived_s - w->model->counted_from_s, 0.0);
    return &intervals->channel[row * intervals->count + (size_t)(since_s / w->model->scenario->interval_s)];
}

static inline struct sc_interval_cell *interval_of(const struct sc_workspace *w, const struct contact *contact)
{
    return interval_at(w, contact->type, contact->arrived_s, contact->cell);
}

/* The stages of waiting that a contact must have passed before a pool opens to it: by the settings in force when it
   arrived, whose stages it passes. */
static inline int stage_for(const struct sc_workspace *w, const struct contact *contact, const struct sc_take *take)
{
    if (__builtin_expect(w->model->regime_count == 1, 1))
        return take->stage;
    const struct sc_route *route = contact->rules->routes;
    while (route->pool != take->route->pool)
        route++;
    return route->stage;
}

/* The tally of a type for contacts that arrive now. */
static inline uint32_t cell_now(const struct sc_workspace *w, uint32_t type)
{
    return w->counted_day < 0 ? w->warmup_cell : type * (uint32_t)w->model->days + (uint32_t)w->counted_day;
}

#endif

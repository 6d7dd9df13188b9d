/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of a model, for the folders that play it. Everything is in seconds from the midnight that begins the
 * first simulated day, on the grid of base/tick.h where it is a time of the simulation.
 */
#ifndef SC_MODEL_INTERNAL_H
#define SC_MODEL_INTERNAL_H

#include "base/arena.h"
#include "base/random.h"
#include "base/tick.h"
#include "model/quantile.h"
#include "staffcast/model.h"

#include <math.h>

#define SC_DAY_S 86400.0

/* Kinds of simulated day: Monday 0 … Sunday 6, and 7 + weekday for a holiday that falls on it. */
enum { SC_MODEL_DAY_KINDS = 14 };

/* What a random number is for: part of its key. Never renumber: it would change every result. */
enum sc_purpose {
    SC_FOR_ARRIVAL,
    SC_FOR_CLASS,
    SC_FOR_PATIENCE,
    SC_FOR_HANDLE,
    SC_FOR_WRAP_UP,
    SC_FOR_BALK,
    SC_FOR_RETRY,
    SC_FOR_RETRY_AFTER,
    SC_FOR_TRANSFER,
    SC_FOR_AGENT,    /* which of the free agents, under the random rule */
    SC_FOR_NEXT_DAY, /* time of a follow-up that fell into closed hours */
    SC_FOR_DEFLECT,
    SC_FOR_AUTOMATION,
    SC_FOR_AUTOMATION_TIME,
    SC_FOR_RETURN,
    SC_FOR_RETURN_AFTER,
    SC_FOR_TOUCH,
    SC_FOR_REPLY_AFTER,
    SC_FOR_RECONTACT,
    SC_FOR_RECONTACT_AFTER,
    SC_FOR_CALLBACK,
    SC_FOR_REACHED,
    SC_FOR_DAY_FACTOR,
    SC_FOR_DRIFT,
    SC_FOR_LEVEL,
    SC_FOR_HEAD_SPEED,
    SC_FOR_ABSENCE,
    SC_FOR_PLANNED,
    SC_FOR_BACKLOG,
    SC_FOR_CREW,             /* and the next: enum sc_crew_draw */
    SC_FOR_DIVERT = 64,      /* 64 + index of the diversion in its list */
    SC_FOR_CHILD = 1024,     /* 1024 * kind + ordinal: the key of a follow-up */
    SC_FOR_REPLAY = 1 << 20, /* + cell of the day */
};

enum sc_follow_up {
    SC_FOLLOW_RETRY,
    SC_FOLLOW_TRANSFER,
    SC_FOLLOW_DIVERT,
    SC_FOLLOW_DIVERT_WAITING,
    SC_FOLLOW_RETURN,
    SC_FOLLOW_TOUCH,
    SC_FOLLOW_RECONTACT
};

static inline uint64_t sc_follow_up_key(uint64_t parent, enum sc_follow_up kind, unsigned ordinal)
{
    return sc_key(parent, (uint64_t)SC_FOR_CHILD * (1u + kind) + ordinal);
}

/* A law made ready to draw from. */
enum sc_draw_kind { SC_DRAW_NONE, SC_DRAW_TABLE, SC_DRAW_FIXED, SC_DRAW_UNIFORM, SC_DRAW_TRIANGULAR, SC_DRAW_SAMPLE };
struct sc_draw {
    enum sc_draw_kind kind;
    double scale; /* mean of a table, value of a fixed one, factor of the others */
    const struct sc_quantile_table *table;
    const struct sc_law *law; /* of which, for what is rare */
};

/* Rates of new contacts over a kind of day: piecewise constant. */
struct sc_profile {
    size_t pieces;
    double from_s;       /* since midnight */
    const double *end_s; /* [pieces], since midnight, rising */
    const double *rate;  /* [pieces], contacts a second before the day's factors; may be 0 */
    double total;        /* contacts a day */
};

/* A day of a history: its counts, and (a log) the instants themselves. */
struct sc_dated {
    struct sc_profile profile;
    const double *count; /* [cells] */
    size_t cells;
    const double *instant_s; /* [instants], since midnight, rising */
    size_t instants;
    bool log;
};

struct sc_model_channel {
    const struct sc_channel *channel;
    size_t first_type, types;
    const double *class_until; /* [types - 1], cumulative shares of the classes */
    struct sc_profile profile[SC_MODEL_DAY_KINDS];
    bool open[SC_MODEL_DAY_KINDS];
    double open_from_s[SC_MODEL_DAY_KINDS], open_to_s[SC_MODEL_DAY_KINDS];
    const double *scale;                        /* [simulated days]: factor, growth and season of each day */
    const struct sc_quantile_table *day_factor; /* own spread; NULL: none */
    double drift_sd, drift_memory; /* of the logarithm of the factor within the day, from interval to interval */
    const struct sc_dated *dated;  /* [simulated days] of a history used by date; NULL: days are as their kind */
    bool replays;                  /* the contacts of the history themselves */
    uint64_t key;                  /* hash of the name */
    const size_t *trunks;          /* [trunk_count], indices */
    size_t trunk_count;
};

/* A pool that may take a type, as an arriving contact looks at it. */
struct sc_route {
    int pool;
    int rank;
    int stage;   /* how many stages of waiting must have passed (overflow); 0: at once */
    int at_once; /* contacts that an agent may hold when it has taken one of this type */
    bool interruptible;
    double pace;            /* 1 / speed */
    const double *slowdown; /* [slowdowns]: factor on times with 1, 2, … in hand; the last holds for more */
    size_t slowdowns;
};

/* The same from the pool's side. */
struct sc_take {
    int type;
    int rank;
    int stage;
    const struct sc_route *route; /* the same skill, seen from the contact's side */
    double priority;
    bool same_as_next; /* rank and priority equal to the next take's: the longer wait decides */
};

/* What may happen to a waiting contact at a fixed wait, in the order of the waits. */
struct sc_stage {
    double wait_s;
    int divert; /* index into the service's diversions, or -1: a pool opens to it */
};

/* A clock that stands still outside some hours (targets with `clock`). */
struct sc_open_clock {
    const double *before_s; /* [simulated days + 1], time run by the midnight of each day */
    bool open[SC_MODEL_DAY_KINDS];
    double from_s[SC_MODEL_DAY_KINDS], to_s[SC_MODEL_DAY_KINDS];
};

struct sc_type {
    const struct sc_service *service;
    int channel, class_index;
    enum sc_channel_kind kind;
    struct sc_draw handle, wrap_up, patience, retry_after;
    struct sc_draw automation_takes, returns_after, reply_after, recontact_after;
    const struct sc_open_clock *clock; /* of its target; NULL: the wall's */
    double touch_again;                /* probability that a handling is followed by another touch */
    double within_s, short_s;          /* of the target, on the grid */
    bool judged;                       /* has a target for its answers */
    const uint32_t *in_channel; /* [channels]: its type there when it moves: of the same class if the channel has one of
                                   that name, else of no class */
    bool automated;             /* a bot or a deflection stands before the queue */
    bool has_bot;
    bool plain;      /* its contacts are answered alone, have no wrap-up, nothing follows, and no event changes that */
    bool follows_up; /* something may happen after its handling */
    bool interrupts; /* may take an agent off interruptible work */
    bool diverts_on_joining;
    bool uses_trunks;
    const struct sc_route *routes; /* [route_count] by rank, then order of the pools */
    size_t route_count;
    const struct sc_stage *stages; /* [stage_count] */
    size_t stage_count;
};

struct sc_model_pool {
    const struct sc_pool *pool;
    const struct sc_take *takes; /* [take_count] by rank, then falling priority, then order in the file */
    size_t take_count;
    uint64_t take_mask; /* a bit for each type that it may take, all set where there are more than 64 types */
    const struct sc_quantile_table *head_speed; /* lognormal factor on handle times of each head; NULL: all alike */
    size_t levels_most;                         /* most levels that a day of its roster has */
    int heads_most;                             /* the highest level that its roster ever has */
    bool on[SC_MODEL_DAY_KINDS];                /* hours of SC_ROSTER_AGENTS */
    double on_from_s[SC_MODEL_DAY_KINDS], on_to_s[SC_MODEL_DAY_KINDS];
    uint64_t key;
};

/* The rules from an instant on: a model of the same structure, with other numbers. */
struct sc_regime {
    double from_s;
    const struct sc_model *model;
};

/* The counted days of a model, where they are not those of its scenario: a plan plays weeks far ahead of `start`, where
   growth, season, events and holidays are as of their own dates. */
struct sc_span {
    int64_t first_day; /* days since 1970-01-01 */
    int days, warmup_days;
};

struct sc_workforce;

struct sc_model {
    const struct sc_scenario *scenario;
    struct sc_regime *regimes; /* [regime_count]; the first is this model itself, from the beginning */
    size_t regime_count;
    int warmup_days, days; /* counted days follow the warm-up */
    int64_t first_day;     /* day number of the first simulated day */
    double counted_from_s, end_s;
    double stop_s; /* where the engine stops: at the end, or before where nobody asks for the rest */
    bool backlogged; /* begins with the scenario's backlogs */
    bool watched;    /* it is judged how the centre comes through events */
    const struct sc_workforce *workforce; /* the people behind the rosters (workforce.h); NULL: as written */
    bool borrows;                         /* all but its pools belongs to another model */
    uint64_t seed_key;
    struct sc_model_channel *channels;
    struct sc_type *types;
    size_t type_count;
    bool lapses; /* nothing but the figures sees when a waiting contact gives up (simulate/lapse.c) */
    struct sc_model_pool *pools;
    const struct sc_quantile_table *unit_exponential;
    const struct sc_quantile_table *common_day_factor; /* NULL: none */
    const struct sc_quantile_table *level_factor;      /* of a whole replication; NULL: none */
    const struct sc_quantile_table *unit_normal;       /* NULL where nothing needs it */
    const unsigned char *day_kind;                     /* [warmup_days + days] */
    struct sc_arena arena;
};

/* Simulated days, the warm-up's included. */
static inline int sc_model_days(const struct sc_model *model)
{
    return model->warmup_days + model->days;
}

/* Kind of a simulated day (0 is the first). */
static inline int sc_day_kind(const struct sc_model *model, int day)
{
    return model->day_kind[day];
}

/* The hours of a channel on a day. */
static inline bool sc_channel_hours(const struct sc_model *model, size_t channel, int day, double *from_s, double *to_s)
{
    const struct sc_model_channel *c = &model->channels[channel];
    int kind = sc_day_kind(model, day);
    *from_s = c->open_from_s[kind];
    *to_s = c->open_to_s[kind];
    return c->open[kind];
}

/* The factor of `by_time` of a law at an instant. */
double sc_law_time_factor(const struct sc_model *model, const struct sc_law *law, double at_s);
/* Laws that are no table: rare, so out of line. */
double sc_draw_other(const struct sc_draw *draw, uint64_t bits);

/* A drawn value as a duration for a contact that arrived at arrived_s: with its factor by time, on the grid. */
static inline double sc_draw_finish(const struct sc_model *model, const struct sc_draw *draw, double value,
                                    double arrived_s)
{
    if (__builtin_expect(draw->law->by_time.given, 0))
        value *= sc_law_time_factor(model, draw->law, arrived_s);
    return sc_tick(value < SC_TICK_MOST ? value : SC_TICK_MOST);
}

/* A duration for such a contact, drawn. Never for SC_DRAW_NONE. */
static inline double sc_draw_s(const struct sc_model *model, const struct sc_draw *draw, uint64_t key,
                               enum sc_purpose purpose, double arrived_s)
{
    double value;
    if (__builtin_expect(draw->kind == SC_DRAW_TABLE, 1))
        value = draw->scale * sc_quantile(draw->table, sc_key(key, purpose));
    else if (draw->kind == SC_DRAW_FIXED)
        value = draw->scale;
    else
        value = sc_draw_other(draw, sc_key(key, purpose));
    return sc_draw_finish(model, draw, value, arrived_s);
}

/* --- parts of a model, each built by a file of its own --- */

/* A law as something to draw from; equal laws share a table (laws.c). */
struct sc_law_cache;
enum sc_code sc_draw_build(struct sc_law_cache *cache, const struct sc_law *law, double factor, struct sc_draw *draw,
                           struct sc_error *error);

/* The value of a group by days for a kind of simulated day: the holiday's own where it was written, else the weekday's.
 */
const struct sc_clock *sc_clock_of_day(const struct sc_week_clock *week, int day_kind);

/* Hours, profiles and day factors of all channels (demand.c). */
enum sc_code sc_demand_build(struct sc_model *model, struct sc_law_cache *cache, struct sc_error *error);
/* The rates of a channel on one day of one replication. */
struct sc_rates {
    size_t pieces;
    double from_s;
    const double *end_s; /* [pieces], since midnight; of a replay the instants of the contacts themselves */
    const double *rate;  /* [pieces], a second */
    double factor;       /* on all of them */
    bool replay;
};
/* `own` has room for twice sc_demand_pieces_most numbers; the rates may point there. */
void sc_demand_day(const struct sc_model *model, size_t channel, int day, uint64_t replication_key, double *own,
                   struct sc_rates *rates);
/* The draw of `level`: what a whole replication's demand is multiplied by. */
double sc_demand_level(const struct sc_model *model, uint64_t replication_key);
/* The profile of a channel on a simulated day (history.c). */
const struct sc_profile *sc_channel_profile(const struct sc_model *model, size_t channel, int day);
/* Demand from a history (history.c): builds it, and repeats a day of it into `own`. */
enum sc_code sc_history_build(struct sc_model *model, struct sc_law_cache *cache, struct sc_model_channel *channel,
                              struct sc_error *error);
void sc_history_replay(const struct sc_model *model, size_t channel, int day, uint64_t replication_key, double *own,
                       struct sc_rates *rates);
size_t sc_history_replay_most(const struct sc_model *model);
/* 0 where the rates of a day are always simply those of a profile. */
size_t sc_demand_pieces_most(const struct sc_model *model);
/* The time since midnight at which a share `uniform` of a day's contacts has come. */
double sc_profile_time(const struct sc_profile *profile, double uniform);

/* From at_s (since midnight) on a pool has `heads` on duty and is paid for `paid` (roster.c). */
struct sc_level {
    double at_s;
    int heads, paid;
};
enum sc_code sc_roster_build(struct sc_model *model, struct sc_law_cache *cache, struct sc_error *error);
/* The roster of a pool on a day of a replication (who is absent is drawn; key 0: the roster alone, nobody is away): at
   most levels_most levels, the first at 0. Returns their number; 0: no memory. */
size_t sc_roster_day(const struct sc_model *model, size_t pool, int day, uint64_t replication_key,
                     struct sc_level *levels);

/* The same of replication `number`, whose key is replication_key, with the people of the model's workforce. */
size_t sc_roster_peopled(const struct sc_model *model, size_t pool, int day, uint64_t number, uint64_t replication_key,
                         struct sc_level *levels);
/* Room for the rosters of a pool under any of its rules where they are multiplied by `most` at most. */
void sc_roster_room(struct sc_model *model, size_t pool, double most);

/* Time that a clock has run between two instants, which may lie before the first day (clock.c). */
double sc_clock_elapsed(const struct sc_model *model, const struct sc_open_clock *clock, double from_s, double to_s);
enum sc_code sc_clocks_build(struct sc_model *model, struct sc_error *error);
/* Whether a bot works at an instant. */
bool sc_automation_on(const struct sc_model *model, const struct sc_automation *automation, double at_s);

/* The expected share of satisfied contacts after a wait: SPEC 2.1 `satisfaction`. */
double sc_satisfied(const struct sc_service *service, double wait_s);

/* The events of a scenario as regimes (regimes.c); the laws of all share the cache. */
enum sc_code sc_regimes_build(struct sc_model *model, const struct sc_span *span, struct sc_law_cache *cache,
                              struct sc_error *error);
void sc_regimes_release(struct sc_model *model);
/* A model without regimes whose tables belong to a cache; its span may be NULL. */
enum sc_code sc_model_build_rules(const struct sc_scenario *scenario, const struct sc_span *span,
                                  struct sc_law_cache *cache, struct sc_model **model, struct sc_error *error);
/* A whole one for a span, whose tables belong to a cache, which must outlive it: models of several spans share them.
   It is not watched: its events have no figures. */
enum sc_code sc_model_build_span(const struct sc_scenario *scenario, const struct sc_span *span,
                                 struct sc_law_cache *cache, struct sc_model **model, struct sc_error *error);
/* Warm-up days that a span needs whose counted days begin on that day. */
int sc_model_span_warmup(const struct sc_scenario *scenario, int64_t first_day);

/* Which pools may take which types, in what order (routes.c). */
enum sc_code sc_routes_build(struct sc_model *model, struct sc_error *error);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine of a plan: pieces of the plan's months, played with the people that a plan has then.
 *
 * A stretch is some days of the horizon with a warm-up of its own. It has the demand that the whole timeline has on
 * its dates: growth counts from the scenario's start, season, events and holidays go by date, and a replication's
 * level and day factors are the same in all stretches. What is left over from the weeks before is the warm-up's
 * alone: a queue that grows for months is seen only by a stretch that begins with them.
 *
 * A job is a replication of a stretch with some people. Jobs of one seed and replication share all random numbers, so
 * what differs between them differs because of their people.
 */
#ifndef SC_DECIDE_PLAN_ENGINE_H
#define SC_DECIDE_PLAN_ENGINE_H

#include "staffcast/estimate.h"
#include "staffcast/people.h"
#include "staffcast/scenario.h"

struct sc_plan_engine;
struct sc_crew;

/* Days since 1970-01-01; the days count, the warm-up does not. -1 warm-up days: as many as the channels need. Goals are
   for figures of some of the days; only a stretch that begins with the scenario may have them. */
struct sc_plan_stretch {
    int64_t first_day;
    int days, warmup_days;
    const struct sc_goal *goals;
    size_t goal_count;
};

/*
 * Builds a model for each stretch (some milliseconds; events that change things step by step a model for each step).
 * The scenario must outlive it. Errors: as sc_model_build.
 */
enum sc_code sc_plan_engine_new(const struct sc_scenario *scenario, const struct sc_plan_stretch *stretches,
                                size_t count, struct sc_plan_engine **engine, struct sc_error *error);
/* The same with other stretches, or of another scenario, instead: cheaper than a new engine, as tables of laws stay.
   A failure leaves all as it was. */
enum sc_code sc_plan_engine_change(struct sc_plan_engine *engine, const struct sc_scenario *scenario,
                                   const struct sc_plan_stretch *stretches, size_t count, struct sc_error *error);
/* NULL is fine. */
void sc_plan_engine_free(struct sc_plan_engine *engine);

/* The model of a stretch, for sc_pairs_of_… (the same for all stretches, but for goals) and for its demand. Its
   scenario has the stretch's number of days and goals, and no events: pairs of those are not filled. */
const struct sc_model *sc_plan_engine_model(const struct sc_plan_engine *engine, size_t stretch);
/* Warm-up days that a stretch has. */
int sc_plan_engine_warmup(const struct sc_plan_engine *engine, size_t stretch);
/* Mean contacts of new demand in a stretch, warm-up included: what a job costs, about. */
double sc_plan_engine_contacts(const struct sc_plan_engine *engine, size_t stretch);
/* The draw of `level`: what a replication's demand as a whole is multiplied by. 1 without a level. */
double sc_plan_engine_level(const struct sc_plan_engine *engine, uint64_t seed, uint64_t replication);
/* The same for a place on the unit interval: its quantile at uniform / 2^64. */
double sc_plan_engine_level_at(const struct sc_plan_engine *engine, uint64_t uniform);

/* The people of a pool as the model's rosters take them (model/workforce.h). */
void sc_plan_crew(const struct sc_people *people, const struct sc_workforce_day *day, struct sc_crew *crew);

struct sc_plan_job {
    size_t stretch;
    uint64_t seed, replication;
    size_t people; /* which people: the caller's own number */
};

struct sc_plan_play {
    const struct sc_plan_job *jobs; /* [count]; neighbours of one stretch cost least memory traffic */
    size_t count;
    int threads;        /* 0: as many as OpenMP gives */
    double factor_most; /* no pool's factor is ever above it; 0: 4 */
    void *context;      /* of the two functions */
    /* The people of a pool on a date, the warm-up's and the day before it included; called by any thread, several
       times a day, for pools that have people. `out` is zeroed. Must depend on its arguments alone. */
    void (*people)(void *context, const struct sc_plan_job *job, size_t pool, int64_t day,
                   struct sc_workforce_day *out);
    /* In the order of the jobs, never two at a time: pairs as sc_pairs_fill gives them for the stretch's model. */
    enum sc_code (*fold)(void *context, const struct sc_plan_job *job, const struct sc_pair *pairs,
                         struct sc_error *error);
    /* May be NULL. */
    void (*progress)(void *context, size_t done, size_t planned);
    void *progress_context;
};

/*
 * Plays the jobs; the same bytes whatever the number of threads. Errors: SC_SYSTEM (memory), SC_USAGE (a factor above
 * factor_most), those of `fold`.
 */
enum sc_code sc_plan_engine_play(const struct sc_plan_engine *engine, const struct sc_plan_play *play,
                                 struct sc_error *error);

#endif

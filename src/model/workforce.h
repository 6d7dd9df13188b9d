/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The people behind the rosters of a plan: how many of them are productive on a date, and how fast they work.
 *
 * The roster that a scenario writes is that of its starting headcount. With a workforce a day of it is multiplied by
 * the crew's `factor` (productive heads today over those at the start). What is left of a head is carried over, from
 * interval to interval, of shifts from shift to shift, from a uniform beginning a day, so the mean heads are exactly
 * the roster times the factor. Absence and planned shrinkage act on the heads so found.
 *
 * Heads of different speed are on duty in proportion: which are, is drawn a day, in such a way that any number of
 * them, counted from the lowest, is spread evenly over all who are productive. A head of speed 0.6 needs 1 / 0.6 of the
 * time for handling and wrap-up, times what its skill and its own factor (`speed_spread`) say.
 *
 * All this is a function of seed, replication, pool and date. The draws of contacts do not change.
 */
#ifndef SC_MODEL_WORKFORCE_H
#define SC_MODEL_WORKFORCE_H

#include "staffcast/error.h"
#include "staffcast/model.h"

#include <stddef.h>
#include <stdint.h>

enum { SC_CREW_GROUPS = 32 };

/* The productive people of a pool on a date. */
struct sc_crew {
    double factor; /* on the roster; 1: as it is written */
    size_t groups; /* 0: all work at speed 1 */
    struct sc_crew_group {
        double speed; /* above 0 */
        double heads; /* on any scale: only their proportion counts */
    } group[SC_CREW_GROUPS];
};

struct sc_workforce {
    /* Fills a crew that was set to "as written". Called by any thread, many times a day: cheap, a function of its
       arguments alone, and good for every date of the model, its warm-up's and the day before it included. */
    void (*people)(const void *context, size_t pool, int64_t date, uint64_t replication, struct sc_crew *crew);
    const void *context;
    double most; /* no factor is above it; memory goes with it */
};

/*
 * A model with a workforce, which shares all else with the one that it was made from: that must outlive it, as must
 * the workforce. Microseconds, no tables. Freed with sc_model_free. Errors: SC_SYSTEM.
 */
enum sc_code sc_model_people(const struct sc_model *model, const struct sc_workforce *workforce,
                             struct sc_model **peopled, struct sc_error *error);

/* The crew of a pool; "as written" where the model has no workforce. */
void sc_crew_of(const struct sc_model *model, size_t pool, int64_t date, uint64_t replication, struct sc_crew *crew);

/* A random beginning of a pool's day, uniform in (0, 1): for carrying a part of a head over, and for who is on duty. */
enum sc_crew_draw { SC_CREW_CARRIED, SC_CREW_ON_DUTY };
double sc_crew_uniform(const struct sc_model *model, size_t pool, int64_t date, uint64_t replication_key,
                       enum sc_crew_draw draw);

/* The speed of head `head` on duty, for the day's uniform number of SC_CREW_ON_DUTY. */
double sc_crew_speed(const struct sc_crew *crew, double uniform, uint32_t head);

/* Whole heads for a number that need not be whole: what is carried over goes in and out of `carried`, in [0, 1). */
int sc_crew_whole(double heads, double *carried);

#endif

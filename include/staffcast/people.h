/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People: how many a pool has on each day of a plan, when they leave at random and hires are trained and ramp up.
 *
 * Every head has a day on which it leaves. On each day from its first on it stays with probability 1 - h, where the
 * daily hazard h = 1 - (1 - a)^(12 / 365.25) makes a month's loss the share a (SPEC 2.4). A hire leaves at
 * `early_attrition` in the 90 days from the start of its training and at `attrition` after that; those who are there at
 * the start are past their 90 days. Burn-out multiplies the monthly rate a of everybody on duty by a factor that
 * depends on the live occupancy of the 28 days before: an assumption of the scenario's author. Temporary staff leave
 * after their last day at the latest.
 *
 * A path is one such history. Heads draw an exponential threshold each, from seed, replication, pool and their own
 * number (tenured heads by number, hires by date and order), and leave when their summed hazard passes it. So the same
 * replication of two plans has the same people leaving on the same days but for what the plans change, a further hire
 * leaves all others as they were, and more burn-out never makes anybody stay longer.
 *
 * Without burn-out heads are independent, and the number of a cohort of n that is still there is binomial: mean and
 * variance of every count are sums in closed form (sc_people_moments).
 */
#ifndef STAFFCAST_PEOPLE_H
#define STAFFCAST_PEOPLE_H

#include "staffcast/error.h"
#include "staffcast/scenario.h"

#include <stddef.h>
#include <stdint.h>

enum { SC_RAMPS_MOST = 24, SC_EARLY_DAYS = 90, SC_BURNOUT_DAYS = 28 };

/* Days of a month on average, by which rates, salaries and ramps go. */
#define SC_MONTH_DAYS (365.25 / 12.0)

/* What a pool's people are on one day, as its roster sees it. */
struct sc_workforce_day {
    double factor;               /* productive heads / (headcount x (1 - overhead)): multiplies the roster */
    double share[SC_RAMPS_MOST]; /* of the productive heads, those in month i of their ramp; the rest are at speed 1 */
};

/* Hires that begin their training on one day. */
struct sc_cohort {
    int64_t start_day;
    int64_t until_day; /* the last day of temporary staff; INT64_MAX: for good */
    int count;
};

/* The people of a pool over the days first_day … first_day + days - 1. */
struct sc_people_path {
    int64_t first_day;
    size_t days, ramps;
    int *headcount;  /* [days], everybody: in training and overhead too */
    int *training;   /* [days], of them in training */
    int *ramp;       /* [ramps][days], of them in month i of their ramp, where its speed is not 1 */
    int *left;       /* [days], who were there the day before and are not any more */
    int *hired;      /* [days], who begin */
    double *speed;   /* [days], heads on duty, each by its speed; overhead not yet taken off */
    double *scratch; /* [scratch_room], its own */
    size_t scratch_room;
};

/* Errors: SC_SYSTEM, SC_USAGE (more than SC_RAMPS_MOST steps of a ramp). */
enum sc_code sc_people_path_new(const struct sc_people *people, int64_t first_day, size_t days,
                                struct sc_people_path **path, struct sc_error *error);
/* NULL is fine. */
void sc_people_path_free(struct sc_people_path *path);

/*
 * Live occupancy on a day of path, where `heads` (by speed, overhead not taken off) are on duty; for burn-out. NULL
 * where the pool has none, or none is wanted.
 */
struct sc_people_occupancy {
    double (*live)(void *context, size_t day, double heads);
    void *context;
};

/*
 * Fills a path: replication `replication` of `seed` for the pool of that name. The cohorts are in no particular order;
 * several of one day are told apart by their order. Cost: some 50 ns a head, with burn-out a sweep over the days.
 * Errors: SC_SYSTEM (memory).
 */
enum sc_code sc_people_path_fill(struct sc_people_path *path, const struct sc_people *people, const char *pool,
                                 const struct sc_cohort *cohorts, size_t cohort_count,
                                 const struct sc_people_occupancy *occupancy, uint64_t seed, uint64_t replication,
                                 struct sc_error *error);

/* The day of a path as the roster sees it; days before the first and after the last are like these. The headcount that
   the roster is for must be above 0. */
void sc_people_path_day(const struct sc_people_path *path, const struct sc_people *people, int64_t day,
                        struct sc_workforce_day *out);

/* Probability that a head is still there `days` days after it began (tenured: after the first day of the plan), without
   burn-out. */
double sc_people_stays(const struct sc_people *people, int hired, int64_t days);

/* The speed of a hire so many days after the start of its training: 0 in training, 1 after the ramp; *ramp is the month
   of the ramp, -1: none. */
double sc_people_speed(const struct sc_people *people, int64_t days, int *ramp);

/* Mean and variance without burn-out, on the day `day` (of the calendar; first_day as in a path). */
struct sc_people_moments {
    double headcount, headcount_variance;
    double training, training_variance;
    double speed, speed_variance; /* heads on duty, each by its speed */
};
struct sc_people_moments sc_people_moments(const struct sc_people *people, int64_t first_day,
                                           const struct sc_cohort *cohorts, size_t cohort_count, int64_t day);

#endif

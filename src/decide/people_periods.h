/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People summed over periods of days, without burn-out: the same as a path (staffcast/people.h) summed up, in a third
 * of the time. A head that leaves adds, to every period before, what a head of its start does on all its days.
 */
#ifndef SC_DECIDE_PEOPLE_PERIODS_H
#define SC_DECIDE_PEOPLE_PERIODS_H

#include "staffcast/people.h"

struct sc_people_periods;

/*
 * For some cohorts over days that are divided twice, into short periods and long ones: short_end[i] and long_end[i]
 * are the days, from the first on, before which a period ends; the last of either are all days. All must outlive it.
 * Errors: SC_SYSTEM.
 */
struct sc_people_calendar {
    int64_t first_day;
    size_t days;
    const size_t *short_end, *long_end; /* [shorts], [longs] */
    size_t shorts, longs;
};
enum sc_code sc_people_periods_new(const struct sc_people *people, const struct sc_people_calendar *calendar,
                                   const struct sc_cohort *cohorts, size_t count, struct sc_people_periods **periods,
                                   struct sc_error *error);
/* NULL is fine. */
void sc_people_periods_free(struct sc_people_periods *periods);

/* Sums of a replication: speed[shorts] of heads on duty by their speed, heads[longs] of everybody, over the days of
   each period. Any thread. */
void sc_people_periods_sum(const struct sc_people_periods *periods, const char *pool, uint64_t seed,
                           uint64_t replication, double *speed, double *heads);
#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When heads leave without burn-out: what paths day by day (people.c) and sums over periods (people_periods.c) share.
 */
#ifndef SC_DECIDE_PEOPLE_LEAVE_H
#define SC_DECIDE_PEOPLE_LEAVE_H

#include "staffcast/people.h"

/* Daily hazards, as rates of an exponential. */
struct sc_people_rates {
    double base, early;           /* of those in training, and of all without burn-out */
    double duty_base, duty_early; /* of those on duty */
};
struct sc_people_rates sc_people_rates(const struct sc_people *people, double factor);

/* The key of a pool's people on a replication. */
uint64_t sc_people_key(const char *pool, uint64_t seed, uint64_t replication);
/* That of the tenured (cohort NULL), or of the cohort that is number `same` of those with its start. */
uint64_t sc_people_group_key(uint64_t key, const struct sc_cohort *cohort, uint64_t same);
/* The threshold of head `head` of a group. */
double sc_people_threshold(uint64_t group_key, int head);
/* Days after its first on which a head with that threshold is there no more, without burn-out; at least 1. */
double sc_people_age(const struct sc_people_rates *rates, bool hired, double threshold);
/* The most days that anybody of a cohort stays: INT64_MAX for good. */
int64_t sc_people_most_days(const struct sc_cohort *cohort);

#endif

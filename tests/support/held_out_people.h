/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The people of a pool on one path of the held-out test, head by head and day by day: SPEC 2.4 once more, with nothing
 * of staffcast/people.h but what a cohort is. A head that is there on a day leaves before the next with probability
 * 1 - (1 - a)^(12 / 365.25); whether it does is a draw of its own, from the head and the day.
 */
#ifndef STAFFCAST_TESTS_HELD_OUT_PEOPLE_H
#define STAFFCAST_TESTS_HELD_OUT_PEOPLE_H

#include "staffcast/people.h"
#include "staffcast/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sc_crew;

struct held_out_people {
    const struct sc_people *people;
    int64_t first_day;
    size_t days, steps;
    int *heads; /* [days][steps]: on duty by speed: the months of the ramp, then full speed */
    int *before; /* alike, of the call before */
};

/* The test fails without memory. */
struct held_out_people *held_out_people_new(const struct sc_people *people, int64_t first_day, size_t days);
/* NULL is fine. */
void held_out_people_free(struct held_out_people *held);

/*
 * Draws the path of that key. `occupancy` are the live busy and the on-duty time of each day, two numbers a day, by
 * which people burn out; NULL: they do not. Says whether anybody is elsewhere than after the call before.
 */
bool held_out_people_fill(struct held_out_people *held, const struct sc_cohort *cohorts, size_t count, uint64_t key,
                          const double *occupancy);

/* Those on duty on a date, as rosters take them. */
void held_out_people_crew(const struct held_out_people *held, int64_t date, struct sc_crew *crew);

#endif

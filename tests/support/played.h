/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A result made by hand, for tests of what is printed: two channels, one of them with a class, and one pool. */
#ifndef STAFFCAST_TESTS_PLAYED_H
#define STAFFCAST_TESTS_PLAYED_H

#include "staffcast/present.h"

struct fixture {
    struct sc_scenario scenario;
    struct sc_channel channels[2];
    struct sc_class classes[1];
    struct sc_pool pools[1];
    struct sc_event events[2];
    struct sc_goal goals[4];
    struct sc_event_result event_results[2];
    struct sc_goal_result goal_results[4];
    struct sc_result result;
    struct sc_played played; /* of the two above */
};

/*
 * Channel 0 "phone" has the target 80 % in 20 s and a class "vip"; channel 1 "sales, \"new\"" has no target. Every
 * figure not named here is 0 ± 0 but for ratios, which are NaN.
 */
struct fixture *fixture_new(void);
void fixture_free(struct fixture *fixture);

/* Sets a figure of the channel, its first class, the pool or the totals. */
void fixture_channel(struct fixture *fixture, int channel, const char *metric, double mean, double low, double high);
void fixture_class(struct fixture *fixture, const char *metric, double mean, double low, double high);
void fixture_pool(struct fixture *fixture, const char *metric, double mean, double low, double high);
void fixture_total(struct fixture *fixture, const char *metric, double mean, double low, double high);

/* Gives the result sums of the two days by 60 minutes: 4 contacts an hour and replication on the phone from 8 to 10;
   7.5 wait at the first midnight, the oldest for a minute. */
void fixture_add_intervals(struct fixture *fixture);

/* Gives it an outage and a training, and four goals: missed, reached but close, over nothing, reached. */
void fixture_add_dates(struct fixture *fixture);

/* What a function writes, as a text to be freed. */
char *fixture_json(const struct sc_played *played, size_t count);
char *fixture_csv(const struct sc_played *played, size_t count);
char *fixture_table(const struct sc_played *played, bool colour);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random scenarios: valid ones of any shape, from a seed, that use every mechanism at once.
 *
 * Properties are proven over what nobody thought of. A scenario has one to four channels of a few hundred
 * contacts a day, one to four pools of a few heads, one to three days; each mechanism is in about a third of
 * them, so most have several that meet. Durations are often equal and fixed, so that many things happen at
 * one instant.
 *
 * A new mechanism is added as one more writer in the table of its group (settings_of_service,
 * settings_of_pool, settings_of_scenario) in random_scenario.c.
 */
#ifndef STAFFCAST_TESTS_RANDOM_SCENARIO_H
#define STAFFCAST_TESTS_RANDOM_SCENARIO_H

#include "staffcast/estimate.h"

#include <stdint.h>

/* The text of the scenario of that seed; the caller frees. Channels are named c0, c1 …, pools p0, p1 …; the
   lists begin with "channels = (" and "pools = (", so that more elements can be put in front. */
char *random_scenario_text(uint64_t seed);

/* What is needed to play a scenario. The test fails on any error. */
struct player {
    struct sc_scenario *scenario;
    struct sc_model *model;
    struct sc_workspace *workspace;
    struct sc_replication *replication;
    struct sc_intervals *intervals; /* zeroed */
};
struct player player_new(const char *text, const char *const *overrides, size_t count);
/* The same from a scenario, which is the player's from then on. */
struct player player_of(struct sc_scenario *scenario);
void player_free(struct player *player);
/* Plays a replication into player->replication; `intervals` and `observer` may be NULL. */
void player_play(struct player *player, uint64_t number, struct sc_intervals *intervals,
                 const struct sc_observer *observer);
/* All bytes of a replication's figures in one number, so that two can be compared. */
uint64_t replication_digest(const struct sc_replication *replication);

/* Says which scenario a failure belongs to: printed only when a test fails. */
void random_scenario_print(uint64_t seed);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goals in one replication. */
#ifndef STAFFCAST_ESTIMATE_GOALS_H
#define STAFFCAST_ESTIMATE_GOALS_H

#include "staffcast/estimate.h"

#include "estimate/metrics.h"

/* Whose figure a goal is about, and over which days. */
struct sc_goal_place {
    enum { SC_PLACE_CHANNEL, SC_PLACE_POOL, SC_PLACE_TOTAL } kind;
    size_t index; /* of the channel or pool */
    const struct sc_metric *metric;
    const struct sc_recipe *recipe;
    size_t pair;         /* of the same figure over all days */
    size_t first, days;  /* counted days */
    bool whole;          /* all of them */
};

/* False where the goal names nothing that exists, or cannot be judged. */
bool sc_goal_find(const struct sc_model *model, size_t goal, struct sc_goal_place *place);

/* The goal's two pairs; those of the figures must be there already. */
void sc_goal_fill(const struct sc_model *model, const struct sc_replication *replication, size_t goal,
                  struct sc_pair *pairs);

#endif

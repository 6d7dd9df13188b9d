/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking up figures by the name of their metric, and which targets there are to judge. */
#ifndef STAFFCAST_PRESENT_FIGURES_H
#define STAFFCAST_PRESENT_FIGURES_H

#include "staffcast/estimate.h"
#include "staffcast/present.h"
#include "staffcast/scenario.h"

#include <stdbool.h>

/* All three NaN where the metric does not exist. */
struct sc_figure sc_channel_figure(const struct sc_channel_result *channel, const char *metric);
struct sc_figure sc_pool_figure(const struct sc_pool_result *pool, const char *metric);
struct sc_figure sc_total_figure(const struct sc_result *result, const char *metric);

/* Has the channel, or one of its classes, a target on the answer? Without one there is no service level. */
bool sc_channel_has_level(const struct sc_channel *channel);

/* A target and how it fared; of a channel or of a class that has a target of its own. */
struct sc_verdict {
    const char *channel, *class_name; /* class_name NULL: the channel's */
    const struct sc_channel_result *figures;
    const struct sc_target *target;
    bool deferred;
    bool judged;    /* false: nothing came that could be judged */
    bool met;       /* by the means */
    bool uncertain; /* the interval holds the value wanted: more replications might turn the verdict */
};

/* Calls `each` for every target of the scenario, in the order of the file. */
void sc_verdicts(const struct sc_played *played, void (*each)(void *context, const struct sc_verdict *verdict),
                 void *context);

#endif

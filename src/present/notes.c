/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader of the figures should know of them. */
#include "staffcast/present.h"

#include <stdio.h>

enum { REPLICATIONS_ENOUGH = 10, NOTE_MOST = 512 };

/* Does anything vary from day to day but chance? */
static bool has_spread(const struct sc_scenario *scenario)
{
    bool has = scenario->spread.cv > 0 || scenario->level > 0;

    for (size_t i = 0; i < scenario->channel_count; i++)
        has = has || scenario->channels[i].volume.spread.cv > 0 || scenario->channels[i].volume.drift_cv > 0;
    return has;
}

void sc_run_notes(const struct sc_played *played, void (*say)(void *context, const char *note), void *context)
{
    const struct sc_scenario *scenario = played->scenario;
    char note[NOTE_MOST];

    if (played->result->replications == 1) {
        say(context, "one replication only: there are no confidence intervals");
    } else if (played->result->replications < REPLICATIONS_ENOUGH) {
        snprintf(note, sizeof note, "only %zu replications: the confidence intervals are rough; %d and more are better",
                 played->result->replications, REPLICATIONS_ENOUGH);
        say(context, note);
    }
    if (!has_spread(scenario))
        say(context, "spread and level are 0: the volume is taken as known, so service looks surer, and often better, "
                     "than it will be; spread = 0.1 is a usual day-to-day variation");
    for (size_t i = 0; i < scenario->pool_count; i++) {
        if (!scenario->pools[i].people.given)
            continue;
        snprintf(note, sizeof note, "the people of pool '%s' are ignored: run plays the roster as it is, without "
                 "hiring, training and attrition", scenario->pools[i].name);
        say(context, note);
    }
}

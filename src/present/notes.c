/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader of the figures should know of them. */
#include "staffcast/present.h"

#include "staffcast/model.h"

#include <stdio.h>

enum { REPLICATIONS_ENOUGH = 10, NOTE_MOST = 512 };

/* Does the channel's history bring its own variation, or is it what has happened, of which nothing is uncertain? */
static bool varies_by_history(const struct sc_volume *volume)
{
    return volume->history_file != NULL &&
           (volume->history_use == SC_HISTORY_REPLAY ||
            (volume->history_use == SC_HISTORY_PROFILE && !volume->spread_given));
}

/* Does anything vary from day to day but chance? */
static bool has_spread(const struct sc_scenario *scenario)
{
    bool has = scenario->spread.cv > 0 || scenario->level > 0;

    for (size_t i = 0; i < scenario->channel_count; i++) {
        const struct sc_volume *volume = &scenario->channels[i].volume;

        has = has || volume->spread.cv > 0 || volume->drift_cv > 0 || varies_by_history(volume);
    }
    return has;
}

/* Do contacts of the channel wait, or come, while a day becomes the next? */
static bool works_across_nights(const struct sc_channel *channel)
{
    const struct sc_week_hours *hours = &channel->hours;
    bool across = !hours->given || channel->service.at_close == SC_KEEP;

    for (int day = 0; day < 7; day++) {
        int next = (day + 1) % 7;

        across = across || (hours->named[day] && hours->to_s[day] == 86400 && hours->named[next] &&
                            hours->from_s[next] == 0);
    }
    return across;
}

/* Whoever starts at an empty desk has an easy first day. A backlog, or days played before it, make it a usual one. */
static bool begins_empty(const struct sc_scenario *scenario, const struct sc_model *model)
{
    bool across = false, backlog = false;

    for (size_t i = 0; i < scenario->channel_count; i++) {
        across = across || works_across_nights(&scenario->channels[i]);
        backlog = backlog || scenario->channels[i].backlog.count > 0;
    }
    return across && !backlog && sc_model_warmup_days(model) == 0;
}

/* Of a channel that somebody waits in, with nothing said of how long: nobody ever leaves. */
static bool lacks_patience(const struct sc_played *played, size_t channel)
{
    static const char waiting[] = "wait_mean_s";
    const struct sc_channel *c = &played->scenario->channels[channel];
    int wait = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, waiting);

    return c->kind != SC_DEFERRED && c->service.patience.kind == SC_LAW_NONE &&
           played->result->channels[channel].figure[wait].mean > 0;
}

static void note_patience(const struct sc_played *played, void (*say)(void *context, const char *note), void *context)
{
    char names[NOTE_MOST / 2], note[NOTE_MOST];
    size_t length = 0;

    for (size_t i = 0; i < played->scenario->channel_count && length < sizeof names; i++)
        if (lacks_patience(played, i))
            length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", length > 0 ? ", " : "",
                                       played->scenario->channels[i].name);
    if (length == 0)
        return;
    snprintf(note, sizeof note, "no patience (%s): everybody waits for ever and nobody is lost, so waiting and "
             "abandonment are not what they will be; patience = \"5 min\" is a usual mean on the phone", names);
    say(context, note);
}

void sc_note_replications(size_t replications, void (*say)(void *context, const char *note), void *context)
{
    char note[NOTE_MOST];

    if (replications == 1) {
        say(context, "one replication only: there are no confidence intervals");
    } else if (replications < REPLICATIONS_ENOUGH) {
        snprintf(note, sizeof note, "only %zu replications: the confidence intervals are rough; %d and more are better",
                 replications, REPLICATIONS_ENOUGH);
        say(context, note);
    }
}

void sc_run_notes(const struct sc_played *played, void (*say)(void *context, const char *note), void *context)
{
    const struct sc_scenario *scenario = played->scenario;
    char note[NOTE_MOST];

    sc_note_replications(played->result->replications, say, context);
    if (!has_spread(scenario))
        say(context, "spread and level are 0: the volume is taken as known, so service looks surer, and often better, "
                     "than it will be; spread = 0.1 is a usual day-to-day variation");
    note_patience(played, say, context);
    if (begins_empty(scenario, played->result->model))
        say(context, "work goes on over night, but the first day begins with none and no day is played before it, so "
                     "service looks better than it will be; warmup = \"7 d\" is usually enough");
    for (size_t i = 0; i < scenario->pool_count; i++) {
        if (!scenario->pools[i].people.given)
            continue;
        snprintf(note, sizeof note, "the people of pool '%s' are ignored: run plays the roster as it is, without "
                 "hiring, training and attrition", scenario->pools[i].name);
        say(context, note);
    }
}

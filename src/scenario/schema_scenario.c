/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/schema_rows.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

static const struct sc_word agent_words[] = {
    {"longest-idle", SC_AGENT_LONGEST_IDLE}, {"random", SC_AGENT_RANDOM},
    {"in-order", SC_AGENT_IN_ORDER}, {NULL, 0},
};
static const struct sc_word contact_words[] = {
    {"rank", SC_CONTACT_RANK}, {"longest-wait", SC_CONTACT_LONGEST_WAIT},
    {"score", SC_CONTACT_SCORE}, {"target", SC_CONTACT_TARGET},
    {NULL, 0},
};
static const struct sc_setting routing_rows[] = {
    {"agent", SC_SET_WORD, AT(sc_scenario, agent_rule), .standard = "longest-idle", .words = agent_words,
     .help = "which of several free agents takes a contact"},
    {"contact", SC_SET_WORD, AT(sc_scenario, contact_rule), .standard = "rank", .words = contact_words,
     .help = "which of several waiting contacts an agent takes"},
};
static const struct sc_schema schema_routing = {.what = "the routing", .size = sizeof(struct sc_scenario),
                                                ROWS(routing_rows)};

static const struct sc_setting trunk_rows[] = {
    {"lines", SC_SET_COUNT, AT(sc_trunk, lines), .low = 1, .high = 1e9, .required = true,
     .help = "contacts that fit on them at once"},
    {"channels", SC_SET_CHANNELS, AT(sc_trunk, channels), COUNT_AT(sc_trunk, channel_count), .required = true,
     .help = "whose contacts take a line"},
};
static const struct sc_schema schema_trunk = {.what = "a trunk",
                                              .size = sizeof(struct sc_trunk),
                                              WHERE_AT(sc_trunk),
                                              ROWS(trunk_rows)};

static const struct sc_setting event_rows[] = {
    {"name", SC_SET_TEXT, AT(sc_event, name), .required = true, .help = "of the event"},
    {"at", SC_SET_INSTANT, AT(sc_event, day), .required = true, .help = "when it begins"},
    {"lasts", SC_SET_DURATION, AT(sc_event, lasts_s), .unset = -1, .above_low = true,
     .help = "undone after that time"},
    {"over", SC_SET_DURATION, AT(sc_event, over_s), .unset = -1, .above_low = true,
     .help = "day by day, until then"},
    {"set", SC_SET_TEXTS, AT(sc_event, set), COUNT_AT(sc_event, set_count), .required = true,
     .help = "overrides of numbers, durations and laws"},
};
static const struct sc_schema schema_event = {.what = "an event",
                                              .key = "name",
                                              .size = sizeof(struct sc_event),
                                              WHERE_AT(sc_event),
                                              ROWS(event_rows),
                                              .finish = sc_event_finish};

static const struct sc_setting goal_rows[] = {
    {"metric", SC_SET_TEXT, AT(sc_goal, metric), .required = true,
     .help = "channels.NAME.FIGURE and the like"},
    {"at_least", SC_SET_NUMBER, AT(sc_goal, wanted), GIVEN_AT(sc_goal, at_least), .low = -1e300,
     .high = 1e300, .help = "wanted"},
    {"at_most", SC_SET_NUMBER, AT(sc_goal, wanted), .low = -1e300, .high = 1e300, .help = "wanted"},
    {"by", SC_SET_DATE, AT(sc_goal, by_day), .required = true, .help = "the last day that counts"},
    {"over", SC_SET_DAYS_LONG, AT(sc_goal, over_days), .unset = -1, .low = 1, .high = 36525,
     .help = "how many days count; left out: 28, or as many as there are"},
};
static const struct sc_schema schema_goal = {.what = "a goal",
                                             .size = sizeof(struct sc_goal),
                                             WHERE_AT(sc_goal),
                                             ROWS(goal_rows),
                                             .finish = sc_goal_finish};

static const struct sc_setting plan_rows[] = {
    {"months", SC_SET_COUNT, AT(sc_plan_settings, months), .standard = "12", .low = 1, .high = 120,
     .help = "how far the plan reaches"},
    {"confidence", SC_SET_SHARE, AT(sc_plan_settings, confidence), .standard = "0.9",
     .help = "probability with which every month's targets are to be met"},
    {"budget_per_month", SC_SET_NUMBER, AT(sc_plan_settings, budget_per_month), .unset = INFINITY,
     .high = 1e15, .help = "left out: no limit"},
};
static const struct sc_schema schema_plan = {.what = "the plan",
                                             .size = sizeof(struct sc_plan_settings),
                                             ROWS(plan_rows),
                                             .finish = sc_plan_finish};

static const struct sc_word interval_words[] = {
    {"5 min", 300}, {"10 min", 600}, {"15 min", 900},
    {"20 min", 1200}, {"30 min", 1800}, {"60 min", 3600},
    {NULL, 0},
};

static const struct sc_setting scenario_rows[] = {
    {"name", SC_SET_TEXT, AT(sc_scenario, name), .help = "left out: that of the file"},
    {"start", SC_SET_DATE, AT(sc_scenario, start_day), .standard = "2026-01-05",
     .help = "the first day that counts"},
    {"days", SC_SET_COUNT, AT(sc_scenario, days), .standard = "28", .low = 1, .high = 36525,
     .help = "calendar days that count"},
    {"warmup", SC_SET_DAYS_LONG, AT(sc_scenario, warmup_days), GIVEN_AT(sc_scenario, warmup_given), .low = 0,
     .high = 3653, .help = "whole days simulated before, counted in no figure"},
    {"interval", SC_SET_DURATION, AT(sc_scenario, interval_s), .standard = "30 min", .words = interval_words,
     .help = "the grid of drift, shrinkage and reports"},
    {"seed", SC_SET_SEED, AT(sc_scenario, seed), .standard = "1", .help = "of all random numbers, 64 bits"},
    {"replications", SC_SET_COUNT, AT(sc_scenario, replications), .standard = "30", .low = 1, .high = 1e9,
     .help = "how often the whole is simulated"},
    {"spread", SC_SET_SPREAD, AT(sc_scenario, spread), .standard = "0", .schema = &sc_schema_spread,
     .shorthand = "cv", .help = "day factor common to all channels"},
    {"level", SC_SET_NUMBER, AT(sc_scenario, level), .standard = "0", .high = SC_GAMMA_CV_MOST,
     .help = "cv of a factor, one draw a replication: what the forecast may be off as a whole"},
    {"currency", SC_SET_TEXT, AT(sc_scenario, currency), .standard = "USD", .help = "of all money"},
    {"fixed_per_month", SC_SET_NUMBER, AT(sc_scenario, fixed_per_month), .standard = "0", .high = 1e15,
     .help = "costs that no head causes"},
    {"holidays", SC_SET_DATES, AT(sc_scenario, holidays), COUNT_AT(sc_scenario, holiday_count),
     .help = "dates that are the day `holiday`"},
    {"channels", SC_SET_LIST, AT(sc_scenario, channels), COUNT_AT(sc_scenario, channel_count),
     .schema = &sc_schema_channel, .required = true, .help = "where contacts come in"},
    {"pools", SC_SET_LIST, AT(sc_scenario, pools), COUNT_AT(sc_scenario, pool_count),
     .schema = &sc_schema_pool, .required = true, .help = "who handles them"},
    {"routing", SC_SET_GROUP, .offset = 0, .schema = &schema_routing, .help = "who takes which"},
    {"trunks", SC_SET_LIST, AT(sc_scenario, trunks), COUNT_AT(sc_scenario, trunk_count),
     .schema = &schema_trunk, .help = "lines that can run out"},
    {"events", SC_SET_LIST, AT(sc_scenario, events), COUNT_AT(sc_scenario, event_count),
     .schema = &schema_event, .last = true, .help = "what happens on a date"},
    {"goals", SC_SET_LIST, AT(sc_scenario, goals), COUNT_AT(sc_scenario, goal_count), .schema = &schema_goal,
     .last = true, .help = "what is to be reached by a date"},
    {"plan", SC_SET_GROUP, AT(sc_scenario, plan), .given_at = offsetof(struct sc_scenario, plan.given) + 1,
     .schema = &schema_plan, .help = "the frame of a hiring plan"},
};
const struct sc_schema sc_schema_scenario = {.what = "a scenario", .size = sizeof(struct sc_scenario),
                                             ROWS(scenario_rows)};

const struct sc_setting *sc_schema_find(const struct sc_schema *schema, const char *name, size_t *base)
{
    for (size_t i = 0; i < schema->settings; i++) {
        const struct sc_setting *row = &schema->setting[i];
        if (row->kind == SC_SET_INCLUDE) {
            size_t inner = 0;
            const struct sc_setting *found = sc_schema_find(row->schema, name, &inner);
            if (found) {
                *base = row->offset + inner;
                return found;
            }
        } else if (strcmp(row->name, name) == 0) {
            *base = 0;
            return row;
        }
    }
    return NULL;
}

/* By letters, but a row that begins with all of the name is nearer than any that does not. */
static bool is_nearer(const char *name, const char *row, const char *nearest)
{
    size_t length = strlen(name);
    bool begins = strncmp(row, name, length) == 0, nearest_begins = strncmp(nearest, name, length) == 0;
    if (begins != nearest_begins)
        return begins;
    return sc_text_distance(name, row) < sc_text_distance(name, nearest);
}

static void nearest_row(const struct sc_schema *schema, const char *name, const char **nearest)
{
    for (size_t i = 0; i < schema->settings; i++) {
        const struct sc_setting *row = &schema->setting[i];
        if (row->kind == SC_SET_INCLUDE)
            nearest_row(row->schema, name, nearest);
        else if (!*nearest || is_nearer(name, row->name, *nearest))
            *nearest = row->name;
    }
}

const char *sc_schema_nearest(const struct sc_schema *schema, const char *name)
{
    const char *nearest = NULL;
    nearest_row(schema, name, &nearest);
    return nearest;
}

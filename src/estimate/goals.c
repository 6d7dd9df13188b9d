/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Goals. Over all counted days a goal's pair is that of the figure itself. Over some of them it is made anew from what
 * the replication kept by day, which is less: not by type, so one definition of the service level has to serve a whole
 * channel, and not whose work the pools did, so channels have no cost.
 */
#include "estimate/goals.h"

#include "estimate/pairs.h"

#include <math.h>
#include <string.h>

/* --- whose figure --- */

/* The text after "PREFIX.", or NULL. */
static const char *after(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 && text[length] == '.' ? text + length + 1 : NULL;
}

static bool place_metric(struct sc_goal_place *place, size_t row, const struct sc_metric *metrics,
                         const struct sc_recipe *recipes, size_t count, const char *name)
{
    int metric = sc_metric_find(metrics, count, name);
    if (metric < 0)
        return false;
    place->metric = &metrics[metric];
    place->recipe = &recipes[metric];
    place->pair = row + (size_t)metric;
    return true;
}

/* An element's own name comes before a dot, so one of two elements alike in their beginnings is not taken for the
   other. */
static bool place_find(const struct sc_model *model, const char *text, struct sc_goal_place *place)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    const char *rest, *name;
    if ((rest = after(text, "totals"))) {
        place->kind = SC_PLACE_TOTAL;
        return place_metric(place, sc_pairs_of_total(model), sc_total_metrics, sc_total_recipes, sc_total_metric_count,
                            rest);
    }
    if ((rest = after(text, "channels")))
        for (size_t c = 0; c < s->channel_count; c++)
            if ((name = after(rest, s->channels[c].name))) {
                place->kind = SC_PLACE_CHANNEL;
                place->index = c;
                return place_metric(place, sc_pairs_of_channel(model, c), sc_channel_metrics, sc_channel_recipes,
                                    sc_channel_metric_count, name);
            }
    if ((rest = after(text, "pools")))
        for (size_t p = 0; p < s->pool_count; p++)
            if ((name = after(rest, s->pools[p].name))) {
                place->kind = SC_PLACE_POOL;
                place->index = p;
                return place_metric(place, sc_pairs_of_pool(model, p), sc_pool_metrics, sc_pool_recipes,
                                    sc_pool_metric_count, name);
            }
    return false;
}

/* Do all types of a channel that have a target count alike, and how? */
static bool one_definition(const struct sc_channel *channel, enum sc_counts *counts)
{
    bool any = channel->service.target.given;
    *counts = channel->service.target.counts;
    for (size_t k = 0; k < channel->class_count; k++) {
        const struct sc_target *target = &channel->classes[k].service.target;
        if (!target->given)
            continue;
        if (any && target->counts != *counts)
            return false;
        any = true;
        *counts = target->counts;
    }
    return true;
}

static bool known_by_day(const struct sc_scenario *s, const struct sc_goal_place *place)
{
    enum sc_counts counts;
    switch (place->recipe->rule) {
    case SC_RULE_SERVICE:
    case SC_RULE_TARGET:
        for (size_t c = 0; c < s->channel_count; c++)
            if ((place->kind == SC_PLACE_TOTAL || place->index == c) && !one_definition(&s->channels[c], &counts))
                return false;
        return true;
    case SC_RULE_COST:
        return place->kind != SC_PLACE_CHANNEL;
    default:
        return true;
    }
}

bool sc_goal_find(const struct sc_model *model, size_t index, struct sc_goal_place *place)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    const struct sc_goal *goal = &s->goals[index];
    int64_t first = goal->by_day - s->start_day - goal->over_days + 1, last = goal->by_day - s->start_day;
    *place = (struct sc_goal_place){.first = (size_t)first, .days = (size_t)goal->over_days};
    if (goal->over_days < 1 || first < 0 || last >= s->days || !place_find(model, goal->metric, place))
        return false;
    place->whole = goal->over_days == s->days;
    switch (place->recipe->rule) {
    case SC_RULE_WAIT:
    case SC_RULE_RESPONSE:
    case SC_RULE_SAVING:
        return false;
    default:
        return place->whole || known_by_day(s, place);
    }
}

enum sc_code sc_goals_check(const struct sc_model *model, struct sc_error *error)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    struct sc_goal_place place;
    for (size_t i = 0; i < s->goal_count; i++)
        if (!sc_goal_find(model, i, &place))
            return sc_error_set_at(error, SC_INPUT, s->goals[i].where.file, s->goals[i].where.line,
                                   "goals[%zu]: no figure of each replication over these days (found \"%s\" over %d "
                                   "days); name another, or days within those that count",
                                   i, s->goals[i].metric, s->goals[i].over_days);
    return SC_OK;
}

/* --- its value --- */

static struct sc_tally channel_sum(const struct sc_replication *r, size_t c, const struct sc_goal_place *place)
{
    struct sc_tally sum = {0};
    for (size_t d = place->first; d < place->first + place->days; d++)
        sc_tally_sum(&sum, &r->day[c * r->days + d]);
    return sum;
}

static struct sc_pair channel_service(const struct sc_channel *channel, const struct sc_tally *sum)
{
    enum sc_counts counts;
    one_definition(channel, &counts);
    return sc_service_pair(sum, counts);
}

static struct sc_pair channel_pair(const struct sc_scenario *s, const struct sc_replication *r,
                                   const struct sc_goal_place *place)
{
    const struct sc_channel *channel = &s->channels[place->index];
    struct sc_tally sum = channel_sum(r, place->index, place);
    struct sc_row row = {
        .tally = &sum, .service = channel_service(channel, &sum),
        .target = channel->service.target.given ? &channel->service.target : NULL,
        .day = &r->day[place->index * r->days + place->first], .days = place->days,
    };
    return sc_row_pair(&row, place->recipe);
}

static struct sc_pool_tally pool_sum(const struct sc_replication *r, size_t p, const struct sc_goal_place *place)
{
    struct sc_pool_tally sum = {0};
    double *to = (double *)&sum;
    for (size_t d = place->first; d < place->first + place->days; d++) {
        const double *from = (const double *)&r->pool_day[p * r->days + d];
        for (size_t i = 0; i < sizeof sum / sizeof *to; i++)
            to[i] += from[i];
    }
    return sum;
}

static struct sc_pair total_pair(const struct sc_scenario *s, const struct sc_replication *r,
                                 const struct sc_goal_place *place)
{
    struct sc_tally total = {0};
    struct sc_row row = {.tally = &total, .cost = sc_fixed_cost(s, (double)place->days)};
    for (size_t c = 0; c < s->channel_count; c++) {
        struct sc_tally sum = channel_sum(r, c, place);
        struct sc_pair service = channel_service(&s->channels[c], &sum);
        sc_tally_sum(&total, &sum);
        row.service.y += service.y;
        row.service.x += service.x;
        row.cost += sum.automation_cost;
    }
    for (size_t p = 0; p < s->pool_count; p++) {
        struct sc_pool_tally sum = pool_sum(r, p, place);
        row.cost += sc_pool_cost(&s->pools[p], &sum);
    }
    return sc_row_pair(&row, place->recipe);
}

bool sc_goal_reached(const struct sc_goal *goal, double figure)
{
    double slack = 1e-12 * fabs(goal->wanted);
    return goal->at_least ? figure >= goal->wanted - slack : figure <= goal->wanted + slack;
}

void sc_goal_fill(const struct sc_model *model, const struct sc_replication *r, size_t index, struct sc_pair *pairs)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    struct sc_pair *pair = &pairs[sc_pairs_of_goal(model, index)];
    struct sc_goal_place place;
    pair[0] = pair[1] = (struct sc_pair){0, 0};
    if (!sc_goal_find(model, index, &place))
        return;
    if (place.whole) {
        pair[0] = pairs[place.pair];
    } else if (place.kind == SC_PLACE_CHANNEL) {
        pair[0] = channel_pair(s, r, &place);
    } else if (place.kind == SC_PLACE_TOTAL) {
        pair[0] = total_pair(s, r, &place);
    } else {
        struct sc_pool_tally sum = pool_sum(r, place.index, &place);
        pair[0] = sc_pool_pair(&s->pools[place.index], &sum, place.recipe);
    }
    if (pair[0].x > 0)
        pair[1] = (struct sc_pair){sc_goal_reached(&s->goals[index], pair[0].y / pair[0].x), 1};
}

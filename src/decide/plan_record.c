/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a job of the plan's engine brings: from pairs to the few numbers that a plan is made of. */
#include "decide/plan_private.h"

#include <math.h>
#include <stdio.h>

double sc_plan_logit(double share)
{
    return log(share / (1.0 - share));
}

double sc_plan_share(double logit)
{
    return 1.0 / (1.0 + exp(-logit));
}

double sc_plan_wanted(const struct sc_plan_target *target)
{
    double wanted = target->answer ? target->wanted : 1.0 - target->wanted;
    return sc_plan_logit(fmin(fmax(wanted, 1e-4), 1.0 - 1e-4));
}

size_t sc_plan_record_size(const struct planner *planner)
{
    return plan_record_work(planner, planner->team_count, 0);
}

/* Which pair of a metric; the tables have it. */
static struct sc_pair pair_of(const struct sc_pair *row, const struct sc_metric *metrics, size_t count,
                              const char *name)
{
    return row[sc_metric_find(metrics, count, name)];
}

/*
 * How far a share is above the one wanted, on the scale of log odds, where it grows about as a straight line with the
 * logarithm of the heads. Half a contact is added to either side, so that all and none are finite; the share wanted is
 * kept within what so many contacts can tell.
 */
static double margin_of(const struct sc_plan_target *target, struct sc_pair pair)
{
    if (pair.x <= 0.0)
        return NAN;
    double good = target->answer ? pair.y : pair.x - pair.y;
    double wanted = target->answer ? target->wanted : 1.0 - target->wanted;
    double least = 0.25 / (pair.x + 1.0);
    wanted = fmin(fmax(wanted, least), 1.0 - 3.0 * least);
    return sc_plan_logit((good + 0.5) / (pair.x + 1.0)) - sc_plan_logit(wanted);
}

static double target_margin(const struct planner *planner, size_t target, const struct sc_pair *pairs)
{
    const struct sc_plan_target *t = &planner->targets[target];
    const struct sc_model *model = sc_plan_engine_model(planner->engine, 0);
    const struct sc_plan_party *party = &planner->parties[t->party];
    size_t row = party->class_index < 0 ? sc_pairs_of_channel(model, party->channel)
                                        : sc_pairs_of_class(model, party->channel, (size_t)party->class_index);
    return margin_of(t, pair_of(pairs + row, sc_channel_metrics, sc_channel_metric_count,
                                t->answer ? "service_level" : "abandon_rate"));
}

/* --- months of the horizon --- */

/* Goals of a month: of each target, then cost, contacts handled, and scheduled hours of each team. */
static size_t goals_a_month(const struct planner *planner)
{
    return planner->target_count + 2 + planner->team_count;
}

static const char *metric_text(struct planner *planner, const char *kind, const char *name, const char *metric)
{
    char text[1024];
    snprintf(text, sizeof text, "%s%s%s.%s", kind, name ? "." : "", name ? name : "", metric);
    return sc_arena_text(&planner->arena, text);
}

const struct sc_goal *sc_plan_month_goals(struct planner *planner, size_t *count)
{
    const struct sc_scenario *scenario = planner->scenario;
    size_t each = goals_a_month(planner), targets = planner->target_count;
    struct sc_goal *goals = sc_arena_array(&planner->arena, planner->month_count * each, sizeof *goals);
    *count = planner->month_count * each;
    for (size_t i = 0; goals && i < *count; i++) {
        const struct plan_month *month = &planner->months[i / each];
        size_t k = i % each;
        if (i >= each)
            goals[i].metric = goals[k].metric;
        else if (k < targets)
            goals[i].metric = metric_text(planner, "channels",
                                          scenario->channels[planner->parties[planner->targets[k].party].channel].name,
                                          planner->targets[k].answer ? "service_level" : "abandon_rate");
        else if (k < targets + 2)
            goals[i].metric = metric_text(planner, "totals", NULL, k == targets ? "cost" : "cost_per_contact");
        else
            goals[i].metric = metric_text(planner, "pools", scenario->pools[planner->teams[k - targets - 2].pool].name,
                                          "scheduled_h");
        if (!goals[i].metric)
            return NULL;
        goals[i].by_day = month->first_day + month->days - 1;
        goals[i].over_days = month->days;
    }
    return goals;
}

void sc_plan_record_month(const struct planner *planner, size_t month, const struct sc_pair *pairs, double *record)
{
    const struct sc_model *model = sc_plan_engine_model(planner->engine, planner->month_count);
    size_t targets = planner->target_count, first = month * goals_a_month(planner);
    for (size_t t = 0; t < targets; t++)
        record[t] = margin_of(&planner->targets[t], pairs[sc_pairs_of_goal(model, first + t)]);
    double cost = pairs[sc_pairs_of_goal(model, first + targets)].y -
                  sc_fixed_cost(planner->scenario, planner->months[month].days);
    for (size_t i = 0; i < planner->team_count; i++)
        cost -= pairs[sc_pairs_of_goal(model, first + targets + 2 + i)].y *
                planner->scenario->pools[planner->teams[i].pool].cost_per_hour;
    record[plan_record_cost(planner)] = cost;
    record[plan_record_cost(planner) + 1] = pairs[sc_pairs_of_goal(model, first + targets + 1)].x;
}

/* --- stretches --- */

/* Cost of a stretch that is no salary: a plan pays people by the month, so their scheduled hours are taken off. */
static double other_cost(const struct planner *planner, size_t stretch, const struct sc_pair *pairs)
{
    const struct sc_model *model = sc_plan_engine_model(planner->engine, 0);
    const struct sc_pair *total = pairs + sc_pairs_of_total(model);
    double cost = pair_of(total, sc_total_metrics, sc_total_metric_count, "cost").y -
                  sc_fixed_cost(planner->scenario, planner->stretches[stretch].days);
    for (size_t t = 0; t < planner->team_count; t++) {
        const struct sc_pair *pool = pairs + sc_pairs_of_pool(model, planner->teams[t].pool);
        cost -= pair_of(pool, sc_pool_metrics, sc_pool_metric_count, "scheduled_h").y *
                planner->scenario->pools[planner->teams[t].pool].cost_per_hour;
    }
    return cost;
}

void sc_plan_record_fill(const struct planner *planner, size_t stretch, const struct sc_pair *pairs, double *record)
{
    const struct sc_model *model = sc_plan_engine_model(planner->engine, 0);
    for (size_t t = 0; t < planner->target_count; t++)
        record[t] = target_margin(planner, t, pairs);
    for (size_t i = 0; i < planner->team_count; i++) {
        size_t pool = planner->teams[i].pool;
        struct sc_pair live =
            pair_of(pairs + sc_pairs_of_pool(model, pool), sc_pool_metrics, sc_pool_metric_count, "live_occupancy");
        record[plan_record_hours(planner, i)] = live.y;
        record[plan_record_hours(planner, i) + 1] = live.x;
        for (size_t t = 0; t < planner->target_count; t++)
            record[plan_record_work(planner, i, t)] =
                pairs[sc_pairs_of_work(model, pool, planner->parties[planner->targets[t].party].channel) + 1].y;
    }
    const struct sc_pair *total = pairs + sc_pairs_of_total(model);
    record[plan_record_cost(planner)] = other_cost(planner, stretch, pairs);
    record[plan_record_cost(planner) + 1] =
        pair_of(total, sc_total_metrics, sc_total_metric_count, "cost_per_contact").x;
}

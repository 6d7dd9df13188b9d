/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan as JSON, schema staffcast.plan/1 (SPEC 4). */
#include "present/plan.h"

#include "present/json.h"
#include "staffcast/calendar.h"

#include <inttypes.h>
#include <math.h>

static void write_date(struct sc_json *json, const char *key, int64_t day)
{
    char text[11];

    if (day < 0 || day == INT64_MAX) {
        sc_json_null(json, key);
        return;
    }
    sc_date_format(day, text);
    sc_json_string(json, key, text);
}

static const char *pool_name(const struct sc_plan *plan, size_t pool)
{
    return plan->scenario->pools[pool].name;
}

static const struct sc_channel *channel_of(const struct sc_plan *plan, size_t party)
{
    return &plan->scenario->channels[plan->parties[party].channel];
}

static void write_hires(struct sc_json *json, const struct sc_plan *plan)
{
    sc_json_array_begin(json, "hires", false);
    for (size_t i = 0; i < plan->plan.hire_count; i++) {
        const struct sc_plan_hire *hire = &plan->plan.hires[i];

        sc_json_object_begin(json, NULL, true);
        sc_json_string(json, "pool", pool_name(plan, hire->pool));
        write_date(json, "decide", hire->decide_day);
        write_date(json, "start", hire->start_day);
        sc_json_number(json, "count", hire->count);
        write_date(json, "until", hire->until_day);
        write_date(json, "last", hire->last_day);
        sc_json_bool(json, "given", hire->given);
        sc_json_end(json);
    }
    sc_json_end(json);
}

static void write_without(struct sc_json *json, const struct sc_plan *plan)
{
    sc_json_array_begin(json, "without", false);
    for (size_t i = 0; i < plan->party_count; i++) {
        const struct sc_plan_miss *miss = &plan->misses[i];
        int class_index = plan->parties[i].class_index;

        if (!miss->missed && miss->at_risk_day < 0)
            continue;
        sc_json_object_begin(json, NULL, true);
        sc_json_string(json, "channel", channel_of(plan, i)->name);
        write_date(json, "first_miss", miss->first_day);
        sc_json_figure(json, "probability", miss->chance);
        if (class_index >= 0)
            sc_json_string(json, "class", channel_of(plan, i)->classes[class_index].name);
        write_date(json, "at_risk", miss->at_risk_day);
        sc_json_end(json);
    }
    sc_json_end(json);
}

static void write_pool(struct sc_json *json, const char *name, const struct sc_plan_pool_month *pool)
{
    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", name);
    sc_json_figure(json, "headcount", pool->headcount);
    sc_json_figure(json, "left", pool->left);
    sc_json_figure(json, "hired", pool->hired);
    sc_json_figure(json, "in_training", pool->in_training);
    sc_json_figure(json, "ramping", pool->ramping);
    sc_json_figure(json, "available_fte", pool->available);
    sc_json_figure(json, "net_fte", pool->net);
    sc_json_number(json, "required_fte", pool->required);
    sc_json_figure(json, "gap_fte", pool->gap);
    sc_json_figure(json, "begin", pool->begin);
    sc_json_figure(json, "full", pool->full);
    sc_json_figure(json, "live_occupancy", pool->occupancy);
    sc_json_end(json);
}

/* The shares and the probability of a channel, or of a class. */
static void write_party(struct sc_json *json, const struct sc_plan *plan, const struct sc_plan_month *month,
                        size_t party)
{
    struct sc_figure level = {NAN, NAN, NAN}, lost = level;

    for (size_t t = 0; t < plan->target_count; t++)
        if (plan->targets[t].party == party)
            *(plan->targets[t].answer ? &level : &lost) = month->targets[t].share;
    sc_json_figure(json, "service_level", level);
    sc_json_figure(json, "target_met", month->party_met[party]);
    sc_json_figure(json, "abandon_rate", lost);
}

static void write_channel(struct sc_json *json, const struct sc_plan *plan, const struct sc_plan_month *month,
                          size_t channel)
{
    bool any = false, classes = false;

    for (size_t p = 0; p < plan->party_count; p++)
        if (plan->parties[p].channel == channel)
            any = true;
    if (!any)
        return;
    sc_json_object_begin(json, NULL, false);
    sc_json_string(json, "name", plan->scenario->channels[channel].name);
    for (size_t p = 0; p < plan->party_count; p++) {
        const struct sc_plan_party *party = &plan->parties[p];

        if (party->channel != channel)
            continue;
        if (party->class_index < 0) {
            write_party(json, plan, month, p);
            continue;
        }
        if (!classes)
            sc_json_array_begin(json, "classes", false);
        classes = true;
        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "name", plan->scenario->channels[channel].classes[party->class_index].name);
        write_party(json, plan, month, p);
        sc_json_end(json);
    }
    if (classes)
        sc_json_end(json);
    sc_json_end(json);
}

static void write_months(struct sc_json *json, const struct sc_plan *plan, const struct sc_plan_outcome *outcome,
                         const char *key)
{
    sc_json_array_begin(json, key, false);
    for (size_t m = 0; m < plan->month_count; m++) {
        const struct sc_plan_month *month = &outcome->months[m];
        struct sc_date date = sc_date_from_day(month->first_day);
        char name[16];

        snprintf(name, sizeof name, "%04d-%02d", date.year, date.month);
        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "month", name);
        sc_json_array_begin(json, "pools", false);
        for (size_t p = 0; p < plan->scenario->pool_count; p++)
            if (plan->scenario->pools[p].people.given)
                write_pool(json, pool_name(plan, p), &month->pools[p]);
        sc_json_end(json);
        sc_json_array_begin(json, "channels", false);
        for (size_t c = 0; c < plan->scenario->channel_count; c++)
            write_channel(json, plan, month, c);
        sc_json_end(json);
        sc_json_figure(json, "cost", month->cost);
        sc_json_number(json, "cost_per_contact", month->cost_per_contact);
        sc_json_figure(json, "met", month->met);
        sc_json_number(json, "met_bound", month->met_bound);
        sc_json_number(json, "engine_shift_heads", month->shift_heads);
        sc_json_end(json);
    }
    sc_json_end(json);
}

static void write_levers(struct sc_json *json, const struct sc_plan *plan)
{
    sc_json_array_begin(json, "levers", false);
    for (size_t i = 0; i < plan->lever_count; i++) {
        const struct sc_plan_lever *lever = &plan->levers[i];

        sc_json_object_begin(json, NULL, false);
        sc_json_string(json, "name", sc_plan_lever_name(lever->kind));
        sc_json_bool(json, "reached", lever->reached);
        sc_json_figure(json, "cost_difference", lever->cost_difference);
        sc_json_number(json, "heads_difference", lever->heads_difference);
        sc_json_figure(json, "least_met", lever->least_met);
        write_date(json, "worst_month", lever->worst_month < 0 ? -1 : plan->plan.months[lever->worst_month].first_day);
        sc_json_figure(json, "amount", lever->amount);
        sc_json_end(json);
    }
    sc_json_end(json);
}

static void write_plan(struct sc_json *json, const char *key, const struct sc_plan *plan, const struct sc_plan *optimum)
{
    char seed[24];

    sc_json_object_begin(json, key, false);
    sc_json_string(json, "schema", "staffcast.plan/1");
    write_hires(json, plan);
    write_without(json, plan);
    write_months(json, plan, &plan->plan, "months");
    sc_json_figure(json, "cost", plan->plan.cost);
    sc_json_string(json, "scenario", plan->scenario->name);
    sc_json_string(json, "file", plan->scenario->file);
    sc_json_string(json, "version", SC_VERSION);
    snprintf(seed, sizeof seed, "%" PRIu64, plan->seed);
    sc_json_string(json, "seed", seed);
    sc_json_string(json, "mode", plan->optimised ? "optimised" : "evaluated");
    sc_json_number(json, "confidence", plan->confidence);
    sc_json_bool(json, "kept", sc_plan_kept(plan));
    sc_json_number(json, "engine_paths", (double)plan->engine_paths);
    sc_json_number(json, "contacts_simulated", nearbyint(plan->contacts_simulated));
    write_months(json, plan, &plan->without, "months_without");
    write_levers(json, plan);
    if (optimum != NULL)
        write_plan(json, "optimum", optimum, NULL);
    sc_json_end(json);
}

void sc_plan_write_json(FILE *stream, const struct sc_plan *plan, const struct sc_plan *optimum)
{
    struct sc_json json;

    sc_json_init(&json, stream);
    write_plan(&json, NULL, plan, optimum);
}

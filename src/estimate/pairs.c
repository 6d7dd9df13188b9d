/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the tallies of one replication to the pairs of its metrics. Channels, classes and totals are rows of one shape:
 * a tally, the types it covers, its cost and, for channels, its days.
 */
#include "estimate/pairs.h"

#include "estimate/goals.h"
#include "estimate/metrics.h"

#include <math.h>

static size_t channel_count(const struct sc_model *model)
{
    return sc_model_scenario(model)->channel_count;
}

size_t sc_pairs_of_channel(const struct sc_model *model, size_t channel)
{
    (void)model;
    return channel * sc_channel_metric_count;
}

size_t sc_pairs_of_class(const struct sc_model *model, size_t channel, size_t class_index)
{
    /* Every channel before this one has one type more than it has classes. */
    size_t classes_before = sc_model_type(model, channel) - channel;
    return (channel_count(model) + classes_before + class_index) * sc_channel_metric_count;
}

size_t sc_pairs_of_pool(const struct sc_model *model, size_t pool)
{
    return sc_model_types(model) * sc_channel_metric_count + pool * sc_pool_metric_count;
}

size_t sc_pairs_of_work(const struct sc_model *model, size_t pool, size_t channel)
{
    size_t pools = sc_model_scenario(model)->pool_count;
    return sc_pairs_of_pool(model, pools) + 2 * (pool * channel_count(model) + channel);
}

size_t sc_pairs_of_total(const struct sc_model *model)
{
    return sc_pairs_of_work(model, sc_model_scenario(model)->pool_count, 0);
}

size_t sc_pairs_of_event(const struct sc_model *model, size_t event)
{
    return sc_pairs_of_total(model) + sc_total_metric_count + 2 * event;
}

size_t sc_pairs_of_goal(const struct sc_model *model, size_t goal)
{
    return sc_pairs_of_event(model, sc_model_scenario(model)->event_count) + 2 * goal;
}

size_t sc_pairs_count(const struct sc_model *model)
{
    return sc_pairs_of_goal(model, sc_model_scenario(model)->goal_count);
}

bool sc_pool_serves(const struct sc_pool *pool, size_t channel)
{
    for (size_t i = 0; i < pool->skill_count; i++)
        if (pool->skills[i].channel == (int)channel)
            return true;
    return false;
}

double sc_pool_cost(const struct sc_pool *pool, const struct sc_pool_tally *tally)
{
    return tally->scheduled_s / 3600 * pool->cost_per_hour +
           tally->overtime_s / 3600 * pool->cost_per_hour * pool->overtime_factor +
           tally->contacts * pool->cost_per_contact + tally->handled_s / 60 * pool->cost_per_minute;
}

/* A channel's part of something by its busy hours; equal parts where nobody was busy. */
static double busy_part(double busy, double busy_all, bool takes_part, size_t takers)
{
    if (busy_all > 0)
        return busy / busy_all;
    return takes_part ? 1 / (double)takers : 0;
}

static double channel_agent_cost(const struct sc_scenario *s, const struct sc_replication *r, size_t channel)
{
    double cost = 0;
    for (size_t p = 0; p < s->pool_count; p++) {
        const struct sc_work_tally *work = &r->work[p * s->channel_count];
        double busy = 0;
        size_t takers = 0;
        for (size_t c = 0; c < s->channel_count; c++) {
            busy += work[c].busy_s;
            takers += sc_pool_serves(&s->pools[p], c);
        }
        cost += sc_pool_cost(&s->pools[p], &r->pool[p]) *
                busy_part(work[channel].busy_s, busy, sc_pool_serves(&s->pools[p], channel), takers);
    }
    return cost;
}

static double channel_busy(const struct sc_scenario *s, const struct sc_replication *r, size_t channel)
{
    double busy = 0;
    for (size_t p = 0; p < s->pool_count; p++)
        busy += r->work[p * s->channel_count + channel].busy_s;
    return busy;
}

double sc_fixed_cost(const struct sc_scenario *s, double days)
{
    return s->fixed_per_month * days / (365.25 / 12);
}

static double channel_fixed_cost(const struct sc_scenario *s, const struct sc_replication *r, size_t channel)
{
    if (s->fixed_per_month == 0)
        return 0;
    double busy = 0;
    for (size_t c = 0; c < s->channel_count; c++)
        busy += channel_busy(s, r, c);
    return sc_fixed_cost(s, s->days) * busy_part(channel_busy(s, r, channel), busy, true, s->channel_count);
}

void sc_savings_fill(const struct sc_model *model, const struct sc_replication *r, struct sc_saving *savings)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    for (size_t c = 0; c < s->channel_count; c++) {
        const struct sc_tally *t = &r->channel[c];
        savings[c] = (struct sc_saving){
            .avoided = t->automated - t->automated_returned,
            .handle_s = t->handle_s,
            .handlings = t->handlings,
            .agent_cost = channel_agent_cost(s, r, c),
            .busy_s = channel_busy(s, r, c),
            .automation_cost = t->automation_cost,
        };
    }
}

double sc_savings_sum(const struct sc_saving *savings, size_t channels)
{
    double sum = 0;
    for (size_t c = 0; c < channels; c++) {
        const struct sc_saving *v = &savings[c];
        /* At the observed occupancy an avoided second of work saves cost / busy: paid time less idle time. */
        if (v->avoided != 0 && !(v->handlings > 0 && v->busy_s > 0))
            return NAN;
        if (v->avoided != 0)
            sum += v->avoided * (v->handle_s / v->handlings) * (v->agent_cost / v->busy_s);
        sum -= v->automation_cost;
    }
    return sum;
}

/* --- rows --- */

void sc_tally_sum(struct sc_tally *sum, const struct sc_tally *part)
{
    double *to = (double *)sum;
    const double *from = (const double *)part;
    double queue_max = fmax(sum->queue_max, part->queue_max);
    double oldest_max_s = fmax(sum->oldest_max_s, part->oldest_max_s);
    double wait_max_s = fmax(sum->wait_max_s, part->wait_max_s);
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        to[i] += from[i];
    sum->queue_max = queue_max;
    sum->oldest_max_s = oldest_max_s;
    sum->wait_max_s = wait_max_s;
}

static const struct sc_service *service_of_type(const struct sc_model *model, size_t type)
{
    const struct sc_channel *channel = &sc_model_scenario(model)->channels[sc_model_type_channel(model, type)];
    int class_index = sc_model_type_class(model, type);
    return class_index < 0 ? &channel->service : &channel->classes[class_index].service;
}

/* Each type by its own target. */
static struct sc_pair types_service(const struct sc_model *model, const struct sc_replication *r, size_t first,
                                    size_t types)
{
    struct sc_pair sum = {0, 0};
    for (size_t i = first; i < first + types; i++) {
        struct sc_pair pair = sc_service_pair(&r->type[i], service_of_type(model, i)->target.counts);
        sum.y += pair.y;
        sum.x += pair.x;
    }
    return sum;
}

/* (met, judged): (0, 0) where there was nothing to judge. A target with two parts is met when both are. */
static struct sc_pair judge(const struct sc_target *target, struct sc_pair service, const struct sc_tally *tally)
{
    double joined = tally->offered - tally->blocked;
    bool judged = false, met = true;
    if (target->answer_given && service.x > 0) {
        judged = true;
        met = service.y / service.x >= target->answer;
    }
    if (target->abandon_given && joined > 0) {
        judged = true;
        met = met && (tally->abandoned + tally->balked) / joined <= target->abandon;
    }
    return (struct sc_pair){judged && met, judged};
}

static struct sc_pair row_days(const struct sc_row *row)
{
    struct sc_pair sum = {0, 0};
    if (!row->target || !row->day)
        return sum;
    for (size_t d = 0; d < row->days; d++) {
        struct sc_pair pair = judge(row->target, sc_service_pair(&row->day[d], row->target->counts), &row->day[d]);
        sum.y += pair.y;
        sum.x += pair.x;
    }
    return sum;
}

struct sc_pair sc_row_pair(const struct sc_row *row, const struct sc_recipe *recipe)
{
    double scale = recipe->scale != 0 ? recipe->scale : 1;
    switch (recipe->rule) {
    case SC_RULE_SUM:
        return (struct sc_pair){scale * sc_terms_sum(recipe->over, row->tally), 1};
    case SC_RULE_RATIO:
        return (struct sc_pair){scale * sc_terms_sum(recipe->over, row->tally),
                                sc_terms_sum(recipe->under, row->tally)};
    case SC_RULE_WHERE:
        if (sc_terms_sum(recipe->under, row->tally) == 0)
            break;
        return (struct sc_pair){scale * sc_terms_sum(recipe->over, row->tally), 1};
    case SC_RULE_SERVICE:
        return row->service;
    case SC_RULE_SERVICE_AS:
        return sc_service_pair(row->tally, (enum sc_counts)recipe->argument);
    case SC_RULE_COST:
        return (struct sc_pair){row->cost, recipe->under[0] ? sc_terms_sum(recipe->under, row->tally) : 1};
    case SC_RULE_TARGET:
        return row->target ? judge(row->target, row->service, row->tally) : (struct sc_pair){0, 0};
    case SC_RULE_DAYS:
        return row_days(row);
    case SC_RULE_WAIT:
    case SC_RULE_RESPONSE:
    case SC_RULE_SAVING:
        break;
    }
    return (struct sc_pair){0, 0};
}

static void row_fill(const struct sc_row *row, const struct sc_recipe *recipes, size_t count, struct sc_pair *pairs)
{
    for (size_t i = 0; i < count; i++)
        pairs[i] = sc_row_pair(row, &recipes[i]);
}

/* A class's part of the channel's agents is by its agent time, or by arrivals where there was none. */
static double class_part(const struct sc_tally *type, const struct sc_tally *channel, size_t types)
{
    if (channel->handle_s > 0)
        return type->handle_s / channel->handle_s;
    return channel->arrivals > 0 ? type->arrivals / channel->arrivals : 1 / (double)types;
}

static void channel_fill(const struct sc_model *model, const struct sc_replication *r, size_t c, struct sc_pair *pairs)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    const struct sc_channel *channel = &s->channels[c];
    size_t first = sc_model_type(model, c), types = 1 + channel->class_count;
    const struct sc_tally *tally = &r->channel[c];
    double shared = channel_agent_cost(s, r, c) + channel_fixed_cost(s, r, c);
    struct sc_row row = {
        .tally = tally, .service = types_service(model, r, first, types),
        .target = channel->service.target.given ? &channel->service.target : NULL,
        .day = &r->day[c * r->days], .days = r->days, .cost = shared + tally->automation_cost,
    };
    row_fill(&row, sc_channel_recipes, sc_channel_metric_count, &pairs[sc_pairs_of_channel(model, c)]);
    for (size_t k = 0; k < channel->class_count; k++) {
        const struct sc_tally *type = &r->type[first + 1 + k];
        const struct sc_target *target = &channel->classes[k].service.target;
        struct sc_row of_class = {
            .tally = type, .service = types_service(model, r, first + 1 + k, 1),
            .target = target->given ? target : NULL,
            .cost = shared * class_part(type, tally, types) + type->automation_cost,
        };
        row_fill(&of_class, sc_channel_recipes, sc_channel_metric_count, &pairs[sc_pairs_of_class(model, c, k)]);
    }
}

struct sc_pair sc_pool_pair(const struct sc_pool *pool, const struct sc_pool_tally *tally,
                            const struct sc_recipe *recipe)
{
    double scale = recipe->scale != 0 ? recipe->scale : 1;
    if (recipe->rule == SC_RULE_COST)
        return (struct sc_pair){sc_pool_cost(pool, tally), 1};
    return (struct sc_pair){scale * sc_terms_sum(recipe->over, tally),
                            recipe->rule == SC_RULE_RATIO ? sc_terms_sum(recipe->under, tally) : 1};
}

static void pool_fill(const struct sc_model *model, const struct sc_replication *r, size_t p, struct sc_pair *pairs)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    struct sc_pair *row = &pairs[sc_pairs_of_pool(model, p)];
    for (size_t i = 0; i < sc_pool_metric_count; i++)
        row[i] = sc_pool_pair(&s->pools[p], &r->pool[p], &sc_pool_recipes[i]);
    for (size_t c = 0; c < s->channel_count; c++) {
        const struct sc_work_tally *work = &r->work[p * s->channel_count + c];
        struct sc_pair *pair = &pairs[sc_pairs_of_work(model, p, c)];
        pair[0] = (struct sc_pair){work->contacts, 1};
        pair[1] = (struct sc_pair){work->busy_s / 3600, 1};
    }
}

static void total_fill(const struct sc_model *model, const struct sc_replication *r, struct sc_pair *pairs)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    struct sc_tally total = {0};
    double cost = sc_fixed_cost(s, s->days);
    for (size_t c = 0; c < s->channel_count; c++) {
        sc_tally_sum(&total, &r->channel[c]);
        cost += r->channel[c].automation_cost;
    }
    for (size_t p = 0; p < s->pool_count; p++)
        cost += sc_pool_cost(&s->pools[p], &r->pool[p]);
    struct sc_row row = {.tally = &total, .service = types_service(model, r, 0, r->types), .cost = cost};
    row_fill(&row, sc_total_recipes, sc_total_metric_count, &pairs[sc_pairs_of_total(model)]);
}

static bool has_answer_target(const struct sc_scenario *s)
{
    for (size_t c = 0; c < s->channel_count; c++)
        if (s->channels[c].service.target.given && s->channels[c].service.target.answer_given)
            return true;
    return false;
}

/* Where no target says what is well, nobody can tell when all is well again; of an event of the plan's later months
   there is nothing to tell at all. */
static void event_fill(const struct sc_scenario *s, const struct sc_event *event, const struct sc_event_tally *tally,
                       struct sc_pair *pair)
{
    pair[0] = pair[1] = (struct sc_pair){0, 0};
    if (event->day >= s->start_day + s->days)
        return;
    pair[0] = (struct sc_pair){tally->queue_max, 1};
    pair[1] = has_answer_target(s) ? (struct sc_pair){tally->recovery_s, 1} : (struct sc_pair){0, 0};
}

void sc_pairs_fill(const struct sc_model *model, const struct sc_replication *r, struct sc_pair *pairs)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    for (size_t c = 0; c < s->channel_count; c++)
        channel_fill(model, r, c, pairs);
    for (size_t p = 0; p < s->pool_count; p++)
        pool_fill(model, r, p, pairs);
    total_fill(model, r, pairs);
    for (size_t i = 0; i < s->event_count; i++)
        event_fill(s, &s->events[i], &r->event[i], &pairs[sc_pairs_of_event(model, i)]);
    for (size_t i = 0; i < s->goal_count; i++)
        sc_goal_fill(model, r, i, pairs);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the fold to figures. */
#include "estimate/fold.h"
#include "estimate/goals.h"
#include "estimate/metrics.h"
#include "estimate/sections.h"

#include <math.h>
#include <stdlib.h>

/* The recipe that belongs to a metric of one of the three tables. */
static const struct sc_recipe *recipe_of(const struct sc_metric *metric)
{
    const struct {
        const struct sc_metric *metrics;
        const struct sc_recipe *recipes;
        size_t count;
    } table[] = {{sc_channel_metrics, sc_channel_recipes, sc_channel_metric_count},
                 {sc_pool_metrics, sc_pool_recipes, sc_pool_metric_count},
                 {sc_total_metrics, sc_total_recipes, sc_total_metric_count}};
    for (size_t t = 0; t < sizeof table / sizeof table[0]; t++)
        for (size_t i = 0; i < table[t].count; i++)
            if (&table[t].metrics[i] == metric)
                return &table[t].recipes[i];
    return NULL;
}

struct sc_figure sc_metric_estimate(const struct sc_metric *metric, const struct sc_moments *m)
{
    const struct sc_recipe *recipe = recipe_of(metric);
    double denominators = m->x0 * (double)m->count + m->x;
    if (recipe->rule == SC_RULE_TARGET) {
        struct sc_figure f = sc_wilson_estimate(m->y0 * (double)m->count + m->y, denominators);
        if (m->count < 2)
            f.low = f.high = NAN;
        return f;
    }
    if (metric->unit != SC_UNIT_SHARE)
        return sc_ratio_estimate(m, 0, INFINITY);
    if (recipe->trials == 0)
        return sc_share_estimate(m, denominators);
    /* Hours are no trials that one could count; they only keep a share from being certain. */
    struct sc_figure f = sc_ratio_estimate(m, 0, 1);
    return f.low == f.high ? sc_share_estimate(m, denominators / recipe->trials) : f;
}

struct sc_figure sc_metric_difference_estimate(const struct sc_metric *metric, const struct sc_pair_moments *moments)
{
    double most = metric->unit == SC_UNIT_SHARE ? 1 : INFINITY;
    return sc_ratio_difference_estimate(moments, -most, most);
}

/* The quantile metrics of some neighbouring types. */
static void quantile_figures(const struct sc_fold *fold, enum sc_rule rule, size_t first, size_t types,
                             uint64_t *scratch, struct sc_figure *figure)
{
    struct sc_sections sections[SC_QUANTILES_MOST];
    if (!sc_fold_quantiles(fold, rule, first, types, scratch, sections))
        return;
    for (size_t i = 0, k = 0; i < sc_channel_metric_count; i++)
        if (sc_channel_recipes[i].rule == rule) {
            figure[i] = sc_jackknife_estimate(sections[k].all, sections[k].without, fold->groups, 0, INFINITY);
            k++;
        }
}

static void row_figures(const struct sc_fold *fold, size_t row, const struct sc_metric *metrics, size_t count,
                        struct sc_figure *figure)
{
    for (size_t i = 0; i < count; i++)
        figure[i] = sc_metric_estimate(&metrics[i], &fold->moments[row + i]);
}

static void channel_figures(const struct sc_fold *fold, size_t row, size_t first, size_t types, uint64_t *scratch,
                            struct sc_figure *figure)
{
    row_figures(fold, row, sc_channel_metrics, sc_channel_metric_count, figure);
    quantile_figures(fold, SC_RULE_WAIT, first, types, scratch, figure);
    quantile_figures(fold, SC_RULE_RESPONSE, first, types, scratch, figure);
}

/* The saving a replication: a function of totals, so its interval comes from sections like that of quantiles. */
static struct sc_figure saving_figure(const struct sc_fold *fold, struct sc_saving *scratch)
{
    struct sc_sections sections;
    sc_fold_saving(fold, scratch, &sections);
    return sc_jackknife_estimate(sections.all, sections.without, fold->groups, -INFINITY, INFINITY);
}

static void total_figures(const struct sc_fold *fold, struct sc_saving *scratch, struct sc_figure *figure)
{
    row_figures(fold, sc_pairs_of_total(fold->model), sc_total_metrics, sc_total_metric_count, figure);
    for (size_t i = 0; i < sc_total_metric_count; i++)
        if (sc_total_recipes[i].rule == SC_RULE_SAVING)
            figure[i] = saving_figure(fold, scratch);
}

static void pool_figures(const struct sc_fold *fold, size_t p, struct sc_pool_result *result)
{
    const struct sc_scenario *s = sc_model_scenario(fold->model);
    row_figures(fold, sc_pairs_of_pool(fold->model, p), sc_pool_metrics, sc_pool_metric_count, result->figure);
    size_t k = 0;
    for (size_t c = 0; c < s->channel_count; c++) {
        if (!sc_pool_serves(&s->pools[p], c))
            continue;
        const struct sc_moments *work = &fold->moments[sc_pairs_of_work(fold->model, p, c)];
        result->by_channel[k++] = (struct sc_pool_channel_result){
            .channel = s->channels[c].name,
            .contacts = sc_ratio_estimate(&work[0], 0, INFINITY),
            .busy_h = sc_ratio_estimate(&work[1], 0, INFINITY),
        };
    }
}

static void event_figures(const struct sc_fold *fold, size_t i, struct sc_event_result *result)
{
    const struct sc_moments *moments = &fold->moments[sc_pairs_of_event(fold->model, i)];
    *result = (struct sc_event_result){
        .event = &sc_model_scenario(fold->model)->events[i],
        .queue_max = sc_ratio_estimate(&moments[0], 0, INFINITY),
        .recovery_s = sc_ratio_estimate(&moments[1], 0, INFINITY),
    };
}

static void goal_figures(const struct sc_fold *fold, size_t i, struct sc_goal_result *result)
{
    const struct sc_moments *moments = &fold->moments[sc_pairs_of_goal(fold->model, i)];
    struct sc_goal_place place;
    int share = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "target_met");
    if (!sc_goal_find(fold->model, i, &place))
        return; /* sc_goals_check has refused it */
    *result = (struct sc_goal_result){
        .goal = &sc_model_scenario(fold->model)->goals[i],
        .metric = place.metric,
        .figure = sc_metric_estimate(place.metric, &moments[0]),
        .probability = sc_metric_estimate(&sc_channel_metrics[share], &moments[1]),
    };
}

/* --- memory --- */

static bool channel_allocate(const struct sc_channel *channel, struct sc_channel_result *result)
{
    result->name = channel->name;
    result->figure = calloc(sc_channel_metric_count, sizeof *result->figure);
    result->classes = calloc(channel->class_count + 1, sizeof *result->classes);
    if (!result->figure || !result->classes)
        return false;
    result->class_count = channel->class_count;
    for (size_t k = 0; k < channel->class_count; k++) {
        result->classes[k].name = channel->classes[k].name;
        result->classes[k].figure = calloc(sc_channel_metric_count, sizeof *result->figure);
        if (!result->classes[k].figure)
            return false;
    }
    return true;
}

static bool pool_allocate(const struct sc_scenario *s, size_t p, struct sc_pool_result *result)
{
    result->name = s->pools[p].name;
    for (size_t c = 0; c < s->channel_count; c++)
        result->channel_count += sc_pool_serves(&s->pools[p], c);
    result->figure = calloc(sc_pool_metric_count, sizeof *result->figure);
    result->by_channel = calloc(result->channel_count + 1, sizeof *result->by_channel);
    return result->figure && result->by_channel;
}

static struct sc_result *result_allocate(const struct sc_model *model)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    struct sc_result *result = calloc(1, sizeof *result);
    if (!result)
        return NULL;
    result->model = model;
    result->total = calloc(sc_total_metric_count, sizeof *result->total);
    result->channels = calloc(s->channel_count + 1, sizeof *result->channels);
    result->pools = calloc(s->pool_count + 1, sizeof *result->pools);
    result->events = calloc(s->event_count + 1, sizeof *result->events);
    result->goals = calloc(s->goal_count + 1, sizeof *result->goals);
    bool complete = result->total && result->channels && result->pools && result->events && result->goals;
    for (size_t c = 0; complete && c < s->channel_count; c++)
        complete = channel_allocate(&s->channels[c], &result->channels[c]);
    for (size_t p = 0; complete && p < s->pool_count; p++)
        complete = pool_allocate(s, p, &result->pools[p]);
    if (complete)
        return result;
    sc_result_free(result);
    return NULL;
}

void sc_result_free(struct sc_result *result)
{
    if (!result)
        return;
    const struct sc_scenario *s = sc_model_scenario(result->model);
    for (size_t c = 0; result->channels && c < s->channel_count; c++) {
        for (size_t k = 0; k < result->channels[c].class_count; k++)
            free(result->channels[c].classes[k].figure);
        free(result->channels[c].classes);
        free(result->channels[c].figure);
    }
    for (size_t p = 0; result->pools && p < s->pool_count; p++) {
        free(result->pools[p].figure);
        free(result->pools[p].by_channel);
    }
    sc_intervals_free(result->intervals);
    free(result->day);
    free(result->midnight);
    free(result->pool_day);
    free(result->events);
    free(result->goals);
    free(result->total);
    free(result->channels);
    free(result->pools);
    free(result);
}

enum sc_code sc_fold_result(struct sc_fold *fold, struct sc_result **out, struct sc_error *error)
{
    const struct sc_scenario *s = sc_model_scenario(fold->model);
    struct sc_result *result = result_allocate(fold->model);
    uint64_t *scratch = calloc(2 * SC_HISTOGRAM_CELLS, sizeof *scratch);
    struct sc_saving *savings = calloc(2 * fold->channels + 1, sizeof *savings);
    enum sc_code code = SC_OK;
    if (!result || !scratch || !savings) {
        code = sc_error_memory(error);
        goto done;
    }
    for (size_t c = 0; c < s->channel_count; c++) {
        size_t first = sc_model_type(fold->model, c), classes = s->channels[c].class_count;
        channel_figures(fold, sc_pairs_of_channel(fold->model, c), first, 1 + classes, scratch,
                        result->channels[c].figure);
        for (size_t k = 0; k < classes; k++)
            channel_figures(fold, sc_pairs_of_class(fold->model, c, k), first + 1 + k, 1, scratch,
                            result->channels[c].classes[k].figure);
    }
    for (size_t p = 0; p < s->pool_count; p++)
        pool_figures(fold, p, &result->pools[p]);
    total_figures(fold, savings, result->total);
    for (size_t i = 0; i < s->event_count; i++)
        event_figures(fold, i, &result->events[i]);
    for (size_t i = 0; i < s->goal_count; i++)
        goal_figures(fold, i, &result->goals[i]);
    result->replications = fold->replications;
    result->contacts_simulated = fold->contacts_simulated;
    result->intervals = fold->intervals;
    result->day = fold->day;
    result->midnight = fold->midnight;
    result->pool_day = fold->pool_day;
    fold->intervals = NULL;
    fold->day = NULL;
    fold->midnight = NULL;
    fold->pool_day = NULL;
    *out = result;
    result = NULL;
done:
    sc_result_free(result);
    free(scratch);
    free(savings);
    return code;
}

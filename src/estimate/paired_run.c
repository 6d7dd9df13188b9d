/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every comparison folds: the result of each model, and the pairs of (base, alternative) of every figure. The
 * base's pairs of a replication come first and are kept until its alternatives have gone by.
 */
#include "estimate/fold.h"
#include "estimate/goals.h"
#include "estimate/paired_difference.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* What is kept of one alternative. */
struct side {
    const struct sc_model *model;
    struct sc_fold *fold;
    size_t pairs;
    ptrdiff_t *match;
    struct sc_pair_moments *moments; /* [pairs] */
    bool *differs;                   /* [pairs]: in some replication */
    bool *judged;                    /* [pairs]: by a precision */
};

struct run {
    const struct sc_paired_options *options;
    size_t count;
    struct side *sides; /* [count]; [0] is the base, without match and what follows it */
    struct sc_pair *base;
    size_t planned; /* 0: not known */
    bool precise;
};

/* --- which differences a precision is about --- */

static void judge_service(struct side *side, size_t row, const struct sc_target *target)
{
    static const char level[] = "service_level", abandon[] = "abandon_rate";
    if (target->answer_given)
        side->judged[row + (size_t)sc_metric_find(sc_channel_metrics, sc_channel_metric_count, level)] = true;
    if (target->abandon_given)
        side->judged[row + (size_t)sc_metric_find(sc_channel_metrics, sc_channel_metric_count, abandon)] = true;
}

/* Those of sc_run (estimate.h). */
static void judge_targets(struct side *side)
{
    const struct sc_scenario *s = sc_model_scenario(side->model);
    int wait = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "wait_mean_s");
    bool any = false;
    for (size_t c = 0; c < s->channel_count; c++) {
        const struct sc_channel *channel = &s->channels[c];
        bool given = channel->service.target.given;
        any = any || given;
        if (given)
            judge_service(side, sc_pairs_of_channel(side->model, c), &channel->service.target);
        for (size_t k = 0; !given && k < channel->class_count; k++) {
            any = any || channel->classes[k].service.target.given;
            if (channel->classes[k].service.target.given)
                judge_service(side, sc_pairs_of_class(side->model, c, k), &channel->classes[k].service.target);
        }
    }
    for (size_t c = 0; !any && c < s->channel_count; c++)
        side->judged[sc_pairs_of_channel(side->model, c) + (size_t)wait] = true;
}

/* Rows of channels and classes come first in the order of pairs, so the number tells the metric. */
static bool difference_reached(const struct side *side, size_t i, double precision)
{
    const struct sc_pair_moments *m = &side->moments[i];
    const struct sc_metric *metric = &sc_channel_metrics[i % sc_channel_metric_count];
    struct sc_figure f = sc_metric_difference_estimate(metric, m);
    double n = (double)m->count, half = (f.high - f.low) / 2;
    double base = (m->first[0] + m->sum[0] / n) / (m->first[1] + m->sum[1] / n);
    if (metric->unit != SC_UNIT_SHARE)
        half = half == 0 ? 0 : half / base;
    return isnan(f.mean) || half < precision;
}

static bool precision_reached(const struct run *run)
{
    for (size_t a = 1; a < run->count; a++)
        for (size_t i = 0; i < run->sides[a].pairs; i++)
            if (run->sides[a].judged[i] && run->sides[a].match[i] >= 0 &&
                !difference_reached(&run->sides[a], i, run->options->precision))
                return false;
    return true;
}

/* --- the fold --- */

static void fold_pairs(struct side *side, const struct sc_pair *base, const struct sc_pair *here)
{
    for (size_t i = 0; i < side->pairs; i++) {
        if (side->match[i] < 0)
            continue;
        struct sc_pair a = base[side->match[i]], b = here[i];
        sc_pair_moments_add(&side->moments[i], a.y, a.x, b.y, b.x);
        if (a.y != b.y || a.x != b.x)
            side->differs[i] = true;
    }
}

static enum sc_code fold_one(void *context, const struct sc_paired_view *view, bool *more, struct sc_error *error)
{
    struct run *run = context;
    struct side *side = &run->sides[view->model];
    size_t done = view->replication + 1;
    enum sc_code code = SC_OK;
    sc_fold_add_histograms(side->fold, view->replication, view->arrays);
    sc_fold_add(side->fold, view->arrays, view->pairs, view->savings);
    if (view->model == 0)
        memcpy(run->base, view->pairs, side->pairs * sizeof *run->base);
    else
        fold_pairs(side, run->base, view->pairs);
    if (run->options->watch != NULL)
        code = run->options->watch(run->options->watch_context, view->replication, view->model, view->pairs, error);
    if (code != SC_OK || view->model + 1 < run->count)
        return code;
    run->precise =
        run->options->precision > 0 && done % SC_BLOCK == 0 && done >= SC_PRECISION_LEAST && precision_reached(run);
    if (run->options->progress != NULL)
        run->options->progress(run->options->progress_context, done, run->precise ? done : run->planned);
    *more = !run->precise;
    return SC_OK;
}

/* --- from the fold to differences --- */

static bool row_same(const struct side *side, size_t row, size_t count)
{
    for (size_t i = row; i < row + count; i++)
        if (side->differs[i])
            return false;
    return true;
}

static void row_differences(const struct side *side, size_t row, const struct sc_metric *metrics, size_t count,
                            const struct sc_figure *base, const struct sc_figure *here,
                            struct sc_difference *difference)
{
    bool same = row_same(side, row, count);
    for (size_t i = 0; i < count; i++)
        difference[row + i] = sc_metric_paired(&metrics[i], &side->moments[row + i], same, base[i], here[i]);
}

static void quantile_differences(const struct run *run, const struct side *side, enum sc_rule rule, size_t base_type,
                                 size_t type, size_t base_types, size_t types, uint64_t *scratch,
                                 struct sc_difference *difference)
{
    struct sc_sections base[SC_QUANTILES_MOST], here[SC_QUANTILES_MOST];
    if (!sc_fold_quantiles(run->sides[0].fold, rule, base_type, base_types, scratch, base) ||
        !sc_fold_quantiles(side->fold, rule, type, types, scratch, here))
        return;
    for (size_t i = 0, k = 0; i < sc_channel_metric_count; i++)
        if (sc_channel_recipes[i].rule == rule) {
            difference[i] = sc_sections_paired(&base[k], &here[k], side->fold->groups);
            k++;
        }
}

/* The channel `there` of the base and `c` here; of both the class, or -1 for the whole channel. */
static void channel_differences(const struct run *run, const struct side *side, const struct sc_result *base_result,
                                const struct sc_result *result, size_t there, size_t c, ptrdiff_t class_there,
                                ptrdiff_t class_here, uint64_t *scratch, struct sc_difference *difference)
{
    const struct sc_model *b = run->sides[0].model, *h = side->model;
    const struct sc_channel_result *base = &base_result->channels[there], *here = &result->channels[c];
    size_t row = sc_pairs_of_channel(h, c), types = 1 + here->class_count, base_types = 1 + base->class_count;
    size_t base_type = sc_model_type(b, there), type = sc_model_type(h, c);
    if (class_here >= 0) {
        row = sc_pairs_of_class(h, c, (size_t)class_here);
        type += 1 + (size_t)class_here;
        base_type += 1 + (size_t)class_there;
        types = base_types = 1;
        base = &base->classes[class_there];
        here = &here->classes[class_here];
    }
    row_differences(side, row, sc_channel_metrics, sc_channel_metric_count, base->figure, here->figure, difference);
    quantile_differences(run, side, SC_RULE_WAIT, base_type, type, base_types, types, scratch, &difference[row]);
    quantile_differences(run, side, SC_RULE_RESPONSE, base_type, type, base_types, types, scratch, &difference[row]);
}

static void channels_differences(const struct run *run, const struct side *side, const struct sc_result *base,
                                 const struct sc_result *here, uint64_t *scratch, struct sc_difference *difference)
{
    const struct sc_scenario *b = sc_model_scenario(run->sides[0].model), *h = sc_model_scenario(side->model);
    for (size_t c = 0; c < h->channel_count; c++) {
        ptrdiff_t there = sc_channel_index(b, h->channels[c].name);
        if (there < 0)
            continue;
        channel_differences(run, side, base, here, (size_t)there, c, -1, -1, scratch, difference);
        for (size_t k = 0; k < h->channels[c].class_count; k++) {
            ptrdiff_t k_there = sc_class_index(&b->channels[there], h->channels[c].classes[k].name);
            if (k_there >= 0)
                channel_differences(run, side, base, here, (size_t)there, c, k_there, (ptrdiff_t)k, scratch,
                                    difference);
        }
    }
}

static struct sc_difference mean_difference(const struct side *side, size_t i)
{
    const struct sc_pair_moments *m = &side->moments[i];
    double n = (double)m->count;
    /* The means of sc_ratio_estimate, in its order of adding: the same bits as the figures beside it. */
    struct sc_figure base = {(m->first[0] + m->sum[0] / n) / (m->first[1] + m->sum[1] / n), NAN, NAN};
    struct sc_figure here = {(m->first[2] + m->sum[2] / n) / (m->first[3] + m->sum[3] / n), NAN, NAN};
    return sc_metric_paired(NULL, m, false, base, here);
}

static void pools_differences(const struct run *run, const struct side *side, const struct sc_result *base,
                              const struct sc_result *here, struct sc_difference *difference)
{
    const struct sc_scenario *b = sc_model_scenario(run->sides[0].model), *h = sc_model_scenario(side->model);
    for (size_t p = 0; p < h->pool_count; p++) {
        ptrdiff_t there = sc_pool_index(b, h->pools[p].name);
        if (there < 0)
            continue;
        row_differences(side, sc_pairs_of_pool(side->model, p), sc_pool_metrics, sc_pool_metric_count,
                        base->pools[there].figure, here->pools[p].figure, difference);
        for (size_t i = 0; i < 2 * h->channel_count; i++) {
            size_t at = sc_pairs_of_work(side->model, p, 0) + i;
            if (side->match[at] >= 0)
                difference[at] = mean_difference(side, at);
        }
    }
}

static void total_differences(const struct run *run, const struct side *side, const struct sc_result *base,
                              const struct sc_result *here, struct sc_saving *scratch, struct sc_difference *difference)
{
    size_t row = sc_pairs_of_total(side->model);
    row_differences(side, row, sc_total_metrics, sc_total_metric_count, base->total, here->total, difference);
    for (size_t i = 0; i < sc_total_metric_count; i++) {
        struct sc_sections sections[2];
        if (sc_total_recipes[i].rule != SC_RULE_SAVING)
            continue;
        sc_fold_saving(run->sides[0].fold, scratch, &sections[0]);
        sc_fold_saving(side->fold, scratch, &sections[1]);
        difference[row + i] = sc_sections_paired(&sections[0], &sections[1], side->fold->groups);
    }
}

static void dated_differences(const struct run *run, const struct side *side, const struct sc_result *base,
                              const struct sc_result *here, struct sc_difference *difference)
{
    const struct sc_scenario *b = sc_model_scenario(run->sides[0].model), *h = sc_model_scenario(side->model);
    int share = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "target_met");
    for (size_t i = 0; i < h->event_count; i++) {
        size_t at = sc_pairs_of_event(side->model, i);
        for (size_t j = at; side->match[at] >= 0 && j < at + 2; j++)
            difference[j] = mean_difference(side, j);
    }
    for (size_t i = 0; i < h->goal_count; i++) {
        size_t at = sc_pairs_of_goal(side->model, i);
        ptrdiff_t there = sc_goal_index(b, h, i);
        if (there < 0)
            continue;
        const struct sc_goal_result *was = &base->goals[there], *is = &here->goals[i];
        bool same = row_same(side, at, 2);
        difference[at] = sc_metric_paired(is->metric, &side->moments[at], same, was->figure, is->figure);
        difference[at + 1] = sc_metric_paired(&sc_channel_metrics[share], &side->moments[at + 1], same,
                                              was->probability, is->probability);
    }
}

static enum sc_code differences(const struct run *run, struct sc_paired *paired, size_t a, struct sc_error *error)
{
    const struct side *side = &run->sides[a];
    const struct sc_result *base = paired->result[0], *here = paired->result[a];
    size_t channels =
        run->sides[0].fold->channels > side->fold->channels ? run->sides[0].fold->channels : side->fold->channels;
    uint64_t *histograms = calloc(2 * SC_HISTOGRAM_CELLS, sizeof *histograms);
    struct sc_saving *savings = calloc(2 * channels + 1, sizeof *savings);
    struct sc_difference *difference = calloc(side->pairs + 1, sizeof *difference);
    enum sc_code code = SC_OK;
    if (histograms == NULL || savings == NULL || difference == NULL) {
        free(difference);
        code = sc_error_memory(error);
        goto done;
    }
    for (size_t i = 0; i < side->pairs; i++)
        difference[i] = (struct sc_difference){{NAN, NAN, NAN}, NAN};
    channels_differences(run, side, base, here, histograms, difference);
    pools_differences(run, side, base, here, difference);
    total_differences(run, side, base, here, savings, difference);
    dated_differences(run, side, base, here, difference);
    paired->difference[a] = difference;
    paired->same[a] = side->pairs == run->sides[0].pairs && row_same(side, 0, side->pairs);
done:
    free(histograms);
    free(savings);
    return code;
}

/* --- the whole --- */

static void run_release(struct run *run)
{
    for (size_t a = 0; run->sides != NULL && a < run->count; a++) {
        sc_fold_free(run->sides[a].fold);
        free(run->sides[a].match);
        free(run->sides[a].moments);
        free(run->sides[a].differs);
        free(run->sides[a].judged);
    }
    free(run->sides);
    free(run->base);
}

static bool has_responses(const struct sc_scenario *s)
{
    for (size_t c = 0; c < s->channel_count; c++)
        if (s->channels[c].kind == SC_DEFERRED)
            return true;
    return false;
}

/* base: NULL for the base itself. */
static enum sc_code side_init(struct side *side, const struct sc_model *base, const struct sc_model *model,
                              size_t planned, struct sc_error *error)
{
    side->model = model;
    side->pairs = sc_pairs_count(model);
    enum sc_code code = sc_goals_check(model, error);
    if (code == SC_OK)
        code = sc_fold_new(model, planned, false, has_responses(sc_model_scenario(model)), &side->fold, error);
    if (code != SC_OK || base == NULL)
        return code;
    side->match = calloc(side->pairs + 1, sizeof *side->match);
    side->moments = calloc(side->pairs + 1, sizeof *side->moments);
    side->differs = calloc(side->pairs + 1, sizeof *side->differs);
    side->judged = calloc(side->pairs + 1, sizeof *side->judged);
    if (side->match == NULL || side->moments == NULL || side->differs == NULL || side->judged == NULL)
        return sc_error_memory(error);
    sc_paired_match(base, model, side->match);
    judge_targets(side);
    return SC_OK;
}

static enum sc_code run_init(struct run *run, const struct sc_model *const *models, size_t end, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    run->sides = calloc(run->count, sizeof *run->sides);
    run->base = calloc(sc_pairs_count(models[0]) + 1, sizeof *run->base);
    if (run->sides == NULL || run->base == NULL)
        return sc_error_memory(error);
    for (size_t a = 0; code == SC_OK && a < run->count; a++)
        code = side_init(&run->sides[a], a == 0 ? NULL : models[0], models[a], end, error);
    return code;
}

void sc_paired_free(struct sc_paired *paired)
{
    if (paired == NULL)
        return;
    for (size_t a = 0; a < paired->count; a++) {
        if (paired->result != NULL)
            sc_result_free(paired->result[a]);
        if (paired->match != NULL)
            free(paired->match[a]);
        if (paired->difference != NULL)
            free(paired->difference[a]);
    }
    free(paired->result);
    free(paired->match);
    free(paired->difference);
    free(paired->same);
    free(paired);
}

static enum sc_code paired_new(struct run *run, struct sc_paired **out, struct sc_error *error)
{
    struct sc_paired *paired = calloc(1, sizeof *paired);
    enum sc_code code = SC_OK;
    if (paired == NULL)
        return sc_error_memory(error);
    paired->count = run->count;
    paired->replications = run->sides[0].fold->replications;
    paired->result = calloc(run->count, sizeof *paired->result);
    paired->match = calloc(run->count, sizeof *paired->match);
    paired->difference = calloc(run->count, sizeof *paired->difference);
    paired->same = calloc(run->count, sizeof *paired->same);
    if (paired->result == NULL || paired->match == NULL || paired->difference == NULL || paired->same == NULL)
        code = sc_error_memory(error);
    for (size_t a = 0; code == SC_OK && a < run->count; a++) {
        code = sc_fold_result(run->sides[a].fold, &paired->result[a], error);
        if (code == SC_OK && a > 0)
            code = differences(run, paired, a, error);
    }
    for (size_t a = 1; code == SC_OK && a < run->count; a++) {
        paired->match[a] = run->sides[a].match;
        run->sides[a].match = NULL;
    }
    if (code == SC_OK)
        *out = paired;
    else
        sc_paired_free(paired);
    return code;
}

enum sc_code sc_paired_run(const struct sc_model *const *models, size_t count, const struct sc_paired_options *options,
                           struct sc_paired **out, struct sc_error *error)
{
    double start = omp_get_wtime();
    bool open = options->precision > 0;
    struct run run = {.options = options, .count = count, .planned = open ? 0 : options->replications};
    struct sc_paired *paired = NULL;
    const struct sc_paired_play play = {
        .models = models,
        .count = count,
        .seed = options->seed,
        .end = open ? SC_PRECISION_MOST : options->replications,
        .threads = options->threads,
        .context = &run,
        .fold = fold_one,
    };
    enum sc_code code = run_init(&run, models, play.end, error);
    if (code == SC_OK)
        code = sc_paired_play(&play, error);
    if (code == SC_OK && open && !run.precise)
        code = sc_error_set(error, SC_UNREACHABLE,
                            "precision %g of the differences is not reached within %d "
                            "replications; use a larger one, or --replications",
                            options->precision, SC_PRECISION_MOST);
    if (code == SC_OK)
        code = paired_new(&run, &paired, error);
    for (size_t a = 0; code == SC_OK && a < count; a++) {
        paired->result[a]->seed = options->seed;
        paired->result[a]->wall_s = omp_get_wtime() - start;
    }
    if (code == SC_OK)
        *out = paired;
    run_release(&run);
    return code;
}

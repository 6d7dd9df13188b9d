/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a figure moved: all coalitions of the groups that differ, played on the same random numbers. */
#include "decide/explain_private.h"

#include "estimate/interval.h"
#include "estimate/paired.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Coalitions played at once: enough work for many cores, few models in memory. */
enum { BATCH = 8 };
/* Pairs of all coalitions and replications may take so many bytes. */
static const double memory_most = 1 << 30;

struct work {
    const struct sc_mix *mix;
    struct sc_law_shelf *shelf;
    struct sc_player *player;
    unsigned group[SC_GROUP_COUNT]; /* [groups]: those that differ */
    unsigned groups;
    size_t coalitions;
    const struct sc_metric *metric;
    struct sc_pair *pair; /* [replications * coalitions] */
    double *weight;       /* [coalitions] */
    double *scratch;      /* [2 * replications] */
};

/* --- which metric --- */

struct choice {
    const struct sc_model *after;
    char path[SC_METRIC_TEXT];
};

static void choose(void *context, const struct sc_wanted *wanted)
{
    struct choice *choice = context;
    size_t pair;
    struct sc_metric_owner owner = sc_metric_owner_of(sc_model_scenario(choice->after), wanted->path);
    if (choice->path[0] || !sc_metric_of_path(choice->after, wanted->path, &pair))
        return;
    /* A service level needs a target there, too. */
    const struct sc_channel *channel = &sc_model_scenario(choice->after)->channels[owner.channel];
    const struct sc_target *target =
        owner.class_index < 0 ? &channel->service.target : &channel->classes[owner.class_index].service.target;
    if (target->given && (!wanted->at_least || target->answer_given))
        snprintf(choice->path, sizeof choice->path, "%s", wanted->path);
}

static const char *choose_metric(struct sc_explanation_box *box, const struct sc_built *ends, const char *asked)
{
    struct choice choice = {.after = ends[1].model};
    if (!asked)
        sc_wanted_each(ends[0].scenario, choose, &choice);
    return sc_arena_text(&box->arena, asked ? asked : choice.path[0] ? choice.path : "totals.wait_mean_s");
}

/* --- coalitions --- */

static unsigned mask_of(const struct work *work, size_t coalition)
{
    unsigned mask = 0;
    for (unsigned i = 0; i < work->groups; i++)
        mask |= (coalition >> i & 1) << work->group[i];
    return mask;
}

/* A coalition that is no scenario is told of by its groups: the rules of mixing should not let it happen. */
static enum sc_code build(const struct work *work, size_t coalition, struct sc_built *built, struct sc_error *error)
{
    struct sc_document *document = NULL;
    struct sc_error inner = SC_ERROR_INIT;
    char names[256] = "";
    enum sc_code code = sc_mix_document(work->mix, mask_of(work, coalition), &document, error);
    if (code == SC_OK)
        code = sc_built_make(document, work->shelf, built, &inner);
    sc_document_free(document);
    if (code != SC_INPUT || inner.code == SC_OK) {
        if (inner.code != SC_OK)
            *error = inner;
        return code;
    }
    for (unsigned i = 0; i < work->groups; i++)
        if (coalition >> i & 1)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", names[0] ? ", " : "",
                     sc_explain_group_name(work->group[i]));
    return sc_error_set(error, SC_INPUT,
                        "the scenarios cannot be mixed: with %s as after and all else as before, %s; make the two "
                        "more alike, or change them in steps",
                        names, inner.message);
}

static void keep(struct work *work, size_t coalition, const struct sc_series *series)
{
    for (size_t r = 0; r < series->replications; r++)
        work->pair[r * work->coalitions + coalition] = series->pair[r];
}

/* Plays coalitions first … first + count - 1. */
static enum sc_code play_batch(struct work *work, size_t first, size_t count, struct sc_error *error)
{
    struct sc_built built[BATCH] = {{.model = NULL}};
    const struct sc_model *models[BATCH];
    struct sc_series series[BATCH] = {{0}};
    enum sc_code code = SC_OK;
    for (size_t i = 0; code == SC_OK && i < count; i++) {
        code = build(work, first + i, &built[i], error);
        models[i] = built[i].model;
    }
    if (code == SC_OK)
        code = sc_player_play(work->player, models, count, series, error);
    for (size_t i = 0; i < count; i++) {
        if (code == SC_OK)
            keep(work, first + i, &series[i]);
        sc_series_release(&series[i]);
        sc_built_release(&built[i]);
    }
    return code;
}

static enum sc_code reserve(struct work *work, struct sc_error *error)
{
    size_t n = work->player->replications;
    double bytes = (double)n * (double)work->coalitions * sizeof *work->pair;
    if (bytes > memory_most)
        return sc_error_set(error, SC_USAGE,
                            "%zu replications of %zu coalitions are more than fit into memory; use %.0f or fewer", n,
                            work->coalitions, floor(memory_most / (double)work->coalitions / sizeof *work->pair));
    work->pair = calloc(n * work->coalitions, sizeof *work->pair);
    work->weight = calloc(work->coalitions, sizeof *work->weight);
    work->scratch = calloc(2 * n, sizeof *work->scratch);
    return work->pair && work->weight && work->scratch ? SC_OK : sc_error_memory(error);
}

/* The two scenarios first: with a precision they tell how many replications all others get. */
static enum sc_code play_all(struct work *work, const struct sc_built *ends, struct sc_error *error)
{
    const struct sc_model *models[2] = {ends[0].model, ends[1].model};
    struct sc_series series[2] = {{0}};
    size_t last = work->coalitions - 1, count = last > 0 ? 2 : 1;
    work->player->planned = work->player->replications * work->coalitions;
    enum sc_code code = sc_player_play(work->player, models, count, series, error);
    if (code == SC_OK)
        code = reserve(work, error);
    for (size_t i = 0; i < count; i++) {
        if (code == SC_OK)
            keep(work, i * last, &series[i]);
        sc_series_release(&series[i]);
    }
    work->player->planned = work->player->replications * work->coalitions;
    for (size_t first = 1; code == SC_OK && first < last; first += BATCH)
        code = play_batch(work, first, last - first < BATCH ? last - first : BATCH, error);
    return code;
}

/* --- figures --- */

static struct sc_figure figure_of(const struct work *work, size_t coalition)
{
    struct sc_moments moments = {0};
    for (size_t r = 0; r < work->player->replications; r++)
        sc_moments_add(&moments, work->pair[r * work->coalitions + coalition].y,
                       work->pair[r * work->coalitions + coalition].x);
    return sc_metric_estimate(work->metric, &moments);
}

static struct sc_figure combined(const struct work *work)
{
    double most = sc_metric_most(work->metric);
    return sc_combination_estimate(work->pair, work->player->replications, work->coalitions, work->weight, -most, most,
                                   work->scratch);
}

static struct sc_figure difference(const struct work *work, size_t from, size_t to)
{
    if (from == to)
        return (struct sc_figure){0, 0, 0};
    memset(work->weight, 0, work->coalitions * sizeof *work->weight);
    work->weight[from] = -1;
    work->weight[to] = 1;
    return combined(work);
}

static enum sc_code tell_parts(const struct work *work, struct sc_explanation_box *box, struct sc_error *error)
{
    struct sc_explanation *e = &box->explanation;
    size_t all = work->coalitions - 1;
    e->part = sc_arena_array(&box->arena, work->groups + 1, sizeof *e->part);
    if (!e->part)
        return sc_error_memory(error);
    for (unsigned i = 0; i < work->groups; i++) {
        unsigned group = work->group[i];
        struct sc_explain_part *part = &e->part[e->parts++];
        const char **change = sc_arena_array(&box->arena, work->mix->changes[group] + 1, sizeof *change);
        for (size_t k = 0; change && k < work->mix->changes[group]; k++)
            if (!(change[k] = sc_arena_text(&box->arena, work->mix->change[group][k])))
                change = NULL;
        if (!change)
            return sc_error_memory(error);
        *part = (struct sc_explain_part){
            .group = group,
            .name = sc_explain_group_name(group),
            .change = change,
            .changes = work->mix->changes[group],
            .first = difference(work, 0, (size_t)1 << i),
            .last = difference(work, all ^ (size_t)1 << i, all),
        };
        sc_shapley_weights(work->groups, i, work->weight);
        part->part = combined(work);
    }
    return SC_OK;
}

static enum sc_code tell(const struct work *work, const struct sc_built *ends, struct sc_explanation_box *box,
                         struct sc_error *error)
{
    struct sc_explanation *e = &box->explanation;
    e->two = true;
    e->unit = work->metric->unit;
    e->replications = work->player->replications;
    e->seed = work->player->seed;
    e->seeds_differ = ends[0].scenario->seed != ends[1].scenario->seed;
    e->days = ends[0].scenario->days;
    e->currency = sc_arena_text(&box->arena, ends[0].scenario->currency);
    /* Copies have one name inside: then the files tell them apart. */
    const struct sc_scenario *before = ends[0].scenario, *after = ends[1].scenario;
    bool alike = strcmp(before->name, after->name) == 0;
    e->before_name = sc_arena_text(&box->arena, alike ? before->file : before->name);
    e->after_name = sc_arena_text(&box->arena, alike ? after->file : after->name);
    e->before = figure_of(work, 0);
    e->after = figure_of(work, work->coalitions - 1);
    for (int side = 0; side < 2; side++)
        if (isnan(side == 0 ? e->before.mean : e->after.mean))
            return sc_error_set_at(error, SC_INPUT, ends[side].scenario->file, 0,
                                   "%s is over nothing there (a service level needs a target, a rate somebody whom it "
                                   "counts); name another with --metric",
                                   e->metric);
    e->difference = difference(work, 0, work->coalitions - 1);
    if (!e->currency || !e->before_name || !e->after_name)
        return sc_error_memory(error);
    return tell_parts(work, box, error);
}

static enum sc_code explain(const struct sc_mix *mix, struct sc_law_shelf *shelf, const struct sc_built *ends,
                            const struct sc_explain_options *options, struct sc_explanation_box *box,
                            struct sc_error *error)
{
    struct sc_explanation *e = &box->explanation;
    struct sc_player player = {
        .figure = &e->metric,
        .figures = 1,
        .precision = options->precision,
        .threads = options->threads,
        .replications = options->replications ? options->replications : (size_t)ends[0].scenario->replications,
        .seed = options->seed_given ? options->seed : ends[0].scenario->seed,
        .progress = options->progress,
        .progress_context = options->progress_context,
    };
    struct work work = {.mix = mix, .shelf = shelf, .player = &player};
    size_t pair;
    enum sc_code code = SC_OK;
    if (!(e->metric = choose_metric(box, ends, options->metric)))
        return sc_error_memory(error);
    for (int side = 0; code == SC_OK && side < 2; side++)
        if (!(work.metric = sc_metric_of_path(ends[side].model, e->metric, &pair)))
            code = sc_metric_refuse(ends[side].model, e->metric, error);
    for (unsigned g = 0; g < SC_GROUP_COUNT; g++)
        if (mix->differing >> g & 1)
            work.group[work.groups++] = g;
    work.coalitions = (size_t)1 << work.groups;
    if (code == SC_OK)
        code = play_all(&work, ends, error);
    if (code == SC_OK)
        code = tell(&work, ends, box, error);
    free(work.pair);
    free(work.weight);
    free(work.scratch);
    return code;
}

enum sc_code sc_explain_difference(const struct sc_document *before, const struct sc_document *after,
                                   const struct sc_explain_options *options, struct sc_explanation **explanation,
                                   struct sc_error *error)
{
    struct sc_built ends[2] = {{.model = NULL}, {.model = NULL}};
    struct sc_mix *mix = NULL;
    struct sc_law_shelf *shelf = NULL;
    struct sc_explanation_box *box = calloc(1, sizeof *box);
    enum sc_code code = box ? sc_law_shelf_new(&shelf, error) : sc_error_memory(error);
    /* First as they are, so that their own faults are told as such. */
    if (code == SC_OK)
        code = sc_built_make(before, shelf, &ends[0], error);
    if (code == SC_OK)
        code = sc_built_make(after, shelf, &ends[1], error);
    if (code == SC_OK)
        code = sc_mix_new(before, after, &mix, error);
    if (code == SC_OK)
        code = explain(mix, shelf, ends, options, box, error);
    sc_mix_free(mix);
    sc_built_release(&ends[0]);
    sc_built_release(&ends[1]);
    sc_law_shelf_free(shelf);
    if (code == SC_OK)
        *explanation = &box->explanation;
    else
        sc_explanation_free(box ? &box->explanation : NULL);
    return code;
}

void sc_explanation_free(struct sc_explanation *explanation)
{
    struct sc_explanation_box *box = (struct sc_explanation_box *)explanation;
    if (!box)
        return;
    sc_arena_release(&box->arena);
    free(box);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would bring a figure to where it should be: each lever alone, ranked. */
#include "decide/levers_private.h"

#include "estimate/interval.h"
#include "estimate/paired.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- series --- */

struct sc_figure sc_series_figure(const struct sc_series *series, const struct sc_metric *metric, size_t figure)
{
    struct sc_moments moments = {0};
    for (size_t r = 0; r < series->replications; r++) {
        const struct sc_pair *pair = &series->pair[r * series->figures + figure];
        sc_moments_add(&moments, pair->y, pair->x);
    }
    return sc_metric_estimate(metric, &moments);
}

enum sc_code sc_series_combine(const struct sc_series *const *series, size_t count, const double *weight, size_t figure,
                               struct sc_figure *result, struct sc_error *error)
{
    size_t n = series[0]->replications;
    struct sc_pair *pair = malloc(n * count * sizeof *pair);
    double *scratch = malloc(2 * n * sizeof *scratch);
    enum sc_code code = pair && scratch ? SC_OK : sc_error_memory(error);
    if (code == SC_OK) {
        for (size_t i = 0; i < count; i++)
            for (size_t r = 0; r < n; r++)
                pair[r * count + i] = series[i]->pair[r * series[i]->figures + figure];
        *result = sc_combination_estimate(pair, n, count, weight, -INFINITY, INFINITY, scratch);
    }
    free(pair);
    free(scratch);
    return code;
}

/* --- the scenario with a lever moved --- */

enum sc_code sc_lever_play(const struct sc_lever_work *work, const struct sc_lever_plan *plan, double position,
                           struct sc_series *series, bool *reachable, struct sc_error *error)
{
    struct sc_document *document = NULL;
    struct sc_arena arena = SC_ARENA_INIT;
    struct sc_faults faults = {0};
    struct sc_error inner = SC_ERROR_INIT;
    struct sc_built built = {.model = NULL};
    const char **text = sc_lever_overrides(plan, position, &arena);
    enum sc_code code = text ? sc_document_clone(work->document, &document, error) : sc_error_memory(error);
    *reachable = false;
    for (size_t i = 0; code == SC_OK && position != plan->now && i < plan->paths; i++) {
        struct sc_override override = {.text = text[i]};
        code = sc_document_override(document, &override, 1, &faults, &inner);
    }
    if (code == SC_OK)
        code = sc_built_make(document, work->shelf, &built, &inner);
    if (code == SC_OK) {
        const struct sc_model *model = built.model;
        code = sc_player_play(work->player, &model, 1, series, error);
        *reachable = code == SC_OK;
    } else if (inner.code == SC_INPUT) {
        code = SC_OK; /* beyond what the scenario allows */
    } else if (inner.code != SC_OK) {
        *error = inner;
    }
    sc_built_release(&built);
    sc_faults_release(&faults);
    sc_document_free(document);
    sc_arena_release(&arena);
    return code;
}

/* --- which metric, and what is wanted of it --- */

struct targets {
    struct sc_arena *arena;
    struct sc_wanted *wanted;
    size_t count, room;
    bool no_memory;
};

static void note_target(void *context, const struct sc_wanted *wanted)
{
    struct targets *targets = context;
    if (targets->count == targets->room) {
        size_t room = 2 * targets->room + 8;
        struct sc_wanted *larger = sc_arena_array(targets->arena, room, sizeof *larger);
        if (!larger) {
            targets->no_memory = true;
            return;
        }
        if (targets->count > 0)
            memcpy(larger, targets->wanted, targets->count * sizeof *larger);
        targets->wanted = larger;
        targets->room = room;
    }
    struct sc_wanted *here = &targets->wanted[targets->count++];
    *here = *wanted;
    if (!(here->path = sc_arena_text(targets->arena, wanted->path)))
        targets->no_memory = true;
}

static bool misses(const struct sc_wanted *wanted, struct sc_figure figure)
{
    return wanted->at_least ? figure.mean < wanted->level : figure.mean > wanted->level;
}

/* Plays the scenario as it is for all its targets: which is missed? The first of them becomes the metric. */
static enum sc_code look_at_targets(struct sc_explanation *e, const struct sc_built *built, struct targets *targets,
                                    struct sc_player *player, struct sc_error *error)
{
    const struct sc_model *model = built->model;
    struct sc_series series = {0};
    const char **path = sc_arena_array(targets->arena, targets->count, sizeof *path);
    if (!path)
        return sc_error_memory(error);
    for (size_t i = 0; i < targets->count; i++)
        path[i] = targets->wanted[i].path;
    player->figure = path;
    player->figures = targets->count;
    enum sc_code code = sc_player_play(player, &model, 1, &series, error);
    for (size_t i = 0; code == SC_OK && i < targets->count; i++) {
        size_t pair;
        struct sc_figure figure = sc_series_figure(&series, sc_metric_of_path(model, path[i], &pair), i);
        if (!misses(&targets->wanted[i], figure) || (e->metric && strcmp(e->metric, path[i]) == 0))
            continue;
        if (!e->metric)
            e->metric = path[i];
        else if (e->others < SC_EXPLAIN_OTHERS)
            e->other[e->others++] = path[i];
    }
    if (!e->metric)
        e->metric = path[0];
    sc_series_release(&series);
    return code;
}

static enum sc_code choose_metric(struct sc_explanation_box *box, const struct sc_built *built,
                                  const struct sc_explain_options *options, struct targets *targets,
                                  struct sc_player *player, struct sc_error *error)
{
    struct sc_explanation *e = &box->explanation;
    size_t pair;
    enum sc_code code = SC_OK;
    sc_wanted_each(built->scenario, note_target, targets);
    if (options->metric && !(e->metric = sc_arena_text(&box->arena, options->metric)))
        return sc_error_memory(error);
    if (e->metric && !sc_metric_of_path(built->model, e->metric, &pair))
        return sc_metric_refuse(built->model, e->metric, error);
    if (targets->no_memory)
        return sc_error_memory(error);
    if (targets->count > 0)
        code = look_at_targets(e, built, targets, player, error);
    else if (!e->metric)
        code = sc_error_set_at(error, SC_INPUT, built->scenario->file, 0,
                               "no channel has a target, so nothing says what is wanted; write one, or name a figure "
                               "with --metric and its level with --to");
    return code;
}

/* --- the whole --- */

static int by_rank(const void *one, const void *other)
{
    const struct sc_lever *a = one, *b = other;
    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    if (a->effort != b->effort && a->end == SC_LEVER_REACHES)
        return a->effort < b->effort ? -1 : 1;
    return a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : strcmp(a->name, b->name);
}

static enum sc_code set_level(struct sc_lever_work *work, const struct sc_explain_options *options,
                              const struct targets *targets, struct sc_explanation *e, const struct sc_built *built,
                              struct sc_error *error)
{
    bool known = options->to_given;
    int direction = sc_explain_direction(work->metric);
    if (options->to_given && work->metric->unit == SC_UNIT_SHARE && !(options->to >= 0.0 && options->to <= 1.0))
        return sc_error_set(error, SC_USAGE, "%s is a share (found the level %g); write one from 0 to 1, or with %%",
                            e->metric, options->to);
    work->wanted = options->to;
    work->at_least = direction != 0 ? direction > 0 : work->now.mean < work->wanted;
    for (size_t i = 0; i < targets->count; i++)
        if (strcmp(targets->wanted[i].path, e->metric) == 0) {
            known = true;
            work->at_least = targets->wanted[i].at_least;
            if (!options->to_given)
                work->wanted = targets->wanted[i].level;
        }
    if (!known)
        return sc_error_set_at(error, SC_INPUT, built->scenario->file, 0,
                               "no target speaks of %s, so nothing says what is wanted; give its level with --to",
                               e->metric);
    e->wanted = work->wanted;
    e->at_least = work->at_least;
    e->met = work->at_least ? work->now.mean >= work->wanted : work->now.mean <= work->wanted;
    return SC_OK;
}

static enum sc_code move_all(struct sc_lever_work *work, const struct sc_built *built, struct sc_explanation_box *box,
                             struct sc_error *error)
{
    struct sc_explanation *e = &box->explanation;
    struct sc_lever_plan *plans = NULL;
    size_t count = 0;
    enum sc_code code = sc_levers_list(built, work->document, e->metric, &box->arena, &plans, &count, error);
    if (code == SC_OK && !(e->lever = sc_arena_array(&box->arena, count + 1, sizeof *e->lever)))
        code = sc_error_memory(error);
    for (size_t i = 0; code == SC_OK && i < count; i++) {
        code = sc_lever_move(work, &plans[i], &e->lever[i], error);
        e->levers += code == SC_OK;
    }
    if (code == SC_OK) {
        qsort(e->lever, e->levers, sizeof *e->lever, by_rank);
        code = sc_levers_point(work, built->scenario, plans, count, &e->point, error);
    }
    return code;
}

/* What was played. False without memory. */
static bool tell_head(const struct sc_lever_work *work, const struct sc_scenario *scenario,
                      struct sc_explanation_box *box)
{
    struct sc_explanation *e = &box->explanation;
    e->unit = work->metric->unit;
    e->replications = work->player->replications;
    e->seed = work->player->seed;
    e->days = scenario->days;
    e->after = e->difference = sc_figure_unknown(NAN);
    e->currency = sc_arena_text(&box->arena, scenario->currency);
    e->before_name = sc_arena_text(&box->arena, scenario->name);
    return e->currency && e->before_name;
}

static enum sc_code explain(const struct sc_document *document, struct sc_law_shelf *shelf,
                            const struct sc_built *built, const struct sc_explain_options *options,
                            struct sc_explanation_box *box, struct sc_error *error)
{
    struct sc_explanation *e = &box->explanation;
    const struct sc_model *model = built->model;
    struct sc_player player = {
        .precision = options->precision,
        .threads = options->threads,
        .replications = options->replications ? options->replications : (size_t)built->scenario->replications,
        .seed = options->seed_given ? options->seed : built->scenario->seed,
        .progress = options->progress,
        .progress_context = options->progress_context,
    };
    struct targets targets = {.arena = &box->arena};
    struct sc_lever_work work = {.document = document,
                                 .shelf = shelf,
                                 .player = &player,
                                 .arena = &box->arena,
                                 .months = built->scenario->days / (365.25 / 12)};
    size_t pair;
    enum sc_code code = choose_metric(box, built, options, &targets, &player, error);
    if (code != SC_OK)
        return code;
    const char *figures[2] = {e->metric, "totals.cost"};
    player.figure = figures;
    player.figures = 2;
    work.metric = sc_metric_of_path(model, e->metric, &pair);
    code = sc_player_play(&player, &model, 1, &work.base, error);
    if (code != SC_OK)
        return code;
    e->before = work.now = sc_series_figure(&work.base, work.metric, 0);
    work.costs = sc_series_figure(&work.base,
                                  &sc_total_metrics[sc_metric_find(sc_total_metrics, sc_total_metric_count, "cost")], 1)
                     .mean > 0;
    if (!tell_head(&work, built->scenario, box))
        code = sc_error_memory(error);
    else if (isnan(e->before.mean))
        code = sc_error_set_at(error, SC_INPUT, built->scenario->file, 0,
                               "%s is over nothing (a service level needs a target, a rate somebody whom it counts); "
                               "name another with --metric",
                               e->metric);
    if (code == SC_OK)
        code = set_level(&work, options, &targets, e, built, error);
    if (code == SC_OK)
        code = move_all(&work, built, box, error);
    sc_series_release(&work.base);
    return code;
}

/* Goals and plans are none of ours, and what they ask may not hold once something is moved. */
static enum sc_code without_goals(const struct sc_document *document, struct sc_document **clone,
                                  struct sc_error *error)
{
    static const char *const names[] = {"goals", "plan"};
    enum sc_code code = sc_document_clone(document, clone, error);
    for (size_t i = 0; code == SC_OK && i < sizeof names / sizeof *names; i++) {
        const struct sc_node *node = sc_node_child((*clone)->root, names[i]);
        if (node)
            sc_node_remove((*clone)->root, sc_node_own(node));
    }
    return code;
}

enum sc_code sc_explain_levers(const struct sc_document *document, const struct sc_explain_options *options,
                               struct sc_explanation **explanation, struct sc_error *error)
{
    struct sc_document *clone = NULL;
    struct sc_law_shelf *shelf = NULL;
    struct sc_built built = {.model = NULL};
    struct sc_explanation_box *box = calloc(1, sizeof *box);
    enum sc_code code = box ? sc_law_shelf_new(&shelf, error) : sc_error_memory(error);
    if (code == SC_OK)
        code = sc_built_make(document, shelf, &built, error); /* as it is, so that its own faults are told */
    sc_built_release(&built);
    if (code == SC_OK)
        code = without_goals(document, &clone, error);
    if (code == SC_OK)
        code = sc_built_make(clone, shelf, &built, error);
    if (code == SC_OK)
        code = explain(clone, shelf, &built, options, box, error);
    sc_built_release(&built);
    sc_law_shelf_free(shelf);
    sc_document_free(clone);
    if (code == SC_OK)
        *explanation = &box->explanation;
    else
        sc_explanation_free(box ? &box->explanation : NULL);
    return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Playing scenarios for a few of their figures, replication by replication. */
#include "decide/explain_private.h"

#include "estimate/interval.h"
#include "estimate/paired.h"

#include <math.h>
#include <stdlib.h>

/* --- series --- */

void sc_series_release(struct sc_series *series)
{
    free(series->pair);
    *series = (struct sc_series){0};
}

/* What one play gathers. */
struct gathering {
    struct sc_player *player;
    struct sc_series *series; /* [count] */
    size_t count;
    size_t *place;                       /* [count * figures]: of each figure's pair */
    const struct sc_metric *metric;      /* the first figure */
    struct sc_moments moments;           /* of it, in the first model */
    struct sc_pair_moments pair_moments; /* in the first and the last */
    bool precise;
};

static bool reserve(struct sc_series *series, size_t figures, size_t replications)
{
    if (replications <= series->room)
        return true;
    size_t room = replications > 2 * series->room ? replications : 2 * series->room;
    struct sc_pair *larger = realloc(series->pair, room * figures * sizeof *larger);
    if (!larger)
        return false;
    series->pair = larger;
    series->room = room;
    return true;
}

/* Is the first figure (the difference of its last from its first, of several) known as well as asked for? */
static bool precise(const struct gathering *g)
{
    struct sc_figure base = sc_ratio_estimate(&g->moments, -INFINITY, INFINITY), f = base;
    if (g->count > 1)
        f = sc_ratio_difference_estimate(&g->pair_moments, -INFINITY, INFINITY);
    /* Relative to the figure before, but for shares. */
    double scale = g->metric->unit != SC_UNIT_SHARE && base.mean != 0 ? fabs(base.mean) : 1;
    return isnan(f.mean) || (f.high - f.low) / 2 < g->player->precision * scale;
}

/* Adds a replication of all models. */
static void add_moments(struct gathering *g, size_t replication)
{
    size_t at = replication * g->player->figures;
    const struct sc_pair *first = &g->series[0].pair[at], *last = &g->series[g->count - 1].pair[at];
    sc_moments_add(&g->moments, first->y, first->x);
    sc_pair_moments_add(&g->pair_moments, first->y, first->x, last->y, last->x);
}

static enum sc_code gather(void *context, const struct sc_paired_view *view, bool *more, struct sc_error *error)
{
    struct gathering *g = context;
    struct sc_player *player = g->player;
    struct sc_series *series = &g->series[view->model];
    if (!reserve(series, player->figures, view->replication + 1))
        return sc_error_memory(error);
    for (size_t i = 0; i < player->figures; i++)
        series->pair[view->replication * player->figures + i] =
            view->pairs[g->place[view->model * player->figures + i]];
    series->replications = view->replication + 1;
    player->done++;
    if (player->progress)
        player->progress(player->progress_context, player->done, player->precision > 0 ? 0 : player->planned);
    if (player->precision > 0 && view->model + 1 == g->count) {
        add_moments(g, view->replication);
        if (series->replications % SC_BLOCK == 0 && series->replications >= SC_PRECISION_LEAST)
            g->precise = precise(g);
        *more = !g->precise;
    }
    return SC_OK;
}

static enum sc_code find_places(struct gathering *g, const struct sc_model *const *models, struct sc_error *error)
{
    for (size_t m = 0; m < g->count; m++)
        for (size_t i = 0; i < g->player->figures; i++) {
            const struct sc_metric *metric =
                sc_metric_of_path(models[m], g->player->figure[i], &g->place[m * g->player->figures + i]);
            if (!metric)
                return sc_metric_refuse(models[m], g->player->figure[i], error);
            if (m == 0 && i == 0)
                g->metric = metric;
        }
    return SC_OK;
}

enum sc_code sc_player_play(struct sc_player *player, const struct sc_model *const *models, size_t count,
                            struct sc_series *series, struct sc_error *error)
{
    struct gathering g = {.player = player, .series = series, .count = count};
    bool open = player->precision > 0;
    const struct sc_paired_play play = {
        .models = models,
        .count = count,
        .seed = player->seed,
        .threads = player->threads,
        .context = &g,
        .end = open ? SC_PRECISION_MOST : player->replications,
        .fold = gather,
    };
    for (size_t m = 0; m < count; m++)
        series[m] = (struct sc_series){.figures = player->figures};
    g.place = calloc(count * player->figures, sizeof *g.place);
    enum sc_code code = g.place ? find_places(&g, models, error) : sc_error_memory(error);
    if (code == SC_OK)
        code = sc_paired_play(&play, error);
    if (code == SC_OK && open && !g.precise)
        code = sc_error_set(error, SC_UNREACHABLE,
                            "precision %g is not reached within %d replications; use a larger one, or --replications",
                            player->precision, SC_PRECISION_MOST);
    if (code == SC_OK) {
        player->replications = series[0].replications;
        player->precision = 0;
    }
    for (size_t m = 0; code != SC_OK && m < count; m++)
        sc_series_release(&series[m]);
    free(g.place);
    return code;
}

/* --- scenarios from documents --- */

enum sc_code sc_built_make(const struct sc_document *document, struct sc_law_shelf *shelf, struct sc_built *built,
                           struct sc_error *error)
{
    struct sc_faults faults = {0};
    struct sc_built new = {NULL, NULL, SC_ARENA_INIT};
    struct sc_law_cache cache = {.arena = &new.arena, .shelf = shelf};
    enum sc_code code = sc_scenario_from_document(document, &new.scenario, &faults, error);
    if (code == SC_OK)
        code = sc_model_build_span(new.scenario, NULL, &cache, &new.model, error);
    if (code == SC_OK)
        *built = new;
    else
        sc_built_release(&new);
    sc_faults_release(&faults);
    return code;
}

void sc_built_release(struct sc_built *built)
{
    sc_model_free(built->model);
    sc_scenario_free(built->scenario);
    sc_arena_release(&built->arena);
    *built = (struct sc_built){NULL, NULL, SC_ARENA_INIT};
}

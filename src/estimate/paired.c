/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Playing several models on the same replications. The loop's numbers run through the models within each replication:
 * number = replication * count + model. So threads share the work evenly even where replications are few and models
 * many, and what a fold has to keep of one replication is little.
 */
#include "estimate/paired.h"

#include "estimate/loop.h"
#include "model/internal.h"

#include <stdlib.h>

struct players {
    const struct sc_paired_play *play;
    struct sc_model *seeded; /* [count]: copies of the models' outermost parts, with the common seed */
    size_t *shape;           /* [count]: the first model whose replications have arrays of the same sizes */
};

/* --- buffers --- */

/* A replication and what is made of it at once, for all models of one shape. */
struct stage {
    struct sc_replication *replication;
    struct sc_pair *pairs;
    struct sc_saving *savings;
};

static void stage_free(struct stage *stage)
{
    if (stage == NULL)
        return;
    sc_replication_free(stage->replication);
    free(stage->pairs);
    free(stage->savings);
    free(stage);
}

static enum sc_code stage_new(const struct sc_model *model, struct stage **out, struct sc_error *error)
{
    struct stage *stage = calloc(1, sizeof *stage);
    if (stage == NULL)
        return sc_error_memory(error);
    enum sc_code code = sc_replication_new(model, &stage->replication, error);
    if (code == SC_OK) {
        stage->pairs = calloc(sc_pairs_count(model) + 1, sizeof *stage->pairs);
        stage->savings = calloc(sc_model_scenario(model)->channel_count + 1, sizeof *stage->savings);
        if (stage->pairs == NULL || stage->savings == NULL)
            code = sc_error_memory(error);
    }
    if (code == SC_OK)
        *out = stage;
    else
        stage_free(stage);
    return code;
}

static bool has_deferred(const struct sc_scenario *s)
{
    for (size_t c = 0; c < s->channel_count; c++)
        if (s->channels[c].kind == SC_DEFERRED)
            return true;
    return false;
}

/* Do replications of both have arrays of the same sizes? */
static bool same_shape(const struct sc_model *one, const struct sc_model *other)
{
    const struct sc_scenario *a = sc_model_scenario(one), *b = sc_model_scenario(other);
    return a->channel_count == b->channel_count && a->pool_count == b->pool_count && a->days == b->days &&
           a->event_count == b->event_count && a->goal_count == b->goal_count &&
           sc_model_types(one) == sc_model_types(other) && has_deferred(a) == has_deferred(b);
}

/* What one number brings: a stage a shape, made when the first model of that shape comes by. */
static enum sc_code brought_new(void *context, void **brought, struct sc_error *error)
{
    const struct players *players = context;
    *brought = calloc(players->play->count, sizeof(struct stage *));
    return *brought != NULL ? SC_OK : sc_error_memory(error);
}

static void brought_free(void *context, void *brought)
{
    const struct players *players = context;
    struct stage **stages = brought;
    for (size_t m = 0; m < players->play->count; m++)
        stage_free(stages[m]);
    free(stages);
}

/* A thread's workspaces, one a model, made when first needed. */
static enum sc_code scratch_new(void *context, void **scratch, struct sc_error *error)
{
    const struct players *players = context;
    *scratch = calloc(players->play->count, sizeof(struct sc_workspace *));
    return *scratch != NULL ? SC_OK : sc_error_memory(error);
}

static void scratch_free(void *context, void *scratch)
{
    const struct players *players = context;
    struct sc_workspace **workspaces = scratch;
    for (size_t m = 0; m < players->play->count; m++)
        sc_workspace_free(workspaces[m]);
    free(workspaces);
}

/* --- the loop's functions --- */

static enum sc_code play_one(void *context, void *scratch, size_t number, void *brought, struct sc_error *error)
{
    const struct players *players = context;
    size_t m = number % players->play->count, replication = number / players->play->count;
    const struct sc_model *model = &players->seeded[m];
    struct sc_workspace **workspace = (struct sc_workspace **)scratch + m;
    struct stage **stage = (struct stage **)brought + players->shape[m];
    enum sc_code code = SC_OK;
    if (*workspace == NULL)
        code = sc_workspace_new(model, workspace, error);
    if (code == SC_OK && *stage == NULL)
        code = stage_new(model, stage, error);
    if (code == SC_OK)
        code = sc_simulate(model, replication, *workspace, (*stage)->replication, NULL, NULL, error);
    if (code != SC_OK)
        return code;
    sc_pairs_fill(model, (*stage)->replication, (*stage)->pairs);
    sc_savings_fill(model, (*stage)->replication, (*stage)->savings);
    return SC_OK;
}

static enum sc_code fold_one(void *context, size_t number, void *brought, bool *more, struct sc_error *error)
{
    const struct players *players = context;
    const struct sc_paired_play *play = players->play;
    size_t m = number % play->count;
    const struct stage *stage = ((struct stage **)brought)[players->shape[m]];
    struct sc_paired_view view = {
        .replication = number / play->count,
        .model = m,
        .arrays = stage->replication,
        .pairs = stage->pairs,
        .savings = stage->savings,
    };
    enum sc_code code = play->fold(play->context, &view, more, error);
    if (m + 1 < play->count)
        *more = true;
    return code;
}

enum sc_code sc_paired_play(const struct sc_paired_play *play, struct sc_error *error)
{
    struct players players = {
        .play = play,
        .seeded = calloc(play->count + 1, sizeof *players.seeded),
        .shape = calloc(play->count + 1, sizeof *players.shape),
    };
    enum sc_code code = SC_OK;
    if (players.seeded == NULL || players.shape == NULL) {
        code = sc_error_memory(error);
        goto done;
    }
    for (size_t m = 0; m < play->count; m++) {
        players.seeded[m] = *play->models[m];
        sc_model_set_seed(&players.seeded[m], play->seed);
        while (!same_shape(play->models[players.shape[m]], play->models[m]))
            players.shape[m]++;
    }
    const struct sc_loop loop = {
        .first = play->first * play->count,
        .end = play->end * play->count,
        .threads = play->threads,
        .context = &players,
        .start = scratch_new,
        .finish = scratch_free,
        .brought_new = brought_new,
        .brought_free = brought_free,
        .play = play_one,
        .fold = fold_one,
    };
    code = sc_loop_run(&loop, NULL, error);
done:
    free(players.seeded);
    free(players.shape);
    return code;
}

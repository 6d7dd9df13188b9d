/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The replication loop. Threads take numbers 0, 1, … and play them; finished replications wait in a ring until all
 * before them are folded. Whoever finishes one while nobody folds becomes the folder and folds what is ready, in
 * order, so there is no barrier and no thread of its own for it. A thread may be ahead of the fold by WINDOW
 * replications at most: that bounds the memory, and buffers are reused last in, first out to stay in the cache.
 *
 * Without a precision it is known which replications count, so histograms are brought by the thread that played them.
 * With one it is not: replications ahead of the block that suffices are thrown away, so the folder brings all.
 */
#include "staffcast/estimate.h"

#include "estimate/fold.h"
#include "model/internal.h"

#include <math.h>
#include <omp.h>
#include <pthread.h>
#include <stdlib.h>

enum { WINDOW = 2 * SC_BLOCK };

/* A finished replication on its way to the fold. */
struct slot {
    struct sc_replication *replication;
    struct sc_intervals *intervals; /* NULL where not asked for */
    struct sc_pair *pairs;
    struct sc_saving *savings;
    struct slot *next; /* in the list of free ones */
};

struct loop {
    const struct sc_model *model;
    const struct sc_run_options *options;
    struct sc_fold *fold;
    size_t end;        /* replications at most */
    size_t planned;    /* 0: not known */
    bool speculative;  /* may end before `end` */
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t moved; /* the fold went on, or the loop stops */
    size_t next, folded;
    bool folding, stop, precise;
    struct slot *ready[WINDOW]; /* replication r at r mod WINDOW */
    struct slot *spare;
    enum sc_code code;
    struct sc_error error;
    pthread_mutex_t group[SC_SECTIONS], intervals; /* parts of the fold that threads bring themselves */
};

static void slot_free(struct slot *slot)
{
    if (!slot)
        return;
    sc_replication_free(slot->replication);
    sc_intervals_free(slot->intervals);
    free(slot->pairs);
    free(slot->savings);
    free(slot);
}

static enum sc_code slot_new(const struct loop *loop, struct slot **out, struct sc_error *error)
{
    struct slot *slot = calloc(1, sizeof *slot);
    if (!slot)
        return sc_error_memory(error);
    enum sc_code code = sc_replication_new(loop->model, &slot->replication, error);
    if (code == SC_OK && loop->fold->intervals)
        code = sc_intervals_new(loop->model, &slot->intervals, error);
    if (code == SC_OK) {
        slot->pairs = calloc(loop->fold->pairs + 1, sizeof *slot->pairs);
        slot->savings = calloc(loop->fold->channels + 1, sizeof *slot->savings);
        if (!slot->pairs || !slot->savings)
            code = sc_error_memory(error);
    }
    if (code == SC_OK)
        *out = slot;
    else
        slot_free(slot);
    return code;
}

static bool target_reached(const struct sc_fold *fold, size_t row, const char *name, double precision)
{
    int metric = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, name);
    struct sc_figure f = sc_metric_estimate(&sc_channel_metrics[metric], &fold->moments[row + (size_t)metric]);
    double half = (f.high - f.low) / 2;
    if (sc_channel_metrics[metric].unit != SC_UNIT_SHARE)
        half = half == 0 ? 0 : half / f.mean;
    return isnan(f.mean) || half < precision;
}

static bool service_reached(const struct sc_fold *fold, size_t row, const struct sc_target *target, double precision)
{
    return (!target->answer_given || target_reached(fold, row, "service_level", precision)) &&
           (!target->abandon_given || target_reached(fold, row, "abandon_rate", precision));
}

/* Is every target metric as narrow as asked? Which these are, estimate.h says. */
static bool precision_reached(const struct sc_fold *fold, double precision)
{
    const struct sc_scenario *s = sc_model_scenario(fold->model);
    bool reached = true, any = false;
    for (size_t c = 0; c < s->channel_count; c++) {
        const struct sc_channel *channel = &s->channels[c];
        if (channel->service.target.given) {
            any = true;
            reached = reached && service_reached(fold, sc_pairs_of_channel(fold->model, c), &channel->service.target,
                                                 precision);
            continue;
        }
        for (size_t k = 0; k < channel->class_count; k++) {
            const struct sc_target *target = &channel->classes[k].service.target;
            any = any || target->given;
            reached = reached && (!target->given || service_reached(fold, sc_pairs_of_class(fold->model, c, k), target,
                                                                    precision));
        }
    }
    for (size_t c = 0; !any && c < s->channel_count; c++)
        reached = reached && target_reached(fold, sc_pairs_of_channel(fold->model, c), "wait_mean_s", precision);
    return reached;
}

/* Brings the whole numbers of a replication to the fold. */
static void bring(struct loop *loop, size_t number, const struct slot *slot)
{
    pthread_mutex_t *group = &loop->group[number % loop->fold->groups];
    pthread_mutex_lock(group);
    sc_fold_add_histograms(loop->fold, number, slot->replication);
    pthread_mutex_unlock(group);
    if (!slot->intervals)
        return;
    pthread_mutex_lock(&loop->intervals);
    sc_fold_add_intervals(loop->fold, slot->intervals);
    pthread_mutex_unlock(&loop->intervals);
}

/* Folds one replication, without the lock; true where that makes the run precise enough. */
static bool fold_one(struct loop *loop, size_t number, const struct slot *slot)
{
    if (loop->speculative)
        bring(loop, number, slot);
    sc_fold_add(loop->fold, slot->replication, slot->pairs, slot->savings);
    size_t done = number + 1;
    bool precise = loop->speculative && done % SC_BLOCK == 0 && done >= SC_PRECISION_LEAST &&
                   precision_reached(loop->fold, loop->options->precision);
    if (loop->options->progress)
        loop->options->progress(loop->options->progress_context, done, precise ? done : loop->planned);
    return precise;
}

/* Folds all that is ready, unless another thread is at it. Called with the lock held. */
static void fold_ready(struct loop *loop)
{
    if (loop->folding)
        return;
    loop->folding = true;
    struct slot *slot;
    while (!loop->stop && (slot = loop->ready[loop->folded % WINDOW])) {
        size_t number = loop->folded;
        loop->ready[number % WINDOW] = NULL;
        pthread_mutex_unlock(&loop->lock);
        bool precise = fold_one(loop, number, slot);
        pthread_mutex_lock(&loop->lock);
        slot->next = loop->spare;
        loop->spare = slot;
        loop->folded++;
        if (precise)
            loop->precise = loop->stop = true;
        pthread_cond_broadcast(&loop->moved);
    }
    loop->folding = false;
}

/* Next number to play; false when there is none. */
static bool take_number(struct loop *loop, size_t *number, struct slot **slot)
{
    pthread_mutex_lock(&loop->lock);
    while (!loop->stop && loop->next < loop->end && loop->next >= loop->folded + WINDOW)
        pthread_cond_wait(&loop->moved, &loop->lock);
    bool more = !loop->stop && loop->next < loop->end;
    if (more) {
        *number = loop->next++;
        *slot = loop->spare;
        if (*slot)
            loop->spare = (*slot)->next;
    }
    pthread_mutex_unlock(&loop->lock);
    return more;
}

static enum sc_code play_one(struct loop *loop, size_t number, struct sc_workspace *workspace, struct slot *slot,
                             struct sc_error *error)
{
    if (slot->intervals)
        sc_intervals_clear(loop->model, slot->intervals);
    enum sc_code code = sc_simulate(loop->model, number, workspace, slot->replication, slot->intervals, NULL, error);
    if (code != SC_OK)
        return code;
    sc_pairs_fill(loop->model, slot->replication, slot->pairs);
    sc_savings_fill(loop->model, slot->replication, slot->savings);
    if (!loop->speculative)
        bring(loop, number, slot);
    return SC_OK;
}

static void fail(struct loop *loop, enum sc_code code, const struct sc_error *error)
{
    pthread_mutex_lock(&loop->lock);
    if (loop->code == SC_OK) {
        loop->code = code;
        loop->error = *error;
    }
    loop->stop = true;
    pthread_cond_broadcast(&loop->moved);
    pthread_mutex_unlock(&loop->lock);
}

/* What each thread does. */
static void work(struct loop *loop)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_workspace *workspace = NULL;
    size_t number;
    struct slot *slot = NULL;
    enum sc_code code = sc_workspace_new(loop->model, &workspace, &error);
    while (code == SC_OK && take_number(loop, &number, &slot)) {
        if (!slot)
            code = slot_new(loop, &slot, &error);
        if (code == SC_OK)
            code = play_one(loop, number, workspace, slot, &error);
        if (code != SC_OK)
            break;
        pthread_mutex_lock(&loop->lock);
        loop->ready[number % WINDOW] = slot;
        slot = NULL;
        fold_ready(loop);
        pthread_mutex_unlock(&loop->lock);
    }
    if (code != SC_OK)
        fail(loop, code, &error);
    slot_free(slot);
    sc_workspace_free(workspace);
}

static void loop_init(struct loop *loop)
{
    pthread_mutex_init(&loop->lock, NULL);
    pthread_cond_init(&loop->moved, NULL);
    pthread_mutex_init(&loop->intervals, NULL);
    for (int i = 0; i < SC_SECTIONS; i++)
        pthread_mutex_init(&loop->group[i], NULL);
}

static void loop_release(struct loop *loop)
{
    for (size_t i = 0; i < WINDOW; i++)
        slot_free(loop->ready[i]);
    while (loop->spare) {
        struct slot *slot = loop->spare;
        loop->spare = slot->next;
        slot_free(slot);
    }
    for (int i = 0; i < SC_SECTIONS; i++)
        pthread_mutex_destroy(&loop->group[i]);
    pthread_mutex_destroy(&loop->intervals);
    pthread_cond_destroy(&loop->moved);
    pthread_mutex_destroy(&loop->lock);
}

/* Are first responses counted? Only a replication's arrays tell, so one is made for the question. */
static enum sc_code ask_responses(const struct sc_model *model, bool *responses, struct sc_error *error)
{
    struct sc_replication *replication = NULL;
    enum sc_code code = sc_replication_new(model, &replication, error);
    if (code == SC_OK)
        *responses = replication->response_histogram != NULL;
    sc_replication_free(replication);
    return code;
}

static enum sc_code play_all(struct loop *loop, struct sc_error *error)
{
    int threads = loop->options->threads > 0 ? loop->options->threads : omp_get_max_threads();
    if ((size_t)threads > loop->end)
        threads = (int)loop->end;
#pragma omp parallel num_threads(threads)
    work(loop);
    if (loop->code != SC_OK) {
        *error = loop->error;
        return loop->code;
    }
    if (loop->speculative && !loop->precise)
        return sc_error_set(error, SC_UNREACHABLE,
                            "precision %g is not reached within %d replications; use a larger one, or --replications",
                            loop->options->precision, SC_PRECISION_MOST);
    return SC_OK;
}

enum sc_code sc_run(const struct sc_model *model, const struct sc_run_options *options, struct sc_result **out,
                    struct sc_error *error)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    double start = omp_get_wtime();
    size_t planned = options->replications ? options->replications : (size_t)s->replications;
    /* A seed of the run's own goes into a copy of the model's outermost part, so the caller's stays as it is. */
    struct sc_model seeded = *model;
    if (options->seed_given)
        sc_model_set_seed(&seeded, options->seed);
    struct loop loop = {.model = &seeded, .options = options, .speculative = options->precision > 0};
    struct sc_result *result = NULL;
    bool responses = false;
    loop.planned = loop.speculative ? 0 : planned;
    loop.end = loop.speculative ? SC_PRECISION_MOST : planned;
    loop_init(&loop);
    enum sc_code code = sc_goals_check(model, error);
    if (code == SC_OK)
        code = ask_responses(model, &responses, error);
    if (code == SC_OK)
        code = sc_fold_new(model, loop.end, options->intervals, responses, &loop.fold, error);
    if (code == SC_OK)
        code = play_all(&loop, error);
    if (code == SC_OK)
        code = sc_fold_result(loop.fold, &result, error);
    if (code == SC_OK) {
        result->seed = options->seed_given ? options->seed : s->seed;
        result->wall_s = omp_get_wtime() - start;
        *out = result;
    }
    loop_release(&loop);
    sc_fold_free(loop.fold);
    return code;
}

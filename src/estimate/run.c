/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run: the replications of one model, folded in order (loop.h).
 *
 * Without a precision it is known which replications count, so histograms are brought by the thread that played them.
 * With one it is not: replications ahead of the block that suffices are thrown away, so the fold brings all.
 */
#include "staffcast/estimate.h"

#include "estimate/fold.h"
#include "estimate/loop.h"
#include "model/internal.h"

#include <math.h>
#include <omp.h>
#include <pthread.h>
#include <stdlib.h>

/* What one replication brings to the fold. */
struct brought {
    struct sc_replication *replication;
    struct sc_intervals *intervals; /* NULL where not asked for */
    struct sc_pair *pairs;
    struct sc_saving *savings;
};

struct run {
    const struct sc_model *model;
    const struct sc_run_options *options;
    struct sc_fold *fold;
    size_t planned;   /* 0: not known */
    bool speculative; /* may end before all replications are played */
    bool precise;
    pthread_mutex_t group[SC_SECTIONS], intervals; /* parts of the fold that threads bring themselves */
};

static void brought_free(void *context, void *memory)
{
    struct brought *brought = memory;
    (void)context;
    sc_replication_free(brought->replication);
    sc_intervals_free(brought->intervals);
    free(brought->pairs);
    free(brought->savings);
    free(brought);
}

static enum sc_code brought_new(void *context, void **out, struct sc_error *error)
{
    const struct run *run = context;
    struct brought *brought = calloc(1, sizeof *brought);
    if (!brought)
        return sc_error_memory(error);
    enum sc_code code = sc_replication_new(run->model, &brought->replication, error);
    if (code == SC_OK && run->fold->intervals)
        code = sc_intervals_new(run->model, &brought->intervals, error);
    if (code == SC_OK) {
        brought->pairs = calloc(run->fold->pairs + 1, sizeof *brought->pairs);
        brought->savings = calloc(run->fold->channels + 1, sizeof *brought->savings);
        if (!brought->pairs || !brought->savings)
            code = sc_error_memory(error);
    }
    if (code == SC_OK)
        *out = brought;
    else
        brought_free(context, brought);
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
static void bring(struct run *run, size_t number, const struct brought *brought)
{
    pthread_mutex_t *group = &run->group[number % run->fold->groups];
    pthread_mutex_lock(group);
    sc_fold_add_histograms(run->fold, number, brought->replication);
    pthread_mutex_unlock(group);
    if (!brought->intervals)
        return;
    pthread_mutex_lock(&run->intervals);
    sc_fold_add_intervals(run->fold, brought->intervals);
    pthread_mutex_unlock(&run->intervals);
}

static enum sc_code fold_one(void *context, size_t number, void *memory, bool *more, struct sc_error *error)
{
    struct run *run = context;
    const struct brought *brought = memory;
    size_t done = number + 1;
    (void)error;
    if (run->speculative)
        bring(run, number, brought);
    sc_fold_add(run->fold, brought->replication, brought->pairs, brought->savings);
    run->precise = run->speculative && done % SC_BLOCK == 0 && done >= SC_PRECISION_LEAST &&
                   precision_reached(run->fold, run->options->precision);
    if (run->options->progress)
        run->options->progress(run->options->progress_context, done, run->precise ? done : run->planned);
    *more = !run->precise;
    return SC_OK;
}

static enum sc_code start(void *context, void **scratch, struct sc_error *error)
{
    const struct run *run = context;
    return sc_workspace_new(run->model, (struct sc_workspace **)scratch, error);
}

static void finish(void *context, void *scratch)
{
    (void)context;
    sc_workspace_free(scratch);
}

static enum sc_code play_one(void *context, void *scratch, size_t number, void *memory, struct sc_error *error)
{
    struct run *run = context;
    struct brought *brought = memory;
    if (brought->intervals)
        sc_intervals_clear(run->model, brought->intervals);
    enum sc_code code = sc_simulate(run->model, number, scratch, brought->replication, brought->intervals, NULL, error);
    if (code != SC_OK)
        return code;
    sc_pairs_fill(run->model, brought->replication, brought->pairs);
    sc_savings_fill(run->model, brought->replication, brought->savings);
    if (!run->speculative)
        bring(run, number, brought);
    return SC_OK;
}

static void run_init(struct run *run)
{
    pthread_mutex_init(&run->intervals, NULL);
    for (int i = 0; i < SC_SECTIONS; i++)
        pthread_mutex_init(&run->group[i], NULL);
}

static void run_release(struct run *run)
{
    for (int i = 0; i < SC_SECTIONS; i++)
        pthread_mutex_destroy(&run->group[i]);
    pthread_mutex_destroy(&run->intervals);
    sc_fold_free(run->fold);
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

static enum sc_code play_all(struct run *run, size_t replications, struct sc_error *error)
{
    struct sc_loop loop = {
        .end = replications,
        .threads = run->options->threads,
        .context = run,
        .start = start,
        .finish = finish,
        .brought_new = brought_new,
        .brought_free = brought_free,
        .play = play_one,
        .fold = fold_one,
    };
    enum sc_code code = sc_loop_run(&loop, NULL, error);
    if (code == SC_OK && run->speculative && !run->precise)
        return sc_error_set(error, SC_UNREACHABLE,
                            "precision %g is not reached within %d replications; use a larger one, or --replications",
                            run->options->precision, SC_PRECISION_MOST);
    return code;
}

enum sc_code sc_run(const struct sc_model *model, const struct sc_run_options *options, struct sc_result **out,
                    struct sc_error *error)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    double began = omp_get_wtime();
    size_t planned = options->replications ? options->replications : (size_t)s->replications;
    /* A seed of the run's own goes into a copy of the model's outermost part, so the caller's stays as it is. */
    struct sc_model seeded = *model;
    if (options->seed_given)
        sc_model_set_seed(&seeded, options->seed);
    struct run run = {.model = &seeded, .options = options, .speculative = options->precision > 0};
    struct sc_result *result = NULL;
    size_t end = run.speculative ? SC_PRECISION_MOST : planned;
    bool responses = false;
    run.planned = run.speculative ? 0 : planned;
    run_init(&run);
    enum sc_code code = sc_goals_check(model, error);
    if (code == SC_OK)
        code = ask_responses(model, &responses, error);
    if (code == SC_OK)
        code = sc_fold_new(model, end, options->intervals, responses, &run.fold, error);
    if (code == SC_OK)
        code = play_all(&run, end, error);
    if (code == SC_OK)
        code = sc_fold_result(run.fold, &result, error);
    if (code == SC_OK) {
        result->seed = options->seed_given ? options->seed : s->seed;
        result->wall_s = omp_get_wtime() - began;
        *out = result;
    }
    run_release(&run);
    return code;
}

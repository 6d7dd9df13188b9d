/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several models on the same replications. Replication r of each of them meets the same contacts with the same draws
 * (SPEC 4, common random numbers), so what they give belongs together by r, and most of the chance in it cancels in
 * differences.
 *
 * Two layers. Here sc_paired_play plays the models and hands what each replication gave to a function of the caller's,
 * in order: for whoever folds in a way of its own (linear combinations of many models, a selection among them).
 * sc_paired_run (staffcast/paired.h) folds what every comparison wants: the result of each model, and the difference of
 * each from the first in every metric.
 */
#ifndef STAFFCAST_ESTIMATE_PAIRED_H
#define STAFFCAST_ESTIMATE_PAIRED_H

#include "staffcast/estimate.h"
#include "staffcast/paired.h"

#include "estimate/pairs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one replication of one model gave; valid during the call only. */
struct sc_paired_view {
    size_t replication, model;
    const struct sc_replication *arrays;
    const struct sc_pair *pairs;     /* [sc_pairs_count(model)] */
    const struct sc_saving *savings; /* [channels] */
};

struct sc_paired_play {
    const struct sc_model *const *models; /* [count]; they may differ in anything */
    size_t count;
    uint64_t seed;     /* of all of them, whatever they say themselves */
    size_t first, end; /* replications first <= r < end */
    int threads;       /* 0: as many as OpenMP gives */
    void *context;
    /*
     * Called in order: of each replication model by model, never two at a time. False in *more after the last model of
     * a replication: enough, what was played ahead is thrown away (*more is true before; it is ignored after other
     * models).
     */
    enum sc_code (*fold)(void *context, const struct sc_paired_view *view, bool *more, struct sc_error *error);
};

/*
 * Plays them. Memory: a workspace a thread and model, and a window of replications; it does not grow with
 * replications. Errors: SC_SYSTEM, those of `fold`.
 */
enum sc_code sc_paired_play(const struct sc_paired_play *play, struct sc_error *error);

/* --- linear combinations --- */

/*
 * sum over models of weight[m] * (sum y / sum x) with its interval, from the pairs of one metric kept by the caller:
 * pair[r * count + m]. The residuals of the ratios are combined replication by replication, so what the models have
 * in common cancels; the interval is Student's t with Hall's correction, as for one ratio, clipped to [least, most].
 * Models of weight 0 are not looked at. NaN where one of the others is over nothing. scratch: [2 * replications].
 */
struct sc_figure sc_combination_estimate(const struct sc_pair *pair, size_t replications, size_t count,
                                         const double *weight, double least, double most, double *scratch);

#endif

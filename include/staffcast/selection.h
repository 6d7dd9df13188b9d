/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of several alternatives is best, and how sure is that? The fully sequential procedure of Kim and Nelson (2001,
 * ACM Trans. Model. Comput. Simul. 11, 251-273), which is valid under common random numbers, and sharper for them.
 *
 * Replications are added to all that are still in, and whoever is behind another by more than chance explains is out,
 * until one is left or what is left lies closer together than anybody cares to tell apart: the indifference zone. The
 * promise: where the best is ahead of every other by the indifference zone or more, it is the one named with the
 * confidence asked for. Of those closer to the best than the zone any may be named.
 *
 * The procedure is made for means of normal values. A figure here is a ratio of totals, so a value is the ratio's
 * influence in a batch of SC_SELECTION_BATCH replications, (y - R x) / mean(x): batches are nearer to the normal law
 * than single replications, and the ratio of all totals so far stands for the mean (as in Kim and Nelson 2006, Oper.
 * Res. 54, 475-488, for estimates that are no plain means).
 */
#ifndef STAFFCAST_SELECTION_H
#define STAFFCAST_SELECTION_H

#include "staffcast/error.h"
#include "staffcast/estimate.h"
#include "staffcast/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First stage: so many batches of so many replications, of every contender. */
enum { SC_SELECTION_BATCH = 4, SC_SELECTION_FIRST = 16 };

enum sc_direction { SC_DIRECTION_OWN, SC_DIRECTION_HIGHEST, SC_DIRECTION_LOWEST }; /* own: the metric's */

struct sc_selection_options {
    const char *metric; /* a path: totals.cost, channels.NAME.service_level, channels.NAME.classes.NAME.wait_mean_s */
    enum sc_direction direction;
    double indifference; /* 0: half a point of a share, else one percent of the first model's figure */
    double confidence;   /* 0: 0.95 */
    uint64_t seed;
    int threads;
    void (*progress)(void *context, size_t done, size_t planned); /* planned is 0: nobody knows; may be NULL */
    void *progress_context;
};

/* Fate of one model. */
struct sc_contender {
    double value;  /* the figure over the replications it was played */
    double behind; /* the best of them by then was better by so much; 0 of the best */
    size_t replications;
    bool out; /* worse than another that was still in, as far as chance and the zone allow to tell */
};

struct sc_selection {
    const char *metric; /* the path */
    enum sc_unit unit;
    bool lowest; /* which direction is better */
    double indifference, confidence;
    size_t best;         /* of the models; the first is usually the base */
    size_t replications; /* of the longest played */
    bool apart;          /* all others are behind by the indifference zone or more */
    size_t count;
    struct sc_contender *contenders; /* [count] */
};

/*
 * Which figure a path names in a model: its place in sc_pairs_…, and the metric. Errors: SC_USAGE where there is no
 * such figure, or one that has no pairs (quantiles, automation_saving).
 */
enum sc_code sc_metric_locate(const struct sc_model *model, const char *path, size_t *pair,
                              const struct sc_metric **metric, struct sc_error *error);

/* Is more of a metric better, or less? SC_DIRECTION_OWN: depends on who is asked. */
enum sc_direction sc_metric_direction(const struct sc_metric *metric);

/*
 * A selection that takes replications as they are played for something else, then plays on. Add the pairs of
 * replications 0, 1, … model by model, as many as there are; finish plays what is missing.
 */
struct sc_selector;
/* Errors: SC_INPUT (the metric, its direction), SC_SYSTEM. Models and options must outlive it. */
enum sc_code sc_selector_new(const struct sc_model *const *models, size_t count,
                             const struct sc_selection_options *options, struct sc_selector **selector,
                             struct sc_error *error);
void sc_selector_free(struct sc_selector *selector);
/* pairs: all of one replication of that model. Errors: SC_SYSTEM. */
enum sc_code sc_selector_add(struct sc_selector *selector, size_t replication, size_t model,
                             const struct sc_pair *pairs, struct sc_error *error);
/*
 * Errors: SC_SYSTEM; SC_UNREACHABLE where 100,000 replications do not tell them apart; SC_INPUT where a model has
 * nothing to judge.
 */
enum sc_code sc_selector_finish(struct sc_selector *selector, struct sc_selection **selection, struct sc_error *error);

/* All in one. */
enum sc_code sc_select(const struct sc_model *const *models, size_t count, const struct sc_selection_options *options,
                       struct sc_selection **selection, struct sc_error *error);
void sc_selection_free(struct sc_selection *selection);

/*
 * Kim and Nelson's h^2 for `count` contenders, first stages of `first` values, and c = 1: 2 eta (first - 1) with
 * eta = ((2 (1 - confidence) / (count - 1))^(-2 / (first - 1)) - 1) / 2.
 */
double sc_selection_h2(size_t count, size_t first, double confidence);

#endif

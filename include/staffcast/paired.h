/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paired differences: alternatives against a base on common random numbers (SPEC 4).
 *
 * Replication r of each model meets the same contacts with the same draws, whatever else is different, so figures of
 * one replication belong together and most of the chance in them cancels in the difference. Its interval comes from
 * how the differences of the replications scatter, and is often a tenth as wide as that of independent runs.
 */
#ifndef STAFFCAST_PAIRED_H
#define STAFFCAST_PAIRED_H

#include "staffcast/error.h"
#include "staffcast/estimate.h"
#include "staffcast/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A difference: here - base with its paired 95 % interval, and the width of that interval by that of one from
 * independent runs as many (standard errors; NaN where neither scatters).
 */
struct sc_difference {
    struct sc_figure figure;
    double width_ratio;
};

/*
 * The pairs of a model in the order of sc_pairs_…; match[i] is the pair of the base that is the same figure, by the
 * names of channels, classes, pools, events and by the words of goals, or -1 where the base has no such figure.
 * match: [sc_pairs_count(here)].
 */
void sc_paired_match(const struct sc_model *base, const struct sc_model *here, ptrdiff_t *match);

/* The element of that name, or -1; of the base the event or goal that is `here`'s of that number, or -1. */
ptrdiff_t sc_channel_index(const struct sc_scenario *scenario, const char *name);
ptrdiff_t sc_class_index(const struct sc_channel *channel, const char *name);
ptrdiff_t sc_pool_index(const struct sc_scenario *scenario, const char *name);
ptrdiff_t sc_event_index(const struct sc_scenario *base, const struct sc_scenario *here, size_t event);
ptrdiff_t sc_goal_index(const struct sc_scenario *base, const struct sc_scenario *here, size_t goal);

struct sc_paired_options {
    size_t replications;
    double precision; /* 0: none; else on differences, see sc_paired_run */
    uint64_t seed;
    int threads;
    void (*progress)(void *context, size_t done, size_t planned); /* as in sc_run_options; may be NULL */
    void *progress_context;
    /* Called with the pairs of each replication of each model, in order. May be NULL. */
    enum sc_code (*watch)(void *context, size_t replication, size_t model, const struct sc_pair *pairs,
                          struct sc_error *error);
    void *watch_context;
};

struct sc_paired {
    size_t count; /* of models */
    size_t replications;
    struct sc_result **result;         /* [count]; the figures of sc_run for so many replications, to the bit */
    ptrdiff_t **match;                 /* [count]; [0] is NULL */
    struct sc_difference **difference; /* [count][sc_pairs_count of that model]; [0] is NULL. NaN where unmatched */
    bool *same;                        /* [count]: every pair of every replication was that of the base */
};

/*
 * Plays models[0], the base, and the alternatives. Differences of quantiles and of automation_saving, which have no
 * pairs, stand at their places too, their intervals by the same groups of replications as in a run, each left out once.
 *
 * With a precision it goes on, in blocks of 32 and at least 64 replications, until for each alternative the difference
 * of each target metric of sc_run is known to within it (of a time: relative to the base's).
 *
 * Errors: SC_SYSTEM, SC_UNREACHABLE, SC_INPUT (goals that cannot be judged), those of `watch`.
 */
enum sc_code sc_paired_run(const struct sc_model *const *models, size_t count, const struct sc_paired_options *options,
                           struct sc_paired **paired, struct sc_error *error);
/* NULL is fine. */
void sc_paired_free(struct sc_paired *paired);

#endif

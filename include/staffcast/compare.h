/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Comparisons: alternatives beside a base, every figure of `run` on both sides and their paired difference.
 *
 * Elements are matched by name: channels, classes, pools, events; goals by what they ask. What exists on one side only
 * is there with nothing on the other.
 */
#ifndef STAFFCAST_COMPARE_H
#define STAFFCAST_COMPARE_H

#include "staffcast/error.h"
#include "staffcast/estimate.h"
#include "staffcast/model.h"
#include "staffcast/paired.h"
#include "staffcast/selection.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An alternative as asked for. */
struct sc_what_if {
    const char *name;
    const char *const *overrides; /* [override_count], the texts, for whoever reads the results */
    size_t override_count;
    const struct sc_model *model;
};

/* Some figures of one thing on both sides. */
struct sc_compared_row {
    const char *name;
    const struct sc_metric *metrics; /* [count] */
    size_t count;
    const struct sc_figure *base, *here;    /* [count], or NULL: it does not exist on that side */
    const struct sc_difference *difference; /* [count], or NULL unless it exists on both */
};

struct sc_compared_channel {
    struct sc_compared_row row;
    const struct sc_channel *base, *here; /* NULL as above */
    struct sc_compared_row *classes;      /* [class_count] */
    size_t class_count;
};

struct sc_compared_pool {
    struct sc_compared_row row;
    struct sc_compared_row *work; /* [work_count], by channel: contacts and busy_h */
    size_t work_count;
};

struct sc_compared_goal {
    struct sc_compared_row row; /* figure and probability */
    const struct sc_goal *base, *here;
};

struct sc_compared {
    const char *name;
    const char *const *overrides; /* [override_count] */
    size_t override_count;
    const struct sc_result *result;
    bool same; /* in no replication was anything different */
    /* These begin with the base's in its order; those that only the alternative has follow. */
    struct sc_compared_channel *channels;
    size_t channel_count;
    struct sc_compared_pool *pools;
    size_t pool_count;
    struct sc_compared_row total;
    struct sc_compared_row *events; /* queue_max and recovery_s */
    size_t event_count;
    struct sc_compared_goal *goals;
    size_t goal_count;
};

struct sc_comparison {
    const struct sc_result *base;
    uint64_t seed;
    size_t replications;
    double contacts_simulated, wall_s;
    struct sc_compared *alternatives; /* [count] */
    size_t count;
    struct sc_selection *selection; /* NULL where not asked for; contender 0 is the base */
};

struct sc_compare_options {
    size_t replications; /* 0: the base's */
    double precision;    /* 0: none; else of differences, see sc_paired_run */
    uint64_t seed;
    bool seed_given; /* false: the base's */
    int threads;
    const struct sc_selection_options *selection; /* NULL: none; its seed, threads and progress are not looked at */
    void (*progress)(void *context, size_t done, size_t planned);
    void *progress_context;
};

/*
 * Plays the base and the alternatives on the same replications. Names and texts are copied; models must outlive the
 * comparison. Memory: by model, not by replications; some 2 MB a model and type of contact for quantiles.
 *
 * Errors: those of sc_paired_run and, with a selection, of sc_selector_….
 */
enum sc_code sc_compare(const struct sc_model *base, const struct sc_what_if *what_ifs, size_t count,
                        const struct sc_compare_options *options, struct sc_comparison **comparison,
                        struct sc_error *error);
/* NULL is fine. */
void sc_comparison_free(struct sc_comparison *comparison);

#endif

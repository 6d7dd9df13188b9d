/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fold: all that is kept of the replications played so far. Its size depends on the model alone.
 *
 * A replication comes in two parts. Sums of doubles depend on the order of adding in their last bits, so pairs are
 * added strictly in the order of replications. Histograms and sums by interval are whole numbers: any order does, and
 * threads may bring them as they finish.
 */
#ifndef STAFFCAST_ESTIMATE_FOLD_H
#define STAFFCAST_ESTIMATE_FOLD_H

#include "staffcast/estimate.h"

#include "estimate/pairs.h"

struct sc_fold {
    const struct sc_model *model;
    size_t groups;               /* sections: replication r belongs to group r mod groups */
    size_t replications;         /* in the sums of doubles */
    size_t pairs, channels, types;
    struct sc_moments *moments;  /* [pairs] */
    struct sc_saving *saving;    /* [groups * channels] */
    double contacts_simulated;
    uint64_t *wait;              /* [groups * types * SC_HISTOGRAM_CELLS] */
    uint64_t *response;          /* the same, or NULL */
    size_t *wait_used;           /* [groups * types]: the cells from there on are empty and were never written */
    size_t *response_used;       /* alike */
    struct sc_intervals *intervals; /* or NULL */
    struct sc_tally *day;           /* these three as in struct sc_result, or NULL */
    struct sc_midnight_tally *midnight;
    struct sc_pool_tally *pool_day;
};

/* `planned` replications, or more than SC_SECTIONS where not known. Errors: SC_SYSTEM. */
enum sc_code sc_fold_new(const struct sc_model *model, size_t planned, bool intervals, bool responses,
                         struct sc_fold **fold, struct sc_error *error);
void sc_fold_free(struct sc_fold *fold);

/* The ordered part of the next replication: its pairs and savings, which sc_pairs_fill and sc_savings_fill made. */
void sc_fold_add(struct sc_fold *fold, const struct sc_replication *replication, const struct sc_pair *pairs,
                 const struct sc_saving *savings);

/* The part in any order; calls for the same group must not overlap. */
void sc_fold_add_histograms(struct sc_fold *fold, size_t number, const struct sc_replication *replication);
/* The same for intervals; no two calls may overlap. */
void sc_fold_add_intervals(struct sc_fold *fold, const struct sc_intervals *intervals);

/* Makes the result; intervals and sums by day move over to it. Errors: SC_SYSTEM. */
enum sc_code sc_fold_result(struct sc_fold *fold, struct sc_result **result, struct sc_error *error);

/* Zeroed sums by interval of the model's shape. */
enum sc_code sc_intervals_new(const struct sc_model *model, struct sc_intervals **intervals, struct sc_error *error);
void sc_intervals_free(struct sc_intervals *intervals);
void sc_intervals_clear(const struct sc_model *model, struct sc_intervals *intervals);

#endif

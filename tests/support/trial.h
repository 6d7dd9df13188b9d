/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trials: a scenario is played many times, and what comes out is compared with what is known.
 *
 * Each replication leaves the pairs behind its figures (sc_pairs_fill) and sums of the test's own, made from the
 * records of its contacts. An estimate is a ratio of totals with the standard error that follows from how the
 * replications scatter (residuals; Cochran 1977, eq. 6.13).
 */
#ifndef STAFFCAST_TESTS_TRIAL_H
#define STAFFCAST_TESTS_TRIAL_H

#include "staffcast/estimate.h"

#include <stdio.h>

/* What a test adds up by itself in a replication. */
struct trial_sums {
    const struct sc_model *model;
    double *own;               /* [own sums], zero at the start of the replication */
    void *state;               /* [state_size bytes], zero at the start of the replication; for the observer */
};

struct trial_plan {
    const char *text;          /* the scenario, or … */
    const char *file;          /* … the file it is in */
    const char *overrides[4];  /* up to the first NULL */
    size_t replications;       /* 0: the scenario's */
    size_t own;                /* sums of the test's own; the last … */
    size_t controls;           /* … of them have the expectation 0 and serve as control variates */
    size_t state_size;
    /* Called for each contact's outcome, and after the replication; each may be NULL. */
    void (*contact)(struct trial_sums *sums, const struct sc_contact_record *record);
    void (*finish)(struct trial_sums *sums, const struct sc_replication *replication,
                   const struct sc_intervals *intervals);
    bool intervals;            /* give `finish` the sums by interval of this replication */
};

struct trial {
    struct sc_scenario *scenario;
    struct sc_model *model;
    size_t replications, pairs, own, controls;
    struct sc_pair *pair;      /* [replications * pairs] */
    double *sum;               /* [replications * own] */
};

struct estimate {
    double value, error;       /* standard error */
    size_t freedom;            /* degrees of freedom of the error */
};

/* Plays on all threads: what a plan calls sees one replication and no assertion may be in it. On any error the test
   fails. */
struct trial *trial_play(const struct trial_plan *plan);
void trial_free(struct trial *trial);

/* Figures of the results, by their name. */
struct estimate trial_channel(const struct trial *trial, size_t channel, const char *metric);
struct estimate trial_class(const struct trial *trial, size_t channel, size_t class_index, const char *metric);
struct estimate trial_pool(const struct trial *trial, size_t pool, const char *metric);
struct estimate trial_total(const struct trial *trial, const char *metric);
/* Two counts of a channel's results (whose own pairs are over replications), one by the other. */
struct estimate trial_share(const struct trial *trial, size_t channel, const char *part, const char *whole);

/*
 * Sum y / sum x of the test's own sums. With controls the part of the scatter that they explain is taken out by
 * regression (Lavenberg & Welch 1981, Manage. Sci. 27): the estimate is that of replications with average luck.
 */
struct estimate trial_own(const struct trial *trial, size_t y, size_t x);
/* The mean of one over replications. */
struct estimate trial_own_mean(const struct trial *trial, size_t y);
/* s2 / n - (s1 / n)^2 from sums of squares, of values and of their number. */
struct estimate trial_own_variance(const struct trial *trial, size_t s2, size_t s1, size_t n);

/*
 * Fails where the estimate is further from the reference than chance allows once in a million (Student's t with the
 * replications' degrees of freedom), or where its standard error is more than `most_error` of the reference: then the
 * comparison would say nothing. Prints both.
 */
void assert_agrees(const char *what, struct estimate estimate, double reference, double most_error);

#endif

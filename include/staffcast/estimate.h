/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Estimates: replications in, figures with their 95 % confidence intervals out (SPEC 4).
 *
 * Contacts of one day share that day's volume and its queues, so they are no independent trials; the replications
 * are. Every figure is therefore built from one pair (y, x) a replication, and its interval from how the pairs
 * scatter. Ratios are ratios of totals over all replications; their interval is that of the ratio estimator by
 * residuals with Student's t and Hall's (1992) transformation for skewness. Figures over nothing are NaN, printed as
 * null.
 */
#ifndef STAFFCAST_ESTIMATE_H
#define STAFFCAST_ESTIMATE_H

#include "staffcast/error.h"
#include "staffcast/model.h"
#include "staffcast/simulate.h"

#include <stddef.h>
#include <stdint.h>

/* NaN: unknown. low and high are NaN with one replication. */
struct sc_figure {
    double mean, low, high;
};

/* What a number is, which decides how it is printed and judged. */
enum sc_unit {
    SC_UNIT_COUNT,
    SC_UNIT_SHARE,   /* 0 … 1 */
    SC_UNIT_SECONDS,
    SC_UNIT_HOURS,
    SC_UNIT_MONEY,
    SC_UNIT_NUMBER,
};

/* A metric's name is its JSON key, with a dot for the key of an inner object ("service_level_by.no-short"). */
struct sc_metric {
    const char *name;
    enum sc_unit unit;
    const char *help; /* one line, lower case */
};

/* The metrics of a channel (and of each of its classes), of a pool and of the totals, in the order of SPEC 4. */
extern const struct sc_metric sc_channel_metrics[];
extern const size_t sc_channel_metric_count;
extern const struct sc_metric sc_pool_metrics[];
extern const size_t sc_pool_metric_count;
extern const struct sc_metric sc_total_metrics[];
extern const size_t sc_total_metric_count;

/* Index of a metric by its name, or -1. */
int sc_metric_find(const struct sc_metric *metrics, size_t count, const char *name);

struct sc_channel_result {
    const char *name;                  /* of the channel, or of the class */
    struct sc_figure *figure;          /* [sc_channel_metric_count]; days_met of a class is NaN: days go by channel */
    struct sc_channel_result *classes; /* [class_count]; classes of classes do not exist */
    size_t class_count;
};

struct sc_pool_channel_result {
    const char *channel;
    struct sc_figure contacts, busy_h;
};

struct sc_pool_result {
    const char *name;
    struct sc_figure *figure; /* [sc_pool_metric_count] */
    struct sc_pool_channel_result *by_channel;
    size_t channel_count;
};

/* The backlog at its worst and the time to recover; see simulate.h. recovery_s is NaN where no channel has a target
   for answers: then nothing says when all is well. A run that ends before that counts until its end; of events after
   its last day (a plan has more days) both are NaN. */
struct sc_event_result {
    const struct sc_event *event;
    struct sc_figure queue_max, recovery_s;
};

/*
 * A goal: the figure over its days (`over` of them, the last is `by`; left out, they are 28 or as many as there are),
 * and the share of replications that reach it, with Wilson's interval. Contacts count where they arrive.
 */
struct sc_goal_result {
    const struct sc_goal *goal;
    const struct sc_metric *metric;
    struct sc_figure figure, probability;
};

struct sc_result {
    const struct sc_model *model;
    uint64_t seed;
    size_t replications;
    double contacts_simulated; /* all arrivals, warm-up included, all replications */
    double wall_s;
    struct sc_channel_result *channels; /* [scenario->channel_count] */
    struct sc_pool_result *pools;       /* [scenario->pool_count]; by_channel: the channels it has a skill for */
    struct sc_figure *total;            /* [sc_total_metric_count] */
    struct sc_event_result *events;     /* [scenario->event_count] */
    struct sc_goal_result *goals;       /* [scenario->goal_count] */
    struct sc_intervals *intervals;     /* sums over replications, or NULL */
    /* [channels * days], where intervals were asked for, else NULL: sums over replications, of the maxima too
       (divided by the replications they are the mean of each one's own) */
    struct sc_tally *day;
    struct sc_midnight_tally *midnight; /* [channels * days], alike */
    struct sc_pool_tally *pool_day;     /* [pools * days], alike */
};

struct sc_run_options {
    size_t replications;  /* 0: the scenario's */
    double precision;     /* 0: none; else SPEC 4 --precision */
    uint64_t seed;        /* used instead of the model's where seed_given; the model is left as it is */
    bool seed_given;
    int threads;          /* 0: as many as OpenMP gives */
    bool intervals;
    /* Called after each fold, never from two threads at once; done and planned are replications (planned 0: not
       known). May be NULL. */
    void (*progress)(void *context, size_t done, size_t planned);
    void *progress_context;
};

enum { SC_BLOCK = 32, SC_PRECISION_LEAST = 64, SC_PRECISION_MOST = 100000, SC_SECTIONS = 30 };

/*
 * Plays the model's replications 0, 1, …, folds them in their order and estimates. The result is the caller's
 * (sc_result_free) and refers to the model, which must outlive it. Memory does not grow with replications.
 *
 * With a precision it goes on, in blocks of 32 and at least 64, until every target metric's half-width is below it:
 * service_level of each channel whose target names `answer`, abandon_rate of each whose target names `abandon`
 * (or with a target for a class only, of that class); where no target exists, wait_mean_s (relative to its mean) of
 * each channel. A metric over nothing is not judged. The options' replications are then ignored.
 *
 * Errors: SC_SYSTEM, SC_UNREACHABLE (the precision asked for is not reached within 100,000 replications), SC_INPUT (a
 * goal that cannot be judged; see sc_goals_check).
 */
enum sc_code sc_run(const struct sc_model *model, const struct sc_run_options *options, struct sc_result **result,
                    struct sc_error *error);
/* NULL is fine. */
void sc_result_free(struct sc_result *result);

/* --- the estimators themselves --- */

/*
 * Running sums of a pair (y, x) over replications, up to the third order, taken about the first pair so that nothing
 * is lost to cancellation. For a plain mean x is 1. Zeroed at the start.
 */
struct sc_moments {
    size_t count;
    double y0, x0;               /* the first pair */
    double y, x;                 /* sums of y - y0 and x - x0 */
    double yy, yx, xx;           /* of their products */
    double yyy, yyx, yxx, xxx;
};
void sc_moments_add(struct sc_moments *moments, double y, double x);

/*
 * sum y / sum x with its interval, clipped to [least, most]. NaN where sum x is 0.
 *
 * Residuals e = y - R x (Cochran 1977, eq. 6.13); the studentised ratio is made symmetric by the monotone cubic
 * transformation of Hall (1992, J. R. Statist. Soc. B 54, 221-228); ratio.c tells how it is used here.
 */
struct sc_figure sc_ratio_estimate(const struct sc_moments *moments, double least, double most);
/*
 * The same for a share of `trials` trials, clipped to [0, 1] and never certain: 0 of N gets [0, 3.69/N], N of N
 * [1 - 3.69/N, 1], few counts at least Clopper and Pearson's (1934) interval, and one without scatter Wilson's.
 */
struct sc_figure sc_share_estimate(const struct sc_moments *moments, double trials);
/* Share of count in n independent trials, Wilson's (1927) interval at 95 %. */
struct sc_figure sc_wilson_estimate(double count, double n);
/*
 * A figure that is no ratio of sums, such as a quantile, by the jackknife over groups of replications (Quenouille 1956,
 * Biometrika 43, 353-360): `all` is the figure of all replications, without[g] that of all but those of group g, NaN
 * where nothing is left, and the scatter is that of the pseudo-values all + (groups - 1) (all - without), with the t
 * and the correction for skewness of ratios. Groups that are estimated alone would not do: where people wait on a few
 * busy days only, these days make the quantiles, and a group without such a day knows nothing of them.
 */
struct sc_figure sc_jackknife_estimate(double all, const double *without, size_t groups, double least, double most);

/* Two pairs a replication, of two alternatives on the same random numbers. Zeroed at the start. */
struct sc_pair_moments {
    size_t count;
    double first[4];     /* ya, xa, yb, xb of the first replication */
    double sum[4];       /* of v = value - first */
    double second[10];   /* of v_i v_j,     i <= j,      in the order of nested loops */
    double third[20];    /* of v_i v_j v_k, i <= j <= k, alike */
};
void sc_pair_moments_add(struct sc_pair_moments *moments, double ya, double xa, double yb, double xb);
/* sum yb / sum xb - sum ya / sum xa with its paired interval, clipped to [least, most]; NaN where either is over
   nothing. */
struct sc_figure sc_ratio_difference_estimate(const struct sc_pair_moments *moments, double least, double most);

/*
 * The wait that a share p of the contacts in an integer histogram (cells of simulate.h) does not exceed, linear inside
 * a cell; NaN for an empty one. Of n contacts it is the ceil(p n)-th, so that p = 0.5 of two is the first.
 */
double sc_histogram_quantile(const uint64_t *histogram, double p);

/* --- metrics from their pairs --- */

/*
 * The figure of a metric of one of the three tables from its pairs; of a quantile or a saving, which have none, it
 * means nothing.
 */
struct sc_figure sc_metric_estimate(const struct sc_metric *metric, const struct sc_moments *moments);
/* The difference of a metric between two alternatives, from their pairs. */
struct sc_figure sc_metric_difference_estimate(const struct sc_metric *metric, const struct sc_pair_moments *moments);

/* --- the pairs behind the metrics, for what is compared replication by replication --- */

struct sc_pair {
    double y, x;
};
/*
 * Pairs of one replication: rows of sc_channel_metric_count for each channel and then for each class of all channels,
 * of sc_pool_metric_count for each pool, (contacts, busy hours) of each pool's work for each channel, and one row of
 * sc_total_metric_count; then (queue_max, recovery_s) of each event, and (figure, reached) of each goal, the latter
 * with x = 1 where there was something to judge. sc_pairs_of_… tell where a row begins. A pair (0, 0) says nothing;
 * those of quantiles and of automation_saving are always (0, 0), for these are no ratios of sums.
 */
size_t sc_pairs_count(const struct sc_model *model);
size_t sc_pairs_of_channel(const struct sc_model *model, size_t channel);
size_t sc_pairs_of_class(const struct sc_model *model, size_t channel, size_t class_index);
size_t sc_pairs_of_pool(const struct sc_model *model, size_t pool);
size_t sc_pairs_of_work(const struct sc_model *model, size_t pool, size_t channel);
size_t sc_pairs_of_total(const struct sc_model *model);
size_t sc_pairs_of_event(const struct sc_model *model, size_t event);
size_t sc_pairs_of_goal(const struct sc_model *model, size_t goal);
void sc_pairs_fill(const struct sc_model *model, const struct sc_replication *replication, struct sc_pair *pairs);

/* --- goals --- */

/*
 * Can every goal be judged in each replication? Quantiles and automation_saving cannot: they are made of all
 * replications together. Over a part of the days, cost_per_contact and cost_per_case of a channel cannot (pools' hours
 * by channel are not kept by day), nor the service level where types of one channel count by different definitions.
 * The scenario's reader says the same; this is for scenarios that did not come from there. Errors: SC_INPUT.
 */
enum sc_code sc_goals_check(const struct sc_model *model, struct sc_error *error);

/* Does the figure reach it? The last bits of sums decide nothing: 10^-12 of the value wanted are forgiven. */
bool sc_goal_reached(const struct sc_goal *goal, double figure);

/* --- costs --- */

/* What a pool costs: hours, overtime and fees (SPEC 2.2). */
double sc_pool_cost(const struct sc_pool *pool, const struct sc_pool_tally *tally);
/* fixed_per_month for so many days; a month is 365.25 / 12 days. */
double sc_fixed_cost(const struct sc_scenario *scenario, double days);

/* Has the pool a skill for the channel, or for a class of it? */
bool sc_pool_serves(const struct sc_pool *pool, size_t channel);

#endif

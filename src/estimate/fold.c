/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "estimate/fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t channel_days(const struct sc_model *model)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    return s->channel_count * (size_t)s->days;
}

static size_t pool_days(const struct sc_model *model)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    return s->pool_count * (size_t)s->days;
}

static bool days_new(struct sc_fold *fold)
{
    fold->day = calloc(channel_days(fold->model) + 1, sizeof *fold->day);
    fold->midnight = calloc(channel_days(fold->model) + 1, sizeof *fold->midnight);
    fold->pool_day = calloc(pool_days(fold->model) + 1, sizeof *fold->pool_day);
    return fold->day && fold->midnight && fold->pool_day;
}

enum sc_code sc_fold_new(const struct sc_model *model, size_t planned, bool intervals, bool responses,
                         struct sc_fold **out, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    struct sc_fold *fold = calloc(1, sizeof *fold);
    if (!fold)
        return sc_error_memory(error);
    fold->model = model;
    fold->groups = least_of(planned, SC_SECTIONS);
    fold->pairs = sc_pairs_count(model);
    fold->channels = sc_model_scenario(model)->channel_count;
    fold->types = sc_model_types(model);
    size_t cells = fold->groups * fold->types * SC_HISTOGRAM_CELLS;
    fold->moments = calloc(fold->pairs, sizeof *fold->moments);
    fold->saving = calloc(fold->groups * fold->channels + 1, sizeof *fold->saving);
    fold->wait = malloc(cells * sizeof *fold->wait);
    fold->wait_used = calloc(fold->groups * fold->types + 1, sizeof *fold->wait_used);
    fold->response_used = calloc(fold->groups * fold->types + 1, sizeof *fold->response_used);
    if (responses)
        fold->response = malloc(cells * sizeof *fold->response);
    bool days = !intervals || days_new(fold), used = fold->wait_used && fold->response_used;
    if (!fold->moments || !fold->saving || !fold->wait || !used || (responses && !fold->response) || !days) {
        code = sc_error_memory(error);
        goto done;
    }
    if (intervals)
        code = sc_intervals_new(model, &fold->intervals, error);
done:
    if (code == SC_OK)
        *out = fold;
    else
        sc_fold_free(fold);
    return code;
}

void sc_fold_free(struct sc_fold *fold)
{
    if (!fold)
        return;
    sc_intervals_free(fold->intervals);
    free(fold->day);
    free(fold->midnight);
    free(fold->pool_day);
    free(fold->response_used);
    free(fold->wait_used);
    free(fold->response);
    free(fold->wait);
    free(fold->saving);
    free(fold->moments);
    free(fold);
}

static void add_doubles(void *sums, const void *values, size_t bytes)
{
    double *sum = sums;
    const double *value = values;
    for (size_t i = 0; i < bytes / sizeof *sum; i++)
        sum[i] += value[i];
}

void sc_fold_add(struct sc_fold *fold, const struct sc_replication *replication, const struct sc_pair *pairs,
                 const struct sc_saving *savings)
{
    size_t group = fold->replications++ % fold->groups;
    fold->contacts_simulated += replication->contacts_simulated;
    for (size_t i = 0; i < fold->pairs; i++)
        sc_moments_add(&fold->moments[i], pairs[i].y, pairs[i].x);
    add_doubles(&fold->saving[group * fold->channels], savings, fold->channels * sizeof *savings);
    if (!fold->day)
        return;
    add_doubles(fold->day, replication->day, channel_days(fold->model) * sizeof *fold->day);
    add_doubles(fold->midnight, replication->midnight, channel_days(fold->model) * sizeof *fold->midnight);
    add_doubles(fold->pool_day, replication->pool_day, pool_days(fold->model) * sizeof *fold->pool_day);
}

/* Most waits are short: the empty cells at the far end are left alone, in the sum too. */
static void add_histogram(uint64_t *sum, size_t *used, const uint32_t *cells)
{
    size_t end = SC_HISTOGRAM_CELLS;
    while (end > 0 && cells[end - 1] == 0)
        end--;
    for (; *used < end; ++*used)
        sum[*used] = 0;
    for (size_t i = 0; i < end; i++)
        sum[i] += cells[i];
}

void sc_fold_add_histograms(struct sc_fold *fold, size_t number, const struct sc_replication *replication)
{
    size_t row = number % fold->groups * fold->types;
    for (size_t i = 0; i < fold->types; i++, row++) {
        size_t at = row * SC_HISTOGRAM_CELLS, offset = i * SC_HISTOGRAM_CELLS;
        add_histogram(&fold->wait[at], &fold->wait_used[row], &replication->wait_histogram[offset]);
        if (fold->response)
            add_histogram(&fold->response[at], &fold->response_used[row], &replication->response_histogram[offset]);
    }
}

/* --- sums by interval --- */

static size_t interval_cells(const struct sc_model *model, const struct sc_intervals *intervals)
{
    return sc_model_scenario(model)->channel_count * intervals->count;
}

static size_t interval_pools(const struct sc_model *model, const struct sc_intervals *intervals)
{
    return sc_model_scenario(model)->pool_count * intervals->count;
}

enum sc_code sc_intervals_new(const struct sc_model *model, struct sc_intervals **out, struct sc_error *error)
{
    const struct sc_scenario *s = sc_model_scenario(model);
    struct sc_intervals *intervals = calloc(1, sizeof *intervals);
    if (!intervals)
        return sc_error_memory(error);
    intervals->count = (size_t)(s->days * 86400.0 / s->interval_s + 0.5);
    intervals->channel = calloc(interval_cells(model, intervals) + 1, sizeof *intervals->channel);
    intervals->pool = calloc(interval_pools(model, intervals) + 1, sizeof *intervals->pool);
    if (!intervals->channel || !intervals->pool) {
        sc_intervals_free(intervals);
        return sc_error_memory(error);
    }
    *out = intervals;
    return SC_OK;
}

void sc_intervals_free(struct sc_intervals *intervals)
{
    if (!intervals)
        return;
    free(intervals->channel);
    free(intervals->pool);
    free(intervals);
}

void sc_intervals_clear(const struct sc_model *model, struct sc_intervals *intervals)
{
    memset(intervals->channel, 0, interval_cells(model, intervals) * sizeof *intervals->channel);
    memset(intervals->pool, 0, interval_pools(model, intervals) * sizeof *intervals->pool);
}

_Static_assert(sizeof(struct sc_interval_cell) % sizeof(int64_t) == 0 &&
                   sizeof(struct sc_interval_pool) % sizeof(int64_t) == 0, "intervals are made of whole numbers only");

static void add_integers(void *sums, const void *values, size_t bytes)
{
    int64_t *sum = sums;
    const int64_t *value = values;
    for (size_t i = 0; i < bytes / sizeof *sum; i++)
        sum[i] += value[i];
}

void sc_fold_add_intervals(struct sc_fold *fold, const struct sc_intervals *intervals)
{
    add_integers(fold->intervals->channel, intervals->channel,
                 interval_cells(fold->model, intervals) * sizeof *intervals->channel);
    add_integers(fold->intervals->pool, intervals->pool,
                 interval_pools(fold->model, intervals) * sizeof *intervals->pool);
}

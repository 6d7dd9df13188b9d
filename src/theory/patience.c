/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/patience.h"

#include "theory/law.h"
#include "theory/quadrature.h"
#include "theory/states.h"

#include <math.h>

struct queue {
    struct sc_law_shape patience;
    double n, load, arrive_per_s, serve_per_s; /* the last: of all agents together */
    double peak, peak_log;                     /* where v is greatest; log of it relative to v(0) */
    double origin, origin_log;                 /* of the piece that is integrated */
    double split_below;                        /* P(R <= split) of a tail */
};

/* log(v(t) / v(0)). */
static double log_density(const struct queue *queue, double t)
{
    struct sc_law_parts parts;
    sc_law_parts(&queue->patience, t, &parts);
    return queue->arrive_per_s * parts.lived - queue->serve_per_s * t;
}

static double piece_exponent(double d, const void *context)
{
    const struct queue *queue = context;
    return log_density(queue, queue->origin + d) - queue->origin_log;
}

/* Virtual wait; answered, wait, square; gave up, wait, square; queue behind the head: mean, square. */
static void weigh_all(double d, const void *context, double *weights)
{
    const struct queue *queue = context;
    struct sc_law_parts parts;
    double t = queue->origin + d;
    sc_law_parts(&queue->patience, t, &parts);
    double behind = queue->arrive_per_s * parts.lived;
    weights[0] = 1;
    weights[1] = parts.above;
    weights[2] = parts.above * t;
    weights[3] = parts.above * t * t;
    weights[4] = parts.below;
    weights[5] = parts.first;
    weights[6] = parts.second;
    weights[7] = parts.above * behind;
    weights[8] = parts.above * behind * behind;
}

/* Answered; gave up; virtual wait; gave up after the split. */
static void weigh_tail(double d, const void *context, double *weights)
{
    const struct queue *queue = context;
    struct sc_law_parts parts;
    sc_law_parts(&queue->patience, queue->origin + d, &parts);
    weights[0] = parts.above;
    weights[1] = parts.below;
    weights[2] = 1;
    weights[3] = fmax(0, parts.below - queue->split_below);
}

static void integrate_piece(struct queue *queue, double low, double high, struct sc_integrand *integrand, double *sums)
{
    double piece[SC_QUADRATURE_WIDTH];
    queue->origin = fmin(fmax(queue->peak, low), high);
    queue->origin_log = log_density(queue, queue->origin);
    double factor = exp(queue->origin_log - queue->peak_log);
    if (!(low < high) || factor == 0)
        return;
    double scale = 1 / (sqrt(queue->n) + 0.1 * fabs(queue->load - queue->n) + 1) * queue->n / queue->serve_per_s;
    sc_quadrature(integrand, low - queue->origin, high - queue->origin, 0, fmin(scale, high - low), piece);
    for (size_t k = 0; k < integrand->width; ++k)
        sums[k] += factor * piece[k];
}

/*
 * Integrals of weights v(t) / v(peak) over [low, high], piece by piece between the points where the law
 * is not smooth.
 */
static void integrate(struct queue *queue, double low, double high,
                      void (*weights)(double, const void *, double *), size_t width, double *sums)
{
    /* The exponent is a difference of large numbers here, and keeps about eleven digits. */
    struct sc_integrand integrand = {piece_exponent, weights, queue, width, 1e-11};
    double from = low;
    for (size_t k = 0; k < width; ++k)
        sums[k] = 0;
    for (size_t k = 0, count = sc_law_breaks(&queue->patience); k < count; ++k) {
        double to = sc_law_break(&queue->patience, k);
        if (to > from && to < high) {
            integrate_piece(queue, from, to, &integrand, sums);
            from = to;
        }
    }
    integrate_piece(queue, from, high, &integrand, sums);
}

/* v rises while more stay than are served: P(R > t) > n / a. */
static void find_peak(struct queue *queue)
{
    struct sc_law_parts parts;
    double low = 0, high = queue->n / queue->serve_per_s;
    if (queue->load > queue->n) {
        for (int i = 0; i < 1000; ++i, high *= 2) {
            sc_law_parts(&queue->patience, high, &parts);
            if (parts.above * queue->load <= queue->n)
                break;
            low = high;
        }
        for (int i = 0; i < 100; ++i) {
            double middle = 0.5 * (low + high);
            sc_law_parts(&queue->patience, middle, &parts);
            if (parts.above * queue->load > queue->n)
                low = middle;
            else
                high = middle;
        }
        queue->peak = high;
    }
    queue->peak_log = log_density(queue, queue->peak);
}

static enum sc_code prepare(const struct sc_erlang *system, const struct sc_law *patience, struct queue *queue,
                            struct sc_error *error)
{
    *queue = (struct queue){.n = (double)system->agents, .load = system->load_erl,
                            .arrive_per_s = system->load_erl / system->handle_s,
                            .serve_per_s = (double)system->agents / system->handle_s};
    if (system->agents < 1)
        return sc_error_set(error, SC_USAGE, "no agents; at least one where patience has a law of its own");
    enum sc_code code = sc_law_shape_make(patience, &queue->patience, error);
    if (code == SC_OK)
        find_peak(queue);
    return code;
}

/* The same system for erlang.h: checked, unlimited, without redials. */
static enum sc_code plain_system(const struct sc_erlang *system, const struct sc_law *patience,
                                 struct sc_erlang *plain, bool *is_plain, struct sc_error *error)
{
    *plain = *system;
    plain->patience_s = INFINITY;
    plain->lines = SC_ERLANG_UNLIMITED;
    plain->retry_share = 0;
    *is_plain = patience->kind == SC_LAW_NONE || system->load_erl == 0;
    if (patience->kind != SC_LAW_NONE && system->load_erl == 0)
        plain->patience_s = patience->mean_s;
    return sc_erlang_validate(plain, error);
}

/* P(an agent is free) and the factor that turns integrals relative to v(peak) into probabilities. */
static void normalise(const struct sc_erlang *system, const struct queue *queue, double virtual_waits, double *free,
                      double *factor, double *edge)
{
    double free_sum = sc_states_free_sum(system->agents, system->load_erl);
    *free = 1;
    *factor = *edge = 0;
    if (isinf(free_sum))
        return;
    double none = free_sum * exp(-queue->peak_log), z = none + queue->serve_per_s * virtual_waits;
    *free = none / z;
    *edge = exp(-queue->peak_log) / z;
    *factor = queue->serve_per_s / z;
}

static void tail_of(const struct sc_erlang *system, struct queue *queue, double t_s, struct sc_erlang_tail *tail)
{
    double within[4], later[4], free, factor, edge;
    struct sc_law_parts parts;
    sc_law_parts(&queue->patience, t_s, &parts);
    queue->split_below = parts.below;
    integrate(queue, 0, t_s, weigh_tail, 4, within);
    integrate(queue, t_s, INFINITY, weigh_tail, 4, later);
    normalise(system, queue, within[2] + later[2], &free, &factor, &edge);
    *tail = (struct sc_erlang_tail){.answered_within = free + factor * within[0], .answered_later = factor * later[0],
        .lost_within = factor * (within[1] + later[2] * parts.below), .lost_later = factor * later[3]};
}

enum sc_code sc_erlang_tail_law(const struct sc_erlang *system, const struct sc_law *patience, double t_s,
                                struct sc_erlang_tail *tail, struct sc_error *error)
{
    struct sc_erlang plain;
    struct queue queue;
    bool is_plain;
    enum sc_code code = plain_system(system, patience, &plain, &is_plain, error);
    if (code == SC_OK && is_plain)
        return sc_erlang_tail(&plain, t_s, tail, error);
    if (code == SC_OK && !(t_s >= 0))
        code = sc_error_set(error, SC_USAGE, "the time is wrong (%g s); from 0 up", t_s);
    if (code == SC_OK)
        code = prepare(&plain, patience, &queue, error);
    if (code == SC_OK)
        tail_of(&plain, &queue, t_s, tail);
    return code;
}

static void figures_of(const struct sc_erlang *system, struct queue *queue, struct sc_erlang_result *result)
{
    double sums[9], free, factor, edge;
    integrate(queue, 0, INFINITY, weigh_all, 9, sums);
    normalise(system, queue, sums[0], &free, &factor, &edge);
    double a = system->load_erl, answered = free + factor * sums[1], lost = factor * sums[4];
    double ahead = a / queue->n * factor; /* density of the wait so far of the head, over P(R > t) */
    *result = (struct sc_erlang_result){
        .shares = {.stable = true, .attempts_erl = a, .no_wait = free, .wait_probability = factor * sums[0],
                   .abandoned = lost, .answered = answered, .occupancy = a * answered / queue->n},
        .wait_mean_s = factor * sums[2] / answered,
        .wait_variance_s2 = factor * sums[3] / answered - pow(factor * sums[2] / answered, 2),
        .wait_all_mean_s = factor * (sums[2] + sums[5]),
        .wait_lost_mean_s = lost > 0 ? factor * sums[5] / lost : NAN,
        .wait_lost_variance_s2 = lost > 0 ? factor * sums[6] / lost - pow(factor * sums[5] / lost, 2) : NAN,
        .busy_mean = a * answered,
        .queue_mean = ahead * (sums[1] + sums[7]),
    };
    result->queue_variance = ahead * (sums[1] + 3 * sums[7] + sums[8]) - result->queue_mean * result->queue_mean;
    result->system_mean = result->busy_mean + result->queue_mean;
}

enum sc_code sc_erlang_evaluate_law(const struct sc_erlang *system, const struct sc_law *patience,
                                    struct sc_erlang_result *result, struct sc_error *error)
{
    struct sc_erlang plain;
    struct queue queue;
    struct sc_erlang_tail tail = {NAN, NAN, NAN, NAN};
    bool is_plain, levels = !isnan(system->within_s);
    enum sc_code code = plain_system(system, patience, &plain, &is_plain, error);
    if (code == SC_OK && is_plain)
        return sc_erlang_evaluate(&plain, result, error);
    if (code == SC_OK)
        code = prepare(&plain, patience, &queue, error);
    if (code != SC_OK)
        return code;
    figures_of(&plain, &queue, result);
    if (levels)
        tail_of(&plain, &queue, plain.within_s, &tail);
    for (int level = 0; level < SC_LEVELS; ++level)
        result->service_level[level] = levels ? sc_erlang_level(&tail, (enum sc_erlang_level)level) : NAN;
    return SC_OK;
}

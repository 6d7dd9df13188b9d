/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The distribution of the wait, by the route that the state probabilities took. */
#include "theory/states.h"

#include "staffcast/erlang.h"
#include "theory/quadrature.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Below this share of the whole, the part within t is integrated by itself instead of taken as a difference. */
static const double SMALL_PART = 0.02;

/* Erlang C: W > t with probability P(W > 0) exp(-(n - a) t). */
static void tail_geometric(const struct sc_states *states, double t, struct sc_states_tail *tail)
{
    double rate = (double)states->agents - states->load, waits = states->edge + states->waiting;
    tail->served_within = -waits * expm1(-rate * t);
    tail->served_later = waits * exp(-rate * t);
    tail->lost_within = tail->lost_later = 0;
}

static void tail_nobody(const struct sc_states *states, double t, struct sc_states_tail *tail)
{
    tail->served_within = tail->served_later = 0;
    tail->lost_within = -expm1(-states->giving_up * t);
    tail->lost_later = exp(-states->giving_up * t);
}

/* ------------------------------------------------------------------------------------------------------------ */
/*
 * Unlimited lines. The virtual wait has density v(s) = edge c exp(x (1 - exp(-s)) - c s), s in mean patiences. An
 * arrival is answered after s with probability exp(-s), else it has given up before.
 */

struct later {
    double x, c, peak; /* peak of v */
    double reference;  /* the exponent is relative to its value here */
    double split;      /* t in mean patiences */
};

/* At d = s - reference: small numbers keep their digits. */
static double later_exponent(double d, const void *context)
{
    const struct later *later = context;
    if (later->peak > 0 && later->reference == later->peak)
        return -later->c * sc_curve(d);
    double x = later->x * exp(-later->reference);
    return (x - later->c) * d - x * sc_curve(d);
}

static void weigh_within(double d, const void *context, double *weights)
{
    const struct later *later = context;
    double s = later->reference + d;
    weights[0] = exp(-s);
    weights[1] = -expm1(-s);
}

static void weigh_later(double d, const void *context, double *weights)
{
    const struct later *later = context;
    weights[0] = exp(-(later->reference + d));
    weights[1] = -exp(-later->split) * expm1(later->split - later->reference - d);
    weights[2] = 1;
}

/* log of v at s relative to the value at 0. */
static double log_density(const struct sc_states *states, double s)
{
    double n = (double)states->agents, a = states->load, g = states->giving_up;
    return (a - n) / g * s - a / g * sc_curve(s);
}

static double density_scale(const struct later *later, double at)
{
    double x = later->x * exp(-at);
    return 1 / (sqrt(fmin(x, later->c)) + fabs(x - later->c) + 1e-3 * later->c);
}

/* v at `reference`, in probability per mean patience. */
static double density_at(const struct sc_states *states, const struct later *later, double reference)
{
    if (states->route == SC_STATES_SERIES)
        return states->edge * later->c * exp(log_density(states, reference));
    if (later->peak > 0)
        return states->over_z * exp(-later->c * sc_curve(reference - later->peak));
    return states->over_z * exp(log_density(states, reference));
}

static void integrate_within(const struct sc_states *states, struct later *later, double *integrals)
{
    struct sc_integrand integrand = {later_exponent, weigh_within, later, 2, 0};
    later->reference = fmin(later->peak, later->split);
    double density = density_at(states, later, later->reference);
    sc_quadrature(&integrand, -later->reference, later->split - later->reference, 0,
                  fmin(later->split, density_scale(later, later->reference)), integrals);
    integrals[0] *= density;
    integrals[1] *= density;
}

static void integrate_later(const struct sc_states *states, struct later *later, double *integrals)
{
    struct sc_integrand integrand = {later_exponent, weigh_later, later, 3, 0};
    later->reference = fmax(later->peak, later->split);
    double density = density_at(states, later, later->reference);
    sc_quadrature(&integrand, later->split - later->reference, INFINITY, 0,
                  density_scale(later, later->reference), integrals);
    for (int k = 0; k < 3; ++k)
        integrals[k] *= density;
}

/*
 * From s on the virtual wait looks like that of a system with load a exp(-s) that is full at the start: the same
 * series, so the same loop.
 */
static void sum_later(const struct sc_states *states, double s, double *integrals)
{
    double a = states->load * exp(-s), n = (double)states->agents, g = states->giving_up;
    double term = 1, total = 0, mean = 0;
    for (double i = 1;; ++i) {
        double ratio = a / (n + i * g);
        term *= ratio;
        total += term;
        mean += term * i;
        if (term * ratio <= 1e-18 * total * (1 - ratio))
            break;
    }
    double density = states->edge * exp(log_density(states, s));
    integrals[0] = n / states->load * density * total;
    integrals[1] = g / states->load * density * mean;
    integrals[2] = density * (1 + total);
}

static void tail_unlimited(const struct sc_states *states, double t, struct sc_states_tail *tail)
{
    double n = (double)states->agents, a = states->load, g = states->giving_up;
    struct later later = {.x = a / g, .c = n / g, .peak = a > n ? log1p((a - n) / n) : 0, .split = g * t};
    double beyond[3], within[2];
    if (states->edge == 0 && states->waiting == 0) {
        *tail = (struct sc_states_tail){0};
        return;
    }
    if (states->route == SC_STATES_SERIES)
        sum_later(states, later.split, beyond);
    else
        integrate_later(states, &later, beyond);
    double served = n / a * states->waiting, lost = g / a * states->queue_mean;
    tail->served_later = beyond[0];
    tail->lost_later = beyond[1];
    tail->served_within = served - beyond[0];
    tail->lost_within = lost - beyond[1];
    if (later.split > 0 && (tail->served_within < SMALL_PART * served || tail->lost_within < SMALL_PART * lost)) {
        integrate_within(states, &later, within);
        tail->served_within = within[0];
        tail->lost_within = within[1] - beyond[2] * expm1(-later.split);
    }
    if (later.split == 0)
        tail->served_within = tail->lost_within = 0;
}

/* ------------------------------------------------------------------------------------------------------------ */
/*
 * Limited lines. Position i is answered after a sum of i independent exponential times with rates n + m g (m = 1 ... i
 * with the caller's own patience, 0 ... i - 1 without): P(sum > t) = sum over l < i of w_l, where w is
 * negative binomial,
 *   w_l / w_(l-1) = (n + (l + own - 1) g) e / l,  e = (1 - exp(-g t)) / g  (g = 0: Poisson with mean n t).
 */

struct stages {
    double n, g, e;
    int own;
    int64_t places;
    double *below, *above; /* [places + 1]: sums of w_l over l < i and l >= i */
};

static double stage_ratio(const struct stages *stages, double l)
{
    return (stages->n + (l + stages->own - 1) * stages->g) * stages->e / l;
}

/* Sum of w from l on, weight = w_l; stores those at real positions in below[]. */
static double stages_up(const struct stages *stages, double l, double weight, double *stored)
{
    double total = 0, limit = (double)stages->places, beyond = 0;
    for (; weight > 0; weight *= stage_ratio(stages, ++l)) {
        total += weight;
        if (l < limit)
            stages->below[(int64_t)l] = weight;
        else
            beyond += weight;
        if (l >= limit && stage_ratio(stages, l + 1) < 1 && weight < 1e-19 * beyond)
            break;
    }
    *stored = beyond;
    return total;
}

/* The same downwards from l - 1 to 0, weight = w_l. Beyond grows by what has no position. */
static double stages_down(const struct stages *stages, double l, double weight, double *beyond)
{
    double total = 0;
    while (l >= 1 && weight > 0) {
        weight /= stage_ratio(stages, l);
        --l;
        total += weight;
        if (l < (double)stages->places)
            stages->below[(int64_t)l] = weight;
        else
            *beyond += weight;
    }
    return total;
}

/* Fills below[] and above[] for time t. */
static void stages_solve(struct stages *stages, double t)
{
    double first = (stages->n + stages->own * stages->g) * t, stays = exp(-stages->g * t);
    double mode = floor(fmax(0, (stages->n + (stages->own - 1) * stages->g) * stages->e / stays));
    double limit = (double)stages->places, total = 1, beyond = 1;
    memset(stages->below, 0, ((size_t)stages->places + 1) * sizeof *stages->below);
    if (first < 600 && (mode > limit || stays < 0.01)) {
        /*
         * w_0 is known, and the sum of all is 1. Most of it lies beyond the positions that exist (or w
         * falls too slowly).
         */
        double weight = exp(-first);
        for (int64_t l = 0; l < stages->places; weight *= stage_ratio(stages, (double)++l)) {
            stages->below[l] = weight;
            beyond -= weight;
        }
    } else if (mode <= 50 * limit + 1e6 && stays > 1e-10) {
        total = stages_up(stages, mode, 1, &beyond);
        total += stages_down(stages, mode, 1, &beyond);
    } /* else: nobody waits that long, to within exp(-30) of those who wait at all */
    beyond = fmax(0, beyond);
    stages->above[stages->places] = beyond / total;
    for (int64_t l = stages->places; l-- > 0;)
        stages->above[l] = stages->above[l + 1] + stages->below[l] / total;
    double sum = 0;
    for (int64_t l = 0; l <= stages->places; ++l) {
        double weight = stages->below[l] / total;
        stages->below[l] = sum;
        sum += weight;
    }
}

/* p[j] = P(all busy, j waiting), j = 0 ... places, from the most likely state outwards. */
static void queue_states(const struct sc_states *states, double *p)
{
    double n = (double)states->agents, a = states->load, g = states->giving_up;
    int64_t top = a <= n ? 0 : g > 0 ? (int64_t)fmin((double)states->places, (a - n) / g) : states->places;
    double sum = p[top] = 1;
    for (int64_t j = top; j > 0; --j)
        sum += p[j - 1] = p[j] * (n + (double)j * g) / a;
    for (int64_t j = top + 1; j <= states->places; ++j)
        sum += p[j] = p[j - 1] * a / (n + (double)j * g);
    double scale = (states->edge + states->waiting) / sum;
    for (int64_t j = 0; j <= states->places; ++j)
        p[j] *= scale;
}

static enum sc_code tail_limited(const struct sc_states *states, double t, struct sc_states_tail *tail,
                                 struct sc_error *error)
{
    size_t size = (size_t)states->places + 1;
    double n = (double)states->agents, a = states->load, g = states->giving_up;
    double *memory = malloc(3 * size * sizeof *memory);
    if (!memory)
        return sc_error_memory(error);
    double *p = memory + 2 * size;
    struct stages stages = {.n = n, .g = g, .e = g > 0 ? -expm1(-g * t) / g : t, .own = 1, .places = states->places,
                            .below = memory, .above = memory + size};
    double within = 0, later = 0, waiting_later = 0;
    queue_states(states, p);
    stages_solve(&stages, t);
    for (int64_t i = 1; i <= states->places; ++i) {
        within += p[i] * stages.above[i];
        later += p[i] * stages.below[i];
    }
    tail->served_within = n / a * within;
    tail->served_later = n / a * later;
    tail->lost_within = tail->lost_later = 0;
    if (g > 0) {
        stages.own = 0;
        stages_solve(&stages, t);
        for (int64_t i = 1; i <= states->places; ++i)
            waiting_later += p[i - 1] * stages.below[i];
        double lost = g / a * states->queue_mean;
        tail->lost_later = fmin(lost, fmax(0, exp(-g * t) * waiting_later - tail->served_later));
        tail->lost_within = lost - tail->lost_later;
    }
    free(memory);
    return SC_OK;
}

enum sc_code sc_states_tail(const struct sc_states *states, double t, struct sc_states_tail *tail,
                            struct sc_error *error)
{
    if (states->places == 0)
        *tail = (struct sc_states_tail){0};
    else if (states->places != SC_ERLANG_UNLIMITED)
        return tail_limited(states, t, tail, error);
    else if (states->giving_up == 0)
        tail_geometric(states, t, tail);
    else if (states->agents == 0)
        tail_nobody(states, t, tail);
    else
        tail_unlimited(states, t, tail);
    return SC_OK;
}

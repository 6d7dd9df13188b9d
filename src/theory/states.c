/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "theory/states.h"

#include "staffcast/erlang.h"
#include "theory/quadrature.h"

#include <gsl/gsl_sf_log.h>

#include <math.h>
#include <stdbool.h>

/* Where a series would take more steps than this, the integral is faster. */
static const double SERIES_STEPS = 3000;

/* What a sum leaves out, relative to it: below the last digit, also of second moments. */
static const double REST = 1e-19;

/* Terms above this are scaled down, so that no sum overflows. */
static const double BIG = 1e200;

/* exp(-SAFE) and exp(SAFE) are far inside the range of a double. */
static const double SAFE = 600;

double sc_curve(double d)
{
    if (fabs(d) > 0.1)
        return d + expm1(-d);
    double sum = 0;
    for (int k = 12; k > 2; --k)
        sum = (1 + sum) * -d / k;
    return 0.5 * d * d * (1 + sum);
}

/* ------------------------------------------------------------------------------------------------------------ */
/* Free agents: S = n * integral of (1 + t)^(n - 1) exp(-a t). */

struct free_shape {
    double power, slope; /* exponent: power * (log(1 + x) - x) - slope * x */
};

static double free_exponent(double x, const void *context)
{
    const struct free_shape *shape = context;
    if (x <= -1)
        return -INFINITY;
    return shape->power * gsl_sf_log_1plusx_mx(x) - shape->slope * x;
}

static void weigh_one(double x, const void *context, double *weights)
{
    (void)x;
    (void)context;
    weights[0] = 1;
}

static double free_integral(double n, double a)
{
    double power = n - 1, top = 0, stretch = 1, low = 0, slope = a - power;
    if (a < power) {
        /* Peak at 1 + t = power / a; x is measured from it, in units of it. */
        top = -power * gsl_sf_log_1plusx_mx((a - power) / power);
        stretch = power / a;
        low = (a - power) / power;
        slope = 0;
        if (top > 680)
            return INFINITY;
    }
    struct free_shape shape = {.power = power, .slope = slope};
    struct sc_integrand integrand = {free_exponent, weigh_one, &shape, 1, 0};
    double integral;
    sc_quadrature(&integrand, low, INFINITY, 0, 1 / (sqrt(power) + slope), &integral);
    return n * stretch * exp(top) * integral;
}

double sc_states_free_sum(int64_t agents, double load)
{
    double n = (double)agents, sum = 0;
    if (agents == 0)
        return 0;
    if (agents <= 300) {
        double inverse = 1 / load; /* of 0: every sum is infinite, as it should be */
        for (int64_t k = 1; k <= agents; ++k)
            sum = (1 + sum) * ((double)k * inverse);
        return sum;
    }
    if (fmax(0, n - load) + 9 * sqrt(n) > SERIES_STEPS)
        return load > 0 ? free_integral(n, load) : INFINITY;
    double term = 1;
    for (double k = n; k >= 1; --k) {
        double ratio = k / load;
        term *= ratio;
        sum += term;
        if (sum > 1e300)
            return INFINITY;
        if (term * ratio < REST * sum * (1 - ratio))
            break;
    }
    return sum;
}

/* ------------------------------------------------------------------------------------------------------------ */
/* Waiting calls, unlimited lines and patience: an integral over s = virtual wait / mean patience. */

struct wait_shape {
    double x, c; /* a / g, n / g */
    double peak; /* of the density, s >= 0 */
};

/* phi(s) - phi(peak) with phi(s) = x (1 - exp(-s)) - c s, at d = s - peak (small numbers keep their digits). */
static double wait_exponent(double d, const void *context)
{
    const struct wait_shape *shape = context;
    if (shape->peak > 0)
        return -shape->c * sc_curve(d);
    return (shape->x - shape->c) * d - shape->x * sc_curve(d);
}

static struct wait_shape wait_shape_of(const struct sc_states *states)
{
    double n = (double)states->agents, a = states->load;
    return (struct wait_shape){a / states->giving_up, n / states->giving_up, a > n ? log1p((a - n) / n) : 0};
}

static double wait_scale(const struct wait_shape *shape)
{
    return 1 / (sqrt(fmin(shape->x, shape->c)) + fabs(shape->x - shape->c) * (shape->peak > 0 ? 0 : 1) +
                shape->c * 1e-3);
}

double sc_poisson_beyond(double s, double stays, int k)
{
    if (s > 1)
        return 1 - stays * (1 + s + (k == 2 ? s * s / 2 : 0));
    double sum = 0;
    for (int m = 18; m > k; --m)
        sum = (1 + sum) * s / m;
    return stays * (k == 2 ? s * s / 2 : s) * sum;
}

/*
 * Weights: virtual wait; answered, its wait less the peak and square; given up, its wait and square; queue
 * behind a head of that wait, less that at the peak, and square.
 */
static void weigh_moments(double d, const void *context, double *weights)
{
    const struct wait_shape *shape = context;
    double s = shape->peak + d, stays = exp(-s), ahead = -shape->x * exp(-shape->peak) * expm1(-d);
    weights[0] = 1;
    weights[1] = stays;
    weights[2] = stays * d;
    weights[3] = stays * d * d;
    weights[4] = -expm1(-s);
    weights[5] = sc_poisson_beyond(s, stays, 1);
    weights[6] = 2 * sc_poisson_beyond(s, stays, 2);
    weights[7] = stays * ahead;
    weights[8] = stays * ahead * ahead;
}

static void spread_of(double share, double first, double second, double *mean, double *variance)
{
    *mean = first / share;
    *variance = second / share - *mean * *mean;
}

static void solve_integral(struct sc_states *states)
{
    struct wait_shape shape = wait_shape_of(states);
    struct sc_integrand integrand = {wait_exponent, weigh_moments, &shape, 9, 0};
    double n = (double)states->agents, a = states->load, g = states->giving_up, sums[9];
    double top = a > n ? -shape.c * gsl_sf_log_1plusx_mx((a - n) / n) : 0;
    sc_quadrature(&integrand, -shape.peak, INFINITY, 0, wait_scale(&shape), sums);
    double free_sum = sc_states_free_sum(states->agents, a);
    if (isinf(free_sum)) {
        states->free = 1;
        return;
    }
    double free = free_sum * exp(-top), z = free + shape.c * sums[0], density = shape.c / z;
    states->log_top = top;
    states->over_z = density;
    states->free = free / z;
    states->edge = exp(-top) / z;
    states->waiting = a / n * density * sums[1];
    double served = sums[2] / sums[1], behind = sums[7] / sums[1], at_peak = -shape.x * expm1(-shape.peak);
    states->served_mean = (shape.peak + served) / g;
    states->served_variance = (sums[3] / sums[1] - served * served) / (g * g);
    spread_of(sums[4], sums[5] / g, sums[6] / (g * g), &states->lost_mean, &states->lost_variance);
    /* Behind a head who has waited s there is a Poisson number; the head has density (a / n) stays. */
    double queue = 1 + at_peak + behind, idle = states->free + states->edge;
    states->queue_mean = states->waiting * queue;
    states->queue_variance = states->waiting * (at_peak + behind + sums[8] / sums[1] - behind * behind)
                             + states->waiting * idle * queue * queue;
}

/* ------------------------------------------------------------------------------------------------------------ */
/* Waiting calls by direct summation over positions i. */

struct queue_sums {
    double first;  /* q_0 in the scale of the sums */
    double last;   /* q_L; 0 without limit */
    double total;  /* q_1 + ... */
    double joined; /* q_0 ... q_(L-1) */
    double mean, square, served_1, served_2, lost_1, lost_2;
};

static void scale_down(struct queue_sums *sums, double *term)
{
    *term /= BIG;
    double *all[] = {&sums->first, &sums->total, &sums->joined, &sums->mean, &sums->square, &sums->served_1,
                     &sums->served_2, &sums->lost_1, &sums->lost_2};
    for (size_t k = 0; k < sizeof all / sizeof *all; ++k)
        *all[k] /= BIG;
}

/* Always inlined: without moments the compiler drops two thirds of the work. */
static inline __attribute__((always_inline)) void sum_queue(double a, double n, double g, int64_t places,
                                                            bool moments, struct queue_sums *sums)
{
    double term = 1, stage = 0, stage_2 = 0, ladder = 0, ladder_d = 0, ladder_g = 0;
    double limit = places == SC_ERLANG_UNLIMITED ? INFINITY : (double)places;
    *sums = (struct queue_sums){.first = 1};
    for (double i = 1; i <= limit; ++i) {
        double r = 1 / (n + i * g), ratio = a * r;
        sums->joined += term;
        term *= ratio;
        sums->total += term;
        sums->mean += term * i;
        if (moments) {
            /*
             * Sums over m <= i of r_m, its square and m r_m, and the two behind the second moment of
             * those who give up.
             */
            ladder_d += r * (2 * ladder + i * r);
            ladder += i * r;
            ladder_g += i * r * r;
            stage += r;
            stage_2 += r * r;
            sums->square += term * i * i;
            sums->served_1 += term * stage;
            sums->served_2 += term * (stage * stage + stage_2);
            sums->lost_1 += term * ladder;
            sums->lost_2 += term * (ladder_d + ladder_g);
        }
        if (term * ratio < REST * sums->total * (1 - ratio)) {
            for (; ++i <= limit && term > 0 && limit < INFINITY;)
                term *= a / (n + i * g);
            break;
        }
        if (term > BIG)
            scale_down(sums, &term);
    }
    sums->last = limit < INFINITY ? term : 0;
}

static void solve_series(struct sc_states *states, bool moments)
{
    double a = states->load, n = (double)states->agents, g = states->giving_up;
    double free_sum = sc_states_free_sum(states->agents, a);
    if (isinf(free_sum)) {
        states->free = states->joined = 1;
        return;
    }
    struct queue_sums sums;
    if (moments)
        sum_queue(a, n, g, states->places, true, &sums);
    else
        sum_queue(a, n, g, states->places, false, &sums);
    double free = free_sum * sums.first, z = free + sums.first + sums.total;
    states->free = free / z;
    states->edge = sums.first / z;
    states->waiting = sums.total / z;
    states->full = sums.last / z;
    states->joined = states->places == SC_ERLANG_UNLIMITED ? 1 : (free + sums.joined) / z;
    states->queue_mean = sums.mean / z;
    if (!moments)
        return;
    states->queue_variance = sums.square / z - states->queue_mean * states->queue_mean;
    spread_of(sums.total, sums.served_1, sums.served_2, &states->served_mean, &states->served_variance);
    spread_of(sums.mean, sums.lost_1, sums.lost_2, &states->lost_mean, &states->lost_variance);
}

/* Erlang C: the queue is geometric with ratio a / n, the wait of those who wait exponential with rate n - a. */
static void solve_geometric(struct sc_states *states)
{
    double a = states->load, n = (double)states->agents, spare = n - a;
    double free_sum = sc_states_free_sum(states->agents, a), busy = n / spare / (free_sum + n / spare);
    states->free = isinf(free_sum) ? 1 : free_sum / (free_sum + n / spare);
    states->edge = busy * spare / n;
    states->waiting = busy * a / n;
    states->queue_mean = busy * a / spare;
    states->queue_variance = busy * a / (spare * spare) * (n + a - busy * a);
    states->served_mean = 1 / spare;
    states->served_variance = 1 / (spare * spare);
}

/* Nobody serves: calls wait until they give up, so the queue is Poisson (M/M/inf). */
static void solve_nobody(struct sc_states *states)
{
    double mean = states->load / states->giving_up, g = states->giving_up;
    states->edge = exp(-mean);
    states->waiting = -expm1(-mean);
    states->queue_mean = mean;
    states->queue_variance = mean;
    states->lost_mean = 1 / g;
    states->lost_variance = 1 / (g * g);
}

static bool series_is_best(double a, double n, double g)
{
    double growth = a > n ? -n / g * gsl_sf_log_1plusx_mx((a - n) / n) : 0;
    double steps = fmax(0, a - n) / g + 9 * sqrt(fmin(a, n) / g) + 50;
    if (a < n)
        steps = fmin(steps, 50 / (1 - a / n));
    return growth < SAFE && steps < SERIES_STEPS;
}

void sc_states_solve(double load, double giving_up, int64_t agents, int64_t places, bool moments,
                     struct sc_states *states)
{
    *states = (struct sc_states){.load = load, .giving_up = giving_up, .agents = agents, .places = places,
                                 .route = SC_STATES_SERIES, .joined = 1};
    if (places != SC_ERLANG_UNLIMITED) {
        solve_series(states, moments);
    } else if (giving_up == 0) {
        states->route = SC_STATES_CLOSED;
        solve_geometric(states);
    } else if (agents == 0) {
        states->route = SC_STATES_CLOSED;
        solve_nobody(states);
    } else if (series_is_best(load, (double)agents, giving_up)) {
        solve_series(states, moments);
    } else {
        states->route = SC_STATES_INTEGRAL;
        solve_integral(states);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Durations are often recorded in whole seconds, so tens of thousands of them take a few hundred values: all sums run
 * over the distinct times, weighted by how many events and censorings fall on each.
 *
 * The exponential has a closed form. Each other law has two parameters, of which one is found from the other
 * (Weibull) or both by the simplex of Nelder and Mead (1965) on their logarithms, where every point is allowed. The
 * simplex is started afresh at what it found, because it may stall. A logarithm is found to 10^-6, near what the
 * likelihood's last digits can tell.
 */
#include "staffcast/fit.h"

#include <gsl/gsl_multimin.h>
#include <gsl/gsl_sf.h>
#include <math.h>
#include <stdlib.h>

struct tally {
    size_t times;
    double *time, *events, *censored;
    double event_count;
    double total_time;
};

const char *sc_fit_law_name(enum sc_fit_law law)
{
    static const char *const names[SC_FIT_LAWS] = {"exponential", "weibull", "lognormal", "gamma"};
    return names[law];
}

/* log P(T > t) of a gamma law. Beyond the reach of doubles: the leading terms of its asymptotic series. */
static double gamma_log_survival(double shape, double x)
{
    double survival = gsl_sf_gamma_inc_Q(shape, x);
    if (survival > 1e-290)
        return log(survival);
    return (shape - 1) * log(x) - x - gsl_sf_lngamma(shape) + log1p((shape - 1) / x);
}

double sc_fit_log_survival(const struct sc_fit *fit, double time)
{
    if (time <= 0)
        return 0;
    double x = time / fit->scale;
    switch (fit->law) {
    case SC_FIT_WEIBULL:
        return -pow(x, fit->shape);
    case SC_FIT_LOGNORMAL:
        return gsl_sf_log_erfc(log(x) / fit->shape * M_SQRT1_2) - M_LN2;
    case SC_FIT_GAMMA:
        return gamma_log_survival(fit->shape, x);
    default:
        return -x;
    }
}

double sc_fit_survival(const struct sc_fit *fit, double time)
{
    return exp(sc_fit_log_survival(fit, time));
}

double sc_fit_log_density(const struct sc_fit *fit, double time)
{
    double x = time / fit->scale, log_x = log(x), z;
    switch (fit->law) {
    case SC_FIT_WEIBULL:
        return log(fit->shape / fit->scale) + (fit->shape - 1) * log_x - pow(x, fit->shape);
    case SC_FIT_LOGNORMAL:
        z = log_x / fit->shape;
        return -0.5 * z * z - log(fit->shape * time) - 0.5 * log(2 * M_PI);
    case SC_FIT_GAMMA:
        return (fit->shape - 1) * log_x - x - log(fit->scale) - gsl_sf_lngamma(fit->shape);
    default:
        return -log(fit->scale) - x;
    }
}

static double log_likelihood(const struct sc_fit *fit, const struct tally *tally)
{
    double sum = 0;
    for (size_t i = 0; i < tally->times; i++) {
        if (tally->events[i] > 0)
            sum += tally->events[i] * sc_fit_log_density(fit, tally->time[i]);
        if (tally->censored[i] > 0)
            sum += tally->censored[i] * sc_fit_log_survival(fit, tally->time[i]);
    }
    return sum;
}

/* Sorted spells, so equal times are neighbours. */
static enum sc_code tally_make(const struct sc_spell *spells, size_t count, struct tally *tally, struct sc_error *error)
{
    double *block = calloc(3 * count, sizeof *block);
    if (!block)
        return sc_error_memory(error);
    *tally = (struct tally){.time = block, .events = block + count, .censored = block + 2 * count};
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || spells[i].time != spells[i - 1].time)
            tally->time[tally->times++] = spells[i].time;
        if (spells[i].event)
            tally->events[tally->times - 1]++;
        else
            tally->censored[tally->times - 1]++;
        tally->event_count += spells[i].event;
        tally->total_time += spells[i].time;
    }
    return SC_OK;
}

static enum sc_code tally_check(const struct tally *tally, enum sc_fit_law law, struct sc_error *error)
{
    size_t distinct = 0;
    for (size_t i = 0; i < tally->times; i++)
        distinct += tally->events[i] > 0;
    if (tally->time[0] == 0 && tally->events[0] > 0)
        return sc_error_set(error, SC_INPUT, "%g of the spells ended at time 0; a law needs times above 0",
                            tally->events[0]);
    if (distinct < 1 || (law != SC_FIT_EXPONENTIAL && distinct < 2))
        return sc_error_set(error, SC_INPUT, "the spells ended at %zu different time%s; the %s law needs at least %d",
                            distinct, distinct == 1 ? "" : "s", sc_fit_law_name(law),
                            law == SC_FIT_EXPONENTIAL ? 1 : 2);
    return SC_OK;
}

/*
 * The score of the Weibull shape k after the scale is eliminated (Kalbfleisch and Prentice 2002, section 3.4):
 * d / k + sum_events ln t - d sum t^k ln t / sum t^k, strictly decreasing. Times are divided by the largest one.
 */
static double weibull_score(double shape, const struct tally *tally, double *power_mean)
{
    double largest = tally->time[tally->times - 1], sum = 0, sum_log = 0, log_events = 0;
    for (size_t i = 0; i < tally->times; i++) {
        if (tally->time[i] == 0)
            continue;
        double log_time = log(tally->time[i] / largest);
        double power = (tally->events[i] + tally->censored[i]) * exp(shape * log_time);
        sum += power;
        sum_log += power * log_time;
        log_events += tally->events[i] * log_time;
    }
    *power_mean = sum / tally->event_count;
    return tally->event_count / shape + log_events - tally->event_count * sum_log / sum;
}

static enum sc_code weibull_fit(const struct tally *tally, struct sc_fit *fit, struct sc_error *error)
{
    double low = log(1e-3), high = log(1e3), power_mean;
    if (weibull_score(exp(low), tally, &power_mean) < 0 || weibull_score(exp(high), tally, &power_mean) > 0)
        return sc_error_set(error, SC_NUMERIC, "the weibull law has no shape between 0.001 and 1000 that fits");
    for (int step = 0; step < 100; step++) {
        double middle = 0.5 * (low + high);
        if (weibull_score(exp(middle), tally, &power_mean) > 0)
            low = middle;
        else
            high = middle;
    }
    fit->shape = exp(0.5 * (low + high));
    weibull_score(fit->shape, tally, &power_mean);
    fit->scale = tally->time[tally->times - 1] * pow(power_mean, 1 / fit->shape);
    return SC_OK;
}

struct simplex_task {
    const struct tally *tally;
    enum sc_fit_law law;
};

static double simplex_objective(const gsl_vector *at, void *data)
{
    const struct simplex_task *task = data;
    struct sc_fit trial = {.law = task->law, .shape = exp(gsl_vector_get(at, 0)), .scale = exp(gsl_vector_get(at, 1))};
    double value = -log_likelihood(&trial, task->tally) / task->tally->event_count;
    return isfinite(value) ? value : 1e100;
}

static enum sc_code simplex_run(gsl_multimin_fminimizer *minimizer, gsl_multimin_function *function, gsl_vector *at,
                                struct sc_error *error)
{
    gsl_vector *steps = gsl_vector_alloc(2);
    if (!steps)
        return sc_error_memory(error);
    for (int start = 0; start < 2 && error->code == SC_OK; start++) {
        gsl_vector_set_all(steps, start ? 0.01 : 0.3);
        gsl_multimin_fminimizer_set(minimizer, function, at, steps);
        int status = GSL_CONTINUE;
        for (int round = 0; round < 1000 && status == GSL_CONTINUE; round++) {
            if (gsl_multimin_fminimizer_iterate(minimizer) != GSL_SUCCESS)
                break;
            status = gsl_multimin_test_size(gsl_multimin_fminimizer_size(minimizer), start ? 1e-6 : 1e-3);
        }
        gsl_vector_memcpy(at, gsl_multimin_fminimizer_x(minimizer));
        if (status != GSL_SUCCESS || gsl_multimin_fminimizer_minimum(minimizer) >= 1e100)
            sc_error_set(error, SC_NUMERIC, "the likelihood has no maximum that could be found; use another law");
    }
    gsl_vector_free(steps);
    return error->code;
}

static enum sc_code simplex_fit(const struct tally *tally, enum sc_fit_law law, struct sc_fit *fit,
                                struct sc_error *error)
{
    struct simplex_task task = {tally, law};
    gsl_multimin_function function = {simplex_objective, 2, &task};
    gsl_multimin_fminimizer *minimizer = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, 2);
    gsl_vector *at = gsl_vector_alloc(2);
    if (!minimizer || !at) {
        sc_error_memory(error);
        goto done;
    }
    /* the exponential that fits is the start: it has the right scale, and gamma contains it */
    double mean = tally->total_time / tally->event_count;
    gsl_vector_set(at, 0, 0);
    gsl_vector_set(at, 1, log(law == SC_FIT_LOGNORMAL ? mean * M_LN2 : mean));
    if (simplex_run(minimizer, &function, at, error) != SC_OK)
        goto done;
    fit->shape = exp(gsl_vector_get(at, 0));
    fit->scale = exp(gsl_vector_get(at, 1));
done:
    if (minimizer)
        gsl_multimin_fminimizer_free(minimizer);
    if (at)
        gsl_vector_free(at);
    return error->code;
}

static void moments_fill(struct sc_fit *fit)
{
    double first, ratio; /* ratio = E T^2 / (E T)^2 */
    switch (fit->law) {
    case SC_FIT_WEIBULL:
        first = gsl_sf_lngamma(1 + 1 / fit->shape);
        fit->mean = fit->scale * exp(first);
        fit->cv = sqrt(expm1(gsl_sf_lngamma(1 + 2 / fit->shape) - 2 * first));
        break;
    case SC_FIT_LOGNORMAL:
        ratio = fit->shape * fit->shape;
        fit->mean = fit->scale * exp(0.5 * ratio);
        fit->cv = sqrt(expm1(ratio));
        break;
    case SC_FIT_GAMMA:
        fit->mean = fit->shape * fit->scale;
        fit->cv = 1 / sqrt(fit->shape);
        break;
    default:
        fit->mean = fit->scale;
        fit->cv = 1;
    }
}

/*
 * The fit is continuous and the curve a step function, so the largest gap is at a step, on one side of it. The tail of
 * the curve, where hardly anybody is left, is noise and not looked at.
 */
static double curve_distance(const struct sc_fit *fit, const struct sc_survival *curve)
{
    double largest = 0, before = 1, least = 1;
    if (curve->events < curve->spells)
        least = fmin(SC_FIT_LEAST_AT_RISK, 0.25 * (double)curve->spells);
    for (size_t i = 0; i < curve->steps && curve->at_risk[i] >= least; i++) {
        double here = sc_fit_survival(fit, curve->time[i]);
        largest = fmax(largest, fmax(fabs(here - before), fabs(here - curve->survival[i])));
        before = curve->survival[i];
    }
    return largest;
}

enum sc_code sc_fit_one(struct sc_spell *spells, size_t count, enum sc_fit_law law, struct sc_fit *fit,
                        struct sc_error *error)
{
    struct sc_survival curve;
    struct tally tally = {0};
    struct sc_fit made = {.law = law, .shape = 1};
    if (sc_survival_estimate(spells, count, &curve, error) != SC_OK)
        return error->code;
    if (tally_make(spells, count, &tally, error) != SC_OK || tally_check(&tally, law, error) != SC_OK)
        goto done;
    if (law == SC_FIT_EXPONENTIAL)
        made.scale = tally.total_time / tally.event_count;
    else if (law == SC_FIT_WEIBULL)
        weibull_fit(&tally, &made, error);
    else
        simplex_fit(&tally, law, &made, error);
    if (error->code != SC_OK)
        goto done;
    moments_fill(&made);
    made.log_likelihood = log_likelihood(&made, &tally);
    made.aic = 2 * (law == SC_FIT_EXPONENTIAL ? 1 : 2) - 2 * made.log_likelihood;
    made.distance = curve_distance(&made, &curve);
    *fit = made;
done:
    free(tally.time); /* one block holds all three arrays */
    sc_survival_release(&curve);
    return error->code;
}

enum sc_code sc_fit_all(struct sc_spell *spells, size_t count, struct sc_fit *fits, size_t *best,
                        struct sc_error *error)
{
    struct sc_fit made[SC_FIT_LAWS];
    size_t smallest = 0;
    for (int law = 0; law < SC_FIT_LAWS; law++) {
        if (sc_fit_one(spells, count, (enum sc_fit_law)law, &made[law], error) != SC_OK)
            return error->code;
        if (made[law].aic < made[smallest].aic)
            smallest = (size_t)law;
    }
    for (int law = 0; law < SC_FIT_LAWS; law++)
        fits[law] = made[law];
    *best = smallest;
    return SC_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "theory/law.h"

#include "theory/root.h"
#include "theory/states.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

#include <math.h>

/* log(1 + cv^2) of a Weibull law of shape k, less that wanted. */
static double weibull_excess(double k, void *context)
{
    const double *wanted = context;
    return gsl_sf_lngamma(1 + 2 / k) - 2 * gsl_sf_lngamma(1 + 1 / k) - *wanted;
}

static enum sc_code weibull_make(const struct sc_law *law, struct sc_law_shape *shape, struct sc_error *error)
{
    double wanted = log1p(law->cv * law->cv);
    struct sc_root_end low = {0.05, weibull_excess(0.05, &wanted)}, high = {1000, weibull_excess(1000, &wanted)};
    if (!(low.value > 0 && high.value < 0))
        return sc_error_set(error, SC_NUMERIC, "no weibull law has cv %g; from 0.002 to 400000", law->cv);
    sc_root_narrow(weibull_excess, &wanted, &low, &high);
    shape->shape = low.x;
    shape->scale = law->mean_s / gsl_sf_gamma(1 + 1 / shape->shape);
    shape->second = shape->scale * shape->scale * gsl_sf_gamma(1 + 2 / shape->shape);
    return SC_OK;
}

enum sc_code sc_law_shape_make(const struct sc_law *law, struct sc_law_shape *shape, struct sc_error *error)
{
    *shape = (struct sc_law_shape){.law = law, .kind = law->kind};
    bool spread = law->kind == SC_LAW_LOGNORMAL || law->kind == SC_LAW_GAMMA || law->kind == SC_LAW_WEIBULL;
    if (spread && law->cv == 0) {
        shape->kind = SC_LAW_FIXED;
        return SC_OK;
    }
    double cv_2 = law->cv * law->cv;
    switch (law->kind) {
    case SC_LAW_LOGNORMAL:
        shape->shape = sqrt(log1p(cv_2));
        shape->scale = log(law->mean_s) - 0.5 * log1p(cv_2);
        shape->second = law->mean_s * law->mean_s * (1 + cv_2);
        break;
    case SC_LAW_ERLANG:
        shape->kind = SC_LAW_GAMMA;
        shape->shape = law->k;
        shape->scale = law->mean_s / law->k;
        break;
    case SC_LAW_GAMMA:
        shape->shape = 1 / cv_2;
        shape->scale = law->mean_s * cv_2;
        break;
    case SC_LAW_WEIBULL:
        return weibull_make(law, shape, error);
    default:
        break;
    }
    return SC_OK;
}

static void exponential_parts(double mean, double t, struct sc_law_parts *parts)
{
    double x = t / mean;
    parts->above = exp(-x);
    parts->below = -expm1(-x);
    parts->first = mean * sc_poisson_beyond(x, parts->above, 1);
    parts->second = 2 * mean * mean * sc_poisson_beyond(x, parts->above, 2);
    parts->lived = mean * parts->below;
}

static void gamma_parts(double k, double scale, double t, struct sc_law_parts *parts)
{
    double x = t / scale;
    parts->above = gsl_cdf_gamma_Q(x, k, 1);
    parts->below = gsl_cdf_gamma_P(x, k, 1);
    parts->first = k * scale * gsl_cdf_gamma_P(x, k + 1, 1);
    parts->second = k * (k + 1) * scale * scale * gsl_cdf_gamma_P(x, k + 2, 1);
}

static void lognormal_parts(const struct sc_law_shape *shape, double t, struct sc_law_parts *parts)
{
    double sigma = shape->shape, z = (log(t) - shape->scale) / sigma;
    parts->above = gsl_cdf_ugaussian_Q(z);
    parts->below = gsl_cdf_ugaussian_P(z);
    parts->first = shape->law->mean_s * gsl_cdf_ugaussian_P(z - sigma);
    parts->second = shape->second * gsl_cdf_ugaussian_P(z - 2 * sigma);
}

static void weibull_parts(const struct sc_law_shape *shape, double t, struct sc_law_parts *parts)
{
    double x = pow(t / shape->scale, shape->shape);
    parts->above = exp(-x);
    parts->below = -expm1(-x);
    parts->first = shape->law->mean_s * gsl_cdf_gamma_P(x, 1 + 1 / shape->shape, 1);
    parts->second = shape->second * gsl_cdf_gamma_P(x, 1 + 2 / shape->shape, 1);
}

/* Adds a linear density, `height` at `from` and `height + slope * u` at from + u, over u in [0, length]. */
static void linear_parts(double from, double height, double slope, double length, struct sc_law_parts *parts)
{
    double l2 = length * length / 2, l3 = length * length * length / 3, l4 = length * length * length * length / 4;
    double mass = height * length + slope * l2, first = height * l2 + slope * l3, second = height * l3 + slope * l4;
    parts->below += mass;
    parts->first += from * mass + first;
    parts->second += from * from * mass + 2 * from * first + second;
}

static void bounded_parts(const struct sc_law *law, bool triangular, double t, struct sc_law_parts *parts)
{
    double low = law->min_s, high = law->max_s, width = high - low, at = fmin(t, high);
    *parts = (struct sc_law_parts){0};
    if (!triangular) {
        if (at > low)
            linear_parts(low, 1 / width, 0, at - low, parts);
    } else {
        double mode = law->mode_s, top = 2 / width;
        if (at > low && mode > low)
            linear_parts(low, 0, top / (mode - low), fmin(at, mode) - low, parts);
        if (at > mode && high > mode)
            linear_parts(mode, top, -top / (high - mode), at - mode, parts);
    }
    parts->above = t >= high ? 0 : 1 - parts->below;
}

/* Samples at or below t count as gone. */
static void empirical_parts(const struct sc_law *law, double t, struct sc_law_parts *parts)
{
    *parts = (struct sc_law_parts){0};
    size_t gone = 0;
    for (; gone < law->samples && law->sample_s[gone] <= t; ++gone) {
        parts->first += law->sample_s[gone];
        parts->second += law->sample_s[gone] * law->sample_s[gone];
    }
    double all = (double)law->samples;
    parts->below = (double)gone / all;
    parts->above = (all - (double)gone) / all;
    parts->first /= all;
    parts->second /= all;
}

void sc_law_parts(const struct sc_law_shape *shape, double t, struct sc_law_parts *parts)
{
    const struct sc_law *law = shape->law;
    *parts = (struct sc_law_parts){.above = 1};
    if (t <= 0)
        return;
    switch (shape->kind) {
    case SC_LAW_EXPONENTIAL:
        exponential_parts(law->mean_s, t, parts);
        return;
    case SC_LAW_GAMMA:
        gamma_parts(shape->shape, shape->scale, t, parts);
        break;
    case SC_LAW_LOGNORMAL:
        lognormal_parts(shape, t, parts);
        break;
    case SC_LAW_WEIBULL:
        weibull_parts(shape, t, parts);
        break;
    case SC_LAW_UNIFORM:
    case SC_LAW_TRIANGULAR:
        bounded_parts(law, shape->kind == SC_LAW_TRIANGULAR, t, parts);
        break;
    case SC_LAW_EMPIRICAL:
        empirical_parts(law, t, parts);
        break;
    case SC_LAW_FIXED:
        if (t >= law->mean_s)
            *parts = (struct sc_law_parts){.below = 1, .first = law->mean_s, .second = law->mean_s * law->mean_s};
        break;
    default:
        break; /* for ever */
    }
    parts->lived = parts->first + t * parts->above;
}

size_t sc_law_breaks(const struct sc_law_shape *shape)
{
    switch (shape->kind) {
    case SC_LAW_FIXED:
        return 1;
    case SC_LAW_UNIFORM:
        return 2;
    case SC_LAW_TRIANGULAR:
        return 3;
    case SC_LAW_EMPIRICAL:
        return shape->law->samples;
    default:
        return 0;
    }
}

double sc_law_break(const struct sc_law_shape *shape, size_t k)
{
    const struct sc_law *law = shape->law;
    if (shape->kind == SC_LAW_FIXED)
        return law->mean_s;
    if (shape->kind == SC_LAW_EMPIRICAL)
        return law->sample_s[k];
    if (shape->kind == SC_LAW_TRIANGULAR && k == 1)
        return law->mode_s;
    return k == 0 ? law->min_s : law->max_s;
}

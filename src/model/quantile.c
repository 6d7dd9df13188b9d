/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/quantile.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_sf_gamma.h>

#include <math.h>
#include <stddef.h>

/* A law of mean 1 as the value that leaves probability q below it (lower) or above it (upper). */
struct law {
    enum sc_law_kind kind;
    double shape;     /* of gamma and Weibull */
    double log_sd;    /* of lognormal */
    double unit_mean; /* of a Weibull of scale 1 */
};

/* GSL's inverse does not converge for some shapes of a thousand and more (a cv below 0.03); its distribution function
   does, and is bisected there. */
static double gamma_quantile(double q, bool upper, double shape)
{
    double value = upper ? gsl_cdf_gamma_Qinv(q, shape, 1.0) : gsl_cdf_gamma_Pinv(q, shape, 1.0);
    if (isfinite(value))
        return value;
    double low = fmax(0.0, shape - 40.0 * sqrt(shape)), high = shape + 40.0 * sqrt(shape);
    for (double middle = 0.5 * (low + high); shape >= 400.0 && middle > low && middle < high;
         middle = 0.5 * (low + high)) {
        bool below = upper ? gsl_cdf_gamma_Q(middle, shape, 1.0) > q : gsl_cdf_gamma_P(middle, shape, 1.0) < q;
        *(below ? &low : &high) = middle;
        value = middle;
    }
    return value;
}

static double law_value(const struct law *law, double q, bool upper)
{
    switch (law->kind) {
    case SC_LAW_EXPONENTIAL:
        return upper ? -log(q) : -log1p(-q);
    case SC_LAW_LOGNORMAL: {
        double z = upper ? gsl_cdf_ugaussian_Qinv(q) : gsl_cdf_ugaussian_Pinv(q);
        return exp(law->log_sd * (z - 0.5 * law->log_sd));
    }
    case SC_LAW_GAMMA:
    case SC_LAW_ERLANG:
        return gamma_quantile(q, upper, law->shape) / law->shape;
    case SC_LAW_WEIBULL:
        return pow(upper ? -log(q) : -log1p(-q), 1.0 / law->shape) / law->unit_mean;
    default:
        return upper ? gsl_cdf_ugaussian_Qinv(q) : gsl_cdf_ugaussian_Pinv(q);
    }
}

/* 30 significant bits: see the head of the header. */
static double round_node(double value)
{
    int exponent;
    double fraction = frexp(value, &exponent);
    return ldexp(nearbyint(ldexp(fraction, 30)), exponent - 30);
}

/* The cubic through the values at the Chebyshev–Lobatto nodes 0, 1/4, 3/4, 1 (both ends: neighbours join), by Newton's
   divided differences. */
static struct sc_quantile_cubic cubic_through(const double y[4])
{
    static const double node[4] = {0.0, 0.25, 0.75, 1.0};
    double d[4] = {y[0], y[1], y[2], y[3]};
    for (int k = 1; k < 4; k++)
        for (int i = 3; i >= k; i--)
            d[i] = (d[i] - d[i - 1]) / (node[i] - node[i - k]);
    struct sc_quantile_cubic cubic = {{d[3], 0.0, 0.0, 0.0}};
    for (int k = 2; k >= 0; k--) {
        for (int i = 3; i > 0; i--)
            cubic.c[i] = cubic.c[i - 1] - node[k] * cubic.c[i];
        cubic.c[0] = d[k] - node[k] * cubic.c[0];
    }
    return cubic;
}

static double cubic_mean(const struct sc_quantile_cubic *cubic)
{
    return cubic->c[0] + cubic->c[1] / 2 + cubic->c[2] / 3 + cubic->c[3] / 4;
}

/* Fills the table; the integral over all probabilities, which is the mean of what is drawn, goes to *mean. */
static bool table_fill(struct sc_quantile_table *table, const struct law *law, double *mean)
{
    static const double node[4] = {0.0, 0.25, 0.75, 1.0};
    *mean = 0.0;
    for (int half = 0; half < 2; half++)
        for (int octave = 0; octave <= SC_QUANTILE_OCTAVES; octave++) {
            bool last = octave == SC_QUANTILE_OCTAVES;
            double low = last ? 0.0 : ldexp(0.5, -(octave + 1));
            double width = ldexp(0.5, last ? -octave : -(octave + 1)) / SC_QUANTILE_CELLS;
            for (int j = 0; j < SC_QUANTILE_CELLS; j++) {
                double y[4];
                for (int i = 0; i < 4; i++) {
                    /* The very end may be infinite: the open cell stops a thousandth of its width short. */
                    double q = fmax(low + (j + node[i]) * width, 1e-3 * width);
                    y[i] = round_node(law_value(law, q, half == 1));
                    if (!isfinite(y[i]))
                        return false;
                }
                table->cell[half][octave][j] = cubic_through(y);
                *mean += width * cubic_mean(&table->cell[half][octave][j]);
            }
        }
    return true;
}

static double weibull_cv_excess(double shape, void *cv)
{
    double log_mean = gsl_sf_lngamma(1.0 + 1.0 / shape);
    return sqrt(expm1(gsl_sf_lngamma(1.0 + 2.0 / shape) - 2.0 * log_mean)) - *(double *)cv;
}

enum sc_code sc_weibull_shape(double cv, double *shape, double *unit_mean, struct sc_error *error)
{
    gsl_function excess = {weibull_cv_excess, &cv};
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    if (!solver)
        return sc_error_memory(error);
    enum sc_code code = SC_OK;
    double low = 0.05, high = 1e4; /* cv from about 10^5 down to 10^-4 */
    if (gsl_root_fsolver_set(solver, &excess, low, high) != GSL_SUCCESS) {
        code =
            sc_error_set(error, SC_NUMERIC, "no weibull law has a cv of %g; between 0.001 and 1000 there is one", cv);
        goto done;
    }
    for (int i = 0; i < 200; i++) {
        gsl_root_fsolver_iterate(solver);
        low = gsl_root_fsolver_x_lower(solver);
        high = gsl_root_fsolver_x_upper(solver);
        if (gsl_root_test_interval(low, high, 0.0, 1e-14) == GSL_SUCCESS)
            break;
    }
    *shape = gsl_root_fsolver_root(solver);
    *unit_mean = gsl_sf_gamma(1.0 + 1.0 / *shape);
done:
    gsl_root_fsolver_free(solver);
    return code;
}

enum sc_code sc_quantile_build(struct sc_quantile_table *table, enum sc_law_kind kind, double cv,
                               struct sc_error *error)
{
    struct law law = {.kind = kind};
    if (kind == SC_LAW_LOGNORMAL) {
        law.log_sd = sqrt(log1p(cv * cv));
    } else if (kind == SC_LAW_GAMMA || kind == SC_LAW_ERLANG) {
        law.shape = 1.0 / (cv * cv);
    } else if (kind == SC_LAW_WEIBULL) {
        enum sc_code code = sc_weibull_shape(cv, &law.shape, &law.unit_mean, error);
        if (code != SC_OK)
            return code;
    }
    double mean;
    if (!table_fill(table, &law, &mean) || fabs(mean - 1.0) > 1e-5)
        return sc_error_set(error, SC_NUMERIC, "the law with cv %g cannot be tabulated; use %s", cv,
                            cv < 0.1 ? "0, or at least 0.005" : "a smaller cv");
    return SC_OK;
}

enum sc_code sc_quantile_build_normal(struct sc_quantile_table *table, struct sc_error *error)
{
    struct law law = {.kind = SC_LAW_NONE};
    double mean;
    if (!table_fill(table, &law, &mean) || fabs(mean) > 1e-9)
        return sc_error_set(error, SC_NUMERIC, "the normal law cannot be tabulated");
    return SC_OK;
}

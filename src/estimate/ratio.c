/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ratio estimators from streamed moments.
 *
 * With residuals e_i = y_i - R x_i the studentised ratio is T = sqrt(n) mean(e) / (s mean(x)) about the true R.
 * Days are skewed: one bad day in a month holds half of its abandonments, so T is far from Student's t and its
 * usual interval misses the truth on one side. Hall (1992) undoes the skewness by a monotone cubic: where
 *     P(T <= t) = Phi(t) + n^(-1/2) (a t^2 + b) phi(t) + O(1/n)
 * the variable g(T) = T + n^(-1/2) (a T^2 + b) + n^(-1) a^2 T^3 / 3 is symmetric to that order, g' >= 0, and
 *     g^(-1)(z) = 3 u / (c^2 + c + 1),   u = z - b / sqrt(n),   c = cbrt(1 + 3 a u / sqrt(n)),
 * with a = G / 3 and b = G / 6, G the skewness of the residuals.
 *
 * Four things were measured on days of small call centres (see tests/validate/test_coverage_long.c):
 *  - The skewness of few observations is noise where it is small and far too small where it is large, for the days
 *    that make it are rare. G = g r (1 + r / 2) with r = g^2 / (g^2 + 1 / n) of the sample's g answers both.
 *  - g^(-1) stretches by 4 at most, at c = -1/2; past that a larger skewness would shorten the long side again, so
 *    c stops there.
 *  - Large days pull R towards themselves and so hide a part of their own residual. The jackknife puts it back:
 *    e^2 / (1 - x / sum x)^2 (Quenouille 1956), here to the first order in x / sum x.
 *  - A ratio's T has a further term of the same order, -cov(e, x) / (s mean(x)) in a. It is left out: where
 *    skewness is mild it changes nothing, where it is strong coverage is better without.
 */
#include "staffcast/estimate.h"

#include "estimate/interval.h"

#include <gsl/gsl_cdf.h>

#include <math.h>

void sc_moments_add(struct sc_moments *m, double y, double x)
{
    if (m->count++ == 0) {
        m->y0 = y;
        m->x0 = x;
        return;
    }
    y -= m->y0;
    x -= m->x0;
    double yy = y * y, yx = y * x, xx = x * x;
    m->y += y;
    m->x += x;
    m->yy += yy;
    m->yx += yx;
    m->xx += xx;
    m->yyy += yy * y;
    m->yyx += yy * x;
    m->yxx += yx * x;
    m->xxx += xx * x;
}

double sc_student_quantile(size_t freedom)
{
    return gsl_cdf_tdist_Qinv(0.025, (double)freedom);
}

struct sc_figure sc_figure_unknown(double mean)
{
    return (struct sc_figure){mean, NAN, NAN};
}

/* NaN stays NaN. The mean itself may be beyond by a rounding: an occupancy of 1 + 1e-16. */
static double clip(double value, double least, double most)
{
    return isnan(value) ? value : fmin(fmax(value, least), most);
}

struct sc_figure sc_figure_clip(struct sc_figure f, double least, double most)
{
    return (struct sc_figure){clip(f.mean, least, most), clip(f.low, least, most), clip(f.high, least, most)};
}

double sc_hall_inverse(double z, double skewness, double n)
{
    double root = sqrt(n);
    double u = z - skewness / 6 / root;
    double c = fmax(-0.5, cbrt(1 + skewness * u / root));
    return 3 * u / (c * c + c + 1);
}

struct sc_figure sc_hall_interval(double mean, double variance, double skewness, size_t count)
{
    double n = (double)count;
    double reliance = skewness * skewness / (skewness * skewness + 1 / n);
    double believed = skewness * reliance * (1 + reliance / 2);
    double t = sc_student_quantile(count - 1);
    double error = sqrt(variance / (n - 1));
    return (struct sc_figure){mean, mean - error * sc_hall_inverse(t, believed, n),
                              mean - error * sc_hall_inverse(-t, believed, n)};
}

struct residuals {
    double ratio, mean_x;
    double variance; /* by n, of the jackknife */
    double skewness;
    bool flat;       /* no scatter beyond rounding */
};

static struct residuals residuals_of(const struct sc_moments *m)
{
    double n = (double)m->count;
    double mean_x = m->x0 + m->x / n;
    double r = (m->y0 + m->y / n) / mean_x;
    /* Of u = y - r x about the first pair; the residuals are u - u1. */
    double u1 = (m->y - r * m->x) / n;
    double u2 = (m->yy - 2 * r * m->yx + r * r * m->xx) / n;
    double u3 = (m->yyy - 3 * r * m->yyx + 3 * r * r * m->yxx - r * r * r * m->xxx) / n;
    double ux = (m->yx - r * m->xx) / n;
    double uux = (m->yyx - 2 * r * m->yxx + r * r * m->xxx) / n;
    double variance = u2 - u1 * u1;
    double third = u3 - 3 * u1 * u2 + 2 * u1 * u1 * u1;
    double with_x = uux - u2 * m->x / n - 2 * u1 * (ux - u1 * m->x / n); /* mean of e^2 (x - mean x) */
    /* What rounding can leave of a variance that is 0: relative to what was added up and to the size of the data. */
    double noise = 1e-13 * (m->yy + r * r * m->xx) / n + 1e-26 * (m->y0 * m->y0 + r * r * m->x0 * m->x0);
    return (struct residuals){
        .ratio = r, .mean_x = mean_x, .flat = !(variance > noise), .skewness = third / (variance * sqrt(variance)),
        .variance = variance + 2 * with_x / (n * mean_x),
    };
}

struct sc_figure sc_ratio_estimate(const struct sc_moments *m, double least, double most)
{
    if (m->count == 0)
        return sc_figure_unknown(NAN);
    struct residuals e = residuals_of(m);
    if (!(e.mean_x > 0))
        return sc_figure_unknown(NAN);
    if (m->count == 1)
        return sc_figure_clip(sc_figure_unknown(e.ratio), least, most);
    if (e.flat)
        return sc_figure_clip((struct sc_figure){e.ratio, e.ratio, e.ratio}, least, most);
    struct sc_figure f = sc_hall_interval(e.ratio, e.variance / (e.mean_x * e.mean_x), e.skewness, m->count);
    return sc_figure_clip(f, least, most);
}

/* Up to so many counts (or so many short of all) the scatter between replications says little. */
enum { FEW = 5 };

/* P(at least `count` of n) where each has probability p; for many trials in the limit of rare events. */
static double tail(double p, double count, double n)
{
    return n < 1e4 ? gsl_cdf_beta_P(p, count, n - count + 1) : gsl_cdf_gamma_P(p * n, count, 1);
}

/* The p at which the tail reaches a value. By bisection: GSL's inverse does not converge for all of these. */
static double tail_inverse(double wanted, double count, double n)
{
    double low = 0, high = 1;
    for (int i = 0; i < 100 && high - low > 1e-12 * high; i++) {
        double p = (low + high) / 2;
        *(tail(p, count, n) < wanted ? &low : &high) = p;
    }
    return (low + high) / 2;
}

/*
 * Clopper and Pearson (1934), of many trials Garwood (1936): the shares at which few counts of n are not yet a
 * surprise of 2.5 % on either side.
 */
static struct sc_figure exact_interval(double count, double n)
{
    struct sc_figure f = {count / n, 0, 1};
    if (count >= 1) /* the expected count of a satisfaction may be a part of one */
        f.low = tail_inverse(0.025, count, n);
    if (count <= n - 1)
        f.high = tail_inverse(0.975, count + 1, n);
    return f;
}

struct sc_figure sc_share_estimate(const struct sc_moments *m, double trials)
{
    struct sc_figure f = sc_ratio_estimate(m, 0, 1);
    if (isnan(f.low) || !(trials > 0))
        return f;
    double rule_of_none = fmin(1, -log(0.025) / trials);
    if (f.mean <= 0)
        return (struct sc_figure){0, 0, rule_of_none};
    if (f.mean >= 1)
        return (struct sc_figure){1, 1 - rule_of_none, 1};
    double count = f.mean * trials;
    struct sc_figure floor_of = {f.mean, f.mean, f.mean};
    if (count <= FEW) {
        floor_of = exact_interval(count, trials);
    } else if (trials - count <= FEW) {
        struct sc_figure rest = exact_interval(fmax(trials - count, 0), trials);
        floor_of = (struct sc_figure){f.mean, 1 - rest.high, 1 - rest.low};
    } else if (f.low == f.high) {
        floor_of = sc_wilson_estimate(count, trials);
    }
    f.low = fmin(f.low, floor_of.low);
    f.high = fmax(f.high, floor_of.high);
    return f;
}

struct sc_figure sc_wilson_estimate(double count, double n)
{
    if (!(n > 0))
        return sc_figure_unknown(NAN);
    const double z = 1.959963984540054; /* the 97.5 % point of the normal law */
    double p = count / n, zz = z * z;
    double centre = (p + zz / (2 * n)) / (1 + zz / n);
    double half = z / (1 + zz / n) * sqrt(p * (1 - p) / n + zz / (4 * n * n));
    struct sc_figure f = {p, centre - half, centre + half};
    if (count <= 0)
        f.low = 0;
    if (count >= n)
        f.high = 1;
    return sc_figure_clip(f, 0, 1);
}

struct sc_figure sc_jackknife_estimate(double all, const double *without, size_t groups, double least, double most)
{
    struct sc_moments pseudo = {0};
    for (size_t g = 0; g < groups; g++)
        if (!isnan(without[g]))
            sc_moments_add(&pseudo, all + ((double)groups - 1) * (all - without[g]), 1);
    if (isnan(all) || pseudo.count < 2)
        return sc_figure_unknown(all);
    struct sc_figure f = sc_ratio_estimate(&pseudo, -INFINITY, INFINITY);
    double bias = f.mean - all;
    return sc_figure_clip((struct sc_figure){all, f.low - bias, f.high - bias}, least, most);
}

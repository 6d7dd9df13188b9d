/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Differences of figures, one by one. Most come from pairs (difference.c). Three kinds need more:
 *
 *  - Quantiles and the saving have no pairs. They are estimated without each of the at most 30 groups of replications
 *    in turn, and the difference has the interval of the jackknife (estimate.h). Quantiles of the groups themselves
 *    held the truth in half of all intervals where days vary by a fifth.
 *  - A share of replications (a target met, a goal reached) is a share of few trials, all met as often as not, so
 *    scatter says little: Newcombe's (1998, Stat. Med. 17, 2635-2650) method 10 joins Wilson's limits of both by how
 *    far replications meet it together.
 *  - A share without scatter in the difference (nobody lost in either) is not certain for that: the limits of both
 *    figures are joined in the same way, as if they had nothing in common (Zou and Donner 2008, Stat. Med. 27).
 */
#include "estimate/paired_difference.h"

#include "estimate/interval.h"

#include <math.h>
#include <string.h>

/* --- how much narrower --- */

/* Where the product of values i <= j is in struct sc_pair_moments. */
static size_t second_index(size_t i, size_t j)
{
    static const size_t row[4] = {0, 4, 7, 9};
    return row[i] + (j - i);
}

static double covariance(const struct sc_pair_moments *m, size_t i, size_t j)
{
    double n = (double)m->count;
    return m->second[second_index(i < j ? i : j, i < j ? j : i)] / n - m->sum[i] / n * (m->sum[j] / n);
}

double sc_pair_width_ratio(const struct sc_pair_moments *m)
{
    double n = (double)m->count, mean[4];
    if (m->count < 2)
        return NAN;
    for (int i = 0; i < 4; i++)
        mean[i] = m->first[i] + m->sum[i] / n;
    if (!(mean[1] > 0) || !(mean[3] > 0))
        return NAN;
    /* Each ratio's residual as a linear form of (y, x). */
    const double a[2] = {1 / mean[1], -mean[0] / mean[1] / mean[1]};
    const double b[2] = {1 / mean[3], -mean[2] / mean[3] / mean[3]};
    double alone = 0, together = 0;
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 2; j++) {
            alone += a[i] * a[j] * covariance(m, i, j) + b[i] * b[j] * covariance(m, 2 + i, 2 + j);
            together += a[i] * b[j] * covariance(m, i, 2 + j);
        }
    double rounding = 1e-26 * (mean[0] * mean[0] * a[0] * a[0] + mean[2] * mean[2] * b[0] * b[0]);
    if (!(alone > rounding))
        return NAN;
    return sqrt(fmax(0, 1 - 2 * together / alone));
}

/* --- shares --- */

/*
 * here - base from the limits of both; phi is their correlation. Newcombe's limits: in each direction the parts of the
 * two intervals on the way there, as two sides of a triangle.
 */
static struct sc_figure join_limits(struct sc_figure base, struct sc_figure here, double phi)
{
    double down_here = here.mean - here.low, up_here = here.high - here.mean;
    double down_base = base.mean - base.low, up_base = base.high - base.mean;
    double down = down_here * down_here - 2 * phi * down_here * up_base + up_base * up_base;
    double up = up_here * up_here - 2 * phi * up_here * down_base + down_base * down_base;
    double mean = here.mean - base.mean;
    struct sc_figure f = {mean, mean - sqrt(fmax(0, down)), mean + sqrt(fmax(0, up))};
    return sc_figure_clip(f, -1, 1);
}

/* Mean of the product of the values i and j over the replications, times their number. */
static double product_sum(const struct sc_pair_moments *m, size_t i, size_t j)
{
    return m->second[second_index(i, j)] + m->first[i] * m->sum[j] + m->first[j] * m->sum[i] +
           (double)m->count * m->first[i] * m->first[j];
}

/* How far the replications judged in both meet it together: Newcombe's phi with his correction for continuity. */
static double correlation_of_shares(const struct sc_pair_moments *m)
{
    double n = product_sum(m, 1, 3), both = product_sum(m, 0, 2);
    double base = product_sum(m, 0, 3), here = product_sum(m, 1, 2);
    double neither = n - base - here + both, margins = base * (n - base) * here * (n - here);
    double cross = both * neither - (base - both) * (here - both);
    if (!(margins > 0.5))
        return 0;
    if (cross > 0)
        cross = fmax(cross - n / 2, 0);
    return cross / sqrt(margins);
}

static bool certain(struct sc_figure f)
{
    return f.low == f.high;
}

/* The same numbers as the two figures beside it give; rounding may not push it out of its own interval. */
static struct sc_figure exact(struct sc_figure f, struct sc_figure base, struct sc_figure here)
{
    double mean = here.mean - base.mean;
    if (certain(f))
        return (struct sc_figure){mean, mean, mean};
    return (struct sc_figure){mean, isnan(f.low) ? NAN : fmin(f.low, mean), isnan(f.high) ? NAN : fmax(f.high, mean)};
}

struct sc_difference sc_metric_paired(const struct sc_metric *metric, const struct sc_pair_moments *moments, bool same,
                                      struct sc_figure base, struct sc_figure here)
{
    struct sc_difference difference = {sc_figure_unknown(here.mean - base.mean), sc_pair_width_ratio(moments)};
    if (isnan(base.mean) || isnan(here.mean)) {
        difference.width_ratio = NAN;
        return difference;
    }
    struct sc_figure f = metric != NULL ? sc_metric_difference_estimate(metric, moments)
                                        : sc_ratio_difference_estimate(moments, -INFINITY, INFINITY);
    bool share = metric != NULL && metric->unit == SC_UNIT_SHARE, known = moments->count > 1;
    /* The same part of many, in every replication, is no accident; none of them, or all, may be. */
    bool extreme = base.mean != here.mean || base.mean <= 0 || base.mean >= 1;
    if (known && !same && share && strcmp(metric->name, "target_met") == 0)
        f = join_limits(base, here, correlation_of_shares(moments));
    else if (known && !same && share && extreme && certain(f))
        f = join_limits(base, here, 0);
    difference.figure = exact(f, base, here);
    return difference;
}

/* Running mean and sum of squares about it (Welford 1962): nothing is lost to cancellation. */
struct scatter {
    double n, mean, squares;
};

static void scatter_add(struct scatter *s, double value)
{
    double from = value - s->mean;
    s->mean += from / ++s->n;
    s->squares += from * (value - s->mean);
}

struct sc_difference sc_sections_paired(const struct sc_sections *base, const struct sc_sections *here, size_t groups)
{
    double without[SC_SECTIONS] = {0}, mean = here->all - base->all;
    struct scatter of_base = {0, 0, 0}, of_here = {0, 0, 0}, apart = {0, 0, 0};
    for (size_t g = 0; g < groups; g++) {
        without[g] = here->without[g] - base->without[g];
        if (isnan(without[g]))
            continue;
        scatter_add(&of_base, base->without[g]);
        scatter_add(&of_here, here->without[g]);
        scatter_add(&apart, without[g]);
    }
    double alone = of_base.squares + of_here.squares;
    struct sc_figure f = sc_jackknife_estimate(mean, without, groups, -INFINITY, INFINITY);
    if (f.low == f.high || apart.squares == 0)
        f.low = f.high = isnan(f.low) ? NAN : mean;
    return (struct sc_difference){f, apart.n > 1 && alone > 0 ? sqrt(apart.squares / alone) : NAN};
}

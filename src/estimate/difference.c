/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Differences of two ratios on common random numbers. Both alternatives meet the same contacts, so their
 * replications go together and most of the scatter cancels: what is left is that of the combined residual
 *     d = (yb - Rb xb) / mean(xb) - (ya - Ra xa) / mean(xa),
 * a linear form of the four values, whose moments follow from theirs. The interval is made as that of one ratio
 * (ratio.c), with the same jackknife.
 */
#include "staffcast/estimate.h"

#include "estimate/interval.h"

#include <math.h>

void sc_pair_moments_add(struct sc_pair_moments *m, double ya, double xa, double yb, double xb)
{
    double v[4] = {ya, xa, yb, xb};
    if (m->count++ == 0) {
        for (int i = 0; i < 4; i++)
            m->first[i] = v[i];
        return;
    }
    for (int i = 0; i < 4; i++)
        v[i] -= m->first[i];
    int second = 0, third = 0;
    for (int i = 0; i < 4; i++) {
        m->sum[i] += v[i];
        for (int j = i; j < 4; j++) {
            m->second[second++] += v[i] * v[j];
            for (int k = j; k < 4; k++)
                m->third[third++] += v[i] * v[j] * v[k];
        }
    }
}

/* Central moments of the four values, by n: every order of the indices. */
struct central {
    double mean[4], second[4][4], third[4][4][4];
};

static struct central central_of(const struct sc_pair_moments *m)
{
    struct central c;
    double n = (double)m->count, shift[4];
    int at = 0;
    for (int i = 0; i < 4; i++) {
        shift[i] = m->sum[i] / n;
        c.mean[i] = m->first[i] + shift[i];
    }
    double raw[4][4];
    for (int i = 0; i < 4; i++)
        for (int j = i; j < 4; j++) {
            raw[i][j] = raw[j][i] = m->second[at++] / n;
            c.second[i][j] = c.second[j][i] = raw[i][j] - shift[i] * shift[j];
        }
    at = 0;
    for (int i = 0; i < 4; i++)
        for (int j = i; j < 4; j++)
            for (int k = j; k < 4; k++) {
                double third = m->third[at++] / n - shift[i] * raw[j][k] - shift[j] * raw[i][k] -
                               shift[k] * raw[i][j] + 2 * shift[i] * shift[j] * shift[k];
                c.third[i][j][k] = c.third[i][k][j] = c.third[j][i][k] = third;
                c.third[j][k][i] = c.third[k][i][j] = c.third[k][j][i] = third;
            }
    return c;
}

/* Mean of the product of three linear forms of the centred values. */
static double mean_of_product(const struct central *c, const double *u, const double *v, const double *w)
{
    double sum = 0;
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            for (int k = 0; k < 4; k++)
                sum += u[i] * v[j] * w[k] * c->third[i][j][k];
    return sum;
}

struct sc_figure sc_ratio_difference_estimate(const struct sc_pair_moments *m, double least, double most)
{
    if (m->count == 0)
        return sc_figure_unknown(NAN);
    struct central c = central_of(m);
    double n = (double)m->count;
    if (!(c.mean[1] > 0) || !(c.mean[3] > 0))
        return sc_figure_unknown(NAN);
    double ra = c.mean[0] / c.mean[1], rb = c.mean[2] / c.mean[3];
    if (m->count == 1)
        return sc_figure_unknown(rb - ra);
    /* The residuals of both ratios, their difference d, and how far the denominators are from their means. */
    const double a[4] = {1 / c.mean[1], -ra / c.mean[1], 0, 0}, xa[4] = {0, 1 / c.mean[1], 0, 0};
    const double b[4] = {0, 0, 1 / c.mean[3], -rb / c.mean[3]}, xb[4] = {0, 0, 0, 1 / c.mean[3]};
    double d[4], variance = 0, noise = 0;
    for (int i = 0; i < 4; i++)
        d[i] = b[i] - a[i];
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++)
            variance += d[i] * d[j] * c.second[i][j];
        noise += d[i] * d[i] * (1e-13 * c.second[i][i] + 1e-26 * m->first[i] * m->first[i]);
    }
    if (!(variance > noise))
        return (struct sc_figure){rb - ra, rb - ra, rb - ra};
    double skewness = mean_of_product(&c, d, d, d) / (variance * sqrt(variance));
    double jackknife = variance + 2 / n * (mean_of_product(&c, d, b, xb) - mean_of_product(&c, d, a, xa));
    return sc_figure_clip(sc_hall_interval(rb - ra, fmax(jackknife, variance * (1 - 2 / n)), skewness, m->count),
                          least, most);
}

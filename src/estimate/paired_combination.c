/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Linear combinations of ratios on common random numbers: L = sum w_m R_m. Near their means the ratios move with
 *     d_r = sum_m w_m (y_mr - R_m x_mr) / mean(x_m),
 * whose mean is 0 and whose scatter over the replications is that of L (the delta method). As for one ratio, each
 * replication's residual is enlarged by what it took from its own ratio (the jackknife), and Hall's transformation
 * makes the interval as skewed as the residuals are (ratio.c).
 */
#include "estimate/interval.h"
#include "estimate/paired.h"

#include <math.h>
#include <stdbool.h>

struct sum {
    double value;
    double size;             /* of what was added up: how large rounding may be */
    double *residual, *pull; /* [replications]; pull: how far each moved the ratios it is part of, times its residual */
};

static bool add_model(const struct sc_pair *pair, size_t replications, size_t count, double weight, struct sum *sum)
{
    double y = 0, x = 0, n = (double)replications;
    for (size_t r = 0; r < replications; r++) {
        y += pair[r * count].y;
        x += pair[r * count].x;
    }
    if (!(x > 0))
        return false;
    for (size_t r = 0; r < replications; r++) {
        double part = weight * (pair[r * count].y - y / x * pair[r * count].x) / (x / n);
        sum->residual[r] += part;
        sum->pull[r] += part * (pair[r * count].x / (x / n) - 1);
    }
    sum->value += weight * (y / x);
    sum->size += fabs(weight * (y / x));
    return true;
}

struct sc_figure sc_combination_estimate(const struct sc_pair *pair, size_t replications, size_t count,
                                         const double *weight, double least, double most, double *scratch)
{
    struct sum sum = {.residual = scratch, .pull = scratch + replications};
    double n = (double)replications, mean = 0, second = 0, third = 0, pulled = 0;
    for (size_t i = 0; i < 2 * replications; i++)
        scratch[i] = 0;
    for (size_t m = 0; m < count; m++)
        if (weight[m] != 0 && !add_model(&pair[m], replications, count, weight[m], &sum))
            return sc_figure_unknown(NAN);
    if (replications < 2)
        return sc_figure_unknown(replications == 0 ? NAN : sum.value);
    for (size_t r = 0; r < replications; r++)
        mean += sum.residual[r] / n; /* 0 but for rounding */
    for (size_t r = 0; r < replications; r++) {
        double e = sum.residual[r] - mean;
        second += e * e / n;
        third += e * e * e / n;
        pulled += e * sum.pull[r] / n;
    }
    if (!(second > 1e-26 * sum.size * sum.size))
        return sc_figure_clip((struct sc_figure){sum.value, sum.value, sum.value}, least, most);
    double variance = fmax(second + 2 / n * pulled, second * (1 - 2 / n));
    return sc_figure_clip(sc_hall_interval(sum.value, variance, third / (second * sqrt(second)), replications), least,
                          most);
}

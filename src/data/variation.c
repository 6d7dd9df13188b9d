/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/variation.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

static enum sc_code group_means(const double *counts, const int *group, size_t days, size_t channels, size_t groups,
                                double *mean, double *size, struct sc_error *error)
{
    for (size_t d = 0; d < days; d++) {
        size[group[d]]++;
        for (size_t c = 0; c < channels; c++)
            mean[(size_t)group[d] * channels + c] += counts[d * channels + c];
    }
    for (size_t g = 0; g < groups; g++)
        for (size_t c = 0; c < channels && size[g] > 0; c++) {
            if (!(mean[g * channels + c] > 0))
                return sc_error_set(error, SC_INPUT, "channel %zu has no count on any of the %g days of group %zu", c,
                                    size[g], g);
            mean[g * channels + c] /= size[g];
        }
    return SC_OK;
}

/* Covariances of the relative counts, the Poisson part taken off the diagonal. */
static void covariances(const double *counts, const int *group, size_t days, size_t channels, const double *mean,
                        const double *size, double freedom, double *covariance)
{
    for (size_t d = 0; d < days; d++) {
        const double *m = mean + (size_t)group[d] * channels, *n = counts + d * channels;
        if (size[group[d]] < 2)
            continue;
        double share = (size[group[d]] - 1) / size[group[d]];
        for (size_t a = 0; a < channels; a++) {
            for (size_t b = 0; b < channels; b++)
                covariance[a * channels + b] += (n[a] / m[a] - 1) * (n[b] / m[b] - 1) / freedom;
            covariance[a * channels + a] -= share / m[a] / freedom;
        }
    }
}

/*
 * The common variance with which the model's total varies as the observed total does: the sum over pairs of w_a w_b f^2
 * plus that of w_a^2 max(S_aa, f^2) grows with f^2.
 */
static double common_find(const double *covariance, const double *volume, size_t channels)
{
    double total = 0, low = 0, high = 0;
    for (size_t a = 0; a < channels; a++)
        for (size_t b = 0; b < channels; b++) {
            total += volume[a] * volume[b] * covariance[a * channels + b];
            high = fmax(high, fabs(covariance[a * channels + b]));
        }
    for (int step = 0; step < 100 && channels > 1; step++) {
        double middle = 0.5 * (low + high), sum = 0;
        for (size_t a = 0; a < channels; a++)
            for (size_t b = 0; b < channels; b++)
                sum += volume[a] * volume[b] * (a == b ? fmax(covariance[a * channels + a], middle) : middle);
        if (sum > total)
            high = middle;
        else
            low = middle;
    }
    return channels > 1 ? 0.5 * (low + high) : 0;
}

enum sc_code sc_day_spread_estimate(const double *counts, const int *group, size_t days, size_t channels, size_t groups,
                                    struct sc_day_spread *spread, struct sc_error *error)
{
    double *mean = calloc(groups * channels, sizeof *mean), *size = calloc(groups, sizeof *size);
    double *covariance = calloc(channels * channels, sizeof *covariance), *volume = calloc(channels, sizeof *volume);
    double freedom = 0, common;
    if (!mean || !size || !covariance || !volume) {
        sc_error_memory(error);
        goto done;
    }
    if (group_means(counts, group, days, channels, groups, mean, size, error) != SC_OK)
        goto done;
    for (size_t g = 0; g < groups; g++)
        freedom += size[g] > 1 ? size[g] - 1 : 0;
    if (freedom < 1) {
        sc_error_set(error, SC_INPUT, "no two days are alike (%zu days in %zu groups); give at least two of a group",
                     days, groups);
        goto done;
    }
    covariances(counts, group, days, channels, mean, size, freedom, covariance);
    for (size_t i = 0; i < days * channels; i++)
        volume[i % channels] += counts[i];
    common = common_find(covariance, volume, channels);
    spread->common_cv = sqrt(common);
    for (size_t c = 0; c < channels; c++) {
        double variance = fmax(covariance[c * channels + c], 0);
        spread->total_cv[c] = sqrt(variance);
        spread->own_cv[c] = sqrt(fmax((1 + variance) / (1 + common) - 1, 0));
    }
done:
    free(mean);
    free(size);
    free(covariance);
    free(volume);
    return error->code;
}

enum sc_code sc_components_estimate(const double *value, const int *group, size_t count, size_t groups,
                                    struct sc_components *components, struct sc_error *error)
{
    double *sum = calloc(groups, sizeof *sum), *size = calloc(groups, sizeof *size);
    double total = 0, squares = 0, within = 0, between = 0;
    size_t used = 0;
    if (!sum || !size) {
        sc_error_memory(error);
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        sum[group[i]] += value[i];
        size[group[i]]++;
        total += value[i];
    }
    double n = (double)count, mean = total / n;
    for (size_t g = 0; g < groups; g++) {
        if (size[g] == 0)
            continue;
        used++;
        squares += size[g] * size[g];
        between += size[g] * pow(sum[g] / size[g] - mean, 2);
    }
    for (size_t i = 0; i < count; i++)
        within += pow(value[i] - sum[group[i]] / size[group[i]], 2);
    if (used < 2 || count <= used) {
        sc_error_set(error, SC_INPUT,
                     "%zu values in %zu groups do not tell a spread between groups from one within; "
                     "give at least two groups, one of them with two values",
                     count, used);
        goto done;
    }
    double k = (double)used, mean_within = within / (n - k), mean_between = between / (k - 1);
    double typical = (n - squares / n) / (k - 1);
    *components = (struct sc_components){
        .mean = mean,
        .within_variance = mean_within,
        .between_variance = fmax((mean_between - mean_within) / typical, 0),
        .f = mean_between / mean_within,
        .p = gsl_cdf_fdist_Q(mean_between / mean_within, k - 1, n - k),
        .groups = used,
    };
done:
    free(sum);
    free(size);
    return error->code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "estimate/quantile.h"

#include "staffcast/estimate.h"

#include <math.h>

/* Cells are passed over so many at a time: nearly all lie before or behind the one that is looked for. */
enum { STRIDE = 64, STRIDES = (SC_HISTOGRAM_CELLS + STRIDE - 1) / STRIDE };

/* The quantile of a histogram whose strides have these sums; it is not empty. */
static double quantile(const uint64_t *histogram, const uint64_t *sum, uint64_t total, double p)
{
    uint64_t wanted = (uint64_t)fmax(1, ceil(p * (double)total * (1 - 1e-15))), below = 0;
    size_t stride = 0;
    if (wanted > total)
        wanted = total;
    while (below + sum[stride] < wanted)
        below += sum[stride++];
    size_t cell = stride * STRIDE;
    while (below + histogram[cell] < wanted)
        below += histogram[cell++];
    if (cell == 0)
        return 0; /* nearly all of that cell did not wait at all */
    /* The k contacts of a cell are taken to lie in the middles of k equal parts of it. */
    double inside = ((double)(wanted - below) - 0.5) / (double)histogram[cell];
    double low = sc_histogram_edge(cell), high = sc_histogram_edge(cell + 1);
    return low + (high - low) * inside;
}

void sc_histogram_quantiles(const uint64_t *histogram, size_t used, const double *p, size_t count, double *value)
{
    uint64_t sum[STRIDES], total = 0;
    for (size_t s = 0; s * STRIDE < used; s++) {
        size_t end = (s + 1) * STRIDE < used ? (s + 1) * STRIDE : used;
        sum[s] = 0;
        for (size_t i = s * STRIDE; i < end; i++)
            sum[s] += histogram[i];
        total += sum[s];
    }
    for (size_t i = 0; i < count; i++)
        value[i] = total == 0 ? NAN : quantile(histogram, sum, total, p[i]);
}

double sc_histogram_quantile(const uint64_t *histogram, double p)
{
    double value;
    sc_histogram_quantiles(histogram, SC_HISTOGRAM_CELLS, &p, 1, &value);
    return value;
}

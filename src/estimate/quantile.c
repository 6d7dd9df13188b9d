/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "estimate/quantile.h"

#include <math.h>

void sc_histogram_sum(const uint64_t *cell, size_t used, struct sc_summed *summed)
{
    *summed = (struct sc_summed){.cell = cell, .used = used};
    for (size_t s = 0; s * SC_STRIDE < used; s++) {
        size_t end = (s + 1) * SC_STRIDE < used ? (s + 1) * SC_STRIDE : used;
        for (size_t i = s * SC_STRIDE; i < end; i++)
            summed->sum[s] += cell[i];
        summed->total += summed->sum[s];
    }
}

/* The quantile of what is left of a histogram; that is not nothing. */
static double quantile(const struct sc_summed *all, const struct sc_summed *part, double p)
{
    uint64_t total = all->total - part->total, below = 0;
    uint64_t wanted = (uint64_t)fmax(1, ceil(p * (double)total * (1 - 1e-15)));
    size_t stride = 0;
    if (wanted > total)
        wanted = total;
    while (below + all->sum[stride] - part->sum[stride] < wanted) {
        below += all->sum[stride] - part->sum[stride];
        stride++;
    }
    for (size_t cell = stride * SC_STRIDE;; cell++) {
        uint64_t here = all->cell[cell] - (cell < part->used ? part->cell[cell] : 0);
        if (below + here < wanted) {
            below += here;
            continue;
        }
        if (cell == 0)
            return 0; /* nearly all of that cell did not wait at all */
        /* The k contacts of a cell are taken to lie in the middles of k equal parts of it. */
        double inside = ((double)(wanted - below) - 0.5) / (double)here;
        double low = sc_histogram_edge(cell), high = sc_histogram_edge(cell + 1);
        return low + (high - low) * inside;
    }
}

void sc_histogram_quantiles(const struct sc_summed *all, const struct sc_summed *part, const double *p, size_t count,
                            double *value)
{
    static const struct sc_summed nothing = {.used = 0};
    part = part ? part : &nothing;
    for (size_t i = 0; i < count; i++)
        value[i] = all->total == part->total ? NAN : quantile(all, part, p[i]);
}

double sc_histogram_quantile(const uint64_t *histogram, double p)
{
    struct sc_summed summed;
    double value;
    sc_histogram_sum(histogram, SC_HISTOGRAM_CELLS, &summed);
    sc_histogram_quantiles(&summed, NULL, &p, 1, &value);
    return value;
}

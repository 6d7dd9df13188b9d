/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/estimate.h"

#include <math.h>

double sc_histogram_quantile(const uint64_t *histogram, double p)
{
    uint64_t total = 0;
    for (size_t i = 0; i < SC_HISTOGRAM_CELLS; i++)
        total += histogram[i];
    if (total == 0)
        return NAN;
    double wanted = fmax(1, ceil(p * (double)total * (1 - 1e-15)));
    uint64_t below = 0;
    size_t cell = 0;
    while ((double)(below + histogram[cell]) < wanted && cell + 1 < SC_HISTOGRAM_CELLS)
        below += histogram[cell++];
    if (cell == 0)
        return 0; /* nearly all of that cell did not wait at all */
    /* The k contacts of a cell are taken to lie in the middles of k equal parts of it. */
    double inside = (wanted - (double)below - 0.5) / (double)histogram[cell];
    double low = sc_histogram_edge(cell), high = sc_histogram_edge(cell + 1);
    return low + (high - low) * inside;
}

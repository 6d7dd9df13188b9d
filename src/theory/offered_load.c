/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/offered_load.h"

#include "theory/law.h"

#include <math.h>

/* dm/dt = rate - m / handle: towards rate x handle, exponentially. */
static void exponential_load(const double *rate_per_s, size_t count, double interval_s, double handle_s,
                             double *at_end_erl, double *mean_erl)
{
    double load = 0, ratio = interval_s / handle_s, settled = -expm1(-ratio);
    for (size_t k = 0; k < count; ++k) {
        double gap = rate_per_s[k] * handle_s - load;
        if (mean_erl)
            mean_erl[k] = load + gap * (1 - settled / ratio);
        load += gap * settled;
        if (at_end_erl)
            at_end_erl[k] = load;
    }
}

/* m(t): each interval leaves rate x (lived(t - its start) - lived(t - its end)), lived = integral of the tail. */
static double load_at(const double *rate_per_s, double interval_s, const struct sc_law_shape *handle, double t)
{
    struct sc_law_parts parts;
    double load = 0, until = 0;
    for (double k = ceil(t / interval_s) - 1; k >= 0; --k) {
        sc_law_parts(handle, t - k * interval_s, &parts);
        load += rate_per_s[(size_t)k] * (parts.lived - until);
        until = parts.lived;
        if (parts.above == 0)
            break;
    }
    return load;
}

enum sc_code sc_offered_load(const double *rate_per_s, size_t count, double interval_s, const struct sc_law *handle,
                             double *at_end_erl, double *mean_erl, struct sc_error *error)
{
    enum { PANELS = 16 };
    struct sc_law_shape shape;
    if (handle->kind == SC_LAW_NONE || !(interval_s > 0))
        return sc_error_set(error, SC_USAGE, "no handle time or an interval of %g s; both above 0", interval_s);
    for (size_t k = 0; k < count; ++k)
        if (!(rate_per_s[k] >= 0) || isinf(rate_per_s[k]))
            return sc_error_set(error, SC_USAGE, "rate %zu is wrong (%g); from 0 up", k, rate_per_s[k]);
    enum sc_code code = sc_law_shape_make(handle, &shape, error);
    if (code != SC_OK)
        return code;
    if (shape.kind == SC_LAW_EXPONENTIAL) {
        exponential_load(rate_per_s, count, interval_s, handle->mean_s, at_end_erl, mean_erl);
        return SC_OK;
    }
    double before = 0;
    for (size_t k = 0; k < count; ++k) {
        double start = (double)k * interval_s, sum = 0;
        double end = load_at(rate_per_s, interval_s, &shape, start + interval_s);
        for (int i = 1; mean_erl && i < PANELS; ++i)
            sum += (i % 2 ? 4 : 2) * load_at(rate_per_s, interval_s, &shape, start + interval_s * i / PANELS);
        if (mean_erl)
            mean_erl[k] = (before + sum + end) / (3 * PANELS);
        if (at_end_erl)
            at_end_erl[k] = end;
        before = end;
    }
    return SC_OK;
}

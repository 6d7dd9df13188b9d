/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "theory/quadrature.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* exp(-50) = 2e-22: what is left out stays below the last digit, moments included. */
static const double NEGLIGIBLE = -50.0;

enum { HALF_POINTS = 10, DEPTH = 48, START_PANELS = 4 };

/* Abscissas and weights of the Gauss-Legendre rule of 20 points, the positive half. */
static const double rule[HALF_POINTS][2] = {
    {0.076526521133497333755, 0.1527533871307258507},   {0.22778585114164507808, 0.14917298647260374679},
    {0.37370608871541956067, 0.14209610931838205133},   {0.510867001950827098, 0.1316886384491766269},
    {0.63605368072651502545, 0.11819453196151841731},   {0.74633190646015079261, 0.10193011981724043504},
    {0.83911697182221882339, 0.083276741576704748725},  {0.91223442825132590587, 0.06267204833410906357},
    {0.96397192727791379127, 0.040601429800386941331},  {0.99312859918509492479, 0.017614007139152118312},
};

static double relative_exponent(const struct sc_integrand *integrand, double x, double top)
{
    return integrand->exponent(x, integrand->context) - top;
}

static void panel(const struct sc_integrand *integrand, double low, double high, double top, double *sums)
{
    double middle = 0.5 * (low + high), half = 0.5 * (high - low);
    double weights[SC_QUADRATURE_WIDTH];
    memset(sums, 0, integrand->width * sizeof *sums);
    for (int i = 0; i < 2 * HALF_POINTS; ++i) {
        double x = middle + (i % 2 ? half : -half) * rule[i / 2][0];
        double density = exp(relative_exponent(integrand, x, top)) * rule[i / 2][1] * half;
        integrand->weights(x, integrand->context, weights);
        for (size_t k = 0; k < integrand->width; ++k)
            sums[k] += density * weights[k];
    }
}

/* Halves panels, left one first, until two halves say what the whole said; adds up what they say. */
static void refine(const struct sc_integrand *integrand, double low, double high, double top, double *integrals)
{
    struct {
        double low, high, sums[SC_QUADRATURE_WIDTH];
    } stack[DEPTH + 1];
    size_t width = integrand->width;
    double tolerance = integrand->tolerance > 0 ? integrand->tolerance : 1e-13;
    int depth = 0;
    stack[0].low = low;
    stack[0].high = high;
    panel(integrand, low, high, top, stack[0].sums);
    while (depth >= 0) {
        double left[SC_QUADRATURE_WIDTH], right[SC_QUADRATURE_WIDTH];
        double from = stack[depth].low, to = stack[depth].high, middle = 0.5 * (from + to);
        panel(integrand, from, middle, top, left);
        panel(integrand, middle, to, top, right);
        bool good = true;
        for (size_t k = 0; k < width; ++k) {
            double both = left[k] + right[k];
            if (fabs(both - stack[depth].sums[k]) > tolerance * (fabs(integrals[k]) + fabs(both)))
                good = false;
        }
        if (good || depth == DEPTH || !(from < middle && middle < to)) {
            for (size_t k = 0; k < width; ++k)
                integrals[k] += left[k] + right[k];
            --depth;
            continue;
        }
        stack[depth].low = middle;
        memcpy(stack[depth].sums, right, sizeof right);
        ++depth;
        stack[depth].low = from;
        stack[depth].high = middle;
        memcpy(stack[depth].sums, left, sizeof left);
    }
}

/* From the peak outwards (step of either sign) to where the integrand is negligible, or to the limit. */
static double edge(const struct sc_integrand *integrand, double peak, double limit, double step, double top)
{
    double inside = peak, outside = peak + step;
    for (int i = 0; i < 1100; ++i) {
        if (step > 0 ? outside >= limit : outside <= limit) {
            if (relative_exponent(integrand, limit, top) >= NEGLIGIBLE)
                return limit;
            outside = limit;
            break;
        }
        if (relative_exponent(integrand, outside, top) < NEGLIGIBLE)
            break;
        inside = outside;
        step *= 2;
        outside = peak + step;
    }
    /* A rough edge will do. */
    for (int i = 0; i < 60 && fabs(outside - inside) > 0.05 * fabs(outside - peak); ++i) {
        double middle = 0.5 * (inside + outside);
        if (relative_exponent(integrand, middle, top) < NEGLIGIBLE)
            outside = middle;
        else
            inside = middle;
    }
    return outside;
}

void sc_quadrature(const struct sc_integrand *integrand, double low, double high, double peak, double scale,
                   double *integrals)
{
    double top = integrand->exponent(peak, integrand->context);
    memset(integrals, 0, integrand->width * sizeof *integrals);
    double from = peak > low ? edge(integrand, peak, low, -scale, top) : low;
    double to = peak < high ? edge(integrand, peak, high, scale, top) : high;
    /* Panels grow away from the peak, the first where the weight is: its sums tell the others what is negligible. */
    for (int side = 0; side < 2; ++side) {
        double end = side ? to : from, length = end - peak;
        for (int i = 0; i < START_PANELS; ++i) {
            double a = peak + length * (i * i) / (START_PANELS * START_PANELS);
            double b = i + 1 == START_PANELS
                           ? end
                           : peak + length * ((i + 1) * (i + 1)) / (START_PANELS * START_PANELS);
            if (a < b)
                refine(integrand, a, b, top, integrals);
            else if (b < a)
                refine(integrand, b, a, top, integrals);
        }
    }
}

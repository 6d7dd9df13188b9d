/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "findings.h"

#include "present/human.h"

#include <math.h>
#include <string.h>

/* Without its interval a share is given to the point, money and counts to three digits. */
static void print_bare(FILE *out, double value, enum sc_unit unit)
{
    char text[SC_HUMAN_TEXT];
    double step = pow(10, fmax(0, floor(log10(fabs(value))) - 2));
    switch (unit) {
    case SC_UNIT_SHARE:
        fprintf(out, "%.0f %%", 100 * value);
        return;
    case SC_UNIT_SECONDS:
        fputs(sc_human_duration(value, text), out);
        return;
    case SC_UNIT_HOURS:
        fprintf(out, "%.0f h", value);
        return;
    case SC_UNIT_MONEY:
        if (fabs(value) < 100)
            fprintf(out, "%.2f", value);
        else
            fputs(sc_human_money(round(value / step) * step, text), out);
        return;
    case SC_UNIT_COUNT:
        fputs(sc_human_count(fabs(value) >= 1000 ? round(value / step) * step : round(value), text), out);
        return;
    case SC_UNIT_NUMBER:
        fprintf(out, "%.3g", value);
        return;
    }
}

void figure_print(FILE *out, struct sc_figure figure, enum sc_unit unit, bool bare)
{
    char text[SC_HUMAN_TEXT];
    double half = (figure.high - figure.low) / 2;
    if (bare || !isfinite(figure.mean) || !isfinite(half)) {
        if (isfinite(figure.mean))
            print_bare(out, figure.mean, unit);
        else
            fputs("–", out);
        return;
    }
    switch (unit) {
    case SC_UNIT_SHARE:
        fputs(sc_human_share_figure(figure, text), out);
        return;
    case SC_UNIT_SECONDS:
        fputs(sc_human_duration_figure(figure, text), out);
        return;
    case SC_UNIT_MONEY:
        if (fabs(figure.mean) < 100)
            fprintf(out, "%.2f ± %.2f", figure.mean, half);
        else
            fputs(sc_human_money_figure(figure, text), out);
        return;
    case SC_UNIT_HOURS:
        fputs(sc_human_count(figure.mean, text), out);
        fprintf(out, " ± %s h", sc_human_count(half, text));
        return;
    case SC_UNIT_COUNT:
    case SC_UNIT_NUMBER:
        fputs(sc_human_count(figure.mean, text), out);
        fprintf(out, " ± %s", sc_human_count(half, text));
        return;
    }
}

void difference_print(FILE *out, struct sc_figure figure, enum sc_unit unit, bool bare)
{
    struct sc_figure size = figure;
    if (isfinite(figure.mean) && figure.mean < 0)
        size = (struct sc_figure){-figure.mean, -figure.high, -figure.low};
    if (!bare && isfinite(figure.mean))
        fputs(figure.mean < 0 ? "−" : "+", out);
    if (unit != SC_UNIT_SHARE) {
        figure_print(out, size, unit, bare);
        return;
    }
    if (bare)
        fprintf(out, "%.0f points", 100 * size.mean);
    else
        fprintf(out, "%.1f ± %.1f points", 100 * size.mean, 50 * (size.high - size.low));
}

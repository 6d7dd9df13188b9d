/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/compare_human.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DECIMALS_MOST = 4 };

bool sc_difference_moved(struct sc_figure f)
{
    if (!isfinite(f.mean) || f.mean == 0)
        return false;
    return !isfinite(f.low) || f.low > 0 || f.high < 0; /* of one replication there is no doubt to know of */
}

static double half_width(struct sc_figure figure)
{
    return (figure.high - figure.low) / 2;
}

/* Decimals that leave a digit of the half-width, or two where it begins with 1; of a certain value three figures. */
static int decimals_of(double value, double half, int most)
{
    double size = half > 0 ? half : fabs(value) / 25;
    int decimals = 0;

    while (decimals < most && size > 0 && size * pow(10, decimals) < 1.95)
        decimals++;
    return decimals;
}

static const char *sign_of(double value)
{
    return value < 0 ? "−" : value > 0 ? "+" : "";
}

/* Would ± mislead: is one side of the interval many times the other, or its verdict on the sign not that of ±? */
static bool is_lopsided(struct sc_figure f)
{
    double half = half_width(f), middle = (f.low + f.high) / 2;

    return half > 0 && (fabs(f.mean - middle) > 0.6 * half || sc_difference_moved(f) != (fabs(f.mean) > half));
}

const char *sc_human_value(enum sc_unit unit, double value, char text[SC_HUMAN_TEXT])
{
    char number[SC_HUMAN_TEXT];

    if (!isfinite(value))
        return sc_human_count(value, text);
    switch (unit) {
    case SC_UNIT_SHARE:
        snprintf(text, SC_HUMAN_TEXT, "%.*f %%", value > 0 && value < 0.01 ? 2 : 1, 100 * value);
        return text;
    case SC_UNIT_SECONDS:
        return sc_human_duration(value, text);
    case SC_UNIT_HOURS:
        snprintf(text, SC_HUMAN_TEXT, "%.40s h", sc_human_count(value, number));
        return text;
    case SC_UNIT_MONEY:
        return sc_human_money(value, text);
    case SC_UNIT_COUNT:
    case SC_UNIT_NUMBER:
        break;
    }
    return sc_human_count(value, text);
}

/* In plain numbers, behind them a unit. */
static const char *write_plain(struct sc_figure f, int most, const char *unit, char text[SC_HUMAN_TEXT])
{
    double half = half_width(f);
    int decimals = decimals_of(f.mean, isfinite(half) ? half : 0, most);
    char mean[SC_HUMAN_TEXT], other[SC_HUMAN_TEXT], high[SC_HUMAN_TEXT];

    if (is_lopsided(f) && f.low * f.high > 0) /* the nearer end tells the sign, so it must not be rounded to 0 */
        decimals = decimals_of(f.mean, fmin(half, fmin(fabs(f.low), fabs(f.high))), most);
    sc_human_number(fabs(f.mean), decimals, mean);
    if (is_lopsided(f)) {
        sc_human_number(fabs(f.low), decimals, other);
        sc_human_number(fabs(f.high), decimals, high);
        snprintf(text, SC_HUMAN_TEXT, "%s%.12s (%s%.12s to %s%.12s)%.7s", sign_of(f.mean), mean, sign_of(f.low), other,
                 sign_of(f.high), high, unit);
    } else if (half > 0) {
        sc_human_number(fmax(half, pow(10, -decimals)), decimals, other);
        snprintf(text, SC_HUMAN_TEXT, "%s%.24s ± %.20s%s", sign_of(f.mean), mean, other, unit);
    } else {
        snprintf(text, SC_HUMAN_TEXT, "%s%.30s%s", sign_of(f.mean), mean, unit);
    }
    return text;
}

static struct sc_figure scaled(struct sc_figure f, double factor)
{
    return (struct sc_figure){factor * f.mean, factor * f.low, factor * f.high};
}

static const char *write_duration(struct sc_figure f, char text[SC_HUMAN_TEXT])
{
    char mean[SC_HUMAN_TEXT], other[SC_HUMAN_TEXT], high[SC_HUMAN_TEXT];
    double half = half_width(f);

    if (fabs(f.mean) < 59.5 && !(half >= 59.5))
        return write_plain(f, 2, " s", text);
    sc_human_duration(fabs(f.mean), mean);
    if (is_lopsided(f)) {
        sc_human_duration(fabs(f.low), other);
        sc_human_duration(fabs(f.high), high);
        snprintf(text, SC_HUMAN_TEXT, "%s%.14s (%s%.14s to %s%.14s)", sign_of(f.mean), mean, sign_of(f.low), other,
                 sign_of(f.high), high);
    } else if (half > 0) {
        sc_human_duration(fmax(1, round(half)), other);
        snprintf(text, SC_HUMAN_TEXT, "%s%.24s ± %.24s", sign_of(f.mean), mean, other);
    } else {
        snprintf(text, SC_HUMAN_TEXT, "%s%.28s", sign_of(f.mean), mean);
    }
    return text;
}

const char *sc_human_difference(enum sc_unit unit, struct sc_figure f, char text[SC_HUMAN_TEXT])
{
    if (!isfinite(f.mean))
        return sc_human_count(f.mean, text);
    if (f.mean == 0 && !(f.high > f.low))
        return strcpy(text, "none");
    switch (unit) {
    case SC_UNIT_SHARE:
        return write_plain(scaled(f, 100), 3, " points", text);
    case SC_UNIT_SECONDS:
        return write_duration(f, text);
    case SC_UNIT_HOURS:
        return write_plain(f, 2, " h", text);
    case SC_UNIT_MONEY:
    case SC_UNIT_COUNT:
    case SC_UNIT_NUMBER:
        break;
    }
    return write_plain(f, DECIMALS_MOST, "", text);
}

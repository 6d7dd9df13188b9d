/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/human.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const char unknown[] = "–";

static const char *write_unknown(char text[SC_HUMAN_TEXT])
{
    return memcpy(text, unknown, sizeof unknown);
}

const char *sc_human_number(double value, int decimals, char text[SC_HUMAN_TEXT])
{
    char plain[400];

    if (fabs(value) < 0.5 * pow(10, -decimals))
        value = 0; /* no -0 */
    int length = snprintf(plain, sizeof plain, "%.*f", decimals, value);

    if (length >= SC_HUMAN_TEXT * 2 / 3) { /* beyond any sum that makes sense */
        snprintf(text, SC_HUMAN_TEXT, "%.3g", value);
        return text;
    }
    size_t sign = plain[0] == '-' ? 1 : 0, whole = strcspn(plain + sign, "."), out = 0;

    for (size_t i = 0; plain[i] != '\0'; i++) {
        if (i > sign && i < sign + whole && (sign + whole - i) % 3 == 0)
            text[out++] = ',';
        text[out++] = plain[i];
    }
    text[out] = '\0';
    return text;
}

/* Decimals for a value of this half-width: none above one, else those that leave a digit of the half-width. */
static int decimals_of(double half, int most)
{
    int decimals = half >= 0.95 || !(half > 0) ? 0 : 1;

    while (decimals > 0 && decimals < most && half < 0.5 * pow(10, -decimals))
        decimals++;
    return decimals;
}

static double half_width(struct sc_figure figure)
{
    return (figure.high - figure.low) / 2;
}

const char *sc_human_count(double value, char text[SC_HUMAN_TEXT])
{
    if (!isfinite(value))
        return write_unknown(text);
    return sc_human_number(value, fabs(value) < 9.95 && value != round(value) ? 1 : 0, text);
}

const char *sc_human_money(double value, char text[SC_HUMAN_TEXT])
{
    if (!isfinite(value))
        return write_unknown(text);
    return sc_human_number(value, fabs(value) < 99.995 && value != round(value) ? 2 : 0, text);
}

const char *sc_human_duration(double seconds, char text[SC_HUMAN_TEXT])
{
    if (!isfinite(seconds))
        return write_unknown(text);
    if (fabs(seconds) < 9.95 && fabs(seconds - round(seconds)) >= 0.05) {
        snprintf(text, SC_HUMAN_TEXT, "%.1f s", seconds);
        return text;
    }
    const char *sign = seconds <= -0.5 ? "-" : "";
    double rounded = round(fabs(seconds));

    if (rounded < 60) {
        snprintf(text, SC_HUMAN_TEXT, "%s%.0f s", sign, rounded);
    } else if (rounded < 3600) {
        double rest = fmod(rounded, 60);

        snprintf(text, SC_HUMAN_TEXT, rest > 0 ? "%s%.0f min %.0f s" : "%s%.0f min", sign, floor(rounded / 60), rest);
    } else if (rounded < 86400) {
        double minutes = round(rounded / 60), rest = fmod(minutes, 60);

        snprintf(text, SC_HUMAN_TEXT, rest > 0 ? "%s%.0f h %.0f min" : "%s%.0f h", sign, floor(minutes / 60), rest);
    } else {
        double hours = round(rounded / 3600), rest = fmod(hours, 24);

        snprintf(text, SC_HUMAN_TEXT, rest > 0 ? "%s%.0f d %.0f h" : "%s%.0f d", sign, floor(hours / 24), rest);
    }
    return text;
}

const char *sc_human_share(double share, char text[SC_HUMAN_TEXT])
{
    if (!isfinite(share))
        return write_unknown(text);
    double percent = 100 * share;
    int decimals = fabs(percent - round(percent)) < 0.005                ? 0
                   : fabs(10 * percent - round(10 * percent)) < 0.05 ? 1
                                                                         : 2;

    snprintf(text, SC_HUMAN_TEXT, "%.*f %%", decimals, percent);
    return text;
}

const char *sc_human_share_figure(struct sc_figure figure, char text[SC_HUMAN_TEXT])
{
    if (!isfinite(figure.mean))
        return write_unknown(text);
    if (!(figure.high > figure.low)) {
        snprintf(text, SC_HUMAN_TEXT, "%.1f %%", 100 * figure.mean);
        return text;
    }
    double half = 100 * half_width(figure);
    int decimals = decimals_of(half, 3);

    if (figure.mean <= 0)
        snprintf(text, SC_HUMAN_TEXT, "0 %% (to %.*f)", decimals_of(2 * half, 3), 100 * figure.high);
    else if (figure.mean >= 1)
        snprintf(text, SC_HUMAN_TEXT, "100 %% (from %.*f)", decimals_of(2 * half, 3), 100 * figure.low);
    else
        snprintf(text, SC_HUMAN_TEXT, "%.*f %% ± %.*f", decimals, 100 * figure.mean, decimals, half);
    return text;
}

/*
 * What is uncertain by minutes is told in minutes, 12 ± 10 min, or in hours with a decimal, 9.8 ± 0.2 h: in the
 * smallest of the units of which the mean is not too many, unless the uncertainty is too small a part of it. NULL: in
 * two units.
 */
static const char *rough_unit(double mean_s, double half_s, double *seconds)
{
    static const struct {
        double seconds, most;
        const char *name;
    } units[] = {{1, 59.5, "s"}, {60, 99.5, "min"}, {3600, 47.5, "h"}, {86400, INFINITY, "d"}};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        double fewest = i == 1 ? 0.99 : i > 1 ? 0.05 : 0; /* minutes and seconds are at home beside each other */

        if (mean_s < units[i].most * units[i].seconds && half_s < units[i].most * units[i].seconds) {
            *seconds = units[i].seconds;
            return half_s >= fewest * units[i].seconds ? units[i].name : NULL;
        }
    }
    return NULL;
}

const char *sc_human_duration_figure(struct sc_figure figure, char text[SC_HUMAN_TEXT])
{
    char mean[SC_HUMAN_TEXT], half[SC_HUMAN_TEXT];

    if (!isfinite(figure.mean) || !(figure.high > figure.low))
        return sc_human_duration(figure.mean, text);
    double seconds = 1, half_s = half_width(figure);
    const char *unit = rough_unit(figure.mean, half_s, &seconds);

    if (unit != NULL) {
        /* One of a larger unit is much: 0.7 ± 1.3 min. */
        int decimals = decimals_of(seconds > 1 ? half_s / seconds / 2 : half_s, 2);

        snprintf(text, SC_HUMAN_TEXT, "%.*f ± %.*f %s", decimals, figure.mean / seconds, decimals, half_s / seconds,
                 unit);
        return text;
    }
    sc_human_duration(figure.mean, mean);
    /* Less than a second beside whole ones, seconds beside minutes, would promise more than is shown. */
    double least = figure.mean < 3600 ? 1 : 60;

    sc_human_duration(fmax(round(half_s / least), 1) * least, half);
    snprintf(text, SC_HUMAN_TEXT, "%.24s ± %.24s", mean, half);
    return text;
}

const char *sc_human_money_figure(struct sc_figure figure, char text[SC_HUMAN_TEXT])
{
    char mean[SC_HUMAN_TEXT], half[SC_HUMAN_TEXT];

    if (!isfinite(figure.mean) || !(figure.high > figure.low))
        return sc_human_money(figure.mean, text);
    int decimals = fabs(figure.mean) < 99.995 ? 2 : 0;

    sc_human_number(figure.mean, decimals, mean);
    sc_human_number(fmax(half_width(figure), decimals == 2 ? 0.01 : 1), decimals, half);
    snprintf(text, SC_HUMAN_TEXT, "%.28s ± %.28s", mean, half);
    return text;
}

size_t sc_human_width(const char *text)
{
    mbstate_t state;
    size_t width = 0, left = strlen(text);

    memset(&state, 0, sizeof state);
    while (left > 0) {
        wchar_t letter;
        size_t length = mbrtowc(&letter, text, left, &state);

        if (length == 0 || length > left) { /* no UTF-8: a column a byte */
            memset(&state, 0, sizeof state);
            length = 1;
            width++;
        } else {
            int columns = wcwidth(letter);

            width += columns > 0 ? (size_t)columns : 0;
        }
        text += length;
        left -= length;
    }
    return width;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    double seconds;
} units[] = {{"w", 604800}, {"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}};

enum { UNITS = sizeof units / sizeof units[0] };

static const char *skip_space(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

/*
 * Reads a decimal number at the front of `text` and returns what follows it, or NULL. The grammar is checked
 * by hand because strtod also takes "inf", "nan" and hexadecimal.
 */
static const char *number_front(const char *text, double *value)
{
    const char *p = text = skip_space(text);
    if (*p == '+' || *p == '-')
        p++;
    size_t digits = 0;
    for (; isdigit((unsigned char)*p); p++)
        digits++;
    if (*p == '.')
        for (p++; isdigit((unsigned char)*p); p++)
            digits++;
    if (!digits)
        return NULL;
    if (*p == 'e' || *p == 'E') {
        const char *q = p + 1;
        if (*q == '+' || *q == '-')
            q++;
        if (isdigit((unsigned char)*q)) {
            while (isdigit((unsigned char)*q))
                q++;
            p = q;
        }
    }
    double number = strtod(text, NULL);
    if (!isfinite(number))
        return NULL;
    *value = number;
    return p;
}

bool sc_number_parse(const char *text, double *value)
{
    double number;
    const char *rest = number_front(text, &number);
    if (!rest || *skip_space(rest))
        return false;
    *value = number;
    return true;
}

bool sc_integer_parse(const char *text, int64_t *value)
{
    text = skip_space(text);
    const char *p = text;
    if (*p == '+' || *p == '-')
        p++;
    if (!isdigit((unsigned char)*p))
        return false;
    while (isdigit((unsigned char)*p))
        p++;
    if (*skip_space(p))
        return false;
    errno = 0;
    long long number = strtoll(text, NULL, 10);
    if (errno)
        return false;
    *value = number;
    return true;
}

bool sc_seed_parse(const char *text, uint64_t *seed)
{
    text = skip_space(text);
    const char *p = text;
    if (!isdigit((unsigned char)*p))
        return false;
    while (isdigit((unsigned char)*p))
        p++;
    if (*skip_space(p))
        return false;
    errno = 0;
    unsigned long long number = strtoull(text, NULL, 10);
    if (errno)
        return false;
    *seed = number;
    return true;
}

bool sc_duration_parse_signed(const char *text, double *seconds)
{
    double number;
    const char *rest = number_front(text, &number);
    if (!rest)
        return false;
    rest = skip_space(rest);
    if (!*rest) {
        if (number != 0)
            return false;
        *seconds = 0;
        return true;
    }
    for (int i = 0; i < UNITS; i++) {
        size_t length = strlen(units[i].name);
        if (strncmp(rest, units[i].name, length) == 0 && !*skip_space(rest + length)) {
            if (!isfinite(number * units[i].seconds))
                return false;
            *seconds = number * units[i].seconds;
            return true;
        }
    }
    return false;
}

bool sc_duration_parse(const char *text, double *seconds)
{
    double value;
    if (!sc_duration_parse_signed(text, &value) || value < 0)
        return false;
    *seconds = value;
    return true;
}

bool sc_percent_parse(const char *text, double *value)
{
    double number;
    const char *rest = number_front(text, &number);
    if (!rest)
        return false;
    rest = skip_space(rest);
    if (*rest == '%') {
        number /= 100;
        rest = skip_space(rest + 1);
    }
    if (*rest)
        return false;
    *value = number;
    return true;
}

bool sc_share_parse(const char *text, double *share)
{
    double number;
    if (!sc_percent_parse(text, &number) || !(number >= 0 && number <= 1))
        return false;
    *share = number;
    return true;
}

/* %g writes 100000 as 1e+05 when asked for few digits: a plain notation that is no longer reads better. */
static void prefer_plain(double value, char text[SC_NUMBER_TEXT])
{
    if (!strchr(text, 'e') || fabs(value) >= 1e15 || value != floor(value))
        return;
    snprintf(text, SC_NUMBER_TEXT, "%.0f", value);
}

const char *sc_number_format(double value, char text[SC_NUMBER_TEXT])
{
    if (value == 0)
        value = 0; /* drops the sign of -0 */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, SC_NUMBER_TEXT, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    prefer_plain(value, text);
    return text;
}

const char *sc_duration_format(double seconds, char text[SC_NUMBER_TEXT])
{
    for (int i = 0; i < UNITS; i++) {
        char number[SC_NUMBER_TEXT];
        double back;
        if (fabs(seconds) < units[i].seconds && i + 1 < UNITS)
            continue;
        sc_number_format(seconds / units[i].seconds, number);
        /* A week and a half is no unit of talk: weeks and days only whole, the others with few digits. */
        bool short_enough = units[i].seconds > 3600 ? !strchr(number, '.') : strlen(number) <= 4;
        if (i + 1 < UNITS && !short_enough)
            continue;
        snprintf(text, SC_NUMBER_TEXT, "%.24s %s", number, units[i].name);
        if (i + 1 == UNITS || (sc_duration_parse_signed(text, &back) && back == seconds))
            return text;
    }
    return text;
}

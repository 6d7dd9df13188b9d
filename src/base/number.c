/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
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

/* Any number, by the library: a microsecond. */
static void format_any(double value, char text[SC_NUMBER_TEXT])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, SC_NUMBER_TEXT, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    prefer_plain(value, text);
}

/* Writes digits with a point before the last `after` of them, without zeros at the end. */
static void put_digits(uint64_t digits, int after, bool negative, char *text)
{
    char reversed[24];
    int length = 0, trailing = 0;
    for (; digits > 0; digits /= 10)
        reversed[length++] = (char)('0' + digits % 10);
    while (length < after + 1)
        reversed[length++] = '0';
    while (trailing < after && reversed[trailing] == '0')
        trailing++;
    if (negative)
        *text++ = '-';
    for (int k = length; k-- > trailing;) {
        if (k == after - 1)
            *text++ = '.';
        *text++ = reversed[k];
    }
    *text = '\0';
}

/*
 * The usual sizes, a tenth of the time: scaled to a whole number of 15, 16 or 17 digits in extended precision. False,
 * with nothing written, where that precision does not tell which digit is nearest, or whether it is near enough, or is
 * not there at all.
 */
static bool format_plain(double value, char text[SC_NUMBER_TEXT])
{
    static const long double powers[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,  1e10L,
                                         1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L, 1e21L};
    double size = fabs(value);
    if (LDBL_MANT_DIG < 64 || !(size >= 1e-4 && size < 1e15))
        return false;
    int before = -3; /* digits before the point; 0 and below: zeros after it */
    while (before < 15 && (long double)size >= (before < 0 ? 1 / powers[-before] : powers[before]))
        before++;
    /* Half the distance to the next double: what lies nearer than this reads back as the number. */
    long double reach = 0.25L * ((long double)nextafter(size, INFINITY) - (long double)nextafter(size, 0));
    for (int after = 15 - before; after <= 17 - before; after++) {
        long double scaled = size * powers[after], fraction = scaled - floorl(scaled);
        if (fraction > 0.49L && fraction < 0.51L)
            return false;
        uint64_t digits = (uint64_t)(scaled + 0.5L);
        long double off = fabsl((long double)digits / powers[after] - size);
        if (off > 0.99L * reach && off < 1.01L * reach)
            return false;
        if (off < reach) {
            put_digits(digits, after, value < 0, text);
            return true;
        }
    }
    return false;
}

const char *sc_number_format(double value, char text[SC_NUMBER_TEXT])
{
    if (value == 0)
        strcpy(text, "0"); /* without the sign of -0 */
    else if (!format_plain(value, text))
        format_any(value, text);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/calendar.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Years are counted from March, so that the leap day is the last of its year; eras are of 400 years. */
int64_t sc_day_from_date(struct sc_date date)
{
    int64_t year = (int64_t)date.year - (date.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct sc_date sc_date_from_day(int64_t day)
{
    day += 719468;
    int64_t era = (day >= 0 ? day : day - 146096) / 146097;
    int64_t day_of_era = day - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    struct sc_date date = {
        .year = (int)(year_of_era + era * 400 + (month >= 10)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };
    return date;
}

int sc_weekday(int64_t day)
{
    int64_t weekday = (day + 3) % 7; /* day 0 was a Thursday */
    return (int)(weekday < 0 ? weekday + 7 : weekday);
}

/* Reads exactly `count` digits; NULL where there are fewer. */
static const char *read_digits(const char *text, int count, int *value)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        if (!isdigit((unsigned char)text[i]))
            return NULL;
        number = number * 10 + (text[i] - '0');
    }
    *value = number;
    return text + count;
}

static const char *read_date(const char *text, int64_t *day)
{
    struct sc_date date;
    if (!(text = read_digits(text, 4, &date.year)) || *text++ != '-' ||
        !(text = read_digits(text, 2, &date.month)) || *text++ != '-' ||
        !(text = read_digits(text, 2, &date.day)))
        return NULL;
    if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1)
        return NULL;
    int64_t number = sc_day_from_date(date);
    struct sc_date back = sc_date_from_day(number); /* 30 February comes back as 2 March */
    if (back.day != date.day || back.month != date.month)
        return NULL;
    *day = number;
    return text;
}

bool sc_date_parse(const char *text, int64_t *day)
{
    int64_t number;
    const char *rest = read_date(text, &number);
    if (!rest || *rest)
        return false;
    *day = number;
    return true;
}

static const char *read_time(const char *text, double *second)
{
    int hours, minutes, seconds = 0;
    if (!(text = read_digits(text, 2, &hours)) || *text++ != ':' || !(text = read_digits(text, 2, &minutes)))
        return NULL;
    if (*text == ':' && !(text = read_digits(text + 1, 2, &seconds)))
        return NULL;
    if (minutes > 59 || seconds > 59 || hours > 24 || (hours == 24 && (minutes || seconds)))
        return NULL;
    *second = hours * 3600.0 + minutes * 60.0 + seconds;
    return text;
}

bool sc_time_parse(const char *text, double *second)
{
    double value;
    const char *rest = read_time(text, &value);
    if (!rest || *rest)
        return false;
    *second = value;
    return true;
}

bool sc_time_range_parse(const char *text, double *from, double *to)
{
    double first, last;
    const char *rest = read_time(text, &first);
    if (!rest)
        return false;
    while (*rest == ' ')
        rest++;
    if (*rest++ != '-')
        return false;
    while (*rest == ' ')
        rest++;
    if (!(rest = read_time(rest, &last)) || *rest)
        return false;
    *from = first;
    *to = last;
    return true;
}

bool sc_instant_parse(const char *text, int64_t *day, double *second)
{
    int64_t number;
    double time = 0;
    const char *rest = read_date(text, &number);
    if (!rest)
        return false;
    if (*rest) {
        if ((*rest != ' ' && *rest != 'T') || !(rest = read_time(rest + 1, &time)) || *rest)
            return false;
        if (time >= 86400) {
            time = 0;
            number++;
        }
    }
    *day = number;
    *second = time;
    return true;
}

void sc_date_format(int64_t day, char text[11])
{
    struct sc_date date = sc_date_from_day(day);
    char wide[40];
    snprintf(wide, sizeof wide, "%04d-%02d-%02d", date.year, date.month, date.day);
    memcpy(text, wide, 10);
    text[10] = '\0';
}

void sc_instant_format(int64_t day, double second, char text[17])
{
    char wide[32];
    int minutes = (int)(second / 60);
    sc_date_format(day, text);
    snprintf(wide, sizeof wide, " %02d:%02d", minutes / 60, minutes % 60);
    memcpy(text + 10, wide, 6);
    text[16] = '\0';
}

/* --- days by name ------------------------------------------------------------------------------------ */

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"};

const char *sc_day_kind_name(int kind)
{
    return day_names[kind];
}

static int weekday_by_name(const char *text, size_t length)
{
    for (int i = 0; i < 7; i++)
        if (length == 3 && strncmp(text, day_names[i], 3) == 0)
            return i;
    return -1;
}

bool sc_days_parse(const char *text, size_t length, unsigned *days, enum sc_days_level *level)
{
    if (length == 3 && strncmp(text, "all", 3) == 0) {
        *days = 0x7f;
        *level = SC_DAYS_ALL;
        return true;
    }
    if (length == 7 && strncmp(text, "holiday", 7) == 0) {
        *days = 1u << 7;
        *level = SC_DAYS_ONE;
        return true;
    }
    int first = weekday_by_name(text, length < 3 ? length : 3);
    if (first < 0)
        return false;
    if (length == 3) {
        *days = 1u << first;
        *level = SC_DAYS_ONE;
        return true;
    }
    int last = length == 7 && text[3] == '-' ? weekday_by_name(text + 4, 3) : -1;
    if (last < 0 || last == first)
        return false;
    unsigned set = 0;
    for (int day = first;; day = (day + 1) % 7) {
        set |= 1u << day;
        if (day == last)
            break;
    }
    *days = set;
    *level = SC_DAYS_RANGE;
    return true;
}

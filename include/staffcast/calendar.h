/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The calendar: days are numbered from 1970-01-01 (day 0, a Thursday) in the proleptic Gregorian calendar and
 * are 24 hours long; there are no clock changes and no time zones.
 */
#ifndef STAFFCAST_CALENDAR_H
#define STAFFCAST_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sc_date {
    int year, month, day; /* month 1 … 12, day 1 … 31 */
};

/* Day number of a valid date (algorithm: H. Hinnant, "chrono-compatible low-level date algorithms", 2013). */
int64_t sc_day_from_date(struct sc_date date);
struct sc_date sc_date_from_day(int64_t day);

/* Monday 0 … Sunday 6. */
int sc_weekday(int64_t day);

/* Reads "2026-01-05"; false and nothing written where the text is no real date of the years 1 … 9999. */
bool sc_date_parse(const char *text, int64_t *day);

/* Reads "2026-01-05 10:30", "2026-01-05 10:30:15", with a space or a T; a date alone is midnight. */
bool sc_instant_parse(const char *text, int64_t *day, double *second);

/* Reads "08:30" or "08:30:15" into seconds since midnight; "24:00" is the end of the day. */
bool sc_time_parse(const char *text, double *second);

/* Reads "08:00-20:00"; the two may stand in any order. */
bool sc_time_range_parse(const char *text, double *from, double *to);

/* Days by name: one ("mon", "holiday") overrides a range ("mon-fri", "sun-thu"), a range overrides "all". */
enum sc_days_level { SC_DAYS_ALL, SC_DAYS_RANGE, SC_DAYS_ONE };

/* Reads one such name into a set of bits, Monday 0 … Sunday 6, holiday 7. "all" is the seven weekdays. */
bool sc_days_parse(const char *text, size_t length, unsigned *days, enum sc_days_level *level);

/* "mon" … "sun", "holiday" for 0 … 7. */
const char *sc_day_kind_name(int kind);

/* "2026-01-05" and "2026-01-05 10:30", zero-terminated. */
void sc_date_format(int64_t day, char text[11]);
void sc_instant_format(int64_t day, double second, char text[17]);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calendar against one that counts day by day. */
#include "staffcast/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static void test_every_day(void **state)
{
    (void)state;
    int64_t day = sc_day_from_date((struct sc_date){1, 1, 1});
    int weekday = sc_weekday(day);
    char text[11];
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            for (int date = 1; date <= days_of_month(year, month); date++, day++) {
                struct sc_date back = sc_date_from_day(day);
                assert_true(sc_day_from_date((struct sc_date){year, month, date}) == day);
                assert_true(back.year == year && back.month == month && back.day == date);
                assert_int_equal(sc_weekday(day), weekday);
                weekday = (weekday + 1) % 7;
                if (date == 1 || date == 29) {
                    int64_t parsed;
                    sc_date_format(day, text);
                    assert_true(sc_date_parse(text, &parsed) && parsed == day);
                }
            }
}

static void test_known_days(void **state)
{
    (void)state;
    int64_t day;
    assert_true(sc_day_from_date((struct sc_date){1970, 1, 1}) == 0);
    assert_int_equal(sc_weekday(0), 3);
    assert_true(sc_date_parse("2026-01-05", &day));
    assert_int_equal(sc_weekday(day), 0);
    assert_true(sc_date_parse("1999-01-03", &day));
    assert_int_equal(sc_weekday(day), 6);
    assert_true(day == 10594);
}

static void test_dates_that_are_none(void **state)
{
    (void)state;
    static const char *const bad[] = {"2026-02-29", "2026-13-01", "2026-00-10",  "2026-01-00",
                                      "2026-1-5",   "26-01-05",   "2026-01-05 ", "2026/01/05",
                                      "",           "0000-01-01", "1900-02-29",  "2026-04-31"};
    int64_t day = 99;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (sc_date_parse(bad[i], &day) || day != 99)
            fail_msg("read \"%s\"", bad[i]);
    assert_true(sc_date_parse("2000-02-29", &day));
}

static void test_instants(void **state)
{
    (void)state;
    int64_t day, next;
    double second;
    char text[17];
    assert_true(sc_instant_parse("2026-01-14 10:30:15", &day, &second));
    assert_true(second == 37815);
    sc_instant_format(day, second, text);
    assert_string_equal(text, "2026-01-14 10:30");
    assert_true(sc_instant_parse("2026-01-14T10:00", &day, &second) && second == 36000);
    assert_true(sc_instant_parse("2026-01-14", &day, &second) && second == 0);
    assert_true(sc_instant_parse("2026-01-14 24:00", &next, &second) && second == 0 && next == day + 1);
    static const char *const bad[] = {
        "2026-01-14 25:00",    "2026-01-14 10:60", "2026-01-14 10", "2026-01-14  10:00",
        "2026-01-14 10:00:61", "2026-01-14 24:01", "10:00",         "2026-01-14 10:00 h"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sc_instant_parse(bad[i], &day, &second));
}

static void test_times(void **state)
{
    (void)state;
    double from, to;
    assert_true(sc_time_parse("08:30", &from) && from == 30600);
    assert_true(sc_time_parse("24:00", &from) && from == 86400);
    assert_false(sc_time_parse("8:30", &from));
    assert_true(sc_time_range_parse("08:00-20:00", &from, &to) && from == 28800 && to == 72000);
    assert_true(sc_time_range_parse("22:00 - 06:00", &from, &to) && from == 79200 && to == 21600);
    assert_false(sc_time_range_parse("08:00", &from, &to));
    assert_false(sc_time_range_parse("08:00-20:00-21:00", &from, &to));
}

static void days_are(const char *name, unsigned expected, enum sc_days_level expected_level)
{
    unsigned days;
    enum sc_days_level level;
    assert_true(sc_days_parse(name, strlen(name), &days, &level));
    assert_int_equal(days, expected);
    assert_int_equal(level, expected_level);
}

static void test_days(void **state)
{
    (void)state;
    unsigned days;
    enum sc_days_level level;
    days_are("mon", 1, SC_DAYS_ONE);
    days_are("sun", 64, SC_DAYS_ONE);
    days_are("holiday", 128, SC_DAYS_ONE);
    days_are("mon-fri", 31, SC_DAYS_RANGE);
    days_are("sun-thu", 64 | 15, SC_DAYS_RANGE);
    days_are("all", 127, SC_DAYS_ALL);
    static const char *const bad[] = {"", "monday", "mon-", "mon-mon", "Mon", "mon-holiday", "mon,tue", "fr"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sc_days_parse(bad[i], strlen(bad[i]), &days, &level));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_known_days),
        cmocka_unit_test(test_dates_that_are_none),
        cmocka_unit_test(test_instants),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text: what is written reads back the same, and nothing is read that is not meant. */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void text_is(double value, const char *expected)
{
    char text[SC_NUMBER_TEXT];
    assert_string_equal(sc_number_format(value, text), expected);
}

static void test_short_texts(void **state)
{
    (void)state;
    text_is(0, "0");
    text_is(-0.0, "0");
    text_is(0.1, "0.1");
    text_is(0.1 + 0.2, "0.30000000000000004");
    text_is(1.0 / 3, "0.3333333333333333");
    text_is(2.0 / 3, "0.6666666666666666");
    text_is(100000, "100000");
    text_is(999999999999999, "999999999999999");
    text_is(1e15, "1e+15");
    text_is(1e300, "1e+300");
    text_is(-2.5, "-2.5");
    text_is(1e-7, "1e-07");
}

/* splitmix64 (Vigna 2015), so that the patterns are the same everywhere. */
static uint64_t next_bits(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static void test_every_double_reads_back(void **state)
{
    (void)state;
    uint64_t random = 1;
    char text[SC_NUMBER_TEXT];
    for (int i = 0; i < 200000; i++) {
        uint64_t bits = next_bits(&random);
        double value, back;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        sc_number_format(value, text);
        assert_true(strlen(text) <= 24);
        assert_true(sc_number_parse(text, &back));
        assert_true(back == value);
    }
    assert_true(strlen(sc_number_format(-DBL_MAX, text)) <= 24);
    assert_true(strlen(sc_number_format(-DBL_TRUE_MIN, text)) <= 24);
}

/* Of 15, 16 and 17 digits the fewest that read back, each rounded as the C library rounds them. */
static void test_digits_are_the_nearest(void **state)
{
    (void)state;
    uint64_t random = 3;
    char text[SC_NUMBER_TEXT], expected[SC_NUMBER_TEXT];
    for (int i = 0; i < 400000; i++) {
        double value = (double)(next_bits(&random) >> 11) * 0x1p-53 * pow(10, i % 19 - 3);
        if (i % 3 == 0) /* few digits, as people write them */
            value = nearbyint(value * 1e4) / 1e4;
        if (i % 2 == 0)
            value = -value;
        if (fabs(value) < 1e-4 || fabs(value) >= 1e15)
            continue;
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(expected, sizeof expected, "%.*g", digits, value);
            if (strtod(expected, NULL) == value)
                break;
        }
        if (!strchr(expected, 'e'))
            assert_string_equal(sc_number_format(value, text), expected);
    }
    for (int power = -4; power < 15; power++) { /* on both sides of where a digit is added */
        double edge = pow(10, power), sides[] = {nextafter(edge, 0), edge, nextafter(edge, INFINITY)};
        for (int i = 0; i < 3; i++)
            assert_true(strtod(sc_number_format(sides[i], text), NULL) == sides[i]);
    }
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"42", 42}, {" 1.5 ", 1.5}, {"-.5", -0.5}, {"3e-2", 0.03}, {"+7.", 7}, {"1E3", 1000}};
    static const char *const bad[] = {"",     " ",   ".",   "-",     "e5",  "1e",  "1.5x",
                                      "0x10", "inf", "nan", "1e400", "1 2", "1,5", "--1"};
    double value;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(sc_number_parse(good[i].text, &value));
        assert_true(value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        value = 77;
        if (sc_number_parse(bad[i], &value) || value != 77)
            fail_msg("read \"%s\"", bad[i]);
    }
}

static void test_integers(void **state)
{
    (void)state;
    int64_t value = 5;
    uint64_t seed = 5;
    assert_true(sc_integer_parse("9223372036854775807", &value));
    assert_true(value == INT64_MAX);
    assert_true(sc_integer_parse(" -9223372036854775808 ", &value));
    assert_true(value == INT64_MIN);
    assert_false(sc_integer_parse("9223372036854775808", &value));
    assert_false(sc_integer_parse("1.0", &value));
    assert_false(sc_integer_parse("", &value));
    assert_true(value == INT64_MIN);
    assert_true(sc_seed_parse("18446744073709551615", &seed));
    assert_true(seed == UINT64_MAX);
    assert_false(sc_seed_parse("18446744073709551616", &seed));
    assert_false(sc_seed_parse("-1", &seed));
    assert_false(sc_seed_parse("12a", &seed));
}

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double seconds;
    } good[] = {{"20 s", 20},    {"20s", 20},     {" 1.5 h ", 5400}, {"3 min", 180},   {"2 d", 172800},
                {"6 w", 3628800}, {"0", 0},        {"0.0", 0},        {"0 min", 0},     {".5 min", 30}};
    static const char *const bad[] = {"20",        "",     "s",          "20 m",    "20 sec",
                                      "5 minutes", "-3 s", "1 h 30 min", "1e400 s", "1e305 w",
                                      "inf s",     "20 S", "20 s x"};
    double value;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(sc_duration_parse(good[i].text, &value));
        assert_true(value == good[i].seconds);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (sc_duration_parse(bad[i], &value))
            fail_msg("read \"%s\"", bad[i]);
    assert_true(sc_duration_parse_signed("-3 s", &value));
    assert_true(value == -3);
}

static void test_durations_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {{0, "0 s"},         {20, "20 s"},    {90, "1.5 min"}, {180, "3 min"},    {5400, "1.5 h"},
                 {86400, "1 d"},     {172800, "2 d"}, {604800, "1 w"}, {276, "4.6 min"},  {100, "100 s"},
                 {0.25, "0.25 s"},   {129600, "36 h"}, {1209600, "2 w"}};
    char text[SC_NUMBER_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(sc_duration_format(cases[i].seconds, text), cases[i].text);
    uint64_t random = 2;
    for (int i = 0; i < 100000; i++) {
        double seconds = (double)(next_bits(&random) >> 11) * 0x1p-53 * pow(10, i % 9), back;
        assert_true(sc_duration_parse(sc_duration_format(seconds, text), &back));
        assert_true(back == seconds);
    }
}

static void test_shares(void **state)
{
    (void)state;
    double value;
    assert_true(sc_share_parse("0.8", &value) && value == 0.8);
    assert_true(sc_share_parse("80%", &value) && value == 0.8);
    assert_true(sc_share_parse("12.5 %", &value) && value == 0.125);
    assert_true(sc_share_parse("0", &value) && value == 0);
    assert_true(sc_share_parse("100%", &value) && value == 1);
    static const char *const bad[] = {"1.01", "-0.1", "101%", "%", "", "a", "80%%", "nan"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sc_share_parse(bad[i], &value));
    assert_true(sc_percent_parse("-5%", &value) && value == -0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_texts),
        cmocka_unit_test(test_every_double_reads_back),
        cmocka_unit_test(test_digits_are_the_nearest),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_durations_as_people_write_them),
        cmocka_unit_test(test_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

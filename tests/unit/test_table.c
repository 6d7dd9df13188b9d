/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people read: numbers rounded by their uncertainty, sentences, tables. */
#include "present/human.h"
#include "present/prose.h"
#include "present/table.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- numbers --- */

static void counts_have_thousands(void **state)
{
    char text[SC_HUMAN_TEXT];

    (void)state;
    assert_string_equal(sc_human_count(0, text), "0");
    assert_string_equal(sc_human_count(3.44, text), "3.4");
    assert_string_equal(sc_human_count(7, text), "7");
    assert_string_equal(sc_human_count(9.97, text), "10");
    assert_string_equal(sc_human_count(999.4, text), "999");
    assert_string_equal(sc_human_count(999.6, text), "1,000");
    assert_string_equal(sc_human_count(1234567, text), "1,234,567");
    assert_string_equal(sc_human_count(-1234, text), "-1,234");
    assert_string_equal(sc_human_count(-0.001, text), "0.0");
    assert_string_equal(sc_human_count(5.03, text), "5.0");
    assert_string_equal(sc_human_count(NAN, text), "–");
    assert_string_equal(sc_human_count(1e300, text), "1e+300");
}

static void money_has_cents_while_they_matter(void **state)
{
    char text[SC_HUMAN_TEXT];

    (void)state;
    assert_string_equal(sc_human_money(6.272, text), "6.27");
    assert_string_equal(sc_human_money(99.999, text), "100");
    assert_string_equal(sc_human_money(96768.4, text), "96,768");
    assert_string_equal(sc_human_money(5, text), "5");
    assert_string_equal(sc_human_money_figure((struct sc_figure){96768, 96700, 96800}, text), "96,768 ± 50");
    assert_string_equal(sc_human_money_figure((struct sc_figure){6.272, 6.2, 6.3}, text), "6.27 ± 0.05");
    assert_string_equal(sc_human_money_figure((struct sc_figure){500, 500, 500}, text), "500");
}

static void durations_are_in_the_units_of_a_clock(void **state)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {
        {0, "0 s"}, {0.04, "0 s"}, {0.34, "0.3 s"}, {7.26, "7.3 s"}, {9.96, "10 s"}, {38.4, "38 s"}, {59.4, "59 s"},
        {59.6, "1 min"}, {60, "1 min"}, {252, "4 min 12 s"}, {3599.7, "1 h"}, {3600, "1 h"}, {3900, "1 h 5 min"},
        {7195, "2 h"}, {86399, "24 h"}, {86400, "1 d"}, {97200, "1 d 3 h"}, {172790, "2 d"}, {NAN, "–"},
    };
    char text[SC_HUMAN_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(sc_human_duration(cases[i].seconds, text), cases[i].text);
}

static void digits_follow_the_uncertainty(void **state)
{
    char text[SC_HUMAN_TEXT];

    (void)state;
    assert_string_equal(sc_human_share_figure((struct sc_figure){0.7832, 0.777, 0.789}, text), "78.3 % ± 0.6");
    assert_string_equal(sc_human_share_figure((struct sc_figure){0.61, 0.59, 0.63}, text), "61 % ± 2");
    assert_string_equal(sc_human_share_figure((struct sc_figure){0.059, 0.0582, 0.0598}, text), "5.9 % ± 0.1");
    assert_string_equal(sc_human_share_figure((struct sc_figure){0.059, 0.0586, 0.0594}, text), "5.90 % ± 0.04");
    assert_string_equal(sc_human_share_figure((struct sc_figure){0.5, 0.49999999, 0.50000001}, text),
                        "50.000 % ± 0.000");
    assert_string_equal(sc_human_share_figure((struct sc_figure){0, 0, 0.0041}, text), "0 % (to 0.4)");
    assert_string_equal(sc_human_share_figure((struct sc_figure){1, 0.996, 1}, text), "100 % (from 99.6)");
    assert_string_equal(sc_human_share_figure((struct sc_figure){0.78324, NAN, NAN}, text), "78.3 %");
    assert_string_equal(sc_human_share_figure((struct sc_figure){NAN, NAN, NAN}, text), "–");
    assert_string_equal(sc_human_duration_figure((struct sc_figure){38.2, 37, 39.3}, text), "38 ± 1 s");
    assert_string_equal(sc_human_duration_figure((struct sc_figure){1.23, 1.1, 1.4}, text), "1.2 ± 0.1 s");
    assert_string_equal(sc_human_duration_figure((struct sc_figure){92, 80, 104}, text), "1 min 32 s ± 12 s");
    assert_string_equal(sc_human_duration_figure((struct sc_figure){92, 91.8, 92.2}, text), "1 min 32 s ± 1 s");
    assert_string_equal(sc_human_duration_figure((struct sc_figure){92, NAN, NAN}, text), "1 min 32 s");
    assert_string_equal(sc_human_duration_figure((struct sc_figure){745, 120, 1370}, text), "12 ± 10 min");
    assert_string_equal(sc_human_duration_figure((struct sc_figure){40, 0, 160}, text), "0.7 ± 1.3 min");
    assert_string_equal(sc_human_duration_figure((struct sc_figure){35280, 34665, 35895}, text), "9.8 ± 0.2 h");
    assert_string_equal(sc_human_duration_figure((struct sc_figure){8820, 8649, 8991}, text), "2 h 27 min ± 3 min");
    assert_string_equal(sc_human_duration_figure((struct sc_figure){8820, 8800, 8840}, text), "2 h 27 min ± 1 min");
    assert_string_equal(sc_human_duration_figure((struct sc_figure){259200, 172800, 345600}, text), "3.0 ± 1.0 d");
}

static void shares_of_targets_are_as_written(void **state)
{
    char text[SC_HUMAN_TEXT];

    (void)state;
    assert_string_equal(sc_human_share(0.8, text), "80 %");
    assert_string_equal(sc_human_share(0.07, text), "7 %");
    assert_string_equal(sc_human_share(0.995, text), "99.5 %");
    assert_string_equal(sc_human_share(0.0125, text), "1.25 %");
}

static void a_korean_letter_is_two_columns_wide(void **state)
{
    (void)state;
    assert_int_equal(sc_human_width("phone"), 5);
    assert_int_equal(sc_human_width("전화 상담"), 9);
    assert_int_equal(sc_human_width("78.3 % ± 0.6"), 12);
    assert_int_equal(sc_human_width("e\xCC\x81"), 1); /* a combining accent */
    assert_int_equal(sc_human_width("\xFF!"), 2);
}

/* --- sentences --- */

static char *prose(struct sc_prose lead, struct sc_prose body)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);

    sc_prose_print(stream, lead, body);
    fclose(stream);
    return text;
}

static void lines_break_at_80_columns_below_the_text(void **state)
{
    char *text = prose((struct sc_prose){"✗ ", NULL},
                       (struct sc_prose){"one two three four five six seven eight nine ten eleven twelve thirteen "
                                         "fourteen fifteen", NULL});

    (void)state;
    assert_string_equal(text, "✗ one two three four five six seven eight nine ten eleven twelve thirteen\n"
                              "  fourteen fifteen\n");
    free(text);
}

/* The 80th column falls between a number and what belongs to it. */
static void numbers_stay_with_their_units(void **state)
{
    char body[128], expected[128];
    char *text;

    (void)state;
    memset(body, 'x', 74);
    strcpy(body + 74, " 5.9 % ± 0.1 of it");
    text = prose((struct sc_prose){"", NULL}, (struct sc_prose){body, NULL});
    snprintf(expected, sizeof expected, "%.74s\n5.9 %% ± 0.1 of it\n", body);
    assert_string_equal(text, expected);
    free(text);
}

static void colour_surrounds_the_parts(void **state)
{
    char *text = prose((struct sc_prose){"- ", SC_RED}, (struct sc_prose){"a b", SC_DIM});

    (void)state;
    assert_string_equal(text, "\033[31m- \033[0m\033[2ma b\033[0m\n");
    free(text);
}

/* --- tables --- */

static const struct sc_table_column columns[] = {{"Channel", false}, {"Empty", true}, {"Offered", true}};

static char *print_table(const char *const rows[][3], size_t count, bool colour, int indent)
{
    struct sc_table *table = NULL;
    struct sc_error error = SC_ERROR_INIT;
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);

    assert_int_equal(sc_table_new(columns, 3, colour, &table, &error), SC_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(sc_table_add(table, rows[i], &error), SC_OK);
    assert_int_equal(sc_table_rows(table), count);
    if (count > 0)
        sc_table_colour(table, 2, SC_RED);
    assert_int_equal(sc_table_print(table, indent, stream, &error), SC_OK);
    sc_table_free(table);
    fclose(stream);
    return text;
}

static void columns_are_aligned_by_their_width_on_the_screen(void **state)
{
    const char *const rows[][3] = {{"전화 상담", "", "15,432"}, {"chat", NULL, "7"}, {"  é ± vip", "", ""}};
    char *text = print_table(rows, 3, false, 2);

    (void)state;
    assert_string_equal(text, "  Channel    Offered\n"
                              "  전화 상담   15,432\n"
                              "  chat             7\n"
                              "    é ± vip\n");
    free(text);
}

static char *print_one_row(const struct sc_table_column *heading, const char *const *cells, size_t count, bool folded)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_table *table = NULL;
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);

    assert_int_equal(sc_table_new(heading, count, false, &table, &error), SC_OK);
    if (folded)
        sc_table_fold(table);
    assert_int_equal(sc_table_add(table, cells, &error), SC_OK);
    assert_int_equal(sc_table_print(table, 0, stream, &error), SC_OK);
    fclose(stream);
    sc_table_free(table);
    return text;
}

/* Widths of 5, 30, 20 and 19 with gaps of 2 are 80; one more, and there are two blocks, as even as can be. */
static void a_wide_table_goes_on_below(void **state)
{
    struct sc_table_column heading[5] = {{"A", false}, {"B", true}, {"none", true}, {"C", true}, {"D", true}};
    const char *cells[5] = {"phone", "± 3456789.123456789.123456789.", "", "123456789.123456789.",
                            "123456789.123456789"};
    char *text = print_one_row(heading, cells, 5, true), *unfolded = print_one_row(heading, cells, 5, false);

    (void)state;
    assert_string_equal(text, "A                                   B                     C                    D\n"
                              "phone  ± 3456789.123456789.123456789.  123456789.123456789.  123456789.123456789\n");
    assert_string_equal(text, unfolded);
    free(text);
    cells[4] = "123456789.123456789.";
    text = print_one_row(heading, cells, 5, true);
    assert_string_equal(text, "A                                   B\n"
                              "phone  ± 3456789.123456789.123456789.\n"
                              "\n"
                              "A                         C                     D\n"
                              "phone  123456789.123456789.  123456789.123456789.\n");
    free(text);
    free(unfolded);
    /* What is wider than a line stands alone. */
    heading[1].heading = "123456789.123456789.123456789.123456789.123456789.123456789.123456789.123456789.";
    text = print_one_row(heading, cells, 5, true);
    assert_non_null(strstr(text, "789.\n\nA                         C                     D\n"));
    free(text);
}

static void without_rows_there_is_no_table(void **state)
{
    char *text = print_table(NULL, 0, false, 0);

    (void)state;
    assert_string_equal(text, "");
    free(text);
}

static void colour_is_there_only_when_asked_for(void **state)
{
    const char *const rows[][3] = {{"phone", "", "1"}};
    char *plain = print_table(rows, 1, false, 0), *coloured = print_table(rows, 1, true, 0);

    (void)state;
    assert_null(strchr(plain, '\033'));
    assert_non_null(strstr(coloured, SC_RED "      1"));
    free(plain);
    free(coloured);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_have_thousands),
        cmocka_unit_test(money_has_cents_while_they_matter),
        cmocka_unit_test(durations_are_in_the_units_of_a_clock),
        cmocka_unit_test(digits_follow_the_uncertainty),
        cmocka_unit_test(shares_of_targets_are_as_written),
        cmocka_unit_test(a_korean_letter_is_two_columns_wide),
        cmocka_unit_test(lines_break_at_80_columns_below_the_text),
        cmocka_unit_test(numbers_stay_with_their_units),
        cmocka_unit_test(colour_surrounds_the_parts),
        cmocka_unit_test(columns_are_aligned_by_their_width_on_the_screen),
        cmocka_unit_test(a_wide_table_goes_on_below),
        cmocka_unit_test(without_rows_there_is_no_table),
        cmocka_unit_test(colour_is_there_only_when_asked_for),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}

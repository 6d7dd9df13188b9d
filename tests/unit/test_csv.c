/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One text at a time is put into a file of its own. */
static char path[64];

static int file_make(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "%s/staffcast-csv-XXXXXX", P_tmpdir);
    int descriptor = mkstemp(path);
    return descriptor < 0 ? -1 : close(descriptor);
}

static int file_remove(void **state)
{
    (void)state;
    return unlink(path);
}

static void put_bytes(const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static struct sc_csv *reads(const char *text)
{
    struct sc_csv *csv = NULL;
    struct sc_error error = SC_ERROR_INIT;
    put_bytes(text, strlen(text));
    assert_int_equal(sc_csv_read(path, SC_CSV_BAD_FAILS, &csv, &error), SC_OK);
    return csv;
}

static void fails_bytes(const char *text, size_t length, int line, const char *message)
{
    struct sc_csv *csv = NULL;
    struct sc_error error = SC_ERROR_INIT;
    put_bytes(text, length);
    assert_int_equal(sc_csv_read(path, SC_CSV_BAD_FAILS, &csv, &error), SC_INPUT);
    assert_null(csv);
    assert_string_equal(error.message, message);
    assert_int_equal(error.line, line);
    assert_string_equal(error.file, path);
}

static void fails(const char *text, int line, const char *message)
{
    fails_bytes(text, strlen(text), line, message);
}

static void reads_fields_by_name(void **state)
{
    (void)state;
    struct sc_csv *csv = reads("start,contacts\n2026-01-05 08:00,12\n2026-01-05 08:30,17\n");
    size_t column;
    assert_int_equal(sc_csv_rows(csv), 2);
    assert_int_equal(sc_csv_columns(csv), 2);
    assert_true(sc_csv_find(csv, "contacts", &column));
    assert_int_equal(column, 1);
    assert_false(sc_csv_find(csv, "agents", &column));
    assert_int_equal(column, 1);
    assert_string_equal(sc_csv_field(csv, 1, 0), "2026-01-05 08:30");
    assert_string_equal(sc_csv_field(csv, 1, 1), "17");
    assert_int_equal(sc_csv_line(csv, 1), 3);
    sc_csv_free(csv);
}

/* The same table, as six programs would write it. */
static void reads_every_dialect_alike(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char delimiter;
    } dialect[] = {
        {"a,b\n1,x y\n,3\n", ','},
        {"a;b\r\n1;x y\r\n;3\r\n", ';'},
        {"a\tb\n1\tx y\n\t3", '\t'},
        {"\xef\xbb\xbf"
         "a;b\n1;\"x y\"\n;3\n",
         ';'},
        {"\"a\",\"b\"\r\n\"1\",\"x y\"\r\n\"\",\"3\"", ','},
        {"\n\na , b\n 1 ,x y\n\n\n,3\n\n", ','},
    };
    for (size_t i = 0; i < sizeof dialect / sizeof *dialect; i++) {
        struct sc_csv *csv = reads(dialect[i].text);
        assert_int_equal(sc_csv_delimiter(csv), dialect[i].delimiter);
        assert_int_equal(sc_csv_columns(csv), 2);
        assert_string_equal(sc_csv_name(csv, 0), "a");
        assert_string_equal(sc_csv_name(csv, 1), "b");
        assert_int_equal(sc_csv_rows(csv), 2);
        assert_string_equal(sc_csv_field(csv, 0, 0), "1");
        assert_string_equal(sc_csv_field(csv, 0, 1), "x y");
        assert_string_equal(sc_csv_field(csv, 1, 0), "");
        assert_string_equal(sc_csv_field(csv, 1, 1), "3");
        sc_csv_free(csv);
    }
}

static void header_decides_the_delimiter_outside_quotes(void **state)
{
    (void)state;
    struct sc_csv *csv = reads("\"waited, in s, at all\";b\n1,5;2\n");
    assert_int_equal(sc_csv_delimiter(csv), ';');
    assert_string_equal(sc_csv_name(csv, 0), "waited, in s, at all");
    assert_string_equal(sc_csv_field(csv, 0, 0), "1,5");
    sc_csv_free(csv);
    csv = reads("seconds\n12\n13\n");
    assert_int_equal(sc_csv_columns(csv), 1);
    assert_int_equal(sc_csv_rows(csv), 2);
    sc_csv_free(csv);
}

static void lines_are_right_after_quoted_breaks_and_empty_lines(void **state)
{
    (void)state;
    struct sc_csv *csv = reads("a,b\n1,\"two\nlines, \"\"and\"\" more\"\n\n2,x\r\n3,y\n");
    assert_string_equal(sc_csv_field(csv, 0, 1), "two\nlines, \"and\" more");
    assert_int_equal(sc_csv_line(csv, 0), 2);
    assert_int_equal(sc_csv_line(csv, 1), 5);
    assert_int_equal(sc_csv_line(csv, 2), 6);
    sc_csv_free(csv);
}

static void reads_numbers_and_says_where_one_is_not(void **state)
{
    (void)state;
    struct sc_csv *csv = reads("a,b\n1,2.5\n2,\"2,5\"\n3,nan\n4,\n");
    struct sc_error error = SC_ERROR_INIT;
    double number = -1;
    assert_int_equal(sc_csv_number(csv, 0, 1, &number, &error), SC_OK);
    assert_true(number == 2.5);
    assert_int_equal(sc_csv_number(csv, 1, 1, &number, &error), SC_INPUT);
    assert_true(number == 2.5);
    assert_int_equal(error.line, 3);
    assert_string_equal(error.message, "b is not a number (found \"2,5\"); write it with a point, as 12.5");
    for (size_t row = 2; row < 4; row++) {
        error = SC_ERROR_INIT;
        assert_int_equal(sc_csv_number(csv, row, 1, &number, &error), SC_INPUT);
        assert_int_equal(error.line, (int)row + 2);
    }
    sc_csv_free(csv);
}

static void columns_are_renamed_all_or_none(void **state)
{
    (void)state;
    struct sc_csv *csv = reads("DateTime,Calls,agents\n2026-01-05,5,2\n");
    struct sc_error error = SC_ERROR_INIT;
    size_t column = 9;
    assert_int_equal(sc_csv_map(csv, "start=DateTime,contacts=Cals", &error), SC_INPUT);
    assert_string_equal(error.message,
                        "there is no column \"Cals\" to be used as contacts (found DateTime, Calls, agents)");
    assert_false(sc_csv_find(csv, "start", &column));
    error = SC_ERROR_INIT;
    assert_int_equal(sc_csv_map(csv, "agents=Calls", &error), SC_INPUT);
    error = SC_ERROR_INIT;
    assert_int_equal(sc_csv_map(csv, "start:DateTime", &error), SC_INPUT);
    error = SC_ERROR_INIT;
    assert_int_equal(sc_csv_map(csv, "start=DateTime,contacts=Calls", &error), SC_OK);
    assert_int_equal(sc_csv_require(csv, "contacts", &column, &error), SC_OK);
    assert_int_equal(column, 1);
    assert_string_equal(sc_csv_field(csv, 0, column), "5");
    assert_int_equal(sc_csv_require(csv, "wait_s", &column, &error), SC_INPUT);
    assert_int_equal(column, 1);
    assert_string_equal(error.message,
                        "there is no column \"wait_s\" (found start, contacts, agents); add it, or say "
                        "columns = { wait_s = \"NAME\"; } in the scenario");
    sc_csv_free(csv);
}

static void bad_files_are_refused_with_their_line(void **state)
{
    (void)state;
    fails("", 0, "the file is empty; its first row must name the columns");
    fails("\xef\xbb\xbf\n\n", 0, "the file is empty; its first row must name the columns");
    fails("a,b\n1,2\n\n3\n", 4, "the row has 1 field (the header has 2); every row needs as many as the header");
    fails("a,b\n1,2,3\n", 2, "the row has 3 fields (the header has 2); every row needs as many as the header");
    fails("a,b,a\n", 1, "columns 1 and 3 have the same name (\"a\"); rename or remove one");
    fails("a,,c\n", 1, "column 2 of the header has no name; name it or take it out");
    fails("a,b\n1,2\n3,4\"5\n", 3,
          "a quotation mark stands inside an unquoted field or before text; quote the whole field "
          "and double the marks inside it");
    fails("a,b\n1,2\n3,\"four\n5,6\n", 3, "a quotation mark is never closed (it opens on this row); close it");
    fails("a,b\n1,\xe9t\xe9\n", 2, "the text is not UTF-8 (found the byte 0xe9); save the file as UTF-8");
    fails_bytes("a\0,\0", 4, 1, "the text is not UTF-8 (found the byte 0x00); save the file as UTF-8");
}

static void bad_rows_can_be_skipped_and_are_listed(void **state)
{
    (void)state;
    struct sc_csv *csv = NULL;
    struct sc_error error = SC_ERROR_INIT;
    const char *text = "a,b\n1,2\n3\n4,5\n6,7,8\n9,10\n";
    put_bytes(text, strlen(text));
    assert_int_equal(sc_csv_read(path, SC_CSV_BAD_SKIPPED, &csv, &error), SC_OK);
    assert_int_equal(sc_csv_rows(csv), 3);
    assert_string_equal(sc_csv_field(csv, 1, 0), "4");
    assert_string_equal(sc_csv_field(csv, 2, 1), "10");
    assert_int_equal(sc_csv_line(csv, 2), 6);
    assert_int_equal(sc_csv_skipped(csv), 2);
    assert_int_equal(sc_csv_skipped_line(csv, 0), 3);
    assert_int_equal(sc_csv_skipped_line(csv, 1), 5);
    sc_csv_free(csv);
}

static void missing_file_is_named(void **state)
{
    (void)state;
    struct sc_csv *csv = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_csv_read("no/such/file.csv", SC_CSV_BAD_FAILS, &csv, &error), SC_INPUT);
    assert_string_equal(error.file, "no/such/file.csv");
    assert_string_equal(error.message, "cannot be read (No such file or directory)");
}

/* Many rows: buffers move several times, and every field must still be found. */
static void large_file_keeps_every_field(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    FILE *file = fopen(path, "wb");
    char expected[32];
    struct sc_csv *csv = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_non_null(file);
    fputs("row,square\n", file);
    for (int i = 0; i < ROWS; i++)
        fprintf(file, "%d,%d\n", i, i * i);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(sc_csv_read(path, SC_CSV_BAD_FAILS, &csv, &error), SC_OK);
    assert_int_equal(sc_csv_rows(csv), ROWS);
    for (int i = 0; i < ROWS; i++) {
        snprintf(expected, sizeof expected, "%d", i * i);
        assert_string_equal(sc_csv_field(csv, (size_t)i, 1), expected);
        assert_int_equal(sc_csv_line(csv, (size_t)i), i + 2);
    }
    sc_csv_free(csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_fields_by_name, file_make, file_remove),
        cmocka_unit_test_setup_teardown(reads_every_dialect_alike, file_make, file_remove),
        cmocka_unit_test_setup_teardown(header_decides_the_delimiter_outside_quotes, file_make, file_remove),
        cmocka_unit_test_setup_teardown(lines_are_right_after_quoted_breaks_and_empty_lines, file_make, file_remove),
        cmocka_unit_test_setup_teardown(reads_numbers_and_says_where_one_is_not, file_make, file_remove),
        cmocka_unit_test_setup_teardown(columns_are_renamed_all_or_none, file_make, file_remove),
        cmocka_unit_test_setup_teardown(bad_files_are_refused_with_their_line, file_make, file_remove),
        cmocka_unit_test_setup_teardown(bad_rows_can_be_skipped_and_are_listed, file_make, file_remove),
        cmocka_unit_test(missing_file_is_named),
        cmocka_unit_test_setup_teardown(large_file_keeps_every_field, file_make, file_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

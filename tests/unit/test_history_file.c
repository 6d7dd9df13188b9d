/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/calendar.h"
#include "staffcast/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define assert_near(a, b, tolerance) assert_true(fabs((double)(a) - (double)(b)) <= (tolerance))

/* One text at a time is put into a file of its own. */
static char path[64];

static int file_make(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "%s/staffcast-history-XXXXXX", P_tmpdir);
    int descriptor = mkstemp(path);
    return descriptor < 0 ? -1 : close(descriptor);
}

static int file_remove(void **state)
{
    (void)state;
    return unlink(path);
}

static void put(const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static struct sc_history *reads_with(const char *text, const struct sc_history_options *options)
{
    struct sc_history *history = NULL;
    struct sc_error error = SC_ERROR_INIT;
    put(text);
    if (sc_history_read(path, options, &history, &error) != SC_OK)
        fail_msg("line %d: %s", error.line, error.message);
    return history;
}

static struct sc_history *reads(const char *text)
{
    return reads_with(text, NULL);
}

static void fails_with(const char *text, const struct sc_history_options *options, int line,
                       const char *message)
{
    struct sc_history *history = NULL;
    struct sc_error error = SC_ERROR_INIT;
    put(text);
    assert_int_equal(sc_history_read(path, options, &history, &error), SC_INPUT);
    assert_null(history);
    assert_string_equal(error.message, message);
    assert_int_equal(error.line, line);
    assert_string_equal(error.file, path);
}

static void fails(const char *text, int line, const char *message)
{
    fails_with(text, NULL, line, message);
}

static int64_t day_of(const char *date)
{
    int64_t day = 0;
    assert_true(sc_date_parse(date, &day));
    return day;
}

/* --- interval counts --- */

static void counts_are_read_with_their_optional_columns(void **state)
{
    (void)state;
    struct sc_history *h =
        reads("\xef\xbb\xbfstart;contacts;handle_s;answered;abandoned;wait_s;agents;remark\r\n"
              "2026-01-05 08:00;12;200.5;11;1;7;4;busy\r\n"
              "2026-01-05 08:30;0;;;;;;\r\n"
              "2026-01-06T08:00;7.5;190;7;0;0;3.5;\r\n");
    assert_int_equal(h->kind, SC_HISTORY_COUNTS);
    assert_int_equal(h->rows, 3);
    assert_true(h->interval_s == 1800);
    assert_int_equal(h->day[0], day_of("2026-01-05"));
    assert_int_equal(h->day[2], day_of("2026-01-06"));
    assert_true(h->second[0] == 28800 && h->second[1] == 30600 && h->second[2] == 28800);
    assert_true(h->contacts[0] == 12 && h->contacts[1] == 0 && h->contacts[2] == 7.5);
    assert_true(h->handle_s[0] == 200.5 && isnan(h->handle_s[1]));
    assert_true(h->answered[0] == 11 && h->abandoned[0] == 1 && h->wait_s[0] == 7 && h->agents[2] == 3.5);
    assert_int_equal(h->fraction_line, 4);
    assert_true(!h->wrap_s && !h->channel && !h->outcome);
    assert_int_equal(h->skip_count, 0);
    sc_history_free(h);
}

static void columns_are_mapped(void **state)
{
    (void)state;
    const char *const columns[] = {"start=DateTime,contacts=Calls", "wait_s=ASA"};
    struct sc_history_options options = {columns, 2, false};
    struct sc_history *h =
        reads_with("Calls,DateTime,ASA\n5,2026-01-05 00:00,3\n6,2026-01-05 00:05,4\n", &options);
    assert_true(h->contacts[1] == 6 && h->wait_s[1] == 4 && h->interval_s == 300);
    assert_null(h->handle_s);
    assert_int_equal(h->fraction_line, 0);
    sc_history_free(h);
    fails_with("Calls,When\n5,2026-01-05\n", &options, 1,
               "there is no column \"DateTime\" to be used as start (found Calls, When)");
}

/* Closed at night, over lunch and on a holiday; one day of the week is shorter: nothing of that is a gap. */
static void closed_hours_are_no_gaps(void **state)
{
    (void)state;
    struct sc_history *h =
        reads("start,contacts\n"
              "2026-01-05 08:00,1\n2026-01-05 09:00,2\n2026-01-05 13:00,3\n"
              "2026-01-07 08:00,1\n2026-01-07 09:00,2\n2026-01-07 10:00,2\n2026-01-07 13:00,3\n"
              "2026-01-12 09:00,2\n2026-01-12 13:00,3\n");
    assert_true(h->interval_s == 3600);
    sc_history_free(h);
}

static void a_row_a_day_is_a_daily_history(void **state)
{
    (void)state;
    struct sc_history *h = reads("start,contacts\n2026-01-05,100\n2026-01-06,90\n2026-01-09,80\n");
    assert_true(h->interval_s == 86400);
    sc_history_free(h);
}

static void bad_counts_are_errors_with_their_line(void **state)
{
    (void)state;
    fails("when,contacts\n2026-01-05,1\n", 1,
          "there is no column \"start\" (interval counts) or \"arrived\" (a contact log) (found when, "
          "contacts); "
          "add it, or say columns = { start = \"NAME\"; } in the scenario");
    fails("start,arrived\n2026-01-05,2026-01-05\n", 1,
          "there are both a column \"start\" (interval counts) and a column \"arrived\" (a contact log); "
          "keep one of them");
    fails("start,calls\n2026-01-05 08:00,1\n", 1,
          "there is no column \"contacts\" (found start, calls); add it, or say columns = { contacts = "
          "\"NAME\"; } in the scenario");
    fails("start,contacts\n2026-01-05 08:00,1\n2026-02-30 08:30,1\n", 3,
          "start is not an instant (found \"2026-02-30 08:30\"); write one such as 2026-01-05 08:30");
    fails("start,contacts\n2026-01-05 08:00,1\n2026-01-05 08:30,\n", 3,
          "contacts is not a number (found \"\"); write it with a point, as 12.5");
    fails("start,contacts\n2026-01-05 08:00,1\n2026-01-05 08:30,1,2\n", 3,
          "the row has 3 fields (the header has 2); every row needs as many as the header");
    fails("start,contacts\n2026-01-05 08:00,-1\n", 2,
          "contacts is not in range (found \"-1\"); write a number from 0 to 1e12");
    fails("start,contacts,handle_s\n2026-01-05 08:00,1,nan\n", 2,
          "handle_s is not a number (found \"nan\"); write it with a point, as 12.5");
    fails("start,contacts\n", 0, "the file has no row that can be read (found 0 bad rows); write one a line");
}

static void counts_out_of_order_are_errors(void **state)
{
    (void)state;
    fails("start,contacts\n2026-01-05 08:00,1\n2026-01-05 08:30,1\n2026-01-05 08:30,1\n", 4,
          "start is that of the row above (found 2026-01-05 08:30); name each interval once");
    fails("start,contacts\n2026-01-05 08:00,1\n2026-01-05 08:30,1\n2026-01-05 08:00,1\n", 4,
          "start is in the file twice (found 2026-01-05 08:00); name each interval once");
    fails("start,contacts\n2026-01-06 08:00,1\n2026-01-05 08:30,1\n2026-01-05 09:00,1\n", 3,
          "start is before that of the row above (found 2026-01-05 08:30); sort the rows by start");
}

static void counts_off_their_grid_are_errors(void **state)
{
    (void)state;
    fails("start,contacts\n2026-01-05 08:00,1\n2026-01-05 08:30,1\n2026-01-05 09:00,1\n"
          "2026-01-06 08:00,1\n2026-01-06 09:00,1\n2026-01-06 10:00,1\n",
          6,
          "the intervals have different lengths (found 1 h on this day and 30 min on others); split the file "
          "or bring "
          "all to one length");
    fails("start,contacts\n2026-01-05 08:10,1\n2026-01-05 08:40,1\n", 2,
          "start does not go with the other intervals (found 2026-01-05 08:10); intervals of 30 min begin at "
          "00:00 and at "
          "whole multiples after");
    fails("start,contacts\n2026-01-05 08:00,1\n2026-01-05 08:07,1\n", 0,
          "the intervals are 7 min long; intervals of a minute or more that divide the day can be read, such "
          "as 5, 15, 30 "
          "or 60 min");
}

static const char with_gap[] = "start,contacts\n"
                               "2026-01-05 08:00,1\n2026-01-05 08:30,2\n2026-01-05 09:00,3\n"
                               "2026-01-12 08:00,4\n2026-01-12 09:00,5\n";

static void a_missing_interval_is_an_error(void **state)
{
    (void)state;
    fails(with_gap, 6,
          "an interval is missing before this one (2026-01-12 08:30, which other days of the weekday have); "
          "add its row, "
          "with 0 where nothing came");
}

static void bad_rows_are_left_out_where_that_is_wanted(void **state)
{
    (void)state;
    struct sc_history_options skip = {NULL, 0, true};
    struct sc_history *h =
        reads_with("start,contacts\n2026-01-05 08:00,1\n2026-01-05 08:30,many\n2026-01-05 09:00\n"
                   "2026-01-05 09:30,4\nnoon,4\n2026-01-12 08:00,3\n2026-01-12 08:30,5\n"
                   "2026-01-12 09:00,6\n2026-01-12 09:30,7\n",
                   &skip);
    assert_int_equal(h->rows, 6);
    assert_int_equal(h->skip_count, 3);
    assert_int_equal(h->skip[0].line, 3);
    assert_string_equal(h->skip[0].message,
                        "contacts is not a number (found \"many\"); write it with a point, as 12.5");
    assert_int_equal(h->skip[1].line, 4);
    assert_string_equal(h->skip[1].message, "the row has not as many fields as the header");
    assert_int_equal(h->skip[2].line, 6);
    /* what they held is not known, which is not the same as 0 */
    struct sc_history_grid grid;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_history_grid_init(&grid, h, 0, NULL, &error), SC_OK);
    assert_int_equal(grid.days, 2);
    assert_int_equal(grid.cells, 48);
    assert_true(grid.count[16] == 1 && isnan(grid.count[17]) && isnan(grid.count[18]) && grid.count[19] == 4);
    assert_true(grid.count[15] == 0 && grid.count[20] == 0);
    assert_true(grid.count[48 + 17] == 5);
    struct sc_history_profile profile;
    assert_int_equal(sc_history_profile_init(&profile, &grid, &error), SC_OK);
    assert_true(profile.mean[16] == 2 && profile.mean[17] == 5 && profile.mean[18] == 6 &&
                profile.mean[19] == 5.5);
    assert_true(isnan(profile.cv)); /* one whole day */
    sc_history_profile_release(&profile);
    sc_history_grid_release(&grid);
    sc_history_free(h);
    /* but a row in the wrong place shows that the file is not what it is taken for */
    fails_with("start,contacts\n2026-01-06 08:00,1\n2026-01-05 08:30,1\n", &skip, 3,
               "start is before that of the row above (found 2026-01-05 08:30); sort the rows by start");
    fails_with("start,contacts\nx,1\n", &skip, 0,
               "the file has no row that can be read (found 1 bad rows); write one a line");
}

/* --- contact logs --- */

static void a_log_is_read_and_sorted(void **state)
{
    (void)state;
    struct sc_history *h = reads("arrived,channel,wait_s,handle_s,wrap_s,outcome,agent,class,customer\n"
                                 "2026-01-05 08:00:15,phone,3,200,10,answered,ann,vip,17\n"
                                 "2026-01-04 23:59:59,chat,20,,,abandoned,,,\n"
                                 "2026-01-05 08:00:15,chat,,,,,,,\n"
                                 "2026-01-05 08:00:14,phone,1,100,5,answered,bob,,18\n");
    assert_int_equal(h->kind, SC_HISTORY_LOG);
    assert_int_equal(h->rows, 4);
    assert_true(h->interval_s == 0 && !h->contacts && !h->answered && !h->agents);
    const int line[] = {3, 5, 2, 4};
    const char *const channel[] = {"chat", "phone", "phone", "chat"};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(h->line[i], line[i]);
        assert_string_equal(h->channel[i], channel[i]);
    }
    assert_int_equal(h->day[0], day_of("2026-01-04"));
    assert_true(h->second[0] == 86399 && h->second[1] == 28814 && h->second[3] == 28815);
    assert_true(h->wait_s[0] == 20 && h->wait_s[2] == 3 && isnan(h->wait_s[3]));
    assert_true(h->handle_s[1] == 100 && isnan(h->handle_s[0]) && h->wrap_s[2] == 10);
    assert_string_equal(h->outcome[0], "abandoned");
    assert_string_equal(h->outcome[3], "");
    assert_string_equal(h->agent[2], "ann");
    assert_string_equal(h->class_name[2], "vip");
    assert_string_equal(h->customer[1], "18");
    sc_history_free(h);
    fails("arrived,outcome\n2026-01-05 08:00:15,lost\n", 2,
          "outcome is not an outcome (found \"lost\"); write answered or abandoned");
    fails("arrived,wait_s\n2026-01-05 08:00:15,-2\n", 2,
          "wait_s is not in range (found \"-2\"); write a number from 0 to 1e12");
}

/* --- grids and profiles --- */

static struct sc_history_grid grid_of(const struct sc_history *h, double interval_s, const char *channel)
{
    struct sc_history_grid grid;
    struct sc_error error = SC_ERROR_INIT;
    if (sc_history_grid_init(&grid, h, interval_s, channel, &error) != SC_OK)
        fail_msg("%s", error.message);
    return grid;
}

static void grid_fails(const struct sc_history *h, double interval_s, const char *channel,
                       const char *message)
{
    struct sc_history_grid grid = {.days = 77};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_history_grid_init(&grid, h, interval_s, channel, &error), SC_INPUT);
    assert_string_equal(error.message, message);
    assert_int_equal(grid.days, 77);
}

static void counts_are_added_up_to_longer_intervals(void **state)
{
    (void)state;
    struct sc_history *h =
        reads("start,contacts\n2026-01-05 08:15,1\n2026-01-05 08:30,2\n2026-01-05 08:45,3\n"
              "2026-01-06 09:00,4\n2026-01-06 09:15,5\n");
    struct sc_history_grid grid = grid_of(h, 3600, NULL);
    assert_int_equal(grid.days, 2);
    assert_int_equal(grid.cells, 24);
    double sum = 0;
    for (size_t i = 0; i < 48; i++)
        sum += grid.count[i];
    assert_true(grid.count[8] == 6 && grid.count[24 + 9] == 9 && sum == 15);
    sc_history_grid_release(&grid);
    grid_fails(h, 300, NULL,
               "counts by 15 min do not tell counts by 5 min; ask for a multiple of their interval");
    grid_fails(h, 25200, NULL, "7 h is no part of a day; 5, 15, 30 or 60 min are");
    grid_fails(
        h, 0, "phone",
        "contacts of channel 'phone' are asked for, but there is no column \"channel\"; add it or map one");
    sc_history_free(h);
}

/* A day on which the log has contacts of other channels only is a day with none, not an unknown one. */
static void contacts_of_a_channel_are_counted(void **state)
{
    (void)state;
    struct sc_history *h =
        reads("arrived,channel\n2026-01-05 08:00:00,phone\n2026-01-05 08:04:59,phone\n"
              "2026-01-05 08:05:00,chat\n2026-01-05 08:05:00,phone\n2026-01-08 12:00:00,chat\n");
    struct sc_history_grid grid = grid_of(h, 0, "phone");
    assert_true(grid.interval_s == 300 && grid.days == 2);
    assert_int_equal(grid.day[1], day_of("2026-01-08"));
    assert_true(grid.count[96] == 2 && grid.count[97] == 1 && grid.count[288 + 144] == 0);
    sc_history_grid_release(&grid);
    grid = grid_of(h, 0, NULL);
    assert_true(grid.count[97] == 2 && grid.count[288 + 144] == 1);
    sc_history_grid_release(&grid);
    grid_fails(h, 0, "fax", "no row is of channel 'fax' (the first is of 'phone'); write the channel's name");
    sc_history_free(h);
}

/*
 * Two Mondays of 100 and 140, two Tuesdays of 60 and 60, one Wednesday: sum (r - 1)^2 = 2 / 36, less (1/120 +
 * 1/60) for chance, by two degrees of freedom.
 */
static void profile_is_that_computed_by_hand(void **state)
{
    (void)state;
    struct sc_history *h =
        reads("start,contacts\n2026-01-05 00:00,90\n2026-01-05 12:00,10\n2026-01-06 00:00,60\n"
              "2026-01-07 00:00,5\n2026-01-12 00:00,110\n2026-01-12 12:00,30\n"
              "2026-01-13 00:00,40\n2026-01-13 12:00,20\n");
    struct sc_history_grid grid = grid_of(h, 0, NULL);
    struct sc_history_profile profile;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_history_profile_init(&profile, &grid, &error), SC_OK);
    assert_int_equal(profile.cells, 2);
    assert_true(profile.days[0] == 2 && profile.days[1] == 2 && profile.days[2] == 1 && profile.days[3] == 0);
    assert_true(profile.mean[0] == 100 && profile.mean[1] == 20);
    assert_true(profile.mean[2] == 50 && profile.mean[3] == 10 && profile.mean[4] == 5 &&
                profile.mean[5] == 0);
    assert_near(profile.cv, sqrt((2 / 36.0 - 1 / 120.0 - 1 / 60.0) / 2), 1e-12);
    sc_history_profile_release(&profile);
    sc_history_grid_release(&grid);
    sc_history_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_read_with_their_optional_columns),
        cmocka_unit_test(columns_are_mapped),
        cmocka_unit_test(closed_hours_are_no_gaps),
        cmocka_unit_test(a_row_a_day_is_a_daily_history),
        cmocka_unit_test(bad_counts_are_errors_with_their_line),
        cmocka_unit_test(counts_out_of_order_are_errors),
        cmocka_unit_test(counts_off_their_grid_are_errors),
        cmocka_unit_test(a_missing_interval_is_an_error),
        cmocka_unit_test(bad_rows_are_left_out_where_that_is_wanted),
        cmocka_unit_test(a_log_is_read_and_sorted),
        cmocka_unit_test(counts_are_added_up_to_longer_intervals),
        cmocka_unit_test(contacts_of_a_channel_are_counted),
        cmocka_unit_test(profile_is_that_computed_by_hand),
    };
    return cmocka_run_group_tests(tests, file_make, file_remove);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Histories: what came in, as a telephone or ticket system exports it (SPEC 5).
 *
 * Two kinds of file. Interval counts have a row for each interval: when it starts and how many contacts came.
 * A contact log has a row for each contact: when it arrived and what became of it. Both are CSV files with a
 * header; columns of other names are mapped, further columns are ignored, an empty field of an optional
 * column is unknown (NaN, or "").
 *
 * An instant is a day number (staffcast/calendar.h) and seconds since its midnight, local time.
 */
#ifndef STAFFCAST_HISTORY_H
#define STAFFCAST_HISTORY_H

#include "staffcast/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sc_history_kind { SC_HISTORY_COUNTS, SC_HISTORY_LOG };

struct sc_history_options {
    const char *const *columns; /* [column_count]: "start=DateTime", or several such with commas between */
    size_t column_count;
    bool skip_bad_rows; /* leave out rows that cannot be read, and say which, instead of failing */
};

/* A row that was left out, and what is wrong with it. */
struct sc_history_skip {
    int line;
    char *message;
};

/*
 * A file as it was read. All arrays have `rows` elements, or are NULL where the file has no such column. Rows
 * are in the order of time, those of one instant in the order of the file. Everything belongs to the history.
 */
struct sc_history {
    enum sc_history_kind kind;
    const char *path;
    size_t rows;
    int *line;
    int64_t *day;
    double *second;
    /* interval counts */
    double interval_s; /* length of an interval, a part of 24 h; 0 in a log */
    double *contacts;  /* 0 or more; need not be whole */
    int fraction_line; /* line of the first count that is not whole; 0: all are */
    double *answered, *abandoned, *agents;
    /* both: of an interval the mean, of a contact its own */
    double *handle_s, *wait_s;
    /* contact log */
    double *wrap_s;
    const char **channel, **agent, **class_name, **customer;
    const char **outcome; /* "answered", "abandoned" or "" */
    /* rows left out */
    size_t skip_count;
    struct sc_history_skip *skip;
    void *file; /* the table that the texts lie in */
};

/*
 * Reads a file; which kind it is, its columns say: `start` and `contacts`, or `arrived`. options may be NULL.
 *
 * Errors: SC_SYSTEM; SC_INPUT with file and line: the file (see base/csv.h), a missing column, an instant or
 * a number that is none or below 0, another outcome. Of interval counts also, whatever the options: rows out
 * of order, an instant twice, intervals of different lengths, starts off their grid, and a gap: an interval
 * missing between the first and the last of a day although another day of that weekday has it. (With rows
 * left out, gaps are allowed: their counts are unknown.) O(rows), a log O(rows log rows).
 */
enum sc_code sc_history_read(const char *path, const struct sc_history_options *options,
                             struct sc_history **history, struct sc_error *error);
void sc_history_free(struct sc_history *history);

/*
 * Counts on a grid: a row of cells from 00:00 to 24:00 for each day of the file. A cell outside the file's
 * intervals is 0 (closed); one that should be there but is unknown is NaN. Days that the file does not name
 * at all are not there.
 */
struct sc_history_grid {
    size_t days, cells;
    double interval_s;
    int64_t *day;  /* [days], rising */
    double *count; /* [days * cells] */
};

/*
 * Counts by interval_s, a part of 24 h and, for interval counts, a multiple of the file's own; 0: the file's
 * own, a log by 5 minutes. With a channel, of a log only the rows of that channel (the days remain those on
 * which the log has any row). Errors: SC_INPUT (an interval that does not fit, a channel without rows or in a
 * file without that column), SC_SYSTEM. Release with sc_history_grid_release.
 */
enum sc_code sc_history_grid_init(struct sc_history_grid *grid, const struct sc_history *history,
                                  double interval_s, const char *channel, struct sc_error *error);
void sc_history_grid_release(struct sc_history_grid *grid);

/*
 * The profile of a grid: mean count by weekday (Monday 0) and cell over the days with a known count, and how
 * much more than Poisson counts whole days of a weekday scatter: the cv of a factor with mean 1, one a day,
 * by the method of moments. With r = N / m, m the weekday's mean: cv^2 = (sum (r - 1)^2 - sum (1 - 1/n) / m)
 * / (days - weekdays), where n days are of the weekday; 0 where that is below 0. Days with an unknown cell do
 * not count for cv.
 */
struct sc_history_profile {
    size_t cells;
    double *mean;   /* [7 * cells]; 0 on weekdays that the grid does not have */
    size_t days[7]; /* of each weekday */
    double cv;      /* NaN where no weekday has two days: not known */
};

/* Errors: SC_SYSTEM. Release with sc_history_profile_release. */
enum sc_code sc_history_profile_init(struct sc_history_profile *profile, const struct sc_history_grid *grid,
                                     struct sc_error *error);
void sc_history_profile_release(struct sc_history_profile *profile);

#endif

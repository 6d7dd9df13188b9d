/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Interval counts name when an interval starts, never how long it is: the shortest step within a day is taken
 * for the length, and all that does not go with it is an error. A night, a holiday or a lunch break that no
 * day of a weekday has is no gap: the centre was closed. A hole in one day that others of its weekday have
 * not is a row that was lost, and reading it as 0 would make that day quiet.
 */
#include "base/history_order.h"

#include "base/number.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S 86400.0
#define SHORTEST_S 60.0

static enum sc_code fault(const struct sc_history *h, size_t row, const char *what, const char *fix,
                          struct sc_error *error)
{
    char text[17];
    sc_instant_format(h->day[row], h->second[row], text);
    return sc_error_set_at(error, SC_INPUT, h->path, h->line[row], "start %s (found %s); %s", what, text,
                           fix);
}

static double step_s(const struct sc_history *h, size_t row)
{
    return (double)(h->day[row] - h->day[row - 1]) * DAY_S + h->second[row] - h->second[row - 1];
}

static enum sc_code order_check(const struct sc_history *h, struct sc_error *error)
{
    for (size_t row = 1; row < h->rows; row++) {
        double step = step_s(h, row);
        if (step == 0)
            return fault(h, row, "is that of the row above", "name each interval once", error);
        if (step < 0) {
            for (size_t other = 0; other < row; other++)
                if (h->day[other] == h->day[row] && h->second[other] == h->second[row])
                    return fault(h, row, "is in the file twice", "name each interval once", error);
            return fault(h, row, "is before that of the row above", "sort the rows by start", error);
        }
    }
    return SC_OK;
}

/* The shortest step within a day; of a file with one row a day a whole day. */
static enum sc_code length_find(struct sc_history *h, struct sc_error *error)
{
    double shortest = DAY_S;
    for (size_t row = 1; row < h->rows; row++)
        if (h->day[row] == h->day[row - 1])
            shortest = fmin(shortest, step_s(h, row));
    if (shortest < SHORTEST_S || fmod(DAY_S, shortest) != 0) {
        char found[SC_NUMBER_TEXT];
        return sc_error_set_at(
            error, SC_INPUT, h->path, 0,
            "the intervals are %s long; intervals of a minute or more that divide the day can be read, "
            "such as 5, 15, 30 or 60 min",
            sc_duration_format(shortest, found));
    }
    for (size_t row = 0; row < h->rows; row++)
        if (fmod(h->second[row], shortest) != 0) {
            char fix[96], text[SC_NUMBER_TEXT];
            snprintf(fix, sizeof fix, "intervals of %s begin at 00:00 and at whole multiples after",
                     sc_duration_format(shortest, text));
            return fault(h, row, "does not go with the other intervals", fix, error);
        }
    h->interval_s = shortest;
    return SC_OK;
}

/* A day of three rows and more whose shortest step is longer than the file's has intervals of another length.
 */
static enum sc_code lengths_check(const struct sc_history *h, struct sc_error *error)
{
    for (size_t first = 0, end; first < h->rows; first = end) {
        double shortest = DAY_S;
        for (end = first + 1; end < h->rows && h->day[end] == h->day[first]; end++)
            shortest = fmin(shortest, step_s(h, end));
        if (end - first < 3 || shortest == h->interval_s)
            continue;
        char here[SC_NUMBER_TEXT], there[SC_NUMBER_TEXT];
        return sc_error_set_at(
            error, SC_INPUT, h->path, h->line[first + 1],
            "the intervals have different lengths (found %s on this day and %s on others); split the "
            "file or bring all to one length",
            sc_duration_format(shortest, here), sc_duration_format(h->interval_s, there));
    }
    return SC_OK;
}

static size_t cell_of(const struct sc_history *h, size_t row)
{
    return (size_t)(h->second[row] / h->interval_s);
}

static enum sc_code gaps_check(const struct sc_history *h, struct sc_error *error)
{
    size_t cells = (size_t)(DAY_S / h->interval_s);
    bool *seen = calloc(7 * cells, sizeof *seen); /* by weekday: some day has this interval */
    if (!seen)
        return sc_error_memory(error);
    for (size_t row = 0; row < h->rows; row++)
        seen[(size_t)sc_weekday(h->day[row]) * cells + cell_of(h, row)] = true;
    for (size_t row = 1; row < h->rows && error->code == SC_OK; row++) {
        if (h->day[row] != h->day[row - 1])
            continue;
        const bool *usual = seen + (size_t)sc_weekday(h->day[row]) * cells;
        for (size_t cell = cell_of(h, row - 1) + 1; cell < cell_of(h, row) && error->code == SC_OK; cell++)
            if (usual[cell]) {
                char text[17];
                sc_instant_format(h->day[row], (double)cell * h->interval_s, text);
                sc_error_set_at(
                    error, SC_INPUT, h->path, h->line[row],
                    "an interval is missing before this one (%s, which other days of the weekday have); add "
                    "its row, with 0 where nothing came",
                    text);
            }
    }
    free(seen);
    return error->code;
}

enum sc_code sc_history_check(struct sc_history *h, struct sc_error *error)
{
    if (order_check(h, error) != SC_OK || length_find(h, error) != SC_OK || lengths_check(h, error) != SC_OK)
        return error->code;
    return h->skip_count ? SC_OK : gaps_check(h, error);
}

struct key {
    int64_t day;
    double second;
    size_t row;
};

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->second != y->second)
        return x->second < y->second ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Brings an array of elements of `size` bytes into the order of the keys, by way of `scratch`. NULL stays
 * NULL. */
static void array_sort(void *array, size_t size, const struct key *key, size_t rows, char *scratch)
{
    if (!array)
        return;
    for (size_t i = 0; i < rows; i++)
        memcpy(scratch + i * size, (char *)array + key[i].row * size, size);
    memcpy(array, scratch, rows * size);
}

enum sc_code sc_history_sort(struct sc_history *h, struct sc_error *error)
{
    struct key *key = calloc(h->rows, sizeof *key);
    char *scratch = calloc(h->rows, sizeof(double) > sizeof(char *) ? sizeof(double) : sizeof(char *));
    if (!key || !scratch) {
        sc_error_memory(error);
        goto done;
    }
    for (size_t i = 0; i < h->rows; i++)
        key[i] = (struct key){h->day[i], h->second[i], i};
    qsort(key, h->rows, sizeof *key, compare_keys);
    double *const number[] = {h->second, h->wait_s, h->handle_s, h->wrap_s};
    const char **const text[] = {h->channel, h->outcome, h->agent, h->class_name, h->customer};
    array_sort(h->line, sizeof *h->line, key, h->rows, scratch);
    array_sort(h->day, sizeof *h->day, key, h->rows, scratch);
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        array_sort(number[i], sizeof(double), key, h->rows, scratch);
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        array_sort(text[i], sizeof(char *), key, h->rows, scratch);
done:
    free(key);
    free(scratch);
    return error->code;
}

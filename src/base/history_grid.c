/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A history by the clock. What a cell without a row means depends on the day's others: between the first and
 * the last row of a day, where another day of the weekday has one, it is a count that is not known; elsewhere
 * nobody counted because nothing could come.
 */
#include "base/number.h"
#include "staffcast/calendar.h"
#include "staffcast/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S 86400.0
#define LOG_INTERVAL_S 300.0

static enum sc_code interval_find(const struct sc_history *h, double asked_s, double *interval_s,
                                  struct sc_error *error)
{
    double own_s = h->kind == SC_HISTORY_LOG ? LOG_INTERVAL_S : h->interval_s;
    double wanted_s = asked_s > 0 ? asked_s : own_s;
    char text[2][SC_NUMBER_TEXT];
    if (fmod(DAY_S, wanted_s) != 0)
        return sc_error_set_at(error, SC_INPUT, h->path, 0, "%s is no part of a day; 5, 15, 30 or 60 min are",
                               sc_duration_format(wanted_s, text[0]));
    if (h->kind == SC_HISTORY_COUNTS && fmod(wanted_s, own_s) != 0)
        return sc_error_set_at(error, SC_INPUT, h->path, 0,
                               "counts by %s do not tell counts by %s; ask for a multiple of their interval",
                               sc_duration_format(own_s, text[0]), sc_duration_format(wanted_s, text[1]));
    *interval_s = wanted_s;
    return SC_OK;
}

static enum sc_code channel_check(const struct sc_history *h, const char *channel, struct sc_error *error)
{
    if (!channel)
        return SC_OK;
    if (!h->channel)
        return sc_error_set_at(
            error, SC_INPUT, h->path, 1,
            "contacts of channel '%s' are asked for, but there is no column \"channel\"; add it or "
            "map one",
            channel);
    for (size_t row = 0; row < h->rows; row++)
        if (strcmp(h->channel[row], channel) == 0)
            return SC_OK;
    return sc_error_set_at(error, SC_INPUT, h->path, h->line[0],
                           "no row is of channel '%s' (the first is of '%s'); write the channel's name",
                           channel, h->channel[0]);
}

static size_t days_count(const struct sc_history *h)
{
    size_t days = 0;
    for (size_t row = 0; row < h->rows; row++)
        days += row == 0 || h->day[row] != h->day[row - 1];
    return days;
}

/* Marks as unknown what lies between two rows of a day and is usual on its weekday. Works on the file's own
 * cells. */
static enum sc_code holes_mark(const struct sc_history *h, struct sc_history_grid *grid,
                               struct sc_error *error)
{
    size_t cells = (size_t)(DAY_S / h->interval_s), day = 0;
    bool *seen = calloc(7 * cells, sizeof *seen);
    if (!seen)
        return sc_error_memory(error);
    for (size_t row = 0; row < h->rows; row++)
        seen[(size_t)sc_weekday(h->day[row]) * cells + (size_t)(h->second[row] / h->interval_s)] = true;
    for (size_t row = 1; row < h->rows; row++) {
        if (h->day[row] != h->day[row - 1]) {
            day++;
            continue;
        }
        const bool *usual = seen + (size_t)sc_weekday(h->day[row]) * cells;
        size_t from = (size_t)(h->second[row - 1] / h->interval_s) + 1,
               to = (size_t)(h->second[row] / h->interval_s);
        for (size_t cell = from; cell < to; cell++)
            if (usual[cell])
                grid->count[day * grid->cells + (size_t)((double)cell * h->interval_s / grid->interval_s)] =
                    NAN;
    }
    free(seen);
    return SC_OK;
}

enum sc_code sc_history_grid_init(struct sc_history_grid *grid, const struct sc_history *history,
                                  double interval_s, const char *channel, struct sc_error *error)
{
    struct sc_history_grid g = {.days = days_count(history)};
    if (channel_check(history, channel, error) != SC_OK ||
        interval_find(history, interval_s, &g.interval_s, error) != SC_OK)
        goto done;
    g.cells = (size_t)(DAY_S / g.interval_s);
    g.day = calloc(g.days, sizeof *g.day);
    g.count = calloc(g.days * g.cells, sizeof *g.count);
    if (!g.day || !g.count) {
        sc_error_memory(error);
        goto done;
    }
    for (size_t row = 0, day = 0; row < history->rows; row++) {
        day += row > 0 && history->day[row] != history->day[row - 1];
        g.day[day] = history->day[row];
        if (!channel || strcmp(history->channel[row], channel) == 0)
            g.count[day * g.cells + (size_t)(history->second[row] / g.interval_s)] +=
                history->kind == SC_HISTORY_LOG ? 1.0 : history->contacts[row];
    }
    if (history->kind == SC_HISTORY_COUNTS && holes_mark(history, &g, error) != SC_OK)
        goto done;
    *grid = g;
    g = (struct sc_history_grid){0};
done:
    sc_history_grid_release(&g);
    return error->code;
}

void sc_history_grid_release(struct sc_history_grid *grid)
{
    free(grid->day);
    free(grid->count);
    *grid = (struct sc_history_grid){0};
}

static void means_fill(const struct sc_history_grid *grid, struct sc_history_profile *profile, double *known)
{
    for (size_t d = 0; d < grid->days; d++) {
        size_t weekday = (size_t)sc_weekday(grid->day[d]);
        profile->days[weekday]++;
        for (size_t i = 0; i < grid->cells; i++) {
            double count = grid->count[d * grid->cells + i];
            if (isnan(count))
                continue;
            profile->mean[weekday * grid->cells + i] += count;
            known[weekday * grid->cells + i]++;
        }
    }
    for (size_t i = 0; i < 7 * grid->cells; i++)
        profile->mean[i] /= known[i] > 0 ? known[i] : 1;
}

static double spread_find(const struct sc_history_grid *grid)
{
    double sum[7] = {0}, squares[7] = {0}, days[7] = {0}, excess = 0, freedom = 0;
    for (size_t d = 0; d < grid->days; d++) {
        double total = 0;
        for (size_t i = 0; i < grid->cells; i++)
            total += grid->count[d * grid->cells + i];
        int w = sc_weekday(grid->day[d]);
        if (isnan(total))
            continue;
        sum[w] += total;
        squares[w] += total * total;
        days[w]++;
    }
    for (int w = 0; w < 7; w++) {
        double mean = sum[w] / days[w];
        if (days[w] < 2 || !(mean > 0))
            continue;
        excess += (squares[w] - days[w] * mean * mean) / (mean * mean) - (days[w] - 1) / mean;
        freedom += days[w] - 1;
    }
    return freedom > 0 ? sqrt(fmax(excess / freedom, 0)) : NAN;
}

enum sc_code sc_history_profile_init(struct sc_history_profile *profile, const struct sc_history_grid *grid,
                                     struct sc_error *error)
{
    struct sc_history_profile p = {.cells = grid->cells};
    double *known = calloc(7 * grid->cells, sizeof *known);
    p.mean = calloc(7 * grid->cells, sizeof *p.mean);
    if (!known || !p.mean) {
        free(known);
        free(p.mean);
        return sc_error_memory(error);
    }
    means_fill(grid, &p, known);
    free(known);
    p.cv = spread_find(grid);
    *profile = p;
    return SC_OK;
}

void sc_history_profile_release(struct sc_history_profile *profile)
{
    free(profile->mean);
    *profile = (struct sc_history_profile){0};
}

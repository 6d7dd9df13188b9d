/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Demand from a history: a profile by weekday, the means of dated intervals, or the very contacts of a file (SPEC 2.1,
 * 5).
 */
#include "model/laws.h"

#include "scenario/data_files.h"
#include "staffcast/calendar.h"
#include "staffcast/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The file with the scenario's names of columns. */
static enum sc_code history_open(struct sc_model *model, const struct sc_volume *volume, struct sc_history **history,
                                 struct sc_error *error)
{
    const struct sc_history_options options = {
        .columns = sc_column_pairs(&model->arena, volume->history_columns, volume->history_column_count),
        .column_count = volume->history_column_count,
        .skip_bad_rows = model->scenario->skip_bad_rows};
    if (!options.columns)
        return sc_error_memory(error);
    return sc_history_read(volume->history_file, &options, history, error);
}

/* Rates from counts by cell, as far as they lie in the hours of a day. */
static enum sc_code profile_from_counts(struct sc_model *model, const struct sc_model_channel *c, int kind,
                                        const double *count, size_t cells, struct sc_profile *profile,
                                        struct sc_error *error)
{
    *profile = (struct sc_profile){.pieces = 0};
    if (!c->open[kind])
        return SC_OK;
    double *end_s = sc_arena_array(&model->arena, cells, sizeof *end_s);
    double *rate = sc_arena_array(&model->arena, cells, sizeof *rate);
    if (!end_s || !rate)
        return sc_error_memory(error);
    double width = SC_DAY_S / (double)cells, total = 0.0;
    size_t pieces = 0;
    for (size_t i = 0; i < cells; i++) {
        double low = fmax(c->open_from_s[kind], (double)i * width);
        double high = fmin(c->open_to_s[kind], (double)(i + 1) * width);
        if (high <= low)
            continue;
        end_s[pieces] = high;
        rate[pieces++] = count[i] / width;
        total += count[i] / width * (high - low);
    }
    if (total > 0.0)
        *profile = (struct sc_profile){
            .pieces = pieces, .from_s = c->open_from_s[kind], .end_s = end_s, .rate = rate, .total = total};
    return SC_OK;
}

static enum sc_code build_profile(struct sc_model *model, struct sc_law_cache *cache, struct sc_model_channel *c,
                                  const struct sc_history_grid *grid, struct sc_error *error)
{
    struct sc_history_profile mean;
    enum sc_code code = sc_history_profile_init(&mean, grid, error);
    if (code != SC_OK)
        return code;
    for (int kind = 0; kind < SC_MODEL_DAY_KINDS && code == SC_OK; kind++)
        code = profile_from_counts(model, c, kind, mean.mean + (size_t)(kind % 7) * mean.cells, mean.cells,
                                   &c->profile[kind], error);
    if (code == SC_OK && !c->channel->volume.spread_given && mean.cv > 0.0)
        code = sc_law_table(cache, SC_LAW_GAMMA, mean.cv, &c->day_factor, error);
    sc_history_profile_release(&mean);
    return code;
}

/* The counts of one day, copied; an unknown count cannot be repeated. */
static enum sc_code dated_counts(struct sc_model *model, const struct sc_model_channel *c,
                                 const struct sc_history_grid *grid, size_t row, struct sc_dated *dated,
                                 struct sc_error *error)
{
    const struct sc_volume *volume = &c->channel->volume;
    double *count = sc_arena_array(&model->arena, grid->cells, sizeof *count);
    if (!count)
        return sc_error_memory(error);
    for (size_t i = 0; i < grid->cells; i++) {
        count[i] = grid->count[row * grid->cells + i];
        if (isnan(count[i])) {
            char date[11];
            sc_date_format(grid->day[row], date);
            return sc_error_set_at(
                error, SC_INPUT, volume->history_where.file, volume->history_where.line,
                "the history of channel '%s' has an interval without a count (found %s, interval %zu of "
                "the day); complete the file, or write use = \"profile\"",
                c->channel->name, date, i + 1);
        }
    }
    dated->count = count;
    dated->cells = grid->cells;
    return SC_OK;
}

static enum sc_code build_dated(struct sc_model *model, struct sc_model_channel *c, const struct sc_history_grid *grid,
                                struct sc_error *error)
{
    size_t days = (size_t)sc_model_days(model);
    struct sc_dated *dated = sc_arena_array(&model->arena, days, sizeof *dated);
    if (!dated)
        return sc_error_memory(error);
    enum sc_code code = SC_OK;
    for (size_t row = 0; row < grid->days && code == SC_OK; row++) {
        int64_t day = grid->day[row] - model->first_day;
        if (day < 0 || day >= (int64_t)days)
            continue;
        code = dated_counts(model, c, grid, row, &dated[day], error);
        if (code == SC_OK)
            code = profile_from_counts(model, c, sc_day_kind(model, (int)day), dated[day].count, grid->cells,
                                       &dated[day].profile, error);
    }
    if (code == SC_OK)
        c->dated = dated;
    return code;
}

/* The instants of a log, by simulated day. */
static enum sc_code build_instants(struct sc_model *model, const struct sc_history *history, struct sc_model_channel *c,
                                   struct sc_dated *dated, struct sc_error *error)
{
    double *instant = sc_arena_array(&model->arena, history->rows, sizeof *instant);
    size_t n = 0;
    if (!instant)
        return sc_error_memory(error);
    for (size_t i = 0; i < history->rows; i++) {
        int64_t day = history->day[i] - model->first_day;
        bool other = history->channel && strcmp(history->channel[i], c->channel->name) != 0;
        if (other || day < 0 || day >= sc_model_days(model))
            continue;
        if (dated[day].instants++ == 0)
            dated[day].instant_s = instant + n;
        instant[n++] = sc_tick(history->second[i]);
    }
    for (int day = 0; day < sc_model_days(model); day++)
        dated[day].log = true;
    return SC_OK;
}

static enum sc_code build_replay(struct sc_model *model, const struct sc_history *history, struct sc_model_channel *c,
                                 struct sc_error *error)
{
    const struct sc_volume *volume = &c->channel->volume;
    if (history->fraction_line)
        return sc_error_set_at(error, SC_INPUT, history->path, history->fraction_line,
                               "a count that is not whole cannot be repeated; round it, or write use = \"forecast\"");
    c->replays = true;
    if (history->kind == SC_HISTORY_LOG)
        return build_instants(model, history, c, (struct sc_dated *)c->dated, error);
    for (int day = 0; day < sc_model_days(model); day++)
        for (size_t i = 0; i < c->dated[day].cells; i++)
            if (c->dated[day].count[i] > 1e6)
                return sc_error_set_at(
                    error, SC_INPUT, volume->history_where.file, volume->history_where.line,
                    "more contacts in an interval than can be repeated (found %g); at most a million",
                    c->dated[day].count[i]);
    return SC_OK;
}

enum sc_code sc_history_build(struct sc_model *model, struct sc_law_cache *cache, struct sc_model_channel *c,
                              struct sc_error *error)
{
    const struct sc_volume *volume = &c->channel->volume;
    struct sc_history *history = NULL;
    struct sc_history_grid grid = {.days = 0};
    enum sc_code code = history_open(model, volume, &history, error);
    if (code == SC_OK)
        code = sc_history_grid_init(&grid, history, 0.0, history->channel ? c->channel->name : NULL, error);
    if (code == SC_OK && volume->history_use == SC_HISTORY_PROFILE)
        code = build_profile(model, cache, c, &grid, error);
    else if (code == SC_OK)
        code = build_dated(model, c, &grid, error);
    if (code == SC_OK && volume->history_use == SC_HISTORY_REPLAY)
        code = build_replay(model, history, c, error);
    sc_history_grid_release(&grid);
    sc_history_free(history);
    return code;
}

const struct sc_profile *sc_channel_profile(const struct sc_model *model, size_t channel, int day)
{
    const struct sc_model_channel *c = &model->channels[channel];
    return c->dated ? &c->dated[day].profile : &c->profile[sc_day_kind(model, day)];
}

/* --- repeating --- */

static int instant_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The contacts of a day: of a log its instants; of counts as many in each interval, uniformly. */
void sc_history_replay(const struct sc_model *model, size_t channel, int day, uint64_t replication_key, double *own,
                       struct sc_rates *rates)
{
    const struct sc_model_channel *c = &model->channels[channel];
    const struct sc_dated *dated = &c->dated[day];
    int kind = sc_day_kind(model, day);
    double width = dated->cells ? SC_DAY_S / (double)dated->cells : 0.0;
    uint64_t key = sc_key(sc_key(replication_key, c->key), (uint64_t)(model->first_day + day));
    size_t n = 0;
    *rates = (struct sc_rates){.replay = true};
    if (!c->open[kind])
        return;
    if (dated->log) {
        for (size_t i = 0; i < dated->instants; i++)
            if (dated->instant_s[i] >= c->open_from_s[kind] && dated->instant_s[i] < c->open_to_s[kind])
                own[n++] = dated->instant_s[i];
    } else {
        for (size_t cell = 0; cell < dated->cells; cell++) {
            double from = fmax(c->open_from_s[kind], (double)cell * width);
            double to = fmin(c->open_to_s[kind], (double)(cell + 1) * width);
            if (to <= from)
                continue;
            size_t first = n;
            for (double i = 0.0; i < dated->count[cell]; i++, n++)
                own[n] = sc_tick(
                    from + sc_uniform(sc_key(sc_key(key, SC_FOR_REPLAY + cell), (uint64_t)i)) * (to - from) - 0x1p-21);
            qsort(own + first, n - first, sizeof *own, instant_compare);
        }
    }
    rates->pieces = n;
    rates->end_s = own;
}

size_t sc_history_replay_most(const struct sc_model *model)
{
    size_t most = 0;
    for (size_t i = 0; i < model->scenario->channel_count; i++) {
        const struct sc_model_channel *c = &model->channels[i];
        for (int day = 0; c->replays && day < sc_model_days(model); day++) {
            double sum = (double)c->dated[day].instants;
            for (size_t cell = 0; cell < c->dated[day].cells; cell++)
                sum += c->dated[day].count[cell];
            most = sum > (double)most ? (size_t)sum : most;
        }
    }
    return most;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Demand: when a channel is open and at what rate contacts come.
 *
 * A day's mean volume is spread over the cells of `shape` in proportion to weight times open time, so the rate is
 * constant within a cell and the day's total is right whatever the hours cut off.
 */
#include "model/laws.h"

#include "staffcast/calendar.h"

#include <math.h>

/* Hours by kind of day. On a holiday that has no hours of its own live and chat channels are closed; the others are as on
   that weekday. */
static void hours_resolve(struct sc_model_channel *c)
{
    const struct sc_week_hours *hours = &c->channel->hours;
    for (int kind = 0; kind < SC_MODEL_DAY_KINDS; kind++) {
        int from = kind % 7;
        if (kind >= SC_HOLIDAY) {
            if (hours->given && hours->named[SC_HOLIDAY])
                from = SC_HOLIDAY;
            else if (c->channel->kind != SC_DEFERRED)
                continue;
        }
        c->open[kind] = !hours->given || hours->named[from];
        c->open_from_s[kind] = hours->given ? hours->from_s[from] : 0.0;
        c->open_to_s[kind] = hours->given ? hours->to_s[from] : SC_DAY_S;
    }
}

static double per_day_of(const struct sc_week_number *per_day, int kind)
{
    return kind >= SC_HOLIDAY && per_day->named[SC_HOLIDAY] ? per_day->value[SC_HOLIDAY] : per_day->value[kind % 7];
}

/* Adds a piece, or lengthens the one before where the rate does not change. */
static size_t piece_add(double *end_s, double *rate, size_t pieces, double to_s, double value)
{
    if (pieces > 0 && rate[pieces - 1] == value) {
        end_s[pieces - 1] = to_s;
        return pieces;
    }
    end_s[pieces] = to_s;
    rate[pieces] = value;
    return pieces + 1;
}

static enum sc_code profile_build(struct sc_model *model, struct sc_model_channel *c, int kind, struct sc_error *error)
{
    const struct sc_volume *volume = &c->channel->volume;
    double per_day = volume->per_day.given ? per_day_of(&volume->per_day, kind) : 0.0;
    if (!c->open[kind] || per_day <= 0.0)
        return SC_OK;
    static const double flat_weight = 1.0;
    struct sc_clock flat = {1, &flat_weight};
    const struct sc_clock *shape = volume->shape.given ? sc_clock_of_day(&volume->shape, kind) : &flat;
    if (shape->cells == 0)
        shape = &flat;
    double from = c->open_from_s[kind], to = c->open_to_s[kind];
    double *end_s = sc_arena_array(&model->arena, (size_t)shape->cells, sizeof *end_s);
    double *rate = sc_arena_array(&model->arena, (size_t)shape->cells, sizeof *rate);
    if (!end_s || !rate)
        return sc_error_memory(error);
    double mass = 0.0;
    size_t pieces = 0;
    for (int i = 0; i < shape->cells; i++) {
        double low = fmax(from, SC_DAY_S * i / shape->cells);
        double high = fmin(to, SC_DAY_S * (i + 1) / shape->cells);
        if (high <= low)
            continue;
        mass += shape->value[i] * (high - low);
        pieces = piece_add(end_s, rate, pieces, high, shape->value[i]);
    }
    if (mass <= 0.0)
        return sc_error_set_at(error, SC_INPUT, volume->where.file, volume->where.line,
                               "the shape of channel '%s' is 0 wherever it is open on a day with contacts; "
                               "give it a weight above 0 within the hours",
                               c->channel->name);
    for (size_t i = 0; i < pieces; i++)
        rate[i] *= per_day / mass;
    c->profile[kind] =
        (struct sc_profile){.pieces = pieces, .from_s = from, .end_s = end_s, .rate = rate, .total = per_day};
    return SC_OK;
}

/* Factor, season and growth by simulated day. Rounded to single precision: pow differs in its last digits between
   platforms, and a rate of seven digits is as good as one of sixteen. */
static enum sc_code scale_build(struct sc_model *model, struct sc_model_channel *c, struct sc_error *error)
{
    const struct sc_volume *volume = &c->channel->volume;
    double *scale = sc_arena_array(&model->arena, (size_t)sc_model_days(model), sizeof *scale);
    if (!scale)
        return sc_error_memory(error);
    for (int day = 0; day < sc_model_days(model); day++) {
        struct sc_date date = sc_date_from_day(model->first_day + day);
        double months = (day - model->warmup_days) / (365.25 / 12.0);
        double growth = volume->growth == 0.0 ? 1.0 : (float)pow(1.0 + volume->growth, months);
        scale[day] = volume->factor * volume->season[date.month - 1] * growth;
    }
    c->scale = scale;
    return SC_OK;
}

static enum sc_code channel_build(struct sc_model *model, struct sc_law_cache *cache, size_t channel,
                                  struct sc_error *error)
{
    struct sc_model_channel *c = &model->channels[channel];
    enum sc_code code = SC_OK;
    hours_resolve(c);
    for (int kind = 0; kind < SC_MODEL_DAY_KINDS && code == SC_OK; kind++)
        code = profile_build(model, c, kind, error);
    if (code == SC_OK)
        code = scale_build(model, c, error);
    if (code == SC_OK && c->channel->volume.spread.cv > 0.0)
        code = sc_law_table(cache, SC_LAW_GAMMA, c->channel->volume.spread.cv, &c->day_factor, error);
    return code;
}

enum sc_code sc_demand_build(struct sc_model *model, struct sc_law_cache *cache, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    for (size_t i = 0; i < model->scenario->channel_count && code == SC_OK; i++)
        code = channel_build(model, cache, i, error);
    if (code == SC_OK && model->scenario->spread.cv > 0.0)
        code = sc_law_table(cache, SC_LAW_GAMMA, model->scenario->spread.cv, &model->common_day_factor, error);
    return code;
}

double sc_demand_factor(const struct sc_model *model, size_t channel, int day, uint64_t replication_key)
{
    const struct sc_model_channel *c = &model->channels[channel];
    uint64_t date = (uint64_t)(model->first_day + day);
    double factor = 1.0;
    if (model->common_day_factor)
        factor *= sc_quantile(model->common_day_factor, sc_key(sc_key(replication_key, SC_FOR_DAY_FACTOR), date));
    if (c->day_factor)
        factor *= sc_quantile(c->day_factor, sc_key(sc_key(sc_key(replication_key, c->key), SC_FOR_DAY_FACTOR), date));
    return factor > 0.0 ? factor : 0.0;
}

double sc_profile_time(const struct sc_profile *profile, double uniform)
{
    double mass = uniform * profile->total, from = profile->from_s;
    for (size_t i = 0; i < profile->pieces; i++) {
        double piece = (profile->end_s[i] - from) * profile->rate[i];
        if (mass < piece)
            return from + mass / profile->rate[i];
        mass -= piece;
        from = profile->end_s[i];
    }
    return from;
}

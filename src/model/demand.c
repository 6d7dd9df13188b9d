/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Demand: when a channel is open and at what rate contacts come.
 *
 * A day's mean volume is spread over the cells of `shape` in proportion to weight times open time, so the rate is
 * constant within a cell and the day's total is right whatever the hours cut off.
 */
#include "model/laws.h"

#include "staffcast/calendar.h"

#include <gsl/gsl_cdf.h>

#include <math.h>

/* Hours by kind of day. On a holiday that has no hours of its own live and chat channels are closed; the others are as
   on that weekday. */
static void hours_resolve(struct sc_model_channel *c)
{
    const struct sc_week_hours *hours = &c->channel->hours;
    for (int kind = 0; kind < SC_MODEL_DAY_KINDS; kind++) {
        int from = kind % 7;
        if (kind >= SC_HOLIDAY) {
            if (hours->holiday)
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
        double months = (double)(model->first_day + day - model->scenario->start_day) / (365.25 / 12.0);
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
    if (c->channel->volume.history_file)
        code = sc_history_build(model, cache, c, error);
    for (int kind = 0; kind < SC_MODEL_DAY_KINDS && code == SC_OK && !c->channel->volume.history_file; kind++)
        code = profile_build(model, c, kind, error);
    if (code == SC_OK)
        code = scale_build(model, c, error);
    const struct sc_volume *volume = &c->channel->volume;
    if (code == SC_OK && volume->spread.cv > 0.0)
        code = sc_law_table(cache, SC_LAW_GAMMA, volume->spread.cv, &c->day_factor, error);
    c->drift_sd = sqrt(log1p(volume->drift_cv * volume->drift_cv));
    c->drift_memory = volume->drift_cv > 0.0 ? exp2(-model->scenario->interval_s / volume->drift_half_life_s) : 0.0;
    if (code == SC_OK &&
        (volume->drift_cv > 0.0 || volume->spread.memory > 0.0 || model->scenario->spread.memory > 0.0))
        code = sc_law_table(cache, SC_LAW_NONE, 0.0, &model->unit_normal, error);
    return code;
}

enum sc_code sc_demand_build(struct sc_model *model, struct sc_law_cache *cache, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    for (size_t i = 0; i < model->scenario->channel_count && code == SC_OK; i++)
        code = channel_build(model, cache, i, error);
    if (code == SC_OK && model->scenario->spread.cv > 0.0)
        code = sc_law_table(cache, SC_LAW_GAMMA, model->scenario->spread.cv, &model->common_day_factor, error);
    if (code == SC_OK && model->scenario->level > 0.0)
        code = sc_law_table(cache, SC_LAW_GAMMA, model->scenario->level, &model->level_factor, error);
    return code;
}

/* --- a day of a replication --- */

/* A standard normal number for a date that remembers the days before: the sum of all earlier shocks, each forgotten by
   a factor `memory` a day. It depends on dates alone, so it does not matter on which day a simulation begins. */
static double remembering_normal(const struct sc_model *model, uint64_t key, int64_t date, double memory)
{
    double sum = 0.0, weight = 1.0, squares = 0.0;
    for (int64_t back = 0; back == 0 || weight > 1e-6; back++) {
        sum += weight * sc_quantile(model->unit_normal, sc_key(key, (uint64_t)(date - back)));
        squares += weight * weight;
        weight *= memory;
    }
    return sum / sqrt(squares);
}

/* The bits of a uniform number that is the distribution function of the normal one. The smaller tail is rounded to
   single precision, so that the last digits of the platform's error function do not matter. */
static uint64_t bits_of_normal(double z)
{
    double tail = (float)gsl_cdf_ugaussian_P(-fabs(z));
    uint64_t bits = (uint64_t)ldexp(fmin(tail, 0.4999999999), 64);
    return z < 0.0 ? bits : bits | 1ULL << 63;
}

static double day_factor(const struct sc_model *model, const struct sc_quantile_table *table, double memory,
                         uint64_t key, int64_t date)
{
    if (!table)
        return 1.0;
    key = sc_key(key, SC_FOR_DAY_FACTOR);
    uint64_t bits =
        memory > 0.0 ? bits_of_normal(remembering_normal(model, key, date, memory)) : sc_key(key, (uint64_t)date);
    return fmax(0.0, sc_quantile(table, bits));
}

double sc_demand_level(const struct sc_model *model, uint64_t replication_key)
{
    return model->level_factor
               ? fmax(0.0, sc_quantile(model->level_factor, sc_key(replication_key, SC_FOR_LEVEL)))
               : 1.0;
}

/* All that is random but for the drift: common and own spread of the day, level of the replication. */
static double random_factor(const struct sc_model *model, size_t channel, int64_t date, uint64_t replication_key)
{
    const struct sc_model_channel *c = &model->channels[channel];
    double factor = sc_demand_level(model, replication_key);
    factor *= day_factor(model, model->common_day_factor, model->scenario->spread.memory, replication_key, date);
    return factor *
           day_factor(model, c->day_factor, c->channel->volume.spread.memory, sc_key(replication_key, c->key), date);
}

size_t sc_demand_pieces_most(const struct sc_model *model)
{
    bool drifts = false;
    for (size_t i = 0; i < model->scenario->channel_count; i++)
        drifts = drifts || model->channels[i].drift_sd > 0.0;
    size_t replay = sc_history_replay_most(model);
    if (!drifts && model->regime_count == 1)
        return replay;
    return replay + 288 + (size_t)(SC_DAY_S / model->scenario->interval_s) + 2 * model->regime_count + 2;
}

/* Pieces of a profile between two times of a day, times a factor. */
static size_t pieces_between(const struct sc_profile *profile, double from, double to, double factor, double *end_s,
                             double *rate, size_t n)
{
    double low = profile->from_s;
    for (size_t i = 0; i < profile->pieces; i++) {
        double begin = fmax(from, low), end = fmin(to, profile->end_s[i]);
        if (end > begin)
            n = piece_add(end_s, rate, n, end, profile->rate[i] * factor);
        low = profile->end_s[i];
    }
    return n;
}

/* A day on which rules change or rates drift: the profile in force, cut at every change and at every interval. */
static void rates_assemble(const struct sc_model *model, size_t channel, int day, uint64_t replication_key, double *own,
                           struct sc_rates *rates)
{
    const struct sc_model_channel *c = &model->channels[channel];
    double *end_s = own, *rate = own + sc_demand_pieces_most(model);
    double interval = c->drift_sd > 0.0 ? model->scenario->interval_s : SC_DAY_S;
    double normal = 0.0, midnight = day * SC_DAY_S;
    uint64_t key = sc_key(sc_key(sc_key(replication_key, c->key), SC_FOR_DRIFT), (uint64_t)(model->first_day + day));
    size_t n = 0, regime = 0;
    for (int i = 0; i * interval < SC_DAY_S; i++) {
        double drift = 1.0, from = i * interval;
        if (c->drift_sd > 0.0) {
            double shock = sc_quantile(model->unit_normal, sc_key(key, (uint64_t)i));
            normal = i == 0 ? shock : c->drift_memory * normal + sqrt(1.0 - c->drift_memory * c->drift_memory) * shock;
            drift = (float)exp(c->drift_sd * (normal - 0.5 * c->drift_sd)); /* single precision: see scale_build */
        }
        while (from < (i + 1) * interval) {
            while (regime + 1 < model->regime_count && model->regimes[regime + 1].from_s <= midnight + from)
                regime++;
            double to = (i + 1) * interval;
            if (regime + 1 < model->regime_count)
                to = fmin(to, model->regimes[regime + 1].from_s - midnight);
            const struct sc_model_channel *in_force = &model->regimes[regime].model->channels[channel];
            n = pieces_between(sc_channel_profile(model->regimes[regime].model, channel, day), from, to,
                               in_force->scale[day] * drift, end_s, rate, n);
            from = to;
        }
    }
    rates->pieces = n;
    rates->end_s = end_s;
    rates->rate = rate;
    rates->from_s = c->open_from_s[sc_day_kind(model, day)];
}

void sc_demand_day(const struct sc_model *model, size_t channel, int day, uint64_t replication_key, double *own,
                   struct sc_rates *rates)
{
    const struct sc_model_channel *c = &model->channels[channel];
    if (c->replays) {
        sc_history_replay(model, channel, day, replication_key, own, rates);
        return;
    }
    const struct sc_profile *profile = sc_channel_profile(model, channel, day);
    bool assembled = c->drift_sd > 0.0 || model->regime_count > 1;
    *rates = (struct sc_rates){.pieces = profile->pieces,
                               .from_s = profile->from_s,
                               .end_s = profile->end_s,
                               .rate = profile->rate};
    if (assembled)
        rates_assemble(model, channel, day, replication_key, own, rates);
    if (rates->pieces > 0)
        rates->factor =
            random_factor(model, channel, model->first_day + day, replication_key) * (assembled ? 1.0 : c->scale[day]);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/model.h"

#include "model/laws.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A week for channels whose contacts can wait or be handled at night to find their rhythm, where the user said nothing
   (SPEC 2); 0 where every contact is gone by the end of the day. */
static int rhythm_days(const struct sc_scenario *scenario)
{
    bool overnight = false;
    for (size_t i = 0; i < scenario->channel_count; i++) {
        const struct sc_channel *channel = &scenario->channels[i];
        bool closes = channel->hours.given;
        for (int day = 0; day < 7; day++)
            if (channel->hours.named[day] &&
                (channel->hours.from_s[day] == 0.0 || channel->hours.to_s[day] == SC_DAY_S))
                closes = false;
        overnight = overnight || !closes || channel->service.at_close == SC_KEEP;
    }
    return overnight ? 7 : 0;
}

static int warmup_days(const struct sc_scenario *scenario)
{
    if (scenario->warmup_given)
        return scenario->warmup_days;
    for (size_t i = 0; i < scenario->channel_count; i++)
        if (scenario->channels[i].backlog.count > 0)
            return 0;
    return rhythm_days(scenario);
}

int sc_model_span_warmup(const struct sc_scenario *scenario, int64_t first_day)
{
    if (first_day == scenario->start_day)
        return warmup_days(scenario);
    /* Nothing waits at the beginning of a later week but what the warm-up leaves: none at all will not do. */
    bool enough = scenario->warmup_given && scenario->warmup_days > 0;
    return enough ? scenario->warmup_days : rhythm_days(scenario);
}

static bool is_holiday(const struct sc_scenario *scenario, int64_t day)
{
    for (size_t i = 0; i < scenario->holiday_count; i++)
        if (scenario->holidays[i] == day)
            return true;
    return false;
}

static enum sc_code days_build(struct sc_model *model, const struct sc_span *span, struct sc_error *error)
{
    const struct sc_scenario *scenario = model->scenario;
    model->days = span ? span->days : scenario->days;
    model->warmup_days = span ? span->warmup_days : warmup_days(scenario);
    model->first_day = (span ? span->first_day : scenario->start_day) - model->warmup_days;
    model->backlogged = !span || model->first_day == scenario->start_day;
    model->watched = !span && scenario->event_count > 0;
    model->counted_from_s = model->warmup_days * SC_DAY_S;
    model->stop_s = model->end_s = sc_model_days(model) * SC_DAY_S;
    unsigned char *kind = sc_arena_alloc(&model->arena, (size_t)sc_model_days(model));
    if (!kind)
        return sc_error_memory(error);
    for (int day = 0; day < sc_model_days(model); day++) {
        int64_t date = model->first_day + day;
        kind[day] = (unsigned char)(sc_weekday(date) + (is_holiday(scenario, date) ? SC_HOLIDAY : 0));
    }
    model->day_kind = kind;
    return SC_OK;
}

/* All laws of a type. */
static enum sc_code draws_build(struct sc_law_cache *cache, double handle_factor, struct sc_type *type,
                                struct sc_error *error)
{
    const struct sc_service *service = type->service;
    const struct {
        const struct sc_law *law;
        struct sc_draw *draw;
        double factor;
    } draws[] = {
        {&service->handle, &type->handle, handle_factor},
        {&service->wrap_up, &type->wrap_up, 1.0},
        {&service->patience, &type->patience, 1.0},
        {&service->retry.after, &type->retry_after, 1.0},
        {&service->automation.takes, &type->automation_takes, 1.0},
        {&service->automation.returns_after, &type->returns_after, 1.0},
        {&service->touches.reply_after, &type->reply_after, 1.0},
        {&service->recontact.after, &type->recontact_after, 1.0},
    };
    enum sc_code code = SC_OK;
    for (size_t i = 0; i < sizeof draws / sizeof *draws && code == SC_OK; i++)
        code = sc_draw_build(cache, draws[i].law, draws[i].factor, draws[i].draw, error);
    return code;
}

/* One type: a class of a channel, or (class -1) the contacts of no class. */
static enum sc_code type_build(struct sc_model *model, struct sc_law_cache *cache, int channel, int class_index,
                               struct sc_type *type, struct sc_error *error)
{
    const struct sc_channel *c = &model->scenario->channels[channel];
    const struct sc_class *class = class_index < 0 ? NULL : &c->classes[class_index];
    const struct sc_service *service = class ? &class->service : &c->service;
    *type = (struct sc_type){.service = service, .channel = channel, .class_index = class_index, .kind = c->kind};
    type->judged = service->target.answer_given;
    type->within_s = service->target.answer_given ? sc_tick(service->target.within_s) : INFINITY;
    type->short_s = service->target.answer_given ? sc_tick(service->target.short_s) : INFINITY;
    type->touch_again = 1.0 - 1.0 / service->touches.mean;
    type->has_bot = service->automation.given && !(class && class->skip_automation);
    type->automated = service->deflect > 0.0 || type->has_bot;
    type->follows_up = service->transfers > 0 || type->touch_again > 0.0 || service->recontact.share > 0.0;
    for (size_t i = 0; i < service->diverts; i++)
        type->diverts_on_joining = type->diverts_on_joining || service->divert[i].after_wait_s < 0.0;
    type->uses_trunks = model->channels[channel].trunk_count > 0;
    return draws_build(cache, class ? class->handle_factor : 1.0, type, error);
}

/* Whether giving up has an effect beyond the figures: someone else is let in, asks for the wait, or comes again. */
static bool patience_is_seen(const struct sc_type *type)
{
    const struct sc_service *service = type->service;
    return !type->plain || type->automated || service->queue_limit >= 0 || service->retry.share > 0.0 ||
           service->diverts > 0 || service->balk > 0.0 || type->stage_count > 0;
}

/* Which types need none of the rarer mechanisms; needs routes and clocks. */
static void plain_find(struct sc_model *model)
{
    model->lapses = model->type_count <= 64; /* so many have a bit of their own: who waits is seen at a glance */
    for (size_t t = 0; t < model->type_count; t++) {
        struct sc_type *type = &model->types[t];
        const struct sc_service *service = type->service;
        type->plain = type->kind == SC_LIVE && type->wrap_up.kind == SC_DRAW_NONE && !type->follows_up &&
                      !type->clock && !type->uses_trunks && service->satisfaction_points == 0 &&
                      !service->callback.given && model->scenario->event_count == 0 &&
                      !(type->has_bot && type->automation_takes.kind != SC_DRAW_NONE); /* resolved since it came */
        for (size_t r = 0; r < type->route_count; r++)
            type->plain = type->plain && !type->routes[r].interruptible;
        model->lapses = model->lapses && !patience_is_seen(type);
    }
}

/* Where a type goes when it moves to each channel; needs all types. */
static enum sc_code moves_build(struct sc_model *model, struct sc_type *type, struct sc_error *error)
{
    const struct sc_scenario *scenario = model->scenario;
    uint32_t *in_channel = sc_arena_array(&model->arena, scenario->channel_count, sizeof *in_channel);
    if (!in_channel)
        return sc_error_memory(error);
    for (size_t i = 0; i < scenario->channel_count; i++) {
        const struct sc_channel *to = &scenario->channels[i];
        in_channel[i] = (uint32_t)model->channels[i].first_type;
        for (size_t j = 0; type->class_index >= 0 && j < to->class_count; j++)
            if (strcmp(to->classes[j].name, scenario->channels[type->channel].classes[type->class_index].name) == 0)
                in_channel[i] += 1 + (uint32_t)j;
    }
    type->in_channel = in_channel;
    return SC_OK;
}

static enum sc_code channel_build(struct sc_model *model, struct sc_law_cache *cache, size_t index,
                                  struct sc_error *error)
{
    const struct sc_channel *channel = &model->scenario->channels[index];
    struct sc_model_channel *c = &model->channels[index];
    double *until = sc_arena_array(&model->arena, channel->class_count, sizeof *until);
    size_t *trunks = sc_arena_array(&model->arena, model->scenario->trunk_count, sizeof *trunks);
    if (!until || !trunks)
        return sc_error_memory(error);
    double sum = 0.0;
    for (size_t i = 0; i < channel->class_count; i++)
        until[i] = sum += channel->classes[i].share;
    for (size_t t = 0; t < model->scenario->trunk_count; t++)
        for (size_t i = 0; i < model->scenario->trunks[t].channel_count; i++)
            if (model->scenario->trunks[t].channels[i] == (int)index)
                trunks[c->trunk_count++] = t;
    c->channel = channel;
    c->class_until = until;
    c->trunks = trunks;
    c->types = 1 + channel->class_count;
    c->key = sc_key_name(0, channel->name);
    enum sc_code code = SC_OK;
    for (size_t i = 0; i < c->types && code == SC_OK; i++)
        code = type_build(model, cache, (int)index, (int)i - 1, &model->types[c->first_type + i], error);
    return code;
}

static enum sc_code model_fill(struct sc_model *model, const struct sc_span *span, struct sc_law_cache *cache,
                               struct sc_error *error)
{
    const struct sc_scenario *scenario = model->scenario;
    enum sc_code code = days_build(model, span, error);
    if (code != SC_OK)
        return code;
    for (size_t i = 0; i < scenario->channel_count; i++)
        model->type_count += 1 + scenario->channels[i].class_count;
    model->channels = sc_arena_array(&model->arena, scenario->channel_count, sizeof *model->channels);
    model->types = sc_arena_array(&model->arena, model->type_count, sizeof *model->types);
    model->pools = sc_arena_array(&model->arena, scenario->pool_count, sizeof *model->pools);
    if (!model->channels || !model->types || !model->pools)
        return sc_error_memory(error);
    size_t first = 0;
    for (size_t i = 0; i < scenario->channel_count && code == SC_OK; i++) {
        model->channels[i].first_type = first;
        code = channel_build(model, cache, i, error);
        first += model->channels[i].types;
    }
    for (size_t i = 0; i < model->type_count && code == SC_OK; i++)
        code = moves_build(model, &model->types[i], error);
    for (size_t i = 0; i < scenario->pool_count; i++) {
        model->pools[i].pool = &scenario->pools[i];
        model->pools[i].key = sc_key_name(1, scenario->pools[i].name);
    }
    if (code == SC_OK)
        code = sc_law_table(cache, SC_LAW_EXPONENTIAL, 1.0, &model->unit_exponential, error);
    if (code == SC_OK)
        code = sc_demand_build(model, cache, error);
    if (code == SC_OK)
        code = sc_clocks_build(model, error);
    if (code == SC_OK)
        code = sc_routes_build(model, error);
    if (code == SC_OK)
        plain_find(model);
    if (code == SC_OK)
        code = sc_roster_build(model, cache, error);
    return code;
}

/* With regimes, or without; without a cache its tables are its own. */
static enum sc_code model_build(const struct sc_scenario *scenario, const struct sc_span *span,
                                struct sc_law_cache *cache, bool regimes, struct sc_model **model,
                                struct sc_error *error)
{
    struct sc_model *built = calloc(1, sizeof *built);
    if (!built)
        return sc_error_memory(error);
    struct sc_law_cache own = {.arena = &built->arena};
    if (!cache)
        cache = &own;
    built->scenario = scenario;
    built->arena = SC_ARENA_INIT;
    sc_model_set_seed(built, scenario->seed);
    enum sc_code code = model_fill(built, span, cache, error);
    if (code == SC_OK && regimes)
        code = sc_regimes_build(built, span, cache, error);
    if (code == SC_OK)
        *model = built;
    else
        sc_model_free(built);
    return code;
}

enum sc_code sc_model_build_rules(const struct sc_scenario *scenario, const struct sc_span *span,
                                  struct sc_law_cache *cache, struct sc_model **model, struct sc_error *error)
{
    return model_build(scenario, span, cache, false, model, error);
}

enum sc_code sc_model_build_span(const struct sc_scenario *scenario, const struct sc_span *span,
                                 struct sc_law_cache *cache, struct sc_model **model, struct sc_error *error)
{
    return model_build(scenario, span, cache, true, model, error);
}

enum sc_code sc_model_build(const struct sc_scenario *scenario, struct sc_model **model, struct sc_error *error)
{
    return model_build(scenario, NULL, NULL, true, model, error);
}

void sc_model_free(struct sc_model *model)
{
    if (!model)
        return;
    if (!model->borrows)
        sc_regimes_release(model);
    sc_arena_release(&model->arena);
    free(model);
}

const struct sc_scenario *sc_model_scenario(const struct sc_model *model)
{
    return model->scenario;
}

size_t sc_model_types(const struct sc_model *model)
{
    return model->type_count;
}

size_t sc_model_type(const struct sc_model *model, size_t channel)
{
    return model->channels[channel].first_type;
}

size_t sc_model_type_channel(const struct sc_model *model, size_t type)
{
    return (size_t)model->types[type].channel;
}

int sc_model_type_class(const struct sc_model *model, size_t type)
{
    return model->types[type].class_index;
}

int sc_model_warmup_days(const struct sc_model *model)
{
    return model->warmup_days;
}

void sc_model_set_seed(struct sc_model *model, uint64_t seed)
{
    model->seed_key = sc_key(0, seed);
}

/* The integral of a day's rates over [low, high), times since midnight. */
static double profile_mass(const struct sc_profile *profile, double low, double high)
{
    double mass = 0.0, from = profile->from_s;
    for (size_t i = 0; i < profile->pieces; i++) {
        double overlap = fmin(high, profile->end_s[i]) - fmax(low, from);
        if (overlap > 0.0)
            mass += overlap * profile->rate[i];
        from = profile->end_s[i];
    }
    return mass;
}

void sc_model_mean_arrivals(const struct sc_model *model, size_t channel, double *mean_arrivals)
{
    const struct sc_model_channel *c = &model->channels[channel];
    double step = model->scenario->interval_s;
    size_t a_day = (size_t)(SC_DAY_S / step);
    for (int day = 0; day < model->days; day++) {
        int simulated = model->warmup_days + day;
        const struct sc_profile *profile = sc_channel_profile(model, channel, simulated);
        for (size_t i = 0; i < a_day; i++)
            mean_arrivals[(size_t)day * a_day + i] =
                c->scale[simulated] * profile_mass(profile, (double)i * step, (double)(i + 1) * step);
    }
}

enum sc_code sc_model_mean_heads(const struct sc_model *model, size_t pool, double *heads, struct sc_error *error)
{
    double step = model->scenario->interval_s;
    size_t a_day = (size_t)(SC_DAY_S / step);
    struct sc_level *levels = malloc(model->pools[pool].levels_most * sizeof *levels);
    if (!levels)
        return sc_error_memory(error);
    for (size_t i = 0; i < (size_t)model->days * a_day; i++)
        heads[i] = 0.0;
    for (int day = 0; day < model->days; day++) {
        size_t count = sc_roster_day(model, pool, model->warmup_days + day, 0, levels);
        for (size_t l = 0; l < count; l++) {
            double to = l + 1 < count ? levels[l + 1].at_s : SC_DAY_S;
            for (size_t i = (size_t)(levels[l].at_s / step); i < a_day && (double)i * step < to; i++) {
                double overlap = fmin(to, (double)(i + 1) * step) - fmax(levels[l].at_s, (double)i * step);
                heads[(size_t)day * a_day + i] += levels[l].heads * overlap / step;
            }
        }
    }
    free(levels);
    return SC_OK;
}

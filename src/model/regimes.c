/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events: what changes on a date.
 *
 * At every instant at which an event begins, ends or takes another step, a new regime begins: the scenario with the
 * overrides of all events in force then, in the order of the file, read and made into a model like any other. Regimes
 * differ in numbers only, never in structure, so an index of a type or pool means the same in all of them.
 */
#include "model/laws.h"
#include "staffcast/document.h"

#include <math.h>
#include <stdlib.h>

/* When an event begins, in simulated time. */
static double begin_of(const struct sc_model *model, const struct sc_event *event)
{
    return sc_tick((double)(event->day - model->first_day) * SC_DAY_S + event->second);
}

/* How much of an event is in force at an instant: 0 … 1. With `over` it grows in a straight line, a step a day. */
static double part_of(const struct sc_model *model, const struct sc_event *event, double at_s)
{
    double since = at_s - begin_of(model, event);
    if (since < 0.0 || (event->lasts_s >= 0.0 && since >= event->lasts_s))
        return 0.0;
    if (event->over_s <= 0.0 || since >= event->over_s)
        return 1.0;
    return floor(since / SC_DAY_S) * SC_DAY_S / event->over_s;
}

static int instant_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* All instants at which something changes, sorted, each once; the first is that from which the model holds. */
static size_t instants_fill(const struct sc_model *model, double *instants)
{
    const struct sc_scenario *scenario = model->scenario;
    size_t n = 0, kept = 1;
    for (size_t i = 0; i < scenario->event_count; i++) {
        const struct sc_event *event = &scenario->events[i];
        double begin = begin_of(model, event);
        instants[n++] = begin;
        for (double step = SC_DAY_S; step < event->over_s; step += SC_DAY_S)
            instants[n++] = begin + step;
        if (event->over_s > 0.0)
            instants[n++] = begin + sc_tick(event->over_s);
        if (event->lasts_s >= 0.0)
            instants[n++] = begin + sc_tick(event->lasts_s);
    }
    for (size_t i = 0; i < n; i++)
        instants[i] = fmax(0.0, instants[i]); /* what began before the simulation holds from its beginning */
    qsort(instants, n, sizeof *instants, instant_compare);
    for (size_t i = 1; i < n; i++)
        if (instants[i] != instants[kept - 1])
            instants[kept++] = instants[i];
    while (kept > 0 && instants[kept - 1] >= model->end_s)
        kept--;
    return kept;
}

static size_t instants_most(const struct sc_scenario *scenario)
{
    size_t most = 0;
    for (size_t i = 0; i < scenario->event_count; i++)
        most += 4 + (size_t)fmax(0.0, scenario->events[i].over_s / SC_DAY_S);
    return most;
}

/* The model of the rules in force at an instant. */
static enum sc_code regime_build(struct sc_model *model, const struct sc_span *span, struct sc_law_cache *cache,
                                 double at_s, struct sc_regime *regime, struct sc_error *error)
{
    const struct sc_scenario *scenario = model->scenario;
    size_t most = 0, n = 0;
    for (size_t i = 0; i < scenario->event_count; i++)
        most += scenario->events[i].set_count;
    struct sc_override *changes = calloc(most + 1, sizeof *changes);
    struct sc_scenario *variant = NULL;
    struct sc_model *built = NULL;
    if (!changes)
        return sc_error_memory(error);
    for (size_t i = 0; i < scenario->event_count; i++) {
        const struct sc_event *event = &scenario->events[i];
        double part = part_of(model, event, at_s);
        for (size_t j = 0; part > 0.0 && j < event->set_count; j++)
            changes[n++] = (struct sc_override){.text = event->set[j], .origin = event->where, .part = part};
    }
    enum sc_code code = sc_scenario_variant(scenario, changes, n, &variant, error);
    if (code == SC_OK)
        code = sc_model_build_rules(variant, span, cache, &built, error);
    for (size_t t = 0; code == SC_OK && t < built->type_count; t++)
        built->types[t].plain = false; /* as in the model that has the events */
    free(changes);
    if (code == SC_OK)
        *regime = (struct sc_regime){at_s, built};
    else
        sc_scenario_free(variant);
    return code;
}

/* What a simulation needs room for at most under any of the rules. */
static void rooms_widen(struct sc_model *model, const struct sc_model *rules)
{
    for (size_t p = 0; p < model->scenario->pool_count; p++) {
        struct sc_model_pool *pool = &model->pools[p];
        pool->levels_most += rules->pools[p].levels_most;
        pool->heads_most =
            rules->pools[p].heads_most > pool->heads_most ? rules->pools[p].heads_most : pool->heads_most;
    }
}

enum sc_code sc_regimes_build(struct sc_model *model, const struct sc_span *span, struct sc_law_cache *cache,
                              struct sc_error *error)
{
    double *instants = calloc(instants_most(model->scenario) + 1, sizeof *instants);
    if (!instants)
        return sc_error_memory(error);
    size_t count = model->scenario->event_count > 0 ? instants_fill(model, instants) : 0;
    enum sc_code code = SC_OK;
    model->regimes = sc_arena_array(&model->arena, 1 + count, sizeof *model->regimes);
    if (!model->regimes) {
        code = sc_error_memory(error);
        goto done;
    }
    model->regimes[0] = (struct sc_regime){-INFINITY, model};
    model->regime_count = 1;
    for (size_t i = 0; i < count && code == SC_OK; i++) {
        code = regime_build(model, span, cache, instants[i], &model->regimes[model->regime_count], error);
        if (code == SC_OK)
            rooms_widen(model, model->regimes[model->regime_count++].model);
    }
done:
    free(instants);
    return code;
}

void sc_regimes_release(struct sc_model *model)
{
    for (size_t r = 1; r < model->regime_count; r++) {
        struct sc_model *rules = (struct sc_model *)model->regimes[r].model;
        sc_scenario_free((struct sc_scenario *)rules->scenario);
        sc_model_free(rules);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Skills seen from both sides. An arriving contact walks the pools that may take it (routes), a free agent walks the
 * types that it may take (takes); both lists are sorted once, here, so that the engine only walks.
 */
#include "model/internal.h"

#include <stdlib.h>
#include <string.h>

/* The skill of a pool that covers a type: the one that names its class, else the one that names none. */
static int skill_of(const struct sc_model *model, const struct sc_pool *pool, size_t type)
{
    int general = -1;
    for (size_t i = 0; i < pool->skill_count; i++) {
        const struct sc_skill *skill = &pool->skills[i];
        if (skill->channel != model->types[type].channel)
            continue;
        if (skill->class_index == -1)
            general = (int)i;
        else if (skill->class_index == model->types[type].class_index)
            return (int)i;
    }
    return general;
}

static int stage_compare(const void *a, const void *b)
{
    const struct sc_stage *x = a, *y = b;
    if (x->wait_s != y->wait_s)
        return x->wait_s < y->wait_s ? -1 : 1;
    return x->divert - y->divert; /* a pool opens (-1) before a diversion takes the contact away */
}

static int route_compare(const void *a, const void *b)
{
    const struct sc_route *x = a, *y = b;
    return x->rank != y->rank ? (x->rank < y->rank ? -1 : 1) : x->pool - y->pool;
}

/* The waits at which something happens to a waiting contact: a pool opens to it, a diversion is tried. */
static size_t stages_fill(const struct sc_model *model, size_t type, struct sc_stage *stages)
{
    const struct sc_service *service = model->types[type].service;
    size_t n = 0;
    for (size_t p = 0; p < model->scenario->pool_count; p++) {
        const struct sc_pool *pool = model->pools[p].pool;
        int skill = skill_of(model, pool, type);
        if (skill < 0 || pool->skills[skill].after_s <= 0.0)
            continue;
        double wait = sc_tick(pool->skills[skill].after_s);
        bool known = false;
        for (size_t i = 0; i < n; i++)
            known = known || stages[i].wait_s == wait;
        if (!known)
            stages[n++] = (struct sc_stage){wait, -1};
    }
    for (size_t d = 0; d < service->diverts; d++)
        if (service->divert[d].after_wait_s >= 0.0)
            stages[n++] = (struct sc_stage){sc_tick(service->divert[d].after_wait_s), (int)d};
    qsort(stages, n, sizeof *stages, stage_compare);
    return n;
}

/* The number of stages a contact must have passed before a skill opens to it. */
static int stage_needed(const struct sc_type *type, double after_s)
{
    if (after_s <= 0.0)
        return 0;
    for (size_t i = 0; i < type->stage_count; i++)
        if (type->stages[i].divert < 0 && type->stages[i].wait_s == sc_tick(after_s))
            return (int)i + 1;
    return 0;
}

static enum sc_code type_routes(struct sc_model *model, size_t index, struct sc_error *error)
{
    struct sc_type *type = &model->types[index];
    size_t pools = model->scenario->pool_count;
    struct sc_stage *stages = sc_arena_array(&model->arena, pools + type->service->diverts, sizeof *stages);
    struct sc_route *routes = sc_arena_array(&model->arena, pools, sizeof *routes);
    if (!stages || !routes)
        return sc_error_memory(error);
    type->stage_count = stages_fill(model, index, stages);
    type->stages = stages;
    for (size_t p = 0; p < pools; p++) {
        const struct sc_pool *pool = model->pools[p].pool;
        int skill = skill_of(model, pool, index);
        if (skill < 0)
            continue;
        const struct sc_skill *s = &pool->skills[skill];
        routes[type->route_count++] = (struct sc_route){.pool = (int)p, .rank = s->rank, .pace = 1.0 / s->speed,
                                                        .stage = stage_needed(type, s->after_s),
                                                        .at_once = type->kind == SC_CHAT ? s->at_once : 1,
                                                        .interruptible = s->interruptible,
                                                        .slowdown = s->slowdown, .slowdowns = s->slowdowns};
    }
    qsort(routes, type->route_count, sizeof *routes, route_compare);
    type->routes = routes;
    return SC_OK;
}

static int take_compare(const void *a, const void *b)
{
    const struct sc_take *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    return x->type - y->type;
}

/* Live and chat contacts may interrupt where one of their pools has interruptible work of another channel. */
static void interrupts_find(struct sc_model *model, struct sc_type *type)
{
    if (type->kind == SC_DEFERRED)
        return;
    for (size_t r = 0; r < type->route_count; r++) {
        const struct sc_pool *pool = model->pools[type->routes[r].pool].pool;
        for (size_t i = 0; i < pool->skill_count; i++)
            type->interrupts = type->interrupts || pool->skills[i].interruptible;
    }
}

static enum sc_code pool_takes(struct sc_model *model, size_t index, struct sc_error *error)
{
    struct sc_model_pool *pool = &model->pools[index];
    struct sc_take *takes = sc_arena_array(&model->arena, model->type_count, sizeof *takes);
    if (!takes)
        return sc_error_memory(error);
    for (size_t t = 0; t < model->type_count; t++) {
        const struct sc_type *type = &model->types[t];
        for (size_t r = 0; r < type->route_count; r++) {
            const struct sc_route *route = &type->routes[r];
            if (route->pool != (int)index)
                continue;
            takes[pool->take_count++] = (struct sc_take){
                .type = (int)t, .rank = route->rank, .stage = route->stage, .route = route,
                .priority = type->service->priority};
        }
    }
    qsort(takes, pool->take_count, sizeof *takes, take_compare);
    for (size_t i = 0; i + 1 < pool->take_count; i++)
        takes[i].same_as_next = takes[i].rank == takes[i + 1].rank && takes[i].priority == takes[i + 1].priority;
    pool->takes = takes;
    for (size_t i = 0; i < pool->take_count; i++)
        pool->take_mask |= model->type_count <= 64 ? 1ULL << takes[i].type : UINT64_MAX;
    return SC_OK;
}

enum sc_code sc_routes_build(struct sc_model *model, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    for (size_t t = 0; t < model->type_count && code == SC_OK; t++)
        code = type_routes(model, t, error);
    for (size_t t = 0; t < model->type_count && code == SC_OK; t++)
        interrupts_find(model, &model->types[t]);
    for (size_t p = 0; p < model->scenario->pool_count && code == SC_OK; p++)
        code = pool_takes(model, p, error);
    return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/workforce.h"

#include "model/internal.h"

#include <assert.h>
#include <stdlib.h>

/* 1 / golden ratio: the multiples of it, without their whole parts, fill (0, 1) evenly however many are taken. */
#define EVENLY 0.6180339887498949

void sc_crew_of(const struct sc_model *model, size_t pool, int64_t date, uint64_t replication, struct sc_crew *crew)
{
    crew->factor = 1.0;
    crew->groups = 0;
    if (!model->workforce)
        return;
    model->workforce->people(model->workforce->context, pool, date, replication, crew);
    assert(crew->factor >= 0.0 && crew->factor <= model->workforce->most && crew->groups <= SC_CREW_GROUPS);
}

double sc_crew_uniform(const struct sc_model *model, size_t pool, int64_t date, uint64_t replication_key,
                       enum sc_crew_draw draw)
{
    uint64_t key = sc_key(sc_key(replication_key, model->pools[pool].key), SC_FOR_CREW + (uint64_t)draw);
    return sc_uniform(sc_key(key, (uint64_t)date));
}

double sc_crew_speed(const struct sc_crew *crew, double uniform, uint32_t head)
{
    double all = 0.0, place = uniform + EVENLY * head;
    if (crew->groups == 0)
        return 1.0;
    for (size_t i = 0; i < crew->groups; i++)
        all += crew->group[i].heads;
    place = (place - floor(place)) * all;
    size_t last = 0;
    for (size_t i = 0; i < crew->groups; i++) {
        if (crew->group[i].heads <= 0.0)
            continue;
        if (place < crew->group[i].heads)
            return crew->group[i].speed;
        place -= crew->group[i].heads;
        last = i;
    }
    return crew->group[last].speed; /* rounding has led past the end */
}

int sc_crew_whole(double heads, double *carried)
{
    double sum = heads + *carried;
    int whole = (int)sum;
    *carried = sum - whole;
    return whole;
}

enum sc_code sc_model_people(const struct sc_model *model, const struct sc_workforce *workforce,
                             struct sc_model **peopled, struct sc_error *error)
{
    size_t pools = model->scenario->pool_count;
    struct sc_model *made = malloc(sizeof *made);
    if (!made)
        return sc_error_memory(error);
    *made = *model;
    made->arena = SC_ARENA_INIT;
    made->borrows = true;
    made->workforce = workforce;
    made->pools = sc_arena_array(&made->arena, pools, sizeof *made->pools);
    made->regimes = sc_arena_array(&made->arena, model->regime_count, sizeof *made->regimes);
    if (!made->pools || !made->regimes) {
        sc_model_free(made);
        return sc_error_memory(error);
    }
    for (size_t r = 0; r < model->regime_count; r++)
        made->regimes[r] = model->regimes[r];
    made->regimes[0].model = made;
    for (size_t p = 0; p < pools; p++)
        made->pools[p] = model->pools[p];
    for (size_t p = 0; p < pools; p++)
        sc_roster_room(made, p, workforce->most);
    *peopled = made;
    return SC_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A model with another staffing. The restaffed model is a copy of the outermost structs of the one it was made from;
 * what differs is the array of pools. Each of them points to a pool of the scenario's kind whose roster is a list of
 * dated steps (as from a file) that sc_model_set_heads writes in place. Rules that events bring have pools of their
 * own, so each regime is copied alike; all share the steps.
 *
 * Some days of the warm-up have no counted day of their kind. They keep the levels of the model's own roster, worked
 * out once and put between the others.
 */
#include "model/internal.h"

#include <stdlib.h>

/* The pool of the restaffed model; the first member is what the engine sees. */
struct stepped {
    struct sc_pool pool;
    struct sc_roster_step *steps;      /* room for all days */
    const struct sc_roster_step *kept; /* [kept_count], of the warm-up days that keep their roster */
    size_t kept_count;
};

/* The counted day whose heads a simulated day has; -1: none, it keeps its roster. */
static int counterpart(const struct sc_model *model, int day)
{
    if (day >= model->warmup_days)
        return day - model->warmup_days;
    for (int counted = 0; counted < model->days; counted++)
        if (sc_day_kind(model, model->warmup_days + counted) == sc_day_kind(model, day))
            return counted;
    return -1;
}

static size_t intervals_a_day(const struct sc_model *model)
{
    return (size_t)(SC_DAY_S / model->scenario->interval_s + 0.5);
}

/* Nothing else of the pool changes but what acts on rosters. */
static void pool_step(struct stepped *own, const struct sc_pool *pool)
{
    own->pool = *pool;
    own->pool.roster = SC_ROSTER_FILE;
    own->pool.steps = own->steps;
    own->pool.step_count = 0;
    own->pool.shifts = NULL;
    own->pool.shift_count = 0;
    own->pool.extra = 0;
    own->pool.planned = 0.0;
    own->pool.absence = 0.0;
}

/* The levels of the warm-up days that keep their roster; *most is widened to their heads. */
static enum sc_code kept_find(const struct sc_model *model, size_t pool, struct sc_arena *arena, struct stepped *own,
                              int *most, struct sc_error *error)
{
    size_t levels_most = model->pools[pool].levels_most + 1;
    struct sc_level *levels = malloc(levels_most * sizeof *levels);
    struct sc_roster_step *kept = sc_arena_array(arena, levels_most * (size_t)model->warmup_days, sizeof *kept);
    if (!levels || !kept) {
        free(levels);
        return sc_error_memory(error);
    }
    own->kept = kept;
    for (int day = 0; day < model->warmup_days; day++) {
        size_t count = counterpart(model, day) < 0 ? sc_roster_day(model, pool, day, 0, levels) : 0;
        for (size_t i = 0; i < count; i++) {
            *most = levels[i].heads > *most ? levels[i].heads : *most;
            kept[own->kept_count++] = (struct sc_roster_step){model->first_day + day, levels[i].at_s, levels[i].heads};
        }
    }
    free(levels);
    return SC_OK;
}

static enum sc_code steps_new(const struct sc_model *model, size_t pool, struct sc_arena *arena, struct stepped *own,
                              int *most, struct sc_error *error)
{
    enum sc_code code = kept_find(model, pool, arena, own, most, error);
    if (code != SC_OK)
        return code;
    size_t room = own->kept_count + (size_t)sc_model_days(model) * intervals_a_day(model);
    own->steps = sc_arena_array(arena, room, sizeof *own->steps);
    return own->steps ? SC_OK : sc_error_memory(error);
}

/* Gives a copied model (the whole, or the rules of a regime) pools of its own, on the steps of `first`. */
static enum sc_code pools_copy(struct sc_model *copy, struct sc_arena *arena, const struct stepped *first,
                               const int *most, size_t levels_most, struct sc_error *error)
{
    size_t pools = copy->scenario->pool_count;
    struct sc_model_pool *own = sc_arena_array(arena, pools, sizeof *own);
    struct stepped *stepped = sc_arena_array(arena, pools, sizeof *stepped);
    if (!own || !stepped)
        return sc_error_memory(error);
    for (size_t p = 0; p < pools; p++) {
        stepped[p] = first[p];
        pool_step(&stepped[p], copy->pools[p].pool);
        own[p] = copy->pools[p];
        own[p].pool = &stepped[p].pool;
        own[p].heads_most = most[p];
        own[p].levels_most = levels_most;
    }
    copy->pools = own;
    return SC_OK;
}

static enum sc_code all_copy(struct sc_model *copy, const struct stepped *first, const int *most, size_t levels_most,
                             struct sc_error *error)
{
    struct sc_regime *regimes = sc_arena_array(&copy->arena, copy->regime_count, sizeof *regimes);
    struct sc_model *rules = sc_arena_array(&copy->arena, copy->regime_count, sizeof *rules);
    if (!regimes || !rules)
        return sc_error_memory(error);
    enum sc_code code = pools_copy(copy, &copy->arena, first, most, levels_most, error);
    for (size_t r = 0; r < copy->regime_count && code == SC_OK; r++) {
        regimes[r] = (struct sc_regime){copy->regimes[r].from_s, copy};
        if (r == 0)
            continue;
        rules[r] = *copy->regimes[r].model;
        rules[r].borrows = true;
        regimes[r].model = &rules[r];
        code = pools_copy(&rules[r], &copy->arena, first, most, levels_most, error);
    }
    copy->regimes = regimes;
    return code;
}

static void heads_write(struct sc_model *restaffed, size_t pool, const int *heads);

enum sc_code sc_model_restaff(const struct sc_model *model, const int *most, struct sc_model **restaffed,
                              struct sc_error *error)
{
    size_t pools = model->scenario->pool_count, levels_most = 0;
    struct sc_model *copy = malloc(sizeof *copy);
    int *widest = calloc(pools + 1, sizeof *widest);
    struct stepped *first = calloc(pools + 1, sizeof *first);
    enum sc_code code = copy && widest && first ? SC_OK : sc_error_memory(error);
    if (code != SC_OK)
        goto done;
    *copy = *model;
    copy->arena = SC_ARENA_INIT;
    copy->borrows = true;
    copy->workforce = NULL;
    for (size_t p = 0; p < pools && code == SC_OK; p++) {
        widest[p] = most[p];
        levels_most = model->pools[p].levels_most > levels_most ? model->pools[p].levels_most : levels_most;
        code = steps_new(model, p, &copy->arena, &first[p], &widest[p], error);
    }
    if (code == SC_OK)
        code = all_copy(copy, first, widest, levels_most + (intervals_a_day(model) + 4) * model->regime_count, error);
    for (size_t p = 0; p < pools && code == SC_OK; p++)
        heads_write(copy, p, NULL);
    if (code == SC_OK)
        *restaffed = copy;
    else
        sc_model_free(copy);
    copy = NULL;
done:
    free(widest);
    free(first);
    free(copy);
    return code;
}

/* Appends the changes of a day of heads; NULL: nobody. */
static size_t day_write(struct sc_roster_step *steps, size_t n, int64_t date, const int *heads, size_t a_day,
                        double interval_s)
{
    for (size_t i = 0; i < a_day; i++) {
        int now = heads ? heads[i] : 0;
        if (i == 0 || now != steps[n - 1].agents)
            steps[n++] = (struct sc_roster_step){date, (double)i * interval_s, now};
    }
    return n;
}

static void heads_write(struct sc_model *restaffed, size_t pool, const int *heads)
{
    struct stepped *own = (struct stepped *)restaffed->pools[pool].pool;
    size_t n = 0, kept = 0, a_day = intervals_a_day(restaffed);
    for (int day = 0; day < sc_model_days(restaffed); day++) {
        int64_t date = restaffed->first_day + day;
        int counted = counterpart(restaffed, day);
        if (counted >= 0)
            n = day_write(own->steps, n, date, heads ? heads + (size_t)counted * a_day : NULL, a_day,
                          restaffed->scenario->interval_s);
        while (kept < own->kept_count && own->kept[kept].day == date)
            own->steps[n++] = own->kept[kept++];
    }
    for (size_t r = 0; r < restaffed->regime_count; r++)
        ((struct stepped *)restaffed->regimes[r].model->pools[pool].pool)->pool.step_count = n;
}

void sc_model_set_heads(struct sc_model *restaffed, size_t pool, const int *heads)
{
    heads_write(restaffed, pool, heads);
}

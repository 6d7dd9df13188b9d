/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/laws.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

/* Tables begin at a cache line: a cubic is half of one and must not straddle two. */
static struct sc_quantile_table *table_alloc(struct sc_arena *arena)
{
    unsigned char *memory = sc_arena_alloc(arena, sizeof(struct sc_quantile_table) + 63);
    return memory ? (struct sc_quantile_table *)(memory + (64 - (uintptr_t)memory % 64) % 64) : NULL;
}

/* The table in a list; NULL: not there. */
static const struct sc_quantile_table *table_find(const struct sc_law_table *known, enum sc_law_kind kind, double cv)
{
    for (; known; known = known->next)
        if (known->kind == kind && known->cv == cv)
            return known->table;
    return NULL;
}

static enum sc_code table_build(struct sc_arena *arena, enum sc_law_kind kind, double cv,
                                const struct sc_quantile_table **table, struct sc_error *error)
{
    struct sc_quantile_table *built = table_alloc(arena);
    if (!built)
        return sc_error_memory(error);
    enum sc_code code = kind == SC_LAW_NONE ? sc_quantile_build_normal(built, error)
                                            : sc_quantile_build(built, kind, cv, error);
    if (code == SC_OK)
        *table = built;
    return code;
}

static enum sc_code table_note(struct sc_arena *arena, struct sc_law_table **first, enum sc_law_kind kind, double cv,
                               const struct sc_quantile_table *table, struct sc_error *error)
{
    struct sc_law_table *entry = sc_arena_alloc(arena, sizeof *entry);
    if (!entry)
        return sc_error_memory(error);
    *entry = (struct sc_law_table){.kind = kind, .cv = cv, .table = table, .next = *first};
    *first = entry;
    return SC_OK;
}

/* --- tables of many models --- */

struct sc_law_shelf {
    pthread_mutex_t lock; /* of all below; a table never changes once it is in the list */
    struct sc_arena arena;
    struct sc_law_table *first;
    size_t count;
};

enum sc_code sc_law_shelf_new(struct sc_law_shelf **shelf, struct sc_error *error)
{
    struct sc_law_shelf *new = calloc(1, sizeof *new);
    if (!new)
        return sc_error_memory(error);
    new->arena = SC_ARENA_INIT;
    pthread_mutex_init(&new->lock, NULL);
    *shelf = new;
    return SC_OK;
}

void sc_law_shelf_free(struct sc_law_shelf *shelf)
{
    if (!shelf)
        return;
    pthread_mutex_destroy(&shelf->lock);
    sc_arena_release(&shelf->arena);
    free(shelf);
}

/* The table from the shelf, built if it has room; *table stays NULL where it has not. */
static enum sc_code shelf_table(struct sc_law_shelf *shelf, enum sc_law_kind kind, double cv,
                                const struct sc_quantile_table **table, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    pthread_mutex_lock(&shelf->lock);
    *table = table_find(shelf->first, kind, cv);
    if (!*table && shelf->count < SC_LAW_SHELF_TABLES) {
        code = table_build(&shelf->arena, kind, cv, table, error);
        if (code == SC_OK)
            code = table_note(&shelf->arena, &shelf->first, kind, cv, *table, error);
        shelf->count += code == SC_OK;
    }
    pthread_mutex_unlock(&shelf->lock);
    return code;
}

enum sc_code sc_law_table(struct sc_law_cache *cache, enum sc_law_kind kind, double cv,
                          const struct sc_quantile_table **table, struct sc_error *error)
{
    if (kind == SC_LAW_EXPONENTIAL)
        cv = 1.0;
    enum sc_code code = SC_OK;
    const struct sc_quantile_table *found = table_find(cache->first, kind, cv);
    if (!found) {
        if (cache->shelf)
            code = shelf_table(cache->shelf, kind, cv, &found, error);
        if (code == SC_OK && !found)
            code = table_build(cache->arena, kind, cv, &found, error);
        if (code == SC_OK)
            code = table_note(cache->arena, &cache->first, kind, cv, found, error);
    }
    if (code == SC_OK)
        *table = found;
    return code;
}

enum sc_code sc_draw_build(struct sc_law_cache *cache, const struct sc_law *law, double factor, struct sc_draw *draw,
                           struct sc_error *error)
{
    struct sc_draw built = {.kind = SC_DRAW_TABLE, .scale = law->mean_s * factor, .law = law};
    double cv = law->cv;
    struct sc_error cause = SC_ERROR_INIT;
    switch (law->kind) {
    case SC_LAW_NONE:
        built.kind = SC_DRAW_NONE;
        break;
    case SC_LAW_FIXED:
        built.kind = SC_DRAW_FIXED;
        break;
    case SC_LAW_UNIFORM:
        built = (struct sc_draw){.kind = SC_DRAW_UNIFORM, .scale = factor, .law = law};
        break;
    case SC_LAW_TRIANGULAR:
        built = (struct sc_draw){.kind = SC_DRAW_TRIANGULAR, .scale = factor, .law = law};
        break;
    case SC_LAW_EMPIRICAL:
        built = (struct sc_draw){.kind = SC_DRAW_SAMPLE, .scale = factor, .law = law};
        break;
    case SC_LAW_ERLANG:
        cv = 1.0 / sqrt(law->k);
        break;
    default:
        if (law->kind != SC_LAW_EXPONENTIAL && cv == 0.0)
            built.kind = SC_DRAW_FIXED;
        break;
    }
    if (built.kind == SC_DRAW_TABLE && sc_law_table(cache, law->kind, cv, &built.table, &cause) != SC_OK)
        return sc_error_set_at(error, cause.code, law->where.file, law->where.line, "%s", cause.message);
    *draw = built;
    return SC_OK;
}

double sc_draw_other(const struct sc_draw *draw, uint64_t bits)
{
    const struct sc_law *law = draw->law;
    double u = sc_uniform(bits);
    if (draw->kind == SC_DRAW_UNIFORM)
        return draw->scale * (law->min_s + u * (law->max_s - law->min_s));
    if (draw->kind == SC_DRAW_SAMPLE)
        return draw->scale * law->sample_s[(size_t)(u * (double)law->samples)];
    /* Triangular: both branches of the inverse are square roots. */
    double span = law->max_s - law->min_s;
    double below = law->mode_s - law->min_s;
    double value = u * span < below ? law->min_s + sqrt(u * span * below)
                                    : law->max_s - sqrt((1.0 - u) * span * (span - below));
    return draw->scale * value;
}

const struct sc_clock *sc_clock_of_day(const struct sc_week_clock *week, int day_kind)
{
    if (day_kind >= SC_HOLIDAY && week->day[SC_HOLIDAY].cells > 0)
        return &week->day[SC_HOLIDAY];
    return &week->day[day_kind % 7];
}

double sc_law_time_factor(const struct sc_model *model, const struct sc_law *law, double at_s)
{
    int day = (int)(at_s / SC_DAY_S);
    if (day < 0 || day >= sc_model_days(model))
        return 1.0;
    const struct sc_clock *clock = sc_clock_of_day(&law->by_time, sc_day_kind(model, day));
    if (clock->cells == 0)
        return 1.0;
    return clock->value[(int)((at_s - day * SC_DAY_S) / SC_DAY_S * clock->cells)];
}

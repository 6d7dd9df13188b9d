/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/staff_scenario.h"

#include "base/random.h"
#include "support/scenario_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- centres --- */

struct draws {
    uint64_t key, next;
};

static double uniform(struct draws *draws, double low, double high)
{
    return low + (high - low) * sc_uniform(sc_key(draws->key, draws->next++));
}

static int whole(struct draws *draws, int low, int high)
{
    return (int)floor(uniform(draws, low, high + 1));
}

static void write_channel(FILE *out, struct draws *draws, int index, struct staff_shape shape)
{
    static const char *laws[] = {"exponential", "lognormal", "gamma"};
    int close = shape.large ? 16 : 10;
    double handle = uniform(draws, 180, 420), heads = shape.large ? uniform(draws, 6, 14) : uniform(draws, 1.0, 2.5);
    double per_hour = heads * 3600 / handle;
    fprintf(out, "{ name = \"c%d\"; kind = \"live\"; hours = { all = \"08:00-%02d:00\"; };\n", index, close);
    fprintf(out, "  volume = { per_day = %.1f; shape = (", per_hour * (close - 8));
    for (int hour = 0; hour < 24; hour++)
        fprintf(out, "%s%.2f", hour ? ", " : "", hour < 8 || hour >= close ? 0.0 : uniform(draws, 0.6, 1.4));
    fprintf(out, "); };\n  handle = { dist = \"%s\"; mean = \"%.0f s\"; };\n", laws[whole(draws, 0, 2)], handle);
    fprintf(out, "  patience = \"%.0f s\";\n", uniform(draws, 60, 400));
    fprintf(out, "  target = { answer = %.2f; within = \"%d s\"; };\n}", uniform(draws, 0.7, 0.9),
            10 * whole(draws, 1, 6));
}

/* Specialists for the first channels, and generalists that are dearer, cheaper or the same. */
static void write_pools(FILE *out, struct draws *draws, int channels)
{
    double wage = uniform(draws, 15, 25), more = uniform(draws, 0.95, 1.35);
    int specialists = whole(draws, 1, channels);
    for (int p = 0; p < specialists; p++)
        fprintf(out,
                "{ name = \"s%d\"; agents = 1; skills = ( { channel = \"c%d\"; } ); cost = { per_hour = %.2f; }; },\n",
                p, p, wage * uniform(draws, 0.9, 1.1));
    fprintf(out, "{ name = \"all\"; agents = 1; cost = { per_hour = %.2f; };\n  skills = (", wage * more);
    for (int c = 0; c < channels; c++)
        fprintf(out, "%s{ channel = \"c%d\"; rank = %d; speed = %.2f; }", c ? ", " : "", c, whole(draws, 1, 3),
                uniform(draws, 0.85, 1.1));
    fprintf(out, "); }\n");
}

char *staff_scenario_text(uint64_t seed, struct staff_shape shape)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    struct draws draws = {sc_key_name(seed, "centre"), 0};
    int channels = shape.large ? whole(&draws, 2, 4) : 2;
    fprintf(out, "name = \"centre %d\"; start = \"2026-01-05\"; days = 1; warmup = \"0 d\"; seed = \"%d\";\n",
            (int)seed, (int)seed);
    fprintf(out, "interval = \"%s\"; spread = %.3f;\nchannels = (\n", shape.large ? "30 min" : "60 min", shape.spread);
    for (int c = 0; c < channels; c++) {
        write_channel(out, &draws, c, shape);
        fprintf(out, c + 1 < channels ? ",\n" : "\n);\n");
    }
    fprintf(out, "pools = (\n");
    write_pools(out, &draws, channels);
    fprintf(out, ");\n");
    fclose(out);
    assert_non_null(text);
    return text;
}

/* --- cases --- */

struct staff_case staff_case_new(const char *text, const char *const *overrides, size_t count)
{
    struct staff_case made = {scenario_from_text(text, overrides, count), NULL};
    struct sc_error error = SC_ERROR_INIT;
    if (sc_model_build(made.scenario, &made.model, &error) != SC_OK)
        fail_msg("%s", error.message);
    return made;
}

uint64_t staff_case_seed(const struct staff_case *staff_case)
{
    return staff_case->scenario->seed;
}

void staff_case_free(struct staff_case *staff_case)
{
    sc_model_free(staff_case->model);
    sc_scenario_free(staff_case->scenario);
}

struct sc_staff *staff_case_find(const struct staff_case *staff_case, const struct sc_staff_options *options)
{
    struct sc_staff *staff = NULL;
    struct sc_error error = SC_ERROR_INIT;
    if (sc_staff_find(staff_case->model, options, &staff, &error) != SC_OK)
        fail_msg("%s", error.message);
    return staff;
}

/* --- to see for oneself --- */

struct staff_own *staff_own_new(const struct staff_case *staff_case, const struct sc_staff_options *options,
                                const struct sc_staff *staff, uint64_t seed)
{
    struct staff_own *own = calloc(1, sizeof *own);
    struct sc_error error = SC_ERROR_INIT;
    struct sc_staff_options with = *options;
    with.seed = seed;
    with.seed_given = true;
    with.threads = 1; /* many short plays: threads would wait for each other more than work */
    assert_non_null(own);
    assert_int_equal(sc_staff_problem_init(&own->problem, staff_case->model, &with, &error), SC_OK);
    assert_int_equal(sc_staff_player_init(&own->player, &own->problem, &with, &error), SC_OK);
    assert_int_equal(sc_staff_base_init(&own->base, &own->problem, &error), SC_OK);
    own->heads = calloc(own->problem.cell_count + 1, sizeof *own->heads);
    assert_non_null(own->heads);
    for (size_t i = 0; i < own->problem.cell_count; i++) {
        const struct sc_staff_cell *cell = &own->problem.cells[i];
        const struct sc_staff_place *place = &own->problem.places[cell->place];
        size_t at = own->problem.kinds[place->kind].first_day * own->problem.a_day + place->slot;
        own->heads[i] = staff->pools[cell->pool].heads[at];
    }
    return own;
}

void staff_own_free(struct staff_own *own)
{
    sc_staff_base_release(&own->base);
    sc_staff_player_release(&own->player);
    sc_staff_problem_release(&own->problem);
    free(own->heads);
    free(own);
}

size_t staff_own_play(struct staff_own *own, const int *heads, size_t replications)
{
    struct sc_error error = SC_ERROR_INIT;
    sc_staff_base_set(&own->base, &own->problem, heads);
    if (sc_staff_play(&own->player, &own->base, replications, &error) != SC_OK)
        fail_msg("%s", error.message);
    return sc_staff_short(&own->base, &own->problem);
}

double staff_own_cost(const struct staff_own *own, const int *heads)
{
    double cost = 0.0;
    for (size_t i = 0; i < own->problem.cell_count; i++)
        cost += heads[i] * own->problem.cells[i].cost;
    return cost;
}

double staff_own_dearest(const struct staff_own *own)
{
    double dearest = 0.0;
    for (size_t i = 0; i < own->problem.cell_count; i++)
        dearest = fmax(dearest, own->problem.cells[i].cost);
    return dearest;
}

/* Whether heads hold; what the first replications show to be short beyond doubt is not played on. */
static bool holds(struct staff_own *own, const int *heads, size_t replications)
{
    struct sc_error error = SC_ERROR_INIT;
    sc_staff_base_set(&own->base, &own->problem, heads);
    for (size_t count = 16; count < replications; count *= 2) {
        if (sc_staff_play(&own->player, &own->base, count, &error) != SC_OK)
            fail_msg("%s", error.message);
        for (size_t r = 0; r < own->problem.rule_count; r++)
            if (sc_staff_slack(&own->base, r) + 6.0 * sc_staff_slack_error(&own->base, r) + 0.01 < 0.0)
                return false;
    }
    if (sc_staff_play(&own->player, &own->base, replications, &error) != SC_OK)
        fail_msg("%s", error.message);
    return sc_staff_short(&own->base, &own->problem) == 0;
}

/* --- all staffings below a cost --- */

struct list {
    size_t cells, count, room;
    int *heads; /* [count * cells] */
};

static void list_add(struct list *list, const int *heads)
{
    if (list->count == list->room) {
        list->room = 2 * list->room + 64;
        list->heads = realloc(list->heads, list->room * list->cells * sizeof *list->heads);
        assert_non_null(list->heads);
    }
    memcpy(list->heads + list->count++ * list->cells, heads, list->cells * sizeof *heads);
}

/* All that cannot have one head more in any cell: what costs less has fewer heads everywhere than one of these. */
static void largest_below(const struct staff_own *own, size_t cell, double left, double least, int *heads,
                          struct list *out)
{
    if (cell == own->problem.cell_count) {
        if (left <= least)
            list_add(out, heads);
        return;
    }
    double cost = own->problem.cells[cell].cost;
    for (heads[cell] = 0; heads[cell] * cost < left; heads[cell]++)
        largest_below(own, cell + 1, left - heads[cell] * cost, least, heads, out);
    heads[cell] = 0;
}

double staff_own_exhaust(struct staff_own *own, double below, size_t replications)
{
    size_t cells = own->problem.cell_count;
    struct list list = {.cells = cells};
    int *heads = calloc(cells + 1, sizeof *heads);
    double least = INFINITY, found = INFINITY;
    assert_non_null(heads);
    for (size_t i = 0; i < cells; i++)
        least = fmin(least, own->problem.cells[i].cost);
    largest_below(own, 0, below, least, heads, &list);
    for (size_t i = 0; i < list.count && isinf(found); i++)
        if (holds(own, list.heads + i * cells, replications))
            found = staff_own_cost(own, list.heads + i * cells);
    free(list.heads);
    free(heads);
    return found;
}

/* --- a random search --- */

/* Some heads out and some in, at one place or two neighbouring cells. */
static void step(const struct staff_own *own, struct draws *draws, int *heads)
{
    int changes = whole(draws, 1, 4);
    size_t near = (size_t)whole(draws, 0, (int)own->problem.cell_count - 1);
    for (int i = 0; i < changes; i++) {
        size_t at = near + (size_t)whole(draws, 0, 5);
        if (at < own->problem.cell_count)
            heads[at] += whole(draws, 0, 2) ? -1 : 1;
        if (at < own->problem.cell_count && heads[at] < 0)
            heads[at] = 0;
    }
}

double staff_own_wander(struct staff_own *own, const int *heads, size_t steps, uint64_t seed, size_t replications)
{
    size_t cells = own->problem.cell_count;
    struct draws draws = {sc_key_name(seed, "wander"), 0};
    int *now = calloc(2 * cells + 1, sizeof *now);
    assert_non_null(now);
    int *next = now + cells;
    memcpy(now, heads, cells * sizeof *now);
    double cost = staff_own_cost(own, now);
    for (size_t i = 0; i < steps; i++) {
        memcpy(next, now, cells * sizeof *next);
        step(own, &draws, next);
        double other = staff_own_cost(own, next);
        if (other > cost * (1.0 + 1e-12) || !holds(own, next, replications))
            continue;
        memcpy(now, next, cells * sizeof *now);
        cost = other;
    }
    free(now);
    return cost;
}

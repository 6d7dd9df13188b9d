/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/staff_problem.h"

#include "model/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- groups --- */

static size_t root_of(const size_t *parent, size_t i)
{
    while (parent[i] != i)
        i = parent[i];
    return i;
}

static void join(size_t *parent, size_t a, size_t b)
{
    parent[root_of(parent, a)] = root_of(parent, b);
}

/* Work goes from one channel to another. */
static void join_service(size_t *parent, size_t channel, const struct sc_service *service)
{
    for (size_t i = 0; i < service->diverts; i++)
        join(parent, channel, (size_t)service->divert[i].to);
    for (size_t i = 0; i < service->transfers; i++)
        join(parent, channel, (size_t)service->transfer[i].to);
    if (service->recontact.share > 0.0)
        join(parent, channel, (size_t)service->recontact.to);
}

static enum sc_code groups_build(struct sc_staff_problem *problem, struct sc_error *error)
{
    const struct sc_scenario *s = problem->scenario;
    size_t nodes = s->channel_count + s->pool_count;
    size_t *parent = sc_arena_array(&problem->arena, nodes, sizeof *parent);
    size_t *group = sc_arena_array(&problem->arena, nodes, sizeof *group);
    if (!parent || !group)
        return sc_error_memory(error);
    for (size_t i = 0; i < nodes; i++)
        parent[i] = i;
    for (size_t p = 0; p < s->pool_count; p++)
        for (size_t i = 0; i < s->pools[p].skill_count; i++)
            join(parent, s->channel_count + p, (size_t)s->pools[p].skills[i].channel);
    for (size_t c = 0; c < s->channel_count; c++) {
        join_service(parent, c, &s->channels[c].service);
        for (size_t k = 0; k < s->channels[c].class_count; k++)
            join_service(parent, c, &s->channels[c].classes[k].service);
    }
    for (size_t t = 0; t < s->trunk_count; t++)
        for (size_t i = 1; i < s->trunks[t].channel_count; i++)
            join(parent, (size_t)s->trunks[t].channels[0], (size_t)s->trunks[t].channels[i]);
    for (size_t i = 0; i < nodes; i++)
        if (root_of(parent, i) == i)
            group[i] = problem->groups++;
    for (size_t i = 0; i < nodes; i++)
        if (root_of(parent, i) != i)
            group[i] = group[root_of(parent, i)];
    problem->channel_group = group;
    problem->pool_group = group + s->channel_count;
    return SC_OK;
}

/* --- windows --- */

/*
 * How long heads are felt: contacts handled or still waiting when an interval ends keep others waiting for some handle
 * times more; one interval before, for those who still wait when it begins. What little goes beyond must not matter
 * even to a place that is looked at in the same simulation: with windows of four handle times it did.
 */
static enum sc_code windows_build(struct sc_staff_problem *problem, struct sc_error *error)
{
    size_t *before = sc_arena_array(&problem->arena, problem->groups, sizeof *before);
    size_t *after = sc_arena_array(&problem->arena, problem->groups, sizeof *after);
    bool *deferred = sc_arena_array(&problem->arena, problem->groups, sizeof *deferred);
    if (!before || !after || !deferred)
        return sc_error_memory(error);
    for (size_t t = 0; t < problem->model->type_count; t++) {
        const struct sc_type *type = &problem->model->types[t];
        size_t group = problem->channel_group[type->channel];
        double handle_s = type->service->handle.mean_s + type->service->wrap_up.mean_s;
        size_t reach = (size_t)ceil(fmin(900.0 + 6.0 * handle_s, 6.0 * 3600.0) / problem->interval_s);
        if (type->kind != SC_DEFERRED && reach > after[group])
            after[group] = reach;
        before[group] = 1;
    }
    problem->window_before = before;
    problem->window_after = after;
    problem->group_deferred = deferred;
    return SC_OK;
}

/* May anybody of a group work on a day? */
static bool works(const struct sc_staff_problem *problem, size_t group, size_t day)
{
    for (size_t p = 0; p < problem->scenario->pool_count; p++)
        for (size_t i = day * problem->a_day; problem->pool_group[p] == group && i < (day + 1) * problem->a_day; i++)
            if (problem->may[p * problem->count + i])
                return true;
    return false;
}

/* A backlog is long in coming and going: two days of work on both sides, and the days between on which nobody works. */
static enum sc_code felt_days_build(struct sc_staff_problem *problem, struct sc_error *error)
{
    enum { FELT_DAYS = 2 };
    size_t days = problem->days;
    bool *at_work = sc_arena_array(&problem->arena, days, sizeof *at_work);
    problem->felt_first = sc_arena_array(&problem->arena, problem->groups * days, sizeof *problem->felt_first);
    problem->felt_last = sc_arena_array(&problem->arena, problem->groups * days, sizeof *problem->felt_last);
    if (!at_work || !problem->felt_first || !problem->felt_last)
        return sc_error_memory(error);
    for (size_t g = 0; g < problem->groups; g++) {
        for (size_t day = 0; day < days; day++)
            at_work[day] = works(problem, g, day);
        for (size_t day = 0; day < days; day++) {
            size_t first = day, last = day;
            for (int n = 0; n < FELT_DAYS && first > 0;)
                n += at_work[--first];
            for (int n = 0; n < FELT_DAYS && last + 1 < days;)
                n += at_work[++last];
            problem->felt_first[g * days + day] = first;
            problem->felt_last[g * days + day] = last;
            problem->felt_days = day - first > problem->felt_days ? day - first : problem->felt_days;
            problem->felt_days = last - day > problem->felt_days ? last - day : problem->felt_days;
        }
    }
    return SC_OK;
}

void sc_staff_window(const struct sc_staff_problem *problem, const struct sc_staff_place *place, size_t day, bool wide,
                     size_t *from, size_t *to)
{
    size_t at = day * problem->a_day + place->slot, before = problem->window_before[place->group];
    size_t end = at + problem->window_after[place->group] + 1;
    *from = at > before ? at - before : 0;
    if (wide) {
        *from = problem->felt_first[place->group * problem->days + day] * problem->a_day;
        end = (problem->felt_last[place->group * problem->days + day] + 1) * problem->a_day;
    }
    *to = end < problem->count ? end : problem->count;
}

/* --- places and cells --- */

static double head_cost(const struct sc_staff_problem *problem, size_t pool)
{
    bool any = false;
    for (size_t p = 0; p < problem->scenario->pool_count; p++)
        any = any || problem->scenario->pools[p].cost_per_hour > 0.0;
    return any ? problem->scenario->pools[pool].cost_per_hour : 1.0;
}

static enum sc_code places_build(struct sc_staff_problem *problem, struct sc_error *error)
{
    size_t pools = problem->scenario->pool_count, most = problem->kind_count * problem->a_day;
    problem->places = sc_arena_array(&problem->arena, most * problem->groups, sizeof *problem->places);
    problem->cells = sc_arena_array(&problem->arena, most * pools, sizeof *problem->cells);
    if (!problem->places || !problem->cells)
        return sc_error_memory(error);
    for (size_t k = 0; k < problem->kind_count; k++)
        for (size_t slot = 0; slot < problem->a_day; slot++)
            for (size_t g = 0; g < problem->groups; g++) {
                struct sc_staff_place place = {.group = g, .kind = k, .slot = slot, .first_cell = problem->cell_count};
                size_t at = problem->kinds[k].first_day * problem->a_day + slot;
                double hours = problem->interval_s / 3600.0 * (double)problem->kinds[k].days;
                for (size_t p = 0; p < pools; p++)
                    if (problem->pool_group[p] == g && problem->may[p * problem->count + at])
                        problem->cells[problem->cell_count++] =
                            (struct sc_staff_cell){p, problem->place_count, hours * head_cost(problem, p)};
                place.cells = problem->cell_count - place.first_cell;
                if (place.cells > 0)
                    problem->places[problem->place_count++] = place;
            }
    return SC_OK;
}

/* --- what a place can change --- */

/* The stretches of a rule's pieces in the windows of a place; a place on two days of one week has two in it. Counts
   alone where `out` is NULL. */
static size_t stretches_of(const struct sc_staff_problem *problem, const struct sc_staff_place *place,
                           const struct sc_staff_rule *rule, struct sc_staff_stretch *out)
{
    size_t n = 0;
    for (size_t i = rule->first_piece; i < rule->first_piece + rule->pieces; i++) {
        const struct sc_staff_piece *piece = &problem->pieces[i];
        size_t first_day = piece->first / problem->a_day, last = (piece->first + piece->intervals - 1) / problem->a_day;
        size_t covered = piece->first;
        first_day = first_day > problem->felt_days ? first_day - problem->felt_days : 0;
        for (size_t day = first_day; day <= last + problem->felt_days && day < problem->days; day++) {
            size_t from, to;
            if (problem->day_kind[day] != place->kind)
                continue;
            sc_staff_window(problem, place, day, problem->judges[rule->judge].deferred, &from, &to);
            from = from > covered ? from : covered;
            to = to < piece->first + piece->intervals ? to : piece->first + piece->intervals;
            if (from >= to)
                continue;
            covered = to;
            if (out)
                out[n] = (struct sc_staff_stretch){i, from, to};
            n++;
        }
    }
    return n;
}

/* Rules in the order of places; twice: to count, and to fill. */
static void reaches_pass(struct sc_staff_problem *problem, bool fill)
{
    problem->reach_count = problem->stretch_count = 0;
    for (size_t i = 0; i < problem->place_count; i++) {
        struct sc_staff_place *place = &problem->places[i];
        place->first_reach = problem->reach_count;
        for (size_t r = 0; r < problem->rule_count; r++) {
            const struct sc_staff_rule *rule = &problem->rules[r];
            if (problem->judges[rule->judge].group != place->group)
                continue;
            size_t n = stretches_of(problem, place, rule, fill ? problem->stretches + problem->stretch_count : NULL);
            if (n == 0)
                continue;
            if (fill)
                problem->reaches[problem->reach_count] = (struct sc_staff_reach){r, problem->stretch_count, n};
            problem->reach_count++;
            problem->stretch_count += n;
        }
        place->reaches = problem->reach_count - place->first_reach;
    }
}

static enum sc_code reaches_build(struct sc_staff_problem *problem, struct sc_error *error)
{
    reaches_pass(problem, false);
    problem->reaches = sc_arena_array(&problem->arena, problem->reach_count, sizeof *problem->reaches);
    problem->stretches = sc_arena_array(&problem->arena, problem->stretch_count, sizeof *problem->stretches);
    if (!problem->reaches || !problem->stretches)
        return sc_error_memory(error);
    reaches_pass(problem, true);
    return SC_OK;
}

enum sc_code sc_staff_problem_init(struct sc_staff_problem *problem, const struct sc_model *model,
                                   const struct sc_staff_options *options, struct sc_error *error)
{
    const struct sc_scenario *scenario = sc_model_scenario(model);
    *problem = (struct sc_staff_problem){.model = model,
                                         .scenario = scenario,
                                         .per = options->per,
                                         .confidence = options->confidence,
                                         .interval_s = scenario->interval_s,
                                         .days = (size_t)model->days,
                                         .a_day = (size_t)(SC_DAY_S / scenario->interval_s + 0.5),
                                         .arena = SC_ARENA_INIT};
    problem->count = problem->days * problem->a_day;
    enum sc_code code = groups_build(problem, error);
    if (code == SC_OK)
        code = windows_build(problem, error);
    if (code == SC_OK)
        code = sc_staff_days_build(problem, error);
    if (code == SC_OK)
        code = felt_days_build(problem, error);
    if (code == SC_OK)
        code = sc_staff_rules_build(problem, error);
    for (size_t j = 0; code == SC_OK && j < problem->judge_count; j++)
        if (problem->judges[j].deferred)
            problem->group_deferred[problem->judges[j].group] = true;
    if (code == SC_OK)
        code = places_build(problem, error);
    if (code == SC_OK)
        code = reaches_build(problem, error);
    return code;
}

void sc_staff_problem_release(struct sc_staff_problem *problem)
{
    sc_arena_release(&problem->arena);
}

bool sc_staff_bears_none(const struct sc_staff_problem *problem, const struct sc_staff_judge *judge)
{
    return problem->confidence <= 0.0 && (judge->abandon ? judge->wanted <= 0.0 : judge->wanted >= 1.0);
}

size_t sc_staff_alike(const struct sc_staff_problem *problem)
{
    return problem->days / (problem->kind_count + 1) + 1;
}

void sc_staff_spread(const struct sc_staff_problem *problem, const int *heads, int *by_interval)
{
    memset(by_interval, 0, problem->scenario->pool_count * problem->count * sizeof *by_interval);
    for (size_t day = 0; day < problem->days; day++)
        for (size_t i = 0; i < problem->cell_count; i++) {
            const struct sc_staff_cell *cell = &problem->cells[i];
            const struct sc_staff_place *place = &problem->places[cell->place];
            if (place->kind == problem->day_kind[day])
                by_interval[cell->pool * problem->count + day * problem->a_day + place->slot] = heads[i];
        }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Formulas first. Each channel by itself, interval by interval: the modified offered load (how many would be busy if
 * nobody ever waited), then the fewest heads that Erlang A, or C, says will do. Chats held several at once are a system
 * of slots, each as slow as its head with full hands; deferred work needs its hours, some time in the day.
 */
#include "decide/staff_start.h"

#include "model/internal.h"
#include "staffcast/erlang.h"
#include "staffcast/offered_load.h"
#include "theory/beside_demand.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the load --- */

/* The mean modified offered load of a channel on a day, by interval; the day before is taken to have been alike. */
static enum sc_code load_day(const struct sc_staff_problem *problem, const struct sc_course *course,
                             const struct sc_law *handle, size_t day, double *load_erl, struct sc_error *error)
{
    size_t n = problem->a_day;
    double *rate = malloc(4 * n * sizeof *rate);
    if (!rate)
        return sc_error_memory(error);
    for (size_t i = 0; i < n; i++) {
        size_t at = day * n + i;
        /* Times that differ from the law's mean (classes, wrap-up, speeds, by_time) are so many more contacts. */
        rate[i] = course->arrivals[at] / problem->interval_s * course->handle_s[at] / handle->mean_s;
        rate[n + i] = rate[i];
    }
    enum sc_code code = sc_offered_load(rate, 2 * n, problem->interval_s, handle, NULL, rate + 2 * n, error);
    if (code == SC_OK)
        memcpy(load_erl, rate + 3 * n, n * sizeof *load_erl);
    free(rate);
    return code;
}

/* --- Erlang --- */

/* The skill that stands for all who may serve a channel: the first pool's. */
static const struct sc_skill *skill_of(const struct sc_scenario *scenario, size_t channel)
{
    const struct sc_skill *skill = NULL;
    for (size_t p = 0; p < scenario->pool_count && !skill; p++)
        skill = sc_skill_for(&scenario->pools[p], channel);
    return skill;
}

/* Contacts that one head holds at once, and how much slower each is then. */
static void slots_of(const struct sc_staff_problem *problem, size_t channel, double *slots, double *slowdown)
{
    const struct sc_skill *skill = skill_of(problem->scenario, channel);
    *slots = *slowdown = 1.0;
    if (!skill || problem->scenario->channels[channel].kind != SC_CHAT || skill->at_once <= 1)
        return;
    size_t full = (size_t)skill->at_once < skill->slowdowns ? (size_t)skill->at_once : skill->slowdowns;
    *slots = skill->at_once;
    *slowdown = full > 0 ? skill->slowdown[full - 1] : 1.0;
}

/* The fewest agents for one system and one target; -1 where no number does. */
static int agents_for(struct sc_erlang system, enum sc_erlang_measure measure, enum sc_erlang_level level, double value)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_erlang_target target = {.measure = measure, .level = level, .value = value};
    enum sc_code code = sc_erlang_solve(&system, SC_UNKNOWN_AGENTS, &target, false, &error);
    /* Unreachable also where every number does. */
    if (code == SC_UNREACHABLE) {
        struct sc_erlang_result result;
        struct sc_error other = SC_ERROR_INIT;
        system.agents = 0;
        if (sc_erlang_evaluate(&system, &result, &other) != SC_OK)
            return -1;
        bool holds =
            measure == SC_MEASURE_LEVEL ? result.service_level[level] >= value : result.shares.abandoned <= value;
        return holds ? 0 : -1;
    }
    return code == SC_OK ? (int)system.agents : -1;
}

static int agents_for_target(const struct sc_target *target, double load_erl, double handle_s, double patience_s)
{
    static const enum sc_erlang_level levels[] = {[SC_COUNT_OFFERED] = SC_LEVEL_OFFERED,
                                                  [SC_COUNT_NO_SHORT] = SC_LEVEL_NO_SHORT,
                                                  [SC_COUNT_ANSWERED] = SC_LEVEL_ANSWERED,
                                                  [SC_COUNT_MET] = SC_LEVEL_MET};
    struct sc_erlang system = {.load_erl = load_erl,
                               .handle_s = handle_s,
                               .patience_s = patience_s,
                               .within_s = target->within_s,
                               .lines = SC_ERLANG_UNLIMITED};
    if (load_erl <= 0.0)
        return 0;
    int agents = 0;
    if (target->answer_given)
        agents = agents_for(system, SC_MEASURE_LEVEL, levels[target->counts], target->answer);
    if (target->abandon_given && isfinite(patience_s) && agents >= 0) {
        int other = agents_for(system, SC_MEASURE_ABANDON, SC_LEVEL_OFFERED, target->abandon);
        agents = other < 0 ? -1 : other > agents ? other : agents;
    }
    return agents;
}

/* --- a channel --- */

/* The target that the formulas are asked: the channel's, or that of its first class that has one. */
static const struct sc_target *target_of(const struct sc_channel *channel)
{
    const struct sc_target *target = &channel->service.target;
    for (size_t k = 0; !target->given && k < channel->class_count; k++)
        target = &channel->classes[k].service.target;
    return target;
}

/* Heads for work that may wait, spread evenly over the intervals of the day in which somebody may do it. */
static void alone_deferred(const struct sc_staff_problem *problem, size_t channel, size_t day,
                           struct sc_staff_formulas *f)
{
    size_t first = day * problem->a_day, open = 0;
    double load = 0.0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = first; i < first + problem->a_day; i++) {
            bool may = false;
            for (size_t p = 0; p < problem->scenario->pool_count; p++)
                may = may || (problem->may[p * problem->count + i] &&
                              sc_skill_for(&problem->scenario->pools[p], channel) != NULL);
            if (pass == 0) {
                open += may;
                load += f->load_erl[i];
            } else {
                f->alone[i] = may && load > 0.0 ? (int)ceil(load / (double)open / 0.95) : 0;
            }
        }
}

static void alone_day(const struct sc_staff_problem *problem, size_t channel, const struct sc_course *course,
                      size_t day, struct sc_staff_formulas *f)
{
    const struct sc_target *target = target_of(&problem->scenario->channels[channel]);
    double slots, slowdown;
    slots_of(problem, channel, &slots, &slowdown);
    for (size_t i = day * problem->a_day; i < (day + 1) * problem->a_day; i++) {
        double handle_s = course->handle_s[i] * slowdown, load = f->load_erl[i] * slowdown;
        f->erlang_c[i] = f->erlang_a[i] = -1;
        if (problem->scenario->channels[channel].kind == SC_DEFERRED || !f->judged)
            continue;
        if (!(course->arrivals[i] > 0.0)) { /* who is still there after closing is promised nothing new */
            f->erlang_c[i] = f->erlang_a[i] = 0;
            continue;
        }
        int a = agents_for_target(target, load, handle_s, course->patience_s[i]);
        int c = target->answer_given ? agents_for_target(target, load, handle_s, INFINITY) : -1;
        int most = a >= 0 ? a : c >= 0 ? c : (int)ceil(load + 2.0 * sqrt(load));
        f->alone[i] = (int)ceil((double)most / slots);
        f->load_erl[i] = load / slots;
        if (slots == 1.0) {
            f->erlang_a[i] = a;
            f->erlang_c[i] = c;
        }
    }
    if (problem->scenario->channels[channel].kind == SC_DEFERRED && f->judged)
        alone_deferred(problem, channel, day, f);
}

static enum sc_code formulas_new(const struct sc_staff_problem *problem, struct sc_arena *arena, size_t channel,
                                 struct sc_staff_formulas *f, struct sc_error *error)
{
    *f = (struct sc_staff_formulas){.load_erl = sc_arena_array(arena, problem->count, sizeof(double)),
                                    .arrivals = sc_arena_array(arena, problem->count, sizeof(double)),
                                    .handle_s = sc_arena_array(arena, problem->count, sizeof(double)),
                                    .erlang_c = sc_arena_array(arena, problem->count, sizeof(int)),
                                    .erlang_a = sc_arena_array(arena, problem->count, sizeof(int)),
                                    .alone = sc_arena_array(arena, problem->count, sizeof(int))};
    if (!f->load_erl || !f->arrivals || !f->handle_s || !f->erlang_c || !f->erlang_a || !f->alone)
        return sc_error_memory(error);
    for (size_t j = 0; j < problem->judge_count; j++)
        f->judged = f->judged || problem->judges[j].channel == channel;
    f->judged = f->judged && skill_of(problem->scenario, channel) != NULL;
    return SC_OK;
}

/* Days of a kind are alike, so the first is asked and the others have its answers. */
static void copy_day(const struct sc_staff_problem *problem, size_t from, size_t to, struct sc_staff_formulas *f)
{
    size_t n = problem->a_day;
    memcpy(f->load_erl + to * n, f->load_erl + from * n, n * sizeof *f->load_erl);
    memcpy(f->erlang_c + to * n, f->erlang_c + from * n, n * sizeof *f->erlang_c);
    memcpy(f->erlang_a + to * n, f->erlang_a + from * n, n * sizeof *f->erlang_a);
    memcpy(f->alone + to * n, f->alone + from * n, n * sizeof *f->alone);
}

/* Demand and times of the intervals in which a regime is in force. */
static enum sc_code take_regime(const struct sc_staff_problem *problem, size_t r, struct sc_courses *courses,
                                struct sc_error *error)
{
    const struct sc_model *model = problem->model;
    double begin_s = model->regimes[r].from_s - model->counted_from_s;
    double end_s = r + 1 < model->regime_count ? model->regimes[r + 1].from_s - model->counted_from_s : INFINITY;
    size_t from = (size_t)lround(fmax(0.0, begin_s) / problem->interval_s);
    size_t to = (size_t)fmin((double)problem->count, fmax(0.0, round(end_s / problem->interval_s)));
    if (from >= to)
        return SC_OK;
    struct sc_model rules = *model->regimes[r].model;
    struct sc_courses here = {0};
    rules.regime_count = 1; /* it is all by itself for once */
    enum sc_code code = sc_courses_init(&here, &rules, error);
    for (size_t c = 0; code == SC_OK && c < courses->channels; c++) {
        struct sc_course *course = &courses->channel[c], *other = &here.channel[c];
        size_t size = (to - from) * sizeof(double);
        memcpy(course->arrivals + from, other->arrivals + from, size);
        memcpy(course->handle_s + from, other->handle_s + from, size);
        memcpy(course->patience_s + from, other->patience_s + from, size);
    }
    if (code == SC_OK)
        sc_courses_release(&here);
    return code;
}

enum sc_code sc_staff_formulas(const struct sc_staff_problem *problem, struct sc_arena *arena,
                               struct sc_staff_formulas *formulas, struct sc_error *error)
{
    struct sc_courses courses = {0};
    enum sc_code code = sc_courses_init(&courses, problem->model, error);
    for (size_t r = 1; code == SC_OK && r < problem->model->regime_count; r++)
        code = take_regime(problem, r, &courses, error);
    for (size_t c = 0; c < problem->scenario->channel_count && code == SC_OK; c++) {
        struct sc_staff_formulas *f = &formulas[c];
        const struct sc_course *course = &courses.channel[c];
        code = formulas_new(problem, arena, c, f, error);
        if (code != SC_OK)
            break;
        memcpy(f->arrivals, course->arrivals, problem->count * sizeof *f->arrivals);
        memcpy(f->handle_s, course->handle_s, problem->count * sizeof *f->handle_s);
        for (size_t day = 0; day < problem->days && code == SC_OK; day++) {
            size_t first = problem->kinds[problem->day_kind[day]].first_day;
            if (first != day) {
                copy_day(problem, first, day, f);
                continue;
            }
            code = load_day(problem, course, &problem->scenario->channels[c].service.handle, day,
                            f->load_erl + day * problem->a_day, error);
            if (code == SC_OK)
                alone_day(problem, c, course, day, f);
        }
    }
    sc_courses_release(&courses);
    return code;
}

/* --- pools --- */

double sc_staff_load_factor(const struct sc_staff_problem *problem)
{
    const struct sc_scenario *s = problem->scenario;
    double widest = 0.0;
    if (problem->confidence <= 0.5)
        return 1.0;
    for (size_t c = 0; c < s->channel_count; c++) {
        const struct sc_volume *v = &s->channels[c].volume;
        double square =
            s->spread.cv * s->spread.cv + s->level * s->level + v->spread.cv * v->spread.cv + v->drift_cv * v->drift_cv;
        widest = fmax(widest, square);
    }
    return 1.0 + gsl_cdf_ugaussian_Pinv(problem->confidence) * sqrt(widest);
}

/* How many channels a pool has skills for. */
static size_t breadth(const struct sc_staff_problem *problem, size_t pool)
{
    size_t n = 0;
    for (size_t c = 0; c < problem->scenario->channel_count; c++)
        n += sc_skill_for(&problem->scenario->pools[pool], c) != NULL;
    return n;
}

/* The cell of a place whose pool serves the channel cheapest: alone for it, or together with others; -1: none. */
static long cheapest(const struct sc_staff_problem *problem, const struct sc_staff_place *place, size_t channel,
                     bool specialist)
{
    long best = -1;
    double least = INFINITY;
    for (size_t i = place->first_cell; i < place->first_cell + place->cells; i++) {
        const struct sc_staff_cell *cell = &problem->cells[i];
        const struct sc_skill *skill = sc_skill_for(&problem->scenario->pools[cell->pool], channel);
        if (!skill || skill->after_s > 0.0 || (breadth(problem, cell->pool) == 1) != specialist)
            continue;
        double price = cell->cost / skill->speed * (1.0 + 1e-3 * skill->rank);
        if (price < least) {
            least = price;
            best = (long)i;
        }
    }
    return best;
}

/* Loads of the cells, and the squares of what they need above that: heads above the load go by its square root, so
   those of several channels together are the root of the sum of squares. */
static void place_share(const struct sc_staff_problem *problem, const struct sc_staff_formulas *formulas,
                        const struct sc_staff_place *place, double flexible, double factor, double *load,
                        double *square)
{
    size_t at = problem->kinds[place->kind].first_day * problem->a_day + place->slot;
    for (size_t c = 0; c < problem->scenario->channel_count; c++) {
        const struct sc_staff_formulas *f = &formulas[c];
        double alone = f->judged ? (double)f->alone[at] : 0.0, above = fmax(0.0, alone - f->load_erl[at]);
        long own = cheapest(problem, place, c, true), shared = cheapest(problem, place, c, false);
        double there = own < 0 ? 1.0 : shared < 0 ? 0.0 : flexible;
        double busy = fmin(alone, f->load_erl[at]) * factor;
        if (own >= 0) {
            load[own] += (1.0 - there) * busy;
            square[own] += (1.0 - there) * above * above;
        }
        if (shared >= 0) {
            load[shared] += there * busy;
            square[shared] += there * above * above;
        }
    }
}

enum sc_code sc_staff_start(const struct sc_staff_problem *problem, const struct sc_staff_formulas *formulas,
                            double flexible, double factor, int *heads, struct sc_error *error)
{
    double *load = calloc(2 * problem->cell_count + 1, sizeof *load);
    if (!load)
        return sc_error_memory(error);
    double *square = load + problem->cell_count;
    for (size_t i = 0; i < problem->place_count; i++)
        place_share(problem, formulas, &problem->places[i], flexible, factor, load, square);
    for (size_t i = 0; i < problem->cell_count; i++)
        heads[i] = (int)floor(load[i] + sqrt(square[i]) + 0.5);
    free(load);
    return SC_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/staff_result.h"

#include "base/arena.h"
#include "model/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Standard errors by which a target must be missed on held-out numbers to be called so. */
static const double missed_by = 4.0;

enum { NOTES_MOST = 64 };

enum sc_code sc_staff_new(const struct sc_staff_problem *problem, const struct sc_staff_options *options,
                          struct sc_staff **staff, struct sc_error *error)
{
    const struct sc_scenario *scenario = problem->scenario;
    struct sc_staff *made = calloc(1, sizeof *made);
    struct sc_arena *arena = calloc(1, sizeof *arena);
    if (!made || !arena) {
        free(made);
        free(arena);
        return sc_error_memory(error);
    }
    *arena = SC_ARENA_INIT;
    made->memory = arena;
    made->count = problem->count;
    made->interval_s = problem->interval_s;
    made->per = options->per;
    made->confidence = options->confidence;
    made->seed = options->seed_given ? options->seed : scenario->seed;
    made->pools = sc_arena_array(arena, scenario->pool_count, sizeof *made->pools);
    made->formulas = sc_arena_array(arena, scenario->channel_count, sizeof *made->formulas);
    bool room = made->pools && made->formulas;
    for (size_t p = 0; p < scenario->pool_count && room; p++) {
        made->pools[p].heads = sc_arena_array(arena, problem->count, sizeof(int));
        made->pools[p].may = sc_arena_array(arena, problem->count, sizeof(bool));
        room = made->pools[p].heads && made->pools[p].may;
    }
    if (!room) {
        sc_staff_free(made);
        return sc_error_memory(error);
    }
    *staff = made;
    return SC_OK;
}

void sc_staff_free(struct sc_staff *staff)
{
    if (!staff)
        return;
    sc_result_free(staff->result);
    sc_model_free(staff->model);
    sc_arena_release(staff->memory);
    free(staff->memory);
    free(staff);
}

/* --- verdicts --- */

/* One period, seen in all replications: contacts that met the target, their base, and the replications' own. */
static void verdict_fill(struct sc_staff_verdict *verdict, const struct sc_staff_problem *problem,
                         const struct sc_staff_base *held_out, double forgiven, size_t piece)
{
    double n = (double)held_out->count, surplus = 0.0, base = 0.0, square = 0.0, met = 0.0, judged = 0.0;
    for (size_t r = 0; r < held_out->count; r++) {
        double s = held_out->piece_surplus[r * problem->piece_count + piece];
        double b = held_out->piece_base[r * problem->piece_count + piece];
        surplus += s;
        base += b;
        met += b > 0.0 && s >= -1e-4;
        judged += b > 0.0;
    }
    for (size_t r = 0; r < held_out->count && base > 0.0; r++) { /* residuals of the ratio */
        double e = held_out->piece_surplus[r * problem->piece_count + piece] -
                   surplus / base * held_out->piece_base[r * problem->piece_count + piece];
        square += e * e;
    }
    /* Surpluses are kept in single precision; what they are made of are whole contacts. */
    double counted = verdict->wanted * base + (verdict->abandon ? -surplus : surplus);
    verdict->figure = base > 0.0 ? fmin(fmax(round(counted), 0.0), base) / base : NAN;
    double slack = verdict->abandon ? verdict->wanted - verdict->figure : verdict->figure - verdict->wanted;
    verdict->error = base > 0.0 && n > 1.0 ? sqrt(square * n / (n - 1.0)) / base : NAN;
    verdict->met = judged > 0.0 ? met / judged : NAN;
    verdict->met_error = judged > 0.0 ? sqrt(verdict->met * (1.0 - verdict->met) / judged) : NAN;
    verdict->contacts = base;
    if (problem->confidence > 0.0)
        verdict->missed = verdict->met + forgiven + missed_by * verdict->met_error < problem->confidence - 1e-9;
    else /* of one replication nothing can be told: NAN is not below anything */
        verdict->missed = slack + forgiven + missed_by * verdict->error < -1e-9;
}

enum sc_code sc_staff_verdicts(struct sc_staff *staff, const struct sc_staff_problem *problem,
                               const struct sc_staff_base *held_out, double forgiven, struct sc_error *error)
{
    staff->verdicts = sc_arena_array(staff->memory, problem->piece_count, sizeof *staff->verdicts);
    if (!staff->verdicts)
        return sc_error_memory(error);
    staff->verdict_count = staff->missed = 0;
    for (size_t j = 0; j < problem->judge_count; j++)
        for (size_t i = 0; i < problem->piece_count; i++) {
            const struct sc_staff_piece *piece = &problem->pieces[i];
            const struct sc_staff_judge *judge = &problem->judges[j];
            if (problem->rules[piece->rule].judge != j)
                continue;
            struct sc_staff_verdict *v = &staff->verdicts[staff->verdict_count];
            *v = (struct sc_staff_verdict){.channel = judge->channel,
                                           .class_index = judge->class_index,
                                           .abandon = judge->abandon,
                                           .first = piece->first,
                                           .intervals = piece->intervals,
                                           .wanted = judge->wanted};
            verdict_fill(v, problem, held_out, forgiven, i);
            if (!(v->contacts > 0.0))
                continue;
            staff->verdict_count++;
            staff->missed += v->missed;
        }
    staff->held_out = held_out->count;
    return SC_OK;
}

/* --- heads --- */

/* As sc_model_restaff wants them. */
static enum sc_code model_make(struct sc_staff *staff, const struct sc_staff_problem *problem, struct sc_error *error)
{
    size_t pools = problem->scenario->pool_count;
    int *most = calloc(pools + 1, sizeof *most);
    if (!most)
        return sc_error_memory(error);
    for (size_t p = 0; p < pools; p++)
        for (size_t i = 0; i < problem->count; i++)
            most[p] = staff->pools[p].heads[i] > most[p] ? staff->pools[p].heads[i] : most[p];
    enum sc_code code = sc_model_restaff(problem->model, most, &staff->model, error);
    for (size_t p = 0; p < pools && code == SC_OK; p++)
        sc_model_set_heads(staff->model, p, staff->pools[p].heads);
    free(most);
    return code;
}

enum sc_code sc_staff_fill(struct sc_staff *staff, const struct sc_staff_problem *problem, const int *heads,
                           const int *start, struct sc_error *error)
{
    size_t pools = problem->scenario->pool_count;
    double hours = problem->interval_s / 3600.0;
    int *spread = calloc(pools * problem->count + 1, sizeof *spread);
    if (!spread)
        return sc_error_memory(error);
    sc_staff_spread(problem, start, spread);
    for (size_t i = 0; i < pools * problem->count; i++)
        staff->start_head_hours += spread[i] * hours;
    sc_staff_spread(problem, heads, spread);
    for (size_t p = 0; p < pools; p++) {
        struct sc_staff_pool *pool = &staff->pools[p];
        memcpy(pool->heads, spread + p * problem->count, problem->count * sizeof *spread);
        memcpy(pool->may, problem->may + p * problem->count, problem->count * sizeof *pool->may);
        for (size_t i = 0; i < problem->count; i++)
            pool->head_hours += pool->heads[i] * hours;
        pool->cost = pool->head_hours * problem->scenario->pools[p].cost_per_hour;
        staff->head_hours += pool->head_hours;
        staff->cost += pool->cost;
    }
    for (size_t c = 0; c < problem->scenario->channel_count; c++)
        for (size_t i = 0; i < problem->count; i++)
            staff->alone_head_hours += staff->formulas[c].judged ? staff->formulas[c].alone[i] * hours : 0.0;
    staff->pooling_saves_h = staff->alone_head_hours - staff->head_hours;
    free(spread);
    return model_make(staff, problem, error);
}

enum sc_code sc_staff_figures(struct sc_staff *staff, const struct sc_model *model,
                              const struct sc_staff_options *options, uint64_t seed, struct sc_error *error)
{
    struct sc_run_options run = {.replications = staff->held_out,
                                 .seed = seed,
                                 .seed_given = true,
                                 .threads = options->threads,
                                 .intervals = true};
    return sc_run(model, &run, &staff->result, error);
}

/* --- notes --- */

/* Intervals in which contacts come that nobody is there for, while the target of their period holds. */
static size_t nobody_intervals(const struct sc_staff *staff, const struct sc_staff_problem *problem, size_t channel,
                               size_t *with_contacts)
{
    size_t nobody = 0;
    *with_contacts = 0;
    for (size_t i = 0; i < problem->count; i++) {
        bool anyone = false;
        for (size_t p = 0; p < problem->scenario->pool_count; p++)
            anyone = anyone || (sc_pool_serves(&problem->scenario->pools[p], channel) && staff->pools[p].heads[i] > 0);
        if (!(staff->formulas[channel].arrivals[i] > 0.0))
            continue;
        ++*with_contacts;
        nobody += !anyone;
    }
    return nobody;
}

/* What a target that bears no late contact at all means where only so much is played, and that the search was stopped.
 */
static enum sc_code notes_search(struct sc_staff *staff, const struct sc_staff_problem *problem, struct sc_error *error)
{
    for (size_t j = 0; j < problem->judge_count && staff->note_count < NOTES_MOST / 4; j++) {
        const struct sc_staff_judge *judge = &problem->judges[j];
        if (!sc_staff_bears_none(problem, judge))
            continue;
        const char *note =
            sc_arena_printf(staff->memory,
                            "the target of channel \"%s\", that %s, means: no contact missed in any of the %zu "
                            "replications played; the "
                            "more are played the more heads it takes",
                            problem->scenario->channels[judge->channel].name,
                            judge->abandon ? "nobody gives up" : "100 % are in time", staff->replications);
        if (!note)
            return sc_error_memory(error);
        staff->notes[staff->note_count++] = note;
    }
    if (!staff->stopped)
        return SC_OK;
    const char *note =
        sc_arena_printf(staff->memory, "the search was stopped after %.0f contacts: fewer heads may do",
                        staff->contacts_searched);
    if (!note)
        return sc_error_memory(error);
    staff->notes[staff->note_count++] = note;
    return SC_OK;
}

static bool channel_judged(const struct sc_staff *staff, size_t channel)
{
    for (size_t v = 0; v < staff->verdict_count; v++)
        if (staff->verdicts[v].channel == channel && !isnan(staff->verdicts[v].figure))
            return true;
    return false;
}

enum sc_code sc_staff_notes(struct sc_staff *staff, const struct sc_staff_problem *problem, struct sc_error *error)
{
    struct sc_arena *arena = staff->memory;
    staff->notes = sc_arena_array(arena, NOTES_MOST, sizeof *staff->notes);
    if (!staff->notes)
        return sc_error_memory(error);
    enum sc_code code = notes_search(staff, problem, error);
    if (code != SC_OK)
        return code;
    for (size_t c = 0; c < problem->scenario->channel_count && staff->note_count < NOTES_MOST - 4; c++) {
        const char *name = problem->scenario->channels[c].name;
        size_t with = 0, nobody = nobody_intervals(staff, problem, c, &with);
        if (!staff->formulas[c].judged || with == 0 || nobody == 0)
            continue;
        const char *note =
            !channel_judged(staff, c)
                ? sc_arena_printf(arena, "of the contacts of channel \"%s\" none could be judged: its target is open",
                                  name)
            : nobody == with
                ? sc_arena_printf(arena, "the target of channel \"%s\" holds with nobody", name)
                : sc_arena_printf(arena,
                                  "the target of channel \"%s\" holds with nobody in %zu of the %zu intervals in "
                                  "which contacts come",
                                  name, nobody, with);
        if (!note)
            return sc_error_memory(error);
        staff->notes[staff->note_count++] = note;
    }
    for (size_t c = 0; c < problem->scenario->channel_count && staff->note_count < NOTES_MOST - 1; c++) {
        if (staff->formulas[c].judged)
            continue;
        const char *note = sc_arena_printf(arena, "channel \"%s\" has no target, so nobody is there for its sake",
                                           problem->scenario->channels[c].name);
        if (!note)
            return sc_error_memory(error);
        staff->notes[staff->note_count++] = note;
    }
    return SC_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the solution of the integer program to shifts with breaks. */
#include "staffcast/shifts.h"

#include "decide/shifts_program.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Heads of one shift and day, and how many take each break when. */
struct crew {
    size_t day, kind;
    int heads;
    int *taken[SC_SHIFT_BREAKS_MOST]; /* [slots], within one block */
};

struct crews {
    struct crew *crew;
    size_t count;
    int *slots;
};

static size_t slots_of(const struct sc_shift_kind *kind)
{
    size_t slots = 0;
    for (size_t b = 0; b < kind->rests; b++)
        slots += (size_t)kind->rest[b].count;
    return slots;
}

static enum sc_code crews_new(struct crews *crews, const struct sc_program *program, struct sc_error *error)
{
    size_t pairs = program->task->days * program->kind_count, slots = 0;
    for (size_t k = 0; k < program->kind_count; k++)
        slots += slots_of(&program->kinds[k]);
    crews->crew = calloc(pairs + 1, sizeof *crews->crew);
    crews->slots = calloc(slots * program->task->days + 1, sizeof *crews->slots);
    crews->count = pairs;
    if (crews->crew == NULL || crews->slots == NULL)
        return sc_error_memory(error);
    int *next = crews->slots;
    for (size_t i = 0; i < pairs; i++) {
        struct crew *crew = &crews->crew[i];
        crew->day = i / program->kind_count;
        crew->kind = i % program->kind_count;
        const struct sc_shift_kind *kind = &program->kinds[crew->kind];
        for (size_t b = 0; b < kind->rests; b++) {
            crew->taken[b] = next;
            next += kind->rest[b].count;
        }
    }
    return SC_OK;
}

/* Who has no break by the program (it matters to nobody there) takes it as early as may be. */
static void fill_crews(struct crews *crews, const struct sc_program *program)
{
    for (size_t i = 0; i < program->column_count; i++) {
        const struct sc_program_column *column = &program->columns[i];
        int heads = (int)column->value;
        struct crew *crew = &crews->crew[column->day * program->kind_count + column->kind];
        if (column->role == SC_COLUMN_BEGIN)
            crew->heads += heads;
        else if (column->role == SC_COLUMN_REST)
            crew->taken[column->rest][column->slot] += heads;
        for (size_t day = 0; column->role == SC_COLUMN_TOUR && day < 7; day++)
            if (column->set >> day & 1)
                crews->crew[day * program->kind_count + column->kind].heads += heads;
    }
    for (size_t i = 0; i < crews->count; i++) {
        struct crew *crew = &crews->crew[i];
        const struct sc_shift_kind *kind = &program->kinds[crew->kind];
        for (size_t b = 0; b < kind->rests; b++) {
            int missing = crew->heads;
            for (int slot = 0; slot < kind->rest[b].count; slot++)
                missing -= crew->taken[b][slot];
            crew->taken[b][0] += missing;
        }
    }
}

/* --- the answer --- */

static enum sc_code add_shift(struct sc_cover *cover, const struct sc_program *program, const struct crew *crew,
                              const int *slot, int heads, struct sc_error *error)
{
    const struct sc_shift_kind *kind = &program->kinds[crew->kind];
    double cell_s = program->task->cell_s;
    struct sc_cover_shift *grown = realloc(cover->shifts, (cover->shift_count + 1) * sizeof *grown);
    if (grown == NULL)
        return sc_error_memory(error);
    cover->shifts = grown;
    struct sc_cover_shift *shift = &grown[cover->shift_count++];
    *shift = (struct sc_cover_shift){.rule = kind->rule_index,
                                     .day = crew->day,
                                     .from_s = kind->start * cell_s,
                                     .lasts_s = kind->length * cell_s,
                                     .heads = heads,
                                     .break_count = kind->rests};
    for (size_t b = 0; b < kind->rests; b++) {
        int at = kind->start + kind->rest[b].first + slot[b] * kind->rest[b].step;
        shift->break_at_s[b] = at * cell_s;
        shift->break_lasts_s[b] = kind->rest[b].rest->lasts_s;
        shift->break_paid[b] = kind->rest[b].rest->paid;
    }
    return SC_OK;
}

/* Early ones take every break early: windows do not overlap, so any heads may share any times. */
static enum sc_code share_breaks(struct sc_cover *cover, const struct sc_program *program, struct crew *crew,
                                 struct sc_error *error)
{
    const struct sc_shift_kind *kind = &program->kinds[crew->kind];
    int slot[SC_SHIFT_BREAKS_MOST] = {0};
    enum sc_code code = SC_OK;
    while (crew->heads > 0 && code == SC_OK) {
        int heads = crew->heads;
        for (size_t b = 0; b < kind->rests; b++) {
            while (crew->taken[b][slot[b]] == 0)
                slot[b]++;
            heads = crew->taken[b][slot[b]] < heads ? crew->taken[b][slot[b]] : heads;
        }
        for (size_t b = 0; b < kind->rests; b++)
            crew->taken[b][slot[b]] -= heads;
        crew->heads -= heads;
        code = add_shift(cover, program, crew, slot, heads, error);
    }
    return code;
}

static int compare_shifts(const void *a, const void *b)
{
    const struct sc_cover_shift *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->from_s != y->from_s)
        return x->from_s < y->from_s ? -1 : 1;
    if (x->lasts_s != y->lasts_s)
        return x->lasts_s < y->lasts_s ? -1 : 1;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    for (size_t i = 0; i < x->break_count; i++)
        if (x->break_at_s[i] != y->break_at_s[i])
            return x->break_at_s[i] < y->break_at_s[i] ? -1 : 1;
    return 0;
}

static enum sc_code add_tours(struct sc_cover *cover, const struct sc_program *program, struct sc_error *error)
{
    for (size_t i = 0; i < program->column_count; i++) {
        const struct sc_program_column *column = &program->columns[i];
        const struct sc_shift_kind *kind = &program->kinds[column->kind];
        if (column->role != SC_COLUMN_TOUR || column->value < 0.5)
            continue;
        struct sc_cover_tour *grown = realloc(cover->tours, (cover->tour_count + 1) * sizeof *grown);
        if (grown == NULL)
            return sc_error_memory(error);
        cover->tours = grown;
        struct sc_cover_tour *tour = &grown[cover->tour_count++];
        *tour = (struct sc_cover_tour){.rule = kind->rule_index,
                                       .from_s = kind->start * program->task->cell_s,
                                       .lasts_s = kind->length * program->task->cell_s,
                                       .heads = (int)column->value};
        for (int day = 0; day < 7; day++)
            tour->works[day] = column->set >> day & 1;
    }
    return SC_OK;
}

/* Adds a head count to the cells from .. to of a shift's day; where not cyclic the day after is there for the rest. */
static void add_cells(const struct sc_cover_task *task, int *cells, size_t day, int from, int to, int heads)
{
    for (int i = from; i < to; i++) {
        size_t cell = sc_task_cell(task, day, i);
        cells[cell != SIZE_MAX ? cell : day * task->cells + (size_t)i] += heads;
    }
}

static void count_cells(struct sc_cover *cover, const struct sc_cover_task *task)
{
    for (size_t s = 0; s < cover->shift_count; s++) {
        const struct sc_cover_shift *shift = &cover->shifts[s];
        int from = (int)lround(shift->from_s / task->cell_s), to = from + (int)lround(shift->lasts_s / task->cell_s);
        add_cells(task, cover->on_duty, shift->day, from, to, shift->heads);
        add_cells(task, cover->paid, shift->day, from, to, shift->heads);
        cover->paid_h += shift->heads * shift->lasts_s / 3600;
        for (size_t b = 0; b < shift->break_count; b++) {
            int begin = (int)lround(shift->break_at_s[b] / task->cell_s);
            int end = begin + (int)lround(shift->break_lasts_s[b] / task->cell_s);
            add_cells(task, cover->on_duty, shift->day, begin, end, -shift->heads);
            if (shift->break_paid[b])
                continue;
            add_cells(task, cover->paid, shift->day, begin, end, -shift->heads);
            cover->paid_h -= shift->heads * shift->break_lasts_s[b] / 3600;
        }
    }
    for (size_t cell = 0; cell < task->days * task->cells; cell++)
        if (task->need[cell] > cover->on_duty[cell])
            cover->short_heads += task->need[cell] - cover->on_duty[cell];
}

static size_t patterns_of(const struct sc_program *program)
{
    size_t patterns = 0;
    for (size_t k = 0; k < program->kind_count; k++) {
        size_t ways = 1;
        bool useful = false;
        for (size_t b = 0; b < program->kinds[k].rests; b++)
            ways *= (size_t)program->kinds[k].rest[b].count;
        for (size_t day = 0; day < program->task->days; day++)
            useful = useful || program->useful[day * program->kind_count + k];
        patterns += useful ? ways : 0;
    }
    return patterns;
}

static enum sc_code extract(struct sc_cover *cover, const struct sc_program *program, struct sc_error *error)
{
    const struct sc_cover_task *task = program->task;
    struct crews crews = {0};
    enum sc_code code = crews_new(&crews, program, error);
    if (code == SC_OK)
        fill_crews(&crews, program);
    for (size_t i = 0; code == SC_OK && i < crews.count; i++)
        code = share_breaks(cover, program, &crews.crew[i], error);
    if (code == SC_OK)
        code = add_tours(cover, program, error);
    if (code == SC_OK && cover->shift_count > 0)
        qsort(cover->shifts, cover->shift_count, sizeof *cover->shifts, compare_shifts);
    if (code == SC_OK)
        count_cells(cover, task);
    free(crews.crew);
    free(crews.slots);
    return code;
}

static enum sc_code check(const struct sc_cover_task *task, struct sc_error *error)
{
    for (size_t r = 0; r < task->rules->count; r++) {
        const struct sc_shift_rule *rule = &task->rules->rules[r];
        if (rule->days_a_week > 0 && sc_shift_rule_is_for(rule, task->pool) && task->days != 7)
            return sc_error_set_at(error, SC_INPUT, rule->where.file, rule->where.line,
                                   "tours are of seven days (found %zu)", task->days);
    }
    return SC_OK;
}

enum sc_code sc_cover_solve(const struct sc_cover_task *task, struct sc_cover **cover, struct sc_error *error)
{
    struct sc_program program = {0};
    if (check(task, error) != SC_OK || sc_program_build(&program, task, error) != SC_OK)
        return error->code;
    struct sc_cover *made = calloc(1, sizeof *made);
    size_t room = (task->days + 1) * task->cells;
    enum sc_code code = made == NULL ? sc_error_memory(error) : SC_OK;
    if (code == SC_OK) {
        made->on_duty = calloc(2 * room, sizeof *made->on_duty);
        made->paid = made->on_duty != NULL ? made->on_duty + room : NULL;
        code = made->on_duty == NULL ? sc_error_memory(error) : sc_program_solve(&program, error);
    }
    if (code == SC_OK)
        code = extract(made, &program, error);
    if (code == SC_OK) {
        made->optimal = program.optimal;
        made->bound_h = made->paid_h - (program.objective - program.bound) / program.price * task->cell_s / 3600;
        made->patterns = patterns_of(&program);
        made->rows = program.row_count;
        made->columns = program.column_count;
        made->nodes = program.nodes;
        *cover = made;
        made = NULL;
    }
    sc_cover_free(made);
    sc_program_release(&program);
    return code;
}

void sc_cover_free(struct sc_cover *cover)
{
    if (cover == NULL)
        return;
    free(cover->shifts);
    free(cover->tours);
    free(cover->on_duty);
    free(cover);
}

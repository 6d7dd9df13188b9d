/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/shifts_program.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* Heads of a cell below its need by which what is late is told apart: any fewer are worth as much as the last. All that
   may be late on a day costs so much. */
enum { FEWER = 6, LATE_PRICE = 1000 };

size_t sc_task_cell(const struct sc_cover_task *task, size_t day, int cell)
{
    size_t total = task->days * task->cells, at = day * task->cells + (size_t)cell;
    if (at < total)
        return at;
    return task->cyclic ? at % total : SIZE_MAX;
}

/* Does a head do anything in the cell? */
static bool is_wanted(const struct sc_cover_task *task, size_t cell)
{
    return task->late != NULL ? task->late[cell] > 0 : task->need[cell] > 0;
}

/* --- storage that grows --- */

static bool grow(void **array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t larger = 2 * *room + 256;
    void *moved = realloc(*array, larger * size);
    if (moved == NULL)
        return false;
    *array = moved;
    *room = larger;
    return true;
}

static bool add_row(struct sc_program *program, double low, double high, size_t *row)
{
    size_t room = program->row_room;
    if (!grow((void **)&program->row_low, program->row_count, &room, sizeof(double)) ||
        !grow((void **)&program->row_high, program->row_count, &program->row_room, sizeof(double)))
        return false;
    program->row_low[program->row_count] = low;
    program->row_high[program->row_count] = high;
    *row = ++program->row_count;
    return true;
}

static bool add_column(struct sc_program *program, struct sc_program_column column)
{
    if (!grow((void **)&program->columns, program->column_count, &program->column_room, sizeof column))
        return false;
    program->columns[program->column_count++] = column;
    return true;
}

/* A coefficient of the last column; row 0 stands for no row. */
static bool put(struct sc_program *program, size_t row, double value)
{
    size_t rows = program->coefficient_room, columns = rows, n = program->coefficient_count;
    if (row == 0)
        return true;
    /* GLPK counts from 1. */
    if (!grow((void **)&program->at_row, n + 1, &rows, sizeof(int)) ||
        !grow((void **)&program->at_column, n + 1, &columns, sizeof(int)) ||
        !grow((void **)&program->coefficient, n + 1, &program->coefficient_room, sizeof(double)))
        return false;
    program->coefficient_count = ++n;
    program->at_row[n] = (int)row;
    program->at_column[n] = (int)program->column_count;
    program->coefficient[n] = value;
    return true;
}

/* --- rows --- */

static size_t *rest_row(const struct sc_program *program, size_t day, size_t kind, size_t rest)
{
    return &program->rest_row[(day * program->kind_count + kind) * SC_SHIFT_BREAKS_MOST + rest];
}

static size_t *heads_row(const struct sc_program *program, size_t day, size_t kind)
{
    return &program->heads_row[(day * program->kind_count + kind) * 2];
}

static bool may_begin(const struct sc_program *program, size_t day, size_t kind)
{
    const struct sc_shift_rule *rule = program->kinds[kind].rule;
    if (rule->days_a_week == 0)
        return rule->day[program->task->day_kind[day]] && program->useful[day * program->kind_count + kind];
    return rule->day[program->task->day_kind[day]];
}

static void find_useful(struct sc_program *program)
{
    const struct sc_cover_task *task = program->task;
    for (size_t day = 0; day < task->days; day++)
        for (size_t k = 0; k < program->kind_count; k++) {
            const struct sc_shift_kind *kind = &program->kinds[k];
            bool any = false;
            for (int i = kind->start; !any && i < kind->start + kind->length; i++) {
                size_t cell = sc_task_cell(task, day, i);
                any = cell != SIZE_MAX && is_wanted(task, cell);
            }
            program->useful[day * program->kind_count + k] = any;
        }
}

/* Beyond what is late with the most heads that do anything. */
static double late_most(const struct sc_cover_task *task, size_t day)
{
    double most = task->late_most[day];
    for (size_t cell = day * task->cells; cell < (day + 1) * task->cells; cell++)
        most -= task->late[cell] * pow(task->keep[cell], SC_LATE_MORE);
    return most;
}

static bool add_rows(struct sc_program *program)
{
    const struct sc_cover_task *task = program->task;
    int more = task->late != NULL ? SC_LATE_MORE : 0;
    for (size_t cell = 0; cell < task->days * task->cells; cell++)
        if (is_wanted(task, cell) &&
            !add_row(program, task->need[cell] + more, INFINITY, &program->cover_row[cell]))
            return false;
    for (size_t day = 0; task->late != NULL && day < task->days; day++)
        if (!add_row(program, -INFINITY, late_most(task, day), &program->late_row[day]))
            return false;
    for (size_t day = 0; day < task->days; day++)
        for (size_t k = 0; k < program->kind_count; k++) {
            const struct sc_shift_kind *kind = &program->kinds[k];
            const struct sc_shift_rule *rule = kind->rule;
            if (!may_begin(program, day, k))
                continue;
            for (size_t b = 0; program->useful[day * program->kind_count + k] && b < kind->rests; b++)
                if (!add_row(program, 0, 0, rest_row(program, day, k, b)))
                    return false;
            bool capped = rule->days_a_week > 0 && rule->max < SC_SHIFT_HEADS_MOST;
            size_t *heads = heads_row(program, day, k);
            if (rule->min > 1 &&
                !(add_row(program, 0, INFINITY, &heads[0]) && add_row(program, -INFINITY, 0, &heads[1])))
                return false;
            if (rule->min <= 1 && capped && !add_row(program, -INFINITY, rule->max, &heads[1]))
                return false;
        }
    return true;
}

/* --- columns --- */

/* What one head of a shift on a day does to the rows. */
static bool put_shift(struct sc_program *program, size_t day, size_t k)
{
    const struct sc_shift_kind *kind = &program->kinds[k];
    for (int i = kind->start; i < kind->start + kind->length; i++) {
        size_t cell = sc_task_cell(program->task, day, i);
        if (cell != SIZE_MAX && !put(program, program->cover_row[cell], 1))
            return false;
    }
    for (size_t b = 0; b < kind->rests; b++)
        if (!put(program, *rest_row(program, day, k, b), -1))
            return false;
    return put(program, heads_row(program, day, k)[0], 1) && put(program, heads_row(program, day, k)[1], 1);
}

static bool add_begin(struct sc_program *program, size_t day, size_t k)
{
    const struct sc_shift_kind *kind = &program->kinds[k];
    struct sc_program_column column = {.role = SC_COLUMN_BEGIN,
                                       .kind = k,
                                       .day = day,
                                       .cost = program->price * kind->paid,
                                       .most = kind->rule->max < SC_SHIFT_HEADS_MOST ? kind->rule->max : 0};
    return add_column(program, column) && put_shift(program, day, k);
}

static bool add_rests(struct sc_program *program, size_t day, size_t k)
{
    const struct sc_shift_kind *kind = &program->kinds[k];
    for (size_t b = 0; b < kind->rests; b++) {
        if (*rest_row(program, day, k, b) == 0)
            continue;
        for (int slot = 0; slot < kind->rest[b].count; slot++) {
            struct sc_program_column column = {
                .role = SC_COLUMN_REST, .kind = k, .day = day, .rest = (int)b, .slot = slot};
            int from = kind->start + kind->rest[b].first + slot * kind->rest[b].step;
            if (!add_column(program, column) || !put(program, *rest_row(program, day, k, b), 1))
                return false;
            for (int i = from; i < from + kind->rest[b].lasts; i++) {
                size_t cell = sc_task_cell(program->task, day, i);
                if (cell != SIZE_MAX && !put(program, program->cover_row[cell], -1))
                    return false;
            }
        }
    }
    return true;
}

static bool add_used(struct sc_program *program, size_t day, size_t k)
{
    const struct sc_shift_rule *rule = program->kinds[k].rule;
    struct sc_program_column column = {.role = SC_COLUMN_USED, .kind = k, .day = day, .most = 1};
    const struct sc_cover_task *task = program->task;
    double most = rule->max;
    if (rule->min <= 1)
        return true;
    /* A tight bound keeps the relaxation honest: nobody needs more heads than the greatest need, or the least. */
    int peak = rule->min;
    for (size_t cell = 0; cell < task->days * task->cells; cell++)
        peak = task->need[cell] > peak ? task->need[cell] : peak;
    most = fmin(most, 2.0 * peak);
    program->used_column[day * program->kind_count + k] = program->column_count + 1;
    return add_column(program, column) && put(program, heads_row(program, day, k)[0], -rule->min) &&
           put(program, heads_row(program, day, k)[1], -most);
}

static bool add_tours(struct sc_program *program, size_t k)
{
    const struct sc_shift_kind *kind = &program->kinds[k];
    unsigned sets[SC_TOUR_SETS_MOST];
    size_t count = sc_tour_sets(kind->rule, program->task->day_kind, sets);
    for (size_t i = 0; i < count; i++) {
        bool useful = false;
        for (size_t day = 0; day < 7; day++)
            useful = useful || ((sets[i] >> day & 1) && program->useful[day * program->kind_count + k]);
        if (!useful)
            continue;
        struct sc_program_column column = {.role = SC_COLUMN_TOUR,
                                           .kind = k,
                                           .set = sets[i],
                                           .cost = program->price * kind->paid * kind->rule->days_a_week};
        if (!add_column(program, column))
            return false;
        for (size_t day = 0; day < 7; day++)
            if ((sets[i] >> day & 1) && !put_shift(program, day, k))
                return false;
    }
    return true;
}

/* Each head that lacks leaves more late than the one before, so they lack in this order; up to the one that would leave
   too much late alone. */
static bool add_late(struct sc_program *program, size_t cell)
{
    const struct sc_cover_task *task = program->task;
    double keep = task->keep[cell], each = task->late[cell] * pow(keep, SC_LATE_MORE) * (1 / keep - 1);
    double most = task->late_most[cell / task->cells], cost = 0;
    int last = SC_LATE_MORE + (task->need[cell] < FEWER ? task->need[cell] : FEWER);
    for (int head = 1; head <= last && each <= most; head++, each /= keep) {
        cost = fmax(cost + 1, round(LATE_PRICE * each / most));
        struct sc_program_column column = {
            .role = SC_COLUMN_LATE, .cell = cell, .cost = cost, .most = head < last ? 1 : 0};
        if (!add_column(program, column) || !put(program, program->cover_row[cell], 1) ||
            !put(program, program->late_row[cell / task->cells], each))
            return false;
    }
    return true;
}

static bool add_columns(struct sc_program *program)
{
    const struct sc_cover_task *task = program->task;
    double dearest = program->price;
    for (size_t k = 0; k < program->kind_count; k++) {
        bool tours = program->kinds[k].rule->days_a_week > 0;
        if (tours && !add_tours(program, k))
            return false;
        for (size_t day = 0; day < task->days; day++)
            if (may_begin(program, day, k) &&
                ((!tours && !add_begin(program, day, k)) || !add_rests(program, day, k) || !add_used(program, day, k)))
                return false;
    }
    for (size_t i = 0; i < program->column_count; i++)
        dearest = fmax(dearest, program->columns[i].cost * fmax(1, program->kinds[program->columns[i].kind].rule->min));
    for (size_t cell = 0; cell < task->days * task->cells; cell++) {
        struct sc_program_column column = {.role = SC_COLUMN_SHORT, .cell = cell, .cost = 2 * dearest};
        if (is_wanted(task, cell) && !(task->late != NULL ? add_late(program, cell)
                                                            : add_column(program, column) &&
                                                                  put(program, program->cover_row[cell], 1)))
            return false;
    }
    return true;
}

/* Whole numbers, each at least 1. */
static double price_of(const struct sc_cover_task *task)
{
    double price = 1;
    if (task->late == NULL)
        return price;
    for (size_t cell = 0; cell < task->days * task->cells; cell++)
        price += is_wanted(task, cell) ? task->need[cell] + SC_LATE_MORE : 0;
    return price + (double)LATE_PRICE * (double)task->days;
}

enum sc_code sc_program_build(struct sc_program *program, const struct sc_cover_task *task, struct sc_error *error)
{
    struct sc_program made = {.task = task, .price = price_of(task)};
    made.kinds = sc_shift_kinds(task, &made.kind_count, error);
    if (made.kinds == NULL)
        return SC_SYSTEM;
    size_t pairs = task->days * made.kind_count;
    made.useful = calloc(pairs + 1, sizeof *made.useful);
    made.cover_row = calloc(task->days * task->cells, sizeof *made.cover_row);
    made.rest_row = calloc((pairs + 1) * SC_SHIFT_BREAKS_MOST, sizeof *made.rest_row);
    made.heads_row = calloc((pairs + 1) * 2, sizeof *made.heads_row);
    made.late_row = calloc(task->days, sizeof *made.late_row);
    made.used_column = calloc(pairs + 1, sizeof *made.used_column);
    bool enough = made.used_column != NULL && made.useful != NULL && made.cover_row != NULL && made.rest_row != NULL &&
                  made.heads_row != NULL && made.late_row != NULL;
    if (enough) {
        find_useful(&made);
        enough = add_rows(&made) && add_columns(&made);
    }
    if (!enough) {
        sc_program_release(&made);
        return sc_error_memory(error);
    }
    *program = made;
    return SC_OK;
}

void sc_program_release(struct sc_program *program)
{
    free(program->kinds);
    free(program->useful);
    free(program->columns);
    free(program->row_low);
    free(program->row_high);
    free(program->cover_row);
    free(program->rest_row);
    free(program->heads_row);
    free(program->late_row);
    free(program->used_column);
    free(program->at_row);
    free(program->at_column);
    free(program->coefficient);
    *program = (struct sc_program){0};
}

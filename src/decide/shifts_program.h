/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The integer program of a cover: its columns and rows, and what became of them. Objective and all coefficients are
 * whole numbers (cells that are paid), so a bound may be rounded up, and a roster within one cell of it is the best.
 */
#ifndef STAFFCAST_DECIDE_SHIFTS_PROGRAM_H
#define STAFFCAST_DECIDE_SHIFTS_PROGRAM_H

#include "decide/shifts_private.h"

enum sc_column_role {
    SC_COLUMN_BEGIN, /* heads that begin a shift on a day */
    SC_COLUMN_TOUR,  /* heads that work a shift on a set of days */
    SC_COLUMN_REST,  /* heads of a shift and day that take a break at a time */
    SC_COLUMN_USED,  /* 1: the shift is worked on the day; where it has a least number of heads */
    SC_COLUMN_LATE,  /* heads that lack in a cell, at the price of what is late without them */
    SC_COLUMN_SHORT  /* heads that lack in a cell */
};
struct sc_program_column {
    enum sc_column_role role;
    size_t kind, day;
    unsigned set;   /* TOUR */
    int rest, slot; /* REST */
    size_t cell;    /* LATE, SHORT */
    double cost;    /* in `price` a cell that is paid */
    double most;    /* upper bound, 0: none */
    double value;   /* of the solution */
};

struct sc_program {
    const struct sc_cover_task *task;
    struct sc_shift_kind *kinds;
    size_t kind_count;
    bool *useful; /* [days * kinds], covers a cell with a need */
    struct sc_program_column *columns;
    size_t column_count, column_room;
    /* rows: lower and upper bounds, INFINITY for none */
    double *row_low, *row_high;
    size_t row_count, row_room;
    size_t *cover_row;   /* [days * cells], 0: no need there */
    size_t *rest_row;    /* [days * kinds * SC_SHIFT_BREAKS_MOST], 0: none */
    size_t *heads_row;   /* [days * kinds * 2], heads less least (or most) of those used; 0: none */
    size_t *late_row;    /* [days], 0: heads are needed */
    size_t *used_column; /* [days * kinds], 1 + the column that tells whether the shift is worked; 0: none */
    /* coefficients */
    int *at_row, *at_column;
    double *coefficient;
    size_t coefficient_count, coefficient_room;
    /* What a cell costs that is paid: more than all that may be late. */
    double price;
    /* what came out */
    double objective, bound;
    bool optimal;
    size_t nodes;
};

enum sc_code sc_program_build(struct sc_program *program, const struct sc_cover_task *task, struct sc_error *error);
/* Fills columns[].value, objective, bound, optimal. Errors: SC_SYSTEM, SC_NUMERIC. */
enum sc_code sc_program_solve(struct sc_program *program, struct sc_error *error);
void sc_program_release(struct sc_program *program);

/* The cell of the task that a cell of a shift lies in; SIZE_MAX: past its end. */
size_t sc_task_cell(const struct sc_cover_task *task, size_t day, int cell);

#endif

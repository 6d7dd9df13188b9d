/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Solving the program by GLPK, in four steps, each of which may end the search:
 *
 *   relaxation  fractions of heads: no roster costs less than this, rounded up to whole cells
 *   dive        rounds the relaxation up, one column at a time, and solves it again: a good roster at once
 *   neighbours  some heads are let go, the others kept, and the dive repeated for the rest, many times (large
 *               neighbourhood search; Shaw 1998)
 *   branch and cut, told to find something better than that: proves the best where it can
 *
 * Work is counted in simplex steps times the size of the program, not in seconds, so that the same task ends at the
 * same roster on every machine.
 */
#include "decide/shifts_program.h"

#include <glpk.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Simplex steps times rows and columns: a usual machine does some 2e7 a second of the dive; those of branch and cut are
   dearer by its cuts. */
static const double usual_work = 6e7, tree_price = 35, tree_share = 0.4;
/* Neighbours without a gain after which there is little hope of any; and the share of heads let go, in percent: of a
   few heads the dive makes the most. */
enum { NEIGHBOURS_IDLE = 150, LET_GO_LEAST = 5, LET_GO_MOST = 35 };

struct search {
    struct sc_program *program;
    glp_prob *problem;
    double work_left;
    double *best;     /* [columns], of the best roster so far */
    double objective; /* of it; INFINITY: none */
    double bound;     /* nothing costs less */
    int cutoff_row;
    double work; /* in all */
    double step; /* every roster costs a multiple of it */
};

static void tell(const struct search *search, double work_left)
{
    const struct sc_cover_task *task = search->program->task;
    if (task->progress != NULL)
        task->progress(task->progress_context, fmin(1, 1 - work_left / search->work));
}

static double size_of(glp_prob *problem)
{
    return glp_get_num_rows(problem) + glp_get_num_cols(problem);
}

/* Good enough, or the best? */
static bool is_closed(const struct search *search, double bound, double objective)
{
    double gap = search->program->task->gap;
    return bound > objective - search->step + 0.5 || objective - bound <= gap * objective;
}

/* All costs are whole, and those of tours of five days multiples of five. */
static double step_of(const struct sc_program *program)
{
    int64_t step = 0;
    for (size_t i = 0; i < program->column_count; i++) {
        int64_t a = step, b = (int64_t)program->columns[i].cost;
        while (b != 0) {
            int64_t rest = a % b;
            a = b;
            b = rest;
        }
        step = a;
    }
    return step > 0 ? (double)step : 1;
}

/* The least that a roster may cost which costs no less than that. */
static double to_step(const struct search *search, double bound)
{
    return search->step * ceil(bound / search->step - 1e-6);
}

/* --- the program as GLPK sees it --- */

static void load_rows(glp_prob *problem, const struct sc_program *program)
{
    glp_add_rows(problem, (int)program->row_count + 1);
    for (size_t i = 0; i < program->row_count; i++) {
        double low = program->row_low[i], high = program->row_high[i];
        int type = low == high ? GLP_FX : isinf(high) ? GLP_LO : isinf(low) ? GLP_UP : GLP_DB;
        glp_set_row_bnds(problem, (int)i + 1, type, isinf(low) ? 0 : low, isinf(high) ? 0 : high);
    }
}

static void free_column(glp_prob *problem, const struct sc_program *program, size_t i, double least)
{
    double most = program->columns[i].most;
    int type = most <= 0 ? GLP_LO : most > least ? GLP_DB : GLP_FX;
    glp_set_col_bnds(problem, (int)i + 1, type, least, most);
}

/* The last row is the cost, to ask for less than there is. */
static enum sc_code load(struct search *search, struct sc_error *error)
{
    struct sc_program *program = search->program;
    size_t priced = 0, count = program->coefficient_count + program->column_count;
    int *rows = malloc((count + 1) * sizeof *rows), *columns = malloc((count + 1) * sizeof *columns);
    double *values = malloc((count + 1) * sizeof *values);
    if (rows == NULL || columns == NULL || values == NULL) {
        free(rows);
        free(columns);
        free(values);
        return sc_error_memory(error);
    }
    search->cutoff_row = (int)program->row_count + 1;
    glp_set_obj_dir(search->problem, GLP_MIN);
    load_rows(search->problem, program);
    glp_add_cols(search->problem, (int)program->column_count);
    size_t n = program->coefficient_count;
    if (n > 0) {
        memcpy(rows + 1, program->at_row + 1, n * sizeof *rows);
        memcpy(columns + 1, program->at_column + 1, n * sizeof *columns);
        memcpy(values + 1, program->coefficient + 1, n * sizeof *values);
    }
    for (size_t i = 0; i < program->column_count; i++) {
        glp_set_col_kind(search->problem, (int)i + 1, GLP_IV);
        free_column(search->problem, program, i, 0);
        glp_set_obj_coef(search->problem, (int)i + 1, program->columns[i].cost);
        if (program->columns[i].cost > 0) {
            rows[n + ++priced] = search->cutoff_row;
            columns[n + priced] = (int)i + 1;
            values[n + priced] = program->columns[i].cost;
        }
    }
    glp_load_matrix(search->problem, (int)(n + priced), rows, columns, values);
    glp_set_row_bnds(search->problem, search->cutoff_row, GLP_FR, 0, 0);
    free(rows);
    free(columns);
    free(values);
    return SC_OK;
}

static bool relax(struct search *search)
{
    glp_smcp options;
    glp_init_smcp(&options);
    options.msg_lev = GLP_MSG_OFF;
    options.meth = GLP_DUALP;
    int before = glp_get_it_cnt(search->problem);
    int failed = glp_simplex(search->problem, &options);
    search->work_left -= (glp_get_it_cnt(search->problem) - before) * size_of(search->problem);
    tell(search, search->work_left);
    return failed == 0 && glp_get_status(search->problem) == GLP_OPT;
}

/* --- the dive --- */

static bool is_break(const struct sc_program_column *column)
{
    return column->role == SC_COLUMN_REST;
}

/* Puts a floor under heads; a shift that has any is one that is worked. */
static void raise_floor(struct search *search, size_t i, double least)
{
    const struct sc_program *program = search->program;
    const struct sc_program_column *column = &program->columns[i];
    free_column(search->problem, program, i, least);
    if (least < 1 || (column->role != SC_COLUMN_BEGIN && column->role != SC_COLUMN_TOUR))
        return;
    for (size_t day = 0; day < program->task->days; day++) {
        size_t used = program->used_column[day * program->kind_count + column->kind];
        if (used != 0 && (column->role == SC_COLUMN_TOUR ? (column->set >> day & 1) != 0 : day == column->day))
            free_column(search->problem, program, used - 1, 1);
    }
}

/* Puts floors under all columns of a stage and rounds up the one that lies nearest below a whole number: one at a time,
   so that no limit on heads is ever passed. False: all were whole. */
static bool round_up(struct search *search, bool breaks)
{
    struct sc_program *program = search->program;
    size_t nearest = SIZE_MAX;
    double largest = 1e-7;
    for (size_t i = 0; i < program->column_count; i++) {
        const struct sc_program_column *column = &program->columns[i];
        double value = glp_get_col_prim(search->problem, (int)i + 1), whole = floor(value + 1e-7);
        if (is_break(column) != breaks || column->role == SC_COLUMN_SHORT ||
            column->role == SC_COLUMN_LATE || value < 1e-7)
            continue;
        if (whole > glp_get_col_lb(search->problem, (int)i + 1))
            raise_floor(search, i, whole);
        if (value - whole > largest) {
            largest = value - whole;
            nearest = i;
        }
    }
    if (nearest == SIZE_MAX)
        return false;
    raise_floor(search, nearest, ceil(glp_get_col_prim(search->problem, (int)nearest + 1)));
    return true;
}

static double column_value(const struct search *search, size_t i, bool integer)
{
    return integer ? glp_mip_col_val(search->problem, (int)i + 1) : glp_get_col_prim(search->problem, (int)i + 1);
}

/* Takes over what GLPK has found if it is whole and no worse than what is there. */
static void keep(struct search *search, bool integer)
{
    double objective = 0;
    for (size_t i = 0; i < search->program->column_count; i++) {
        double value = column_value(search, i, integer);
        if (fabs(value - round(value)) > 1e-6)
            return;
        objective += round(value) * search->program->columns[i].cost;
    }
    if (objective > search->objective)
        return;
    search->objective = objective;
    for (size_t i = 0; i < search->program->column_count; i++)
        search->best[i] = round(column_value(search, i, integer));
}

/* From the floors that the columns have; those of breaks last, when it is settled who is there. */
static void dive(struct search *search)
{
    bool breaks = false, solved = relax(search);
    while (solved) {
        if (round_up(search, breaks))
            solved = relax(search);
        else if (!breaks)
            breaks = true;
        else
            break;
    }
    if (solved)
        keep(search, false);
}

/* --- branch and cut --- */

struct tree {
    struct search *search;
    double work, bound;
    int begun; /* simplex steps before */
    size_t nodes;
    bool ended;
};

static void look(glp_tree *glpk, void *context)
{
    struct tree *tree = context;
    glp_prob *problem = glp_ios_get_prob(glpk);
    int best = glp_ios_best_node(glpk), all;
    if (glp_ios_reason(glpk) != GLP_ISELECT || best == 0)
        return;
    tree->bound = fmax(tree->bound, glp_ios_node_bound(glpk, best));
    glp_ios_tree_size(glpk, NULL, NULL, &all);
    tree->nodes = (size_t)all;
    bool found = glp_mip_status(problem) == GLP_FEAS, closed = false;
    if (found) {
        closed = is_closed(tree->search, to_step(tree->search, tree->bound), glp_mip_obj_val(problem));
    }
    double done = tree_price * (glp_get_it_cnt(problem) - tree->begun) * size_of(problem);
    tell(tree->search, tree->search->work_left - done);
    if (closed || done > tree->work) {
        tree->ended = true;
        glp_ios_terminate(glpk);
    }
}

/* Looks for something better than there is. True: the tree was searched to its end, what is there now is the best. */
static bool branch(struct search *search, double work, struct tree *tree)
{
    glp_iocp options;
    int before = glp_get_it_cnt(search->problem);
    *tree = (struct tree){search, work, -INFINITY, before, 0, false};
    glp_init_iocp(&options);
    options.msg_lev = GLP_MSG_OFF;
    options.presolve = GLP_ON;
    options.mir_cuts = GLP_ON; /* Gomory's, of a week of tours, take half the time and close nothing */
    options.cb_func = look;
    options.cb_info = tree;
    if (isfinite(search->objective))
        glp_set_row_bnds(search->problem, search->cutoff_row, GLP_UP, 0, search->objective - search->step);
    int failed = glp_intopt(search->problem, &options), status = glp_mip_status(search->problem);
    search->work_left -= tree_price * (glp_get_it_cnt(search->problem) - before) * size_of(search->problem);
    glp_set_row_bnds(search->problem, search->cutoff_row, GLP_FR, 0, 0);
    bool found = failed != GLP_ENOPFS && failed != GLP_ENODFS && (status == GLP_OPT || status == GLP_FEAS);
    if (found)
        keep(search, true);
    return !tree->ended && (failed == 0 || failed == GLP_ENOPFS);
}

/* --- neighbours --- */

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Keeps most heads, lets a share go. */
static void let_go(struct search *search, uint32_t *random)
{
    const struct sc_program *program = search->program;
    unsigned share = LET_GO_LEAST + next_random(random) % (LET_GO_MOST - LET_GO_LEAST);
    for (size_t i = 0; i < program->column_count; i++)
        free_column(search->problem, program, i, 0);
    for (size_t i = 0; i < program->column_count; i++) {
        enum sc_column_role role = program->columns[i].role;
        double kept = 0;
        for (int head = 0; (role == SC_COLUMN_BEGIN || role == SC_COLUMN_TOUR) && head < (int)search->best[i]; head++)
            kept += next_random(random) % 100 >= share;
        if (kept > 0)
            raise_floor(search, i, kept);
    }
}

static void neighbours(struct search *search)
{
    double work_end = tree_share * search->work_left;
    uint32_t random = 1;
    int idle = 0;
    while (idle < NEIGHBOURS_IDLE && search->work_left > work_end &&
           !is_closed(search, search->bound, search->objective)) {
        double before = search->objective;
        let_go(search, &random);
        dive(search);
        idle = search->objective < before ? 0 : idle + 1;
    }
    for (size_t i = 0; i < search->program->column_count; i++)
        free_column(search->problem, search->program, i, 0);
}

/* --- the whole --- */

static enum sc_code run(struct search *search, struct sc_error *error)
{
    struct sc_program *program = search->program;
    struct tree tree;
    glp_std_basis(search->problem);
    if (!relax(search))
        return sc_error_set(error, SC_NUMERIC,
                            "the shifts of pool '%s' do not come out, not even with fractions of "
                            "heads; fewer shifts or a wider grid would be easier",
                            program->task->pool);
    search->bound = to_step(search, glp_get_obj_val(search->problem));
    dive(search);
    for (size_t i = 0; i < program->column_count; i++)
        free_column(search->problem, program, i, 0);
    if (isfinite(search->objective))
        neighbours(search);
    if (!is_closed(search, search->bound, search->objective)) {
        bool whole = branch(search, fmax(search->work_left, 0), &tree);
        program->nodes = tree.nodes;
        search->bound = whole ? search->objective : fmax(search->bound, to_step(search, tree.bound));
        search->bound = fmin(search->bound, search->objective);
    }
    if (!isfinite(search->objective))
        return sc_error_set(error, SC_NUMERIC,
                            "no roster of shifts was found for pool '%s'; fewer shifts or a wider "
                            "grid would be easier",
                            program->task->pool);
    return SC_OK;
}

enum sc_code sc_program_solve(struct sc_program *program, struct sc_error *error)
{
    if (program->column_count == 0) {
        program->optimal = true;
        return SC_OK;
    }
    double work = program->task->work > 0 ? program->task->work : usual_work;
    struct search search = {.program = program,
                            .work_left = work,
                            .work = work,
                            .step = step_of(program),
                            .objective = INFINITY,
                            .bound = -INFINITY};
    glp_term_out(GLP_OFF);
    search.problem = glp_create_prob();
    search.best = calloc(program->column_count, sizeof *search.best);
    enum sc_code code = search.best != NULL ? load(&search, error) : sc_error_memory(error);
    if (code == SC_OK)
        code = run(&search, error);
    if (code == SC_OK) {
        program->objective = search.objective;
        program->bound = search.bound;
        program->optimal = search.bound > search.objective - search.step + 0.5;
        for (size_t i = 0; i < program->column_count; i++)
            program->columns[i].value = search.best[i];
    }
    free(search.best);
    glp_delete_prob(search.problem);
    return code;
}

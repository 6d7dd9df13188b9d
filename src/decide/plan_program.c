/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/plan_program.h"

#include <glpk.h>

#include <math.h>
#include <stdlib.h>

/* Of branch and bound, and where that has found nothing. */
enum { NODES_MOST = 50, NODES_AGAIN = 4000 };

/* --- the rows --- */

static double *row_new(struct plan_rows *rows, double low, double high)
{
    /* As far off as a solver's solution may be. */
    rows->low[rows->rows] = low - 1e-7 * (1.0 + fabs(low));
    rows->high[rows->rows] = high + 1e-7 * (1.0 + fabs(high));
    return rows->value + rows->rows++ * rows->classes;
}

int sc_plan_class_most(const struct sc_people *people)
{
    return (int)fmin(people->class_max, 20.0 + 3.0 * people->headcount);
}

static void rows_fill(const struct plan_program *program, const struct plan_limits *limits, struct plan_rows *rows)
{
    const struct planner *planner = program->planner;
    const struct sc_plan_settings *settings = &planner->scenario->plan;
    size_t months = planner->month_count;
    for (size_t k = 0; k < rows->classes; k++) {
        const struct sc_people *people = planner->teams[planner->classes[k].team].people;
        rows->least[k] = people->class_min;
        rows->most[k] = sc_plan_class_most(people);
    }
    for (size_t c = 0; c < program->cut_count; c++) {
        const struct plan_cut *cut = &program->cuts[c];
        if (cut->month >= limits->months)
            continue;
        double *value = row_new(rows, cut->missing, INFINITY);
        for (size_t k = 0; k < rows->classes; k++)
            value[k] = fmax(0.0, cut->slope[planner->classes[k].team] * program->speed[k * months + cut->month]);
    }
    for (size_t m = 0; m < months && limits->budget && settings->months > 0 && isfinite(settings->budget_per_month);
         m++) {
        double *value = row_new(rows, -INFINITY, settings->budget_per_month - program->base_cost[m]);
        for (size_t k = 0; k < rows->classes; k++)
            value[k] = program->salary[k * months + m];
    }
}

static void rows_release(struct plan_rows *rows)
{
    free(rows->value);
    free(rows->least);
}

static enum sc_code rows_new(const struct plan_program *program, const struct plan_limits *limits,
                             struct plan_rows *rows, struct sc_error *error)
{
    size_t classes = program->planner->class_count, most = program->cut_count + program->planner->month_count;
    *rows = (struct plan_rows){.classes = classes, .cost = program->weight};
    rows->value = calloc(most * (classes + 4) + 1, sizeof(double));
    rows->least = calloc(3 * classes + 1, sizeof(int));
    if (!rows->value || !rows->least) {
        rows_release(rows);
        return sc_error_memory(error);
    }
    rows->low = rows->value + most * classes;
    rows->high = rows->low + most;
    rows->sum = rows->high + most;
    rows->kept_sum = rows->sum + most;
    rows->most = rows->least + classes;
    rows->kept = rows->most + classes;
    rows_fill(program, limits, rows);
    return SC_OK;
}

/* --- branch and bound --- */

/* Column k + 1 is class k; where a class has a least size, a further column says whether it is opened. */
static void columns_add(glp_prob *lp, const struct plan_rows *rows, bool integers)
{
    glp_add_cols(lp, rows->classes > 0 ? (int)rows->classes : 1);
    for (size_t k = 0; k < rows->classes; k++) {
        int column = (int)k + 1;
        glp_set_col_kind(lp, column, integers ? GLP_IV : GLP_CV);
        glp_set_col_bnds(lp, column, GLP_DB, 0.0, rows->most[k]);
        glp_set_obj_coef(lp, column, rows->cost[k]);
        if (!integers || rows->least[k] <= 1)
            continue;
        int open = glp_add_cols(lp, 1), row = glp_add_rows(lp, 2);
        int at[] = {0, column, open};
        double upper[] = {0.0, 1.0, -(double)rows->most[k]}, lower[] = {0.0, 1.0, -(double)rows->least[k]};
        glp_set_col_kind(lp, open, GLP_BV);
        glp_set_row_bnds(lp, row, GLP_UP, 0.0, 0.0);
        glp_set_mat_row(lp, row, 2, at, upper);
        glp_set_row_bnds(lp, row + 1, GLP_LO, 0.0, 0.0);
        glp_set_mat_row(lp, row + 1, 2, at, lower);
    }
}

static void row_add(glp_prob *lp, const struct plan_rows *rows, size_t r, int *at, double *value)
{
    int n = 0, row = glp_add_rows(lp, 1);
    for (size_t k = 0; k < rows->classes; k++)
        if (rows->value[r * rows->classes + k] > 0.0) {
            at[++n] = (int)k + 1;
            value[n] = rows->value[r * rows->classes + k];
        }
    glp_set_row_bnds(lp, row, isfinite(rows->low[r]) ? GLP_LO : GLP_UP, rows->low[r], rows->high[r]);
    glp_set_mat_row(lp, row, n, at, value);
}

struct watch {
    int nodes, most;
};

/* Ends a search that is too long by its number of nodes, not by time: the same everywhere. */
static void watch(glp_tree *tree, void *info)
{
    struct watch *seen = info;
    if (glp_ios_reason(tree) == GLP_ISELECT && ++seen->nodes > seen->most)
        glp_ios_terminate(tree);
}

static bool relaxed(glp_prob *lp)
{
    glp_smcp simplex;
    glp_init_smcp(&simplex);
    simplex.msg_lev = GLP_MSG_OFF;
    simplex.presolve = GLP_ON;
    return glp_simplex(lp, &simplex) == 0 && glp_get_status(lp) == GLP_OPT;
}

static bool branch(glp_prob *lp, int nodes)
{
    struct watch seen = {.most = nodes};
    glp_iocp search;
    glp_init_iocp(&search);
    search.msg_lev = GLP_MSG_OFF;
    search.presolve = GLP_ON;
    search.mip_gap = 5e-4;
    search.cb_func = watch;
    search.cb_info = &seen;
    glp_intopt(lp, &search);
    return glp_mip_status(lp) == GLP_OPT || glp_mip_status(lp) == GLP_FEAS;
}

/* Whole heads from a relaxed solution: what is left of a head goes to the next class. */
static void round_off(struct plan_program *program, glp_prob *lp)
{
    const struct planner *planner = program->planner;
    double carried = 0.0;
    for (size_t k = 0; k < planner->class_count; k++) {
        if (k == planner->teams[planner->classes[k].team].first_class)
            carried = 0.5;
        carried += glp_get_col_prim(lp, (int)k + 1);
        program->trial[k] = (int)carried;
        carried -= program->trial[k];
    }
}

/* Whole heads: those of branch and bound, or put together class by class where its nodes did not reach any. */
static bool whole(struct plan_program *program, glp_prob *lp, const struct plan_rows *rows)
{
    bool found = branch(lp, NODES_MOST);
    for (size_t k = 0; k < rows->classes; k++)
        program->trial[k] = found ? (int)lround(glp_mip_col_val(lp, (int)k + 1)) : 0;
    if (!found) {
        sc_plan_rows_sum(rows, program->trial);
        found = sc_plan_recreate(rows, program->trial, SIZE_MAX);
    }
    if (!found && branch(lp, NODES_AGAIN)) {
        for (size_t k = 0; k < rows->classes; k++)
            program->trial[k] = (int)lround(glp_mip_col_val(lp, (int)k + 1));
        found = true;
    }
    if (found)
        sc_plan_polish(rows, program->trial);
    return found;
}

static enum sc_code solve(struct plan_program *program, const struct plan_rows *rows, bool integers, bool *feasible,
                          struct sc_error *error)
{
    int *at = calloc(rows->classes + 2, sizeof *at);
    double *value = calloc(rows->classes + 2, sizeof *value);
    glp_term_out(GLP_OFF);
    glp_prob *lp = glp_create_prob();
    enum sc_code code = at && value && lp ? SC_OK : sc_error_memory(error);
    if (code == SC_OK) {
        columns_add(lp, rows, integers);
        for (size_t r = 0; r < rows->rows; r++)
            row_add(lp, rows, r, at, value);
        if (glp_get_num_rows(lp) == 0)
            glp_add_rows(lp, 1); /* free: an empty program is feasible */
        *feasible = relaxed(lp) && (!integers || whole(program, lp, rows));
        if (*feasible && !integers)
            round_off(program, lp);
    }
    if (lp)
        glp_delete_prob(lp);
    free(at);
    free(value);
    return code;
}

enum sc_code sc_plan_program_solve(struct plan_program *program, const struct plan_limits *limits, bool *feasible,
                                   struct sc_error *error)
{
    struct plan_rows rows;
    enum sc_code code = rows_new(program, limits, &rows, error);
    if (code != SC_OK)
        return code;
    code = solve(program, &rows, limits->integers, feasible, error);
    rows_release(&rows);
    return code;
}

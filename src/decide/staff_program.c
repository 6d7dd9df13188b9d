/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/staff_program.h"

#include <glpk.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the second and further heads do, as a part of what the first does. */
static const double further_gain = 0.9, further_loss = 1.1;
/* A short rule is worth so many of the dearest heads for each unit of its margin. */
static const double short_price = 200.0;
/* Of staffings that cost the same that with the most margin is the better place to go on from: all that a head brings
   is worth this part of a head. */
static const double margin_price = 0.05;
/* Shares below this part of what may be late are taken for it: so little is hardly known. */
static const double late_least = 0.02;

/* What a rule allows to be late. */
static double late_allowed(const struct sc_staff_problem *problem, size_t rule)
{
    const struct sc_staff_judge *judge = &problem->judges[problem->rules[rule].judge];
    double allowed = problem->confidence > 0.0 ? 1.0 - problem->confidence
                     : judge->abandon          ? judge->wanted
                                               : 1.0 - judge->wanted;
    return fmax(allowed, 1e-3);
}

double sc_staff_margin(const struct sc_staff_problem *problem, size_t rule, double slack)
{
    double allowed = late_allowed(problem, rule);
    return -log(fmax(allowed - slack, late_least * allowed) / allowed);
}

double sc_staff_margin_slope(const struct sc_staff_problem *problem, size_t rule, double slack)
{
    double allowed = late_allowed(problem, rule);
    return 1.0 / fmax(allowed - slack, late_least * allowed);
}

enum sc_code sc_staff_slopes_init(struct sc_staff_slopes *slopes, const struct sc_staff_problem *problem,
                                  struct sc_error *error)
{
    *slopes = (struct sc_staff_slopes){.first = calloc(problem->cell_count + 1, sizeof *slopes->first)};
    if (!slopes->first)
        return sc_error_memory(error);
    for (size_t i = 0; i < problem->cell_count; i++)
        slopes->first[i + 1] = slopes->first[i] + problem->places[problem->cells[i].place].reaches;
    size_t all = slopes->first[problem->cell_count];
    slopes->gain = calloc(3 * all + 1, sizeof *slopes->gain);
    if (!slopes->gain) {
        sc_staff_slopes_release(slopes);
        return sc_error_memory(error);
    }
    slopes->loss = slopes->gain + all;
    slopes->loss_error = slopes->loss + all;
    for (size_t i = 0; i < all; i++)
        slopes->loss_error[i] = INFINITY;
    return SC_OK;
}

void sc_staff_slopes_release(struct sc_staff_slopes *slopes)
{
    free(slopes->first);
    free(slopes->gain);
    *slopes = (struct sc_staff_slopes){.first = NULL};
}

/* --- parts that have nothing to do with one another are solved one by one --- */

static size_t root_of(size_t *parent, size_t i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

/* The part of each place and rule: nodes are places, then rules. */
static size_t *parts_find(const struct sc_staff_problem *problem, const struct sc_staff_base *base)
{
    size_t nodes = problem->place_count + problem->rule_count;
    size_t *parent = malloc((nodes + 1) * sizeof *parent);
    if (!parent)
        return NULL;
    for (size_t i = 0; i < nodes; i++)
        parent[i] = i;
    for (size_t i = 0; i < problem->place_count; i++)
        for (size_t r = 0; r < problem->places[i].reaches; r++) {
            size_t rule = problem->reaches[problem->places[i].first_reach + r].rule;
            if (base->weight[rule] > 0.0)
                parent[root_of(parent, i)] = root_of(parent, problem->place_count + rule);
        }
    for (size_t i = 0; i < nodes; i++)
        parent[i] = root_of(parent, i);
    return parent;
}

/* --- one part as a program --- */

/* Columns of a cell: the first head added, further ones, the first removed, further ones. */
enum { COLUMNS = 4 };
static const double sign_of[COLUMNS] = {1.0, 1.0, -1.0, -1.0};

struct part {
    const struct sc_staff_problem *problem;
    const struct sc_staff_base *base;
    const struct sc_staff_slopes *slopes;
    const struct sc_staff_step *step;
    const size_t *part_of;
    size_t part;
    glp_prob *program;
    int *row_of; /* [rules]; 0: not in this part */
    double dearest;
    int *row; /* scratch of a column */
    double *coefficient;
};

static double effect(const struct part *part, size_t cell, size_t reach, int column)
{
    size_t at = part->slopes->first[cell] + reach;
    switch (column) {
    case 0:
        return part->slopes->gain[at];
    case 1:
        return further_gain * part->slopes->gain[at];
    case 2:
        return part->slopes->loss[at];
    default:
        return further_loss * part->slopes->loss[at];
    }
}

static int bound_of(const struct part *part, size_t cell, int column)
{
    int heads = part->base->heads[cell], most = part->step->most;
    if (column == 0)
        return 1;
    if (column == 1)
        return most - 1;
    if (part->step->add_only)
        return 0;
    if (column == 2)
        return heads > 0;
    return heads < most ? (heads > 0 ? heads - 1 : 0) : most - 1;
}

static void rows_add(struct part *part)
{
    for (size_t r = 0; r < part->problem->rule_count; r++) {
        part->row_of[r] = 0;
        if (part->part_of[part->problem->place_count + r] != part->part || !(part->base->weight[r] > 0.0))
            continue;
        int row = part->row_of[r] = glp_add_rows(part->program, 1);
        glp_set_row_bnds(part->program, row, GLP_LO,
                         sc_staff_margin(part->problem, r, part->step->slack) -
                             sc_staff_margin(part->problem, r, sc_staff_slack(part->base, r)),
                         0.0);
        int column = glp_add_cols(part->program, 1);
        glp_set_col_bnds(part->program, column, GLP_LO, 0.0, 0.0);
        glp_set_obj_coef(part->program, column, short_price * part->dearest);
        int index[2] = {0, row};
        double one[2] = {0.0, 1.0};
        glp_set_mat_col(part->program, column, 1, index, one);
    }
}

static void cell_add(struct part *part, size_t cell, size_t place)
{
    const struct sc_staff_place *p = &part->problem->places[place];
    for (int c = 0; c < COLUMNS; c++) {
        int column = glp_add_cols(part->program, 1), n = 0, bound = bound_of(part, cell, c);
        double all = 0.0;
        for (size_t r = 0; r < p->reaches; r++) {
            size_t rule = part->problem->reaches[p->first_reach + r].rule;
            double e = effect(part, cell, r, c);
            if (part->row_of[rule] == 0 || e == 0.0)
                continue;
            part->row[++n] = part->row_of[rule];
            part->coefficient[n] = e;
            all += e;
        }
        glp_set_mat_col(part->program, column, n, part->row, part->coefficient);
        glp_set_col_bnds(part->program, column, bound > 0 ? GLP_DB : GLP_FX, 0.0, bound);
        glp_set_obj_coef(part->program, column,
                         sign_of[c] * part->problem->cells[cell].cost -
                             margin_price * part->problem->cells[cell].cost * all / (0.25 + fabs(all)));
    }
}

/* --- whole numbers --- */

/* A column that is not whole in the relaxation. */
struct split {
    int column;
    double value, bound;
};

static double from_whole(double value)
{
    return fabs(value - nearbyint(value));
}

static int nearest_first(const void *a, const void *b)
{
    const struct split *x = a, *y = b;
    double of_x = from_whole(x->value), of_y = from_whole(y->value);
    if (of_x != of_y)
        return of_x < of_y ? -1 : 1;
    return (x->column > y->column) - (x->column < y->column);
}

/* The columns from `first` on that are not whole, the nearest to it first; how many. */
static int splits_find(const struct part *part, int first, struct split *splits)
{
    static const double whole = 1e-7;
    int n = 0;
    for (int c = first; c <= glp_get_num_cols(part->program); c++) {
        double value = glp_get_col_prim(part->program, c);
        if (from_whole(value) > whole)
            splits[n++] = (struct split){c, value, glp_get_col_ub(part->program, c)};
    }
    qsort(splits, (size_t)n, sizeof *splits, nearest_first);
    return n;
}

static void fix(struct part *part, int column, double value)
{
    glp_set_col_bnds(part->program, column, GLP_FX, value, value);
}

static bool relax(struct part *part, glp_smcp *simplex, double *objective)
{
    bool solved = glp_simplex(part->program, simplex) == 0 && glp_get_status(part->program) == GLP_OPT;
    *objective = glp_get_obj_val(part->program);
    simplex->meth = GLP_DUALP; /* from one to the next only bounds change */
    return solved;
}

/* Fixes some columns at the whole numbers that they are nearest to; where rules pay for that, one of them alone, on the
   side of more heads. */
static bool fix_some(struct part *part, int first, const struct split *splits, int count, glp_smcp *simplex,
                     double *objective)
{
    static const double near = 0.1; /* so near to a whole number several are fixed at once */
    double before = *objective;
    int some = 1 + count / 6, n = 0;
    do {
        fix(part, splits[n].column, nearbyint(splits[n].value));
        n++;
    } while (n < some && from_whole(splits[n].value) < near);
    if (!relax(part, simplex, objective))
        return false;
    if (*objective <= before + part->dearest)
        return true;
    for (int i = 1; i < n; i++)
        glp_set_col_bnds(part->program, splits[i].column, GLP_DB, 0.0, splits[i].bound);
    bool adds = sign_of[(splits[0].column - first) % COLUMNS] > 0.0;
    fix(part, splits[0].column, adds ? ceil(splits[0].value) : floor(splits[0].value));
    return relax(part, simplex, objective);
}

/*
 * Diving: the program is solved without regard to whole numbers, what is nearest to one is fixed there, and what is
 * left is solved again, until all are whole. What was rounded to the worse is made good by those that are still free.
 * For a day of three pools that takes a hundredth of a second and comes nearer to the bound than branching does in a
 * third of one, in which it often finds nothing at all.
 */
static bool part_solve(struct part *part, int first)
{
    glp_smcp simplex;
    double objective;
    glp_init_smcp(&simplex);
    simplex.msg_lev = GLP_MSG_OFF;
    struct split *splits = malloc(((size_t)glp_get_num_cols(part->program) + 1) * sizeof *splits);
    bool solved = splits && relax(part, &simplex, &objective);
    for (int n; solved && (n = splits_find(part, first, splits)) > 0;)
        solved = fix_some(part, first, splits, n, &simplex, &objective);
    free(splits);
    return solved;
}

/* Fills the changes of the cells of one part. */
static bool part_play(struct part *part, int *change)
{
    part->program = glp_create_prob();
    rows_add(part);
    int slack_columns = glp_get_num_cols(part->program), cells = 0;
    for (size_t i = 0; i < part->problem->cell_count; i++)
        if (part->part_of[part->problem->cells[i].place] == part->part) {
            cell_add(part, i, part->problem->cells[i].place);
            cells++;
        }
    bool solved = cells > 0 && part_solve(part, slack_columns + 1);
    int column = slack_columns + 1;
    for (size_t i = 0; i < part->problem->cell_count && solved; i++)
        if (part->part_of[part->problem->cells[i].place] == part->part) {
            double heads = 0.0;
            for (int c = 0; c < COLUMNS; c++)
                heads += sign_of[c] * glp_get_col_prim(part->program, column++);
            change[i] = (int)lround(heads);
        }
    glp_delete_prob(part->program);
    return solved;
}

enum sc_code sc_staff_program(const struct sc_staff_problem *problem, const struct sc_staff_base *base,
                              const struct sc_staff_slopes *slopes, const struct sc_staff_step *step, int *change,
                              struct sc_error *error)
{
    struct part part = {.problem = problem, .base = base, .slopes = slopes, .step = step};
    size_t *part_of = parts_find(problem, base);
    part.part_of = part_of;
    part.row_of = calloc(problem->rule_count + 1, sizeof *part.row_of);
    part.row = calloc(problem->rule_count + 2, sizeof *part.row);
    part.coefficient = calloc(problem->rule_count + 2, sizeof *part.coefficient);
    enum sc_code code = part_of && part.row_of && part.row && part.coefficient ? SC_OK : sc_error_memory(error);
    memset(change, 0, problem->cell_count * sizeof *change);
    for (size_t i = 0; i < problem->cell_count; i++)
        part.dearest = fmax(part.dearest, problem->cells[i].cost);
    glp_term_out(GLP_OFF);
    for (size_t i = 0; code == SC_OK && i < problem->place_count + problem->rule_count; i++) {
        part.part = i;
        if (part_of[i] == i)
            part_play(&part, change); /* where it is not solved nothing changes there, and the search goes on without */
    }
    free(part_of);
    free(part.row_of);
    free(part.row);
    free(part.coefficient);
    return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which classes to open, and how large.
 *
 * Heads x_k in class k, none or between the team's `min` and `max`, are to minimise the cost of hiring and the mean
 * salaries until the plan's end, such that every month is kept with the confidence asked for and the mean cost of every
 * month stays within the budget. A month is kept where its margin (sc_plan_view_margin, a quantile of log odds) is at
 * least 0. The margin grows with the logarithm of each team's mean heads, which are linear in x: a hire's mean speed on
 * a day is the probability of its staying times the speed of its ramp, exactly. A concave function lies below its
 * tangents, so at a plan that does not keep a month the tangent of that month's margin is an inequality that holds for
 * every plan that does. The integer program is solved to optimality (GLPK, branch and cut) with the tangents so far,
 * its plan is projected, tangents are added for the months it does not keep, and so on until all are kept (Kelley 1960,
 * "The cutting-plane method for solving convex programs", with integers as Westerlund & Pettersson 1995).
 *
 * No plan was cut off that keeps every month, so the first that does is the cheapest: as far as margins are concave in
 * mean heads, which they are but for simulation noise and the spread of who has left, and to the solver's gap of 5e-4
 * (or what it has left after a number of nodes). For what these leave, a last search takes heads away and moves them to
 * later classes, as long as every month is kept.
 */
#include "decide/plan_private.h"

#include "staffcast/calendar.h"

#include <glpk.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MOST = 60, RELAXED_ROUNDS = 12, NODES_MOST = 400 };

/* A month's tangent: sum over teams of slope x heads by speed of new hires >= missing. */
struct cut {
    size_t month;
    double missing;
    double slope[SC_PLAN_TEAMS_MOST];
};

struct program {
    struct planner *planner;
    struct plan_view *view;
    bool surely;
    double *base_speed; /* [teams][months], without new hires */
    double *base_cost;  /* [months] */
    struct cut *cuts;   /* [cut_count] */
    size_t cut_count;
    double *speed;  /* [classes][months] of one hire */
    double *salary; /* [classes][months], with the cost of hiring */
    int *counts;    /* [classes] */
    int *trial;
};

/* --- one hire --- */

static double days_there(const struct planner *planner, size_t class_index, size_t month, bool by_speed)
{
    const struct plan_class *class = &planner->classes[class_index];
    const struct sc_people *people = planner->teams[class->team].people;
    const struct plan_month *m = &planner->months[month];
    double sum = 0.0;
    for (int64_t day = m->first_day; day < m->first_day + m->days; day++) {
        int64_t age = day - class->start_day;
        int ramp;
        if (age >= 0)
            sum += sc_people_stays(people, 1, age) * (by_speed ? sc_people_speed(people, age, &ramp) : 1.0);
    }
    return sum;
}

double sc_plan_class_speed(const struct planner *planner, size_t class_index, size_t month)
{
    return days_there(planner, class_index, month, true) / planner->months[month].days;
}

static double class_salary(const struct planner *planner, size_t class_index, size_t month)
{
    const struct plan_class *class = &planner->classes[class_index];
    const struct plan_team *team = &planner->teams[class->team];
    const struct plan_month *m = &planner->months[month];
    bool begins = class->start_day >= m->first_day && class->start_day < m->first_day + m->days;
    return days_there(planner, class_index, month, false) * team->salary_per_day +
           (begins ? team->people->cost_per_hire : 0.0);
}

double sc_plan_class_cost(const struct planner *planner, size_t class_index)
{
    double sum = 0.0;
    for (size_t m = 0; m < planner->month_count; m++)
        sum += class_salary(planner, class_index, m);
    return sum;
}

/* --- the integer program --- */

/* Without money nothing would be decided: a head then costs what a head does. */
static double weight_of(const struct program *program, size_t k)
{
    double sum = 0.0;
    for (size_t m = 0; m < program->planner->month_count; m++)
        sum +=
            program->salary[k * program->planner->month_count + m] + 1e-3 * days_there(program->planner, k, m, false);
    return sum;
}

struct limits {
    bool budget, sizes;
    bool integers;
    size_t months; /* only the first so many are to be kept */
};

static void column_add(glp_prob *lp, const struct program *program, const struct limits *limits, size_t k)
{
    const struct sc_people *people = program->planner->teams[program->planner->classes[k].team].people;
    double most = 20.0 + 3.0 * people->headcount; /* more than anybody could train */
    if (limits->sizes)
        most = fmin(most, people->class_max);
    int column = glp_add_cols(lp, 1);
    glp_set_col_kind(lp, column, limits->integers ? GLP_IV : GLP_CV);
    glp_set_col_bnds(lp, column, GLP_DB, 0.0, ceil(most));
    glp_set_obj_coef(lp, column, weight_of(program, k));
    if (!limits->integers || people->class_min <= 1)
        return;
    int open = glp_add_cols(lp, 1);
    glp_set_col_kind(lp, open, GLP_BV);
    int at[] = {0, column, open};
    double upper[] = {0.0, 1.0, -ceil(most)}, lower[] = {0.0, 1.0, -(double)people->class_min};
    int row = glp_add_rows(lp, 2);
    glp_set_row_bnds(lp, row, GLP_UP, 0.0, 0.0);
    glp_set_mat_row(lp, row, 2, at, upper);
    glp_set_row_bnds(lp, row + 1, GLP_LO, 0.0, 0.0);
    glp_set_mat_row(lp, row + 1, 2, at, lower);
}

static void cut_row(glp_prob *lp, const struct program *program, const int *column, const struct cut *cut, int *at,
                    double *value)
{
    const struct planner *planner = program->planner;
    int n = 0;
    for (size_t k = 0; k < planner->class_count; k++) {
        double slope = cut->slope[planner->classes[k].team] * program->speed[k * planner->month_count + cut->month];
        if (slope <= 0.0)
            continue;
        at[++n] = column[k];
        value[n] = slope;
    }
    int row = glp_add_rows(lp, 1);
    glp_set_row_bnds(lp, row, GLP_LO, cut->missing, 0.0);
    glp_set_mat_row(lp, row, n, at, value);
}

static void budget_row(glp_prob *lp, const struct program *program, const int *column, size_t month, int *at,
                       double *value)
{
    const struct planner *planner = program->planner;
    int n = 0;
    for (size_t k = 0; k < planner->class_count; k++) {
        double cost = program->salary[k * planner->month_count + month];
        if (cost <= 0.0)
            continue;
        at[++n] = column[k];
        value[n] = cost;
    }
    int row = glp_add_rows(lp, 1);
    glp_set_row_bnds(lp, row, GLP_UP, 0.0, planner->scenario->plan.budget_per_month - program->base_cost[month]);
    glp_set_mat_row(lp, row, n, at, value);
}

/* Ends a search that is too long by its number of nodes, not by time: the same everywhere. */
static void watch(glp_tree *tree, void *info)
{
    int *calls = info;
    if (glp_ios_reason(tree) == GLP_ISELECT && ++*calls > NODES_MOST)
        glp_ios_terminate(tree);
}

static bool is_feasible(glp_prob *lp, const struct limits *limits)
{
    glp_smcp simplex;
    glp_init_smcp(&simplex);
    simplex.msg_lev = GLP_MSG_OFF;
    simplex.presolve = GLP_ON;
    if (glp_simplex(lp, &simplex) != 0 || glp_get_status(lp) != GLP_OPT)
        return false;
    if (!limits->integers)
        return true;
    int calls = 0;
    glp_iocp search;
    glp_init_iocp(&search);
    search.msg_lev = GLP_MSG_OFF;
    search.presolve = GLP_ON;
    search.mip_gap = 5e-4;
    search.bt_tech = GLP_BT_BPH;
    search.br_tech = GLP_BR_PCH;
    search.cb_func = watch;
    search.cb_info = &calls;
    glp_intopt(lp, &search);
    return glp_mip_status(lp) == GLP_OPT || glp_mip_status(lp) == GLP_FEAS;
}

/* Whole heads from a relaxed solution: what is left of a head goes to the next class. */
static void round_off(struct program *program, glp_prob *lp, const int *column)
{
    const struct planner *planner = program->planner;
    double carried = 0.0;
    for (size_t k = 0; k < planner->class_count; k++) {
        if (k == planner->teams[planner->classes[k].team].first_class)
            carried = 0.5;
        carried += glp_get_col_prim(lp, column[k]);
        program->trial[k] = (int)carried;
        carried -= program->trial[k];
    }
}

/* Solves it; true and the counts where there is a plan. */
static enum sc_code solve(struct program *program, const struct limits *limits, bool *feasible, struct sc_error *error)
{
    const struct planner *planner = program->planner;
    size_t classes = planner->class_count;
    int *column = calloc(classes + 1, sizeof *column), *at = calloc(classes + 2, sizeof *at);
    double *value = calloc(classes + 2, sizeof *value);
    glp_prob *lp = glp_create_prob();
    if (column && at && value && lp) {
        bool budget =
            limits->budget && planner->scenario->plan.months > 0 && isfinite(planner->scenario->plan.budget_per_month);
        for (size_t k = 0; k < classes; k++) {
            column[k] = glp_get_num_cols(lp) + 1;
            column_add(lp, program, limits, k);
        }
        for (size_t c = 0; c < program->cut_count; c++)
            if (program->cuts[c].month < limits->months)
                cut_row(lp, program, column, &program->cuts[c], at, value);
        for (size_t m = 0; budget && m < planner->month_count; m++)
            budget_row(lp, program, column, m, at, value);
        if (glp_get_num_rows(lp) == 0)
            glp_add_rows(lp, 1); /* free: an empty program is feasible */
        if (glp_get_num_cols(lp) == 0)
            glp_add_cols(lp, 1);
        *feasible = is_feasible(lp, limits);
        for (size_t k = 0; k < classes && *feasible && limits->integers; k++)
            program->trial[k] = (int)lround(glp_mip_col_val(lp, column[k]));
        if (*feasible && limits->sizes && !limits->integers)
            round_off(program, lp, column);
    }
    enum sc_code code = column && at && value && lp ? SC_OK : sc_error_memory(error);
    if (lp)
        glp_delete_prob(lp);
    free(column);
    free(at);
    free(value);
    return code;
}

/* --- why there is no plan --- */

static const char *binding_limit(bool without_budget, bool without_sizes)
{
    return without_budget ? "the budget binds: without it there is a plan"
           : without_sizes
               ? "the limits of training classes bind: larger or more classes would do"
               : "the lead time binds: nobody hired from now on is there in time; temporary staff, overtime, "
                 "automation or a lower target are left";
}

static enum sc_code refuse(struct program *program, size_t month, const char *why, struct sc_error *error)
{
    const struct planner *planner = program->planner;
    return sc_error_set(error, SC_UNREACHABLE,
                        "no plan keeps the targets of %04d-%02d with a confidence of %g %% (%.0f %% without hires); %s",
                        planner->months[month].year, planner->months[month].month, 100.0 * planner->confidence,
                        100.0 * program->view->met[month], why);
}

/* Would a month be kept if every class were as large as the team itself and ten more? */
static enum sc_code could_be_hired(struct program *program, size_t month, bool *kept, struct sc_error *error)
{
    struct planner *planner = program->planner;
    for (size_t k = 0; k < planner->class_count; k++)
        program->trial[k] =
            planner->classes[k].start_day >= planner->months[month].first_day + planner->months[month].days
                ? 0
                : 10 + planner->teams[planner->classes[k].team].people->headcount;
    enum sc_code code = sc_plan_view_all(planner, program->view, program->trial, error);
    if (code == SC_OK)
        *kept = sc_plan_view_margin(planner, program->view, month, 0, 0.0, false) >= 0.0;
    return code;
}

/* The first month that cannot be kept, and the limit without which it could. */
static enum sc_code explain(struct program *program, struct sc_error *error)
{
    struct planner *planner = program->planner;
    struct limits limits = {.budget = true, .sizes = true, .integers = true};
    bool feasible = true, without_budget = false, without_sizes = false;
    enum sc_code code = SC_OK;
    while (feasible && code == SC_OK && limits.months < planner->month_count) {
        limits.months++;
        code = solve(program, &limits, &feasible, error);
    }
    limits.budget = false;
    if (code == SC_OK)
        code = solve(program, &limits, &without_budget, error);
    if (code == SC_OK)
        code = could_be_hired(program, limits.months - 1, &without_sizes, error);
    memset(program->trial, 0, planner->class_count * sizeof(int));
    if (code == SC_OK)
        code = sc_plan_view_all(planner, program->view, program->trial, error);
    if (code != SC_OK)
        return code;
    sc_plan_view_judge(planner, program->view, 0.0);
    return refuse(program, limits.months - 1, binding_limit(without_budget, without_sizes), error);
}

/* --- tangents --- */

static const char heads_do_not[] = "more heads alone do not: look at handle times, skills and pools without people";

/* Adds the tangent of a month's margin at the plan in the view; false where no team's heads matter to it. `more` is
   added to what is missing, where margins bend the other way. */
static bool cut_add(struct program *program, size_t month, double more)
{
    static const double step = 0.05;
    const struct planner *planner = program->planner;
    struct cut *cut = &program->cuts[program->cut_count];
    double margin = sc_plan_view_margin(planner, program->view, month, 0, 0.0, program->surely), most = 0.0;
    *cut = (struct cut){.month = month, .missing = more - margin};
    for (size_t i = 0; i < planner->team_count; i++) {
        size_t at = i * planner->month_count + month;
        double there = fmax(program->view->speed[at], 0.05 * planner->teams[i].people->headcount);
        double stronger = sc_plan_view_margin(planner, program->view, month, i, step, program->surely);
        cut->slope[i] = (stronger - margin) / step / there;
        most = fmax(most, stronger - margin);
        cut->missing += cut->slope[i] * (program->view->speed[at] - program->base_speed[at]);
    }
    program->cut_count++;
    return most > 1e-3;
}

static enum sc_code project(struct program *program, const int *counts, struct sc_error *error)
{
    enum sc_code code = sc_plan_view_all(program->planner, program->view, counts, error);
    if (code == SC_OK)
        sc_plan_view_judge(program->planner, program->view, 0.0);
    return code;
}

static enum sc_code cut_and_solve(struct program *program, struct sc_error *error)
{
    struct planner *planner = program->planner;
    struct limits limits = {.budget = true, .sizes = true, .months = planner->month_count};
    double more = 0.0;
    bool integers = false;
    for (int round = 0; round < ROUNDS_MOST; round++) {
        bool feasible = false, kept = true;
        bool switched = limits.integers != integers;
        limits.integers = integers;
        enum sc_code code = solve(program, &limits, &feasible, error);
        if (code == SC_OK && !feasible)
            return explain(program, error);
        /* The same plan again: the tangents do not reach it. */
        bool same =
            round > 0 && !switched && memcmp(program->trial, program->counts, planner->class_count * sizeof(int)) == 0;
        more = same ? 2.0 * more + 0.01 : 0.0;
        memcpy(program->counts, program->trial, planner->class_count * sizeof(int));
        if (code == SC_OK)
            code = project(program, program->trial, error);
        if (code != SC_OK)
            return code;
        for (size_t m = 0; m < planner->month_count; m++) {
            if (sc_plan_view_margin(planner, program->view, m, 0, 0.0, program->surely) >= 0.0)
                continue;
            kept = false;
            if (!cut_add(program, m, more))
                return refuse(program, m, heads_do_not, error);
        }
        if (kept && integers)
            return SC_OK;
        /* Tangents are found fast by the relaxed program; then the whole one needs few more. */
        integers = integers || kept || same || round + 1 >= RELAXED_ROUNDS;
    }
    return sc_error_set(error, SC_NUMERIC, "the hires that keep every month were not found in %d rounds", ROUNDS_MOST);
}

/* --- the last search --- */

/* Does the trial keep every month, within the budget? The people of `team` are put in anew. */
static enum sc_code is_kept(struct program *program, size_t team, bool *kept, struct sc_error *error)
{
    struct planner *planner = program->planner;
    *kept = false;
    enum sc_code code = sc_plan_view_people(planner, program->view, team, program->trial, error);
    if (code != SC_OK || !sc_plan_view_kept(planner, program->view, program->surely))
        return code;
    for (size_t m = 0; m < planner->month_count && planner->scenario->plan.months > 0; m++) {
        double cost = program->base_cost[m];
        for (size_t k = 0; k < planner->class_count; k++)
            cost += program->trial[k] * program->salary[k * planner->month_count + m];
        if (cost > planner->scenario->plan.budget_per_month)
            return SC_OK;
    }
    *kept = true;
    return SC_OK;
}

/* Takes `heads` off a class and puts them into a later one of its team (to = k: nowhere), if sizes allow it. */
static bool move(const struct program *program, size_t k, size_t to, int heads)
{
    const struct planner *planner = program->planner;
    const struct sc_people *people = planner->teams[planner->classes[k].team].people;
    memcpy(program->trial, program->counts, planner->class_count * sizeof(int));
    program->trial[k] -= heads;
    if (to != k)
        program->trial[to] += heads;
    return (program->trial[k] == 0 || program->trial[k] >= people->class_min) &&
           (to == k || (program->trial[to] >= people->class_min && program->trial[to] <= people->class_max));
}

static enum sc_code try_move(struct program *program, size_t k, size_t to, int heads, bool *better,
                             struct sc_error *error)
{
    bool kept = false;
    if (program->counts[k] < heads || heads <= 0 || !move(program, k, to, heads))
        return SC_OK;
    enum sc_code code = is_kept(program, program->planner->classes[k].team, &kept, error);
    if (code == SC_OK && kept) {
        memcpy(program->counts, program->trial, program->planner->class_count * sizeof(int));
        *better = true;
    }
    return code;
}

static enum sc_code search_class(struct program *program, size_t k, bool *better, struct sc_error *error)
{
    const struct plan_team *team = &program->planner->teams[program->planner->classes[k].team];
    size_t end = team->first_class + team->classes;
    enum sc_code code = SC_OK;
    bool here = true;
    while (here && code == SC_OK) {
        here = false;
        code = try_move(program, k, k, 1, &here, error);
        if (code == SC_OK && !here)
            code = try_move(program, k, k, program->counts[k], &here, error);
        if (code == SC_OK && !here && k + 1 < end)
            code = try_move(program, k, k + 1, program->counts[k], &here, error);
        if (code == SC_OK && !here && k + 1 < end)
            code = try_move(program, k, k + 1, 1, &here, error);
        *better = *better || here;
    }
    return code;
}

static enum sc_code search(struct program *program, struct sc_error *error)
{
    struct planner *planner = program->planner;
    bool better = true;
    enum sc_code code = SC_OK;
    for (int round = 0; better && round < 2 && code == SC_OK; round++) {
        better = false;
        for (size_t k = planner->class_count; k-- > 0 && code == SC_OK;)
            if (program->counts[k] > 0) {
                code = search_class(program, k, &better, error);
                /* The next class may be another team's: this one's people as they were decided. */
                if (code == SC_OK)
                    code =
                        sc_plan_view_people(planner, program->view, planner->classes[k].team, program->counts, error);
            }
    }
    return code;
}

/* --- all of it --- */

static enum sc_code program_begin(struct program *program, struct sc_error *error)
{
    struct planner *planner = program->planner;
    size_t months = planner->month_count, teams = planner->team_count, classes = planner->class_count;
    double *numbers = calloc(teams * months + months + 2 * classes * months + 1, sizeof *numbers);
    int *counts = calloc(2 * classes + 2, sizeof *counts);
    program->base_speed = numbers;
    program->counts = counts;
    program->cuts = calloc((ROUNDS_MOST + 1) * months, sizeof *program->cuts);
    if (!numbers || !counts || !program->cuts)
        return sc_error_memory(error);
    program->base_cost = numbers + teams * months;
    program->speed = program->base_cost + months;
    program->salary = program->speed + classes * months;
    program->trial = counts + classes + 1;
    for (size_t k = 0; k < classes; k++)
        for (size_t m = 0; m < months; m++) {
            program->speed[k * months + m] = sc_plan_class_speed(planner, k, m);
            program->salary[k * months + m] = class_salary(planner, k, m);
        }
    enum sc_code code = project(program, program->trial, error);
    if (code != SC_OK)
        return code;
    memcpy(program->base_speed, program->view->speed, teams * months * sizeof(double));
    memcpy(program->base_cost, program->view->cost, months * sizeof(double));
    return SC_OK;
}

static void program_end(struct program *program)
{
    free(program->base_speed);
    free(program->counts);
    free(program->cuts);
}

enum sc_code sc_plan_hires_choose(struct planner *planner, struct plan_view *view, bool surely, bool last_search,
                                  int *counts, struct sc_error *error)
{
    struct program program = {.planner = planner, .view = view, .surely = surely};
    glp_term_out(GLP_OFF);
    enum sc_code code = program_begin(&program, error);
    if (code == SC_OK)
        code = cut_and_solve(&program, error);
    if (code == SC_OK && last_search)
        code = search(&program, error);
    if (code == SC_OK)
        memcpy(counts, program.counts, planner->class_count * sizeof *counts);
    program_end(&program);
    return code;
}

enum sc_code sc_plan_hires_trim(struct planner *planner, struct plan_view *view, int *counts, struct sc_error *error)
{
    struct program program = {.planner = planner, .view = view, .surely = true};
    enum sc_code code = program_begin(&program, error);
    if (code == SC_OK) {
        memcpy(program.counts, counts, planner->class_count * sizeof *counts);
        code = project(&program, counts, error);
    }
    if (code == SC_OK)
        code = search(&program, error);
    if (code == SC_OK)
        memcpy(counts, program.counts, planner->class_count * sizeof *counts);
    program_end(&program);
    return code;
}

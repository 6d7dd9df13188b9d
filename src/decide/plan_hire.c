/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which classes to open, and how large.
 *
 * Heads x_k in class k, none or between the team's `min` and `max`, are to minimise the cost of hiring and the mean
 * salaries until the plan's end, such that every month is kept with the confidence asked for and the mean cost of every
 * month stays within the budget. A month is kept where its margin (sc_plan_view_margin, a quantile of readings) is at
 * least 0. The margin grows with the logarithm of each team's mean heads, which are linear in x: a hire's mean speed on
 * a day is the probability of its staying times the speed of its ramp, exactly. A concave function lies below its
 * tangents, so at a plan that does not keep a month the tangent of that month's margin is an inequality that holds for
 * every plan that does. The integer program is solved with the tangents so far (plan_program.c: branch and bound, and
 * what its nodes do not reach is searched for), its plan is projected, tangents are added for the months it does not
 * keep, and so on until all are kept (Kelley 1960, "The cutting-plane method for solving convex programs", with
 * integers as Westerlund & Pettersson 1995).
 *
 * No plan was cut off that keeps every month, so the first that does is the cheapest: as far as margins are concave in
 * mean heads, which they are but for simulation noise and the spread of who has left, and to the solver's gap: 5e-4
 * with some ten or twenty classes, one or two hundredths with a hundred. For what these leave, a last search takes
 * heads away and moves them to later classes, as long as every month is kept; moves that the tangents put clearly below
 * that are not projected.
 */
#include "decide/plan_program.h"

#include "staffcast/calendar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MOST = 60, RELAXED_ROUNDS = 12 };

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

/* Without money nothing would be decided: a head then costs what a head does. */
static const double head_day = 1e-3;

double sc_plan_day_cost(const struct planner *planner, size_t team)
{
    return planner->teams[team].salary_per_day + head_day;
}

double sc_plan_class_cost(const struct planner *planner, size_t class_index)
{
    double sum = 0.0;
    for (size_t m = 0; m < planner->month_count; m++)
        sum += class_salary(planner, class_index, m) + head_day * days_there(planner, class_index, m, false);
    return sum;
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

/* Says so, with the chance of the month without hires. */
static enum sc_code refuse(struct plan_program *program, size_t month, const char *why, struct sc_error *error)
{
    const struct planner *planner = program->planner;
    char sure[96] = "";
    memset(program->trial, 0, planner->class_count * sizeof(int));
    enum sc_code code = sc_plan_view_all(planner, program->view, program->trial, error);
    if (code != SC_OK)
        return code;
    sc_plan_view_judge(planner, program->view, 0.0);
    double met = program->view->met[month];
    if (program->surely && met >= planner->confidence - SC_PLAN_TOLERANCE) {
        sc_plan_view_judge(planner, program->view, PLAN_DOUBTS);
        snprintf(sure, sizeof sure, ", but as far as the %zu paths played can tell perhaps %.0f %%",
                 planner->evidence.paths, 100.0 * program->view->met[month]);
    }
    return sc_error_set(error, SC_UNREACHABLE,
                        "no plan keeps the targets of %04d-%02d with a confidence of %g %% (%.0f %% without hires%s); "
                        "%s",
                        planner->months[month].year, planner->months[month].month, 100.0 * planner->confidence,
                        100.0 * met, sure, why);
}

/* Is a month beyond the budget before anybody is hired? Then that is all there is to say. */
static bool is_beyond(const struct plan_program *program, size_t *month)
{
    const struct sc_plan_settings *settings = &program->planner->scenario->plan;
    *month = 0;
    while (*month < program->planner->month_count && settings->months > 0 &&
           program->base_cost[*month] <= settings->budget_per_month)
        (*month)++;
    return settings->months > 0 && *month < program->planner->month_count;
}

static enum sc_code refuse_budget(const struct plan_program *program, size_t month, struct sc_error *error)
{
    const struct planner *planner = program->planner;
    return sc_error_set(error, SC_UNREACHABLE,
                        "no plan stays within the budget: %04d-%02d costs %.0f before anybody is hired (found "
                        "budget_per_month = %.0f); raise it, or leave it out to see what the cheapest plan costs",
                        planner->months[month].year, planner->months[month].month, program->base_cost[month],
                        planner->scenario->plan.budget_per_month);
}

/* Would a month be kept if every class were as large as the team itself and ten more? */
static enum sc_code could_be_hired(struct plan_program *program, size_t month, bool *kept, struct sc_error *error)
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
static enum sc_code explain(struct plan_program *program, struct sc_error *error)
{
    struct planner *planner = program->planner;
    struct plan_limits limits = {.budget = true, .integers = true};
    bool feasible = true, without_budget = false, without_sizes = false;
    enum sc_code code = SC_OK;
    size_t beyond;
    if (is_beyond(program, &beyond))
        return refuse_budget(program, beyond, error);
    while (feasible && code == SC_OK && limits.months < planner->month_count) {
        limits.months++;
        code = sc_plan_program_solve(program, &limits, &feasible, error);
    }
    limits.budget = false;
    if (code == SC_OK)
        code = sc_plan_program_solve(program, &limits, &without_budget, error);
    if (code == SC_OK)
        code = could_be_hired(program, limits.months - 1, &without_sizes, error);
    if (code != SC_OK)
        return code;
    return refuse(program, limits.months - 1, binding_limit(without_budget, without_sizes), error);
}

/* --- tangents --- */

/* A margin that a team 5 % larger does not raise by so much is no matter of its heads. */
static const double gain_least = 1e-3;
static const char heads_do_not[] = "more heads alone do not: look at handle times, skills and pools without people";

/* The tangent of a month's margin at the plan in the view; its slopes everywhere, or only where it is missed. */
static void tangent_fill(const struct plan_program *program, size_t month, bool only_missed, struct plan_cut *cut)
{
    static const double step = 0.05;
    const struct planner *planner = program->planner;
    double margin = sc_plan_view_margin(planner, program->view, month, 0, 0.0, program->surely);
    *cut = (struct plan_cut){.month = month, .margin = margin, .missing = -margin};
    for (size_t i = 0; i < planner->team_count && (margin < 0.0 || !only_missed); i++) {
        size_t at = i * planner->month_count + month;
        double there = fmax(program->view->speed[at], 0.05 * planner->teams[i].people->headcount);
        double stronger = sc_plan_view_margin(planner, program->view, month, i, step, program->surely);
        cut->gain = fmax(cut->gain, stronger - margin);
        cut->slope[i] = (stronger - margin) / step / there;
        cut->missing += cut->slope[i] * (program->view->speed[at] - program->base_speed[at]);
    }
}

/* Those of all months: cut[month]. */
static void tangents_fill(const struct plan_program *program, bool only_missed, struct plan_cut *cut)
{
#pragma omp parallel for num_threads(sc_plan_threads(program->planner)) schedule(dynamic)
    for (int m = 0; m < (int)program->planner->month_count; m++)
        tangent_fill(program, (size_t)m, only_missed, &cut[m]);
}

/* Adds the tangents of the months that the plan in the view does not keep. `more` is added to what is missing, where
   margins bend the other way. *stuck: the first month where heads do not matter; SIZE_MAX: none. */
static bool cuts_add(struct plan_program *program, double more, size_t *stuck)
{
    struct plan_cut *cut = program->cuts + program->cut_count;
    size_t added = 0;
    *stuck = SIZE_MAX;
    tangents_fill(program, true, cut);
    for (size_t m = 0; m < program->planner->month_count; m++) {
        if (cut[m].margin >= 0.0)
            continue;
        if (*stuck == SIZE_MAX && cut[m].gain <= gain_least)
            *stuck = m;
        cut[added] = cut[m];
        cut[added++].missing += more;
    }
    program->cut_count += added;
    return added > 0;
}

/* The tangents of all months at a plan that is likely near: they spare the rounds that would find them. */
static enum sc_code cuts_begin(struct plan_program *program, const int *near, struct sc_error *error)
{
    size_t heads = 0;
    for (size_t k = 0; k < program->planner->class_count; k++)
        heads += (size_t)near[k];
    if (heads == 0)
        return SC_OK;
    enum sc_code code = sc_plan_view_all(program->planner, program->view, near, error);
    if (code != SC_OK)
        return code;
    tangents_fill(program, false, program->cuts);
    program->cut_count = program->planner->month_count;
    return SC_OK;
}

/* --- the last search --- */

/* The first month beyond the budget; month_count: none. */
static size_t month_beyond(const struct plan_program *program, const int *counts)
{
    const struct planner *planner = program->planner;
    const struct sc_plan_settings *settings = &planner->scenario->plan;
    for (size_t m = 0; m < planner->month_count && settings->months > 0; m++) {
        double cost = program->base_cost[m];
        for (size_t k = 0; k < planner->class_count; k++)
            cost += counts[k] * program->salary[k * planner->month_count + m];
        if (cost > settings->budget_per_month)
            return m;
    }
    return planner->month_count;
}

/*
 * Could the trial keep every month, by the tangents at the plan that the search began with? A margin that they put well
 * below 0 is below it, as far as margins are concave: what that leaves out is small against `clearly`.
 */
static bool could_keep(const struct plan_program *program)
{
    static const double clearly = 0.05;
    const struct planner *planner = program->planner;
    for (size_t m = 0; m < planner->month_count; m++) {
        double margin = clearly - program->bound[m].missing;
        for (size_t k = 0; k < planner->class_count; k++)
            margin += program->trial[k] * program->speed[k * planner->month_count + m] *
                      program->bound[m].slope[planner->classes[k].team];
        if (margin < 0.0)
            return false;
    }
    return true;
}

/* Does the trial keep every month, within the budget? The people of `team` are put in anew. */
static enum sc_code is_kept(struct plan_program *program, size_t team, bool *kept, struct sc_error *error)
{
    struct planner *planner = program->planner;
    *kept = false;
    if (!could_keep(program))
        return SC_OK;
    enum sc_code code = sc_plan_view_people(planner, program->view, team, program->trial, error);
    if (code != SC_OK || !sc_plan_view_kept(planner, program->view, program->surely))
        return code;
    *kept = month_beyond(program, program->trial) == planner->month_count;
    return SC_OK;
}

/* Takes `heads` off a class and puts them into a later one of its team (to = k: nowhere), if sizes allow it. */
static bool move(const struct plan_program *program, size_t k, size_t to, int heads)
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

static enum sc_code try_move(struct plan_program *program, size_t k, size_t to, int heads, bool *better,
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

static enum sc_code search_class(struct plan_program *program, size_t k, bool *better, struct sc_error *error)
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

static enum sc_code search(struct plan_program *program, struct sc_error *error)
{
    struct planner *planner = program->planner;
    bool better = true;
    enum sc_code code = sc_plan_view_all(planner, program->view, program->counts, error);
    if (code == SC_OK)
        tangents_fill(program, false, program->bound);
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

/* --- the rounds --- */

/* The class to which a head is added for a month: the most margin for its cost. SIZE_MAX: none has room. */
static size_t class_for(const struct plan_program *program, const struct plan_cut *cut)
{
    const struct planner *planner = program->planner;
    size_t best = SIZE_MAX;
    double most = 0.0;
    for (size_t k = 0; k < planner->class_count; k++) {
        size_t team = planner->classes[k].team;
        double value = cut->slope[team] * program->speed[k * planner->month_count + cut->month] / program->weight[k];
        if (program->counts[k] < sc_plan_class_most(planner->teams[team].people) && value > most) {
            most = value;
            best = k;
        }
    }
    return best;
}

/* Where the tangents came to no end: heads are added month by month until all are kept, and the search takes away what
   was too much. */
static enum sc_code add_until_kept(struct plan_program *program, struct sc_error *error)
{
    struct planner *planner = program->planner;
    for (;;) {
        enum sc_code code = sc_plan_view_all(planner, program->view, program->counts, error);
        if (code != SC_OK)
            return code;
        tangents_fill(program, true, program->bound);
        size_t m = 0, beyond = month_beyond(program, program->counts);
        while (m < planner->month_count && program->bound[m].margin >= 0.0)
            m++;
        if (beyond < planner->month_count)
            return refuse(program, beyond, "none was found within the budget: leave it out to see what a plan costs",
                          error);
        if (m == planner->month_count)
            return search(program, error);
        size_t k = class_for(program, &program->bound[m]);
        if (program->bound[m].gain <= gain_least)
            return refuse(program, m, heads_do_not, error);
        if (k == SIZE_MAX)
            return refuse(program, m, "none was found: larger or more training classes would do", error);
        int least = planner->teams[planner->classes[k].team].people->class_min;
        program->counts[k] = program->counts[k] + 1 < least ? least : program->counts[k] + 1;
    }
}

static enum sc_code cut_and_solve(struct plan_program *program, struct sc_error *error)
{
    struct planner *planner = program->planner;
    struct plan_limits limits = {.budget = true, .months = planner->month_count};
    double more = 0.0;
    bool integers = false;
    for (int round = 0; round < ROUNDS_MOST; round++) {
        bool feasible = false, switched = limits.integers != integers;
        size_t stuck;
        limits.integers = integers;
        enum sc_code code = sc_plan_program_solve(program, &limits, &feasible, error);
        if (code == SC_OK && !feasible)
            return explain(program, error);
        /* The same plan again: the tangents do not reach it. */
        bool same =
            round > 0 && !switched && memcmp(program->trial, program->counts, planner->class_count * sizeof(int)) == 0;
        more = same ? 2.0 * more + 0.01 : 0.0;
        memcpy(program->counts, program->trial, planner->class_count * sizeof(int));
        if (code == SC_OK)
            code = sc_plan_view_all(planner, program->view, program->trial, error);
        if (code != SC_OK)
            return code;
        bool kept = !cuts_add(program, more, &stuck);
        if (stuck < planner->month_count)
            return refuse(program, stuck, heads_do_not, error);
        if (kept && integers)
            return SC_OK;
        /* Tangents are found fast by the relaxed program; then the whole one needs few more. */
        integers = integers || kept || same || round + 1 >= RELAXED_ROUNDS;
    }
    return add_until_kept(program, error);
}

/* --- all of it --- */

static enum sc_code program_begin(struct plan_program *program, struct sc_error *error)
{
    struct planner *planner = program->planner;
    size_t months = planner->month_count, teams = planner->team_count, classes = planner->class_count;
    double *numbers = calloc(teams * months + months + 2 * classes * months + classes + 1, sizeof *numbers);
    int *counts = calloc(2 * classes + 2, sizeof *counts);
    program->base_speed = numbers;
    program->counts = counts;
    program->cuts = calloc((ROUNDS_MOST + 3) * months, sizeof *program->cuts);
    if (!numbers || !counts || !program->cuts)
        return sc_error_memory(error);
    program->base_cost = numbers + teams * months;
    program->speed = program->base_cost + months;
    program->salary = program->speed + classes * months;
    program->weight = program->salary + classes * months;
    program->bound = program->cuts + (ROUNDS_MOST + 2) * months;
    program->trial = counts + classes + 1;
    for (size_t k = 0; k < classes; k++) {
        for (size_t m = 0; m < months; m++) {
            program->speed[k * months + m] = sc_plan_class_speed(planner, k, m);
            program->salary[k * months + m] = class_salary(planner, k, m);
        }
        program->weight[k] = sc_plan_class_cost(planner, k);
    }
    enum sc_code code = sc_plan_view_all(planner, program->view, program->trial, error);
    if (code != SC_OK)
        return code;
    sc_plan_view_judge(planner, program->view, 0.0);
    memcpy(program->base_speed, program->view->speed, teams * months * sizeof(double));
    memcpy(program->base_cost, program->view->cost, months * sizeof(double));
    return SC_OK;
}

static void program_end(struct plan_program *program)
{
    free(program->base_speed);
    free(program->counts);
    free(program->cuts);
}

enum sc_code sc_plan_hires_choose(struct planner *planner, struct plan_view *view, bool surely, bool last_search,
                                  int *counts, struct sc_error *error)
{
    struct plan_program program = {.planner = planner, .view = view, .surely = surely};
    enum sc_code code = program_begin(&program, error);
    if (code == SC_OK)
        code = cuts_begin(&program, counts, error);
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
    struct plan_program program = {.planner = planner, .view = view, .surely = true};
    enum sc_code code = program_begin(&program, error);
    if (code == SC_OK) {
        memcpy(program.counts, counts, planner->class_count * sizeof *counts);
        code = search(&program, error);
    }
    if (code == SC_OK)
        memcpy(counts, program.counts, planner->class_count * sizeof *counts);
    program_end(&program);
    return code;
}

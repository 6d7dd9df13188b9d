/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/shifts_late.h"

#include "decide/staff_player.h"
#include "staffcast/model.h"

#include <math.h>
#include <stdlib.h>

/* Replications are so much fewer than those of a try: curves are smooth, and what comes of them is tried. */
enum { PLAYS_PART = 2 };
/* Of what is late a head leaves at least and at most so much; what it leaves where no target is judged by the interval:
   of work that waits for hours any time is nearly as good. */
static const double keep_least = 0.2, keep_most = 0.95, keep_deferred = 0.9;

/* The playing of a pool's heads. */
struct look {
    const struct sc_shift_plan *plan;
    const struct sc_scenario *scenario;
    struct sc_staff_problem problem;
    struct sc_staff_player player;
    struct sc_staff_base base;
    struct sc_staff_move *moves; /* [move_count], a head more of the pool in each of its cells */
    size_t move_count;
    double *sums;
    double *price; /* [judges], of a late contact */
};

/* Of a cell with a head more: late contacts spared, at their price. */
struct sight {
    double gain, deferred;     /* in its window; of deferred work, on all days that feel it */
    double own_gain, own_late; /* in its own interval, and late there without that head */
};

static double share_there(const struct look *look, size_t pool)
{
    return (1 - look->scenario->pools[pool].absence) * (1 - look->scenario->pools[pool].planned);
}

/* Heads that are scheduled in a cell: the mean of its interval over the days that are alike. */
static double scheduled(const struct look *look, const struct sc_staff_cell *cell)
{
    const struct sc_staff_place *place = &look->problem.places[cell->place];
    size_t each = (size_t)lround(look->plan->interval_s / look->plan->rules->cell_s);
    double sum = 0;
    for (size_t day = 0; day < look->problem.days; day++) {
        size_t at = (day * look->problem.a_day + place->slot) * each;
        for (size_t k = 0; look->problem.day_kind[day] == place->kind && k < each; k++)
            sum += look->plan->pools[cell->pool].cells[at + k];
    }
    return sum / (double)(each * look->problem.kinds[place->kind].days);
}

static enum sc_code play(struct look *look, size_t pool, size_t replications, struct sc_error *error)
{
    const struct sc_staff_problem *problem = &look->problem;
    size_t reaches = 0;
    for (size_t i = 0; i < problem->cell_count; i++) {
        const struct sc_staff_cell *cell = &problem->cells[i];
        look->base.heads[i] = (int)lround(scheduled(look, cell) * share_there(look, cell->pool));
        reaches += problem->places[cell->place].reaches;
    }
    look->moves = calloc(problem->cell_count + 1, sizeof *look->moves);
    look->sums = calloc(2 * reaches + 1, sizeof *look->sums);
    if (look->moves == NULL || look->sums == NULL)
        return sc_error_memory(error);
    double *sums = look->sums;
    for (size_t i = 0; i < problem->cell_count; i++) {
        size_t place = problem->cells[i].place, here = problem->places[place].reaches;
        if (problem->cells[i].pool != pool)
            continue;
        look->moves[look->move_count++] = (struct sc_staff_move){
            .place = place, .cells = 1, .cell = {i}, .change = {1}, .sum = sums, .square = sums + here};
        sums += 2 * here;
    }
    sc_staff_base_set(&look->base, problem, look->base.heads);
    enum sc_code code = sc_staff_play(&look->player, &look->base, replications, error);
    if (code == SC_OK)
        code = sc_staff_try(&look->player, &look->base, look->moves, look->move_count, 0, replications, error);
    return code;
}

/* What a rule bears of each contact. */
static double borne(const struct sc_staff_judge *judge)
{
    return fmax(judge->abandon ? judge->wanted : 1 - judge->wanted, 1e-3);
}

static double late_of(const struct look *look, size_t rule)
{
    const struct sc_staff_judge *judge = &look->problem.judges[look->problem.rules[rule].judge];
    return fmax(0, borne(judge) * look->base.weight[rule] - look->base.value[rule]);
}

static enum sc_code set_prices(struct look *look, struct sc_error *error)
{
    const struct sc_staff_problem *problem = &look->problem;
    look->price = calloc(problem->judge_count + 1, sizeof *look->price);
    if (look->price == NULL)
        return sc_error_memory(error);
    for (size_t j = 0; j < problem->judge_count; j++) {
        double late = 0, may = 0;
        for (size_t r = 0; r < problem->rule_count; r++)
            if (problem->rules[r].judge == j) {
                late += late_of(look, r);
                may += borne(&problem->judges[j]) * look->base.weight[r];
            }
        look->price[j] = may > 0 ? late / may * late / may / may : 0;
    }
    return SC_OK;
}

/* What a head more in a cell spares in all, and in its own interval of what is late there. */
static struct sight seen(const struct look *look, const struct sc_staff_move *move)
{
    const struct sc_staff_problem *problem = &look->problem;
    const struct sc_staff_place *place = &problem->places[move->place];
    struct sight sight = {.gain = 0};
    for (size_t r = 0; r < place->reaches; r++) {
        size_t rule = problem->reaches[place->first_reach + r].rule, judge = problem->rules[rule].judge;
        bool deferred = problem->judges[judge].deferred;
        double part = deferred ? (double)move->count / move->companies : 1;
        double effect = look->price[judge] * part * move->sum[r];
        *(deferred ? &sight.deferred : &sight.gain) += effect;
        if (!deferred && problem->pieces[problem->rules[rule].first_piece].first % problem->a_day == place->slot) {
            sight.own_gain += effect;
            sight.own_late += look->price[judge] * late_of(look, rule);
        }
    }
    return sight;
}

/* By the cells beside it: they are much alike, and what one alone shows is much of it chance. */
static struct sight beside(const struct look *look, const struct sight *sights, size_t m)
{
    const struct sc_staff_place *places = look->problem.places, *here = &places[look->moves[m].place];
    struct sight sum = {.gain = 0};
    for (size_t i = m > 0 ? m - 1 : 0; i <= m + 1 && i < look->move_count; i++) {
        const struct sc_staff_place *there = &places[look->moves[i].place];
        if (there->group != here->group || there->kind != here->kind || there->slot + 1 < here->slot ||
            there->slot > here->slot + 1)
            continue;
        sum.gain += sights[i].gain;
        sum.own_gain += sights[i].own_gain;
        sum.own_late += sights[i].own_late;
    }
    return sum;
}

/* The curve of a cell, for all intervals that it stands for. */
static void draw(struct sc_shift_late *late, const struct look *look, const struct sight *sights, size_t m)
{
    const struct sc_staff_problem *problem = &look->problem;
    const struct sc_staff_place *place = &problem->places[look->moves[m].place];
    const struct sc_staff_cell *cell = &problem->cells[look->moves[m].cell[0]];
    struct sight sum = beside(look, sights, m);
    double keep = keep_deferred, gain = sights[m].deferred, there = share_there(look, cell->pool);
    if (sum.own_late > 0) {
        keep = fmin(keep_most, fmax(keep_least, 1 - sum.own_gain / sum.own_late));
        gain += sum.gain * sights[m].own_late / sum.own_late;
    }
    int heads = (int)lround(scheduled(look, cell));
    double here = fmax(0, gain) / (1 - keep) * pow(keep, heads * there - look->base.heads[look->moves[m].cell[0]]);
    for (size_t day = 0; day < problem->days; day++) {
        size_t i = day * problem->a_day + place->slot;
        if (problem->day_kind[day] != place->kind)
            continue;
        late->heads[i] = heads;
        late->late[i] = here / (double)problem->kinds[place->kind].days;
        late->keep[i] = pow(keep, there);
    }
}

static enum sc_code draw_all(struct sc_shift_late *late, const struct look *look, struct sc_error *error)
{
    struct sight *sights = calloc(look->move_count + 1, sizeof *sights);
    if (sights == NULL)
        return sc_error_memory(error);
    for (size_t m = 0; m < look->move_count; m++)
        sights[m] = seen(look, &look->moves[m]);
    for (size_t m = 0; m < look->move_count; m++)
        draw(late, look, sights, m);
    free(sights);
    return SC_OK;
}

static void look_release(struct look *look)
{
    free(look->moves);
    free(look->sums);
    free(look->price);
    sc_staff_base_release(&look->base);
    sc_staff_player_release(&look->player);
    sc_staff_problem_release(&look->problem);
}

enum sc_code sc_shift_late_find(struct sc_shift_late *late, struct sc_shift_trial *trial, size_t pool,
                                struct sc_error *error)
{
    const struct sc_shift_plan *plan = trial->roster->plan;
    struct sc_staff_options options = sc_shift_trial_options(trial);
    struct look look = {.plan = plan, .scenario = trial->scenario};
    *late = (struct sc_shift_late){.heads = calloc(plan->count + 1, sizeof *late->heads),
                                   .late = calloc(2 * plan->count + 1, sizeof *late->late)};
    if (late->heads == NULL || late->late == NULL)
        return sc_error_memory(error);
    late->keep = late->late + plan->count;
    options.per = SC_STAFF_INTERVAL;
    options.confidence = 0;
    enum sc_code code = sc_staff_problem_init(&look.problem, trial->model, &options, error);
    if (code == SC_OK)
        code = sc_staff_player_init(&look.player, &look.problem, &options, error);
    if (code == SC_OK)
        code = sc_staff_base_init(&look.base, &look.problem, error);
    look.player.contacts = trial->contacts;
    if (code == SC_OK)
        code = play(&look, pool, 1 + trial->plays / PLAYS_PART, error);
    if (code == SC_OK)
        code = set_prices(&look, error);
    if (code == SC_OK)
        code = draw_all(late, &look, error);
    trial->contacts = look.player.contacts;
    look_release(&look);
    return code;
}

void sc_shift_late_release(struct sc_shift_late *late)
{
    free(late->heads);
    free(late->late);
    *late = (struct sc_shift_late){.heads = NULL};
}

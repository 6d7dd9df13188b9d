/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/staff_reach.h"

#include "decide/staff_start.h"
#include "model/internal.h"
#include "theory/beside_demand.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOOK_FEWEST = 8, LOOK_LEAST = 16, LOOK_MOST = 2000 };
/* Contacts that show it; and those above which fewer replications do, as each shows much. */
static const double look_contacts = 1e5, look_contacts_many = 4e6;

/* More than all channels together could need of each cell. */
static void everybody(const struct sc_staff_problem *problem, const struct sc_staff_formulas *formulas, int *heads)
{
    double times = 2.0 + 4.0 * (sc_staff_load_factor(problem) - 1.0);
    for (size_t i = 0; i < problem->cell_count; i++) {
        const struct sc_staff_place *place = &problem->places[problem->cells[i].place];
        double most = 0.0;
        for (size_t c = 0; c < problem->scenario->channel_count; c++) {
            double load = 0.0;
            if (!sc_skill_for(&problem->scenario->pools[problem->cells[i].pool], c))
                continue;
            for (size_t s = 0; s < problem->a_day; s++)
                load = fmax(load, formulas[c].load_erl[problem->kinds[place->kind].first_day * problem->a_day + s]);
            most += times * load + 5.0 * sqrt(load) + 5.0;
        }
        heads[i] = (int)ceil(most);
    }
}

/* --- why --- */

static bool pool_takes(const struct sc_staff_problem *problem, size_t pool, const struct sc_staff_judge *judge)
{
    const struct sc_model_pool *p = &problem->model->pools[pool];
    for (size_t t = 0; t < p->take_count; t++)
        if ((size_t)p->takes[t].type >= judge->first_type &&
            (size_t)p->takes[t].type < judge->first_type + judge->types)
            return true;
    return false;
}

/* Share of a rule's contacts that arrive when no pool that takes them may have heads. */
static double alone_share(const struct sc_staff_problem *problem, const struct sc_staff_formulas *formulas,
                          const struct sc_staff_rule *rule)
{
    const struct sc_staff_judge *judge = &problem->judges[rule->judge];
    const struct sc_staff_piece *piece = &problem->pieces[rule->first_piece];
    double all = 0.0, alone = 0.0;
    for (size_t i = piece->first; i < piece->first + piece->intervals; i++) {
        bool may = false;
        for (size_t p = 0; p < problem->scenario->pool_count; p++)
            may = may || (problem->may[p * problem->count + i] && pool_takes(problem, p, judge));
        all += formulas[judge->channel].arrivals[i];
        alone += may ? 0.0 : formulas[judge->channel].arrivals[i];
    }
    return all > 0.0 ? alone / all : 0.0;
}

/* Share of first handlings that take longer than the target allows a first response. */
static double slow_share(const struct sc_staff_problem *problem, const struct sc_staff_judge *judge)
{
    const struct sc_type *type = &problem->model->types[judge->first_type];
    enum { DRAWS = 4096 };
    size_t slow = 0;
    for (size_t i = 0; i < DRAWS; i++)
        slow +=
            sc_draw_s(problem->model, &type->handle, sc_key(1, i), SC_FOR_HANDLE, 0.0) > type->service->target.within_s;
    return (double)slow / DRAWS;
}

/* The least wait after which a pool takes such contacts; INFINITY: none does. */
static double least_after(const struct sc_staff_problem *problem, const struct sc_staff_judge *judge)
{
    const struct sc_type *type = &problem->model->types[judge->first_type];
    double least = INFINITY;
    for (size_t r = 0; r < type->route_count; r++) {
        double after = type->routes[r].stage == 0 ? 0.0 : type->stages[type->routes[r].stage - 1].wait_s;
        least = fmin(least, after);
    }
    return least;
}

static void reason(const struct sc_staff_problem *problem, const struct sc_staff_formulas *formulas,
                   const struct sc_staff_rule *rule, char *text, size_t size)
{
    const struct sc_staff_judge *judge = &problem->judges[rule->judge];
    const struct sc_service *service = problem->model->types[judge->first_type].service;
    double after_s = least_after(problem, judge), alone = alone_share(problem, formulas, rule);
    if (isinf(after_s))
        snprintf(text, size, "no pool has a skill for it; give one");
    else if (!judge->abandon && after_s >= service->target.within_s)
        snprintf(text, size, "every pool takes it only after a wait of %g s (`after`), the target is within %g s",
                 after_s, service->target.within_s);
    else if (judge->deferred && !judge->abandon && slow_share(problem, judge) > 1.0 - judge->wanted)
        snprintf(text, size,
                 "%.0f %% of its handlings alone take longer than the %g s within which the first response "
                 "is due",
                 100.0 * slow_share(problem, judge), service->target.within_s);
    else if (alone > 0.0)
        snprintf(text, size,
                 "%.0f %% of its contacts arrive when no pool that may take them works; widen the pools' `hours`%s",
                 100.0 * alone,
                 judge->deferred ? ", let the target's `clock` stand still then, or ask for it by week" : "");
    else
        snprintf(text, size,
                 "something else than heads holds it: contacts from before it opens, a diversion from the "
                 "queue, or handling that lasts longer than the target allows");
}

static void when(const struct sc_staff_problem *problem, const struct sc_staff_rule *rule, char *text, size_t size)
{
    const struct sc_staff_piece *piece = &problem->pieces[rule->first_piece];
    long minutes = lround((double)(piece->first % problem->a_day) * problem->interval_s / 60.0);
    size_t day = piece->first / problem->a_day;
    if (piece->intervals == 1)
        snprintf(text, size, " at %02ld:%02ld of day %zu", minutes / 60, minutes % 60, day + 1);
    else if (piece->intervals < problem->count)
        snprintf(text, size, " from day %zu on", day + 1);
    else
        text[0] = '\0';
}

static enum sc_code unreachable(const struct sc_staff_problem *problem, const struct sc_staff_formulas *formulas,
                                const struct sc_staff_base *base, size_t index, struct sc_error *error)
{
    const struct sc_staff_rule *rule = &problem->rules[index];
    const struct sc_staff_judge *judge = &problem->judges[rule->judge];
    const struct sc_channel *channel = &problem->scenario->channels[judge->channel];
    char why[300], at[64], class[100] = "";
    double slack = sc_staff_slack(base, index);
    reason(problem, formulas, rule, why, sizeof why);
    when(problem, rule, at, sizeof at);
    if (judge->class_index >= 0)
        snprintf(class, sizeof class, " class \"%s\"", channel->classes[judge->class_index].name);
    if (problem->confidence > 0.0)
        return sc_error_set_at(error, SC_UNREACHABLE, channel->where.file, channel->where.line,
                               "the target of channel \"%s\"%s cannot be met with confidence %g (any number of heads "
                               "meets it in a share of %.3f%s): %s",
                               channel->name, class, problem->confidence, fmax(0.0, problem->confidence + slack), at,
                               why);
    return sc_error_set_at(
        error, SC_UNREACHABLE, channel->where.file, channel->where.line,
        "the target of channel \"%s\"%s cannot be reached (any number of heads gives %s %.3f instead "
        "of %g%s): %s",
        channel->name, class,
        judge->abandon ? "an abandonment of"
                       : "a share in time "
                         "of",
        judge->abandon ? judge->wanted - slack : fmax(0.0, judge->wanted + slack), judge->wanted, at, why);
}

/* How many replications of so many contacts each. */
static size_t looks(double each)
{
    double least = fmin(LOOK_LEAST, fmax(LOOK_FEWEST, look_contacts_many / each));
    return (size_t)fmin(LOOK_MOST, fmax(least, look_contacts / each));
}

enum sc_code sc_staff_reach(struct sc_staff_player *player, const struct sc_staff_formulas *formulas, double *contacts,
                            struct sc_error *error)
{
    const struct sc_staff_problem *problem = player->problem;
    struct sc_staff_base base;
    enum sc_code code = sc_staff_base_init(&base, problem, error);
    if (code != SC_OK)
        return code;
    everybody(problem, formulas, base.heads);
    sc_staff_base_set(&base, problem, base.heads);
    double before = player->contacts;
    code = sc_staff_play(player, &base, 4, error);
    double each = fmax(1.0, (player->contacts - before) / 4.0);
    if (code == SC_OK)
        code = sc_staff_play(player, &base, looks(each), error);
    size_t worst = SIZE_MAX;
    for (size_t r = 0; r < problem->rule_count && code == SC_OK; r++) {
        double slack = sc_staff_slack(&base, r);
        if (slack + 4.0 * sc_staff_slack_error(&base, r) < -1e-9 &&
            (worst == SIZE_MAX || slack < sc_staff_slack(&base, worst)))
            worst = r;
    }
    if (code == SC_OK)
        *contacts = fmax(1.0, (player->contacts - before) / (double)base.count);
    if (worst != SIZE_MAX)
        code = unreachable(problem, formulas, &base, worst, error);
    sc_staff_base_release(&base);
    sc_staff_player_reset(player);
    return code;
}

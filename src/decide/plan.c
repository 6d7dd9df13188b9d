/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The making of a plan: frame, curves, hires, the engine's verdict, repair, figures. */
#include "decide/plan_private.h"

#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A plan is not final before that round, for by then what was played tells enough. */
enum { CHOICE_PATHS = 1024, FINAL_FROM = 3 };

struct making {
    struct planner *planner;
    struct plan_view *view;
    int *counts;
    int *drafts; /* [draft_count][classes], played, but the first */
    size_t draft_count;
};

static void stopped(struct planner *planner, double share)
{
    if (planner->options.progress)
        planner->options.progress(planner->options.progress_context, share);
}

/* Mean cost of the hires of a plan. */
static double cost_of(const struct planner *planner, const int *counts)
{
    double sum = 0.0;
    for (size_t k = 0; k < planner->class_count; k++)
        if (counts[k] > 0)
            sum += counts[k] * sc_plan_class_cost(planner, k);
    return sum;
}

/* Half a month of the cheapest head: for less a plan that was played is not played again in another form. */
static double half_head_month(const struct planner *planner)
{
    double least = INFINITY;
    for (size_t i = 0; i < planner->team_count; i++)
        least = fmin(least, sc_plan_day_cost(planner, i));
    return 0.5 * SC_MONTH_DAYS * least;
}

/*
 * Takes the cheapest draft that was played and keeps every month by all that was played since, if it is hardly dearer
 * than what would now be chosen: a plan that was chosen and not played is where the curves are too high by chance.
 */
static enum sc_code settle(struct making *making, bool *final, struct sc_error *error)
{
    struct planner *planner = making->planner;
    const int *best = NULL;
    double least = cost_of(planner, making->counts) + half_head_month(planner);
    for (size_t d = 0; d < making->draft_count; d++) {
        const int *draft = making->drafts + d * planner->class_count;
        double cost = cost_of(planner, draft);
        if (cost > least)
            continue;
        enum sc_code code = sc_plan_view_all(planner, making->view, draft, error);
        if (code != SC_OK)
            return code;
        if (sc_plan_view_kept(planner, making->view, true)) {
            best = draft;
            least = cost;
        }
    }
    *final = best != NULL;
    if (best)
        memcpy(making->counts, best, planner->class_count * sizeof *best);
    return SC_OK;
}

/*
 * The cheapest hires by what is known after a round. Before the last one, what cannot be kept surely is tried without
 * that: it may be but for doubts that further paths take away.
 */
static enum sc_code choose_after(struct making *making, int round, struct sc_error *error)
{
    struct sc_error found = SC_ERROR_INIT;
    bool last_search = round >= FINAL_FROM, last = round + 1 == SC_PLAN_VERDICTS_MOST;
    enum sc_code code =
        sc_plan_hires_choose(making->planner, making->view, true, last_search, making->counts, last ? error : &found);
    if (code == SC_UNREACHABLE && !last)
        return sc_plan_hires_choose(making->planner, making->view, false, last_search, making->counts, error);
    if (code != SC_OK && !last)
        *error = found;
    return code;
}

/* Chooses, plays, mends the curves, and again, until a plan that was played will do. */
static enum sc_code choose(struct making *making, struct sc_error *error)
{
    struct planner *planner = making->planner;
    size_t classes = planner->class_count;
    bool final = false;
    making->drafts = calloc(SC_PLAN_VERDICTS_MOST * classes + 1, sizeof *making->drafts);
    enum sc_code code = making->drafts ? SC_OK : sc_error_memory(error);
    if (code == SC_OK)
        code = sc_plan_hires_choose(planner, making->view, false, false, making->counts, error);
    for (int round = 0; round < SC_PLAN_VERDICTS_MOST && code == SC_OK && !final; round++) {
        if (round > 0)
            memcpy(making->drafts + making->draft_count++ * classes, making->counts, classes * sizeof(int));
        code = sc_plan_verify(planner, making->counts, round, error);
        if (code == SC_OK)
            code = choose_after(making, round, error);
        if (code == SC_OK && round >= FINAL_FROM)
            code = settle(making, &final, error);
    }
    free(making->drafts);
    return code;
}

static enum sc_code evaluate(struct making *making, struct sc_error *error)
{
    return sc_plan_verify(making->planner, making->counts, 1, error);
}

/* The last date on which each decision can still be taken, the others as they are. */
static enum sc_code last_dates(struct making *making, struct sc_plan_outcome *outcome, struct sc_error *error)
{
    struct planner *planner = making->planner;
    enum sc_code code = sc_plan_view_all(planner, making->view, making->counts, error);
    for (size_t h = 0; h < outcome->hire_count && code == SC_OK; h++) {
        struct sc_plan_hire *hire = &outcome->hires[h];
        size_t k = 0;
        while (k < planner->class_count && (planner->teams[planner->classes[k].team].pool != hire->pool ||
                                            planner->classes[k].start_day != hire->start_day))
            k++;
        if (hire->given || k == planner->class_count)
            continue;
        const struct plan_team *team = &planner->teams[planner->classes[k].team];
        int moved = making->counts[k];
        making->counts[k] = 0;
        for (size_t later = k + 1; later < team->first_class + team->classes && code == SC_OK; later++) {
            making->counts[later] += moved;
            code = sc_plan_view_people(planner, making->view, planner->classes[k].team, making->counts, error);
            making->counts[later] -= moved;
            if (code != SC_OK || !sc_plan_view_kept(planner, making->view, false))
                break;
            hire->last_day = planner->classes[later].decide_day;
        }
        making->counts[k] = moved;
        if (code == SC_OK)
            code = sc_plan_view_people(planner, making->view, planner->classes[k].team, making->counts, error);
    }
    return code;
}

static enum sc_code without_fill(struct making *making, struct sc_plan *plan, struct sc_error *error)
{
    struct planner *planner = making->planner;
    size_t given[SC_PLAN_TEAMS_MOST];
    for (size_t i = 0; i < planner->team_count; i++) {
        given[i] = planner->teams[i].given_count;
        planner->teams[i].given_count = 0;
    }
    plan->misses = sc_arena_array(&planner->arena, planner->party_count, sizeof *plan->misses);
    enum sc_code code = plan->misses ? sc_plan_outcome_fill(planner, NULL, &plan->without, plan->misses, error)
                                     : sc_error_memory(error);
    for (size_t i = 0; i < planner->team_count; i++)
        planner->teams[i].given_count = given[i];
    return code;
}

static enum sc_code figures_fill(struct making *making, struct sc_plan *plan, struct sc_error *error)
{
    struct planner *planner = making->planner;
    bool chosen = planner->options.mode != SC_PLAN_EVALUATE;
    plan->scenario = planner->scenario;
    plan->seed = planner->seed;
    plan->optimised = chosen;
    plan->confidence = planner->confidence;
    plan->first_day = planner->first_day;
    plan->end_day = planner->end_day;
    plan->parties = planner->parties;
    plan->party_count = planner->party_count;
    plan->targets = planner->targets;
    plan->target_count = planner->target_count;
    plan->month_count = planner->month_count;
    plan->engine_paths = planner->evidence.paths;
    enum sc_code code = sc_plan_outcome_fill(planner, making->counts, &plan->plan, NULL, error);
    if (code == SC_OK && chosen)
        code = last_dates(making, &plan->plan, error);
    if (code == SC_OK)
        code = without_fill(making, plan, error);
    if (code == SC_OK && planner->options.levers)
        code = sc_plan_levers_fill(planner, making->view, making->counts, plan, error);
    plan->contacts_simulated = planner->contacts_simulated;
    return code;
}

static enum sc_code make(struct planner *planner, struct sc_plan *plan, struct sc_error *error)
{
    struct making making = {.planner = planner};
    enum sc_code code = sc_plan_frame_build(planner, error);
    if (code == SC_OK)
        code = sc_plan_curves_build(planner, error);
    if (code != SC_OK)
        return code;
    making.counts = calloc(planner->class_count + 1, sizeof *making.counts);
    size_t paths = sc_plan_view_paths(planner, CHOICE_PATHS);
    code = making.counts ? sc_plan_view_new(planner, paths, sc_key(planner->seed, 0xc401c), &making.view, error)
                         : sc_error_memory(error);
    if (code == SC_OK)
        code = planner->options.mode == SC_PLAN_EVALUATE ? evaluate(&making, error) : choose(&making, error);
    if (code == SC_OK)
        code = figures_fill(&making, plan, error);
    stopped(planner, 1.0);
    sc_plan_view_free(planner, making.view);
    free(making.counts);
    return code;
}

enum sc_code sc_plan_make(const struct sc_scenario *scenario, const struct sc_plan_options *options,
                          struct sc_plan **plan, struct sc_error *error)
{
    struct sc_plan *made = calloc(1, sizeof *made);
    struct planner *planner = calloc(1, sizeof *planner);
    enum sc_code code = made && planner ? SC_OK : sc_error_memory(error);
    if (code == SC_OK) {
        planner->scenario = scenario;
        planner->options = *options;
        planner->seed = options->seed_given ? options->seed : scenario->seed;
        planner->arena = SC_ARENA_INIT;
        code = make(planner, made, error);
        sc_plan_engine_free(planner->engine);
        planner->engine = NULL;
        made->memory = planner;
    }
    if (code == SC_OK) {
        *plan = made;
        return SC_OK;
    }
    if (planner)
        sc_arena_release(&planner->arena);
    free(planner);
    free(made);
    return code;
}

void sc_plan_free(struct sc_plan *plan)
{
    if (!plan)
        return;
    struct planner *planner = plan->memory;
    sc_arena_release(&planner->arena);
    free(planner);
    free(plan);
}

bool sc_plan_kept(const struct sc_plan *plan)
{
    return plan->plan.first_missed < 0;
}

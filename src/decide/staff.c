/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/staff.h"

#include "base/random.h"
#include "decide/staff_reach.h"
#include "decide/staff_result.h"
#include "decide/staff_search.h"
#include "decide/staff_start.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

/* Contacts simulated for each place that has demand, in the search; a period longer than an interval shows its figure
   with fewer. */
static const double contacts_a_place = 0.6e5, contacts_a_place_long = 3e4, contacts_least = 1e6;
/* … and at the most in one play of all, where places are many. */
static const double contacts_play_most = 5e6;
/* Standard error that the figures of a channel shall have where they are near the target, but for no more than so many
   times the replications: where they are seen dimly the search goes to what is too good by chance. */
static const double search_error = 0.0105, times_for_error = 2.0, near_target = 0.1;
/* With a confidence: standard error of the share of periods that meet the target. */
static const double confidence_error = 0.0025;
/* How far below its bound a rule may be on numbers that the search has not seen: this, and so many standard errors. */
static const double check_share = 0.005, check_errors = 3.0;
/* A flexible pool gets this share of the load of a channel that has specialists too. */
static const double flexible_start = 0.5;

/* Plays of a whole staffing that a search may take, for each pool at the place with most of them, and two more: usual
   are a fifth to a third of that. */
static const double plays_a_pool = 30.0;
/* … nor more contacts than this; a confidence, which takes thousands of days to show, is worth more. */
static const double contacts_search_most = 2e8, contacts_confident_most = 1.2e9;

enum { ROUNDS_MOST = 4, REPLICATIONS_LEAST = 64, COARSE_PART = 4, COARSE_LEAST = 64 };

/* Seeds of the second and third set of numbers. */
static uint64_t seed_of(uint64_t seed, uint64_t set)
{
    return set == 0 ? seed : sc_key(sc_key_name(seed, "held out"), set);
}

/* --- how many replications --- */

/* Places in which contacts of a judged channel arrive. */
static size_t busy_places(const struct sc_staff_problem *problem, const struct sc_staff_formulas *formulas)
{
    size_t busy = 0;
    for (size_t i = 0; i < problem->place_count; i++) {
        const struct sc_staff_place *place = &problem->places[i];
        size_t at = problem->kinds[place->kind].first_day * problem->a_day + place->slot;
        bool any = false;
        for (size_t c = 0; c < problem->scenario->channel_count; c++)
            any = any ||
                  (formulas[c].judged && problem->channel_group[c] == place->group && formulas[c].arrivals[at] > 0.0);
        busy += any;
    }
    return busy;
}

static size_t replications_wanted(const struct sc_staff_problem *problem, const struct sc_staff_formulas *formulas,
                                  const struct sc_staff_options *options, double contacts)
{
    if (options->replications > 0)
        return options->replications;
    if (contacts <= 1.0) /* next to nobody comes: there is nothing to be exact about */
        return REPLICATIONS_LEAST;
    double a_place = problem->per == SC_STAFF_INTERVAL ? contacts_a_place : contacts_a_place_long;
    double wanted = fmax(contacts_least, fmin(contacts_play_most, a_place * (double)busy_places(problem, formulas)));
    wanted /= contacts;
    if (problem->confidence > 0.0) {
        size_t pieces = SIZE_MAX;
        for (size_t r = 0; r < problem->rule_count; r++)
            pieces = problem->rules[r].pieces < pieces ? problem->rules[r].pieces : pieces;
        double trials = problem->confidence * (1.0 - problem->confidence) / (confidence_error * confidence_error);
        wanted = fmax(wanted, trials / (double)pieces);
    }
    return (size_t)ceil(fmax(REPLICATIONS_LEAST, wanted));
}

/* Replications by which the figures of the dimmest judge have the wanted standard error, as those so far tell: by the
   mean variance of its rules that are near their bound. */
static double replications_for_error(const struct sc_staff_problem *problem, const struct sc_staff_base *base)
{
    double most = 0.0;
    for (size_t j = 0; j < problem->judge_count; j++) {
        double sum = 0.0, n = 0.0;
        for (size_t r = 0; r < problem->rule_count; r++) {
            if (problem->rules[r].judge != j || !(sc_staff_slack(base, r) < near_target))
                continue;
            double error = sc_staff_slack_error(base, r);
            sum += error * error;
            n++;
        }
        most = n > 0.0 ? fmax(most, sum / n) : most;
    }
    return (double)base->count * most / (search_error * search_error);
}

/* --- search and check --- */

struct find {
    struct sc_staff_problem problem;
    struct sc_staff_player player;
    struct sc_staff_search search;
    struct sc_staff_base held_out;
    int *start;
};

static void stage_set(struct find *find, enum sc_staff_stage stage)
{
    find->player.stage = stage;
}

/* Is a target short on numbers that the search has not seen, by more than chance and what is forgiven? */
static bool falls_short(const struct sc_staff_problem *problem, const struct sc_staff_base *held_out)
{
    for (size_t r = 0; r < problem->rule_count; r++)
        if (sc_staff_slack(held_out, r) + check_share + check_errors * sc_staff_slack_error(held_out, r) < 0.0)
            return true;
    return false;
}

/* Contacts that a search by so many replications may take. */
static double contacts_most(const struct find *find, const struct sc_staff_options *options, double contacts)
{
    size_t most = 0;
    for (size_t p = 0; p < find->problem.place_count; p++)
        most = find->problem.places[p].cells > most ? find->problem.places[p].cells : most;
    if (options->contacts_most > 0.0)
        return options->contacts_most;
    return fmin(find->problem.confidence > 0.0 ? contacts_confident_most : contacts_search_most,
                plays_a_pool * (2.0 + (double)most) * contacts);
}

/* From now on, with plays of so many contacts. */
static void budget_set(struct find *find, const struct sc_staff_options *options, double play_contacts)
{
    find->search.play_contacts = play_contacts;
    find->search.until = find->player.contacts + contacts_most(find, options, play_contacts);
}

/* Searches, checks, and searches with twice the replications where the check says so. *round: how many searches. */
static enum sc_code search_rounds(struct find *find, const struct sc_staff_options *options, size_t replications,
                                  double contacts, struct sc_staff *staff, struct sc_error *error)
{
    size_t coarse = replications / COARSE_PART > COARSE_LEAST ? replications / COARSE_PART : COARSE_LEAST;
    coarse = coarse < replications ? coarse : replications;
    uint64_t seed = find->player.seed;
    budget_set(find, options, contacts * (double)replications);
    enum sc_code code = sc_staff_search_coarse(&find->search, find->start, coarse, error);
    if (code == SC_OK && options->replications == 0 && find->problem.confidence <= 0.0) {
        double wanted = fmin(times_for_error * (double)replications,
                             replications_for_error(&find->problem, &find->search.now));
        if (wanted > (double)replications) {
            replications = (size_t)ceil(wanted);
            budget_set(find, options, contacts * (double)replications);
        }
    }
    for (staff->rounds = 1; code == SC_OK; staff->rounds++, replications *= 2) {
        stage_set(find, SC_STAFF_SEARCHES);
        if (staff->rounds > 1)
            budget_set(find, options, contacts * (double)replications);
        code = sc_staff_search_fine(&find->search, replications, error);
        if (code != SC_OK)
            break;
        staff->stopped = find->search.stopped;
        staff->contacts_searched = find->player.contacts;
        stage_set(find, SC_STAFF_CHECKS);
        find->player.seed = staff->seed = seed_of(seed, staff->rounds);
        sc_staff_player_reset(&find->player);
        sc_staff_base_set(&find->held_out, &find->problem, find->search.now.heads);
        code =
            sc_staff_play(&find->player, &find->held_out, options->held_out ? options->held_out : replications, error);
        find->player.seed = seed;
        sc_staff_player_reset(&find->player);
        if (staff->stopped || options->replications > 0 || staff->rounds == ROUNDS_MOST ||
            !falls_short(&find->problem, &find->held_out))
            break;
    }
    staff->replications = replications;
    return code;
}

static enum sc_code find_all(struct find *find, const struct sc_staff_options *options, struct sc_staff *staff,
                             struct sc_error *error)
{
    const struct sc_staff_problem *problem = &find->problem;
    double contacts = 1.0;
    enum sc_code code = sc_staff_formulas(problem, staff->memory, staff->formulas, error);
    if (code == SC_OK)
        code = sc_staff_player_init(&find->player, problem, options, error);
    if (code == SC_OK)
        code = sc_staff_reach(&find->player, staff->formulas, &contacts, error);
    if (code == SC_OK)
        code = sc_staff_search_init(&find->search, problem, &find->player, error);
    if (code == SC_OK)
        code = sc_staff_base_init(&find->held_out, problem, error);
    find->start = calloc(problem->cell_count + 1, sizeof *find->start);
    if (code == SC_OK && !find->start)
        code = sc_error_memory(error);
    if (code == SC_OK)
        code =
            sc_staff_start(problem, staff->formulas, flexible_start, sc_staff_load_factor(problem), find->start, error);
    if (code == SC_OK)
        code = search_rounds(find, options, replications_wanted(problem, staff->formulas, options, contacts), contacts,
                             staff, error);
    stage_set(find, SC_STAFF_REPORTS);
    if (code == SC_OK)
        code = sc_staff_verdicts(staff, problem, &find->held_out, check_share, error);
    if (code == SC_OK)
        code = sc_staff_fill(staff, problem, find->search.now.heads, find->start, error);
    if (code == SC_OK)
        code = sc_staff_figures(staff, staff->model, options, staff->seed, error);
    if (code == SC_OK)
        code = sc_staff_notes(staff, problem, error);
    staff->contacts_simulated = find->player.contacts + (staff->result ? staff->result->contacts_simulated : 0.0);
    return code;
}

enum sc_code sc_staff_find(const struct sc_model *model, const struct sc_staff_options *options,
                           struct sc_staff **staff, struct sc_error *error)
{
    struct find find = {.start = NULL};
    struct sc_staff *made = NULL;
    double begin = omp_get_wtime();
    enum sc_code code = sc_staff_problem_init(&find.problem, model, options, error);
    if (code == SC_OK)
        code = sc_staff_new(&find.problem, options, &made, error);
    if (code == SC_OK)
        code = find_all(&find, options, made, error);
    if (code == SC_OK) {
        made->wall_s = omp_get_wtime() - begin;
        *staff = made;
    } else {
        sc_staff_free(made);
    }
    free(find.start);
    sc_staff_base_release(&find.held_out);
    sc_staff_search_release(&find.search);
    sc_staff_player_release(&find.player);
    sc_staff_problem_release(&find.problem);
    return code;
}

/* --- judging what is there --- */

static enum sc_code judge_all(struct find *find, const struct sc_model *model, const struct sc_staff_options *options,
                              struct sc_staff *staff, struct sc_error *error)
{
    const struct sc_staff_problem *problem = &find->problem;
    size_t replications = options->held_out;
    double contacts = 1.0;
    enum sc_code code = sc_staff_formulas(problem, staff->memory, staff->formulas, error);
    if (code == SC_OK)
        code = sc_staff_player_init(&find->player, problem, options, error);
    if (code == SC_OK)
        code = sc_staff_base_init(&find->held_out, problem, error);
    stage_set(find, SC_STAFF_REPORTS);
    staff->seed = find->player.seed = seed_of(find->player.seed, 1);
    if (code == SC_OK && replications == 0) {
        code = sc_staff_play_as_is(&find->player, &find->held_out, 4, error);
        contacts = fmax(1.0, find->player.contacts / 4.0);
        replications = replications_wanted(problem, staff->formulas, options, contacts);
    }
    if (code == SC_OK)
        code = sc_staff_play_as_is(&find->player, &find->held_out, replications, error);
    if (code == SC_OK)
        code = sc_staff_verdicts(staff, problem, &find->held_out, 0.0, error);
    if (code == SC_OK)
        code = sc_staff_figures(staff, model, options, staff->seed, error);
    return code;
}

enum sc_code sc_staff_judge(const struct sc_model *model, const struct sc_staff_options *options,
                            struct sc_staff **staff, struct sc_error *error)
{
    struct find find = {.start = NULL};
    struct sc_staff *made = NULL;
    double begin = omp_get_wtime();
    enum sc_code code = sc_staff_problem_init(&find.problem, model, options, error);
    if (code == SC_OK)
        code = sc_staff_new(&find.problem, options, &made, error);
    if (code == SC_OK)
        code = judge_all(&find, model, options, made, error);
    if (code == SC_OK) {
        made->wall_s = omp_get_wtime() - begin;
        *staff = made;
    } else {
        sc_staff_free(made);
    }
    sc_staff_base_release(&find.held_out);
    sc_staff_player_release(&find.player);
    sc_staff_problem_release(&find.problem);
    return code;
}

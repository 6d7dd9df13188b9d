/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/shifts_trial.h"

#include "decide/staff_player.h"
#include "staffcast/model.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { TRIES_MOST = 400, LEAST_PLAYS = 24, MOST_PLAYS = 600, EARLY_PART = 4, EARLY_LEAST = 8 };
/* Contacts of one try, and of all. */
static const double try_contacts = 4e5, all_contacts = 6e7;
/* Standard errors by which a single period must be short to be taken for it. */
static const double short_errors = 2;
/* Standard errors by which the first replications must show too much missed for the others to be left out. */
static const double early_errors = 4;
static const float nothing = 1e-4F;

/* --- plans that stayed --- */

static enum sc_code restore(struct sc_shift_trial *trial, size_t number, struct sc_error *error)
{
    struct sc_shift_plan *plan = trial->roster->plan, view = *plan;
    struct sc_shift_plan_pool *pools = NULL;
    view.pools = trial->stayed[number];
    enum sc_code code = sc_shift_pools_copy(&view, &pools, error);
    if (code != SC_OK)
        return code;
    sc_shift_pools_free(plan, plan->pools);
    plan->pools = pools;
    return SC_OK;
}

enum sc_code sc_shift_trial_undo(struct sc_shift_trial *trial, struct sc_error *error)
{
    return restore(trial, trial->taken, error);
}

/* --- playing --- */

/* By how much a period of its own is short, for certain: days that a rule takes together may have other shifts. */
static double piece_short(const struct sc_staff_problem *problem, const struct sc_staff_base *base, size_t piece)
{
    double value = 0, weight = 0, square = 0;
    for (size_t n = 0; n < base->count; n++) {
        float surplus = base->piece_surplus[n * problem->piece_count + piece];
        float of = base->piece_base[n * problem->piece_count + piece];
        double v = sc_staff_piece_value(problem, surplus, of);
        value += v;
        square += v * v;
        weight += problem->confidence > 0 ? of > 0 : of;
    }
    double error = sqrt(fmax(0, square - value * value / (double)base->count));
    return weight > 0 ? fmax(0, -(value + short_errors * error) / weight) : 0;
}

static double badness_of(const struct sc_staff_problem *problem, const struct sc_staff_base *base)
{
    double badness = 0;
    for (size_t r = 0; r < problem->rule_count; r++)
        badness += fmax(0, -sc_staff_slack(base, r));
    for (size_t i = 0; i < problem->piece_count; i++)
        badness += piece_short(problem, base, i);
    return badness;
}

/* The value of a rule in a replication, from surpluses by interval. Without contacts a period counts as met. */
static double rule_value(const struct sc_staff_problem *problem, size_t rule, const float *surplus)
{
    const struct sc_staff_rule *of = &problem->rules[rule];
    double value = 0;
    for (size_t i = of->first_piece; i < of->first_piece + of->pieces; i++) {
        const struct sc_staff_piece *piece = &problem->pieces[i];
        const float *here = surplus + of->judge * problem->count + piece->first;
        float sum = 0;
        for (size_t k = 0; k < piece->intervals; k++)
            sum += here[k];
        value += problem->confidence > 0 ? (sum >= -nothing) - problem->confidence : sum;
    }
    return value;
}

/* By how much a rule holds in all replications of the plan that stayed last. */
static double slack_before(const struct sc_shift_trial *trial, const struct sc_staff_problem *problem, size_t rule,
                           double weight)
{
    size_t judged = problem->judge_count * problem->count;
    double sum = 0;
    for (size_t i = 0; i < trial->plays; i++)
        sum += rule_value(problem, rule, trial->surplus + i * judged);
    return sum / (double)trial->plays / weight;
}

/* Do the replications so far show that more will be missed than may be? They are told from those of the plan that
   stayed last on the same numbers, of which all are known: change[i] is what replication i adds to what is short. */
static bool clearly_missed(const struct sc_shift_trial *trial, const struct sc_staff_problem *problem,
                           const struct sc_staff_base *base, double *change)
{
    size_t judged = problem->judge_count * problem->count;
    double n = (double)base->count, missed = 0, sum = 0, square = 0;
    for (size_t i = 0; i < base->count; i++)
        change[i] = 0;
    for (size_t r = 0; r < problem->rule_count; r++) {
        double weight = base->weight[r] / n;
        if (!(weight > 0))
            continue;
        double before = slack_before(trial, problem, r, weight), mean = 0;
        for (size_t pass = 0; pass < 2; pass++)
            for (size_t i = 0; i < base->count && (pass == 0 || before + mean < 0); i++) {
                double here = rule_value(problem, r, base->surplus + i * judged);
                here = (here - rule_value(problem, r, trial->surplus + i * judged)) / weight;
                *(pass == 0 ? &mean : &change[i]) += pass == 0 ? here / n : here;
            }
        missed += fmax(0, -(before + mean));
    }
    for (size_t i = 0; i < base->count; i++) {
        sum += change[i];
        square += change[i] * change[i];
    }
    return missed - early_errors * sqrt(fmax(0, square / n - sum / n * sum / n) / n) > trial->badness + 1e-12;
}

static void tell(void *context, enum sc_staff_stage stage, double done)
{
    const struct sc_staff_options *options = context;
    (void)stage;
    options->progress(options->progress_context, SC_STAFF_TRIMS, done);
}

/* How far all rules together are from holding: 0 where they all hold, INFINITY where that is clear early. */
static enum sc_code play(struct sc_shift_trial *trial, struct sc_staff_base *base, struct sc_staff_problem *problem,
                         const struct sc_staff_options *options, double *badness, struct sc_error *error)
{
    struct sc_staff_player player = {0};
    size_t early = trial->plays / EARLY_PART > EARLY_LEAST ? trial->plays / EARLY_PART : EARLY_LEAST;
    double *change = malloc(trial->plays * sizeof *change);
    bool clear = false;
    enum sc_code code = sc_staff_player_init(&player, problem, options, error);
    if (code == SC_OK && change == NULL)
        code = sc_error_memory(error);
    player.contacts = trial->contacts;
    *badness = INFINITY;
    for (; code == SC_OK && trial->surplus != NULL && !clear && early < trial->plays; early *= 2) {
        code = sc_staff_play_as_is(&player, base, early, error);
        clear = code == SC_OK && clearly_missed(trial, problem, base, change);
    }
    if (code == SC_OK && !clear) {
        code = sc_staff_play_as_is(&player, base, trial->plays, error);
        if (code == SC_OK)
            *badness = badness_of(problem, base);
    }
    free(change);
    trial->contacts = player.contacts;
    trial->tries++;
    sc_staff_player_release(&player);
    return code;
}

static enum sc_code stay(struct sc_shift_trial *trial, struct sc_staff_base *base, double badness,
                         struct sc_error *error)
{
    size_t number = trial->surplus == NULL ? 0 : trial->taken + 1;
    enum sc_code code = sc_shift_pools_copy(trial->roster->plan, &trial->stayed[number], error);
    if (code != SC_OK)
        return code;
    trial->taken = number;
    trial->badness = badness;
    free(trial->surplus);
    trial->surplus = base->surplus;
    base->surplus = NULL;
    return SC_OK;
}

struct sc_staff_options sc_shift_trial_options(const struct sc_shift_trial *trial)
{
    struct sc_staff_options options = *trial->options;
    uint64_t seed = options.seed_given ? options.seed : trial->scenario->seed;
    options.seed = seed ^ UINT64_C(0x9e3779b97f4a7c15);
    options.seed_given = true;
    options.progress = trial->options->progress != NULL ? tell : NULL;
    options.progress_context = (void *)trial->options;
    return options;
}

enum sc_code sc_shift_trial_play(struct sc_shift_trial *trial, bool *stays, struct sc_error *error)
{
    struct sc_staff_problem problem;
    struct sc_staff_base base = {0};
    struct sc_staff_options options = sc_shift_trial_options(trial);
    double badness = INFINITY;
    *stays = false;
    if (sc_shift_roster_build(trial->roster, trial->model, error) != SC_OK)
        return error->code;
    enum sc_code code = sc_staff_problem_init(&problem, trial->roster->model, &options, error);
    if (code == SC_OK)
        code = sc_staff_base_init(&base, &problem, error);
    if (code == SC_OK)
        code = play(trial, &base, &problem, &options, &badness, error);
    *stays = code == SC_OK && (trial->surplus == NULL || badness <= trial->badness + 1e-12);
    if (*stays)
        code = stay(trial, &base, badness, error);
    else if (code == SC_OK)
        code = sc_shift_trial_undo(trial, error);
    sc_staff_base_release(&base);
    sc_staff_problem_release(&problem);
    return code;
}

bool sc_shift_trial_goes_on(const struct sc_shift_trial *trial)
{
    return trial->tries < TRIES_MOST && trial->contacts < all_contacts;
}

enum sc_code sc_shift_trial_init(struct sc_shift_trial *trial, struct sc_shift_roster *roster,
                                 const struct sc_model *model, const struct sc_staff_options *options,
                                 struct sc_error *error)
{
    const struct sc_result *result = roster->judged->result;
    double each = result->contacts_simulated / (double)result->replications;
    bool stays;
    *trial = (struct sc_shift_trial){
        .roster = roster, .model = model, .options = options, .scenario = sc_model_scenario(model)};
    trial->plays = (size_t)fmin(MOST_PLAYS, fmax(LEAST_PLAYS, try_contacts / fmax(1, each)));
    trial->stayed = calloc(TRIES_MOST + 2, sizeof(struct sc_shift_plan_pool *));
    if (trial->stayed == NULL)
        return sc_error_memory(error);
    sc_staff_free(roster->judged);
    roster->judged = NULL;
    return sc_shift_trial_play(trial, &stays, error);
}

void sc_shift_trial_release(struct sc_shift_trial *trial)
{
    for (size_t i = 0; trial->stayed != NULL && i < TRIES_MOST + 2; i++)
        sc_shift_pools_free(trial->roster->plan, trial->stayed[i]);
    free(trial->stayed);
    free(trial->surplus);
    *trial = (struct sc_shift_trial){.roster = NULL};
}

/* --- judging --- */

static enum sc_code judge_as(struct sc_shift_trial *trial, size_t number, bool *holds, struct sc_error *error)
{
    struct sc_shift_roster *roster = trial->roster;
    enum sc_code code = restore(trial, number, error);
    sc_staff_free(roster->judged);
    roster->judged = NULL;
    if (code == SC_OK)
        code = sc_shift_roster_judge(roster, trial->model, trial->options, error);
    *holds = code == SC_OK && roster->judged->missed == 0;
    return code;
}

/* The first of all held before. */
enum sc_code sc_shift_trial_judge(struct sc_shift_trial *trial, struct sc_error *error)
{
    size_t borne = 0, beyond = trial->taken + 1, judged = SIZE_MAX;
    enum sc_code code = SC_OK;
    bool holds;
    for (size_t next = trial->taken; code == SC_OK && borne + 1 < beyond; next = borne + (beyond - borne) / 2) {
        code = judge_as(trial, next, &holds, error);
        judged = next;
        if (holds)
            borne = next;
        else
            beyond = next;
    }
    if (code == SC_OK && judged != borne)
        code = judge_as(trial, borne, &holds, error);
    trial->taken = borne;
    return code;
}

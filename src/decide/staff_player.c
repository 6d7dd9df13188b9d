/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/staff_player.h"

#include "estimate/loop.h"
#include "model/internal.h"
#include "staffcast/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- models with heads of their own --- */

static void models_release(struct sc_staff_player *player)
{
    for (size_t i = 0; i < player->model_count; i++)
        sc_model_free(player->models[i]);
    free(player->models);
    player->models = NULL;
    player->model_count = 0;
}

enum sc_code sc_staff_player_init(struct sc_staff_player *player, const struct sc_staff_problem *problem,
                                  const struct sc_staff_options *options, struct sc_error *error)
{
    *player = (struct sc_staff_player){.problem = problem,
                                       .seed = options->seed_given ? options->seed : problem->scenario->seed,
                                       .threads = options->threads,
                                       .progress = options->progress,
                                       .progress_context = options->progress_context};
    player->most = calloc(problem->scenario->pool_count + 1, sizeof *player->most);
    player->scratch = calloc(problem->scenario->pool_count * problem->count + 1, sizeof *player->scratch);
    if (player->most && player->scratch)
        return SC_OK;
    sc_staff_player_release(player);
    return sc_error_memory(error);
}

void sc_staff_player_release(struct sc_staff_player *player)
{
    models_release(player);
    free(player->most);
    free(player->scratch);
    *player = (struct sc_staff_player){.models = NULL};
}

void sc_staff_player_reset(struct sc_staff_player *player)
{
    models_release(player);
    memset(player->most, 0, player->problem->scenario->pool_count * sizeof *player->most);
}

/* Room for `count` models with such heads, and a few more. */
static enum sc_code models_ensure(struct sc_staff_player *player, const int *heads, size_t count,
                                  struct sc_error *error)
{
    const struct sc_staff_problem *problem = player->problem;
    bool wider = false;
    for (size_t i = 0; i < problem->cell_count; i++) {
        int *most = &player->most[problem->cells[i].pool];
        int wanted = heads[i] + 4; /* moves add a few */
        if (wanted > *most) {
            *most = wanted + wanted / 8;
            wider = true;
        }
    }
    if (wider)
        models_release(player);
    if (player->model_count >= count)
        return SC_OK;
    struct sc_model **models = realloc(player->models, count * sizeof *models);
    if (!models)
        return sc_error_memory(error);
    player->models = models;
    enum sc_code code = SC_OK;
    while (player->model_count < count && code == SC_OK) {
        code = sc_model_restaff(problem->model, player->most, &models[player->model_count], error);
        if (code != SC_OK)
            break;
        models[player->model_count]->watched = false; /* nobody asks how it comes through its events */
        sc_model_set_seed(models[player->model_count++], player->seed);
    }
    return code;
}

static void heads_set(struct sc_staff_player *player, struct sc_model *model, const int *heads)
{
    const struct sc_staff_problem *problem = player->problem;
    model->stop_s = problem->model->stop_s;
    sc_staff_spread(problem, heads, player->scratch);
    for (size_t p = 0; p < problem->scenario->pool_count; p++)
        sc_model_set_heads(model, p, player->scratch + p * problem->count);
}

/* --- playing --- */

/* What one replication brings: of each judge and interval. */
struct brought {
    double contacts;
    float *surplus, *base; /* [judges * intervals] */
};

struct hand {
    struct sc_workspace *workspace;
    struct sc_replication *replication;
    struct sc_intervals intervals;
};

/* Replications from .. to - 1 of some variants; number n is variant n mod variants of replication from + n / variants.
 */
struct play {
    struct sc_staff_player *player;
    size_t from, variants;
    void (*take)(struct play *play, size_t variant, size_t replication, const struct brought *brought);
    struct sc_staff_base *base;
    const struct sc_staff_base *beside; /* of the moves */
    struct sc_staff_move **by_trial;
    const size_t *trial_first; /* [variants + 1] in by_trial */
};

static void hand_free(void *context, void *scratch)
{
    struct hand *hand = scratch;
    (void)context;
    if (!hand)
        return;
    sc_workspace_free(hand->workspace);
    sc_replication_free(hand->replication);
    free(hand->intervals.channel);
    free(hand);
}

static enum sc_code hand_new(void *context, void **scratch, struct sc_error *error)
{
    const struct play *play = context;
    const struct sc_model *model = play->player->models[0];
    struct hand *hand = calloc(1, sizeof *hand);
    if (!hand)
        return sc_error_memory(error);
    hand->intervals.count = play->player->problem->count;
    hand->intervals.by_type = true;
    hand->intervals.counts_only = true; /* all that the judges ask for */
    hand->intervals.channel = calloc(model->type_count * hand->intervals.count + 1, sizeof *hand->intervals.channel);
    enum sc_code code = hand->intervals.channel ? SC_OK : sc_error_memory(error);
    if (code == SC_OK)
        code = sc_workspace_new(model, &hand->workspace, error);
    if (code == SC_OK)
        code = sc_replication_new(model, &hand->replication, error);
    if (code == SC_OK)
        *scratch = hand;
    else
        hand_free(context, hand);
    return code;
}

static void brought_free(void *context, void *brought)
{
    struct brought *b = brought;
    (void)context;
    if (!b)
        return;
    free(b->surplus);
    free(b->base);
    free(b);
}

static enum sc_code brought_new(void *context, void **brought, struct sc_error *error)
{
    const struct play *play = context;
    size_t size = play->player->problem->judge_count * play->player->problem->count + 1;
    struct brought *b = calloc(1, sizeof *b);
    if (!b)
        return sc_error_memory(error);
    b->surplus = calloc(size, sizeof *b->surplus);
    b->base = calloc(size, sizeof *b->base);
    *brought = b;
    if (b->surplus && b->base)
        return SC_OK;
    brought_free(context, b);
    return sc_error_memory(error);
}

static void cell_add(struct sc_interval_cell *sum, const struct sc_interval_cell *part)
{
    int64_t *to = (int64_t *)sum;
    const int64_t *from = (const int64_t *)part;
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        to[i] += from[i];
}

/* Surpluses from the sums by type and interval. */
static void judge_all(const struct sc_staff_problem *problem, const struct sc_intervals *intervals,
                      struct brought *brought)
{
    for (size_t j = 0; j < problem->judge_count; j++) {
        const struct sc_staff_judge *judge = &problem->judges[j];
        for (size_t i = 0; i < problem->count; i++) {
            struct sc_interval_cell sum = intervals->channel[judge->first_type * problem->count + i];
            for (size_t t = 1; t < judge->types; t++)
                cell_add(&sum, &intervals->channel[(judge->first_type + t) * problem->count + i]);
            double surplus, base;
            sc_staff_judge_sum(judge, &sum, &surplus, &base);
            brought->surplus[j * problem->count + i] = (float)surplus;
            brought->base[j * problem->count + i] = (float)base;
        }
    }
}

static enum sc_code play_one(void *context, void *scratch, size_t number, void *brought, struct sc_error *error)
{
    const struct play *play = context;
    const struct sc_staff_problem *problem = play->player->problem;
    struct hand *hand = scratch;
    struct brought *b = brought;
    const struct sc_model *model = play->player->models[number % play->variants];
    memset(hand->intervals.channel, 0, model->type_count * problem->count * sizeof *hand->intervals.channel);
    enum sc_code code = sc_simulate(model, play->from + number / play->variants, hand->workspace, hand->replication,
                                    &hand->intervals, NULL, error);
    if (code != SC_OK)
        return code;
    b->contacts = hand->replication->contacts_simulated;
    judge_all(problem, &hand->intervals, b);
    return SC_OK;
}

static enum sc_code fold_one(void *context, size_t number, void *brought, bool *more, struct sc_error *error)
{
    struct play *play = context;
    struct sc_staff_player *player = play->player;
    (void)more;
    (void)error;
    player->contacts += ((struct brought *)brought)->contacts;
    play->take(play, number % play->variants, play->from + number / play->variants, brought);
    if (player->progress)
        player->progress(player->progress_context, player->stage, player->contacts);
    return SC_OK;
}

static enum sc_code play_all(struct play *play, size_t to, struct sc_error *error)
{
    if (to <= play->from)
        return SC_OK;
    struct sc_loop loop = {.first = 0,
                           .end = (to - play->from) * play->variants,
                           .threads = play->player->threads,
                           .context = play,
                           .start = hand_new,
                           .finish = hand_free,
                           .brought_new = brought_new,
                           .brought_free = brought_free,
                           .play = play_one,
                           .fold = fold_one};
    return sc_loop_run(&loop, NULL, error);
}

/* --- a base --- */

static enum sc_code base_ensure(struct sc_staff_base *base, const struct sc_staff_problem *problem, size_t count,
                                struct sc_error *error)
{
    if (count <= base->room)
        return SC_OK;
    size_t judged = problem->judge_count * problem->count, pieces = problem->piece_count;
    float *surplus = realloc(base->surplus, count * judged * sizeof *surplus);
    base->surplus = surplus ? surplus : base->surplus;
    float *piece_surplus = realloc(base->piece_surplus, count * pieces * sizeof *piece_surplus);
    base->piece_surplus = piece_surplus ? piece_surplus : base->piece_surplus;
    float *piece_base = realloc(base->piece_base, count * pieces * sizeof *piece_base);
    base->piece_base = piece_base ? piece_base : base->piece_base;
    if (!surplus || !piece_surplus || !piece_base)
        return sc_error_memory(error);
    base->room = count;
    return SC_OK;
}

static void take_base(struct play *play, size_t variant, size_t replication, const struct brought *brought)
{
    const struct sc_staff_problem *problem = play->player->problem;
    struct sc_staff_base *base = play->base;
    size_t judged = problem->judge_count * problem->count;
    (void)variant;
    memcpy(base->surplus + replication * judged, brought->surplus, judged * sizeof *base->surplus);
    for (size_t r = 0; r < problem->rule_count; r++) {
        const struct sc_staff_rule *rule = &problem->rules[r];
        double value = 0.0, weight = 0.0;
        for (size_t i = rule->first_piece; i < rule->first_piece + rule->pieces; i++) {
            const struct sc_staff_piece *piece = &problem->pieces[i];
            const float *surplus = brought->surplus + rule->judge * problem->count + piece->first;
            const float *base_of = brought->base + rule->judge * problem->count + piece->first;
            double s = 0.0, b = 0.0;
            for (size_t k = 0; k < piece->intervals; k++) {
                s += surplus[k];
                b += base_of[k];
            }
            base->piece_surplus[replication * problem->piece_count + i] = (float)s;
            base->piece_base[replication * problem->piece_count + i] = (float)b;
            value += sc_staff_piece_value(problem, (float)s, (float)b);
            weight += problem->confidence > 0.0 ? b > 0.0 : b;
        }
        base->value[r] += value;
        base->weight[r] += weight;
        base->square[r] += value * value;
    }
    base->count = replication + 1;
}

enum sc_code sc_staff_play(struct sc_staff_player *player, struct sc_staff_base *base, size_t count,
                           struct sc_error *error)
{
    struct play play = {.player = player, .from = base->count, .variants = 1, .take = take_base, .base = base};
    enum sc_code code = base_ensure(base, player->problem, count, error);
    if (code == SC_OK)
        code = models_ensure(player, base->heads, 1, error);
    if (code != SC_OK)
        return code;
    heads_set(player, player->models[0], base->heads);
    return play_all(&play, count, error);
}

enum sc_code sc_staff_play_as_is(struct sc_staff_player *player, struct sc_staff_base *base, size_t count,
                                 struct sc_error *error)
{
    struct play play = {.player = player, .from = base->count, .variants = 1, .take = take_base, .base = base};
    enum sc_code code = base_ensure(base, player->problem, count, error);
    struct sc_model *copy = malloc(sizeof *copy), **models = malloc(sizeof *models);
    if (code == SC_OK && (!copy || !models))
        code = sc_error_memory(error);
    if (code != SC_OK) {
        free(copy);
        free(models);
        return code;
    }
    *copy = *player->problem->model;
    copy->arena = SC_ARENA_INIT;
    copy->borrows = true;
    copy->watched = false;
    sc_model_set_seed(copy, player->seed);
    models_release(player);
    models[0] = copy;
    player->models = models;
    player->model_count = 1;
    code = play_all(&play, count, error);
    models_release(player);
    return code;
}

/* --- moves --- */

/* By how much the value of a rule differs with a move: only the stretches in the window of its place count as its own
   doing. */
static double value_change(const struct play *play, const struct sc_staff_reach *reach, size_t replication,
                           const struct brought *brought)
{
    const struct sc_staff_problem *problem = play->player->problem;
    const struct sc_staff_base *beside = play->beside;
    size_t judge = problem->rules[reach->rule].judge, judged = problem->judge_count * problem->count;
    const float *with = brought->surplus + judge * problem->count;
    const float *without = beside->surplus + replication * judged + judge * problem->count;
    const float *piece_surplus = beside->piece_surplus + replication * problem->piece_count;
    const float *piece_base = beside->piece_base + replication * problem->piece_count;
    double change = 0.0;
    const struct sc_staff_stretch *s = &problem->stretches[reach->first_stretch], *end = s + reach->stretches;
    while (s < end) {
        size_t piece = s->piece;
        float difference = 0.0F;
        for (; s < end && s->piece == piece; s++)
            for (size_t i = s->from; i < s->to; i++)
                difference += with[i] - without[i];
        if (difference != 0.0F)
            change += sc_staff_piece_value(problem, piece_surplus[piece] + difference, piece_base[piece]) -
                      sc_staff_piece_value(problem, piece_surplus[piece], piece_base[piece]);
    }
    return change;
}

static void take_trial(struct play *play, size_t variant, size_t replication, const struct brought *brought)
{
    const struct sc_staff_problem *problem = play->player->problem;
    for (size_t m = play->trial_first[variant]; m < play->trial_first[variant + 1]; m++) {
        struct sc_staff_move *move = play->by_trial[m];
        const struct sc_staff_place *place = &problem->places[move->place];
        for (size_t r = 0; r < place->reaches; r++) {
            double change = value_change(play, &problem->reaches[place->first_reach + r], replication, brought);
            move->sum[r] += change;
            move->square[r] += change * change;
        }
        move->companies += (double)move->company;
        move->count++;
    }
}

/* Marks the windows of a move in a trial's calendar (a flag for each group and interval); false, and nothing is
   marked, where one is taken. */
static bool windows_take(const struct sc_staff_problem *problem, const struct sc_staff_move *move, bool *calendar)
{
    size_t from, to;
    const struct sc_staff_place *place = &problem->places[move->place];
    bool *row = calendar + place->group * problem->count;
    bool wide = move->alone && problem->group_deferred[place->group];
    for (int mark = 0; mark < 2; mark++)
        for (size_t day = problem->kinds[place->kind].first_day; day < problem->days; day++) {
            if (problem->day_kind[day] != place->kind)
                continue;
            sc_staff_window(problem, place, day, wide, &from, &to);
            for (size_t i = from; i < to; i++) {
                if (!mark && row[i])
                    return false;
                row[i] = row[i] || mark;
            }
        }
    return true;
}

/* Gives every move a trial: the first that has room for it. *trials is their number. */
static enum sc_code trials_assign(const struct sc_staff_problem *problem, struct sc_staff_move *moves, size_t count,
                                  size_t *trials, struct sc_error *error)
{
    size_t row = problem->groups * problem->count, room = 0;
    bool *calendars = NULL;
    *trials = 0;
    for (size_t m = 0; m < count; m++) {
        size_t t = 0;
        while (t < *trials && !windows_take(problem, &moves[m], calendars + t * row))
            t++;
        if (t == room) {
            bool *wider = realloc(calendars, (2 * room + 8) * row * sizeof *wider);
            if (!wider) {
                free(calendars);
                return sc_error_memory(error);
            }
            calendars = wider;
            memset(calendars + room * row, 0, (room + 8) * row * sizeof *wider);
            room = 2 * room + 8;
        }
        if (t == *trials) {
            windows_take(problem, &moves[m], calendars + t * row);
            ++*trials;
        }
        moves[m].trial = t;
    }
    free(calendars);
    return SC_OK;
}

static void trials_sort(struct sc_staff_move *moves, size_t count, struct sc_staff_move **by_trial, size_t *first,
                        size_t trials)
{
    memset(first, 0, (trials + 1) * sizeof *first);
    for (size_t m = 0; m < count; m++)
        first[moves[m].trial + 1]++;
    for (size_t t = 0; t < trials; t++)
        first[t + 1] += first[t];
    size_t at = 0;
    for (size_t t = 0; t < trials; t++)
        for (size_t m = 0; m < count; m++)
            if (moves[m].trial == t)
                by_trial[at++] = &moves[m];
}

/* The instant at which a trial has told all it can: contacts that arrived in the last window have been answered, or
   it is settled that they were late. Work that may wait is never settled. */
static double trial_end_s(const struct sc_staff_problem *problem, struct sc_staff_move **moves, size_t count)
{
    double longest_s = problem->interval_s, end_s = problem->model->end_s;
    size_t last = 0;
    for (size_t j = 0; j < problem->judge_count; j++) {
        const struct sc_staff_judge *judge = &problem->judges[j];
        longest_s = fmax(longest_s, judge->deferred ? INFINITY : problem->model->types[judge->first_type].within_s);
    }
    for (size_t m = 0; m < count; m++) {
        const struct sc_staff_place *place = &problem->places[moves[m]->place];
        for (size_t day = problem->kinds[place->kind].first_day; day < problem->days; day++) {
            size_t from, to;
            if (problem->day_kind[day] != place->kind)
                continue;
            sc_staff_window(problem, place, day, problem->group_deferred[place->group], &from, &to);
            last = to > last ? to : last;
        }
    }
    return fmin(end_s, problem->model->counted_from_s + (double)last * problem->interval_s + longest_s);
}

/* Does deferred work feel both? */
static bool in_company(const struct sc_staff_problem *problem, const struct sc_staff_move *a,
                       const struct sc_staff_move *b)
{
    const struct sc_staff_place *x = &problem->places[a->place], *y = &problem->places[b->place];
    for (size_t r = 0, s = 0; r < x->reaches && s < y->reaches;) {
        size_t of_x = problem->reaches[x->first_reach + r].rule, of_y = problem->reaches[y->first_reach + s].rule;
        if (of_x == of_y && problem->judges[problem->rules[of_x].judge].deferred)
            return true;
        r += of_x <= of_y;
        s += of_y <= of_x;
    }
    return false;
}

static void company_count(const struct sc_staff_problem *problem, struct sc_staff_move **by_trial, const size_t *first,
                          size_t trials)
{
    for (size_t t = 0; t < trials; t++)
        for (size_t m = first[t]; m < first[t + 1]; m++) {
            by_trial[m]->company = 1;
            for (size_t o = first[t]; o < first[t + 1]; o++)
                by_trial[m]->company += o != m && in_company(problem, by_trial[m], by_trial[o]);
        }
}

/* Sets the heads of all trials. */
static enum sc_code trials_set(struct sc_staff_player *player, const struct sc_staff_base *base,
                               struct sc_staff_move **by_trial, const size_t *first, size_t trials,
                               struct sc_error *error)
{
    size_t cells = player->problem->cell_count;
    int *heads = malloc((cells + 1) * sizeof *heads);
    if (!heads)
        return sc_error_memory(error);
    enum sc_code code = models_ensure(player, base->heads, trials, error);
    for (size_t t = 0; t < trials && code == SC_OK; t++) {
        memcpy(heads, base->heads, cells * sizeof *heads);
        for (size_t m = first[t]; m < first[t + 1]; m++)
            for (size_t i = 0; i < by_trial[m]->cells; i++)
                heads[by_trial[m]->cell[i]] += by_trial[m]->change[i];
        heads_set(player, player->models[t], heads);
        player->models[t]->stop_s = trial_end_s(player->problem, by_trial + first[t], first[t + 1] - first[t]);
    }
    free(heads);
    return code;
}

enum sc_code sc_staff_try(struct sc_staff_player *player, const struct sc_staff_base *base, struct sc_staff_move *moves,
                          size_t move_count, size_t from, size_t to, struct sc_error *error)
{
    const struct sc_staff_problem *problem = player->problem;
    struct sc_staff_move **by_trial = calloc(move_count + 1, sizeof *by_trial);
    size_t *first = calloc(move_count + 2, sizeof *first), trials = 0;
    enum sc_code code = by_trial && first ? SC_OK : sc_error_memory(error);
    if (code == SC_OK)
        code = trials_assign(problem, moves, move_count, &trials, error);
    if (code == SC_OK && move_count > 0) {
        trials_sort(moves, move_count, by_trial, first, trials);
        company_count(problem, by_trial, first, trials);
        struct play play = {.player = player,
                            .from = from,
                            .variants = trials,
                            .take = take_trial,
                            .beside = base,
                            .by_trial = by_trial,
                            .trial_first = first};
        code = trials_set(player, base, by_trial, first, trials, error);
        if (code == SC_OK)
            code = play_all(&play, to, error);
    }
    free(by_trial);
    free(first);
    return code;
}

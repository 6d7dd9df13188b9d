/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exchanges at a place: some heads of some pools out, fewer or cheaper ones of others in. What single heads were seen
 * to do says which are worth a try; simulation says which hold.
 */
#include "decide/staff_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Heads that change pools at most, exchanges tried at a place at most, and what the slopes may be wrong by (in margin:
   0.7 is a factor 2 in what is late). */
enum { CHANGES_MOST = 5, A_PLACE = 12 };
static const double optimism = 0.7;

/* Replications of the first look at an exchange, doubled while nothing seems to break by so many standard errors. */
enum { FIRST_LOOK = 32 };
static const double given_up_by = 1.5;

struct candidate {
    int change[SC_STAFF_CHANGES];
    double score; /* the least margin foretold */
    double saving;
};

struct listing {
    const struct sc_staff_search *search;
    size_t place;
    size_t cells;
    int change[SC_STAFF_CHANGES];
    struct candidate best[A_PLACE];
    size_t count;
};

/* The least margin that the slopes foretell of the rules within reach. */
static double foretold(const struct listing *list)
{
    const struct sc_staff_search *search = list->search;
    const struct sc_staff_place *place = &search->problem->places[list->place];
    double least = INFINITY;
    for (size_t r = 0; r < place->reaches; r++) {
        size_t rule = search->problem->reaches[place->first_reach + r].rule;
        if (!(search->now.weight[rule] > 0.0))
            continue;
        double margin = sc_staff_margin(search->problem, rule, sc_staff_slack(&search->now, rule));
        for (size_t i = 0; i < list->cells; i++) {
            size_t at = search->slopes.first[place->first_cell + i] + r;
            margin += list->change[i] * (list->change[i] > 0 ? search->slopes.gain[at] : -search->slopes.loss[at]);
        }
        least = fmin(least, margin);
    }
    return least;
}

/* Keeps the change if it is among the most promising. */
static void candidate_add(struct listing *list)
{
    const struct sc_staff_place *place = &list->search->problem->places[list->place];
    struct candidate candidate = {.score = foretold(list)};
    bool in = false;
    for (size_t i = 0; i < list->cells; i++) {
        candidate.change[i] = list->change[i];
        candidate.saving -= list->change[i] * list->search->problem->cells[place->first_cell + i].cost;
        in = in || list->change[i] > 0;
    }
    if (!in || candidate.saving <= 1e-9 * list->search->now.cost || candidate.score < -optimism)
        return;
    size_t at = list->count;
    while (at > 0 && list->best[at - 1].score < candidate.score)
        at--;
    if (at == A_PLACE)
        return;
    size_t last = list->count < A_PLACE ? list->count : A_PLACE - 1;
    memmove(&list->best[at + 1], &list->best[at], (last - at) * sizeof *list->best);
    list->best[at] = candidate;
    list->count = list->count < A_PLACE ? list->count + 1 : A_PLACE;
}

static void candidates_list(struct listing *list, size_t cell, int left)
{
    if (cell == list->cells || cell == SC_STAFF_CHANGES) {
        candidate_add(list);
        return;
    }
    const struct sc_staff_place *place = &list->search->problem->places[list->place];
    int heads = list->search->now.heads[place->first_cell + cell];
    for (int change = -(heads < left ? heads : left); change <= left; change++) {
        list->change[cell] = change;
        candidates_list(list, cell + 1, left - abs(change));
    }
    list->change[cell] = 0;
}

/* All candidates of all places as moves; *moves and *sums are the caller's to free. */
static enum sc_code moves_list(const struct sc_staff_search *search, struct sc_staff_move **moves, double **sums,
                               size_t *count, struct sc_error *error)
{
    const struct sc_staff_problem *problem = search->problem;
    size_t room = problem->place_count * A_PLACE, reaches = 0;
    for (size_t p = 0; p < problem->place_count; p++)
        reaches += problem->places[p].reaches * A_PLACE;
    *moves = calloc(room + 1, sizeof **moves);
    *sums = calloc(2 * reaches + 1, sizeof **sums);
    *count = 0;
    if (!*moves || !*sums)
        return sc_error_memory(error);
    double *sum = *sums;
    for (size_t p = 0; p < problem->place_count; p++) {
        const struct sc_staff_place *place = &problem->places[p];
        struct listing list = {.search = search, .place = p, .cells = place->cells};
        if (place->cells < 2 || place->cells > SC_STAFF_CHANGES)
            continue;
        candidates_list(&list, 0, CHANGES_MOST);
        for (size_t i = 0; i < list.count; i++) {
            struct sc_staff_move *move = &(*moves)[(*count)++];
            *move = (struct sc_staff_move){.place = p, .cells = place->cells, .cost = -list.best[i].saving};
            for (size_t c = 0; c < place->cells; c++) {
                move->cell[c] = place->first_cell + c;
                move->change[c] = list.best[i].change[c];
            }
            move->sum = sum;
            move->square = sum + place->reaches;
            sum += 2 * place->reaches;
        }
    }
    return SC_OK;
}

/* The slack of the worst rule within reach, with the move, by what was seen of it. */
static double worst_with(const struct sc_staff_search *search, const struct sc_staff_move *move)
{
    const struct sc_staff_place *place = &search->problem->places[move->place];
    double worst = INFINITY;
    for (size_t r = 0; r < place->reaches && move->count > 0; r++) {
        size_t rule = search->problem->reaches[place->first_reach + r].rule;
        if (search->now.weight[rule] > 0.0)
            worst =
                fmin(worst, sc_staff_slack(&search->now, rule) + sc_staff_move_effect(search, &search->now, move, r));
    }
    return worst;
}

/* Does some rule seem to break with the move? */
static bool hopeless(const struct sc_staff_search *search, const struct sc_staff_move *move)
{
    const struct sc_staff_place *place = &search->problem->places[move->place];
    for (size_t r = 0; r < place->reaches; r++) {
        size_t rule = search->problem->reaches[place->first_reach + r].rule;
        double with = sc_staff_slack(&search->now, rule) + sc_staff_move_effect(search, &search->now, move, r);
        if (with + given_up_by * sc_staff_move_error(search, &search->now, move, r) < 0.0)
            return true;
    }
    return false;
}

/* Looks at the moves by half of the replications, at those that break a rule by fewer; *count: how many are left. */
static enum sc_code moves_look(struct sc_staff_search *search, struct sc_staff_move *moves, size_t *count,
                               struct sc_error *error)
{
    size_t end = (search->now.count + 1) / 2, done = 0;
    enum sc_code code = SC_OK;
    while (done<end && * count> 0 && code == SC_OK) {
        size_t to = 2 * done > FIRST_LOOK ? 2 * done : FIRST_LOOK, kept = 0;
        to = to < end ? to : end;
        code = sc_staff_try(search->player, &search->now, moves, *count, done, to, error);
        for (size_t m = 0; m < *count && code == SC_OK; m++)
            if (!hopeless(search, &moves[m]))
                moves[kept++] = moves[m];
        *count = kept;
        done = to;
    }
    return code;
}

/* Takes the dearest saving that seems to hold at each place, places one after another as far as their windows do not
   share a rule; fills search->change. Returns how many. */
static size_t moves_choose(struct sc_staff_search *search, const struct sc_staff_move *moves, size_t count, bool *taken)
{
    const struct sc_staff_problem *problem = search->problem;
    size_t chosen = 0;
    memset(search->change, 0, problem->cell_count * sizeof *search->change);
    memset(taken, 0, problem->rule_count * sizeof *taken);
    for (;;) {
        const struct sc_staff_move *best = NULL;
        for (size_t m = 0; m < count; m++) {
            const struct sc_staff_place *place = &problem->places[moves[m].place];
            bool free_of = worst_with(search, &moves[m]) >= 0.0 && (!best || moves[m].cost < best->cost);
            for (size_t r = 0; r < place->reaches && free_of; r++)
                free_of = !taken[problem->reaches[place->first_reach + r].rule];
            if (free_of)
                best = &moves[m];
        }
        if (!best)
            return chosen;
        for (size_t c = 0; c < best->cells; c++)
            search->change[best->cell[c]] = best->change[c];
        for (size_t r = 0; r < problem->places[best->place].reaches; r++)
            taken[problem->reaches[problem->places[best->place].first_reach + r].rule] = true;
        chosen++;
    }
}

/* Takes back the changes within reach of a rule that is short. */
static void moves_undo(struct sc_staff_search *search)
{
    const struct sc_staff_problem *problem = search->problem;
    for (size_t p = 0; p < problem->place_count; p++) {
        const struct sc_staff_place *place = &problem->places[p];
        bool hurts = false;
        for (size_t r = 0; r < place->reaches; r++)
            hurts = hurts || sc_staff_slack(&search->other, problem->reaches[place->first_reach + r].rule) < -1e-12;
        for (size_t c = place->first_cell; c < place->first_cell + place->cells && hurts; c++)
            search->change[c] = 0;
    }
}

enum sc_code sc_staff_exchange(struct sc_staff_search *search, double *saved, struct sc_error *error)
{
    struct sc_staff_move *moves = NULL;
    double *sums = NULL;
    bool *taken = calloc(search->problem->rule_count + 1, sizeof *taken);
    size_t count = 0;
    enum sc_code code = taken ? moves_list(search, &moves, &sums, &count, error) : sc_error_memory(error);
    bool holds = false;
    *saved = 0.0;
    if (code == SC_OK)
        code = moves_look(search, moves, &count, error);
    size_t chosen = code == SC_OK ? moves_choose(search, moves, count, taken) : 0;
    while (chosen > 0 && code == SC_OK) {
        code = sc_staff_try_whole(search, 0.0, &holds, error);
        if (code != SC_OK || holds)
            break;
        moves_undo(search);
        chosen--;
    }
    if (code == SC_OK && holds && search->other.cost < search->now.cost * (1.0 - 1e-12)) {
        *saved = search->now.cost - search->other.cost;
        sc_staff_swap(search);
    }
    free(moves);
    free(sums);
    free(taken);
    return code;
}

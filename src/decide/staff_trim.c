/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking single heads away until none can go.
 *
 * What a removal does is measured beside the present heads, by as many replications as it takes to settle whether it
 * breaks a rule: a few for most, all of them for those at the edge. Some that seem to break none are taken away
 * together, and the staffing without them is played as a whole. What was seen of the other removals stands until heads
 * within reach of them change, and even then tells of those that were far from allowed.
 *
 * Deferred work feels a head for days, so removals that it can tell apart are few to a simulation. They are tried many
 * at a time nevertheless: if it bears all of them it bears each; if not, those that are in doubt are tried alone.
 */
#include "decide/staff_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Replications of the first look at a removal; each further look doubles them. As long as some were looked at less than
   LOOKS_TOGETHER times none is taken, so that many can go together. */
enum { FIRST_LOOK = 16, LOOKS_TOGETHER = 96 };
/* Removals that are taken together at first; twice as many as went the last time, or a quarter of those none of which
   did. */
enum { FIRST_BATCH = 16 };

/* Standard errors by which a move must break a rule, or keep all of them, to be settled before all replications are
   played. */
static const double settled_by = 3.5;
/* … by which a staffing as a whole must seem to break a rule to be given up. */
static const double supposed_by = 1.5;
/* … and by which it must seem to keep all to be tried as a whole. */
static const double seen_by = 1.5;
/* What several removals do together may be this many times the sum of what each does. */
static const double harder_most = 10.0;
/* A head does this part at least of what each of its company does for deferred work. */
static const double least_part = 0.3;
/* How much of what a head does may have changed since it was seen, other heads being within reach now. Where heads went
   since, one does more rather than less. */
static const double loss_changes = 0.3;

enum sc_code sc_staff_removals_init(struct sc_staff_removals *removals, const struct sc_staff_problem *problem,
                                    const size_t *first, struct sc_error *error)
{
    size_t cells = problem->cell_count;
    *removals = (struct sc_staff_removals){.moves = calloc(cells + 1, sizeof *removals->moves),
                                           .sums = calloc(2 * first[cells] + 1, sizeof *removals->sums),
                                           .beside = calloc(cells + 1, sizeof *removals->beside),
                                           .barred = calloc(cells + 1, sizeof *removals->barred),
                                           .back = calloc(cells + 1, sizeof *removals->back),
                                           .touched = calloc(problem->rule_count + 1, sizeof *removals->touched),
                                           .harder = calloc(problem->rule_count + 1, sizeof *removals->harder)};
    if (!removals->moves || !removals->sums || !removals->beside || !removals->barred || !removals->back ||
        !removals->touched || !removals->harder) {
        sc_staff_removals_release(removals);
        return sc_error_memory(error);
    }
    for (size_t i = 0; i < cells; i++) {
        struct sc_staff_move *move = &removals->moves[i];
        *move = (struct sc_staff_move){.place = problem->cells[i].place, .cells = 1, .cell = {i}, .change = {-1}};
        move->cost = -problem->cells[i].cost;
        move->sum = removals->sums + 2 * first[i];
        move->square = move->sum + problem->places[move->place].reaches;
        removals->beside[i] = -1;
    }
    return SC_OK;
}

void sc_staff_removals_release(struct sc_staff_removals *removals)
{
    free(removals->moves);
    free(removals->sums);
    free(removals->beside);
    free(removals->barred);
    free(removals->back);
    free(removals->touched);
    free(removals->harder);
    *removals = (struct sc_staff_removals){.moves = NULL};
}

/* --- what was seen --- */

static void forget(struct sc_staff_search *search, size_t cell)
{
    struct sc_staff_move *move = &search->removals.moves[cell];
    move->count = 0;
    move->companies = 0.0;
    move->alone = false;
    memset(move->sum, 0, 2 * search->problem->places[move->place].reaches * sizeof *move->sum);
    search->removals.barred[cell] = false;
}

/* Forgets what was seen of removals beside other heads than the present ones. Heads that only deferred work feels
   together, a day apart perhaps, are not beside each other: what one does for a backlog hardly hangs on another. */
static void forget_changed(struct sc_staff_search *search)
{
    const struct sc_staff_problem *problem = search->problem;
    struct sc_staff_removals *removals = &search->removals;
    memset(removals->touched, 0, problem->rule_count * sizeof *removals->touched);
    for (size_t i = 0; i < problem->cell_count; i++) {
        const struct sc_staff_place *place = &problem->places[problem->cells[i].place];
        for (size_t r = 0; r < place->reaches && removals->beside[i] != search->now.heads[i]; r++) {
            size_t rule = problem->reaches[place->first_reach + r].rule;
            removals->touched[rule] = !problem->judges[problem->rules[rule].judge].deferred;
        }
    }
    for (size_t i = 0; i < problem->cell_count; i++) {
        const struct sc_staff_place *place = &problem->places[problem->cells[i].place];
        bool touched = removals->beside[i] != search->now.heads[i];
        for (size_t r = 0; r < place->reaches && !touched; r++)
            touched = removals->touched[problem->reaches[place->first_reach + r].rule];
        if (touched)
            forget(search, i);
        removals->beside[i] = search->now.heads[i];
    }
}

/* What a removal makes of a rule that can be told: the slack that is left at the most and at the least. Together with
   others a removal does no less harm than alone; of what they do it does a part at least. */
struct left {
    double most, least;
};

static struct left left_of(const struct sc_staff_search *search, const struct sc_staff_move *move, size_t reach)
{
    size_t rule = search->problem->reaches[search->problem->places[move->place].first_reach + reach].rule;
    double slack = sc_staff_slack(&search->now, rule), effect = sc_staff_move_effect(search, &search->now, move, reach);
    double error = sc_staff_move_error(search, &search->now, move, reach);
    bool shares = sc_staff_move_shares(search, move, rule);
    double company = shares ? move->companies / (double)move->count : 1.0, part = shares ? least_part : 1.0;
    /* What never happened so far may happen once in as many replications. */
    double unseen = move->count < search->all
                        ? 1.0 / (search->now.weight[rule] * (double)move->count / (double)search->now.count)
                        : 0.0;
    struct left left = {.most = slack + part * fmin(0.0, effect) + settled_by * error,
                        .least = slack + company * (effect - seen_by * error) - unseen};
    if (!shares && move->sum[reach] < 0.0 &&
        sc_staff_bears_none(search->problem, &search->problem->judges[search->problem->rules[rule].judge]))
        left.most = -INFINITY;
    return left;
}

/* Is it settled what a removal does? -1: it breaks a rule; 1: it seems to keep all, and is played as a whole before
   that is believed; 0: not settled. */
static int verdict(const struct sc_staff_search *search, const struct sc_staff_move *move)
{
    int keeps = 1;
    for (size_t r = 0; r < search->problem->places[move->place].reaches; r++) {
        struct left left = left_of(search, move, r);
        if (left.most < -1e-12)
            return -1;
        if (left.least < -1e-12)
            keeps = 0;
    }
    return keeps;
}

/* Whether only a look at the removal alone can tell: its company breaks a rule. */
static bool must_be_alone(const struct sc_staff_search *search, const struct sc_staff_move *move)
{
    const struct sc_staff_place *place = &search->problem->places[move->place];
    for (size_t r = 0; r < place->reaches; r++) {
        size_t rule = search->problem->reaches[place->first_reach + r].rule;
        if (!sc_staff_move_shares(search, move, rule))
            continue;
        double company = move->companies / (double)move->count;
        double together = sc_staff_move_effect(search, &search->now, move, r) +
                          seen_by * sc_staff_move_error(search, &search->now, move, r);
        if (sc_staff_slack(&search->now, rule) + company * together < 0.0)
            return true;
    }
    return false;
}

/* Whether what was seen of a head before, beside somewhat other heads, says that it cannot go. */
static bool known_to_break(const struct sc_staff_search *search, size_t cell)
{
    const struct sc_staff_place *place = &search->problem->places[search->problem->cells[cell].place];
    size_t at = search->slopes.first[cell];
    double changes = search->removals.only ? 0.0 : loss_changes;
    for (size_t r = 0; r < place->reaches; r++) {
        double loss = search->slopes.loss[at + r], error = search->slopes.loss_error[at + r];
        size_t rule = search->problem->reaches[place->first_reach + r].rule;
        double margin = sc_staff_margin(search->problem, rule, sc_staff_slack(&search->now, rule));
        if (margin + loss * (1.0 - changes) + settled_by * error < 0.0)
            return true;
    }
    return false;
}

/* -1: the head is needed, or there is none; 1: it seems that it can go; 0: not known yet. */
static int standing(const struct sc_staff_search *search, size_t cell)
{
    const struct sc_staff_move *move = &search->removals.moves[cell];
    if (search->now.heads[cell] == 0 || search->removals.barred[cell])
        return -1;
    if (move->count > 0)
        return verdict(search, move);
    return known_to_break(search, cell) ? -1 : 0;
}

/* Looks longer at what was looked at least among what is not known; false where there is nothing left to look at. */
static enum sc_code look(struct sc_staff_search *search, bool *looked, struct sc_error *error)
{
    size_t end = search->now.count, least = end, n = 0;
    for (size_t i = 0; i < search->problem->cell_count; i++)
        if (standing(search, i) == 0 && search->removals.moves[i].count < least)
            least = search->removals.moves[i].count;
    *looked = least < end;
    for (size_t i = 0; i < search->problem->cell_count && *looked; i++)
        if (standing(search, i) == 0 && search->removals.moves[i].count == least)
            search->moves[n++] = search->removals.moves[i];
    size_t to = 2 * least > FIRST_LOOK ? 2 * least : FIRST_LOOK;
    to = to < search->now.count ? to : search->now.count;
    enum sc_code code = sc_staff_try(search->player, &search->now, search->moves, n, least, to, error);
    for (size_t m = 0; m < n && code == SC_OK; m++) {
        struct sc_staff_move *move = &search->removals.moves[search->moves[m].cell[0]];
        *move = search->moves[m];
        sc_staff_slopes_take(search, &search->now, move);
        if (verdict(search, move) == 0 && must_be_alone(search, move)) {
            forget(search, move->cell[0]);
            move->alone = true;
        }
    }
    return code;
}

/* --- going without --- */

struct removal {
    struct sc_staff_move move;
    double harm; /* margin that goes with it, of all rules within reach */
};

static double harm_of(const struct sc_staff_search *search, const struct sc_staff_move *move)
{
    size_t at = search->slopes.first[move->cell[0]];
    double harm = 0.0;
    for (size_t r = 0; r < search->problem->places[move->place].reaches; r++)
        harm -= search->slopes.loss[at + r];
    return harm;
}

/* Where a rule stands among the reaches of a cell's place; -1: out of reach. */
static long reach_of(const struct sc_staff_problem *problem, size_t cell, size_t rule)
{
    const struct sc_staff_place *place = &problem->places[problem->cells[cell].place];
    for (size_t r = 0; r < place->reaches; r++)
        if (problem->reaches[place->first_reach + r].rule == rule)
            return (long)r;
    return -1;
}

static int most_harm_first(const void *a, const void *b)
{
    const struct removal *x = a, *y = b;
    if (x->harm != y->harm)
        return x->harm > y->harm ? -1 : 1;
    if (x->move.cost != y->move.cost)
        return x->move.cost > y->move.cost ? -1 : 1;
    return (x->move.cell[0] < y->move.cell[0]) - (x->move.cell[0] > y->move.cell[0]);
}

/* The dearest first; of those that cost the same what does the least harm. */
static int best_first(const void *a, const void *b)
{
    const struct removal *x = a, *y = b;
    if (x->move.cost != y->move.cost)
        return x->move.cost < y->move.cost ? -1 : 1;
    if (x->harm != y->harm)
        return x->harm < y->harm ? -1 : 1;
    return (x->move.cell[0] > y->move.cell[0]) - (x->move.cell[0] < y->move.cell[0]);
}

/* Puts the removals that seem possible into search->moves, the best first; *count: how many. */
static enum sc_code possible(struct sc_staff_search *search, size_t *count, struct sc_error *error)
{
    struct removal *removals = malloc((search->problem->cell_count + 1) * sizeof *removals);
    size_t n = 0;
    if (!removals)
        return sc_error_memory(error);
    for (size_t i = 0; i < search->problem->cell_count; i++)
        if (standing(search, i) > 0) {
            const struct sc_staff_move *move = &search->removals.moves[i];
            removals[n++] = (struct removal){.move = *move, .harm = harm_of(search, move)};
        }
    qsort(removals, n, sizeof *removals, best_first);
    for (size_t m = 0; m < n; m++)
        search->moves[m] = removals[m].move;
    free(removals);
    *count = n;
    return SC_OK;
}

/* Whether the slacks bear one more removal, chance not being on its side if others go with it. */
static bool fits(const struct sc_staff_search *search, const struct sc_staff_move *move, const double *margin,
                 const double *variance)
{
    const struct sc_staff_place *place = &search->problem->places[move->place];
    size_t at = search->slopes.first[move->cell[0]];
    for (size_t r = 0; r < place->reaches; r++) {
        size_t rule = search->problem->reaches[place->first_reach + r].rule;
        double loss = search->slopes.loss[at + r] * search->removals.harder[rule];
        double error = search->slopes.loss_error[at + r];
        if (loss != 0.0 && margin[rule] + loss < sqrt(variance[rule] + error * error))
            return false;
    }
    return true;
}

/* Takes as many of the removals as the slacks bear together, up to `most`; fills search->change. */
static enum sc_code choose(struct sc_staff_search *search, size_t count, size_t most, struct sc_error *error)
{
    const struct sc_staff_problem *problem = search->problem;
    double *margin = calloc(2 * problem->rule_count + 1, sizeof *margin);
    if (!margin)
        return sc_error_memory(error);
    double *variance = margin + problem->rule_count;
    for (size_t r = 0; r < problem->rule_count; r++)
        margin[r] = sc_staff_margin(problem, r, sc_staff_slack(&search->now, r));
    memset(search->change, 0, problem->cell_count * sizeof *search->change);
    for (size_t m = 0, taken = 0; m < count && taken < most; m++) {
        const struct sc_staff_move *move = &search->moves[m];
        const struct sc_staff_place *place = &problem->places[move->place];
        size_t at = search->slopes.first[move->cell[0]];
        if (m > 0 && !fits(search, move, margin, variance))
            continue;
        taken++;
        search->change[move->cell[0]] = -1;
        for (size_t r = 0; r < place->reaches; r++) {
            size_t rule = problem->reaches[place->first_reach + r].rule;
            double error_of = search->slopes.loss_error[at + r];
            margin[rule] += search->slopes.loss[at + r] * search->removals.harder[rule];
            variance[rule] += search->slopes.loss[at + r] != 0.0 ? error_of * error_of : 0.0;
        }
    }
    free(margin);
    return SC_OK;
}

/* Gives back half of the removals within reach of each rule that fell short in `other`, those that harm it most; false:
   there are none. */
static bool undo(struct sc_staff_search *search)
{
    const struct sc_staff_problem *problem = search->problem;
    struct removal *within = malloc((problem->cell_count + 1) * sizeof *within);
    bool undone = false;
    for (size_t r = 0; within && r < problem->rule_count; r++) { /* no memory: nothing is undone, one goes alone */
        size_t n = 0, back = 0;
        for (size_t i = 0; search->falls[r] && i < problem->cell_count; i++) {
            long at = search->change[i] < 0 || search->removals.back[i] ? reach_of(problem, i, r) : -1;
            if (at < 0)
                continue;
            back += search->removals.back[i];
            within[n++] = (struct removal){.move = search->removals.moves[i],
                                           .harm = -search->slopes.loss[search->slopes.first[i] + (size_t)at]};
        }
        /* The others are out of its reach, so it breaks the rule by itself; a part of the replications is no proof. */
        if (n == 1 && search->other.count == search->all)
            search->removals.barred[within[0].move.cell[0]] = true;
        qsort(within, n, sizeof *within, most_harm_first);
        for (size_t m = 0; m < n && 2 * back < n; m++) {
            size_t cell = within[m].move.cell[0];
            back += !search->removals.back[cell];
            search->removals.back[cell] = true;
            search->change[cell] = 0;
        }
        undone = undone || n > 0;
    }
    memset(search->removals.back, 0, problem->cell_count * sizeof *search->removals.back);
    free(within);
    return undone;
}

/* Several together may do more harm than their sum: by how much they did, to the rules that fell short. */
static void harder_take(struct sc_staff_search *search)
{
    const struct sc_staff_problem *problem = search->problem;
    for (size_t r = 0; r < problem->rule_count; r++) {
        double foretold = 0.0;
        for (size_t i = 0; search->falls[r] && i < problem->cell_count; i++) {
            long at = search->change[i] < 0 ? reach_of(problem, i, r) : -1;
            foretold += at >= 0 ? search->slopes.loss[search->slopes.first[i] + (size_t)at] : 0.0;
        }
        double done = sc_staff_margin(problem, r, sc_staff_slack(&search->other, r)) -
                      sc_staff_margin(problem, r, sc_staff_slack(&search->now, r));
        if (foretold < 0.0)
            search->removals.harder[r] = fmin(harder_most, fmax(search->removals.harder[r], done / foretold));
    }
}

static size_t changes(const struct sc_staff_search *search)
{
    size_t n = 0;
    for (size_t i = 0; i < search->problem->cell_count; i++)
        n += search->change[i] != 0;
    return n;
}

/* Plays without the removals of search->change, giving back what does not hold. *gone: how many hold. */
static enum sc_code go_without(struct sc_staff_search *search, size_t *gone, struct sc_error *error)
{
    for (;;) {
        bool holds = false;
        *gone = changes(search);
        if (*gone == 0)
            return SC_OK;
        /* A single one must be shown beyond doubt to break a rule; of several, one comes back too easily rather. */
        enum sc_code code = sc_staff_try_whole(search, *gone == 1 ? settled_by : supposed_by, &holds, error);
        if (code != SC_OK || holds)
            return code;
        for (size_t i = 0; i < search->problem->cell_count && *gone == 1; i++)
            search->removals.barred[i] = search->removals.barred[i] || search->change[i] != 0;
        harder_take(search);
        if (*gone == 1 || !undo(search))
            memset(search->change, 0, search->problem->cell_count * sizeof *search->change);
    }
}

enum sc_code sc_staff_trim(struct sc_staff_search *search, struct sc_error *error)
{
    bool looked = true;
    size_t most = FIRST_BATCH;
    enum sc_code code = SC_OK;
    memset(search->removals.barred, 0, search->problem->cell_count * sizeof *search->removals.barred);
    for (size_t r = 0; r < search->problem->rule_count; r++)
        search->removals.harder[r] = 1.0;
    forget_changed(search);
    search->removals.only = false;
    while (code == SC_OK && !sc_staff_spent(search)) {
        bool unseen = false;
        for (size_t i = 0; i < search->problem->cell_count; i++)
            unseen = unseen || (standing(search, i) == 0 && search->removals.moves[i].count < LOOKS_TOGETHER);
        size_t gone = 0, count = 0;
        if (!unseen)
            code = possible(search, &count, error);
        if (code == SC_OK && count == 0) {
            code = look(search, &looked, error);
            if (!looked)
                break;
            continue;
        }
        if (code == SC_OK)
            code = choose(search, count, most, error);
        size_t chosen = changes(search);
        if (code == SC_OK)
            code = go_without(search, &gone, error);
        if (code == SC_OK && gone > 0) {
            sc_staff_swap(search);
            forget_changed(search);
            search->removals.only = true;
        }
        most = gone > 0 ? 2 * gone : chosen > 4 ? chosen / 4 : 1;
    }
    return code;
}

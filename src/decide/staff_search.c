/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/staff_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    COARSE_ROUNDS = 4,
    COARSE_STEP = 4,
    REPAIRS_MOST = 40,
    TRIAL_REPAIRS = 2,
    FINE_ROUNDS = 40,
    EXCHANGE_ROUNDS = 8,
    LOOKS = 16
};

/* Standard errors by which a move must break a rule, or keep all of them, to be settled before all replications are
   played. */
static const double settled_by = 4.0;
/* Standard errors above which the gain of a head is believed. */
static const double believed_by = 1.5;
/* Slack that repairs aim at, so that they need not be repaired themselves. */
static const double repair_margin = 0.004;
/* Few replications show rare contacts dimly: what they may be short by, by chance, is not run after yet. */
static const double coarse_forgiven = 1.0;
/* How much of what a head does may have changed since it was seen. */
static const double loss_changes = 0.3;
/* Exchanges that promise less than this part of the cost are left alone. */
static const double worth_trying = 0.01;
/* Exchanges of single heads are for places with fewer heads than this, on the average: there one is 3 % and more. */
static const double heads_many = 33.0;
/* … and a round of exchanges that saves less than this part is the last. */
static const double worth_going_on = 0.005;

enum sc_code sc_staff_search_init(struct sc_staff_search *search, const struct sc_staff_problem *problem,
                                  struct sc_staff_player *player, struct sc_error *error)
{
    *search = (struct sc_staff_search){.problem = problem, .player = player};
    enum sc_code code = sc_staff_base_init(&search->now, problem, error);
    if (code == SC_OK)
        code = sc_staff_base_init(&search->other, problem, error);
    if (code == SC_OK)
        code = sc_staff_slopes_init(&search->slopes, problem, error);
    if (code != SC_OK)
        return code;
    size_t cells = problem->cell_count;
    search->best = calloc(2 * cells + 1, sizeof *search->best);
    search->change = search->best ? search->best + cells : NULL;
    search->moves = calloc(2 * cells + 1, sizeof *search->moves);
    search->sums = calloc(4 * search->slopes.first[cells] + 1, sizeof *search->sums);
    return search->best && search->moves && search->sums ? SC_OK : sc_error_memory(error);
}

void sc_staff_search_release(struct sc_staff_search *search)
{
    sc_staff_base_release(&search->now);
    sc_staff_base_release(&search->other);
    sc_staff_slopes_release(&search->slopes);
    free(search->best);
    free(search->moves);
    free(search->sums);
}

/* --- moves of one head --- */

/* The move that changes one cell by one head; sums zeroed. */
static void move_single(struct sc_staff_search *search, size_t index, size_t cell, int change)
{
    size_t place = search->problem->cells[cell].place, reaches = search->problem->places[place].reaches;
    size_t at = 2 * (search->slopes.first[cell] + (change > 0 ? search->slopes.first[search->problem->cell_count] : 0));
    struct sc_staff_move *move = &search->moves[index];
    *move = (struct sc_staff_move){.place = place, .cells = 1, .cell = {cell}, .change = {change}};
    move->cost = change * search->problem->cells[cell].cost;
    move->sum = search->sums + at;
    move->square = move->sum + reaches;
    memset(move->sum, 0, 2 * reaches * sizeof *move->sum);
}

/* What a move changes of the slack of a rule in its reach. */
static double move_effect(const struct sc_staff_search *search, const struct sc_staff_base *base,
                          const struct sc_staff_move *move, size_t reach)
{
    size_t rule = search->problem->reaches[search->problem->places[move->place].first_reach + reach].rule;
    double weight = base->weight[rule] / (double)base->count;
    return move->count > 0 && weight > 0.0 ? move->sum[reach] / (double)move->count / weight : 0.0;
}

/* Standard error of that as an estimate of what all replications of the base would show. */
static double move_error(const struct sc_staff_search *search, const struct sc_staff_base *base,
                         const struct sc_staff_move *move, size_t reach)
{
    size_t rule = search->problem->reaches[search->problem->places[move->place].first_reach + reach].rule;
    double weight = base->weight[rule] / (double)base->count, n = (double)move->count;
    double mean = move->sum[reach] / n, variance = fmax(0.0, move->square[reach] / n - mean * mean);
    double left = 1.0 - n / (double)base->count;
    return weight > 0.0 ? sqrt(variance / n * fmax(0.0, left)) / weight : 0.0;
}

static void slopes_take(struct sc_staff_search *search, const struct sc_staff_base *base,
                        const struct sc_staff_move *move)
{
    const struct sc_staff_place *place = &search->problem->places[move->place];
    size_t at = search->slopes.first[move->cell[0]];
    for (size_t r = 0; r < place->reaches; r++) {
        size_t rule = search->problem->reaches[place->first_reach + r].rule;
        double slack = sc_staff_slack(base, rule), with = slack + move_effect(search, base, move, r);
        double error = move_error(search, base, move, r) * sc_staff_margin_slope(search->problem, rule, with);
        double effect = sc_staff_margin(search->problem, rule, with) - sc_staff_margin(search->problem, rule, slack);
        if (!(base->weight[rule] > 0.0))
            continue;
        if (move->change[0] > 0) {
            /* What may be chance is not relied on. */
            search->slopes.gain[at + r] = effect > believed_by * error ? effect : 0.0;
        } else {
            search->slopes.loss[at + r] = fmin(0.0, effect);
            search->slopes.loss_error[at + r] = error;
        }
    }
}

/* What one head more and one less does in every cell, by the first replications of `now`. */
static enum sc_code slopes_find(struct sc_staff_search *search, size_t replications, struct sc_error *error)
{
    size_t n = 0, cells = search->problem->cell_count;
    for (size_t i = 0; i < cells; i++) {
        move_single(search, n++, i, 1);
        if (search->now.heads[i] > 0)
            move_single(search, n++, i, -1);
        else
            memset(search->slopes.loss + search->slopes.first[i], 0,
                   (search->slopes.first[i + 1] - search->slopes.first[i]) * sizeof *search->slopes.loss);
    }
    enum sc_code code = sc_staff_try(search->player, &search->now, search->moves, n, 0, replications, error);
    for (size_t i = 0; i < n && code == SC_OK; i++)
        slopes_take(search, &search->now, &search->moves[i]);
    return code;
}

/* --- staffings as a whole --- */

static double total_slack(const struct sc_staff_search *search, const struct sc_staff_base *base)
{
    double sum = 0.0;
    for (size_t r = 0; r < search->problem->rule_count; r++)
        if (base->weight[r] > 0.0)
            sum += sc_staff_slack(base, r);
    return sum;
}

void sc_staff_swap(struct sc_staff_search *search)
{
    struct sc_staff_base now = search->now;
    search->now = search->other;
    search->other = now;
}

/* Plays the heads of `from` with the changes, in `other`. */
static enum sc_code play_other(struct sc_staff_search *search, const int *from, size_t replications,
                               struct sc_error *error)
{
    struct sc_staff_base *other = &search->other;
    size_t cells = search->problem->cell_count;
    if (from != other->heads)
        memcpy(other->heads, from, cells * sizeof *from);
    for (size_t i = 0; i < cells; i++)
        other->heads[i] = other->heads[i] + search->change[i] > 0 ? other->heads[i] + search->change[i] : 0;
    sc_staff_base_set(other, search->problem, other->heads);
    return sc_staff_play(search->player, other, replications, error);
}

enum sc_code sc_staff_play_other(struct sc_staff_search *search, struct sc_error *error)
{
    return play_other(search, search->now.heads, search->now.count, error);
}

static bool any_change(const struct sc_staff_search *search)
{
    for (size_t i = 0; i < search->problem->cell_count; i++)
        if (search->change[i] != 0)
            return true;
    return false;
}

/* Whether a place is one that a short rule looks to first: in its period, or just before. */
static bool place_concerned(const struct sc_staff_search *search, const struct sc_staff_base *base,
                            const struct sc_staff_place *place)
{
    const struct sc_staff_problem *problem = search->problem;
    for (size_t r = 0; r < place->reaches; r++) {
        const struct sc_staff_rule *rule = &problem->rules[problem->reaches[place->first_reach + r].rule];
        const struct sc_staff_piece *piece = &problem->pieces[rule->first_piece];
        size_t since = (piece->first + problem->a_day - place->slot) % problem->a_day;
        if (sc_staff_slack(base, (size_t)(rule - problem->rules)) < 0.0 && (piece->intervals > 1 || since <= 1))
            return true;
    }
    return false;
}

/* Replications by which a single head is looked at; alike days of one replication are as good as several. */
static size_t looks_of(const struct sc_staff_search *search, size_t replications)
{
    size_t alike = search->problem->days / (search->problem->kind_count + 1) + 1;
    size_t looks = (LOOKS + alike - 1) / alike > 4 ? (LOOKS + alike - 1) / alike : 4;
    looks = replications / 8 > looks ? replications / 8 : looks;
    return looks < replications ? looks : replications;
}

/* Looks again at what a head more does in `other`, where rules are short: what was seen elsewhere misled. */
static enum sc_code gains_refresh(struct sc_staff_search *search, struct sc_error *error)
{
    const struct sc_staff_problem *problem = search->problem;
    size_t n = 0;
    for (size_t i = 0; i < problem->cell_count; i++)
        if (place_concerned(search, &search->other, &problem->places[problem->cells[i].place]))
            move_single(search, n++, i, 1);
    size_t looks = looks_of(search, search->other.count);
    enum sc_code code = sc_staff_try(search->player, &search->other, search->moves, n, 0, looks, error);
    for (size_t i = 0; i < n && code == SC_OK; i++)
        slopes_take(search, &search->other, &search->moves[i]);
    return code;
}

/* Where even so nothing is known to help a short rule: a head at its place, in one pool after another. */
static void change_blindly(struct sc_staff_search *search, int round)
{
    const struct sc_staff_problem *problem = search->problem;
    for (size_t p = 0; p < problem->place_count; p++) {
        const struct sc_staff_place *place = &problem->places[p];
        if (place_concerned(search, &search->other, place))
            search->change[place->first_cell + (size_t)round % place->cells] += 1;
    }
}

/* Adds heads to `other` until no rule is short, or so many times. */
static enum sc_code repair(struct sc_staff_search *search, int most, int rounds, size_t replications,
                           struct sc_error *error)
{
    struct sc_staff_base *other = &search->other;
    for (int round = 0; round < rounds && sc_staff_short(other, search->problem) > 0; round++) {
        struct sc_staff_step step = {.most = round < 4 ? most : most + round / 4,
                                     .add_only = true,
                                     .slack = round % 2 == 0 ? repair_margin : 2.0 * repair_margin};
        enum sc_code code = round > 0 ? gains_refresh(search, error) : SC_OK;
        if (code == SC_OK)
            code = sc_staff_program(search->problem, other, &search->slopes, &step, search->change, error);
        if (code != SC_OK)
            return code;
        if (!any_change(search) || round % 8 == 7)
            change_blindly(search, round);
        code = play_other(search, other->heads, replications, error);
        if (code != SC_OK)
            return code;
    }
    return SC_OK;
}

/* --- coarse --- */

/* One step from `now` to `other`, feasible. */
static enum sc_code coarse_step(struct sc_staff_search *search, int most, int repairs, size_t replications,
                                struct sc_error *error)
{
    struct sc_staff_step step = {.most = most};
    enum sc_code code = sc_staff_program(search->problem, &search->now, &search->slopes, &step, search->change, error);
    if (code == SC_OK)
        code = play_other(search, search->now.heads, replications, error);
    if (code == SC_OK)
        code = repair(search, most, repairs, replications, error);
    return code;
}

/* Is a better than b, which is feasible? */
static bool better(const struct sc_staff_search *search, const struct sc_staff_base *a, const struct sc_staff_base *b)
{
    double nothing = 1e-9 * (fabs(a->cost) + fabs(b->cost));
    if (sc_staff_short(a, search->problem) > 0)
        return false;
    if (fabs(a->cost - b->cost) > nothing)
        return a->cost < b->cost;
    return total_slack(search, a) > total_slack(search, b) + 1e-3;
}

enum sc_code sc_staff_search_coarse(struct sc_staff_search *search, const int *heads, size_t replications,
                                    struct sc_error *error)
{
    search->now.forgiven = search->other.forgiven = coarse_forgiven;
    sc_staff_base_set(&search->now, search->problem, heads);
    enum sc_code code = sc_staff_play(search->player, &search->now, replications, error);
    size_t looks = looks_of(search, replications);
    int most = COARSE_STEP;
    bool feasible = sc_staff_short(&search->now, search->problem) == 0, fresh = false;
    for (int round = 0; round < COARSE_ROUNDS && most > 0 && code == SC_OK; round++) {
        if (!fresh && round % 2 == 0)
            code = slopes_find(search, looks, error);
        fresh = true;
        if (code == SC_OK)
            code = coarse_step(search, most, feasible ? TRIAL_REPAIRS : REPAIRS_MOST, replications, error);
        if (code != SC_OK)
            break;
        if (!feasible || better(search, &search->other, &search->now)) {
            sc_staff_swap(search);
            feasible = sc_staff_short(&search->now, search->problem) == 0;
            fresh = false;
        } else {
            most--;
        }
    }
    return code;
}

/* --- fine --- */

/* Is it settled what a removal does? -1: it breaks a rule; 1: it keeps all; 0: not settled. */
static int verdict(const struct sc_staff_search *search, const struct sc_staff_move *move)
{
    const struct sc_staff_place *place = &search->problem->places[move->place];
    int keeps = 1;
    for (size_t r = 0; r < place->reaches; r++) {
        size_t rule = search->problem->reaches[place->first_reach + r].rule;
        double slack = sc_staff_slack(&search->now, rule);
        double with = slack + move_effect(search, &search->now, move, r);
        double error = settled_by * move_error(search, &search->now, move, r);
        if (with + error < -1e-12)
            return -1;
        if (with - error < -1e-12)
            keeps = 0;
    }
    return keeps;
}

/* Whether by what was seen so far all rules stay kept, chance aside. */
static bool seems_kept(const struct sc_staff_search *search, const struct sc_staff_move *move)
{
    const struct sc_staff_place *place = &search->problem->places[move->place];
    for (size_t r = 0; r < place->reaches; r++) {
        size_t rule = search->problem->reaches[place->first_reach + r].rule;
        double slack = sc_staff_slack(&search->now, rule) + move_effect(search, &search->now, move, r);
        if (slack - move_error(search, &search->now, move, r) < -1e-12)
            return false;
    }
    return true;
}

/* Puts to the front those that stay kept, for certain or (guess) by what was seen; then the open ones. Those that break
   a rule go. */
static void removals_sort(struct sc_staff_search *search, bool guess, size_t *kept, size_t *count)
{
    size_t open = *kept;
    for (size_t i = *kept; i < *count; i++) {
        struct sc_staff_move move = search->moves[i];
        int settled = verdict(search, &move);
        slopes_take(search, &search->now, &move);
        if (settled < 0)
            continue;
        if (settled > 0 || (guess && seems_kept(search, &move))) {
            search->moves[open++] = search->moves[*kept];
            search->moves[(*kept)++] = move;
        } else {
            search->moves[open++] = move;
        }
    }
    *count = open;
}

/* Whether what was seen of a head before, beside somewhat other heads, says that it cannot go. */
static bool known_to_break(const struct sc_staff_search *search, size_t cell)
{
    const struct sc_staff_place *place = &search->problem->places[search->problem->cells[cell].place];
    size_t at = search->slopes.first[cell];
    for (size_t r = 0; r < place->reaches; r++) {
        double loss = search->slopes.loss[at + r], error = search->slopes.loss_error[at + r];
        size_t rule = search->problem->reaches[place->first_reach + r].rule;
        double margin = sc_staff_margin(search->problem, rule, sc_staff_slack(&search->now, rule));
        if (margin + loss * (1.0 - loss_changes) + settled_by * error < 0.0)
            return true;
    }
    return false;
}

/*
 * Tries to remove one head in each cell that is asked for; afterwards the first *count of search->moves are those that
 * keep all rules. First by few replications, what these leave open by more, and in the end by all; but as soon as some
 * seem to be kept these are taken for it, since the staffing without them is played as a whole anyway. So when none is
 * found, every single one has been shown to break a rule.
 */
static enum sc_code removals_find(struct sc_staff_search *search, const bool *asked, size_t *count,
                                  struct sc_error *error)
{
    static const size_t parts[] = {12, 4, 2, 1};
    size_t all = search->now.count, n = 0, from = 0;
    for (size_t i = 0; i < search->problem->cell_count; i++)
        if (asked[i] && search->now.heads[i] > 0 && !known_to_break(search, i))
            move_single(search, n++, i, -1);
    *count = 0;
    for (size_t part = 0; part < sizeof parts / sizeof *parts; part++) {
        size_t to = (all + parts[part] - 1) / parts[part];
        if (n == 0 || *count > 0)
            break;
        enum sc_code code = sc_staff_try(search->player, &search->now, search->moves, n, from, to, error);
        if (code != SC_OK)
            return code;
        from = to;
        removals_sort(search, true, count, &n);
    }
    return SC_OK;
}

static int dearest_first(const void *a, const void *b)
{
    const struct sc_staff_move *x = a, *y = b;
    return x->cost != y->cost ? (x->cost > y->cost) - (x->cost < y->cost)
                              : (x->cell[0] > y->cell[0]) - (x->cell[0] < y->cell[0]);
}

/* Takes as many of the removals as the slacks bear together, the dearest first; fills search->change. */
static enum sc_code removals_choose(struct sc_staff_search *search, size_t count, struct sc_error *error)
{
    const struct sc_staff_problem *problem = search->problem;
    double *margin = malloc((problem->rule_count + 1) * sizeof *margin);
    if (!margin)
        return sc_error_memory(error);
    for (size_t r = 0; r < problem->rule_count; r++)
        margin[r] = sc_staff_margin(problem, r, sc_staff_slack(&search->now, r));
    memset(search->change, 0, problem->cell_count * sizeof *search->change);
    qsort(search->moves, count, sizeof *search->moves, dearest_first);
    for (size_t m = 0; m < count; m++) {
        const struct sc_staff_move *move = &search->moves[m];
        const struct sc_staff_place *place = &problem->places[move->place];
        const double *loss = search->slopes.loss + search->slopes.first[move->cell[0]];
        const double *error_of = search->slopes.loss_error + search->slopes.first[move->cell[0]];
        bool fits = true;
        for (size_t r = 0; r < place->reaches; r++) /* beside others that go, chance must not be on its side */
            fits = fits && (margin[problem->reaches[place->first_reach + r].rule] + loss[r] >= -1e-12) &&
                   (m == 0 || loss[r] == 0.0 ||
                    margin[problem->reaches[place->first_reach + r].rule] + loss[r] >= error_of[r]);
        for (size_t r = 0; r < place->reaches && fits; r++)
            margin[problem->reaches[place->first_reach + r].rule] += loss[r];
        search->change[move->cell[0]] = fits ? -1 : 0;
    }
    free(margin);
    return SC_OK;
}

/* Gives back one removal, the cheapest, within reach of each rule that is short in `other`; false where there is none.
 */
static bool removals_undo(struct sc_staff_search *search)
{
    const struct sc_staff_problem *problem = search->problem;
    bool undone = false;
    long *worst = malloc((problem->rule_count + 1) * sizeof *worst); /* no memory: nothing is undone, the search ends */
    for (size_t r = 0; worst && r < problem->rule_count; r++)
        worst[r] = -1;
    for (size_t i = 0; worst && i < problem->cell_count; i++) {
        const struct sc_staff_place *place = &problem->places[problem->cells[i].place];
        for (size_t r = 0; r < place->reaches && search->change[i] < 0; r++) {
            long *of = &worst[problem->reaches[place->first_reach + r].rule];
            if (*of < 0 || problem->cells[i].cost <= problem->cells[*of].cost)
                *of = (long)i;
        }
    }
    for (size_t r = 0; worst && r < problem->rule_count; r++)
        if (worst[r] >= 0 && sc_staff_slack(&search->other, r) < -1e-12) {
            search->change[worst[r]] = 0;
            undone = true;
        }
    free(worst);
    return undone;
}

/* Marks the cells whose verdict the changes may have touched. */
static void ask_again(struct sc_staff_search *search, bool *asked)
{
    const struct sc_staff_problem *problem = search->problem;
    bool *touched = calloc(problem->rule_count + 1, sizeof *touched);
    for (size_t i = 0; i < problem->cell_count && touched; i++) {
        const struct sc_staff_place *place = &problem->places[problem->cells[i].place];
        for (size_t r = 0; r < place->reaches && search->change[i] != 0; r++)
            touched[problem->reaches[place->first_reach + r].rule] = true;
    }
    for (size_t i = 0; i < problem->cell_count; i++) {
        const struct sc_staff_place *place = &problem->places[problem->cells[i].place];
        asked[i] = !touched;
        for (size_t r = 0; r < place->reaches && !asked[i]; r++)
            asked[i] = touched[problem->reaches[place->first_reach + r].rule];
    }
    free(touched);
}

/* Removes single heads until none can go. */
static enum sc_code trim(struct sc_staff_search *search, struct sc_error *error)
{
    size_t cells = search->problem->cell_count, count = 0;
    bool *asked = malloc((cells + 1) * sizeof *asked);
    if (!asked)
        return sc_error_memory(error);
    memset(asked, 1, cells * sizeof *asked);
    enum sc_code code = SC_OK;
    for (int round = 0; round < FINE_ROUNDS && code == SC_OK; round++) {
        code = removals_find(search, asked, &count, error);
        if (code != SC_OK || count == 0)
            break;
        code = removals_choose(search, count, error);
        for (size_t m = 0; m < count; m++) /* seen to break something, should all be undone */
            asked[search->moves[m].cell[0]] = false;
        do
            code = code == SC_OK ? play_other(search, search->now.heads, search->now.count, error) : code;
        while (code == SC_OK && sc_staff_short(&search->other, search->problem) > 0 && removals_undo(search));
        if (code != SC_OK || !any_change(search))
            continue;
        ask_again(search, asked);
        sc_staff_swap(search);
    }
    free(asked);
    return code;
}

/* What the integer program would save by other heads, tried as a whole. */
static enum sc_code step_fine(struct sc_staff_search *search, double *saved, struct sc_error *error)
{
    struct sc_staff_step step = {.most = 1, .slack = repair_margin};
    double promised = 0.0;
    enum sc_code code = sc_staff_program(search->problem, &search->now, &search->slopes, &step, search->change, error);
    for (size_t i = 0; i < search->problem->cell_count; i++)
        promised -= search->change[i] * search->problem->cells[i].cost;
    *saved = 0.0;
    if (code != SC_OK || promised <= worth_trying * search->now.cost)
        return code;
    code = sc_staff_play_other(search, error);
    if (code == SC_OK)
        code = repair(search, 1, TRIAL_REPAIRS, search->now.count, error);
    if (code != SC_OK || sc_staff_short(&search->other, search->problem) > 0 ||
        search->other.cost >= search->now.cost * (1.0 - 1e-9))
        return code;
    *saved = search->now.cost - search->other.cost;
    sc_staff_swap(search);
    return SC_OK;
}

/* Is one head a part of a place's heads that is worth the trouble? */
static bool heads_matter(const struct sc_staff_search *search)
{
    double heads = 0.0, staffed = 0.0;
    for (size_t p = 0; p < search->problem->place_count; p++) {
        const struct sc_staff_place *place = &search->problem->places[p];
        int here = 0;
        for (size_t c = place->first_cell; c < place->first_cell + place->cells; c++)
            here += search->now.heads[c];
        heads += here;
        staffed += here > 0;
    }
    return heads < heads_many * staffed;
}

enum sc_code sc_staff_search_fine(struct sc_staff_search *search, size_t replications, struct sc_error *error)
{
    search->now.forgiven = search->other.forgiven = 0.0;
    enum sc_code code = sc_staff_play(search->player, &search->now, replications, error);
    if (code == SC_OK && sc_staff_short(&search->now, search->problem) > 0) {
        sc_staff_swap(search);
        code = repair(search, 1, REPAIRS_MOST, replications, error);
        sc_staff_swap(search);
        if (code == SC_OK && sc_staff_short(&search->now, search->problem) > 0)
            return sc_error_set(error, SC_UNREACHABLE,
                                "no heads were found with which every target holds (%zu of them, in some period, are "
                                "still missed); a lower target or more pools with the skill may help",
                                sc_staff_short(&search->now, search->problem));
    }
    if (code == SC_OK)
        code = trim(search, error);
    double saved = 0.0;
    if (code == SC_OK)
        code = step_fine(search, &saved, error);
    if (code == SC_OK && saved > 0.0)
        code = trim(search, error);
    for (int round = 0; round < EXCHANGE_ROUNDS && code == SC_OK && heads_matter(search); round++) {
        code = sc_staff_exchange(search, &saved, error);
        if (code != SC_OK || saved <= 0.0)
            break;
        code = trim(search, error);
        if (saved < worth_going_on * search->now.cost)
            break;
    }
    return code;
}

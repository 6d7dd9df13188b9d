/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/staff_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    COARSE_ROUNDS = 4,
    COARSE_STEP = 4,
    APPROACH_STEP = 2,
    REPAIRS_MOST = 40,
    BLIND_AFTER = 4,
    BLIND_PART = 40,
    TRIAL_REPAIRS = 2,
    PARTS = 2,
    STEPS_LONG = 6,
    PART_LEAST = 64,
    FIRST_PART = 32,
    EXCHANGE_ROUNDS = 8,
    LOOKS = 16,
    LOOKS_FINE = 24
};

/* Standard errors above which the gain of a head is believed. */
static const double believed_by = 1.5;
/* One head more is taken to bring this part of what one fewer costs: each does less than the one before. */
static const double gain_part = 0.95;
/* Slack that repairs aim at, so that they need not be repaired themselves. */
static const double repair_margin = 0.004;
/* Few replications show rare contacts dimly: what they may be short by, by chance, is not run after yet. */
static const double coarse_forgiven = 1.0;
/* Few replications also flatter whatever is chosen by them: a coarse round that saves less than this part is the
   last. */
static const double worth_a_round = 0.03;
/* Exchanges that promise less than this part of the cost are left alone. */
static const double worth_trying = 0.01;
/* Exchanges of single heads are for places with fewer heads than this, on the average: there one is 3 % and more. */
static const double heads_many = 33.0;
/* … and a round of exchanges that saves less than this part is the last. */
static const double worth_going_on = 0.005;

enum sc_code sc_staff_search_init(struct sc_staff_search *search, const struct sc_staff_problem *problem,
                                  struct sc_staff_player *player, struct sc_error *error)
{
    *search = (struct sc_staff_search){.problem = problem, .player = player, .until = INFINITY};
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
    search->lift = calloc(2 * problem->rule_count + 1, sizeof *search->lift);
    search->early = search->lift ? search->lift + problem->rule_count : NULL;
    search->falls = calloc(problem->rule_count + 1, sizeof *search->falls);
    if (!search->best || !search->moves || !search->sums || !search->lift || !search->falls)
        return sc_error_memory(error);
    return sc_staff_removals_init(&search->removals, problem, search->slopes.first, error);
}

bool sc_staff_spent(struct sc_staff_search *search)
{
    search->stopped = search->stopped || search->player->contacts >= search->until;
    return search->stopped;
}

void sc_staff_search_release(struct sc_staff_search *search)
{
    sc_staff_base_release(&search->now);
    sc_staff_base_release(&search->other);
    sc_staff_slopes_release(&search->slopes);
    free(search->best);
    free(search->moves);
    free(search->sums);
    free(search->lift);
    free(search->falls);
    sc_staff_removals_release(&search->removals);
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

bool sc_staff_move_shares(const struct sc_staff_search *search, const struct sc_staff_move *move, size_t rule)
{
    return search->problem->judges[search->problem->rules[rule].judge].deferred &&
           move->companies > (double)move->count;
}

/* The part of what a rule showed that is put down to the move. */
static double share_of(const struct sc_staff_search *search, const struct sc_staff_move *move, size_t rule)
{
    return sc_staff_move_shares(search, move, rule) ? (double)move->count / move->companies : 1.0;
}

double sc_staff_move_effect(const struct sc_staff_search *search, const struct sc_staff_base *base,
                            const struct sc_staff_move *move, size_t reach)
{
    size_t rule = search->problem->reaches[search->problem->places[move->place].first_reach + reach].rule;
    double weight = base->weight[rule] / (double)base->count;
    if (move->count == 0 || !(weight > 0.0))
        return 0.0;
    return share_of(search, move, rule) * move->sum[reach] / (double)move->count / weight;
}

double sc_staff_move_error(const struct sc_staff_search *search, const struct sc_staff_base *base,
                           const struct sc_staff_move *move, size_t reach)
{
    size_t rule = search->problem->reaches[search->problem->places[move->place].first_reach + reach].rule;
    double weight = base->weight[rule] / (double)base->count, n = (double)move->count;
    double mean = move->sum[reach] / n, variance = fmax(0.0, move->square[reach] / n - mean * mean);
    double left = 1.0 - n / (double)search->all;
    return weight > 0.0 ? share_of(search, move, rule) * sqrt(variance / n * fmax(0.0, left)) / weight : 0.0;
}

/* Where a period has several intervals heads compete for where they do most: what one more does there is not told by
   what one less does, which is more the fewer there are. In an interval by itself the two are near enough. */
static bool both_sides(const struct sc_staff_problem *problem, size_t place)
{
    const struct sc_staff_place *p = &problem->places[place];
    for (size_t r = 0; r < p->reaches; r++) {
        const struct sc_staff_rule *rule = &problem->rules[problem->reaches[p->first_reach + r].rule];
        if (problem->pieces[rule->first_piece].intervals > 1)
            return true;
    }
    return false;
}

static bool any_both(const struct sc_staff_problem *problem)
{
    for (size_t p = 0; p < problem->place_count; p++)
        if (both_sides(problem, p))
            return true;
    return false;
}

/* With a confidence over many intervals a head carries hardly any period over its edge, so what each does is seen
   dimly, and looks are long. In a large centre steps of many heads and exchanges are not worth that: removals alone
   make the staffing minimal. */
static bool is_dim(const struct sc_staff_search *search)
{
    static const double large = 1e7; /* contacts of a play */
    return search->problem->confidence > 0.0 && search->play_contacts > large && any_both(search->problem);
}

void sc_staff_slopes_take(struct sc_staff_search *search, const struct sc_staff_base *base,
                          const struct sc_staff_move *move)
{
    const struct sc_staff_place *place = &search->problem->places[move->place];
    size_t at = search->slopes.first[move->cell[0]];
    bool both = both_sides(search->problem, move->place);
    for (size_t r = 0; r < place->reaches; r++) {
        size_t rule = search->problem->reaches[place->first_reach + r].rule;
        double slack = sc_staff_slack(base, rule), with = slack + sc_staff_move_effect(search, base, move, r);
        double error = sc_staff_move_error(search, base, move, r) * sc_staff_margin_slope(search->problem, rule, with);
        double effect = sc_staff_margin(search->problem, rule, with) - sc_staff_margin(search->problem, rule, slack);
        if (!(base->weight[rule] > 0.0))
            continue;
        if (move->change[0] > 0) {
            /* What may be chance is not relied on. */
            search->slopes.gain[at + r] = effect > believed_by * error ? effect : 0.0;
        } else {
            search->slopes.loss[at + r] = fmin(0.0, effect);
            if (!both)
                search->slopes.gain[at + r] = -effect > believed_by * error ? -gain_part * effect : 0.0;
            search->slopes.loss_error[at + r] = error;
        }
    }
}

/* What one head less, or more, does in every cell, by the first replications of `now`. */
static enum sc_code slopes_find(struct sc_staff_search *search, size_t replications, struct sc_error *error)
{
    size_t n = 0, cells = search->problem->cell_count;
    for (size_t i = 0; i < cells; i++) {
        bool any = search->now.heads[i] > 0;
        if (any)
            move_single(search, n++, i, -1);
        else
            memset(search->slopes.loss + search->slopes.first[i], 0,
                   (search->slopes.first[i + 1] - search->slopes.first[i]) * sizeof *search->slopes.loss);
        if (!any || both_sides(search->problem, search->problem->cells[i].place))
            move_single(search, n++, i, 1);
    }
    enum sc_code code = sc_staff_try(search->player, &search->now, search->moves, n, 0, replications, error);
    for (size_t i = 0; i < n && code == SC_OK; i++)
        sc_staff_slopes_take(search, &search->now, &search->moves[i]);
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
    enum sc_code code = sc_staff_play(search->player, other, replications, error);
    return code;
}

enum sc_code sc_staff_try_whole(struct sc_staff_search *search, double errors, bool *holds, struct sc_error *error)
{
    const struct sc_staff_problem *problem = search->problem;
    size_t all = search->now.count;
    enum sc_code code = SC_OK;
    *holds = false;
    for (size_t count = FIRST_PART; code == SC_OK; count *= 2) {
        bool whole = count >= all;
        if (!whole)
            sc_staff_lift(&search->now, problem, count, search->early);
        search->other.lift = whole ? search->now.lift : search->early;
        code = count == FIRST_PART ? play_other(search, search->now.heads, whole ? all : count, error)
                                   : sc_staff_play(search->player, &search->other, whole ? all : count, error);
        if (code == SC_OK && sc_staff_falls(&search->other, &search->now, problem, whole ? 0.0 : errors, search->falls))
            break;
        *holds = code == SC_OK && whole;
        if (whole)
            break;
    }
    return code;
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
static size_t looks_of(const struct sc_staff_search *search, size_t wanted, size_t replications)
{
    size_t alike = sc_staff_alike(search->problem), looks = (wanted + alike - 1) / alike;
    looks = looks > 4 ? looks : 4;
    looks = replications / 8 > looks && !is_dim(search) ? replications / 8 : looks;
    return looks < replications ? looks : replications;
}

/* Looks again at what a head more does in `other`, where rules are short: what was seen elsewhere misled. Twice as long
   in every round: of rare contacts a few replications have hardly any, and what helps them seems to do nothing. */
static enum sc_code gains_refresh(struct sc_staff_search *search, int round, struct sc_error *error)
{
    const struct sc_staff_problem *problem = search->problem;
    size_t n = 0;
    for (size_t i = 0; i < problem->cell_count; i++)
        if (place_concerned(search, &search->other, &problem->places[problem->cells[i].place]))
            move_single(search, n++, i, 1);
    size_t looks = looks_of(search, LOOKS, search->other.count);
    for (int i = 1; i < round && looks < search->other.count; i++)
        looks *= 2;
    looks = looks < search->other.count ? looks : search->other.count;
    enum sc_code code = sc_staff_try(search->player, &search->other, search->moves, n, 0, looks, error);
    for (size_t i = 0; i < n && code == SC_OK; i++)
        sc_staff_slopes_take(search, &search->other, &search->moves[i]);
    return code;
}

/* Where even so nothing is known to help a short rule: heads at its place, in one pool after another, the more the
   longer it takes. */
static void change_blindly(struct sc_staff_search *search, int round)
{
    const struct sc_staff_problem *problem = search->problem;
    for (size_t p = 0; p < problem->place_count; p++) {
        const struct sc_staff_place *place = &problem->places[p];
        int here = 0;
        for (size_t c = place->first_cell; c < place->first_cell + place->cells; c++)
            here += search->other.heads[c];
        if (place_concerned(search, &search->other, place))
            search->change[place->first_cell + (size_t)round % place->cells] += 1 + here * round / BLIND_PART;
    }
}

/* Adds heads to `other` until no rule is short, or so many times. */
static enum sc_code repair(struct sc_staff_search *search, int most, int rounds, size_t replications,
                           struct sc_error *error)
{
    struct sc_staff_base *other = &search->other;
    for (int round = 0; round < rounds && sc_staff_short(other, search->problem) > 0; round++) {
        if (sc_staff_spent(search))
            break;
        struct sc_staff_step step = {.most = round < 4 ? most : most + round / 4,
                                     .add_only = true,
                                     .slack = round % 2 == 0 ? repair_margin : 2.0 * repair_margin};
        enum sc_code code = round > 0 ? gains_refresh(search, round, error) : SC_OK;
        if (code == SC_OK)
            code = sc_staff_program(search->problem, other, &search->slopes, &step, search->change, error);
        if (code != SC_OK)
            return code;
        if (!any_change(search) || round >= BLIND_AFTER)
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
    search->all = search->part = replications;
    sc_staff_base_set(&search->now, search->problem, heads);
    enum sc_code code = sc_staff_play(search->player, &search->now, replications, error);
    size_t looks = looks_of(search, LOOKS, replications);
    for (int round = 0; round < COARSE_ROUNDS && code == SC_OK && !sc_staff_spent(search); round++) {
        bool feasible = sc_staff_short(&search->now, search->problem) == 0;
        double before = search->now.cost;
        if (round % 2 == 0)
            code = slopes_find(search, looks, error);
        if (code == SC_OK)
            code = coarse_step(search, COARSE_STEP, feasible ? TRIAL_REPAIRS : REPAIRS_MOST, replications, error);
        if (code != SC_OK || (feasible && !better(search, &search->other, &search->now)))
            break;
        sc_staff_swap(search);
        if (feasible && before - search->now.cost < worth_a_round * before)
            break;
    }
    return code;
}

/* --- fine --- */

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
    code = play_other(search, search->now.heads, search->now.count, error);
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
    if (is_dim(search))
        return false;
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

/* Repairs `now`. */
static enum sc_code mend(struct sc_staff_search *search, struct sc_error *error)
{
    size_t count = search->now.count;
    if (sc_staff_short(&search->now, search->problem) == 0)
        return SC_OK;
    search->other.lift = search->now.lift;
    sc_staff_swap(search);
    enum sc_code code = repair(search, 1, REPAIRS_MOST, count, error);
    sc_staff_swap(search);
    return code;
}

/* Plays `now` by all replications, and mends it by a part of them beside what all have shown: what single heads do is
   looked at again there, and the integer program told. */
static enum sc_code approach(struct sc_staff_search *search, struct sc_error *error)
{
    search->now.lift = search->other.lift = NULL;
    enum sc_code code = sc_staff_play(search->player, &search->now, search->all, error);
    if (code != SC_OK || search->part == search->all || is_dim(search))
        return code;
    sc_staff_lift(&search->now, search->problem, search->part, search->lift);
    sc_staff_base_first(&search->now, search->problem, search->part);
    search->now.lift = search->other.lift = search->lift;
    code = slopes_find(search, looks_of(search, LOOKS_FINE, search->part), error);
    if (code == SC_OK)
        code = coarse_step(search, APPROACH_STEP, REPAIRS_MOST, search->part, error);
    if (code == SC_OK &&
        (sc_staff_short(&search->now, search->problem) > 0 || better(search, &search->other, &search->now)))
        sc_staff_swap(search);
    search->now.lift = search->other.lift = NULL;
    return code == SC_OK ? sc_staff_play(search->player, &search->now, search->all, error) : code;
}

enum sc_code sc_staff_search_fine(struct sc_staff_search *search, size_t replications, struct sc_error *error)
{
    double saved = 0.0;
    search->now.forgiven = search->other.forgiven = 0.0;
    search->all = replications;
    search->part = replications / PARTS < PART_LEAST ? replications : replications / PARTS;
    enum sc_code code = approach(search, error);
    search->now.lift = search->other.lift = NULL;
    if (code == SC_OK)
        code = mend(search, error);
    if (code == SC_OK && sc_staff_short(&search->now, search->problem) > 0)
        return sc_error_set(error, SC_UNREACHABLE,
                            "no heads were found with which every target holds (%zu of them, in some period, are "
                            "still missed%s); a lower target or more pools with the skill may help",
                            sc_staff_short(&search->now, search->problem),
                            search->stopped ? " where the search was stopped, it had taken too long" : "");
    if (code == SC_OK)
        code = sc_staff_trim(search, error);
    /* Over several intervals heads can be had elsewhere for fewer, which no removal shows: asked anew while it pays. */
    bool several = any_both(search->problem);
    int steps = is_dim(search) ? 0 : several ? STEPS_LONG : 1;
    for (int step = 0; step < steps && code == SC_OK && !sc_staff_spent(search); step++) {
        if (several)
            code = slopes_find(search, looks_of(search, LOOKS_FINE, search->now.count), error);
        if (code == SC_OK)
            code = step_fine(search, &saved, error);
        if (code != SC_OK || saved <= 0.0)
            break;
        code = sc_staff_trim(search, error);
    }
    for (int round = 0; round < EXCHANGE_ROUNDS && code == SC_OK && heads_matter(search); round++) {
        if (sc_staff_spent(search))
            break;
        code = sc_staff_exchange(search, &saved, error);
        if (code != SC_OK || saved <= 0.0)
            break;
        code = sc_staff_trim(search, error);
        if (saved < worth_going_on * search->now.cost)
            break;
    }
    return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trimming a roster of shifts. Shifts come in hours, needs in half-hours, so a cover has heads to spare, and what they
 * do at one time makes up for what lacks at another. So heads are taken off the shifts, one by one, those first who
 * have the least to do beyond the need, and the roster is played each time: it stays off where no target is the worse
 * for it than it may be.
 *
 * This is played on numbers of its own; the judgement comes from those that chose nothing. Where it finds a target
 * missed, the last heads taken come back, as few of them as will do.
 */
#include "decide/shifts_private.h"
#include "decide/staff_player.h"
#include "staffcast/model.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES_MOST = 150, LEAST_PLAYS = 24, MOST_PLAYS = 600 };
/* Contacts of one try, and of all. */
static const double try_contacts = 4e5, all_contacts = 1.6e7;
/* Standard errors by which a single period must be short to be taken for it. */
static const double short_errors = 2;

/* Heads of one shift that go and stay together: on all days that are alike, or on the days of a tour. */
struct candidate {
    size_t pool, shift; /* shift: of the first such day */
    size_t tour;        /* SIZE_MAX: no tours */
    double idle;        /* share of its paid hours in which there are heads to spare */
};

struct trim {
    struct sc_shift_roster *roster;
    const struct sc_model *model;
    const struct sc_staff_options *options;
    const struct sc_scenario *scenario;
    size_t plays;
    double contacts, badness;
    size_t tries;
    struct candidate *candidates;
    size_t count;
    size_t *day_group; /* [pools * days], the first day with the same shifts */
    int **saved;       /* [taken + 1] heads of all shifts and tours */
    size_t taken, heads;
};

static struct sc_shift_plan_pool *pool_of(const struct trim *trim, size_t p)
{
    return &trim->roster->plan->pools[p];
}

/* --- states --- */

static int *save(const struct trim *trim)
{
    int *heads = malloc((trim->heads + 1) * sizeof *heads);
    size_t n = 0;
    for (size_t p = 0; heads != NULL && p < trim->roster->plan->pool_count; p++) {
        for (size_t s = 0; s < pool_of(trim, p)->shift_count; s++)
            heads[n++] = pool_of(trim, p)->shifts[s].heads;
        for (size_t t = 0; t < pool_of(trim, p)->tour_count; t++)
            heads[n++] = pool_of(trim, p)->tours[t].heads;
    }
    return heads;
}

static void restore(struct trim *trim, const int *heads)
{
    size_t n = 0;
    for (size_t p = 0; p < trim->roster->plan->pool_count; p++) {
        for (size_t s = 0; s < pool_of(trim, p)->shift_count; s++)
            pool_of(trim, p)->shifts[s].heads = heads[n++];
        for (size_t t = 0; t < pool_of(trim, p)->tour_count; t++)
            pool_of(trim, p)->tours[t].heads = heads[n++];
        sc_shift_plan_count(trim->roster->plan, pool_of(trim, p));
    }
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

/* How far all rules together are from holding: 0 where they all hold. */
static enum sc_code play(struct trim *trim, double *badness, struct sc_error *error)
{
    struct sc_staff_problem problem;
    struct sc_staff_player player = {0};
    struct sc_staff_base base = {0};
    struct sc_staff_options options = *trim->options;
    uint64_t seed = options.seed_given ? options.seed : trim->scenario->seed;
    if (sc_shift_roster_build(trim->roster, trim->model, error) != SC_OK)
        return error->code;
    options.seed = seed ^ UINT64_C(0x9e3779b97f4a7c15);
    options.seed_given = true;
    options.progress = NULL;
    enum sc_code code = sc_staff_problem_init(&problem, trim->roster->model, &options, error);
    if (code == SC_OK)
        code = sc_staff_player_init(&player, &problem, &options, error);
    if (code == SC_OK)
        code = sc_staff_base_init(&base, &problem, error);
    if (code == SC_OK)
        code = sc_staff_play_as_is(&player, &base, trim->plays, error);
    *badness = 0;
    if (code == SC_OK)
        *badness = badness_of(&problem, &base);
    trim->contacts += player.contacts;
    trim->tries++;
    sc_staff_base_release(&base);
    sc_staff_player_release(&player);
    sc_staff_problem_release(&problem);
    return code;
}

/* --- candidates --- */

static bool same_day(const struct sc_shift_plan_pool *pool, size_t one, size_t other)
{
    size_t a = 0, b = 0;
    for (; a < pool->shift_count && pool->shifts[a].day < one; a++)
        ;
    for (; b < pool->shift_count && pool->shifts[b].day < other; b++)
        ;
    for (; a < pool->shift_count && pool->shifts[a].day == one; a++, b++) {
        if (b == pool->shift_count || pool->shifts[b].day != other)
            return false;
        struct sc_cover_shift here = pool->shifts[a], there = pool->shifts[b];
        bool same = here.rule == there.rule && here.from_s == there.from_s && here.lasts_s == there.lasts_s &&
                    here.heads == there.heads && here.break_count == there.break_count;
        for (size_t i = 0; same && i < here.break_count; i++)
            same = here.break_at_s[i] == there.break_at_s[i];
        if (!same)
            return false;
    }
    return b == pool->shift_count || pool->shifts[b].day != other;
}

static void group_days(struct trim *trim)
{
    size_t days = trim->roster->plan->days;
    for (size_t p = 0; p < trim->roster->plan->pool_count; p++)
        for (size_t day = 0; day < days; day++) {
            size_t like = 0;
            while (like < day && !same_day(pool_of(trim, p), like, day))
                like++;
            trim->day_group[p * days + day] = like;
        }
}

static void list_candidates(struct trim *trim)
{
    for (size_t p = 0; p < trim->roster->plan->pool_count; p++) {
        const struct sc_shift_plan_pool *pool = pool_of(trim, p);
        for (size_t s = 0; s < pool->shift_count; s++)
            if (trim->day_group[p * trim->roster->plan->days + pool->shifts[s].day] == pool->shifts[s].day &&
                trim->roster->plan->rules->rules[pool->shifts[s].rule].days_a_week == 0)
                trim->candidates[trim->count++] = (struct candidate){p, s, SIZE_MAX, 0};
        for (size_t t = 0; t < pool->tour_count; t++)
            trim->candidates[trim->count++] = (struct candidate){p, 0, t, 0};
    }
}

/* Of a stretch of time from a midnight on: cells in it, and those with heads to spare. */
static void look(const struct trim *trim, size_t p, double begin_s, double lasts_s, double *spare, double *all)
{
    const struct sc_shift_plan *plan = trim->roster->plan;
    long from = lround(begin_s / plan->interval_s - 0.499), to = lround((begin_s + lasts_s) / plan->interval_s + 0.499);
    for (long i = from > 0 ? from : 0; i < to && i < (long)plan->count; i++) {
        *all += 1;
        *spare += plan->pools[p].on_duty[i] > plan->pools[p].need[i];
    }
}

static void score(struct trim *trim, struct candidate *candidate)
{
    const struct sc_shift_plan_pool *pool = pool_of(trim, candidate->pool);
    double spare = 0, all = 1e-9;
    if (candidate->tour == SIZE_MAX) {
        const struct sc_cover_shift *shift = &pool->shifts[candidate->shift];
        look(trim, candidate->pool, (double)shift->day * 86400 + shift->from_s, shift->lasts_s, &spare, &all);
    } else {
        const struct sc_cover_tour *tour = &pool->tours[candidate->tour];
        for (size_t day = 0; day < 7; day++)
            if (tour->works[day])
                look(trim, candidate->pool, (double)(tour->first_day + day) * 86400 + tour->from_s, tour->lasts_s,
                     &spare, &all);
    }
    candidate->idle = spare / all;
}

/* The most idle first; of equals in the order of the plan, so that the answer is always the same. */
static int compare(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->idle != y->idle)
        return x->idle > y->idle ? -1 : 1;
    if (x->pool != y->pool)
        return x->pool < y->pool ? -1 : 1;
    if (x->tour != y->tour)
        return x->tour < y->tour ? -1 : 1;
    return (x->shift > y->shift) - (x->shift < y->shift);
}

/* --- taking heads off --- */

/* Heads of a start and length on a day, breaks aside: their least number is a rule. */
static int crew_of(const struct sc_shift_plan_pool *pool, const struct sc_cover_shift *shift)
{
    int heads = 0;
    for (size_t s = 0; s < pool->shift_count; s++)
        if (pool->shifts[s].day == shift->day && pool->shifts[s].rule == shift->rule &&
            pool->shifts[s].from_s == shift->from_s && pool->shifts[s].lasts_s == shift->lasts_s)
            heads += pool->shifts[s].heads;
    return heads;
}

static bool may_go(const struct trim *trim, const struct sc_shift_plan_pool *pool, const struct sc_cover_shift *shift)
{
    int least = trim->roster->plan->rules->rules[shift->rule].min, crew = crew_of(pool, shift);
    return shift->heads > 0 && (crew - 1 >= least || crew == 1);
}

static bool take_shift(struct trim *trim, const struct candidate *candidate)
{
    struct sc_shift_plan_pool *pool = pool_of(trim, candidate->pool);
    const struct sc_cover_shift first = pool->shifts[candidate->shift];
    const size_t *group = trim->day_group + candidate->pool * trim->roster->plan->days;
    size_t at = candidate->shift, offset = 0;
    if (!may_go(trim, pool, &first))
        return false;
    while (at > 0 && pool->shifts[at - 1].day == first.day) {
        at--;
        offset++;
    }
    for (size_t s = 0; s < pool->shift_count; s++)
        if ((s == 0 || pool->shifts[s - 1].day != pool->shifts[s].day) && group[pool->shifts[s].day] == first.day)
            pool->shifts[s + offset].heads--;
    return true;
}

static bool take_tour(struct trim *trim, const struct candidate *candidate)
{
    struct sc_shift_plan_pool *pool = pool_of(trim, candidate->pool);
    struct sc_cover_tour *tour = &pool->tours[candidate->tour];
    if (tour->heads == 0)
        return false;
    for (size_t day = 0; day < 7; day++) {
        struct sc_cover_shift *most = NULL;
        if (!tour->works[day] || tour->first_day + day >= trim->roster->plan->days)
            continue;
        for (size_t s = 0; s < pool->shift_count; s++) {
            struct sc_cover_shift *shift = &pool->shifts[s];
            if (shift->day == tour->first_day + day && shift->rule == tour->rule && shift->from_s == tour->from_s &&
                shift->lasts_s == tour->lasts_s && (most == NULL || shift->heads > most->heads))
                most = shift;
        }
        if (most == NULL || !may_go(trim, pool, most))
            return false;
        most->heads--;
    }
    tour->heads--;
    return true;
}

/* Tries a head less. Leaves the roster as it was where it may not go. */
static enum sc_code try_one(struct trim *trim, const struct candidate *candidate, bool *gone, struct sc_error *error)
{
    int *before = save(trim), *after = NULL;
    double badness = INFINITY;
    enum sc_code code = before != NULL ? SC_OK : sc_error_memory(error);
    *gone = false;
    if (code == SC_OK && (candidate->tour == SIZE_MAX ? take_shift(trim, candidate) : take_tour(trim, candidate))) {
        sc_shift_plan_count(trim->roster->plan, pool_of(trim, candidate->pool));
        code = play(trim, &badness, error);
    }
    if (code == SC_OK && badness <= trim->badness + 1e-12) {
        after = save(trim);
        code = after != NULL ? SC_OK : sc_error_memory(error);
    }
    if (after != NULL) {
        trim->badness = badness;
        trim->saved[++trim->taken] = after;
        *gone = true;
    } else if (before != NULL) {
        restore(trim, before);
    }
    free(before);
    return code;
}

static bool may_go_on(const struct trim *trim)
{
    return trim->tries < TRIES_MOST && trim->contacts < all_contacts;
}

static enum sc_code take_all(struct trim *trim, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    bool any = true;
    while (code == SC_OK && any && may_go_on(trim)) {
        any = false;
        for (size_t c = 0; c < trim->count; c++)
            score(trim, &trim->candidates[c]);
        qsort(trim->candidates, trim->count, sizeof *trim->candidates, compare);
        for (size_t c = 0; code == SC_OK && c < trim->count && may_go_on(trim); c++) {
            bool gone = trim->candidates[c].idle > 0;
            while (code == SC_OK && gone && may_go_on(trim)) {
                code = try_one(trim, &trim->candidates[c], &gone, error);
                any = any || gone;
            }
        }
    }
    return code;
}

/* --- the whole --- */

/* Judges the roster without the first `taken` heads on the numbers that chose nothing. */
static enum sc_code judge_without(struct trim *trim, size_t taken, bool *holds, struct sc_error *error)
{
    struct sc_shift_roster *roster = trim->roster;
    restore(trim, trim->saved[taken]);
    sc_staff_free(roster->judged);
    roster->judged = NULL;
    enum sc_code code = sc_shift_roster_build(roster, trim->model, error);
    if (code == SC_OK)
        code = sc_staff_judge(roster->model, trim->options, &roster->judged, error);
    *holds = code == SC_OK && roster->judged->missed == 0;
    return code;
}

/* As many of the heads as the judge bears stay off; with none taken it held before. */
static enum sc_code judge(struct trim *trim, struct sc_error *error)
{
    size_t borne = 0, beyond = trim->taken + 1, judged = SIZE_MAX;
    enum sc_code code = SC_OK;
    for (size_t next = trim->taken; code == SC_OK && borne + 1 < beyond; next = borne + (beyond - borne) / 2) {
        bool holds = false;
        code = judge_without(trim, next, &holds, error);
        judged = next;
        if (holds)
            borne = next;
        else
            beyond = next;
    }
    if (code == SC_OK && judged != borne) {
        bool holds = false;
        code = judge_without(trim, borne, &holds, error);
    }
    trim->taken = trim->roster->trims = borne;
    return code;
}

static void drop_empty(struct sc_shift_plan *plan)
{
    for (size_t p = 0; p < plan->pool_count; p++) {
        struct sc_shift_plan_pool *pool = &plan->pools[p];
        size_t shifts = 0, tours = 0;
        for (size_t s = 0; s < pool->shift_count; s++)
            if (pool->shifts[s].heads > 0)
                pool->shifts[shifts++] = pool->shifts[s];
        for (size_t t = 0; t < pool->tour_count; t++)
            if (pool->tours[t].heads > 0)
                pool->tours[tours++] = pool->tours[t];
        pool->shift_count = shifts;
        pool->tour_count = tours;
    }
}

enum sc_code sc_shift_roster_trim(struct sc_shift_roster *roster, const struct sc_model *model,
                                  const struct sc_staff_options *options, struct sc_error *error)
{
    const struct sc_result *result = roster->judged->result;
    double each = result->contacts_simulated / (double)result->replications;
    struct trim trim = {.roster = roster, .model = model, .options = options, .scenario = sc_model_scenario(model)};
    /* The judgement refers to the model, which the first try replaces. */
    sc_staff_free(roster->judged);
    roster->judged = NULL;
    trim.plays = (size_t)fmin(MOST_PLAYS, fmax(LEAST_PLAYS, try_contacts / fmax(1, each)));
    for (size_t p = 0; p < roster->plan->pool_count; p++)
        trim.heads += roster->plan->pools[p].shift_count + roster->plan->pools[p].tour_count;
    trim.candidates = calloc(trim.heads + 1, sizeof *trim.candidates);
    trim.day_group = calloc(roster->plan->pool_count * roster->plan->days, sizeof *trim.day_group);
    trim.saved = calloc(TRIES_MOST + 2, sizeof(int *));
    bool enough = trim.candidates != NULL && trim.day_group != NULL && trim.saved != NULL;
    if (enough)
        enough = (trim.saved[0] = save(&trim)) != NULL;
    enum sc_code code = enough ? SC_OK : sc_error_memory(error);
    if (code == SC_OK) {
        group_days(&trim);
        list_candidates(&trim);
        code = play(&trim, &trim.badness, error);
    }
    if (code == SC_OK)
        code = take_all(&trim, error);
    if (code == SC_OK)
        code = judge(&trim, error);
    if (code == SC_OK)
        drop_empty(roster->plan);
    for (size_t i = 0; trim.saved != NULL && i < TRIES_MOST + 2; i++)
        free(trim.saved[i]);
    free(trim.saved);
    free(trim.day_group);
    free(trim.candidates);
    return code;
}

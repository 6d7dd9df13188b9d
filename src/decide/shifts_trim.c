/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trimming a roster of shifts. Shifts come in hours, needs in half-hours, so a cover has heads to spare, and what they
 * do at one time makes up for what lacks at another. So the roster is made cheaper while no target is the worse for it
 * than it may be, each time played:
 *
 *   spare     a period of many half-hours bears some of them with a head too few: for fewer hours, those are covered
 *             that leave the fewest lacking, and as few hours as play well are found by halves
 *   posts     heads go one by one, those first who have the least to do beyond the need, until none can
 *   exchange  a head goes and one comes for less that covers most of what lacks then
 *
 * This is played on numbers of its own; the judgement comes from those that chose nothing. Where it finds a target
 * missed, the last changes are taken back, as few of them as will do.
 */
#include "decide/shifts_change.h"
#include "decide/shifts_trial.h"
#include "staffcast/model.h"
#include "staffcast/staff.h"

#include <stdlib.h>

/* Heads by cell that may lack, a part of all; halves of the hours; cheaper shifts to be tried instead of a head's. */
enum { SPARE_PART = 3, HALVES = 6, OFFERS = 2 };
/* Of the hours that a cover takes no smaller share is tried. */
static const double share_least = 0.5;
/* Of a cover with heads to spare; a fifth of the usual: many are asked for. */
static const double spare_work = 1.2e7;

/* --- spare --- */

/* Heads by cell that a pool needs on its busiest day. */
static int need_a_day(const struct sc_shift_plan *plan, size_t p)
{
    size_t a_day = plan->count / plan->days;
    int each = (int)(plan->interval_s / plan->rules->cell_s + 0.5), most = 0;
    for (size_t day = 0; day < plan->days; day++) {
        int sum = 0;
        for (size_t i = day * a_day; i < (day + 1) * a_day; i++)
            sum += plan->pools[p].need[i] * each;
        most = sum > most ? sum : most;
    }
    return most;
}

/* A pool on its way to fewer hours. */
struct spare {
    size_t pool;
    int need;        /* heads by cell, of its busiest day */
    double *cover_h; /* [days], paid by the cover of the whole need */
    double *least_h; /* [days] */
};

/* Covers a pool with so many heads of a day lacking, for no less than a share of the hours of its cover, and plays that
   where it is cheaper. *fails: it was, and may not stay. */
static enum sc_code try_spare(struct sc_shift_trial *trial, const struct spare *spare, int lacking, double share,
                              bool *fails, struct sc_error *error)
{
    struct sc_shift_plan *plan = trial->roster->plan;
    double before_h = plan->pools[spare->pool].paid_h;
    bool stays = false;
    *fails = false;
    for (size_t day = 0; day < plan->days; day++)
        spare->least_h[day] = share * spare->cover_h[day];
    enum sc_code code =
        sc_shift_plan_spare(trial->scenario, plan, spare->pool, lacking, spare->least_h, spare_work, error);
    if (code != SC_OK)
        return code;
    if (plan->pools[spare->pool].paid_h > before_h - 1e-9)
        return sc_shift_trial_undo(trial, error);
    code = sc_shift_trial_play(trial, &stays, error);
    *fails = code == SC_OK && !stays;
    return code;
}

/* One head lacking, two, four, … as long as that plays well. */
static enum sc_code spare_heads(struct sc_shift_trial *trial, const struct spare *spare, struct sc_error *error)
{
    bool fails = false;
    enum sc_code code = SC_OK;
    for (int lacking = 1; code == SC_OK && !fails && lacking <= spare->need / SPARE_PART; lacking *= 2)
        if (sc_shift_trial_goes_on(trial))
            code = try_spare(trial, spare, lacking, 0, &fails, error);
    return code;
}

/* By halves between hours that play well and those that do not, whatever lacks. */
static enum sc_code spare_hours(struct sc_shift_trial *trial, const struct spare *spare, struct sc_error *error)
{
    double low = share_least, high = 1;
    enum sc_code code = SC_OK;
    for (int half = 0; code == SC_OK && half < HALVES && sc_shift_trial_goes_on(trial); half++) {
        double share = (low + high) / 2;
        bool fails = false;
        code = try_spare(trial, spare, 1 + spare->need / SPARE_PART, share, &fails, error);
        low = fails ? share : low;
        high = fails ? high : share;
    }
    return code;
}

static enum sc_code spare_pool(struct sc_shift_trial *trial, size_t p, struct sc_error *error)
{
    const struct sc_shift_plan *plan = trial->roster->plan;
    struct spare spare = {.pool = p, .need = need_a_day(plan, p), .cover_h = calloc(2 * plan->days, sizeof(double))};
    enum sc_code code = spare.cover_h != NULL ? SC_OK : sc_error_memory(error);
    if (code == SC_OK)
        spare.least_h = spare.cover_h + plan->days;
    for (size_t s = 0; code == SC_OK && s < plan->pools[p].shift_count; s++)
        spare.cover_h[plan->pools[p].shifts[s].day] +=
            plan->pools[p].shifts[s].heads * sc_shift_paid_h(&plan->pools[p].shifts[s]);
    if (code == SC_OK)
        code = spare_heads(trial, &spare, error);
    if (code == SC_OK)
        code = spare_hours(trial, &spare, error);
    free(spare.cover_h);
    return code;
}

/* Is any target judged over more than an interval? */
static bool periods_are_long(const struct sc_scenario *scenario, const struct sc_staff_options *options)
{
    bool any = options->per != SC_STAFF_INTERVAL;
    for (size_t c = 0; c < scenario->channel_count; c++)
        any = any || (scenario->channels[c].kind == SC_DEFERRED && scenario->channels[c].service.target.given);
    return any;
}

/* --- posts --- */

static enum sc_code take_one(struct sc_shift_trial *trial, const struct sc_shift_post *post, bool *gone,
                             struct sc_error *error)
{
    *gone = false;
    if (!sc_shift_post_take(trial->roster->plan, post))
        return sc_shift_trial_undo(trial, error);
    return sc_shift_trial_play(trial, gone, error);
}

/* Each as often as it goes. *any: whether one went. */
static enum sc_code take_all(struct sc_shift_trial *trial, bool *any, struct sc_error *error)
{
    struct sc_shift_post *posts = NULL;
    size_t count = 0;
    enum sc_code code = sc_shift_posts(trial->roster->plan, &posts, &count, error);
    *any = false;
    for (size_t i = 0; code == SC_OK && i < count; i++) {
        bool gone = true;
        while (code == SC_OK && gone && sc_shift_trial_goes_on(trial)) {
            code = take_one(trial, &posts[i], &gone, error);
            *any = *any || gone;
        }
    }
    free(posts);
    return code;
}

/* --- exchange --- */

static enum sc_code exchange_one(struct sc_shift_trial *trial, const struct sc_shift_post *post,
                                 const struct sc_shift_kind *kinds, size_t kind_count, bool *done,
                                 struct sc_error *error)
{
    struct sc_shift_plan *plan = trial->roster->plan;
    struct sc_shift_offer offers[OFFERS];
    size_t count = 0;
    enum sc_code code = SC_OK;
    *done = false;
    if (sc_shift_post_take(plan, post))
        count = sc_shift_offers(trial->scenario, plan, post, kinds, kind_count, offers, OFFERS);
    code = sc_shift_trial_undo(trial, error);
    for (size_t i = 0; code == SC_OK && i < count && !*done && sc_shift_trial_goes_on(trial); i++) {
        if (!sc_shift_post_take(plan, post))
            return sc_shift_trial_undo(trial, error);
        code = sc_shift_post_give(plan, post, &offers[i], error);
        if (code == SC_OK)
            code = sc_shift_trial_play(trial, done, error);
    }
    return code;
}

/* Every post once; after one was exchanged the others are looked at anew. */
static enum sc_code exchange_all(struct sc_shift_trial *trial, bool *any, struct sc_error *error)
{
    const struct sc_shift_plan *plan = trial->roster->plan;
    struct sc_shift_post *posts = NULL;
    size_t count = 0;
    enum sc_code code = sc_shift_posts(plan, &posts, &count, error);
    *any = false;
    for (size_t i = 0; code == SC_OK && i < count && !*any && sc_shift_trial_goes_on(trial); i++) {
        struct sc_cover_task task = {
            .rules = plan->rules, .pool = trial->scenario->pools[posts[i].pool].name, .cell_s = plan->rules->cell_s};
        size_t kind_count = 0;
        struct sc_shift_kind *kinds = sc_shift_kinds(&task, &kind_count, error);
        code = kinds != NULL ? exchange_one(trial, &posts[i], kinds, kind_count, any, error) : SC_SYSTEM;
        free(kinds);
    }
    free(posts);
    return code;
}

/* --- the whole --- */

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

static enum sc_code cheapen(struct sc_shift_trial *trial, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    bool going = true;
    for (size_t p = 0; code == SC_OK && p < trial->scenario->pool_count; p++)
        if (periods_are_long(trial->scenario, trial->options))
            code = spare_pool(trial, p, error);
    while (code == SC_OK && going && sc_shift_trial_goes_on(trial)) {
        code = take_all(trial, &going, error);
        if (code == SC_OK && !going)
            code = exchange_all(trial, &going, error);
    }
    return code;
}

enum sc_code sc_shift_roster_trim(struct sc_shift_roster *roster, const struct sc_model *model,
                                  const struct sc_staff_options *options, struct sc_error *error)
{
    struct sc_shift_trial trial;
    enum sc_code code = sc_shift_trial_init(&trial, roster, model, options, error);
    if (code == SC_OK)
        code = cheapen(&trial, error);
    if (code == SC_OK)
        code = sc_shift_trial_judge(&trial, error);
    if (code == SC_OK) {
        roster->trims = trial.taken;
        drop_empty(roster->plan);
    }
    sc_shift_trial_release(&trial);
    return code;
}

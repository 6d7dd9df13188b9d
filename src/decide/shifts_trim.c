/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trimming a roster of shifts. Shifts come in hours, needs in half-hours, so a cover has heads to spare, and what they
 * do at one time makes up for what lacks at another. So the roster is made cheaper while no target is the worse for it
 * than it may be, each time played:
 *
 *   late      a period of many half-hours bears one of them with a head too few where another has one to spare, at a
 *             rate that simulation tells (shifts_late.h): pools get the fewest hours that leave so much late, and how
 *             much that may be is found by halves
 *   posts     heads go one by one, those first who have the least to do beyond the need, until none can
 *   exchange  a head goes and one comes for less that covers most of what lacks then
 *
 * This is played on numbers of its own; the judgement comes from those that chose nothing. Where it finds a target
 * missed, the last changes are taken back, as few of them as will do.
 */
#include "decide/shifts_change.h"
#include "decide/shifts_late.h"
#include "staffcast/model.h"
#include "staffcast/staff.h"

#include <math.h>
#include <stdlib.h>

/* Halves of what is late; cheaper shifts to be tried instead of a head's. */
enum { HALVES = 6, OFFERS = 2 };

/* --- late --- */

static double paid_h(const struct sc_shift_plan *plan)
{
    double sum = 0;
    for (size_t p = 0; p < plan->pool_count; p++)
        sum += plan->pools[p].paid_h;
    return sum;
}

/* Covers pools first … end - 1 by what their heads are worth, so much late, and plays that where it is cheaper. *fails:
   it was, and may not stay. A cover that does not come out is as good as one that is no cheaper. */
static enum sc_code try_late(struct sc_shift_trial *trial, size_t first, size_t end, const struct sc_shift_late *late,
                             double share, bool *fails, struct sc_error *error)
{
    struct sc_shift_plan *plan = trial->roster->plan;
    struct sc_error refused = SC_ERROR_INIT;
    double before_h = paid_h(plan);
    bool stays = false;
    enum sc_code code = SC_OK;
    *fails = false;
    for (size_t p = first; code == SC_OK && p < end; p++)
        code = sc_shift_plan_late(trial->scenario, plan, p, &late[p], share, &refused);
    if (code == SC_NUMERIC || (code == SC_OK && paid_h(plan) > before_h - 1e-9))
        return sc_shift_trial_undo(trial, error);
    if (code != SC_OK)
        return sc_error_set(error, code, "%s", refused.message);
    code = sc_shift_trial_play(trial, &stays, error);
    *fails = code == SC_OK && !stays;
    return code;
}

/* As much late, up to `high` times as much as now, as plays well. */
static enum sc_code late_by_halves(struct sc_shift_trial *trial, size_t first, size_t end,
                                   const struct sc_shift_late *late, double high, struct sc_error *error)
{
    double low = 1;
    enum sc_code code = SC_OK;
    for (int half = 0; code == SC_OK && half < HALVES && sc_shift_trial_goes_on(trial); half++) {
        double share = sqrt(low * high);
        bool fails = false;
        code = try_late(trial, first, end, late, share, &fails, error);
        low = fails ? low : share;
        high = fails ? share : high;
    }
    return code;
}

/* All pools together first, lest the first of them takes all that may be late; then each for itself. What heads are
   worth is told near the roster that they are of, so it is asked again. */
static enum sc_code by_late(struct sc_shift_trial *trial, struct sc_error *error)
{
    static const double together_most = 4, alone_most = 1.5;
    size_t pools = trial->scenario->pool_count;
    struct sc_shift_late *late = calloc(pools + 1, sizeof *late);
    enum sc_code code = late != NULL ? SC_OK : sc_error_memory(error);
    for (size_t turn = 0; code == SC_OK && turn < 2; turn++) {
        for (size_t p = 0; code == SC_OK && p < pools; p++)
            code = sc_shift_late_find(&late[p], trial, p, error);
        if (code == SC_OK && turn == 0)
            code = late_by_halves(trial, 0, pools, late, together_most, error);
        for (size_t p = 0; code == SC_OK && turn == 1 && p < pools; p++)
            code = late_by_halves(trial, p, p + 1, late, alone_most, error);
        for (size_t p = 0; p < pools; p++)
            sc_shift_late_release(&late[p]);
    }
    free(late);
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
    if (periods_are_long(trial->scenario, trial->options))
        code = by_late(trial, error);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "decide/shifts_change.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WEEK = 7 };
static const double day_s = 86400;

/* --- what is alike --- */

static bool same_times(const struct sc_cover_shift *a, const struct sc_cover_shift *b)
{
    bool same = a->rule == b->rule && a->from_s == b->from_s && a->lasts_s == b->lasts_s &&
                a->break_count == b->break_count;
    for (size_t i = 0; same && i < a->break_count; i++)
        same = a->break_at_s[i] == b->break_at_s[i];
    return same;
}

static size_t first_shift(const struct sc_shift_plan_pool *pool, size_t day)
{
    size_t s = 0;
    while (s < pool->shift_count && pool->shifts[s].day < day)
        s++;
    return s;
}

static bool same_day(const struct sc_shift_plan_pool *pool, size_t one, size_t other)
{
    size_t a = first_shift(pool, one), b = first_shift(pool, other);
    for (; a < pool->shift_count && pool->shifts[a].day == one; a++, b++)
        if (b == pool->shift_count || pool->shifts[b].day != other || pool->shifts[a].heads != pool->shifts[b].heads ||
            !same_times(&pool->shifts[a], &pool->shifts[b]))
            return false;
    return b == pool->shift_count || pool->shifts[b].day != other;
}

static size_t first_tour(const struct sc_shift_plan_pool *pool, size_t day)
{
    size_t t = 0;
    while (t < pool->tour_count && pool->tours[t].first_day < day)
        t++;
    return t;
}

static bool same_tour(const struct sc_cover_tour *a, const struct sc_cover_tour *b)
{
    return a->rule == b->rule && a->from_s == b->from_s && a->lasts_s == b->lasts_s &&
           memcmp(a->works, b->works, sizeof a->works) == 0;
}

/* Weeks with the same tours, and the same days where both are whole. */
static bool same_week(const struct sc_shift_plan *plan, const struct sc_shift_plan_pool *pool, size_t one, size_t other)
{
    size_t a = first_tour(pool, one), b = first_tour(pool, other);
    for (; a < pool->tour_count && pool->tours[a].first_day == one; a++, b++)
        if (b == pool->tour_count || pool->tours[b].first_day != other ||
            pool->tours[a].heads != pool->tours[b].heads || !same_tour(&pool->tours[a], &pool->tours[b]))
            return false;
    bool same = b == pool->tour_count || pool->tours[b].first_day != other;
    for (size_t day = 0; same && day < WEEK && one + day < plan->days && other + day < plan->days; day++)
        same = same_day(pool, one + day, other + day);
    return same;
}

/* --- posts --- */

/* Of a stretch of time from a midnight on: cells in it, and those with heads to spare. */
static void look(const struct sc_shift_plan *plan, size_t p, double begin_s, double lasts_s, double *spare, double *all)
{
    long from = lround(begin_s / plan->interval_s - 0.499), to = lround((begin_s + lasts_s) / plan->interval_s + 0.499);
    for (long i = from > 0 ? from : 0; i < to && i < (long)plan->count; i++) {
        *all += 1;
        *spare += plan->pools[p].on_duty[i] > plan->pools[p].need[i];
    }
}

double sc_shift_paid_h(const struct sc_cover_shift *shift)
{
    double paid_s = shift->lasts_s;
    for (size_t b = 0; b < shift->break_count; b++)
        paid_s -= shift->break_paid[b] ? 0 : shift->break_lasts_s[b];
    return paid_s / 3600;
}

/* The most heads that any variant of a tour's shift has on a day; NULL: none. */
static struct sc_cover_shift *shift_of(struct sc_shift_plan_pool *pool, const struct sc_cover_tour *tour, size_t day)
{
    struct sc_cover_shift *most = NULL;
    for (size_t s = first_shift(pool, day); s < pool->shift_count && pool->shifts[s].day == day; s++) {
        struct sc_cover_shift *shift = &pool->shifts[s];
        if (shift->rule == tour->rule && shift->from_s == tour->from_s && shift->lasts_s == tour->lasts_s &&
            shift->heads > 0 && (most == NULL || shift->heads > most->heads))
            most = shift;
    }
    return most;
}

static void measure(const struct sc_shift_plan *plan, struct sc_shift_post *post)
{
    struct sc_shift_plan_pool *pool = &plan->pools[post->pool];
    double spare = 0, all = 1e-9;
    if (post->tour == SIZE_MAX) {
        const struct sc_cover_shift *shift = &pool->shifts[post->shift];
        look(plan, post->pool, (double)shift->day * day_s + shift->from_s, shift->lasts_s, &spare, &all);
        post->paid_h = sc_shift_paid_h(shift);
    } else {
        const struct sc_cover_tour *tour = &pool->tours[post->tour];
        for (size_t day = 0; day < WEEK; day++) {
            const struct sc_cover_shift *shift = tour->works[day] ? shift_of(pool, tour, tour->first_day + day) : NULL;
            if (shift == NULL)
                continue;
            look(plan, post->pool, (double)shift->day * day_s + shift->from_s, shift->lasts_s, &spare, &all);
            post->paid_h += sc_shift_paid_h(shift);
        }
    }
    post->idle = spare / all;
}

/* The most idle first; of equals in the order of the plan, so that the answer is always the same. */
static int compare(const void *a, const void *b)
{
    const struct sc_shift_post *x = a, *y = b;
    if (x->idle != y->idle)
        return x->idle > y->idle ? -1 : 1;
    if (x->pool != y->pool)
        return x->pool < y->pool ? -1 : 1;
    if (x->tour != y->tour)
        return x->tour < y->tour ? -1 : 1;
    return (x->shift > y->shift) - (x->shift < y->shift);
}

/* Is there none before that it is alike? */
static bool stands_for(const struct sc_shift_plan *plan, const struct sc_shift_plan_pool *pool, size_t day, bool tour)
{
    for (size_t before = 0; before < day; before += tour ? WEEK : 1)
        if (tour ? same_week(plan, pool, before, day) : same_day(pool, before, day))
            return false;
    return true;
}

enum sc_code sc_shift_posts(const struct sc_shift_plan *plan, struct sc_shift_post **posts, size_t *count,
                            struct sc_error *error)
{
    size_t room = 1, n = 0;
    for (size_t p = 0; p < plan->pool_count; p++)
        room += plan->pools[p].shift_count + plan->pools[p].tour_count;
    struct sc_shift_post *made = calloc(room, sizeof *made);
    if (made == NULL)
        return sc_error_memory(error);
    for (size_t p = 0; p < plan->pool_count; p++) {
        const struct sc_shift_plan_pool *pool = &plan->pools[p];
        for (size_t s = 0; s < pool->shift_count; s++)
            if (pool->shifts[s].heads > 0 && plan->rules->rules[pool->shifts[s].rule].days_a_week == 0 &&
                stands_for(plan, pool, pool->shifts[s].day, false))
                made[n++] = (struct sc_shift_post){.pool = p, .shift = s, .tour = SIZE_MAX};
        for (size_t t = 0; t < pool->tour_count; t++)
            if (pool->tours[t].heads > 0 && stands_for(plan, pool, pool->tours[t].first_day, true))
                made[n++] = (struct sc_shift_post){.pool = p, .tour = t};
    }
    for (size_t i = 0; i < n; i++)
        measure(plan, &made[i]);
    qsort(made, n, sizeof *made, compare);
    *posts = made;
    *count = n;
    return SC_OK;
}

/* --- taking --- */

/* Heads of a start and length on a day, breaks aside: their least and greatest numbers are rules. */
static int crew_of(const struct sc_shift_plan_pool *pool, size_t day, size_t rule, double from_s, double lasts_s)
{
    int heads = 0;
    for (size_t s = first_shift(pool, day); s < pool->shift_count && pool->shifts[s].day == day; s++)
        if (pool->shifts[s].rule == rule && pool->shifts[s].from_s == from_s && pool->shifts[s].lasts_s == lasts_s)
            heads += pool->shifts[s].heads;
    return heads;
}

static int crew_like(const struct sc_shift_plan_pool *pool, const struct sc_cover_shift *shift)
{
    return crew_of(pool, shift->day, shift->rule, shift->from_s, shift->lasts_s);
}

static void take_shift(const struct sc_shift_plan *plan, struct sc_shift_plan_pool *pool, size_t s)
{
    const struct sc_cover_shift shift = pool->shifts[s];
    if (crew_like(pool, &shift) > plan->rules->rules[shift.rule].min) {
        pool->shifts[s].heads--;
        return;
    }
    for (size_t i = first_shift(pool, shift.day); i < pool->shift_count && pool->shifts[i].day == shift.day; i++)
        if (pool->shifts[i].rule == shift.rule && pool->shifts[i].from_s == shift.from_s &&
            pool->shifts[i].lasts_s == shift.lasts_s)
            pool->shifts[i].heads = 0;
}

static bool take_tour(const struct sc_shift_plan *plan, struct sc_shift_plan_pool *pool, struct sc_cover_tour *tour)
{
    for (size_t day = 0; day < WEEK; day++) {
        struct sc_cover_shift *most = NULL;
        if (!tour->works[day] || tour->first_day + day >= plan->days)
            continue;
        most = shift_of(pool, tour, tour->first_day + day);
        if (most == NULL)
            return false;
        int crew = crew_like(pool, most);
        if (crew > 1 && crew - 1 < plan->rules->rules[tour->rule].min)
            return false;
        most->heads--;
    }
    tour->heads--;
    return true;
}

bool sc_shift_post_take(struct sc_shift_plan *plan, const struct sc_shift_post *post)
{
    struct sc_shift_plan_pool *pool = &plan->pools[post->pool];
    if ((post->tour == SIZE_MAX ? pool->shifts[post->shift].heads : pool->tours[post->tour].heads) == 0)
        return false;
    bool *alike = calloc(plan->days, sizeof *alike), taken = alike != NULL;
    size_t from = taken ? (post->tour == SIZE_MAX ? pool->shifts[post->shift].day : pool->tours[post->tour].first_day)
                        : 0;
    /* What is alike must be known before any of it is changed. */
    for (size_t day = 0; taken && day < plan->days; day++)
        alike[day] = post->tour == SIZE_MAX ? same_day(pool, from, day)
                                            : day % WEEK == 0 && same_week(plan, pool, from, day);
    for (size_t day = 0; taken && day < plan->days; day++) {
        if (!alike[day])
            continue;
        if (post->tour == SIZE_MAX)
            take_shift(plan, pool, first_shift(pool, day) + post->shift - first_shift(pool, from));
        else
            taken = take_tour(plan, pool, &pool->tours[first_tour(pool, day) + post->tour - first_tour(pool, from)]);
    }
    free(alike);
    sc_shift_plan_count(plan, pool);
    return taken;
}

/* --- giving --- */

/* The days of a post: those alike, as they are without its head, or those of the tour. */
static bool *days_of(const struct sc_shift_plan *plan, const struct sc_shift_post *post)
{
    const struct sc_shift_plan_pool *pool = &plan->pools[post->pool];
    bool *days = calloc(plan->days + 1, sizeof *days);
    for (size_t day = 0; days != NULL && day < plan->days; day++)
        days[day] = post->tour == SIZE_MAX ? same_day(pool, pool->shifts[post->shift].day, day)
                                           : pool->tours[post->tour].works[day % WEEK] &&
                                                 same_week(plan, pool, pool->tours[post->tour].first_day,
                                                           day - day % WEEK);
    return days;
}

static bool lacks(const struct sc_shift_plan *plan, const struct sc_shift_plan_pool *pool, size_t day, int cell)
{
    size_t a_day = (size_t)lround(day_s / plan->rules->cell_s), at = day * a_day + (size_t)cell;
    size_t each = (size_t)lround(plan->interval_s / plan->rules->cell_s);
    return at < plan->count * each && pool->cells[at] < pool->need[at / each];
}

/* Cells of a shift with too few heads; each break where it costs the fewest of them, early where that is alike. */
static void appraise(const struct sc_shift_plan *plan, const struct sc_shift_plan_pool *pool, size_t day,
                     struct sc_shift_offer *offer)
{
    const struct sc_shift_kind *kind = &offer->kind;
    for (int i = kind->start; i < kind->start + kind->length; i++)
        offer->gain += lacks(plan, pool, day, i);
    for (size_t b = 0; b < kind->rests; b++) {
        int least = INT32_MAX;
        for (int slot = 0; slot < kind->rest[b].count; slot++) {
            int from = kind->start + kind->rest[b].first + slot * kind->rest[b].step, lost = 0;
            for (int i = from; i < from + kind->rest[b].lasts; i++)
                lost += lacks(plan, pool, day, i);
            if (lost < least) {
                least = lost;
                offer->slot[b] = slot;
            }
        }
        offer->gain -= least;
    }
}

static bool is_allowed(const struct sc_scenario *scenario, const struct sc_shift_plan *plan,
                       const struct sc_shift_post *post, const bool *days, const struct sc_shift_kind *kind)
{
    const struct sc_shift_plan_pool *pool = &plan->pools[post->pool];
    const struct sc_shift_rule *rule = kind->rule;
    double from_s = kind->start * plan->rules->cell_s, lasts_s = kind->length * plan->rules->cell_s;
    if (post->tour == SIZE_MAX ? rule->days_a_week > 0 : kind->rule_index != pool->tours[post->tour].rule)
        return false;
    for (size_t day = 0; day < plan->days; day++) {
        int crew = days[day] ? crew_of(pool, day, kind->rule_index, from_s, lasts_s) + 1 : 0;
        if (days[day] && (!rule->day[sc_plan_day_kind(scenario, day)] || crew < rule->min || crew > rule->max))
            return false;
    }
    return true;
}

size_t sc_shift_offers(const struct sc_scenario *scenario, const struct sc_shift_plan *plan,
                       const struct sc_shift_post *post, const struct sc_shift_kind *kinds, size_t kind_count,
                       struct sc_shift_offer *offers, size_t most)
{
    size_t n = 0, first = 0;
    bool *days = days_of(plan, post);
    double dear_h = post->paid_h;
    if (post->tour != SIZE_MAX)
        dear_h /= plan->rules->rules[plan->pools[post->pool].tours[post->tour].rule].days_a_week;
    while (days != NULL && first < plan->days && !days[first])
        first++;
    for (size_t k = 0; days != NULL && first < plan->days && k < kind_count; k++) {
        struct sc_shift_offer offer = {.kind = kinds[k]};
        if (kinds[k].paid * plan->rules->cell_s / 3600 > dear_h - 1e-9 ||
            !is_allowed(scenario, plan, post, days, &kinds[k]))
            continue;
        appraise(plan, &plan->pools[post->pool], first, &offer);
        if (offer.gain <= 0)
            continue;
        size_t at = n < most ? n++ : most;
        for (; at > 0 && offers[at - 1].gain < offer.gain; at--)
            if (at < most)
                offers[at] = offers[at - 1];
        if (at < most)
            offers[at] = offer;
    }
    free(days);
    return n;
}

static struct sc_cover_shift shift_on(const struct sc_shift_plan *plan, const struct sc_shift_offer *offer, size_t day)
{
    const struct sc_shift_kind *kind = &offer->kind;
    double cell_s = plan->rules->cell_s;
    struct sc_cover_shift shift = {.rule = kind->rule_index,
                                   .day = day,
                                   .from_s = kind->start * cell_s,
                                   .lasts_s = kind->length * cell_s,
                                   .heads = 1,
                                   .break_count = kind->rests};
    for (size_t b = 0; b < kind->rests; b++) {
        shift.break_at_s[b] = (kind->start + kind->rest[b].first + offer->slot[b] * kind->rest[b].step) * cell_s;
        shift.break_lasts_s[b] = kind->rest[b].rest->lasts_s;
        shift.break_paid[b] = kind->rest[b].rest->paid;
    }
    return shift;
}

static enum sc_code add_shift(struct sc_shift_plan_pool *pool, const struct sc_cover_shift *shift,
                              struct sc_error *error)
{
    size_t at = first_shift(pool, shift->day);
    for (; at < pool->shift_count && pool->shifts[at].day == shift->day; at++)
        if (same_times(&pool->shifts[at], shift)) {
            pool->shifts[at].heads++;
            return SC_OK;
        }
    struct sc_cover_shift *grown = realloc(pool->shifts, (pool->shift_count + 1) * sizeof *grown);
    if (grown == NULL)
        return sc_error_memory(error);
    pool->shifts = grown;
    memmove(grown + at + 1, grown + at, (pool->shift_count++ - at) * sizeof *grown);
    grown[at] = *shift;
    return SC_OK;
}

/* A head of a tour, which was taken, works another shift on the same days. */
static enum sc_code add_tour(struct sc_shift_plan_pool *pool, struct sc_cover_tour tour, struct sc_error *error)
{
    size_t at = first_tour(pool, tour.first_day);
    for (; at < pool->tour_count && pool->tours[at].first_day == tour.first_day; at++)
        if (same_tour(&pool->tours[at], &tour)) {
            pool->tours[at].heads++;
            return SC_OK;
        }
    struct sc_cover_tour *grown = realloc(pool->tours, (pool->tour_count + 1) * sizeof *grown);
    if (grown == NULL)
        return sc_error_memory(error);
    pool->tours = grown;
    memmove(grown + at + 1, grown + at, (pool->tour_count++ - at) * sizeof *grown);
    grown[at] = tour;
    return SC_OK;
}

enum sc_code sc_shift_post_give(struct sc_shift_plan *plan, const struct sc_shift_post *post,
                                const struct sc_shift_offer *offer, struct sc_error *error)
{
    struct sc_shift_plan_pool *pool = &plan->pools[post->pool];
    struct sc_cover_tour tour = {.heads = 0};
    if (post->tour != SIZE_MAX)
        tour = pool->tours[post->tour];
    size_t week = SIZE_MAX;
    bool *days = days_of(plan, post);
    enum sc_code code = days != NULL ? SC_OK : sc_error_memory(error);
    for (size_t day = 0; code == SC_OK && day < plan->days; day++) {
        struct sc_cover_shift shift = shift_on(plan, offer, day);
        if (!days[day])
            continue;
        code = add_shift(pool, &shift, error);
        if (code != SC_OK || post->tour == SIZE_MAX || day - day % WEEK == week)
            continue;
        week = day - day % WEEK;
        tour.first_day = week;
        tour.from_s = shift.from_s;
        tour.lasts_s = shift.lasts_s;
        tour.heads = 1;
        code = add_tour(pool, tour, error);
    }
    free(days);
    if (code == SC_OK)
        sc_shift_plan_count(plan, pool);
    return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the covers of single days or weeks to the roster of a horizon. Days (weeks) with the same need get the same
 * shifts, so each is solved once.
 */
#include "decide/shifts_late.h"
#include "staffcast/calendar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double day_s = 86400;
/* Of a cover by what heads are worth; a fifth of the usual: many are asked for. */
static const double late_work = 1.2e7;
enum { WEEK = 7 };

/* One pool on its way through the days. */
struct walk {
    const struct sc_scenario *scenario;
    const struct sc_shift_rules *rules;
    const char *pool;
    size_t days, cells; /* of the horizon; cells a day */
    int *need;          /* [(days + WEEK) * cells], nothing past the end */
    int *kind;          /* [days + WEEK] */
    double *late, *keep; /* [(days + WEEK) * cells] and late_most, [days + WEEK], as in struct sc_cover_task, or NULL */
    double *late_most;
    double work;        /* of a block, as in struct sc_cover_task */
    size_t number, first, block, pools; /* the pool, the day, the days covered at once: what of all is done */
    const struct sc_plan_watch *watch;
    struct sc_shift_plan_pool *out;
};

int sc_plan_day_kind(const struct sc_scenario *scenario, size_t day)
{
    int64_t date = scenario->start_day + (int64_t)day;
    for (size_t i = 0; i < scenario->holiday_count; i++)
        if (scenario->holidays[i] == date)
            return SC_HOLIDAY;
    return sc_weekday(date);
}

/* --- checks --- */

static enum sc_code check_pools(const struct sc_scenario *scenario, const struct sc_shift_rules *rules,
                                struct sc_error *error)
{
    for (size_t r = 0; r < rules->count; r++)
        for (size_t i = 0; i < rules->rules[r].pool_count; i++) {
            size_t p = 0;
            while (p < scenario->pool_count && strcmp(scenario->pools[p].name, rules->rules[r].pools[i]) != 0)
                p++;
            if (p == scenario->pool_count)
                return sc_error_set_at(error, SC_INPUT, rules->rules[r].where.file, rules->rules[r].where.line,
                                       "there is no such pool (found \"%s\"); name pools of the scenario",
                                       rules->rules[r].pools[i]);
        }
    return SC_OK;
}

/* --- how days hang together --- */

/* Seconds that the longest shift of the pool goes past midnight, and whether it works any in tours. */
static double reach_s(const struct walk *walk, bool *tours, bool *any)
{
    double most = 0;
    for (size_t r = 0; r < walk->rules->count; r++) {
        const struct sc_shift_rule *rule = &walk->rules->rules[r];
        if (!sc_shift_rule_is_for(rule, walk->pool))
            continue;
        *any = true;
        *tours = *tours || rule->days_a_week > 0;
        most = fmax(most, rule->starts_s[rule->start_count - 1] + rule->lengths_s[0] - day_s);
    }
    return most;
}

static bool needs_mornings(const struct walk *walk, double reach)
{
    size_t first = (size_t)ceil(reach / walk->rules->cell_s);
    for (size_t day = 0; day < walk->days; day++)
        for (size_t i = 0; i < first && i < walk->cells; i++)
            if (walk->need[day * walk->cells + i] > 0)
                return true;
    return false;
}

/* May the same shifts begin on both kinds of day? */
static bool same_rules(const struct walk *walk, size_t one, size_t other, size_t days)
{
    for (size_t day = 0; day < days; day++)
        for (size_t r = 0; r < walk->rules->count; r++)
            if (walk->rules->rules[r].day[walk->kind[one + day]] != walk->rules->rules[r].day[walk->kind[other + day]])
                return false;
    size_t a = one * walk->cells, b = other * walk->cells, cells = days * walk->cells;
    return memcmp(walk->need + a, walk->need + b, cells * sizeof *walk->need) == 0 &&
           (walk->late == NULL || (memcmp(walk->late + a, walk->late + b, cells * sizeof *walk->late) == 0 &&
                                   memcmp(walk->keep + a, walk->keep + b, cells * sizeof *walk->keep) == 0 &&
                                   memcmp(walk->late_most + one, walk->late_most + other,
                                          days * sizeof *walk->late_most) == 0));
}

/* --- taking over --- */

static bool same_times(const struct sc_cover_shift *a, const struct sc_cover_shift *b)
{
    bool same = a->from_s == b->from_s && a->lasts_s == b->lasts_s && a->break_count == b->break_count;
    for (size_t i = 0; same && i < a->break_count; i++)
        same = a->break_at_s[i] == b->break_at_s[i] && a->break_lasts_s[i] == b->break_lasts_s[i] &&
               a->break_paid[i] == b->break_paid[i];
    return same;
}

/* Two rules may allow the same shift: its heads are one crew. */
static void add_shift(struct sc_shift_plan_pool *pool, const struct sc_cover_shift *shift)
{
    for (size_t i = pool->shift_count; i-- > 0 && pool->shifts[i].day == shift->day;)
        if (same_times(&pool->shifts[i], shift)) {
            pool->shifts[i].heads += shift->heads;
            return;
        }
    pool->shifts[pool->shift_count++] = *shift;
}

static enum sc_code take(struct walk *walk, const struct sc_cover *cover, size_t first_day, struct sc_error *error)
{
    struct sc_shift_plan_pool *out = walk->out;
    struct sc_cover_shift *shifts = realloc(out->shifts, (out->shift_count + cover->shift_count + 1) * sizeof *shifts);
    if (shifts == NULL)
        return sc_error_memory(error);
    out->shifts = shifts;
    struct sc_cover_tour *tours = realloc(out->tours, (out->tour_count + cover->tour_count + 1) * sizeof *tours);
    if (tours == NULL)
        return sc_error_memory(error);
    out->tours = tours;
    double paid_h = 0;
    for (size_t i = 0; i < cover->shift_count; i++) {
        struct sc_cover_shift shift = cover->shifts[i];
        shift.day += first_day;
        if (shift.day >= walk->days)
            continue;
        add_shift(out, &shift);
        paid_h += shift.heads * shift.lasts_s / 3600;
        for (size_t b = 0; b < shift.break_count; b++)
            paid_h -= shift.break_paid[b] ? 0 : shift.heads * shift.break_lasts_s[b] / 3600;
    }
    for (size_t i = 0; i < cover->tour_count; i++) {
        tours[out->tour_count] = cover->tours[i];
        tours[out->tour_count++].first_day = first_day;
    }
    out->bound_h += cover->paid_h > 0 ? paid_h * cover->bound_h / cover->paid_h : 0;
    out->optimal = out->optimal && cover->optimal;
    out->patterns = cover->patterns > out->patterns ? cover->patterns : out->patterns;
    return SC_OK;
}

/* What shifts of the days before reach into the need of days from `first` on is covered already. */
static void carry(struct walk *walk, size_t first)
{
    for (size_t s = 0; s < walk->out->shift_count; s++) {
        const struct sc_cover_shift *shift = &walk->out->shifts[s];
        double cell_s = walk->rules->cell_s;
        size_t from = shift->day * walk->cells + (size_t)lround(shift->from_s / cell_s);
        size_t to = from + (size_t)lround(shift->lasts_s / cell_s), edge = first * walk->cells;
        if (shift->day + 1 != first || to <= edge)
            continue;
        for (size_t cell = edge; cell < to; cell++) {
            double at_s = (double)(cell - shift->day * walk->cells) * cell_s;
            bool away = false;
            for (size_t b = 0; b < shift->break_count; b++)
                away = away || (at_s >= shift->break_at_s[b] && at_s < shift->break_at_s[b] + shift->break_lasts_s[b]);
            walk->need[cell] -= away ? 0 : shift->heads < walk->need[cell] ? shift->heads : walk->need[cell];
        }
    }
}

/* A share of the work for a block is that of its days, of one pool of all. */
static void tell(void *context, double share)
{
    const struct walk *walk = context;
    double days = fmin(walk->days, (double)walk->first + share * (double)walk->block);
    walk->watch->tell(walk->watch->context, ((double)walk->number + days / (double)walk->days) / (double)walk->pools);
}

static enum sc_code cover_block(struct walk *walk, size_t first, size_t days, bool cyclic, struct sc_cover **cover,
                                struct sc_error *error)
{
    struct sc_cover_task task = {
        .rules = walk->rules,
        .pool = walk->pool,
        .cell_s = walk->rules->cell_s,
        .days = days,
        .cells = walk->cells,
        .day_kind = walk->kind + first,
        .need = walk->need + first * walk->cells,
        .cyclic = cyclic,
        .late = walk->late != NULL ? walk->late + first * walk->cells : NULL,
        .keep = walk->late != NULL ? walk->keep + first * walk->cells : NULL,
        .late_most = walk->late != NULL ? walk->late_most + first : NULL,
        .work = walk->work,
        .progress = walk->watch != NULL ? tell : NULL,
        .progress_context = walk,
    };
    walk->first = first;
    walk->block = days;
    return sc_cover_solve(&task, cover, error);
}

/* Every day for itself. */
static enum sc_code walk_days(struct walk *walk, struct sc_error *error)
{
    struct sc_cover **covers = calloc(walk->days, sizeof(struct sc_cover *));
    enum sc_code code = covers != NULL ? SC_OK : sc_error_memory(error);
    for (size_t day = 0; code == SC_OK && day < walk->days; day++) {
        size_t same = 0;
        while (same < day && !(covers[same] != NULL && same_rules(walk, same, day, 1)))
            same++;
        if (same == day)
            code = cover_block(walk, day, 1, false, &covers[day], error);
        if (code == SC_OK)
            code = take(walk, covers[same], day, error);
        walk->out->short_heads += code == SC_OK ? covers[same]->short_heads : 0;
    }
    for (size_t day = 0; covers != NULL && day < walk->days; day++)
        sc_cover_free(covers[day]);
    free(covers);
    return code;
}

/* Week by week; the first as if it came again and again, the next ones after the one before. */
static enum sc_code walk_weeks(struct walk *walk, bool tours, struct sc_error *error)
{
    struct sc_cover *cover = NULL;
    size_t of = 0, of_days = 0;
    enum sc_code code = SC_OK;
    for (size_t first = 0; code == SC_OK && first < walk->days; first += WEEK) {
        size_t days = tours || walk->days - first >= WEEK ? WEEK : walk->days - first;
        if (cover == NULL || days != of_days || !same_rules(walk, of, first, days)) {
            bool again = cover != NULL;
            sc_cover_free(cover);
            cover = NULL;
            if (again)
                carry(walk, first);
            code = cover_block(walk, first, days, !again, &cover, error);
            of = first;
            of_days = days;
        }
        if (code == SC_OK)
            code = take(walk, cover, first, error);
        walk->out->short_heads += code == SC_OK ? cover->short_heads : 0;
    }
    sc_cover_free(cover);
    return code;
}

/* --- what came out --- */

/* Adds heads to the cells of a pool from a time of a day on; `before`: of the day before the first. */
static void add_heads(const struct sc_shift_plan *plan, struct sc_shift_plan_pool *pool, double begin_s, double lasts_s,
                      int heads)
{
    double cell_s = plan->rules->cell_s;
    long total = lround((double)plan->days * day_s / cell_s), from = lround(begin_s / cell_s);
    long to = from + lround(lasts_s / cell_s);
    for (long i = from > 0 ? from : 0; i < to && i < total; i++)
        pool->cells[i] += heads;
}

static void put_shift(const struct sc_shift_plan *plan, struct sc_shift_plan_pool *pool,
                      const struct sc_cover_shift *shift, double midnight_s)
{
    add_heads(plan, pool, midnight_s + shift->from_s, shift->lasts_s, shift->heads);
    for (size_t b = 0; b < shift->break_count; b++)
        add_heads(plan, pool, midnight_s + shift->break_at_s[b], shift->break_lasts_s[b], -shift->heads);
}

/* The evening before the first day is that of the last day of the first week, or of a shorter horizon. */
void sc_shift_plan_count(const struct sc_shift_plan *plan, struct sc_shift_plan_pool *pool)
{
    size_t last = plan->days < WEEK ? plan->days - 1 : WEEK - 1;
    size_t each = (size_t)lround(plan->interval_s / plan->rules->cell_s);
    memset(pool->cells, 0, plan->count * each * sizeof *pool->cells);
    pool->paid_h = 0;
    for (size_t s = 0; s < pool->shift_count; s++) {
        const struct sc_cover_shift *shift = &pool->shifts[s];
        put_shift(plan, pool, shift, (double)shift->day * day_s);
        if (shift->day == last)
            put_shift(plan, pool, shift, -day_s);
        pool->paid_h += shift->heads * shift->lasts_s / 3600;
        for (size_t b = 0; b < shift->break_count; b++)
            pool->paid_h -= shift->break_paid[b] ? 0 : shift->heads * shift->break_lasts_s[b] / 3600;
    }
    for (size_t i = 0; i < plan->count; i++) {
        pool->on_duty[i] = pool->cells[i * each];
        for (size_t k = 1; k < each; k++)
            pool->on_duty[i] =
                pool->cells[i * each + k] < pool->on_duty[i] ? pool->cells[i * each + k] : pool->on_duty[i];
    }
}

/* The shifts of a day: *first … *end - 1 (days follow one another). */
static void day_shifts(const struct sc_shift_plan_pool *pool, size_t day, size_t *first, size_t *end)
{
    *first = 0;
    while (*first < pool->shift_count && pool->shifts[*first].day < day)
        ++*first;
    *end = *first;
    while (*end < pool->shift_count && pool->shifts[*end].day == day)
        ++*end;
}

/* Do days of one kind have the same shifts, and does what passes midnight come from the kind of day that a scenario
   would take it from? */
static bool is_by_kind(const struct walk *walk)
{
    const struct sc_shift_plan_pool *pool = walk->out;
    for (size_t day = 0; day < walk->days; day++) {
        size_t like = 0, a, a_end, b, b_end;
        while (walk->kind[like] != walk->kind[day])
            like++;
        day_shifts(pool, like, &a, &a_end);
        day_shifts(pool, day, &b, &b_end);
        if (a_end - a != b_end - b)
            return false;
        for (; a < a_end; a++, b++)
            if (pool->shifts[a].heads != pool->shifts[b].heads || !same_times(&pool->shifts[a], &pool->shifts[b]))
                return false;
    }
    size_t last = walk->days < WEEK ? walk->days - 1 : WEEK - 1;
    for (size_t s = 0; s < pool->shift_count; s++)
        if (pool->shifts[s].day == last && pool->shifts[s].from_s + pool->shifts[s].lasts_s > day_s &&
            needs_mornings(walk, day_s) && walk->kind[last] % WEEK != (walk->kind[0] + WEEK - 1) % WEEK)
            return false;
    return true;
}

/* What heads are worth, and how much may be late: a share of what is with the shifts of `pool`. */
static enum sc_code walk_late(struct walk *walk, const struct sc_shift_plan *plan,
                              const struct sc_shift_plan_pool *pool, const struct sc_shift_late *late, double share,
                              struct sc_error *error)
{
    size_t each = (size_t)lround(plan->interval_s / walk->rules->cell_s), all = (walk->days + WEEK) * walk->cells;
    walk->late = calloc(2 * all + walk->days + WEEK, sizeof *walk->late);
    if (walk->late == NULL)
        return sc_error_memory(error);
    walk->keep = walk->late + all;
    walk->late_most = walk->keep + all;
    for (size_t cell = 0; cell < plan->count * each; cell++) {
        size_t i = cell / each;
        walk->need[cell] = late->heads[i];
        walk->late[cell] = late->late[i] / (double)each;
        walk->keep[cell] = late->keep[i];
        walk->late_most[cell / walk->cells] +=
            share * walk->late[cell] * pow(late->keep[i], fmin(pool->cells[cell] - late->heads[i], SC_LATE_MORE));
    }
    return SC_OK;
}

static enum sc_code plan_pool(struct walk *walk, const struct sc_shift_plan *plan, const int *need,
                              struct sc_error *error)
{
    size_t each = (size_t)lround(plan->interval_s / walk->rules->cell_s), count = plan->count;
    bool tours = false, any = false, wanted = false;
    for (size_t i = 0; i < count; i++) {
        walk->out->need[i] = need[i];
        wanted = wanted || need[i] > 0;
        for (size_t k = 0; walk->late == NULL && k < each; k++)
            walk->need[i * each + k] = need[i];
    }
    walk->out->optimal = walk->out->by_kind = true;
    double reach = reach_s(walk, &tours, &any);
    if (!wanted)
        return SC_OK;
    if (!any)
        return sc_error_set_at(error, SC_INPUT, walk->rules->file, 0,
                               "no shift is for pool '%s', which needs heads; "
                               "name it in pools, or leave pools out",
                               walk->pool);
    enum sc_code code =
        tours || (reach > 0 && needs_mornings(walk, reach)) ? walk_weeks(walk, tours, error) : walk_days(walk, error);
    if (code != SC_OK)
        return code;
    sc_shift_plan_count(plan, walk->out);
    walk->out->cover_h = walk->out->paid_h;
    walk->out->by_kind = is_by_kind(walk);
    return SC_OK;
}

static enum sc_code pool_init(struct sc_shift_plan_pool *pool, size_t count, size_t cells, struct sc_error *error)
{
    pool->need = calloc(2 * count + cells, sizeof *pool->need);
    if (pool->need == NULL)
        return sc_error_memory(error);
    pool->on_duty = pool->need + count;
    pool->cells = pool->on_duty + count;
    return SC_OK;
}

/* The caller releases, in any case. */
static enum sc_code walk_init(struct walk *walk, const struct sc_scenario *scenario, const struct sc_shift_rules *rules,
                              const struct sc_plan_watch *watch, struct sc_error *error)
{
    *walk = (struct walk){.scenario = scenario,
                          .rules = rules,
                          .days = (size_t)scenario->days,
                          .cells = (size_t)lround(day_s / rules->cell_s),
                          .pools = scenario->pool_count,
                          .watch = watch};
    walk->need = calloc((walk->days + WEEK) * walk->cells, sizeof *walk->need);
    walk->kind = calloc(walk->days + WEEK, sizeof *walk->kind);
    if (walk->need == NULL || walk->kind == NULL)
        return sc_error_memory(error);
    for (size_t day = 0; day < walk->days + WEEK; day++)
        walk->kind[day] = sc_plan_day_kind(scenario, day);
    return SC_OK;
}

static void walk_release(struct walk *walk)
{
    free(walk->need);
    free(walk->kind);
    free(walk->late);
}

static void pool_release(struct sc_shift_plan_pool *pool)
{
    free(pool->shifts);
    free(pool->tours);
    free(pool->need);
}

enum sc_code sc_shift_plan_watched(const struct sc_scenario *scenario, const struct sc_shift_rules *rules,
                                   const int *need, const struct sc_plan_watch *watch, struct sc_shift_plan **plan,
                                   struct sc_error *error)
{
    struct walk walk;
    if (check_pools(scenario, rules, error) != SC_OK)
        return error->code;
    struct sc_shift_plan *made = calloc(1, sizeof *made);
    if (made != NULL)
        made->pools = calloc(scenario->pool_count, sizeof *made->pools);
    enum sc_code code = walk_init(&walk, scenario, rules, watch, error);
    if (code == SC_OK && (made == NULL || made->pools == NULL))
        code = sc_error_memory(error);
    if (code == SC_OK) {
        made->rules = rules;
        made->pool_count = scenario->pool_count;
        made->days = walk.days;
        made->count = walk.days * (size_t)lround(day_s / scenario->interval_s);
        made->interval_s = scenario->interval_s;
    }
    for (size_t p = 0; code == SC_OK && p < scenario->pool_count; p++) {
        walk.pool = scenario->pools[p].name;
        walk.number = p;
        walk.out = &made->pools[p];
        code = pool_init(walk.out, made->count, walk.days * walk.cells, error);
        if (code == SC_OK)
            code = plan_pool(&walk, made, need + p * made->count, error);
    }
    walk_release(&walk);
    if (code == SC_OK)
        *plan = made;
    else
        sc_shift_plan_free(made);
    return code;
}

enum sc_code sc_shift_plan_new(const struct sc_scenario *scenario, const struct sc_shift_rules *rules, const int *need,
                               struct sc_shift_plan **plan, struct sc_error *error)
{
    return sc_shift_plan_watched(scenario, rules, need, NULL, plan, error);
}

enum sc_code sc_shift_plan_late(const struct sc_scenario *scenario, struct sc_shift_plan *plan, size_t p,
                                const struct sc_shift_late *late, double share, struct sc_error *error)
{
    struct sc_shift_plan_pool *pool = &plan->pools[p], made = {0};
    struct walk walk;
    enum sc_code code = walk_init(&walk, scenario, plan->rules, NULL, error);
    walk.pool = scenario->pools[p].name;
    walk.work = late_work;
    walk.out = &made;
    if (code == SC_OK)
        code = walk_late(&walk, plan, pool, late, share, error);
    if (code == SC_OK)
        code = pool_init(&made, plan->count, walk.days * walk.cells, error);
    if (code == SC_OK)
        code = plan_pool(&walk, plan, pool->need, error);
    if (code == SC_OK) {
        made.cover_h = pool->cover_h;
        made.bound_h = pool->bound_h;
        made.optimal = pool->optimal;
        made.short_heads = pool->short_heads;
        struct sc_shift_plan_pool before = *pool;
        *pool = made;
        made = before;
    }
    pool_release(&made);
    walk_release(&walk);
    return code;
}

static void *copy_array(const void *array, size_t size)
{
    void *copy = malloc(size + 1);
    if (copy != NULL && size > 0)
        memcpy(copy, array, size);
    return copy;
}

enum sc_code sc_shift_pools_copy(const struct sc_shift_plan *plan, struct sc_shift_plan_pool **pools,
                                 struct sc_error *error)
{
    size_t each = (size_t)lround(plan->interval_s / plan->rules->cell_s), room = plan->count * (2 + each);
    struct sc_shift_plan_pool *made = calloc(plan->pool_count + 1, sizeof *made);
    bool enough = made != NULL;
    for (size_t p = 0; enough && p < plan->pool_count; p++) {
        made[p] = plan->pools[p];
        made[p].shifts = copy_array(made[p].shifts, made[p].shift_count * sizeof *made[p].shifts);
        made[p].tours = copy_array(made[p].tours, made[p].tour_count * sizeof *made[p].tours);
        made[p].need = copy_array(made[p].need, room * sizeof *made[p].need);
        made[p].on_duty = made[p].need + plan->count;
        made[p].cells = made[p].on_duty + plan->count;
        enough = made[p].shifts != NULL && made[p].tours != NULL && made[p].need != NULL;
    }
    if (enough) {
        *pools = made;
        return SC_OK;
    }
    sc_shift_pools_free(plan, made);
    return sc_error_memory(error);
}

void sc_shift_pools_free(const struct sc_shift_plan *plan, struct sc_shift_plan_pool *pools)
{
    for (size_t p = 0; pools != NULL && p < plan->pool_count; p++)
        pool_release(&pools[p]);
    free(pools);
}

void sc_shift_plan_free(struct sc_shift_plan *plan)
{
    if (plan == NULL)
        return;
    sc_shift_pools_free(plan, plan->pools);
    free(plan);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rosters: how many heads a pool has on duty, and pays for, from each instant of a day on.
 *
 * Whatever a roster is written as (heads in opening hours, heads by the clock, shifts with breaks, a file), a day of it
 * becomes a sorted list of levels. Shifts add up as changes, so a shift that began yesterday counts towards this
 * morning.
 */
#include "model/laws.h"
#include "model/workforce.h"

#include <math.h>
#include <stdlib.h>

/* Heads and paid heads that come (or, below 0, go) at an instant. */
struct change {
    double at_s;
    int heads, paid;
};

/* Who is absent on a day: drawn for each head's number and date, so adding a head leaves the others as they were. */
struct absence {
    double share;
    uint64_t key; /* of the pool, replication and date */
};

/* A pool on a day of a replication. */
struct pool_day {
    const struct sc_model *model; /* whose rules hold */
    const struct sc_model *whole; /* that the rules are a part of: has the people */
    size_t pool;
    int day;
    uint64_t number, key; /* of the replication; key 0: nobody is away, and the roster is as written */
    size_t levels_most;
};

static bool has_people(const struct pool_day *at)
{
    return at->whole->workforce && at->key != 0;
}

static struct absence absence_of(const struct sc_model *model, size_t pool, int day, uint64_t replication_key)
{
    const struct sc_model_pool *p = &model->pools[pool];
    uint64_t key = sc_key(sc_key(replication_key, p->key), SC_FOR_ABSENCE);
    return (struct absence){replication_key ? p->pool->absence : 0.0, sc_key(key, (uint64_t)(model->first_day + day))};
}

static bool is_absent(const struct absence *absence, int head)
{
    return absence->share > 0.0 && sc_uniform(sc_key(absence->key, (uint64_t)head)) < absence->share;
}

/* How many of the heads from .. from + count - 1 are here. */
static int present(const struct absence *absence, int from, int count)
{
    if (absence->share <= 0.0)
        return count;
    int here = 0;
    for (int head = from; head < from + count; head++)
        here += !is_absent(absence, head);
    return here;
}

/* Appends a level, or replaces the last where it is at the same instant or says nothing new. */
static size_t level_add(struct sc_level *levels, size_t n, double at_s, int heads, int paid)
{
    if (n > 0 && levels[n - 1].at_s == at_s)
        n--;
    if (n > 0 && levels[n - 1].heads == heads && levels[n - 1].paid == paid)
        return n;
    levels[n] = (struct sc_level){at_s, heads, paid};
    return n + 1;
}

/* The same for `heads` by the roster, numbers 0 … heads - 1, and those added by `extra`. */
static size_t level_add_roster(struct sc_level *levels, size_t n, double at_s, int heads, const struct sc_pool *pool,
                               const struct absence *absence)
{
    heads += heads > 0 ? pool->extra : 0;
    heads = heads > 0 ? heads : 0;
    return level_add(levels, n, at_s, present(absence, 0, heads), heads);
}

/* --- shifts --- */

/* The kind of day a shift's list of days names: holidays only where `holiday` was written. */
static bool shift_begins(const struct sc_shift *shift, int day_kind)
{
    return shift->day[day_kind >= SC_HOLIDAY ? SC_HOLIDAY : day_kind];
}

static size_t shift_changes_most(const struct sc_shift *shift, int agents)
{
    return 2 + shift->break_count * 2 * (size_t)agents;
}

/* Heads of a shift: those of the roster, numbered on from shift to shift, and those that a workforce adds, with numbers
   of their own. */
struct shift_heads {
    int first, written, count;
    int added; /* number of the first added */
};

static int head_number(const struct shift_heads *heads, int head)
{
    return head < heads->written ? heads->first + head : heads->added + head - heads->written;
}

/* The changes of one shift that began on the day whose midnight is offset_s. Breaks are spread evenly in their window:
   the first head goes when it opens, the last is back when it closes. */
static size_t shift_changes(const struct sc_shift *shift, double offset_s, const struct absence *absence,
                            const struct shift_heads *heads, struct change *out)
{
    size_t n = 0;
    int here = 0;
    for (int head = 0; head < heads->count; head++)
        here += !is_absent(absence, head_number(heads, head));
    out[n++] = (struct change){offset_s + shift->from_s, here, heads->count};
    out[n++] = (struct change){offset_s + shift->to_s, -here, -heads->count};
    for (size_t b = 0; b < shift->break_count; b++) {
        const struct sc_break *rest = &shift->breaks[b];
        double slack = fmax(0.0, rest->to_s - rest->from_s - rest->lasts_s);
        double from = offset_s + rest->from_s + (rest->from_s < shift->from_s ? SC_DAY_S : 0.0);
        for (int head = 0; head < heads->count; head++) {
            double at = from + (heads->count > 1 ? slack * head / (heads->count - 1) : 0.0);
            int counts = !is_absent(absence, head_number(heads, head)), paid = rest->paid ? 0 : 1;
            out[n++] = (struct change){at, -counts, -paid};
            out[n++] = (struct change){at + rest->lasts_s, counts, paid};
        }
    }
    return n;
}

static int change_compare(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    return (x->at_s > y->at_s) - (x->at_s < y->at_s);
}

/* The people of a day, and what is carried over within it. */
struct people_day {
    struct sc_crew crew;
    double carried;
};

static struct people_day people_of(const struct pool_day *at, int day)
{
    struct people_day people;
    int64_t date = at->model->first_day + day;
    sc_crew_of(at->whole, at->pool, date, at->number, &people.crew);
    people.carried = sc_crew_uniform(at->whole, at->pool, date, at->key, SC_CREW_CARRIED);
    return people;
}

/* The changes of all shifts that begin on a day; those of the evening before the first day are those of its weekday.
   With people each shift has its part of them; *extra (may be NULL) is what `extra` comes to. */
static size_t shifts_changes(const struct pool_day *at, int from, struct change *changes, int *extra)
{
    const struct sc_pool *pool = at->model->pools[at->pool].pool;
    int kind = from < 0 ? (sc_day_kind(at->model, 0) % 7 + 6) % 7 : sc_day_kind(at->model, from);
    struct absence absence = absence_of(at->model, at->pool, from, at->key);
    struct people_day people = {.crew.factor = 1.0};
    size_t n = 0;
    int first = 0;
    if (has_people(at))
        people = people_of(at, from);
    for (size_t i = 0; i < pool->shift_count; i++) {
        const struct sc_shift *shift = &pool->shifts[i];
        struct shift_heads heads = {first, shift->agents, shift->agents, (int)(i + 1) << 20};
        first += shift->agents;
        if (!shift_begins(shift, kind))
            continue;
        if (has_people(at))
            heads.count = sc_crew_whole(people.crew.factor * shift->agents, &people.carried);
        n += shift_changes(shift, (from - at->day) * SC_DAY_S, &absence, &heads, changes + n);
    }
    if (extra)
        *extra = has_people(at) ? (int)floor(people.crew.factor * pool->extra + people.carried) : pool->extra;
    return n;
}

static size_t shifts_day(const struct pool_day *at, struct sc_level *levels)
{
    struct change *changes = malloc(at->levels_most * sizeof *changes);
    int extra = 0, heads = 0, paid = 0;
    if (!changes)
        return 0;
    size_t n = shifts_changes(at, at->day - 1, changes, NULL);
    n += shifts_changes(at, at->day, changes + n, &extra);
    qsort(changes, n, sizeof *changes, change_compare);
    size_t count = level_add(levels, 0, 0.0, 0, 0);
    for (size_t i = 0; i < n && changes[i].at_s < SC_DAY_S; i++) {
        heads += changes[i].heads;
        paid += changes[i].paid;
        int added = paid > 0 ? extra : 0;
        count = level_add(levels, count, sc_tick(fmax(0.0, changes[i].at_s)), heads + added, paid + added);
    }
    free(changes);
    return count;
}

/* --- the other kinds of roster --- */

static size_t staffing_day(const struct sc_pool *pool, int day_kind, const struct absence *absence,
                           struct sc_level *levels)
{
    const struct sc_clock *clock = &pool->staffing.day[day_kind >= SC_HOLIDAY ? SC_HOLIDAY : day_kind];
    size_t count = level_add(levels, 0, 0.0, 0, 0);
    for (int i = 0; i < clock->cells; i++)
        count = level_add_roster(levels, count, SC_DAY_S * i / clock->cells, (int)clock->value[i], pool, absence);
    return count;
}

static size_t steps_day(const struct sc_pool *pool, int64_t date, const struct absence *absence,
                        struct sc_level *levels)
{
    int heads = 0;
    size_t i = 0, count;
    for (; i < pool->step_count && pool->steps[i].day < date; i++)
        heads = pool->steps[i].agents;
    count = level_add_roster(levels, 0, 0.0, heads, pool, absence);
    for (; i < pool->step_count && pool->steps[i].day == date; i++)
        count = level_add_roster(levels, count, sc_tick(pool->steps[i].second), pool->steps[i].agents, pool, absence);
    return count;
}

static size_t agents_day(const struct sc_model_pool *p, int day_kind, const struct absence *absence,
                         struct sc_level *levels)
{
    size_t count = level_add(levels, 0, 0.0, 0, 0);
    if (p->on[day_kind] && p->pool->agents > 0) {
        count = level_add_roster(levels, count, sc_tick(p->on_from_s[day_kind]), p->pool->agents, p->pool, absence);
        if (p->on_to_s[day_kind] < SC_DAY_S)
            count = level_add(levels, count, sc_tick(p->on_to_s[day_kind]), 0, 0);
    }
    return count;
}

/* As it is written, but for who is absent. */
static size_t roster_written(const struct pool_day *at, const struct absence *absence, struct sc_level *levels)
{
    const struct sc_model_pool *p = &at->model->pools[at->pool];
    int kind = sc_day_kind(at->model, at->day);
    switch (p->pool->roster) {
    case SC_ROSTER_SHIFTS:
        return shifts_day(at, levels);
    case SC_ROSTER_STAFFING:
        return staffing_day(p->pool, kind, absence, levels);
    case SC_ROSTER_FILE:
        return steps_day(p->pool, at->model->first_day + at->day, absence, levels);
    default:
        return agents_day(p, kind, absence, levels);
    }
}

/* --- people and planned shrinkage --- */

/* Mean heads over a stretch of the day. */
static double mean_heads(const struct sc_level *levels, size_t count, double from, double to)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        double end = i + 1 < count ? levels[i + 1].at_s : SC_DAY_S;
        double span = fmin(to, end) - fmax(from, levels[i].at_s);
        if (span > 0.0)
            sum += span * levels[i].heads;
    }
    return sum / (to - from);
}

/* The next instant of an interval at which the levels change, or its end; *at is the level from `begin` on. */
static double stretch_end(const struct sc_level *levels, size_t count, double begin, double end, size_t *at)
{
    while (*at + 1 < count && levels[*at + 1].at_s <= begin)
        ++*at;
    return *at + 1 < count && levels[*at + 1].at_s < end ? levels[*at + 1].at_s : end;
}

/* Multiplies a roster in which nobody is absent by the people of the day, interval by interval, in whole heads; then
   some are absent. Shifts have their people already. */
static size_t multiply(const struct pool_day *day, const struct absence *absence, const struct sc_level *written,
                       size_t count, struct sc_level *levels)
{
    struct people_day today = people_of(day, day->day);
    double interval = day->model->scenario->interval_s;
    size_t n = 0, at = 0;
    for (double from = 0.0; from < SC_DAY_S; from += interval) {
        for (double begin = from, end; begin < from + interval; begin = end) {
            end = stretch_end(written, count, begin, from + interval, &at);
            double carried = today.carried; /* the same wherever the interval has another level */
            int heads = sc_crew_whole(today.crew.factor * written[at].heads, &carried);
            n = level_add(levels, n, begin, present(absence, 0, heads), heads);
        }
        sc_crew_whole(today.crew.factor * mean_heads(written, count, from, from + interval), &today.carried);
    }
    return n;
}

/* Before planned shrinkage. */
static size_t roster_plain(const struct pool_day *at, struct sc_level *levels)
{
    struct absence absence = absence_of(at->model, at->pool, at->day, at->key), nobody = {0.0, 0};
    if (!has_people(at) || at->model->pools[at->pool].pool->roster == SC_ROSTER_SHIFTS)
        return roster_written(at, &absence, levels);
    struct sc_level *written = malloc(at->levels_most * sizeof *written);
    if (!written)
        return 0;
    size_t count = roster_written(at, &nobody, written);
    count = multiply(at, &absence, written, count, levels);
    free(written);
    return count;
}

/* Takes the planned share (meetings, training) out of every interval, in whole heads: what is left of a head is carried
   to the next interval, from a uniform beginning, so the mean is exact. `plain` is what is there without it. */
static size_t shrink(const struct pool_day *day, const struct sc_level *plain, size_t count, struct sc_level *levels)
{
    const struct sc_model_pool *p = &day->model->pools[day->pool];
    double interval = day->model->scenario->interval_s;
    uint64_t key = sc_key(sc_key(day->key, p->key), SC_FOR_PLANNED);
    double carried = sc_uniform(sc_key(key, (uint64_t)(day->model->first_day + day->day)));
    size_t n = 0, at = 0;
    for (double from = 0.0; from < SC_DAY_S; from += interval) {
        carried += p->pool->planned * mean_heads(plain, count, from, from + interval);
        int away = (int)carried;
        carried -= away;
        for (double begin = from, end; begin < from + interval; begin = end) {
            end = stretch_end(plain, count, begin, from + interval, &at);
            int heads = plain[at].heads > away ? plain[at].heads - away : 0;
            n = level_add(levels, n, begin, heads, plain[at].paid);
        }
    }
    return n;
}

/* A day by the rules of one model. */
static size_t roster_by_rules(const struct pool_day *at, struct sc_level *levels)
{
    if (at->model->pools[at->pool].pool->planned <= 0.0 || at->key == 0)
        return roster_plain(at, levels);
    struct sc_level *plain = malloc(at->levels_most * sizeof *plain);
    if (!plain)
        return 0;
    size_t count = roster_plain(at, plain);
    if (count > 0)
        count = shrink(at, plain, count, levels);
    free(plain);
    return count;
}

size_t sc_roster_day(const struct sc_model *model, size_t pool, int day, uint64_t replication_key,
                     struct sc_level *levels)
{
    return sc_roster_peopled(model, pool, day, 0, replication_key, levels);
}

size_t sc_roster_peopled(const struct sc_model *model, size_t pool, int day, uint64_t number, uint64_t replication_key,
                         struct sc_level *levels)
{
    struct pool_day at = {model, model, pool, day, number, replication_key, model->pools[pool].levels_most};
    double midnight = day * SC_DAY_S;
    size_t n = 0;
    if (model->regime_count == 1)
        return roster_by_rules(&at, levels);
    struct sc_level *part = malloc(model->pools[pool].levels_most * sizeof *part);
    if (!part)
        return 0;
    for (size_t r = 0; r < model->regime_count; r++) {
        double from = fmax(0.0, model->regimes[r].from_s - midnight);
        double to = r + 1 < model->regime_count ? model->regimes[r + 1].from_s - midnight : SC_DAY_S;
        if (from >= SC_DAY_S || to <= 0.0 || to <= from)
            continue;
        at.model = model->regimes[r].model;
        size_t count = roster_by_rules(&at, part);
        for (size_t i = 0; i < count; i++) {
            double end = i + 1 < count ? part[i + 1].at_s : SC_DAY_S;
            if (end > from && part[i].at_s < to)
                n = level_add(levels, n, fmax(from, part[i].at_s), part[i].heads, part[i].paid);
        }
    }
    free(part);
    return n;
}

/* Hours of a pool that names none: from the first opening to the last closing of the live and chat channels it serves;
   around the clock where it serves none, but off on holidays. */
static void hours_of_channels(const struct sc_model *model, struct sc_model_pool *p)
{
    bool live = false;
    for (int kind = 0; kind < SC_MODEL_DAY_KINDS; kind++) {
        for (size_t i = 0; i < p->pool->skill_count; i++) {
            const struct sc_model_channel *c = &model->channels[p->pool->skills[i].channel];
            if (c->channel->kind == SC_DEFERRED)
                continue;
            live = true;
            if (!c->open[kind])
                continue;
            p->on_from_s[kind] = p->on[kind] ? fmin(p->on_from_s[kind], c->open_from_s[kind]) : c->open_from_s[kind];
            p->on_to_s[kind] = p->on[kind] ? fmax(p->on_to_s[kind], c->open_to_s[kind]) : c->open_to_s[kind];
            p->on[kind] = true;
        }
    }
    for (int kind = 0; !live && kind < SC_HOLIDAY; kind++) {
        p->on[kind] = true;
        p->on_from_s[kind] = 0.0;
        p->on_to_s[kind] = SC_DAY_S;
    }
}

static void hours_of_pool(const struct sc_model *model, struct sc_model_pool *p)
{
    const struct sc_week_hours *hours = &p->pool->hours;
    if (!hours->given) {
        hours_of_channels(model, p);
        return;
    }
    for (int kind = 0; kind < SC_MODEL_DAY_KINDS; kind++) {
        int from = kind >= SC_HOLIDAY ? SC_HOLIDAY : kind;
        p->on[kind] = hours->named[from];
        p->on_from_s[kind] = hours->from_s[from];
        p->on_to_s[kind] = hours->to_s[from];
    }
}

/* Heads that come of so many where they are multiplied. */
static int heads_times(int heads, double most)
{
    return most == 1.0 ? heads : 1 + (int)ceil(heads * most);
}

/* Room for a day's levels: every change may come once more where planned shrinkage or rules change. */
static size_t levels_most(const struct sc_model *model, const struct sc_pool *pool, double times)
{
    size_t most = 4 + (size_t)(SC_DAY_S / model->scenario->interval_s);
    if (pool->roster == SC_ROSTER_STAFFING)
        most += 288;
    else if (pool->roster == SC_ROSTER_FILE)
        most += pool->step_count;
    for (size_t i = 0; i < pool->shift_count; i++)
        most += 2 * shift_changes_most(&pool->shifts[i], heads_times(pool->shifts[i].agents, times));
    return most;
}

/* The most heads that the roster ever has, absent ones included. */
static int heads_most(const struct sc_pool *pool, double times)
{
    int most = pool->agents;
    for (int kind = 0; pool->roster == SC_ROSTER_STAFFING && kind < SC_DAY_KINDS; kind++)
        for (int i = 0; i < pool->staffing.day[kind].cells; i++)
            most = pool->staffing.day[kind].value[i] > most ? (int)pool->staffing.day[kind].value[i] : most;
    for (size_t i = 0; pool->roster == SC_ROSTER_FILE && i < pool->step_count; i++)
        most = pool->steps[i].agents > most ? pool->steps[i].agents : most;
    int shifts = 0;
    for (size_t i = 0; pool->roster == SC_ROSTER_SHIFTS && i < pool->shift_count; i++)
        shifts += (pool->shifts[i].to_s > SC_DAY_S ? 2 : 1) * heads_times(pool->shifts[i].agents, times);
    if (pool->roster == SC_ROSTER_SHIFTS)
        most = shifts + (pool->extra > 0 ? heads_times(pool->extra, times) : 0);
    else
        most = heads_times(most + pool->extra, times);
    return most > 0 ? most : 0;
}

void sc_roster_room(struct sc_model *model, size_t pool, double most)
{
    struct sc_model_pool *p = &model->pools[pool];
    p->levels_most = 0;
    p->heads_most = 0;
    for (size_t r = 0; r < model->regime_count; r++) {
        const struct sc_pool *rules = model->regimes[r].model->pools[pool].pool;
        int heads = heads_most(rules, most);
        p->levels_most += levels_most(model, rules, most);
        p->heads_most = heads > p->heads_most ? heads : p->heads_most;
    }
}

enum sc_code sc_roster_build(struct sc_model *model, struct sc_law_cache *cache, struct sc_error *error)
{
    enum sc_code code = SC_OK;
    for (size_t i = 0; i < model->scenario->pool_count && code == SC_OK; i++) {
        struct sc_model_pool *p = &model->pools[i];
        p->levels_most = levels_most(model, p->pool, 1.0);
        p->heads_most = heads_most(p->pool, 1.0);
        hours_of_pool(model, p);
        if (p->pool->speed_spread > 0.0)
            code = sc_law_table(cache, SC_LAW_LOGNORMAL, p->pool->speed_spread, &p->head_speed, error);
    }
    return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rosters against a count minute by minute: for each minute it is asked of each head of each shift whether it
 * is on duty, without lists of changes or levels. And the cells of the histograms of waits.
 */
#include "base/random.h"
#include "model/internal.h"
#include "staffcast/calendar.h"
#include "staffcast/simulate.h"
#include "support/random_scenario.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t current_seed;

#define HOLDS(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            random_scenario_print(current_seed);                                                             \
            fail_msg("seed %llu: %s", (unsigned long long)current_seed, #condition);                         \
        }                                                                                                    \
    } while (0)

struct heads {
    int present, paid;
    int rostered; /* present or at a break */
    bool unsaid;
};

/* 0 … 6, or SC_HOLIDAY. */
static int kind_of(const struct sc_scenario *s, int64_t date)
{
    for (size_t i = 0; i < s->holiday_count; i++)
        if (s->holidays[i] == date)
            return SC_HOLIDAY;
    return sc_weekday(date);
}

static void shift_count(const struct sc_shift *shift, double since_s, struct heads *heads)
{
    if (since_s < shift->from_s || since_s >= shift->to_s)
        return;
    for (int head = 0; head < shift->agents; head++) {
        bool away = false, unpaid = false;
        for (size_t b = 0; b < shift->break_count; b++) {
            const struct sc_break *rest = &shift->breaks[b];
            double from = rest->from_s < shift->from_s ? rest->from_s + 86400.0 : rest->from_s;
            double room = rest->to_s - rest->from_s - rest->lasts_s;
            if (room > 0.0 && shift->agents > 1)
                from += room * head / (shift->agents - 1);
            bool here = since_s >= from && since_s < from + rest->lasts_s;
            away = away || here;
            unpaid = unpaid || (here && !rest->paid);
        }
        heads->rostered++;
        heads->present += !away;
        heads->paid += !unpaid;
    }
}

static bool within(const struct sc_week_hours *hours, int kind, double second)
{
    return hours->named[kind] && second >= hours->from_s[kind] && second < hours->to_s[kind];
}

/* The hours of a pool that names none: from the first opening to the last closing of what it serves. */
static bool within_channels(const struct sc_scenario *s, const struct sc_pool *pool, int kind, double second)
{
    double first = INFINITY, last = 0.0;
    for (size_t i = 0; i < pool->skill_count; i++) {
        const struct sc_week_hours *hours = &s->channels[pool->skills[i].channel].hours;
        if (hours->given ? !hours->named[kind] : kind == SC_HOLIDAY)
            continue;
        first = fmin(first, hours->given ? hours->from_s[kind] : 0.0);
        last = fmax(last, hours->given ? hours->to_s[kind] : 86400.0);
    }
    return second >= first && second < last;
}

static struct heads heads_at(const struct sc_scenario *s, const struct sc_pool *pool, int64_t date,
                             double second)
{
    struct heads heads = {0, 0, 0, false};
    int kind = kind_of(s, date);
    if (pool->roster == SC_ROSTER_SHIFTS) {
        for (size_t i = 0; i < pool->shift_count; i++) {
            if (pool->shifts[i].day[kind])
                shift_count(&pool->shifts[i], second, &heads);
            if (pool->shifts[i].day[kind_of(s, date - 1)])
                shift_count(&pool->shifts[i], second + 86400.0, &heads);
        }
    } else if (pool->roster == SC_ROSTER_STAFFING) {
        const struct sc_clock *clock = &pool->staffing.day[kind];
        if (clock->cells > 0)
            heads.present = heads.paid = (int)clock->value[(int)(second * clock->cells / 86400.0)];
    } else if (pool->hours.given ? within(&pool->hours, kind, second)
                                 : within_channels(s, pool, kind, second)) {
        heads.present = heads.paid = pool->agents;
    }
    /* Whether a break of all the others sends the extra heads away too, nothing says. */
    heads.unsaid = pool->extra != 0 && heads.present == 0 && heads.rostered > 0;
    if (heads.present > 0) {
        heads.present += pool->extra;
        heads.paid += pool->extra;
    }
    return heads;
}

static void check_day(const struct player *p, size_t pool, int day, struct sc_level *levels)
{
    const struct sc_scenario *s = p->scenario;
    int64_t date = s->start_day - sc_model_warmup_days(p->model) + day;
    size_t count = sc_roster_day(p->model, pool, day, 0, levels), at = 0;
    HOLDS(count >= 1 && count <= p->model->pools[pool].levels_most && levels[0].at_s == 0.0);
    for (size_t i = 1; i < count; i++) {
        HOLDS(levels[i].at_s > levels[i - 1].at_s && levels[i].at_s < 86400.0);
        HOLDS(levels[i].heads != levels[i - 1].heads || levels[i].paid != levels[i - 1].paid);
    }
    for (int minute = 0; minute < 1440; minute++) {
        double second = minute * 60.0 + 0.25; /* just after what happens on the minute */
        while (at + 1 < count && levels[at + 1].at_s <= second)
            at++;
        struct heads wanted = heads_at(s, &s->pools[pool], date, second);
        HOLDS(wanted.unsaid || (levels[at].heads == wanted.present && levels[at].paid == wanted.paid));
        HOLDS(levels[at].heads <= p->model->pools[pool].heads_most);
    }
}

static void test_rosters_agree_with_a_count_minute_by_minute(void **state)
{
    (void)state;
    int kinds[4] = {0};
    for (current_seed = 7000; current_seed < 7200; current_seed++) {
        char *text = random_scenario_text(current_seed);
        struct player p = player_new(text, NULL, 0);
        for (size_t i = 0; i < p.scenario->pool_count; i++) {
            kinds[p.scenario->pools[i].roster]++;
            struct sc_level *levels = malloc(p.model->pools[i].levels_most * sizeof *levels);
            /* A shift of the evening before the first simulated day belongs to no simulated day. */
            for (int day = 1; day < sc_model_days(p.model); day++)
                check_day(&p, i, day, levels);
            free(levels);
        }
        player_free(&p);
        free(text);
    }
    assert_true(kinds[SC_ROSTER_AGENTS] > 50 && kinds[SC_ROSTER_STAFFING] > 50 &&
                kinds[SC_ROSTER_SHIFTS] > 50);
}

/* Present and scheduled hours of a replication are the roster's, whoever does what. */
static void test_hours_played_are_the_rosters(void **state)
{
    (void)state;
    for (current_seed = 7000; current_seed < 7100; current_seed++) {
        char *text = random_scenario_text(current_seed);
        struct player p = player_new(text, NULL, 0);
        player_play(&p, 0, NULL, NULL);
        for (size_t i = 0; i < p.scenario->pool_count; i++) {
            double present = 0.0, paid = 0.0;
            struct sc_level *levels = malloc(p.model->pools[i].levels_most * sizeof *levels);
            for (int day = sc_model_warmup_days(p.model); day < sc_model_days(p.model); day++) {
                size_t count = sc_roster_day(p.model, i, day, 0, levels);
                for (size_t l = 0; l < count; l++) {
                    double span = (l + 1 < count ? levels[l + 1].at_s : 86400.0) - levels[l].at_s;
                    present += span * levels[l].heads;
                    paid += span * levels[l].paid;
                }
            }
            HOLDS(p.replication->pool[i].present_s == present && p.replication->pool[i].scheduled_s == paid);
            free(levels);
        }
        player_free(&p);
        free(text);
    }
}

/* --- the cells of waits
 * --------------------------------------------------------------------------------------- */

static void test_cells_and_edges_agree(void **state)
{
    (void)state;
    for (size_t cell = 0; cell < SC_HISTOGRAM_CELLS; cell++) {
        double low = sc_histogram_edge(cell), high = sc_histogram_edge(cell + 1);
        assert_true(high > low);
        assert_int_equal(sc_histogram_cell(low), cell);
        assert_int_equal(sc_histogram_cell(nextafter(high, 0.0)), cell);
        if (cell > 0)
            assert_true(high - low <= low / 256.0);
    }
    assert_true(sc_histogram_edge(0) == 0.0 && sc_histogram_edge(1) == 0x1p-7);
    assert_true(sc_histogram_edge(SC_HISTOGRAM_CELLS) == 0x1p25);
    assert_int_equal(sc_histogram_cell(0.0), 0);
    assert_int_equal(sc_histogram_cell(1e12), SC_HISTOGRAM_CELLS - 1);
    for (uint64_t n = 0; n < 100000; n++) {
        double wait = ldexp(sc_uniform(sc_key(1, n)), (int)(sc_key(2, n) % 33));
        size_t cell = sc_histogram_cell(wait);
        if (wait < 0x1p25)
            assert_true(sc_histogram_edge(cell) <= wait && wait < sc_histogram_edge(cell + 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rosters_agree_with_a_count_minute_by_minute),
        cmocka_unit_test(test_hours_played_are_the_rosters),
        cmocka_unit_test(test_cells_and_edges_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

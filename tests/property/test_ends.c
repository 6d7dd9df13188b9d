/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two structures for the ends of handling, against each other and against a plain search: the same agents
 * in the same order whatever the load and however many ends fall on one instant.
 */
#include "base/random.h"
#include "base/tick.h"
#include "simulate/ends.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* As plain as can be: an instant for each agent, infinite where it has nothing in hand. */
struct plain {
    double at_s[1024];
    struct tie tie[1024];
    uint32_t agents;
};

static uint32_t plain_first(const struct plain *p)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < p->agents; i++)
        if (p->at_s[i] < p->at_s[best] ||
            (p->at_s[i] == p->at_s[best] && p->at_s[i] < INFINITY && tie_before(p->tie[i], p->tie[best])))
            best = i;
    return best;
}

struct drawer {
    uint64_t key, draws;
};

static double draw(struct drawer *d)
{
    return sc_uniform(sc_key(d->key, d->draws++));
}

static void plan(struct ends *ends, struct plain *p, double at_s, uint32_t agent, struct tie tie)
{
    ends->tie[agent] = tie;
    ends_plan(ends, at_s, agent);
    p->tie[agent] = tie;
    p->at_s[agent] = fmin(at_s, ends->never_s);
}

/* Durations in steps of `grain`: coarse ones make many ends of one instant. */
static double later_by(struct drawer *d, double now_s, double grain, double mean_s)
{
    double duration = ceil(-log(draw(d)) * mean_s / grain) * grain;
    return now_s + sc_tick(draw(d) < 0.02 ? 1e9 : duration);
}

/* Random work: agents begin when idle, and one that ends begins the next at once, or not, or after another
 * has begun. */
static void play(bool sorted, uint32_t agents, double grain, double load, uint64_t key)
{
    struct drawer d = {.key = key};
    struct ends ends;
    struct plain *p = calloc(1, sizeof *p);
    p->agents = agents;
    for (uint32_t i = 0; i < agents; i++)
        p->at_s[i] = INFINITY;
    /* The heap serves long simulations and many agents. */
    assert_true(ends_new(&ends, agents, sorted ? ENDS_SORTED_UNTIL_S - 86400.0 : 0x1p27));
    assert_true(ends.sorted == sorted);
    ends_clear(&ends);
    uint32_t serial = 0;
    double now = 0.0;
    for (int step = 0; step < 20000; step++) {
        uint32_t first = plain_first(p);
        assert_true(ends.next_s == p->at_s[first]);
        if (draw(&d) < load || p->at_s[first] == INFINITY) {
            uint32_t agent = (uint32_t)(draw(&d) * agents);
            if (p->at_s[agent] == INFINITY)
                plan(&ends, p, later_by(&d, now, grain, 50.0), agent,
                     (struct tie){(uint32_t)(draw(&d) * 3), serial++});
            continue;
        }
        if (p->at_s[first] == ends.never_s)
            break;
        now = p->at_s[first];
        uint32_t agent = ends_open(&ends);
        assert_int_equal(agent, first);
        p->at_s[first] = INFINITY;
        double what = draw(&d);
        uint32_t other = (uint32_t)(draw(&d) * agents);
        if (what < 0.3 && other != first && p->at_s[other] == INFINITY)
            plan(&ends, p, later_by(&d, now, grain, 50.0), other, (struct tie){1, serial++});
        if (what < 0.7)
            plan(&ends, p, later_by(&d, now, grain, 50.0), first,
                 (struct tie){(uint32_t)(draw(&d) * 3), serial++});
        ends_close(&ends);
        uint32_t busy = 0;
        for (uint32_t i = 0; i < agents; i++)
            busy += p->at_s[i] < INFINITY;
        assert_int_equal(busy, ends.count);
    }
    ends_release(&ends);
    free(p);
}

static void test_both_structures_end_in_the_order_of_time_then_tie(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 2, 3, 5, 17, 64, 255, 256};
    static const double grains[] = {0x1p-20, 0x1p-19, 1.0, 25.0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t g = 0; g < sizeof grains / sizeof *grains; g++) {
            play(true, sizes[i], grains[g], 0.6, sc_key(i, g));
            play(false, sizes[i], grains[g], 0.6, sc_key(i, g));
        }
    play(false, 257, 1.0, 0.5, 1);
    play(false, 1000, 25.0, 0.6, 2);
}

/* Ticks at the far end of what the array holds: the agent's number must not reach the instant. */
static void test_instants_come_back_exactly(void **state)
{
    (void)state;
    struct ends ends;
    double last = ENDS_SORTED_UNTIL_S - 2.0;
    assert_true(ends_new(&ends, ENDS_SORTED_AGENTS, last));
    assert_true(ends.sorted);
    for (uint64_t n = 0; n < 20000; n++) {
        double at = sc_tick(sc_uniform(sc_key(8, n)) * last);
        uint32_t agent = (uint32_t)(sc_key(9, n) % ENDS_SORTED_AGENTS);
        ends_clear(&ends);
        ends_plan(&ends, at, agent);
        assert_true(ends.next_s == at);
        assert_int_equal(ends_open(&ends), agent);
        ends_close(&ends);
        assert_int_equal(ends.count, 0);
        assert_true(ends.next_s == INFINITY);
    }
    ends_release(&ends);
}

static void test_agents_and_length_choose_the_structure(void **state)
{
    (void)state;
    struct ends ends;
    assert_true(ends_new(&ends, ENDS_SORTED_AGENTS, ENDS_SORTED_UNTIL_S - 86400.0) && ends.sorted);
    ends_release(&ends);
    assert_true(ends_new(&ends, ENDS_SORTED_AGENTS + 1, 86400.0) && !ends.sorted);
    ends_release(&ends);
    assert_true(ends_new(&ends, 1, ENDS_SORTED_UNTIL_S) && !ends.sorted);
    ends_release(&ends);
    assert_true(ends_new(&ends, 0, 86400.0));
    ends_clear(&ends);
    assert_true(ends.next_s == INFINITY);
    ends_release(&ends);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_structures_end_in_the_order_of_time_then_tie),
        cmocka_unit_test(test_instants_come_back_exactly),
        cmocka_unit_test(test_agents_and_length_choose_the_structure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erlang's formulas at their edges, where they can be said in a line, and what is refused. */
#include "support/erlang_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define UNLIMITED SC_ERLANG_UNLIMITED

static void one_agent_in_closed_form(void **state)
{
    (void)state;
    for (double load = 0.1; load < 0.95; load += 0.2) {
        assert_near(sc_erlang_b(1, load), load / (1 + load), 1e-15, 0);
        assert_near(sc_erlang_c(1, load), load, 1e-15, 0);
        struct sc_erlang_result result = erlang_evaluated((struct sc_erlang){load, 60, INFINITY, 0, 30, 1, UNLIMITED});
        assert_near(result.wait_mean_s, 60 * load / (1 - load), 1e-14, 0);
        assert_near(result.queue_mean, load * load / (1 - load), 1e-14, 0);
        assert_near(result.queue_variance, load * load * (1 + load - load * load) / ((1 - load) * (1 - load)),
                    1e-13, 0);
        assert_near(result.service_level[SC_LEVEL_OFFERED], 1 - load * exp(-(1 - load) / 2), 1e-14, 0);
    }
}

static void patience_as_long_as_service_gives_poisson_states(void **state)
{
    (void)state;
    /* Then every call leaves at the same rate, waiting or not: the number in the system is that of M/M/inf. */
    struct sc_error error = SC_ERROR_INIT;
    struct sc_erlang system = {20, 300, 300, 0, NAN, 17, UNLIMITED};
    for (int64_t k = 0; k <= 60; ++k) {
        double p;
        assert_int_equal(sc_erlang_state(&system, k, &p, &error), SC_OK);
        assert_near(p, exp(-20 + (double)k * log(20) - lgamma((double)k + 1)), 1e-12, 0);
    }
    assert_near(erlang_evaluated(system).system_mean, 20, 1e-13, 0);
}

static void no_waiting_places_is_erlang_b(void **state)
{
    (void)state;
    struct sc_erlang_result result = erlang_evaluated((struct sc_erlang){12, 180, 60, 0, 20, 10, 10});
    assert_near(result.shares.blocked, sc_erlang_b(10, 12), 1e-14, 0);
    assert_true(result.shares.wait_probability == 0 && result.wait_mean_s == 0 && result.shares.abandoned == 0);
    assert_near(result.service_level[SC_LEVEL_OFFERED], 1, 0, 0);
    assert_near(result.shares.occupancy, 12 * (1 - sc_erlang_b(10, 12)) / 10, 1e-14, 0);
}

static void unstable_says_so(void **state)
{
    (void)state;
    for (double load = 10; load <= 20; load += 10) {
        struct sc_erlang_result result =
            erlang_evaluated((struct sc_erlang){load, 180, INFINITY, 0, 20, 10, UNLIMITED});
        assert_false(result.shares.stable);
        assert_true(result.shares.wait_probability == 1 && result.shares.occupancy == 1);
        assert_true(isinf(result.wait_mean_s) && isinf(result.wait_all_mean_s) && isinf(result.queue_mean));
        assert_true(result.service_level[SC_LEVEL_OFFERED] == 0);
    }
    /* The same work with any patience, or with lines, settles. */
    assert_true(erlang_evaluated((struct sc_erlang){20, 180, 1e6, 0, 20, 10, UNLIMITED}).shares.stable);
    assert_true(erlang_evaluated((struct sc_erlang){20, 180, INFINITY, 0, 20, 10, 30}).shares.stable);
    /* All who give up come back: what comes in must be done in the end. */
    assert_false(erlang_evaluated((struct sc_erlang){10, 180, 300, 1, 20, 10, UNLIMITED}).shares.stable);
    assert_true(erlang_evaluated((struct sc_erlang){9.9, 180, 300, 1, 20, 10, UNLIMITED}).shares.stable);
}

static void nobody_calls(void **state)
{
    (void)state;
    struct sc_erlang_result result = erlang_evaluated((struct sc_erlang){0, 180, 300, 0, 20, 5, UNLIMITED});
    assert_true(result.shares.stable && result.shares.wait_probability == 0 && result.shares.occupancy == 0);
    assert_true(isnan(result.service_level[SC_LEVEL_OFFERED]) && isnan(result.wait_mean_s));
    assert_true(isnan(result.shares.abandoned) && result.queue_mean == 0);
}

static void nobody_serves(void **state)
{
    (void)state;
    struct sc_erlang_result result = erlang_evaluated((struct sc_erlang){10, 180, 300, 0, 20, 0, UNLIMITED});
    assert_near(result.shares.abandoned, 1, 1e-15, 0);
    assert_near(result.wait_all_mean_s, 300, 1e-14, 0);
    assert_near(result.queue_mean, 10.0 * 300 / 180, 1e-14, 0);
    assert_true(isnan(result.wait_mean_s) && isnan(result.shares.occupancy));
    assert_true(isnan(result.service_level[SC_LEVEL_ANSWERED]) && result.service_level[SC_LEVEL_OFFERED] == 0);
    assert_false(erlang_evaluated((struct sc_erlang){10, 180, INFINITY, 0, 20, 0, UNLIMITED}).shares.stable);
}

static void all_routes_agree_where_they_meet(void **state)
{
    (void)state;
    /* Unlimited lines by integrals against lines that are never full by summation. */
    static const struct sc_erlang systems[] = {
        {1010, 180, 36000, 0, 20, 1000, 40000},   {990, 180, 36000, 0, 20, 1000, 40000},
        {20500, 300, 300, 0, 20, 20000, 60000},   {200, 300, 36000, 0, 600, 100, 40000},
        {99990, 180, 3600, 0, 20, 100000, 400000}, {1.2, 30, 3e5, 0, 20, 1, 40000},
    };
    for (size_t k = 0; k < sizeof systems / sizeof *systems; ++k) {
        struct sc_erlang open = systems[k];
        open.lines = UNLIMITED;
        struct sc_erlang_result summed = erlang_evaluated(systems[k]), other = erlang_evaluated(open);
        assert_true(summed.shares.blocked < 1e-30);
        assert_near(other.shares.wait_probability, summed.shares.wait_probability, 2e-12, 0);
        assert_near(other.shares.abandoned, summed.shares.abandoned, 2e-12, 0);
        assert_near(other.wait_mean_s, summed.wait_mean_s, 2e-12, 0);
        assert_near(other.wait_lost_mean_s, summed.wait_lost_mean_s, 2e-12, 0);
        assert_near(other.wait_variance_s2, summed.wait_variance_s2, 1e-9, 0);
        assert_near(other.wait_lost_variance_s2, summed.wait_lost_variance_s2, 1e-9, 0);
        assert_near(other.queue_variance, summed.queue_variance, 1e-9, 0);
        for (int level = 0; level < SC_LEVELS; ++level)
            assert_near(other.service_level[level], summed.service_level[level], 1e-11, 1e-25);
    }
}

static void tails_are_exact_far_out(void **state)
{
    (void)state;
    /* P(W > t) of Erlang C is exponential, down to where it leaves the range. */
    struct sc_erlang system = {45, 300, INFINITY, 0, NAN, 50, UNLIMITED};
    double waits = sc_erlang_c(50, 45);
    for (double t = 0; t < 40000; t = 2 * t + 10)
        assert_near(erlang_tail_at(system, t).answered_later, waits * exp(-5 * t / 300), 1e-13, 0);
    /* With patience h, P(W > t) <= exp(-t / h), and the four parts add up to 1. */
    system.patience_s = 300;
    for (double t = 0; t < 40000; t = 2 * t + 10) {
        struct sc_erlang_tail tail = erlang_tail_at(system, t);
        assert_true(tail.answered_later >= 0 && tail.lost_later >= 0);
        assert_true(tail.answered_later + tail.lost_later <= exp(-t / 300) * (1 + 1e-12));
        assert_near(tail.answered_within + tail.answered_later + tail.lost_within + tail.lost_later, 1, 1e-13, 0);
    }
}

static void solves_each_unknown(void **state)
{
    (void)state;
    const struct sc_erlang start = {10, 180, 300, 0, 20, 12, UNLIMITED};
    const struct sc_erlang_target level = {SC_MEASURE_LEVEL, SC_LEVEL_OFFERED, 0.8};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_erlang system = start;
    assert_int_equal(sc_erlang_solve(&system, SC_UNKNOWN_AGENTS, &level, false, &error), SC_OK);
    assert_int_equal(system.agents, 13);
    system = start;
    assert_int_equal(sc_erlang_solve(&system, SC_UNKNOWN_LOAD, &level, false, &error), SC_OK);
    assert_near(erlang_evaluated(system).service_level[SC_LEVEL_OFFERED], 0.8, 1e-14, 0);
    assert_true(system.handle_s == 180);
    system = start;
    assert_int_equal(sc_erlang_solve(&system, SC_UNKNOWN_HANDLE, &level, false, &error), SC_OK);
    assert_near(erlang_evaluated(system).service_level[SC_LEVEL_OFFERED], 0.8, 1e-14, 0);
    assert_near(system.load_erl / system.handle_s, 10.0 / 180, 1e-15, 0);
    system = start;
    assert_int_equal(sc_erlang_solve(&system, SC_UNKNOWN_WITHIN, &level, false, &error), SC_OK);
    assert_near(erlang_evaluated(system).service_level[SC_LEVEL_OFFERED], 0.8, 1e-14, 0);
    system = start;
    const struct sc_erlang_target abandon = {SC_MEASURE_ABANDON, SC_LEVEL_OFFERED, 0.03};
    assert_int_equal(sc_erlang_solve(&system, SC_UNKNOWN_PATIENCE, &abandon, false, &error), SC_OK);
    assert_near(erlang_evaluated(system).shares.abandoned, 0.03, 1e-13, 0);
    system = start;
    const struct sc_erlang_target blocked = {SC_MEASURE_BLOCKED, SC_LEVEL_OFFERED, 0.001};
    assert_int_equal(sc_erlang_solve(&system, SC_UNKNOWN_LINES, &blocked, false, &error), SC_OK);
    assert_true(erlang_evaluated(system).shares.blocked <= 0.001);
    --system.lines;
    assert_true(erlang_evaluated(system).shares.blocked > 0.001);
}

static void unreachable_targets_are_said(void **state)
{
    (void)state;
    const struct sc_erlang start = {20, 180, INFINITY, 0, 20, 12, UNLIMITED};
    struct sc_erlang system = start;
    struct sc_erlang_target level = {SC_MEASURE_LEVEL, SC_LEVEL_OFFERED, 0.8};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_erlang_solve(&system, SC_UNKNOWN_WITHIN, &level, false, &error), SC_UNREACHABLE);
    assert_memory_equal(&system, &start, sizeof start); /* untouched */
    error = SC_ERROR_INIT;
    level.value = 1;
    assert_int_equal(sc_erlang_solve(&system, SC_UNKNOWN_AGENTS, &level, false, &error), SC_UNREACHABLE);
    error = SC_ERROR_INIT;
    level.value = 0.8;
    system.load_erl = 2e6;
    assert_int_equal(sc_erlang_solve(&system, SC_UNKNOWN_AGENTS, &level, false, &error), SC_UNREACHABLE);
}

static void wrong_systems_are_refused(void **state)
{
    (void)state;
    static const struct sc_erlang wrong[] = {
        {-1, 180, 300, 0, 20, 5, UNLIMITED},       {NAN, 180, 300, 0, 20, 5, UNLIMITED},
        {INFINITY, 180, 300, 0, 20, 5, UNLIMITED}, {5, 0, 300, 0, 20, 5, UNLIMITED},
        {5, NAN, 300, 0, 20, 5, UNLIMITED},        {5, 180, 0, 0, 20, 5, UNLIMITED},
        {5, 180, NAN, 0, 20, 5, UNLIMITED},        {5, 180, 300, -0.1, 20, 5, UNLIMITED},
        {5, 180, 300, 1.1, 20, 5, UNLIMITED},      {5, 180, 300, 0, -1, 5, UNLIMITED},
        {5, 180, 300, 0, 20, -1, UNLIMITED},       {5, 180, 300, 0, 20, 1000001, UNLIMITED},
        {5, 180, 300, 0, 20, 5, 4},
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; ++k) {
        struct sc_error error = SC_ERROR_INIT;
        struct sc_erlang_result result = {.wait_mean_s = 42};
        assert_int_equal(sc_erlang_evaluate(&wrong[k], &result, &error), SC_USAGE);
        assert_non_null(strchr(error.message, ';')); /* what would be right */
        assert_true(result.wait_mean_s == 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_agent_in_closed_form),
        cmocka_unit_test(patience_as_long_as_service_gives_poisson_states),
        cmocka_unit_test(no_waiting_places_is_erlang_b),
        cmocka_unit_test(unstable_says_so),
        cmocka_unit_test(nobody_calls),
        cmocka_unit_test(nobody_serves),
        cmocka_unit_test(all_routes_agree_where_they_meet),
        cmocka_unit_test(tails_are_exact_far_out),
        cmocka_unit_test(solves_each_unknown),
        cmocka_unit_test(unreachable_targets_are_said),
        cmocka_unit_test(wrong_systems_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

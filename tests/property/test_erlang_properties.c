/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What theory says of Erlang's formulas, over random systems (fixed seed): limits, identities, order, inverses. */
#include "staffcast/patience.h"
#include "support/erlang_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define UNLIMITED SC_ERLANG_UNLIMITED

enum { SYSTEMS = 300 };

/* A number in (0, 1), splitmix64. */
static double draw(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static double draw_between(uint64_t *seed, double low, double high)
{
    return low * pow(high / low, draw(seed));
}

/* Agents 1 ... 3000, load .3 to 1.6 of them, handle 10 s to an hour, patience 1 s to 10 h, T 0 to 20 min. */
static struct sc_erlang draw_system(uint64_t *seed)
{
    int64_t agents = (int64_t)draw_between(seed, 1, 3000);
    double load = (double)agents * draw_between(seed, 0.3, 1.6);
    double handle = draw_between(seed, 10, 3600), patience = draw_between(seed, 1, 36000);
    return (struct sc_erlang){load, handle, patience, 0, draw_between(seed, 0.1, 1200), agents, UNLIMITED};
}

static double level_of(struct sc_erlang system, enum sc_erlang_level level)
{
    return erlang_evaluated(system).service_level[level];
}

static void c_follows_from_b(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int k = 0; k < SYSTEMS; ++k) {
        struct sc_erlang system = draw_system(&seed);
        double n = (double)system.agents, a = fmin(system.load_erl, 0.999 * n);
        double b = sc_erlang_b(system.agents, a), c = sc_erlang_c(system.agents, a);
        assert_near(c, n * b / (n - a * (1 - b)), 1e-12, 1e-300);
        /* The recursion of B: 1 / B(n) = 1 + n / (a B(n - 1)). */
        if (b > 1e-250) /* not where 1 / B(n - 1) leaves the range */
            assert_near(1 / b, 1 + n / (a * sc_erlang_b(system.agents - 1, a)), 1e-12, 0);
    }
}

static void a_goes_to_c_as_patience_grows(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int k = 0; k < 60; ++k) {
        struct sc_erlang system = draw_system(&seed);
        system.load_erl = fmin(system.load_erl, 0.95 * (double)system.agents);
        struct sc_erlang calm = system;
        calm.patience_s = INFINITY;
        double c = erlang_evaluated(calm).shares.wait_probability, before = INFINITY;
        for (double patience = system.handle_s; patience < 1e9 * system.handle_s; patience *= 30) {
            system.patience_s = patience;
            double off = c - erlang_evaluated(system).shares.wait_probability;
            assert_true(off >= -1e-12 * c && off <= before * (1 + 1e-9) + 1e-12 * c);
            before = off;
        }
        assert_near(erlang_evaluated(system).wait_mean_s, erlang_evaluated(calm).wait_mean_s, 1e-4, 1e-300);
    }
}

static void a_goes_to_b_as_patience_vanishes(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int k = 0; k < 60; ++k) {
        struct sc_erlang system = draw_system(&seed);
        system.patience_s = 1e-9 * system.handle_s / system.load_erl;
        /* Who must wait is as good as lost. */
        assert_near(erlang_evaluated(system).shares.abandoned, sc_erlang_b(system.agents, system.load_erl),
                    1e-6, 1e-300);
    }
}

static void x_without_redials_is_a(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (int k = 0; k < SYSTEMS; ++k) {
        struct sc_erlang system = draw_system(&seed), few = system;
        struct sc_erlang_result a = erlang_evaluated(system);
        few.retry_share = 1e-9;
        struct sc_erlang_result x = erlang_evaluated(few);
        assert_near(x.shares.wait_probability, a.shares.wait_probability, 1e-5, 1e-300);
        assert_near(x.service_level[0], a.service_level[0], 1e-5, 1e-12);
        /* And with them the fixed point holds: attempts = first calls + redials of the lost. */
        system.retry_share = draw(&seed);
        x = erlang_evaluated(system);
        double attempts = x.shares.attempts_erl;
        assert_near(attempts, system.load_erl + system.retry_share * attempts * x.shares.abandoned, 1e-12, 0);
        assert_true(attempts >= system.load_erl &&
                    x.shares.wait_probability >= a.shares.wait_probability * (1 - 1e-12));
    }
}

static void redials_with_lines_balance(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int k = 0; k < 60; ++k) {
        struct sc_erlang system = draw_system(&seed);
        system.lines = system.agents + (int64_t)(50 * draw(&seed));
        system.retry_share = 0.9 * draw(&seed);
        struct sc_erlang_shares shares = erlang_shares(system);
        double lost = shares.blocked + (1 - shares.blocked) * shares.abandoned;
        assert_near(shares.attempts_erl, system.load_erl + system.retry_share * shares.attempts_erl * lost, 1e-12, 0);
    }
}

static void exponential_as_a_law_is_a(void **state)
{
    (void)state;
    uint64_t seed = 6;
    for (int k = 0; k < 40; ++k) {
        struct sc_erlang system = draw_system(&seed);
        struct sc_erlang_result a = erlang_evaluated(system), by_law;
        struct sc_error error = SC_ERROR_INIT;
        const struct sc_law laws[] = {{.kind = SC_LAW_EXPONENTIAL, .mean_s = system.patience_s},
                                      {.kind = SC_LAW_GAMMA, .mean_s = system.patience_s, .cv = 1},
                                      {.kind = SC_LAW_WEIBULL, .mean_s = system.patience_s, .cv = 1}};
        assert_int_equal(sc_erlang_evaluate_law(&system, &laws[k % 3], &by_law, &error), SC_OK);
        assert_near(by_law.shares.wait_probability, a.shares.wait_probability, 1e-9, 1e-300);
        assert_near(by_law.shares.abandoned, a.shares.abandoned, 1e-9, 1e-300);
        assert_near(by_law.wait_mean_s, a.wait_mean_s, 1e-9, 1e-300);
        assert_near(by_law.wait_lost_mean_s, a.wait_lost_mean_s, 1e-9, 1e-300);
        assert_near(by_law.queue_variance, a.queue_variance, 1e-7, 1e-300);
        for (int level = 0; level < SC_LEVELS; ++level)
            assert_near(by_law.service_level[level], a.service_level[level], 1e-9, 1e-20);
    }
}

static void balances_hold(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int k = 0; k < SYSTEMS; ++k) {
        struct sc_erlang system = draw_system(&seed);
        if (k % 3 == 0)
            system.lines = system.agents + (int64_t)(200 * draw(&seed));
        struct sc_erlang_result result = erlang_evaluated(system);
        const struct sc_erlang_shares *shares = &result.shares;
        double joined = system.load_erl * (1 - shares->blocked);
        assert_near(shares->no_wait + shares->wait_probability, 1, 1e-13, 0);
        assert_near(shares->answered + shares->abandoned, 1, 1e-13, 0);
        /*
         * Work done is work brought by the answered; Little's law for the queue; who waits at rate 1 /
         * patience gives up.
         */
        assert_near(result.busy_mean, joined * shares->answered, 1e-12, 0);
        assert_near(result.queue_mean * system.handle_s, joined * result.wait_all_mean_s, 1e-12, 1e-300);
        assert_near(shares->abandoned, result.wait_all_mean_s / system.patience_s, 1e-12, 1e-300);
        double lost = shares->abandoned > 0 ? shares->abandoned * result.wait_lost_mean_s : 0;
        assert_near(shares->answered * result.wait_mean_s + lost, result.wait_all_mean_s, 1e-10, 1e-300);
        const double *level = result.service_level;
        assert_true(level[SC_LEVEL_OFFERED] <= level[SC_LEVEL_NO_SHORT] + 1e-14);
        assert_true(level[SC_LEVEL_OFFERED] <= level[SC_LEVEL_MET] + 1e-14);
        assert_true(level[SC_LEVEL_OFFERED] <= level[SC_LEVEL_ANSWERED] + 1e-14);
    }
}

static void moves_the_right_way(void **state)
{
    (void)state;
    uint64_t seed = 8;
    for (int k = 0; k < SYSTEMS; ++k) {
        struct sc_erlang system = draw_system(&seed), more = system;
        struct sc_erlang_result base = erlang_evaluated(system);
        double slack = 1e-12;
        more.agents += 1;
        struct sc_erlang_result with = erlang_evaluated(more);
        assert_true(with.shares.wait_probability <= base.shares.wait_probability * (1 + slack));
        assert_true(with.shares.abandoned <= base.shares.abandoned * (1 + slack));
        for (int level = 0; level < SC_LEVELS; ++level)
            assert_true(with.service_level[level] >= base.service_level[level] * (1 - slack));
        more = system;
        more.load_erl *= 1.01;
        with = erlang_evaluated(more);
        assert_true(with.shares.wait_probability >= base.shares.wait_probability * (1 - slack));
        assert_true(with.shares.abandoned >= base.shares.abandoned * (1 - slack));
        more = system;
        more.within_s *= 1.1;
        with = erlang_evaluated(more);
        for (int level = 0; level < SC_LEVELS; ++level)
            assert_true(with.service_level[level] >= base.service_level[level] * (1 - slack));
        more = system;
        more.patience_s *= 1.1;
        with = erlang_evaluated(more);
        assert_true(with.shares.wait_probability >= base.shares.wait_probability * (1 - slack));
        assert_true(with.shares.abandoned <= base.shares.abandoned * (1 + slack));
    }
}

static void solutions_invert(void **state)
{
    (void)state;
    uint64_t seed = 9;
    static const enum sc_erlang_unknown unknowns[] = {SC_UNKNOWN_LOAD, SC_UNKNOWN_HANDLE, SC_UNKNOWN_WITHIN};
    int solved = 0;
    for (int k = 0; k < 90; ++k) {
        struct sc_erlang system = draw_system(&seed), asked;
        struct sc_error error = SC_ERROR_INIT;
        enum sc_erlang_level level = (enum sc_erlang_level)(k % SC_LEVELS);
        /* The level that the system has is the target; the unknown must come back. */
        double value = level_of(system, level);
        if (!(value > 0.01 && value < 0.995))
            continue;
        const struct sc_erlang_target target = {SC_MEASURE_LEVEL, level, value};
        enum sc_erlang_unknown unknown = unknowns[k % 3];
        asked = system;
        if (unknown == SC_UNKNOWN_LOAD)
            asked.load_erl = 1;
        else if (unknown == SC_UNKNOWN_WITHIN)
            asked.within_s = NAN;
        else
            asked = (struct sc_erlang){system.load_erl / system.handle_s, 1, system.patience_s, 0, system.within_s,
                                       system.agents, UNLIMITED};
        assert_int_equal(sc_erlang_solve(&asked, unknown, &target, false, &error), SC_OK);
        assert_near(level_of(asked, level), value, 1e-12, 0);
        ++solved;
    }
    assert_true(solved >= 15);
}

static void agents_are_the_fewest(void **state)
{
    (void)state;
    uint64_t seed = 10;
    for (int k = 0; k < 100; ++k) {
        struct sc_erlang system = draw_system(&seed);
        struct sc_error error = SC_ERROR_INIT;
        if (k % 3 == 0)
            system.patience_s = INFINITY;
        const struct sc_erlang_target target = {SC_MEASURE_LEVEL, (enum sc_erlang_level)(k % SC_LEVELS),
                                                0.5 + 0.499 * draw(&seed)};
        assert_int_equal(sc_erlang_solve(&system, SC_UNKNOWN_AGENTS, &target, false, &error), SC_OK);
        assert_true(level_of(system, target.level) >= target.value);
        if (--system.agents > 0)
            assert_true(level_of(system, target.level) < target.value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(c_follows_from_b),
        cmocka_unit_test(a_goes_to_c_as_patience_grows),
        cmocka_unit_test(a_goes_to_b_as_patience_vanishes),
        cmocka_unit_test(x_without_redials_is_a),
        cmocka_unit_test(redials_with_lines_balance),
        cmocka_unit_test(exponential_as_a_law_is_a),
        cmocka_unit_test(balances_hold),
        cmocka_unit_test(moves_the_right_way),
        cmocka_unit_test(solutions_invert),
        cmocka_unit_test(agents_are_the_fewest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

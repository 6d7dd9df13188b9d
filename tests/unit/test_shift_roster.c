/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rosters of shifts that are played: mended where they do too little, trimmed where they do too much. */
#include "staffcast/shifts.h"

#include "staffcast/model.h"
#include "staffcast/staff.h"
#include "support/scenario_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { DAYS = 3, COUNT = DAYS * 48 };

static const char text[] = "start = \"2026-01-05\"; days = 3; interval = \"30 min\"; seed = \"3\";"
                           "channels = ( { name = \"phone\"; hours = { all = \"09:00-17:00\"; }; volume = { per_day = "
                           "200; }; handle = \"4 min\";"
                           "patience = \"3 min\"; target = { answer = 0.8; within = \"20 s\"; }; } );"
                           "pools = ( { name = \"front line\"; agents = 4; shrinkage = { absence = 0.1; }; skills = ( "
                           "{ channel = \"phone\"; } );"
                           " } );";

struct played {
    struct sc_scenario *scenario;
    struct sc_model *model;
    struct sc_shift_rules *rules;
    struct sc_shift_roster *roster;
};

static struct played play(int heads, int threads)
{
    struct played played = {.scenario = scenario_from_text(text, NULL, 0)};
    struct sc_staff_options options = {.per = SC_STAFF_DAY, .held_out = 300, .threads = threads};
    struct sc_error error = SC_ERROR_INIT;
    int need[COUNT] = {0};
    for (int i = 0; i < COUNT; i++)
        need[i] = i % 48 >= 18 && i % 48 < 34 ? heads : 0;
    assert_int_equal(sc_model_build(played.scenario, &played.model, &error), SC_OK);
    assert_int_equal(sc_shift_rules_standard(1800, &played.rules, &error), SC_OK);
    if (sc_shift_roster_find(played.model, played.rules, need, &options, &played.roster, &error) != SC_OK)
        fail_msg("%s", error.message);
    return played;
}

static void release(struct played *played)
{
    sc_shift_roster_free(played->roster);
    sc_shift_rules_free(played->rules);
    sc_model_free(played->model);
    sc_scenario_free(played->scenario);
}

static double paid_h(const struct played *played)
{
    return played->roster->plan->pools[0].paid_h;
}

/* The roster that was judged is that of the plan: a scenario with these shifts. */
static void check(const struct played *played)
{
    const struct sc_shift_roster *roster = played->roster;
    const struct sc_shift_plan_pool *pool = &roster->plan->pools[0];
    struct sc_error error = SC_ERROR_INIT;
    double heads[COUNT];
    assert_int_equal(roster->judged->missed, 0);
    assert_int_equal(roster->judged->verdict_count, DAYS);
    assert_non_null(roster->scenario);
    assert_int_equal(roster->scenario->pools[0].roster, SC_ROSTER_SHIFTS);
    assert_int_equal(sc_model_mean_heads(roster->model, 0, heads, &error), SC_OK);
    for (int i = 0; i < COUNT; i++)
        assert_true(heads[i] == pool->on_duty[i]);
    for (size_t s = 0; s < pool->shift_count; s++)
        assert_true(pool->shifts[s].heads > 0);
}

static void too_few_heads_are_mended(void **state)
{
    (void)state;
    struct played played = play(1, 1);
    check(&played);
    assert_true(played.roster->repairs > 0);
    /* 200 contacts of 4 minutes are 13 hours of work a day, and nobody is paid for breaks. */
    assert_true(paid_h(&played) > DAYS * 200.0 * 4 / 60);
    release(&played);
}

static void too_many_heads_are_trimmed(void **state)
{
    (void)state;
    struct played played = play(6, 1), mended = play(1, 1);
    check(&played);
    assert_int_equal(played.roster->repairs, 0);
    assert_true(played.roster->trims > 0);
    assert_true(paid_h(&played) < played.roster->plan->pools[0].cover_h);
    /* Wherever one begins, it ends at about the same: nothing that could go has stayed. */
    assert_true(fabs(paid_h(&played) - paid_h(&mended)) < 0.2 * paid_h(&mended));
    release(&played);
    release(&mended);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    struct played one = play(5, 1), two = play(5, 2);
    const struct sc_shift_plan_pool *a = &one.roster->plan->pools[0], *b = &two.roster->plan->pools[0];
    assert_int_equal(a->shift_count, b->shift_count);
    for (size_t s = 0; s < a->shift_count; s++)
        assert_true(a->shifts[s].from_s == b->shifts[s].from_s && a->shifts[s].lasts_s == b->shifts[s].lasts_s &&
                    a->shifts[s].heads == b->shifts[s].heads &&
                    a->shifts[s].break_at_s[0] == b->shifts[s].break_at_s[0]);
    assert_true(one.roster->judged->verdicts[0].figure == two.roster->judged->verdicts[0].figure);
    release(&one);
    release(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_few_heads_are_mended),
        cmocka_unit_test(too_many_heads_are_trimmed),
        cmocka_unit_test(threads_change_nothing),
    };
    return cmocka_run_group_tests_name("shift roster", tests, NULL, NULL);
}

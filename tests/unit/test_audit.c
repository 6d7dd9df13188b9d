/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps from heads on duty to people, done by hand. */
#include "staffcast/audit.h"

#include "support/scenario_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_close(double a, double b)
{
    if (!(fabs(a - b) <= 1e-9 * (1 + fabs(b))))
        fail_msg("%.17g is not %.17g", a, b);
}

static void scheduled_heads_leave_enough_in_the_mean(void **state)
{
    (void)state;
    assert_int_equal(sc_audit_scheduled(0, 0.1, 0.1), 0);
    assert_int_equal(sc_audit_scheduled(7, 0, 0), 7);
    assert_int_equal(sc_audit_scheduled(9, 0.1, 0), 10); /* exactly: no head for the last bit */
    assert_int_equal(sc_audit_scheduled(81, 0.1, 0.1), 100);
    assert_int_equal(sc_audit_scheduled(10, 0.06, 0.12), 13); /* 12.09 */
    for (int heads = 1; heads < 200; heads++)
        for (double away = 0; away < 0.6; away += 0.05) {
            int scheduled = sc_audit_scheduled(heads, away, away / 2);
            double there = (1 - away) * (1 - away / 2);
            assert_true(scheduled * there >= heads - 1e-6 && (scheduled - 1) * there < heads);
        }
}

#define CENTRE(days, hours)                                                                                            \
    "start = \"2026-01-05\"; days = " days "; interval = \"60 min\";"                                                  \
    "channels = ( { name = \"phone\"; " hours                                                                          \
    " volume = { per_day = 400; }; handle = \"4 min\"; patience = \"3 min\";"                                          \
    " target = { answer = 0.8; within = \"20 s\"; }; }, { name = \"mail\"; kind = \"deferred\"; " hours                \
    " volume = { per_day = 10; }; handle = \"6 min\"; target = { answer = 0.8; within = \"4 h\"; }; } );"              \
    "pools = ( { name = \"front\"; agents = 4; shrinkage = { planned = 0.12; absence = 0.06; }; skills = ( { channel " \
    "= "                                                                                                               \
    "\"phone\"; } ); cost = { per_hour = 20.0; }; people = { headcount = 9; hours_per_week = 37.5; overhead = 0.1; "   \
    "}; },"                                                                                                            \
    "{ name = \"back\"; agents = 1; skills = ( { channel = \"mail\"; } ); } );"

static void a_week_is_one_of_open_days(void **state)
{
    static const struct {
        const char *text;
        double weeks;
    } cases[] = {
        {CENTRE("1", ""), 1.0 / 7},
        {CENTRE("1", "hours = { mon-fri = \"08:00-18:00\"; };"), 1.0 / 5},
        {CENTRE("5", "hours = { mon-fri = \"08:00-18:00\"; };"), 1},
        {CENTRE("6", "hours = { mon-fri = \"08:00-18:00\"; };"), 1},
        {CENTRE("3", "hours = { mon-thu = \"08:00-18:00\"; sat = \"09:00-12:00\"; };"), 3.0 / 5},
        {CENTRE("7", "hours = { mon = \"08:00-18:00\"; };"), 1},
        {CENTRE("28", ""), 4},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sc_scenario *scenario = scenario_from_text(cases[i].text, NULL, 0);
        assert_close(sc_audit_weeks(scenario), cases[i].weeks);
        sc_scenario_free(scenario);
    }
}

enum { COUNT = 120, OPEN = 10 };

/* A staffing as if it had been found: 10 heads in front from 8 to 18 h, 1 in the back. */
struct found {
    struct sc_staff staff;
    struct sc_staff_pool pools[2];
    struct sc_staff_formulas formulas[2];
    int heads[2][COUNT], erlang[2][COUNT], silent[COUNT];
    double arrivals[2][COUNT], handle_s[COUNT];
};

static void found_init(struct found *found)
{
    *found = (struct found){.staff = {.count = COUNT, .interval_s = 3600, .per = SC_STAFF_INTERVAL}};
    for (int i = 0; i < COUNT; i++) {
        bool open = i % 24 >= 8 && i % 24 < 8 + OPEN;
        found->heads[0][i] = open ? 10 : 0;
        found->heads[1][i] = open ? 1 : 0;
        found->erlang[0][i] = open ? 13 : 0;
        found->erlang[1][i] = open ? 12 : 0;
        found->silent[i] = open ? -1 : 0;
        found->arrivals[0][i] = open ? 60 : 0;
        found->arrivals[1][i] = open ? 4 : 0;
        found->handle_s[i] = open ? 360 : NAN;
    }
    for (int k = 0; k < 2; k++) {
        found->pools[k].heads = found->heads[k];
        found->formulas[k] =
            (struct sc_staff_formulas){.judged = true, .arrivals = found->arrivals[k], .handle_s = found->handle_s};
    }
    found->erlang[0][23] = 1; /* what lags behind the day: no contact comes, so it does not count */
    found->formulas[0].alone = found->erlang[1];
    found->formulas[1].alone = found->heads[1];
    found->formulas[0].erlang_c = found->erlang[0];
    found->formulas[0].erlang_a = found->erlang[1];
    found->formulas[1].erlang_c = found->formulas[1].erlang_a = found->silent;
    found->staff.pools = found->pools;
    found->staff.formulas = found->formulas;
}

static void every_step_is_that_of_a_pocket_calculator(void **state)
{
    struct sc_scenario *scenario = scenario_from_text(CENTRE("5", "hours = { mon-fri = \"08:00-18:00\"; };"), NULL, 0);
    struct sc_error error = SC_ERROR_INIT;
    struct sc_audit *audit = NULL;
    struct found found;
    (void)state;
    found_init(&found);
    assert_int_equal(sc_audit_new(scenario, &found.staff, &audit, &error), SC_OK);
    assert_close(audit->channels[0].contacts, 3000);
    assert_close(audit->channels[0].handle_s, 360);
    assert_close(audit->channels[0].work_h, 300);
    assert_close(audit->channels[0].erlang_c_h, 650);
    assert_close(audit->channels[0].erlang_a_h, 600);
    assert_true(isnan(audit->channels[1].erlang_c_h) && !audit->all_speak);
    assert_close(audit->alone_h, 650);
    assert_int_equal(audit->teams, 2);
    assert_close(audit->contacts, 3200);
    assert_close(audit->erlang_c_h, 650);
    const struct sc_audit_pool *front = &audit->pools[0], *back = &audit->pools[1];
    assert_close(front->on_duty_h, 500);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(front->scheduled[i], found.heads[0][i] > 0 ? 13 : 0); /* 10 / (.94 x .88) = 12.09 */
    assert_close(front->scheduled_h, 650);
    assert_close(front->paid_h_a_week, 650);
    assert_close(front->fte, 650 / 37.5);
    assert_close(front->headcount, 20); /* 17.33 / .9 = 19.26 */
    assert_close(front->cost, 13000);
    assert_true(front->people_given && !back->people_given);
    assert_close(back->fte, 50.0 / 40);
    assert_close(back->headcount, 2);
    assert_close(audit->headcount, 22);
    assert_close(audit->cost, 13000);
    /* With shifts other hours are paid, and all that follows follows. */
    sc_audit_set_paid(audit, scenario, 0, 675);
    assert_close(front->scheduled_h, 650);
    assert_close(front->fte, 18);
    assert_close(front->headcount, 20); /* exactly */
    assert_close(audit->cost, 13500);
    assert_close(audit->paid_h, 725);
    sc_audit_free(audit);
    sc_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scheduled_heads_leave_enough_in_the_mean),
        cmocka_unit_test(a_week_is_one_of_open_days),
        cmocka_unit_test(every_step_is_that_of_a_pocket_calculator),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}

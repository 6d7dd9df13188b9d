/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formulas that a search for heads begins with, where events change what comes. */
#include "decide/staff_start.h"
#include "staffcast/model.h"
#include "support/scenario_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char text[] =
    "start = \"2026-01-05\"; days = 3; warmup = \"1 d\"; interval = \"30 min\";\n"
    "channels = ( { name = \"phone\"; hours = { all = \"08:00-20:00\"; }; volume = { per_day = 960; };\n"
    "  handle = \"5 min\"; patience = \"3 min\"; target = { answer = 0.8; within = \"20 s\"; }; } );\n"
    "pools = ( { name = \"desk\"; agents = 8; skills = ( { channel = \"phone\"; speed = 1.25; } ); } );\n";

enum { COUNT = 3 * 48 };

struct said {
    double arrivals[COUNT], handle_s[COUNT];
    int erlang_a[COUNT];
};

static void ask(const char *override, struct said *said)
{
    struct sc_scenario *scenario = scenario_from_text(text, &override, override != NULL);
    struct sc_model *model = NULL;
    struct sc_staff_options options = {.per = SC_STAFF_INTERVAL};
    struct sc_staff_problem problem;
    struct sc_staff_formulas formulas = {.judged = false};
    struct sc_arena arena = SC_ARENA_INIT;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_model_build(scenario, &model, &error), SC_OK);
    assert_int_equal(sc_staff_problem_init(&problem, model, &options, &error), SC_OK);
    assert_int_equal(sc_staff_formulas(&problem, &arena, &formulas, &error), SC_OK);
    for (size_t i = 0; i < COUNT; i++) {
        said->arrivals[i] = formulas.arrivals[i];
        said->handle_s[i] = formulas.handle_s[i];
        said->erlang_a[i] = formulas.erlang_a[i];
    }
    sc_arena_release(&arena);
    sc_staff_problem_release(&problem);
    sc_model_free(model);
    sc_scenario_free(scenario);
}

/* From 10:00 to 15:00 of the second day all is as if it had been so from the beginning, before and after as ever. */
static void check_event(const char *event, const char *always)
{
    static struct said base, with, all;
    ask(NULL, &base);
    ask(event, &with);
    ask(always, &all);
    for (size_t i = 0; i < COUNT; i++) {
        const struct said *as = i >= 48 + 20 && i < 48 + 30 ? &all : &base;
        assert_true(with.arrivals[i] == as->arrivals[i] && with.handle_s[i] == as->handle_s[i]);
    }
    /* The load lags behind by a few minutes of handling: after an hour it has come. */
    for (size_t i = 48 + 22; i < 48 + 30; i++)
        assert_int_equal(with.erlang_a[i], all.erlang_a[i]);
    assert_true(with.erlang_a[48 + 25] > base.erlang_a[48 + 25]);
    assert_int_equal(with.erlang_a[48 + 19], base.erlang_a[48 + 19]);
    assert_int_equal(with.erlang_a[25], base.erlang_a[25]);
    assert_int_equal(with.erlang_a[96 + 25], base.erlang_a[96 + 25]);
}

static void the_formulas_know_of_events(void **state)
{
    (void)state;
    check_event("events = ( { name = \"outage\"; at = \"2026-01-06 10:00\"; lasts = \"5 h\";"
                " set = ( \"channels.phone.volume.factor *= 3\" ); } )",
                "channels.phone.volume.factor = 3");
    check_event("events = ( { name = \"slow system\"; at = \"2026-01-06 10:00\"; lasts = \"5 h\";"
                " set = ( \"channels.phone.handle.mean *= 2\" ); } )",
                "channels.phone.handle.mean = \"10 min\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_formulas_know_of_events),
    };
    return cmocka_run_group_tests_name("staff start", tests, NULL, NULL);
}

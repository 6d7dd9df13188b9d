/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What theory says beside a simulation: of which channels, from what, and why it differs. */
#include "staffcast/beside.h"
#include "staffcast/erlang.h"
#include "support/erlang_check.h"
#include "support/scenario_text.h"
#include "theory/beside_demand.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct subject {
    struct sc_scenario *scenario;
    struct sc_model *model;
    struct sc_beside *beside;
};

static struct subject subject_of(const char *text)
{
    struct subject subject = {.scenario = scenario_from_text(text, NULL, 0)};
    struct sc_error error = SC_ERROR_INIT;
    if (sc_model_build(subject.scenario, &subject.model, &error) != SC_OK ||
        sc_beside_new(subject.model, &subject.beside, &error) != SC_OK)
        fail_msg("%s", error.message);
    return subject;
}

static void subject_free(struct subject *subject)
{
    sc_beside_free(subject->beside);
    sc_model_free(subject->model);
    sc_scenario_free(subject->scenario);
}

#define ONE_DAY "start = \"2026-01-05\"; days = 1; interval = \"30 min\"; "

/* An even day around the clock is what the formulas are about: their figures, and nothing else. */
static void an_even_day(void **state)
{
    (void)state;
    struct subject subject = subject_of(
        ONE_DAY
        "channels = ( { name = \"phone\"; volume = { per_day = 14400; }; handle = \"5 min\"; patience = \"3 min\";"
        "               target = { answer = 0.8; within = \"20 s\"; }; } );"
        "pools = ( { name = \"agents\"; agents = 50; skills = ( { channel = \"phone\"; } ); } );");
    const struct sc_beside_channel *channel = &subject.beside->channels[0];
    const struct sc_beside_figures *a = &channel->figures[SC_BESIDE_A], *c = &channel->figures[SC_BESIDE_C];
    assert_int_equal(channel->silence, SC_BESIDE_SPEAKS);
    assert_int_equal(channel->reasons, SC_REASON_PATIENCE);
    struct sc_erlang_result known = erlang_evaluated((struct sc_erlang){50, 300, 180, 0, 20, 50, SC_ERLANG_UNLIMITED});
    assert_near(a->service_level, known.service_level[SC_LEVEL_OFFERED], 1e-9, 0);
    assert_near(a->abandon_rate, known.shares.abandoned, 1e-9, 0);
    assert_near(a->wait_mean_s, known.wait_mean_s, 1e-9, 0);
    assert_near(a->wait_all_mean_s, known.wait_all_mean_s, 1e-9, 0);
    assert_near(a->wait_probability, 0.457965, 0, 5e-7);
    assert_true(a->unstable_share <= 0);
    /* 50 erlang on 50 agents: nobody gives up in C, and the queue has no end. */
    assert_near(c->unstable_share, 1, 1e-9, 0);
    assert_true(c->said && isnan(c->wait_mean_s) && isnan(c->wait_all_mean_s) && c->service_level <= 0);
    assert_false(channel->figures[SC_BESIDE_LAGGED].said || channel->figures[SC_BESIDE_TRANSIENT].said);
    subject_free(&subject);
}

/* Two hours by hand: 60 calls on 4 agents, 120 on 7; half of the second hour one more. */
static void intervals_are_weighed_by_arrivals(void **state)
{
    (void)state;
    struct subject subject = subject_of(
        "start = \"2026-01-05\"; days = 1; interval = \"60 min\"; "
        "channels = ( { name = \"phone\"; hours = { all = \"08:00-10:00\"; };"
        "  volume = { per_day = 180; shape = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]; "
        "};"
        "  handle = \"150 s\"; wrap_up = \"30 s\"; patience = \"4 min\";"
        "  target = { answer = 0.8; within = \"30 s\"; short = \"10 s\"; counts = \"no-short\"; }; } );"
        "pools = ( { name = \"agents\"; shifts = ( { days = \"all\"; from = \"08:00\"; to = \"09:00\"; agents = 4; },"
        "   { days = \"all\"; from = \"09:00\"; to = \"10:00\"; agents = 7; },"
        "   { days = \"all\"; from = \"09:30\"; to = \"10:00\"; agents = 1; } ); skills = ( { channel = \"phone\"; } "
        "); } );");
    static const struct {
        double calls, load;
        int64_t agents;
    } parts[] = {{60, 3, 4}, {60, 6, 7}, {60, 6, 8}};
    const struct sc_beside_channel *channel = &subject.beside->channels[0];
    for (int method = SC_BESIDE_C; method <= SC_BESIDE_A; method++) {
        double calls = 0, lost = 0, answered = 0, wait = 0, wait_all = 0, within = 0, brief = 0;
        for (int k = 0; k < 3; k++) {
            struct sc_erlang system = {
                parts[k].load,      180, method == SC_BESIDE_A ? 240 : INFINITY, 0, NAN, parts[k].agents,
                SC_ERLANG_UNLIMITED};
            struct sc_erlang_result result = erlang_evaluated(system);
            calls += parts[k].calls;
            lost += parts[k].calls * result.shares.abandoned;
            answered += parts[k].calls * result.shares.answered;
            wait += parts[k].calls * result.shares.answered * result.wait_mean_s;
            wait_all += parts[k].calls * result.wait_all_mean_s;
            within += parts[k].calls * erlang_tail_at(system, 30).answered_within;
            brief += parts[k].calls * erlang_tail_at(system, 10).lost_within;
        }
        const struct sc_beside_figures *figures = &channel->figures[method];
        assert_near(figures->service_level, within / (calls - brief), 1e-9, 0);
        assert_near(figures->abandon_rate, lost / calls, 1e-9, 0);
        assert_near(figures->wait_mean_s, wait / answered, 1e-9, 0);
        assert_near(figures->wait_all_mean_s, wait_all / calls, 1e-9, 0);
    }
    assert_int_equal(channel->reasons, SC_REASON_PATIENCE | SC_REASON_STATIONARY | SC_REASON_HANDLE_LAW);
    /* Day by day there is no other `short` than T. */
    assert_true(channel->figures[SC_BESIDE_TRANSIENT].said);
    assert_true(isnan(channel->figures[SC_BESIDE_TRANSIENT].service_level));
    subject_free(&subject);
}

/* Only what reaches the queue counts: of 1000, 10 % deflected, then half of the rest resolved or given up. */
static void bots_and_absence(void **state)
{
    (void)state;
    struct subject subject = subject_of(
        ONE_DAY "channels = ( { name = \"phone\"; volume = { per_day = 1000; }; deflect = 0.1; handle = \"4 min\";"
                "    automation = { resolves = 0.4; gives_up = 0.1; takes = \"1 min\"; };"
                "    classes = ( { name = \"vip\"; share = 0.2; skip_automation = true; handle_factor = 1.5; } ); } );"
                "pools = ( { name = \"agents\"; agents = 20; shrinkage = { planned = 0.1; absence = 0.5; };"
                "            skills = ( { channel = \"phone\"; speed = 2.0; } ); } );");
    struct sc_courses courses;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_courses_init(&courses, subject.model, &error), SC_OK);
    double rest = 0.8 * 0.9 * 0.5, vip = 0.2 * 0.9;
    for (size_t i = 0; i < courses.count; i++) {
        assert_near(courses.channel[0].arrivals[i], 1000 * (rest + vip) / 48, 1e-12, 0);
        assert_near(courses.channel[0].handle_s[i], 240 * (rest + 1.5 * vip) / (rest + vip) / 2, 1e-12, 0);
        assert_near(courses.channel[0].heads[i], 9, 1e-12, 0);
        assert_true(isinf(courses.channel[0].patience_s[i]));
    }
    sc_courses_release(&courses);
    const struct sc_beside_channel *channel = &subject.beside->channels[0];
    assert_int_equal(channel->reasons, SC_REASON_CLASSES | SC_REASON_SHRINKAGE);
    assert_true(channel->figures[SC_BESIDE_C].said && !channel->figures[SC_BESIDE_A].said);
    subject_free(&subject);
}

/* Heads level out as far as skills allow: 10 own ones and 20 shared for loads of 10 and 5; 30 : 15 is 20 : 10. */
static void shared_heads_find_their_level(void **state)
{
    (void)state;
    static const struct {
        int own, shared;
        double one, other;
    } cases[] = {{10, 20, 20, 10}, {28, 2, 28, 2}, {0, 30, 20, 10}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[1024];
        snprintf(
            text, sizeof text,
            ONE_DAY
            "channels = ( { name = \"one\"; volume = { per_day = 4800; }; handle = \"3 min\"; },"
            "             { name = \"other\"; volume = { per_day = 1200; }; handle = \"6 min\"; },"
            "             { name = \"mail\"; kind = \"deferred\"; volume = { per_day = 500; }; handle = \"6 min\"; });"
            "pools = ( { name = \"own\"; agents = %d; skills = ( { channel = \"one\"; } ); },"
            "          { name = \"shared\"; agents = %d; skills = ( { channel = \"one\"; }, { channel = \"other\"; },"
            "            { channel = \"mail\"; rank = 2; interruptible = true; } ); } );",
            cases[k].own, cases[k].shared);
        struct subject subject = subject_of(text);
        struct sc_courses courses;
        struct sc_error error = SC_ERROR_INIT;
        assert_int_equal(sc_courses_init(&courses, subject.model, &error), SC_OK);
        assert_near(courses.channel[0].heads[20], cases[k].one, 1e-6, 0);
        assert_near(courses.channel[1].heads[20], cases[k].other, 1e-6, 0);
        assert_true(courses.channel[2].heads[20] <= 0);
        sc_courses_release(&courses);
        /* Where they come out equal they are one queue of 15 erlang on 30 heads, else two. */
        bool level = cases[k].own < 20;
        const struct sc_beside_figures *one = &subject.beside->channels[0].figures[SC_BESIDE_C];
        const struct sc_beside_figures *other = &subject.beside->channels[1].figures[SC_BESIDE_C];
        assert_near(one->wait_probability, level ? sc_erlang_c(30, 15) : sc_erlang_c(28, 10), 1e-6, 0);
        assert_near(other->wait_probability, level ? sc_erlang_c(30, 15) : 1, 1e-6, 0);
        assert_near(other->unstable_share, level ? 0 : 1, 1e-9, 0);
        assert_int_equal(subject.beside->channels[0].reasons, SC_REASON_SKILLS);
        assert_int_equal(subject.beside->channels[2].silence, SC_BESIDE_DEFERRED);
        subject_free(&subject);
    }
}

static void what_formulas_do_not_know(void **state)
{
    (void)state;
    struct subject subject = subject_of(
        ONE_DAY "channels = ( { name = \"chat\"; kind = \"chat\"; volume = { per_day = 100; }; handle = \"5 min\"; },"
                "  { name = \"single chat\"; kind = \"chat\"; volume = { per_day = 100; }; handle = \"5 min\"; },"
                "  { name = \"still\"; volume = { per_day = 0; }; handle = \"5 min\"; } );"
                "pools = ( { name = \"a\"; agents = 5; skills = ( { channel = \"chat\"; at_once = 3; } ); },"
                "          { name = \"b\"; agents = 5; skills = ( { channel = \"single chat\"; } ); },"
                "          { name = \"c\"; agents = 5; skills = ( { channel = \"still\"; } ); } );");
    assert_int_equal(subject.beside->channels[0].silence, SC_BESIDE_SLOTS);
    assert_int_equal(subject.beside->channels[1].silence, SC_BESIDE_SPEAKS);
    assert_int_equal(subject.beside->channels[2].silence, SC_BESIDE_NOTHING);
    for (int method = 0; method < SC_BESIDE_METHODS; method++)
        assert_false(subject.beside->channels[0].figures[method].said);
    subject_free(&subject);
}

/* Every reason is given where it holds. */
static void reasons_are_named(void **state)
{
    (void)state;
    struct subject subject = subject_of(
        ONE_DAY "channels = ( { name = \"phone\"; hours = { all = \"08:00-20:00\"; }; volume = { per_day = 1000; "
                "spread = 0.1; };"
                "    handle = { dist = \"lognormal\"; mean = \"4 min\"; }; patience = { dist = \"weibull\"; mean = \"2 "
                "min\"; };"
                "    queue_limit = 9; balk = 0.1; retry = { share = 0.3; after = \"5 min\"; };"
                "    callback = { offer_over = \"3 min\"; accept = 0.4; within = \"2 h\"; reached = 0.85; };"
                "    classes = ( { name = \"vip\"; share = 0.2; } ); } );"
                "pools = ( { name = \"agents\"; agents = 50; shrinkage = { absence = 0.1; }; speed_spread = 0.2;"
                "            skills = ( { channel = \"phone\"; } ); },"
                "          { name = \"more\"; agents = 5; skills = ( { channel = \"phone\"; } ); } );"
                "trunks = ( { lines = 60; channels = ( \"phone\" ); } );"
                "events = ( { name = \"rush\"; at = \"2026-01-05 10:00\"; lasts = \"1 h\";"
                "             set = ( \"channels.phone.volume.factor *= 2\" ); } );");
    assert_int_equal(subject.beside->channels[0].reasons, 2 * SC_REASON_EVENTS - 1);
    subject_free(&subject);
}

/* Too many heads for the forward equations in passing, and three years in steps of five minutes. */
static void large_ones_are_cut_short(void **state)
{
    (void)state;
    struct subject subject =
        subject_of("start = \"2026-01-05\"; days = 1096; interval = \"5 min\"; "
                   "channels = ( { name = \"phone\"; hours = { mon-fri = \"08:00-20:00\"; };"
                   "               volume = { per_day = 100000; growth = 0.001; };"
                   "               handle = \"5 min\"; target = { answer = 0.8; within = \"20 s\"; }; } );"
                   "pools = ( { name = \"agents\"; agents = 900; skills = ( { channel = \"phone\"; } ); } );");
    const struct sc_beside_channel *channel = &subject.beside->channels[0];
    assert_true(channel->too_large && !channel->figures[SC_BESIDE_TRANSIENT].said);
    assert_true(channel->figures[SC_BESIDE_C].service_level > 0.99);
    assert_true(channel->figures[SC_BESIDE_LAGGED].service_level > 0.99);
    subject_free(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_even_day),
        cmocka_unit_test(intervals_are_weighed_by_arrivals),
        cmocka_unit_test(bots_and_absence),
        cmocka_unit_test(shared_heads_find_their_level),
        cmocka_unit_test(what_formulas_do_not_know),
        cmocka_unit_test(reasons_are_named),
        cmocka_unit_test(large_ones_are_cut_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

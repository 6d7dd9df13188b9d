/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Staffing. What is found must hold on its own numbers, be minimal on them, and cost little more than the best that can
 * be found by looking at all staffings.
 */
#include "staffcast/staff.h"

#include "support/random_scenario.h"
#include "support/staff_scenario.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- a model with heads of one's own --- */

static const char rostered[] =
    "name = \"two\"; start = \"2026-01-05\"; days = 3; warmup = \"2 d\"; seed = \"5\"; interval = \"60 min\";\n"
    "channels = (\n"
    "  { name = \"phone\"; kind = \"live\"; hours = { all = \"08:00-20:00\"; }; volume = { per_day = 300; };\n"
    "    handle = \"5 min\"; patience = \"2 min\"; target = { answer = 0.8; within = \"20 s\"; }; },\n"
    "  { name = \"chat\"; kind = \"chat\"; hours = { all = \"08:00-20:00\"; }; volume = { per_day = 200; };\n"
    "    handle = \"8 min\"; patience = \"4 min\"; } );\n"
    "pools = (\n"
    "  { name = \"desk\"; staffing = [0,0,0,0,0,0,0,0,3,3,4,4,2,2,3,3,5,4,3,2,0,0,0,0];\n"
    "    skills = ( { channel = \"phone\"; }, { channel = \"chat\"; at_once = 2; slowdown = [1.0, 1.3]; } ); },\n"
    "  { name = \"more\"; staffing = [0,0,0,0,0,0,0,0,1,1,1,2,2,1,1,1,1,1,1,1,0,0,0,0];\n"
    "    skills = ( { channel = \"chat\"; at_once = 2; slowdown = [1.0, 1.3]; } ); } );\n";

static const char *const change[] = {"events = ( { name = \"more calls\"; at = \"2026-01-06 10:00\"; lasts = \"5 h\"; "
                                     "set = ( \"channels.phone.volume.factor *= 2\" ); } )"};

/* A restaffed model with the heads of its own roster plays the same contacts to the same figures. */
static void check_restaffed(const char *const *overrides, size_t count)
{
    struct player player = player_new(rostered, overrides, count);
    struct sc_model *model = player.model, *restaffed = NULL;
    struct sc_error error = SC_ERROR_INIT;
    double mean[72];
    int heads[72], most[2] = {9, 4};
    assert_int_equal(sc_model_restaff(model, most, &restaffed, &error), SC_OK);
    for (size_t p = 0; p < 2; p++) {
        assert_int_equal(sc_model_mean_heads(model, p, mean, &error), SC_OK);
        for (int i = 0; i < 72; i++)
            heads[i] = (int)mean[i];
        sc_model_set_heads(restaffed, p, heads);
    }
    player_play(&player, 3, NULL, NULL);
    uint64_t own = replication_digest(player.replication);
    struct sc_workspace *workspace = NULL;
    assert_int_equal(sc_workspace_new(restaffed, &workspace, &error), SC_OK);
    assert_int_equal(sc_simulate(restaffed, 3, workspace, player.replication, NULL, NULL, &error), SC_OK);
    assert_true(own == replication_digest(player.replication));
    /* And other heads play otherwise, of the second pool alone. */
    heads[34] += 2;
    sc_model_set_heads(restaffed, 1, heads);
    assert_int_equal(sc_simulate(restaffed, 3, workspace, player.replication, NULL, NULL, &error), SC_OK);
    assert_true(own != replication_digest(player.replication));
    assert_true(player.replication->pool[1].present_s > 0.0);
    sc_workspace_free(workspace);
    sc_model_free(restaffed);
    player_free(&player);
}

static void restaffed_plays_alike(void **state)
{
    (void)state;
    check_restaffed(NULL, 0);
    check_restaffed(change, 1);
}

/* --- small centres --- */

static const struct sc_staff_options small_options = {.per = SC_STAFF_INTERVAL, .replications = 1000, .threads = 2};

/* Holds on its own numbers, and no head can go. */
static void check_minimal(struct staff_own *own, const struct sc_staff *staff)
{
    assert_int_equal(staff_own_play(own, own->heads, staff->replications), 0);
    for (size_t i = 0; i < own->problem.cell_count; i++) {
        if (own->heads[i] == 0)
            continue;
        own->heads[i]--;
        if (staff_own_play(own, own->heads, staff->replications) == 0)
            fail_msg("a head in cell %zu of %zu is not needed", i, own->problem.cell_count);
        own->heads[i]++;
    }
}

static void check_small(uint64_t seed)
{
    char *text = staff_scenario_text(seed, (struct staff_shape){.large = false});
    struct staff_case centre = staff_case_new(text, NULL, 0);
    struct sc_staff *staff = staff_case_find(&centre, &small_options);
    struct staff_own *own = staff_own_new(&centre, &small_options, staff, staff_case_seed(&centre));
    check_minimal(own, staff);
    double cost = staff_own_cost(own, own->heads), slack = fmax(0.03 * cost, staff_own_dearest(own));
    double better = staff_own_exhaust(own, cost - slack - 1e-9 * cost, staff->replications);
    if (!isinf(better)) {
        print_message("%s", text);
        fail_msg("centre %d: found %g, possible %g", (int)seed, cost, better);
    }
    staff_own_free(own);
    sc_staff_free(staff);
    staff_case_free(&centre);
    free(text);
}

static void small_centres_cost_little_more_than_the_best(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++)
        check_small(seed);
}

/* --- what cannot be, and what needs nobody --- */

static const char one_channel[] =
    "name = \"one\"; start = \"2026-01-05\"; days = 1; warmup = \"0 d\"; seed = \"7\"; interval = \"60 min\";\n"
    "channels = ( { name = \"phone\"; kind = \"live\"; hours = { all = \"08:00-12:00\"; };\n"
    "  volume = { per_day = 120; }; handle = \"5 min\"; patience = \"2 min\";\n"
    "  target = { answer = 0.8; within = \"20 s\"; }; } );\n"
    "pools = ( { name = \"desk\"; agents = 4; skills = ( { channel = \"phone\"; } ); } );\n";

static void check_unreachable(const char *override, const char *says)
{
    const char *overrides[] = {override};
    struct staff_case centre = staff_case_new(one_channel, overrides, 1);
    struct sc_staff *staff = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_staff_find(centre.model, &small_options, &staff, &error), SC_UNREACHABLE);
    assert_null(staff);
    if (!strstr(error.message, says))
        fail_msg("%s", error.message);
    staff_case_free(&centre);
}

static void unreachable_targets_say_why(void **state)
{
    (void)state;
    check_unreachable("pools.desk.hours = { all = \"08:00-10:00\"; }", "no pool that may take them works");
    check_unreachable("pools.desk.skills.phone.after = 30 s", "only after a wait of 30 s");
}

static const char *const every_one[] = {"channels.phone.target = { answer = 1.0; within = 2 min; }"};

static bool noted(const struct sc_staff *staff, const char *says)
{
    bool found = false;
    for (size_t n = 0; n < staff->note_count; n++)
        found = found || strstr(staff->notes[n], says);
    return found;
}

/* A target of 100 % is met in all that was played, and the note says how much that was; no head can go. */
static void a_target_of_all_says_what_it_means(void **state)
{
    (void)state;
    struct staff_case centre = staff_case_new(one_channel, every_one, 1);
    struct sc_staff_options options = small_options;
    options.replications = 200;
    struct sc_staff *staff = staff_case_find(&centre, &options);
    struct staff_own *own = staff_own_new(&centre, &options, staff, staff_case_seed(&centre));
    check_minimal(own, staff);
    assert_true(noted(staff, "no contact missed in any of the 200 replications"));
    assert_false(staff->stopped);
    assert_false(noted(staff, "stopped"));
    staff_own_free(own);
    sc_staff_free(staff);
    staff_case_free(&centre);
}

/* What is stopped is no worse than dearer: the targets hold, the search ends near its bound, and a note says so. */
static void a_search_stops_at_its_bound(void **state)
{
    (void)state;
    struct staff_case centre = staff_case_new(one_channel, NULL, 0);
    struct sc_staff_options options = small_options;
    options.per = SC_STAFF_DAY;
    options.replications = 400;
    struct sc_staff *whole = staff_case_find(&centre, &options);
    assert_false(whole->stopped);
    options.contacts_most = 0.5 * whole->contacts_searched;
    struct sc_staff *stopped = staff_case_find(&centre, &options);
    assert_true(stopped->stopped);
    assert_true(noted(stopped, "the search was stopped after"));
    assert_true(stopped->contacts_searched >= options.contacts_most);
    assert_true(stopped->contacts_searched < whole->contacts_searched);
    assert_true(stopped->head_hours >= whole->head_hours);
    struct staff_own *own = staff_own_new(&centre, &options, stopped, staff_case_seed(&centre));
    assert_false(staff_own_play(own, own->heads, stopped->replications) > 0);
    staff_own_free(own);
    sc_staff_free(stopped);
    sc_staff_free(whole);
    staff_case_free(&centre);
}

/* Stopped before anything holds: there is no answer, and the reason is not the target. */
static void a_search_stopped_too_early_has_no_answer(void **state)
{
    (void)state;
    struct staff_case centre = staff_case_new(one_channel, every_one, 1);
    struct sc_staff_options options = small_options;
    options.contacts_most = 1.0;
    struct sc_staff *staff = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_staff_find(centre.model, &options, &staff, &error), SC_UNREACHABLE);
    assert_null(staff);
    assert_non_null(strstr(error.message, "stopped"));
    staff_case_free(&centre);
}

static void a_target_without_a_channel_is_an_error(void **state)
{
    (void)state;
    const char *overrides[] = {"channels.phone.target = none"};
    struct staff_case centre = staff_case_new(one_channel, overrides, 1);
    struct sc_staff *staff = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_staff_find(centre.model, &small_options, &staff, &error), SC_INPUT);
    assert_non_null(strstr(error.message, "no channel has a target"));
    staff_case_free(&centre);
}

/* E-mail of a Monday feels heads of the Thursday and the Friday before: days on which nobody works are no days. */
static void deferred_work_feels_heads_over_a_weekend(void **state)
{
    (void)state;
    static const char *const mail =
        "start = \"2026-01-05\"; days = 14; warmup = \"0 d\";"
        "channels = ( { name = \"mail\"; kind = \"deferred\"; hours = { mon-fri = \"08:00-18:00\"; };"
        "    volume = { per_day = 40; }; handle = \"5 min\"; target = { answer = 0.8; within = \"4 h\"; }; } );"
        "pools = ( { name = \"desk\"; agents = 2; hours = { mon-fri = \"08:00-18:00\"; };"
        "    skills = ( { channel = \"mail\"; } ); } );";
    struct staff_case centre = staff_case_new(mail, NULL, 0);
    struct sc_staff_options options = {.per = SC_STAFF_DAY};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_staff_problem problem;
    assert_int_equal(sc_staff_problem_init(&problem, centre.model, &options, &error), SC_OK);
    const struct sc_staff_place *place = &problem.places[0];
    static const size_t day[] = {2, 3, 4, 7, 8}, first[] = {0, 1, 2, 3, 4}, last[] = {4, 7, 8, 9, 10};
    for (size_t i = 0; i < sizeof day / sizeof *day; i++) {
        size_t from, to;
        sc_staff_window(&problem, place, day[i], true, &from, &to);
        assert_int_equal(from, first[i] * problem.a_day);
        assert_int_equal(to, (last[i] + 1) * problem.a_day);
    }
    sc_staff_problem_release(&problem);
    staff_case_free(&centre);
}

static void a_target_that_holds_with_nobody_says_so(void **state)
{
    (void)state;
    const char *overrides[] = {"channels.phone.target = { abandon = 1.0; }"};
    struct staff_case centre = staff_case_new(one_channel, overrides, 1);
    struct sc_staff_options options = small_options;
    options.replications = 100;
    struct sc_staff *staff = staff_case_find(&centre, &options);
    for (size_t i = 0; i < staff->count; i++)
        assert_int_equal(staff->pools[0].heads[i], 0);
    assert_true(staff->note_count > 0);
    assert_string_equal(staff->notes[0], "the target of channel \"phone\" holds with nobody");
    sc_staff_free(staff);
    staff_case_free(&centre);
}

/* One pool, one channel: the heads are what one finds by adding heads interval by interval. The same for any number of
   threads, and judged alike as a scenario of its own. */
static void one_queue_by_any_number_of_threads(void **state)
{
    (void)state;
    struct staff_case centre = staff_case_new(one_channel, NULL, 0);
    struct sc_staff_options options = small_options;
    options.replications = 600;
    struct sc_staff *two = staff_case_find(&centre, &options);
    options.threads = 1;
    struct sc_staff *one = staff_case_find(&centre, &options);
    struct staff_own *own = staff_own_new(&centre, &options, one, staff_case_seed(&centre));
    check_minimal(own, one);
    for (size_t i = 0; i < one->count; i++) {
        assert_int_equal(one->pools[0].heads[i], two->pools[0].heads[i]);
        assert_true((one->pools[0].heads[i] > 0) == (i >= 8 && i < 12));
    }
    assert_int_equal(one->verdict_count, 4);
    for (size_t v = 0; v < one->verdict_count; v++) {
        assert_true(one->verdicts[v].figure == two->verdicts[v].figure);
        /* Four heads for 2.5 erlang; what was not seen before agrees with the target within chance. */
        assert_true(one->verdicts[v].figure + 5.0 * one->verdicts[v].error + 0.05 > 0.8);
    }
    assert_true(one->head_hours > 8.0 && one->head_hours < 32.0);
    staff_own_free(own);
    sc_staff_free(one);
    sc_staff_free(two);
    staff_case_free(&centre);
}

static void rosters_are_judged_as_they_stand(void **state)
{
    (void)state;
    struct staff_case centre = staff_case_new(one_channel, NULL, 0);
    struct sc_staff_options options = {.per = SC_STAFF_DAY, .held_out = 400, .threads = 2};
    struct sc_staff *staff = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_staff_judge(centre.model, &options, &staff, &error), SC_OK);
    assert_int_equal(staff->verdict_count, 1);
    int level = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "service_level");
    double run = staff->result->channels[0].figure[level].mean;
    assert_true(fabs(staff->verdicts[0].figure - run) < 1e-6); /* surpluses are kept in single precision */
    int met = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "target_met");
    assert_true(fabs(staff->verdicts[0].met - staff->result->channels[0].figure[met].mean) < 1e-9);
    sc_staff_free(staff);
    staff_case_free(&centre);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restaffed_plays_alike),
        cmocka_unit_test(unreachable_targets_say_why),
        cmocka_unit_test(a_target_of_all_says_what_it_means),
        cmocka_unit_test(a_search_stops_at_its_bound),
        cmocka_unit_test(a_search_stopped_too_early_has_no_answer),
        cmocka_unit_test(a_target_without_a_channel_is_an_error),
        cmocka_unit_test(deferred_work_feels_heads_over_a_weekend),
        cmocka_unit_test(a_target_that_holds_with_nobody_says_so),
        cmocka_unit_test(one_queue_by_any_number_of_threads),
        cmocka_unit_test(rosters_are_judged_as_they_stand),
        cmocka_unit_test(small_centres_cost_little_more_than_the_best),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goals and events in a replication made by hand, and which figures a goal can name. */
#include "staffcast/estimate.h"

#include "support/scenario_text.h"
#include "support/small_centre.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DAYS = 3, START = 20458 /* 2026-01-05 */ };

/* Channels phone and sales, pools "both" and "sales only", three days, one event; the goal is the test's. */
struct fixture {
    struct small_centre centre;
    struct sc_channel channels[2];
    struct sc_class vip;
    struct sc_pool pools[2];
    struct sc_skill skills[3];
    struct sc_event event;
    struct sc_goal goal;
    struct sc_model *model;
    struct sc_replication *replication;
    struct sc_pair pairs[1000];
};

static void scenario_fill(struct fixture *f)
{
    small_centre_init(&f->centre, 0, 120, 180);
    f->channels[0] = f->channels[1] = f->centre.channel;
    f->channels[1].name = "sales";
    f->channels[1].service.target.counts = SC_COUNT_ANSWERED;
    f->vip = (struct sc_class){.name = "vip", .share = 0.1, .handle_factor = 1, .service = f->centre.channel.service};
    f->channels[0].classes = &f->vip;
    f->channels[0].class_count = 1;
    f->skills[0] = f->skills[1] = f->skills[2] = f->centre.skill;
    f->skills[1].channel = f->skills[2].channel = 1;
    f->pools[0] = f->pools[1] = f->centre.pool; /* 20 an hour, overtime 1.5 */
    f->pools[0].name = "both";
    f->pools[0].skills = f->skills;
    f->pools[0].skill_count = 2;
    f->pools[0].cost_per_contact = 2;
    f->pools[0].cost_per_minute = 0.5;
    f->pools[1].name = "sales only";
    f->pools[1].skills = &f->skills[2];
    f->event = (struct sc_event){.name = "outage", .day = START, .lasts_s = 3600, .over_s = -1};
    f->goal = (struct sc_goal){.metric = "totals.cost", .by_day = START, .over_days = 1, .where = {"desk.cfg", 40}};
    f->centre.scenario.channels = f->channels;
    f->centre.scenario.channel_count = 2;
    f->centre.scenario.pools = f->pools;
    f->centre.scenario.pool_count = 2;
    f->centre.scenario.days = DAYS;
    f->centre.scenario.fixed_per_month = 50 * 365.25 / 12; /* 50 a day */
    f->centre.scenario.goals = &f->goal;
    f->centre.scenario.goal_count = 1;
}

/* What happens on the first and the third day tells which days were added up: 1, 10 and 100 of each. */
static void replication_fill(struct sc_replication *r)
{
    double times = 1;
    for (int d = 0; d < DAYS; d++, times *= 10) {
        r->day[d] = (struct sc_tally){
            .demand = 5 * times, .arrivals = 6 * times, .deflected = times, .automated = times, .offered = 4 * times,
            .answered = 3 * times, .abandoned = times, .judged_answered = 3 * times, .judged_lost = times,
            .answered_within = (d == 1 ? 3 : 2) * times, .lost_short = times, .wait_answered_s = 30 * times,
            .wait_max_s = d == 1 ? 90 : 7, .queue_max = d + 1, .oldest_max_s = d == 0 ? 80 : 9, .queue_s = 360,
            .queue_open_s = 3600, .automation_cost = 2 * times, .lost_cost = 3 * times};
        r->day[DAYS + d] = (struct sc_tally){
            .offered = 2 * times, .answered = 2 * times, .judged_answered = 2 * times, .judged_lost = times,
            .answered_within = times, .wait_answered_s = 10 * times};
        r->pool_day[d] = (struct sc_pool_tally){
            .scheduled_s = 3600 * times, .present_s = 3000 * times, .overtime_s = 600 * times, .busy_s = 1800 * times,
            .contacts = times, .handled_s = 60 * times};
        r->pool_day[DAYS + d] = (struct sc_pool_tally){.scheduled_s = 3600};
    }
    r->event[0] = (struct sc_event_tally){.queue_max = 214, .recovery_s = 19800};
}

static int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct sc_error error = SC_ERROR_INIT;
    scenario_fill(f);
    *state = f;
    if (sc_model_build(&f->centre.scenario, &f->model, &error) != SC_OK ||
        sc_replication_new(f->model, &f->replication, &error) != SC_OK) {
        print_error("%s\n", error.message);
        return -1;
    }
    /* The model would ask for the scenario's text to know what an event changes; nothing is played here. */
    f->centre.scenario.events = &f->event;
    f->centre.scenario.event_count = 1;
    replication_fill(f->replication);
    return sc_pairs_count(f->model) <= sizeof f->pairs / sizeof f->pairs[0] ? 0 : -1;
}

static int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    sc_replication_free(f->replication);
    sc_model_free(f->model);
    free(f);
    return 0;
}

/* The goal's two pairs, of the last `over` days up to day `last` (from 0). */
static const struct sc_pair *goal_pairs(struct fixture *f, const char *metric, int last, int over)
{
    struct sc_error error = SC_ERROR_INIT;
    f->goal.metric = metric;
    f->goal.by_day = START + last;
    f->goal.over_days = over;
    if (sc_goals_check(f->model, &error) != SC_OK)
        fail_msg("%s", error.message);
    sc_pairs_fill(f->model, f->replication, f->pairs);
    return &f->pairs[sc_pairs_of_goal(f->model, 0)];
}

static void assert_goal(struct fixture *f, const char *metric, int last, int over, double y, double x)
{
    struct sc_pair pair = goal_pairs(f, metric, last, over)[0];
    if (!(fabs(pair.y - y) <= 1e-9 * fabs(y) && fabs(pair.x - x) <= 1e-9 * fabs(x)))
        fail_msg("%s, %d days until day %d: (%.17g, %.17g) is not (%.17g, %.17g)", metric, over, last, pair.y, pair.x,
                 y, x);
}

static void channels_add_up_the_days_of_the_goal(void **state)
{
    struct fixture *f = *state;
    assert_goal(f, "channels.phone.offered", 0, 1, 4, 1);
    assert_goal(f, "channels.phone.offered", 1, 2, 44, 1);
    assert_goal(f, "channels.phone.offered", 2, 2, 440, 1);
    assert_goal(f, "channels.phone.offered", 2, 1, 400, 1);
    assert_goal(f, "channels.sales.offered", 1, 1, 20, 1);
    assert_goal(f, "channels.phone.abandon_rate", 1, 2, 11, 44);
    assert_goal(f, "channels.phone.wait_mean_s", 1, 2, 330, 33);
    assert_goal(f, "channels.phone.queue_mean", 1, 2, 720, 7200);
    assert_goal(f, "channels.phone.service_level", 1, 2, 32, 44);
    assert_goal(f, "channels.phone.service_level_by.no-short", 1, 2, 32, 33);
    assert_goal(f, "channels.sales.service_level", 1, 2, 11, 22);            /* counts = "answered" */
    assert_goal(f, "channels.sales.service_level_by.offered", 1, 2, 11, 33);
}

static void maxima_are_the_largest_of_the_days(void **state)
{
    struct fixture *f = *state;
    assert_goal(f, "channels.phone.wait_max_s", 1, 2, 90, 1);
    assert_goal(f, "channels.phone.wait_max_s", 2, 1, 7, 1);
    assert_goal(f, "channels.phone.queue_max", 1, 2, 2, 1);
    assert_goal(f, "channels.phone.oldest_max_s", 1, 2, 80, 1);
    assert_goal(f, "channels.phone.oldest_max_s", 2, 2, 9, 1);
}

static void targets_are_judged_over_the_days(void **state)
{
    struct fixture *f = *state;
    f->channels[0].service.target.answer = 0.7; /* 2 of 4, 30 of 40, 200 of 400 */
    assert_goal(f, "channels.phone.target_met", 1, 2, 1, 1); /* 32 of 44 */
    assert_goal(f, "channels.phone.target_met", 0, 1, 0, 1);
    assert_goal(f, "channels.phone.days_met", 1, 2, 1, 2);
    assert_goal(f, "channels.phone.days_met", 2, 2, 1, 2);
}

static void pools_and_totals_have_costs(void **state)
{
    struct fixture *f = *state;
    /* Of each time: 20 for an hour, 5 for overtime, 2 for the contact, .5 for the minute. */
    double both = 27.5, sales = 20;
    assert_goal(f, "pools.both.scheduled_h", 1, 2, 11, 1);
    assert_goal(f, "pools.both.occupancy", 1, 2, 11 * 1800, 11 * 3600);
    assert_goal(f, "pools.both.cost", 1, 2, 11 * both, 1);
    assert_goal(f, "pools.sales only.cost", 1, 2, 2 * sales, 1);
    assert_goal(f, "totals.cost", 1, 2, 11 * both + 2 * sales + 22 + 2 * 50, 1);
    assert_goal(f, "totals.cost", 2, 1, 100 * both + sales + 200 + 50, 1);
    assert_goal(f, "totals.cost_per_contact", 0, 1, both + sales + 2 + 50, 3 + 1 + 2);
    assert_goal(f, "totals.cost_of_lost", 2, 2, 330, 1);
    assert_goal(f, "totals.offered", 2, 2, 660, 1);
    assert_goal(f, "totals.service_level", 1, 2, 32 + 11, 44 + 22); /* each channel by its own definition */
    assert_goal(f, "totals.wait_mean_s", 0, 1, 40, 5);
}

/* At its very value a goal is reached; where nothing can be judged it says nothing. */
static void goals_are_reached_or_not(void **state)
{
    struct fixture *f = *state;
    const char *metric = "channels.phone.service_level"; /* 2 of 4 */
    f->goal.wanted = 0.5;
    f->goal.at_least = true;
    const struct sc_pair *pair = goal_pairs(f, metric, 0, 1);
    assert_true(pair[1].y == 1 && pair[1].x == 1);
    f->goal.wanted = 0.51;
    assert_true(goal_pairs(f, metric, 0, 1)[1].y == 0 && pair[1].x == 1);
    f->goal.at_least = false;
    assert_true(goal_pairs(f, metric, 0, 1)[1].y == 1 && pair[1].x == 1);
    f->goal.wanted = 0.49;
    assert_true(goal_pairs(f, metric, 0, 1)[1].y == 0 && pair[1].x == 1);
    f->replication->day[0] = (struct sc_tally){.demand = 0};
    pair = goal_pairs(f, metric, 0, 1);
    assert_true(pair[0].x == 0 && pair[1].y == 0 && pair[1].x == 0);
}

static void the_last_bits_decide_nothing(void **state)
{
    (void)state;
    struct sc_goal goal = {.at_least = true, .wanted = 0.3};
    assert_true(sc_goal_reached(&goal, 0.1 + 0.2) && sc_goal_reached(&goal, 0.3 - 1e-16));
    assert_false(sc_goal_reached(&goal, 0.3 - 1e-9));
    goal.at_least = false;
    assert_true(sc_goal_reached(&goal, 0.1 + 0.2));
    assert_false(sc_goal_reached(&goal, 0.3 + 1e-9));
    assert_false(sc_goal_reached(&goal, NAN));
}

static void over_all_days_the_goal_is_the_figure(void **state)
{
    struct fixture *f = *state;
    f->replication->channel[0] = (struct sc_tally){.offered = 77, .demand = 5};
    f->replication->pool[0].scheduled_s = 7200;
    assert_goal(f, "channels.phone.offered", 2, 3, 77, 1);
    int metric = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "cost_per_case");
    struct sc_pair cost = f->pairs[sc_pairs_of_channel(f->model, 0) + (size_t)metric];
    assert_true(cost.y > 0);
    assert_goal(f, "channels.phone.cost_per_case", 2, 3, cost.y, 5);
}

static void events_leave_their_figures(void **state)
{
    struct fixture *f = *state;
    sc_pairs_fill(f->model, f->replication, f->pairs);
    const struct sc_pair *pair = &f->pairs[sc_pairs_of_event(f->model, 0)];
    assert_true(pair[0].y == 214 && pair[0].x == 1 && pair[1].y == 19800 && pair[1].x == 1);
    /* Without a target nothing says when all is well. */
    f->channels[0].service.target.given = f->channels[1].service.target.given = false;
    sc_pairs_fill(f->model, f->replication, f->pairs);
    assert_true(pair[0].y == 214 && pair[0].x == 1 && pair[1].y == 0 && pair[1].x == 0);
}

static void what_cannot_be_judged_is_refused(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *metric;
        int last, over;
    } wrong[] = {{"channels.phone.cost_per_case", 1, 2}, {"channels.phone.wait_p90_s", 2, 3},
                 {"totals.automation_saving", 2, 3},     {"channels.fax.offered", 0, 1},
                 {"pools.both.offered", 0, 1},           {"phone.offered", 0, 1},
                 {"totals.cost", 3, 1},                  {"totals.cost", 0, 2},
                 {"totals.cost", 0, 0}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct sc_error error = SC_ERROR_INIT;
        struct sc_result *result = NULL;
        f->goal.metric = wrong[i].metric;
        f->goal.by_day = START + wrong[i].last;
        f->goal.over_days = wrong[i].over;
        assert_int_equal(sc_goals_check(f->model, &error), SC_INPUT);
        assert_string_equal(error.file, "desk.cfg");
        assert_int_equal(error.line, 40);
        assert_non_null(strstr(error.message, wrong[i].metric));
        assert_int_equal(sc_run(f->model, &(struct sc_run_options){.replications = 1}, &result, &error), SC_INPUT);
        assert_null(result);
    }
}

/* --- the reader says the same --- */

/* Two days; the classes of phone count alike, those of chat do not. */
static const char desk[] =
    "days = 2;\n"
    "channels = (\n"
    "  { name = \"phone\"; handle = \"5 min\"; volume = { per_day = 10; };\n"
    "    target = { answer = 0.8; within = \"20 s\"; }; classes = ( { name = \"vip\"; share = 0.1; } ); },\n"
    "  { name = \"chat\"; handle = \"5 min\"; volume = { per_day = 10; };\n"
    "    target = { answer = 0.8; within = \"20 s\"; };\n"
    "    classes = ( { name = \"vip\"; share = 0.1;\n"
    "                  target = { answer = 0.8; within = \"20 s\"; counts = \"met\"; }; } ); } );\n"
    "pools = ( { name = \"desk\"; agents = 1; skills = ( { channel = \"phone\"; }, { channel = \"chat\"; } ); } );\n"
    "goals = ( { metric = \"%s.%s\"; at_least = 0; by = \"2026-01-06\"; over = \"%d d\"; } );\n";

/* The reader accepts a goal where it can be judged, and nowhere else. */
static void check_accepted(const char *whose, const struct sc_metric *metrics, size_t count, int over, size_t *accepted)
{
    for (size_t i = 0; i < count; i++) {
        char text[2048];
        struct sc_error error = SC_ERROR_INIT;
        struct sc_scenario *scenario = NULL;
        struct sc_model *model = NULL;
        snprintf(text, sizeof text, desk, whose, metrics[i].name, over);
        char *said = scenario_faults(text, NULL, 0, &scenario);
        bool fine = scenario != NULL;
        /* What it refuses is judged from a scenario with another goal, changed afterwards. */
        if (!fine) {
            snprintf(text, sizeof text, desk, "totals", "cost", over);
            scenario = scenario_from_text(text, NULL, 0);
        }
        char metric[128];
        snprintf(metric, sizeof metric, "%s.%s", whose, metrics[i].name);
        struct sc_goal *goal = (struct sc_goal *)(uintptr_t)&scenario->goals[0];
        goal->metric = metric;
        assert_int_equal(sc_model_build(scenario, &model, &error), SC_OK);
        if ((sc_goals_check(model, &error) == SC_OK) != fine)
            fail_msg("%s over %d days: %s", metric, over, fine ? "accepted, but cannot be judged" : said);
        *accepted += fine;
        free(said);
        sc_model_free(model);
        sc_scenario_free(scenario);
    }
}

static void the_reader_accepts_what_can_be_judged(void **state)
{
    (void)state;
    size_t accepted[2][4] = {{0}};
    for (int over = 1; over <= 2; over++) {
        size_t *here = accepted[over - 1];
        check_accepted("channels.phone", sc_channel_metrics, sc_channel_metric_count, over, &here[0]);
        check_accepted("channels.chat", sc_channel_metrics, sc_channel_metric_count, over, &here[1]);
        check_accepted("pools.desk", sc_pool_metrics, sc_pool_metric_count, over, &here[2]);
        check_accepted("totals", sc_total_metrics, sc_total_metric_count, over, &here[3]);
    }
    /* All but seven quantiles; by day neither the two costs nor, of chat, service_level and target_met. */
    assert_int_equal(accepted[1][0], sc_channel_metric_count - 7);
    assert_int_equal(accepted[1][1], sc_channel_metric_count - 7);
    assert_int_equal(accepted[0][0], sc_channel_metric_count - 9);
    assert_int_equal(accepted[0][1], sc_channel_metric_count - 11);
    assert_int_equal(accepted[0][2], sc_pool_metric_count);
    assert_int_equal(accepted[1][2], sc_pool_metric_count);
    assert_int_equal(accepted[1][3], sc_total_metric_count - 1);
    assert_int_equal(accepted[0][3], sc_total_metric_count - 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(channels_add_up_the_days_of_the_goal),
        TEST(maxima_are_the_largest_of_the_days),
        TEST(targets_are_judged_over_the_days),
        TEST(pools_and_totals_have_costs),
        TEST(goals_are_reached_or_not),
        cmocka_unit_test(the_last_bits_decide_nothing),
        TEST(over_all_days_the_goal_is_the_figure),
        TEST(events_leave_their_figures),
        TEST(what_cannot_be_judged_is_refused),
        cmocka_unit_test(the_reader_accepts_what_can_be_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

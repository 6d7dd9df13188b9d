/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results of `run` as JSON, CSV and table, from a result made by hand. */
#include "support/played.h"

#include "present/figures.h"

#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    struct fixture *fixture = fixture_new();

    fixture_channel(fixture, 0, "offered", 15432, 15000, 15864);
    fixture_channel(fixture, 0, "service_level", 0.7832, 0.777, 0.789);
    fixture_channel(fixture, 0, "service_level_by.offered", 0.7832, 0.777, 0.789);
    fixture_channel(fixture, 0, "service_level_by.answered", 0.832, 0.83, 0.834);
    fixture_channel(fixture, 0, "days_met", 0.12, 0.1, 0.14);
    fixture_total(fixture, "cost", 1.0 / 3, NAN, NAN);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    fixture_free(*state);
    return 0;
}

static json_t *parse(char *text)
{
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

    if (root == NULL)
        fail_msg("line %d: %s", error.line, error.text);
    free(text);
    return root;
}

/* Keys of an object in their order, with commas. */
static void assert_keys(json_t *object, const char *expected)
{
    char keys[4096] = "";
    const char *key;
    json_t *value;

    json_object_foreach(object, key, value)
    {
        if (keys[0] != '\0')
            strcat(keys, ",");
        strcat(keys, key);
    }
    assert_string_equal(keys, expected);
}

#define CHANNEL_KEYS \
    "name,demand,arrivals,deflected,automated,automated_returned,gave_up,diverted,offered,answered,abandoned,balked," \
    "blocked,dismissed,diverted_waiting,called_back,callbacks_kept,open_at_end,in_automation_at_end,touches,retried," \
    "transferred,recontacts,service_level,service_level_by,abandon_rate,automation_rate,bot_resolution_rate," \
    "containment_rate,wait_mean_s,wait_all_mean_s,wait_p50_s,wait_p80_s,wait_p90_s,wait_p95_s,wait_p99_s,wait_max_s," \
    "first_response_mean_s,first_response_p50_s,first_response_p90_s,resolution_mean_s,handle_mean_s,queue_mean," \
    "queue_max,oldest_max_s,satisfied,cost_per_contact,cost_per_case,"

static void json_has_every_key_in_its_order(void **state)
{
    struct fixture *fixture = *state;
    json_t *root = parse(fixture_json(&fixture->played, 1));
    json_t *phone = json_array_get(json_object_get(root, "channels"), 0);
    json_t *pool = json_array_get(json_object_get(root, "pools"), 0);

    assert_keys(root, "schema,scenario,file,version,seed,replications,days,contacts_simulated,wall_s,channels,pools,"
                      "totals,events,goals");
    assert_keys(phone, CHANNEL_KEYS "classes,target_met,days_met");
    assert_keys(json_array_get(json_object_get(phone, "classes"), 0), CHANNEL_KEYS "target_met,days_met");
    assert_keys(json_object_get(phone, "service_level_by"), "offered,no-short,answered,met");
    assert_keys(json_object_get(phone, "offered"), "mean,low,high");
    assert_keys(pool, "name,scheduled_h,present_h,busy_h,overtime_h,occupancy,live_occupancy,at_once_mean,cost,"
                      "by_channel");
    assert_keys(json_array_get(json_object_get(pool, "by_channel"), 0), "channel,contacts,busy_h");
    assert_keys(json_object_get(root, "totals"), "offered,answered,abandoned,service_level,abandon_rate,wait_mean_s,"
                "cost,cost_per_contact,cost_per_case,cost_of_lost,automation_saving");
    json_decref(root);
}

static void json_figures_are_exact_and_null_where_unknown(void **state)
{
    struct fixture *fixture = *state;
    json_t *root = parse(fixture_json(&fixture->played, 1));
    json_t *phone = json_array_get(json_object_get(root, "channels"), 0);
    json_t *sales = json_array_get(json_object_get(root, "channels"), 1);
    json_t *cost = json_object_get(json_object_get(root, "totals"), "cost");

    assert_string_equal(json_string_value(json_object_get(root, "schema")), "staffcast.run/1");
    assert_string_equal(json_string_value(json_object_get(root, "seed")), "1");
    assert_true(json_real_value(json_object_get(json_object_get(phone, "service_level"), "mean")) == 0.7832);
    assert_true(json_is_null(json_object_get(json_object_get(phone, "service_level_by"), "met")));
    assert_true(json_is_null(json_object_get(phone, "abandon_rate")));
    assert_true(json_is_null(json_object_get(sales, "service_level_by")));
    assert_true(json_real_value(json_object_get(cost, "mean")) == 1.0 / 3);
    assert_true(json_is_null(json_object_get(cost, "low")));
    assert_true(json_is_null(json_object_get(cost, "high")));
    json_decref(root);
}

static void several_scenarios_are_an_array(void **state)
{
    struct fixture *fixture = *state;
    struct sc_played two[] = {fixture->played, fixture->played};
    json_t *root = parse(fixture_json(two, 2));

    assert_true(json_is_array(root));
    assert_int_equal(json_array_size(root), 2);
    json_decref(root);
}

static double at(json_t *object, const char *series, size_t index)
{
    return json_number_value(json_array_get(json_object_get(object, series), index));
}

static void intervals_are_means_and_ratios_of_totals(void **state)
{
    struct fixture *fixture = *state;

    fixture_add_intervals(fixture);
    json_t *root = parse(fixture_json(&fixture->played, 1)), *intervals = json_object_get(root, "intervals");
    json_t *phone = json_array_get(json_object_get(intervals, "channels"), 0);
    json_t *pool = json_array_get(json_object_get(intervals, "pools"), 0);
    json_t *start = json_object_get(intervals, "start");

    assert_keys(intervals, "start,channels,pools");
    assert_keys(phone, "name,offered,answered,abandoned,service_level,wait_mean_s,handle_mean_s,queue_mean");
    assert_keys(pool, "name,scheduled,present,busy");
    assert_int_equal(json_array_size(start), 48);
    assert_string_equal(json_string_value(json_array_get(start, 8)), "2026-01-05 08:00");
    assert_string_equal(json_string_value(json_array_get(start, 24)), "2026-01-06 00:00");
    assert_true(at(phone, "offered", 8) == 4);
    assert_true(at(phone, "answered", 33) == 3);
    assert_true(at(phone, "service_level", 8) == 0.5);
    assert_true(at(phone, "wait_mean_s", 8) == 12.5);
    assert_true(at(phone, "handle_mean_s", 8) == 180);
    assert_true(at(phone, "queue_mean", 8) == 0.25);
    assert_true(at(phone, "offered", 0) == 0);
    assert_true(json_is_null(json_array_get(json_object_get(phone, "service_level"), 0)));
    assert_true(at(pool, "scheduled", 8) == 2);
    assert_true(at(pool, "present", 8) == 1.5);
    assert_true(at(pool, "busy", 8) == 0.15);
    json_decref(root);
}

static void days_add_up_their_intervals(void **state)
{
    struct fixture *fixture = *state;

    fixture_add_intervals(fixture);
    json_t *root = parse(fixture_json(&fixture->played, 1)), *days = json_object_get(root, "by_day");
    json_t *phone = json_array_get(json_object_get(days, "channels"), 0);

    assert_int_equal(json_array_size(json_object_get(days, "start")), 2);
    assert_string_equal(json_string_value(json_array_get(json_object_get(days, "start"), 1)), "2026-01-06");
    assert_true(at(phone, "offered", 1) == 8);
    assert_true(at(phone, "service_level", 1) == 0.5);
    assert_keys(days, "start,channels,pools,totals");
    assert_true(at(phone, "queue_at_midnight", 0) == 7.5 && at(phone, "queue_at_midnight", 1) == 0);
    assert_true(at(phone, "oldest_s", 0) == 60 && at(phone, "oldest_s", 1) == 0);
    assert_true(at(phone, "queue_mean", 0) == 0.125);
    assert_true(json_is_null(json_array_get(json_object_get(phone, "queue_mean"), 1)));
    json_decref(root);
}

/* 4 and 2 hours of 24 each, 3 for automation on the second day, 304.375 a month of 365.25 / 12 days. */
static void days_have_costs(void **state)
{
    struct fixture *fixture = *state;

    fixture->scenario.fixed_per_month = 304.375;
    fixture_add_intervals(fixture);
    json_t *root = parse(fixture_json(&fixture->played, 1)), *days = json_object_get(root, "by_day");
    json_t *pool = json_array_get(json_object_get(days, "pools"), 0), *totals = json_object_get(days, "totals");

    assert_keys(pool, "name,scheduled,present,busy,cost");
    assert_true(at(pool, "cost", 0) == 96 && at(pool, "cost", 1) == 48);
    assert_true(at(totals, "cost", 0) == 96 + 10 && at(totals, "cost", 1) == 48 + 3 + 10);
    json_decref(root);
}

static void json_tells_of_events_and_goals(void **state)
{
    struct fixture *fixture = *state;

    fixture_add_dates(fixture);
    json_t *root = parse(fixture_json(&fixture->played, 1));
    json_t *event = json_array_get(json_object_get(root, "events"), 0);
    json_t *goal = json_array_get(json_object_get(root, "goals"), 0);

    assert_int_equal(json_array_size(json_object_get(root, "events")), 2);
    assert_keys(event, "name,queue_max,recovery_s");
    assert_string_equal(json_string_value(json_object_get(event, "name")), "outage");
    assert_true(json_number_value(json_object_get(json_object_get(event, "queue_max"), "high")) == 228);
    assert_true(json_number_value(json_object_get(json_object_get(event, "recovery_s"), "mean")) == 19800);
    assert_int_equal(json_array_size(json_object_get(root, "goals")), 4);
    assert_keys(goal, "metric,by,wanted,figure,probability");
    assert_string_equal(json_string_value(json_object_get(goal, "metric")), "channels.phone.service_level");
    assert_string_equal(json_string_value(json_object_get(goal, "by")), "2026-01-06");
    assert_true(json_real_value(json_object_get(goal, "wanted")) == 0.8);
    assert_true(json_real_value(json_object_get(json_object_get(goal, "figure"), "low")) == 0.777);
    assert_true(json_real_value(json_object_get(json_object_get(goal, "probability"), "mean")) == 0.1);
    assert_true(json_is_null(json_object_get(json_array_get(json_object_get(root, "goals"), 2), "figure")));
    json_decref(root);
}

/* SPEC 2.1 on 100 answered (60 in time), 40 lost (10 in time, 5 short), 20 late: four definitions, four numbers. */
static void the_service_level_of_an_interval_follows_the_definition(void **state)
{
    static const double expected[] = {
        [SC_COUNT_OFFERED] = 60.0 / 160, [SC_COUNT_NO_SHORT] = 60.0 / 155, [SC_COUNT_ANSWERED] = 60.0 / 100,
        [SC_COUNT_MET] = 70.0 / 160};
    struct fixture *fixture = *state;

    fixture_add_intervals(fixture);
    struct sc_interval_cell *cell = &fixture->result.intervals->channel[8];

    cell->judged_answered = 100;
    cell->answered_within = 60;
    cell->judged_lost = 40;
    cell->lost_within = 10;
    cell->lost_short = 5;
    cell->late_open = 20;
    for (int counts = SC_COUNT_OFFERED; counts <= SC_COUNT_MET; counts++) {
        fixture->channels[0].service.target.counts = (enum sc_counts)counts;
        json_t *root = parse(fixture_json(&fixture->played, 1)), *intervals = json_object_get(root, "intervals");

        assert_true(at(json_array_get(json_object_get(intervals, "channels"), 0), "service_level", 8) ==
                    expected[counts]);
        json_decref(root);
    }
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        fail_msg("'%s' is in:\n%s", part, text);
}

static void csv_has_a_path_a_row(void **state)
{
    struct fixture *fixture = *state;
    char *text = fixture_csv(&fixture->played, 1);

    assert_int_equal(strncmp(text, "metric,mean,low,high\n", 21), 0);
    assert_has(text, "\nchannels.phone.service_level,0.7832,0.777,0.789\n");
    assert_has(text, "\nchannels.phone.service_level_by.answered,0.832,0.83,0.834\n");
    assert_has(text, "\nchannels.phone.classes.vip.offered,0,0,0\n");
    assert_has(text, "\n\"channels.sales, \"\"new\"\".service_level\",,,\n");
    assert_has(text, "\npools.front line.by_channel.phone.busy_h,1.5,1,2\n");
    assert_has(text, "\ntotals.cost,0.3333333333333333,,\n");
    free(text);
}

static void csv_keeps_goals_apart(void **state)
{
    struct fixture *fixture = *state;

    fixture_add_dates(fixture);
    char *text = fixture_csv(&fixture->played, 1);

    assert_has(text, "\nevents.outage.queue_max,214,200,228\nevents.outage.recovery_s,19800,19080,20520\n");
    assert_has(text, "\ngoals.channels.phone.service_level.2026-01-06.figure,0.7832,0.777,0.789\n"
                     "goals.channels.phone.service_level.2026-01-06.probability,0.1,0.04,0.24\n"
                     "goals.channels.phone.service_level.2026-01-06.2.figure,0.75,0.69,0.81\n");
    assert_has(text, "\ngoals.channels.phone.wait_mean_s.2026-01-05.probability,,,\n");
    free(text);
}

static void csv_of_several_scenarios_names_them(void **state)
{
    struct fixture *fixture = *state;
    struct sc_played two[] = {fixture->played, fixture->played};
    char *text = fixture_csv(two, 2);

    assert_int_equal(strncmp(text, "scenario,metric,mean,low,high\n", 30), 0);
    assert_has(text, "\nSupport desk,channels.phone.service_level,0.7832,0.777,0.789\n");
    free(text);
}

static void csv_of_intervals_has_a_row_each(void **state)
{
    struct fixture *fixture = *state;
    char *text = NULL;
    size_t length;

    fixture_add_intervals(fixture);
    FILE *stream = open_memstream(&text, &length);

    sc_run_write_intervals_csv(stream, &fixture->played);
    fclose(stream);
    assert_has(text, "start,kind,name,offered,answered,abandoned,service_level,wait_mean_s,handle_mean_s,queue_mean,"
                     "scheduled,present,busy\n");
    assert_has(text, "\n2026-01-05 08:00,channel,phone,4,3,1,0.5,12.5,180,0.25,,,\n");
    assert_has(text, "\n2026-01-06 09:00,pool,front line,,,,,,,,2,1.5,0.15\n");
    assert_has(text, "\n2026-01-05 00:00,channel,\"sales, \"\"new\"\"\",0,0,0,,,,0,,,\n");
    free(text);
}

/* Every line of a CSV has as many commas outside of quotes as its header. */
static void csv_rows_are_as_long_as_the_header(void **state)
{
    struct fixture *fixture = *state;
    char *text = NULL;
    size_t length;
    int wanted = -1, commas = 0;
    bool quoted = false;

    fixture_add_intervals(fixture);
    FILE *stream = open_memstream(&text, &length);

    sc_run_write_intervals_csv(stream, &fixture->played);
    fclose(stream);
    for (const char *at_text = text; *at_text != '\0'; at_text++) {
        quoted = *at_text == '"' ? !quoted : quoted;
        commas += *at_text == ',' && !quoted;
        if (*at_text == '\n') {
            wanted = wanted < 0 ? commas : wanted;
            assert_int_equal(commas, wanted);
            commas = 0;
        }
    }
    free(text);
}

static void the_finding_comes_first(void **state)
{
    struct fixture *fixture = *state;
    char *text = fixture_table(&fixture->played, false);

    assert_has(text, "\n\n✗ phone: 78.3 % ± 0.6 answered within 20 s, target 80 %: missed (met on 12 % of\n  days)\n\n"
                     "Channel ");
    assert_has(text, "phone: service level as \"offered\"; no-short –, answered 83.2 %, met –\n");
    assert_lacks(text, "Note:");
    assert_lacks(text, "\033");
    free(text);
}

static void goals_and_events_have_a_line_each(void **state)
{
    struct fixture *fixture = *state;

    fixture_add_dates(fixture);
    char *text = fixture_table(&fixture->played, false);

    assert_has(text, "\n✗ goal channels.phone.service_level, 2 days by 2026-01-06: 78.3 % ± 0.6, at\n"
                     "  least 80 %: missed, in 10 % ± 10 of replications\n"
                     "✓ goal channels.phone.service_level, 1 day by 2026-01-06: 75 % ± 6, at least\n"
                     "  70 %: reached, in 90 % ± 10 of replications; too close to call on average\n"
                     "– goal channels.phone.wait_mean_s, 1 day by 2026-01-05: nothing came that could\n"
                     "  be judged\n"
                     "✓ goal pools.front line.busy_h, 1 day by 2026-01-05: 6.00 ± 0.50 h, at least\n"
                     "  4 h: reached, in 100 % (from 88) of replications\n"
                     "· outage: at worst 214 waiting, all well again after 5.5 ± 0.2 h\n"
                     "· training: at worst 0 waiting, no target missed\n\n");
    free(text);
    fixture->event_results[0].recovery_s = (struct sc_figure){NAN, NAN, NAN};
    text = fixture_table(&fixture->played, false);
    assert_has(text, "\n· outage: at worst 214 waiting\n");
    free(text);
}

static void colour_goes_only_where_it_is_wanted(void **state)
{
    struct fixture *fixture = *state;
    char *text = fixture_table(&fixture->played, true);

    assert_has(text, "\033[31m✗ \033[0m");
    free(text);
}

static void notes_say_what_limits_the_figures(void **state)
{
    struct fixture *fixture = *state;
    char *text;

    fixture->result.replications = 5;
    fixture->scenario.spread.cv = 0;
    fixture->pools[0].people.given = true;
    text = fixture_table(&fixture->played, false);
    assert_has(text, "Note: only 5 replications");
    assert_has(text, "Note: spread and level are 0");
    assert_has(text, "Note: the people of pool 'front line' are ignored");
    free(text);
    fixture->result.replications = 1;
    fixture->channels[0].volume.spread.cv = 0.1;
    text = fixture_table(&fixture->played, false);
    assert_has(text, "Note: one replication only");
    assert_lacks(text, "spread and level");
    free(text);
}

/* --- verdicts --- */

struct seen {
    size_t count;
    struct sc_verdict last;
};

static void see(void *context, const struct sc_verdict *verdict)
{
    struct seen *seen = context;

    seen->count++;
    seen->last = *verdict;
}

static void verdicts_follow_the_means(void **state)
{
    struct fixture *fixture = *state;
    struct seen seen = {0};

    sc_verdicts(&fixture->played, see, &seen);
    assert_int_equal(seen.count, 1);
    assert_true(seen.last.judged && !seen.last.met && !seen.last.uncertain);
    assert_false(sc_run_targets_met(&fixture->played));

    fixture_channel(fixture, 0, "service_level", 0.8, 0.79, 0.81);
    sc_verdicts(&fixture->played, see, &seen);
    assert_true(seen.last.met && seen.last.uncertain);
    assert_true(sc_run_targets_met(&fixture->played));
}

static void both_halves_of_a_target_must_hold(void **state)
{
    struct fixture *fixture = *state;

    fixture->channels[0].service.target.abandon_given = true;
    fixture->channels[0].service.target.abandon = 0.05;
    fixture->classes[0].service.target = fixture->channels[0].service.target;
    fixture_channel(fixture, 0, "service_level", 0.9, 0.89, 0.91);
    fixture_channel(fixture, 0, "abandon_rate", 0.06, 0.059, 0.061);
    assert_false(sc_run_targets_met(&fixture->played));
    fixture_channel(fixture, 0, "abandon_rate", 0.05, 0.049, 0.051);
    assert_true(sc_run_targets_met(&fixture->played));
}

static void goals_count_like_targets(void **state)
{
    struct fixture *fixture = *state;

    fixture_channel(fixture, 0, "service_level", 0.9, 0.89, 0.91);
    assert_true(sc_run_targets_met(&fixture->played));
    fixture_add_dates(fixture);
    assert_false(sc_run_targets_met(&fixture->played));
    fixture->goal_results[0].figure.mean = 0.8;
    assert_true(sc_run_targets_met(&fixture->played));
    fixture->goals[3].at_least = false;
    assert_false(sc_run_targets_met(&fixture->played));
}

static void nothing_to_judge_is_no_miss(void **state)
{
    struct fixture *fixture = *state;
    struct seen seen = {0};

    fixture_channel(fixture, 0, "service_level", NAN, NAN, NAN);
    sc_verdicts(&fixture->played, see, &seen);
    assert_false(seen.last.judged);
    assert_true(sc_run_targets_met(&fixture->played));
}

/* A class inherits the target of its channel and is judged apart only by one of its own. */
static void a_class_with_its_own_target_is_judged(void **state)
{
    struct fixture *fixture = *state;
    struct seen seen = {0};

    fixture->classes[0].service.target.answer = 0.95;
    fixture_class(fixture, "service_level", 0.9, 0.89, 0.91);
    sc_verdicts(&fixture->played, see, &seen);
    assert_int_equal(seen.count, 2);
    assert_string_equal(seen.last.class_name, "vip");
    assert_false(seen.last.met);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(json_has_every_key_in_its_order),
        TEST(json_figures_are_exact_and_null_where_unknown),
        TEST(several_scenarios_are_an_array),
        TEST(intervals_are_means_and_ratios_of_totals),
        TEST(days_add_up_their_intervals),
        TEST(days_have_costs),
        TEST(json_tells_of_events_and_goals),
        TEST(the_service_level_of_an_interval_follows_the_definition),
        TEST(csv_has_a_path_a_row),
        TEST(csv_keeps_goals_apart),
        TEST(csv_of_several_scenarios_names_them),
        TEST(csv_of_intervals_has_a_row_each),
        TEST(csv_rows_are_as_long_as_the_header),
        TEST(the_finding_comes_first),
        TEST(goals_and_events_have_a_line_each),
        TEST(colour_goes_only_where_it_is_wanted),
        TEST(notes_say_what_limits_the_figures),
        TEST(verdicts_follow_the_means),
        TEST(both_halves_of_a_target_must_hold),
        TEST(goals_count_like_targets),
        TEST(nothing_to_judge_is_no_miss),
        TEST(a_class_with_its_own_target_is_judged),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}

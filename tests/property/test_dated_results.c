/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events, goals and days in what is simulated: an outage computed by hand, windows, sums over days, threads. */
#include "staffcast/estimate.h"

#include "support/scenario_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct played {
    struct sc_scenario *scenario;
    struct sc_model *model;
    struct sc_result *result;
};

static struct played play(const char *text, const char *const *overrides, size_t count, struct sc_run_options options)
{
    struct sc_error error = SC_ERROR_INIT;
    struct played p = {.scenario = scenario_from_text(text, overrides, count)};
    if (sc_model_build(p.scenario, &p.model, &error) != SC_OK || sc_run(p.model, &options, &p.result, &error) != SC_OK)
        fail_msg("%s", error.message);
    return p;
}

static void played_release(struct played *p)
{
    sc_result_free(p->result);
    sc_model_free(p->model);
    sc_scenario_free(p->scenario);
}

static void assert_figure(struct sc_figure figure, double mean)
{
    if (!(figure.mean == mean && figure.low == mean && figure.high == mean))
        fail_msg("%.17g [%.17g, %.17g] is not %.17g without doubt", figure.mean, figure.low, figure.high, mean);
}

/* --- an outage by hand --- */

/*
 * Contacts come to the desk's one agent every ten minutes from 09:05 to 14:55: each is handed on by a feeder of its
 * own, which holds it from midnight until then. They take 8 minutes, 20.8 if they come from 10:00 to 10:30, as n = 0,
 * 1 and 2 (10:05, 10:15, 10:25) do. So contact n waits 10.8 n minutes up to n = 3, and 32.4 - 2 (n - 3) from there on:
 *  - in time (20 s) is again who comes from n = 20 on, at 13:25; of the hour from 13:00 that is 4 of 6, of that from
 *    13:30 all: the first with 80 %, 3 h 30 min after the beginning;
 *  - begun are they at 20.8 n minutes after 10:05 up to n = 3, and at 62.4 + 8 (n - 3): when contact 6 comes, after 60
 *    minutes, 3, 4, 5 and 6 wait, and never more.
 * At 14:00 the same event is too small to be felt: 8.08 minutes.
 */
enum { FEEDERS = 36 };

static char *outage_write(void)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "days = 1; warmup = \"0 d\"; interval = \"30 min\"; replications = 3;\nchannels = (\n");
    for (int i = 0; i < FEEDERS; i++)
        fprintf(out, "{ name = \"f%d\"; kind = \"deferred\"; backlog = { count = 1; age = \"0 s\"; }; "
                "handle = { dist = \"fixed\"; mean = \"%d min\"; }; "
                "transfer = ( { to = \"desk\"; share = 1.0; } ); },\n",
                i, 9 * 60 + 5 + 10 * i);
    fprintf(out, "{ name = \"desk\"; handle = { dist = \"fixed\"; mean = \"8 min\"; }; patience = \"1000 d\"; "
            "target = { answer = 0.8; within = \"20 s\"; }; } );\npools = (\n");
    for (int i = 0; i < FEEDERS; i++)
        fprintf(out, "{ name = \"f%d\"; agents = 1; skills = ( { channel = \"f%d\"; } ); },\n", i, i);
    fprintf(out, "{ name = \"desk\"; agents = 1; skills = ( { channel = \"desk\"; } ); } );\n"
            "events = ( { name = \"outage\"; at = \"2026-01-05 10:00\"; lasts = \"30 min\"; "
            "set = ( \"channels.desk.handle.mean *= 2.6\" ); },\n"
            "{ name = \"hiccup\"; at = \"2026-01-05 14:00\"; lasts = \"30 min\"; "
            "set = ( \"channels.desk.handle.mean *= 1.01\" ); } );\n");
    fclose(out);
    return text;
}

static void an_outage_computed_by_hand(void **state)
{
    (void)state;
    char *text = outage_write();
    struct played p = play(text, NULL, 0, (struct sc_run_options){.threads = 1});
    assert_string_equal(p.result->events[0].event->name, "outage");
    assert_figure(p.result->events[0].queue_max, 4);
    assert_figure(p.result->events[0].recovery_s, 3.5 * 3600);
    assert_string_equal(p.result->events[1].event->name, "hiccup");
    assert_figure(p.result->events[1].queue_max, 0);
    assert_figure(p.result->events[1].recovery_s, 0);
    played_release(&p);
    /* With three heads each of the slow ones has its own, and nobody waits. */
    const char *more[] = {"pools.desk.agents = 3"};
    p = play(text, more, 1, (struct sc_run_options){.threads = 1});
    assert_figure(p.result->events[0].queue_max, 0);
    assert_figure(p.result->events[0].recovery_s, 0);
    played_release(&p);
    free(text);
}

/* --- windows --- */

/* The desk drains every evening, so days do not touch: a run of some of them is those days of a longer run. */
static const char desk[] =
    "start = \"2026-01-05\"; days = 5; warmup = \"0 d\"; interval = \"60 min\"; replications = 25; seed = \"11\";\n"
    "fixed_per_month = 3000; holidays = ( \"2026-01-08\" );\n"
    "channels = (\n"
    "  { name = \"phone\"; hours = { all = \"09:00-15:00\"; }; volume = { per_day = 150; }; handle = \"4 min\";\n"
    "    wrap_up = { dist = \"fixed\"; mean = \"20 s\"; }; patience = \"3 min\"; cost_per_lost = 2.5;\n"
    "    classes = ( { name = \"vip\"; share = 0.1; priority = 5; } );\n"
    "    automation = { resolves = 0.2; gives_up = 0.05; takes = \"60 s\"; cost = 0.1; };\n"
    "    target = { answer = 0.8; within = \"20 s\"; abandon = 0.2; }; },\n"
    "  { name = \"sales\"; hours = { all = \"10:00-14:00\"; }; volume = { per_day = 30; }; handle = \"6 min\";\n"
    "    patience = \"2 min\"; target = { answer = 0.7; within = \"30 s\"; counts = \"answered\"; }; } );\n"
    "pools = (\n"
    "  { name = \"front line\"; agents = 2; skills = ( { channel = \"phone\"; } );\n"
    "    cost = { per_hour = 24.0; overtime = 1.5; per_contact = 0.2; per_minute = 0.1; }; },\n"
    "  { name = \"all-round\"; agents = 1; skills = ( { channel = \"sales\"; }, { channel = \"phone\"; rank = 2; } );\n"
    "    cost = { per_hour = 28.0; }; } );\n"
    "events = ( { name = \"rush\"; at = \"2026-01-06 10:00\"; lasts = \"2 h\";\n"
    "             set = ( \"channels.phone.volume.factor *= 3\" ); } );\n";

static const char *const metrics[] = {
    "channels.phone.arrivals", "channels.phone.offered", "channels.phone.abandoned", "channels.phone.service_level",
    "channels.phone.service_level_by.met", "channels.phone.abandon_rate", "channels.phone.automation_rate",
    "channels.phone.wait_mean_s", "channels.phone.wait_max_s", "channels.phone.handle_mean_s",
    "channels.phone.queue_mean", "channels.phone.queue_max", "channels.phone.oldest_max_s",
    "channels.phone.target_met", "channels.phone.days_met", "channels.sales.service_level",
    "pools.front line.scheduled_h", "pools.front line.busy_h", "pools.front line.occupancy",
    "pools.front line.cost", "pools.all-round.overtime_h", "totals.offered", "totals.service_level",
    "totals.abandon_rate", "totals.wait_mean_s", "totals.cost", "totals.cost_per_contact", "totals.cost_of_lost",
};
enum { METRICS = sizeof metrics / sizeof metrics[0] };

static char *with_goals(const char *text, const char *by, int over)
{
    char *whole = NULL;
    size_t length;
    FILE *out = open_memstream(&whole, &length);
    fprintf(out, "%sgoals = (", text);
    for (int i = 0; i < METRICS; i++)
        fprintf(out, "%s\n  { metric = \"%s\"; at_least = 0.5; by = \"%s\"; over = \"%d d\"; }", i ? "," : "",
                metrics[i], by, over);
    fprintf(out, " );\n");
    fclose(out);
    return whole;
}

static void assert_near(const char *metric, double a, double b)
{
    if (!(fabs(a - b) <= 1e-9 * fmax(1, fabs(b))) && !(isnan(a) && isnan(b)))
        fail_msg("%s: %.17g is not %.17g", metric, a, b);
}

static void assert_same_goals(const struct played *a, const struct played *b)
{
    for (int i = 0; i < METRICS; i++) {
        const struct sc_goal_result *one = &a->result->goals[i], *other = &b->result->goals[i];
        assert_ptr_equal(one->metric, other->metric);
        assert_near(metrics[i], one->figure.mean, other->figure.mean);
        assert_near(metrics[i], one->figure.low, other->figure.low);
        assert_near(metrics[i], one->figure.high, other->figure.high);
        assert_near(metrics[i], one->probability.mean, other->probability.mean);
        assert_near(metrics[i], one->probability.low, other->probability.low);
    }
}

/* The days up to and with `by` of five against a run of only these, where they are all days that count. */
static void a_window_is_a_run_of_its_days(void **state)
{
    (void)state;
    static const struct {
        const char *by, *start, *days;
        int over;
    } windows[] = {{"2026-01-07", "start = \"2026-01-05\"", "days = 3", 3},
                   {"2026-01-05", "start = \"2026-01-05\"", "days = 1", 1},
                   {"2026-01-07", "start = \"2026-01-06\"", "days = 2", 2},
                   {"2026-01-09", "start = \"2026-01-07\"", "days = 3", 3}};
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        char *text = with_goals(desk, windows[i].by, windows[i].over);
        const char *alone[] = {windows[i].start, windows[i].days, "events = none"};
        const char *same[] = {"events = none"};
        struct played all = play(text, same, 1, (struct sc_run_options){.threads = 1});
        struct played some = play(text, alone, 3, (struct sc_run_options){.threads = 1});
        assert_int_equal(all.result->goals[0].goal->over_days, windows[i].over);
        assert_int_equal(some.scenario->days, windows[i].over);
        assert_true(all.result->goals[1].figure.mean > 50);
        assert_same_goals(&all, &some);
        played_release(&all);
        played_release(&some);
        free(text);
    }
}

/* A goal over all days has the figure of the results, to the bit. */
static void a_goal_over_all_days_is_the_figure(void **state)
{
    (void)state;
    char *text = with_goals(desk, "2026-01-09", 5);
    struct played p = play(text, NULL, 0, (struct sc_run_options){.threads = 1});
    int level = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, "service_level");
    int cost = sc_metric_find(sc_total_metrics, sc_total_metric_count, "cost");
    assert_memory_equal(&p.result->goals[3].figure, &p.result->channels[0].figure[level], sizeof(struct sc_figure));
    for (int i = 0; i < METRICS; i++)
        if (strcmp(metrics[i], "totals.cost") == 0)
            assert_memory_equal(&p.result->goals[i].figure, &p.result->total[cost], sizeof(struct sc_figure));
    played_release(&p);
    free(text);
}

/* The probability is the share of replications that reach it, with Wilson's interval. */
static void the_probability_counts_replications(void **state)
{
    (void)state;
    char text[4096];
    snprintf(text, sizeof text, "%sgoals = ( { metric = \"channels.phone.abandoned\"; at_most = 50; "
             "by = \"2026-01-06\"; over = \"1 d\"; } );\n", desk);
    struct played p = play(text, NULL, 0, (struct sc_run_options){.threads = 1});
    struct sc_error error = SC_ERROR_INIT;
    struct sc_workspace *workspace = NULL;
    struct sc_replication *r = NULL;
    assert_int_equal(sc_workspace_new(p.model, &workspace, &error), SC_OK);
    assert_int_equal(sc_replication_new(p.model, &r, &error), SC_OK);
    double reached = 0, sum = 0;
    for (uint64_t i = 0; i < 25; i++) {
        assert_int_equal(sc_simulate(p.model, i, workspace, r, NULL, NULL, &error), SC_OK);
        reached += r->day[1].abandoned <= 50;
        sum += r->day[1].abandoned;
    }
    struct sc_figure wanted = sc_wilson_estimate(reached, 25);
    assert_memory_equal(&p.result->goals[0].probability, &wanted, sizeof wanted);
    assert_near("abandoned", p.result->goals[0].figure.mean, sum / 25);
    assert_true(wanted.mean > 0.05 && wanted.mean < 0.95); /* or the test would say little */
    sc_replication_free(r);
    sc_workspace_free(workspace);
    played_release(&p);
    /* One replication has no interval, here as everywhere. */
    p = play(text, NULL, 0, (struct sc_run_options){.replications = 1});
    assert_true(isnan(p.result->goals[0].probability.low) && isnan(p.result->goals[0].figure.high));
    assert_true(!isnan(p.result->goals[0].probability.mean) && isnan(p.result->events[0].queue_max.low));
    played_release(&p);
}

/* --- days --- */

static double field(const void *tallies, size_t size, size_t index, size_t offset)
{
    return *(const double *)((const char *)tallies + index * size + offset);
}

static void days_add_up_to_the_whole(void **state)
{
    (void)state;
    struct played p = play(desk, NULL, 0, (struct sc_run_options){.intervals = true});
    const struct sc_result *result = p.result;
    static const struct {
        const char *metric;
        size_t offset;
        double scale;
    } of_channel[] = {{"demand", offsetof(struct sc_tally, demand), 1},
                      {"automated", offsetof(struct sc_tally, automated), 1},
                      {"offered", offsetof(struct sc_tally, offered), 1},
                      {"answered", offsetof(struct sc_tally, answered), 1},
                      {"abandoned", offsetof(struct sc_tally, abandoned), 1}},
      of_pool[] = {{"scheduled_h", offsetof(struct sc_pool_tally, scheduled_s), 1.0 / 3600},
                   {"present_h", offsetof(struct sc_pool_tally, present_s), 1.0 / 3600},
                   {"busy_h", offsetof(struct sc_pool_tally, busy_s), 1.0 / 3600},
                   {"overtime_h", offsetof(struct sc_pool_tally, overtime_s), 1.0 / 3600}};
    size_t days = 5;
    double n = (double)result->replications, cost = sc_fixed_cost(p.scenario, 5);
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof of_channel / sizeof of_channel[0]; i++) {
            double sum = 0;
            for (size_t d = 0; d < days; d++)
                sum += field(result->day, sizeof *result->day, k * days + d, of_channel[i].offset) / n;
            int m = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, of_channel[i].metric);
            assert_near(of_channel[i].metric, sum, result->channels[k].figure[m].mean);
        }
        for (size_t i = 0; i < sizeof of_pool / sizeof of_pool[0]; i++) {
            double sum = 0;
            for (size_t d = 0; d < days; d++)
                sum += field(result->pool_day, sizeof *result->pool_day, k * days + d, of_pool[i].offset) / n;
            int m = sc_metric_find(sc_pool_metrics, sc_pool_metric_count, of_pool[i].metric);
            assert_near(of_pool[i].metric, sum * of_pool[i].scale, result->pools[k].figure[m].mean);
        }
        double of_days = 0;
        for (size_t d = 0; d < days; d++) {
            of_days += sc_pool_cost(&p.scenario->pools[k], &result->pool_day[k * days + d]) / n;
            cost += result->day[k * days + d].automation_cost / n;
        }
        int m = sc_metric_find(sc_pool_metrics, sc_pool_metric_count, "cost");
        assert_near("cost of a pool", of_days, result->pools[k].figure[m].mean);
        cost += of_days;
    }
    assert_near("cost", cost, result->total[sc_metric_find(sc_total_metrics, sc_total_metric_count, "cost")].mean);
    played_release(&p);
}

/*
 * At midnight: 30 letters wait from the beginning, one agent takes an hour for each, from 08:00 to 18:00. So 20 wait
 * after the first day, 10 after the second, none after the third; the oldest was there from the beginning.
 */
static void midnights_by_hand(void **state)
{
    (void)state;
    const char *text =
        "days = 3; warmup = \"0 d\"; replications = 3;\n"
        "channels = ( { name = \"letters\"; kind = \"deferred\"; backlog = { count = 30; age = \"0 s\"; };\n"
        "               handle = { dist = \"fixed\"; mean = \"1 h\"; }; } );\n"
        "pools = ( { name = \"desk\"; hours = { all = \"08:00-18:00\"; }; agents = 1;\n"
        "            skills = ( { channel = \"letters\"; } ); cost = { per_hour = 20.0; }; } );\n";
    struct played p = play(text, NULL, 0, (struct sc_run_options){.intervals = true});
    for (int d = 0; d < 3; d++) {
        const struct sc_midnight_tally *midnight = &p.result->midnight[d];
        assert_true(midnight->waiting == 3 * (20 - 10 * d));
        assert_true(midnight->oldest_s == (d < 2 ? 3 * 86400.0 * (d + 1) : 0));
        assert_near("cost", sc_pool_cost(&p.scenario->pools[0], &p.result->pool_day[d]) / 3, 200);
    }
    played_release(&p);
}

/* --- threads --- */

static void assert_same_bytes(const struct played *a, const struct played *b)
{
    const struct sc_result *one = a->result, *other = b->result;
    assert_memory_equal(&one->events[0].queue_max, &other->events[0].queue_max, 2 * sizeof(struct sc_figure));
    for (int i = 0; i < METRICS; i++)
        assert_memory_equal(&one->goals[i].figure, &other->goals[i].figure, 2 * sizeof(struct sc_figure));
    assert_memory_equal(one->day, other->day, 2 * 5 * sizeof *one->day);
    assert_memory_equal(one->midnight, other->midnight, 2 * 5 * sizeof *one->midnight);
    assert_memory_equal(one->pool_day, other->pool_day, 2 * 5 * sizeof *one->pool_day);
}

static void bytes_do_not_depend_on_threads(void **state)
{
    (void)state;
    char *text = with_goals(desk, "2026-01-07", 2);
    struct sc_run_options options = {.intervals = true, .replications = 101, .threads = 1};
    struct played one = play(text, NULL, 0, options);
    assert_true(one.result->events[0].recovery_s.mean > 0 && one.result->events[0].queue_max.mean > 0);
    options.threads = 2;
    struct played two = play(text, NULL, 0, options);
    options.threads = 7;
    struct played seven = play(text, NULL, 0, options);
    assert_same_bytes(&one, &two);
    assert_same_bytes(&one, &seven);
    /* With or without sums by interval. */
    options.intervals = false;
    struct played plain = play(text, NULL, 0, options);
    assert_same_goals(&one, &plain);
    assert_memory_equal(&one.result->events[0].queue_max, &plain.result->events[0].queue_max,
                        2 * sizeof(struct sc_figure));
    assert_null(plain.result->midnight);
    assert_null(plain.result->pool_day);
    played_release(&one);
    played_release(&two);
    played_release(&seven);
    played_release(&plain);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outage_computed_by_hand),
        cmocka_unit_test(a_window_is_a_run_of_its_days),
        cmocka_unit_test(a_goal_over_all_days_is_the_figure),
        cmocka_unit_test(the_probability_counts_replications),
        cmocka_unit_test(days_add_up_to_the_whole),
        cmocka_unit_test(midnights_by_hand),
        cmocka_unit_test(bytes_do_not_depend_on_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

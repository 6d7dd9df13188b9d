/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of metrics, and their pairs from a replication made by hand. */
#include "staffcast/estimate.h"

#include "estimate/pairs.h"
#include "support/small_centre.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define assert_close(a, b, tolerance) check_close(a, b, tolerance, __FILE__, __LINE__)

static void check_close(double a, double b, double tolerance, const char *file, int line)
{
    if (!(fabs(a - b) <= tolerance)) {
        print_error("%.17g is not %.17g within %g\n", a, b, tolerance);
        _fail(file, line);
    }
}

/* --- the contract: names and order --- */

static void check_names(const struct sc_metric *metrics, size_t count, const char *const *names, size_t wanted)
{
    assert_int_equal(count, wanted);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(metrics[i].name, names[i]);
        assert_int_equal(sc_metric_find(metrics, count, names[i]), i);
        assert_true(strlen(metrics[i].help) > 0);
    }
    assert_int_equal(sc_metric_find(metrics, count, "no such metric"), -1);
}

static void names_and_order_are_the_contract(void **state)
{
    (void)state;
    static const char *const channel[] = {
        "demand", "arrivals", "deflected", "automated", "automated_returned", "gave_up", "diverted", "offered",
        "answered", "abandoned", "balked", "blocked", "dismissed", "diverted_waiting", "called_back",
        "callbacks_kept", "open_at_end", "in_automation_at_end", "touches", "retried", "transferred", "recontacts",
        "service_level", "service_level_by.offered", "service_level_by.no-short", "service_level_by.answered",
        "service_level_by.met", "abandon_rate", "automation_rate", "bot_resolution_rate", "containment_rate",
        "wait_mean_s", "wait_all_mean_s", "wait_p50_s", "wait_p80_s", "wait_p90_s", "wait_p95_s", "wait_p99_s",
        "wait_max_s", "first_response_mean_s", "first_response_p50_s", "first_response_p90_s", "resolution_mean_s",
        "handle_mean_s", "queue_mean", "queue_max", "oldest_max_s", "satisfied", "cost_per_contact", "cost_per_case",
        "target_met", "days_met",
    };
    static const char *const pool[] = {"scheduled_h", "present_h", "busy_h", "overtime_h", "occupancy",
                                       "live_occupancy", "at_once_mean", "cost"};
    static const char *const total[] = {
        "offered", "answered", "abandoned", "service_level", "abandon_rate", "wait_mean_s", "cost",
        "cost_per_contact", "cost_per_case", "cost_of_lost", "automation_saving",
    };
    check_names(sc_channel_metrics, sc_channel_metric_count, channel, sizeof channel / sizeof channel[0]);
    check_names(sc_pool_metrics, sc_pool_metric_count, pool, sizeof pool / sizeof pool[0]);
    check_names(sc_total_metrics, sc_total_metric_count, total, sizeof total / sizeof total[0]);
}

/* --- a replication made by hand --- */

/* Channels phone (with class vip) and sales; pool "both" serves both, pool "sales only" serves sales. */
struct fixture {
    struct small_centre centre;
    struct sc_channel channels[2];
    struct sc_class vip;
    struct sc_pool pools[2];
    struct sc_skill skills[3];
    struct sc_model *model;
    struct sc_replication *replication;
    struct sc_pair pairs[1000];
    struct sc_saving savings[2];
};

enum { PHONE, VIP, SALES, TYPES }; /* types in their order */

static void scenario_fill(struct fixture *f)
{
    small_centre_init(&f->centre, 0, 120, 180);
    f->channels[0] = f->channels[1] = f->centre.channel;
    f->channels[1].name = "sales";
    f->vip = (struct sc_class){.name = "vip", .share = 0.1, .handle_factor = 1, .service = f->centre.channel.service};
    f->vip.service.target.counts = SC_COUNT_NO_SHORT;
    f->vip.service.target.abandon_given = true;
    f->vip.service.target.abandon = 0.4;
    f->channels[0].classes = &f->vip;
    f->channels[0].class_count = 1;
    f->skills[0] = f->skills[1] = f->skills[2] = f->centre.skill;
    f->skills[1].channel = f->skills[2].channel = 1;
    f->pools[0] = f->pools[1] = f->centre.pool;
    f->pools[0].skills = f->skills;
    f->pools[0].skill_count = 2;
    f->pools[0].cost_per_contact = 2;
    f->pools[0].cost_per_minute = 0.5;
    f->pools[1].name = "sales only";
    f->pools[1].skills = &f->skills[2];
    f->pools[1].cost_per_hour = 10;
    f->centre.scenario.channels = f->channels;
    f->centre.scenario.channel_count = 2;
    f->centre.scenario.pools = f->pools;
    f->centre.scenario.pool_count = 2;
    f->centre.scenario.days = 2;
    f->centre.scenario.fixed_per_month = 50 * 365.25 / 12; /* 50 a day */
}

static void types_fill(struct sc_tally *type)
{
    type[PHONE] = (struct sc_tally){
        .demand = 20, .arrivals = 22, .deflected = 2, .automated = 5, .automated_returned = 1, .gave_up = 1,
        .offered = 14, .answered = 9, .abandoned = 2, .balked = 1, .blocked = 1, .open_at_end = 1,
        .entered_automation = 10, .answered_within = 8, .judged_answered = 9, .judged_lost = 2, .lost_within = 1,
        .lost_short = 1, .late_open = 1, .wait_answered_s = 90, .wait_lost_s = 60, .handle_s = 900, .handlings = 9,
        .wait_max_s = 40, .automation_cost = 4, .lost_cost = 30, .queue_s = 150, .queue_open_s = 7200,
        .satisfied = 6, .satisfaction_base = 8,
    };
    type[VIP] = (struct sc_tally){
        .demand = 5, .arrivals = 5, .offered = 5, .answered = 3, .abandoned = 2, .answered_within = 3,
        .judged_answered = 3, .judged_lost = 2, .lost_short = 1, .wait_answered_s = 3, .wait_lost_s = 20,
        .handle_s = 300, .handlings = 1, .wait_max_s = 2, .automation_cost = 2,
    };
    type[SALES] = (struct sc_tally){
        .demand = 5, .arrivals = 5, .offered = 5, .answered = 5, .answered_within = 4, .judged_answered = 5,
        .handle_s = 500, .handlings = 5, .wait_answered_s = 50,
    };
}

static void replication_fill(struct sc_replication *r)
{
    types_fill(r->type);
    memset(r->channel, 0, 2 * sizeof *r->channel);
    for (int t = 0; t < TYPES; t++) {
        double *sum = (double *)&r->channel[t == SALES];
        const double *value = (const double *)&r->type[t];
        for (size_t i = 0; i < sizeof *r->type / sizeof *sum; i++)
            sum[i] += value[i];
    }
    memset(r->day, 0, 4 * sizeof *r->day);
    r->day[0] = (struct sc_tally){.offered = 9, .answered_within = 8, .judged_answered = 9};
    r->day[1] = (struct sc_tally){.offered = 9, .answered_within = 3, .judged_answered = 9};
    r->day[2] = (struct sc_tally){.offered = 5, .answered_within = 4, .judged_answered = 5}; /* sales: one day only */
    r->pool[0] = (struct sc_pool_tally){.scheduled_s = 8 * 3600, .present_s = 7 * 3600, .busy_s = 4 * 3600,
                                        .overtime_s = 3600, .live_busy_s = 2 * 3600, .holding_s = 6 * 3600,
                                        .contacts = 10, .handled_s = 600};
    r->pool[1] = (struct sc_pool_tally){.scheduled_s = 4 * 3600, .present_s = 4 * 3600};
    memset(r->work, 0, 4 * sizeof *r->work);
    r->work[0] = (struct sc_work_tally){7, 3 * 3600};
    r->work[1] = (struct sc_work_tally){3, 3600};
}

static int fixture_setup(void **state)
{
    static struct fixture f;
    struct sc_error error = SC_ERROR_INIT;
    memset(&f, 0, sizeof f);
    scenario_fill(&f);
    if (sc_model_build(&f.centre.scenario, &f.model, &error) != SC_OK ||
        sc_replication_new(f.model, &f.replication, &error) != SC_OK) {
        print_error("%s\n", error.message);
        return -1;
    }
    replication_fill(f.replication);
    assert_true(sc_pairs_count(f.model) <= sizeof f.pairs / sizeof f.pairs[0]);
    sc_pairs_fill(f.model, f.replication, f.pairs);
    sc_savings_fill(f.model, f.replication, f.savings);
    *state = &f;
    return 0;
}

static int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    sc_replication_free(f->replication);
    sc_model_free(f->model);
    return 0;
}

static struct sc_pair channel_pair(const struct fixture *f, size_t row, const char *name)
{
    int i = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, name);
    assert_true(i >= 0);
    return f->pairs[row + (size_t)i];
}

#define assert_pair(pair, y_, x_)                                                                                      \
    do {                                                                                                               \
        struct sc_pair pair_ = (pair);                                                                                 \
        assert_close(pair_.y, y_, 1e-9);                                                                               \
        assert_close(pair_.x, x_, 1e-9);                                                                               \
    } while (0)

#define PHONE_PAIR(name) channel_pair(f, sc_pairs_of_channel(f->model, 0), name)
#define VIP_PAIR(name) channel_pair(f, sc_pairs_of_class(f->model, 0, 0), name)
#define SALES_PAIR(name) channel_pair(f, sc_pairs_of_channel(f->model, 1), name)

static struct sc_pair pool_pair(const struct fixture *f, size_t pool, const char *name)
{
    return f->pairs[sc_pairs_of_pool(f->model, pool) +
                    (size_t)sc_metric_find(sc_pool_metrics, sc_pool_metric_count, name)];
}

static struct sc_pair total_pair(const struct fixture *f, const char *name)
{
    return f->pairs[sc_pairs_of_total(f->model) +
                    (size_t)sc_metric_find(sc_total_metrics, sc_total_metric_count, name)];
}

static void counts_and_rates(void **state)
{
    const struct fixture *f = *state;
    assert_pair(PHONE_PAIR("demand"), 25, 1);
    assert_pair(VIP_PAIR("demand"), 5, 1);
    assert_pair(PHONE_PAIR("abandon_rate"), 5, 18);     /* (4 + 1) / (19 - 1) */
    assert_pair(PHONE_PAIR("automation_rate"), 4, 24);  /* (5 - 1) / (27 - 2 - 1) */
    assert_pair(PHONE_PAIR("bot_resolution_rate"), 4, 10);
    assert_pair(PHONE_PAIR("containment_rate"), 6, 10); /* (5 + 1) / 10 */
    assert_pair(PHONE_PAIR("wait_mean_s"), 93, 12);
    assert_pair(PHONE_PAIR("wait_all_mean_s"), 173, 17);
    assert_pair(PHONE_PAIR("handle_mean_s"), 1200, 10);
    assert_pair(PHONE_PAIR("queue_mean"), 150, 7200);
    assert_pair(PHONE_PAIR("satisfied"), 6, 8);
    assert_pair(VIP_PAIR("wait_max_s"), 2, 1);
    assert_pair(PHONE_PAIR("first_response_mean_s"), 0, 0);
    assert_pair(PHONE_PAIR("wait_p80_s"), 0, 0);
}

static void service_levels_go_by_each_types_target(void **state)
{
    const struct fixture *f = *state;
    assert_pair(VIP_PAIR("service_level"), 3, 4); /* no-short: 3 / (3 + 2 - 1) */
    assert_pair(VIP_PAIR("service_level_by.offered"), 3, 5);
    assert_pair(PHONE_PAIR("service_level"), 11, 16); /* (8 + 3) / ((9 + 2 + 1) + 4) */
    assert_pair(PHONE_PAIR("service_level_by.offered"), 11, 17);
    assert_pair(PHONE_PAIR("service_level_by.no-short"), 11, 15);
    assert_pair(PHONE_PAIR("service_level_by.answered"), 11, 12);
    assert_pair(PHONE_PAIR("service_level_by.met"), 12, 17);
    assert_pair(total_pair(f, "service_level"), 15, 21);
    assert_pair(total_pair(f, "abandon_rate"), 5, 23);
    assert_pair(total_pair(f, "cost_of_lost"), 30, 1);
}

static void targets_are_met_at_their_very_value(void **state)
{
    struct fixture *f = *state;
    assert_pair(SALES_PAIR("target_met"), 1, 1); /* 4 of 5 is 80 % */
    assert_pair(SALES_PAIR("days_met"), 1, 1);   /* the day without contacts counts in neither */
    assert_pair(PHONE_PAIR("target_met"), 0, 1);
    assert_pair(PHONE_PAIR("days_met"), 1, 2);
    assert_pair(VIP_PAIR("days_met"), 0, 0);
    /* A class with a target of two parts: 2 of 5 abandoned is the most, 3 of 4 in time too few, 4 of 4 enough. */
    assert_pair(VIP_PAIR("target_met"), 0, 1);
    f->replication->type[VIP].judged_lost = 1;
    f->replication->type[VIP].lost_short = 1;
    sc_pairs_fill(f->model, f->replication, f->pairs);
    assert_pair(VIP_PAIR("service_level"), 3, 3);
    assert_pair(VIP_PAIR("target_met"), 1, 1);
    f->replication->type[VIP].abandoned = 3;
    sc_pairs_fill(f->model, f->replication, f->pairs);
    assert_pair(VIP_PAIR("target_met"), 0, 1);
    /* Nothing offered, nothing judged. */
    memset(&f->replication->type[VIP], 0, sizeof(struct sc_tally));
    sc_pairs_fill(f->model, f->replication, f->pairs);
    assert_pair(VIP_PAIR("target_met"), 0, 0);
    assert_pair(VIP_PAIR("wait_max_s"), 0, 0);
    replication_fill(f->replication);
    sc_pairs_fill(f->model, f->replication, f->pairs);
}

static void pools(void **state)
{
    const struct fixture *f = *state;
    assert_pair(pool_pair(f, 0, "scheduled_h"), 8, 1);
    assert_pair(pool_pair(f, 0, "occupancy"), 4 * 3600, 8 * 3600);
    assert_pair(pool_pair(f, 0, "live_occupancy"), 2 * 3600, 8 * 3600);
    assert_pair(pool_pair(f, 0, "at_once_mean"), 6 * 3600, 4 * 3600);
    /* 8 h at 20, 1 h overtime at 30, 10 contacts at 2, 10 minutes at 0.5 */
    assert_pair(pool_pair(f, 0, "cost"), 160 + 30 + 20 + 5, 1);
    assert_pair(pool_pair(f, 1, "cost"), 40, 1);
    assert_pair(f->pairs[sc_pairs_of_work(f->model, 0, 1)], 3, 1);
    assert_pair(f->pairs[sc_pairs_of_work(f->model, 0, 1) + 1], 1, 1);
}

static void costs_are_shared_by_busy_hours_and_add_up(void **state)
{
    const struct fixture *f = *state;
    /* Phone: 3 of 4 busy hours of 215 and of the fixed 100, and the bot's 6. Sales: the rest, and the idle pool. */
    double phone = 0.75 * 215 + 75 + 6, sales = 0.25 * 215 + 40 + 25;
    assert_pair(PHONE_PAIR("cost_per_contact"), phone, 12 + 5 - 1);
    assert_pair(PHONE_PAIR("cost_per_case"), phone, 25);
    assert_pair(SALES_PAIR("cost_per_case"), sales, 5);
    assert_pair(VIP_PAIR("cost_per_case"), 0.25 * (phone - 6) + 2, 5);
    assert_pair(total_pair(f, "cost"), phone + sales, 1);
    assert_pair(total_pair(f, "cost_per_contact"), phone + sales, 17 + 4);
    assert_pair(total_pair(f, "cost_per_case"), phone + sales, 30);
}

static void automation_saves_agent_time_at_its_cost(void **state)
{
    const struct fixture *f = *state;
    /* 4 contacts of 120 s; the phone's agents cost 161.25 for 3 busy hours; the bot costs 6. */
    assert_close(sc_savings_sum(f->savings, 2), 4 * 120 / 3600.0 * 161.25 / 3 - 6, 1e-12);
    struct sc_saving unknown = {.avoided = 1};
    assert_true(isnan(sc_savings_sum(&unknown, 1)));
    struct sc_saving none = {.agent_cost = 100, .busy_s = 10, .handle_s = 10, .handlings = 1};
    assert_close(sc_savings_sum(&none, 1), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_order_are_the_contract),
        cmocka_unit_test(counts_and_rates),
        cmocka_unit_test(service_levels_go_by_each_types_target),
        cmocka_unit_test(targets_are_met_at_their_very_value),
        cmocka_unit_test(pools),
        cmocka_unit_test(costs_are_shared_by_busy_hours_and_add_up),
        cmocka_unit_test(automation_saves_agent_time_at_its_cost),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario with every setting of the language arrives in the struct; one with few has the documented
 * defaults. */
#include "support/scenario_text.h"

#include "scenario/read.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The caller frees the scenario. */
static struct sc_scenario *read_every_setting(void)
{
    char *text = scenario_load_text(SC_SOURCE_DIR "/tests/unit/every_setting.cfg");
    struct sc_scenario *scenario = scenario_from_text(text, NULL, 0);
    free(text);
    return scenario;
}

static void test_top(void **state)
{
    (void)state;
    struct sc_scenario *s = read_every_setting();
    assert_string_equal(s->name, "Support desk");
    assert_true(s->start_day == 20458 && s->days == 28 && s->warmup_given && s->warmup_days == 2);
    assert_true(s->interval_s == 900 && s->seed == UINT64_MAX && s->replications == 40);
    assert_true(s->spread.cv == 0.1 && s->spread.memory == 0.6 && s->level == 0.05 &&
                s->fixed_per_month == 1200);
    assert_string_equal(s->currency, "EUR");
    assert_int_equal(s->holiday_count, 2);
    assert_true(s->holidays[0] == 20459 && s->holidays[1] == 20472);
    assert_true(s->agent_rule == SC_AGENT_IN_ORDER && s->contact_rule == SC_CONTACT_SCORE);
    assert_true(s->trunk_count == 1 && s->trunks[0].lines == 60 && s->trunks[0].channel_count == 2 &&
                s->trunks[0].channels[1] == 1);
    assert_true(s->event_count == 1 && s->events[0].day == 20467 && s->events[0].second == 36000 &&
                s->events[0].lasts_s == 10800);
    assert_true(s->events[0].over_s == -1 && s->events[0].set_count == 2);
    assert_true(s->goal_count == 2 && s->goals[0].at_least && s->goals[0].wanted == 0.8 &&
                s->goals[0].over_days == 20);
    assert_true(!s->goals[1].at_least && s->goals[1].wanted == 0.05 && s->goals[1].over_days == 10);
    assert_true(s->plan.given && s->plan.months == 18 && s->plan.confidence == 0.95 &&
                s->plan.budget_per_month == 260000);
    sc_scenario_free(s);
}

static void test_channel(void **state)
{
    (void)state;
    struct sc_scenario *s = read_every_setting();
    const struct sc_channel *phone = &s->channels[0], *chat = &s->channels[1], *mail = &s->channels[2];
    assert_true(s->channel_count == 3 && phone->kind == SC_LIVE && chat->kind == SC_CHAT &&
                mail->kind == SC_DEFERRED);
    assert_true(phone->hours.given && phone->hours.from_s[0] == 28800 && phone->hours.to_s[0] == 72000);
    assert_true(phone->hours.from_s[2] == 32400 && phone->hours.named[5] && !phone->hours.named[6]);
    assert_true(phone->hours.named[SC_HOLIDAY] && phone->hours.to_s[SC_HOLIDAY] == 43200);
    assert_false(chat->hours.given);
    const struct sc_volume *volume = &phone->volume;
    assert_true(volume->per_day.value[0] == 620 && volume->per_day.value[4] == 540 &&
                volume->per_day.value[5] == 120);
    assert_true(!volume->per_day.named[6] && volume->per_day.value[SC_HOLIDAY] == 80);
    assert_true(volume->shape.day[3].cells == 24 && volume->shape.day[3].value[11] == 3.5 &&
                volume->shape.day[SC_HOLIDAY].cells == 0);
    assert_true(volume->factor == 1.1 && volume->spread_given && volume->spread.cv == 0.12 &&
                volume->spread.memory == 0);
    assert_true(volume->drift_cv == 0.06 && volume->drift_half_life_s == 7200 && volume->growth == 0.02);
    assert_true(volume->season[0] == 1 && volume->season[11] == 1.5 && chat->volume.season[5] == 1);
    assert_true(phone->backlog.count == 1150 && phone->backlog.age_s == 172800);
    assert_true(chat->volume.per_day.value[6] == 100 && !chat->volume.per_day.named[SC_HOLIDAY] &&
                !chat->volume.spread_given);
    assert_true(phone->service.at_close == SC_DRAIN && chat->service.at_close == SC_DISMISS &&
                mail->service.at_close == SC_KEEP);
    sc_scenario_free(s);
}

static void test_service(void **state)
{
    (void)state;
    struct sc_scenario *s = read_every_setting();
    const struct sc_service *phone = &s->channels[0].service, *mail = &s->channels[2].service;
    assert_true(phone->handle.kind == SC_LAW_LOGNORMAL && phone->handle.mean_s == 300 &&
                phone->handle.cv == 0.9);
    assert_true(phone->handle.by_time.given && phone->handle.by_time.day[6].value[0] == 1.25);
    assert_true(phone->wrap_up.kind == SC_LAW_EXPONENTIAL && phone->wrap_up.mean_s == 45 &&
                phone->patience.mean_s == 180);
    assert_true(mail->patience.kind == SC_LAW_NONE && mail->handle.kind == SC_LAW_TRIANGULAR &&
                mail->handle.mean_s == 180);
    assert_true(phone->balk == 0.02 && phone->queue_limit == 60 && mail->queue_limit == -1 &&
                phone->priority == 1);
    assert_true(phone->retry.share == 0.3 && phone->retry.after.mean_s == 600 && phone->retry.attempts == 2);
    assert_true(phone->ageing == 0.5 && phone->deflect == 0.1 && phone->cost_per_lost == 12.5);
    const struct sc_automation *automation = &phone->automation;
    assert_true(automation->given && automation->resolves == 0.25 && automation->gives_up == 0.05 &&
                automation->takes.mean_s == 90);
    assert_true(automation->returns == 0.08 && automation->returns_after.mean_s == 14400 &&
                automation->cost == 0.1);
    assert_true(automation->cost_per_resolved == 0.9 && automation->hours.given && !mail->automation.given);
    assert_true(phone->diverts == 2 && phone->divert[0].to == 1 && phone->divert[0].if_wait_over_s == 120);
    assert_true(phone->divert[0].after_wait_s == -1 && phone->divert[1].share == 1 &&
                phone->divert[1].after_wait_s == 600);
    assert_true(phone->touches.mean == 2.4 && phone->touches.same_agent && mail->touches.mean == 1);
    assert_true(phone->recontact.share == 0.22 && phone->recontact.to == 0 && mail->recontact.to == 2);
    assert_true(phone->transfers == 1 && phone->transfer[0].to == 2 && phone->transfer[0].share == 0.12);
    assert_true(phone->callback.given && phone->callback.offer_over_s == 180 &&
                phone->callback.within_s == 7200);
    assert_true(phone->target.given && phone->target.answer_given && phone->target.answer == 0.8 &&
                phone->target.within_s == 20);
    assert_true(phone->target.counts == SC_COUNT_NO_SHORT && phone->target.short_s == 20 &&
                phone->target.clock == SC_CLOCK_OPEN);
    assert_true(phone->target.abandon_given && phone->target.abandon == 0.05 &&
                !s->channels[1].service.target.given);
    assert_true(mail->target.clock == SC_CLOCK_OWN && mail->target.own_clock.to_s[4] == 64800);
    assert_true(phone->satisfaction_points == 2 && phone->satisfaction[1].wait_s == 300);
    sc_scenario_free(s);
}

static void test_classes_take_from_their_channel(void **state)
{
    (void)state;
    struct sc_scenario *s = read_every_setting();
    const struct sc_class *vip = &s->channels[0].classes[0], *gold = &s->channels[0].classes[1];
    assert_true(vip->share == 0.05 && vip->handle_factor == 1.2 && vip->skip_automation &&
                gold->handle_factor == 1);
    assert_true(vip->service.priority == 10 && vip->service.balk == 0.02 &&
                vip->service.patience.mean_s == 180);
    /* A law without a dist completes the channel's; one that is a bare duration replaces it. */
    assert_true(vip->service.handle.kind == SC_LAW_LOGNORMAL && vip->service.handle.mean_s == 480 &&
                vip->service.handle.cv == 0.9);
    assert_true(vip->service.handle.by_time.given);
    assert_true(gold->service.handle.kind == SC_LAW_EXPONENTIAL && gold->service.handle.mean_s == 420);
    assert_false(gold->service.handle.by_time.given);
    /* Groups are completed, lists replaced. */
    assert_true(vip->service.retry.attempts == 5 && vip->service.retry.share == 0.3 &&
                vip->service.retry.after.mean_s == 600);
    assert_true(vip->service.transfers == 1 && gold->service.transfers == 0);
    assert_true(vip->service.target.within_s == 10 && vip->service.target.short_s == 10 &&
                vip->service.target.answer == 0.8);
    sc_scenario_free(s);
}

static void test_pools(void **state)
{
    (void)state;
    struct sc_scenario *s = read_every_setting();
    const struct sc_pool *front = &s->pools[0], *night = &s->pools[1];
    assert_true(s->pool_count == 2 && front->roster == SC_ROSTER_SHIFTS && front->shift_count == 2 &&
                front->extra == -1);
    assert_true(front->shifts[0].day[4] && !front->shifts[0].day[5] && front->shifts[0].day[SC_HOLIDAY]);
    assert_true(front->shifts[0].breaks[0].from_s == 41400 && front->shifts[0].breaks[0].to_s == 48600);
    assert_true(front->shifts[1].day[6] && !front->shifts[1].day[SC_HOLIDAY] &&
                front->shifts[1].to_s == 108000);
    assert_true(front->shifts[1].breaks[0].from_s == 90000 && front->shifts[1].breaks[0].to_s == 90000);
    assert_true(front->shifts[1].breaks[0].paid && front->planned == 0.12 && front->absence == 0.06 &&
                front->speed_spread == 0.2);
    assert_true(front->skill_count == 4 && front->skills[0].class_index == -1 && front->skills[0].rank == 1);
    assert_true(front->skills[1].class_index == 0 && front->skills[1].rank == 2 &&
                front->skills[1].speed == 1.1);
    assert_true(front->skills[1].after_s == 20 && front->skills[2].at_once == 3 &&
                front->skills[2].slowdowns == 3);
    assert_true(front->skills[2].slowdown[2] == 1.4 && front->skills[3].interruptible &&
                front->skills[3].channel == 2);
    assert_true(front->cost_per_hour == 24 && front->overtime_factor == 1.5 &&
                front->cost_per_contact == 0.2);
    assert_true(front->people.given && front->people.headcount == 40 &&
                front->people.early_attrition == 0.03);
    assert_true(front->people.ramps == 2 && front->people.class_min == 4 &&
                front->people.class_every_s == 1209600);
    assert_true(front->people.hire_count == 1 && front->people.hires[0].until_day == INT64_MAX);
    assert_true(night->roster == SC_ROSTER_STAFFING && night->staffing.day[0].value[5] == 3 &&
                night->staffing.day[6].value[5] == 1);
    assert_false(night->people.given);
    sc_scenario_free(s);
}

static void test_few_settings(void **state)
{
    (void)state;
    struct sc_scenario *s = scenario_from_text(
        "channels = ( { name = \"phone\"; volume = { per_day = 100; }; handle = \"5 min\"; } );\n"
        "pools = ( { name = \"desk\"; agents = 3; skills = ( { channel = \"phone\"; } ); } );\n",
        NULL, 0);
    assert_string_equal(s->name, "text");
    assert_string_equal(s->currency, "USD");
    assert_true(s->days == 28 && !s->warmup_given && s->interval_s == 1800 && s->seed == 1 &&
                s->replications == 30);
    assert_true(s->agent_rule == SC_AGENT_LONGEST_IDLE && s->contact_rule == SC_CONTACT_RANK &&
                !s->plan.given);
    const struct sc_service *service = &s->channels[0].service;
    assert_true(service->wrap_up.kind == SC_LAW_NONE && service->patience.kind == SC_LAW_NONE &&
                service->queue_limit == -1);
    assert_true(!service->target.given && service->retry.share == 0 && s->channels[0].volume.factor == 1);
    assert_true(s->pools[0].roster == SC_ROSTER_AGENTS && s->pools[0].agents == 3 &&
                !s->pools[0].hours.given);
    assert_true(isinf(s->plan.budget_per_month));
    sc_scenario_free(s);
}

static void test_faults_are_sorted_and_all_there(void **state)
{
    (void)state;
    char *said = scenario_faults(
        "replications = 0;\nchannels = ( { name = \"phone\";\nhandle = 3;\nvolume = { per_day = -1; }; } );\n"
        "pools = ( { name = \"desk\"; agents = 1.5;\nskills = ( { channel = \"phone\"; } ); } );\ndays = "
        "0;\n",
        NULL, 0, NULL);
    assert_string_equal(
        said,
        "text.cfg:1: replications is too small (found 0); write 1 or more\n"
        "text.cfg:3: channels.phone.handle has no unit (found 3); write a string such as \"20 s\" (units s, "
        "min, h, d, w)\n"
        "text.cfg:4: channels.phone.volume.per_day is negative (found -1); write 0 or more\n"
        "text.cfg:5: pools.desk.agents is no whole number (found 1.5); write one such as 12, without quotes\n"
        "text.cfg:7: days is too small (found 0); write 1 or more\n");
    free(said);
}

/* A number that does not fit is told when the file is read, and never becomes a value in a later what-if. */
static void test_broken_values_stay_broken(void **state)
{
    (void)state;
    static const char text[] =
        "days = 99999999999;\n"
        "channels = ( { name = \"phone\"; volume = { per_day = 100; }; handle = \"5 min\"; } );\n"
        "pools = ( { name = \"desk\"; agents = 3; skills = ( { channel = \"phone\"; } ); } );\n";
    struct sc_document document = {.file = "text.cfg", .folder = "", .arena = SC_ARENA_INIT};
    struct sc_faults first = {0}, second = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_scenario *scenario = NULL;
    document.root =
        sc_document_parse(&document.arena, document.file, "", text, sizeof text - 1, NULL, &first);
    assert_non_null(document.root);
    assert_int_equal(first.errors, 1);
    assert_int_equal(sc_scenario_from_document(&document, &scenario, &second, &error), SC_INPUT);
    assert_null(scenario);
    assert_int_equal(error.line, 1);
    sc_faults_release(&first);
    sc_faults_release(&second);
    sc_arena_release(&document.arena);
}

static void test_events_are_tried(void **state)
{
    (void)state;
    char *said = scenario_faults(
        "days = 7; channels = ( { name = \"phone\"; handle = \"5 min\"; volume = { per_day = 10; }; } );\n"
        "pools = ( { name = \"desk\"; agents = 1; skills = ( { channel = \"phone\"; } ); } );\n"
        "events = (\n"
        "  { name = \"a\"; at = \"2026-01-06\"; set = \"channels.fone.balk = 0.1\"; },\n"
        "  { name = \"b\"; at = \"2026-01-06\"; set = \"channels.phone.balk = 1.1\"; },\n"
        "  { name = \"c\"; at = \"2026-01-06\"; set = \"channels.phone.hours = none\"; },\n"
        "  { name = \"d\"; at = \"2026-02-06\"; lasts = \"1 d\"; over = \"2 d\"; set = \"channels.phone.balk "
        "= 0.1\"; } );\n",
        NULL, 0, NULL);
    assert_string_equal(said, "text.cfg:4: 'channels.fone.balk = 0.1': channels has no such element (found "
                              "'fone'); the nearest is 'phone'\n"
                              "text.cfg:5: channels.phone.balk is no share (found 1.1); write a number from "
                              "0 to 1, or a string such as \"80%\"\n"
                              "text.cfg:6: 'channels.phone.hours = none': 'hours' cannot change on a date; "
                              "events change numbers, durations and laws\n"
                              "text.cfg:7: events.d: lasts and over in one event; write one of the two\n"
                              "text.cfg:7: events.d: the event lies outside the days simulated (found "
                              "2026-02-06); write an instant within them\n");
    free(said);
}

static void test_goals_are_checked(void **state)
{
    (void)state;
    char *said = scenario_faults(
        "days = 7; channels = ( { name = \"phone\"; handle = \"5 min\"; volume = { per_day = 10; }; } );\n"
        "pools = ( { name = \"desk\"; agents = 1; skills = ( { channel = \"phone\"; } ); } );\n"
        "goals = (\n"
        "  { metric = \"channels.phone.service_levl\"; at_least = 0.8; by = \"2026-01-11\"; },\n"
        "  { metric = \"channels.fone.service_level\"; at_least = 0.8; by = \"2026-01-12\"; },\n"
        "  { metric = \"pools.desk.occupancy\"; by = \"2026-01-11\"; over = \"8 d\"; } );\n",
        NULL, 0, NULL);
    assert_string_equal(
        said,
        "text.cfg:4: goals[0]: no such figure (found \"service_levl\"); the nearest is \"service_level\"\n"
        "text.cfg:5: goals[1]: no such element of channels (found \"fone\"); write channels.NAME.FIGURE\n"
        "text.cfg:5: goals[1]: the goal lies outside the days that count (found 2026-01-12); write a date "
        "within them\n"
        "text.cfg:6: goals[2]: a goal without at_least or at_most; write one of the two\n"
        "text.cfg:6: goals[2]: the goal reaches back before the days that count; write a shorter time, or a "
        "later date\n");
    free(said);
}

static void test_goals_name_what_a_replication_has(void **state)
{
    (void)state;
    char *said = scenario_faults(
        "days = 7; channels = ( { name = \"phone\"; handle = \"5 min\"; volume = { per_day = 10; };\n"
        "  target = { answer = 0.8; within = \"20 s\"; };\n"
        "  classes = ( { name = \"vip\"; share = 0.1;\n"
        "                target = { answer = 0.9; within = \"9 s\"; counts = \"met\"; }; } ); } );\n"
        "pools = ( { name = \"desk\"; agents = 1; skills = ( { channel = \"phone\"; } ); } );\n"
        "goals = (\n"
        "  { metric = \"channels.phone.wait_p90_s\"; at_most = 60; by = \"2026-01-11\"; },\n"
        "  { metric = \"totals.automation_saving\"; at_least = 1; by = \"2026-01-11\"; },\n"
        "  { metric = \"channels.phone.cost_per_case\"; at_most = 6; by = \"2026-01-11\"; over = \"6 d\"; },\n"
        "  { metric = \"channels.phone.service_level\"; at_least = 0.8; by = \"2026-01-10\"; },\n"
        "  { metric = \"totals.service_level\"; at_least = 0.8; by = \"2026-01-10\"; },\n"
        "  { metric = \"channels.phone.cost_per_case\"; at_most = 6; by = \"2026-01-11\"; },\n"
        "  { metric = \"channels.phone.service_level\"; at_least = 0.8; by = \"2026-01-11\"; over = \"7 d\"; } );\n",
        NULL, 0, NULL);
    assert_string_equal(
        said,
        "text.cfg:7: goals[0]: no replication has this figure by itself (found \"wait_p90_s\"); write a mean or "
        "the service level\n"
        "text.cfg:8: goals[1]: no replication has this figure by itself (found \"automation_saving\"); write cost\n"
        "text.cfg:9: goals[2]: this figure is not known by day (found \"cost_per_case\"); write "
        "totals.cost_per_case, or a goal over all days that count\n"
        "text.cfg:10: goals[3]: contacts of phone count by several definitions, so this is not known by day (found "
        "\"service_level\"); write channels.phone.service_level_by.offered, or a goal over all days that count\n"
        "text.cfg:11: goals[4]: contacts of phone count by several definitions, so this is not known by day (found "
        "\"service_level\"); write channels.phone.service_level_by.offered, or a goal over all days that count\n");
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_top),
        cmocka_unit_test(test_channel),
        cmocka_unit_test(test_service),
        cmocka_unit_test(test_classes_take_from_their_channel),
        cmocka_unit_test(test_pools),
        cmocka_unit_test(test_few_settings),
        cmocka_unit_test(test_faults_are_sorted_and_all_there),
        cmocka_unit_test(test_broken_values_stay_broken),
        cmocka_unit_test(test_events_are_tried),
        cmocka_unit_test(test_goals_are_checked),
        cmocka_unit_test(test_goals_name_what_a_replication_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

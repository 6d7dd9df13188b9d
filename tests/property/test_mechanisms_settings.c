/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * No setting without effect, for bots, cases that come again, callbacks, chat slots, interruptible work, backlogs,
 * shrinkage and uncertain demand: each setting is changed in a small scenario in which it ought to matter, and the
 * table of the run must differ.
 */
#include "staffcast/present.h"
#include "support/random_scenario.h"
#include "support/scenario_text.h"

#include <gsl/gsl_errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A bot before a busy phone, that works by day only; two classes, one may pass it. */
static const char *const bot =
    "name = \"x\"; start = \"2026-01-05\"; days = 2; warmup = \"0 d\"; seed = \"5\";\n"
    "channels = ( { name = \"a\"; hours = { all = \"08:00-20:00\"; }; volume = { per_day = 400; };\n"
    "  handle = \"4 min\"; patience = \"3 min\"; deflect = 0.1; cost_per_lost = 2;\n"
    "  automation = { resolves = 0.3; gives_up = 0.1; takes = \"90 s\"; returns = 0.4; returns_after = \"1 h\";\n"
    "    cost = 0.1; cost_per_resolved = 0.2; hours = { all = \"08:00-18:00\"; }; };\n"
    "  target = { answer = 0.8; within = \"20 s\"; };\n"
    "  satisfaction = ( { wait = \"20 s\"; share = 0.9; }, { wait = \"5 min\"; share = 0.5; } );\n"
    "  classes = ( { name = \"vip\"; share = 0.3; skip_automation = true; } ); } );\n"
    "pools = ( { name = \"p\"; agents = 2; cost = { per_hour = 20; }; skills = ( { channel = \"a\"; } ); } );\n";

static const char *const bot_changes[] = {
    "channels.a.deflect = 0.2",
    "channels.a.automation.resolves = 0.5",
    "channels.a.automation.gives_up = 0.3",
    "channels.a.automation.takes = 3 min",
    "channels.a.automation.returns = 0.8",
    "channels.a.automation.returns_after = 3 h",
    "channels.a.automation.cost = 0.3",
    "channels.a.automation.cost_per_resolved = 0.5",
    "channels.a.automation.hours.all = 08:00-12:00",
    "channels.a.classes.vip.skip_automation = false",
    "channels.a.classes.vip.deflect = 0.9",
    "channels.a.cost_per_lost = 4",
    "channels.a.satisfaction[0].wait = 60 s",
    "channels.a.satisfaction[0].share = 0.95",
    "channels.a.satisfaction[1].wait = 10 min",
    "channels.a.satisfaction[1].share = 0.2",
};

/* Mail whose cases need several touches and come again by phone; a backlog; the clock of the target. Phone calls
   take the agents off the mail. */
static const char *const mail =
    "name = \"x\"; start = \"2026-01-05\"; days = 3; warmup = \"0 d\"; seed = \"6\";\n"
    "channels = ( { name = \"mail\"; kind = \"deferred\"; hours = { all = \"08:00-18:00\"; };\n"
    "  volume = { per_day = 60; }; handle = \"8 min\"; backlog = { count = 40; age = \"2 d\"; };\n"
    "  touches = { mean = 1.8; reply_after = \"2 h\"; same_agent = false; };\n"
    "  recontact = { share = 0.2; after = \"3 h\"; to = \"phone\"; };\n"
    "  target = { answer = 0.8; within = \"4 h\"; clock = \"wall\"; }; },\n"
    "  { name = \"phone\"; hours = { all = \"08:00-18:00\"; }; volume = { per_day = 120; }; handle = \"4 min\";\n"
    "  patience = \"2 min\"; } );\n"
    "pools = ( { name = \"p\"; hours = { all = \"08:00-18:00\"; }; agents = 3;\n"
    "  skills = ( { channel = \"phone\"; rank = 1; }, { channel = \"mail\"; rank = 2; interruptible = true; } ); } "
    ");\n";

static const char *const mail_changes[] = {
    "channels.mail.backlog.count = 60",          "channels.mail.backlog.age = 5 d",
    "channels.mail.touches.mean = 2.5",          "channels.mail.touches.reply_after = 5 h",
    "channels.mail.touches.same_agent = true",   "channels.mail.recontact.share = 0.4",
    "channels.mail.recontact.after = 6 h",       "channels.mail.recontact.to = mail",
    "channels.mail.target.clock = open",         "channels.mail.target.clock = { all = \"10:00-12:00\"; }",
    "pools.p.skills.mail.interruptible = false",
};

/* A phone that is understaffed and offers to call back; heads go missing. */
static const char *const call_back =
    "name = \"x\"; start = \"2026-01-05\"; days = 2; warmup = \"0 d\"; seed = \"7\";\n"
    "channels = ( { name = \"a\"; hours = { all = \"08:00-20:00\"; }; volume = { per_day = 450; }; handle = \"5 "
    "min\";\n"
    "  patience = \"4 min\"; callback = { offer_over = \"1 min\"; accept = 0.4; within = \"10 min\"; reached = 0.8; "
    "};\n"
    "  } );\n"
    "pools = ( { name = \"p\"; agents = 4; shrinkage = { planned = 0.1; absence = 0.1; };\n"
    "  skills = ( { channel = \"a\"; } ); } );\n";

static const char *const call_back_changes[] = {
    "channels.a.callback.offer_over = 3 min", "channels.a.callback.accept = 0.8", "channels.a.callback.within = 30 min",
    "channels.a.callback.reached = 0.5",      "pools.p.shrinkage.planned = 0.3",  "pools.p.shrinkage.absence = 0.3",
};

/* Chat with two slots an agent. */
static const char *const chat =
    "name = \"x\"; start = \"2026-01-05\"; days = 1; warmup = \"0 d\"; seed = \"8\";\n"
    "channels = ( { name = \"chat\"; kind = \"chat\"; hours = { all = \"08:00-20:00\"; }; volume = { per_day = 300; "
    "};\n"
    "  handle = \"8 min\"; patience = \"2 min\"; } );\n"
    "pools = ( { name = \"p\"; agents = 2; skills = ( { channel = \"chat\"; at_once = 2; slowdown = [1.0, 1.2]; } ); } "
    ");\n";

static const char *const chat_changes[] = {
    "pools.p.skills.chat.at_once = 1",
    "pools.p.skills.chat.at_once = 3",
    "pools.p.skills.chat.slowdown[1] = 1.5",
};

/* Demand that is uncertain in every way. */
static const char *const demand =
    "name = \"x\"; start = \"2026-01-05\"; days = 10; warmup = \"0 d\"; seed = \"9\"; level = 0.1;\n"
    "spread = { cv = 0.1; memory = 0.5; };\n"
    "channels = ( { name = \"a\"; hours = { all = \"08:00-20:00\"; }; handle = \"3 min\"; patience = \"2 min\";\n"
    "  volume = { per_day = 200; spread = { cv = 0.2; memory = 0.4; }; drift = { cv = 0.2; half_life = \"2 h\"; };\n"
    "    growth = 0.1; season = ( 1.1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 ); }; } );\n"
    "pools = ( { name = \"p\"; agents = 2; skills = ( { channel = \"a\"; } ); } );\n";

static const char *const demand_changes[] = {
    "level = 0.2",
    "spread.cv = 0.2",
    "spread.memory = 0.9",
    "channels.a.volume.spread.cv = 0.3",
    "channels.a.volume.spread.memory = 0.8",
    "channels.a.volume.drift.cv = 0.4",
    "channels.a.volume.drift.half_life = 30 min",
    "channels.a.volume.growth = 0.4",
    "channels.a.volume.season[0] = 1.3",
};

/* The table of a run; NULL where the scenario is refused. The caller frees. */
static char *table_of(const char *text, const char *override)
{
    struct sc_scenario *scenario = NULL;
    char *said = scenario_faults(text, &override, override ? 1 : 0, &scenario), *table = NULL;
    if (said[0] != '\0')
        print_error("'%s': %s", override ? override : "as it is", said);
    free(said);
    if (!scenario)
        return NULL;
    struct player p = player_of(scenario);
    struct sc_run_options options = {.threads = 1, .replications = 8};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_result *result = NULL;
    size_t size = 0;
    if (sc_run(p.model, &options, &result, &error) != SC_OK)
        fail_msg("%s", error.message);
    result->wall_s = 0.0;
    FILE *stream = open_memstream(&table, &size);
    sc_run_write_csv(stream, &(struct sc_played){.scenario = p.scenario, .result = result}, 1, false);
    fclose(stream);
    sc_result_free(result);
    player_free(&p);
    return table;
}

static void every_change_shows(const char *text, const char *const *changes, size_t count)
{
    size_t silent = 0;
    char *base = table_of(text, NULL), *again = table_of(text, NULL);
    assert_non_null(base);
    assert_string_equal(base, again); /* a table that differs by itself would prove nothing */
    free(again);
    for (size_t i = 0; i < count; i++) {
        char *table = table_of(text, changes[i]);
        if (!table || strcmp(table, base) == 0) {
            print_error("'%s' %s\n", changes[i], table ? "changes nothing" : "is refused");
            silent++;
        }
        free(table);
    }
    free(base);
    assert_int_equal(silent, 0);
}
#define EVERY_CHANGE_SHOWS(text)                                                                                       \
    every_change_shows(text, text##_changes, sizeof text##_changes / sizeof *text##_changes)

static void test_bots_deflection_and_satisfaction(void **state)
{
    (void)state;
    EVERY_CHANGE_SHOWS(bot);
}

static void test_backlogs_touches_recontacts_clocks_and_interruption(void **state)
{
    (void)state;
    EVERY_CHANGE_SHOWS(mail);
}

static void test_callbacks_and_shrinkage(void **state)
{
    (void)state;
    EVERY_CHANGE_SHOWS(call_back);
}

static void test_chat_slots(void **state)
{
    (void)state;
    EVERY_CHANGE_SHOWS(chat);
}

static void test_uncertain_demand(void **state)
{
    (void)state;
    EVERY_CHANGE_SHOWS(demand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bots_deflection_and_satisfaction),
        cmocka_unit_test(test_backlogs_touches_recontacts_clocks_and_interruption),
        cmocka_unit_test(test_callbacks_and_shrinkage),
        cmocka_unit_test(test_chat_slots),
        cmocka_unit_test(test_uncertain_demand),
    };
    gsl_set_error_handler_off(); /* as the program does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The override language: each case is a little what-if and the value that it must lead to. */
#include "support/scenario_text.h"

#include "staffcast/document.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char base[] =
    "days = 28;\n"
    "channels = (\n"
    "  { name = \"phone\"; hours = { mon-fri = \"08:00-20:00\"; sat = \"09:00-13:00\"; };\n"
    "    volume = { per_day = { mon = 620; tue-fri = 540; sat = 120; }; spread = 0.12; };\n"
    "    handle = { dist = \"lognormal\"; mean = \"5 min\"; cv = 0.9; }; patience = \"3 min\"; balk = "
    "\"2%\";\n"
    "    retry = { share = 0.3; after = \"10 min\"; attempts = 2; };\n"
    "    classes = ( { name = \"vip\"; share = 0.05; priority = 10; }, { name = \"gold\"; share = 0.1; balk "
    "= 0.5; } );\n"
    "    divert = ( { to = \"chat\"; share = 0.2; if_wait_over = \"2 min\"; }, { to = \"chat\"; share = 0.4; "
    "after_wait = \"9 min\"; } );\n"
    "    target = { answer = 0.8; within = \"20 s\"; }; },\n"
    "  { name = \"chat\"; kind = \"chat\"; volume = { per_day = 100; }; handle = { dist = \"uniform\"; min = "
    "\"1 min\"; max = \"3 min\"; }; } );\n"
    "pools = (\n"
    "  { name = \"front line\"; agents = 24; skills = ( { channel = \"phone\"; }, { channel = \"chat\"; rank "
    "= 2; } ); },\n"
    "  { name = \"C++ team\"; shifts = ( { from = \"08:00\"; to = \"16:00\"; agents = 4; }, { from = "
    "\"12:00\"; to = \"20:00\"; agents = 6; } );\n"
    "    skills = ( { channel = \"phone\"; } ); } );\n";

/* Where a figure is found in a scenario: tests name them by a function. */
typedef double figure(const struct sc_scenario *);

#define FIGURE(name, expression) \
    static double name(const struct sc_scenario *s) { return (double)(expression); }
#define PHONE (s->channels[0])
#define CHAT (s->channels[1])
#define VIP (s->channels[0].classes[0])
#define GOLD (s->channels[0].classes[1])
#define FRONT (s->pools[0])
#define TEAM (s->pools[1])

FIGURE(extra, FRONT.extra)
FIGURE(team_extra, TEAM.extra)
FIGURE(agents, FRONT.agents)
FIGURE(factor, PHONE.volume.factor)
FIGURE(chat_factor, CHAT.volume.factor)
FIGURE(monday, PHONE.volume.per_day.value[0])
FIGURE(tuesday, PHONE.volume.per_day.value[1])
FIGURE(friday, PHONE.volume.per_day.value[4])
FIGURE(saturday, PHONE.volume.per_day.value[5])
FIGURE(saturday_named, PHONE.volume.per_day.named[5])
FIGURE(chat_sunday, CHAT.volume.per_day.value[6])
FIGURE(chat_monday, CHAT.volume.per_day.value[0])
FIGURE(handle, PHONE.service.handle.mean_s)
FIGURE(handle_cv, PHONE.service.handle.cv)
FIGURE(handle_kind, PHONE.service.handle.kind)
FIGURE(chat_handle, CHAT.service.handle.mean_s)
FIGURE(chat_longest, CHAT.service.handle.max_s)
FIGURE(patience, PHONE.service.patience.mean_s)
FIGURE(patience_kind, PHONE.service.patience.kind)
FIGURE(patience_cv, PHONE.service.patience.cv)
FIGURE(vip_patience, VIP.service.patience.mean_s)
FIGURE(balk, PHONE.service.balk)
FIGURE(vip_balk, VIP.service.balk)
FIGURE(gold_balk, GOLD.service.balk)
FIGURE(vip_priority, VIP.service.priority)
FIGURE(vip_attempts, VIP.service.retry.attempts)
FIGURE(vip_retry, VIP.service.retry.share)
FIGURE(attempts, PHONE.service.retry.attempts)
FIGURE(retry_share, PHONE.service.retry.share)
FIGURE(retry_after, PHONE.service.retry.after.mean_s)
FIGURE(deflect, PHONE.service.deflect)
FIGURE(automation_given, PHONE.service.automation.given)
FIGURE(resolves, PHONE.service.automation.resolves)
FIGURE(spread, PHONE.volume.spread.cv)
FIGURE(memory, PHONE.volume.spread.memory)
FIGURE(within, PHONE.service.target.within_s)
FIGURE(short_s, PHONE.service.target.short_s)
FIGURE(counts, PHONE.service.target.counts)
FIGURE(first_divert, PHONE.service.divert[0].share)
FIGURE(second_divert, PHONE.service.divert[1].share)
FIGURE(diverts, PHONE.service.diverts)
FIGURE(transfers, PHONE.service.transfers)
FIGURE(transfer_share, PHONE.service.transfer[0].share)
FIGURE(skills, FRONT.skill_count)
FIGURE(chat_rank, FRONT.skills[1].rank)
FIGURE(last_skill_class, FRONT.skills[FRONT.skill_count - 1].class_index)
FIGURE(last_skill_after, FRONT.skills[FRONT.skill_count - 1].after_s)
FIGURE(first_shift, TEAM.shifts[0].agents)
FIGURE(second_shift, TEAM.shifts[1].agents)
FIGURE(season_april, PHONE.volume.season[3])
FIGURE(season_may, PHONE.volume.season[4])
FIGURE(open_sunday, PHONE.hours.named[6])
FIGURE(open_saturday, PHONE.hours.named[5])
FIGURE(monday_opens, PHONE.hours.from_s[0])
FIGURE(tuesday_opens, PHONE.hours.from_s[1])
FIGURE(rule, s->contact_rule)
FIGURE(holidays, s->holiday_count)
FIGURE(seed, s->seed)
FIGURE(classes, PHONE.class_count)
FIGURE(limit, PHONE.service.queue_limit)

static const struct {
    const char *override;
    figure *figure;
    double expected;
} cases[] = {
    /* numbers */
    {"pools.front line.extra += 4", extra, 4},
    {"pools.front line.extra = 4", extra, 4},
    {"pools.C++ team.extra+=1", team_extra, 1},
    {"pools.front line.agents *= 1.5", agents, 36},
    {"pools.*.extra += 2", team_extra, 2},
    {"channels.phone.volume.factor *= 6", factor, 6},
    {"channels.*.volume.factor *= 1.1", chat_factor, 1.1},
    {"channels.phone.balk *= 2", balk, 0.04},
    {"channels.phone.balk += 1%", balk, 0.03},
    {"channels.phone.balk = 5%", balk, 0.05},
    {"channels.phone.balk=0.25", balk, 0.25},
    {"  channels.phone.balk   =   0.25  ", balk, 0.25},
    {"channels.phone.deflect = 0.3", deflect, 0.3},
    {"seed = 18446744073709551615", seed, 18446744073709551615.0},
    {"channels.phone.queue_limit = 7", limit, 7},
    /* durations and laws */
    {"channels.phone.patience *= 2", patience, 360},
    {"channels.phone.patience += 30 s", patience, 210},
    {"channels.phone.patience += \"30 s\"", patience, 210},
    {"channels.phone.patience += -30 s", patience, 150},
    {"channels.phone.patience = 4 min", patience, 240},
    {"channels.phone.patience = \"4 min\"", patience, 240},
    {"channels.phone.patience.mean *= 0.5", patience, 90},
    {"channels.phone.patience = { dist = \"gamma\"; mean = \"4 min\"; cv = 2; }", patience_cv, 2},
    {"channels.phone.patience = { dist = gamma; mean = 4 min; cv = 2 }", patience, 240},
    {"channels.phone.patience = none", patience_kind, SC_LAW_NONE},
    {"channels.phone.handle.mean *= 0.92", handle, 276},
    {"channels.phone.handle *= 0.92", handle, 276},
    {"channels.phone.handle *= 0.92", handle_cv, 0.9},
    {"channels.phone.handle.cv = 1.2", handle_cv, 1.2},
    {"channels.phone.handle = 6 min", handle_kind, SC_LAW_EXPONENTIAL},
    {"channels.chat.handle *= 2", chat_handle, 240},
    {"channels.chat.handle += 1 min", chat_longest, 240},
    {"channels.phone.retry.after += 5 min", retry_after, 900},
    {"channels.phone.target.within *= 3", within, 60},
    {"channels.phone.target.short *= 2", short_s, 40},
    {"channels.phone.target.within = 1 min", short_s, 60},
    /* groups and arrays */
    {"channels.phone.volume.per_day *= 2", monday, 1240},
    {"channels.phone.volume.per_day *= 2", saturday, 240},
    {"channels.phone.volume.per_day.mon *= 2", monday, 1240},
    {"channels.phone.volume.per_day.mon *= 2", tuesday, 540},
    {"channels.phone.volume.per_day.tue = 600", tuesday, 600},
    {"channels.phone.volume.per_day.tue = 600", friday, 540},
    {"channels.phone.volume.per_day.mon-wed += 10", monday, 630},
    {"channels.phone.volume.per_day.mon-wed += 10", tuesday, 550},
    {"channels.phone.volume.per_day.tue-fri += 10", friday, 550},
    {"channels.phone.volume.per_day.* += 1", saturday, 121},
    {"channels.phone.volume.per_day.sat = none", saturday_named, 0},
    {"channels.phone.volume.per_day = 300", monday, 300},
    {"channels.chat.volume.per_day.sun = 0", chat_sunday, 0},
    {"channels.chat.volume.per_day.sun *= 0.5", chat_sunday, 50},
    {"channels.chat.volume.per_day.sun *= 0.5", chat_monday, 100},
    {"channels.phone.volume.season[3] = 1.5", season_april, 1.5},
    {"channels.phone.volume.season[3] = 1.5", season_may, 1},
    {"channels.phone.volume.season *= 1.2", season_may, 1.2},
    {"channels.phone.retry *= 0.5", retry_share, 0.15},
    {"channels.phone.retry *= 0.5", retry_after, 300},
    {"channels.phone.retry *= 0.5", attempts, 1},
    {"channels.phone.volume.spread.cv *= 2", spread, 0.24},
    {"channels.phone.volume.spread *= 2", spread, 0.24},
    {"channels.phone.volume.spread.memory = 0.5", memory, 0.5},
    {"channels.phone.volume.spread.memory = 0.5", spread, 0.12},
    {"channels.phone.hours.mon = 07:00-20:00", monday_opens, 25200},
    {"channels.phone.hours.mon = 07:00-20:00", tuesday_opens, 28800},
    {"channels.phone.hours.sun = 10:00-12:00", open_sunday, 1},
    {"channels.phone.hours.sat = none", open_saturday, 0},
    {"channels.phone.hours.sat = closed", open_saturday, 0},
    {"channels.phone.automation = { resolves = 0.2; }", resolves, 0.2},
    {"channels.phone.automation.resolves = 0.2", resolves, 0.2},
    {"channels.phone.automation.resolves += 0.2", resolves, 0.2},
    {"channels.phone.automation.resolves *= 2", automation_given, 0},
    /* elements */
    {"channels.phone.classes.vip.priority += 3", vip_priority, 13},
    {"channels.phone.classes[0].priority = 3", vip_priority, 3},
    {"channels[0].balk = 0.3", balk, 0.3},
    {"channels.phone.divert.chat.share = 0.9", first_divert, 0.9},
    {"channels.phone.divert.chat.share = 0.9", second_divert, 0.9},
    {"channels.phone.divert[1].share = 0.9", first_divert, 0.2},
    {"channels.phone.divert[0] = none", diverts, 1},
    {"channels.phone.divert = none", diverts, 0},
    {"channels.phone.divert.chat = none", diverts, 0},
    {"pools.front line.skills.chat.rank = 3", chat_rank, 3},
    {"pools.front line.skills.chat.rank += 1", chat_rank, 3},
    {"pools.front line.skills.*.rank *= 2", chat_rank, 4},
    {"pools.front line.skills.chat = { channel = chat; rank = 9; }", chat_rank, 9},
    {"pools.front line.skills += { channel = \"phone\"; class = \"vip\"; }", last_skill_class, 0},
    {"pools.front line.skills += { channel = phone; class = gold; after = 20 s; }", last_skill_after, 20},
    {"pools.front line.skills += ( { channel = phone; class = gold }, { channel = phone; class = vip } )",
     skills, 4},
    {"channels.phone.transfer += { to = chat; share = 10%; }", transfer_share, 0.1},
    {"channels.phone.transfer += { to = chat; share = 10%; }", transfers, 1},
    {"channels.phone.classes += { name = new one; share = 0.2; priority = 2; }", classes, 3},
    {"pools.C++ team.shifts[1].agents += 2", second_shift, 8},
    {"pools.C++ team.shifts[1].agents += 2", first_shift, 4},
    {"pools.C++ team.shifts.*.agents *= 2", first_shift, 8},
    {"holidays += 2026-01-19", holidays, 1},
    {"holidays += ( 2026-01-19, 2026-01-20 )", holidays, 2},
    {"holidays = ( \"2026-01-19\" )", holidays, 1},
    /* words */
    {"routing.contact = longest-wait", rule, SC_CONTACT_LONGEST_WAIT},
    {"routing = { contact = \"target\"; }", rule, SC_CONTACT_TARGET},
    {"channels.phone.target.counts = met", counts, SC_COUNT_MET},
    /* classes start from their channel's settings */
    {"channels.phone.classes.vip.balk *= 2", vip_balk, 0.04},
    {"channels.phone.classes.vip.balk *= 2", balk, 0.02},
    {"channels.phone.classes.vip.patience *= 2", vip_patience, 360},
    {"channels.phone.classes.vip.patience *= 2", patience, 180},
    {"channels.phone.classes.vip.patience.mean += 1 min", vip_patience, 240},
    {"channels.phone.classes.vip.retry.attempts += 1", vip_attempts, 3},
    {"channels.phone.classes.vip.retry.attempts += 1", vip_retry, 0.3},
    {"channels.phone.classes.gold.balk = none", gold_balk, 0.02},
    {"channels.phone.patience *= 2", vip_patience, 360},
    {"channels.*.patience *= 2", patience, 360},
};

static void test_what_ifs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sc_scenario *scenario = NULL;
        char *said = scenario_faults(base, &cases[i].override, 1, &scenario);
        if (!scenario)
            fail_msg("%s: %s", cases[i].override, said);
        double found = cases[i].figure(scenario);
        /* One rounding of a product or of a decimal text. */
        if (fabs(found - cases[i].expected) > 1e-15 * fabs(cases[i].expected))
            fail_msg("%s: found %.17g, expected %.17g", cases[i].override, found, cases[i].expected);
        free(said);
        sc_scenario_free(scenario);
    }
}

static void test_in_their_order(void **state)
{
    (void)state;
    const char *const overrides[] = {"pools.front line.agents += 6", "pools.front line.agents *= 2",
                                     "channels.phone.patience = none", "channels.phone.patience = 1 min",
                                     "channels.phone.patience += 1 min"};
    struct sc_scenario *s = scenario_from_text(base, overrides, 5);
    assert_int_equal(s->pools[0].agents, 60);
    assert_true(s->channels[0].service.patience.mean_s == 120);
    sc_scenario_free(s);
}

/* Several what-ifs start from one document: a clone is its own, and outlives what it was cloned from. */
static void test_clones_are_independent(void **state)
{
    (void)state;
    char folder[] = P_tmpdir "/staffcast-test-XXXXXX", path[256];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/base.cfg", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("channels = ( { name = \"phone\"; volume = { per_day = 100; }; handle = \"5 min\"; } );\n"
          "pools = ( { name = \"desk\"; agents = 3; skills = ( { channel = \"phone\"; } ); } );\n", file);
    fclose(file);
    struct sc_document *document = NULL, *clone = NULL;
    struct sc_scenario *before = NULL, *after = NULL, *failed = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_document_read(path, &document, &faults, &error), SC_OK);
    remove(path);
    remove(folder);
    assert_int_equal(sc_document_clone(document, &clone, &error), SC_OK);
    struct sc_override override = {.text = "pools.desk.agents += 2"};
    assert_int_equal(sc_document_override(clone, &override, 1, &faults, &error), SC_OK);
    assert_int_equal(sc_scenario_from_document(document, &before, &faults, &error), SC_OK);
    sc_document_free(document);
    assert_int_equal(sc_scenario_from_document(clone, &after, &faults, &error), SC_OK);
    assert_int_equal(before->pools[0].agents, 3);
    assert_int_equal(after->pools[0].agents, 5);
    assert_string_equal(after->channels[0].where.file, path);
    override = (struct sc_override){.text = "pools.desk.agents = -2", .origin = {"study.cfg", 7}};
    assert_int_equal(sc_document_override(clone, &override, 1, &faults, &error), SC_OK);
    assert_int_equal(sc_scenario_from_document(clone, &failed, &faults, &error), SC_INPUT);
    assert_null(failed);
    assert_string_equal(error.file, "study.cfg");
    assert_int_equal(error.line, 7);
    assert_string_equal(error.message, "pools.desk.agents is negative (found -2); write 0 or more");
    sc_document_free(clone);
    sc_scenario_free(before);
    sc_scenario_free(after);
    sc_faults_release(&faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_ifs),
        cmocka_unit_test(test_in_their_order),
        cmocka_unit_test(test_clones_are_independent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

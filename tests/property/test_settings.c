/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * No setting without effect: a change of any setting changes what comes out, or is refused or warned of. Each
 * is tried in a scenario in which it ought to matter.
 */
#include "support/random_scenario.h"
#include "support/scenario_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Two busy channels with a bit of everything. */
static const char *const busy =
    "name = \"x\"; start = \"2026-01-05\"; days = 2; warmup = \"1 d\"; seed = \"11\"; spread = 0.1; interval "
    "= \"30 min\";\n"
    "holidays = ( \"2026-01-06\" );\n"
    "channels = ( { name = \"a\"; hours = { all = \"08:00-18:00\"; holiday = \"09:00-17:00\"; }; at_close = "
    "\"dismiss\";\n"
    "  volume = { per_day = { all = 300; holiday = 250; }; shape = ( 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 1, 1, "
    "1, 1, 1, 1, 1, 0,\n"
    "    0, 0, 0, 0, 0 ); factor = 1.1; spread = 0.2; };\n"
    "  handle = { dist = \"lognormal\"; mean = \"4 min\"; cv = 0.8; by_time = ( 1, 1, 1, 1, 1, 1, 1, 1, 1, "
    "1, 1.2, 1, 1, 1, 1,\n"
    "    1, 1, 1, 1, 1, 1, 1, 1, 1 ); };\n"
    "  wrap_up = \"30 s\"; patience = { dist = \"weibull\"; mean = \"2 min\"; cv = 1.2; }; balk = 0.1; "
    "queue_limit = 5;\n"
    "  retry = { share = 0.5; after = \"10 min\"; attempts = 2; }; priority = 1; ageing = 0.01; "
    "cost_per_lost = 3;\n"
    "  target = { answer = 0.3; within = \"20 s\"; counts = \"no-short\"; short = \"10 s\"; abandon = 0.6; "
    "};\n"
    "  divert = ( { to = \"b\"; share = 0.2; if_wait_over = \"10 s\"; }, { to = \"b\"; share = 0.4; "
    "after_wait = \"60 s\"; } );\n"
    "  transfer = ( { to = \"b\"; share = 0.1; } );\n"
    "  classes = ( { name = \"vip\"; share = 0.2; priority = 2; handle_factor = 1.3; } ); },\n"
    "  { name = \"b\"; volume = { per_day = 150; }; handle = { dist = \"erlang\"; mean = \"3 min\"; k = 2; "
    "};\n"
    "    wrap_up = { dist = \"uniform\"; min = \"10 s\"; max = \"20 s\"; };\n"
    "    patience = { dist = \"triangular\"; min = \"10 s\"; mode = \"60 s\"; max = \"5 min\"; }; } );\n"
    "pools = ( { name = \"p\"; agents = 2; hours = { all = \"08:00-18:00\"; holiday = \"08:30-18:00\"; }; "
    "extra = 0;\n"
    "  skills = ( { channel = \"a\"; rank = 1; speed = 1.0; }, { channel = \"a\"; class = \"vip\"; rank = 1; "
    "speed = 1.1; },\n"
    "    { channel = \"b\"; rank = 2; after = \"30 s\"; } ); cost = { per_hour = 24; overtime = 1.5; "
    "per_contact = 1;\n"
    "    per_minute = 0.5; }; },\n"
    "  { name = \"q\"; shifts = ( { days = \"all,holiday\"; from = \"07:00\"; to = \"19:00\"; agents = 1;\n"
    "    breaks = ( { at = \"11:30-13:30\"; lasts = \"30 min\"; paid = false; } ); } );\n"
    "    skills = ( { channel = \"b\"; }, { channel = \"a\"; rank = 1; } ); } );\n"
    "routing = { agent = \"longest-idle\"; contact = \"score\"; };\n"
    "trunks = ( { lines = 8; channels = ( \"a\" ); } );\n";

static const char *const changes[] = {
    "start = 2026-01-06",
    "days = 3",
    "warmup = 0 d",
    "seed = 12",
    "spread = 0.3",
    "holidays = none",
    "channels.a.hours.all = 08:00-17:30",
    "channels.a.hours.holiday = 09:00-16:00",
    "channels.a.at_close = drain",
    "channels.a.volume.per_day.all = 310",
    "channels.a.volume.per_day.holiday = 260",
    "channels.a.volume.factor = 1.2",
    "channels.a.volume.shape[9] = 3",
    "channels.a.volume.spread = 0.25",
    "channels.a.handle.mean = 5 min",
    "channels.a.handle.cv = 1.0",
    "channels.a.handle.dist = gamma",
    "channels.a.handle.by_time[10] = 1.5",
    "channels.a.wrap_up = 40 s",
    "channels.a.patience.mean = 3 min",
    "channels.a.patience.cv = 1.0",
    "channels.a.balk = 0.2",
    "channels.a.queue_limit = 4",
    "channels.a.retry.share = 0.6",
    "channels.a.retry.after = 12 min",
    "channels.a.retry.attempts = 3",
    "channels.a.priority = 3",
    "channels.a.ageing = 0.1",
    "channels.a.cost_per_lost = 4",
    "channels.a.target.within = 30 s",
    "channels.a.target.short = 5 s",
    "channels.a.divert[0].share = 0.3",
    "channels.a.divert[0].if_wait_over = 30 s",
    "channels.a.divert[1].share = 0.5",
    "channels.a.divert[1].after_wait = 90 s",
    "channels.a.transfer.b.share = 0.2",
    "channels.a.classes.vip.share = 0.3",
    "channels.a.classes.vip.priority = 5",
    "channels.a.classes.vip.handle_factor = 1.5",
    "channels.a.classes.vip.balk = 0.9",
    "channels.a.classes.vip.patience = 20 s",
    "channels.a.classes.vip.wrap_up = 90 s",
    "channels.a.classes.vip.queue_limit = 1",
    "channels.a.classes.vip.at_close = keep",
    "channels.a.classes.vip.retry = none",
    "channels.a.classes.vip.handle = 9 min",
    "channels.a.classes.vip.ageing = 1",
    "channels.a.classes.vip.target.within = 5 s",
    "channels.a.classes.vip.cost_per_lost = 30",
    "channels.b.handle.k = 3",
    "channels.b.wrap_up.min = 5 s",
    "channels.b.wrap_up.max = 25 s",
    "channels.b.patience.min = 5 s",
    "channels.b.patience.mode = 90 s",
    "channels.b.patience.max = 6 min",
    "pools.p.agents = 3",
    "pools.p.hours.all = 09:00-18:00",
    "pools.p.hours.holiday = 10:00-18:00",
    "pools.p.extra = 1",
    "pools.p.skills.a.rank = 3",
    "pools.p.skills.a.speed = 1.2",
    "pools.p.skills[1].speed = 1.5",
    "pools.p.skills[1].rank = 4",
    "pools.p.skills.b.after = 45 s",
    "pools.q.shifts[0].from = 08:00",
    "pools.q.shifts[0].to = 18:00",
    "pools.q.shifts[0].agents = 2",
    "pools.q.shifts[0].days = tue",
    "pools.q.shifts[0].breaks[0].at = 12:00",
    "pools.q.shifts[0].breaks[0].lasts = 20 min",
    "pools.q.shifts[0].breaks[0].paid = true",
    "routing.agent = random",
    "routing.agent = in-order",
    "routing.contact = rank",
    "routing.contact = longest-wait",
    "routing.contact = target",
    "trunks[0].lines = 7",
};

static uint64_t digest_of(struct sc_scenario *scenario)
{
    struct player p = player_of(scenario);
    uint64_t digest = 0;
    for (uint64_t n = 0; n < 20; n++) {
        player_play(&p, n, NULL, NULL);
        digest = digest * 31 + replication_digest(p.replication);
    }
    player_free(&p);
    return digest;
}

static void test_every_setting_changes_what_comes_out(void **state)
{
    (void)state;
    uint64_t base = digest_of(scenario_from_text(busy, NULL, 0));
    char *said = scenario_faults(busy, NULL, 0, NULL);
    size_t silent = 0;
    assert_string_equal(said, ""); /* a warning about the whole would hide one about the change */
    free(said);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct sc_scenario *scenario = NULL;
        said = scenario_faults(busy, &changes[i], 1, &scenario);
        if (!scenario) {
            print_error("'%s' is refused: %s", changes[i], said);
            silent++; /* all of these are right */
        } else if (digest_of(scenario) == base && said[0] == '\0') {
            print_error("'%s' changes nothing\n", changes[i]);
            silent++;
        }
        free(said);
    }
    assert_int_equal(silent, 0);
}

/* What is printed of a run: settings that change no replication, only what is made of them. */
static char *figures_of(const char *override)
{
    struct player p = player_new(busy, &override, override ? 1 : 0);
    struct sc_run_options options = {.threads = 1, .replications = 10};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_result *result = NULL;
    char *text = NULL;
    size_t size = 0;
    if (sc_run(p.model, &options, &result, &error) != SC_OK)
        fail_msg("%s", error.message);
    FILE *stream = open_memstream(&text, &size);
    for (size_t c = 0; c < p.scenario->channel_count; c++)
        for (size_t m = 0; m < sc_channel_metric_count; m++)
            fprintf(stream, "%.17g ", result->channels[c].figure[m].mean);
    for (size_t i = 0; i < p.scenario->pool_count; i++)
        for (size_t m = 0; m < sc_pool_metric_count; m++)
            fprintf(stream, "%.17g ", result->pools[i].figure[m].mean);
    for (size_t m = 0; m < sc_total_metric_count; m++)
        fprintf(stream, "%.17g ", result->total[m].mean);
    fclose(stream);
    sc_result_free(result);
    player_free(&p);
    return text;
}

static void test_every_judgement_and_price_changes_a_figure(void **state)
{
    (void)state;
    static const char *const judgements[] = {
        "channels.a.target.answer = 0.9",   "channels.a.target.counts = answered",
        "channels.a.target.counts = met",   "channels.a.target.counts = offered",
        "channels.a.target.abandon = 0.01", "channels.a.cost_per_lost = 5",
        "pools.p.cost.per_hour = 30",       "pools.p.cost.overtime = 3",
        "pools.p.cost.per_contact = 2",     "pools.p.cost.per_minute = 1",
        "fixed_per_month = 1000",
    };
    char *base = figures_of(NULL);
    size_t silent = 0;
    for (size_t i = 0; i < sizeof judgements / sizeof *judgements; i++) {
        char *text = figures_of(judgements[i]);
        if (strcmp(text, base) == 0) {
            print_error("'%s' changes nothing\n", judgements[i]);
            silent++;
        }
        free(text);
    }
    free(base);
    assert_int_equal(silent, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_setting_changes_what_comes_out),
        cmocka_unit_test(test_every_judgement_and_price_changes_a_figure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapley weights, groups of settings, and what a coalition takes from which scenario. */
#include "decide/explain_private.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void assert_close(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected))))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* --- Shapley weights --- */

static void test_weights_of_one_and_two(void **state)
{
    double weight[4];
    (void)state;
    sc_shapley_weights(1, 0, weight);
    assert_close(weight[0], -1);
    assert_close(weight[1], 1);
    sc_shapley_weights(2, 0, weight); /* half of the effect first and half of the effect last */
    assert_close(weight[0], -0.5);
    assert_close(weight[1], 0.5);
    assert_close(weight[2], -0.5);
    assert_close(weight[3], 0.5);
}

/* The definition itself: the mean of a player's effect over all orders of four. */
static void test_weights_are_the_mean_over_orders(void **state)
{
    double value[16], weight[16], sum[4] = {0, 0, 0, 0};
    int orders = 0;
    (void)state;
    for (int i = 0; i < 16; i++)
        value[i] = sin(1.0 + 7.3 * i);
    for (unsigned code = 0; code < 256; code++) {
        unsigned order[4] = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 & 3}, seen = 0;
        for (int i = 0; i < 4; i++)
            seen |= 1u << order[i];
        if (seen != 15)
            continue;
        orders++;
        unsigned mask = 0;
        for (int i = 0; i < 4; i++) {
            sum[order[i]] += value[mask | 1u << order[i]] - value[mask];
            mask |= 1u << order[i];
        }
    }
    assert_int_equal(orders, 24);
    for (unsigned player = 0; player < 4; player++) {
        double part = 0;
        sc_shapley_weights(4, player, weight);
        for (int i = 0; i < 16; i++)
            part += weight[i] * value[i];
        assert_close(part, sum[player] / orders);
    }
}

/* Over all players the weights of every coalition cancel, but for the empty and the full one. */
static void test_weights_of_nine_add_up(void **state)
{
    static double total[512], weight[512];
    (void)state;
    memset(total, 0, sizeof total);
    for (unsigned player = 0; player < 9; player++) {
        sc_shapley_weights(9, player, weight);
        for (int i = 0; i < 512; i++)
            total[i] += weight[i];
    }
    assert_close(total[0], -1);
    assert_close(total[511], 1);
    for (int i = 1; i < 511; i++)
        assert_close(total[i], 0);
}

/* --- groups --- */

static void test_groups_of_overrides(void **state)
{
    static const struct {
        const char *text;
        int group;
    } cases[] = {
        {"channels.phone.volume.factor *= 6", SC_GROUP_VOLUME},
        {"channels.*.handle.mean *= 0.9", SC_GROUP_HANDLE},
        {"channels.phone.classes.vip.share = 0.1", SC_GROUP_VOLUME},
        {"channels.phone.classes[0].patience = 20 s", SC_GROUP_PATIENCE},
        {" channels.chat.automation.resolves=0.35", SC_GROUP_AUTOMATION},
        {"channels.chat.divert.e-mail.share = 0.3", SC_GROUP_DEFLECTION},
        {"channels[1].recontact.share += 0.1", SC_GROUP_FOLLOW_UPS},
        {"pools.front line.extra += 4", SC_GROUP_STAFFING},
        {"pools.front line.shifts[0].agents += 1", SC_GROUP_STAFFING},
        {"pools.front line.skills.phone.rank = 2", SC_GROUP_ROUTING},
        {"pools.front line.cost.per_hour = 30", SC_GROUP_OTHER},
        {"pools.front line.speed_spread = 0.1", SC_GROUP_HANDLE},
        {"channels.phone.target.answer = 0.9", SC_GROUP_OTHER},
        {"spread = 0.2", SC_GROUP_VOLUME},
        {"spread.cv *= 1.5", SC_GROUP_VOLUME},
        {"fixed_per_month += 100", SC_GROUP_OTHER},
        {"name = x", SC_GROUP_OTHER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (sc_group_of_override(cases[i].text) != cases[i].group)
            fail_msg("'%s' is of group %d", cases[i].text, sc_group_of_override(cases[i].text));
}

/* --- mixing --- */

static char folder[64];

/* A document from a text, in a file of a folder of its own below the test's. */
static struct sc_document *document_of(const char *sub, const char *text)
{
    char path[192];
    struct sc_document *document = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    snprintf(path, sizeof path, "%s/%s", folder, sub);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/text.cfg", folder, sub);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    if (sc_document_read(path, &document, &faults, &error) != SC_OK)
        fail_msg("%s", error.message);
    sc_faults_release(&faults);
    unlink(path);
    return document;
}

struct pair {
    struct sc_document *side[2];
    struct sc_mix *mix;
};

static struct pair pair_of(const char *before, const char *after)
{
    struct pair pair = {{document_of("before", before), document_of("after", after)}, NULL};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_mix_new(pair.side[0], pair.side[1], &pair.mix, &error), SC_OK);
    return pair;
}

static void pair_release(struct pair *pair)
{
    sc_mix_free(pair->mix);
    sc_document_free(pair->side[0]);
    sc_document_free(pair->side[1]);
}

/* The coalition as a scenario; a group that no scenario has keeps the ends from being taken as they are. */
static struct sc_scenario *mixed(const struct pair *pair, unsigned mask)
{
    struct sc_document *document = NULL;
    struct sc_scenario *scenario = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    pair->mix->differing |= 1u << SC_GROUP_COUNT;
    assert_int_equal(sc_mix_document(pair->mix, mask | 1u << SC_GROUP_COUNT, &document, &error), SC_OK);
    pair->mix->differing &= ~(1u << SC_GROUP_COUNT);
    if (sc_scenario_from_document(document, &scenario, &faults, &error) != SC_OK)
        fail_msg("mask %x: %s", mask, error.message);
    sc_faults_release(&faults);
    sc_document_free(document);
    return scenario;
}

#define BIT(group) (1u << SC_GROUP_##group)

#define PHONE "{ name = \"phone\"; hours = { mon-fri = \"09:00-17:00\"; }; "
#define POOL "pools = ( { name = \"desk\"; agents = 4; skills = ( { channel = \"phone\"; } ); } );"

/* Every group once: what differs is found, and each coalition has exactly what it should. */
static void test_each_group_is_taken_by_itself(void **state)
{
    struct pair pair =
        pair_of("days = 2; channels = ( " PHONE
                "volume = { per_day = 100; }; handle = \"4 min\"; patience = \"3 min\"; "
                "deflect = 0.1; target = { answer = 0.8; within = \"20 s\"; }; } ); " POOL,
                "days = 3; channels = ( " PHONE
                "volume = { per_day = 130; }; handle = \"5 min\"; patience = \"2 min\"; "
                "deflect = 0.2; automation = { resolves = 0.3; }; retry = { share = 0.2; after = \"5 min\"; }; "
                "priority = 3; target = { answer = 0.8; within = \"30 s\"; }; } ); "
                "pools = ( { name = \"desk\"; agents = 6; skills = ( { channel = \"phone\"; speed = 1.2; } ); } );");
    (void)state;
    assert_int_equal(pair.mix->differing, (1u << SC_GROUP_COUNT) - 1);
    for (unsigned mask = 1; mask < 1u << SC_GROUP_COUNT; mask++) {
        struct sc_scenario *s = mixed(&pair, mask);
        const struct sc_service *service = &s->channels[0].service;
        assert_close(s->channels[0].volume.per_day.value[0], mask & BIT(VOLUME) ? 130 : 100);
        assert_close(service->handle.mean_s, mask & BIT(HANDLE) ? 300 : 240);
        assert_close(service->patience.mean_s, mask & BIT(PATIENCE) ? 120 : 180);
        assert_close(service->deflect, mask & BIT(DEFLECTION) ? 0.2 : 0.1);
        assert_close(service->automation.resolves, mask & BIT(AUTOMATION) ? 0.3 : 0);
        assert_close(service->retry.share, mask & BIT(FOLLOW_UPS) ? 0.2 : 0);
        assert_close(service->priority, mask & BIT(ROUTING) ? 3 : 0);
        assert_close(s->pools[0].skills[0].speed, mask & BIT(ROUTING) ? 1.2 : 1);
        assert_int_equal(s->pools[0].agents, mask & BIT(STAFFING) ? 6 : 4);
        assert_close(service->target.within_s, mask & BIT(OTHER) ? 30 : 20);
        assert_int_equal(s->days, mask & BIT(OTHER) ? 3 : 2);
        sc_scenario_free(s);
    }
    assert_int_equal(pair.mix->changes[SC_GROUP_HANDLE], 1);
    assert_string_equal(pair.mix->change[SC_GROUP_HANDLE][0], "channels.phone.handle: 4 min → 5 min");
    pair_release(&pair);
}

/* A channel that came: with its volume and its skills; the other groups do not bring it, unless they lead to it. */
static void test_added_channel(void **state)
{
    struct pair pair = pair_of(
        "channels = ( " PHONE "volume = { per_day = 100; }; handle = \"4 min\"; } ); " POOL,
        "channels = ( " PHONE "volume = { per_day = 100; }; handle = \"4 min\"; "
        "divert = ( { to = \"chat\"; share = 0.2; } ); }, "
        "{ name = \"chat\"; kind = \"chat\"; hours = { mon-fri = \"09:00-17:00\"; }; volume = { per_day = 50; }; "
        "handle = \"6 min\"; } ); "
        "pools = ( { name = \"desk\"; agents = 4; skills = ( { channel = \"phone\"; }, "
        "{ channel = \"chat\"; rank = 2; at_once = 3; } ); } );");
    (void)state;
    assert_int_equal(pair.mix->differing, BIT(VOLUME) | BIT(DEFLECTION));
    struct sc_scenario *s = mixed(&pair, BIT(VOLUME));
    assert_int_equal(s->channel_count, 2);
    assert_int_equal(s->channels[0].service.diverts, 0);
    assert_int_equal(s->pools[0].skill_count, 2);
    assert_int_equal(s->pools[0].skills[1].at_once, 3);
    sc_scenario_free(s);
    s = mixed(&pair, BIT(DEFLECTION)); /* diverted to a chat that has no contacts of its own */
    assert_int_equal(s->channel_count, 2);
    assert_false(s->channels[1].volume.per_day.given);
    assert_int_equal(s->channels[0].service.diverts, 1);
    assert_int_equal(s->pools[0].skill_count, 2);
    sc_scenario_free(s);
    pair_release(&pair);
}

/* A desk with calls, to which mail came, and this pool. */
static struct pair mail_came(const char *pool)
{
    char after[1024];

    snprintf(after, sizeof after,
             "channels = ( " PHONE "volume = { per_day = 100; }; handle = \"4 min\"; }, "
             "{ name = \"mail\"; kind = \"deferred\"; volume = { per_day = 50; }; handle = \"6 min\"; } ); "
             "pools = ( { name = \"desk\"; agents = 4; skills = ( { channel = \"phone\"; } ); }, %s );",
             pool);
    return pair_of("channels = ( " PHONE "volume = { per_day = 100; }; handle = \"4 min\"; } ); " POOL, after);
}

/* A pool that came serves a channel that came: without its staffing it is there, but with nobody. */
static void test_added_pool(void **state)
{
    struct pair pair = mail_came("{ name = \"back\"; agents = 3; extra = 1; hours = { mon-fri = \"09:00-17:00\"; }; "
                                 "skills = ( { channel = \"mail\"; }, { channel = \"phone\"; rank = 2; } ); }");
    (void)state;
    assert_int_equal(pair.mix->differing, BIT(VOLUME) | BIT(STAFFING));
    struct sc_scenario *s = mixed(&pair, BIT(VOLUME));
    assert_int_equal(s->pool_count, 2);
    assert_int_equal(s->pools[1].agents, 0);
    assert_int_equal(s->pools[1].extra, 0);
    sc_scenario_free(s);
    s = mixed(&pair, BIT(STAFFING)); /* nobody writes mails yet, but they can take calls */
    assert_int_equal(s->channel_count, 1);
    assert_int_equal(s->pool_count, 2);
    assert_int_equal(s->pools[1].agents, 3);
    assert_int_equal(s->pools[1].skill_count, 1);
    sc_scenario_free(s);
    pair_release(&pair);
}

/* A pool with nothing else to do keeps its channel, for it costs money all the same. */
static void test_idle_pool_keeps_its_channel(void **state)
{
    struct pair pair = mail_came("{ name = \"back\"; agents = 3; skills = ( { channel = \"mail\"; } ); }");
    (void)state;
    struct sc_scenario *s = mixed(&pair, BIT(STAFFING));
    assert_int_equal(s->channel_count, 2);
    assert_false(s->channels[1].volume.per_day.given);
    assert_int_equal(s->pools[1].agents, 3);
    sc_scenario_free(s);
    pair_release(&pair);
}

/* The kind of a channel and the skills for it go together; a pool from elsewhere keeps of its skills what fits. */
static void test_kind_goes_with_skills(void **state)
{
    struct pair pair =
        pair_of("channels = ( " PHONE "kind = \"live\"; volume = { per_day = 100; }; handle = \"4 min\"; } ); " POOL,
                "channels = ( " PHONE "kind = \"chat\"; volume = { per_day = 100; }; handle = \"4 min\"; } ); "
                "pools = ( { name = \"desk\"; agents = 4; skills = ( { channel = \"phone\"; at_once = 2; } ); }, "
                "{ name = \"more\"; agents = 1; skills = ( { channel = \"phone\"; at_once = 3; slowdown = [1.0, 1.1]; "
                "} ); } );");
    (void)state;
    assert_int_equal(pair.mix->differing, BIT(ROUTING) | BIT(STAFFING));
    struct sc_scenario *s = mixed(&pair, BIT(STAFFING));
    assert_int_equal(s->channels[0].kind, SC_LIVE);
    assert_int_equal(s->pools[1].skills[0].at_once, 1);
    sc_scenario_free(s);
    s = mixed(&pair, BIT(ROUTING));
    assert_int_equal(s->channels[0].kind, SC_CHAT);
    assert_int_equal(s->pool_count, 1);
    assert_int_equal(s->pools[0].skills[0].at_once, 2);
    sc_scenario_free(s);
    pair_release(&pair);
}

/* Classes come with the volume, their settings with the group of each. */
static void test_classes(void **state)
{
    struct pair pair = pair_of("channels = ( " PHONE "volume = { per_day = 100; }; handle = \"4 min\"; "
                               "classes = ( { name = \"vip\"; share = 0.1; handle_factor = 1.5; } ); } ); " POOL,
                               "channels = ( " PHONE "volume = { per_day = 100; }; handle = \"4 min\"; "
                               "classes = ( { name = \"vip\"; share = 0.2; handle_factor = 2.0; priority = 9; }, "
                               "{ name = \"hard\"; share = 0.1; handle_factor = 3.0; } ); } ); " POOL);
    (void)state;
    assert_int_equal(pair.mix->differing, BIT(VOLUME) | BIT(HANDLE) | BIT(ROUTING));
    struct sc_scenario *s = mixed(&pair, BIT(VOLUME));
    assert_int_equal(s->channels[0].class_count, 2);
    assert_close(s->channels[0].classes[0].share, 0.2);
    assert_close(s->channels[0].classes[0].handle_factor, 1.5);
    assert_close(s->channels[0].classes[0].service.priority, 0);
    assert_close(s->channels[0].classes[1].handle_factor, 3);
    sc_scenario_free(s);
    s = mixed(&pair, BIT(HANDLE) | BIT(ROUTING));
    assert_int_equal(s->channels[0].class_count, 1);
    assert_close(s->channels[0].classes[0].share, 0.1);
    assert_close(s->channels[0].classes[0].handle_factor, 2);
    assert_close(s->channels[0].classes[0].service.priority, 9);
    sc_scenario_free(s);
    pair_release(&pair);
}

/* An event goes by what its overrides change; what leads nowhere, or lies outside the days, is left out. */
static void test_events_go_by_what_they_change(void **state)
{
    struct pair pair = pair_of(
        "start = \"2026-01-05\"; days = 5; channels = ( " PHONE
        "volume = { per_day = 100; }; handle = \"4 min\"; } ); " POOL
        "events = ( { name = \"fair\"; at = \"2026-01-06\"; set = ( \"channels.phone.volume.factor *= 2\" ); } );",
        "start = \"2026-01-05\"; days = 20; channels = ( " PHONE "volume = { per_day = 100; }; handle = \"4 min\"; }, "
        "{ name = \"mail\"; kind = \"deferred\"; volume = { per_day = 5; }; handle = \"1 min\"; } ); "
        "pools = ( { name = \"desk\"; agents = 4; skills = ( { channel = \"phone\"; }, { channel = \"mail\"; } ); } ); "
        "events = ( { name = \"bot\"; at = \"2026-01-07\"; set = ( \"channels.phone.automation.resolves = 0.2\", "
        "\"channels.mail.handle *= 2\", \"pools.desk.extra += 1\" ); }, "
        "{ name = \"late\"; at = \"2026-01-20\"; set = ( \"channels.phone.patience = 1 min\" ); } );");
    (void)state;
    assert_int_equal(pair.mix->differing,
                     BIT(VOLUME) | BIT(AUTOMATION) | BIT(HANDLE) | BIT(STAFFING) | BIT(PATIENCE) | BIT(OTHER));
    struct sc_scenario *s = mixed(&pair, BIT(AUTOMATION) | BIT(HANDLE) | BIT(PATIENCE));
    assert_int_equal(s->event_count, 2); /* mail is not there, and day 20 is none of the five */
    assert_string_equal(s->events[0].name, "fair");
    assert_int_equal(s->events[1].set_count, 1);
    assert_string_equal(s->events[1].set[0], "channels.phone.automation.resolves = 0.2");
    sc_scenario_free(s);
    s = mixed(&pair, BIT(VOLUME) | BIT(HANDLE) | BIT(PATIENCE) | BIT(OTHER));
    assert_int_equal(s->event_count, 2);
    assert_string_equal(s->events[0].set[0], "channels.mail.handle *= 2");
    assert_string_equal(s->events[1].name, "late");
    sc_scenario_free(s);
    pair_release(&pair);
}

/* Each scenario finds its own files, wherever the other lies. */
static void test_files_of_two_folders(void **state)
{
    static const char text[] = "channels = ( " PHONE "volume = { per_day = 100; }; "
                               "handle = { dist = \"empirical\"; file = \"handle.txt\"; }; } ); " POOL;
    static const char *const content[2] = {"100\n200\n", "300\n500\n"};
    char path[2][192];
    (void)state;
    for (int side = 0; side < 2; side++) {
        snprintf(path[side], sizeof path[side], "%s/%s", folder, side ? "after" : "before");
        mkdir(path[side], 0700);
        snprintf(path[side], sizeof path[side], "%s/%s/handle.txt", folder, side ? "after" : "before");
        FILE *file = fopen(path[side], "w");
        assert_non_null(file);
        assert_true(fputs(content[side], file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    struct pair pair = pair_of(text, text);
    assert_int_equal(pair.mix->differing, BIT(HANDLE)); /* other numbers under the same name */
    struct sc_scenario *s = mixed(&pair, BIT(HANDLE));
    assert_close(s->channels[0].service.handle.mean_s, 400);
    sc_scenario_free(s);
    pair_release(&pair);
    unlink(path[0]);
    unlink(path[1]);
}

/* Ways of writing are no differences. */
static void test_spelling_is_no_difference(void **state)
{
    struct pair pair =
        pair_of("name = \"a\"; seed = \"3\"; replications = 10; spread = 0.1; channels = ( " PHONE
                "volume = { per_day = 100; }; handle = \"5 min\"; balk = 0.05; } ); " POOL
                "goals = ( { metric = \"totals.cost\"; at_most = 5; by = \"2026-01-20\"; } );",
                "name = \"b\"; seed = \"4\"; replications = 20; spread = { cv = 0.10; }; " POOL "channels = ( " PHONE
                "handle = { mean = \"300 s\"; }; balk = \"5%\"; volume = { per_day = 100.0; }; } ); ");
    (void)state;
    assert_int_equal(pair.mix->differing, 0);
    pair_release(&pair);
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "%s/staffcast-explain-XXXXXX", P_tmpdir);
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    static const char *const subs[] = {"before", "after"};
    char path[192];
    (void)state;
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, subs[i]);
        rmdir(path);
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights_of_one_and_two),
        cmocka_unit_test(test_weights_are_the_mean_over_orders),
        cmocka_unit_test(test_weights_of_nine_add_up),
        cmocka_unit_test(test_groups_of_overrides),
        cmocka_unit_test(test_each_group_is_taken_by_itself),
        cmocka_unit_test(test_added_channel),
        cmocka_unit_test(test_added_pool),
        cmocka_unit_test(test_idle_pool_keeps_its_channel),
        cmocka_unit_test(test_kind_goes_with_skills),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_events_go_by_what_they_change),
        cmocka_unit_test(test_files_of_two_folders),
        cmocka_unit_test(test_spelling_is_no_difference),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

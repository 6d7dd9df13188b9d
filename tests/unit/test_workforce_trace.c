/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ramping heads, traced by hand: what handle and wrap-up times become, alone and shared, and what midnight changes.
 */
#include "model/internal.h"
#include "model/workforce.h"
#include "support/random_scenario.h"
#include "support/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Everybody at 0.5 on Monday, 2026-01-05, and before; at 1 from Tuesday on. */
static void half_speed_until_tuesday(const void *context, size_t pool, int64_t date, uint64_t replication,
                                     struct sc_crew *crew)
{
    (void)context;
    (void)pool;
    (void)replication;
    crew->groups = 1;
    crew->group[0] = (struct sc_crew_group){date <= 20458 ? 0.5 : 1.0, 3.0};
}

/* Plays a scenario with such people; the figures are the caller's. */
static struct sc_replication *play(const char *text)
{
    static const struct sc_workforce workforce = {half_speed_until_tuesday, NULL, 1.0};
    struct player p = player_new(text, NULL, 0);
    struct sc_error error = SC_ERROR_INIT;
    struct sc_model *peopled = NULL;
    struct sc_workspace *workspace = NULL;
    struct sc_replication *figures = NULL;
    assert_int_equal(sc_model_people(p.model, &workforce, &peopled, &error), SC_OK);
    assert_int_equal(sc_workspace_new(peopled, &workspace, &error), SC_OK);
    assert_int_equal(sc_replication_new(peopled, &figures, &error), SC_OK);
    assert_int_equal(sc_simulate(peopled, 0, workspace, figures, NULL, NULL, &error), SC_OK);
    sc_workspace_free(workspace);
    sc_model_free(peopled);
    player_free(&p);
    return figures;
}

#define DAYS(days) "start = \"2026-01-05\"; days = " #days "; warmup = \"0 d\"; seed = \"1\"; "
#define BACKLOG(count) "backlog = { count = " #count "; age = \"0 s\"; }; "

/* 300 s with the customer and 60 s after: twice that at half the speed, as much again at a skill's speed of 0.5, and
   neither where the skill's speed makes up for it. */
static void alone_both_parts_take_longer(void **state)
{
    (void)state;
    struct sc_replication *r = play(
        DAYS(1)
        "channels = ( { name = \"a\"; " BACKLOG(1) "handle = " FIXED(300) "; wrap_up = " FIXED(60) "; },"
        "             { name = \"b\"; " BACKLOG(1) "handle = " FIXED(300) "; wrap_up = " FIXED(60) "; },"
        "             { name = \"c\"; " BACKLOG(1) "handle = " FIXED(300) "; } );"
        "pools = ( { name = \"p\"; agents = 1; skills = ( { channel = \"a\"; } ); },"
        "          { name = \"q\"; agents = 1; skills = ( { channel = \"b\"; speed = 0.5; } ); },"
        "          { name = \"r\"; agents = 1; skills = ( { channel = \"c\"; speed = 2.0; } ); } );");
    assert_true(r->channel[0].handle_s == 720.0 && r->channel[0].resolution_s == 600.0);
    assert_true(r->channel[1].handle_s == 1440.0 && r->channel[1].resolution_s == 1200.0);
    assert_true(r->channel[2].handle_s == 300.0);
    sc_replication_free(r);
}

/* Two chats of 600 s at 1.5 times the time and half the speed end at 1800, their wrap-ups of 60 s 180 s later. */
static void chats_take_longer(void **state)
{
    (void)state;
    struct sc_replication *r = play(
        DAYS(1) "channels = ( { name = \"a\"; kind = \"chat\"; " BACKLOG(2) "handle = " FIXED(600) "; wrap_up = "
        FIXED(60) "; } );"
        "pools = ( { name = \"p\"; agents = 1; skills = ( { channel = \"a\"; at_once = 2; slowdown = [1.0, 1.5]; } ); "
        "} );");
    assert_true(r->channel[0].resolution_s == 2 * 1800.0);
    assert_true(r->channel[0].handle_s == 1980.0 && r->pool[0].busy_s == 1980.0);
    sc_replication_free(r);
}

#define NIGHT(skill) \
    "pools = ( { name = \"p\"; shifts = ( { days = \"mon\"; from = \"23:00\"; to = \"07:00\"; agents = 1; } );" \
    "skills = ( { channel = \"a\"; " skill " } ); } );"

/* Two hours of work, begun on Monday at 23:00. Alone its end is fixed then: four hours. */
static void what_is_begun_alone_keeps_its_end(void **state)
{
    (void)state;
    struct sc_replication *r = play(
        DAYS(2) "channels = ( { name = \"a\"; kind = \"deferred\"; " BACKLOG(2) "handle = " FIXED(7200) "; } );"
        NIGHT(""));
    assert_true(r->channel[0].handle_s == 4 * 3600.0 + 7200.0); /* the second, from 3:00 on, at full speed */
    assert_true(r->channel[0].first_response_s == (23.0 + 4.0 + 23.0 + 6.0) * 3600.0);
    sc_replication_free(r);
}

/* Shared work goes on at the new speed: half an hour of it is done by midnight, the rest takes an hour and a half. */
static void what_is_shared_changes_its_speed_at_midnight(void **state)
{
    (void)state;
    struct sc_replication *r = play(
        DAYS(2) "channels = ( { name = \"a\"; kind = \"deferred\"; " BACKLOG(1) "handle = " FIXED(7200) "; } );"
        NIGHT("interruptible = true;"));
    assert_true(r->channel[0].first_response_s == 25.5 * 3600.0);
    assert_true(r->channel[0].handle_s == 2.5 * 3600.0 && r->pool[0].busy_s == 2.5 * 3600.0);
    sc_replication_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone_both_parts_take_longer),
        cmocka_unit_test(chats_take_longer),
        cmocka_unit_test(what_is_begun_alone_keeps_its_end),
        cmocka_unit_test(what_is_shared_changes_its_speed_at_midnight),
    };
    return cmocka_run_group_tests_name("people at their speed", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interruptible work, against the formulas of queues with preemptive-resume priority. */
#include "staffcast/erlang.h"
#include "support/reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/*
 * One agent, live calls (1) before deferred work (2), which is put down and resumed: M/G/1 with preemptive-resume priority.
 * Calls see an M/M/1 of their own: W1 = rho1 m1 / (1 - rho1) = 64.286 s. A piece of deferred work (Takagi 1991, Queueing
 * Analysis 1, eq. 3.26) waits until all work that came before it and all calls that come meanwhile are done,
 * (l1 E[S1^2] + l2 E[S2^2]) / 2 / ((1 - rho1)(1 - rho1 - rho2)) = 173 / .266 = 650.376 s, and then takes m2 / (1 - rho1) =
 * 571.429 s, in which calls interrupt it: response 1221.80 s. The number waiting counts what has not been begun.
 */
static void calls_interrupt_deferred_work(void **state)
{
    const char *law = *state;
    char text[1024];
    snprintf(text, sizeof text,
        "start = \"2026-01-05\"; days = 20; warmup = \"2 d\"; seed = \"17\";"
        "channels = ( { name = \"calls\"; volume = { per_day = 172.8; }; handle = \"150 s\"; },"
        "             { name = \"email\"; kind = \"deferred\"; volume = { per_day = 69.12; }; handle = %s; } );"
        "pools = ( { name = \"agent\"; agents = 1; skills = ( { channel = \"calls\"; rank = 1; },"
        "            { channel = \"email\"; rank = 2; interruptible = true; } ); } );", law);
    struct trial_plan plan = {.text = text, .replications = 400};
    bool fixed = law[10] == 'f';
    double rho1 = 0.3, rho2 = 0.32, square = fixed ? 160000 : 320000;
    double wait = (0.002 * 45000 + 0.0008 * square) / 2 / ((1 - rho1) * (1 - rho1 - rho2)), takes = 400 / (1 - rho1);
    assert_true(fixed || fabs(wait + takes - 1221.80) < 0.005);
    struct trial *trial = trial_play(&plan);
    assert_agrees("wait of calls, s", trial_channel(trial, 0, "wait_mean_s"), 64.2857142857, 0.01);
    assert_agrees("wait of deferred work, s", trial_channel(trial, 1, "wait_mean_s"), wait, 0.02);
    assert_agrees("its response, s", trial_channel(trial, 1, "first_response_mean_s"), wait + takes, 0.02);
    assert_agrees("its resolution, s", trial_channel(trial, 1, "resolution_mean_s"), wait + takes, 0.02);
    assert_agrees("agent time of a piece, s", trial_channel(trial, 1, "handle_mean_s"), 400, 0.01);
    assert_agrees("waiting, not begun", trial_channel(trial, 1, "queue_mean"), 0.0008 * wait, 0.02);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), rho1 + rho2, 0.01);
    assert_agrees("occupancy with calls", trial_pool(trial, 0, "live_occupancy"), rho1, 0.01);
    trial_free(trial);
}

/*
 * n agents, all handle times exponential with one mean m: the number in the system does not feel who is served, so all
 * contacts together are M/M/n, and the calls, which nothing holds up, are M/M/n alone. What is left over is the deferred
 * work: its mean response is (L_all - L_calls) / its arrival rate (Little).
 */
static void several_agents(void **state)
{
    (void)state;
    struct trial_plan plan = {.replications = 300, .text =
        "start = \"2026-01-05\"; days = 10; warmup = \"1 d\"; seed = \"18\";"
        "channels = ( { name = \"calls\"; volume = { per_day = 864; }; handle = \"200 s\"; },"
        "             { name = \"email\"; kind = \"deferred\"; volume = { per_day = 302.4; }; handle = \"200 s\"; } );"
        "pools = ( { name = \"agents\"; agents = 3; skills = ( { channel = \"calls\"; rank = 1; },"
        "            { channel = \"email\"; rank = 2; interruptible = true; } ); } );"};
    double calls = 864 * 200 / 86400.0, all = (864 + 302.4) * 200 / 86400.0;
    double in_calls = calls + sc_erlang_c(3, calls) * calls / (3 - calls);
    double in_all = all + sc_erlang_c(3, all) * all / (3 - all);
    struct trial *trial = trial_play(&plan);
    assert_agrees("wait of calls, s", trial_channel(trial, 0, "wait_mean_s"), sc_erlang_c(3, calls) * 200 / (3 - calls), 0.01);
    assert_agrees("response of deferred work, s", trial_channel(trial, 1, "first_response_mean_s"),
                  (in_all - in_calls) / (302.4 / 86400), 0.02);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), all / 3, 0.01);
    assert_agrees("occupancy with calls", trial_pool(trial, 0, "live_occupancy"), calls / 3, 0.01);
    trial_free(trial);
}

static char lognormal[] = "{ dist = \"lognormal\"; mean = \"400 s\"; cv = 1.0; }";
static char fixed[] = "{ dist = \"fixed\"; mean = \"400 s\"; }";

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"one agent, lognormal", calls_interrupt_deferred_work, NULL, NULL, lognormal},
        {"one agent, fixed", calls_interrupt_deferred_work, NULL, NULL, fixed},
        cmocka_unit_test(several_agents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

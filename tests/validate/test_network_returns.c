/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What keeps contacts away and what brings them back, against open networks. Delays (bots, the time until a customer
 * comes again) are stations without a queue; with exponential times a network of such stations and one M/M/n queue has
 * a product form (Jackson 1963): the queue behaves, and is met, as if its arrivals were Poisson with the rate that the
 * flows balance to.
 */
#include "staffcast/erlang.h"
#include "support/reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Mean wait in M/M/n, n agents of mean handle time m, with `per_day` contacts. */
static double wait_of(int n, double per_day, double m)
{
    double load = per_day * m / 86400;
    return sc_erlang_c(n, load) * m / (n - load);
}

static void recontacts(void **state)
{
    (void)state;
    struct trial_plan plan = {.replications = 200,
                              .text = REFERENCE_DAYS
                              "channels = ( { name = \"calls\"; volume = { per_day = 700; }; handle = \"4 min\";"
                              "               recontact = { share = 0.22; after = \"30 min\"; }; } );"
                              "pools = ( { name = \"agents\"; agents = 4; skills = ( { channel = \"calls\"; } ); } );"};
    struct trial *trial = trial_play(&plan);
    double flow = 700 / (1 - 0.22);
    assert_agrees("arrivals for a new one", trial_share(trial, 0, "arrivals", "demand"), 1 / (1 - 0.22), 0.005);
    assert_agrees("recontacts of the answered", trial_share(trial, 0, "recontacts", "answered"), 0.22, 0.01);
    assert_agrees("mean wait, s", trial_channel(trial, 0, "wait_mean_s"), wait_of(4, flow, 240), 0.02);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), flow * 240 / 86400 / 4, 0.01);
    trial_free(trial);
}

/*
 * A bot resolves .3 and .08 give up in it; of the resolved .25 come back straight to the queue. Of 1000 new contacts
 * the queue sees 620 that escalate and 75 that return.
 */
static void falsely_resolved_contacts_return(void **state)
{
    (void)state;
    struct trial_plan plan = {
        .replications = 200,
        .text = REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 1000; }; handle = \"4 min\";"
        "               automation = { resolves = 0.3; gives_up = 0.08; takes = \"90 s\"; returns = 0.25;"
        "                              returns_after = \"40 min\"; cost = 0.1; cost_per_resolved = 0.9; }; } );"
        "pools = ( { name = \"agents\"; agents = 3; skills = ( { channel = \"calls\"; } );"
        "            cost = { per_hour = 24; per_contact = 0.5; per_minute = 0.2; }; } ); fixed_per_month = 3652.5;"};
    struct trial *trial = trial_play(&plan);
    double flow = 1000 * (0.62 + 0.3 * 0.25);
    assert_agrees("offered for a new one", trial_share(trial, 0, "offered", "demand"), 0.695, 0.005);
    assert_agrees("automation rate", trial_channel(trial, 0, "automation_rate"), 0.3 * 0.75, 0.005);
    assert_agrees("resolved for good by the bot", trial_channel(trial, 0, "bot_resolution_rate"), 0.3 * 0.75, 0.005);
    assert_agrees("contained", trial_channel(trial, 0, "containment_rate"), 0.38, 0.005);
    assert_agrees("mean wait, s", trial_channel(trial, 0, "wait_mean_s"), wait_of(3, flow, 240), 0.02);
    /* Ten days: 720 agent hours, fees for each contact and minute, the bot, and 10 / (365.25 / 12) months of fixed
     * cost. */
    double bot = 10000 * (0.1 + 0.3 * 0.9), agents = 720 * 24 + 10 * flow * (0.5 + 4 * 0.2);
    assert_agrees("cost", trial_total(trial, "cost"), agents + bot + 1200, 0.005);
    assert_agrees("cost of a case", trial_total(trial, "cost_per_case"), (agents + bot + 1200) / 10000, 0.005);
    assert_agrees("cost of a contact", trial_total(trial, "cost_per_contact"),
                  (agents + bot + 1200) / (10 * flow + 10000 * 0.3 * 0.75), 0.005);
    trial_free(trial);
}

/* A bot that takes no time and a deflection each thin a Poisson stream: what is left is M/M/n+M at the lower rate. */
static void automation_is_thinning(void **state)
{
    (void)state;
    struct trial_plan plan = {.replications = 150,
                              .own = WAIT_SUMS,
                              .contact = wait_sums_add,
                              .text = REFERENCE_DAYS
                              "channels = ( { name = \"calls\"; volume = { per_day = 2000; }; handle = \"3 min\"; "
                              "patience = \"2 min\"; deflect = 0.15;"
                              "               automation = { resolves = 0.35; gives_up = 0.05; };"
                              "               target = { answer = 0.8; within = \"20 s\"; }; } );"
                              "pools = ( { name = \"agents\"; agents = 3; skills = ( { channel = \"calls\"; } ); } );"};
    struct sc_erlang system = {.load_erl = 2000 * 0.85 * 0.6 * 180 / 86400,
                               .handle_s = 180,
                               .patience_s = 120,
                               .within_s = 20,
                               .agents = 3,
                               .lines = SC_ERLANG_UNLIMITED};
    struct sc_erlang_result result = reference_system(&system);
    struct trial *trial = trial_play(&plan);
    assert_agrees("deflected", trial_share(trial, 0, "deflected", "demand"), 0.15, 0.01);
    assert_agrees_with_system(trial, &result, 0.02);
    trial_free(trial);
}

/* --- a bot's hours --- */

enum { BOT_ALL, BOT_RESOLVED, BOT_BLOCKED, BOT_OFFERED, OWN_ALL, OWN_RESOLVED, OWN_BLOCKED, OWN_OFFERED, HOURS_SUMS };

/* By the time of arrival: until noon the bot works. What comes within an hour of a change is left out of the shares. */
static void by_hours(struct trial_sums *sums, const struct sc_contact_record *record)
{
    double hour = fmod(record->arrived_s, 86400) / 3600;
    double *own = sums->own + (hour < 12 ? BOT_ALL : OWN_ALL);
    if (!record->counted)
        return;
    own[BOT_ALL]++;
    own[BOT_RESOLVED] += record->outcome == SC_OUTCOME_AUTOMATED;
    if (fmod(hour, 12) < 1)
        return;
    own[BOT_BLOCKED] += record->outcome == SC_OUTCOME_BLOCKED;
    own[BOT_OFFERED] += record->outcome == SC_OUTCOME_BLOCKED || record->outcome == SC_OUTCOME_ANSWERED;
}

/*
 * In its hours the bot keeps .5 of the contacts from the queue, in the others none meets it: two Poisson streams of
 * rates l / 2 and l. Without a queue an hour is 60 handle times of 1 min, so an hour after the change each is M/M/2/2
 * (Erlang B) to e^-60.
 */
static void a_bot_has_hours(void **state)
{
    (void)state;
    struct trial_plan plan = {
        .replications = 100,
        .own = HOURS_SUMS,
        .contact = by_hours,
        .text = REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 2880; }; handle = \"1 min\"; queue_limit = 0;"
        "               automation = { resolves = 0.4; gives_up = 0.1; hours = { all = \"00:00-12:00\"; }; }; } );"
        "pools = ( { name = \"agents\"; agents = 2; skills = ( { channel = \"calls\"; } ); } );"};
    struct trial *trial = trial_play(&plan);
    assert_agrees("come in its hours", trial_own_mean(trial, BOT_ALL), 14400, 0.01);
    assert_agrees("resolved in its hours", trial_own(trial, BOT_RESOLVED, BOT_ALL), 0.4, 0.01);
    assert_true(trial_own_mean(trial, OWN_RESOLVED).value == 0);
    assert_agrees("blocked in its hours", trial_own(trial, BOT_BLOCKED, BOT_OFFERED), sc_erlang_b(2, 1), 0.01);
    assert_agrees("blocked in the others", trial_own(trial, OWN_BLOCKED, OWN_OFFERED), sc_erlang_b(2, 2), 0.01);
    trial_free(trial);
}

/* --- touches --- */

/*
 * A case needs a geometric number of handlings, mean 2.4, and the customer takes 2 h in between: the queue sees 2.4
 * times the cases. A case is resolved after 2.4 visits to the queue and 1.4 replies. The first response goes out after
 * the first.
 */
static void touches(void **state)
{
    (void)state;
    struct trial_plan plan = {
        .replications = 200,
        .text = REFERENCE_DAYS
        "channels = ( { name = \"email\"; kind = \"deferred\"; volume = { per_day = 360; }; handle = \"5 min\";"
        "               touches = { mean = 2.4; reply_after = \"2 h\"; }; } );"
        "pools = ( { name = \"agents\"; agents = 4; skills = ( { channel = \"email\"; } ); } );"};
    struct trial *trial = trial_play(&plan);
    double wait = wait_of(4, 360 * 2.4, 300);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), 360 * 2.4 * 300 / 86400 / 4, 0.01);
    assert_agrees("wait of the first, s", trial_channel(trial, 0, "wait_mean_s"), wait, 0.02);
    assert_agrees("first response, s", trial_channel(trial, 0, "first_response_mean_s"), wait + 300, 0.01);
    assert_agrees("agent time of a handling, s", trial_channel(trial, 0, "handle_mean_s"), 300, 0.01);
    trial_free(trial);
    /* What is not resolved by the end is not in the mean: with short replies that makes little difference. */
    struct trial_plan brief = plan;
    brief.overrides[0] = "channels.email.touches.reply_after = 1 min";
    brief.overrides[1] = "days = 60";
    brief.replications = 60;
    trial = trial_play(&brief);
    double known = 2.4 * (wait + 300) + 1.4 * 60;
    struct estimate resolution = trial_channel(trial, 0, "resolution_mean_s");
    assert_agrees("resolution, s", resolution, known, 0.01);
    trial_free(trial);
}

/* --- satisfaction --- */

/*
 * In M/M/n a wait is over t with probability C e^(-t (n/m - l)). The mean of a function that falls from .92 at 20 s in
 * a straight line to .70 at 300 s is its value at 0 plus the integral of its slope times that probability.
 */
static void satisfaction(void **state)
{
    (void)state;
    struct trial_plan plan = {.replications = 150,
                              .text = REFERENCE_DAYS
                              "channels = ( { name = \"calls\"; volume = { per_day = 1600; }; handle = \"3 min\";"
                              "               satisfaction = ( { wait = \"20 s\"; share = 0.92; }, { wait = \"5 min\"; "
                              "share = 0.70; } ); } );"
                              "pools = ( { name = \"agents\"; agents = 4; skills = ( { channel = \"calls\"; } ); } );"};
    struct trial *trial = trial_play(&plan);
    double rate = 1600 / 86400.0, theta = 4 / 180.0 - rate, c = sc_erlang_c(4, rate * 180), slope = (0.70 - 0.92) / 280;
    double known = 0.92 + slope * c * (exp(-theta * 20) - exp(-theta * 300)) / theta;
    assert_agrees("satisfied", trial_channel(trial, 0, "satisfied"), known, 0.005);
    trial_free(trial);
}

/* Of those who may give up (M/M/n+M) the lost are not satisfied; with one point the share is flat: .8 of the answered.
 */
static void the_lost_are_not_satisfied(void **state)
{
    (void)state;
    struct trial_plan plan = {
        .replications = 150,
        .text = REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 2000; }; handle = \"3 min\"; patience = \"2 min\";"
        "               satisfaction = ( { wait = \"20 s\"; share = 0.8; } ); cost_per_lost = 2.5; } );"
        "pools = ( { name = \"agents\"; agents = 4; skills = ( { channel = \"calls\"; } ); } );"};
    struct sc_erlang system = {.load_erl = 2000 * 180 / 86400.0,
                               .handle_s = 180,
                               .patience_s = 120,
                               .within_s = NAN,
                               .agents = 4,
                               .lines = SC_ERLANG_UNLIMITED};
    struct sc_erlang_result result = reference_system(&system);
    struct trial *trial = trial_play(&plan);
    assert_agrees("satisfied", trial_channel(trial, 0, "satisfied"), 0.8 * result.shares.answered, 0.005);
    assert_agrees("what the lost cost", trial_total(trial, "cost_of_lost"), 20000 * result.shares.abandoned * 2.5,
                  0.01);
    trial_free(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recontacts),
        cmocka_unit_test(falsely_resolved_contacts_return),
        cmocka_unit_test(automation_is_thinning),
        cmocka_unit_test(a_bot_has_hours),
        cmocka_unit_test(touches),
        cmocka_unit_test(satisfaction),
        cmocka_unit_test(the_lost_are_not_satisfied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

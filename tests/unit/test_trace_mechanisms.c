/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mechanisms and their meetings, traced by hand. Channels are numbered in the order of the file; "clock" channels bring
 * a contact at a known instant and "probe" receives one 60 s after something ends.
 */
#include "support/random_scenario.h"
#include "support/trace.h"
#include "support/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define ANSWERED SC_OUTCOME_ANSWERED
#define PLAY(text, silent, lines) trace_play(TRACE_DAY text, lines, TRACE_COUNT(lines), silent)

/* A channel that shows when others end: answered at once by a pool of its own. */
#define PROBE "{ name = \"probe\"; kind = \"deferred\"; handle = " FIXED(1) "; }"
#define PROBE_POOL "{ name = \"probe\"; agents = 9; skills = ( { channel = \"probe\"; } ); }"
#define TO_PROBE "recontact = { share = 1.0; to = \"probe\"; after = " FIXED(60) "; }; "

/* --- chat --- */

/* Two chats share an agent at 1.5: b (300 s) ends at 450, when a has 600 - 450 / 1.5 = 300 s left, alone: it
   ends at 750. */
static void chats_are_retimed(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {
        {0, ANSWERED, 0, 0, 0}, {1, ANSWERED, 0, 0, 0}, {2, ANSWERED, 1, 510, 510}, {2, ANSWERED, 1, 810, 810}};
    struct sc_replication *r = PLAY(
        "channels = ( { name = \"a\"; kind = \"chat\"; backlog = { count = 1; age = \"0 s\"; }; handle = "
        FIXED(600) "; " TO_PROBE "},"
        "             { name = \"b\"; kind = \"chat\"; backlog = { count = 1; age = \"0 s\"; }; handle = "
        FIXED(300) "; " TO_PROBE "},"
        PROBE " );"
        "pools = ( { name = \"p\"; agents = 1; skills = ( { channel = \"a\"; at_once = 2; slowdown = [1.0, 1.5]; },"
        "            { channel = \"b\"; at_once = 2; slowdown = [1.0, 1.5]; } ); }, " PROBE_POOL " );", 0, lines);
    assert_true(r->pool[0].busy_s == 750 && r->pool[0].holding_s == 1200);
    assert_true(r->work[0].busy_s == 525 && r->work[1].busy_s == 225); /* 450 s in halves, 300 s whole */
    assert_true(r->channel[0].handle_s == 525 && r->channel[0].resolution_s == 750);
    sc_replication_free(r);
}

#define TWO_CHATS \
    "channels = ( { name = \"a\"; kind = \"chat\"; backlog = { count = 3; age = \"0 s\"; }; handle = " \
    FIXED(600) "; } );" \
    "pools = ( { name = \"p\"; agents = 1; hours = { all = \"00:00-00:10\"; };" \
 \
    "            cost = { per_hour = 36; overtime = 1.5; per_contact = 2; per_minute = 0.6; };" \
 \
    "            skills = ( { channel = \"a\"; at_once = 2; slowdown = [1.0, 1.5]; } ); } );"

/* The shift ends at 600 with two chats in hand (each 600 s at 1.5: to 900). The agent takes no third, though a
   slot is free at 900, and goes: 300 s of overtime. */
static void chats_in_hand_at_the_end_of_a_shift(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {
        {0, ANSWERED, 0, 0, 0}, {0, ANSWERED, 0, 0, 0}, {0, SC_OUTCOME_OPEN, -1, 0, 86400}};
    struct sc_replication *r = PLAY(TWO_CHATS, 0, lines);
    assert_true(r->pool[0].scheduled_s == 600 && r->pool[0].overtime_s == 300 && r->pool[0].busy_s == 900);
    assert_true(r->pool[0].contacts == 2);
    sc_replication_free(r);
}

/* 600 s at 36 an hour are 6, 300 s of overtime at 1.5 times that 4.50; two contacts at 2 and 15 minutes at .60
   are 13; and 365.25 a month make 12 a day. Two contacts are answered of three cases. */
static void costs_by_hand(void **state)
{
    (void)state;
    struct trial_plan plan = {.replications = 2, .text = TRACE_DAY "fixed_per_month = 365.25; " TWO_CHATS};
    struct trial *trial = trial_play(&plan);
    assert_agrees("cost of the pool", trial_pool(trial, 0, "cost"), 6 + 4.5 + 4 + 9, 1);
    assert_agrees("cost", trial_total(trial, "cost"), 23.5 + 12, 1);
    assert_agrees("cost of a contact", trial_total(trial, "cost_per_contact"), 35.5 / 2, 1);
    assert_agrees("cost of a case", trial_total(trial, "cost_per_case"), 35.5 / 3, 1);
    trial_free(trial);
}

/* The agent holds one chat (900 s) and has a slot, but a call of better rank waits for it; the next chat waits
   behind the call. When the call gives up at 500 nothing stands before the chat any more. */
static void a_slot_is_free_again_when_the_call_gives_up(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {{1, ANSWERED, 0, 0, 0},
                                              {0, SC_OUTCOME_ABANDONED, -1, 200, 500},
                                              {1, ANSWERED, 0, 300, 500}};
    sc_replication_free(PLAY(
        "channels = ( { name = \"calls\"; handle = " FIXED(60) "; patience = " FIXED(300) "; },"
        "             { name = \"chat\"; kind = \"chat\"; backlog = { count = 1; age = \"0 s\"; }; "
        "handle = " FIXED(900) "; },"
        CLOCK("c1", "calls", 140) ", " CLOCK("c2", "chat", 240) " );"
        "pools = ( { name = \"p\"; agents = 1; skills = ( { channel = \"calls\"; rank = 1; }, "
        "{ channel = \"chat\"; rank = 2; at_once = 2; } ); },"
        CLOCK_POOL("c1") ", " CLOCK_POOL("c2") " );", 2, lines));
}

/* --- interruption --- */

/* A call at 400 takes the agent off its mail (1000 s) until 600; the mail has 600 s left and ends at 1200. */
static void a_call_interrupts(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {
        {1, ANSWERED, 0, 0, 0}, {0, ANSWERED, 0, 400, 400}, {2, ANSWERED, 1, 1260, 1260}};
    struct sc_replication *r = PLAY(
        "channels = ( { name = \"calls\"; handle = " FIXED(200) "; },"
        "             { name = \"mail\"; kind = \"deferred\"; backlog = { count = 1; age = \"0 s\"; }; "
        "handle = " FIXED(1000) "; " TO_PROBE "},"
        PROBE ", " CLOCK("c1", "calls", 340) " );"
        "pools = ( { name = \"p\"; agents = 1; skills = ( { channel = \"calls\"; },"
        "            { channel = \"mail\"; rank = 2; interruptible = true; } ); }, " PROBE_POOL ", "
        CLOCK_POOL("c1") " );", 1, lines);
    assert_true(r->channel[1].first_response_s == 1200 && r->channel[1].handle_s == 1000);
    assert_true(r->pool[0].busy_s == 1200 && r->pool[0].live_busy_s == 200);
    sc_replication_free(r);
}

/* Mail of 2 h is put down when the shift ends at 1:00; the remainder heads the queue. The next shift begins at
   2:00, ends it at 3:00 and only then begins the other piece. Waiting: 7200 s for the second piece, then 3600
   more; 3600 s for the remainder. */
static void mail_is_handed_over_at_the_end_of_a_shift(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {
        {0, ANSWERED, 0, 0, 0}, {0, ANSWERED, 1, 0, 10800},
        {1, ANSWERED, 2, 10860, 10860}, {1, ANSWERED, 2, 18060, 18060}};
    struct sc_replication *r = PLAY(
        "channels = ( { name = \"mail\"; kind = \"deferred\"; backlog = { count = 2; age = \"0 s\"; }; "
        "handle = " FIXED(7200) "; " TO_PROBE "},"
        PROBE " );"
        "pools = ( { name = \"early\"; agents = 1; hours = { all = \"00:00-01:00\"; }; "
        "skills = ( { channel = \"mail\"; interruptible = true; } ); },"
        "          { name = \"late\"; agents = 1; hours = { all = \"02:00-12:00\"; }; "
        "skills = ( { channel = \"mail\"; interruptible = true; } ); },"
        PROBE_POOL " );", 0, lines);
    assert_true(r->channel[0].queue_s == 10800 + 3600);
    assert_true(r->pool[0].busy_s == 3600 && r->pool[0].overtime_s == 0 && r->pool[1].busy_s == 3600 + 7200);
    sc_replication_free(r);
}

/* --- callbacks --- */

/* Nobody is on duty until 2:00: at 400 the estimate is 6800 s, the call takes a callback, stays when the
   channel closes at 1:00 (who only waits is dismissed) and is called at 2:00, later than the hour that was
   promised. */
static void a_callback_outlives_closing(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {{0, SC_OUTCOME_CALLED_BACK, -1, 400, 400}, {0, ANSWERED, 0, 400, 7200}};
    struct sc_replication *r = PLAY(
        "channels = ( { name = \"calls\"; hours = { all = \"00:00-01:00\"; }; at_close = \"dismiss\"; "
        "handle = " FIXED(60) ";"
        "               patience = " FIXED(30) "; callback = { offer_over = \"60 s\"; accept = 1.0; "
        "within = \"1 h\"; reached = 1.0; }; },"
        CLOCK("c1", "calls", 340) " );"
        "pools = ( { name = \"p\"; agents = 1; hours = { all = \"02:00-03:00\"; }; "
        "skills = ( { channel = \"calls\"; } ); }, " CLOCK_POOL("c1") " );",
        1, lines);
    const struct sc_tally *t = &r->channel[0];
    assert_true(t->offered == 1 && t->called_back == 1 && t->callbacks_kept == 0);
    assert_true(t->answered == 0 && t->dismissed == 0);
    sc_replication_free(r);
}

/* --- diversions --- */

/* From the queue at 520 into a chat that is closed then and dismisses, and into mail that keeps it until its
   pool comes at 2:00. */
static void diversion_into_a_closed_channel(void **state)
{
    (void)state;
    static const struct trace_line dismissed[] = {{0, SC_OUTCOME_DIVERTED_WAITING, -1, 400, 520},
                                                  {1, SC_OUTCOME_DISMISSED, -1, 520, 520}};
    static const struct trace_line kept[] = {
        {0, SC_OUTCOME_DIVERTED_WAITING, -1, 400, 520}, {1, ANSWERED, 1, 520, 7200}};
#define CALLS "channels = ( { name = \"calls\"; handle = " FIXED(60) "; divert = ( { to = \"other\"; " \
    "share = 1.0; after_wait = \"120 s\"; } ); },"
#define POOLS "pools = ( { name = \"p\"; agents = 1; hours = { all = \"20:00-21:00\"; }; " \
    "skills = ( { channel = \"calls\"; } ); }," \
              "          { name = \"q\"; agents = 1; hours = { all = \"02:00-03:00\"; }; " \
              "skills = ( { channel = \"other\"; } ); }, " CLOCK_POOL("c1") " );"
    sc_replication_free(PLAY(CALLS "{ name = \"other\"; kind = \"chat\"; hours = { all = \"02:00-03:00\"; "
    "}; handle = " FIXED(60) "; },"
                             CLOCK("c1", "calls", 340) " ); " POOLS, 1, dismissed));
    sc_replication_free(PLAY(CALLS "{ name = \"other\"; kind = \"deferred\"; "
    "hours = { all = \"02:00-03:00\"; }; handle = " FIXED(60) "; },"
                             CLOCK("c1", "calls", 340) " ); " POOLS, 1, kept));
}

/* A diverted contact that is answered and comes again passes the diversion again: as a new contact it is
   diverted once more. */
static void recontact_of_a_diverted_contact(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {
        {0, SC_OUTCOME_DIVERTED, -1, 400, 400}, {1, ANSWERED, 0, 400, 400}, /* handled until 500 */
        {0, SC_OUTCOME_DIVERTED, -1, 86100, 86100}, {1, ANSWERED, 0, 86100, 86100}};
    sc_replication_free(PLAY(
        "channels = ( { name = \"calls\"; handle = " FIXED(60) "; divert = ( { to = \"other\"; share = 1.0; } ); },"
        "             { name = \"other\"; handle = " FIXED(100) "; recontact = { share = 1.0; "
        "to = \"calls\"; after = " FIXED(85600) "; }; },"
        CLOCK("c1", "calls", 340) " );"
        "pools = ( { name = \"p\"; agents = 1; skills = ( { channel = \"calls\"; }, { channel = \"other\"; "
        "} ); }, " CLOCK_POOL("c1") " );",
        1, lines));
}

/* --- touches --- */

/* The reply (3000 s after 600) comes at 3600, the very instant at which the agent's shift ends: the roster goes
   first, so it waits for nobody and the other pool has it at once; from then on it is that pool's. */
static void a_reply_when_the_duty_ends(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {
        {0, ANSWERED, 0, 0, 0}, {0, ANSWERED, 1, 3600, 3600}, {0, ANSWERED, 1, 7200, 7200}};
    struct sc_replication *r = PLAY(
        "channels = ( { name = \"mail\"; kind = \"deferred\"; hours = { all = \"00:00-03:00\"; }; "
        "backlog = { count = 1; age = \"0 s\"; }; handle = " FIXED(600) ";"
        "               touches = { mean = 1000000; reply_after = " FIXED(3000) "; same_agent = true; }; } );"
        "pools = ( { name = \"early\"; agents = 1; hours = { all = \"00:00-01:00\"; }; "
        "skills = ( { channel = \"mail\"; } ); },"
        "          { name = \"long\"; agents = 1; skills = ( { channel = \"mail\"; rank = 2; } ); } );", 0, lines);
    assert_true(r->channel[0].touches == 2 && r->channel[0].answered == 1 && r->channel[0].first_response_s == 600);
    sc_replication_free(r);
}

/* The reply at 900 waits for its agent, who has a call until 1200, though another is idle. */
static void a_reply_waits_for_its_agent(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {{1, ANSWERED, 0, 0, 0},      {0, ANSWERED, 0, 700, 700},
                                              {1, ANSWERED, 0, 900, 1200}, {1, ANSWERED, 0, 2100, 2100}};
    struct sc_replication *r = PLAY(
        "channels = ( { name = \"calls\"; handle = " FIXED(500) "; },"
        "             { name = \"mail\"; kind = \"deferred\"; hours = { all = \"00:00-00:40\"; }; "
        "backlog = { count = 1; age = \"0 s\"; }; handle = " FIXED(600) ";"
        "               touches = { mean = 1000000; reply_after = " FIXED(300) "; same_agent = true; }; },"
        CLOCK("c1", "calls", 640) " );"
        "pools = ( { name = \"p\"; agents = 1; skills = ( { channel = \"calls\"; }, { channel = \"mail\"; } ); },"
        "          { name = \"q\"; agents = 1; skills = ( { channel = \"mail\"; rank = 2; } ); }, "
        CLOCK_POOL("c1") " );", 1, lines);
    assert_true(r->channel[1].queue_s == 300);
    sc_replication_free(r);
}

/* --- the order at one instant --- */

#define ONE_CALL(settings) "channels = ( { name = \"calls\"; handle = " FIXED(60) "; " settings "},"
#define BUSY "{ name = \"mail\"; kind = \"deferred\"; backlog = { count = 1; age = \"0 s\"; }; handle = "
#define ONE_POOL "{ name = \"p\"; agents = 1; skills = ( { channel = \"calls\"; }, { channel = \"mail\"; } ); }"

/* The agent is done at 500, the call's patience ends at 500: completions first. */
static void completion_before_patience(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {{1, ANSWERED, 0, 0, 0}, {0, ANSWERED, 0, 400, 500}};
    sc_replication_free(PLAY(ONE_CALL("patience = " FIXED(100) "; ") BUSY FIXED(500) "; }, " CLOCK("c1"
    , "calls", 340) " );"
                             "pools = ( " ONE_POOL ", " CLOCK_POOL("c1") " );", 1, lines));
}

/* The agent is done at 400, the call comes at 400: completions before arrivals, it does not wait. */
static void completion_before_arrival(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {{1, ANSWERED, 0, 0, 0}, {0, ANSWERED, 0, 400, 400}};
    sc_replication_free(PLAY(ONE_CALL("queue_limit = 0; ") BUSY FIXED(400) "; }, " CLOCK("c1", "calls", 340) " );"
                             "pools = ( " ONE_POOL ", " CLOCK_POOL("c1") " );", 1, lines));
}

/* The agent is done at 3600, when its shift ends: the roster first, so it leaves and the call waits on, until
   its patience ends. */
static void roster_before_completion(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {{1, ANSWERED, 0, 0, 0}, {0, SC_OUTCOME_ABANDONED, -1, 3500, 3700}};
    sc_replication_free(PLAY(ONE_CALL("patience = " FIXED(200) "; ") BUSY FIXED(3600) "; }, " CLOCK("c1"
    , "calls", 3440) " );"
                             "pools = ( { name = \"p\"; agents = 1; hours = { all = \"00:00-01:00\"; }; "
                             "skills = ( { channel = \"calls\"; }, { channel = \"mail\"; } ); }, "
                             CLOCK_POOL("c1") " );", 1, lines));
}

/* But where the channel closes at that instant and drains, the busy head stays until the call is answered. */
static void busy_heads_stay_to_drain(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {{1, ANSWERED, 0, 0, 0}, {0, ANSWERED, 0, 3500, 3600}};
    struct sc_replication *r = PLAY(
        ONE_CALL("hours = { all = \"00:00-01:00\"; }; ") BUSY FIXED(3600) "; }, " CLOCK("c1", "calls", 3440) " );"
        "pools = ( { name = \"p\"; agents = 1; hours = { all = \"00:00-01:00\"; }; "
        "skills = ( { channel = \"calls\"; }, { channel = \"mail\"; } ); }, "
        CLOCK_POOL("c1") " );", 1, lines);
    assert_true(r->pool[0].overtime_s == 60);
    sc_replication_free(r);
}

/* At 500 a pool opens to the call, a diversion is tried and its patience ends: in this order. */
static void overflow_before_diversion_before_patience(void **state)
{
    (void)state;
    static const struct trace_line first[] = {{1, ANSWERED, 0, 0, 0}, {0, ANSWERED, 1, 400, 500}};
    static const struct trace_line second[] = {
        {1, ANSWERED, 0, 0, 0}, {0, SC_OUTCOME_DIVERTED_WAITING, -1, 400, 500}, {1, ANSWERED, 0, 500, 9000}};
#define THREE ONE_CALL("patience = " FIXED(100) "; divert = ( { to = \"mail\"; share = 1.0; " \
    "after_wait = \"100 s\"; } ); ") BUSY FIXED(9000) "; }, " CLOCK("c1", "calls", 340) " );"
    sc_replication_free(PLAY(THREE "pools = ( " ONE_POOL ", { name = \"q\"; agents = 1; "
    "skills = ( { channel = \"calls\"; after = \"100 s\"; } ); }, "
                             CLOCK_POOL("c1") " );", 1, first));
    sc_replication_free(PLAY(THREE "pools = ( " ONE_POOL ", { name = \"q\"; agents = 1; "
    "skills = ( { channel = \"calls\"; after = \"101 s\"; } ); }, "
                             CLOCK_POOL("c1") " );", 1, second));
}

/* --- clocks --- */

/* A mail of midnight is answered at 9:10 (the pool comes at 9:00, 600 s): 70 minutes on the clock of a channel
   that opens at 8:00. */
static void the_opening_clock(void **state)
{
    (void)state;
    static const struct trace_line lines[] = {{0, ANSWERED, 0, 0, 32400}};
#define MAIL(within) "channels = ( { name = \"mail\"; kind = \"deferred\"; hours = { all = \"08:00-18:00\"; " \
    "}; backlog = { count = 1; age = \"0 s\"; };" \
    "handle = " FIXED(600) "; target = { answer = 0.9; within = \"" within "\"; clock = \"open\"; }; } );" \
    "pools = ( { name = \"p\"; agents = 1; hours = { all = \"09:00-17:00\"; }; " \
    "skills = ( { channel = \"mail\"; } ); } );"
    struct sc_replication *r = PLAY(MAIL("70 min"), 0, lines);
    assert_true(r->channel[0].answered_within == 1 && r->channel[0].first_response_s == 33000);
    sc_replication_free(r);
    r = PLAY(MAIL("4199 s"), 0, lines);
    assert_true(r->channel[0].answered_within == 0 && r->channel[0].judged_answered == 1);
    sc_replication_free(r);
}

/* --- follow-ups outside hours --- */

struct outside_case {
    const char *name;
    const char *calls, *mail; /* settings of the two channels */
    int channel;              /* where the follow-up comes in … */
    double from_s, to_s;      /* … and when */
};

struct last_record {
    const struct sc_model *model;
    struct sc_contact_record record[8];
    size_t count;
};

static void remember(void *context, const struct sc_contact_record *record)
{
    struct last_record *last = context;
    if (sc_model_type_channel(last->model, (size_t)record->type) < 2 && record->follow_up && last->count < 8)
        last->record[last->count++] = *record;
}

/* A call comes at 400 s into a channel that is open until 1:00; mail is open from 8:00 to 10:00, on both days.
   What would come in closed hours comes on the next open day, which may be today, in its hours; transfers come
   at once. */
static void follow_up_outside_hours(void **state)
{
    const struct outside_case *c = *state;
    char text[2048];
    snprintf(text, sizeof text,
        "start = \"2026-01-05\"; days = 2; warmup = \"0 d\"; seed = \"3\";"
        "channels = ( { name = \"calls\"; hours = { all = \"00:00-01:00\"; }; handle = " FIXED(60) "; %s },"
        "             { name = \"mail\"; kind = \"deferred\"; hours = { all = \"08:00-10:00\"; }; handle = "
        FIXED(1000) "; %s },"
        CLOCK("c1", "calls", 340) " );"
        "pools = ( { name = \"p\"; agents = 1; hours = { all = \"00:00-24:00\"; };"
        "            skills = ( { channel = \"calls\"; }, { channel = \"mail\"; } ); }, " CLOCK_POOL("c1"
        ) " );", c->calls, c->mail);
    struct player p = player_new(text, NULL, 0);
    struct last_record last = {.model = p.model};
    player_play(&p, 0, NULL, &(struct sc_observer){remember, &last});
    assert_true(last.count >= 2); /* the call of the clock is a recontact itself */
    const struct sc_contact_record *r = &last.record[1];
    assert_int_equal(sc_model_type_channel(p.model, (size_t)r->type), c->channel);
    if (!(r->arrived_s >= c->from_s && r->arrived_s <= c->to_s))
        fail_msg("it comes at %.3f s, not from %.0f to %.0f s", r->arrived_s, c->from_s, c->to_s);
    player_free(&p);
}

#define DAY 86400.0
static const struct outside_case outside[] = {
    {"retry after closing", "queue_limit = 0; retry = { share = 1.0; attempts = 1; after = " FIXED(7200) "; };",
     "backlog = { count = 1; age = \"0 s\"; };", 0, DAY, DAY + 3600},
    {"return after closing", "automation = { resolves = 1.0; gives_up = 0; returns = 1.0; returns_after = "
    FIXED(7200) "; };", "", 0, DAY,
     DAY + 3600},
    {"touch after closing", "touches = { mean = 1000000; reply_after = " FIXED(7200) "; };", ""
    , 0, DAY, DAY + 3600},
    {"recontact before opening", "recontact = { share = 1.0; to = \"mail\"; after = " FIXED(600) "; };", ""
    , 1, 28800, 36000},
    {"recontact in the hours", "recontact = { share = 1.0; to = \"mail\"; after = " FIXED(30000) "; };", ""
    , 1, 30460, 30460},
    {"recontact at the instant of closing", "recontact = { share = 1.0; to = \"mail\"; after = "
    FIXED(35540) "; };", "", 1, DAY + 28800,
     DAY + 36000},
    {"recontact at the instant of opening", "recontact = { share = 1.0; to = \"mail\"; after = "
    FIXED(28340) "; };", "", 1, 28800, 28800},
    {"transfer at once", "transfer = ( { to = \"mail\"; share = 1.0; } );", "", 1, 460, 460},
    {"diversion at once", "divert = ( { to = \"mail\"; share = 1.0; } );", "", 1, 400, 400},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chats_are_retimed),
        cmocka_unit_test(chats_in_hand_at_the_end_of_a_shift),
        cmocka_unit_test(costs_by_hand),
        cmocka_unit_test(a_slot_is_free_again_when_the_call_gives_up),
        cmocka_unit_test(a_call_interrupts),
        cmocka_unit_test(mail_is_handed_over_at_the_end_of_a_shift),
        cmocka_unit_test(a_callback_outlives_closing),
        cmocka_unit_test(diversion_into_a_closed_channel),
        cmocka_unit_test(recontact_of_a_diverted_contact),
        cmocka_unit_test(a_reply_when_the_duty_ends),
        cmocka_unit_test(a_reply_waits_for_its_agent),
        cmocka_unit_test(completion_before_patience),
        cmocka_unit_test(completion_before_arrival),
        cmocka_unit_test(roster_before_completion),
        cmocka_unit_test(busy_heads_stay_to_drain),
        cmocka_unit_test(overflow_before_diversion_before_patience),
        cmocka_unit_test(the_opening_clock),
        {outside[0].name, follow_up_outside_hours, NULL, NULL, (void *)(uintptr_t)&outside[0]},
        {outside[1].name, follow_up_outside_hours, NULL, NULL, (void *)(uintptr_t)&outside[1]},
        {outside[2].name, follow_up_outside_hours, NULL, NULL, (void *)(uintptr_t)&outside[2]},
        {outside[3].name, follow_up_outside_hours, NULL, NULL, (void *)(uintptr_t)&outside[3]},
        {outside[4].name, follow_up_outside_hours, NULL, NULL, (void *)(uintptr_t)&outside[4]},
        {outside[5].name, follow_up_outside_hours, NULL, NULL, (void *)(uintptr_t)&outside[5]},
        {outside[6].name, follow_up_outside_hours, NULL, NULL, (void *)(uintptr_t)&outside[6]},
        {outside[7].name, follow_up_outside_hours, NULL, NULL, (void *)(uintptr_t)&outside[7]},
        {outside[8].name, follow_up_outside_hours, NULL, NULL, (void *)(uintptr_t)&outside[8]},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

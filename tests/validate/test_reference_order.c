/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every contact of a day, one by one: with fixed handle times and patience what must happen follows by hand from the
 * arrivals alone, and many things happen at one instant. At one instant: roster and calendar, completions, pools that
 * open, diversions and patience, arrivals; then the order in the file, then the contact's number.
 */
#include "support/trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RECORDS_MOST = 6000 };

/* All records of a replication. */
struct journal {
    size_t count;
    struct sc_contact_record record[RECORDS_MOST];
};

enum { CHECKED, WRONG, TELLING, ORDER_SUMS };

static void journal_add(struct trial_sums *sums, const struct sc_contact_record *record)
{
    struct journal *journal = (struct journal *)sums->state;
    if (journal->count < RECORDS_MOST)
        journal->record[journal->count++] = *record;
    else
        sums->own[WRONG] += 1;
}

static int by_joining(const void *a, const void *b)
{
    const struct sc_contact_record *x = a, *y = b;
    return x->type != y->type ? x->type - y->type : (x->joined_s > y->joined_s) - (x->joined_s < y->joined_s);
}

/* The records of a type in the order of joining; types are neighbours. */
static struct sc_contact_record *journal_sort(struct trial_sums *sums, int type, size_t *count)
{
    struct journal *journal = (struct journal *)sums->state;
    qsort(journal->record, journal->count, sizeof *journal->record, by_joining);
    size_t first = 0, last;
    while (first < journal->count && journal->record[first].type < type)
        first++;
    for (last = first; last < journal->count && journal->record[last].type == type; last++)
        continue;
    *count = last - first;
    return journal->record + first;
}

static void check(struct trial_sums *sums, bool right, bool telling)
{
    sums->own[CHECKED] += 1;
    sums->own[WRONG] += !right;
    sums->own[TELLING] += telling;
}

/* Plays and asserts that all is right, with at least so many checks, and so many of them of the kind that tells the
   right order from another. */
static void audit(const char *text, size_t replications, double checks_least, double telling_least,
                  void (*finish)(struct trial_sums *sums, const struct sc_replication *replication,
                                 const struct sc_intervals *intervals))
{
    struct trial_plan plan = {.text = text, .replications = replications, .own = ORDER_SUMS,
                              .state_size = sizeof(struct journal), .contact = journal_add, .finish = finish};
    struct trial *trial = trial_play(&plan);
    double sum[ORDER_SUMS] = {0};
    for (size_t r = 0; r < replications; r++)
        for (int i = 0; i < ORDER_SUMS; i++)
            sum[i] += trial->sum[r * ORDER_SUMS + (size_t)i];
    trial_free(trial);
    print_message("  %.0f checked, %.0f of them telling, %.0f wrong\n", sum[CHECKED], sum[TELLING], sum[WRONG]);
    assert_true(sum[CHECKED] >= checks_least);
    assert_true(sum[TELLING] >= telling_least);
    assert_true(sum[WRONG] == 0);
}

/* --- completions, patience, arrivals --- */

#define TANDEM(b) "start = \"2026-01-05\"; days = 3; warmup = \"0 d\"; seed = \"7\"; " \
    "channels = ( { name = \"a\"; volume = { per_day = 600; }; handle = { dist = \"fixed\"; mean = \"2 min\"; };" \
    "               transfer = ( { to = \"b\"; share = 1.0; } ); }, { name = \"b\"; " b " } );" \
    "pools = ( { name = \"a\"; agents = 1; skills = ( { channel = \"a\"; } ); }," \
    "          { name = \"b\"; agents = 1; skills = ( { channel = \"b\"; } ); } );"

/* Calls leave a every 2 minutes while it is busy, and need 2 minutes in b: each comes as the one before it goes. */
static void tandem_check(struct trial_sums *sums, const struct sc_replication *replication,
                         const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    size_t count;
    struct sc_contact_record *r = journal_sort(sums, 1, &count);
    for (size_t i = 0; i < count; i++) {
        bool tie = i > 0 && r[i].joined_s == r[i - 1].left_s + 120;
        check(sums, r[i].outcome == SC_OUTCOME_ANSWERED && r[i].left_s == r[i].joined_s, tie);
    }
}

static void completion_before_arrival(void **state)
{
    (void)state;
    audit(TANDEM("queue_limit = 0; handle = { dist = \"fixed\"; mean = \"2 min\"; };"), 5, 8000, 5000, tandem_check);
}

/*
 * With 4 minutes in b and a patience of 2, a call's patience often ends as the agent gets free: it is answered. And a
 * call often comes as the patience of the one before it ends: that one has gone first.
 */
static void patience_check(struct trial_sums *sums, const struct sc_replication *replication,
                           const struct sc_intervals *intervals)
{
    (void)intervals;
    size_t count;
    struct sc_contact_record *r = journal_sort(sums, 1, &count);
    double idle_from = 0;
    for (size_t i = 0; i < count; i++) {
        double begin = fmax(r[i].joined_s, idle_from), limit = r[i].joined_s + 120;
        if (r[i].outcome == SC_OUTCOME_OPEN)
            continue;
        bool answered = begin <= limit;
        check(sums, (r[i].outcome == SC_OUTCOME_ANSWERED) == answered &&
                    r[i].left_s == (answered ? begin : limit), begin == limit);
        if (answered)
            idle_from = begin + 240;
    }
    /* Waited exactly T: in time. */
    const struct sc_tally *b = &replication->channel[1];
    sums->own[WRONG] += b->answered_within != b->answered;
}

static void completion_before_patience(void **state)
{
    (void)state;
    audit(TANDEM("handle = { dist = \"fixed\"; mean = \"4 min\"; }; patience = { dist = \"fixed\"; mean = \"2 min\"; };"
                 "target = { answer = 0.8; within = \"2 min\"; };"), 5, 8000, 500, patience_check);
}

/* --- what ends a wait at the same time --- */

#define AFTER_A_MINUTE(calls, second) "start = \"2026-01-05\"; days = 3; warmup = \"0 d\"; seed = \"8\"; " \
    "channels = ( { name = \"calls\"; volume = { per_day = 1200; }; handle = \"2 min\"; " calls " }," \
    "             { name = \"messages\"; volume = { per_day = 10; }; handle = \"1 min\"; } );" \
    "pools = ( { name = \"first\"; agents = 2; skills = ( { channel = \"calls\"; } ); }," \
    "          { name = \"second\"; agents = 30; skills = ( { channel = \"messages\"; }" second " ); } );"

/* Nobody gives up; who has waited a minute has gone the way that comes first. */
static void minute_check(struct trial_sums *sums, enum sc_outcome outcome, int pool)
{
    size_t count;
    struct sc_contact_record *r = journal_sort(sums, 0, &count);
    for (size_t i = 0; i < count; i++) {
        if (r[i].outcome == SC_OUTCOME_OPEN)
            continue;
        bool minute = r[i].left_s - r[i].joined_s == 60;
        check(sums, minute ? r[i].outcome == outcome && r[i].pool == pool
                           : r[i].outcome == SC_OUTCOME_ANSWERED && r[i].pool == 0 && r[i].left_s - r[i].joined_s < 60,
              minute);
    }
}

static void opens_check(struct trial_sums *sums, const struct sc_replication *replication,
                        const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    minute_check(sums, SC_OUTCOME_ANSWERED, 1);
}

static void diverts_check(struct trial_sums *sums, const struct sc_replication *replication,
                          const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    minute_check(sums, SC_OUTCOME_DIVERTED_WAITING, -1);
}

#define FIXED_MINUTE "patience = { dist = \"fixed\"; mean = \"1 min\"; };"
#define DIVERT_MINUTE "divert = ( { to = \"messages\"; share = 1.0; after_wait = \"1 min\"; } );"
#define OPEN_MINUTE ", { channel = \"calls\"; rank = 2; after = \"1 min\"; }"

static void after_before_patience(void **state)
{
    (void)state;
    audit(AFTER_A_MINUTE(FIXED_MINUTE, OPEN_MINUTE), 5, 15000, 1000, opens_check);
}

static void diversion_before_patience(void **state)
{
    (void)state;
    audit(AFTER_A_MINUTE(FIXED_MINUTE DIVERT_MINUTE, ""), 5, 15000, 1000, diverts_check);
}

static void after_before_diversion(void **state)
{
    (void)state;
    audit(AFTER_A_MINUTE(FIXED_MINUTE DIVERT_MINUTE, OPEN_MINUTE), 5, 15000, 1000, opens_check);
}

/* --- the roster comes first --- */

#define CLOCK(h8, h9, h10, h11) "[0, 0, 0, 0, 0, 0, 0, 0, " #h8 ", " #h9 ", " #h10 ", " #h11 \
    ", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"

/* An hour each: at 9 five begin; at 10 two of them go on, three leave; at 11 two more come and two go on. */
static void levels_check(struct trial_sums *sums, const struct sc_replication *replication,
                         const struct sc_intervals *intervals)
{
    (void)intervals;
    size_t count;
    static const int begin[] = {5, 2, 4, 0};
    struct sc_contact_record *r = journal_sort(sums, 0, &count);
    size_t next = 0;
    for (int hour = 9; hour <= 12; hour++)
        for (int i = 0; i < begin[hour - 9]; i++, next++)
            check(sums, next < count && r[next].left_s == hour * 3600 && r[next].outcome == SC_OUTCOME_ANSWERED,
                  hour > 9);
    for (; next < count; next++)
        check(sums, r[next].outcome == SC_OUTCOME_DISMISSED && r[next].left_s == 12 * 3600, false);
    sums->own[WRONG] += replication->pool[0].overtime_s != 0;
}

static void roster_before_completions(void **state)
{
    (void)state;
    audit("start = \"2026-01-05\"; days = 1; warmup = \"0 d\"; seed = \"9\"; "
          "channels = ( { name = \"a\"; hours = { all = \"08:00-12:00\"; }; at_close = \"dismiss\";"
          "               volume = { per_day = 200; }; handle = { dist = \"fixed\"; mean = \"1 h\"; }; } );"
          "pools = ( { name = \"a\"; staffing = " CLOCK(0, 5, 2, 4) "; skills = ( { channel = \"a\"; } ); } );",
          20, 2000, 100, levels_check);
}

#define ONE_FROM_9 CLOCK(0, 1, 1, 1)

/*
 * One call of p and one of q wait at 9 and end at 10 at the same time, then those of r that were taken. p stands before
 * q in the file, so its agent (of the second pool) chooses first: it gets the longer wait. From then on that agent
 * always ends the contact with the smaller number.
 */
static void choice_check(struct trial_sums *sums, const struct sc_replication *replication,
                         const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    size_t count;
    struct sc_contact_record *r = journal_sort(sums, 2, &count);
    for (size_t i = 0; i < count && r[i].outcome == SC_OUTCOME_ANSWERED; i++)
        check(sums, r[i].pool == (i % 2 == 0 ? 1 : 0) && r[i].left_s == (double)(10 + i / 2) * 3600, true);
}

static void completions_in_the_order_of_the_file(void **state)
{
    (void)state;
    audit("start = \"2026-01-05\"; days = 1; warmup = \"0 d\"; seed = \"10\"; "
          "channels = ( { name = \"p\"; hours = { all = \"08:00-09:00\"; }; volume = { per_day = 40; };"
          "               queue_limit = 1; handle = { dist = \"fixed\"; mean = \"1 h\"; }; },"
          "             { name = \"q\"; hours = { all = \"08:00-09:00\"; }; volume = { per_day = 40; };"
          "               queue_limit = 1; handle = { dist = \"fixed\"; mean = \"1 h\"; }; },"
          "             { name = \"r\"; hours = { all = \"08:00-12:00\"; }; at_close = \"dismiss\";"
          "               volume = { per_day = 200; }; handle = { dist = \"fixed\"; mean = \"1 h\"; }; } );"
          "pools = ( { name = \"y\"; staffing = " ONE_FROM_9 ";"
          "            skills = ( { channel = \"q\"; rank = 1; }, { channel = \"r\"; rank = 2; } ); },"
          "          { name = \"x\"; staffing = " ONE_FROM_9 ";"
          "            skills = ( { channel = \"p\"; rank = 1; }, { channel = \"r\"; rank = 2; } ); } );",
          50, 200, 200, choice_check);
}

/* --- closing --- */

#define CLOSING(at_close) "start = \"2026-01-05\"; days = 4; warmup = \"0 d\"; seed = \"11\"; " \
    "channels = ( { name = \"a\"; hours = { all = \"08:00-16:00\"; }; at_close = \"" at_close "\";" \
    "               volume = { per_day = 30; }; handle = { dist = \"fixed\"; mean = \"17 min\"; }; } );" \
    "pools = ( { name = \"a\"; agents = 1; skills = ( { channel = \"a\"; } ); } );"

/* One agent: who comes is begun when the one before it ends, or at once; and after closing? */
static void closing_check(struct trial_sums *sums, enum sc_at_close at_close)
{
    size_t count;
    struct sc_contact_record *r = journal_sort(sums, 0, &count);
    double idle_from = 0;
    for (size_t i = 0; i < count; i++) {
        double begin = fmax(r[i].joined_s, idle_from), closing = floor(r[i].joined_s / 86400) * 86400 + 16 * 3600;
        bool late = begin >= closing;
        if (late && at_close == SC_DISMISS) {
            check(sums, r[i].outcome == SC_OUTCOME_DISMISSED && r[i].left_s == closing, false);
            continue;
        }
        if (at_close == SC_KEEP && fmod(begin, 86400) >= 16 * 3600)
            begin = (floor(begin / 86400) + 1) * 86400 + 8 * 3600;
        if (begin >= 4 * 86400)
            check(sums, r[i].outcome == SC_OUTCOME_OPEN, false);
        else
            check(sums, r[i].outcome == SC_OUTCOME_ANSWERED && r[i].left_s == begin, late);
        idle_from = begin + 17 * 60;
    }
}

static void drain_check(struct trial_sums *sums, const struct sc_replication *replication,
                        const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    closing_check(sums, SC_DRAIN);
}

static void dismiss_check(struct trial_sums *sums, const struct sc_replication *replication,
                          const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    closing_check(sums, SC_DISMISS);
}

static void keep_check(struct trial_sums *sums, const struct sc_replication *replication,
                       const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    closing_check(sums, SC_KEEP);
}

static void closing_drains(void **state)
{
    (void)state;
    audit(CLOSING("drain"), 20, 2000, 200, drain_check);
}

static void closing_dismisses(void **state)
{
    (void)state;
    audit(CLOSING("dismiss"), 20, 2000, 0, dismiss_check);
}

static void closing_keeps(void **state)
{
    (void)state;
    audit(CLOSING("keep"), 20, 2000, 200, keep_check);
}

/* --- who is taken --- */

enum { AUDIT_TYPES = 4, AUDIT_POOLS = 2 };

/* Channels a, b (with a class vip: type 2) and c; ranks as in the scenario below, 0: no skill. */
static const int audit_heads[AUDIT_POOLS] = {3, 4};
static const int audit_rank[AUDIT_POOLS][AUDIT_TYPES] = {{1, 2, 2, 0}, {3, 1, 2, 1}};
static const double audit_priority[AUDIT_TYPES] = {1, 0, 5, 2};
static const double audit_ageing[AUDIT_TYPES] = {0.02, 0.01, 0.03, 0.015};
static const double audit_within_s[AUDIT_TYPES] = {20, 60, 10, 120};

static bool prefers(enum sc_contact_rule rule, int pool, double now_s, const struct sc_contact_record *x,
                    const struct sc_contact_record *y)
{
    double wait_x = now_s - x->joined_s, wait_y = now_s - y->joined_s;
    int a = x->type, b = y->type;
    switch (rule) {
    case SC_CONTACT_RANK:
        if (audit_rank[pool][a] != audit_rank[pool][b])
            return audit_rank[pool][a] < audit_rank[pool][b];
        if (audit_priority[a] != audit_priority[b])
            return audit_priority[a] > audit_priority[b];
        return wait_x > wait_y;
    case SC_CONTACT_SCORE:
        return audit_priority[a] + audit_ageing[a] * wait_x > audit_priority[b] + audit_ageing[b] * wait_y;
    case SC_CONTACT_TARGET:
        return audit_within_s[a] - wait_x < audit_within_s[b] - wait_y;
    default:
        return wait_x > wait_y;
    }
}

/* Whoever was taken after a wait was the one the rule prefers among those waiting; nobody joined a queue while an agent
   with the skill was free; and who was answered at once got the pool that ranks it lowest of those with one free. */
static void rule_check(struct trial_sums *sums, enum sc_contact_rule rule)
{
    struct journal *journal = (struct journal *)sums->state;
    const struct sc_contact_record *r = journal->record;
    for (size_t i = 0; i < journal->count; i++) {
        int busy[AUDIT_POOLS] = {0}, lowest = 0;
        bool waited = r[i].left_s > r[i].joined_s, right = true;
        for (size_t j = 0; j < journal->count; j++) {
            if (r[j].pool >= 0 && r[j].left_s < r[i].joined_s && r[i].joined_s < r[j].left_s + r[j].handle_s)
                busy[r[j].pool]++;
            if (waited && r[i].pool >= 0 && audit_rank[r[i].pool][r[j].type] > 0 && r[j].joined_s < r[i].left_s &&
                r[j].left_s > r[i].left_s)
                right = right && !prefers(rule, r[i].pool, r[i].left_s, &r[j], &r[i]);
        }
        for (int p = 0; p < AUDIT_POOLS; p++) {
            int rank = audit_rank[p][r[i].type];
            if (rank > 0 && busy[p] < audit_heads[p] && (lowest == 0 || rank < lowest))
                lowest = rank;
        }
        right = right && (waited ? lowest == 0 : r[i].pool >= 0 && audit_rank[r[i].pool][r[i].type] == lowest);
        check(sums, right, waited);
    }
}

static void rank_check(struct trial_sums *sums, const struct sc_replication *replication,
                       const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    rule_check(sums, SC_CONTACT_RANK);
}

static void longest_wait_check(struct trial_sums *sums, const struct sc_replication *replication,
                               const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    rule_check(sums, SC_CONTACT_LONGEST_WAIT);
}

static void score_check(struct trial_sums *sums, const struct sc_replication *replication,
                        const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    rule_check(sums, SC_CONTACT_SCORE);
}

static void target_check(struct trial_sums *sums, const struct sc_replication *replication,
                         const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    rule_check(sums, SC_CONTACT_TARGET);
}

#define RULE(ageing_a, ageing_b, ageing_vip, ageing_c, rule) \
    "start = \"2026-01-05\"; days = 1; warmup = \"0 d\"; seed = \"12\"; " \
    "channels = ( { name = \"a\"; priority = 1; volume = { per_day = 800; }; handle = \"4 min\";" \
    "               patience = \"6 min\"; target = { answer = 0.8; within = \"20 s\"; }; " ageing_a " }," \
    "             { name = \"b\"; volume = { per_day = 800; }; handle = \"3 min\"; patience = \"10 min\";" \
    "               target = { answer = 0.8; within = \"60 s\"; }; " ageing_b \
    "               classes = ( { name = \"vip\"; share = 0.3; priority = 5; " ageing_vip \
    "                             target = { answer = 0.8; within = \"10 s\"; }; } ); }," \
    "             { name = \"c\"; priority = 2; volume = { per_day = 500; }; handle = \"2 min\";" \
    "               patience = \"4 min\"; target = { answer = 0.8; within = \"120 s\"; }; " ageing_c " } );" \
    "pools = ( { name = \"1\"; agents = 3;" \
    "            skills = ( { channel = \"a\"; rank = 1; }, { channel = \"b\"; rank = 2; } ); }," \
    "          { name = \"2\"; agents = 4;" \
    "            skills = ( { channel = \"a\"; rank = 3; }, { channel = \"b\"; rank = 1; }," \
    "                       { channel = \"b\"; class = \"vip\"; rank = 2; }, { channel = \"c\"; rank = 1; } ); } );" \
    "routing = { contact = \"" rule "\"; };"

static void contact_by_rank(void **state)
{
    (void)state;
    audit(RULE("", "", "", "", "rank"), 10, 15000, 3000, rank_check);
}

static void contact_by_longest_wait(void **state)
{
    (void)state;
    audit(RULE("", "", "", "", "longest-wait"), 10, 15000, 3000, longest_wait_check);
}

static void contact_by_score(void **state)
{
    (void)state;
    audit(RULE("ageing = 0.02;", "ageing = 0.01;", "ageing = 0.03;", "ageing = 0.015;", "score"), 10, 15000, 3000,
          score_check);
}

static void contact_by_target(void **state)
{
    (void)state;
    audit(RULE("", "", "", "", "target"), 10, 15000, 3000, target_check);
}

/* --- which agent --- */

enum { IDLE_POOLS = 4 };

/* Four agents in pools of their own: a call that is answered at once gets the one that has been idle longest. */
static void longest_idle_check(struct trial_sums *sums, const struct sc_replication *replication,
                               const struct sc_intervals *intervals)
{
    (void)replication;
    (void)intervals;
    struct journal *journal = (struct journal *)sums->state;
    const struct sc_contact_record *r = journal->record;
    double idle_since[IDLE_POOLS] = {0};
    for (size_t i = 0; i < journal->count; i++) {
        if (r[i].outcome != SC_OUTCOME_ANSWERED)
            continue;
        double now = r[i].left_s;
        bool right = idle_since[r[i].pool] <= now;
        for (int p = 0; p < IDLE_POOLS; p++)
            right = right && !(idle_since[p] <= now && idle_since[p] < idle_since[r[i].pool]);
        check(sums, r[i].joined_s < now || right, false);
        idle_since[r[i].pool] = now + r[i].handle_s + r[i].wrap_up_s;
    }
}

static void agent_longest_idle(void **state)
{
    (void)state;
    audit("start = \"2026-01-05\"; days = 3; warmup = \"0 d\"; seed = \"13\"; "
          "channels = ( { name = \"a\"; volume = { per_day = 1000; }; handle = \"3 min\"; wrap_up = \"30 s\"; } );"
          "pools = ( { name = \"1\"; agents = 1; skills = ( { channel = \"a\"; } ); },"
          "          { name = \"2\"; agents = 1; skills = ( { channel = \"a\"; } ); },"
          "          { name = \"3\"; agents = 1; skills = ( { channel = \"a\"; } ); },"
          "          { name = \"4\"; agents = 1; skills = ( { channel = \"a\"; } ); } );", 5, 10000, 0,
          longest_idle_check);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(completion_before_arrival),
        cmocka_unit_test(completion_before_patience),
        cmocka_unit_test(after_before_patience),
        cmocka_unit_test(diversion_before_patience),
        cmocka_unit_test(after_before_diversion),
        cmocka_unit_test(roster_before_completions),
        cmocka_unit_test(completions_in_the_order_of_the_file),
        cmocka_unit_test(closing_drains),
        cmocka_unit_test(closing_dismisses),
        cmocka_unit_test(closing_keeps),
        cmocka_unit_test(contact_by_rank),
        cmocka_unit_test(contact_by_longest_wait),
        cmocka_unit_test(contact_by_score),
        cmocka_unit_test(contact_by_target),
        cmocka_unit_test(agent_longest_idle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interruptible work, against the formulas of queues with preemptive-resume priority. */
#include "support/markov.h"
#include "support/reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/*
 * One agent, live calls (1) before deferred work (2), which is put down and resumed: M/G/1 with preemptive-resume
 * priority. Calls see an M/M/1 of their own: W1 = rho1 m1 / (1 - rho1) = 64.286 s. A piece of deferred work (Takagi
 * 1991, Queueing Analysis 1, eq. 3.26) waits until all work that came before it and all calls that come meanwhile are
 * done, (l1 E[S1^2] + l2 E[S2^2]) / 2 / ((1 - rho1)(1 - rho1 - rho2)) = 173 / .266 = 650.376 s, and then takes m2 / (1
 * - rho1) = 571.429 s, in which calls interrupt it: response 1221.80 s. The number waiting counts what has not been
 * begun.
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
             "            { channel = \"email\"; rank = 2; interruptible = true; } ); } );",
             law);
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
 * Two agents: who was taken off a piece of work resumes it himself, so it may wait for him while the other is idle, and
 * no formula knows that; a Markov chain does. An agent is idle, on a call, on a call with a piece put down, or on a
 * piece of work. Calls wait only where both are on calls, work only where nobody is idle. Calls come first by rank,
 * then what was put down.
 */
enum { IDLE, CALL, CALL_AND_PIECE, PIECE, DOINGS };
enum { CALLS_MOST = 12, WORK_MOST = 30, CALLS_ROW = (CALLS_MOST + 1) * (WORK_MOST + 1) };

struct two_agents {
    int doing[2], calls, work; /* the latter two wait */
};

static size_t two_number(struct two_agents s)
{
    if (s.doing[0] > s.doing[1])
        s = (struct two_agents){{s.doing[1], s.doing[0]}, s.calls, s.work};
    /* Pairs in which calls can wait: both on calls. The others have no such dimension. */
    static const int with_calls[2][2] = {{0, 1}, {-1, 2}};
    static const int without[DOINGS][DOINGS] = {{0, 1, 2, 3}, {-1, -1, -1, 4}, {-1, -1, -1, 5}, {-1, -1, -1, 6}};
    bool both = s.doing[0] != IDLE && s.doing[0] != PIECE && s.doing[1] != PIECE;
    if (both)
        return (size_t)(with_calls[s.doing[0] - CALL][s.doing[1] - CALL] * CALLS_ROW + s.calls * (WORK_MOST + 1) +
                        s.work);
    return (size_t)(3 * CALLS_ROW + without[s.doing[0]][s.doing[1]] * (WORK_MOST + 1) + s.work);
}

static struct two_agents two_done(struct two_agents s, int agent)
{
    bool piece = s.doing[agent] == CALL_AND_PIECE;
    if (s.calls > 0) {
        s.calls--;
        s.doing[agent] = piece ? CALL_AND_PIECE : CALL;
    } else if (piece || s.work > 0) {
        s.work -= !piece;
        s.doing[agent] = PIECE;
    } else {
        s.doing[agent] = IDLE;
    }
    return s;
}

static struct two_agents two_call(struct two_agents s)
{
    for (int agent = 0; agent < 2; agent++)
        if (s.doing[agent] == IDLE) {
            s.doing[agent] = CALL;
            return s;
        }
    for (int agent = 0; agent < 2; agent++)
        if (s.doing[agent] == PIECE) { /* if both are: they are alike */
            s.doing[agent] = CALL_AND_PIECE;
            return s;
        }
    s.calls += s.calls < CALLS_MOST;
    return s;
}

static struct two_agents two_work(struct two_agents s)
{
    for (int agent = 0; agent < 2; agent++)
        if (s.doing[agent] == IDLE) {
            s.doing[agent] = PIECE;
            return s;
        }
    s.work += s.work < WORK_MOST;
    return s;
}

/* Calls for `f` all states; each once. */
static void two_each(void (*f)(struct two_agents s, void *context), void *context)
{
    struct two_agents s;
    for (s.doing[0] = IDLE; s.doing[0] < DOINGS; s.doing[0]++)
        for (s.doing[1] = s.doing[0]; s.doing[1] < DOINGS; s.doing[1]++) {
            bool both = s.doing[0] != IDLE && s.doing[0] != PIECE && s.doing[1] != PIECE;
            for (s.calls = 0; s.calls <= (both ? CALLS_MOST : 0); s.calls++)
                for (s.work = 0; s.work <= (s.doing[0] == IDLE ? 0 : WORK_MOST); s.work++)
                    f(s, context);
        }
}

static void two_ways_out(struct two_agents s, void *context)
{
    struct markov *chain = context;
    markov_add(chain, two_number(s), two_number(two_call(s)), 0.004);
    markov_add(chain, two_number(s), two_number(two_work(s)), 0.002);
    for (int agent = 0; agent < 2; agent++)
        if (s.doing[agent] != IDLE)
            markov_add(chain, two_number(s), two_number(two_done(s, agent)),
                       s.doing[agent] == PIECE ? 1 / 300.0 : 1 / 150.0);
}

struct two_figures {
    const double *p;
    double calls, work, pieces, put_down, busy, edge;
};

static void two_add(struct two_agents s, void *context)
{
    struct two_figures *f = context;
    double here = f->p[two_number(s)];
    f->calls += here * s.calls;
    f->work += here * s.work;
    f->edge += s.calls == CALLS_MOST || s.work == WORK_MOST ? here : 0;
    for (int agent = 0; agent < 2; agent++) {
        f->pieces += here * (s.doing[agent] == PIECE);
        f->put_down += here * (s.doing[agent] == CALL_AND_PIECE);
        f->busy += here * (s.doing[agent] != IDLE);
    }
}

static void two_agents_resume_their_own(void **state)
{
    (void)state;
    struct trial_plan plan = {
        .replications = 300,
        .text = "start = \"2026-01-05\"; days = 20; warmup = \"1 d\"; seed = \"18\";"
                "channels = ( { name = \"calls\"; volume = { per_day = 345.6; }; handle = \"150 s\"; },"
                "             { name = \"mail\"; kind = \"deferred\"; volume = { per_day = 172.8; }; handle = \"300 "
                "s\"; } );"
                "pools = ( { name = \"agents\"; agents = 2; skills = ( { channel = \"calls\"; rank = 1; },"
                "            { channel = \"mail\"; rank = 2; interruptible = true; } ); } );"};
    struct markov *chain = markov_new(3 * CALLS_ROW + 7 * (WORK_MOST + 1));
    /* State 0 of the chain must be one that is reached: two calls, nothing else. */
    two_each(two_ways_out, chain);
    double *p = markov_solve(chain);
    struct two_figures f = {.p = p};
    two_each(two_add, &f);
    free(p);
    assert_true(f.edge < 1e-6 && fabs(f.busy - 1.2) < 1e-4);
    struct trial *trial = trial_play(&plan);
    assert_agrees("wait of calls, s", trial_channel(trial, 0, "wait_mean_s"), f.calls / 0.004, 0.01);
    assert_agrees("wait of mail, s", trial_channel(trial, 1, "wait_mean_s"), f.work / 0.002, 0.02);
    assert_agrees("its response, s", trial_channel(trial, 1, "first_response_mean_s"),
                  (f.work + f.pieces + f.put_down) / 0.002, 0.01);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), 0.6, 0.01);
    assert_agrees("occupancy with calls", trial_pool(trial, 0, "live_occupancy"), 0.3, 0.01);
    trial_free(trial);
}

static char lognormal[] = "{ dist = \"lognormal\"; mean = \"400 s\"; cv = 1.0; }";
static char fixed[] = "{ dist = \"fixed\"; mean = \"400 s\"; }";

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"one agent, lognormal", calls_interrupt_deferred_work, NULL, NULL, lognormal},
        {"one agent, fixed", calls_interrupt_deferred_work, NULL, NULL, fixed},
        cmocka_unit_test(two_agents_resume_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One queue in the long run, against its formulas: M/M/n, M/M/n+M, M/M/n+G, M/M/n/K+M, balking, trunks, M/G/1, and
 * priorities.
 */
#include "staffcast/patience.h"
#include "support/markov.h"
#include "support/reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct trial *play(const char *text, size_t replications)
{
    struct trial_plan plan = {.text = text, .replications = replications, .own = WAIT_SUMS, .contact = wait_sums_add};
    return trial_play(&plan);
}

/* --- exponential handle times --- */

static void mmn(void **state)
{
    (void)state;
    struct trial *trial = play(REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 4800; }; handle = \"3 min\";"
        "               target = { answer = 0.8; within = \"20 s\"; }; } );"
        "pools = ( { name = \"agents\"; agents = 12; skills = ( { channel = \"calls\"; } ); } );", 150);
    struct sc_erlang system = {.load_erl = 10, .handle_s = 180, .patience_s = INFINITY, .within_s = 20, .agents = 12,
                               .lines = SC_ERLANG_UNLIMITED};
    struct sc_erlang_result result = reference_system(&system);
    assert_agrees_with_system(trial, &result, 0.01);
    trial_free(trial);
}

#define W1 REFERENCE_DAYS \
    "channels = ( { name = \"calls\"; volume = { per_day = 14400; }; handle = \"5 min\"; patience = \"3 min\";" \
    "               target = { answer = 0.8; within = \"20 s\"; }; } );" \
    "pools = ( { name = \"agents\"; agents = 50; skills = ( { channel = \"calls\"; } ); } );"

static void mmn_m(void **state)
{
    (void)state;
    struct trial *trial = play(W1, 60);
    struct sc_erlang system = {.load_erl = 50, .handle_s = 300, .patience_s = 180, .within_s = 20, .agents = 50,
                               .lines = SC_ERLANG_UNLIMITED};
    struct sc_erlang_result result = reference_system(&system);
    assert_agrees_with_system(trial, &result, 0.005);
    /* The same queue as others have worked it out. */
    assert_agrees("waiting probability", trial_own(trial, WAITED_N, JOINED_N), 0.457965, 0.005);
    assert_agrees("abandoned", trial_channel(trial, 0, "abandon_rate"), 0.063447, 0.005);
    assert_agrees("mean wait of all, s", trial_channel(trial, 0, "wait_all_mean_s"), 11.4205, 0.005);
    assert_agrees("answered in 20 s", trial_channel(trial, 0, "service_level"), 0.731105, 0.005);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), 0.936553, 0.001);
    trial_free(trial);
}

/* --- patience of any law --- */

struct patience_case {
    const char *written;
    struct sc_law law;
};

static void mmn_g(void **state)
{
    const struct patience_case *subject = *state;
    char text[1024];
    snprintf(text, sizeof text, REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 5760; }; handle = \"5 min\"; patience = %s;"
        "               target = { answer = 0.8; within = \"30 s\"; }; } );"
        "pools = ( { name = \"agents\"; agents = 20; skills = ( { channel = \"calls\"; } ); } );", subject->written);
    struct trial *trial = play(text, 100);
    struct sc_erlang system = {.load_erl = 20, .handle_s = 300, .patience_s = INFINITY, .within_s = 30, .agents = 20,
                               .lines = SC_ERLANG_UNLIMITED};
    struct sc_erlang_result result;
    struct sc_error error = SC_ERROR_INIT;
    if (sc_erlang_evaluate_law(&system, &subject->law, &result, &error) != SC_OK)
        fail_msg("%s", error.message);
    assert_agrees_with_system(trial, &result, 0.005);
    trial_free(trial);
}

/* --- limits --- */

static void mmn_k_m(void **state)
{
    (void)state;
    struct trial *trial = play(REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 5760; }; handle = \"2 min\"; patience = \"4 min\";"
        "               queue_limit = 6; target = { answer = 0.8; within = \"20 s\"; }; } );"
        "pools = ( { name = \"agents\"; agents = 8; skills = ( { channel = \"calls\"; } ); } );", 100);
    struct sc_erlang system = {
        .load_erl = 8, .handle_s = 120, .patience_s = 240, .within_s = 20, .agents = 8, .lines = 14};
    struct sc_erlang_result result = reference_system(&system);
    /* The formulas against the chain itself before they judge the simulation. */
    struct markov *chain = markov_new(15);
    for (size_t i = 0; i < 14; i++) {
        double busy = i + 1 < 8 ? (double)(i + 1) : 8;
        markov_add(chain, i, i + 1, 8 / 120.0);
        markov_add(chain, i + 1, i, busy / 120.0 + ((double)(i + 1) - busy) / 240.0);
    }
    double *p = markov_solve(chain), queue = 0;
    for (size_t i = 9; i < 15; i++)
        queue += p[i] * (double)(i - 8);
    assert_true(fabs(p[14] - result.shares.blocked) < 1e-9 * p[14]);
    assert_true(fabs(queue - result.queue_mean) < 1e-9 * queue);
    free(p);
    assert_agrees_with_system(trial, &result, 0.005);
    trial_free(trial);
}

/* A share of those who would have to wait leaves at once: a chain of calls in the system. */
static void balking(void **state)
{
    (void)state;
    enum { AGENTS = 8, STATES = 200 };
    struct trial *trial = play(REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 5760; }; handle = \"2 min\"; balk = 0.3; } );"
        "pools = ( { name = \"agents\"; agents = 8; skills = ( { channel = \"calls\"; } ); } );", 100);
    struct markov *chain = markov_new(STATES);
    for (size_t i = 0; i + 1 < STATES; i++) {
        markov_add(chain, i, i + 1, 8 / 120.0 * (i < AGENTS ? 1 : 0.7));
        markov_add(chain, i + 1, i, (i + 1 < AGENTS ? (double)(i + 1) : AGENTS) / 120.0);
    }
    double *p = markov_solve(chain), queue = 0, wait = 0;
    for (size_t i = AGENTS; i < STATES; i++) {
        wait += p[i];
        queue += p[i] * (double)(i - AGENTS);
    }
    free(p);
    double answered = 1 - 0.3 * wait;
    assert_agrees("balked", trial_share(trial, 0, "balked", "offered"), 0.3 * wait, 0.005);
    assert_agrees("abandon_rate", trial_channel(trial, 0, "abandon_rate"), 0.3 * wait, 0.005);
    assert_agrees("mean queue", trial_channel(trial, 0, "queue_mean"), queue, 0.01);
    assert_agrees("mean wait of the answered, s", trial_channel(trial, 0, "wait_mean_s"), queue / answered * 15, 0.01);
    assert_agrees("mean wait with the balked, s", trial_channel(trial, 0, "wait_all_mean_s"), queue * 15, 0.01);
    trial_free(trial);
}

/* A line is held while waiting and talking, not in wrap-up: a chain of (lines held, agents in wrap-up). */
static void trunks(void **state)
{
    (void)state;
    enum { AGENTS = 4, LINES = 6, ROW = AGENTS + 1 };
    struct trial *trial = play(REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 2880; }; handle = \"90 s\"; wrap_up = \"45 s\"; } );"
        "pools = ( { name = \"agents\"; agents = 4; skills = ( { channel = \"calls\"; } ); } );"
        "trunks = ( { lines = 6; channels = ( \"calls\" ); } );", 100);
    struct markov *chain = markov_new((LINES + 1) * ROW);
    for (size_t held = 0; held <= LINES; held++)
        for (size_t wrapping = 0; wrapping <= AGENTS; wrapping++) {
            size_t talking = held < AGENTS - wrapping ? held : AGENTS - wrapping;
            if (held < LINES)
                markov_add(chain, held * ROW + wrapping, (held + 1) * ROW + wrapping, 1 / 30.0);
            if (talking > 0)
                markov_add(chain, held * ROW + wrapping, (held - 1) * ROW + wrapping + 1, (double)talking / 90);
            if (wrapping > 0)
                markov_add(chain, held * ROW + wrapping, held * ROW + wrapping - 1, (double)wrapping / 45);
        }
    double *p = markov_solve(chain), blocked = 0, queue = 0, busy = 0;
    for (size_t held = 0; held <= LINES; held++)
        for (size_t wrapping = 0; wrapping <= AGENTS; wrapping++) {
            double here = p[held * ROW + wrapping];
            size_t talking = held < AGENTS - wrapping ? held : AGENTS - wrapping;
            blocked += held == LINES ? here : 0;
            queue += here * (double)(held - talking);
            busy += here * (double)(talking + wrapping);
        }
    free(p);
    assert_agrees("blocked", trial_share(trial, 0, "blocked", "offered"), blocked, 0.01);
    assert_agrees("mean queue", trial_channel(trial, 0, "queue_mean"), queue, 0.01);
    assert_agrees("mean wait, s", trial_channel(trial, 0, "wait_mean_s"), queue * 30 / (1 - blocked), 0.01);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), busy / AGENTS, 0.005);
    trial_free(trial);
}

/* --- one agent, handle times of any law --- */

/* Pollaczek and Khinchine: mean and variance of the wait from three moments of the handle time. */
static void assert_agrees_with_mg1(const struct trial *trial, double per_s, double m1, double m2, double m3)
{
    double free_share = 1 - per_s * m1, mean = per_s * m2 / (2 * free_share);
    double variance = mean * mean + per_s * m3 / (3 * free_share);
    assert_agrees("mean wait, s", trial_channel(trial, 0, "wait_mean_s"), mean, 0.02);
    assert_agrees("its variance, s^2", trial_own_variance(trial, ANSWERED_WW, ANSWERED_W, ANSWERED_N), variance, 0.08);
    assert_agrees("waiting probability", trial_own(trial, WAITED_N, JOINED_N), per_s * m1, 0.005);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), per_s * m1, 0.005);
    assert_agrees("mean queue", trial_channel(trial, 0, "queue_mean"), per_s * mean, 0.02);
    assert_agrees("agent time a call, s", trial_channel(trial, 0, "handle_mean_s"), m1, 0.005);
}

static void mg1_lognormal(void **state)
{
    (void)state;
    /* E[S^k] = mean^k (1 + cv^2)^(k (k - 1) / 2); .7 erlang */
    struct trial *trial = play(REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 336; };"
        "               handle = { dist = \"lognormal\"; mean = \"3 min\"; cv = 0.8; }; } );"
        "pools = ( { name = \"agent\"; agents = 1; skills = ( { channel = \"calls\"; } ); } );", 1500);
    double m = 180, c = 1 + 0.8 * 0.8;
    assert_agrees_with_mg1(trial, 336 / 86400.0, m, m * m * c, m * m * m * c * c * c);
    trial_free(trial);
}

static void mg1_wrap_up(void **state)
{
    (void)state;
    /* Talk gamma of cv .5, mean 100 s; wrap-up exponential of mean 60 s: moments of the sum. */
    struct trial *trial = play(REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 378; }; wrap_up = \"60 s\";"
        "               handle = { dist = \"gamma\"; mean = \"100 s\"; cv = 0.5; }; } );"
        "pools = ( { name = \"agent\"; agents = 1; skills = ( { channel = \"calls\"; } ); } );", 1000);
    double a1 = 100, a2 = 25.0 * 25 * 4 * 5, a3 = 25.0 * 25 * 25 * 4 * 5 * 6, b1 = 60, b2 = 2 * 60.0 * 60,
           b3 = 6 * 60.0 * 60 * 60;
    assert_agrees_with_mg1(trial, 378 / 86400.0, a1 + b1, a2 + 2 * a1 * b1 + b2, a3 + 3 * a2 * b1 + 3 * a1 * b2 + b3);
    trial_free(trial);
}

/* Two classes with handle times of their own are one queue with hyperexponential ones. */
static void mh21_by_classes(void **state)
{
    (void)state;
    struct trial *trial = play(REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 432; }; handle = \"60 s\";"
        "               classes = ( { name = \"long\"; share = 0.2; handle = \"6 min\"; },"
        "                           { name = \"longer\"; share = 0.1; handle_factor = 5.0; } ); } );"
        "pools = ( { name = \"agent\"; agents = 1; skills = ( { channel = \"calls\"; } ); } );", 1500);
    double m1 = 0, m2 = 0, m3 = 0;
    static const double share[] = {0.7, 0.2, 0.1}, mean[] = {60, 360, 300};
    for (int i = 0; i < 3; i++) {
        m1 += share[i] * mean[i];
        m2 += 2 * share[i] * pow(mean[i], 2);
        m3 += 6 * share[i] * pow(mean[i], 3);
    }
    double per_s = 432 / 86400.0;
    assert_agrees_with_mg1(trial, per_s, m1, m2, m3);
    double wait = per_s * m2 / (2 * (1 - per_s * m1));
    assert_agrees("wait of the long, s", trial_class(trial, 0, 0, "wait_mean_s"), wait, 0.02);
    assert_agrees("wait of the longer, s", trial_class(trial, 0, 1, "wait_mean_s"), wait, 0.02);
    assert_agrees("agent time of the longer, s", trial_class(trial, 0, 1, "handle_mean_s"), 300, 0.01);
    trial_free(trial);
}

/* --- priorities --- */

/*
 * Cobham (1954): without interruption and with one mean of handle time, the wait of class i is
 * W_0 / ((1 - s_(i-1)) (1 - s_i)), W_0 = C(n, a) handle / n and s_i the load per agent of class i and those before it.
 */
static void priority(void **state)
{
    const char *rule = *state;
    char text[1024];
    snprintf(text, sizeof text, REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 2400; }; handle = \"3 min\"; priority = 1;"
        "               classes = ( { name = \"first\"; share = 0.2; priority = 10; },"
        "                           { name = \"last\"; share = 0.5; priority = 0; } ); } );"
        "pools = ( { name = \"agents\"; agents = 6; skills = ( { channel = \"calls\"; } ); } );"
        "routing = { contact = \"%s\"; };", rule);
    struct trial *trial = play(text, 200);
    double load = 2400.0 * 180 / 86400, w0 = sc_erlang_c(6, load) * 180 / 6;
    static const double part[] = {0.2, 0.3, 0.5};
    double wait[3], before = 0, all = 0;
    for (int i = 0; i < 3; i++) {
        double until = before + part[i] * load / 6;
        wait[i] = w0 / ((1 - before) * (1 - until));
        all += part[i] * wait[i];
        before = until;
    }
    assert_agrees("wait of the first, s", trial_class(trial, 0, 0, "wait_mean_s"), wait[0], 0.01);
    assert_agrees("wait of the last, s", trial_class(trial, 0, 1, "wait_mean_s"), wait[2], 0.02);
    assert_agrees("wait of all, s", trial_channel(trial, 0, "wait_mean_s"), all, 0.02);
    trial_free(trial);
}

int main(void)
{
    static const struct patience_case cases[] = {
        {"{ dist = \"lognormal\"; mean = \"4 min\"; cv = 1.5; }", {.kind = SC_LAW_LOGNORMAL, .mean_s = 240, .cv = 1.5}},
        {"{ dist = \"weibull\"; mean = \"2 min\"; cv = 0.6; }", {.kind = SC_LAW_WEIBULL, .mean_s = 120, .cv = 0.6}},
        {"{ dist = \"uniform\"; min = \"0 s\"; max = \"3 min\"; }",
         {.kind = SC_LAW_UNIFORM, .mean_s = 90, .max_s = 180}},
        {"{ dist = \"fixed\"; mean = \"90 s\"; }", {.kind = SC_LAW_FIXED, .mean_s = 90}},
        {"{ dist = \"erlang\"; k = 3; mean = \"2 min\"; }", {.kind = SC_LAW_ERLANG, .mean_s = 120, .k = 3}},
        {"{ dist = \"triangular\"; min = \"10 s\"; mode = \"20 s\"; max = \"4 min\"; }",
         {.kind = SC_LAW_TRIANGULAR, .mean_s = 90, .min_s = 10, .mode_s = 20, .max_s = 240}},
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mmn),
        cmocka_unit_test(mmn_m),
        {"M/M/n + lognormal", mmn_g, NULL, NULL, (void *)&cases[0]},
        {"M/M/n + Weibull", mmn_g, NULL, NULL, (void *)&cases[1]},
        {"M/M/n + uniform", mmn_g, NULL, NULL, (void *)&cases[2]},
        {"M/M/n + fixed", mmn_g, NULL, NULL, (void *)&cases[3]},
        {"M/M/n + Erlang", mmn_g, NULL, NULL, (void *)&cases[4]},
        {"M/M/n + triangular", mmn_g, NULL, NULL, (void *)&cases[5]},
        cmocka_unit_test(mmn_k_m),
        cmocka_unit_test(balking),
        cmocka_unit_test(trunks),
        cmocka_unit_test(mg1_lognormal),
        cmocka_unit_test(mg1_wrap_up),
        cmocka_unit_test(mh21_by_classes),
        {"priority by rank", priority, NULL, NULL, (void *)"rank"},
        {"priority by score", priority, NULL, NULL, (void *)"score"},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

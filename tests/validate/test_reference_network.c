/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contacts that have more than one way, against chains and formulas: which agent takes a call, pools that help each
 * other, calls that come again, go elsewhere or are passed on.
 */
#include "staffcast/patience.h"
#include "support/markov.h"
#include "support/reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* --- two unlike agents --- */

enum rule { RANDOM, LONGEST_IDLE, FAST_FIRST, SLOW_FIRST };

struct rule_case {
    enum rule rule;
    const char *agent;         /* routing.agent */
    int fast_rank, slow_rank;
    double known_s;            /* mean wait as others have worked it out */
};

/*
 * M/M/2 with means of 100 and 200 s. States: both idle, the fast one longer (0) or the slow one longer (1); fast alone
 * busy (2), slow alone busy (3); both busy and k waiting (4 + k).
 */
static double unlike_pair_wait(enum rule rule)
{
    enum { STATES = 300 };
    const double arrive = 0.009, fast = 0.01, slow = 0.005;
    struct markov *chain = markov_new(STATES);
    for (size_t idle = 0; idle < 2; idle++) {
        bool longest_is_fast = idle == 0;
        double to_fast = rule == RANDOM         ? 0.5
                         : rule == LONGEST_IDLE ? (longest_is_fast ? 1 : 0)
                                                : (rule == FAST_FIRST ? 1 : 0);
        markov_add(chain, idle, 2, arrive * to_fast);
        markov_add(chain, idle, 3, arrive * (1 - to_fast));
    }
    markov_add(chain, 2, 1, fast); /* the fast one has just become idle: the slow one is idle longer */
    markov_add(chain, 3, 0, slow);
    markov_add(chain, 2, 4, arrive);
    markov_add(chain, 3, 4, arrive);
    markov_add(chain, 4, 3, fast);
    markov_add(chain, 4, 2, slow);
    for (size_t k = 4; k + 1 < STATES; k++) {
        markov_add(chain, k, k + 1, arrive);
        markov_add(chain, k + 1, k, fast + slow);
    }
    double *p = markov_solve(chain), queue = 0;
    for (size_t k = 5; k < STATES; k++)
        queue += p[k] * (double)(k - 4);
    free(p);
    return queue / arrive;
}

static void unlike_pair(void **state)
{
    const struct rule_case *subject = *state;
    double wait = unlike_pair_wait(subject->rule);
    assert_true(fabs(wait - subject->known_s) <= 0.0005);
    char text[1024];
    snprintf(text, sizeof text, REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 777.6; }; handle = \"100 s\"; } );"
        "pools = ( { name = \"fast\"; agents = 1; skills = ( { channel = \"calls\"; rank = %d; } ); },"
        "          { name = \"slow\"; agents = 1; skills = ( { channel = \"calls\"; rank = %d; speed = 0.5; } ); } );"
        "routing = { agent = \"%s\"; };", subject->fast_rank, subject->slow_rank, subject->agent);
    struct trial_plan plan = {.text = text, .replications = 1000};
    struct trial *trial = trial_play(&plan);
    assert_agrees("mean wait, s", trial_channel(trial, 0, "wait_mean_s"), wait, 0.005);
    trial_free(trial);
}

/* --- an ordered hunt --- */

/* Without a queue, what the first i agents lose is a (1 - B_i) short of a: agent i carries a (B_(i-1) - B_i). */
static void hunt(void **state)
{
    const char *ranks = *state;
    char text[1024];
    bool by_rank = ranks[0] == 'r';
    snprintf(text, sizeof text, REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 960; }; handle = \"3 min\"; queue_limit = 0; } );"
        "pools = ( { name = \"1\"; agents = 1; skills = ( { channel = \"calls\"; } ); },"
        "          { name = \"2\"; agents = 1; skills = ( { channel = \"calls\"; rank = %d; } ); },"
        "          { name = \"3\"; agents = 1; skills = ( { channel = \"calls\"; rank = %d; } ); },"
        "          { name = \"4\"; agents = 1; skills = ( { channel = \"calls\"; rank = %d; } ); } );"
        "routing = { agent = \"%s\"; };", by_rank ? 2 : 1, by_rank ? 3 : 1, by_rank ? 4 : 1,
             by_rank ? "longest-idle" : "in-order");
    struct trial_plan plan = {.text = text, .replications = 200};
    struct trial *trial = trial_play(&plan);
    static const double known[] = {0.66667, 0.53333, 0.37895, 0.23058};
    for (int i = 0; i < 4; i++) {
        double carried = 2 * (sc_erlang_b(i, 2) - sc_erlang_b(i + 1, 2));
        assert_true(fabs(carried - known[i]) <= 5e-6);
        assert_agrees("occupancy", trial_pool(trial, (size_t)i, "occupancy"), carried, 0.005);
    }
    assert_agrees("blocked", trial_share(trial, 0, "blocked", "offered"), 2 / 21.0, 0.005);
    trial_free(trial);
}

/* --- the N design: one pool helps the other --- */

enum { N_OWN = 2, N_SHARED = 3, N_MOST = 20, N_ROW = N_MOST + 1 };

/* Numbers of states: some of the shared pool free; all of it busy, some of the own pool free, b waiting; all busy. */
static size_t n_free(size_t own, size_t shared)
{
    return own * N_SHARED + shared;
}

static size_t n_half(size_t own, size_t b)
{
    return own == N_OWN ? (N_OWN + 1) * N_SHARED + N_OWN * N_ROW + b
                        : (N_OWN + 1) * N_SHARED + own * N_ROW + b;
}

static size_t n_full(size_t a, size_t b)
{
    return n_half(N_OWN, b) + a * N_ROW;
}

struct n_rates {
    double a, b;               /* arrivals */
    double own, shared;        /* of an agent's completions */
    double give_up_a, give_up_b;
};

static void n_chain_free(struct markov *chain, const struct n_rates *r)
{
    for (size_t own = 0; own <= N_OWN; own++)
        for (size_t shared = 0; shared < N_SHARED; shared++) {
            size_t here = n_free(own, shared);
            size_t helped = shared + 1 < N_SHARED ? n_free(own, shared + 1) : n_half(own, 0);
            markov_add(chain, here, helped, r->b);
            markov_add(chain, here, own < N_OWN ? n_free(own + 1, shared) : helped, r->a);
            if (own > 0)
                markov_add(chain, here, n_free(own - 1, shared), (double)own * r->own);
            if (shared > 0)
                markov_add(chain, here, n_free(own, shared - 1), (double)shared * r->shared);
        }
}

static void n_chain_half(struct markov *chain, const struct n_rates *r)
{
    for (size_t own = 0; own < N_OWN; own++)
        for (size_t b = 0; b <= N_MOST; b++) {
            size_t here = n_half(own, b);
            markov_add(chain, here, n_half(own + 1, b), r->a);
            if (b < N_MOST)
                markov_add(chain, here, n_half(own, b + 1), r->b);
            if (own > 0)
                markov_add(chain, here, n_half(own - 1, b), (double)own * r->own);
            if (b > 0)
                markov_add(chain, here, n_half(own, b - 1), (double)b * r->give_up_b);
            markov_add(chain, here, b > 0 ? n_half(own, b - 1) : n_free(own, N_SHARED - 1), N_SHARED * r->shared);
        }
}

static void n_chain_full(struct markov *chain, const struct n_rates *r)
{
    for (size_t a = 0; a <= N_MOST; a++)
        for (size_t b = 0; b <= N_MOST; b++) {
            size_t here = n_full(a, b);
            if (a < N_MOST)
                markov_add(chain, here, n_full(a + 1, b), r->a);
            if (b < N_MOST)
                markov_add(chain, here, n_full(a, b + 1), r->b);
            if (a > 0)
                markov_add(chain, here, n_full(a - 1, b), (double)a * r->give_up_a);
            if (b > 0)
                markov_add(chain, here, n_full(a, b - 1), (double)b * r->give_up_b);
            markov_add(chain, here, a > 0 ? n_full(a - 1, b) : n_half(N_OWN - 1, b), N_OWN * r->own);
            /* The shared pool prefers its own work. */
            size_t next = b > 0 ? n_full(a, b - 1) : a > 0 ? n_full(a - 1, b) : n_free(N_OWN, N_SHARED - 1);
            markov_add(chain, here, next, N_SHARED * r->shared);
        }
}

static void n_design(void **state)
{
    (void)state;
    struct trial_plan plan = {.replications = 150, .text = REFERENCE_DAYS
        "channels = ( { name = \"a\"; volume = { per_day = 1080; }; handle = \"4 min\"; patience = \"5 min\"; },"
        "             { name = \"b\"; volume = { per_day = 720; }; handle = \"4 min\"; patience = \"3 min\"; } );"
        "pools = ( { name = \"own\"; agents = 2; skills = ( { channel = \"a\"; } ); },"
        "          { name = \"shared\"; agents = 3; skills = ( { channel = \"b\"; rank = 1; speed = 0.8; },"
        "                                                   { channel = \"a\"; rank = 2; speed = 0.8; } ); } );"};
    const struct n_rates r = {1080 / 86400.0, 720 / 86400.0, 1 / 240.0, 0.8 / 240, 1 / 300.0, 1 / 180.0};
    struct markov *chain = markov_new(n_full(N_MOST, N_MOST) + 1);
    n_chain_free(chain, &r);
    n_chain_half(chain, &r);
    n_chain_full(chain, &r);
    double *p = markov_solve(chain), queue_a = 0, queue_b = 0, own_busy = 0, shared_busy = 0, edge = 0;
    for (size_t own = 0; own <= N_OWN; own++)
        for (size_t shared = 0; shared < N_SHARED; shared++) {
            own_busy += p[n_free(own, shared)] * (double)own;
            shared_busy += p[n_free(own, shared)] * (double)shared;
        }
    for (size_t b = 0; b <= N_MOST; b++) {
        for (size_t own = 0; own < N_OWN; own++) {
            own_busy += p[n_half(own, b)] * (double)own;
            shared_busy += p[n_half(own, b)] * N_SHARED;
            queue_b += p[n_half(own, b)] * (double)b;
        }
        for (size_t a = 0; a <= N_MOST; a++) {
            double here = p[n_full(a, b)];
            own_busy += here * N_OWN;
            shared_busy += here * N_SHARED;
            queue_a += here * (double)a;
            queue_b += here * (double)b;
            edge += a == N_MOST || b == N_MOST ? here : 0;
        }
    }
    free(p);
    assert_true(edge < 1e-9); /* longer queues do not matter */
    struct trial *trial = trial_play(&plan);
    assert_agrees("queue of a", trial_channel(trial, 0, "queue_mean"), queue_a, 0.02);
    assert_agrees("queue of b", trial_channel(trial, 1, "queue_mean"), queue_b, 0.02);
    assert_agrees("mean wait of a, s", trial_channel(trial, 0, "wait_all_mean_s"), queue_a / r.a, 0.02);
    assert_agrees("mean wait of b, s", trial_channel(trial, 1, "wait_all_mean_s"), queue_b / r.b, 0.02);
    assert_agrees("abandoned of a", trial_channel(trial, 0, "abandon_rate"), queue_a * r.give_up_a / r.a, 0.02);
    assert_agrees("abandoned of b", trial_channel(trial, 1, "abandon_rate"), queue_b * r.give_up_b / r.b, 0.02);
    assert_agrees("occupancy of own", trial_pool(trial, 0, "occupancy"), own_busy / N_OWN, 0.005);
    assert_agrees("occupancy of shared", trial_pool(trial, 1, "occupancy"), shared_busy / N_SHARED, 0.005);
    trial_free(trial);
}

/* --- calls that come again --- */

/* Who gives up tries again, however often: a chain of (calls in the system, customers who will call again). */
static void redials_of_the_impatient(void **state)
{
    (void)state;
    enum { AGENTS = 3, SYSTEM = 25, ORBIT = 20, ROW = ORBIT + 1 };
    struct trial_plan plan = {.replications = 150, .text = REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 1200; }; handle = \"3 min\"; patience = \"2 min\";"
        "               retry = { share = 0.6; after = \"5 min\"; attempts = 1000; }; } );"
        "pools = ( { name = \"agents\"; agents = 3; skills = ( { channel = \"calls\"; } ); } );"};
    struct markov *chain = markov_new((SYSTEM + 1) * ROW);
    const double arrive = 1200 / 86400.0;
    for (size_t i = 0; i <= SYSTEM; i++)
        for (size_t j = 0; j <= ORBIT; j++) {
            double busy = i < AGENTS ? (double)i : AGENTS, give_up = ((double)i - busy) / 120;
            if (i < SYSTEM)
                markov_add(chain, i * ROW + j, (i + 1) * ROW + j, arrive);
            if (i < SYSTEM && j > 0)
                markov_add(chain, i * ROW + j, (i + 1) * ROW + j - 1, (double)j / 300);
            if (i > 0)
                markov_add(chain, i * ROW + j, (i - 1) * ROW + j, busy / 180 + give_up * (j < ORBIT ? 0.4 : 1));
            if (i > 0 && j < ORBIT)
                markov_add(chain, i * ROW + j, (i - 1) * ROW + j + 1, give_up * 0.6);
        }
    double *p = markov_solve(chain), queue = 0, orbit = 0, busy = 0, edge = 0;
    for (size_t i = 0; i <= SYSTEM; i++)
        for (size_t j = 0; j <= ORBIT; j++) {
            double here = p[i * ROW + j], handled = i < AGENTS ? (double)i : AGENTS;
            queue += here * ((double)i - handled);
            busy += here * handled;
            orbit += here * (double)j;
            edge += i == SYSTEM || j == ORBIT ? here : 0;
        }
    free(p);
    assert_true(edge < 1e-8);
    double attempts = arrive + orbit / 300;
    struct trial *trial = trial_play(&plan);
    assert_agrees("arrivals for a new one", trial_share(trial, 0, "arrivals", "demand"), attempts / arrive, 0.005);
    assert_agrees("abandoned", trial_channel(trial, 0, "abandon_rate"), queue / 120 / attempts, 0.01);
    assert_agrees("retried, of the lost", trial_share(trial, 0, "retried", "abandoned"), 0.6, 0.005);
    assert_agrees("mean wait, s", trial_channel(trial, 0, "wait_all_mean_s"), queue / attempts, 0.01);
    assert_agrees("mean queue", trial_channel(trial, 0, "queue_mean"), queue, 0.01);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), busy / AGENTS, 0.005);
    trial_free(trial);
}

/* Who finds all busy tries once more: a chain of (busy agents, customers who will call once more). */
static void redials_of_the_blocked(void **state)
{
    (void)state;
    enum { AGENTS = 4, ORBIT = 40, ROW = ORBIT + 1 };
    struct trial_plan plan = {.replications = 150, .text = REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 1440; }; handle = \"3 min\"; queue_limit = 0;"
        "               retry = { share = 0.75; after = \"4 min\"; attempts = 1; }; } );"
        "pools = ( { name = \"agents\"; agents = 4; skills = ( { channel = \"calls\"; } ); } );"};
    struct markov *chain = markov_new((AGENTS + 1) * ROW);
    const double arrive = 1440 / 86400.0;
    for (size_t i = 0; i <= AGENTS; i++)
        for (size_t j = 0; j <= ORBIT; j++) {
            size_t here = i * ROW + j;
            if (i < AGENTS)
                markov_add(chain, here, here + ROW, arrive);
            else if (j < ORBIT)
                markov_add(chain, here, here + 1, arrive * 0.75);
            if (j > 0)
                markov_add(chain, here, i < AGENTS ? here + ROW - 1 : here - 1, (double)j / 240);
            if (i > 0)
                markov_add(chain, here, here - ROW, (double)i / 180);
        }
    double *p = markov_solve(chain), blocked_new = 0, blocked_again = 0, orbit = 0, busy = 0, edge = 0;
    for (size_t i = 0; i <= AGENTS; i++)
        for (size_t j = 0; j <= ORBIT; j++) {
            double here = p[i * ROW + j];
            blocked_new += i == AGENTS ? here * arrive : 0;
            blocked_again += i == AGENTS ? here * (double)j / 240 : 0;
            orbit += here * (double)j;
            busy += here * (double)i;
            edge += j == ORBIT ? here : 0;
        }
    free(p);
    assert_true(edge < 1e-9);
    double attempts = arrive + orbit / 240;
    struct trial *trial = trial_play(&plan);
    assert_agrees("arrivals for a new one", trial_share(trial, 0, "arrivals", "demand"), attempts / arrive, 0.005);
    assert_agrees("blocked", trial_share(trial, 0, "blocked", "offered"), (blocked_new + blocked_again) / attempts,
                  0.01);
    assert_agrees("retried, of the blocked", trial_share(trial, 0, "retried", "blocked"),
                  0.75 * blocked_new / (blocked_new + blocked_again), 0.01);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), busy / AGENTS, 0.005);
    trial_free(trial);
}

/* --- calls that go elsewhere --- */

/* W1 with whoever has waited 60 s leaving for elsewhere: M/M/n+G with the shorter of patience and 60 s. */
struct diversion {
    double load_erl, handle_s, patience_s, after_s, agents;
};

/* Of the virtual wait, relative to "all busy, none waiting" (staffcast/patience.h). */
static double diversion_density(double t, void *context)
{
    const struct diversion *d = context;
    double still = t < d->after_s ? t : d->after_s;
    double h = d->patience_s * -expm1(-still / d->patience_s);
    return d->agents / d->handle_s * exp((d->load_erl * h - d->agents * t) / d->handle_s);
}

static double diversion_gives_up(double t, void *context)
{
    const struct diversion *d = context;
    return diversion_density(t, context) * -expm1(-(t < d->after_s ? t : d->after_s) / d->patience_s);
}

static void diversion_after_a_wait(void **state)
{
    (void)state;
    struct trial_plan plan = {.replications = 100, .text = REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 14400; }; handle = \"5 min\"; patience = \"3 min\";"
        "               divert = ( { to = \"messages\"; share = 1.0; after_wait = \"60 s\"; } ); },"
        "             { name = \"messages\"; handle = \"1 min\"; } );"
        "pools = ( { name = \"agents\"; agents = 50; skills = ( { channel = \"calls\"; } ); },"
        "          { name = \"writers\"; agents = 30; skills = ( { channel = \"messages\"; } ); } );"};
    struct diversion d = {50, 300, 180, 60, 50};
    double below = reference_integral(diversion_density, &d, 0, 60);
    double above = reference_integral(diversion_density, &d, 60, INFINITY);
    double all = 1 / sc_erlang_b(50, 50) - 1 + below + above;
    double diverted = above / all * exp(-60 / 180.0);
    double abandoned = (reference_integral(diversion_gives_up, &d, 0, 60) +
                        reference_integral(diversion_gives_up, &d, 60, INFINITY)) / all;
    assert_true(fabs(diverted - 0.010473) <= 5e-7);
    assert_true(fabs(abandoned - 0.054767) <= 5e-7);
    assert_true(fabs(1 - diverted - abandoned - 0.934760) <= 5e-7);
    struct trial *trial = trial_play(&plan);
    assert_agrees("diverted", trial_share(trial, 0, "diverted_waiting", "offered"), diverted, 0.02);
    assert_agrees("abandoned", trial_share(trial, 0, "abandoned", "offered"), abandoned, 0.01);
    assert_agrees("answered", trial_share(trial, 0, "answered", "offered"), 1 - diverted - abandoned, 0.001);
    assert_agrees("arrive elsewhere, a call", trial_share(trial, 1, "answered", "arrivals"), 1, 0.001);
    trial_free(trial);
}

/* Diverted on joining where somebody is waiting already: at most one waits. */
static void diversion_by_estimate(void **state)
{
    (void)state;
    struct trial_plan plan = {.replications = 100, .text = REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 2880; }; handle = \"2 min\";"
        "               divert = ( { to = \"messages\"; share = 1.0; if_wait_over = 0; } ); },"
        "             { name = \"messages\"; handle = \"1 min\"; } );"
        "pools = ( { name = \"agents\"; agents = 4; skills = ( { channel = \"calls\"; } ); },"
        "          { name = \"writers\"; agents = 20; skills = ( { channel = \"messages\"; } ); } );"};
    struct sc_erlang system = {.load_erl = 4, .handle_s = 120, .patience_s = INFINITY, .within_s = NAN, .agents = 4,
                               .lines = 5};
    struct sc_erlang_result result = reference_system(&system);
    struct trial *trial = trial_play(&plan);
    assert_agrees("diverted", trial_share(trial, 0, "diverted", "arrivals"), result.shares.blocked, 0.005);
    assert_agrees("mean wait, s", trial_channel(trial, 0, "wait_mean_s"), result.wait_mean_s, 0.01);
    assert_agrees("occupancy", trial_pool(trial, 0, "occupancy"), result.shares.occupancy, 0.005);
    trial_free(trial);
}

/* --- overflow --- */

enum { BY_FIRST, BY_SECOND, BY_ANY, POOL_SUMS };

static void by_pool(struct trial_sums *sums, const struct sc_contact_record *record)
{
    if (!record->counted || record->outcome != SC_OUTCOME_ANSWERED)
        return;
    sums->own[record->pool == 0 ? BY_FIRST : BY_SECOND] += 1;
    sums->own[BY_ANY] += 1;
}

/* A second pool that always has room takes whoever has waited 40 s: for the first that is a fixed patience. */
static void overflow(void **state)
{
    (void)state;
    struct trial_plan plan = {.replications = 150, .own = POOL_SUMS, .contact = by_pool, .text = REFERENCE_DAYS
        "channels = ( { name = \"calls\"; volume = { per_day = 2880; }; handle = \"2 min\";"
        "               target = { answer = 0.8; within = \"20 s\"; }; } );"
        "pools = ( { name = \"first\"; agents = 4; skills = ( { channel = \"calls\"; } ); },"
        "          { name = \"second\"; agents = 40; skills = ( { channel = \"calls\"; after = \"40 s\"; } ); } );"};
    struct sc_erlang system = {.load_erl = 4, .handle_s = 120, .patience_s = INFINITY, .within_s = 20, .agents = 4,
                               .lines = SC_ERLANG_UNLIMITED};
    const struct sc_law fixed = {.kind = SC_LAW_FIXED, .mean_s = 40};
    struct sc_erlang_result result;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_erlang_evaluate_law(&system, &fixed, &result, &error), SC_OK);
    struct trial *trial = trial_play(&plan);
    assert_agrees("taken by the second", trial_own(trial, BY_SECOND, BY_ANY), result.shares.abandoned, 0.01);
    assert_agrees("mean wait, s", trial_channel(trial, 0, "wait_mean_s"), result.wait_all_mean_s, 0.01);
    assert_agrees("answered in 20 s", trial_channel(trial, 0, "service_level"), result.service_level[SC_LEVEL_OFFERED],
                  0.005);
    assert_agrees("occupancy of the first", trial_pool(trial, 0, "occupancy"), result.shares.occupancy, 0.005);
    trial_free(trial);
}

/* --- calls that are passed on --- */

/*
 * Jackson (1957): with exponential handle times each queue of a network behaves like M/M/n of its own, fed by the sum
 * of what comes in and what is passed on, even where calls go round: a to b with .6, b back to a with .3.
 */
static void transfers(void **state)
{
    (void)state;
    struct trial_plan plan = {.replications = 200, .text = REFERENCE_DAYS
        "channels = ( { name = \"a\"; volume = { per_day = 1500; }; handle = \"150 s\";"
        "               transfer = ( { to = \"b\"; share = 0.6; } ); target = { answer = 0.8; within = \"20 s\"; }; },"
        "             { name = \"b\"; handle = \"3 min\"; transfer = ( { to = \"a\"; share = 0.3; } );"
        "               target = { answer = 0.8; within = \"20 s\"; }; },"
        "             { name = \"c\"; volume = { per_day = 2000; }; handle = \"1 min\";"
        "               divert = ( { to = \"a\"; share = 0.15; } ); } );"
        "pools = ( { name = \"a\"; agents = 5; skills = ( { channel = \"a\"; } ); },"
        "          { name = \"b\"; agents = 4; skills = ( { channel = \"b\"; } ); },"
        "          { name = \"c\"; agents = 6; skills = ( { channel = \"c\"; } ); } );"};
    double a = (1500 + 0.15 * 2000) / (1 - 0.6 * 0.3) / 86400, b = 0.6 * a;
    struct sc_erlang system[2] = {
        {.load_erl = a * 150, .handle_s = 150, .patience_s = INFINITY, .within_s = 20, .agents = 5,
         .lines = SC_ERLANG_UNLIMITED},
        {.load_erl = b * 180, .handle_s = 180, .patience_s = INFINITY, .within_s = 20, .agents = 4,
         .lines = SC_ERLANG_UNLIMITED}};
    struct trial *trial = trial_play(&plan);
    for (size_t i = 0; i < 2; i++) {
        struct sc_erlang_result result = reference_system(&system[i]);
        assert_agrees("mean wait, s", trial_channel(trial, i, "wait_mean_s"), result.wait_mean_s, 0.02);
        assert_agrees("answered in 20 s", trial_channel(trial, i, "service_level"),
                      result.service_level[SC_LEVEL_OFFERED], 0.005);
        assert_agrees("mean queue", trial_channel(trial, i, "queue_mean"), result.queue_mean, 0.03);
        assert_agrees("occupancy", trial_pool(trial, i, "occupancy"), result.shares.occupancy, 0.005);
    }
    assert_agrees("passed on by a", trial_share(trial, 0, "transferred", "answered"), 0.6, 0.005);
    assert_agrees("passed on by b", trial_share(trial, 1, "transferred", "answered"), 0.3, 0.005);
    assert_agrees("diverted by c", trial_share(trial, 2, "diverted", "demand"), 0.15, 0.01);
    trial_free(trial);
}

int main(void)
{
    static const struct rule_case rules[] = {
        {RANDOM, "random", 1, 1, 77.143},
        {LONGEST_IDLE, "longest-idle", 1, 1, 77.143},
        {FAST_FIRST, "longest-idle", 1, 2, 74.118},
        {FAST_FIRST, "in-order", 1, 1, 74.118},
        {SLOW_FIRST, "random", 2, 1, 79.535},
    };
    const struct CMUnitTest tests[] = {
        {"two unlike agents, random", unlike_pair, NULL, NULL, (void *)&rules[0]},
        {"two unlike agents, longest idle", unlike_pair, NULL, NULL, (void *)&rules[1]},
        {"two unlike agents, fast first by rank", unlike_pair, NULL, NULL, (void *)&rules[2]},
        {"two unlike agents, fast first in order", unlike_pair, NULL, NULL, (void *)&rules[3]},
        {"two unlike agents, slow first", unlike_pair, NULL, NULL, (void *)&rules[4]},
        {"ordered hunt by rank", hunt, NULL, NULL, (void *)"rank"},
        {"ordered hunt in order", hunt, NULL, NULL, (void *)"order"},
        cmocka_unit_test(n_design),
        cmocka_unit_test(redials_of_the_impatient),
        cmocka_unit_test(redials_of_the_blocked),
        cmocka_unit_test(diversion_after_a_wait),
        cmocka_unit_test(diversion_by_estimate),
        cmocka_unit_test(overflow),
        cmocka_unit_test(transfers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chats that share an agent, against Markov chains over how many chats the agents hold.
 *
 * While an agent holds j chats each advances at 1 / slowdown[j - 1] of normal speed, so with exponential handle times
 * of mean m the agent finishes one at rate j / (m slowdown[j - 1]). A new chat goes to the agent with the fewest in
 * hand.
 */
#include "support/markov.h"
#include "support/reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- n agents with k slots each --- */

enum { SLOTS_MOST = 3, QUEUE_MOST = 60 };

struct slots_case {
    const char *name;
    int agents, slots;
    double per_day, handle_s, patience_s;
    double slowdown[SLOTS_MOST];
};

/* How many agents hold 0, 1 … k chats, or (all full) how many chats wait: numbered as they are found. */
struct slots_state {
    int holding[SLOTS_MOST + 1];
    int waiting;
};

struct slots_space {
    struct slots_state state[1000];
    size_t count;
};

static size_t number_of(struct slots_space *space, struct slots_state wanted)
{
    for (size_t i = 0; i < space->count; i++)
        if (memcmp(&space->state[i], &wanted, sizeof wanted) == 0)
            return i;
    assert_true(space->count < 1000);
    space->state[space->count] = wanted;
    return space->count++;
}

/* Calls `found` for every way out of a state. */
static void ways_out(const struct slots_case *c, struct slots_space *space, size_t here, struct markov *chain)
{
    struct slots_state s = space->state[here], next = s;
    int least = 0;
    while (least < c->slots && s.holding[least] == 0)
        least++;
    if (least < c->slots) {
        next.holding[least]--;
        next.holding[least + 1]++;
    } else {
        next.waiting++;
    }
    size_t to = next.waiting <= QUEUE_MOST ? number_of(space, next) : here;
    if (chain)
        markov_add(chain, here, to, c->per_day / 86400);
    for (int j = 1; j <= c->slots; j++) {
        if (s.holding[j] == 0)
            continue;
        next = s;
        if (s.waiting > 0) { /* the slot is taken again at once */
            next.waiting--;
        } else {
            next.holding[j]--;
            next.holding[j - 1]++;
        }
        to = number_of(space, next);
        if (chain)
            markov_add(chain, here, to, s.holding[j] * j / (c->handle_s * c->slowdown[j - 1]));
    }
    if (s.waiting > 0) {
        next = s;
        next.waiting--;
        to = number_of(space, next);
        if (chain)
            markov_add(chain, here, to, s.waiting / c->patience_s);
    }
}

struct slots_figures {
    double queue, busy, holding, answered_at_once, edge;
};

static struct slots_figures slots_solve(const struct slots_case *c)
{
    struct slots_space *space = calloc(1, sizeof *space);
    assert_non_null(space);
    struct slots_state empty = {.holding = {0}};
    empty.holding[0] = c->agents;
    number_of(space, empty);
    for (size_t i = 0; i < space->count; i++)
        ways_out(c, space, i, NULL);
    struct markov *chain = markov_new(space->count);
    for (size_t i = 0; i < space->count; i++)
        ways_out(c, space, i, chain);
    double *p = markov_solve(chain);
    struct slots_figures f = {0};
    for (size_t i = 0; i < space->count; i++) {
        const struct slots_state *s = &space->state[i];
        f.queue += p[i] * s->waiting;
        f.busy += p[i] * (c->agents - s->holding[0]);
        for (int j = 1; j <= c->slots; j++)
            f.holding += p[i] * j * s->holding[j];
        f.answered_at_once += p[i] * (s->holding[c->slots] < c->agents);
        f.edge += s->waiting >= QUEUE_MOST ? p[i] : 0;
    }
    free(p);
    free(space);
    return f;
}

static void slots_and_slowdown(void **state)
{
    const struct slots_case *c = *state;
    struct slots_figures f = slots_solve(c);
    assert_true(f.edge < 1e-8);
    char text[1024];
    snprintf(text, sizeof text,
             REFERENCE_DAYS "channels = ( { name = \"chat\"; kind = \"chat\"; volume = { per_day = %g; }; handle = "
                            "\"%g s\"; patience = \"%g s\";"
                            "               target = { answer = 0.8; within = \"0 s\"; }; } );"
                            "pools = ( { name = \"agents\"; agents = %d; skills = ( { channel = \"chat\"; at_once = %d;"
                            "            slowdown = ( %g, %g, %g ); } ); } );",
             c->per_day, c->handle_s, c->patience_s, c->agents, c->slots, c->slowdown[0], c->slowdown[1],
             c->slowdown[2]);
    struct trial_plan plan = {.text = text, .replications = 150};
    struct trial *trial = trial_play(&plan);
    double arrive = c->per_day / 86400;
    assert_agrees("mean queue", trial_channel(trial, 0, "queue_mean"), f.queue, 0.02);
    assert_agrees("mean wait of all, s", trial_channel(trial, 0, "wait_all_mean_s"), f.queue / arrive, 0.02);
    assert_agrees("abandoned", trial_channel(trial, 0, "abandon_rate"), f.queue / c->patience_s / arrive, 0.02);
    assert_agrees("answered at once", trial_channel(trial, 0, "service_level"), f.answered_at_once, 0.01);
    assert_agrees("busy agents", trial_pool(trial, 0, "occupancy"), f.busy / c->agents, 0.01);
    assert_agrees("in hand of a busy agent", trial_pool(trial, 0, "at_once_mean"), f.holding / f.busy, 0.01);
    /* Agent time of a chat: the busy time that it takes is shared among those in hand. */
    assert_agrees("agent time of a chat, s", trial_channel(trial, 0, "handle_mean_s"),
                  f.busy / (arrive - f.queue / c->patience_s), 0.01);
    trial_free(trial);
}

static const struct slots_case slots_cases[] = {
    {"one agent, three slots, little patience", 1, 3, 800, 200, 60, {1, 1.2, 1.45}},
    {"two agents, two slots", 2, 2, 1200, 200, 120, {1.1, 1.4, 1.4}},
    {"three agents, three slots", 3, 3, 2200, 240, 180, {1, 1.25, 1.7}},
    {"four agents, two slots, much patience", 4, 2, 2000, 240, 600, {1, 1.3, 1.3}},
    {"three agents, one slot: Erlang A", 3, 1, 1000, 200, 120, {1.2, 1.2, 1.2}},
};

/* --- two channels share the slots of one agent --- */

enum { A_MOST = 2, B_MOST = 3, WAIT_MOST = 12 };

/* Chats in hand of channel a (taken while fewer than two are held in all) and b (fewer than three), and waiting. */
struct pair_state {
    int a, b, wait_a, wait_b;
};

static size_t pair_number(struct pair_state s)
{
    return (size_t)(((s.a * (B_MOST + 1) + s.b) * (WAIT_MOST + 1) + s.wait_a) * (WAIT_MOST + 1) + s.wait_b);
}

/* The agent takes who waits: a comes first by rank, and while one of a waits that has no slot, none of b is taken. */
static struct pair_state pair_take(struct pair_state s)
{
    for (;;) {
        if (s.wait_a > 0 && s.a + s.b < A_MOST) {
            s.wait_a--;
            s.a++;
        } else if (s.wait_a == 0 && s.wait_b > 0 && s.a + s.b < B_MOST) {
            s.wait_b--;
            s.b++;
        } else {
            return s;
        }
    }
}

static const double pair_slow_a[] = {1, 1.3, 1.9}, pair_slow_b[] = {1, 1.1, 1.4};

/* Arrivals of a and b .004 and .005 a second, handle times 150 and 120 s, patience 40 and 50 s. */
static void pair_ways_out(struct markov *chain, struct pair_state s)
{
    size_t here = pair_number(s);
    struct pair_state next = s;
    int held = s.a + s.b;
    next.wait_a++;
    if (next.wait_a <= WAIT_MOST)
        markov_add(chain, here, pair_number(pair_take(next)), 0.004);
    next = s;
    next.wait_b++;
    if (next.wait_b <= WAIT_MOST)
        markov_add(chain, here, pair_number(pair_take(next)), 0.005);
    if (s.a > 0) {
        next = s;
        next.a--;
        markov_add(chain, here, pair_number(pair_take(next)), s.a / (150 * pair_slow_a[held - 1]));
    }
    if (s.b > 0) {
        next = s;
        next.b--;
        markov_add(chain, here, pair_number(pair_take(next)), s.b / (120 * pair_slow_b[held - 1]));
    }
    /* Where the last waiting one of a gives up, b is first and takes the third slot at once. */
    if (s.wait_a > 0) {
        next = s;
        next.wait_a--;
        markov_add(chain, here, pair_number(pair_take(next)), s.wait_a / 40.0);
    }
    if (s.wait_b > 0) {
        next = s;
        next.wait_b--;
        markov_add(chain, here, pair_number(pair_take(next)), s.wait_b / 50.0);
    }
}

static void two_channels_share_slots(void **state)
{
    (void)state;
    struct trial_plan plan = {.replications = 300,
                              .text = REFERENCE_DAYS
                              "channels = ( { name = \"a\"; kind = \"chat\"; volume = { per_day = 345.6; }; handle = "
                              "\"150 s\"; patience = \"40 s\"; },"
                              "             { name = \"b\"; kind = \"chat\"; volume = { per_day = 432; }; handle = "
                              "\"120 s\"; patience = \"50 s\"; } );"
                              "pools = ( { name = \"agent\"; agents = 1; skills = ("
                              "  { channel = \"a\"; rank = 1; at_once = 2; slowdown = [1.0, 1.3, 1.9]; },"
                              "  { channel = \"b\"; rank = 2; at_once = 3; slowdown = [1.0, 1.1, 1.4]; } ); } );"};
    struct markov *chain = markov_new((size_t)(B_MOST + 1) * (B_MOST + 1) * (WAIT_MOST + 1) * (WAIT_MOST + 1));
    struct pair_state s;
    for (s.a = 0; s.a <= A_MOST; s.a++)
        for (s.b = 0; s.a + s.b <= B_MOST; s.b++)
            for (s.wait_a = 0; s.wait_a <= WAIT_MOST; s.wait_a++)
                for (s.wait_b = 0; s.wait_b <= WAIT_MOST && s.a + s.b > 0; s.wait_b++)
                    pair_ways_out(chain, s);
    s = (struct pair_state){0, 0, 0, 0};
    pair_ways_out(chain, s);
    double *p = markov_solve(chain), wait_a = 0, wait_b = 0, busy = 0, held = 0, edge = 0;
    for (s.a = 0; s.a <= A_MOST; s.a++)
        for (s.b = 0; s.a + s.b <= B_MOST; s.b++)
            for (s.wait_a = 0; s.wait_a <= WAIT_MOST; s.wait_a++)
                for (s.wait_b = 0; s.wait_b <= WAIT_MOST; s.wait_b++) {
                    double here = p[pair_number(s)];
                    wait_a += here * s.wait_a;
                    wait_b += here * s.wait_b;
                    busy += here * (s.a + s.b > 0);
                    held += here * (s.a + s.b);
                    edge += s.wait_a == WAIT_MOST || s.wait_b == WAIT_MOST ? here : 0;
                }
    free(p);
    assert_true(edge < 1e-8);
    struct trial *trial = trial_play(&plan);
    assert_agrees("mean queue of a", trial_channel(trial, 0, "queue_mean"), wait_a, 0.02);
    assert_agrees("mean queue of b", trial_channel(trial, 1, "queue_mean"), wait_b, 0.02);
    assert_agrees("abandoned of a", trial_channel(trial, 0, "abandon_rate"), wait_a / 40 / 0.004, 0.02);
    assert_agrees("abandoned of b", trial_channel(trial, 1, "abandon_rate"), wait_b / 50 / 0.005, 0.02);
    assert_agrees("busy", trial_pool(trial, 0, "occupancy"), busy, 0.01);
    assert_agrees("in hand of a busy agent", trial_pool(trial, 0, "at_once_mean"), held / busy, 0.01);
    trial_free(trial);
}

/*
 * Slots without a queue are processor sharing whose total speed depends on the number in hand: by Kelly (1979,
 * section 3.3) the numbers in hand depend on the law of the handle time through its mean alone. p(j) is proportional to
 * the product over i = 1 … j of a slowdown[i - 1] / i with a = .008 * 200 = 1.6: 1, 1.6, 1.536, 1.18784. So blocked
 * .223117, busy .812166, in hand of a busy agent 1.904677. Only exact re-timing of what is left makes a lognormal law
 * of cv 1.5 agree.
 */
static void any_law_by_insensitivity(void **state)
{
    const char *law = *state;
    char text[1024];
    snprintf(text, sizeof text,
             REFERENCE_DAYS "channels = ( { name = \"chat\"; kind = \"chat\"; volume = { per_day = 691.2; }; "
                            "queue_limit = 0; handle = %s; } );"
                            "pools = ( { name = \"agent\"; agents = 1; skills = ( { channel = \"chat\"; at_once = 3;"
                            "            slowdown = [1.0, 1.2, 1.45]; } ); } );",
             law);
    struct trial_plan plan = {.text = text, .replications = 200};
    struct trial *trial = trial_play(&plan);
    double sum = 1 + 1.6 + 1.536 + 1.18784;
    assert_true(fabs(1.18784 / sum - 0.223117) < 5e-7 && fabs(1 - 1 / sum - 0.812166) < 5e-7);
    assert_agrees("blocked", trial_share(trial, 0, "blocked", "offered"), 1.18784 / sum, 0.005);
    assert_agrees("busy", trial_pool(trial, 0, "occupancy"), 1 - 1 / sum, 0.005);
    assert_agrees("in hand of a busy agent", trial_pool(trial, 0, "at_once_mean"), 1.904677, 0.005);
    trial_free(trial);
}

/* Handle time and wrap-up are one after the other in the same slot and are slowed alike: again only their mean counts.
 */
static const char *const laws[] = {
    "{ dist = \"lognormal\"; mean = \"200 s\"; cv = 1.5; }",
    "{ dist = \"fixed\"; mean = \"200 s\"; }",
    "{ dist = \"gamma\"; mean = \"140 s\"; cv = 0.7; }; wrap_up = { dist = \"uniform\"; min = \"20 s\"; max = \"100 "
    "s\"; }",
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        {slots_cases[0].name, slots_and_slowdown, NULL, NULL, (void *)(uintptr_t)&slots_cases[0]},
        {slots_cases[1].name, slots_and_slowdown, NULL, NULL, (void *)(uintptr_t)&slots_cases[1]},
        {slots_cases[2].name, slots_and_slowdown, NULL, NULL, (void *)(uintptr_t)&slots_cases[2]},
        {slots_cases[3].name, slots_and_slowdown, NULL, NULL, (void *)(uintptr_t)&slots_cases[3]},
        {slots_cases[4].name, slots_and_slowdown, NULL, NULL, (void *)(uintptr_t)&slots_cases[4]},
        cmocka_unit_test(two_channels_share_slots),
        {"insensitive: lognormal, cv 1.5", any_law_by_insensitivity, NULL, NULL, (void *)(uintptr_t)laws[0]},
        {"insensitive: fixed", any_law_by_insensitivity, NULL, NULL, (void *)(uintptr_t)laws[1]},
        {"insensitive: gamma, then wrap-up", any_law_by_insensitivity, NULL, NULL, (void *)(uintptr_t)laws[2]},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

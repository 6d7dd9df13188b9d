/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Same scenario, seed and version: same bytes, also where chat, deferred and interruptible work, bots, diversions,
 * touches, recontacts, callbacks and backlogs meet: whatever the threads, what else is asked for, and what was played
 * before in the same memory.
 */
#include "base/random.h"
#include "staffcast/present.h"
#include "support/random_mechanisms.h"
#include "support/random_scenario.h"

#include <gsl/gsl_errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SCENARIOS = 40, REPLICATIONS = 5 };

static uint64_t current_seed;
static char *current_text;

#define HOLDS(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "--- scenario of seed %llu ---\n%s---\n", (unsigned long long)current_seed, current_text); \
            fail_msg("seed %llu: %s", (unsigned long long)current_seed, #condition);                                   \
        }                                                                                                              \
    } while (0)

static struct player player_current(void)
{
    return player_new(current_text, NULL, 0);
}

static void over_scenarios(uint64_t first_seed, void (*holds)(void))
{
    for (current_seed = first_seed; current_seed < first_seed + SCENARIOS; current_seed++) {
        current_text = random_mechanisms_text(current_seed);
        holds();
        free(current_text);
    }
}

/* What is printed of a run for programs; the caller frees. */
struct printed {
    char *figures, *all; /* all: with the JSON and, where asked for, the intervals */
};

static struct printed run_printed(const struct player *p, const struct sc_run_options *options)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_result *result = NULL;
    struct printed printed = {0};
    size_t size = 0;
    if (sc_run(p->model, options, &result, &error) != SC_OK)
        fail_msg("%s", error.message);
    result->wall_s = 0.0;
    struct sc_played played = {.scenario = p->scenario, .result = result};
    FILE *stream = open_memstream(&printed.figures, &size);
    sc_run_write_csv(stream, &played, 1, false);
    fclose(stream);
    stream = open_memstream(&printed.all, &size);
    sc_run_write_json(stream, &played, 1, false);
    if (options->intervals)
        sc_run_write_intervals_csv(stream, &played);
    fclose(stream);
    sc_result_free(result);
    return printed;
}

static void printed_free(struct printed *printed)
{
    free(printed->figures);
    free(printed->all);
}

/* 70 replications: more than two blocks, the last one not full. */
static void threads_leave_no_trace(void)
{
    static const int threads[] = {2, 7};
    struct player p = player_current();
    for (int intervals = 0; intervals < 2; intervals++) {
        struct sc_run_options options = {.replications = 70, .threads = 1, .intervals = intervals};
        struct printed one = run_printed(&p, &options);
        HOLDS(strlen(one.figures) > 1000 && strlen(one.all) > 1000);
        for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
            options.threads = threads[i];
            struct printed more = run_printed(&p, &options);
            HOLDS(strcmp(one.figures, more.figures) == 0);
            HOLDS(strcmp(one.all, more.all) == 0);
            printed_free(&more);
        }
        printed_free(&one);
    }
    player_free(&p);
}

static void test_any_number_of_threads_gives_the_same_bytes(void **state)
{
    (void)state;
    over_scenarios(11000, threads_leave_no_trace);
}

static void intervals_leave_no_trace(void)
{
    struct player p = player_current();
    struct sc_run_options options = {.replications = 10, .threads = 1};
    struct printed without = run_printed(&p, &options);
    options.intervals = true;
    struct printed with = run_printed(&p, &options);
    HOLDS(strcmp(without.figures, with.figures) == 0);
    printed_free(&with);
    printed_free(&without);
    player_free(&p);
}

static void test_intervals_change_no_figure_of_a_run(void **state)
{
    (void)state;
    over_scenarios(12000, intervals_leave_no_trace);
}

/* All that an observer is told, in one number. */
struct story {
    uint64_t digest, records;
};

static uint64_t bits(double x)
{
    uint64_t n;
    memcpy(&n, &x, sizeof n);
    return n;
}

static void hear(void *context, const struct sc_contact_record *r)
{
    struct story *story = context;
    const uint64_t told[] = {r->key,          (uint64_t)r->type, (uint64_t)r->pool,  (uint64_t)r->outcome,
                             r->follow_up,    r->counted,        bits(r->arrived_s), bits(r->joined_s),
                             bits(r->left_s), bits(r->handle_s), bits(r->wrap_up_s)};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        story->digest = sc_key(story->digest, told[i]);
    story->records++;
}

static void onlookers_leave_no_trace(void)
{
    struct player p = player_current();
    struct story alone = {0}, beside = {0};
    player_play(&p, 1, NULL, NULL);
    uint64_t plain = replication_digest(p.replication);
    player_play(&p, 1, p.intervals, NULL);
    HOLDS(replication_digest(p.replication) == plain);
    player_play(&p, 1, NULL, &(struct sc_observer){hear, &alone});
    HOLDS(replication_digest(p.replication) == plain);
    HOLDS(alone.records > 0 || p.replication->contacts_simulated == 0.0);
    player_play(&p, 1, p.intervals, &(struct sc_observer){hear, &beside});
    HOLDS(replication_digest(p.replication) == plain);
    HOLDS(alone.records == beside.records && alone.digest == beside.digest);
    player_free(&p);
}

static void test_intervals_and_observers_change_no_replication(void **state)
{
    (void)state;
    over_scenarios(13000, onlookers_leave_no_trace);
}

static size_t luck_differs;

/* Each in memory of its own, then all in the same memory, up, down, and after a seed far away. */
static void order_leaves_no_trace(void)
{
    uint64_t alone[REPLICATIONS];
    for (uint64_t n = 0; n < REPLICATIONS; n++) {
        struct player fresh = player_current();
        player_play(&fresh, n, NULL, NULL);
        alone[n] = replication_digest(fresh.replication);
        player_free(&fresh);
    }
    luck_differs += alone[0] != alone[1];
    struct player p = player_current();
    for (uint64_t n = 0; n < REPLICATIONS; n++) {
        player_play(&p, n, NULL, NULL);
        HOLDS(replication_digest(p.replication) == alone[n]);
    }
    for (uint64_t n = REPLICATIONS; n-- > 0;) {
        player_play(&p, n, NULL, NULL);
        HOLDS(replication_digest(p.replication) == alone[n]);
    }
    sc_model_set_seed(p.model, UINT64_MAX);
    player_play(&p, 0, NULL, NULL);
    sc_model_set_seed(p.model, p.scenario->seed);
    player_play(&p, 2, NULL, NULL);
    HOLDS(replication_digest(p.replication) == alone[2]);
    player_free(&p);
}

static void test_a_replication_depends_on_its_number_alone(void **state)
{
    (void)state;
    over_scenarios(14000, order_leaves_no_trace);
    assert_true(luck_differs > SCENARIOS / 2); /* else the digests would prove nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_number_of_threads_gives_the_same_bytes),
        cmocka_unit_test(test_intervals_change_no_figure_of_a_run),
        cmocka_unit_test(test_intervals_and_observers_change_no_replication),
        cmocka_unit_test(test_a_replication_depends_on_its_number_alone),
    };
    gsl_set_error_handler_off(); /* as the program does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Same scenario, seed and version: same bytes (SPEC 4), whatever the threads, what else is asked for, and
 * what was played before.
 */
#include "staffcast/present.h"
#include "support/random_scenario.h"

#include <gsl/gsl_errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t current_seed;

#define HOLDS(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            random_scenario_print(current_seed);                                                             \
            fail_msg("seed %llu: %s", (unsigned long long)current_seed, #condition);                         \
        }                                                                                                    \
    } while (0)

/* All that is printed of a run for programs, intervals included; the caller frees. */
static char *run_text(const struct player *p, const struct sc_run_options *options)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_result *result = NULL;
    char *text = NULL;
    size_t size = 0;
    enum sc_code code = sc_run(p->model, options, &result, &error);
    if (code != SC_OK)
        fail_msg("%s", error.message);
    result->wall_s = 0.0;
    struct sc_played played = {.scenario = p->scenario, .result = result};
    FILE *stream = open_memstream(&text, &size);
    sc_run_write_json(stream, &played, 1, false);
    sc_run_write_csv(stream, &played, 1, true);
    sc_run_write_intervals_csv(stream, &played);
    fclose(stream);
    sc_result_free(result);
    return text;
}

static void compare_threads(const struct player *p, struct sc_run_options options)
{
    static const int threads[] = {1, 2, 7};
    char *first = NULL;
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        options.threads = threads[i];
        char *text = run_text(p, &options);
        if (!first) {
            HOLDS(strlen(text) > 1000);
            first = text;
            continue;
        }
        HOLDS(strcmp(first, text) == 0);
        free(text);
    }
    free(first);
}

static void test_any_number_of_threads_gives_the_same_bytes(void **state)
{
    (void)state;
    for (current_seed = 1000; current_seed < 1030; current_seed++) {
        char *text = random_scenario_text(current_seed);
        struct player p = player_new(text, NULL, 0);
        /* 70: more than two blocks, the last one not full. */
        compare_threads(&p, (struct sc_run_options){.replications = 70, .intervals = current_seed % 2 == 0});
        player_free(&p);
        free(text);
    }
}

static void test_a_precision_gives_the_same_bytes_with_any_number_of_threads(void **state)
{
    (void)state;
    static const char *const text =
        "name = \"x\"; start = \"2026-01-05\"; days = 1; spread = 0.2; warmup = \"0 d\";\n"
        "channels = ( { name = \"c0\"; hours = { all = \"08:00-18:00\"; }; volume = { per_day = 300; };\n"
        "  handle = \"4 min\"; patience = \"2 min\"; target = { answer = 0.8; within = \"20 s\"; }; } );\n"
        "pools = ( { name = \"p0\"; agents = 3; skills = ( { channel = \"c0\"; } ); } );\n";
    struct player p = player_new(text, NULL, 0);
    compare_threads(&p, (struct sc_run_options){.precision = 0.01});
    player_free(&p);
}

/* Replication 3 first, then 0 and 3 again in a workspace that has seen others, and in one that is new. */
static void test_a_replication_depends_on_its_number_alone(void **state)
{
    (void)state;
    for (current_seed = 2000; current_seed < 2100; current_seed++) {
        char *text = random_scenario_text(current_seed);
        struct player p = player_new(text, NULL, 0), fresh = player_new(text, NULL, 0);
        player_play(&p, 3, NULL, NULL);
        uint64_t third = replication_digest(p.replication);
        player_play(&p, 0, NULL, NULL);
        uint64_t zeroth = replication_digest(p.replication);
        HOLDS(zeroth != third || p.replication->contacts_simulated == 0.0);
        player_play(&fresh, 0, NULL, NULL);
        HOLDS(replication_digest(fresh.replication) == zeroth);
        player_play(&p, 3, NULL, NULL);
        HOLDS(replication_digest(p.replication) == third);
        player_free(&fresh);
        player_free(&p);
        free(text);
    }
}

/* A workspace may serve another replication after one of a seed far away. */
static void test_a_seed_set_and_set_back_leaves_no_trace(void **state)
{
    (void)state;
    for (current_seed = 2000; current_seed < 2020; current_seed++) {
        char *text = random_scenario_text(current_seed);
        struct player p = player_new(text, NULL, 0);
        player_play(&p, 0, NULL, NULL);
        uint64_t before = replication_digest(p.replication);
        sc_model_set_seed(p.model, UINT64_MAX);
        player_play(&p, 0, NULL, NULL);
        HOLDS(replication_digest(p.replication) != before || p.replication->contacts_simulated == 0.0);
        sc_model_set_seed(p.model, p.scenario->seed);
        player_play(&p, 0, NULL, NULL);
        HOLDS(replication_digest(p.replication) == before);
        player_free(&p);
        free(text);
    }
}

static void ignore_contact(void *context, const struct sc_contact_record *record)
{
    (void)record;
    ++*(uint64_t *)context;
}

static void test_intervals_and_observers_change_no_figure(void **state)
{
    (void)state;
    for (current_seed = 3000; current_seed < 3100; current_seed++) {
        char *text = random_scenario_text(current_seed);
        struct player p = player_new(text, NULL, 0);
        uint64_t seen = 0;
        struct sc_observer observer = {ignore_contact, &seen};
        player_play(&p, 1, NULL, NULL);
        uint64_t plain = replication_digest(p.replication);
        player_play(&p, 1, p.intervals, NULL);
        HOLDS(replication_digest(p.replication) == plain);
        player_play(&p, 1, NULL, &observer);
        HOLDS(replication_digest(p.replication) == plain);
        HOLDS((double)seen == p.replication->contacts_simulated);
        player_free(&p);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_number_of_threads_gives_the_same_bytes),
        cmocka_unit_test(test_a_precision_gives_the_same_bytes_with_any_number_of_threads),
        cmocka_unit_test(test_a_replication_depends_on_its_number_alone),
        cmocka_unit_test(test_a_seed_set_and_set_back_leaves_no_trace),
        cmocka_unit_test(test_intervals_and_observers_change_no_figure),
    };
    gsl_set_error_handler_off(); /* as the program does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}

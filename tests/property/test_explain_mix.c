/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Coalitions of scenarios that have nothing to do with each other: whatever the one and the other are, every mixture of
 * their groups is a scenario that can be read and built, and those of none and of all are the two themselves.
 */
#include "decide/explain_private.h"
#include "estimate/paired.h"
#include "support/random_mechanisms.h"
#include "support/random_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct sc_document *document_of(const char *text)
{
    char path[128];
    struct sc_document *document = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    snprintf(path, sizeof path, "%s/staffcast-mix-XXXXXX", P_tmpdir);
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(sc_document_read(path, &document, &faults, &error), SC_OK);
    unlink(path);
    sc_faults_release(&faults);
    return document;
}

static void check_coalition(const struct sc_mix *mix, unsigned mask, uint64_t one, uint64_t other)
{
    struct sc_document *document = NULL;
    struct sc_scenario *scenario = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_mix_document(mix, mask, &document, &error), SC_OK);
    if (sc_scenario_from_document(document, &scenario, &faults, &error) != SC_OK) {
        sc_faults_print(&faults, stdout);
        fail_msg("groups %03x of scenario %llu in scenario %llu: %s", mask, (unsigned long long)other,
                 (unsigned long long)one, error.message);
    }
    sc_scenario_free(scenario);
    sc_faults_release(&faults);
    sc_document_free(document);
}

static void check_pair(char *(*text)(uint64_t), uint64_t one, uint64_t other)
{
    char *before_text = text(one), *after_text = text(other);
    struct sc_document *before = document_of(before_text), *after = document_of(after_text);
    struct sc_mix *mix = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_mix_new(before, after, &mix, &error), SC_OK);
    for (unsigned mask = 0; mask < 1u << SC_GROUP_COUNT; mask++)
        if ((mask & ~mix->differing) == 0)
            check_coalition(mix, mask, one, other);
    sc_mix_free(mix);
    sc_document_free(before);
    sc_document_free(after);
    free(before_text);
    free(after_text);
}

/* --- what is put together from one side alone is that side --- */

/* The figures of all channels of `like`, in both models, in replication 0: the same to the last bit. */
static void check_same_play(struct sc_scenario *like, struct sc_scenario *mixed, uint64_t seed)
{
    struct player one = player_of(like), other = player_of(mixed);
    sc_model_set_seed(one.model, 5); /* a mixture has the seed of the scenario before */
    sc_model_set_seed(other.model, 5);
    player_play(&one, 0, NULL, NULL);
    player_play(&other, 0, NULL, NULL);
    for (size_t c = 0; c < like->channel_count; c++) {
        ptrdiff_t twin = sc_channel_index(mixed, like->channels[c].name);
        assert_true(twin >= 0);
        if (memcmp(&one.replication->channel[c], &other.replication->channel[twin], sizeof(struct sc_tally)) != 0)
            fail_msg("channel %s of scenario %llu is another in the mixture", like->channels[c].name,
                     (unsigned long long)seed);
    }
    player_free(&one);
    player_free(&other);
}

static struct sc_scenario *scenario_of(const struct sc_document *document)
{
    struct sc_scenario *scenario = NULL;
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_scenario_from_document(document, &scenario, &faults, &error), SC_OK);
    sc_faults_release(&faults);
    return scenario;
}

/* With a group that does not exist the two ends are mixed like all others, instead of being taken as they are. */
static void check_ends(char *(*text)(uint64_t), uint64_t one, uint64_t other)
{
    const unsigned none = 1u << SC_GROUP_COUNT;
    char *before_text = text(one), *after_text = text(other);
    struct sc_document *side[2] = {document_of(before_text), document_of(after_text)};
    struct sc_mix *mix = NULL;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_mix_new(side[0], side[1], &mix, &error), SC_OK);
    mix->differing = 2 * none - 1;
    for (int after = 0; after < 2; after++) {
        struct sc_document *document = NULL;
        assert_int_equal(sc_mix_document(mix, after ? none - 1 : none, &document, &error), SC_OK);
        check_same_play(scenario_of(side[after]), scenario_of(document), after ? other : one);
        sc_document_free(document);
    }
    sc_mix_free(mix);
    sc_document_free(side[0]);
    sc_document_free(side[1]);
    free(before_text);
    free(after_text);
}

static void test_ends_are_the_scenarios(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        check_ends(random_scenario_text, seed, seed + 1000);
        check_ends(random_mechanisms_text, seed, seed + 1000);
    }
}

static void test_random_scenarios_mix(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++)
        check_pair(random_scenario_text, seed, seed + 1000);
}

static void test_random_mechanisms_mix(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++)
        check_pair(random_mechanisms_text, seed, seed + 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_are_the_scenarios),
        cmocka_unit_test(test_random_scenarios_mix),
        cmocka_unit_test(test_random_mechanisms_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Common random numbers (SPEC 4): a contact keeps its number and its own draws under every what-if, so
 * alternatives differ by what was changed and not by luck. Seen by an observer, contact by contact, and in
 * the width of paired intervals.
 */
#include "base/random.h"
#include "support/random_scenario.h"
#include "support/scenario_text.h"

#include <math.h>
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

/* --- new contacts of a replication, by key
 * --------------------------------------------------------------------- */

struct known {
    uint64_t key;
    double arrived_s;
    int class_index;
    size_t channel;
    enum sc_outcome outcome;
    /* the own draws that its way has shown; NaN where it has not */
    double handle_s, wrap_up_s; /* the record has them before any agent's speed */
    double patience_s;
};

struct crowd {
    const struct sc_model *model;
    struct known *known;
    size_t count, room;
};

static void remember(void *context, const struct sc_contact_record *r)
{
    struct crowd *crowd = context;
    if (r->follow_up)
        return;
    if (crowd->count == crowd->room) {
        crowd->room = crowd->room ? 2 * crowd->room : 1024;
        crowd->known = realloc(crowd->known, crowd->room * sizeof *crowd->known);
    }
    struct known *k = &crowd->known[crowd->count++];
    *k = (struct known){.key = r->key,
                        .arrived_s = r->arrived_s,
                        .outcome = r->outcome,
                        .channel = sc_model_type_channel(crowd->model, (size_t)r->type),
                        .class_index = sc_model_type_class(crowd->model, (size_t)r->type),
                        .handle_s = NAN,
                        .wrap_up_s = NAN,
                        .patience_s = NAN};
    if (r->outcome == SC_OUTCOME_ANSWERED) {
        k->handle_s = r->handle_s;
        k->wrap_up_s = r->wrap_up_s;
    } else if (r->outcome == SC_OUTCOME_ABANDONED) {
        k->patience_s = r->left_s - r->joined_s;
    }
}

static int by_key(const void *a, const void *b)
{
    const struct known *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static struct crowd crowd_of(const char *text, const char *override, uint64_t number)
{
    struct player p = player_new(text, &override, override ? 1 : 0);
    struct crowd crowd = {.model = p.model};
    player_play(&p, number, NULL, &(struct sc_observer){remember, &crowd});
    qsort(crowd.known, crowd.count, sizeof *crowd.known, by_key);
    for (size_t i = 1; i < crowd.count; i++)
        HOLDS(crowd.known[i].key != crowd.known[i - 1].key);
    player_free(&p);
    crowd.model = NULL;
    return crowd;
}

/* Where both ways show a draw it is the same. */
static bool same_draw(double a, double b)
{
    return isnan(a) || isnan(b) || a == b;
}

static size_t compare(const struct known *a, const struct known *b, size_t channels_in_front)
{
    HOLDS(a->key == b->key);
    HOLDS(a->arrived_s == b->arrived_s && a->class_index == b->class_index);
    HOLDS(a->channel + channels_in_front == b->channel);
    HOLDS(same_draw(a->handle_s, b->handle_s) && same_draw(a->wrap_up_s, b->wrap_up_s));
    HOLDS(same_draw(a->patience_s, b->patience_s));
    return a->outcome != b->outcome;
}

/* Every new contact is in both, with the same draws. Returns of how many the fate changed. */
static size_t compare_all(const struct crowd *base, const struct crowd *other, size_t channels_in_front)
{
    size_t moved = 0, j = 0;
    for (size_t i = 0; i < base->count; i++, j++) {
        while (channels_in_front && j < other->count && other->known[j].key != base->known[i].key)
            j++; /* of the channels in front */
        HOLDS(j < other->count);
        moved += compare(&base->known[i], &other->known[j], channels_in_front);
    }
    HOLDS(channels_in_front || base->count == other->count);
    return moved;
}

/* --- the properties
 * ------------------------------------------------------------------------------------------- */

/* Plays random scenarios with and without an override that leaves every new contact alone. */
static void leaves_contacts_alone(uint64_t first_seed, const char *override)
{
    size_t moved = 0, contacts = 0;
    for (current_seed = first_seed; current_seed < first_seed + 20; current_seed++) {
        char *text = random_scenario_text(current_seed);
        struct crowd base = crowd_of(text, NULL, 1), other = crowd_of(text, override, 1);
        moved += compare_all(&base, &other, 0);
        contacts += base.count;
        free(base.known);
        free(other.known);
        free(text);
    }
    /* The what-if must have done something, or nothing is proven. */
    assert_true(contacts > 2000 && moved > 0);
}

static void test_staffing_leaves_draws_alone(void **state)
{
    (void)state;
    leaves_contacts_alone(4000, "pools.p0.extra += 1");
    leaves_contacts_alone(4100, "pools.*.extra += 3");
}

static void test_routing_leaves_draws_alone(void **state)
{
    (void)state;
    leaves_contacts_alone(4200, "routing.agent = random");
    leaves_contacts_alone(4300, "routing.contact = longest-wait");
    leaves_contacts_alone(4400, "routing.contact = score");
    leaves_contacts_alone(4500, "pools.p0.skills.c0.rank = 5");
    leaves_contacts_alone(4600, "pools.p0.skills.c0.speed = 1.5");
    leaves_contacts_alone(4700, "pools.p0.skills.c0.after = 45 s");
}

static void test_retries_leave_new_contacts_alone(void **state)
{
    (void)state;
    leaves_contacts_alone(4800, "channels.*.retry = { share = 0.9; after = \"5 min\"; attempts = 2; }");
}

static void test_other_settings_leave_draws_alone(void **state)
{
    (void)state;
    leaves_contacts_alone(4900, "channels.c0.balk = 0.5");
    leaves_contacts_alone(5000, "channels.c0.queue_limit = 2");
    leaves_contacts_alone(5100, "channels.c0.priority += 7");
    leaves_contacts_alone(5200, "channels.*.at_close = dismiss");
}

/* A day's volume: the other days' contacts stay as they are, and on that day they keep draws, only their
 * times move. */
static void test_volume_changes_only_the_days_it_touches(void **state)
{
    (void)state;
    size_t elsewhere = 0, there = 0;
    static const char *const plain =
        "name = \"x\"; start = \"2026-01-05\"; days = 4; warmup = \"0 d\"; spread = 0.1;\n"
        "channels = ( { name = \"c0\"; volume = { per_day = { all = 300; tue = 310; }; spread = 0.2; };\n"
        "    handle = { dist = \"lognormal\"; mean = \"4 min\"; cv = 0.8; }; wrap_up = \"20 s\"; patience = "
        "\"2 min\";\n"
        "    classes = ( { name = \"vip\"; share = 0.3; priority = 1; } ); },\n"
        "  { name = \"c1\"; volume = { per_day = 200; }; handle = \"3 min\"; patience = \"1 min\"; } );\n"
        "pools = ( { name = \"p0\"; agents = 2; skills = ( { channel = \"c0\"; }, { channel = \"c1\"; } ); } "
        ");\n";
    current_seed = 0;
    struct crowd base = crowd_of(plain, NULL, 7),
                 other = crowd_of(plain, "channels.c0.volume.per_day.tue *= 1.3", 7);
    for (size_t i = 0, j = 0; i < base.count; i++) {
        const struct known *a = &base.known[i];
        while (j < other.count && other.known[j].key < a->key) {
            /* More contacts come only on the day and the channel that was touched. */
            assert_true(other.known[j].channel == 0 && floor(other.known[j].arrived_s / 86400.0) == 1.0);
            j++;
        }
        assert_true(j < other.count);
        const struct known *b = &other.known[j++];
        assert_true(a->key == b->key && a->class_index == b->class_index &&
                    same_draw(a->handle_s, b->handle_s));
        assert_true(same_draw(a->wrap_up_s, b->wrap_up_s) && same_draw(a->patience_s, b->patience_s));
        if (a->channel == 0 && floor(a->arrived_s / 86400.0) == 1.0) {
            assert_true(b->arrived_s < a->arrived_s); /* 30 % more of them: the n-th comes earlier */
            there++;
        } else {
            assert_true(a->arrived_s == b->arrived_s);
            elsewhere++;
        }
    }
    assert_true(there > 200 && elsewhere > 1000 && other.count > base.count);
    free(base.known);
    free(other.known);
}

/* text with `insert` put behind the first `after`; the caller frees. */
static char *inserted(const char *text, const char *after, const char *insert)
{
    const char *found = strstr(text, after);
    if (!found)
        fail_msg("no '%s' in the scenario", after);
    size_t until = (size_t)(found - text) + strlen(after);
    char *whole = malloc(strlen(text) + strlen(insert) + 1);
    memcpy(whole, text, until);
    strcpy(whole + until, insert);
    strcat(whole, text + until);
    return whole;
}

static void test_elements_in_front_leave_the_others_alone(void **state)
{
    (void)state;
    for (current_seed = 6000; current_seed < 6020; current_seed++) {
        char *text = random_scenario_text(current_seed);
        char *more = inserted(text, "\nchannels = (",
                              "{ name = \"front\"; volume = { per_day = 500; spread = 0.3; }; "
                              "handle = \"2 min\"; patience = \"1 min\"; },");
        char *most = inserted(more, "\npools = (",
                              "{ name = \"new\"; agents = 1; "
                              "skills = ( { channel = \"front\"; }, { channel = \"c0\"; } ); },");
        struct crowd base = crowd_of(text, NULL, 2), other = crowd_of(most, NULL, 2);
        HOLDS(other.count > base.count);
        compare_all(&base, &other, 1);
        free(base.known);
        free(other.known);
        free(most);
        free(more);
        free(text);
    }
}

/* --- the width of paired intervals on workload W2
 * -------------------------------------------------------------- */

enum { W2_DAYS = 1000 };

static void service_pairs(const char *override, struct sc_pair *service)
{
    char path[512];
    struct sc_faults faults = {0};
    struct sc_error error = SC_ERROR_INIT;
    struct sc_scenario *scenario = NULL;
    snprintf(path, sizeof path, "%s/tests/bench/w2.cfg", SC_SOURCE_DIR);
    if (sc_scenario_read(path, &override, override ? 1 : 0, &scenario, &faults, &error) != SC_OK)
        fail_msg("%s", error.message);
    sc_faults_release(&faults);
    struct player p = player_of(scenario);
    struct sc_pair *pairs = calloc(sc_pairs_count(p.model), sizeof *pairs);
    size_t row = sc_pairs_of_total(p.model) +
                 (size_t)sc_metric_find(sc_total_metrics, sc_total_metric_count, "service_level");
    for (uint64_t number = 0; number < W2_DAYS; number++) {
        player_play(&p, number, NULL, NULL);
        sc_pairs_fill(p.model, p.replication, pairs);
        service[number] = pairs[row];
    }
    free(pairs);
    player_free(&p);
}

static double half_width(struct sc_figure figure)
{
    return (figure.high - figure.low) / 2.0;
}

/* Half-width of the paired difference over that of the difference of two runs that have nothing in common. */
static double paired_share(const struct sc_pair *base, const struct sc_pair *other)
{
    struct sc_pair_moments paired = {0};
    struct sc_moments a = {0}, b = {0};
    for (size_t i = 0; i < W2_DAYS; i++) {
        sc_pair_moments_add(&paired, base[i].y, base[i].x, other[i].y, other[i].x);
        sc_moments_add(&a, base[i].y, base[i].x);
        sc_moments_add(&b, other[i].y, other[i].x);
    }
    double together = half_width(sc_ratio_difference_estimate(&paired, -1.0, 1.0));
    return together /
           hypot(half_width(sc_ratio_estimate(&a, 0.0, 1.0)), half_width(sc_ratio_estimate(&b, 0.0, 1.0)));
}

static void test_paired_differences_of_w2_are_narrow(void **state)
{
    (void)state;
    struct sc_pair *base = calloc(W2_DAYS, sizeof *base), *other = calloc(W2_DAYS, sizeof *other);
    service_pairs(NULL, base);
    service_pairs("pools.g2.extra += 1", other);
    double agent = paired_share(base, other);
    service_pairs("channels.*.volume.factor *= 1.05", other);
    double volume = paired_share(base, other);
    print_message(
        "paired half-width over independent: %.3f with one more agent, %.3f with 5 %% more volume\n", agent,
        volume);
    assert_true(agent <= 0.2);
    assert_true(volume <= 0.4);
    free(base);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_staffing_leaves_draws_alone),
        cmocka_unit_test(test_routing_leaves_draws_alone),
        cmocka_unit_test(test_retries_leave_new_contacts_alone),
        cmocka_unit_test(test_other_settings_leave_draws_alone),
        cmocka_unit_test(test_volume_changes_only_the_days_it_touches),
        cmocka_unit_test(test_elements_in_front_leave_the_others_alone),
        cmocka_unit_test(test_paired_differences_of_w2_are_narrow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

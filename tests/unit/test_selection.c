/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which is best: the constants of Kim and Nelson, and the promise, kept over a thousand selections among made-up
 * contenders in the least favourable places: the best ahead of all others by just the indifference zone.
 */
#include "staffcast/selection.h"

#include "support/small_centre.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CONTENDERS_MOST = 10, FED = 2048 };
static const double pi = 3.14159265358979323846;

/* A generator of the test's own: what it tests has the program's. */
static double uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return ((double)((z ^ z >> 31) >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(uint64_t *state)
{
    double radius = sqrt(-2 * log(uniform(state)));
    return radius * cos(2 * pi * uniform(state));
}

struct fixture {
    struct small_centre centre;
    const struct sc_model *models[CONTENDERS_MOST];
    struct sc_pair *pairs; /* of one replication */
    size_t place;
};

static void fixture_init(struct fixture *f, const char *path)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_model *model = NULL;
    const struct sc_metric *metric;

    small_centre_init(&f->centre, 0, 90, 180);
    assert_int_equal(sc_model_build(&f->centre.scenario, &model, &error), SC_OK);
    for (int i = 0; i < CONTENDERS_MOST; i++)
        f->models[i] = model;
    f->pairs = calloc(sc_pairs_count(model), sizeof *f->pairs);
    assert_non_null(f->pairs);
    assert_int_equal(sc_metric_locate(model, path, &f->place, &metric, &error), SC_OK);
}

static void fixture_release(struct fixture *f)
{
    sc_model_free((struct sc_model *)f->models[0]);
    free(f->pairs);
}

/* --- the constants --- */

static void assert_close(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.12g is not %.12g", a, b);
}

/* eta solves the equation it comes from: P of an error in a pair is alpha / (k - 1), by g(eta) = (1 + 2 eta)^(-(n - 1)
   / 2) / 2 for c = 1 (Kim and Nelson 2001, eq. 1). */
static void constants_solve_their_equation(void **state)
{
    (void)state;
    for (size_t k = 2; k < 200; k += 7)
        for (size_t n = 5; n < 100; n += 9) {
            double eta = sc_selection_h2(k, n, 0.95) / 2 / (double)(n - 1);
            assert_close(pow(1 + 2 * eta, -((double)n - 1) / 2) / 2, 0.05 / (double)(k - 1), 1e-12);
        }
    /* Two contenders and first stages of 10: eta = ((2 · .05)^(-2/9) - 1) / 2 = .33406. */
    assert_close(sc_selection_h2(2, 10, 0.95), 18 * 0.3340502, 1e-5);
}

/* --- the promise --- */

struct law {
    double zone;
    bool lowest;
    double own, common; /* scatter of a contender by itself; what all share */
    bool skewed;        /* exponential rather than normal */
};

static double draw(uint64_t *state, bool skewed)
{
    return skewed ? -log(uniform(state)) - 1 : normal(state);
}

/* Feeds replications in which contender i has the ratio .8 but `best`, which is ahead by the zone. */
static size_t select_once(struct fixture *f, size_t count, size_t best, const struct law *law, uint64_t seed,
                          size_t *replications)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_selector *selector = NULL;
    struct sc_selection *selection = NULL;
    const struct sc_selection_options options = {.metric = "channels.phone.service_level",
                                                 .indifference = law->zone,
                                                 .direction = law->lowest ? SC_DIRECTION_LOWEST : SC_DIRECTION_OWN};
    uint64_t state = seed;

    assert_int_equal(sc_selector_new(f->models, count, &options, &selector, &error), SC_OK);
    for (size_t r = 0; r < FED; r++) {
        double x = 100 * exp(0.3 * normal(&state)), shared = law->common * draw(&state, law->skewed);

        for (size_t i = 0; i < count; i++) {
            double ahead = i == best ? (law->lowest ? -law->zone : law->zone) : 0;
            double value = 0.8 + ahead + shared + law->own * draw(&state, law->skewed);

            f->pairs[f->place] = (struct sc_pair){x * value, x};
            assert_int_equal(sc_selector_add(selector, r, i, f->pairs, &error), SC_OK);
        }
    }
    assert_int_equal(sc_selector_finish(selector, &selection, &error), SC_OK);
    size_t found = selection->best;

    *replications += selection->replications;
    assert_true(selection->replications < FED); /* or the fixture's model would have been played */
    sc_selection_free(selection);
    sc_selector_free(selector);
    return found;
}

static void best_is_found_as_promised(void **state)
{
    const struct law laws[] = {
        {.zone = 0.005, .own = 0.02, .common = 0.05},
        {.zone = 0.005, .own = 0.02, .common = 0.05, .skewed = true},
        {.zone = 0.01, .own = 0.04, .common = 0, .lowest = true, .skewed = true},
    };
    const size_t counts[] = {2, 5, CONTENDERS_MOST};
    enum { SELECTIONS = 300 };
    struct fixture f;

    (void)state;
    fixture_init(&f, "channels.phone.service_level");
    for (size_t l = 0; l < sizeof laws / sizeof laws[0]; l++)
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            size_t right = 0, replications = 0;

            for (uint64_t s = 0; s < SELECTIONS; s++) {
                size_t best = s % counts[c];

                right += select_once(&f, counts[c], best, &laws[l], 7919 * s + 100 * l + c, &replications) == best;
            }
            double share = (double)right / SELECTIONS;

            print_message("law %zu, %zu contenders: %.3f right, after %.0f replications\n", l, counts[c], share,
                          (double)replications / SELECTIONS);
            /* Below .95 by chance once in a million: 4.75 standard deviations. */
            assert_true(share >= 0.95 - 4.75 * sqrt(0.95 * 0.05 / SELECTIONS));
        }
    fixture_release(&f);
}

/* Common random numbers make the same selection with fewer replications. */
static void what_is_shared_costs_nothing(void **state)
{
    const struct law alone = {.zone = 0.01, .own = 0.02}, shared = {.zone = 0.01, .own = 0.02, .common = 0.5};
    struct fixture f;
    size_t few = 0, many = 0;

    (void)state;
    fixture_init(&f, "channels.phone.service_level");
    for (uint64_t s = 0; s < 20; s++) {
        select_once(&f, 3, 1, &alone, s, &few);
        select_once(&f, 3, 1, &shared, s, &many);
    }
    assert_true((double)many < 1.5 * (double)few);
    fixture_release(&f);
}

/* --- who is out, who is close --- */

static void alike_are_both_named(void **state)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_selector *selector = NULL;
    struct sc_selection *selection = NULL;
    struct fixture f;
    const struct sc_selection_options options = {.metric = "totals.wait_mean_s"};

    (void)state;
    fixture_init(&f, "totals.wait_mean_s");
    assert_int_equal(sc_selector_new(f.models, 3, &options, &selector, &error), SC_OK);
    for (size_t r = 0; r < 64; r++)
        for (size_t i = 0; i < 3; i++) {
            f.pairs[f.place] = (struct sc_pair){i == 2 ? 30 : 20 + (double)(r % 3), 1};
            assert_int_equal(sc_selector_add(selector, r, i, f.pairs, &error), SC_OK);
        }
    assert_int_equal(sc_selector_finish(selector, &selection, &error), SC_OK);
    assert_true(selection->lowest);
    assert_int_equal(selection->best, 0);
    assert_int_equal(selection->replications, 64);
    assert_false(selection->apart);
    assert_false(selection->contenders[0].out || selection->contenders[1].out);
    assert_true(selection->contenders[2].out);
    assert_close(selection->contenders[1].behind, 0, 0);
    assert_close(selection->contenders[2].behind, 30 - selection->contenders[0].value, 1e-12);
    assert_close(selection->indifference, 0.01 * selection->contenders[0].value, 1e-12);
    sc_selection_free(selection);
    sc_selector_free(selector);
    fixture_release(&f);
}

/* Two that are alike, and a zone so narrow that no number of replications shows it. */
static void what_cannot_be_told_is_refused(void **state)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_selector *selector = NULL;
    struct sc_selection *selection = NULL;
    struct fixture f;
    const struct sc_selection_options options = {.metric = "totals.cost", .indifference = 1e-6};
    uint64_t seed = 1;

    (void)state;
    fixture_init(&f, "totals.cost");
    assert_int_equal(sc_selector_new(f.models, 2, &options, &selector, &error), SC_OK);
    for (size_t r = 0; r < SC_PRECISION_MOST; r++)
        for (size_t i = 0; i < 2; i++) {
            f.pairs[f.place] = (struct sc_pair){1000 + 10 * normal(&seed), 1};
            assert_int_equal(sc_selector_add(selector, r, i, f.pairs, &error), SC_OK);
        }
    assert_int_equal(sc_selector_finish(selector, &selection, &error), SC_UNREACHABLE);
    assert_null(selection);
    sc_selector_free(selector);
    fixture_release(&f);
}

/* --- figures by path --- */

static void paths_are_found(void **state)
{
    struct sc_error error = SC_ERROR_INIT;
    struct fixture f;
    const struct sc_metric *metric = NULL;
    const struct {
        const char *element, *metric;
        enum sc_direction direction;
    } found[] = {
        {"totals", "cost_per_contact", SC_DIRECTION_LOWEST},
        {"channels.phone", "service_level", SC_DIRECTION_HIGHEST},
        {"channels.phone", "service_level_by.no-short", SC_DIRECTION_HIGHEST},
        {"channels.phone", "handle_mean_s", SC_DIRECTION_OWN},
        {"channels.phone", "target_met", SC_DIRECTION_HIGHEST},
        {"pools.front line", "occupancy", SC_DIRECTION_OWN},
        {"pools.front line", "overtime_h", SC_DIRECTION_LOWEST},
    };
    static const char *const lost[] = {"",
                                       "totals",
                                       "totals.",
                                       "totals.nothing",
                                       "channels.fax.offered",
                                       "channels.phone",
                                       "channels.phon.offered",
                                       "channels.phone.classes.vip.offered",
                                       "pools.front line.service_level",
                                       "pools.front.cost",
                                       "channels.phone.wait_p90_s",
                                       "totals.automation_saving",
                                       "phone.offered"};

    (void)state;
    fixture_init(&f, "totals.cost");
    for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
        char path[100];
        size_t place = 0;

        snprintf(path, sizeof path, "%s.%s", found[i].element, found[i].metric);
        assert_int_equal(sc_metric_locate(f.models[0], path, &place, &metric, &error), SC_OK);
        assert_string_equal(metric->name, found[i].metric);
        assert_int_equal(sc_metric_direction(metric), found[i].direction);
    }
    for (size_t i = 0; i < sizeof lost / sizeof lost[0]; i++) {
        struct sc_error here = SC_ERROR_INIT;
        size_t place = 77;

        assert_int_equal(sc_metric_locate(f.models[0], lost[i], &place, &metric, &here), SC_USAGE);
        assert_int_equal(place, 77);
    }
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_solve_their_equation), cmocka_unit_test(best_is_found_as_promised),
        cmocka_unit_test(what_is_shared_costs_nothing),   cmocka_unit_test(alike_are_both_named),
        cmocka_unit_test(what_cannot_be_told_is_refused), cmocka_unit_test(paths_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The promise of a selection, kept by the whole program: a small call centre with three volumes, the indifference zone
 * being just the gap between the first two. That gap is known from one comparison of many replications.
 */
#include "staffcast/paired.h"
#include "staffcast/selection.h"

#include "support/small_centre.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { CONTENDERS = 3, SELECTIONS = 300, TRUTH = 20000 };

struct subject {
    const char *path, *metric;
    double spread;
};

static double gap_of(const struct sc_model *const *models, const char *metric)
{
    struct sc_error error = SC_ERROR_INIT;
    struct sc_paired *paired = NULL;
    const struct sc_paired_options options = {.replications = TRUTH, .seed = 1};
    int index = sc_metric_find(sc_channel_metrics, sc_channel_metric_count, metric);

    assert_int_equal(sc_paired_run(models, CONTENDERS, &options, &paired, &error), SC_OK);
    double gap = fabs(paired->difference[1][sc_pairs_of_channel(models[1], 0) + (size_t)index].figure.mean);

    sc_paired_free(paired);
    return gap;
}

static void best_is_found_as_promised(void **state)
{
    const struct subject *subject = *state;
    struct small_centre centre[CONTENDERS];
    struct sc_model *models[CONTENDERS] = {NULL};
    const struct sc_model *const *contenders = (const struct sc_model *const *)models;
    struct sc_error error = SC_ERROR_INIT;
    size_t right = 0, replications = 0;

    for (int i = 0; i < CONTENDERS; i++) {
        small_centre_init(&centre[i], subject->spread, 110, 180);
        centre[i].channel.volume.factor = 1 + 0.0005 * i; /* few contacts differ, so chance matters */
        assert_int_equal(sc_model_build(&centre[i].scenario, &models[i], &error), SC_OK);
    }
    double gap = gap_of(contenders, subject->metric);

    for (uint64_t s = 0; s < SELECTIONS; s++) {
        const struct sc_selection_options options = {.metric = subject->path, .indifference = gap, .seed = 100 + s};
        struct sc_selection *selection = NULL;

        assert_int_equal(sc_select(contenders, CONTENDERS, &options, &selection, &error), SC_OK);
        right += selection->best == 0;
        replications += selection->replications;
        sc_selection_free(selection);
    }
    double share = (double)right / SELECTIONS;

    print_message("%s: %.4f right with a zone of %.4g, after %.0f replications\n", subject->path, share, gap,
                  (double)replications / SELECTIONS);
    /* Below .95 by chance once in a million: 4.75 standard deviations. */
    assert_true(share >= 0.95 - 4.75 * sqrt(0.95 * 0.05 / SELECTIONS));
    for (int i = 0; i < CONTENDERS; i++)
        sc_model_free(models[i]);
}

int main(void)
{
    static const struct subject level = {"channels.phone.service_level", "service_level", 0.2};
    static const struct subject wait = {"channels.phone.wait_mean_s", "wait_mean_s", 0.3};
    static const struct subject abandon = {"channels.phone.abandon_rate", "abandon_rate", 0};
    const struct CMUnitTest tests[] = {
        {"service level", best_is_found_as_promised, NULL, NULL, (void *)&level},
        {"mean wait", best_is_found_as_promised, NULL, NULL, (void *)&wait},
        {"abandonment", best_is_found_as_promised, NULL, NULL, (void *)&abandon},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

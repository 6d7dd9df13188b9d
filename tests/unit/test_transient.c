/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forward equations against closed forms, stationary limits, themselves with other steps, and the offered load. */
#include "staffcast/offered_load.h"
#include "staffcast/transient.h"
#include "support/erlang_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct sc_transient_point *solved(struct sc_transient transient)
{
    struct sc_error error = SC_ERROR_INIT;
    double bound;
    struct sc_transient_point *points = calloc(sc_transient_points(&transient), sizeof *points);
    assert_non_null(points);
    if (sc_transient_solve(&transient, points, &bound, &error) != SC_OK)
        fail_msg("%s", error.message);
    assert_true(bound >= 0 && bound <= transient.tolerance);
    return points;
}

static void settles_at_erlang_a(void **state)
{
    (void)state;
    const struct sc_transient_piece piece = {14400, 1.0 / 6, 50};
    struct sc_transient_point *points =
        solved((struct sc_transient){&piece, 1, 300, 180, 20, SC_ERLANG_UNLIMITED, 0, 600, 1e-10});
    const struct sc_transient_point *last = &points[24];
    struct sc_erlang_result a = erlang_evaluated((struct sc_erlang){50, 300, 180, 0, 20, 50, SC_ERLANG_UNLIMITED});
    assert_near(last->wait_probability, a.shares.wait_probability, 1e-9, 0);
    assert_near(last->queue, a.queue_mean, 1e-9, 0);
    assert_near(last->busy, a.busy_mean, 1e-9, 0);
    assert_near(last->answered_within, a.service_level[SC_LEVEL_OFFERED], 1e-9, 0);
    assert_near(last->answered_within + last->lost_within, a.service_level[SC_LEVEL_MET], 1e-9, 0);
    assert_near(last->lost, 100 * a.shares.abandoned, 1e-9, 0);
    assert_near(last->answered_in_time, 100 * a.service_level[SC_LEVEL_OFFERED], 1e-9, 0);
    assert_near(last->answered_in_time + last->lost_in_time, 100 * a.service_level[SC_LEVEL_MET], 1e-9, 0);
    free(points);
}

static void settles_with_limited_places(void **state)
{
    (void)state;
    const struct sc_transient_piece piece = {14400, 1.0 / 6, 50};
    struct sc_transient_point *points = solved((struct sc_transient){&piece, 1, 300, 180, 20, 7, 0, 14400, 1e-10});
    struct sc_erlang_result a = erlang_evaluated((struct sc_erlang){50, 300, 180, 0, 20, 50, 57});
    assert_near(points[1].blocked, a.shares.blocked, 1e-8, 0);
    assert_near(points[1].answered_within, a.service_level[SC_LEVEL_OFFERED], 1e-8, 0);
    free(points);
}

/* Handle time as long as patience: all calls leave alike, and the number in the system is Poisson (M/M/inf). */
static void poisson_where_all_leave_alike(void **state)
{
    (void)state;
    const struct sc_transient_piece pieces[] = {
        {1800, 0.05, 10}, {1800, 0.12, 25}, {1800, 0.02, 12}, {900, 0.1, 0}, {900, 0.05, 3}};
    const double interval = 100;
    double rates[72], loads[72];
    struct sc_law handle = {.kind = SC_LAW_EXPONENTIAL, .mean_s = 300};
    struct sc_error error = SC_ERROR_INIT;
    for (int k = 0; k < 72; ++k)
        rates[k] = pieces[k < 54 ? k / 18 : k < 63 ? 3 : 4].arrivals_per_s;
    assert_int_equal(sc_offered_load(rates, 72, interval, &handle, loads, NULL, &error), SC_OK);
    struct sc_transient_point *points =
        solved((struct sc_transient){pieces, 5, 300, 300, NAN, SC_ERLANG_UNLIMITED, 0, interval, 1e-11});
    for (int k = 0; k < 72; ++k)
        assert_near(points[k + 1].busy + points[k + 1].queue, loads[k], 1e-9, 0);
    /* While heads rise only, it is also known who waits: P(Poisson >= heads). */
    double below = 0, term = exp(-loads[26]);
    for (int k = 0; k < 25; term *= loads[26] / ++k)
        below += term;
    assert_near(points[27].wait_probability, 1 - below, 1e-9, 0);
    free(points);
}

/* After a drop to none, those busy finish and nobody is taken: busy falls as exp(-t / handle), by hand. */
static void nobody_is_taken_while_too_many_are_busy(void **state)
{
    (void)state;
    const struct sc_transient_piece pieces[] = {{600, 0.2, 30}, {600, 0.2, 0}};
    struct sc_transient_point *points =
        solved((struct sc_transient){pieces, 2, 300, 120, 20, SC_ERLANG_UNLIMITED, 0, 60, 1e-11});
    double busy = points[10].busy, queue = points[10].queue;
    for (int k = 11; k <= 20; ++k) {
        double t = 60.0 * (k - 10);
        assert_near(points[k].busy, busy * exp(-t / 300), 1e-9, 0);
        assert_near(points[k].queue, 24 + (queue - 24) * exp(-t / 120), 1e-9, 0);
        assert_near(points[k].wait_probability, 1, 1e-10, 0);
        assert_near(points[k].lost_within, 1 - exp(-20.0 / 120), 1e-9, 0);
        assert_true(points[k].answered_within < 1e-12);
    }
    free(points);
}

static void steps_do_not_matter(void **state)
{
    (void)state;
    const struct sc_transient_piece pieces[] = {{1800, 0.2, 50}, {1800, 0.2, 40}, {1800, 0.1, 55}};
    struct sc_transient whole = {pieces, 3, 300, 180, 20, SC_ERLANG_UNLIMITED, 5, 300, 1e-11}, half = whole;
    half.step_s = 150;
    struct sc_transient_point *a = solved(whole), *b = solved(half);
    for (int k = 1; k <= 18; ++k) {
        assert_near(a[k].wait_probability, b[2 * k].wait_probability, 1e-10, 1e-10);
        assert_near(a[k].queue, b[2 * k].queue, 1e-9, 1e-10);
        assert_near(a[k].answered_within, b[2 * k].answered_within, 1e-9, 1e-10);
        assert_near(a[k].lost, b[2 * k - 1].lost + b[2 * k].lost, 1e-9, 1e-10);
        assert_near(a[k].busy_mean, 0.5 * (b[2 * k - 1].busy_mean + b[2 * k].busy_mean), 1e-9, 0);
        /* Simpson's rule in the 20 s before a change of heads. */
        assert_near(a[k].answered_in_time, b[2 * k - 1].answered_in_time + b[2 * k].answered_in_time, 1e-4, 0);
        assert_near(a[k].lost_in_time, b[2 * k - 1].lost_in_time + b[2 * k].lost_in_time, 1e-4, 0);
    }
    free(a);
    free(b);
}

/* What arrives is turned away, lost, or taken in the end: flows over every step balance. */
static void calls_are_conserved(void **state)
{
    (void)state;
    const struct sc_transient_piece pieces[] = {{1800, 0.2, 50}, {1800, 0.25, 40}, {1800, 0.1, 55}, {600, 0, 20}};
    struct sc_transient_point *points = solved((struct sc_transient){pieces, 4, 300, 180, 20, 12, 0, 60, 1e-11});
    for (int k = 1; k <= 100; ++k) {
        double before = points[k - 1].busy + points[k - 1].queue, now = points[k].busy + points[k].queue;
        double served = points[k].busy_mean * 60 / 300;
        assert_near(now - before, points[k].arrivals - points[k].turned_away - points[k].lost - served, 0, 1e-8);
    }
    free(points);
}

static void offered_load_of_other_laws(void **state)
{
    (void)state;
    const double rates[] = {0.1, 0.2, 0, 0.05};
    double end[4], mean[4], by_law[4], by_law_mean[4];
    struct sc_law fixed = {.kind = SC_LAW_FIXED, .mean_s = 400}, gamma = {.kind = SC_LAW_GAMMA, .mean_s = 400, .cv = 1};
    struct sc_law exponential = {.kind = SC_LAW_EXPONENTIAL, .mean_s = 400};
    struct sc_error error = SC_ERROR_INIT;
    /* Fixed times: who arrived in the last 400 s. */
    assert_int_equal(sc_offered_load(rates, 4, 300, &fixed, end, NULL, &error), SC_OK);
    assert_near(end[0], 30, 1e-14, 0);
    assert_near(end[1], 60 + 10, 1e-14, 0);
    assert_near(end[2], 20, 1e-14, 0);
    assert_near(end[3], 15, 1e-14, 0);
    assert_int_equal(sc_offered_load(rates, 4, 300, &exponential, end, mean, &error), SC_OK);
    assert_int_equal(sc_offered_load(rates, 4, 300, &gamma, by_law, by_law_mean, &error), SC_OK);
    for (int k = 0; k < 4; ++k) {
        assert_near(by_law[k], end[k], 1e-12, 0);
        assert_near(by_law_mean[k], mean[k], 1e-6, 0);
    }
}

static void wrong_input_is_refused(void **state)
{
    (void)state;
    const struct sc_transient_piece good = {60, 0.1, 5},
                                    wrong[] = {{0, 0.1, 5}, {60, -1, 5}, {60, NAN, 5}, {60, 0.1, -1}};
    struct sc_transient_point points[8];
    for (int k = 0; k < 8; ++k) {
        struct sc_transient transient = {&good, 1, 300, 180, 20, SC_ERLANG_UNLIMITED, 0, 60, 1e-9};
        struct sc_error error = SC_ERROR_INIT;
        if (k < 4)
            transient.pieces = &wrong[k];
        else if (k == 4)
            transient.step_s = 0;
        else if (k == 5)
            transient.tolerance = 0;
        else if (k == 6)
            transient.handle_s = NAN;
        else
            transient.at_start = -1;
        assert_int_equal(sc_transient_solve(&transient, points, NULL, &error), SC_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settles_at_erlang_a),
        cmocka_unit_test(settles_with_limited_places),
        cmocka_unit_test(poisson_where_all_leave_alike),
        cmocka_unit_test(nobody_is_taken_while_too_many_are_busy),
        cmocka_unit_test(steps_do_not_matter),
        cmocka_unit_test(calls_are_conserved),
        cmocka_unit_test(offered_load_of_other_laws),
        cmocka_unit_test(wrong_input_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

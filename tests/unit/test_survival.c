/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "staffcast/survival.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#define assert_near(a, b, tolerance) assert_true(fabs((double)(a) - (double)(b)) <= (tolerance))

/*
 * Remission of leukaemia under 6-mercaptopurine, in weeks (Freireich et al. 1963, Blood 21, 699-716), the example of
 * most textbooks. The curve and its standard errors as printed in Kleinbaum and Klein, Survival Analysis (2012), ch. 2.
 */
static const struct sc_spell remission[] = {{6, 1},  {6, 1},  {6, 1},  {6, 0},  {7, 1},  {9, 0},  {10, 1},
                                            {10, 0}, {11, 0}, {13, 1}, {16, 1}, {17, 0}, {19, 0}, {20, 0},
                                            {22, 1}, {23, 1}, {25, 0}, {32, 0}, {32, 0}, {34, 0}, {35, 0}};
enum { REMISSIONS = sizeof remission / sizeof *remission };

static void published_curve_is_reproduced(void **state)
{
    (void)state;
    static const double time[] = {6, 7, 10, 13, 16, 22, 23};
    static const double at_risk[] = {21, 17, 15, 12, 11, 7, 6};
    static const double survival[] = {.857, .807, .753, .690, .627, .538, .448};
    static const double standard_error[] = {.0764, .0869, .0963, .1068, .1141, .1282, .1346};
    struct sc_spell spells[REMISSIONS];
    struct sc_survival curve;
    struct sc_error error = SC_ERROR_INIT;
    for (size_t i = 0; i < REMISSIONS; i++)
        spells[i] = remission[(i * 8 + 5) % REMISSIONS]; /* in another order */
    assert_int_equal(sc_survival_estimate(spells, REMISSIONS, &curve, &error), SC_OK);
    assert_int_equal(curve.steps, 7);
    assert_int_equal(curve.events, 9);
    assert_int_equal(curve.spells, 21);
    assert_true(curve.longest == 35);
    for (size_t i = 0; i < 7; i++) {
        assert_true(curve.time[i] == time[i]);
        assert_true(curve.at_risk[i] == at_risk[i]);
        assert_near(curve.survival[i], survival[i], .0005);
        assert_near(sqrt(curve.variance[i]), standard_error[i], .00005);
    }
    assert_true(sc_survival_quantile(&curve, 0.5) == 23); /* the published median */
    assert_true(isinf(sc_survival_quantile(&curve, 0.9)));
    sc_survival_release(&curve);
}

static void curve_is_right_continuous(void **state)
{
    (void)state;
    struct sc_spell spells[] = {{3, true}, {1, true}, {4, true}, {2, true}};
    struct sc_survival curve;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_survival_estimate(spells, 4, &curve, &error), SC_OK);
    assert_true(sc_survival_at(&curve, 0) == 1);
    assert_true(sc_survival_at(&curve, 0.999) == 1);
    assert_near(sc_survival_at(&curve, 1), .75, 1e-15);
    assert_near(sc_survival_at(&curve, 3.5), .25, 1e-15);
    assert_true(sc_survival_at(&curve, 4) == 0);
    assert_true(sc_survival_at(&curve, 1e9) == 0);
    sc_survival_release(&curve);
}

/* Without censoring the moments are those of the sample; limited to 2.5 and with a censored spell they are areas. */
static void moments_are_areas_under_the_curve(void **state)
{
    (void)state;
    struct sc_spell plain[] = {{1, true}, {2, true}, {4, true}, {9, true}};
    struct sc_spell censored[] = {{1, true}, {2, false}, {3, true}};
    struct sc_survival curve;
    struct sc_error error = SC_ERROR_INIT;
    double mean, square;
    assert_int_equal(sc_survival_estimate(plain, 4, &curve, &error), SC_OK);
    sc_survival_restricted_moments(&curve, 100, &mean, &square);
    assert_near(mean, 4, 1e-12);
    assert_near(square, (1 + 4 + 16 + 81) / 4.0, 1e-12);
    sc_survival_restricted_moments(&curve, 2.5, &mean, &square);
    assert_near(mean, (1 + 2 + 2.5 + 2.5) / 4, 1e-12);
    sc_survival_release(&curve);
    assert_int_equal(sc_survival_estimate(censored, 3, &curve, &error), SC_OK);
    sc_survival_restricted_moments(&curve, 10, &mean, &square);
    assert_near(mean, 1 + 2.0 / 3 * 2, 1e-12); /* S = 1 to 1, 2/3 to 3, then 0 */
    assert_near(square, 1 + 2.0 / 3 * (9 - 1), 1e-12);
    sc_survival_release(&curve);
}

static void only_censored_spells_give_a_flat_curve(void **state)
{
    (void)state;
    struct sc_spell spells[] = {{5, false}, {2, false}};
    struct sc_survival curve;
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_survival_estimate(spells, 2, &curve, &error), SC_OK);
    assert_int_equal(curve.steps, 0);
    assert_true(sc_survival_at(&curve, 100) == 1);
    assert_true(isinf(sc_survival_quantile(&curve, 0.01)));
    sc_survival_release(&curve);
}

static void bad_spells_are_refused(void **state)
{
    (void)state;
    struct sc_survival curve;
    static const double bad[] = {-1, NAN, INFINITY};
    for (size_t i = 0; i < 3; i++) {
        struct sc_spell spells[] = {{1, true}, {bad[i], true}};
        struct sc_error error = SC_ERROR_INIT;
        assert_int_equal(sc_survival_estimate(spells, 2, &curve, &error), SC_INPUT);
    }
    struct sc_error error = SC_ERROR_INIT;
    assert_int_equal(sc_survival_estimate(NULL, 0, &curve, &error), SC_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_curve_is_reproduced),
        cmocka_unit_test(curve_is_right_continuous),
        cmocka_unit_test(moments_are_areas_under_the_curve),
        cmocka_unit_test(only_censored_spells_give_a_flat_curve),
        cmocka_unit_test(bad_spells_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

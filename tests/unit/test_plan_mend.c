/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves mended by what was played: an engine that is a straight line of them is found again, whatever the batches. */
#include "decide/plan_private.h"

#include "base/random.h"

#include <gsl/gsl_cdf.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { MONTHS = 3, PATHS = 400, FIRST = 150 };
static const double scatter = 0.3;

/* Two targets, the second of which is not judged on every fifth path. */
struct made {
    struct planner planner;
    struct plan_month months[MONTHS];
    struct plan_curve curves[MONTHS];
    struct sc_plan_target targets[2];
    bool active[MONTHS][2];
    double numbers[MONTHS][6][2], played[MONTHS * PATHS * 2], read[MONTHS * PATHS * 2], residual[MONTHS * PATHS * 2];
};

static double normal(uint64_t key)
{
    return gsl_cdf_ugaussian_Pinv(sc_uniform(sc_key(0x3e4d, key)));
}

/* What is read is 0.2 + 0.5 z; played, it is 0.7 of that, less 0.1 a month, with scatter. */
static void fill(struct made *made)
{
    memset(made, 0, sizeof *made);
    made->planner = (struct planner){.months = made->months,
                                     .month_count = MONTHS,
                                     .curves = made->curves,
                                     .targets = made->targets,
                                     .target_count = 2,
                                     .residual = made->residual,
                                     .evidence = {.most = PATHS, .played = made->played, .read = made->read}};
    made->targets[0] = made->targets[1] = (struct sc_plan_target){.answer = true, .wanted = 0.8};
    for (size_t m = 0; m < MONTHS; m++) {
        double(*number)[2] = made->numbers[m];
        made->active[m][0] = made->active[m][1] = true;
        number[0][0] = number[0][1] = 1.0;
        made->curves[m] = (struct plan_curve){.active = made->active[m], .bend = number[0], .shift = number[1],
                                              .doubt = number[2], .moved = number[3], .share_off = number[4]};
        for (size_t r = 0; r < PATHS; r++)
            for (size_t t = 0; t < 2; t++) {
                size_t at = plan_evidence_at(&made->planner, m, r) + t;
                made->read[at] = 0.2 + 0.5 * normal(at);
                made->played[at] = t == 1 && r % 5 == 0
                                       ? NAN
                                       : 0.7 * made->read[at] - 0.1 * (double)m + scatter * normal(1000000 + at);
            }
    }
}

static void a_straight_line_is_found(void **state)
{
    (void)state;
    static struct made made;
    fill(&made);
    made.planner.evidence.paths = PATHS;
    sc_plan_mend(&made.planner, 0);
    for (size_t m = 0; m < MONTHS; m++)
        for (size_t t = 0; t < 2; t++) {
            const struct plan_curve *curve = &made.curves[m];
            double n = t == 0 ? PATHS : 0.8 * PATHS, sum = 0.0;
            /* Least squares on all months, drawn to 1 by two squares: 5 standard errors and that. */
            double bend_se = scatter / (0.5 * sqrt(MONTHS * n)), drawn = 0.3 * 2.0 / (0.25 * MONTHS * n);
            assert_true(fabs(curve->bend[t] - 0.7) < 5.0 * bend_se + 1.5 * drawn);
            double shift_se = sqrt(scatter * scatter / n + 0.04 * bend_se * bend_se);
            assert_true(fabs(curve->shift[t] + 0.1 * (double)m) < 5.0 * shift_se + 0.3 * drawn);
            for (size_t r = 0; r < PATHS; r++)
                sum += made.residual[(m * PATHS + r) * 2 + t];
            assert_true(fabs(sum) < 1e-6 * PATHS); /* nothing is left on average */
            if (t == 0)
                assert_true(fabs(curve->doubt[t] / (scatter / sqrt(PATHS)) - 1.0) < 5.0 / sqrt(2.0 * PATHS));
        }
}

/* Verdicts are taken together: what the first brought is not forgotten, nor counted twice. */
static void batches_are_taken_together(void **state)
{
    (void)state;
    static struct made once, twice;
    fill(&once);
    fill(&twice);
    once.planner.evidence.paths = PATHS;
    sc_plan_mend(&once.planner, 0);
    twice.planner.evidence.paths = FIRST;
    sc_plan_mend(&twice.planner, 0);
    assert_true(twice.curves[0].shift[0] != once.curves[0].shift[0]);
    twice.planner.evidence.paths = PATHS;
    sc_plan_mend(&twice.planner, FIRST);
    assert_memory_equal(once.numbers, twice.numbers, sizeof once.numbers);
    assert_memory_equal(once.residual, twice.residual, sizeof once.residual);
}

/* The new paths of a second batch are foretold by what the first one taught: no month is missed more often than chance
   makes it. */
static void new_paths_are_foretold(void **state)
{
    (void)state;
    static struct made made;
    double missed = 0.0;
    fill(&made);
    made.planner.evidence.paths = FIRST;
    sc_plan_mend(&made.planner, 0);
    assert_true(made.planner.missed_played == 0.0);
    made.planner.evidence.paths = PATHS;
    sc_plan_mend(&made.planner, FIRST);
    for (size_t m = 0; m < MONTHS; m++)
        for (size_t r = FIRST; r < PATHS; r++) {
            const double *played = &made.played[plan_evidence_at(&made.planner, m, r)];
            missed += played[0] < 0.0 || played[1] < 0.0;
        }
    assert_true(made.planner.missed_played == missed);
    /* Of 750 months of paths some half are missed; the first 150 paths tell the heights by 0.025 of a scatter of 0.46.
     */
    double se = sqrt(made.planner.missed_variance + 2.0 * pow(0.025 / 0.46 * 0.4 * MONTHS * (PATHS - FIRST), 2.0));
    assert_true(fabs(made.planner.missed_played - made.planner.missed_foretold) < 5.0 * se);
    assert_true(sc_plan_part_foretold(&made.planner) > 0.7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_straight_line_is_found),
        cmocka_unit_test(batches_are_taken_together),
        cmocka_unit_test(new_paths_are_foretold),
    };
    return cmocka_run_group_tests_name("curves mended by verdicts", tests, NULL, NULL);
}

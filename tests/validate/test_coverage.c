/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coverage of 95 % intervals in 2,000 runs; test_coverage_long.c makes 20,000 in three call centres. */
#include "support/coverage.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { EXPERIMENTS = 2000 };

/* Five standard deviations of a share of 2,000: chance goes beyond once in 3 million. */
static double slack(double share)
{
    return 5 * sqrt(share * (1 - share) / EXPERIMENTS);
}

static void intervals_hold_what_they_claim(void **state)
{
    const struct coverage_case subject = {*(const double *)*state, 90, 180};
    struct coverage_cell cell[COVERAGE_SIZES][COVERAGE_METRICS];
    coverage_measure(&subject, EXPERIMENTS, cell);
    for (size_t s = 0; s < COVERAGE_SIZES; s++)
        for (int m = 0; m < COVERAGE_METRICS; m++) {
            struct coverage_limits wanted = coverage_wanted(subject.spread, s);
            print_message("%zu replications, %s: %.4f (%.4f under, %.4f above), delta method %.4f\n", coverage_size[s],
                          coverage_metric_name[m], cell[s][m].held, cell[s][m].under, cell[s][m].above,
                          cell[s][m].delta);
            assert_true(cell[s][m].held >= wanted.least - slack(wanted.least));
            assert_true(cell[s][m].held <= wanted.most + slack(wanted.most));
        }
}

int main(void)
{
    static const double none = 0, some = 0.1, much = 0.32;
    const struct CMUnitTest tests[] = {
        {"spread 0", intervals_hold_what_they_claim, NULL, NULL, (void *)&none},
        {"spread .1", intervals_hold_what_they_claim, NULL, NULL, (void *)&some},
        {"spread .32", intervals_hold_what_they_claim, NULL, NULL, (void *)&much},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

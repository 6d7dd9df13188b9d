/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coverage of paired intervals in 300 comparisons; test_paired_coverage_long.c makes 2,000. */
#include "support/paired_coverage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void paired_intervals_hold_what_they_claim(void **state)
{
    paired_coverage_check(*(const double *)*state, 300, 4000);
}

int main(void)
{
    static const double some = 0.2;
    const struct CMUnitTest tests[] = {
        {"spread 0.2", paired_intervals_hold_what_they_claim, NULL, NULL, (void *)&some},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

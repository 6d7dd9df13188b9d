/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coverage of the intervals of quantiles in 400 runs; test_quantile_coverage_long.c makes 4,000 a spread. */
#include "support/quantile_coverage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void intervals_of_quantiles_hold_what_they_claim(void **state)
{
    (void)state;
    assert_int_equal(quantile_coverage_check(0.2, 400, 6000, stdout), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(intervals_of_quantiles_hold_what_they_claim)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Do 95 % intervals of quantiles hold the true quantile in 95 of 100 runs? Measured by many runs of 30 days of a small
 * call centre, each with random numbers of its own; the truth is that of one run so large that its own error does not
 * matter.
 */
#ifndef STAFFCAST_TESTS_QUANTILE_COVERAGE_H
#define STAFFCAST_TESTS_QUANTILE_COVERAGE_H

#include <stddef.h>
#include <stdio.h>

/*
 * How many limits are missed: where, of so many runs with that spread from day to day, fewer than .92 of the intervals
 * of the P80, P90, P95 or P99 wait hold the truth (Hall's correction errs by so much at 30 skewed days, see
 * results/coverage.md), five standard deviations of chance aside. Writes a line of a table for each into the file.
 */
int quantile_coverage_check(double spread, size_t runs, size_t truth, FILE *file);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Do 95 % intervals of paired differences hold the true difference in 95 of 100 comparisons? Measured by making a great
 * many comparisons of a small call centre with the same one with a head more, each with random numbers of its own. The
 * truth is that of one comparison so large that its own error does not matter.
 */
#ifndef STAFFCAST_TESTS_PAIRED_COVERAGE_H
#define STAFFCAST_TESTS_PAIRED_COVERAGE_H

#include <stddef.h>

/*
 * Fails where, of so many comparisons of 30 days with that spread from day to day, the share of intervals that hold the
 * truth is not what it should be: .93 to .97 for means and ratios (Hall's correction errs by so much at 30 skewed
 * days), .92 to .98 for the P90 wait, .93 to .99 for the share of days that meet the target; five standard deviations
 * beyond that are chance, once in 3 million. Prints what it finds.
 */
void paired_coverage_check(double spread, size_t comparisons, size_t truth);

#endif

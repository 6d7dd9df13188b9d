/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do 95 % intervals hold the truth in 95 of 100 runs? Measured by making a great many runs. */
#ifndef STAFFCAST_TESTS_COVERAGE_H
#define STAFFCAST_TESTS_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>

/* The small call centre (support/small_centre.h) in one of its moods. */
struct coverage_case {
    double spread, handle_mean_s, patience_mean_s;
};

enum { COVERAGE_SIZES = 2, COVERAGE_METRICS = 4, COVERAGE_MOST = 50 };
extern const size_t coverage_size[COVERAGE_SIZES];               /* replications of a run: 10 and 50 */
extern const char *const coverage_metric_name[COVERAGE_METRICS]; /* service_level, wait_mean_s, … */

struct coverage_cell {
    double truth;        /* ratio over all days of all experiments */
    double held;         /* share of intervals with the truth inside … */
    double under, above; /* … and of those that lie wholly under or above it */
    double delta;        /* share of the plain delta method's intervals (Student's t) that hold it */
    double stretch;      /* mean width, of the delta method's */
};

/*
 * Makes `experiments` runs of 50 one-day replications, each of days of its own; the runs of 10 are their first 10
 * days. On all threads; the figures do not depend on how many. The test fails on any error.
 */
void coverage_measure(const struct coverage_case *subject, size_t experiments,
                      struct coverage_cell cell[COVERAGE_SIZES][COVERAGE_METRICS]);

/* What is asked of a coverage (replications are coverage_size[size]); nothing is 0 … 1. */
struct coverage_limits {
    double least, most;
};
struct coverage_limits coverage_wanted(double spread, size_t size);

#endif

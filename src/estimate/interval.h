/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the estimators share: Student's t, Hall's transformation, clipping. */
#ifndef STAFFCAST_ESTIMATE_INTERVAL_H
#define STAFFCAST_ESTIMATE_INTERVAL_H

#include "staffcast/estimate.h"

#include <stddef.h>

/* The 97.5 % point of Student's t. */
double sc_student_quantile(size_t freedom);

/* The inverse of Hall's monotone cubic for n observations whose residuals have that skewness (see ratio.c). */
double sc_hall_inverse(double z, double skewness, double n);

/*
 * Interval about a mean of `count` >= 2 values from their central moments by n; skewness is the sample's own.
 * It always holds the mean.
 */
struct sc_figure sc_hall_interval(double mean, double variance, double skewness, size_t count);

/* A mean without an interval. */
struct sc_figure sc_figure_unknown(double mean);
struct sc_figure sc_figure_clip(struct sc_figure f, double least, double most);

#endif

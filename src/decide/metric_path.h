/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures by their paths, as CSV writes them: totals.cost, channels.NAME.service_level,
 * channels.NAME.classes.NAME.wait_mean_s, pools.NAME.occupancy. An element's own name ends at a dot, so that "phone" is
 * not taken for "phone 2".
 */
#ifndef STAFFCAST_DECIDE_METRIC_PATH_H
#define STAFFCAST_DECIDE_METRIC_PATH_H

#include "staffcast/estimate.h"

/* The text after NAME and a dot, or NULL. */
const char *sc_path_after(const char *text, const char *name);
/* The metric that a path names, and its pair in the model; NULL where it names none that has pairs. */
const struct sc_metric *sc_metric_of_path(const struct sc_model *model, const char *path, size_t *pair);
/* Says what is wrong with such a path. Returns SC_USAGE: who asks names it on the command line. */
enum sc_code sc_metric_refuse(const struct sc_model *model, const char *path, struct sc_error *error);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What-ifs on common random numbers: a scenario and its alternatives are played on the same replications, and every
 * figure is compared replication by replication, so that most of the chance cancels out of the difference.
 */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "staffcast/estimate.h"

#include <stdio.h>

/* A scenario with some overrides, played: the pairs of all replications stay. */
struct played {
    struct sc_scenario *scenario;
    struct sc_model *model;
    size_t replications, pairs;
    struct sc_pair *pair; /* [replications * pairs] */
};

/* Reads FILE with the overrides, plays its replications on all cores. Release it also where it failed. */
enum sc_code played_make(struct played *played, const char *file, const char *const *set, size_t set_count,
                         struct sc_error *error);
void played_release(struct played *played);

/* A metric by its path, "channels.phone.service_level". */
struct place {
    const struct sc_metric *metric;
    size_t pair;
};
/* Errors: SC_INPUT (no such figure, or one that is no ratio of sums, such as a quantile). */
enum sc_code place_find(const struct played *played, const char *path, struct place *place, struct sc_error *error);

enum sc_code figure_of(const struct played *played, const char *path, struct sc_figure *figure, enum sc_unit *unit,
                       struct sc_error *error);
/* here - base, with the paired interval. Both have the same number of replications. */
enum sc_code figure_difference(const struct played *base, const struct played *here, const char *path,
                               struct sc_figure *figure, enum sc_unit *unit, struct sc_error *error);

/* For people: with half the interval ("81.2 % ± 0.6"), or the plain number where `bare`. */
void figure_print(FILE *out, struct sc_figure figure, enum sc_unit unit, bool bare);
/* A difference: with its sign, shares in points ("+3.2 ± 0.4 points"); where `bare` neither sign nor interval. */
void difference_print(FILE *out, struct sc_figure figure, enum sc_unit unit, bool bare);

#endif

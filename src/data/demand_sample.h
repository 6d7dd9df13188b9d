/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The days of a history that can be compared with others of their weekday, and the means they are compared
 * with. */
#ifndef STAFFCAST_DATA_DEMAND_SAMPLE_H
#define STAFFCAST_DATA_DEMAND_SAMPLE_H

#include "staffcast/demand_fit.h"

#include <stdbool.h>

enum { SC_DEMAND_LEVELS = 4, SC_DEMAND_WEEKDAYS = 7 };

struct sc_demand_sample {
    size_t days, cells;
    double interval_s;
    int64_t *day;                          /* [days] */
    int *weekday;                          /* [days] */
    size_t *next_week;                     /* [days]: index of the day seven days later, or `days` */
    const double **count;                  /* [days], rows of the grid */
    double *mean;                          /* [7 * cells] */
    double of_weekday[SC_DEMAND_WEEKDAYS]; /* days */
    size_t noon;                           /* first cell of the afternoon */
    size_t group[SC_DEMAND_LEVELS];        /* cells in an interval of each level; 0: cannot be told */
    size_t from[SC_DEMAND_LEVELS], to[SC_DEMAND_LEVELS]; /* cells that lie in whole intervals */
};

enum sc_code sc_demand_sample_init(struct sc_demand_sample *sample, const struct sc_history_grid *grid,
                                   struct sc_error *error);
void sc_demand_sample_release(struct sc_demand_sample *sample);

/* Sum of cells from … to - 1. */
double sc_demand_sum(const double *cell, size_t from, size_t to);

/* Intervals of a level on a weekday with a mean above 0. */
double sc_demand_intervals(const struct sc_demand_sample *sample, int level, int weekday);

#endif

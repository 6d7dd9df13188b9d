/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bank of 2003: what its counts say, and what becomes of it. */
#ifndef BANK_2003_H
#define BANK_2003_H

#include "staffcast/demand_fit.h"
#include "staffcast/history.h"

#include <stdio.h>

enum { BANK_2003_RESAMPLES = 10000, BANK_2003_BLOCK_DAYS = 5, BANK_2003_REPLICATIONS = 40 };

struct bank_2003 {
    struct sc_history *history;
    struct sc_history_grid grid;
    struct sc_history_profile profile;
    struct sc_demand_fit fit;
};

/* A statistic over simulated histories: mean, and half of its 95 % interval. */
struct bank_2003_simulated {
    double mean[SC_DEMAND_STATISTICS], half_width[SC_DEMAND_STATISTICS];
    double scatter[SC_DEMAND_STATISTICS]; /* standard deviation of one history's */
};

enum sc_code bank_2003_read(struct bank_2003 *bank, const char *path, struct sc_error *error);
void bank_2003_release(struct bank_2003 *bank);
/* Calendar days from the first to the last of the history. */
int bank_2003_days(const struct bank_2003 *bank);

/* The weekdays of the history before day `end` that it does not have: how many, and as a list. */
int bank_2003_holidays(const struct sc_history_grid *grid, int64_t end);
void bank_2003_holidays_write(FILE *out, const struct sc_history_grid *grid, int64_t end);

/* Errors of writing show on the stream. */
void bank_2003_scenario_write(FILE *out, const struct bank_2003 *bank);
void bank_2003_results_write(FILE *out, const struct bank_2003 *bank,
                             const struct bank_2003_simulated *simulated);

/* Plays the scenario in the file over all days of the history and takes the statistics of the days of the
 * bank's own history. */
enum sc_code bank_2003_play(const char *path, const struct bank_2003 *bank,
                            struct bank_2003_simulated *simulated, struct sc_error *error);

#endif

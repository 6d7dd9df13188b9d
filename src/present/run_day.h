/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STAFFCAST_PRESENT_RUN_DAY_H
#define STAFFCAST_PRESENT_RUN_DAY_H

#include "staffcast/present.h"

/*
 * The course of a day: a table for each channel, and one of the heads on duty, by time of day over all counted days.
 * The dated intervals are too many to read and are in JSON and CSV. The result must have intervals. Errors: SC_SYSTEM.
 */
enum sc_code sc_run_write_day(FILE *stream, const struct sc_played *played, const struct sc_table_style *style,
                              struct sc_error *error);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STAFFCAST_PRESENT_RUN_DATED_H
#define STAFFCAST_PRESENT_RUN_DATED_H

#include "staffcast/present.h"

/* A line for each goal, reached or missed, and one for each event. */
void sc_run_write_dated(FILE *stream, const struct sc_played *played, const struct sc_table_style *style);

#endif

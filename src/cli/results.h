/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that -o DIR asks for. */
#ifndef STAFFCAST_CLI_RESULTS_H
#define STAFFCAST_CLI_RESULTS_H

#include "staffcast/error.h"
#include "staffcast/present.h"

#include <stddef.h>

/*
 * The name that the results of a scenario file have in DIR, without an ending: "desk" for "cases/desk.cfg". The
 * text is the caller's to free; NULL: out of memory.
 */
char *sc_results_name(const char *scenario_file);

/*
 * Writes DIR/NAME.json, NAME.csv and NAME.txt of each scenario, and NAME-intervals.csv where there are intervals. All
 * appear together once all are complete; on failure none does. Errors: SC_SYSTEM.
 */
enum sc_code sc_results_write(const char *directory, const struct sc_played *played, size_t count,
                              struct sc_error *error);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a sweep's database holds, as text. Write errors stay in the stream.
 */
#ifndef STAFFCAST_PRESENT_SWEEP_H
#define STAFFCAST_PRESENT_SWEEP_H

#include "staffcast/present.h"
#include "staffcast/sweep.h"

/* The best points and the table by two axes. Errors: SC_SYSTEM (memory). */
enum sc_code sc_sweep_write_table(FILE *stream, const struct sc_sweep_view *view, const struct sc_table_style *style,
                                  struct sc_error *error);

/* What a reader of the figures should know of them, a sentence each; `say` is called once for each of them. */
void sc_sweep_notes(const struct sc_sweep_view *view, void (*say)(void *context, const char *note), void *context);

/*
 * { "schema": "staffcast.sweep/1", "database", "version", "seed", "replications", "points", "done", "metric",
 *   "best": [ { "point", "scenario", "overrides": [ … ], "figure": { mean, low, high } } ],
 *   "by": { "rows": { "path", "levels": [ … ] }, "columns": alike or null, "mean": [ [ … ], … ] } or null }
 * "replications" is null where a precision was asked for, and an array where the scenarios differ in it.
 */
void sc_sweep_write_json(FILE *stream, const struct sc_sweep_view *view);

/*
 * { "schema": "staffcast.sweep/1", "database", "points", "done",
 *   "plan": [ { "point", "scenario", "overrides": [ … ] } ] }
 * of all points. Errors: as sc_sweep_each.
 */
enum sc_code sc_sweep_write_plan_json(FILE *stream, const char *database, struct sc_error *error);

/*
 * metric,mean,low,high: of each point first its levels, points.ID.axes.PATH (of a word points.ID.axes.PATH = WORD with
 * 1), of several scenarios also points.ID.scenario.NAME with 1; then points.ID.METRIC of the figures that fit one of
 * the patterns (0: all). The plan has no figures. Errors: as sc_sweep_each.
 */
enum sc_code sc_sweep_write_csv(FILE *stream, const char *database, const char *const *metrics, size_t metric_count,
                                struct sc_error *error);
enum sc_code sc_sweep_write_plan_csv(FILE *stream, const char *database, struct sc_error *error);

#endif

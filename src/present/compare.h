/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Comparisons as text: JSON and CSV for programs, sentences and tables for people. As in staffcast/present.h, write
 * errors stay in the stream.
 */
#ifndef STAFFCAST_PRESENT_COMPARE_H
#define STAFFCAST_PRESENT_COMPARE_H

#include "staffcast/compare.h"
#include "staffcast/present.h"

/*
 * The schema staffcast.compare/1 (SPEC 4). Every figure of `run` is { "base", "here", "difference", "width_ratio" }:
 * the first three are figures or null, the last is the standard error of the difference by that of independent runs.
 * After the alternatives come what `run` tells of how it was played, and "best" where a selection was made.
 */
void sc_compare_write_json(FILE *stream, const struct sc_comparison *comparison);

/*
 * alternative,metric,mean,low,high,base,base_low,base_high,here,here_low,here_high,width_ratio: mean, low and high are
 * those of the difference, paths those of `run`. A row a figure and alternative; unknown is empty.
 */
void sc_compare_write_csv(FILE *stream, const struct sc_comparison *comparison);

/* A sentence an alternative, which is best, what moved, notes. Errors: SC_SYSTEM (memory). */
enum sc_code sc_compare_write_table(FILE *stream, const struct sc_comparison *comparison,
                                    const struct sc_table_style *style, struct sc_error *error);

/* What to know of the figures, a sentence each. */
void sc_compare_notes(const struct sc_comparison *comparison, void (*say)(void *context, const char *note),
                      void *context);

/* Has every target and goal been met by the means, in every alternative, or in the one that was selected? */
bool sc_compare_targets_met(const struct sc_comparison *comparison);

/* A figure of a row: base, here and difference, all NaN where there is none. Index -1 is a metric that does not exist.
 */
struct sc_change {
    struct sc_figure base, here, difference;
    double width_ratio;
};
struct sc_change sc_change_at(const struct sc_compared_row *row, size_t metric);
struct sc_change sc_change_named(const struct sc_compared_row *row, const char *metric);

#endif

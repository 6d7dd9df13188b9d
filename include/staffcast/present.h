/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Results as text: JSON and CSV for programs, a table for people (SPEC 4).
 *
 * All functions write to a stream of the caller's. Write errors stay in the stream (ferror) and are its owner's to
 * see; nothing else can fail but memory. Text is UTF-8 whatever the locale. `scenario` is the one that was played.
 */
#ifndef STAFFCAST_PRESENT_H
#define STAFFCAST_PRESENT_H

#include "staffcast/beside.h"
#include "staffcast/error.h"
#include "staffcast/estimate.h"
#include "staffcast/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A scenario and what came of it. */
struct sc_played {
    const struct sc_scenario *scenario;
    const struct sc_result *result;
    const struct sc_beside *beside; /* what theory says of it; NULL: nothing is printed of that */
};

/*
 * The schema staffcast.run/1: one object for one scenario, an array of them where `as_array`.
 *
 * With `beside` each channel ends with
 *   "theory": { "erlang_c": { "service_level", "abandon_rate", "wait_mean_s", "wait_all_mean_s", "wait_probability",
 *               "unstable_share" }, "erlang_a", "offered_load", "transient": alike, "reasons": [ … ] }
 * in plain numbers, null over nothing. A method that does not apply is null; see staffcast/beside.h. Reasons why these
 * differ from the simulation are words: patience, stationary, spread, skills, classes, comeback, handle_law,
 * patience_law, queue_limit, trunks, balk, callback, shrinkage, speed_spread, events.
 */
void sc_run_write_json(FILE *stream, const struct sc_played *played, size_t count, bool as_array);

/*
 * metric,mean,low,high with paths such as channels.phone.service_level; several scenarios have their name in a
 * column before these. Unknown figures are empty. Those of a goal are goals.METRIC.BY.figure and .probability, with BY
 * the date; of several goals of one metric and date the later ones have a number, as in BY.2.figure.
 *
 * With `series`, where the result has intervals, follow their means, and those by day, as by_day.DATE.channels.phone.
 * offered and intervals.INSTANT.pools.front line.busy: the names are those of JSON.
 */
void sc_run_write_csv(FILE *stream, const struct sc_played *played, size_t count, bool series);

/*
 * Sums by interval as rows start,kind,name,… for a spreadsheet: means over replications. Writes nothing where the
 * result has no intervals.
 */
void sc_run_write_intervals_csv(FILE *stream, const struct sc_played *played);

struct sc_table_style {
    bool colour;
    bool quiet; /* no notes */
};

/* The findings, the tables and the notes of one scenario. Errors: SC_SYSTEM (memory). */
enum sc_code sc_run_write_table(FILE *stream, const struct sc_played *played, const struct sc_table_style *style,
                                struct sc_error *error);

/*
 * What a reader of the figures should know of them (few replications, no spread, people ignored), a sentence each;
 * `say` is called once for each of them.
 */
void sc_run_notes(const struct sc_played *played, void (*say)(void *context, const char *note), void *context);

/* Says that so few replications make rough intervals, or none; of enough it says nothing. */
void sc_note_replications(size_t replications, void (*say)(void *context, const char *note), void *context);

/* Has every target and every goal with something to judge been met, by the means? */
bool sc_run_targets_met(const struct sc_played *played);

#endif

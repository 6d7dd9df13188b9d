/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Explanations as text: JSON and CSV for programs, sentences and a table for people. As in staffcast/present.h, write
 * errors stay in the stream.
 */
#ifndef STAFFCAST_PRESENT_EXPLAIN_H
#define STAFFCAST_PRESENT_EXPLAIN_H

#include "present/human.h"
#include "staffcast/explain.h"
#include "staffcast/present.h"

/*
 * The schema staffcast.explain/1 (SPEC 4). Of one scenario "after" and "difference" are null and "parts" is empty; of
 * two "levers" is. Then follow "wanted" with what is asked of the metric, how it was played, and "automation_point". A
 * lever's "needed" is null where it does not get there ("end": "short", "idle"); "position", "figure" and "overrides"
 * then tell of the end of its range.
 */
void sc_explain_write_json(FILE *stream, const struct sc_explanation *explanation);

/*
 * metric,mean,low,high: before, after, difference, parts.NAME.part, .first and .last, wanted, levers.NAME.now, .needed,
 * .exact, .figure and .cost_per_month, automation_point.heads, .full_time and .money_a_year. Unknown is empty.
 */
void sc_explain_write_csv(FILE *stream, const struct sc_explanation *explanation);

/* What was found, the table, what to do, notes. Errors: SC_SYSTEM (memory). */
enum sc_code sc_explain_write_table(FILE *stream, const struct sc_explanation *explanation,
                                    const struct sc_table_style *style, struct sc_error *error);

/* What to know of the figures, a sentence each. */
void sc_explain_notes(const struct sc_explanation *explanation, void (*say)(void *context, const char *note),
                      void *context);

/* --- words (explain_words.c) --- */

enum { SC_EXPLAIN_TEXT = 512 };

/* "service level of phone" for channels.phone.service_level. */
const char *sc_explain_metric_words(const char *path, char text[SC_EXPLAIN_TEXT]);

/* A position of a lever: 92 %; 4 min 12 s; 14. With its interval where `figure` has one: 92 % ± 1. */
const char *sc_lever_position_words(const struct sc_lever *lever, struct sc_figure figure, char text[SC_HUMAN_TEXT]);
/* How far it moves: −8 % ± 1; −22 s ± 3; +3 (2.4 ± 0.5); +4.1 points ± 0.5; `bare`: without its interval. */
const char *sc_lever_change_words(const struct sc_lever *lever, bool bare, char text[SC_HUMAN_TEXT]);

/* What to do about it: a sentence on the part that did most, on the levers that reach. "" where there is nothing. */
void sc_explain_advice(const struct sc_explanation *explanation, char text[2 * SC_EXPLAIN_TEXT]);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results of `staff` as text. */
#ifndef STAFFCAST_PRESENT_STAFF_H
#define STAFFCAST_PRESENT_STAFF_H

#include "staffcast/audit.h"
#include "staffcast/present.h"
#include "staffcast/shifts.h"
#include "staffcast/staff.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A scenario that was staffed. */
struct sc_staffed {
    const struct sc_scenario *scenario;
    const struct sc_staff *staff;
    const struct sc_audit *audit;
    const struct sc_shift_plan *shifts; /* NULL: not asked for */
    const struct sc_staff *judged;      /* the roster of the shifts, judged; NULL without shifts */
    const struct sc_staff *scheduled;   /* the heads scheduled, played with absence and shrinkage; NULL: not played */
    size_t repairs;                     /* of the shifts: how often heads were added and all solved again */
    size_t trims;                       /* steps that made it cheaper, every target still holding */
    uint64_t seed;                      /* that was asked for */
    const char *written;                /* the scenario file that was written; NULL: none */
};

/*
 * The schema staffcast.staff/1: one object for one scenario, an array of them where `as_array`. After the keys of the
 * contract come per, confidence, seed, replications (of the figures) and the like, then
 *   "steps"     the audit: contacts, work_h, on_duty_h, scheduled_h, paid_h, weeks, paid_h_a_week, fte, headcount
 *   "pooling"   { "erlang_c_h", "erlang_a_h", "alone_h", "on_duty_h", "saves_h" }; null where nothing is said
 *   "verdicts"  [ { "channel", "class", "of", "start", "intervals", "wanted", "figure", "met", "contacts", "missed" } ]
 *   "shifts"    null, or { "paid_h", "cover_h", "bound_h", "gap", "repairs", "trims", "pools": [ { "name", "need",
 * "on_duty", "over", "under", "paid_h", "bound_h", "patterns", "shifts": [ … ], "tours": [ … ] } ] } "notes"     what
 * to know of them, as sentences
 */
void sc_staff_write_json(FILE *stream, const struct sc_staffed *staffed, size_t count, bool as_array);

/* metric,mean,low,high; heads by interval as pools.NAME.agents.START and pools.NAME.scheduled.START. */
void sc_staff_write_csv(FILE *stream, const struct sc_staffed *staffed, size_t count);

/* The finding, the heads by interval, the steps, the shifts, the notes. Errors: SC_SYSTEM (memory). */
enum sc_code sc_staff_write_table(FILE *stream, const struct sc_staffed *staffed, const struct sc_table_style *style,
                                  struct sc_error *error);

/* What a reader should know; `say` is called once for each. */
void sc_staffed_notes(const struct sc_staffed *staffed, void (*say)(void *context, const char *note), void *context);

/* "interval", "day", "week", "horizon"; for people "half-hour" where the interval is one. */
const char *sc_staff_per_name(enum sc_staff_per per);
const char *sc_staff_per_words(const struct sc_staffed *staffed, char *text, size_t size);

/* The result whose figures are shown: that of the shifts where there are any. */
const struct sc_result *sc_staffed_result(const struct sc_staffed *staffed);

#endif

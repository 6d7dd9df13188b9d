/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Traces in files: small scenarios whose every outcome was worked out by hand, and the mechanisms that meet in each.
 *
 * A file holds any number of traces; what is indented belongs to the keyword above it, "#" begins a line of comment.
 *
 *     trace: a call that waits for a line is blocked
 *     why:
 *       How the expected values follow from the rules.
 *     meets: trunks patience: in which way the two meet
 *     without trunks: trunks = none              (overrides, separated by "|"; where the usual ones do not do;
 *                                                 one that begins with "?" is left out where nothing fits its path)
 *     shows: outside retry                       (an entry of the list of what must be shown)
 *     scenario:
 *       channels = ( { name = "calls"; come(400, 0:10); handle = fixed(60); } ); …
 *     outcomes:
 *       400 calls answered p                     (joined, channel or channel/class, outcome, left, pool)
 *       400 calls answered 0:10 p                (a time is in seconds or [DAYd]H:MM[:SS])
 *       1d8:00..1d9:00 calls blocked             (joined at a time that is drawn; left at once)
 *       1d8:00..1d9:00 .. blocked                (which of several channels, too: figures tell)
 *     figures:
 *       calls.offered 2                          (a field of struct sc_tally)
 *       p.overtime_s 60                          (of struct sc_pool_tally)
 *
 * In a scenario come(…) stands for a volume that brings contacts at just these instants, fixed(s) for a law without
 * scatter, by_hour(s) for one whose mean is twice as much for those that arrive from 1:00 to 2:00. It is one Monday
 * without a warm-up unless it says otherwise.
 *
 * The file "mechanisms" of the same folder lists the mechanisms, with the overrides that take each away ("without"),
 * what must be shown ("must: outside retry") and the pairs that cannot meet ("apart: a b: the reason").
 */
#ifndef STAFFCAST_TESTS_TRACE_FILE_H
#define STAFFCAST_TESTS_TRACE_FILE_H

#include "staffcast/simulate.h"

#include <stdbool.h>

struct trace_text {
    char **line;
    size_t count;
};

struct trace {
    char *file, *name;
    int line;
    struct trace_text why, scenario, outcomes, figures;
    struct trace_text meets;   /* "a b: how" */
    struct trace_text without; /* "a: override | override" */
    struct trace_text shows;
};

struct trace_book {
    struct trace *trace;
    size_t count;
    struct trace_text mechanisms; /* "name: what it is" */
    struct trace_text without;    /* "name: override | override" */
    struct trace_text must;
    struct trace_text apart; /* "a b: reason" */
};

/* All files of a folder; the test fails where one cannot be understood. */
struct trace_book trace_book_read(const char *folder);
void trace_book_free(struct trace_book *book);

/* The number of a mechanism, of a name that ends at a blank or colon; -1: there is none. */
int trace_mechanism(const struct trace_book *book, const char *name);
/* The two mechanisms of "a b: …"; the test fails where one is unknown, or no text follows. */
void trace_pair(const struct trace_book *book, const char *line, int *a, int *b);

/*
 * Plays a trace and compares outcomes and figures with the expected ones; nobody listening, the figures must be the
 * same. Then for each pair that it says meet: without either of the two something else must come out, and what the one
 * does to the figures (with it less without it) must depend on whether the other is there. The test fails where any is
 * not so.
 */
void trace_check(const struct trace_book *book, const struct trace *trace);

#endif

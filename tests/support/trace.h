/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Traces: what becomes of each contact of a small scenario, against what was worked out by hand.
 *
 * All durations are fixed laws, and arrivals are known: a backlog without age stands in its queue at the very
 * beginning, and a contact of a channel "clock" that is handled for a known time recontacts another channel at a known
 * instant.
 */
#ifndef STAFFCAST_TESTS_TRACE_H
#define STAFFCAST_TESTS_TRACE_H

#include "staffcast/estimate.h"

/* One outcome, in the order in which they become known; times in seconds from the first midnight. */
struct trace_line {
    int channel;
    enum sc_outcome outcome;
    int pool;
    double joined_s, left_s;
};

/* Plays one day of the scenario (head and channels and pools are put together) and compares the outcomes of all
   channels but the last `silent` ones; returns the figures, to be freed with sc_replication_free. */
struct sc_replication *trace_play(const char *text, const struct trace_line *lines, size_t count, int silent);

/* The beginning of all of them: one Monday, no warm-up. */
#define TRACE_DAY "start = \"2026-01-05\"; days = 1; warmup = \"0 d\"; seed = \"1\"; "
#define FIXED(seconds) "{ dist = \"fixed\"; mean = \"" #seconds " s\"; }"
#define TRACE_COUNT(lines) (sizeof(lines) / sizeof *(lines))

/* A channel whose only contact is handled from 0 to 60 s by a pool of its own, CLOCK_POOL, and comes to channel `to`
   `after` seconds later. To be put at the end of the channels and left out of the comparison (`silent`). */
#define CLOCK(name, to, after_s)                                                                                       \
    "{ name = \"" name "\"; kind = \"deferred\"; backlog = { count = 1; age = \"0 s\"; }; handle = " FIXED(            \
        60) ";"                                                                                                        \
            "  recontact = { share = 1.0; to = \"" to "\"; after = { dist = \"fixed\"; mean = \"" #after_s             \
            " s\"; }; }; }"
#define CLOCK_POOL(name) "{ name = \"" name "\"; agents = 1; skills = ( { channel = \"" name "\"; } ); }"

#endif

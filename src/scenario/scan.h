/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The raw scan of a scenario's text, before libconfig sees it.
 *
 * libconfig 1.5 wraps integers that do not fit, reads 1e400 as infinity, swallows the rest of a file after an
 * open comment, joins two strings between which a comma was lost, ends the process where an included file is
 * a folder, and says no more than "syntax error" about anything else. The scan walks over all files with the
 * grammar in hand, says what is wrong and where, and puts included files in place of their @include, so that
 * libconfig gets one text without any of these traps.
 */
#ifndef STAFFCAST_SCENARIO_SCAN_H
#define STAFFCAST_SCENARIO_SCAN_H

#include "base/arena.h"
#include "staffcast/faults.h"

#include <stddef.h>

/* From that line of the joined text on, lines are those of `file` from `line`. */
struct sc_scan_part {
    int joined_line;
    const char *file;
    int line;
};

struct sc_scan {
    struct sc_arena *arena;
    struct sc_faults *faults;
    const char *folder;
    const struct sc_where *fixed; /* place of every fault, or NULL */

    char *joined; /* zero-terminated */
    size_t length, room;
    int joined_line;
    struct sc_scan_part *part;
    size_t parts, part_room;

    size_t scalars;  /* seen so far: numbers, words in quotes, true and false */
    size_t *broken;  /* the numbers of those with a fault of their own, rising */
    size_t brokens, broken_room;

    bool hopeless;   /* the text cannot be parsed; the faults say why */
};

/* Scans a text and all that it includes. Only sc_scan_release frees. */
void sc_scan_run(struct sc_scan *scan, const char *file, const char *text, size_t length);

/* The place of a line of the joined text. */
struct sc_where sc_scan_where(const struct sc_scan *scan, int joined_line);

void sc_scan_release(struct sc_scan *scan);

#endif

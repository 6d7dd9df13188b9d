/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program says on standard error: errors, warnings, notes. */
#ifndef STAFFCAST_CLI_SAY_H
#define STAFFCAST_CLI_SAY_H

#include "staffcast/error.h"
#include "staffcast/scenario.h"

#include <stdbool.h>
#include <stddef.h>

/* Prints the error, "FILE:LINE: message" where it has a place and "staffcast: message" where not; returns its code. */
int sc_say_error(const struct sc_error *error);

/* Prints "staffcast: note: message". */
void sc_say_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same as a callback for what has notes; its context is not used. */
void sc_say_note_of(void *context, const char *note);

/* Whether standard output is a terminal that wants colour: any text in NO_COLOR but the empty one refuses it
   (https://no-color.org). */
bool sc_say_in_colour(void);

/* Prints every fault in its order, one a line; warnings carry the word, and are left out where `quiet`. */
void sc_say_faults(const struct sc_faults *faults, bool quiet);

/*
 * What sc_scenario_read left behind: the faults, and the error where it is not one of them (memory, an unreadable
 * file). Returns the exit status. Call it after a failed and after a successful reading alike.
 */
int sc_say_reading(const struct sc_faults *faults, const struct sc_error *error, bool quiet);

/*
 * The entry of names[count] that is nearest to `text` by edits (sc_text_distance), or NULL where none is near
 * enough to be what was meant.
 */
const char *sc_nearest_name(const char *text, const char *const *names, size_t count);

#endif

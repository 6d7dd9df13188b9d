/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers as text: the one place where numbers with units are read and written.
 *
 * Every parser takes the whole text (spaces at both ends are fine), returns true and sets its output, or
 * returns false and leaves it untouched. NaN, infinities, hexadecimal, overflow and trailing text are
 * refused, never clipped. Numbers are always in the C notation (a point), so a program must leave LC_NUMERIC
 * at "C".
 */
#ifndef STAFFCAST_BASE_NUMBER_H
#define STAFFCAST_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

enum { SC_NUMBER_TEXT = 32 };

/*
 * Writes the shortest decimal text that reads back to the same double (at most 24 characters) and returns
 * `text`. `value` must be finite. Integers below 10^15 have neither point nor exponent; -0 is written as 0.
 */
const char *sc_number_format(double value, char text[SC_NUMBER_TEXT]);

/* Reads a decimal number: "42", "-1.5", ".5", "3e-2". */
bool sc_number_parse(const char *text, double *value);

/* Reads a whole number without point or exponent; false where it does not fit 64 bits. */
bool sc_integer_parse(const char *text, int64_t *value);

/* Reads a seed: 0 … 2^64 - 1, decimal. */
bool sc_seed_parse(const char *text, uint64_t *seed);

/* Reads "20 s", "1.5h", "3 min", "2 d", "6 w" into seconds, 0 and up; "0" alone is the only text without a
 * unit. */
bool sc_duration_parse(const char *text, double *seconds);

/* The same with a sign: "-20 s". For changes, which may go down. */
bool sc_duration_parse_signed(const char *text, double *seconds);

/* Writes seconds as a duration that reads back the same, in the unit a person would choose: "90 s", "5 min",
 * "1.5 h". */
const char *sc_duration_format(double seconds, char text[SC_NUMBER_TEXT]);

/* Reads a share in [0, 1]: "0.8" or "80%". */
bool sc_share_parse(const char *text, double *share);

/* Reads a number or one with %: "0.8", "80%", "-5%"; any value. */
bool sc_percent_parse(const char *text, double *value);

#endif

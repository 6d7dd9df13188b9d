/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small helpers on text: the nearest of several words (for "did you mean"), and UTF-8.
 */
#ifndef STAFFCAST_BASE_TEXT_H
#define STAFFCAST_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Number of single-byte insertions, deletions, substitutions and swaps of neighbours that turn a into b
 * (optimal string alignment; Damerau 1964); letters that differ in case only count a half. In halves. Texts
 * longer than 63 bytes are compared by their first 63. Time |a| * |b|.
 */
int sc_text_distance(const char *a, const char *b);

/* The candidate nearest to `word`, the first among equals; NULL where there is none. */
const char *sc_text_nearest(const char *word, const char *const *candidates, size_t count);

/* Whether the bytes are well-formed UTF-8 without NUL (RFC 3629). */
bool sc_text_is_utf8(const char *bytes, size_t length);

#endif

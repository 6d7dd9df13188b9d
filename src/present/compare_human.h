/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Differences for people: signed, rounded to what their uncertainty leaves of them, in the unit of their metric. */
#ifndef STAFFCAST_PRESENT_COMPARE_HUMAN_H
#define STAFFCAST_PRESENT_COMPARE_HUMAN_H

#include "present/human.h"

/* All return `text`. */

/* A figure without its uncertainty: 78.3 %; 38 s; 4.2 h; 1,234. */
const char *sc_human_value(enum sc_unit unit, double value, char text[SC_HUMAN_TEXT]);

/* +6.1 ± 0.4 points; −12 ± 2 s; +1.18 ± 0.02; lopsided −3 (−18 to −1) points; exactly 0: "none". */
const char *sc_human_difference(enum sc_unit unit, struct sc_figure difference, char text[SC_HUMAN_TEXT]);

/* Does the interval leave no doubt of the sign? A difference that is certain does, unless it is 0. */
bool sc_difference_moved(struct sc_figure difference);

#endif

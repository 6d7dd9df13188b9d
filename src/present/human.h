/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers for people: rounded to what the uncertainty leaves of them, with their unit. Unknown is "–".
 */
#ifndef STAFFCAST_PRESENT_HUMAN_H
#define STAFFCAST_PRESENT_HUMAN_H

#include "staffcast/estimate.h"

#include <stddef.h>

enum { SC_HUMAN_TEXT = 64 };

/* All return `text`. */
const char *sc_human_number(double value, int decimals, char text[SC_HUMAN_TEXT]); /* 1,234.5; of a finite value */
const char *sc_human_count(double value, char text[SC_HUMAN_TEXT]);            /* 15,432; 3.4 */
const char *sc_human_money(double value, char text[SC_HUMAN_TEXT]);            /* 96,768; 6.27 */
const char *sc_human_duration(double seconds, char text[SC_HUMAN_TEXT]);       /* 7.3 s; 4 min 12 s; 1 h 05 min */
const char *sc_human_share(double share, char text[SC_HUMAN_TEXT]);            /* 80 %; 12.5 % */
/* With the half-width of the interval: 78.3 % ± 0.6; at an end of the range 0 % (to 0.4), 100 % (from 99.6). */
const char *sc_human_share_figure(struct sc_figure figure, char text[SC_HUMAN_TEXT]);
/* 38 ± 1 s; 4 min 12 s ± 8 s; 12 ± 3 min */
const char *sc_human_duration_figure(struct sc_figure figure, char text[SC_HUMAN_TEXT]);
/* 96,768 ± 120 */
const char *sc_human_money_figure(struct sc_figure figure, char text[SC_HUMAN_TEXT]);

/* Columns that UTF-8 text takes on a terminal: a Korean letter is two wide. Needs a UTF-8 LC_CTYPE. */
size_t sc_human_width(const char *text);

#endif

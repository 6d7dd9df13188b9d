/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences for people, broken into lines of at most 80 columns. */
#ifndef STAFFCAST_PRESENT_PROSE_H
#define STAFFCAST_PRESENT_PROSE_H

#include "staffcast/present.h"

#include <stdio.h>

/* Text and the escape sequence that colours it; NULL or "": none. */
struct sc_prose {
    const char *text, *sequence;
};

/*
 * Prints `lead` (a bullet, or nothing) and the body behind it; further lines begin below the body. A number is never
 * parted from its unit, nor from its ±.
 */
void sc_prose_print(FILE *stream, struct sc_prose lead, struct sc_prose body);

/* The escape sequence where the style has colour, else "". */
const char *sc_shade(const struct sc_table_style *style, const char *sequence);

/* Prints a note below a table; `noted` is a struct sc_noted. */
struct sc_noted {
    FILE *stream;
    const struct sc_table_style *style;
};
void sc_prose_note(void *noted, const char *note);

#endif

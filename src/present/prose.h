/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences for people, broken into lines of at most 80 columns. */
#ifndef STAFFCAST_PRESENT_PROSE_H
#define STAFFCAST_PRESENT_PROSE_H

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

#endif

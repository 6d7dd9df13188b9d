/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV out, after RFC 4180: fields quoted where they must be, numbers that read back exactly, empty for unknown. */
#ifndef STAFFCAST_PRESENT_CSV_H
#define STAFFCAST_PRESENT_CSV_H

#include <stdio.h>

/* Writes one field, in quotes (and its quotes doubled) where it holds a comma, a quote or a line break. */
void sc_csv_put_text(FILE *stream, const char *text);
/* Writes a number, nothing where it is not finite. */
void sc_csv_put_number(FILE *stream, double value);

#endif

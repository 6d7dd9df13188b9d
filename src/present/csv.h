/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV out, after RFC 4180: fields quoted where they must be, numbers that read back exactly, empty for unknown. */
#ifndef STAFFCAST_PRESENT_CSV_H
#define STAFFCAST_PRESENT_CSV_H

#include "staffcast/estimate.h"

#include <stddef.h>
#include <stdio.h>

/* Writes one field, in quotes (and its quotes doubled) where it holds a comma, a quote or a line break. */
void sc_csv_put_text(FILE *stream, const char *text);
/* Writes a number, nothing where it is not finite. */
void sc_csv_put_number(FILE *stream, double value);

#define SC_CSV_HEADER "metric,mean,low,high\n"
/* A row under that header: the parts of its path with dots between, NULL behind the last, and the figure. */
void sc_csv_put_row(FILE *stream, const char *const *parts, struct sc_figure figure);

#endif

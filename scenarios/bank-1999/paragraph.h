/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text of any length, brought to lines. */
#ifndef BANK_1999_PARAGRAPH_H
#define BANK_1999_PARAGRAPH_H

#include <stdio.h>

/*
 * Writes a formatted text of up to 4095 bytes in lines of at most 110 bytes, broken at spaces: the first begins with
 * `first`, the others with `next`.
 */
void bank_paragraph_write(FILE *out, const char *first, const char *next, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif

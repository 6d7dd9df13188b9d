/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/csv.h"

#include "base/number.h"

#include <math.h>
#include <string.h>

void sc_csv_put_text(FILE *stream, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, stream);
        return;
    }
    putc('"', stream);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putc('"', stream);
        putc(*text, stream);
    }
    putc('"', stream);
}

void sc_csv_put_number(FILE *stream, double value)
{
    char text[SC_NUMBER_TEXT];

    if (isfinite(value))
        fputs(sc_number_format(value, text), stream);
}

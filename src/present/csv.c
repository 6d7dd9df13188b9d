/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/csv.h"

#include "base/number.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static bool needs_quotes(const char *text)
{
    return strpbrk(text, ",\"\r\n") != NULL;
}

static void put_inside_quotes(FILE *stream, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putc('"', stream);
        putc(*text, stream);
    }
}

void sc_csv_put_text(FILE *stream, const char *text)
{
    if (!needs_quotes(text)) {
        fputs(text, stream);
        return;
    }
    putc('"', stream);
    put_inside_quotes(stream, text);
    putc('"', stream);
}

void sc_csv_put_number(FILE *stream, double value)
{
    char text[SC_NUMBER_TEXT];

    if (isfinite(value))
        fputs(sc_number_format(value, text), stream);
}

void sc_csv_put_row(FILE *stream, const char *const *parts, struct sc_figure figure)
{
    const double number[] = {figure.mean, figure.low, figure.high};
    bool quoted = false;

    for (size_t i = 0; parts[i] != NULL; i++)
        quoted = quoted || needs_quotes(parts[i]);
    fputs(quoted ? "\"" : "", stream);
    for (size_t i = 0; parts[i] != NULL; i++) {
        fputs(i > 0 ? "." : "", stream);
        put_inside_quotes(stream, parts[i]);
    }
    fputs(quoted ? "\"" : "", stream);
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++) {
        putc(',', stream);
        sc_csv_put_number(stream, number[i]);
    }
    putc('\n', stream);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paragraph.h"

#include <stdarg.h>
#include <string.h>

enum { LINE = 110 };

void bank_paragraph_write(FILE *out, const char *first, const char *next, const char *format, ...)
{
    char text[4096], *saved = NULL;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t column = 0;
    for (char *word = strtok_r(text, " ", &saved); word; word = strtok_r(NULL, " ", &saved)) {
        if (column > 0 && column + 1 + strlen(word) > LINE) {
            fputc('\n', out);
            column = 0;
            first = next;
        }
        column += (size_t)fprintf(out, "%s%s", column ? " " : first, word);
    }
    fputc('\n', out);
}

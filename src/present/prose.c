/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/prose.h"

#include "present/human.h"
#include "present/table.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { LINE_MOST = 80, PIECE_MOST = 512 };

static bool has_colour(struct sc_prose prose)
{
    return prose.sequence != NULL && prose.sequence[0] != '\0';
}

static void begin_colour(FILE *stream, struct sc_prose prose)
{
    if (has_colour(prose))
        fputs(prose.sequence, stream);
}

static void end_colour(FILE *stream, struct sc_prose prose)
{
    if (has_colour(prose))
        fputs(SC_PLAIN, stream);
}

/* May a line end before the space at `space`? */
static bool may_break(const char *start, const char *space)
{
    static const char plus_minus[] = "±";
    const char *next = space + strspn(space, " ");
    size_t mark = strlen(plus_minus);

    if (space > start && isdigit((unsigned char)space[-1]) && *next != '(')
        return false;
    if ((size_t)(space - start) >= mark && strncmp(space - mark, plus_minus, mark) == 0)
        return false;
    return *next != '%' && strncmp(next, plus_minus, mark) != 0;
}

/* Length of the words from `text` on that must stay together. */
static size_t piece_length(const char *text)
{
    size_t length = strcspn(text, " ");

    while (text[length] != '\0' && !may_break(text, text + length)) {
        length += strspn(text + length, " ");
        length += strcspn(text + length, " ");
    }
    return length;
}

void sc_prose_print(FILE *stream, struct sc_prose lead, struct sc_prose body)
{
    size_t margin = sc_human_width(lead.text), column = margin;
    const char *text = body.text;

    begin_colour(stream, lead);
    fputs(lead.text, stream);
    end_colour(stream, lead);
    begin_colour(stream, body);
    for (bool first = true; *text != '\0'; first = false) {
        char piece[PIECE_MOST];
        size_t length = piece_length(text);

        snprintf(piece, sizeof piece, "%.*s", (int)length, text);
        size_t width = sc_human_width(piece);

        if (!first && column + 1 + width > LINE_MOST) {
            fprintf(stream, "\n%*s", (int)margin, "");
            column = margin;
        } else if (!first) {
            putc(' ', stream);
            column++;
        }
        fputs(piece, stream);
        column += width;
        text += length;
        text += strspn(text, " ");
    }
    end_colour(stream, body);
    putc('\n', stream);
}

const char *sc_shade(const struct sc_table_style *style, const char *sequence)
{
    return style->colour ? sequence : "";
}

void sc_prose_note(void *noted, const char *note)
{
    const struct sc_noted *to = noted;

    sc_prose_print(to->stream, (struct sc_prose){"Note: ", sc_shade(to->style, SC_BOLD)},
                   (struct sc_prose){note, NULL});
}

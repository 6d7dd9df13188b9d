/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/scan_grammar.h"

#include <stdlib.h>
#include <string.h>

struct sc_where sc_scan_place(const struct sc_scan *scan, const struct sc_scan_source *source)
{
    return scan->fixed ? *scan->fixed : (struct sc_where){source->file, source->line};
}

char sc_scan_closing(char open)
{
    return open == '{' ? '}' : open == '(' ? ')' : ']';
}

/* Checks that a value may stand here, and notes that one did. */
static bool begin_value(struct sc_scan_scanner *s, struct sc_scan_source *in, const char *what, bool scalar,
                        const char *type)
{
    struct sc_scan_level *top = &s->level[s->depth];
    if (top->open == '{' && top->wants != SC_WANT_VALUE) {
        if (top->wants == SC_WANT_EQUALS)
            SCAN_HOPELESS(s, sc_scan_place(s->scan, in), "setting '%s' has no '=' (found %s); write %s = …;",
                          top->name, what, top->name);
        else
            SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                          "a value without a name (found %s); write NAME = VALUE;", what);
        return false;
    }
    if (top->open != '{' && top->wants == SC_WANT_SEPARATOR) {
        if (top->after_string && scalar && type && strcmp(type, "string") == 0)
            SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                          "two strings follow each other (found %s); a comma is missing between them", what);
        else
            SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                          "a comma is missing (found %s); elements are separated by ','", what);
        return false;
    }
    if (top->open == '[') {
        if (!scalar) {
            SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                          "an array holds only numbers or strings (found %s); write it as a list ( )", what);
            return false;
        }
        if (top->element_type && strcmp(top->element_type, type) != 0) {
            SCAN_HOPELESS(s, sc_scan_place(s->scan, in), "an array may not mix types (found %s after %s); "
                     "write every number alike, such as 0.0, or use a list ( )", type, top->element_type);
            return false;
        }
        top->element_type = type;
    }
    top->wants = SC_WANT_SEPARATOR;
    top->after_comma = false;
    return true;
}

void sc_scan_take_scalar(struct sc_scan_scanner *s, struct sc_scan_source *in, const char *what,
                         const char *type)
{
    if (begin_value(s, in, what, true, type)) {
        s->level[s->depth].after_string = strcmp(type, "string") == 0;
        s->scan->scalars++;
    }
}

void sc_scan_open_bracket(struct sc_scan_scanner *s, struct sc_scan_source *in, char open)
{
    const char *what = open == '{' ? "'{'" : open == '(' ? "'('" : "'['";
    if (!begin_value(s, in, what, false, NULL))
        return;
    s->level[s->depth].after_string = false;
    if (s->depth + 1 == SC_SCAN_DEEPEST) {
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                      "brackets are nested too deep (found more than %d levels); no setting needs that",
                      SC_SCAN_DEEPEST - 1);
        return;
    }
    s->level[++s->depth] = (struct sc_scan_level){.open = open, .where = sc_scan_place(s->scan, in),
                                          .wants = open == '{' ? SC_WANT_NAME : SC_WANT_VALUE};
}

void sc_scan_close_bracket(struct sc_scan_scanner *s, struct sc_scan_source *in, char close)
{
    const struct sc_scan_level *top = &s->level[s->depth];
    if (s->depth == 0)
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                      "'%c' closes nothing (found outside of any bracket); remove it or open one before",
                      close);
    else if (sc_scan_closing(top->open) != close)
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                      "brackets do not match (found '%c' where '%c' of line %d is open); close it with '%c'",
                      close, top->open, top->where.line, sc_scan_closing(top->open));
    else if (top->open == '{' && top->wants == SC_WANT_EQUALS)
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in), "setting '%s' has no value (found '}'); write %s = …;",
                      top->name, top->name);
    else if (top->open == '{' && top->wants == SC_WANT_VALUE)
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                      "setting '%s' has no value (found '}'); write one after '='", top->name);
    else if (top->open != '{' && top->after_comma)
        SCAN_HOPELESS(s, sc_scan_place(s->scan, in),
                      "a comma after the last element (found ',%c'); remove the comma", close);
    else
        s->depth--;
}

void sc_scan_take_name(struct sc_scan_scanner *s, struct sc_scan_source *in, const char *name)
{
    struct sc_scan_level *top = &s->level[s->depth];
    struct sc_where where = sc_scan_place(s->scan, in);
    bool odd =
        strcasecmp(name, "nan") == 0 || strcasecmp(name, "inf") == 0 || strcasecmp(name, "infinity") == 0;
    if (odd && (top->open != '{' || top->wants == SC_WANT_VALUE)) {
        SCAN_HOPELESS(
            s, where,
            "no number (found %s); numbers are finite, leave the setting out where there is no limit", name);
        return;
    }
    if (top->open != '{' || top->wants == SC_WANT_VALUE) {
        SCAN_HOPELESS(s, where, "a word without quotes (found %s); write \"%s\"", name, name);
        return;
    }
    if (top->wants == SC_WANT_EQUALS) {
        SCAN_HOPELESS(s, where, "setting '%s' has no '=' (found %s); write %s = …;", top->name, name,
                      top->name);
        return;
    }
    for (const struct sc_scan_known_name *known = top->names; known; known = known->next)
        if (strcmp(known->text, name) == 0) {
            if (s->scan->fixed)
                SCAN_HOPELESS(s, where, "setting '%s' is written twice; write it once", name);
            else
                SCAN_HOPELESS(s, where,
                              "setting '%s' is written twice (found before in line %d%s%s); write it once",
                              name, known->where.line, strcmp(known->where.file, where.file) ? " of " : "",
                              strcmp(known->where.file, where.file) ? known->where.file : "");
            return;
        }
    struct sc_scan_known_name *known = sc_arena_alloc(s->scan->arena, sizeof *known);
    if (!known) {
        s->scan->hopeless = s->scan->faults->out_of_memory = true;
        return;
    }
    *known = (struct sc_scan_known_name){name, where, top->names};
    top->names = known;
    top->name = name;
    top->wants = SC_WANT_EQUALS;
}

void sc_scan_take_mark(struct sc_scan_scanner *s, struct sc_scan_source *in, char mark)
{
    struct sc_scan_level *top = &s->level[s->depth];
    struct sc_where where = sc_scan_place(s->scan, in);
    if (mark == '=' || mark == ':') {
        if (top->open == '{' && top->wants == SC_WANT_EQUALS)
            top->wants = SC_WANT_VALUE;
        else
            SCAN_HOPELESS(s, where, "'%c' without a setting before it; write NAME = VALUE;", mark);
        return;
    }
    if (top->open == '{') {
        if (top->wants == SC_WANT_EQUALS || top->wants == SC_WANT_VALUE)
            SCAN_HOPELESS(s, where, "setting '%s' has no value (found '%c'); write one after '='", top->name,
                          mark);
        else if (top->wants == SC_WANT_NAME)
            SCAN_HOPELESS(s, where, "'%c' without a setting before it; remove it", mark);
        else
            top->wants = SC_WANT_NAME;
        return;
    }
    if (mark == ';')
        SCAN_HOPELESS(s, where, "';' between the elements of a %s (line %d); separate them by ','",
                 top->open == '(' ? "list" : "array", top->where.line);
    else if (top->wants != SC_WANT_SEPARATOR)
        SCAN_HOPELESS(s, where, "a comma without an element before it; remove it");
    else {
        top->wants = SC_WANT_VALUE;
        top->after_comma = true;
    }
}

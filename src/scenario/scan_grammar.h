/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two halves of the scan: scan.c cuts texts into tokens, scan_grammar.c checks that each may stand where
 * it stands. A stack of levels, one an open bracket, is all the state they need.
 */
#ifndef STAFFCAST_SCENARIO_SCAN_GRAMMAR_H
#define STAFFCAST_SCENARIO_SCAN_GRAMMAR_H

#include "scenario/scan.h"

#include <stdbool.h>

enum { SC_SCAN_DEEPEST = 64 };

enum sc_scan_wants { SC_WANT_NAME, SC_WANT_EQUALS, SC_WANT_VALUE, SC_WANT_SEPARATOR };

struct sc_scan_known_name {
    const char *text;
    struct sc_where where;
    struct sc_scan_known_name *next;
};

struct sc_scan_level {
    char open;               /* '{', '(', '['; the file itself is '{' */
    struct sc_where where;
    enum sc_scan_wants wants;
    bool after_comma;
    const char *element_type;  /* of an array: that of its first element */
    struct sc_scan_known_name *names;  /* of a group */
    const char *name;          /* the setting whose value is being read */
    bool after_string;
};

struct sc_scan_source {
    const char *file;
    const char *text, *end, *p;
    int line;
    const struct sc_scan_source *includer;
    int depth;
};

struct sc_scan_scanner {
    struct sc_scan *scan;
    struct sc_scan_level level[SC_SCAN_DEEPEST];
    int depth;
};

#define SCAN_HOPELESS(scanner, where, ...) \
    do { \
        sc_faults_add((scanner)->scan->faults, false, (where), __VA_ARGS__); \
        (scanner)->scan->hopeless = true; \
    } while (0)

/* The place of the token at hand. */
struct sc_where sc_scan_place(const struct sc_scan *scan, const struct sc_scan_source *source);

/* The bracket that closes another. */
char sc_scan_closing(char open);

/* Each takes one token; one that may not stand here makes the scan hopeless. `what` is its text, for
 * messages. */
void sc_scan_take_scalar(struct sc_scan_scanner *s, struct sc_scan_source *in, const char *what,
                         const char *type);
void sc_scan_take_name(struct sc_scan_scanner *s, struct sc_scan_source *in, const char *name);
void sc_scan_take_mark(struct sc_scan_scanner *s, struct sc_scan_source *in, char mark);
void sc_scan_open_bracket(struct sc_scan_scanner *s, struct sc_scan_source *in, char open);
void sc_scan_close_bracket(struct sc_scan_scanner *s, struct sc_scan_source *in, char close);

#endif
